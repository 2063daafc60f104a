// "No schedule does this": what the kernel accepts as evidence. The solver that found it is not believed; the kernel adds up the
// bound again, or writes the clauses itself and follows every step from them to the contradiction.
import { type Goal, unclear } from "../goal.ts";
import { boundsOf } from "./bounds.ts";
import { writeClauses } from "./clauses.ts";
import { coarsen, type Quantum } from "./coarsen.ts";
import { checkRefutation, type Proof } from "./proof.ts";

export type Refutation =
  /** A bound is above what is asked. */
  | { readonly kind: "bound" }
  /** Lemmas over the clauses of the goal, or of the goal in coarse ticks. */
  | ({ readonly kind: "clauses"; readonly quantum?: Quantum } & Proof);

export type Refuting = { readonly kind: "refuted"; readonly lemmas: number } | { readonly kind: "refused"; readonly reason: string };

/** Whether the evidence shows that no schedule meets the goal. */
export function refutes(goal: Goal, evidence: Refutation): Refuting {
  const reason = unclear(goal);
  if (reason !== null) return { kind: "refused", reason }; // condition
  if (evidence.kind === "bound") {
    const { makespan, span } = boundsOf(goal);
    // Without end: whatever time there is.
    const above =
      makespan === Number.POSITIVE_INFINITY ||
      (goal.makespan !== null && makespan > goal.makespan) ||
      (goal.span !== null && span > goal.span);
    if (!above) return { kind: "refused", reason: `the bounds are ${makespan} and ${span} ticks` }; // condition
    return { kind: "refuted", lemmas: 0 };
  }
  const asked = evidence.quantum === undefined ? goal : coarsen(goal, evidence.quantum);
  if (asked === null) return { kind: "refused", reason: "these times cannot be made coarser" }; // condition
  const written = writeClauses(asked);
  if (written.kind === "nothing") return { kind: "refuted", lemmas: 0 };
  if (written.kind === "too-large") return { kind: "refused", reason: written.reason };
  return checkRefutation(written.variables, written.literals, evidence);
}
