// Runs a program's finds and `impossible`s through the search, and says what came of them: verdicts, bounds, what clashes.
// What is proved here the kernel has taken: a schedule that replays, and a refutation of everything better.

import { fraction } from "../fraction/index.ts";
import { type Goal, meets, type Rational, type Refutation } from "../kernel/index.ts";
import {
  type Constraint,
  constrained,
  elaborateFind,
  elaborateImpossible,
  type Objective,
  type Sought,
} from "../language/elaborate/find.ts";
import type { Pulse } from "../language/elaborate/pulse.ts";
import type { Values } from "../language/evaluate.ts";
import type { Program } from "../language/resolve.ts";
import type * as S from "../language/syntax.ts";
import { mostAtOnce } from "../schedule/index.ts";
import { clash } from "../search/clash.ts";
import type { Broken } from "../search/exact/decide.ts";
import type { Team } from "../search/exact/minimize.ts";
import { refute } from "../search/refute.ts";
import { type Found, type Options, type Outcome, type Progress, solve } from "../search/solve.ts";
import { decimal } from "./counterexample.ts";
import type { ClaimResult, Counterexample, Evidence } from "./result.ts";
import { bestWarrant, impossibleWarrant, possibleWarrant, type Unmet } from "./warrant.ts";

const { rational, print } = fraction;

/** What the seeker needs from outside: solvers, a deadline, someone to tell. */
export interface Helpers {
  team(): Promise<Team>;
  readonly construct: Options["construct"];
  progress(name: string, state: Progress): void;
  say(name: string, line: string): void;
  /** Keeps a query whose answer did not stand up; where. */
  save(broken: Broken): string;
}
export type Judged = Pick<
  ClaimResult,
  "verdict" | "instances" | "evidence" | "reason" | "counterexample" | "best" | "bound" | "bug" | "warrants"
>;

/** One find with what was found. */
export interface Sighting {
  readonly find: S.Find;
  readonly sought: Sought;
  readonly found: Found | null;
  readonly outcomes: readonly Outcome[];
  readonly optimal: boolean;
  readonly judged: Judged;
}

export class Seeker {
  readonly #program: Program;
  readonly #helpers: Helpers;
  readonly #pulse: Pulse;
  readonly #seen = new Map<string, Promise<Sighting>>();

  constructor(program: Program, helpers: Helpers, pulse: Pulse) {
    this.#program = program;
    this.#helpers = helpers;
    this.#pulse = pulse;
  }

  /** Each find is run once. */
  find(find: S.Find): Promise<Sighting> {
    const before = this.#seen.get(find.name.text);
    if (before !== undefined) return before;
    const running = this.#run(find);
    this.#seen.set(find.name.text, running);
    return running;
  }

