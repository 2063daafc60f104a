// A refutation in the formats of other checkers: its clauses as DIMACS, its proof as LRAT. The clauses are the kernel's.
import { coarsen, type Proof, writeClauses } from "../kernel/index.ts";
import { refutedIn, refutes } from "./goals.ts";
import type { Proofs } from "./proof.ts";
import type { Certificate } from "./statement.ts";

export type Exported =
  | { readonly kind: "clauses"; readonly variables: number; readonly literals: Int32Array; readonly proof: Proof }
  | { readonly kind: "none"; readonly reason: string };

/** The clauses and the proof of a certificate's only refutation by clauses. */
export function clausesIn(certificate: Certificate, proofs: Proofs): Exported {
  const none = (reason: string): Exported => ({ kind: "none", reason });
  const found = (refutes(certificate) ? refutedIn(certificate) : []).flatMap(({ goal, refutation }) =>
    refutation.kind === "clauses" ? [{ goal, refutation }] : [],
  );
  if (found.length !== 1) return none(`it has ${found.length} refutations by clauses; one is wanted`);
  const [{ goal, refutation }] = found;
  const asked = refutation.quantum === null ? goal : coarsen(goal, refutation.quantum);
  if (asked === null) return none("its times cannot be made coarser");
  const written = writeClauses(asked);
  if (written.kind !== "clauses") return none(written.kind === "nothing" ? "it has a pass without room, and no clauses" : written.reason);
  const proof = proofs(refutation.proof);
  return proof.kind === "proof" ? { ...written, kind: "clauses", proof: proof.proof } : none(proof.reason);
}

/** `p cnf V C` and a clause a line. */
export function* dimacs(variables: number, literals: Int32Array): Generator<string> {
  yield `p cnf ${variables} ${zeros(literals)}\n`;
  for (let from = 0; from < literals.length; ) {
    const to = Math.min(literals.length, literals.indexOf(0, Math.min(literals.length - 1, from + 10_000)) + 1);
    yield literals
      .subarray(from, to)
      .join(" ")
      .replace(/(^| )0( |$)/g, "$10\n");
    from = to;
  }
}

/** `NUMBER LITERALS 0 HINTS 0`, a lemma a line. */
export function* lrat(literals: Int32Array, { lemmas, hints }: Proof): Generator<string> {
  let number = zeros(literals);
  for (let at = 0, hint = 0; at < lemmas.length; ) {
    const [end, last] = [lemmas.indexOf(0, at) + 1, hints.indexOf(0, hint) + 1];
    yield `${[++number, ...lemmas.subarray(at, end)].join(" ")} ${hints.subarray(hint, last).join(" ")}\n`;
    [at, hint] = [end, last];
  }
}

/** A lemma a line, without hints: the DRAT format. */
export function* drat({ lemmas }: Proof): Generator<string> {
  for (let at = 0; at < lemmas.length; ) {
    const end = lemmas.indexOf(0, at) + 1;
    yield `${lemmas.subarray(at, end).join(" ")}\n`;
    at = end;
  }
}

function zeros(list: Int32Array): number {
  let count = 0;
  for (const item of list) if (item === 0) count++;
  return count;
}
