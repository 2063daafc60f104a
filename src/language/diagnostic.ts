// What can be wrong with a program, as data. Words for people are made in `report`, long explanations in `explain`.
import type { Span } from "./syntax.ts";

/** One finding in one file. `code` is stable and explained by `bubbleproof explain`. */
export interface Diagnostic {
  readonly code: Code;
  readonly message: string;
  readonly span: Span;
  readonly second?: { readonly span: Span; readonly message: string };
  readonly help?: string;
}

export const codes = [
  "syntax",
  "unclosed",
  "limit",
  "not-found",
  "not-a-file",
  "unreadable",
  "not-text",
  "unknown-name",
  "unknown-pass",
  "unknown-pipeline",
  "unknown-schedule",
  "unknown-profile",
  "unknown-stream",
  "unknown-function",
  "unknown-parameter",
  "duplicate-name",
  "wrong-arguments",
  "wrong-type",
  "misplaced",
  "missing-devices",
  "missing-pass",
  "missing-device",
  "missing-start",
  "missing-microbatches",
  "missing-bound",
  "missing-objective",
  "missing-interval",
  "device-out-of-range",
  "wrong-device",
  "cyclic-dependency",
  "hold-ends-first",
  "never-runs",
  "requirement",
  "contradiction",
  "division-by-zero",
  "negative-count",
  "negative-amount",
  "negative-time",
  "not-an-integer",
  "number-too-large",
] as const;

export type Code = (typeof codes)[number];

/** The candidate nearest to `name` in edits, if near enough to be what was meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of [...candidates].sort()) {
    const same = candidate.toLowerCase() === name.toLowerCase();
    const distance = same ? 0 : edits(name, candidate);
    // A name of which nothing is left is not near.
    if (distance < least && distance < Math.max(name.length, candidate.length)) [best, least] = [candidate, distance];
  }
  return best;
}

function edits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let k = 1; k <= b.length; k++) {
      row[k] = Math.min(previous[k] + 1, row[k - 1] + 1, previous[k - 1] + (a[i - 1] === b[k - 1] ? 0 : 1));
    }
    previous = row;
  }
  return previous[b.length];
}
