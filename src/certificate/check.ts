// Whether a certificate is true: its statement and evidence put before the kernel, whose word this is. No solver, no source, no clock.

import {
  complete,
  type Flows,
  type ForAllVerdict,
  flows,
  type Goal,
  judgeForAll,
  judgeInstance,
  judgeTimes,
  type Refutation as KernelRefutation,
  type Subject as KernelSubject,
  type Measures,
  meets,
  type Order,
  type Passage,
  refutes,
  replay,
  rowsOf,
  term,
  unsafe,
} from "../kernel/index.ts";
import { isThere } from "./conflict.ts";
import { flowsIn } from "./formula.ts";
import { goalOf, refutedIn } from "./goals.ts";
import { passageOf, timesOf } from "./passage.ts";
import type { Proofs } from "./proof.ts";
import type {
  AllTimes,
  Asked,
  Best,
  Certificate,
  DeadlockFree,
  Endless,
  False,
  Holds,
  Impossible,
  Instance,
  Invalid,
  Listed,
  Refutation,
  Subject,
  Vacuous,
} from "./statement.ts";

/** What was looked at on the way. */
export interface Work {
  readonly passes: number;
  readonly bounds: number;
  readonly lemmas: number;
  readonly cases: number;
}
export type Checked =
  | { readonly kind: "accepted"; readonly work: Work }
  /** Its evidence does not show it. */
  | { readonly kind: "refused"; readonly reason: string }
  /** It is beyond what is looked at. */
  | { readonly kind: "limit"; readonly reason: string };

const refused = (reason: string): Checked => ({ kind: "refused", reason });
const accepted = (work: Partial<Work>): Checked => ({
  kind: "accepted",
  work: { passes: 0, bounds: 0, lemmas: 0, cases: 0, ...work },
});
const replayed = (passes: number): Checked => accepted({ passes });

/** Judges a certificate. `proofs` finds the proofs that it names; what it finds is not trusted. */
export function check(certificate: Certificate, proofs: Proofs): Checked {
  switch (certificate.kind) {
    case "holds":
      return holds(certificate);
    case "false":
      return fails(certificate);
    case "invalid":
      return invalid(certificate);
    case "deadlock-free":
      return runs(certificate);
    case "possible": {
      const met = reach(certificate.goal, certificate.evidence.starts);
      return "measures" in met ? replayed(met.measures.passes) : met;
    }
    case "impossible":
      return impossible(certificate, proofs);
    case "best":
      return best(certificate, proofs);
    case "for-all":
      return endless(certificate);
    case "for-all-times":
      return timeless(certificate);
    case "vacuous":
      return empty(certificate);
  }
}

// ---- claims

function kernelSubject(subject: Subject): KernelSubject {
  const { problem } = subject.named;
  switch (subject.kind) {
    case "schedule":
      return { kind: "schedule", problem, start: subject.starts, early: null };
    case "block": {
      const { interval, starts, stages } = subject;
      return { kind: "block", block: { problem, interval, start: starts }, stageOf: stages };
    }
    case "pipeline":
      return { kind: "pipeline", problem };
  }
}

/** The evidence for each formula about a channel, in the order in which they stand in the claim. */
const passagesOf = ({ claim }: Instance, passages: readonly Passage[]): Map<Flows, Passage> =>
  new Map(flowsIn(claim).map((one, i) => [one, passages[i]]));

function holds({ instances, evidence }: Holds): Checked {
  let passes = 0;
  for (const [i, instance] of instances.entries()) {
    const own = instance.subjects.map(kernelSubject);
    const verdict = judgeInstance(instance.claim, own, passagesOf(instance, evidence.passages[i]));
    switch (verdict.kind) {
      case "true":
        passes += verdict.passes;
        break;
      case "false":
        return refused(`instance ${i}: the claim is false`);
      case "stuck":
        return refused(`instance ${i}: ${verdict.reason}`);
    }
  }
  return replayed(passes);
}

function fails({ instance, evidence }: False): Checked {
  const { claim, subjects } = instance;
  const own = subjects.map(kernelSubject);
  const verdict = judgeInstance(claim, own, passagesOf(instance, evidence.passages));
  switch (verdict.kind) {
    case "false":
      return replayed(subjects.reduce((sum, one) => sum + (one.kind === "schedule" ? one.starts.length : 0), 0));
    case "true":
      return refused("the claim is true");
    case "stuck":
      return refused(verdict.reason);
  }
}

