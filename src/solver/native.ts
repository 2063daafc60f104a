// A SAT solver that is a program of its own, as a SatSolver: the question in a DIMACS file, the proof in another, both in a temporary
// folder. Whatever the program does, the answer comes by the deadline: its crash, its silence and its nonsense are all "unknown".
// Does not judge answers: a wrong model and a proof that proves nothing go through, to whoever checks them.
import { createReadStream, lstatSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Dialect, dialectOf } from "./dialects.ts";
import { saveQuery } from "./dimacs.ts";
import { temporaryFolder } from "./leftovers.ts";
import { readOutput } from "./output.ts";
import { ProofReader } from "./proof.ts";
import { QueuedSolver } from "./queued.ts";
import { run } from "./run.ts";
import type { SatAnswer, SatTask } from "./sat.ts";
import { unknown } from "./thread.ts";

export class NativeSolver extends QueuedSolver {
  readonly name: string;
  readonly #program: string;
  readonly #dialect: Dialect;
  /** Ends the run that is going on. */
  #closing = new AbortController();

  /** `program` is the path of an executable file; its name says how it is asked. */
  constructor(program: string) {
    super();
    this.name = basename(program).replace(/\.exe$/i, "");
    this.#program = program;
    this.#dialect = dialectOf(this.name);
  }

  protected override async answer(task: SatTask): Promise<SatAnswer> {
    const folder = temporaryFolder();
    try {
      return await this.#ask(task, folder.path);
    } finally {
      folder.remove();
    }
  }

  protected override async stop(): Promise<void> {
    this.#closing.abort();
  }

  async #ask({ clauses, proof, seed, deadline, signal }: SatTask, folder: string): Promise<SatAnswer> {
    const { args, codes, proves, where, tidy } = this.#dialect;
    const files = { question: join(folder, "question.cnf"), answer: join(folder, "answer"), proof: proof ? join(folder, "proof") : null };
    saveQuery(files.question, clauses);
    const ended = await run({
      program: this.#program,
      args: args(files, seed),
      folder,
      most: 2 ** 24 + 32 * clauses.variables,
      deadline,
      signal: signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]),
    });
    if (ended.kind === "failed") return this.#unknown(ended.reason);

    const printed = where === "answer" ? readIfThere(files.answer) : ended.output;
    const output = readOutput(tidy ? Buffer.from(tidy(Buffer.from(printed).toString("latin1"))) : printed, clauses.variables);
    if ("problem" in output) return this.#unknown(output.problem);
    if (output.says === "nothing") return this.#unknown(`it gave no answer and ended with exit code ${ended.code}`);
    if (!codes[output.says].includes(ended.code)) {
      return this.#unknown(`its answer and its exit code ${ended.code} do not agree`);
    }
    if (output.says === "model") return { kind: "model", model: output.model };
    if (files.proof === null) return { kind: "refuted", lemmas: new Int32Array() };
    if (!proves) return this.#unknown("it says that there is no model, and writes no proof that could be checked");
    if (!isFile(files.proof)) return this.#unknown("it says that there is no model, and wrote no proof");

    const reader = new ProofReader(clauses.variables);
    for await (const piece of createReadStream(files.proof, { highWaterMark: 2 ** 20 })) {
      if (signal?.aborted) return this.#unknown("interrupted");
      if (Date.now() >= deadline) return this.#unknown("out of time while its proof was read");
      reader.push(piece);
      if (reader.problem !== null) break;
    }
    const read = reader.end();
    return "problem" in read ? this.#unknown(`its proof cannot be used: ${read.problem}`) : { kind: "refuted", lemmas: read.lemmas };
  }

  #unknown(reason: string): SatAnswer {
    return unknown(`${this.name}: ${reason}`);
  }
}

const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const readIfThere = (path: string): Uint8Array => (isFile(path) ? readFileSync(path) : new Uint8Array());
