// Proofs as bytes and back. The format is docs/certificate.md, part 7: small numbers in few bytes, hints as steps from one to the next.
import type { Proof } from "../kernel/index.ts";
import { limits } from "./limits.ts";
import type { ProofName } from "./statement.ts";

export type FoundProof =
  | { readonly kind: "proof"; readonly proof: Proof }
  | { readonly kind: "refused" | "limit"; readonly reason: string };
/** Where proofs come from: a folder, or memory. */
export type Proofs = (name: ProofName) => FoundProof;

/** What every proof begins with. */
const header = new TextEncoder().encode("bubbleproof proof 1\n");

/** The bytes of a proof: the same for the same proof. */
export function proofBytes({ lemmas, hints }: Proof): Uint8Array {
  const out = new Bytes();
  for (const byte of header) out.byte(byte);
  let before = 0;
  for (let at = 0, hint = 0; at < lemmas.length; ) {
    const end = lemmas.indexOf(0, at);
    out.number(end - at);
    for (; at < end; at++) out.number(lemmas[at] > 0 ? 2 * lemmas[at] : 1 - 2 * lemmas[at]);
    at++;
    const last = hints.indexOf(0, hint);
    out.number(last - hint);
    for (; hint < last; hint++) {
      const step = hints[hint] - before;
      out.number(step >= 0 ? 2 * step : -2 * step - 1);
      before = hints[hint];
    }
    hint++;
  }
  return out.done();
}

class Bytes {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  byte(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#length++] = byte;
  }
  /** Seven bits a byte, the low ones first; all but the last have the high bit set. */
  number(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte(128 + (rest % 128));
    this.byte(rest);
  }
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** A proof from its bytes, or what is wrong with them. Whether it proves anything is for the kernel to say. */
export function readProof(bytes: Uint8Array): FoundProof {
  if (bytes.length > limits["proof-bytes"]) return { kind: "limit", reason: "the proof is too long (limit `proof-bytes`)" };
  if (!header.every((byte, i) => bytes[i] === byte)) return { kind: "refused", reason: "the proof does not begin like one" };
  const sizes = { literals: 0, hints: 0 };
  const wrong = follow(bytes, (literals, hints) => {
    sizes.literals += literals + 1;
    sizes.hints += hints + 1;
  });
  if (wrong !== null) return wrong;
  const lemmas = new Int32Array(sizes.literals);
  const hints = new Int32Array(sizes.hints);
  let [literal, hint] = [0, 0];
  follow(
    bytes,
    () => {
      literal++;
      hint++;
    },
    (one) => {
      lemmas[literal++] = one;
    },
    (one) => {
      hints[hint++] = one;
    },
  );
  return { kind: "proof", proof: { lemmas, hints } };
}

const nothing = (): void => undefined;

/** Goes through the lemmas: `lemma` is told of each at its end. What is wrong, or null. */
function follow(
  bytes: Uint8Array,
  lemma: (literals: number, hints: number) => void,
  literal: (one: number) => void = nothing,
  hint: (one: number) => void = nothing,
): FoundProof | null {
  let [at, before] = [header.length, 0];
  const number = (): number => {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = at < bytes.length ? bytes[at++] : 128;
      value += (byte & 127) * scale;
      if (byte < 128) return (byte === 0 && scale > 1) || value >= 2 ** 31 ? -1 : value;
    }
    return -1;
  };
  while (at < bytes.length) {
    const literals = number();
    if (literals < 0 || literals > bytes.length - at) return cut;
    for (let i = 0; i < literals; i++) {
      const coded = number();
      if (coded < 2) return cut;
      literal(coded % 2 === 0 ? coded / 2 : -(coded - 1) / 2);
    }
    const named = number();
    if (named < 0 || named > bytes.length - at) return cut;
    for (let i = 0; i < named; i++) {
      const step = number();
      if (step < 0) return cut;
      before += step % 2 === 0 ? step / 2 : -(step + 1) / 2;
      if (before < 1 || before >= 2 ** 31) return { kind: "refused", reason: "the proof names a clause by a number that is none" };
      hint(before);
    }
    lemma(literals, named);
    if (literals === 0 && at < bytes.length) return { kind: "refused", reason: "the proof goes on after its end" };
  }
  return null;
}

const cut: FoundProof = { kind: "refused", reason: "the proof ends in the middle, or has a number that is none" };
