// A refutation is trimmed and given to the kernel, in a thread of its own: it can take as long as the search, and signals must come through.
import type { Goal, Refutation } from "../../kernel/index.ts";
import { Thread } from "../../solver/thread.ts";
import type { Claimed } from "./hinted.ts";

export interface Task {
  readonly goal: Goal;
  readonly claimed: Claimed;
}
export type Confirmed =
  | { readonly kind: "refuted"; readonly lemmas: number; readonly evidence: Refutation }
  | { readonly kind: "refused"; readonly reason: string };
export type Checked = Confirmed | { readonly kind: "unknown"; readonly reason: string };

export class Checker {
  #thread: Thread<Task, Confirmed> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** Whether the kernel takes the evidence; "unknown" only when it was stopped. */
  check(task: Task, deadline: number, signal?: AbortSignal): Promise<Checked> {
    const answer = this.#last.then(() => {
      if (this.#thread === null || this.#thread.dead) this.#thread = new Thread(import.meta.url, "checker-worker");
      return this.#thread.ask(task, deadline, signal);
    });
    this.#last = answer;
    return answer;
  }
  /** Starts the thread, so that the first check need not wait for it. */
  warm(): void {
    this.#thread ??= new Thread(import.meta.url, "checker-worker");
  }
  async close(): Promise<void> {
    await this.#thread?.kill("the check is closed");
  }
}
