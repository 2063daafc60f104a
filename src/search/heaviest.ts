// What a schedule's measure is as a sum of its times, near one choice of them: along the heaviest paths there.
import { type Measure, routeFor, type Timed } from "../kernel/index.ts";

/** Ticks for each 1 of each variable. */
export type Times = readonly number[];
interface Reached {
  readonly value: number;
  readonly times: Times;
}

const added = (a: Reached, b: Reached, sign: 1 | -1 = 1): Reached => ({
  value: a.value + sign * b.value,
  times: a.times.map((ticks, v) => ticks + sign * b.times[v]),
});
const heavier = (a: Reached, b: Reached): Reached => (b.value > a.value ? b : a);

/** The makespan or a span (idle time is a span without work) along the sequence, the times being `at`. */
export function heaviest(
  { problem, times }: Timed,
  sequence: Int32Array,
  { name }: Pick<Measure, "name">,
  device: number | null,
  at: readonly number[],
): Times {
  const { nodes, devices, routes } = problem;
  const reached = (own: Times): Reached => ({ value: own.reduce((sum, ticks, v) => sum + ticks * at[v], 0), times: own });
  const nothing = reached(at.map(() => 0));
  const lengths = routes.map((_, r) =>
    Array.from({ length: nodes }, (_, node) => reached(times.map(({ durations }) => durations[r][node]))),
  );
  const message = reached(times.map(({ send }) => send));
  const ends = new Array<Reached>(nodes * problem.microbatches).fill(nothing);
  const [free, first] = [new Array<Reached>(devices).fill(nothing), new Array<Reached | null>(devices).fill(null)];
  for (const pass of sequence) {
    const microbatch = Math.floor(pass / nodes);
    const node = pass - microbatch * nodes;
    const route = routeFor(problem, microbatch);
    const home = route.device[node];
    let begins = free[home];
    for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) {
      const end = ends[microbatch * nodes + route.dep[e]];
      begins = heavier(begins, route.device[route.dep[e]] === home ? end : added(end, message));
    }
    first[home] ??= begins;
    ends[pass] = added(begins, lengths[routes.indexOf(route)][node]);
    free[home] = ends[pass];
  }
  const spans = free.map((end, d) => (name === "makespan" ? end : added(end, first[d] ?? end, -1)));
  return device === null ? spans.reduce(heavier, nothing).times : spans[device].times;
}
