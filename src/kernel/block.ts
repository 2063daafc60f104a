// A building block in numbers: its starts in slots, repeated every `interval`. As many repetitions as meet at one time stand for any number.
// Laws: proofs/laws/steady-state.md, proofs/laws/once-blocks.md.
import { type Problem, routeFor } from "./problem.ts";

export interface Block {
  /** The problem of one group: `problem.microbatches` of them, durations in slots, one slot a tick. */
  readonly problem: Problem;
  /** Slots after which the block repeats; null: it does not. */
  readonly interval: number | null;
  /** Start slot of each pass of the group. */
  readonly start: Float64Array;
}
/** A problem and starts in ticks. */
export interface Run {
  readonly problem: Problem;
  readonly start: Float64Array;
}

/** The first microbatches, each in its slots, moved so that the least of the block is 0; NaN for those that it does not have. */
export function run({ problem, interval, start }: Block, microbatches: number): Run {
  const { routeOf, microbatches: group } = problem;
  const least = start.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const slots = Float64Array.from({ length: problem.nodes * microbatches }, (_, pass) => {
    const turn = Math.floor(pass / start.length);
    return start[pass % start.length] - least + (turn === 0 ? 0 : turn * (interval ?? Number.NaN));
  });
  const routes = routeOf && Int32Array.from({ length: microbatches }, (_, j) => routeOf[j % group]);
  return { problem: { ...problem, microbatches, routeOf: routes, send: 0 }, start: slots };
}

/** Passes of a run that are looked at. */
const mostPasses = 2 ** 21;

/** How many repetitions show all: passes further apart never meet. Null: too many, or slots that are none or too far apart. */
export function repetitions({ problem, interval, start }: Block): number | null {
  const { nodes, microbatches } = problem;
  if (start.length !== nodes * microbatches) return null; // condition
  if (interval !== null && !(Number.isSafeInteger(interval) && interval >= 1)) return null; // condition
  let [first, last] = [start[0] ?? 0, start[0] ?? 0];
  for (let pass = 0; pass < start.length; pass++) {
    const length = routeFor(problem, Math.floor(pass / nodes)).duration[pass % nodes];
    if (!(length >= 1)) return null; // condition
    first = Math.min(first, start[pass]);
    last = Math.max(last, start[pass] + length);
  }
  const count = interval === null ? 1 : Math.max(1, Math.floor((last - first - 1) / interval) + 1);
  return Number.isSafeInteger(2 * (last - first)) && count * start.length <= mostPasses ? count : null; // condition
}

/** Whether moving passes together cannot change what a device holds (law: squeezing, 4): each hold lives on one compute stream. */
export function peakIsFixed({ problem, start }: Block): boolean {
  return Array.from({ length: problem.microbatches }, (_, k) => k).every((k) => {
    const { holdFrom, holdTo, holdDevice, device, stream } = routeFor(problem, k);
    return holdFrom.every((from, h) => {
      const to = holdTo[h];
      if (start[k * problem.nodes + to] < start[k * problem.nodes + from]) return false; // condition
      return [from, to].every((node) => device[node] === holdDevice[h] && stream[node] === 0); // condition
    });
  });
}

/** The longest lifespan, in slots, of holds that begin with one of the stage's passes (null: with any). Zero where there is none. */
export function lifespan({ problem, start }: Block, stageOf: Int32Array, stage: number | null): number {
  let longest = 0;
  for (let k = 0; k < problem.microbatches; k++) {
    const { holdFrom, holdTo, duration } = routeFor(problem, k);
    holdFrom.forEach((from, h) => {
      const end = start[k * problem.nodes + holdTo[h]] + duration[holdTo[h]];
      if (stage === null || stageOf[from] === stage) longest = Math.max(longest, end - start[k * problem.nodes + from]);
    });
  }
  return longest;
}
