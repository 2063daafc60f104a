// Longer ticks for long durations: which of them lose little when every time is rounded down, and leave few enough ticks to search.
import { boundsOf, coarsen, type Goal, type Quantum } from "../../kernel/index.ts";

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The longest tick that loses nothing. */
export function commonTick({ problem, starts }: Goal): Quantum {
  if (starts.length > 0) return { num: 1, den: 1 };
  let tick = problem.send;
  for (const { duration } of problem.routes) for (const ticks of duration) tick = gcd(tick, ticks);
  return { num: Math.max(1, tick), den: 1 };
}

/** Of a goal's value x in coarse ticks: what x becomes rounded down, and the largest x that becomes c. */
export const toCoarse = (x: number, { num, den }: Quantum): number => Number((BigInt(x) * BigInt(den)) / BigInt(num));
export const toFine = (c: number, { num, den }: Quantum): number => Number((BigInt(c + 1) * BigInt(num) - 1n) / BigInt(den));

/** Most parts that a duration is divided into. */
const parts = 40;

/**
 * The tick that leaves the best bound among those that divide some duration evenly and give no more than about `ticks` ticks in
 * all; null where no tick does, or none is longer than the common one.
 */
export function quantumFor(goal: Goal, bound: "makespan" | "span", ticks: number): Quantum | null {
  const x = boundsOf(goal)[bound];
  const least = x / ticks;
  if (least <= commonTick(goal).num) return null;
  const durations = [...new Set(goal.problem.routes.flatMap(({ duration }) => [...duration]))].sort((a, b) => a - b);
  let best: Quantum | null = null;
  let most = 0;
  for (const num of durations) {
    for (let den = 1; den <= parts; den++) {
      if (num / den < least) break;
      const quantum = { num, den };
      const coarse = coarsen(goal, quantum);
      if (coarse === null) continue;
      const reached = toFine(boundsOf(coarse)[bound] - 1, quantum) + 1;
      if (reached <= most) continue;
      most = reached;
      best = quantum;
    }
  }
  return best;
}
