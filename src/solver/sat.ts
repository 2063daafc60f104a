// What the rest of the tool knows of a SAT solver: clauses in; a model, a refutation or "unknown" out. Nothing here is trusted:
// a model's schedule is replayed, a refutation's lemmas are checked one by one against clauses that the kernel wrote.

/** Clauses over variables 1 to `variables`, one after the other, each ended by a 0, literals as in DIMACS. */
export interface Clauses {
  readonly variables: number;
  readonly literals: Int32Array;
}

/** `model[v]` is 1 where variable v is true. `lemmas` are clauses like those above, each of which unit propagation confirms after the ones before; the empty one may be left out. */
export type SatAnswer =
  | { readonly kind: "model"; readonly model: Uint8Array }
  | { readonly kind: "refuted"; readonly lemmas: Int32Array }
  | { readonly kind: "unknown"; readonly reason: string };

export interface SatTask {
  readonly clauses: Clauses;
  /** Whether lemmas are wanted; without them a refutation comes back with none. */
  readonly proof: boolean;
  readonly seed: number;
  /** Conflicts after which the answer is "unknown"; a solver that does not count them (`limited`) goes on. */
  readonly conflicts?: number;
  /** A moment as `Date.now()` counts; later the answer is "unknown". */
  readonly deadline: number;
  /** Ends the search early: the answer is then "unknown". */
  readonly signal?: AbortSignal;
}

export interface SatSolver {
  readonly name: string;
  /** Whether it keeps to a number of conflicts. */
  readonly limited?: boolean;
  /** Starts whatever has to be started, so that the first question need not wait for it. */
  warm?(): void;
  /** Never rejects. Questions to one solver are answered one after the other. */
  solve(task: SatTask): Promise<SatAnswer>;
  /** Ends the solver and whatever it still computes; afterwards every answer is "unknown". */
  close(): Promise<void>;
}
