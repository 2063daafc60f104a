// Published schedulers, row by row: the problem that each row's scheduler solved, under the memory that it used, and a table of how
// another solver's spans compare. The rows are those of data/peer-schedules.csv (data/README.md says where they come from).
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Problem } from "../src/kernel/index.ts";
import { type Placement, problemOf } from "./instances.ts";

export interface PeerRow {
  readonly scheduler: string;
  readonly variant: string;
  readonly devices: number;
  readonly microbatches: number;
  /** Chunks on each device. */
  readonly chunks: number;
  /** Ticks of F, B and W of one chunk. */
  readonly times: readonly [F: number, B: number, W: number];
  readonly send: number;
  /** What the scheduler was given, in microbatches' activations of a whole device; null where it takes none. */
  readonly limit: number | null;
  readonly makespan: number;
  /** What those schedulers minimise. */
  readonly span: number;
  readonly bubble: number;
  /** The largest peak, activations held to the end of W; unit as of `limit`. */
  readonly peak: number;
}

const header = "scheduler,variant,p,m,v,TF,TB,TW,Tcomm,mem_limit_m,makespan,max_span,bubble_span,peak_w";

export function readPeerSchedules(text = readFileSync(resolve(import.meta.dirname, "data/peer-schedules.csv"), "utf8")): PeerRow[] {
  const [first, ...lines] = text.trim().split(/\r?\n/);
  if (first !== header) throw new Error(`the columns are ${first}, not ${header}`);
  return lines.map((line, at) => {
    const cells = line.split(",");
    const wrong = (why: string): never => {
      throw new Error(`peer-schedules.csv:${at + 2}: ${why}`);
    };
    if (cells.length !== 14) wrong(`${cells.length} cells, not 14`);
    const numbers = cells.slice(2).map(Number);
    if (numbers.some(Number.isNaN) || cells.some((cell, i) => cell === "" && i !== 9)) wrong("a figure is not a number");
    const [devices, microbatches, chunks, F, B, W, send, limit, makespan, span, bubble, peak] = numbers;
    return {
      scheduler: cells[0],
      variant: cells[1],
      devices,
      microbatches,
      chunks,
      times: [F, B, W],
      send,
      limit: cells[9] === "" ? null : limit,
      makespan,
      span,
      bubble,
      peak,
    };
  });
}

/** Families whose passes are split and placed as ours are, so that spans compare like for like. */
const placements: Readonly<Record<string, Placement>> = {
  "V-Min": "V",
  "V-Half": "V",
  "V-auto(building-block)": "V",
  "ZB-V": "V",
  "ZB-heuristic": "straight",
};
export const families: readonly string[] = Object.keys(placements);
export const comparable = (row: PeerRow): boolean => row.scheduler in placements;

/** What the row's scheduler solved, under a cap of the memory that its schedule uses. To be compared on the span. */
export function problemOfRow(row: PeerRow): Problem {
  const placement = placements[row.scheduler];
  if (placement === undefined) throw new Error(`${row.scheduler} is none of ${families.join(", ")}`);
  const { devices, microbatches, chunks, times, send, peak, span } = row;
  const cap = peak * chunks;
  if (chunks !== (placement === "V" ? 2 : 1) || ![cap, span, send, ...times].every(Number.isSafeInteger))
    throw new Error(`${row.scheduler} p = ${devices} m = ${microbatches}: not in whole chunks and ticks`);
  return problemOf({ placement, devices, microbatches, times, send, cap });
}

/** `count` of the rows, the same ones for the same seed, in the order of the file. */
export function sample(rows: readonly PeerRow[], count: number, seed = 0): PeerRow[] {
  let state = seed >>> 0;
  // mulberry32
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const places = rows.map((_, i) => i);
  const taken = Math.min(count, rows.length);
  for (let i = 0; i < taken; i++) {
    const k = i + Math.floor(random() * (rows.length - i));
    [places[i], places[k]] = [places[k], places[i]];
  }
  return places
    .slice(0, taken)
    .sort((a, b) => a - b)
    .map((i) => rows[i]);
}

export interface Tally {
  readonly family: string;
  readonly rows: number;
  /** Spans found that are equal to, less than and more than the published scheduler's. */
  readonly equal: number;
  readonly better: number;
  readonly worse: number;
  /** (theirs - ours) / theirs: over all rows, and the largest; `loss` the largest the other way. 0 where there is none. */
  readonly mean: number;
  readonly largest: number;
  readonly loss: number;
}

function tally(family: string, pairs: readonly (readonly [row: PeerRow, span: number])[]): Tally {
  const gains = pairs.map(([row, span]) => (row.span - span) / row.span);
  return {
    family,
    rows: pairs.length,
    equal: pairs.filter(([row, span]) => span === row.span).length,
    better: pairs.filter(([row, span]) => span < row.span).length,
    worse: pairs.filter(([row, span]) => span > row.span).length,
    mean: gains.length === 0 ? 0 : gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
    largest: Math.max(0, ...gains),
    loss: Math.max(0, ...gains.map((gain) => -gain)),
  };
}

/** One tally for each family that has rows, and one for all; rows one after another. `solve` gives the span of a valid schedule. */
export async function compareRows(
  rows: readonly PeerRow[],
  solve: (row: PeerRow, problem: Problem) => Promise<number>,
  each?: (row: PeerRow, span: number) => void,
): Promise<Tally[]> {
  const pairs: [PeerRow, number][] = [];
  for (const row of rows) {
    const span = await solve(row, problemOfRow(row));
    each?.(row, span);
    pairs.push([row, span]);
  }
  const tallies = families
    .map((family) =>
      tally(
        family,
        pairs.filter(([row]) => row.scheduler === family),
      ),
    )
    .filter((one) => one.rows > 0);
  return [...tallies, tally("all", pairs)];
}

/** In Markdown. */
export function table(tallies: readonly Tally[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const lines = tallies.map(
    ({ family, rows, equal, better, worse, mean, largest, loss }) =>
      `| ${family} | ${rows} | ${equal} | ${better} | ${worse} | ${percent(mean)} | ${percent(largest)} | ${percent(loss)} |`,
  );
  const head = "| published scheduler | rows | equal | better | worse | mean gain | largest gain | largest loss |";
  return [head, "|---|---:|---:|---:|---:|---:|---:|---:|", ...lines].join("\n");
}
