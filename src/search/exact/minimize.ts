// The least c for which a goal has a schedule, between a proven bound and the best schedule known, closing in from both ends.
// With several solvers the questions of a round run side by side. Which questions are asked, and which of their answers count,
// depends on the answers alone and never on who was first: the same effort gives the same schedule.
import type { Goal, Measures, Quantum, Refutation, Schedule } from "../../kernel/index.ts";
import type { SatSolver } from "../../solver/sat.ts";
import type { Checker } from "./checker.ts";
import { type Answer, ask, type Broken, confirm } from "./decide.ts";
import type { Claimed } from "./hinted.ts";

/** With a quantum, c counts coarse ticks, and schedules and their measures are those of the coarse goal. */
export interface Search {
  /** The goal "at most c". */
  goal(c: number): Goal;
  readonly quantum?: Quantum;
  /** In coarse ticks: what leaves a small gap once nothing is at or below it. It moves with the best schedule. */
  smallGap?(): number;
  value(measures: Measures): number;
  /** Nothing is below this (known without search). */
  readonly low: number;
  /** Nothing is looked for at this or above: the value of a schedule that is known, or a limit. */
  readonly high: number;
  /** Told of each schedule; gives back what it is worth, at most `value`. */
  found(schedule: Schedule, measures: Measures): number;
}
export interface Team {
  /** One for each question that runs at a time. */
  readonly solvers: readonly SatSolver[];
  readonly checker: Checker;
  readonly seed: number;
  /** As `Date.now()` counts. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly mostClauses?: number;
  readonly conflicts?: number;
}
export interface Minimum {
  /** Nothing is below this: the kernel has confirmed it. */
  readonly low: number;
  /** Value of the last schedule found, or `high`. Equal to `low`: that is the least. */
  readonly high: number;
  /** For `goal(low - 1)`; null where `low` is as it was given. */
  readonly evidence: Refutation | null;
  /** Why the search ended before the two met. */
  readonly reason?: string;
  readonly broken?: Broken;
}

export async function minimize(search: Search, team: Team, progress: (low: number) => void): Promise<Minimum> {
  let { low, high } = search;
  const bound = new Confirmed(search, team, progress);
  const end = async (reason?: string, broken?: Broken): Promise<Minimum> => {
    await bound.settle();
    const why = bound.broken?.reason ?? (bound.low < high ? (reason ?? bound.reason) : undefined);
    return { low: bound.low, high, evidence: bound.evidence, reason: why, broken: bound.broken ?? broken };
  };
  // A solver that gives no answer has the last turn from then on; the search ends when none is left that has not failed.
  let able = [...team.solvers];
  let failures = 0;
  for (let first = true; low < high; first = false) {
    if (team.signal?.aborted) return end("interrupted");
    if (Date.now() >= team.deadline) return end("the time was up");
    let reason: string | null = "the search ended";
    const failed: SatSolver[] = [];
    for (const { c, answer } of await round(questions(search, low, high, able.length, first), search, { ...team, solvers: able }, bound)) {
      switch (answer.kind) {
        case "broken":
          return end(answer.reason, answer);
        case "refuted":
          low = Math.max(low, c + 1);
          reason = null;
          break;
        case "schedule":
          high = Math.min(c, search.found(answer.schedule, answer.measures));
          reason = null;
          break;
        case "unknown":
          reason &&= answer.reason;
          if (answer.by !== undefined) failed.push(answer.by);
      }
    }
    able = [...able.filter((one) => !failed.includes(one)), ...failed];
    failures = reason === null ? 0 : failures + failed.length;
    const another = failed.length > 0 && failures < able.length;
    if (bound.broken !== undefined || (reason !== null && !another)) return end(reason ?? undefined);
  }
  return end();
}

