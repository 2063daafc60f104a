// Certificates for verdicts: what the kernel judged, put as statements with their evidence. Nothing is decided here, and a certificate is
// made only when somebody wants it; `certificate/draft.ts` has the kernel accept it once more before it is written.
import { type Draft, draftOf, refutationsOf, type Warrant } from "../certificate/draft.ts";
import { flowsIn } from "../certificate/formula.ts";
import { limits } from "../certificate/limits.ts";
import type { Asked, Certificate, Conflict, Listed, Named, Parameters, Subject, Instance as Written } from "../certificate/statement.ts";
import {
  type ForAll,
  type ForAllEvidence,
  type Goal,
  type Order,
  type Passage,
  type Problem,
  type Rational,
  type Refutation,
  routeFor,
  type Schedule,
  type TimedHints,
} from "../kernel/index.ts";
import type { Instance, NamedSubject } from "../language/elaborate/claim.ts";
import type { Elaborated } from "../language/elaborate/pipeline.ts";
import type { TimesClaim } from "../language/elaborate/times.ts";
import { examine, type Fault, orderOf } from "../schedule/index.ts";

type Values = ReadonlyMap<string, Rational>;
/** A claim's instance at some values of its variables. */
export interface Placed {
  readonly instance: Instance;
  readonly values: Values;
}
/** Internal: there can be no certificate, for this reason. */
class Without {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

function warrant(make: () => Draft | Certificate): Warrant {
  return () => {
    try {
      const made = make();
      return "proofs" in made ? made : draftOf(made);
    } catch (signal) {
      if (signal instanceof Without) return { reason: signal.reason };
      throw signal;
    }
  };
}

/** A claim that is true in these instances. */
export const holdsWarrant = (title: string, instances: () => Iterable<Placed>): Warrant =>
  warrant(() => {
    const writing = new Writing();
    const placed = Array.from(instances(), (one) => ({ written: writing.instance(one), passages: passagesOf(one) }));
    const evidence = { passages: placed.map(({ passages }) => passages) };
    return { kind: "holds", title, instances: placed.map(({ written }) => written), evidence };
  });

/** A claim that is false in this one, whose subjects are valid. */
export const falseWarrant = (title: string, placed: Placed): Warrant =>
  warrant(() => ({ kind: "false", title, instance: new Writing().instance(placed), evidence: { passages: passagesOf(placed) } }));

/** The evidence for what a claim says of channels, in the order in which it says it. */
const passagesOf = ({ instance: { claim, passages } }: Placed): Passage[] =>
  flowsIn(claim).map((one) => passages.get(one) ?? { circle: [] });

/** What is not a schedule, or cannot be run. */
export const defectWarrant = (title: string, defect: Fault, of: NamedSubject, values: Values): Warrant =>
  warrant(() => {
    const named = namedOf(defect.problem, of.elaborated);
    const parameters = parametersOf(values);
    if (defect.kind === "deadlock") {
      const { subject } = of;
      if (subject.kind !== "schedule" || !("order" in subject.source)) throw new Without("no order stands behind this deadlock");
      const cycle = defect.cycle.map(({ pass, needs }) => [pass, needs] as const);
      return { kind: "invalid", title, parameters, subject: listed(named, subject.source.order), evidence: { kind: "deadlock", cycle } };
    }
    const { schedule } = defect;
    const evidence = conflictOf(defect);
    const inOrder = evidence.kind === "missing" || evidence.kind === "twice" || evidence.kind === "elsewhere";
    const subject = inOrder ? listed(named, schedule.order) : ({ kind: "schedule", named, starts: schedule.start } as const);
    return { kind: "invalid", title, parameters, subject, evidence };
  });

function conflictOf({ conflict }: Extract<Fault, { kind: "conflict" }>): Conflict {
  switch (conflict.kind) {
    case "overlap":
      return { kind: conflict.kind, first: conflict.first, second: conflict.second };
    case "early":
      return { kind: conflict.kind, pass: conflict.pass, needs: conflict.needs };
    case "hold":
      return { kind: conflict.kind, from: conflict.from, to: conflict.to };
    case "memory":
      return { kind: conflict.kind, device: conflict.device, time: conflict.time };
    case "missing":
    case "twice":
      return { kind: conflict.kind, pass: conflict.pass };
    case "elsewhere":
      return { kind: conflict.kind, pass: conflict.pass, device: conflict.device };
    case "unplaced":
      throw new Without("a pass has no start time that could be written down");
  }
}

/** An instance of a schedule that a claim has looked at. */
export interface Used {
  readonly of: NamedSubject;
  readonly values: Values;
}
/** A schedule that is valid in these instances; of orders, that they can be run as well. Null: too large to be kept. */
export function usedWarrants(schedule: string, used: readonly (Used | null)[]): Warrant[] {
  const kept = used.filter((one) => one !== null);
  if (kept.length < used.length) return [() => ({ reason: "its instances are too large for a certificate" })];
  const valid = { op: "valid", schedule: 0 } as const;
  const instances = kept.map(({ of, values }) => ({
    instance: { claim: valid, subjects: [of], leaves: new Map(), passages: new Map() },
    values,
  }));
  const isOrder = kept.every(({ of: { subject } }) => subject.kind === "schedule" && "order" in subject.source);
  return [
    holdsWarrant(`${schedule} is valid`, () => instances),
    ...(isOrder ? [runsWarrant(`${schedule} runs without a deadlock`, kept)] : []),
  ];
}

/** Orders that can be run, each with an order of all passes. */
const runsWarrant = (title: string, subjects: readonly Used[]): Warrant =>
  warrant(() => {
    const writing = new Writing();
    const instances = subjects.map(({ of, values }) => {
      const { subject } = of;
      if (subject.kind !== "schedule") throw new Without("a block is no order");
      const { source } = subject;
      const order =
        "order" in source ? source.order : "block" in source ? orderOf(source.block, subject.problem.microbatches) : source.schedule.order;
      writing.count(order.passes.length);
      return { parameters: parametersOf(values), order: listed(namedOf(subject.problem, of.elaborated), order) };
    });
    return { kind: "deadlock-free", title, instances, evidence: { sequences: instances.map(({ order }) => sequenceOf(order)) } };
  });

export const forAllWarrant = (title: string, { variables, domain, claim, subjects }: ForAll, evidence: ForAllEvidence): Warrant =>
  warrant(() => {
    const statement: ForAll = {
      variables,
      domain,
      claim,
      subjects: subjects.map(({ block, microbatches, pipelineOnly }) => ({ block, microbatches, pipelineOnly })),
    };
    return { kind: "for-all", title, statement, evidence };
  });

/** Claims for all times of the passes of some schedules, each of one order. */
export const allTimesWarrant = (
  title: string,
  { variables, domain, claims, subjects, named }: TimesClaim,
  hints: readonly TimedHints[],
  evidence: readonly ForAllEvidence[],
): Warrant =>
  warrant(() => {
    const orders = subjects.map(({ problem, order, times }, i) => ({ order: listed(namedOf(problem, named[i].elaborated), order), times }));
    return { kind: "for-all-times", title, variables, domain, claims, subjects: orders, evidence: { hints, cases: evidence } };
  });

export const vacuousWarrant = (
  title: string,
  { variables, domain }: Pick<ForAll, "variables" | "domain">,
  evidence: ForAllEvidence,
): Warrant => warrant(() => ({ kind: "vacuous", title, variables, domain, evidence: { ...evidence, subjects: [] } }));

/** A goal that nothing meets, and what the kernel took for that. */
export interface Unmet {
  readonly values: Values;
  readonly goal: Goal;
  readonly elaborated: Elaborated;
  readonly evidence: Refutation;
}
export const impossibleWarrant = (title: string, unmet: readonly Unmet[]): Warrant =>
  warrant(() => {
    const proofs = new Map<string, Uint8Array>();
    const refutations = refutationsOf(
      unmet.map(({ evidence }) => evidence),
      proofs,
    );
    const instances = unmet.map(({ values, goal, elaborated }) => ({ parameters: parametersOf(values), goal: askedOf(goal, elaborated) }));
    return { certificate: { kind: "impossible", title, instances, evidence: { refutations } }, proofs };
  });

export const possibleWarrant = (title: string, goal: Goal, elaborated: Elaborated, values: Values, { start }: Schedule): Warrant =>
  warrant(() => ({
    kind: "possible",
    title,
    parameters: parametersOf(values),
    goal: askedOf(goal, elaborated),
    evidence: { starts: start },
  }));

/** The least of each measure in turn, with the schedule that has it. The last may be known to lie between two values only. */
export interface Bounded {
  readonly objective: "makespan" | "span" | "peak";
  readonly value: number;
  readonly bound: number;
  readonly evidence: Refutation;
}
export const bestWarrant = (title: string, goal: Goal, elaborated: Elaborated, { start }: Schedule, bounded: readonly Bounded[]): Warrant =>
  warrant(() => {
    const gap = bounded.findIndex(({ value, bound }) => bound < value);
    const tight = gap < 0 ? bounded : bounded.slice(0, gap + 1);
    const proofs = new Map<string, Uint8Array>();
    const refutations = refutationsOf(
      tight.map(({ evidence }) => evidence),
      proofs,
    );
    const objectives = tight.map(({ objective, value, bound }) => ({ measure: objective, value, bound }));
    const asked = askedOf(goal, elaborated);
    return {
      certificate: { kind: "best", title, parameters: [], goal: asked, objectives, evidence: { starts: start, refutations } },
      proofs,
    };
  });

// ---- statements

const known = new WeakMap<Problem, Named>();
function namedOf(problem: Problem, { nodes }: Elaborated): Named {
  const before = known.get(problem);
  if (before !== undefined) return before;
  const named = { problem, names: nodes.map(({ label }) => label.slice(0, limits.name)) };
  known.set(problem, named);
  return named;
}
export const parametersOf = (values: Values): Parameters => [...values];

export const askedOf = ({ problem, makespan, span, starts, orders }: Goal, elaborated: Elaborated): Asked => ({
  named: namedOf(problem, elaborated),
  makespan,
  span,
  starts,
  orders: orders.map(({ passes }) => passes),
});

const listed = (named: Named, { offsets, passes }: Order): Listed => ({
  kind: "order",
  named,
  lists: Array.from({ length: offsets.length - 1 }, (_, l) => passes.slice(offsets[l], offsets[l + 1])),
});

/** Counts what goes into one certificate. */
class Writing {
  #passes = 0;
  #instances = 0;

