// One line of a picture: passes as cells, their names where they fit. Where several share a column, kinds in turn by their time.
import { durationOf, type Kinds, microbatchOf, type PictureInput } from "../picture.ts";
import type { Ink } from "./ink.ts";

/** Columns of the time axis. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  /** Columns a tick. */
  readonly perTick: number;
  readonly columns: number;
}
export interface LineOptions {
  readonly kinds: Kinds;
  readonly ink: Ink;
  readonly color: boolean;
  readonly unicode: boolean;
  readonly marks?: ReadonlySet<number>;
}

/** What a pass is called: `F3`, and `f3` on every second stage of a device. */
export function nameOf(kinds: Kinds, pass: number, microbatch: number): string {
  const { family, chunk } = kinds.list[kinds.of(pass)];
  return `${chunk % 2 === 0 ? family : family.toLowerCase()}${microbatch}`;
}

const columnOf = ({ from, perTick }: Scale, tick: number): number => Math.round((tick - from) * perTick);

/** The line, and under it the marks if it has any. Passes ascend and do not overlap. */
export function fineLine(input: PictureInput, passes: readonly number[], scale: Scale, options: LineOptions): readonly [string, string] {
  const { kinds, ink, color, unicode, marks } = options;
  const idle = unicode ? "·" : ".";
  let [line, below, at] = ["", "", 0];
  for (const pass of passes) {
    const start = input.schedule.start[pass];
    const first = Math.max(at, columnOf(scale, start), 0);
    const width = Math.min(scale.columns, columnOf(scale, start + durationOf(input.problem, pass))) - first;
    if (width <= 0) continue;
    const microbatch = microbatchOf(input.problem, pass);
    // One column stays free, so that neighbours' numbers do not run together.
    const room = Math.max(1, width - 1);
    const whole = nameOf(kinds, pass, microbatch);
    const number = `${microbatch}`;
    const text = whole.length <= room ? whole : color && number.length <= room ? number : whole.slice(0, 1);
    const edge = color && unicode && width > 1 ? "▕" : "";
    const cell = edge === "" ? text.padEnd(width) : `${text.padEnd(width - 1)}${edge}`;
    line += ink.dim(idle.repeat(first - at)) + ink.on(kinds.of(pass), cell);
    if (marks?.has(pass)) below = `${below.padEnd(first)}${"^".repeat(Math.max(1, Math.min(text.length, width)))}`;
    at = first + width;
  }
  return [line + ink.dim(idle.repeat(Math.max(0, scale.columns - at))), below];
}

/**
 * The line of a compressed picture: less than a column a tick. A column shows the kind that has had the most time, of this column and
 * those before, without being shown, so that over some columns each kind stands as often as its share of the time.
 */
export function coarseLine(input: PictureInput, passes: readonly number[], scale: Scale, options: LineOptions): string {
  const { kinds, ink, unicode } = options;
  const width = kinds.list.length + 1; // idle is the last
  const time = new Float64Array(scale.columns * width);
  for (const pass of passes) {
    const start = (input.schedule.start[pass] - scale.from) * scale.perTick;
    const end = start + durationOf(input.problem, pass) * scale.perTick;
    for (let column = Math.max(0, Math.floor(start)); column < Math.min(scale.columns, end); column++)
      time[column * width + kinds.of(pass)] += Math.min(end, column + 1) - Math.max(start, column);
  }
  let line = "";
  let run = "";
  let before = -1;
  const flush = (): void => {
    if (run !== "") line += before === width - 1 ? ink.dim(run) : ink.on(before, run);
  };
  const owed = new Float64Array(width);
  for (let column = 0; column < scale.columns; column++) {
    const own = time.subarray(column * width, (column + 1) * width);
    own[width - 1] = 1 - own.reduce((sum, share) => sum + share, 0);
    let kind = -1; // only what does run in this column
    for (let k = 0; k < width; k++) {
      owed[k] += own[k];
      if (own[k] > 1e-9 && (kind < 0 || owed[k] > owed[kind] + 1e-9)) kind = k;
    }
    if (kind < 0) kind = width - 1;
    owed[kind]--;
    const { family, chunk } = kinds.list[kind] ?? { family: unicode ? "·" : ".", chunk: 0 };
    const cell = (chunk % 2 === 0 ? family : family.toLowerCase()).slice(0, 1);
    if (kind === before) run += cell;
    else {
      flush();
      [run, before] = [cell, kind];
    }
  }
  flush();
  return line;
}

const levels = { unicode: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], plain: [" ", "_", ".", ":", "-", "=", "+", "*", "#"] };

/** What a device holds, as bars; `most` (parts) is a full one. */
export function heldLine(columns: Float64Array, most: number, unicode: boolean): string {
  const bars = unicode ? levels.unicode : levels.plain;
  return Array.from(columns, (own) => bars[Math.min(8, Math.ceil((own / most) * 8))]).join("");
}
