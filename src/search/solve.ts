// The best schedule for what is asked, with the bound that proves how good it is. Bounds and a constructed schedule first; then the
// exact engine, in coarse ticks while times are long, then in ever finer ones. Every schedule is replayed, every bound is the kernel's.
import {
  atMost,
  coarsen,
  type Goal,
  type Measures,
  meets,
  type Objective,
  type Problem,
  type Quantum,
  type Refutation,
  refutes,
  type Schedule,
} from "../kernel/index.ts";
import { boundOf, inTurn, mostAtOnce, retime } from "../schedule/index.ts";
import type { Broken } from "./exact/decide.ts";
import { minimize, type Team } from "./exact/minimize.ts";
import { commonTick, quantumFor, type Scale, scaleOf } from "./exact/quanta.ts";
import { improve, mostWritten } from "./improve.ts";

/** Ticks and parts. Minimised is each objective in turn, under the least value of the ones before. */
export interface Asked {
  /** Its bounds, caps, fixed starts and orders are what every schedule must keep. */
  readonly goal: Goal;
  readonly objectives: readonly Objective[];
}
export interface Found {
  readonly schedule: Schedule;
  readonly measures: Measures;
}
export interface Outcome {
  readonly objective: Objective;
  /** Value of the best schedule; null: none is known. */
  readonly value: number | null;
  /** Nothing is below; Infinity: there is no schedule at all. */
  readonly bound: number;
  /** What the kernel accepted for "nothing is below `bound`". */
  readonly evidence: Refutation;
  readonly proved: boolean;
  readonly reason?: string;
}
export interface Solved {
  readonly found: Found | null;
  readonly outcomes: readonly Outcome[];
  readonly broken?: Broken;
}

export interface Progress {
  readonly phase: string;
  readonly objective: Objective;
  readonly best: number | null;
  readonly bound: number;
}
export interface Options {
  readonly team: Team;
  /** A schedule to begin with, made without a solver; `better` is told of values on the way. */
  construct?(problem: Problem, objective: "makespan" | "span", effort: number, better: (value: number) => void): Promise<Schedule | null>;
  progress?(state: Progress): void;
}

export const measureOf: Readonly<Record<Objective, (measures: Measures) => number>> = {
  makespan: ({ makespan }) => makespan,
  span: ({ span }) => span,
  peak: ({ peak }) => peak,
};

export async function solve({ goal, objectives }: Asked, options: Options): Promise<Solved> {
  const outcomes: Outcome[] = [];
  let asked = goal;
  let found: Found | null = null;
  for (const objective of objectives) {
    const one = new Minimisation(asked, objective, found, options);
    const outcome = await one.run();
    outcomes.push(outcome);
    found = one.found;
    if (one.broken !== undefined) return { found, outcomes, broken: one.broken };
    if (outcome.value === null) break;
    asked = atMost(asked, objective, outcome.value);
  }
  return { found, outcomes };
}

/** Moves of the construction: a schedule at once, then a good one. */
const efforts = (passes: number): number[] => [0, Math.min(100_000, 1000 * passes)];
/** Where the exact search will take its time (passes times ticks), construction has some, too: moves for each pass, and at most. */
const slowForExact = 15_000;
/** Up to here a short look comes before that, and further where ticks are few; each question with so many conflicts. */
const mostForALook = 50_000;
const mostInFewTicks = 250_000;
const fewTicks = 200;
const firstConflicts = 2000;
const movesPerPass = 2500;
const mostMoves = 2_000_000;
/** Ticks for a first look where times are long. */
const firstTicks = 100;
/** Part of the plain bound that is left in ticks that are worth it. */
const worthALook = 0.97;
/** Part of the best value below which nothing should be, in coarse ticks, before the least is looked for. */
const smallGap = 0.9905;
/** More passes times ticks than this are searched in coarse ticks and in windows before the whole is. */
const mostTimes = 220_000;
/** Most passes times ticks that are searched as a whole. */
const mostForExact = 1_000_000;

class Minimisation {
  found: Found | null = null;
  broken: Broken | undefined;
  readonly #goal: Goal;
  readonly #objective: Objective;
  readonly #options: Options;
  #bound = 0;
  #evidence: Refutation = { kind: "windows" };
  /** What is known without a search. */
  #plain = 0;
  #reason: string | undefined;

  constructor(goal: Goal, objective: Objective, known: Found | null, options: Options) {
    this.#goal = goal;
    this.#objective = objective;
    this.#options = options;
    if (known !== null) this.found = known;
  }

