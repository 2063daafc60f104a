// Longer ticks for long durations: which of them lose little when every time is rounded down, and leave few enough ticks to search.
import { coarsen, type Goal, type Quantum } from "../../kernel/index.ts";
import { guessBound } from "../../schedule/index.ts";

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

export type Timed = "makespan" | "span";

/**
 * The longest tick that loses nothing. For spans that is one tick: devices may start between longer ones, even where all times are
 * multiples of them.
 */
export function commonTick({ problem, starts }: Goal, bound: Timed): Quantum {
  if (starts.length > 0 || bound === "span") return { num: 1, den: 1 };
  let tick = problem.send;
  for (const { duration } of problem.routes) for (const ticks of duration) tick = gcd(tick, ticks);
  return { num: Math.max(1, tick), den: 1 };
}

/** How the kernel makes a bound coarse (a makespan is rounded down, a span up), and the largest bound that becomes c. */
export interface Scale {
  coarse(x: number): number;
  fine(c: number): number;
}
export function scaleOf({ num, den }: Quantum, bound: Timed): Scale {
  const [n, d] = [BigInt(num), BigInt(den)];
  return bound === "makespan"
    ? { coarse: (x) => Number((BigInt(x) * d) / n), fine: (c) => Number((BigInt(c + 1) * n - 1n) / d) }
    : { coarse: (x) => Number((BigInt(x) * d + n - 1n) / n), fine: (c) => Number((BigInt(c) * n) / d) };
}

export interface Chosen {
  readonly quantum: Quantum;
  /** What is known to be the least in these ticks without a search, in fine ones. */
  readonly bound: number;
}

/** Most parts that a duration is divided into. */
const parts = 40;

/**
 * The tick that leaves the best bound among those that divide some duration evenly and give no more than about `ticks` ticks in
 * all; null where no tick does, or none is longer than the common one.
 */
export function quantumFor(goal: Goal, bound: Timed, ticks: number): Chosen | null {
  const x = guessBound(goal, bound).value;
  const least = x / ticks;
  if (least <= commonTick(goal, bound).num) return null;
  const durations = [...new Set(goal.problem.routes.flatMap(({ duration }) => [...duration]))].sort((a, b) => a - b);
  let best: Chosen | null = null;
  for (const num of durations) {
    for (let den = 1; den <= parts; den++) {
      if (num / den < least) break;
      const quantum = { num, den };
      const coarse = coarsen(goal, quantum);
      if (coarse === null) continue;
      const reached = scaleOf(quantum, bound).fine(guessBound(coarse, bound).value - 1) + 1;
      if (best === null || reached > best.bound) best = { quantum, bound: reached };
    }
  }
  return best;
}
