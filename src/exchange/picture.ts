// What every picture shows: a row for each stream of each device, its passes by start, and what kind each pass is.
// Nothing is copied a pass: rows are views of the schedule's order wherever that is sorted already.
import { type Problem, routeFor, type Schedule } from "../kernel/index.ts";

/** What a picture is drawn from; nodes are called as in the language. */
export interface PictureInput {
  readonly problem: Problem;
  readonly schedule: Schedule;
  /** Of each node its label (`F[3]`), its family (`F`) and, if it belongs to one, its stage. */
  readonly nodes: readonly { readonly label: string; readonly family: string; readonly stage?: number }[];
  /** Names of the streams; the first computes. */
  readonly streams: readonly string[];
}

/** The part that is drawn, in ticks; without devices all of them. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly devices?: readonly number[];
}

/** One stream of one device with its passes by start. */
export interface Row {
  readonly device: number;
  readonly stream: number;
  readonly passes: Int32Array;
}

/** Passes that are painted alike: of one family, and of the same place among the stages of a device (0 the first). */
export interface Kind {
  readonly family: string;
  readonly chunk: number;
  /** Most stages that a device has of this family. */
  readonly chunks: number;
}
export interface Kinds {
  readonly list: readonly Kind[];
  /** The kind of a pass, as its place in the list. */
  of(pass: number): number;
}

/** More stages a device than this are painted in turns. */
const mostChunks = 8;

export const durationOf = (problem: Problem, pass: number): number => {
  const microbatch = Math.floor(pass / problem.nodes);
  return routeFor(problem, microbatch).duration[pass - microbatch * problem.nodes];
};

export const microbatchOf = (problem: Problem, pass: number): number => Math.floor(pass / problem.nodes);

/** Every device has a row for its compute stream, passes or not; of the other streams those that run something. */
export function rowsOf({ problem, schedule }: PictureInput, devices?: readonly number[]): Row[] {
  const { offsets, passes } = schedule.order;
  const { streams } = problem;
  const wanted = devices === undefined ? null : new Set(devices);
  const rows: Row[] = [];
  for (let device = 0; device < problem.devices; device++) {
    if (wanted !== null && !wanted.has(device)) continue;
    for (let stream = 0; stream < streams; stream++) {
      const list = device * streams + stream;
      const own = passes.subarray(offsets[list], offsets[list + 1]);
      if (own.length > 0 || stream === 0) rows.push({ device, stream, passes: byStart(own, schedule.start) });
    }
  }
  return rows;
}

function byStart(passes: Int32Array, start: Float64Array): Int32Array {
  for (let at = 1; at < passes.length; at++)
    if (start[passes[at]] < start[passes[at - 1]]) return passes.slice().sort((a, b) => start[a] - start[b] || a - b);
  return passes;
}

/** Last end of a pass, in ticks; 0 without passes. */
export function endOf({ problem, schedule: { start } }: Pick<PictureInput, "problem" | "schedule">): number {
  let end = 0;
  for (let microbatch = 0; microbatch < problem.microbatches; microbatch++) {
    const { duration } = routeFor(problem, microbatch);
    const base = microbatch * problem.nodes;
    for (let node = 0; node < problem.nodes; node++) end = Math.max(end, start[base + node] + duration[node]);
  }
  return end;
}

/** Families as they first come up, each with its chunks: what a legend lists. */
export function kindsOf({ problem, nodes }: PictureInput): Kinds {
  const families = [...new Set(nodes.map(({ family }) => family))];
  const position = new Map(families.map((family, i) => [family, i]));
  const stages = new Map<string, number[]>(); // by family and device, as they come up
  const chunkOf = problem.routes.map((route) => {
    const order = Array.from(nodes.keys()).sort((a, b) => (nodes[a].stage ?? 0) - (nodes[b].stage ?? 0) || a - b);
    const chunk = new Int32Array(nodes.length);
    for (const node of order) {
      const { family, stage } = nodes[node];
      if (stage === undefined) continue;
      const key = `${route.device[node]} ${family}`;
      const known = stages.get(key) ?? [];
      stages.set(key, known);
      if (!known.includes(stage)) known.push(stage);
      chunk[node] = known.indexOf(stage) % mostChunks;
    }
    return chunk;
  });
  const chunks = families.map(() => 1);
  for (const chunk of chunkOf)
    chunk.forEach((own, node) => {
      const family = position.get(nodes[node].family) ?? 0;
      chunks[family] = Math.max(chunks[family], own + 1);
    });
  const first = chunks.map((_, i) => chunks.slice(0, i).reduce((sum, n) => sum + n, 0));
  const kindOf = chunkOf.map((chunk) => chunk.map((own, node) => first[position.get(nodes[node].family) ?? 0] + own));
  return {
    list: families.flatMap((family, i) => Array.from({ length: chunks[i] }, (_, chunk) => ({ family, chunk, chunks: chunks[i] }))),
    of: (pass) => {
      const microbatch = Math.floor(pass / problem.nodes);
      return kindOf[problem.routeOf === null ? 0 : problem.routeOf[microbatch]][pass - microbatch * problem.nodes];
    },
  };
}

/** The kinds that take time, in their order: what a legend lists. */
export function seenKinds({ problem }: PictureInput, kinds: Kinds): Kind[] {
  const seen = new Set<number>();
  problem.routes.forEach(({ duration }, route) => {
    const microbatch = problem.routeOf === null ? 0 : problem.routeOf.indexOf(route);
    if (microbatch < 0) return;
    for (let node = 0; node < problem.nodes; node++) if (duration[node] > 0) seen.add(kinds.of(microbatch * problem.nodes + node));
  });
  return kinds.list.filter((_, kind) => seen.has(kind));
}

/** For each pass of a row the lane it is drawn in: 0, or a further one where passes overlap, as in wrong schedules. */
export function lanesOf(
  { passes }: Row,
  { problem, schedule: { start } }: PictureInput,
): { readonly lane: Int32Array; readonly lanes: number } {
  const lane = new Int32Array(passes.length);
  const free: number[] = [];
  passes.forEach((pass, i) => {
    const found = free.findIndex((end) => end <= start[pass]);
    lane[i] = found < 0 ? free.length : found;
    free[lane[i]] = start[pass] + durationOf(problem, pass);
  });
  return { lane, lanes: Math.max(1, free.length) };
}

/** `0`, `3 copy`: a row's name without the word device. */
export function rowName({ device, stream }: Row, streams: readonly string[]): string {
  return stream === 0 ? `${device}` : `${device} ${streams[stream] ?? stream}`;
}