function invalid({ subject, evidence }: Invalid): Checked {
  const { problem } = subject.named;
  if (subject.kind === "schedule") {
    if (replay(problem, { start: subject.starts }).kind === "valid") return refused("the schedule is valid");
  } else {
    const rows = rowsOf(orderOf(subject));
    const waits = (): boolean => flows(problem, rows, null, passageOf(problem, rows, null)) === false;
    if (complete(problem, rows) && !waits()) return refused("nothing is shown to be wrong with the order");
  }
  return isThere(subject, evidence) ? replayed(problem.nodes * problem.microbatches) : refused("the conflict that it names is not there");
}

function runs({ instances, evidence }: DeadlockFree): Checked {
  let passes = 0;
  for (const [i, { order }] of instances.entries()) {
    const { problem } = order.named;
    const times = timesOf(evidence.sequences[i]);
    if (unsafe(problem) !== null || flows(problem, rowsOf(orderOf(order)), null, { times }) !== true)
      return refused(`instance ${i}: its sequence does not run the order`);
    passes += times.length;
  }
  return replayed(passes);
}

function orderOf({ lists }: Listed): Order {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, l) => {
    offsets[l + 1] = offsets[l] + list.length;
  });
  const passes = new Int32Array(offsets[lists.length]);
  lists.forEach((list, l) => {
    passes.set(list, offsets[l]);
  });
  return { offsets, passes };
}

// ---- all sizes

const endless = ({ statement, evidence }: Endless): Checked => shownForAll(judgeForAll(statement, evidence));

function timeless({ variables, domain, claims, subjects, evidence }: AllTimes): Checked {
  const orders = subjects.map(({ order, times }) => ({ problem: order.named.problem, order: orderOf(order), times }));
  return shownForAll(judgeTimes({ variables, domain, claims, subjects: orders }, evidence.hints, evidence.cases));
}

function shownForAll(verdict: ForAllVerdict): Checked {
  switch (verdict.kind) {
    case "proved":
      return accepted({ cases: verdict.cases });
    case "vacuous":
      return refused("there is nothing to prove: no values of the variables are in the domain");
    case "failed":
      return refused("it is false in a case, or not known to be true");
    case "stuck":
      return refused(verdict.reason);
  }
}

function empty({ variables, domain, evidence }: Vacuous): Checked {
  const verdict = judgeForAll({ variables, domain, claim: term.truth(true), subjects: [] }, evidence);
  if (verdict.kind === "vacuous") return accepted({ cases: verdict.cases });
  return refused(verdict.kind === "stuck" ? verdict.reason : "the domain is not known to be empty");
}

// ---- goals

function reach(asked: Asked, starts: Float64Array): { readonly measures: Measures } | Checked {
  const goal = goalOf(asked);
  const met = meets(goal, { start: starts });
  switch (met.kind) {
    case "met":
      return met;
    case "invalid":
      return refused("the schedule is not valid");
    case "missed":
      return refused(`the schedule misses what is asked: its ${met.what}`);
    case "unsafe":
      return refused(met.reason);
  }
}

function impossible(certificate: Impossible | Best, proofs: Proofs): Checked {
  let [bounds, lemmas] = [0, 0];
  for (const [i, { goal, refutation }] of refutedIn(certificate).entries()) {
    const checked = refuted(goal, refutation, proofs);
    if (checked.kind !== "accepted") return { ...checked, reason: `refutation ${i}: ${checked.reason}` };
    bounds += checked.work.bounds;
    lemmas += checked.work.lemmas;
  }
  return accepted({ bounds, lemmas });
}

function best(certificate: Best, proofs: Proofs): Checked {
  const { goal: asked, objectives, evidence } = certificate;
  const last = objectives.length - 1;
  if (last < 0) return refused("it has no objective");
  if (new Set(objectives.map(({ measure }) => measure)).size <= last) return refused("an objective stands twice");
  if (objectives.some(({ bound, value }, i) => bound > value || (i < last && bound < value)))
    return refused("a bound is above its value, or below it before the last");
  const reached = reach(asked, evidence.starts);
  if (!("measures" in reached)) return reached;
  if (objectives.some(({ measure, value }) => reached.measures[measure] !== value)) return refused("the schedule has other measures");
  const checked = impossible(certificate, proofs);
  return checked.kind === "accepted" ? { ...checked, work: { ...checked.work, passes: reached.measures.passes } } : checked;
}

function refuted(goal: Goal, refutation: Refutation, proofs: Proofs): Checked {
  const answer = (evidence: KernelRefutation): Checked => {
    const word = refutes(goal, evidence);
    if (word.kind === "refused") return refused(word.reason);
    return accepted(word.lemmas > 0 ? { lemmas: word.lemmas } : { bounds: 1 });
  };
  const quantum = refutation.quantum ?? undefined;
  if (refutation.kind !== "clauses") return answer({ ...refutation, quantum });
  const found = proofs(refutation.proof);
  return found.kind === "proof" ? answer({ kind: "clauses", ...found.proof, quantum }) : found;
}
