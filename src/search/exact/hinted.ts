// From a solver's lemmas to evidence that the kernel takes: trimmed, with hints. Untrusted, like what it starts from.
import { coarsen, type Goal, type Quantum, type Refutation, writeClauses } from "../../kernel/index.ts";
import { trim } from "./trim.ts";

/** A refutation as a search leaves it: a sum, or lemmas over the goal's clauses, of which nothing has been looked at. */
export type Claimed =
  | { readonly kind: "sum"; readonly evidence: Refutation }
  | { readonly kind: "lemmas"; readonly lemmas: Int32Array; readonly quantum: Quantum | undefined };

export function hinted(goal: Goal, claimed: Claimed): Refutation | { readonly kind: "refused"; readonly reason: string } {
  if (claimed.kind === "sum") return claimed.evidence;
  const { lemmas, quantum } = claimed;
  const asked = quantum === undefined ? goal : coarsen(goal, quantum);
  const written = asked === null ? null : writeClauses(asked);
  const coarse = quantum === undefined ? {} : { quantum };
  // What the clauses do not say needs no lemmas, or is for the kernel to refuse.
  if (written?.kind !== "clauses") return { kind: "clauses", lemmas: new Int32Array(), hints: new Int32Array(), ...coarse };
  const trimmed = trim(written.variables, written.literals, lemmas);
  return trimmed.kind === "refused" ? trimmed : { kind: "clauses", ...trimmed.proof, ...coarse };
}
