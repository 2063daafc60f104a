// A goal with its times in longer ticks, rounded down: what has a schedule keeps one, so a refutation of the coarse goal refutes
// the fine one. Law: proofs/laws/coarse-times.md. Starts at s become floor(s / q): floors of sums are at least sums of floors, so
// dependencies (with their `send`) and streams are kept; what is held at a coarse tick was held together at a fine one. The first start of
// all is 0 and stays 0; a device's own first start may be anywhere, so a bound on the span is rounded up.
import { type Goal, unclear } from "../goal.ts";
import type { Problem } from "../problem.ts";
import { looseHolds } from "./arcs.ts";

/** `num / den` fine ticks make a coarse one. */
export interface Quantum {
  readonly num: number;
  readonly den: number;
}

/**
 * Null where this cannot be: the ticks would not be longer, a bound is not whole, a pass would take no time, a start is fixed, or a hold
 * does not end after it begins by itself.
 */
export function coarsen(goal: Goal, quantum: Quantum): Goal | null {
  const { num, den } = quantum;
  if (!(Number.isSafeInteger(num) && Number.isSafeInteger(den) && num >= den && den > 0)) return null; // condition
  if (goal.starts.length > 0) return null; // condition
  if (unclear(goal) !== null) return null;
  const { problem } = goal;
  if (problem.routes.some((route) => looseHolds(route).length > 0)) return null; // condition
  const scaled = (ticks: number): number => Number((BigInt(ticks) * BigInt(den)) / BigInt(num));
  const roundedUp = (ticks: number): number => Number((BigInt(ticks) * BigInt(den) + BigInt(num) - 1n) / BigInt(num));
  // The clauses would say so, too.
  if (problem.routes.some(({ duration }) => duration.some((ticks) => scaled(ticks) < 1))) return null;
  const coarse: Problem = {
    ...problem,
    routes: problem.routes.map((route) => ({ ...route, duration: route.duration.map(scaled) })),
    send: scaled(problem.send),
  };
  const { makespan, span } = goal;
  return { ...goal, problem: coarse, makespan: makespan === null ? null : scaled(makespan), span: span === null ? null : roundedUp(span) };
}
