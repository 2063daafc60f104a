// A problem laid out for building schedules: its passes by *family* (one node of one route, `route * nodes + node`), what each
// family waits for and wakes, what it takes and frees. A family runs its microbatches in ascending order, which loses nothing
// (proofs/laws/microbatch-order.md). Built once for a problem; every scheduler here reads it and none writes.
import type { Problem, Route } from "../../kernel/index.ts";

/** Rows of numbers, end to end: row i is `item[from[i]..from[i+1])`, and `amount` goes with it. */
export interface Rows {
  readonly from: Int32Array;
  readonly item: Int32Array;
  readonly amount: Float64Array;
}

export interface Shop {
  readonly problem: Problem;
  readonly families: number;
  readonly lists: number;
  /** By family: its stream's list (`device * streams + stream`) and its duration in ticks. */
  readonly list: Int32Array;
  readonly ticks: Float64Array;
  /** By family: families that wait for it, and the ticks from its start until they may start. */
  readonly after: Rows;
  /** The same turned round: by family, what it waits for. */
  readonly before: Rows;
  /** By family: how many families it waits for. */
  readonly waits: Int32Array;
  /** By family: devices on which it takes (frees) memory, and how many parts. */
  readonly takes: Rows;
  readonly frees: Rows;
  /** By family that takes: the family that frees last of what it takes; else -1. */
  readonly release: Int32Array;
  /** By family, in ticks: least time from a microbatch's first start to this start, and from this start to its last end. */
  readonly head: Float64Array;
  readonly tail: Float64Array;
  /** Families in an order that keeps all waits, route by route. */
  readonly topological: Int32Array;
  /** By list: its families. By route: its microbatches. */
  readonly familiesOf: Rows;
  readonly microbatchesOf: Rows;
  /** By list: ticks of all its passes. */
  readonly load: Float64Array;
  /** Every hold begins and ends on one stream of its device: memory then follows from the order alone (squeezing.md, 4). */
  readonly ordered: boolean;
}

export function rows(count: number, cells: readonly (readonly [row: number, item: number, amount: number])[]): Rows {
  const from = new Int32Array(count + 1);
  for (const [row] of cells) from[row + 1]++;
  for (let row = 0; row < count; row++) from[row + 1] += from[row];
  const next = from.slice();
  const item = new Int32Array(cells.length);
  const amount = new Float64Array(cells.length);
  for (const [row, value, weight] of cells) {
    item[next[row]] = value;
    amount[next[row]++] = weight;
  }
  return { from, item, amount };
}

/** The layout of a problem, or null if the passes of one microbatch wait for each other in a circle. */
export function shop(problem: Problem): Shop | null {
  const { nodes, streams, devices, microbatches, send } = problem;
  const families = nodes * problem.routes.length;
  const lists = devices * streams;
  const list = new Int32Array(families);
  const ticks = new Float64Array(families);
  const waits = new Int32Array(families);
  const edges: [number, number, number][] = [];
  const takes: [number, number, number][] = [];
  const frees: [number, number, number][] = [];
  problem.routes.forEach((route, r) => {
    const base = r * nodes;
    for (let node = 0; node < nodes; node++) {
      list[base + node] = route.device[node] * streams + route.stream[node];
      ticks[base + node] = route.duration[node];
      for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) {
        const other = route.dep[e];
        edges.push([base + other, base + node, route.duration[other] + (route.device[other] === route.device[node] ? 0 : send)]);
      }
    }
    for (const [from, to] of looseHolds(route)) edges.push([base + from, base + to, 0]);
    for (let h = 0; h < route.holdFrom.length; h++) {
      takes.push([base + route.holdFrom[h], route.holdDevice[h], route.holdAmount[h]]);
      frees.push([base + route.holdTo[h], route.holdDevice[h], route.holdAmount[h]]);
    }
  });
  for (const [, to] of edges) waits[to]++;
  const after = rows(families, edges);
  const topological = sorted(after, waits);
  if (topological === null) return null;

  const head = new Float64Array(families);
  const tail = new Float64Array(families);
  for (const f of topological)
    for (let e = after.from[f]; e < after.from[f + 1]; e++) head[after.item[e]] = Math.max(head[after.item[e]], head[f] + after.amount[e]);
  for (const f of topological.toReversed()) {
    tail[f] = ticks[f];
    for (let e = after.from[f]; e < after.from[f + 1]; e++) tail[f] = Math.max(tail[f], after.amount[e] + tail[after.item[e]]);
  }

  const release = new Int32Array(families).fill(-1);
  problem.routes.forEach((route, r) => {
    route.holdFrom.forEach((from, h) => {
      const [f, to] = [r * nodes + from, r * nodes + route.holdTo[h]];
      if (release[f] < 0 || head[to] > head[release[f]]) release[f] = to;
    });
  });
  const load = new Float64Array(lists);
  const journeys: [number, number, number][] = [];
  for (let j = 0; j < microbatches; j++) {
    const route = problem.routeOf === null ? 0 : problem.routeOf[j];
    journeys.push([route, j, 0]);
    for (let node = 0; node < nodes; node++) load[list[route * nodes + node]] += ticks[route * nodes + node];
  }
  return {
    problem,
    families,
    lists,
    list,
    ticks,
    after,
    before: rows(
      families,
      edges.map(([needed, f, lag]) => [f, needed, lag]),
    ),
    waits,
    takes: rows(families, merged(takes)),
    frees: rows(families, merged(frees)),
    release,
    head,
    tail,
    topological,
    familiesOf: rows(
      lists,
      Array.from(list, (row, f) => [row, f, 0]),
    ),
    microbatchesOf: rows(problem.routes.length, journeys),
    load,
    ordered: problem.routes.every(inOneStream),
  };
}

