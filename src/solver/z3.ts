// Z3 as a Solver: a thread that is started at the first check, kept warm, and killed when a check takes longer than its deadline
// (Z3's own timeout fires late). The clock is here, the calls into Z3 are in `z3-worker.ts`.
// Does not keep the process alive between checks, closed or not.
import { symbol, translate } from "./smt.ts";
import type { Answer, Query, Solver } from "./solver.ts";
import { Thread, unknown } from "./thread.ts";

/** What goes to the thread: a script, and the constants whose values are wanted. */
export interface Task {
  readonly text: string;
  readonly symbols: readonly string[];
}
/** What comes back for each task; `values` are decimal, one for each symbol. */
export type Reply =
  | { readonly kind: "model"; readonly values: readonly string[] }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: string };

export class Z3 implements Solver {
  readonly name = "Z3";
  #thread: Thread<Task, Reply> | null = null;
  #closed = false;
  /** The end of the last check that was asked for. */
  #last: Promise<unknown> = Promise.resolve();

  check(query: Query, deadlineMs: number): Promise<Answer> {
    const answer = this.#last.then(() => this.#check(query, deadlineMs));
    this.#last = answer;
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.kill("the solver is closed");
    await this.#last;
  }

  async #check(query: Query, deadlineMs: number): Promise<Answer> {
    const script = translate(query);
    if ("unsupported" in script) return unknown(`not linear arithmetic: ${script.unsupported}`);
    if (this.#closed) return unknown("the solver is closed");
    if (Date.now() >= deadlineMs) return unknown("out of time");
    if (this.#thread === null || this.#thread.dead) this.#thread = new Thread(import.meta.url, "z3-worker");
    const thread = this.#thread;
    const reply = await thread.ask({ text: script.text, symbols: script.variables.map((_, index) => symbol(index)) }, deadlineMs);
    if (reply.kind !== "model") return reply;
    return { kind: "model", values: new Map(script.variables.map((name, index) => [name, BigInt(reply.values[index])])) };
  }
}
