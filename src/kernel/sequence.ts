// No deadlock, shown by an order of all passes in which each stream's list and every dependency goes forward.
import { type Problem, routeFor } from "./problem.ts";

/**
 * Whether the lists (one for each stream of each device, as in `Order`) hold every pass once, each on its own stream, and in `sequence`
 * the passes of each list come in its order and every pass after all that it depends on. Then each stream can run its list.
 */
export function isRun(problem: Problem, lists: readonly Int32Array[], sequence: Int32Array): boolean {
  const { nodes, streams, microbatches } = problem;
  const total = nodes * microbatches;
  const place = new Int32Array(total).fill(-1);
  sequence.forEach((pass, at) => {
    place[pass] = at;
  });
  let listed = 0;
  for (let list = 0; list < lists.length; list++) {
    let before = -1;
    for (const pass of lists[list]) {
      if (!(pass >= 0 && pass < total)) return false; // condition
      const route = routeFor(problem, Math.floor(pass / nodes));
      if (route.device[pass % nodes] * streams + route.stream[pass % nodes] !== list) return false; // condition
      if (place[pass] <= before) return false; // condition
      before = place[pass];
      listed++;
    }
  }
  if (listed !== total) return false; // condition
  for (let pass = 0; pass < total; pass++) {
    const base = pass - (pass % nodes);
    const { depStart, dep } = routeFor(problem, Math.floor(pass / nodes));
    for (let e = depStart[pass - base]; e < depStart[pass - base + 1]; e++) {
      if (place[base + dep[e]] >= place[pass]) return false; // condition
    }
  }
  return true;
}
