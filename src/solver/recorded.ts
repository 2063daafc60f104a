// Solvers whose questions are also written out, for a look or for another solver: clauses as DIMACS and as SMT-LIB, questions about
// integers as SMT-LIB. Where the files go is the caller's; what cannot be written makes the answer "unknown", with the reason.
import { writeDimacs } from "./dimacs.ts";
import type { Clauses, SatAnswer, SatSolver, SatTask } from "./sat.ts";
import { translate } from "./smt.ts";
import type { Answer, Query, Solver } from "./solver.ts";

/** Writes one file, whole or not at all; a piece is good until the next one is asked for. Throws what the file system throws. */
export type Keep = (name: string, pieces: Iterable<Uint8Array>) => void;

/** Makes solvers that number their questions: `sat-S-Q` is question Q of the solver that was made as number S. */
export function recordedSat(make: () => SatSolver, keep: Keep): () => SatSolver {
  let made = 0;
  return () => new RecordedSat(make(), `sat-${++made}`, keep);
}

class RecordedSat implements SatSolver {
  readonly name: string;
  readonly limited: boolean | undefined;
  readonly #solver: SatSolver;
  readonly #title: string;
  readonly #keep: Keep;
  #asked = 0;

  constructor(solver: SatSolver, title: string, keep: Keep) {
    this.name = solver.name;
    this.limited = solver.limited;
    this.#solver = solver;
    this.#title = title;
    this.#keep = keep;
  }
  warm(): void {
    this.#solver.warm?.();
  }
  async solve(task: SatTask): Promise<SatAnswer> {
    const name = `${this.#title}-${++this.#asked}`;
    const failure = attempt(() => {
      this.#keep(`${name}.cnf`, writeDimacs(task.clauses));
      this.#keep(`${name}.smt2`, clausesAsSmt(task.clauses));
    });
    return failure ?? this.#solver.solve(task);
  }
  close(): Promise<void> {
    return this.#solver.close();
  }
}

/** The same for questions about integers: `integers-Q`. */
export class RecordedSolver implements Solver {
  readonly name: string;
  readonly #solver: Solver;
  readonly #keep: Keep;
  #asked = 0;

  constructor(solver: Solver, keep: Keep) {
    this.name = solver.name;
    this.#solver = solver;
    this.#keep = keep;
  }
  async check(query: Query, deadlineMs: number): Promise<Answer> {
    const name = `integers-${++this.#asked}.smt2`;
    const script = translate(query);
    const text = "text" in script ? `${script.text}(check-sat)\n(get-model)\n` : `; not linear: ${script.unsupported}\n`;
    return attempt(() => this.#keep(name, [Buffer.from(text)])) ?? this.#solver.check(query, deadlineMs);
  }
  close(): Promise<void> {
    return this.#solver.close();
  }
}

function attempt(write: () => void): { readonly kind: "unknown"; readonly reason: string } | null {
  try {
    write();
    return null;
  } catch (error) {
    return { kind: "unknown", reason: `the query cannot be written: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Clauses as SMT-LIB 2, one a line: variable v is the Boolean `xv`. */
export function* clausesAsSmt({ variables, literals }: Clauses): Generator<Uint8Array> {
  let text = "(set-logic QF_UF)\n";
  for (let variable = 1; variable <= variables; variable++) {
    text += `(declare-const x${variable} Bool)\n`;
    if (text.length > pieceSize) {
      yield Buffer.from(text);
      text = "";
    }
  }
  let parts: string[] = [];
  for (const literal of literals) {
    if (literal !== 0) {
      parts.push(literal > 0 ? `x${literal}` : `(not x${-literal})`);
      continue;
    }
    text += `(assert ${parts.length > 1 ? `(or ${parts.join(" ")})` : (parts[0] ?? "false")})\n`;
    parts = [];
    if (text.length > pieceSize) {
      yield Buffer.from(text);
      text = "";
    }
  }
  yield Buffer.from(`${text}(check-sat)\n`);
}

const pieceSize = 2 ** 16;
