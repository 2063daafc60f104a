// Small problems and goals for the tests of refutations, and goals that have a schedule but not with a tick less.
import type { Goal, Problem, Refutation } from "../../src/kernel/index.ts";
import { enough, explore, least, TooMany } from "./explore.ts";
import { inOrder, passesOf, problemFrom, type Rough, random } from "./oracle.ts";

export const goalOf = (problem: Problem, bounds: { makespan?: number; span?: number }, more: Partial<Goal> = {}): Goal => ({
  problem,
  makespan: bounds.makespan ?? null,
  span: bounds.span ?? null,
  starts: [],
  orders: [],
  ...more,
});

export type Sum = Exclude<Refutation, { readonly kind: "clauses" }>;

/** Evidence without clauses: that of every pass, and so many loads of all kinds. */
export function sums({ problem, makespan, span }: Goal, seed: number, loads: number): Sum[] {
  const { devices, streams, nodes, microbatches } = problem;
  const { below } = random(seed);
  const horizon = (makespan ?? span ?? 6) + 2;
  return [
    { kind: "windows" },
    ...Array.from({ length: nodes * microbatches }, (_, pass): Sum => ({ kind: "held", pass })),
    ...Array.from({ length: devices === 0 ? 0 : loads }, (): Sum => {
      const from = below(3) === 0 ? 0 : below(horizon);
      const to = below(3) === 0 ? horizon - 2 : from + below(horizon) - 1;
      return { kind: "load", device: below(devices), stream: below(streams), from, to, span: below(2) === 0 };
    }),
  ];
}

export interface Form {
  readonly devices: number;
  readonly microbatches: number;
  readonly placement: "straight" | "V" | "two ways";
  readonly durations: readonly [F: number, B: number, W: number];
  readonly send: number;
  /** Amounts that B and W free; F takes both. */
  readonly frees: readonly [B: number, W: number];
  readonly cap?: number;
  readonly always?: number;
  /** A pass on each device after all W. */
  readonly barrier?: boolean;
  /** A copy of what F made, on another stream: "copied" must end before B, "held" holds the amount of B. */
  readonly copy?: boolean;
}
export function formed({
  devices,
  microbatches,
  placement,
  durations,
  send,
  frees,
  cap,
  always = 0,
  barrier = false,
  copy = false,
}: Form): Problem {
  const stages = placement === "V" ? 2 * devices : devices;
  const route = (down: boolean): Rough => {
    const passes: { device: number; stream: number; duration: number; needs: number[] }[] = [];
    const holds: { from: number; to: number; device: number; amount: number }[] = [];
    const home = (s: number): number => (placement === "V" ? Math.min(s, 2 * devices - 1 - s) : down ? s : devices - 1 - s);
    for (let s = 0; s < stages; s++) passes.push({ device: home(s), stream: 0, duration: durations[0], needs: s > 0 ? [s - 1] : [] });
    const backward = (s: number): number => stages + 2 * (stages - 1 - s);
    for (let s = stages - 1; s >= 0; s--) {
      passes.push({ device: home(s), stream: 0, duration: durations[1], needs: s < stages - 1 ? [s, backward(s + 1)] : [s] });
      passes.push({ device: home(s), stream: 0, duration: durations[2], needs: [backward(s)] });
      if (frees[0] > 0) holds.push({ from: s, to: backward(s), device: home(s), amount: frees[0] });
      if (frees[1] > 0) holds.push({ from: s, to: backward(s) + 1, device: home(s), amount: frees[1] });
    }
    if (copy)
      for (let s = 0; s < stages; s++) {
        holds.push({ from: s, to: passes.length, device: home(s), amount: 1 });
        passes.push({ device: home(s), stream: 1, duration: 1, needs: [s] });
      }
    if (barrier)
      for (let d = 0; d < devices; d++)
        passes.push({ device: d, stream: 0, duration: 1, needs: Array.from({ length: stages }, (_, s) => backward(s) + 1) });
    return {
      devices,
      streams: copy ? 2 : 1,
      microbatches,
      passes,
      holds,
      send,
      always: new Array<number>(devices).fill(always),
      ...(cap === undefined ? {} : { cap: new Array<number>(devices).fill(cap) }),
    };
  };
  const problem = problemFrom(route(true));
  if (placement !== "two ways") return problem;
  return {
    ...problem,
    routes: [problem.routes[0], problemFrom(route(false)).routes[0]],
    routeOf: Int32Array.from({ length: microbatches }, (_, j) => j % 2),
  };
}

