// Z3 as a Solver: a thread that is started at the first check, kept warm, and killed when a check takes longer than its deadline
// (Z3's own timeout fires late). The clock is here, the calls into Z3 are in `z3-worker.ts`; no other file knows of Z3.
// Does not keep the process alive between checks, closed or not.
import { Worker } from "node:worker_threads";
import { symbol, translate } from "./smt.ts";
import type { Answer, Query, Solver } from "./solver.ts";

/** What goes to the thread: a script, and the constants whose values are wanted. */
export interface Task {
  readonly text: string;
  readonly symbols: readonly string[];
}
/** What comes back: "ready" once, then one reply for each task; `values` are decimal, one for each symbol. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "model"; readonly values: readonly string[] }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: string };

const unknown = (reason: string): { readonly kind: "unknown"; readonly reason: string } => ({ kind: "unknown", reason });

/** The longest delay that a timer takes. */
const longest = 2 ** 31 - 1;

export class Z3 implements Solver {
  readonly name = "Z3";
  #thread: Thread | null = null;
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
    if (this.#thread === null || this.#thread.dead) this.#thread = new Thread();
    const thread = this.#thread;
    const reply = await thread.ask({ text: script.text, symbols: script.variables.map((_, index) => symbol(index)) }, deadlineMs);
    switch (reply.kind) {
      case "model":
        return { kind: "model", values: new Map(script.variables.map((name, index) => [name, BigInt(reply.values[index])])) };
      case "ready":
        return unknown("the solver's thread replied out of turn");
      default:
        return reply;
    }
  }
}

/** One thread from start to death. It is asked one thing at a time, and holds the process open only while it is asked. */
class Thread {
  readonly #worker: Worker;
  #started = false;
  #death: string | null = null;
  #heard: ((reply: Reply) => void) | null = null;

  constructor() {
    this.#worker = new Worker(entry(), { execArgv: [] });
    this.#worker.on("message", (reply: Reply) => this.#hear(reply));
    this.#worker.on("error", (error) => this.#die(`the solver's thread failed: ${error instanceof Error ? error.message : String(error)}`));
    this.#worker.on("exit", () => this.#die("the solver's thread ended"));
    this.#worker.unref();
  }

  get dead(): boolean {
    return this.#death !== null;
  }

  /** A thread that is late with an answer is killed; one that is late to start is left alone, it will serve a later question. */
  async ask(task: Task, deadlineMs: number): Promise<Reply> {
    this.#worker.ref();
    try {
      if (!this.#started) {
        const reply = await this.#next(deadlineMs);
        if (reply === null) return unknown("out of time while the solver was starting");
        if (reply.kind !== "ready") return reply;
      }
      this.#worker.postMessage(task);
      const reply = await this.#next(deadlineMs);
      if (reply !== null) return reply;
      await this.kill("out of time");
      return unknown("out of time");
    } finally {
      this.#worker.unref();
    }
  }

  /** After this `dead` is true, and a question that was open has been answered with the reason. */
  async kill(reason: string): Promise<void> {
    this.#die(reason);
    await this.#worker.terminate();
  }

  /** The next reply, or null when the deadline passes first. */
  #next(deadlineMs: number): Promise<Reply | null> {
    const death = this.#death;
    if (death !== null) return Promise.resolve(unknown(death));
    return new Promise((resolve) => {
      const end = (reply: Reply | null): void => {
        clearTimeout(timer);
        this.#heard = null;
        resolve(reply);
      };
      const timer = setTimeout(() => end(null), Math.min(longest, Math.max(0, deadlineMs - Date.now())));
      this.#heard = end;
    });
  }

  #hear(reply: Reply): void {
    if (reply.kind === "ready") this.#started = true;
    this.#heard?.(reply);
  }

  #die(reason: string): void {
    this.#death ??= reason;
    this.#heard?.(unknown(this.#death));
  }
}

/** Where the thread begins. Run from source it has to load TypeScript: a line of JavaScript turns tsx on in the thread, where `--import tsx` does nothing. */
function entry(): URL {
  if (!import.meta.url.endsWith(".ts")) return new URL("./z3-worker.js", import.meta.url);
  const tsx = import.meta.resolve("tsx/esm/api");
  const worker = new URL("./z3-worker.ts", import.meta.url).href;
  const lines = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(worker)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(lines)}`);
}
