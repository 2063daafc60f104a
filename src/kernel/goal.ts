// What is asked of a schedule beside validity: a bound on its makespan or span, passes kept at given times or in a given order.
// Caps are the problem's own. Times are ticks.
import { type Problem, type Schedule, unsafe } from "./problem.ts";
import { type Measures, replay } from "./replay.ts";

/** This pass starts `at` ticks after the first start of all. */
export interface FixedStart {
  readonly pass: number;
  readonly at: number;
}
/** One stream takes these passes in this order, perhaps with others between them. */
export interface FixedOrder {
  readonly passes: Int32Array;
}

/**
 * Microbatches of one route are alike, so a fixed pass `n` of microbatch j means the start of n that comes after those of the
 * microbatches of its route before j (law: proofs/laws/microbatch-order.md).
 */
export interface Goal {
  readonly problem: Problem;
  /** Last end minus first start is at most this. */
  readonly makespan: number | null;
  /** On each device, last end minus the device's own first start is at most this. */
  readonly span: number | null;
  readonly starts: readonly FixedStart[];
  readonly orders: readonly FixedOrder[];
}

export type Objective = "makespan" | "span" | "peak";

/** The goal with one more bound. */
export function atMost(goal: Goal, objective: Objective, value: number): Goal {
  if (objective === "peak") return { ...goal, problem: { ...goal.problem, cap: goal.problem.cap.map((cap) => Math.min(cap, value)) } };
  return { ...goal, [objective]: Math.min(goal[objective] ?? value, value) };
}

export type Met =
  | { readonly kind: "met"; readonly measures: Measures }
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "missed"; readonly what: "makespan" | "span" | "start" | "order" }
  | { readonly kind: "unsafe"; readonly reason: string };

/** Why a goal cannot be looked at, or null. */
export function unclear({ problem, makespan, span, starts, orders }: Goal): string | null {
  const reason = unsafe(problem);
  if (reason !== null) return reason; // condition
  const exact = (bound: number | null): boolean => bound === null || Number.isSafeInteger(bound);
  if (!exact(makespan) || !exact(span)) return "a bound is not a whole number of ticks"; // condition
  const known = (pass: number): boolean => Number.isSafeInteger(pass) && pass >= 0 && pass < problem.nodes * problem.microbatches;
  if (!starts.every(({ pass, at }) => known(pass) && Number.isSafeInteger(at)) || !orders.every(({ passes }) => passes.every(known)))
    return "something fixed is not there";
  return null;
}

/** Replays a schedule and looks whether it does what is asked. */
export function meets(goal: Goal, schedule: Pick<Schedule, "start">): Met {
  const reason = unclear(goal);
  if (reason !== null) return { kind: "unsafe", reason };
  const replayed = replay(goal.problem, schedule);
  if (replayed.kind === "invalid") return replayed; // condition
  const { measures } = replayed;
  if (goal.makespan !== null && measures.makespan > goal.makespan) return { kind: "missed", what: "makespan" }; // condition
  if (goal.span !== null && measures.span > goal.span) return { kind: "missed", what: "span" }; // condition
  const start = ranked(goal.problem, schedule.start);
  let first = Number.POSITIVE_INFINITY;
  for (const begins of start) first = Math.min(first, begins);
  if (goal.starts.some(({ pass, at }) => start[pass] - first !== at)) return { kind: "missed", what: "start" }; // condition
  const late = goal.orders.some(({ passes }) => passes.some((pass, i) => i > 0 && start[passes[i - 1]] >= start[pass]));
  if (late) return { kind: "missed", what: "order" }; // condition
  return { kind: "met", measures };
}

/** The starts with the microbatches of each route renamed, pass by pass, so that each pass takes them in order. */
function ranked({ nodes, microbatches, routes, routeOf }: Problem, start: Float64Array): Float64Array {
  const sorted = start.slice();
  routes.forEach((_, route) => {
    const own = Array.from({ length: microbatches }, (_, j) => j).filter((j) => (routeOf === null ? 0 : routeOf[j]) === route);
    for (let node = 0; node < nodes; node++) {
      const starts = Float64Array.from(own, (j) => start[j * nodes + node]).sort();
      for (let k = 0; k < own.length; k++) sorted[own[k] * nodes + node] = starts[k];
    }
  });
  return sorted;
}
