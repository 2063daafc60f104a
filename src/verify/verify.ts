// Judges every claim of one program, and the validity that every schedule owes without a claim.
// The verdict is the kernel's; this file chooses the instances, keeps the deadline and gathers what to show.

import type { Warrant } from "../certificate/draft.ts";
import { passageOf } from "../certificate/passage.ts";
import { fraction } from "../fraction/index.ts";
import { judgeAsking, type Rational, term } from "../kernel/index.ts";
import type { Diagnostic } from "../language/diagnostic.ts";
import {
  findsIn,
  type Instance,
  instances,
  type Quantified,
  quantified,
  Subjects,
  type SymbolicClaim,
  symbolicClaim,
  symbolicValidity,
} from "../language/elaborate/claim.ts";
import { type Pulse, pulseOf, Stopped } from "../language/elaborate/pulse.ts";
import { NotSymbolic } from "../language/elaborate/term.ts";
import { timesClaim, timesOf } from "../language/elaborate/times.ts";
import { evaluateTruth, Fault } from "../language/evaluate.ts";
import { limits } from "../language/limits.ts";
import { calledIn } from "../language/mentions.ts";
import type { Loaded } from "../language/program.ts";
import type * as S from "../language/syntax.ts";
import { examine, type Judgement, judge } from "../schedule/index.ts";
import { farkasGuide } from "../search/farkas.ts";
import { recordForAll } from "../search/record.ts";
import { type BlockSighting, seekBlock } from "./block.ts";
import { defectCounterexample, falseCounterexample } from "./counterexample.ts";
import { faultIn } from "./fault.ts";
import { type Effort, proveForAll } from "./forall.ts";
import { type ClaimResult, type Counterexample, type Evidence, messageOf } from "./result.ts";
import { type Helpers, type Judged, Seeker, type Sighting } from "./seek.ts";
import { proveTimes } from "./times.ts";
import {
  allTimesWarrant,
  defectWarrant,
  falseWarrant,
  forAllWarrant,
  holdsWarrant,
  impossibleWarrant,
  type Unmet,
  type Used,
  usedWarrants,
  vacuousWarrant,
} from "./warrant.ts";

