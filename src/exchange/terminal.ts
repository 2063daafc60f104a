// A schedule as text: one row a device and stream, a cell for each tick, passes by letter, microbatch numbers where they fit.
// What overlaps goes into a second row of its device, so that wrong schedules can be seen too.

import pc from "picocolors";
import type { Problem } from "../kernel/index.ts";
import { greatest } from "./extremes.ts";
import { type Box, boxesOf, type PictureInput } from "./picture.ts";

export interface TerminalOptions {
  /** Columns; never exceeded. */
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
  /** Passes to point at. */
  readonly marks?: ReadonlySet<number>;
  /** Ticks and devices to show; everything without it. */
  readonly window?: { readonly from: number; readonly to: number; readonly devices?: readonly number[] };
}

/** The picture; lines end with a newline. */
export function drawTerminal(input: PictureInput, options: TerminalOptions): string {
  const { problem, streams } = input;
  const c = pc.createColors(options.color);
  const { families, rows, end } = boxesOf(input);
  const textOf = (box: Box): string => `${families[box.family]}${box.microbatch}`;
  const from = options.window?.from ?? 0;
  const to = Math.min(options.window?.to ?? end, end);
  const labels = new Map([...rows.keys()].map((row) => [row, label(row, problem, streams)]));
  const gutter =
    greatest(
      [...labels.values()].map((text) => text.length),
      4,
    ) + 1;
  const columns = Math.max(10, options.width - gutter - 1);
  const ticks = Math.max(1, to - from);
  let [least, longest] = [ticks, 1];
  for (const list of rows.values()) {
    for (const box of list) {
      if (box.to > box.from) least = Math.min(least, box.to - box.from);
      longest = Math.max(longest, textOf(box).length);
    }
  }
  // Cells a tick: wide enough for the longest text in the shortest pass, as far as the columns reach.
  const widest = Math.min((longest + (options.color ? 0 : 1)) / least, columns / ticks);
  const scale = widest > 1 ? Math.floor(widest) : widest;
  const column = (tick: number): number => Math.round((tick - from) * scale);
  const lines: string[] = [axis(from, to, scale, gutter, columns, problem.ticksPerUnit)];
  const devices = options.window?.devices;
  for (const [row, list] of rows) {
    if (devices !== undefined && !devices.includes(Math.floor(row / problem.streams))) continue;
    const shown = list.filter((box) => box.to > from && box.from < to);
    lanes(shown).forEach((lane, i) => {
      lines.push(...draw(lane, textOf, (i === 0 ? (labels.get(row) ?? "") : "").padEnd(gutter), column, column(to), options, c));
    });
  }
  return `${lines.join("\n")}\n`;
}

const label = (row: number, problem: Problem, streams: readonly string[]): string => {
  const stream = row % problem.streams;
  return `d${Math.floor(row / problem.streams)}${stream === 0 ? "" : ` ${streams[stream] ?? stream}`}`;
};

/** Boxes of one row, those that overlap in further lanes. */
function lanes(boxes: readonly Box[]): Box[][] {
  const found: Box[][] = [[]];
  for (const box of boxes) {
    const lane = found.find((own) => (own.at(-1)?.to ?? Number.NEGATIVE_INFINITY) <= box.from);
    if (lane) lane.push(box);
    else found.push([box]);
  }
  return found;
}

function draw(
  lane: readonly Box[],
  textOf: (box: Box) => string,
  head: string,
  column: (tick: number) => number,
  columns: number,
  options: TerminalOptions,
  c: ReturnType<typeof pc.createColors>,
): string[] {
  const paints = [c.bgBlue, c.bgCyan, c.bgGreen, c.bgMagenta, c.bgYellow, c.bgRed];
  const idle = options.unicode ? "·" : ".";
  let line = "";
  let at = 0;
  let below = "";
  for (const box of lane) {
    const [first, last] = [Math.max(0, column(box.from)), Math.min(columns, column(box.to))];
    const width = last - Math.max(first, at);
    if (width <= 0) continue;
    line += c.dim(idle.repeat(Math.max(0, first - at)));
    const room = options.color ? width : Math.max(1, width - 1);
    const whole = textOf(box);
    const short = `${box.microbatch}`;
    const text = whole.length <= room ? whole : options.color && short.length <= room ? short : whole.slice(0, 1);
    const cell = text.slice(0, width).padEnd(width);
    line += options.color ? paints[box.family % paints.length](c.black(cell)) : cell;
    if (options.marks?.has(box.pass))
      below = `${below.padEnd(Math.max(first, at))}${"^".repeat(Math.max(1, Math.min(text.length, width)))}`;
    at = Math.max(first, at) + width;
  }
  line += c.dim(idle.repeat(Math.max(0, columns - at)));
  return below === "" ? [head + line] : [head + line, " ".repeat(head.length) + c.red(below)];
}

function axis(from: number, to: number, scale: number, gutter: number, columns: number, ticksPerUnit: number): string {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 1_000_000, 1e7, 1e8];
  const step = (steps.find((one) => one * ticksPerUnit * scale >= 8) ?? 1e9) * ticksPerUnit;
  let line = "time".padEnd(gutter);
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
    const at = gutter + Math.round((tick - from) * scale);
    const text = String(tick / ticksPerUnit);
    if (at < line.length || at + text.length > gutter + columns) continue;
    line = line.padEnd(at) + text;
  }
  return line;
}