/** Cells of the same row and item, added up. */
function merged(cells: readonly [number, number, number][]): [number, number, number][] {
  const sums = new Map<string, [number, number, number]>();
  for (const [row, item, amount] of cells) {
    const sum = sums.get(`${row} ${item}`);
    if (sum === undefined) sums.set(`${row} ${item}`, [row, item, amount]);
    else sum[2] += amount;
  }
  return [...sums.values()];
}

/** Kahn's algorithm; null if there is a circle. */
function sorted(after: Rows, waits: Int32Array): Int32Array | null {
  const pending = waits.slice();
  const found = new Int32Array(waits.length);
  let count = 0;
  for (let f = 0; f < waits.length; f++) if (pending[f] === 0) found[count++] = f;
  for (let at = 0; at < count; at++)
    for (let e = after.from[found[at]]; e < after.from[found[at] + 1]; e++)
      if (--pending[after.item[e]] === 0) found[count++] = after.item[e];
  return count === waits.length ? found : null;
}

/** Holds whose end does not follow from their start: a schedule has to see to it that none ends before it begins. */
function looseHolds(route: Route): [number, number][] {
  const loose: [number, number][] = [];
  const needs = (node: number, seen: Set<number>): Set<number> => {
    for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) {
      if (seen.has(route.dep[e])) continue;
      needs(route.dep[e], seen.add(route.dep[e]));
    }
    return seen;
  };
  route.holdFrom.forEach((from, h) => {
    const to = route.holdTo[h];
    if (from !== to && !needs(to, new Set()).has(from) && !needs(from, new Set()).has(to)) loose.push([from, to]);
  });
  return loose;
}

function inOneStream(route: Route): boolean {
  return route.holdFrom.every((from, h) => {
    const [to, device] = [route.holdTo[h], route.holdDevice[h]];
    const here = route.device[from] === device && route.device[to] === device && route.stream[from] === route.stream[to];
    return here && route.stream[from] === 0 && route.duration[from] > 0 && route.duration[to] > 0;
  });
}

/** The family of a pass. */
export const familyOf = ({ problem }: Shop, pass: number): number => {
  const j = Math.floor(pass / problem.nodes);
  return pass - j * problem.nodes + (problem.routeOf === null ? 0 : problem.routeOf[j] * problem.nodes);
};

/** The same problem with fewer microbatches, at most `microbatches`. */
export const shortened = (problem: Problem, microbatches: number): Problem => ({
  ...problem,
  microbatches: Math.min(microbatches, problem.microbatches),
  routeOf: problem.routeOf === null ? null : problem.routeOf.slice(0, microbatches),
});
