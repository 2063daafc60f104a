// Claims for all times of passes: cones are found for each schedule, and the claim of each size is then one about numbers, for all of them.
import { type ForAllEvidence, type Rational, type TimedHints, term } from "../kernel/index.ts";
import type { TimesClaim } from "../language/elaborate/times.ts";
import type { Program } from "../language/resolve.ts";
import { conesFor } from "../search/times.ts";
import { type Effort, type ForAllResult, proveForAll } from "./forall.ts";

export type TimesResult =
  | { readonly kind: "proved"; readonly cases: number; readonly hints: readonly TimedHints[]; readonly evidence: readonly ForAllEvidence[] }
  | { readonly kind: "vacuous" }
  | Extract<ForAllResult, { kind: "point" | "unknown" }>;

/** Proves the claim of every size for all times, or finds times at which `fails` says that it is false. */
export async function proveTimes(
  program: Program,
  claim: TimesClaim,
  effort: Effort,
  fails: (point: ReadonlyMap<string, Rational>) => boolean,
): Promise<TimesResult> {
  const found = conesFor(claim, effort.stop);
  if ("reason" in found) {
    const { variables, domain } = claim;
    const nothing = await proveForAll(program, { domain, claim: term.truth(true), subjects: [] }, variables, effort, fails);
    return nothing.kind === "vacuous" ? { kind: "vacuous" } : { kind: "unknown", reason: found.reason };
  }
  const evidence: ForAllEvidence[] = [];
  let cases = 0;
  for (const plain of found.plain) {
    const result = await proveForAll(program, { ...plain, subjects: [] }, claim.variables, effort, fails);
    if (result.kind === "vacuous") return { kind: "vacuous" };
    if (result.kind === "point" || result.kind === "unknown") return result;
    evidence.push(result.evidence);
    cases += result.cases;
  }
  return { kind: "proved", cases, hints: found.hints, evidence };
}