/** Refutations are checked beside the search, the strongest first: what it rests on meanwhile, nobody is told. */
class Confirmed {
  low: number;
  evidence: Refutation | null = null;
  broken: Broken | undefined;
  reason: string | undefined;
  readonly #search: Search;
  readonly #team: Team;
  readonly #progress: (low: number) => void;
  #open: { readonly c: number; readonly claimed: Claimed }[] = [];
  #working: Promise<void> | null = null;

  constructor(search: Search, team: Team, progress: (low: number) => void) {
    this.low = search.low;
    this.#search = search;
    this.#team = team;
    this.#progress = progress;
  }

  add(c: number, claimed: Claimed): void {
    this.#open.push({ c, claimed });
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }
  async settle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.broken === undefined) {
      this.#open = this.#open.filter(({ c }) => c >= this.low).sort((a, b) => a.c - b.c);
      const next = this.#open.pop();
      if (next === undefined) return;
      const confirmed = await confirm(this.#search.goal(next.c), next.claimed, this.#team.checker, this.#team);
      if (confirmed.kind === "broken") this.broken = confirmed;
      else if (confirmed.kind === "unknown") this.reason = confirmed.reason;
      else {
        this.low = next.c + 1;
        this.evidence = confirmed.evidence;
        this.#progress(this.low);
      }
    }
  }
}

/**
 * Where to ask next. Whether the bound itself is reached is asked first: there is no room for idle ticks, so it is cheap. Then just
 * below the best schedule, which is often nearly the best there is, so that a refutation ends the search; others fill the gap. In coarse
 * ticks what leaves a small gap comes before all that, with easier questions beside it: the closer to the best, the harder they are.
 */
function questions({ smallGap }: Search, low: number, high: number, many: number, first: boolean): number[] {
  const width = high - low;
  const small = smallGap?.() ?? low;
  if (small > low && small < high) {
    const apart = Math.ceil(small / 100);
    return Array.from({ length: many }, (_, i) => small - i * apart)
      .filter((c) => c >= low)
      .reverse();
  }
  const bound = first && smallGap === undefined;
  if (many === 1) return [bound ? low : high - 1 - Math.floor(Math.min(width / 3, high / 50))];
  const top = high - 1 - Math.floor(Math.min(width / 10, high / 1000));
  const asked = new Set([top]);
  for (let i = 1; i < many; i++) asked.add(bound && i === 1 ? low : low + Math.floor(((top - low) * i) / many));
  return [...asked].sort((a, b) => a - b);
}

interface Asked {
  readonly c: number;
  readonly answer: Answer;
}

/** Asks all at once. The lowest schedule and the highest refutation settle the others, which are then stopped. */
async function round(asked: readonly number[], search: Search, team: Team, bound: Confirmed): Promise<Asked[]> {
  const controllers = asked.map(() => new AbortController());
  const stopAll = (): void => {
    for (const one of controllers) one.abort();
  };
  team.signal?.addEventListener("abort", stopAll);
  const settled: (Answer | null)[] = asked.map(() => null);
  try {
    await Promise.all(
      asked.map(async (c, i) => {
        const answer = await ask(search.goal(c), { ...team, solver: team.solvers[i], signal: controllers[i].signal }, search.quantum);
        settled[i] = answer;
        if (answer.kind === "refuted") bound.add(c, answer.claimed);
        // A schedule makes those above it useless, a refutation those below.
        if (answer.kind === "schedule") for (let k = i + 1; k < asked.length; k++) controllers[k].abort();
        if (answer.kind === "refuted") for (let k = 0; k < i; k++) controllers[k].abort();
      }),
    );
  } finally {
    team.signal?.removeEventListener("abort", stopAll);
  }
  // What was stopped may have ended just before: only what the settling answers leave open counts.
  const highest = settled.reduce((found, one, i) => (one?.kind === "refuted" ? i : found), -1);
  const lowest = settled.findIndex((one) => one?.kind === "schedule");
  return asked.flatMap((c, i) => {
    const answer = settled[i];
    if (answer === null || i < highest || (lowest >= 0 && i > lowest)) return [];
    return [{ c, answer }];
  });
}
