// A certificate before it is written: with the proofs that lie beside it, by digest. What the kernel took as a refutation goes in here.
import type { Refutation as KernelRefutation } from "../kernel/index.ts";
import { type Checked, check } from "./check.ts";
import { sha256 } from "./digest.ts";
import { type Proofs, proofBytes, readProof } from "./proof.ts";
import { readCertificate } from "./read.ts";
import type { Certificate, Refutation } from "./statement.ts";
import { certificateText } from "./write.ts";

export interface Draft {
  readonly certificate: Certificate;
  /** Unpacked bytes by digest. */
  readonly proofs: ReadonlyMap<string, Uint8Array>;
}
/** A certificate to be made when somebody wants it; or why there is none. */
export type Warrant = () => Draft | { readonly reason: string };

/** Refutations that the kernel took, and their proofs, which go into `proofs`. */
export function refutationsOf(evidence: readonly KernelRefutation[], proofs: Map<string, Uint8Array>): Refutation[] {
  return evidence.map((one): Refutation => {
    const quantum = one.quantum ?? null;
    if (one.kind !== "clauses") return { ...one, quantum };
    const bytes = proofBytes(one);
    const digest = sha256(bytes);
    proofs.set(digest, bytes);
    return { kind: "clauses", quantum, proof: { bytes: bytes.length, sha256: digest } };
  });
}

export const draftOf = (certificate: Certificate): Draft => ({ certificate, proofs: new Map() });

export const proofsIn = ({ proofs }: Draft): Proofs => {
  return ({ sha256: digest, bytes: length }) => {
    const bytes = proofs.get(digest);
    return bytes?.length !== length ? { kind: "refused", reason: `proof ${digest.slice(0, 12)} is missing` } : readProof(bytes);
  };
};

/** The text of a draft's certificate, once it has been read and accepted again as a stranger would do it; or why not. */
export function written(draft: Draft): { readonly text: string } | Exclude<Checked, { kind: "accepted" }> {
  const text = certificateText(draft.certificate);
  const reading = readCertificate(text);
  if (reading.kind !== "certificate") return { kind: reading.kind, reason: reading.reason };
  const checked = check(reading.certificate, proofsIn(draft));
  return checked.kind === "accepted" ? { text } : checked;
}
