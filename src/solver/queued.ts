// What every SatSolver has in common: one question at a time, an end, and no rejections. Knows nothing of how a question is answered.
import type { SatAnswer, SatSolver, SatTask } from "./sat.ts";
import { unknown } from "./thread.ts";

export abstract class QueuedSolver implements SatSolver {
  abstract readonly name: string;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  solve(task: SatTask): Promise<SatAnswer> {
    const answer = this.#last.then(() => this.#solve(task));
    this.#last = answer;
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stop("the solver is closed");
    await this.#last;
  }

  /** Called for one task at a time, which is neither late nor interrupted. */
  protected abstract answer(task: SatTask): Promise<SatAnswer>;
  /** Ends what is being computed; its answer is then "unknown" for this reason. */
  protected abstract stop(reason: string): Promise<void>;

  async #solve(task: SatTask): Promise<SatAnswer> {
    if (this.#closed) return unknown("the solver is closed");
    if (task.signal?.aborted) return unknown("interrupted");
    if (Date.now() >= task.deadline) return unknown("out of time");
    try {
      return await this.answer(task);
    } catch (error) {
      return unknown(`${this.name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
