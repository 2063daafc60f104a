// The schedule that always fits, if one does: microbatches one after another, each as early as its dependencies allow.
import type { Problem, Schedule } from "../kernel/index.ts";
import { scheduleAt } from "./exact/read.ts";

/** Starts in ticks; no order of it is good, but it is there to begin with. */
export function inTurn(problem: Problem): Schedule {
  const { nodes, microbatches, routes, routeOf, send, devices, streams } = problem;
  const start = new Float64Array(nodes * microbatches);
  let from = 0;
  const alone = routes.map((route) => {
    const { device, stream, duration, depStart, dep } = route;
    const begins = new Float64Array(nodes).fill(-1);
    const free = new Float64Array(devices * streams);
    for (let left = nodes; left > 0; ) {
      const before = left;
      for (let node = 0; node < nodes; node++) {
        const needs = dep.subarray(depStart[node], depStart[node + 1]);
        if (begins[node] >= 0 || needs.some((need) => begins[need] < 0)) continue;
        const list = device[node] * streams + stream[node];
        let at = free[list];
        for (const need of needs) at = Math.max(at, begins[need] + duration[need] + (device[need] === device[node] ? 0 : send));
        begins[node] = at;
        free[list] = at + duration[node];
        left--;
      }
      if (left === before) throw new Error("dependencies in a circle");
    }
    return { begins, length: begins.reduce((end, at, node) => Math.max(end, at + duration[node]), 0) };
  });
  for (let j = 0; j < microbatches; j++) {
    const { begins, length } = alone[routeOf === null ? 0 : routeOf[j]];
    begins.forEach((at, node) => {
      start[j * nodes + node] = from + at;
    });
    from += length;
  }
  return scheduleAt(problem, start);
}