  async run(): Promise<Outcome> {
    const goal = this.#goal;
    const { value, evidence } = this.#objective === "peak" ? peakBound(goal) : boundOf(goal, this.#objective);
    this.#bound = value;
    this.#plain = value;
    this.#evidence = evidence;
    this.#tell("bounds");
    if (this.#limit() < this.#bound) return this.#outcome(Number.POSITIVE_INFINITY);
    if (this.found === null) {
      for (const effort of efforts(goal.problem.nodes * goal.problem.microbatches)) if (!this.#settled()) await this.#construct(effort);
      if (this.#objective !== "peak") await this.#lookAndConstruct(this.#objective);
    }
    if (this.#settled()) return this.#outcome();
    if (this.#objective === "peak") await this.#search({ num: 1, den: 1 }, "memory");
    else {
      const { problem } = goal;
      const finest = commonTick(goal, this.#objective);
      const ticks = this.#bound / finest.num;
      const most = Math.floor(mostTimes / (problem.nodes * problem.microbatches));
      for (const few of ticks <= Math.min(most, 2 * firstTicks) ? [] : ticks <= most ? [firstTicks] : [firstTicks, most]) {
        const hopeless = few < 1 || few * problem.nodes * problem.microbatches > mostWritten;
        if (hopeless || this.#settled() || this.broken !== undefined || this.#over()) continue;
        const chosen = quantumFor(goal, this.#objective, few);
        if (chosen === null || (few < most && chosen.bound < worthALook * this.#plain)) continue;
        const { quantum } = chosen;
        await this.#search(quantum, `ticks of ${quantum.num / quantum.den}`);
      }
      if (this.#settled() || this.broken !== undefined) return this.#outcome();
      const size = problem.nodes * problem.microbatches * ticks;
      if (size > mostTimes && size <= mostWritten) await this.#improve(this.#objective);
      if (this.#settled()) return this.#outcome();
      if (size <= mostForExact) await this.#search(finest, "exact");
      else this.#reason ??= `${problem.nodes * problem.microbatches} passes in ${Math.ceil(ticks)} ticks are too many for the exact search`;
    }
    return this.#outcome();
  }

  /** Where the exact search would be slow: questions that are given up early, for they may be easy; then more construction. */
  async #lookAndConstruct(objective: "makespan" | "span"): Promise<void> {
    const { nodes, microbatches } = this.#goal.problem;
    const { team } = this.#options;
    const tick = commonTick(this.#goal, objective);
    const size = (nodes * microbatches * this.#bound) / tick.num;
    if (size <= slowForExact) return;
    const look = size <= (this.#bound <= fewTicks * tick.num ? mostInFewTicks : mostForALook);
    if (!this.#settled() && look && team.solvers.every(({ limited }) => limited === true))
      await this.#search(tick, "exact", { ...team, conflicts: firstConflicts });
    const free = this.#goal.starts.length + this.#goal.orders.length === 0;
    if (free && !this.#settled() && this.broken === undefined && !this.#over())
      await this.#construct(Math.min(mostMoves, movesPerPass * nodes * microbatches));
  }

  async #construct(effort: number): Promise<void> {
    this.#tell("construction");
    const what = this.#objective === "peak" ? "makespan" : this.#objective;
    let least = this.#value() ?? Number.POSITIVE_INFINITY;
    const made = await this.#options.construct?.(this.#goal.problem, what, effort, (value) => {
      if (this.#objective === "peak" || value >= least) return;
      least = value;
      this.#tell("construction", value);
    });
    if (made) this.#offer(made);
  }

  /** Windows of the best schedule, closed one after another. */
  async #improve(objective: "makespan" | "span"): Promise<void> {
    if (this.found === null) return;
    this.#tell("windows");
    this.found = await improve({ goal: this.#goal, objective }, this.found, this.#options.team, (better) => {
      this.found = better;
      this.#tell("windows");
    });
  }

  /** The largest value that the goal itself allows. */
  #limit(): number {
    const { makespan, span } = this.#goal;
    if (this.#objective === "makespan") return makespan ?? Number.POSITIVE_INFINITY;
    return this.#objective === "span" ? (span ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  }
  #value(): number | null {
    return this.found === null ? null : measureOf[this.#objective](this.found.measures);
  }
  #settled(): boolean {
    return this.#bound > this.#limit() || this.#value() === this.#bound;
  }
  #over(): boolean {
    const { signal, deadline } = this.#options.team;
    return signal?.aborted === true || Date.now() >= deadline;
  }
  #tell(phase: string, best = this.#value()): void {
    this.#options.progress?.({ phase, objective: this.#objective, best, bound: this.#bound });
  }

  /** Keeps a schedule that is better than what there is; moved as early as its order allows where that is at least as good. */
  #offer(schedule: Schedule): void {
    const { problem } = this.#goal;
    const early = this.#objective === "span" || this.#goal.starts.length > 0 ? null : retime(problem, schedule.order);
    const tidy = early?.kind === "timed" ? { order: schedule.order, start: early.start } : schedule;
    for (const one of tidy === schedule ? [schedule] : [tidy, schedule]) {
      const met = meets(this.#goal, one);
      if (met.kind !== "met") continue;
      const value = this.#value();
      if (value === null || measureOf[this.#objective](met.measures) < value) this.found = { schedule: one, measures: met.measures };
      // Where a hold goes across streams, early starts can hold more.
      if (this.#objective === "makespan") return;
    }
  }

  /** One search in ticks of this length. */
  async #search(quantum: Quantum, phase: string, team: Team = this.#options.team): Promise<void> {
    const goal = this.#goal;
    const peak = this.#objective === "peak";
    const value = this.#value();
    const scale: Scale = this.#objective === "peak" ? { coarse: (x) => x, fine: (c) => c } : scaleOf(quantum, this.#objective);
    const low = scale.coarse(this.#bound);
    const limit = Math.min(this.#limit(), peak ? mostPeak(goal.problem) : inTurn(goal));
    const top = value === null ? scale.coarse(limit) + 1 : scale.coarse(value);
    // With a poor schedule or none the search stays near the bound until one is found or nothing is there.
    const near = low + Math.ceil(low / 4) + 1;
    const high = Math.min(top, near, this.#coarseValue(quantum) ?? top);
    const minimum = await minimize(
      {
        goal: (c) => atMost(goal, this.#objective, scale.fine(c)),
        quantum: quantum.num === quantum.den ? undefined : quantum,
        smallGap: this.#lossless(quantum) ? undefined : () => scale.coarse(Math.floor((this.#value() ?? 0) * smallGap)),
        value: measureOf[this.#objective],
        low,
        high,
        found: (schedule, measures) => {
          this.#lift(schedule, quantum);
          this.#tell(phase);
          return measureOf[this.#objective](measures);
        },
      },
      team,
      (low) => {
        const bound = scale.fine(low - 1) + 1;
        if (bound > this.#bound) this.#bound = bound;
        this.#tell(phase);
      },
    );
    this.broken = minimum.broken;
    this.#reason = minimum.reason;
    const bound = scale.fine(minimum.low - 1) + 1;
    if (minimum.evidence !== null && bound >= this.#bound) {
      this.#bound = bound;
      this.#evidence = minimum.evidence;
    }
    // More time than everything in turn takes is of no use to anyone.
    if (value === null && !peak && this.found === null && quantum.num === quantum.den && this.#bound > limit)
      this.#bound = Number.POSITIVE_INFINITY;
    const nothing = minimum.broken === undefined && minimum.low === minimum.high && minimum.high === high && high === near && near < top;
    if (nothing) await this.#search(quantum, phase, team);
  }

  #lossless({ num, den }: Quantum): boolean {
    return den === 1 && (this.#objective === "peak" || num === commonTick(this.#goal, this.#objective).num);
  }

  /** What the order of the best schedule is worth in coarse ticks; null: it is not known. */
  #coarseValue(quantum: Quantum): number | null {
    const coarse = this.found === null || quantum.num === quantum.den ? null : coarsen(this.#goal, quantum);
    if (coarse === null || this.found === null) return null;
    const { order } = this.found.schedule;
    const early = retime(coarse.problem, order);
    const met = early.kind === "timed" ? meets(coarse, early) : null;
    return met?.kind === "met" ? measureOf[this.#objective](met.measures) : null;
  }

  /** A schedule of the coarse goal as one of the goal: its order in the true times. */
  #lift(schedule: Schedule, { num, den }: Quantum): void {
    if (this.#lossless({ num, den })) {
      this.#offer({ order: schedule.order, start: schedule.start.map((t) => t * num) });
      return;
    }
    const early = retime(this.#goal.problem, schedule.order);
    if (early.kind === "timed") this.#offer({ order: schedule.order, start: early.start });
  }

  #outcome(bound: number = this.#bound > this.#limit() ? Number.POSITIVE_INFINITY : this.#bound): Outcome {
    const value = this.#value();
    const proved = value === bound || bound === Number.POSITIVE_INFINITY;
    return { objective: this.#objective, value, bound, evidence: this.#evidence, proved, reason: proved ? undefined : this.#reason };
  }
}

/** What one microbatch holds at once, as the kernel has confirmed it. */
function peakBound(goal: Goal): { readonly value: number; readonly evidence: Refutation } {
  const { parts, pass } = mostAtOnce(goal.problem);
  const value = parts.reduce((most, held) => Math.max(most, held), 0);
  const evidence: Refutation = { kind: "held", pass: pass[parts.indexOf(value)] ?? 0 };
  return refutes(atMost(goal, "peak", value - 1), evidence).kind === "refuted" ? { value, evidence } : { value: 0, evidence };
}

function mostPeak({ always, routes, microbatches }: Problem): number {
  let most = 0;
  for (const amount of always) most = Math.max(most, amount);
  return most + microbatches * Math.max(0, ...routes.map(({ holdAmount }) => holdAmount.reduce((sum, amount) => sum + amount, 0)));
}
