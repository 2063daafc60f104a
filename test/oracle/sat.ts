// CaDiCaL in this very thread, so that tests can ask it thousands of small questions; the tool itself goes by src/solver/cadical.ts.
import { Cadical, createModule, type SolverOptions } from "cadical-wasm";
import type { Clauses } from "../../src/solver/sat.ts";

/** Off is what rewrites clauses: what is learned then follows by unit propagation. */
const plain: SolverOptions = {
  quiet: true,
  seed: 0,
  ...Object.fromEntries(
    [
      ...["backbone", "block", "compact", "condition", "congruence", "cover", "decompose", "deduplicate", "elim", "factor", "fastelim"],
      ...["instantiate", "lucky", "otfs", "probe", "subsume", "sweep", "ternary", "transred", "vivify", "walk"],
    ].map((name) => [name, false]),
  ),
};

const module = await createModule();

/** A model (1 where variable v is true), or the lemmas of a refutation. */
export type Solved = { readonly model: Uint8Array } | { readonly lemmas: Int32Array };

export function solveNow({ variables, literals }: Clauses): Solved {
  const solver = new Cadical(module, plain);
  try {
    const lemmas: number[] = [];
    solver.setLearn(2 ** 30, (clause) => {
      for (const literal of clause) lemmas.push(literal);
      lemmas.push(0);
    });
    solver.ensureVars(variables);
    for (let at = 0; at < literals.length; ) {
      const end = literals.indexOf(0, at);
      solver.addClause(literals.subarray(at, end));
      at = end + 1;
    }
    if (solver.solve() === "unsatisfiable") return { lemmas: Int32Array.from(lemmas) };
    return { model: Uint8Array.from({ length: variables + 1 }, (_, v) => (v > 0 && solver.value(v) ? 1 : 0)) };
  } finally {
    solver.dispose();
  }
}
