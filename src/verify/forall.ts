// Claims for all sizes. Small sizes are looked at first: most wrong claims fail there, and the first failure is the smallest. Then the
// kernel proves the claim by cases; a case in which it is false is handed to the solver, whose model is a size to look at again.

import { fraction } from "../fraction/index.ts";
import {
  type Case,
  type ForAll,
  type ForAllEvidence,
  type ForAllVerdict,
  type Form,
  type Formula,
  type Guide,
  type Hints,
  type Inverse,
  judgeForAll,
  type Rational,
  type SymbolicSubject,
  type Term,
  term,
} from "../kernel/index.ts";
import type { SymbolicClaim } from "../language/elaborate/claim.ts";
import { elaboratePipeline } from "../language/elaborate/pipeline.ts";
import { pulseOf } from "../language/elaborate/pulse.ts";
import { elaborateBlock } from "../language/elaborate/schedule.ts";
import { Fault } from "../language/evaluate.ts";
import type { Program } from "../language/resolve.ts";
import type * as S from "../language/syntax.ts";
import { fill, settle, steadyPeaks } from "../schedule/index.ts";
import { farkasGuide } from "../search/farkas.ts";
import { hintsFor, type Point, type Sampler, valueAt } from "../search/hints.ts";
import { recordForAll } from "../search/record.ts";
import { smallest } from "../solver/smallest.ts";
import type { Solver } from "../solver/solver.ts";

export type ForAllResult =
  | { readonly kind: "proved" | "vacuous"; readonly cases: number; readonly statement: ForAll; readonly evidence: ForAllEvidence }
  | { readonly kind: "point"; readonly point: ReadonlyMap<string, Rational> }
  | { readonly kind: "unknown"; readonly reason: string };

/** The limits under which a proof runs. */
export interface Effort {
  /** Why to stop now, or null. */
  stop(): string | null;
  /** Milliseconds that are left. */
  left(): number;
  solver(): Solver;
}

/**
 * Proves the claim, or finds a point at which `fails` says that it is false. Points from a solver are only candidates:
 * `fails` looks at the instance itself.
 */
export async function proveForAll(
  program: Program,
  claim: SymbolicClaim,
  variables: readonly string[],
  effort: Effort,
  fails: (point: ReadonlyMap<string, Rational>) => boolean,
): Promise<ForAllResult> {
  const filled = withSlots(program, claim, variables, effort.stop);
  if (typeof filled === "string") return { kind: "unknown", reason: filled };
  let { domain } = claim;
  let found: ReadonlyMap<string, Rational> | null = null;
  for (let round = 0; round < 24; round++) {
    const guide = farkasGuide(effort.stop);
    const hints = claim.subjects.map((subject) => hintsFor(subject.block, variables, domain, sampler(program, subject, effort.stop)));
    const statement = { variables, domain, claim: claim.claim, subjects: filled };
    const { verdict, evidence } = judged(statement, hints, guide);
    if (found !== null && verdict.kind !== "failed") break; // nothing smaller, or nothing more is known
    if (verdict.kind === "proved" || verdict.kind === "vacuous") return { ...verdict, statement, evidence };
    if (verdict.kind === "stuck") return { kind: "unknown", reason: verdict.reason };
    const point = await pointIn(verdict.where, domain, variables, effort);
    if (typeof point === "string") {
      if (found !== null) break;
      return { kind: "unknown", reason: point };
    }
    if (!fails(point)) {
      if (found !== null) break;
      return {
        kind: "unknown",
        reason: `a case remains open, near ${[...point].map(([name, value]) => `${name} = ${fraction.print(value)}`).join(", ")}`,
      };
    }
    found = point;
    const first = variables[0];
    const value = point.get(first);
    if (first === undefined || value === undefined) break;
    domain = term.and(claim.domain, term.compare(term.variable(first), "<", term.number(value.num)));
  }
  return found === null
    ? { kind: "unknown", reason: "no counterexample was found for a case that fails" }
    : { kind: "point", point: found };
}