  count(passes: number): void {
    this.#passes += passes;
    if (++this.#instances > limits.instances || this.#passes > limits.passes)
      throw new Without(`it would hold more than ${limits.passes} passes or ${limits.instances} instances`);
  }

  instance({ instance: { claim, subjects }, values }: Placed): Written {
    return { parameters: parametersOf(values), claim, subjects: subjects.map((one) => this.#subject(one)) };
  }

  #subject({ subject, elaborated }: NamedSubject): Subject {
    const examined = examine(subject);
    switch (examined.kind) {
      case "schedule":
        this.count(examined.schedule.start.length);
        return { kind: "schedule", named: namedOf(examined.problem, elaborated), starts: examined.schedule.start };
      case "block": {
        const { block, stageOf: stages } = examined.subject;
        const { problem, interval, start: starts } = block;
        this.count(starts.length);
        return { kind: "block", named: namedOf(problem, elaborated), interval, starts, stages };
      }
      case "pipeline":
        return { kind: "pipeline", named: namedOf(examined.subject.problem, elaborated) };
      case "defect":
      case "limit":
        throw new Without("a schedule that was looked at is not valid");
    }
  }
}
/** An order of all passes in which each stream's list and every dependency goes forward; some passes are missing where there is none. */
function sequenceOf({ named: { problem }, lists }: Listed): Int32Array {
  const { nodes, microbatches } = problem;
  const total = nodes * microbatches;
  const follows: number[][] = Array.from({ length: total }, () => []);
  const waits = new Int32Array(total);
  const arc = (before: number, after: number): void => {
    follows[before].push(after);
    waits[after]++;
  };
  for (const list of lists) for (let i = 1; i < list.length; i++) arc(list[i - 1], list[i]);
  for (let pass = 0; pass < total; pass++) {
    const base = pass - (pass % nodes);
    const { dep, depStart } = routeFor(problem, base / nodes);
    for (let e = depStart[pass - base]; e < depStart[pass - base + 1]; e++) arc(base + dep[e], pass);
  }
  const ready: number[] = [];
  for (let pass = 0; pass < total; pass++) if (waits[pass] === 0) ready.push(pass);
  for (let at = 0; at < ready.length; at++) for (const next of follows[ready[at]]) if (--waits[next] === 0) ready.push(next);
  return Int32Array.from(ready);
}
