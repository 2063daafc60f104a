// CaDiCaL as a SatSolver, embedded: a thread that is kept warm between questions and killed when it is late.
import type { SatAnswer, SatSolver, SatTask } from "./sat.ts";
import { Thread, unknown } from "./thread.ts";

/** What goes to the thread. */
export interface Task {
  readonly variables: number;
  readonly literals: Int32Array;
  readonly proof: boolean;
  readonly seed: number;
}
export type Reply = SatAnswer;

export class CadicalSolver implements SatSolver {
  readonly name = "cadical";
  #thread: Thread<Task, Reply> | null = null;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  solve(task: SatTask): Promise<SatAnswer> {
    const answer = this.#last.then(() => this.#solve(task));
    this.#last = answer;
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.kill("the solver is closed");
    await this.#last;
  }

  async #solve({ clauses, proof, seed, deadline, signal }: SatTask): Promise<SatAnswer> {
    if (this.#closed) return unknown("the solver is closed");
    if (signal?.aborted) return unknown("interrupted");
    if (Date.now() >= deadline) return unknown("out of time");
    if (this.#thread === null || this.#thread.dead) this.#thread = new Thread(import.meta.url, "cadical-worker");
    return this.#thread.ask({ ...clauses, proof, seed }, deadline, signal);
  }
}