/** What the claim speaks of, with the slots that passes in first free slots get; or why none are found. */
function withSlots(program: Program, { domain, subjects }: SymbolicClaim, variables: readonly string[], stop: () => string | null) {
  const filled: SymbolicSubject[] = [];
  for (const subject of subjects) {
    const inverse = (): Inverse => hintsFor(subject.block, variables, domain, sampler(program, subject, stop)).inverse;
    const block = fill(subject.block, inverse, { variables, domain }, farkasGuide(stop));
    if (typeof block === "string") return block;
    filled.push({ block, microbatches: subject.microbatches, pipelineOnly: subject.pipelineOnly });
  }
  return filled;
}

/** The verdict; a proof is one only once the kernel has come to it again from the recorded evidence alone. */
function judged(statement: ForAll, hints: readonly Hints[], guide: Guide): { verdict: ForAllVerdict; evidence: ForAllEvidence } {
  const { verdict, evidence } = recordForAll(statement, hints, guide);
  const again = verdict.kind === "proved" || verdict.kind === "vacuous" ? judgeForAll(statement, evidence) : verdict;
  return { verdict: again, evidence };
}

/** The smallest integer point of a failed case, in the order of the variables. */
async function pointIn(
  where: Case,
  domain: Formula,
  variables: readonly string[],
  effort: Effort,
): Promise<ReadonlyMap<string, Rational> | string> {
  const inner = Array.from({ length: where.variables }, (_, i) => `case.${i}`);
  const assertions: Formula[] = where.facts.map((fact) => term.compare(termOf(fact, inner), ">=", term.number(0)));
  for (const name of variables) {
    const form = where.names.get(name);
    if (form !== undefined) assertions.push(term.compare(term.variable(name), "==", termOf(form, inner)));
  }
  assertions.push(domain);
  const answer = await smallest(
    effort.solver(),
    { variables: [...variables, ...inner], assertions },
    variables,
    Date.now() + effort.left(),
  );
  if (answer.kind === "none") return "a case remains open that has no whole-numbered sizes";
  if (answer.kind === "unknown") return `the solver found no size for a case that fails: ${answer.reason}`;
  return new Map(variables.map((name) => [name, fraction.rational(answer.values.get(name) ?? 0n)]));
}

function termOf(form: Form, names: readonly string[]): Term {
  let sum: Term = term.number(form.constant, form.den);
  form.coefficients.forEach((c, i) => {
    if (c !== 0n) sum = term.binary("add", sum, term.binary("mul", term.number(c, form.den), term.variable(names[i])));
  });
  return sum;
}

/** What each device holds, or has to do, at one size: from the numeric block. */
function sampler(
  program: Program,
  { schedule, args }: { readonly schedule: S.Schedule | S.Pipeline; readonly args: readonly Term[] },
  stop: () => string | null,
): Sampler {
  const pulse = pulseOf(stop);
  const at = <Found>(point: Point, look: (values: readonly Rational[]) => Found): Found | null => {
    const values = args.map((arg) => valueAt(arg, point));
    if (!values.every((value) => value !== null)) return null;
    try {
      return look(values);
    } catch (signal) {
      if (signal instanceof Fault) return null;
      throw signal;
    }
  };
  return {
    peaks: (point) =>
      schedule.kind !== "schedule"
        ? null
        : at(point, (values) => {
            const settled = settle(elaborateBlock(program, schedule, values, pulse).block);
            return settled.kind === "full" ? [] : [...steadyPeaks(settled.block).peakOf];
          }),
    loads: (point) =>
      schedule.kind !== "pipeline"
        ? null
        : at(point, (values) => {
            const { problem } = elaboratePipeline(schedule, values, undefined, 1, pulse);
            const load = new Array<number>(problem.devices).fill(0);
            problem.routes[0].duration.forEach((ticks, node) => {
              if (problem.routes[0].stream[node] === 0) load[problem.routes[0].device[node]] += ticks;
            });
            return load;
          }),
  };
}
