// No deadlock, shown by an order of all passes in which each stream's list and every dependency goes forward.
import { type Problem, routeFor } from "./problem.ts";

/**
 * Whether the lists (of each device's streams, as in `Order`) hold every pass once, on its own stream, and `sequence` is an order of all
 * passes in which each list's passes come in the list's order and each pass after all that it depends on. Then the lists can be run.
 */
export function isRun(problem: Problem, lists: readonly Int32Array[], sequence: Int32Array): boolean {
  const { nodes, streams, devices, microbatches } = problem;
  const total = nodes * microbatches;
  const place = new Int32Array(total).fill(-1);
  if (sequence.length !== total || lists.length !== devices * streams) return false; // condition
  for (let at = 0; at < total; at++) {
    const pass = sequence[at];
    if (!(pass >= 0 && pass < total) || place[pass] >= 0) return false; // condition
    place[pass] = at;
  }
  let listed = 0;
  for (let list = 0; list < lists.length; list++) {
    const device = Math.floor(list / streams);
    let before = -1;
    for (const pass of lists[list]) {
      const route = routeFor(problem, Math.floor(pass / nodes));
      const node = pass % nodes;
      if (!(pass >= 0 && pass < total) || route.device[node] !== device || route.stream[node] !== list - device * streams) return false; // condition
      if (place[pass] <= before) return false; // condition
      before = place[pass];
      listed++;
    }
  }
  if (listed !== total) return false; // condition
  for (let pass = 0; pass < total; pass++) {
    const base = pass - (pass % nodes);
    const { depStart, dep } = routeFor(problem, Math.floor(pass / nodes));
    for (let e = depStart[pass - base]; e < depStart[pass - base + 1]; e++) if (place[base + dep[e]] >= place[pass]) return false; // condition
  }
  return true;
}
