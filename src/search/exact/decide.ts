// One question: is there a schedule that meets this goal? Bounds first, then the kernel's clauses and a SAT solver. What comes back
// is looked at before anyone sees it: a schedule is replayed, a refutation checked step by step.
import { coarsen, type Goal, type Measures, meets, type Quantum, type Refutation, type Schedule, writeClauses } from "../../kernel/index.ts";
import type { SatSolver } from "../../solver/sat.ts";
import type { Checker } from "./checker.ts";
import { readModel } from "./read.ts";

export type Decision =
  | { readonly kind: "schedule"; readonly schedule: Schedule; readonly measures: Measures }
  /** The kernel has accepted the evidence. */
  | { readonly kind: "refuted"; readonly evidence: Refutation; readonly lemmas: number }
  | { readonly kind: "unknown"; readonly reason: string }
  /** The solver's answer did not stand up: our bug, or the solver's. `literals` is what it was asked. */
  | { readonly kind: "broken"; readonly reason: string; readonly variables: number; readonly literals: Int32Array };

export interface Means {
  readonly solver: SatSolver;
  readonly checker: Checker;
  readonly seed: number;
  /** As `Date.now()` counts. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly mostClauses?: number;
}

/**
 * With a quantum, the goal is decided in coarser ticks: a refutation is one of the goal itself, a schedule is one of the coarse goal
 * only, in coarse ticks.
 */
export async function decide(goal: Goal, means: Means, quantum?: Quantum): Promise<Decision> {
  const { solver, checker, seed, deadline, signal } = means;
  const asked = quantum === undefined ? goal : coarsen(goal, quantum);
  if (asked === null) return { kind: "unknown", reason: "these times cannot be made coarser" };
  const bound: Refutation = { kind: "bound" };
  const bounded = await checker.check({ goal, evidence: bound }, deadline, signal);
  if (bounded.kind === "refuted") return { kind: "refuted", evidence: bound, lemmas: 0 };
  if (bounded.kind === "unknown") return bounded;
  const written = writeClauses(asked, means.mostClauses);
  if (written.kind === "too-large") return { kind: "unknown", reason: `not for the exact search: ${written.reason}` };
  const check = async (lemmas: Int32Array): Promise<Decision> => {
    const evidence: Refutation = { kind: "clauses", lemmas, quantum };
    const checked = await checker.check({ goal, evidence }, deadline, signal);
    if (checked.kind === "refuted") return { kind: "refuted", evidence, lemmas: checked.lemmas };
    if (checked.kind === "unknown") return { kind: "unknown", reason: `${checked.reason} while a refutation was checked` };
    return broken(`the kernel refuses the refutation of ${solver.name}: ${checked.reason}`);
  };
  const broken = (reason: string): Decision =>
    written.kind === "clauses"
      ? { kind: "broken", reason, variables: written.variables, literals: written.literals }
      : { kind: "unknown", reason };
  if (written.kind === "nothing") return check(new Int32Array());
  const answer = await solver.solve({ clauses: written, proof: true, seed, deadline, signal });
  switch (answer.kind) {
    case "unknown":
      return answer;
    case "refuted":
      return check(answer.lemmas);
    case "model": {
      const schedule = readModel(asked.problem, written, answer.model);
      const met = meets(asked, schedule);
      if (met.kind === "met") return { kind: "schedule", schedule, measures: met.measures };
      // The clauses do not say that a hold ends after it begins, which dependencies nearly always do.
      if (met.kind === "invalid" && met.conflict.kind === "hold")
        return { kind: "unknown", reason: "a hold of this pipeline may end before it begins" };
      return broken(`the schedule of ${solver.name} does not replay`);
    }
  }
}
