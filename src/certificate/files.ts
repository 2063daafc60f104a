// Certificates and proofs on the disk: read with limits on every size, proofs unpacked no further than they say they go. A proof is
// found by its digest alone, beside its certificate: no name from a certificate is ever opened.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { sha256 } from "./digest.ts";
import { limits } from "./limits.ts";
import { type FoundProof, type Proofs, readProof } from "./proof.ts";
import type { ProofName } from "./statement.ts";

export type FileText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unreadable" | "limit"; readonly reason: string };

/** The text of a certificate's file. */
export function readCertificateFile(path: string): FileText {
  const read = readWhole(path, limits["certificate-bytes"], "certificate-bytes");
  if (read.kind !== "bytes") return read;
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(read.bytes) };
  } catch {
    return { kind: "unreadable", reason: "it is not UTF-8 text" };
  }
}

export const proofFile = ({ sha256: digest }: Pick<ProofName, "sha256">): string => `${digest}.proof.gz`;

/** The proofs that lie beside a certificate. */
export function proofsBeside(certificate: string): Proofs {
  return (name) => unpack(join(dirname(certificate), proofFile(name)), name);
}

function unpack(path: string, name: ProofName): FoundProof {
  const { sha256: digest, bytes } = name;
  if (bytes > limits["proof-bytes"]) return { kind: "limit", reason: `its proof has ${bytes} bytes (limit \`proof-bytes\`)` };
  const read = readWhole(path, limits["proof-bytes"], "proof-bytes");
  if (read.kind !== "bytes")
    return { kind: read.kind === "limit" ? "limit" : "refused", reason: `proof ${digest.slice(0, 12)}: ${read.reason}` };
  return unpacked(read.bytes, name);
}

/** The proof in the bytes of its file, if it is the one that is named. */
export function unpacked(file: Uint8Array, { sha256: digest, bytes }: ProofName): FoundProof {
  let proof: Buffer;
  try {
    proof = gunzipSync(file, { maxOutputLength: Math.max(1, bytes) });
  } catch {
    return { kind: "refused", reason: `proof ${digest.slice(0, 12)} is not a gzip file of ${bytes} bytes` };
  }
  if (proof.length !== bytes || sha256(proof) !== digest)
    return { kind: "refused", reason: `proof ${digest.slice(0, 12)} is another one: its digest or length differs` };
  return readProof(proof);
}

/** A proof's file. Its bytes may differ between versions of zlib, which is why the digest is of what is inside. */
export const packed = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 9 });

type Whole = { readonly kind: "bytes"; readonly bytes: Buffer } | { readonly kind: "unreadable" | "limit"; readonly reason: string };

/** Reads no more than the size that the open file has, if that is within the limit: what grows meanwhile is cut off and refused later. */
function readWhole(path: string, most: number, limit: string): Whole {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe would wait for its writer
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "unknown error";
    return { kind: "unreadable", reason: code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})` };
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return { kind: "unreadable", reason: "it is not a regular file" };
    if (stat.size > most) return { kind: "limit", reason: `it has ${stat.size} bytes; at most ${most} are read (limit \`${limit}\`)` };
    const bytes = Buffer.alloc(stat.size);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) got = readSync(file, bytes, length, bytes.length - length, length);
    return { kind: "bytes", bytes: bytes.subarray(0, length) };
  } catch (error) {
    return { kind: "unreadable", reason: `it cannot be read (${error instanceof Error ? error.message : "unknown error"})` };
  } finally {
    closeSync(file);
  }
}
