// Proofs as bytes: docs/certificate.md, part 7.
import type { ProofName } from "./statement.ts";

export type FoundProof =
  | { readonly kind: "proof"; readonly lemmas: Int32Array }
  | { readonly kind: "refused" | "limit"; readonly reason: string };
/** Where proofs come from: a folder, or memory. */
export type Proofs = (name: ProofName) => FoundProof;
