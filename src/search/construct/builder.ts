// Construction in a thread of its own, so that signals come through while it works.
import type { Problem, Schedule } from "../../kernel/index.ts";
import { Thread } from "../../solver/thread.ts";
import type { Objective } from "./construct.ts";

export interface Task {
  readonly problem: Problem;
  readonly objective: Objective;
  readonly seed: number;
  readonly effort: number;
  /** As `Date.now()` counts. */
  readonly deadline: number;
}
export interface Built {
  readonly kind: "built";
  readonly schedule: Schedule | null;
}

/** Time that a thread has to hand over what it has after its deadline, in milliseconds. */
const grace = 2000;

export class Builder {
  #thread: Thread<Task, Built> | null = null;

  /** The best schedule of this effort, or null. */
  async build(task: Task, signal?: AbortSignal): Promise<Schedule | null> {
    if (this.#thread === null || this.#thread.dead) this.#thread = new Thread(import.meta.url, "builder-worker");
    const built = await this.#thread.ask(task, task.deadline + grace, signal);
    return built.kind === "built" ? built.schedule : null;
  }
  async close(): Promise<void> {
    await this.#thread?.kill("nothing more is built");
  }
}
