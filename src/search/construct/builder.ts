// Construction in threads of its own, so that signals come through while it works. A thread tells of each better schedule at once: what
// it has is kept when time is up.
import type { Problem, Schedule } from "../../kernel/index.ts";
import { Thread } from "../../solver/thread.ts";
import type { Constructed, Objective } from "./construct.ts";

export interface Task {
  readonly problem: Problem;
  readonly objective: Objective;
  readonly seed: number;
  readonly effort: number;
  /** As `Date.now()` counts. */
  readonly deadline: number;
}
export type Built = { readonly kind: "better"; readonly made: Constructed } | { readonly kind: "done" };

/** Time that a thread has to end by itself after its deadline, in milliseconds. */
const grace = 200;
/** More moves than this are shared by two threads with seeds of their own. */
const mostAlone = 100_000;

export class Builder {
  readonly #threads: (Thread<Task, Built> | null)[] = [null, null];
  readonly #jobs: number;

  /** With one job the threads work one after the other, which changes nothing but the time. */
  constructor(jobs: number) {
    this.#jobs = jobs;
  }

  /** The best schedule of this effort, or of what there was time for; null: none. `better` is told of values on the way. */
  async build(task: Task, signal?: AbortSignal, better?: (value: number) => void): Promise<Schedule | null> {
    if (task.effort <= mostAlone) return (await this.#run(0, task, signal, better))?.schedule ?? null;
    const tasks = this.#threads.map((_, i) => ({ ...task, seed: 2 * task.seed + i, effort: task.effort / 2 }));
    const made: (Constructed | null)[] = [];
    if (this.#jobs > 1) made.push(...(await Promise.all(tasks.map((part, i) => this.#run(i, part, signal, better)))));
    else for (const part of tasks) made.push(await this.#run(0, part, signal, better));
    const [one, other] = made;
    return (one !== null && (other === null || one.value <= other.value) ? one : other)?.schedule ?? null;
  }

  async #run(i: number, task: Task, signal?: AbortSignal, better?: (value: number) => void): Promise<Constructed | null> {
    let best: Constructed | null = null;
    const thread = this.#alive(i);
    await thread.ask(task, task.deadline + grace, signal, (built) => {
      if (built.kind === "done") return false;
      best = built.made;
      better?.(built.made.value);
      return true;
    });
    return best;
  }
  #alive(i: number): Thread<Task, Built> {
    const before = this.#threads[i];
    if (before !== null && !before.dead) return before;
    const thread = new Thread<Task, Built>(import.meta.url, "builder-worker");
    this.#threads[i] = thread;
    return thread;
  }
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread?.kill("nothing more is built")));
  }
}
