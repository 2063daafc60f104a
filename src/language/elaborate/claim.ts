// Claims as the kernel's formulas: one instance with numbers for its variables, or all sizes with variables.
// The schedules that a claim speaks of become its subjects; each is built once and shared by all claims of a file.

import { fraction } from "../../fraction/index.ts";
import {
  type Channel,
  type Flows,
  type Formula,
  type Measure,
  type MeasureName,
  type Passage,
  type Passages,
  type Problem,
  type Rational,
  type Rows,
  type Schedule,
  type SymbolicSubject,
  type Term,
  term,
} from "../../kernel/index.ts";
import { examine, type OpenBlock, type Source } from "../../schedule/index.ts";
import { evaluateCount, evaluateNumber, evaluateTruth, fault } from "../evaluate.ts";
import { namesIn } from "../mentions.ts";
import { channels } from "../resolve/measure.ts";
import type { Program } from "../resolve.ts";
import type * as S from "../syntax.ts";
import { timesIn, timesWith } from "../times.ts";
import { type Elaborated, elaboratePipeline, parameters } from "./pipeline.ts";
import { type Pulse, still } from "./pulse.ts";
import { plainRows } from "./rows.ts";
import { elaborateBlock, elaborateOrder, elaborateProblem, groupSize, repeatsAlike } from "./schedule.ts";
import { type SymbolicSchedule, symbolicBlock, symbolicPipeline } from "./symbolic.ts";
import { constantTerm, type Names, NotSymbolic, namedTerm, toFormula, toTerm } from "./term.ts";
import { timedSubject } from "./times.ts";

const { rational, print } = fraction;
export type Call = Extract<S.Expr, { kind: "call" }>;
export type Values = ReadonlyMap<string, Rational>;

/** A subject with what people call it and its parts. */
export interface NamedSubject {
  readonly subject: Source;
  readonly title: string;
  readonly elaborated: Elaborated;
  readonly declaration: S.Schedule | S.Pipeline | S.Find;
}

/** A profile and what its parameters are. */
function timesTitle(profile: S.Profile | undefined): string {
  if (profile === undefined || profile.params.length === 0) return profile?.name.text ?? "";
  const given = profile.items.slice(0, profile.params.length).map(({ value }) => (value.kind === "number" ? print(value.value) : ""));
  return `${profile.name.text}(${given.join(", ")})`;
}
const unlike = ({ name, of }: S.Schedule): string =>
  `\`${of.name.text}\` treats microbatches by their number, and not alike in every block of \`${name.text}\``;

/** What a measure in a claim is asked of. */
interface Asked {
  readonly measure: MeasureName | "valid" | "deadlock_free";
  readonly name: S.Name;
  readonly args: readonly S.Expr[];
  readonly microbatches?: S.Expr;
  readonly times?: S.Target;
  readonly stage?: S.Expr;
  readonly device?: S.Expr;
  readonly channel: Channel;
}

function asked(call: Call): Asked {
  const [subject, ...rest] = call.args;
  const isCall = subject.value.kind === "call";
  return {
    measure: call.callee.text as MeasureName | "valid" | "deadlock_free",
    name:
      subject.value.kind === "call"
        ? subject.value.callee
        : { text: subject.value.kind === "name" ? subject.value.name : "", span: subject.span },
    args: isCall && subject.value.kind === "call" ? subject.value.args.map((arg) => arg.value) : [],
    microbatches: rest.find((arg) => arg.name?.text === "m")?.value,
    times: rest.flatMap((arg) => (arg.name === undefined ? (timesIn(arg.value) ?? []) : []))[0],
    stage: rest.find((arg) => arg.name?.text === "stage")?.value,
    device: call.device,
    channel: channelIn(rest),
  };
}
const channelIn = (given: readonly S.Argument[]): Channel => {
  const value = given.find((arg) => arg.name?.text === "channel")?.value;
  return channels.find((one) => value?.kind === "name" && one === value.name) ?? "pair";
};

/** The finds that a claim speaks of, by name: they wait for the solver. */
export const findsIn = (program: Program, claim: S.Claim): string[] =>
  [...namesIn(claim.body)].filter((name) => program.finds.has(name)).sort();

