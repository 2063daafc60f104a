// Looks for the building block with the least interval, and if wanted the least peak at that interval. Bounds first; then questions
// to a SAT solver: is there a block with this interval under this cap? Low caps make small questions (see windows.ts), so the cap
// starts near its bound and grows until there is a block, and what lies between the bound and that block's peak is bisected.
import { type Block, type Problem, unsafe } from "../../kernel/index.ts";
import { isValid, steadyPeaks } from "../../schedule/index.ts";
import type { SatSolver } from "../../solver/sat.ts";
import { encode } from "./encode.ts";
import { horizonOf, leastLifespans, leastWork, type Windows, windowsOf } from "./windows.ts";

export interface BlockTask {
  /** One microbatch, durations in slots, `send` 0. Its caps are caps on the steady state. */
  readonly problem: Problem;
  /** Slots after which the block is to repeat; null: as few as possible. */
  readonly interval: number | null;
  /** Whether the least peak is wanted, or any block that keeps the caps. */
  readonly minimizePeak: boolean;
  /** A settled block to improve on, a template's say; one that is not valid here is not looked at. */
  readonly known?: Block;
  readonly solver: SatSolver;
  readonly seed: number;
  /** A moment as `Date.now()` counts. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly progress?: (known: BlockBounds) => void;
}

/** What is known so far. Intervals in slots, peaks in parts. */
export interface BlockBounds {
  /** No block has a smaller interval; the one that is looked at. */
  readonly interval: number;
  /** No block with this interval has a smaller peak. */
  readonly peak: number;
  /** The peak of the best block so far. */
  readonly best: number | null;
}

/** "None" and "optimal" stand on bounds and on what the SAT solver refutes: the block is checked by the kernel, its optimality is not. */
export type BlockFound =
  | {
      readonly kind: "block";
      /** Valid, as the kernel sees it. */
      readonly block: Block;
      readonly interval: number;
      /** Parts that the fullest device holds at most. */
      readonly peak: number;
      /** No block has a smaller interval. When the task gives the interval: that interval is the least load. */
      readonly optimalInterval: boolean;
      /** No block with this interval has a smaller peak. */
      readonly optimalPeak: boolean;
      readonly bound: { readonly interval: number; readonly peak: number };
      /** Why the search for a smaller peak ended early; null: it did not. */
      readonly stopped: string | null;
    }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** The answer to one question: a block with this interval under these caps? */
type Attempt =
  | { readonly kind: "found"; readonly block: Block; readonly peak: number }
  | { readonly kind: "refuted" }
  | { readonly kind: "unknown"; readonly reason: string };

/** Same task, same seed, same answer, unless time runs out. Never rejects for lack of time; see `BlockFound` for what is believed. */
export async function findBlock(task: BlockTask): Promise<BlockFound> {
  const { problem } = task;
  const unfit = unsuitable(problem);
  if (unfit !== null) return { kind: "unknown", reason: unfit };
  const lifespans = leastLifespans(problem);
  if (lifespans === null) return { kind: "none", reason: "the passes wait for each other in a circle" };
  const work = leastWork(problem, lifespans);
  const full = work.findIndex((least, d) => problem.always[d] > problem.cap[d] || (least > 0 && problem.always[d] === problem.cap[d]));
  if (full >= 0) return { kind: "none", reason: `device ${full} cannot hold a microbatch under its cap` };

  const least = leastInterval(problem, work);
  // One microbatch at a time, its passes one after the other in the order of their starts: whoever keeps the caps at a longer interval
  // keeps them so as well, as long as no hold's last pass starts before its first.
  const longest = Math.max(
    1,
    problem.routes[0].duration.reduce((sum, slots) => sum + slots, 0),
  );
  const { interval: wanted } = task;
  if (wanted !== null && wanted < least) return { kind: "none", reason: `no block repeats in less than ${least} slots` };
  for (let interval = wanted ?? least; interval <= (wanted ?? longest); interval++) {
    const found = await atInterval(task, interval, lifespans, work);
    if (found.kind === "unknown") return found;
    if (found.kind === "block") {
      const optimalInterval = wanted === null || wanted === least;
      return { ...found, optimalInterval, bound: { interval: wanted === null ? interval : least, peak: found.bound.peak } };
    }
  }
  return {
    kind: "none",
    reason: wanted === null ? "no interval keeps the caps" : `no block that repeats in ${wanted} slots keeps the caps`,
  };
}

/** Why a problem is not one of building blocks, or null. */
function unsuitable(problem: Problem): string | null {
  if (problem.microbatches !== 1 || problem.routes.length !== 1) return "a block is looked for when all microbatches take one route";
  if (problem.send !== 0) return "a building block is in slots, without `send`";
  if (problem.ticksPerUnit !== 1) return "in a building block every pass takes a whole number of slots";
  return unsafe(problem);
}

/** No block repeats in fewer slots: a stream has so much to do, or a device would hold too much on average. */
function leastInterval({ devices, streams, cap, always, nodes, routes: [route] }: Problem, work: Float64Array): number {
  const load = new Float64Array(devices * streams);
  for (let n = 0; n < nodes; n++) load[route.device[n] * streams + route.stream[n]] += route.duration[n];
  const held = work.map((least, d) => (least === 0 ? 0 : Math.ceil(least / (cap[d] - always[d]))));
  return Math.max(1, ...load, ...held);
}

/** More than this no device has to hold, in parts: a microbatch need not take longer than the horizon. */
function largestPeak(problem: Problem, interval: number): number {
  const [{ holdAmount }] = problem.routes;
  const live = Math.ceil(horizonOf(problem, interval) / interval) + 1;
  return Math.max(0, ...problem.always) + live * holdAmount.reduce((sum, amount) => sum + amount, 0);
}

/** A block with this interval, with the least peak if that is wanted. */
async function atInterval(task: BlockTask, interval: number, lifespans: Float64Array, work: Float64Array): Promise<BlockFound> {
  const { problem, minimizePeak, progress } = task;
  const averages = work.map((least, d) => problem.always[d] + Math.ceil(least / interval));
  let bound = Math.max(0, ...averages);
  const most = Math.min(Math.max(bound, ...problem.cap), largestPeak(problem, interval));
  let best = knownAt(task, interval);
  for (let generous = Math.min(most, Math.ceil(bound * 1.5) + 1); best === null; generous = Math.min(most, 4 * generous)) {
    progress?.({ interval, peak: bound, best: null });
    const found = await attempt(task, interval, generous, lifespans);
    if (found.kind === "unknown") return found;
    if (found.kind === "found") best = found;
    else if (generous === most) return { kind: "none", reason: "refuted" };
    else bound = generous + 1;
  }
  let stopped: string | null = null;
  while (minimizePeak && bound < best.peak) {
    progress?.({ interval, peak: bound, best: best.peak });
    const middle = Math.floor((bound + best.peak) / 2);
    const found = await attempt(task, interval, middle, lifespans);
    if (found.kind === "unknown") {
      stopped = found.reason;
      break;
    }
    if (found.kind === "found") best = found;
    else bound = middle + 1;
  }
  return {
    kind: "block",
    block: best.block,
    peak: best.peak,
    interval,
    optimalInterval: false,
    optimalPeak: bound === best.peak,
    bound: { interval, peak: bound },
    stopped,
  };
}

/** The known block, if it is one of this problem and repeats at this interval. */
function knownAt({ problem, known }: BlockTask, interval: number): { readonly block: Block; readonly peak: number } | null {
  if (known === undefined || known.interval !== interval || known.start.length !== problem.nodes) return null;
  const block = { problem, interval, start: known.start };
  return isValid(block) ? { block, peak: Math.max(0, ...steadyPeaks(block).peakOf) } : null;
}

/** One question; where windows are not bounded they grow until they are complete. */
async function attempt(task: BlockTask, interval: number, peak: number, lifespans: Float64Array): Promise<Attempt> {
  const { problem, solver, seed, deadline, signal } = task;
  const cap = problem.cap.map((own) => Math.min(own, peak));
  for (let slack = 2 * interval; ; slack *= 4) {
    const windows = windowsOf(problem, interval, cap, lifespans, slack);
    if (windows === null) return { kind: "refuted" };
    if (Date.now() >= deadline) return { kind: "unknown", reason: "out of time" };
    if (signal?.aborted) return { kind: "unknown", reason: "interrupted" };
    if (sizeOf(problem, interval, windows) > tooLarge)
      return { kind: "unknown", reason: "there are too many possible starts to write down" };
    const { clauses, decode } = encode(problem, interval, cap, windows);
    const answer = await solver.solve({ clauses, proof: false, seed, deadline, signal });
    if (answer.kind === "unknown") return answer;
    if (answer.kind === "model") return checked(decode(answer.model), peak);
    if (windows.complete) return { kind: "refuted" };
  }
}

/** Literals that fit into memory with ease. */
const tooLarge = 1e8;

/** About how many literals the clauses have: for each start, and for each pair of counts that a device's holds can have. */
function sizeOf({ routes: [{ holdFrom, holdTo }] }: Problem, interval: number, { low, high }: Windows): number {
  const starts = low.reduce((sum, slot, n) => sum + 20 * Math.max(0, high[n] - slot), 0);
  const wide = Math.max(0, ...[...holdFrom, ...holdTo].map((n) => high[n] - low[n])) / interval;
  return starts + 12 * holdFrom.length * interval * wide ** 2;
}

/** What the kernel says of a block that the clauses say is there. Throws if they disagree: then the clauses are wrong. */
function checked(block: Block, most: number): Attempt {
  const peak = Math.max(0, ...steadyPeaks(block).peakOf);
  if (!isValid(block) || peak > most) throw new Error("the clauses of a building block have a model that is not one");
  return { kind: "found", block, peak };
}
