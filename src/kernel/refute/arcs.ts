// Everything that is a precedence, as one list of arcs: "this item starts so much later than that one, or later". An item is a pass, by its
// number: the microbatches of a route are alike, so that of the starts of one node the kth may be taken for the kth microbatch's
// (law: proofs/laws/microbatch-order.md). Under a bound on the span each device's begin is an item, too: number `passes + device`,
// no later than any pass there, and no earlier than the span allows for the last one.
import type { Goal } from "../goal.ts";
import { type Problem, type Route, routeFor } from "../problem.ts";

/** Arc i: the start of `to[i]` is at least the start of `from[i]` plus `lag[i]`. */
export interface Arcs {
  readonly passes: number;
  /** By item; a device's begin takes no time. */
  readonly duration: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly lag: Float64Array;
}

/** The microbatches of each route, ascending. */
export const microbatchesOf = ({ routes, routeOf, microbatches }: Problem): number[][] =>
  routes.map((_, r) => Array.from({ length: microbatches }, (_, j) => j).filter((j) => (routeOf === null ? 0 : routeOf[j]) === r));

/** Holds whose last pass does not wait for their first: that they do not end before they begin has to be said. */
export function looseHolds({ holdFrom, holdTo, depStart, dep }: Route): number[] {
  return Array.from(holdTo.keys()).filter((h) => {
    const before = new Set([holdTo[h]]);
    for (const node of before) for (let e = depStart[node]; e < depStart[node + 1]; e++) before.add(dep[e]);
    return !before.has(holdFrom[h]);
  });
}

export function arcsOf({ problem, span, orders }: Goal): Arcs {
  const { nodes, microbatches, devices, routes, send, cap, always } = problem;
  const passes = nodes * microbatches;
  const duration = new Float64Array(passes + (span === null ? 0 : devices));
  const [from, to, lags]: number[][] = [[], [], []];
  const arc = (before: number, after: number, lag: number): void => {
    from.push(before);
    to.push(after);
    lags.push(lag);
  };
  microbatchesOf(problem).forEach((own, r) => {
    const route = routes[r];
    const loose = looseHolds(route);
    own.forEach((j, k) => {
      for (let node = 0; node < nodes; node++) {
        const item = j * nodes + node;
        duration[item] = route.duration[node];
        if (k > 0) arc(own[k - 1] * nodes + node, item, duration[item]);
        for (const need of route.dep.subarray(route.depStart[node], route.depStart[node + 1]))
          arc(j * nodes + need, item, route.duration[need] + (route.device[need] === route.device[node] ? 0 : send));
        if (span === null) continue;
        const begin = passes + route.device[node];
        if (k === 0) arc(begin, item, 0);
        if (k === own.length - 1) arc(item, begin, duration[item] - span);
      }
      for (const h of loose) arc(j * nodes + route.holdFrom[h], j * nodes + route.holdTo[h], -route.duration[route.holdTo[h]]);
      // Where there is room for `most` at once, the next one waits for the end of the first.
      route.holdAmount.forEach((amount, h) => {
        const room = cap[route.holdDevice[h]] - always[route.holdDevice[h]];
        const most = amount === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(room / amount));
        if (k >= most) arc(own[k - most] * nodes + route.holdTo[h], j * nodes + route.holdFrom[h], route.duration[route.holdTo[h]]);
      });
    });
  });
  for (const { passes: list } of orders)
    for (let i = 1; i < list.length; i++) {
      const [a, b] = [list[i - 1], list[i]].map((pass) => ({ route: routeFor(problem, Math.floor(pass / nodes)), node: pass % nodes }));
      const together = a.route.device[a.node] === b.route.device[b.node] && a.route.stream[a.node] === b.route.stream[b.node];
      arc(list[i - 1], list[i], together ? duration[list[i - 1]] : 0);
    }
  return { passes, duration, from: Int32Array.from(from), to: Int32Array.from(to), lag: Float64Array.from(lags) };
}

/**
 * Longest paths: raises `values` (-Infinity: not reached) until every arc is kept, along the arcs or against them. False where a value
 * passes `most`, or the arcs go in a circle on which it would rise for ever.
 */
export function lengthen(values: Float64Array, { from, to, lag }: Arcs, way: "forward" | "backward", most: number): boolean {
  const [start, end] = way === "forward" ? [from, to] : [to, from];
  for (let sweeps = 0; sweeps <= values.length; sweeps++) {
    let changed = false;
    for (let i = 0; i < lag.length; i++) {
      const arc = sweeps % 2 === 0 ? i : lag.length - 1 - i; // to and fro: whichever way a chain is written, it is short
      const reached = values[start[arc]] + lag[arc];
      if (reached <= values[end[arc]]) continue;
      values[end[arc]] = reached;
      changed = true;
    }
    if (values.some((value) => value > most)) return false;
    if (!changed) return true;
  }
  return false;
}