export interface Instance {
  readonly claim: Formula;
  readonly subjects: readonly NamedSubject[];
  /** What each call in the claim's text became. */
  readonly leaves: ReadonlyMap<Call, Term | Formula>;
  /** Evidence for what it says of channels. */
  readonly passages: Passages;
}

export type SeekPassage = (problem: Problem, rows: Rows, channel: Channel) => Passage;

/** Builds the subjects of one file's claims. */
export class Subjects {
  readonly #program: Program;
  readonly #pulse: Pulse;
  readonly #known = new Map<string, NamedSubject>();
  readonly #found = new Map<string, NamedSubject>();
  readonly #seek: SeekPassage;
  /** `seek` finds the evidence about sends and receives; without it claims about them stay open. */
  constructor(program: Program, pulse: Pulse = still, seek: SeekPassage = () => ({ circle: [] })) {
    this.#program = program;
    this.#pulse = pulse;
    this.#seek = seek;
  }

  /** What a find has found: claims may speak of it from now on. */
  found(find: S.Find, elaborated: Elaborated, schedule: Schedule): void {
    const subject: Source = { kind: "schedule", problem: elaborated.problem, source: { schedule } };
    this.#found.set(find.name.text, { subject, title: find.name.text, elaborated, declaration: find });
  }

  /** A claim's body with numbers for its variables. */
  instance(body: S.Expr, values: Values): Instance {
    const subjects: NamedSubject[] = [];
    const names: Names = new Map([...values].map(([name, value]) => [name, constantTerm(value)]));
    const leaves = new Map<Call, Term | Formula>();
    const passages = new Map<Flows, Passage>();
    const leafOf = (call: Call): Term | Formula => {
      const ask = asked(call);
      const found = this.#concrete(ask, values);
      let schedule = subjects.indexOf(found);
      if (schedule < 0) schedule = subjects.push(found) - 1;
      if (ask.measure === "valid") return { op: "valid", schedule };
      if (ask.measure === "deadlock_free") {
        const { claim, passage } = this.#flows(found, schedule, ask.channel);
        passages.set(claim, passage);
        return claim;
      }
      const number = (expr: S.Expr): Term => constantTerm(evaluateNumber(expr, values));
      return {
        op: "measure",
        measure: { name: ask.measure, schedule, device: ask.device && number(ask.device), stage: ask.stage && number(ask.stage) },
      };
    };
    const claim = toFormula(body, names, (call) => {
      const leaf = leafOf(call);
      leaves.set(call, leaf);
      return leaf;
    });
    return { claim, subjects, leaves, passages };
  }

  /** Where it sends and receives (`rows.ts`), with evidence about the channel. What is no valid schedule is refused before that matters. */
  #flows({ subject }: NamedSubject, schedule: number, channel: Channel): { readonly claim: Flows; readonly passage: Passage } {
    const examined = examine(subject);
    if (examined.kind !== "schedule" || examined.problem.streams > 1) {
      const rows = { offsets: new Int32Array(1), steps: new Int32Array(0) };
      return { claim: { op: "flows", schedule, channel, rows }, passage: { circle: [] } };
    }
    const rows = plainRows(examined.problem, examined.schedule.order);
    return { claim: { op: "flows", schedule, channel, rows }, passage: this.#seek(examined.problem, rows, channel) };
  }

