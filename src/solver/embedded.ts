// A SatSolver that lives in a thread of ours: kept warm between questions, killed when it is late. If the thread dies (a crash, no
// memory left) that costs the one answer; the next question gets a new thread.
import { QueuedSolver } from "./queued.ts";
import type { SatAnswer, SatTask } from "./sat.ts";
import { Thread } from "./thread.ts";

/** What goes to the thread; what comes back is a `SatAnswer`. */
export interface Task {
  readonly variables: number;
  readonly literals: Int32Array;
  readonly proof: boolean;
  readonly seed: number;
  readonly conflicts?: number;
}

export class EmbeddedSolver extends QueuedSolver {
  readonly name: string;
  readonly #module: string;
  #thread: Thread<Task, SatAnswer> | null = null;

  /** `module` is the file of this folder, without its ending, that runs in the thread. */
  constructor(name: string, module: string) {
    super();
    this.name = name;
    this.#module = module;
  }

  warm(): void {
    this.#alive();
  }

  #alive(): Thread<Task, SatAnswer> {
    if (this.#thread === null || this.#thread.dead) this.#thread = new Thread(import.meta.url, this.#module);
    return this.#thread;
  }

  protected override answer({ clauses, proof, seed, conflicts, deadline, signal }: SatTask): Promise<SatAnswer> {
    return this.#alive().ask({ ...clauses, proof, seed, conflicts }, deadline, signal);
  }

  protected override async stop(reason: string): Promise<void> {
    await this.#thread?.kill(reason);
  }
}
