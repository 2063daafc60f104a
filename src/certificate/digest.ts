// SHA-256 of canonical texts and of proofs: how statements, problems and proof files are known.
import { createHash } from "node:crypto";
import { inPieces, type Json } from "./json.ts";

/** 64 lower-case hexadecimal digits. A text is taken as UTF-8. */
export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Of the value's canonical text, without a line feed. */
export function digestOf(value: Json): string {
  const hash = createHash("sha256");
  inPieces(value, (piece) => hash.update(piece));
  return hash.digest("hex");
}