  /** "S is valid" for one choice of its parameters: for all m if it is a block. */
  validity(schedule: S.Schedule, args: readonly Rational[], microbatches: number | null): Instance {
    const subjects = [this.#schedule(schedule, args, undefined, microbatches)];
    return { claim: { op: "valid", schedule: 0 }, subjects, leaves: new Map(), passages: new Map() };
  }

  /** One schedule for a picture. */
  schedule(schedule: S.Schedule, args: readonly Rational[], profile: S.Profile | undefined, microbatches: number): NamedSubject {
    return this.#schedule(schedule, args, profile, microbatches);
  }

  /** A measure of a schedule whose `times` are variables; `isScaled` says of its profile whether its times are multiples of them. */
  timed(
    call: Call,
    values: Values,
    times: readonly string[],
    isScaled: (profile: S.Target) => boolean,
  ): { readonly measure: Omit<Measure, "schedule">; readonly subject: ReturnType<typeof timedSubject> } {
    const ask = asked(call);
    const { measure: name, microbatches, device, stage } = ask;
    if (name === "valid" || name === "deadlock_free") throw new NotSymbolic(`\`${name}\` is no time`);
    if (ask.times === undefined || !isScaled(ask.times)) throw new NotSymbolic("a time in it is not a sum of multiples of its variables");
    if (times.some((time) => namesIn([ask.args, microbatches, device, stage]).has(time)))
      throw new NotSymbolic("a variable stands for a time in one place and for a size in another");
    const at = (given: ReadonlyMap<string, number>): NamedSubject =>
      this.#concrete(ask, new Map([...values, ...[...given].map(([time, value]): [string, Rational] => [time, rational(value)])]));
    const number = (expr: S.Expr): Term => constantTerm(evaluateNumber(expr, values));
    return { measure: { name, device: device && number(device), stage: stage && number(stage) }, subject: timedSubject(times, at) };
  }

  #concrete(ask: Asked, values: Values): NamedSubject {
    const args = ask.args.map((arg) => evaluateNumber(arg, values));
    const profile = this.#times(ask, values);
    if (ask.measure === "load") {
      const pipeline = this.#program.pipelines.get(ask.name.text);
      if (pipeline === undefined) throw new Error("a measure of an unknown pipeline passed the resolver");
      const title = `${ask.name.text}(${args.map(print).join(", ")})`;
      return this.#remember(`load ${title} ${timesTitle(profile)}`, () => {
        const elaborated = elaboratePipeline(pipeline, args, profile, 1, this.#pulse);
        return { subject: { kind: "pipeline", problem: elaborated.problem }, title, elaborated, declaration: pipeline };
      });
    }
    const found = this.#found.get(ask.name.text);
    if (found !== undefined) return found;
    const schedule = this.#program.schedules.get(ask.name.text);
    if (schedule === undefined) throw new Error("a measure of an unknown schedule passed the resolver");
    const microbatches = ask.microbatches === undefined ? null : evaluateCount(ask.microbatches, values, "The number of microbatches", 1);
    if (microbatches === null && ask.times !== undefined && schedule.repeat?.kind !== "once") {
      return fault(
        "missing-microbatches",
        `\`${ask.measure}\` under a profile needs a number of microbatches.`,
        ask.name.span,
        "add `m = 2p`, say",
      );
    }
    if (microbatches === null && !repeatsAlike(this.#program, schedule, args))
      return fault(
        "missing-microbatches",
        `${unlike(schedule)}.`,
        ask.name.span,
        "add `m = 2p`, say, or let the block hold as many as differ",
      );
    return this.#schedule(schedule, args, profile, microbatches, ask.measure);
  }

  #times({ times }: Asked, values: Values): S.Profile | undefined {
    const profile = times && this.#program.profiles.get(times.name.text);
    return (
      profile &&
      timesWith(
        profile,
        times.args.map((arg) => evaluateNumber(arg, values)),
      )
    );
  }