export interface Verified {
  readonly claims: readonly ClaimResult[];
  /** What the finds have found. */
  readonly sightings: readonly Sighting[];
  readonly blocks: readonly BlockSighting[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Options {
  /** Values for variables of quantifiers, by name. */
  readonly parameters: ReadonlyMap<string, Rational>;
  readonly effort: Effort;
  readonly helpers: Helpers;
  /** Only these finds are run, and nothing is judged besides. */
  readonly finds?: ReadonlySet<string>;
  /** False: what needs a search for schedules is left open. */
  readonly search?: boolean;
  /** Told what is being looked at. */
  progress(what: string): void;
  /** Milliseconds, from any start. */
  now(): number;
}

/** All verdicts of a program, by place. */
export async function verifyProgram(loaded: Loaded, options: Options): Promise<Verified> {
  return new Verification(loaded, options).run();
}

/** "least makespan, then peak". */
export const objectiveOf = ({ items }: S.Find): string => {
  const measures = items.flatMap((item) => (item.kind === "minimize" ? item.measures.map(({ text }) => text) : []));
  return measures.length === 0 ? "a building block" : `least ${measures.join(", then ")}`;
};

/** How many first values of an endless variable are looked at before a proof is tried, and at most how many instances. */
const firstSizes = { width: 6, most: 600 };
const firstTimes = { width: 2, most: 32 };
const mostFirstTries = 20_000;
/** Passes of instances that are kept for certificates of what is valid as used. */
const mostKept = 1_000_000;

class Verification {
  readonly #loaded: Loaded;
  readonly #options: Options;
  readonly #subjects: Subjects;
  readonly #diagnostics: Diagnostic[] = [];
  /** Instances of each schedule that claims have looked at, and found valid. */
  readonly #used = new Map<string, Map<string, Used | null>>();
  /** Passes of the instances that are kept for certificates. */
  #kept = 0;
  readonly #defects = new Map<string, Counterexample>();
  readonly #seeker: Seeker;
  readonly #sightings: Sighting[] = [];
  readonly #blocks: BlockSighting[] = [];
  readonly #pulse: Pulse;

  constructor(loaded: Loaded, options: Options) {
    this.#loaded = loaded;
    this.#options = options;
    const pulse = pulseOf(options.effort.stop);
    this.#pulse = pulse;
    this.#subjects = new Subjects(loaded.program, pulse, passageOf);
    this.#seeker = new Seeker(loaded.program, options.helpers, pulse);
  }

  async run(): Promise<Verified> {
    const { program } = this.#loaded;
    const found: ClaimResult[] = [];
    const { finds } = this.#options;
    for (const claim of finds === undefined ? program.claims : []) {
      if (!program.broken.has(claim))
        await this.#result(found, claim.title, claim.titleSpan, this.#domainText(claim), () => this.#claim(claim));
    }
    for (const schedule of finds === undefined ? program.schedules.values() : []) {
      if (program.broken.has(schedule)) continue;
      const domain =
        schedule.repeat && schedule.params.length > 0 ? `for all ${schedule.params.map((param) => `${param.text} >= 1`).join(", ")}` : "";
      await this.#result(found, `${schedule.name.text} is valid`, schedule.name.span, domain, () => this.#validity(schedule));
    }
    for (const find of this.#options.search === false ? [] : program.finds.values()) {
      if (program.broken.has(find) || finds?.has(find.name.text) === false) continue;
      await this.#result(found, `${find.name.text}: ${objectiveOf(find)}`, find.name.span, "", () => this.#found(find));
    }
    found.sort((a, b) => a.span.from - b.span.from);
    return { claims: found, sightings: this.#sightings, blocks: this.#blocks, diagnostics: this.#diagnostics };
  }

  async #result(found: ClaimResult[], title: string, span: S.Span, domain: string, judge: () => Promise<Judged>): Promise<void> {
    this.#options.progress(title);
    const began = this.#options.now();
    const result = (judged: Judged): void => {
      found.push({ title, span, domain, ...judged, seconds: (this.#options.now() - began) / 1000 });
    };
    try {
      const stopped = this.#options.effort.stop();
      result(stopped === null ? await judge() : this.#open(stopped));
    } catch (signal) {
      if (signal instanceof Stopped) return result(this.#open(signal.reason));
      // One claim that meets our own bug does not take the others with it.
      if (!(signal instanceof Fault)) return result({ ...this.#open(`internal error: ${messageOf(signal)}`), bug: signal });
      const known = this.#diagnostics.some(
        (one) =>
          one.code === signal.diagnostic.code && one.span.from === signal.diagnostic.span.from && one.message === signal.diagnostic.message,
      );
      if (!known) this.#diagnostics.push(signal.diagnostic);
    }
  }

  #domainText(claim: S.Claim): string {
    if (claim.domains.length === 0) return "";
    const { text } = this.#loaded.source;
    const [first, last] = [claim.domains[0].span.from, claim.domains[claim.domains.length - 1].span.to];
    const all = /\ball\s*$/.test(text.slice(claim.titleSpan.to, first)) ? "all " : "";
    return `for ${all}${text.slice(first, last).replace(/\s+/g, " ")}`;
  }

  // ---- claims

  async #claim(claim: S.Claim): Promise<Judged> {
    const { program } = this.#loaded;
    const sought = claim.body.kind === "impossible" || findsIn(program, claim).length > 0;
    if (sought && this.#options.search === false) return this.#open("nothing is looked for");
    for (const name of findsIn(program, claim)) {
      const find = program.finds.get(name);
      if (find === undefined || program.broken.has(find)) return this.#open(`\`${name}\` was not looked for`);
      const { found, sought, optimal, judged } = await this.#seeker.find(find);
      if (found === null) return this.#open(`\`${name}\` was not found`);
      if (!optimal)
        return { ...this.#open(`\`${name}\` is not known to be the best: ${judged.reason}`), best: judged.best, bound: judged.bound };
      this.#subjects.found(find, sought.elaborated, found.schedule);
    }
    const given = this.#fixed(quantified(claim));
    if (claim.body.kind === "impossible") return this.#impossible(claim.body, given, claim);
    return given.finite ? this.#finite(claim.body, given, claim) : this.#endless(claim, claim.body, given);
  }

  /** One size after another: nothing is proved about schedules of all sizes at once. */
  async #impossible(body: S.Impossible, given: Quantified, claim: S.Claim): Promise<Judged> {
    if (!given.finite) return this.#open("that nothing does this is shown size by size; give the sizes a range: `for p in 2..8`");
    let [tries, count, lemmas] = [0, 0, 0];
    let strongest: Evidence = { kind: "bound" };
    const unmet: Unmet[] = [];
    for (const values of instances(given, 1)) {
      const stopped = ++tries > limits.tries ? `more than ${limits.tries} values (limit \`tries\`)` : await this.#breathe();
      if (stopped !== null) return { ...this.#open(`${stopped}, after ${count} instances`), instances: count };
      if (values === null) continue;
      const judged = await this.#seeker.impossible(body, values, claim.title);
      if (judged.unmet !== undefined) unmet.push(judged.unmet);
      if (judged.verdict !== "proved") return { ...judged, instances: count };
      if (judged.evidence.kind === "clauses") {
        lemmas += judged.evidence.lemmas;
        strongest = { kind: "clauses", lemmas };
      }
      count++;
    }
    if (count === 0) {
      const warrants = this.#vacuous(claim, null);
      return { ...this.#open("its range is empty: there is nothing to prove"), verdict: "vacuous", warrants };
    }
    return { verdict: "proved", instances: count, evidence: strongest, warrants: [impossibleWarrant(claim.title, unmet)] };
  }

  async #found(find: S.Find): Promise<Judged> {
    if (find.block) {
      const { helpers } = this.#options;
      const { source } = this.#loaded;
      const progress = (line: string): void => helpers.say(find.name.text, line);
      const sighting = await seekBlock(
        this.#loaded.program,
        find,
        { team: await helpers.team(), source: source.text, progress },
        this.#pulse,
      );
      this.#blocks.push(sighting);
      return sighting.judged;
    }
    const sighting = await this.#seeker.find(find);
    this.#sightings.push(sighting);
    return sighting.judged;
  }

  /** Variables that `--param` gives are ranges of one value; what the claim said of them becomes a condition. */
  #fixed({ variables, conditions }: Quantified): Quantified {
    const more: S.Expr[] = [];
    const fixed = variables.map((one) => {
      const value = this.#options.parameters.get(one.name);
      if (value === undefined) return one;
      const { span } = one.low;
      const name: S.Expr = { kind: "name", name: one.name, span };
      more.push({ kind: "binary", operator: one.above ? ">" : ">=", left: name, right: one.low, span });
      if (one.high) more.push({ kind: "binary", operator: "<=", left: name, right: one.high, span });
      const number: S.Expr = { kind: "number", value, span };
      return { name: one.name, low: number, above: 0, high: number };
    });
    return { variables: fixed, conditions: [...more, ...conditions], finite: fixed.every((one) => one.high !== null) };
  }

  async #finite(body: S.Expr, given: Quantified, claim: S.Claim): Promise<Judged> {
    const { title } = claim;
    let [tries, count, passes, applied] = [0, 0, 0, 0];
    for (const values of instances(given, 1)) {
      const stopped = ++tries > limits.tries ? `more than ${limits.tries} values (limit \`tries\`)` : await this.#breathe();
      const evidence: Evidence = { kind: "replay", instances: count, passes };
      if (stopped !== null) return { verdict: "unknown", instances: count, evidence, reason: `${stopped}, after ${count} instances` };
      if (values === null) continue;
      if (count >= limits.instances)
        return {
          verdict: "unknown",
          instances: count,
          evidence,
          reason: `it has more than ${limits.instances} instances (limit \`instances\`)`,
        };
      const looked = this.#look(body, values, title);
      if (typeof looked === "string") return { verdict: "unknown", instances: count, evidence, reason: looked };
      if ("sentences" in looked) return { verdict: "refuted", instances: count + 1, evidence, counterexample: looked };
      passes += looked.passes;
      count++;
      if (body.kind !== "binary" || body.operator !== "implies" || this.#antecedent(body.left, values)) applied++;
    }
    const evidence: Evidence = { kind: "replay", instances: count, passes };
    if (count === 0) {
      const warrants = this.#vacuous(claim, null);
      return { verdict: "vacuous", instances: 0, evidence, reason: "its range is empty: there is nothing to prove", warrants };
    }
    if (applied === 0) {
      const warrants = this.#vacuous(claim, body);
      return { verdict: "vacuous", instances: count, evidence, reason: "what stands before `implies` is never true", warrants };
    }
    return { verdict: "proved", instances: count, evidence, warrants: [holdsWarrant(title, () => this.#placed(body, given))] };
  }

  /** The instances of a finite claim, built again. */
  *#placed(body: S.Expr, given: Quantified): Generator<{ readonly instance: Instance; readonly values: ReadonlyMap<string, Rational> }> {
    for (const values of instances(given, 1)) if (values !== null) yield { instance: this.#subjects.instance(body, values), values };
  }

  #antecedent(condition: S.Expr, values: ReadonlyMap<string, Rational>): boolean {
    return judged(this.#subjects.instance(condition, values)).kind === "true";
  }

  /** One instance through the kernel: the passes it replayed, a counterexample, or why neither. */
  #look(body: S.Expr, values: ReadonlyMap<string, Rational>, title: string): { readonly passes: number } | Counterexample | string {
    const instance = this.#subjects.instance(body, values);
    const verdict = judged(instance);
    // True or false, the kernel has found every subject valid.
    if (verdict.kind === "true" || verdict.kind === "false") {
      for (const of of instance.subjects) {
        if (of.declaration.kind === "schedule") this.#use(of.declaration.name.text, { of, values });
      }
    }
    switch (verdict.kind) {
      case "true":
        return { passes: verdict.passes };
      case "false":
        return {
          ...falseCounterexample(body, instance, shown(values), this.#loaded.source.text),
          warrant: falseWarrant(title, { instance, values }),
        };
      case "defect":
        return this.#defect(instance, verdict.subject, values);
      case "stuck": {
        const fault = faultIn(body, instance, values);
        if (fault !== null) throw new Fault(fault);
        return verdict.reason;
      }
    }
  }
  #use(schedule: string, used: Used): void {
    const before = this.#used.get(schedule) ?? new Map<string, Used | null>();
    const { title, elaborated } = used.of;
    if (before.has(title)) return;
    this.#kept += elaborated.problem.nodes * elaborated.problem.microbatches;
    this.#used.set(schedule, before.set(title, this.#kept > mostKept ? null : used));
  }
  #defect(instance: Instance, subject: number, values: ReadonlyMap<string, Rational>): Counterexample {
    const named = instance.subjects[subject];
    const examined = examine(named.subject);
    if (examined.kind !== "defect") throw new Error("a defect that is gone");
    const { name } = named.declaration;
    const found = {
      ...defectCounterexample(examined.defect, named, shown(values), this.#loaded.program),
      warrant: defectWarrant(`${name.text} is valid`, examined.defect, named, values),
    };
    if (!this.#defects.has(name.text)) this.#defects.set(name.text, found);
    // The schedule's own verdict shows the passes and lines; the claim only points there.
    return {
      parameters: found.parameters,
      sentences: [`${named.title} is not a valid schedule: see \`${name.text} is valid\`.`],
      spans: [],
      warrant: found.warrant,
    };
  }

  async #endless(claim: S.Claim, body: S.Expr, given: Quantified): Promise<Judged> {
    const times = timesOf(body, given);
    const found = await this.#firstInstances(
      given,
      (values) => this.#look(body, values, claim.title),
      times.length > 0 ? firstTimes : firstSizes,
    );
    if (found !== null) return found;
    if (times.length > 0) return this.#allTimes(claim, body, given, times);
    let symbolic: SymbolicClaim;
    try {
      symbolic = symbolicClaim(this.#loaded.program, claim, body);
    } catch (signal) {
      if (signal instanceof NotSymbolic) return this.#open(signal.reason);
      throw signal;
    }
    const variables = given.variables.map((one) => one.name);
    return this.#prove(
      symbolic,
      variables,
      (point) => {
        if (!given.conditions.every((cond) => evaluateTruth(cond, point))) return null;
        const looked = this.#look(body, point, claim.title);
        return typeof looked !== "string" && "sentences" in looked ? looked : null;
      },
      body.kind === "binary" && body.operator === "implies" ? body.left : null,
      claim,
      claim.title,
    );
  }

  /** Some variables are times, of schedules of so many sizes. */
  async #allTimes(claim: S.Claim, body: S.Expr, given: Quantified, times: readonly string[]): Promise<Judged> {
    const sizes: Quantified = { variables: given.variables.filter(({ name }) => !times.includes(name)), conditions: [], finite: true };
    const look = (point: ReadonlyMap<string, Rational>): Counterexample | null => {
      for (const values of instances(sizes, 1)) {
        const all = new Map([...(values ?? []), ...point]);
        if (values === null || !given.conditions.every((cond) => evaluateTruth(cond, all))) continue;
        const looked = this.#look(body, all, claim.title);
        if (typeof looked !== "string" && "sentences" in looked) return looked;
      }
      return null;
    };
    const { program } = this.#loaded;
    try {
      const stated = timesClaim(program, this.#subjects, body, given, times);
      const result = await proveTimes(program, stated, this.#options.effort, (point) => look(point) !== null);
      switch (result.kind) {
        case "proved": {
          const warrants = [allTimesWarrant(claim.title, stated, result.hints, result.evidence)];
          return { verdict: "proved", instances: "all", evidence: { kind: "cases", cases: result.cases }, warrants };
        }
        case "point": {
          const counterexample = look(result.point);
          if (counterexample === null) return this.#open("a counterexample was found that does not replay");
          return { verdict: "refuted", instances: 1, evidence: { kind: "replay", instances: 1, passes: 0 }, counterexample };
        }
        case "vacuous":
          return {
            ...this.#open("its conditions contradict each other: there is nothing to prove"),
            verdict: "vacuous",
            warrants: this.#vacuous(claim, null),
          };
        case "unknown":
          return this.#open(result.reason);
      }
    } catch (signal) {
      if (signal instanceof NotSymbolic) return this.#open(signal.reason);
      throw signal;
    }
  }

  /** Small sizes, in order: the first failure is the smallest. */
  async #firstInstances(
    given: Quantified,
    look: (values: ReadonlyMap<string, Rational>) => { readonly passes: number } | Counterexample | string | null,
    { width, most } = firstSizes,
  ): Promise<Judged | null> {
    let [tries, count] = [0, 0];
    for (const values of instances(given, width)) {
      if (++tries > mostFirstTries || count >= most) break;
      const stopped = await this.#breathe();
      if (stopped !== null) return { verdict: "unknown", instances: count, evidence: { kind: "none" }, reason: stopped };
      if (values === null) continue;
      count++;
      const looked = within(() => look(values));
      if (looked !== null && typeof looked !== "string" && "sentences" in looked)
        return { verdict: "refuted", instances: count, evidence: { kind: "replay", instances: count, passes: 0 }, counterexample: looked };
    }
    return null;
  }

  async #prove(
    symbolic: SymbolicClaim,
    variables: readonly string[],
    look: (point: ReadonlyMap<string, Rational>) => Counterexample | null,
    antecedent: S.Expr | null,
    claim: S.Claim | null,
    title: string,
  ): Promise<Judged> {
    const { program } = this.#loaded;
    const result = await proveForAll(program, symbolic, variables, this.#options.effort, (point) => within(() => look(point)) !== null);
    switch (result.kind) {
      case "proved":
        if (antecedent !== null && claim !== null && this.#neverTrue(claim, antecedent, variables)) {
          return {
            verdict: "vacuous",
            instances: "all",
            evidence: { kind: "cases", cases: result.cases },
            reason: "what stands before `implies` is never true",
            warrants: claim === null || claim.body.kind === "impossible" ? [] : this.#vacuous(claim, claim.body),
          };
        }
        return {
          verdict: "proved",
          instances: "all",
          evidence: { kind: "cases", cases: result.cases },
          warrants: [forAllWarrant(title, result.statement, result.evidence)],
        };
      case "vacuous":
        return {
          verdict: "vacuous",
          instances: "all",
          evidence: { kind: "cases", cases: result.cases },
          reason: "its conditions contradict each other: there is nothing to prove",
          warrants: [vacuousWarrant(title, result.statement, result.evidence)],
        };
      case "point": {
        const counterexample = look(result.point);
        if (counterexample === null) return this.#open("a counterexample was found that does not replay");
        return { verdict: "refuted", instances: 1, evidence: { kind: "replay", instances: 1, passes: 0 }, counterexample };
      }
      case "unknown":
        return this.#open(result.reason);
    }
  }

  #neverTrue(claim: S.Claim, antecedent: S.Expr, variables: readonly string[]): boolean {
    try {
      const never = symbolicClaim(this.#loaded.program, claim, { kind: "unary", operator: "not", arg: antecedent, span: antecedent.span });
      if (never.subjects.length > 0) return false;
      const statement = { variables, domain: never.domain, claim: never.claim, subjects: [] };
      return judgeAsking(statement, farkasGuide(this.#options.effort.stop), []).kind === "proved";
    } catch (signal) {
      if (signal instanceof NotSymbolic) return false;
      throw signal;
    }
  }

  /** A certificate that a claim's range, or the range with what stands before `implies`, holds nothing; where this has a proof. */
  #vacuous(claim: S.Claim, body: S.Expr | null): Warrant[] {
    const zero: S.Expr = { kind: "number", value: fraction.zero, span: claim.span };
    const nothing: S.Expr = { kind: "binary", operator: "==", left: zero, right: zero, span: claim.span };
    const antecedent = body?.kind === "binary" ? body.left : null;
    try {
      const symbolic = symbolicClaim(this.#loaded.program, claim, antecedent ?? nothing);
      if (symbolic.subjects.length > 0) return [];
      const variables = quantified(claim).variables.map(({ name }) => name);
      const domain = antecedent === null ? symbolic.domain : term.and(symbolic.domain, symbolic.claim);
      const statement = { variables, domain, claim: term.truth(true), subjects: [] };
      const { verdict, evidence } = recordForAll(statement, [], farkasGuide(this.#options.effort.stop));
      return verdict.kind === "vacuous" ? [vacuousWarrant(claim.title, statement, evidence)] : [];
    } catch (signal) {
      if (signal instanceof NotSymbolic) return [];
      throw signal;
    }
  }

  #open(reason: string): Judged {
    return { verdict: "unknown", instances: 0, evidence: { kind: "none" }, reason };
  }

  // ---- the validity that every schedule owes

  async #validity(schedule: S.Schedule): Promise<Judged> {
    const title = `${schedule.name.text} is valid`;
    const before = this.#defects.get(schedule.name.text);
    if (before !== undefined)
      return { verdict: "refuted", instances: 1, evidence: { kind: "replay", instances: 1, passes: 0 }, counterexample: before };
    if (schedule.repeat === undefined) return this.#asUsed(schedule, "an order is proved size by size, and no claim uses this one");
    const { span } = schedule.name;
    const one: S.Expr = { kind: "number", value: fraction.one, span };
    const requires = schedule.items.flatMap((item) => (item.kind === "requires" ? [item.cond] : []));
    const given = this.#fixed({
      variables: schedule.params.map((param) => ({ name: param.text, low: one, above: 0, high: null })),
      conditions: requires,
      finite: schedule.params.length === 0,
    });
    const look = (values: ReadonlyMap<string, Rational>): { readonly passes: number } | Counterexample | string | null => {
      const args = schedule.params.map((param) => values.get(param.text) ?? fraction.zero);
      let instance: Instance;
      try {
        instance = this.#subjects.validity(schedule, args, null);
      } catch (signal) {
        // A size that the pipeline's own `requires` leaves out is not claimed.
        if (signal instanceof Fault && signal.diagnostic.code === "requirement") return null;
        if (signal instanceof NotSymbolic) return signal.reason;
        throw signal;
      }
      const examined = examine(instance.subjects[0].subject);
      if (examined.kind === "defect")
        return {
          ...defectCounterexample(examined.defect, instance.subjects[0], shown(values), this.#loaded.program),
          warrant: defectWarrant(title, examined.defect, instance.subjects[0], values),
        };
      return examined.kind === "limit" ? examined.reason : { passes: instance.subjects[0].elaborated.problem.nodes };
    };
    if (given.finite) {
      let count = 0;
      let passes = 0;
      for (const values of instances(given, 1)) {
        const looked = values && look(values);
        if (looked === null) continue;
        if (typeof looked === "string") return this.#asUsed(schedule, looked);
        if ("sentences" in looked)
          return { verdict: "refuted", instances: 1, evidence: { kind: "replay", instances: 1, passes: 0 }, counterexample: looked };
        passes += looked.passes;
        count++;
      }
      if (count === 0) return { verdict: "vacuous", instances: 0, evidence: { kind: "none" }, reason: "its conditions leave no size" };
      const values = new Map<string, Rational>();
      const warrants = [holdsWarrant(title, () => [{ instance: this.#subjects.validity(schedule, [], null), values }])];
      return { verdict: "proved", instances: count, evidence: { kind: "replay", instances: count, passes }, warrants };
    }
    const found = await this.#firstInstances(given, look);
    if (found !== null) return found;
    try {
      const symbolic = symbolicValidity(this.#loaded.program, schedule);
      const judged = await this.#prove(
        symbolic,
        schedule.params.map((param) => param.text),
        (point) => {
          const looked = look(point);
          return looked !== null && typeof looked !== "string" && "sentences" in looked ? looked : null;
        },
        null,
        null,
        title,
      );
      return judged.verdict === "unknown" ? this.#asUsed(schedule, judged.reason ?? "") : judged;
    } catch (signal) {
      if (signal instanceof NotSymbolic) return this.#asUsed(schedule, signal.reason);
      throw signal;
    }
  }

  /** Without a proof for all sizes: valid in each instance that claims use, which the kernel has replayed. */
  #asUsed(schedule: S.Schedule, reason: string): Judged {
    const uses = [...(this.#used.get(schedule.name.text)?.values() ?? [])];
    const used = uses.length;
    if (used > 0)
      return {
        verdict: "proved",
        instances: used,
        evidence: { kind: "replay", instances: used, passes: 0 },
        reason: `in the ${used} ${used === 1 ? "instance" : "instances"} that claims use`,
        warrants: usedWarrants(schedule.name.text, uses),
      };
    const named = this.#loaded.program.claims.some((claim) => calledIn(claim.body).has(schedule.name.text));
    return this.#open(named ? `no instance of it was replayed; ${reason}` : reason);
  }

  /** Lets signals come through; says why to stop, if there is a reason. */
  async #breathe(): Promise<string | null> {
    const now = this.#options.now();
    if (now - this.#breathed > 50) {
      this.#breathed = now;
      await new Promise((resume) => setImmediate(resume));
    }
    return this.#options.effort.stop();
  }
  #breathed = 0;
}

/** Null for a size too large to be replayed: a proof for all sizes does without. */
function within<Seen>(look: () => Seen | null): Seen | null {
  try {
    return look();
  } catch (signal) {
    if (signal instanceof Fault && signal.diagnostic.code === "limit") return null;
    throw signal;
  }
}

/** The kernel's word on an instance. */
const judged = ({ claim, subjects, passages }: Instance): Judgement =>
  judge(
    claim,
    subjects.map(({ subject }) => subject),
    passages,
  );

const shown = (values: ReadonlyMap<string, Rational>): Counterexample["parameters"] =>
  [...values].map(([name, value]) => ({ name, value }));
