// A model of the kernel's clauses as a schedule. Not trusted: whoever gets it replays it.
import type { Problem, Schedule, Written } from "../../kernel/index.ts";

/** Start times of all passes, by what the model says of "started by t". `model[v]` is 1 where variable v is true. */
export function readModel(problem: Problem, { first, last, variable }: Written, model: Uint8Array): Schedule {
  const start = Float64Array.from({ length: problem.nodes * problem.microbatches }, (_, pass) => {
    let t = first[pass];
    while (t < last[pass] && model[variable[pass] + t - first[pass]] === 0) t++;
    return t;
  });
  return scheduleAt(problem, start);
}

/** The schedule with these starts: each stream takes its passes as they start. */
export function scheduleAt(problem: Problem, start: Float64Array): Schedule {
  const { nodes, microbatches, devices, streams, routes, routeOf } = problem;
  const lists: number[][] = Array.from({ length: devices * streams }, () => []);
  for (let j = 0; j < microbatches; j++) {
    const route = routes[routeOf === null ? 0 : routeOf[j]];
    for (let node = 0; node < nodes; node++) lists[route.device[node] * streams + route.stream[node]].push(j * nodes + node);
  }
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    list.sort((a, b) => start[a] - start[b] || a - b);
    offsets[i + 1] = offsets[i] + list.length;
  });
  return { order: { offsets, passes: Int32Array.from(lists.flat()) }, start };
}
