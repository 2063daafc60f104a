// A goal with its times in longer ticks, rounded down: what has a schedule keeps one, so a refutation of the coarse goal refutes
// the fine one. Law: proofs/laws/coarse-times.md. Starts at s become floor(s / q): floors of sums are at least sums of floors, so
// dependencies (with their `send`) and streams are kept, and where no pass becomes empty so is the order, and with it the memory.
import type { Goal } from "../goal.ts";
import type { Problem } from "../problem.ts";

/** `num / den` fine ticks make a coarse one. */
export interface Quantum {
  readonly num: number;
  readonly den: number;
}

/** Null where this cannot be: a pass would take no time, holds cross streams or devices, or something is fixed. */
export function coarsen(goal: Goal, quantum: Quantum): Goal | null {
  const { num, den } = quantum;
  if (!(Number.isSafeInteger(num) && Number.isSafeInteger(den) && num > 0 && den > 0)) return null; // condition
  if (goal.starts.length > 0) return null; // condition
  const { problem } = goal;
  const scaled = (ticks: number): number => Number((BigInt(ticks) * BigInt(den)) / BigInt(num));
  for (const { duration, device, stream, holdDevice, holdFrom, holdTo } of problem.routes) {
    if (duration.some((ticks) => scaled(ticks) < 1)) return null; // condition
    const apart = Array.from(holdDevice).some(
      (home, h) => device[holdFrom[h]] !== home || device[holdTo[h]] !== home || stream[holdFrom[h]] !== stream[holdTo[h]],
    );
    if (apart) return null; // condition
  }
  const coarse: Problem = {
    ...problem,
    routes: problem.routes.map((route) => ({ ...route, duration: route.duration.map(scaled) })),
    send: scaled(problem.send),
  };
  const bound = (ticks: number | null): number | null => (ticks === null ? null : scaled(ticks));
  return { ...goal, problem: coarse, makespan: bound(goal.makespan), span: bound(goal.span) };
}
