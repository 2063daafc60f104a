// One question: is there a schedule that meets this goal? Bounds first, then the kernel's clauses and a SAT solver.
// What comes back is looked at before anyone sees it: a schedule is replayed, a refutation checked step by step.
import {
  coarsen,
  type Goal,
  type Measures,
  meets,
  type Quantum,
  type Refutation,
  type Schedule,
  writeClauses,
} from "../../kernel/index.ts";
import { boundAbove } from "../../schedule/index.ts";
import type { SatSolver } from "../../solver/sat.ts";
import type { Checker } from "./checker.ts";
import type { Claimed } from "./hinted.ts";
import { readModel } from "./read.ts";

export interface Unknown {
  readonly kind: "unknown";
  readonly reason: string;
  /** The solver that gave no answer: another one may. */
  readonly by?: SatSolver;
}
/** An answer that did not stand up: the solver's bug or ours. */
export interface Broken {
  readonly kind: "broken";
  readonly reason: string;
  readonly goal: Goal;
  readonly quantum?: Quantum;
}
export type Answer =
  | { readonly kind: "schedule"; readonly schedule: Schedule; readonly measures: Measures }
  /** Not confirmed yet. */
  | { readonly kind: "refuted"; readonly claimed: Claimed }
  | Unknown
  | Broken;

export interface Means {
  readonly solver: SatSolver;
  readonly seed: number;
  /** As `Date.now()` counts. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly mostClauses?: number;
  /** Conflicts after which a question is given up. */
  readonly conflicts?: number;
}

/**
 * Asks the solver. With a quantum, the goal is asked in coarser ticks: a refutation is one of the goal itself, a schedule is one of
 * the coarse goal only, in coarse ticks. A schedule has been replayed; a refutation counts only once `confirm` has taken it.
 */
export async function ask(goal: Goal, means: Means, quantum?: Quantum): Promise<Answer> {
  const asked = quantum === undefined ? goal : coarsen(goal, quantum);
  if (asked === null) return { kind: "unknown", reason: "these times cannot be made coarser" };
  const above = boundAbove(goal);
  if (above !== null) return { kind: "refuted", claimed: { kind: "sum", evidence: above } };
  const written = writeClauses(asked, means.mostClauses);
  if (written.kind === "too-large") return { kind: "unknown", reason: `not for the exact search: ${written.reason}` };
  if (written.kind === "nothing") return { kind: "refuted", claimed: { kind: "sum", evidence: { kind: "windows", quantum } } };
  const answer = await means.solver.solve({ ...means, clauses: written, proof: true });
  if (answer.kind === "unknown")
    return { kind: "unknown", reason: answer.reason, by: means.conflicts === undefined ? means.solver : undefined };
  if (answer.kind === "refuted") return { kind: "refuted", claimed: { kind: "lemmas", lemmas: answer.lemmas, quantum } };
  const schedule = readModel(asked.problem, written, answer.model);
  const met = meets(asked, schedule);
  if (met.kind === "met") return { kind: "schedule", schedule, measures: met.measures };
  return { kind: "broken", reason: `the schedule of ${means.solver.name} does not replay`, goal, quantum };
}

/** The kernel's word on a refutation, and what it took for it. */
export async function confirm(
  goal: Goal,
  claimed: Claimed,
  checker: Checker,
  { deadline, signal }: Pick<Means, "deadline" | "signal">,
): Promise<{ readonly kind: "confirmed"; readonly lemmas: number; readonly evidence: Refutation } | Unknown | Broken> {
  const checked = await checker.check({ goal, claimed }, deadline, signal);
  switch (checked.kind) {
    case "refuted":
      return { kind: "confirmed", lemmas: checked.lemmas, evidence: checked.evidence };
    case "unknown":
      return { kind: "unknown", reason: `${checked.reason} while a refutation was checked` };
    case "refused": {
      const { quantum } = claimed.kind === "lemmas" ? claimed : claimed.evidence;
      return { kind: "broken", reason: `the kernel refuses a refutation: ${checked.reason}`, goal, quantum };
    }
  }
}