  #schedule(
    schedule: S.Schedule,
    args: readonly Rational[],
    profile: S.Profile | undefined,
    microbatches: number | null,
    measure: string = "valid",
  ): NamedSubject {
    const program = this.#program;
    const shown = schedule.params.length === 0 ? schedule.name.text : `${schedule.name.text}(${args.map(print).join(", ")})`;
    // Times of a block that runs once are those of all its microbatches.
    const timed = ["makespan", "span", "idle", "bubble", "deadlock_free"].includes(measure);
    const m =
      microbatches === null && schedule.repeat?.kind === "once" && (timed || profile !== undefined)
        ? groupSize(schedule, parameters(schedule, args))
        : microbatches;
    const key = `${shown} ${timesTitle(profile)} ${m ?? "all"}`;
    return this.#remember(key, () => {
      if (schedule.repeat === undefined) {
        if (m === null)
          return fault(
            "missing-microbatches",
            `\`${schedule.name.text}\` is an order: it needs a number of microbatches.`,
            schedule.name.span,
            "add `m = 2p`, say",
          );
        const { order, elaborated } = elaborateOrder(program, schedule, args, profile, m, this.#pulse);
        return {
          subject: { kind: "schedule", problem: elaborated.problem, source: { order } },
          title: `${shown}, m = ${m}`,
          elaborated,
          declaration: schedule,
        };
      }
      const { block, group } = elaborateBlock(program, schedule, args, this.#pulse);
      if (m === null && !repeatsAlike(program, schedule, args)) throw new NotSymbolic(unlike(schedule));
      if (m === null)
        return {
          subject: { kind: "block", block, stageOf: Int32Array.from(group.nodes, (_, node) => group.stageOf(node)) },
          title: shown,
          elaborated: group,
          declaration: schedule,
        };
      const elaborated = elaborateProblem(program, schedule, args, profile, m, this.#pulse);
      return {
        subject: { kind: "schedule", problem: elaborated.problem, source: { block } },
        title: `${shown}, m = ${m}`,
        elaborated,
        declaration: schedule,
      };
    });
  }

  #remember(key: string, build: () => NamedSubject): NamedSubject {
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const built = build();
    if (this.#known.size > 400) this.#known.clear(); // bounds memory; a subject is cheap to build again
    this.#known.set(key, built);
    return built;
  }
}

// ---- quantifiers

/** A quantified variable: its range, or its lower bound if it has no end. */
export interface Variable {
  readonly name: string;
  readonly low: S.Expr;
  /** 1 for `p > E`, else 0. */
  readonly above: number;
  readonly high: S.Expr | null;
}
export interface Quantified {
  readonly variables: readonly Variable[];
  readonly conditions: readonly S.Expr[];
  readonly finite: boolean;
}

export function quantified(claim: S.Claim): Quantified {
  const variables: Variable[] = [];
  const conditions: S.Expr[] = [];
  for (const domain of claim.domains) {
    if (domain.kind === "range") {
      variables.push({ name: domain.name.text, low: domain.range.low, above: 0, high: domain.range.high });
      continue;
    }
    const { cond } = domain;
    const binds =
      cond.kind === "binary" && (cond.operator === ">=" || cond.operator === ">") && cond.left.kind === "name" ? cond.left.name : undefined;
    if (binds !== undefined && cond.kind === "binary" && !variables.some((one) => one.name === binds)) {
      variables.push({ name: binds, low: cond.right, above: cond.operator === ">" ? 1 : 0, high: null });
    } else conditions.push(cond);
  }
  return { variables, conditions, finite: variables.every((one) => one.high !== null) };
}

/**
 * All values of the variables, the first slowest; an endless one takes its `width` first values. For those that break a condition, and
 * where a range is empty, null: a look at the clock is due.
 */
export function* instances({ variables, conditions }: Quantified, width: number): Generator<Map<string, Rational> | null> {
  function* visit(i: number, values: Map<string, Rational>): Generator<Map<string, Rational> | null> {
    if (i === variables.length) {
      yield conditions.every((cond) => evaluateTruth(cond, values)) ? values : null;
      return;
    }
    const { name, low, above, high } = variables[i];
    const first = fraction.ceil(evaluateNumber(low, values)) + BigInt(above && fraction.isInteger(evaluateNumber(low, values)) ? 1 : 0);
    const last = high === null ? first + BigInt(width) - 1n : fraction.floor(evaluateNumber(high, values));
    if (first > last) yield null;
    for (let value = first; value <= last; value++) yield* visit(i + 1, new Map(values).set(name, rational(value)));
  }
  yield* visit(0, new Map());
}

// ---- all sizes

export interface SymbolicClaim {
  readonly domain: Formula;
  readonly claim: Formula;
  readonly subjects: readonly OpenSubject[];
}
/** What a claim speaks of, perhaps with passes whose first free slots have not been found yet. */
export type OpenSubject = Omit<SymbolicSubject, "block"> & {
  readonly block: OpenBlock;
  readonly schedule: S.Schedule | S.Pipeline;
  readonly args: readonly Term[];
};

