// A model of the kernel's clauses as a schedule. Not trusted: whoever gets it replays it.
import type { Problem, Schedule, Written } from "../../kernel/index.ts";

/** Start times of all passes, by what the model says of "started by t". `model[v]` is 1 where variable v is true. */
export function readModel(problem: Problem, written: Written, model: Uint8Array): Schedule {
  const { nodes, microbatches, routeOf } = problem;
  const { families, base, first, last, variable } = written;
  const ofRoute: number[][] = problem.routes.map(() => []);
  for (let j = 0; j < microbatches; j++) ofRoute[routeOf === null ? 0 : routeOf[j]].push(j);
  const starts = families.families.map((family, f) =>
    Array.from({ length: family.count }, (_, k) => {
      const item = base[f] + k;
      let t = first[item];
      while (t < last[item] && model[variable[item] + t - first[item]] === 0) t++;
      return t;
    }),
  );
  const start = new Float64Array(nodes * microbatches);
  families.families.forEach(({ members, needs }, f) => {
    if (members.length === 1) {
      const [{ route, node }] = members;
      starts[f].forEach((t, k) => {
        start[ofRoute[route][k] * nodes + node] = t;
      });
      return;
    }
    // A pool: whoever is ready first goes first.
    const ready = members.flatMap(({ route, node }, i) =>
      starts[needs[i].family].map((t, k) => ({ ready: t + needs[i].lag, pass: ofRoute[route][k] * nodes + node })),
    );
    ready.sort((a, b) => a.ready - b.ready || a.pass - b.pass);
    ready.forEach(({ pass }, k) => {
      start[pass] = starts[f][k];
    });
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
