// "No schedule does this": what the kernel accepts as evidence. The solver that found it is not believed; the kernel adds up a sum that is
// named, or writes the clauses itself and follows every step from them to the contradiction.
import { type Goal, unclear } from "../goal.ts";
import { type Held, hasNoRoom, holdsTooMuch, type Load, overloads } from "./bounds.ts";
import { writeClauses } from "./clauses.ts";
import { coarsen, type Quantum } from "./coarsen.ts";
import { checkRefutation, type Proof } from "./proof.ts";

/** About the goal, or about the goal in coarse ticks. */
export type Refutation = { readonly quantum?: Quantum } & (
  | { readonly kind: "windows" }
  | Load
  | Held
  /** Lemmas over the goal's clauses. */
  | ({ readonly kind: "clauses" } & Proof)
);

export type Refuting = { readonly kind: "refuted"; readonly lemmas: number } | { readonly kind: "refused"; readonly reason: string };

/** Whether the evidence shows that no schedule meets the goal. */
export function refutes(goal: Goal, evidence: Refutation): Refuting {
  const refused = (reason: string): Refuting => ({ kind: "refused", reason });
  const sum = (above: boolean): Refuting => (above ? { kind: "refuted", lemmas: 0 } : refused("the sum is not above what there is"));
  const reason = unclear(goal);
  if (reason !== null) return refused(reason); // condition
  const asked = evidence.quantum === undefined ? goal : coarsen(goal, evidence.quantum);
  if (asked === null) return refused("these times cannot be made coarser"); // condition
  switch (evidence.kind) {
    case "windows":
      return sum(hasNoRoom(asked));
    case "load":
      return sum(overloads(asked, evidence));
    case "held":
      return sum(holdsTooMuch(asked, evidence));
    case "clauses": {
      const written = writeClauses(asked);
      if (written.kind === "nothing") return sum(true);
      if (written.kind === "too-large") return refused(written.reason);
      return checkRefutation(written.variables, written.literals, evidence);
    }
  }
}