/** A claim with its variables left as variables. Throws `NotSymbolic` where it has no such form. */
export function symbolicClaim(program: Program, claim: S.Claim, body: S.Expr): SymbolicClaim {
  const { variables, conditions } = quantified(claim);
  const names: Names = new Map(variables.map(({ name }) => [name, term.variable(name)]));
  const domain: Formula[] = variables.flatMap(({ name, low, above, high }) => {
    const least = term.compare(term.variable(name), above ? ">" : ">=", toTerm(low, names));
    return high === null ? [least] : [least, term.compare(term.variable(name), "<=", toTerm(high, names))];
  });
  domain.push(...conditions.map((cond) => toFormula(cond, names)));
  const subjects: OpenSubject[] = [];
  const requires: Formula[] = [];
  const known = new Map<string, number>();
  const formula = toFormula(body, names, (call) => {
    const ask = asked(call);
    const args = ask.args.map((arg) => namedTerm(arg, names));
    const microbatches = ask.microbatches === undefined ? null : toTerm(ask.microbatches, names);
    if (ask.times !== undefined)
      throw new NotSymbolic("times of a profile are replayed size by size, so give the sizes a range: `for p in 2..16`");
    const key = JSON.stringify([ask.measure === "load", ask.name.text, args, microbatches], (_, value) =>
      typeof value === "bigint" ? `${value}n` : value,
    );
    let schedule = known.get(key);
    if (schedule === undefined) {
      const unique = `${subjects.length}`;
      const [declaration, built] = build(program, ask, args, unique);
      requires.push(built.requires, built.meaning);
      schedule = subjects.push({ block: built.block, microbatches, pipelineOnly: ask.measure === "load", schedule: declaration, args }) - 1;
      known.set(key, schedule);
    }
    if (ask.measure === "valid") return { op: "valid", schedule };
    if (ask.measure === "deadlock_free")
      throw new NotSymbolic("sends and receives are judged size by size, so give the sizes a range: `for p in 2..16`");
    return {
      op: "measure",
      measure: {
        name: ask.measure,
        schedule,
        device: ask.device && toTerm(ask.device, names),
        stage: ask.stage && toTerm(ask.stage, names),
      },
    };
  });
  // What `requires` asks must hold wherever the claim speaks: it is part of what is claimed.
  return { domain: term.all(domain), claim: term.all([...requires.filter((one) => one.op !== "truth"), formula]), subjects };
}

function build(program: Program, ask: Asked, args: readonly Term[], unique: string): [S.Schedule | S.Pipeline, SymbolicSchedule] {
  if (ask.measure === "load") {
    const pipeline = program.pipelines.get(ask.name.text);
    if (pipeline === undefined) throw new Error("a measure of an unknown pipeline passed the resolver");
    return [pipeline, symbolicPipeline(pipeline, args, unique)];
  }
  if (program.finds.has(ask.name.text))
    throw new NotSymbolic(`\`${ask.name.text}\` is one schedule, which is replayed, so give the sizes a range: \`for p in 2..16\``);
  const schedule = program.schedules.get(ask.name.text);
  if (schedule === undefined) throw new Error("a measure of an unknown schedule passed the resolver");
  return [schedule, symbolicBlock(program, schedule, args, unique)];
}

/** "S is valid" wherever its parameters are at least 1 and what it requires holds. */
export function symbolicValidity(program: Program, schedule: S.Schedule): SymbolicClaim {
  const args = schedule.params.map((param) => term.variable(param.text));
  const built = symbolicBlock(program, schedule, args, "0");
  const domain = term.all([...args.map((arg) => term.compare(arg, ">=", term.number(1))), built.requires]);
  return {
    domain,
    claim: term.all([...[built.meaning].filter((one) => one.op !== "truth"), { op: "valid", schedule: 0 }]),
    subjects: [{ block: built.block, microbatches: null, pipelineOnly: false, schedule, args }],
  };
}
