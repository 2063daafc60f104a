// Mutants of real certificates before the reader and the kernel: each is refused, or what it says is true.
import { check } from "../../src/certificate/check.ts";
import type { Draft } from "../../src/certificate/draft.ts";
import { readProof } from "../../src/certificate/proof.ts";
import { readCertificate } from "../../src/certificate/read.ts";
import { type Mutant, mutant } from "./mutate.ts";
import { isTrue } from "./truth.ts";

export interface Tally {
  tried: number;
  /** Not well formed. */
  unreadable: number;
  /** Well formed, and its evidence does not show it. */
  refused: number;
  limited: number;
  /** Accepted, and true. */
  accepted: number;
  /** Accepted; the oracle does not search through schedules with passes that take no time. */
  undecided: number;
  /** Accepted and false. */
  readonly wrong: string[];
}

export function tally(drafts: readonly Draft[], seeds: Iterable<number>): Tally {
  const found: Tally = { tried: 0, unreadable: 0, refused: 0, limited: 0, accepted: 0, undecided: 0, wrong: [] };
  for (const seed of seeds) {
    found.tried++;
    const one = mutant(drafts, seed);
    const answer = judged(one);
    if (answer === "unreadable" || answer === "refused" || answer === "limited" || answer === "accepted" || answer === "undecided")
      found[answer]++;
    else found.wrong.push(`${one.what}: ${answer}`);
  }
  return found;
}

/** What becomes of one. */
export function judged({ text, proofs }: Mutant): string {
  const reading = readCertificate(text);
  if (reading.kind !== "certificate") return reading.kind === "limit" ? "limited" : "unreadable";
  const checked = check(reading.certificate, ({ sha256: digest, bytes: length }) => {
    const bytes = proofs.get(digest);
    return bytes?.length === length ? readProof(bytes) : { kind: "refused", reason: "missing, or another" };
  });
  if (checked.kind !== "accepted") return checked.kind === "limit" ? "limited" : "refused";
  const truth = isTrue(reading.certificate);
  return truth === true ? "accepted" : truth === null && hasInstant(text) ? "undecided" : "accepted, and not known to be true";
}

const hasInstant = (text: string): boolean => /"duration":\[(\d+,)*0[,\]]/.test(text);
