// What the rest of the tool knows of a solver: a question about integers in, a model or a "none" out. Nothing here is trusted:
// models are looked at again by whoever asked, and "none" proves nothing. Does not know which solver answers.
import type { Formula } from "../kernel/index.ts";

/** All variables are integers. The assertions hold together; they contain no measure and no `valid`. */
export interface Query {
  readonly variables: readonly string[];
  readonly assertions: readonly Formula[];
}

/** A model gives every variable of the query a value. */
export type Answer =
  | { readonly kind: "model"; readonly values: ReadonlyMap<string, bigint> }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: string };

export interface Solver {
  readonly name: string;
  /**
   * Answers by `deadlineMs`, a moment as `Date.now()` counts; later the answer is "unknown". Never rejects.
   * Checks that overlap are answered one after the other.
   */
  check(query: Query, deadlineMs: number): Promise<Answer>;
  /** Ends the solver and whatever it still computes; afterwards every check is "unknown". */
  close(): Promise<void>;
}
