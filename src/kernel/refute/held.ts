// What one microbatch alone must hold at once on each device, whatever its schedule: at the start of a pass that begins a hold, every
// hold that a dependency path has begun before and that ends only after that pass. Law: proofs/laws/bounds.md. And which holds do not
// end after they begin by themselves.
import type { Problem, Route } from "../problem.ts";

/** Parts, by device, holds for ever included. */
export function leastHeld({ devices, nodes, routes, routeOf, microbatches, always }: Problem): Float64Array {
  const least = Float64Array.from(always);
  const taken = routeOf === null ? new Set(microbatches > 0 ? [0] : []) : new Set(routeOf);
  for (const number of taken) {
    const route = routes[number];
    const after = followers(route, nodes);
    for (let b = 0; b < route.holdFrom.length; b++) {
      const [device, begins] = [route.holdDevice[b], route.holdFrom[b]];
      if (device < 0 || device >= devices) continue;
      const earlier = reached(begins, (node) => route.dep.subarray(route.depStart[node], route.depStart[node + 1]), nodes);
      const later = reached(begins, (node) => after[node], nodes);
      let held = always[device];
      for (let a = 0; a < route.holdFrom.length; a++) {
        const to = route.holdTo[a];
        if (route.holdDevice[a] === device && earlier[route.holdFrom[a]] === 1 && later[to] === 1 && route.duration[to] > 0)
          held += route.holdAmount[a];
      }
      least[device] = Math.max(least[device], held);
    }
  }
  return least;
}

/** Holds whose last pass does not wait for their first: that they do not end before they begin has to be said. */
export function looseHolds(route: Route, nodes: number): number[] {
  const after = followers(route, nodes);
  return Array.from(route.holdFrom.keys()).filter((h) => reached(route.holdFrom[h], (node) => after[node], nodes)[route.holdTo[h]] === 0);
}

function followers({ depStart, dep }: Route, nodes: number): number[][] {
  const after: number[][] = Array.from({ length: nodes }, () => []);
  for (let node = 0; node < nodes; node++) for (let e = depStart[node]; e < depStart[node + 1]; e++) after[dep[e]].push(node);
  return after;
}

/** 1 for `from` and everything that steps lead to. */
function reached(from: number, step: (node: number) => ArrayLike<number>, nodes: number): Uint8Array {
  const seen = new Uint8Array(nodes);
  const open = [from];
  seen[from] = 1;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const next = step(node);
    for (let i = 0; i < next.length; i++) {
      if (seen[next[i]] === 1) continue;
      seen[next[i]] = 1;
      open.push(next[i]);
    }
  }
  return seen;
}
