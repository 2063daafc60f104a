// The least x for which a goal has a schedule, between a proven bound and the best schedule known, closing in from both ends.
// With several solvers the questions of a round run side by side. Which questions are asked, and which of their answers count,
// depends on the answers alone and never on who was first: the same effort gives the same schedule.
import type { Goal, Measures, Refutation, Schedule } from "../../kernel/index.ts";
import type { SatSolver } from "../../solver/sat.ts";
import type { Checker } from "./checker.ts";
import { type Decision, decide } from "./decide.ts";

export interface Found {
  readonly schedule: Schedule;
  readonly value: number;
}
export interface Search {
  /** The goal "at most x", for a whole number x. */
  goal(x: number): Goal;
  /** What a schedule is measured by. */
  value(measures: Measures): number;
  /** Nothing is below this (known without search). */
  readonly low: number;
  readonly best: Found | null;
  /** With no schedule known: nothing is looked for above this. */
  readonly high: number;
  /** x / unit is whole for every schedule's x: values between are not asked for. */
  readonly unit: number;
  /** How a schedule is tidied once found; gives its measures anew. */
  improved?(schedule: Schedule, measures: Measures): { readonly schedule: Schedule; readonly measures: Measures };
}
export interface Team {
  /** One for each question that runs at a time. */
  readonly solvers: readonly SatSolver[];
  readonly checkers: readonly Checker[];
  readonly seed: number;
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly mostClauses?: number;
  /** Told after each step. `bound`: nothing is below it. */
  progress?(state: { readonly best: number | null; readonly bound: number }): void;
}
export interface Minimum {
  readonly best: Found | null;
  /** Nothing is below this; equal to the best value where it is optimal. Above `high`: there is no schedule up to there. */
  readonly bound: number;
  /** Accepted by the kernel for `goal(bound - 1)`; null where `bound` is `low`. */
  readonly evidence: Refutation | null;
  /** Why the search ended before best and bound met. */
  readonly reason?: string;
  readonly broken?: Extract<Decision, { kind: "broken" }>;
}

export async function minimize(search: Search, team: Team): Promise<Minimum> {
  const { unit } = search;
  let low = Math.ceil(search.low / unit) * unit;
  let best = search.best;
  let evidence: Refutation | null = null;
  const top = (): number => (best === null ? Math.floor(search.high / unit) * unit + unit : best.value);
  const end = (more: Pick<Minimum, "reason" | "broken"> = {}): Minimum => ({ best, bound: best === null ? low : Math.min(low, best.value), evidence, ...more });
  while (low < top()) {
    team.progress?.({ best: best?.value ?? null, bound: low });
    if (team.signal?.aborted) return end({ reason: "interrupted" });
    if (Date.now() >= team.deadline) return end({ reason: "the time was up" });
    const answers = await round(questions(low, top(), unit, team.solvers.length), search, team);
    const broken = answers.find(({ decision }) => decision.kind === "broken")?.decision;
    if (broken?.kind === "broken") return end({ reason: broken.reason, broken });
    let moved = false;
    for (const { x, decision } of answers) {
      if (decision.kind !== "refuted" || x < low) continue;
      low = x + unit;
      evidence = decision.evidence;
      moved = true;
    }
    const schedule = answers.find(({ decision }) => decision.kind === "schedule")?.decision;
    if (schedule?.kind === "schedule") {
      const tidy = search.improved?.(schedule.schedule, schedule.measures) ?? schedule;
      best = { schedule: tidy.schedule, value: search.value(tidy.measures) };
      moved = true;
    }
    if (!moved) {
      const unknown = answers.find(({ decision }) => decision.kind === "unknown")?.decision;
      return end({ reason: unknown?.kind === "unknown" ? unknown.reason : "the search ended" });
    }
  }
  team.progress?.({ best: best?.value ?? null, bound: low });
  return end();
}

/** Where to ask next: refutations are cheap near the bound, so a little below the middle; more than one question spreads out. */
function questions(low: number, top: number, unit: number, many: number): number[] {
  const width = (top - low) / unit;
  const asked = new Set<number>();
  for (let i = 1; i <= many; i++) asked.add(low + unit * Math.min(width - 1, Math.floor((width * i * 0.8) / (many + 1))));
  return [...asked].sort((a, b) => a - b);
}

interface Answer {
  readonly x: number;
  readonly decision: Decision;
}

/** Asks all at once. The lowest schedule and the highest refutation settle the others, which are then stopped. */
async function round(asked: readonly number[], search: Search, team: Team): Promise<Answer[]> {
  const controllers = asked.map(() => new AbortController());
  const stopAll = (): void => {
    for (const one of controllers) one.abort();
  };
  team.signal?.addEventListener("abort", stopAll);
  const settled: (Decision | null)[] = asked.map(() => null);
  try {
    await Promise.all(
      asked.map(async (x, i) => {
        const decision = await decide(search.goal(x), {
          solver: team.solvers[i],
          checker: team.checkers[i],
          seed: team.seed,
          deadline: team.deadline,
          signal: controllers[i].signal,
          mostClauses: team.mostClauses,
        });
        settled[i] = decision;
        // A schedule makes those above it useless, a refutation those below.
        if (decision.kind === "schedule") for (let k = i + 1; k < asked.length; k++) controllers[k].abort();
        if (decision.kind === "refuted") for (let k = 0; k < i; k++) controllers[k].abort();
      }),
    );
  } finally {
    team.signal?.removeEventListener("abort", stopAll);
  }
  // What was stopped may have ended just before: only what the settling answers leave open counts.
  const highest = settled.reduce((found, one, i) => (one?.kind === "refuted" ? i : found), -1);
  const lowest = settled.findIndex((one) => one?.kind === "schedule");
  return asked.flatMap((x, i) => {
    const decision = settled[i];
    if (decision === null || i < highest || (lowest >= 0 && i > lowest)) return [];
    return [{ x, decision }];
  });
}