  async #run(find: S.Find): Promise<Sighting> {
    const sought = elaborateFind(this.#program, find, this.#pulse);
    const options = await this.#options(find.name.text);
    const { found, outcomes, broken } = await solve({ goal: constrained(sought), objectives: sought.objectives }, options);
    const optimal =
      broken === undefined &&
      outcomes.length === sought.objectives.length &&
      outcomes.every(({ proved, value }) => proved && value !== null);
    const sighting = { find, sought, found, outcomes, optimal };
    if (broken !== undefined) return { ...sighting, judged: this.#broken(broken) };
    const last = outcomes.at(-1);
    const goal = constrained(sought);
    const title = find.name.text;
    if (last?.bound === Number.POSITIVE_INFINITY) {
      const unmet = { values: new Map(), goal, elaborated: sought.elaborated, evidence: last.evidence };
      return {
        ...sighting,
        judged: { ...(await this.#nothing(sought, options)), warrants: [impossibleWarrant(`${title}: nothing meets it`, [unmet])] },
      };
    }
    const bounded = outcomes.flatMap(({ value, ...rest }) => (value === null ? [] : [{ ...rest, value }]));
    const warrants = found === null ? [] : [bestWarrant(title, goal, sought.elaborated, found.schedule, bounded)];
    return { ...sighting, judged: { ...judgedFind(sought, outcomes, optimal), warrants } };
  }

  /** No schedule at all does this, for one choice of the claim's variables. */
  async impossible(body: S.Impossible, values: Values, title: string): Promise<Judged & { readonly unmet?: Unmet }> {
    const sought = elaborateImpossible(this.#program, body, values, this.#pulse);
    const goal = constrained(sought);
    const answer = await refute(goal, await this.#helpers.team());
    switch (answer.kind) {
      case "broken":
        return this.#broken(answer);
      case "unknown":
        return { verdict: "unknown", instances: 0, evidence: none, reason: answer.reason };
      case "impossible":
        return {
          verdict: "proved",
          instances: 1,
          evidence: evidenceOf(answer.evidence, answer.lemmas),
          unmet: { values, goal, elaborated: sought.elaborated, evidence: answer.evidence },
        };
      case "possible": {
        const { problem } = goal;
        const counterexample: Counterexample = {
          parameters: [...values].map(([name, value]) => ({ name, value })),
          microbatches: problem.microbatches,
          sentences: [
            `there is such a schedule: makespan ${decimal(rational(answer.measures.makespan, problem.ticksPerUnit))}, span ${decimal(rational(answer.measures.span, problem.ticksPerUnit))}, peak ${decimal(rational(answer.measures.peak, problem.partsPerUnit))}.`,
          ],
          spans: [body.span],
          scene: {
            problem,
            schedule: answer.schedule,
            nodes: sought.elaborated.nodes,
            streams: sought.elaborated.streams,
            from: 0,
            to: answer.measures.makespan,
            devices: Array.from({ length: problem.devices }, (_, d) => d),
            marks: [],
          },
          warrant: possibleWarrant(`${title}: refuted`, goal, sought.elaborated, values, answer.schedule),
        };
        return {
          verdict: "refuted",
          instances: 1,
          evidence: { kind: "replay", instances: 1, passes: answer.measures.passes },
          counterexample,
        };
      }
    }
  }

  async #options(name: string): Promise<Options> {
    return {
      team: await this.#helpers.team(),
      construct: this.#helpers.construct,
      progress: (state) => this.#helpers.progress(name, state),
    };
  }

  #broken(broken: Broken): Judged {
    const kept = this.#helpers.save(broken);
    return {
      verdict: "unproved",
      instances: 0,
      evidence: none,
      reason: `${broken.reason}; the question is kept in ${kept}`,
      bug: broken.reason,
    };
  }

  /** Nothing meets the constraints: which of them clash, and what would do. */
  async #nothing(sought: Sought, options: Options): Promise<Judged> {
    const { constraints, relaxations } = await clash(sought.free, sought.constraints, options);
    const sentences = [
      constraints.length === 1
        ? "no schedule keeps this."
        : `no schedule keeps these ${constraints.length} together; without any one of them there may be one.`,
      ...needs(sought, constraints),
    ];
    const possible = relaxations.map(
      ({ objective, value, proved }) => `${proved ? "from" : "with"} ${objective} <= ${print(inUnits(sought, objective, value ?? 0))}`,
    );
    if (possible.length > 0) sentences.push(`Possible ${possible.join(", or ")}.`);
    const spans = constraints.length > 0 ? constraints.map(({ span }) => span) : [];
    return { verdict: "refuted", instances: 1, evidence: none, counterexample: { parameters: [], sentences, spans } };
  }
}

const none: Evidence = { kind: "none" };

/** Ticks or parts as the program counts them. */
export function inUnits({ elaborated: { problem } }: Sought, objective: Objective, value: number): Rational {
  return rational(value, objective === "peak" ? problem.partsPerUnit : problem.ticksPerUnit);
}

/** Where a cap is below what one microbatch needs: the device that shows it. */
function needs({ free, elaborated: { problem } }: Sought, constraints: readonly Constraint[]): string[] {
  if (constraints.length !== 1 || constraints[0].on !== "peak") return [];
  const { cap } = constraints[0].apply(free).problem;
  const alone = mostAtOnce(problem).parts;
  const device = alone.findIndex((amount, d) => amount > cap[d]);
  if (device < 0) return [];
  return [`One microbatch alone holds ${print(rational(alone[device], problem.partsPerUnit))} at once on device ${device}.`];
}

function judgedFind(sought: Sought, outcomes: readonly Outcome[], optimal: boolean): Judged {
  const said = outcomes.map(({ objective, value, bound, proved }) => {
    const shown = (at: number): string => decimal(inUnits(sought, objective, at));
    if (value === null) return `${objective}: no schedule found, none is below ${shown(bound)}`;
    return proved
      ? `${objective} ${shown(value)}`
      : `${objective} ${shown(value)}, none is below ${shown(bound)} (gap ${percent(value, bound)})`;
  });
  const [first] = outcomes;
  const limits =
    first === undefined
      ? {}
      : {
          ...(first.value === null ? {} : { best: inUnits(sought, first.objective, first.value) }),
          bound: inUnits(sought, first.objective, first.bound),
        };
  const why = outcomes.find(({ proved }) => !proved)?.reason;
  const reason = `${said.join("; ")}${why === undefined ? "" : `: ${why}`}`;
  if (!optimal) return { verdict: "unknown", instances: 0, evidence: none, reason, ...limits };
  const hardest = outcomes.find(({ evidence }) => evidence.kind === "clauses") ?? first;
  return { verdict: "proved", instances: 1, evidence: hardest === undefined ? none : evidenceOf(hardest.evidence), reason, ...limits };
}

/** How far a value may be above the least, as a percentage. */
export const percent = (value: number, bound: number): string => `${(value === 0 ? 0 : ((value - bound) / value) * 100).toFixed(2)} %`;

function evidenceOf(evidence: Refutation, lemmas?: number): Evidence {
  if (evidence.kind !== "clauses") return { kind: "bound" };
  let count = 0;
  for (const literal of evidence.lemmas) if (literal === 0) count++;
  return { kind: "clauses", lemmas: lemmas ?? count };
}

/** Replays a schedule against what was asked: the last word before anything is shown as found. */
export const stillMeets = (goal: Goal, found: Found): boolean => meets(goal, found.schedule).kind === "met";
