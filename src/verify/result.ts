// What verifying a claim gives: a verdict with its evidence, or a counterexample. Data only; words are made in `report`.
import type { Warrant } from "../certificate/draft.ts";
import type { Problem, Rational, Schedule } from "../kernel/index.ts";
import type { NodeName } from "../language/elaborate/pipeline.ts";
import type { Span } from "../language/syntax.ts";

export type VerdictWord = "proved" | "refuted" | "vacuous" | "unproved" | "unknown";

/** What the kernel looked at. */
export type Evidence =
  | { readonly kind: "replay"; readonly instances: number; readonly passes: number }
  | { readonly kind: "cases"; readonly cases: number }
  /** A bound that the kernel added up. */
  | { readonly kind: "bound" }
  /** Lemmas that the kernel followed from its own clauses to a contradiction. */
  | { readonly kind: "clauses"; readonly lemmas: number }
  | { readonly kind: "none" };

/** Part of a schedule around what went wrong: pass numbers in `marks`, times in ticks. */
export interface Scene {
  readonly problem: Problem;
  readonly schedule: Schedule;
  readonly nodes: readonly NodeName[];
  readonly streams: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly devices: readonly number[];
  readonly marks: readonly number[];
}

export interface Counterexample {
  readonly parameters: readonly { readonly name: string; readonly value: Rational }[];
  /** Microbatches that show it, where that matters. */
  readonly microbatches?: number;
  /** One sentence a line. */
  readonly sentences: readonly string[];
  /** Source lines to show, the most telling first. */
  readonly spans: readonly Span[];
  readonly scene?: Scene;
  readonly warrant?: Warrant;
}

export interface ClaimResult {
  readonly title: string;
  readonly span: Span;
  /** The quantifier as written; empty for a single statement. */
  readonly domain: string;
  readonly verdict: VerdictWord;
  readonly instances: number | "all";
  readonly evidence: Evidence;
  /** Why it is vacuous, unproved or unknown. */
  readonly reason?: string;
  readonly counterexample?: Counterexample;
  /** Of something that was looked for: the best value, and the bound that nothing is below. */
  readonly best?: Rational;
  readonly bound?: Rational;
  /** What was thrown that nobody should throw: a bug of ours, for which the claim is `unknown`. */
  readonly bug?: unknown;
  readonly seconds: number;
  /** Certificates of the verdict, to be made if they are wanted. */
  readonly warrants?: readonly Warrant[];
  /** Files of those that were made. */
  readonly certificates?: readonly string[];
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
