// When a pass of a building block can start, counted from the start of node 0. Dependencies bound it from below, caps from above: on
// a device the lifespans, each times its amount, add up to the interval times its average memory, which is at most its cap.
// So a low cap leaves narrow windows, and narrow windows leave little to search.
import type { Problem } from "../../kernel/index.ts";

/** Slots in which each node may start, both ends included. */
export interface Windows {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Whether there is a block inside them if there is one at all. */
  readonly complete: boolean;
}

/** `to` starts `lag` slots after `from` or later. */
interface Wait {
  readonly from: number;
  readonly to: number;
  readonly lag: number;
}

const never = Number.NEGATIVE_INFINITY;

/** How much later than `source` each node starts at least, in slots; -Infinity: it does not wait for it. Null: the waits are a circle. */
function distances(nodes: number, waits: readonly Wait[], source: number): Float64Array | null {
  const far = new Float64Array(nodes).fill(never);
  far[source] = 0;
  for (let round = 0, moved = true; moved; round++) {
    if (round > nodes) return null;
    moved = false;
    for (const { from, to, lag } of waits) {
      if (far[from] + lag <= far[to]) continue;
      far[to] = far[from] + lag;
      moved = true;
    }
  }
  return far;
}

/** The dependencies of a microbatch of the first route. */
export function dependencies({ nodes, routes: [{ depStart, dep, duration }] }: Problem): Wait[] {
  const found: Wait[] = [];
  for (let node = 0; node < nodes; node++) {
    for (let e = depStart[node]; e < depStart[node + 1]; e++) found.push({ from: dep[e], to: node, lag: duration[dep[e]] });
  }
  return found;
}

/** The least lifespan of each hold, in slots: its passes as close as the dependencies let them be. Null: the dependencies are a circle. */
export function leastLifespans(problem: Problem): Float64Array | null {
  const [{ holdFrom, holdTo, duration }] = problem.routes;
  const waits = dependencies(problem);
  const least = new Float64Array(holdFrom.length);
  for (let h = 0; h < least.length; h++) {
    const far = distances(problem.nodes, waits, holdFrom[h]);
    if (far === null) return null;
    least[h] = Math.max(0, far[holdTo[h]] + duration[holdTo[h]]);
  }
  return least;
}

/** What each device's holds come to at least, times the interval: parts times slots, without what it always holds. */
export function leastWork(problem: Problem, lifespans: Float64Array): Float64Array {
  const [{ holdDevice, holdAmount }] = problem.routes;
  const work = new Float64Array(problem.devices);
  for (let h = 0; h < holdDevice.length; h++) work[holdDevice[h]] += holdAmount[h] * lifespans[h];
  return work;
}

/**
 * If there is a block there is one, no worse, whose passes all start and end within so many slots: where nothing starts or runs for a
 * whole interval, all that comes later can be moved an interval earlier. Residues stay, and holds only become shorter.
 */
export function horizonOf({ routes: [{ duration }] }: Problem, interval: number): number {
  return duration.reduce((sum, slots) => sum + slots + interval, 0);
}

/**
 * The windows under `cap` (parts, for each device) at an interval, with node 0 at slot 0. Where dependencies and caps leave a pass
 * unbounded it is looked for within `slack` slots. Null: no block keeps the caps.
 */
export function windowsOf(problem: Problem, interval: number, cap: Float64Array, lifespans: Float64Array, slack: number): Windows | null {
  const { nodes, always } = problem;
  const [{ holdFrom, holdTo, holdDevice, holdAmount, duration }] = problem.routes;
  const waits = dependencies(problem);
  const room = leastWork(problem, lifespans).map((least, d) => interval * (cap[d] - always[d]) - least);
  if (room.some((left) => left < 0)) return null;
  for (let h = 0; h < holdFrom.length; h++) {
    const spare = holdAmount[h] === 0 ? Number.POSITIVE_INFINITY : Math.floor(room[holdDevice[h]] / holdAmount[h]);
    if (spare === Number.POSITIVE_INFINITY) continue;
    waits.push({ from: holdTo[h], to: holdFrom[h], lag: duration[holdTo[h]] - lifespans[h] - spare });
  }
  const backward = waits.map(({ from, to, lag }) => ({ from: to, to: from, lag }));
  const after = distances(nodes, waits, 0);
  const before = distances(nodes, backward, 0);
  if (after === null || before === null) return null;
  const horizon = horizonOf(problem, interval);
  let complete = true;
  const within = (slots: number): number => {
    if (slots < horizon) complete = false;
    return Math.min(slots, horizon);
  };
  const low = after.map((slots, n) => (slots > never ? slots : -within(before[n] > never ? before[n] + slack : slack)));
  const high = before.map((slots, n) => (slots > never ? -slots : within(after[n] > never ? after[n] + slack : slack)));
  return { low, high, complete };
}
