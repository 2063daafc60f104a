// Longest paths along the dependencies of one microbatch, and what they say: which of its passes lie between others in any schedule, what it
// must hold at once, and which holds do not end after they begin by themselves. Law: proofs/laws/bounds.md.
import type { Problem, Route } from "../problem.ts";

/** From the start of each node where a hold begins: ticks to the start of each node, -Infinity where no path leads. Dependencies in a circle lead nowhere. */
export function pathsOf(
  { depStart, dep, duration, device, holdFrom }: Route,
  nodes: number,
  send: number,
): ReadonlyMap<number, Float64Array> {
  const waits = Int32Array.from({ length: nodes }, (_, node) => depStart[node + 1] - depStart[node]);
  const after: number[][] = Array.from({ length: nodes }, () => []);
  for (let node = 0; node < nodes; node++) for (let e = depStart[node]; e < depStart[node + 1]; e++) after[dep[e]].push(node);
  const sorted = Array.from(waits.keys()).filter((node) => waits[node] === 0);
  for (const node of sorted) for (const next of after[node]) if (--waits[next] === 0) sorted.push(next);
  const found = new Map<number, Float64Array>();
  for (const from of new Set(holdFrom)) {
    const ticks = new Float64Array(nodes).fill(Number.NEGATIVE_INFINITY);
    ticks[from] = 0;
    for (const node of sorted)
      for (const next of after[node])
        ticks[next] = Math.max(ticks[next], ticks[node] + duration[node] + (device[node] === device[next] ? 0 : send));
    found.set(from, ticks);
  }
  return found;
}
const along = (paths: ReadonlyMap<number, Float64Array>, from: number, to: number): number =>
  paths.get(from)?.[to] ?? Number.NEGATIVE_INFINITY;

/** For each hold of a route: the longest path from the start of its first pass to the end of its last; -Infinity where there is none. */
export function lasts(route: Route, nodes: number, send: number): number[] {
  const paths = pathsOf(route, nodes, send);
  return Array.from(route.holdFrom, (from, h) => along(paths, from, route.holdTo[h]) + route.duration[route.holdTo[h]]);
}

/** Holds whose last pass does not wait for their first: that they do not end before they begin has to be said. */
export const looseHolds = (route: Route, nodes: number): number[] =>
  lasts(route, nodes, 0).flatMap((ticks, h) => (ticks === Number.NEGATIVE_INFINITY ? [h] : []));

/**
 * What one microbatch alone must hold at once on each device: at the start of a pass that begins a hold, every hold that a path has begun
 * before and that ends only after that pass. Parts, holds for ever included.
 */
export function leastHeld({ devices, nodes, routes, routeOf, microbatches, always }: Problem): Float64Array {
  const least = Float64Array.from(always);
  for (const number of routeOf === null ? new Set(microbatches > 0 ? [0] : []) : new Set(routeOf)) {
    const { holdFrom, holdTo, holdDevice, holdAmount, duration } = routes[number];
    const paths = pathsOf(routes[number], nodes, 0);
    holdFrom.forEach((begins, b) => {
      const device = holdDevice[b];
      if (device < 0 || device >= devices) return;
      let held = always[device];
      holdFrom.forEach((from, a) => {
        const lives = along(paths, from, begins) >= 0 && along(paths, begins, holdTo[a]) >= 0 && duration[holdTo[a]] > 0;
        if (holdDevice[a] === device && lives) held += holdAmount[a];
      });
      least[device] = Math.max(least[device], held);
    });
  }
  return least;
}