export const seeds = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Anything small: one or two routes, up to three streams and devices, holds between any two passes, caps near what is needed. */
export function anything(seed: number, slowest = 3, smallest = 1): Problem {
  const { below, pick } = random(seed);
  const devices = 1 + below(3);
  const streams = 1 + below(2);
  const nodes = 1 + below(5);
  const microbatches = 1 + below(nodes > 3 ? 2 : 3);
  const send = below(3);
  const cap = Array.from({ length: devices }, () => (below(3) === 0 ? Number.POSITIVE_INFINITY : below(6) + (below(6) === 0 ? 0.5 : 0)));
  const always = Array.from({ length: devices }, () => (below(3) === 0 ? below(2) : 0));
  const shared = below(2) === 0; // few lengths: more pools
  const rough = (): Rough => {
    const passes = Array.from({ length: nodes }, (_, i) => ({
      device: below(devices),
      stream: below(3) === 0 ? streams - 1 : 0,
      duration: shared ? smallest : smallest + below(slowest),
      needs: i === 0 ? [] : Array.from({ length: below(i > 2 ? 3 : 2) }, () => below(i)),
    }));
    const holds = Array.from({ length: below(4) }, () => {
      const from = below(nodes);
      return {
        from,
        to: below(4) === 0 ? below(nodes) : pick([from, nodes - 1, Math.min(nodes - 1, from + 1)]),
        device: below(4) === 0 ? below(devices) : passes[from].device,
        amount: below(3),
      };
    });
    return { devices, streams, microbatches, passes, holds, send, always, cap };
  };
  const first = problemFrom(rough());
  if (below(3) > 0) return first;
  return {
    ...first,
    routes: [first.routes[0], problemFrom(rough()).routes[0]],
    routeOf: Int32Array.from({ length: microbatches }, () => below(2)),
  };
}

/** Goals that have a schedule, each with one tick less would have none; some with passes fixed as in such a schedule. */
export function possibleGoals(): Goal[] {
  const goals: Goal[] = [];
  const add = (problem: Problem, most: number): void => {
    const makespan = least((bound) => goalOf(problem, { makespan: bound }), 0, problem, most);
    if (makespan === null) return;
    const span = least((bound) => goalOf(problem, { span: bound }), 0, problem, most) ?? 0;
    const start = explore(goalOf(problem, { makespan }), most);
    goals.push(goalOf(problem, { makespan }), goalOf(problem, { span }));
    if (start === null) return;
    const passes = passesOf(problem);
    const { offsets, passes: order } = inOrder(problem, start);
    goals.push(
      goalOf(problem, { makespan }, { starts: passes.filter(({ id }) => id % 2 === 0).map(({ id }) => ({ pass: id, at: start[id] })) }),
      goalOf(problem, { makespan: enough(problem) }, { orders: [{ passes: order.slice(offsets[0], offsets[1]) }] }),
    );
  };
  const tried = (problem: Problem): void => {
    try {
      add(problem, 1500);
    } catch (wrong) {
      if (!(wrong instanceof TooMany)) throw wrong;
    }
  };
  const even = { durations: [1, 1, 1], send: 0, frees: [1, 1] } as const;
  tried(formed({ devices: 2, microbatches: 2, placement: "straight", ...even, cap: 2 }));
  tried(formed({ devices: 2, microbatches: 3, placement: "straight", ...even, frees: [0, 1], cap: 2, send: 1 }));
  tried(formed({ devices: 2, microbatches: 2, placement: "V", ...even, cap: 4, durations: [1, 2, 1] }));
  tried(formed({ devices: 2, microbatches: 2, placement: "two ways", ...even, cap: 3, copy: true }));
  for (const seed of seeds(1, 60)) tried(anything(seed));
  for (const seed of seeds(100, 25)) tried(anything(seed, 3, 2));
  return goals;
}
