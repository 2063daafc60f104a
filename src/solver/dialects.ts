// How each known solver is asked, and how it answers, where that differs from the rules of the SAT competitions (`solver QUESTION
// [PROOF]`; `s` and `v` lines; exit code 10 for a model, 20 for none). Runs nothing.

/** The files of one question; `proof` is null when none is wanted. `answer` is for solvers that do not print their model. */
export interface Files {
  readonly question: string;
  readonly proof: string | null;
  readonly answer: string;
}

export interface Dialect {
  readonly args: (files: Files, seed: number) => readonly string[];
  readonly codes: { readonly model: readonly number[]; readonly refuted: readonly number[] };
  /** Whether it writes a proof that we read. */
  readonly proves: boolean;
  /** Where its answer is: in a file of its own, not in what it prints. */
  readonly where?: "answer";
  /** Puts its answer into the competitions' format. */
  readonly tidy?: (text: string) => string;
}

const competition: Dialect = {
  args: ({ question, proof }) => [question, ...(proof === null ? [] : [proof])],
  codes: { model: [10], refuted: [20] },
  proves: true,
};
/** `--plain`: without in-processing, which can add steps that unit propagation does not confirm. On our clauses the faster search, too. */
const plain: Dialect = { ...competition, args: (files, seed) => ["-q", "--plain", `--seed=${seed}`, ...competition.args(files, seed)] };

/** The dialect of a program by this name. */
export const dialectOf = (name: string): Dialect => dialects.get(name) ?? competition;

export const dialects: ReadonlyMap<string, Dialect> = new Map<string, Dialect>([
  ["cadical", plain],
  ["kissat", plain],
  [
    "glucose",
    {
      ...competition,
      args: ({ question, proof }) => [
        "-verb=0",
        "-model",
        ...(proof === null ? [] : ["-certified", `-certified-output=${proof}`]),
        question,
      ],
    },
  ],
  ["cryptominisat5", { ...competition, args: ({ question }, seed) => ["--verb=0", `--random=${seed}`, question], proves: false }],
  [
    "minisat",
    {
      ...competition,
      args: ({ question, answer }) => ["-verb=0", question, answer],
      proves: false,
      where: "answer",
      tidy: (text) => text.replace(/^SAT\n/, "s SATISFIABLE\nv ").replace(/^UNSAT\n/, "s UNSATISFIABLE\n"),
    },
  ],
  [
    "picosat",
    { ...competition, args: ({ question, proof }, seed) => ["-s", `${seed}`, ...(proof === null ? [] : ["-R", proof]), question] },
  ],
  // Native Z3 writes a proof, too, but some of its steps do not follow by unit propagation, whatever is switched off.
  [
    "z3",
    {
      args: ({ question }, seed) => ["-dimacs", `sat.random_seed=${seed}`, question],
      codes: { model: [0, 10], refuted: [0, 20] },
      proves: false,
      tidy: (text) => text.replace(/^v (.*?)( 0)? *$/m, "v $1 0"),
    },
  ],
]);
