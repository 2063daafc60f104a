// One worker thread from start to death, asked one thing at a time: killed when it is late with an answer, because what runs in it
// (WebAssembly) sees no signals. Holds the process open only while it is asked. Knows nothing of what is asked.
import { Worker } from "node:worker_threads";
import { whenLate } from "./late.ts";

/** What a thread says of itself: "ready" once, before its first reply. */
export interface Ready {
  readonly kind: "ready";
}
export interface Unknown {
  readonly kind: "unknown";
  readonly reason: string;
}
export const unknown = (reason: string): Unknown => ({ kind: "unknown", reason });

export class Thread<Task, Reply extends { readonly kind: string }> {
  readonly #worker: Worker;
  #started = false;
  #death: string | null = null;
  #heard: ((reply: Reply | Ready | Unknown) => void) | null = null;
  #meanwhile: ((reply: Reply) => boolean) | undefined;

  /** `module`, without its ending, stands beside `beside` (an `import.meta.url`) and replies to each task that is posted to it. */
  constructor(beside: string, module: string) {
    this.#worker = new Worker(entry(beside, module), { execArgv: [] });
    this.#worker.on("message", (reply: Reply | Ready) => this.#hear(reply));
    this.#worker.on("error", (error) => this.#die(`the thread failed: ${error instanceof Error ? error.message : String(error)}`));
    this.#worker.on("exit", () => this.#die("the thread ended"));
    this.#worker.unref();
  }

  get dead(): boolean {
    return this.#death !== null;
  }

  /**
   * A thread that is late with an answer is killed; one that is late to start is left alone, it will serve a later question. What
   * `meanwhile` takes is not the answer yet.
   */
  async ask(task: Task, deadlineMs: number, signal?: AbortSignal, meanwhile?: (reply: Reply) => boolean): Promise<Reply | Unknown> {
    this.#meanwhile = meanwhile;
    this.#worker.ref();
    try {
      if (!this.#started) {
        const reply = await this.#next(deadlineMs, signal);
        if (reply === null) return unknown("out of time while the thread was starting");
        if (reply.kind !== "ready") return reply as Reply | Unknown;
      }
      this.#worker.postMessage(task);
      const reply = await this.#next(deadlineMs, signal);
      if (reply !== null && reply.kind !== "ready") return reply as Reply | Unknown;
      const reason = reply !== null ? "the thread replied out of turn" : signal?.aborted ? "interrupted" : "out of time";
      await this.kill(reason);
      return unknown(reason);
    } finally {
      this.#worker.unref();
    }
  }

  /** After this `dead` is true, and a question that was open has been answered with the reason. */
  async kill(reason: string): Promise<void> {
    this.#die(reason);
    await this.#worker.terminate();
  }

  /** The next reply, or null when the deadline passes or the signal comes first. */
  #next(deadlineMs: number, signal?: AbortSignal): Promise<Reply | Ready | Unknown | null> {
    const death = this.#death;
    if (death !== null) return Promise.resolve(unknown(death));
    if (signal?.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const end = (reply: Reply | Ready | Unknown | null): void => {
        cancel();
        this.#heard = null;
        resolve(reply);
      };
      const cancel = whenLate(deadlineMs, signal, () => end(null));
      this.#heard = end;
    });
  }

  #hear(reply: Reply | Ready): void {
    if (isReady(reply)) this.#started = true;
    else if (this.#meanwhile?.(reply)) return;
    this.#heard?.(reply);
  }

  #die(reason: string): void {
    this.#death ??= reason;
    this.#heard?.(unknown(this.#death));
  }
}

const isReady = (reply: { readonly kind: string }): reply is Ready => reply.kind === "ready";

/** Where the thread begins. Run from source it has to load TypeScript: a line of JavaScript turns tsx on in the thread, where `--import tsx` does nothing. */
function entry(beside: string, module: string): URL {
  if (!beside.endsWith(".ts")) return new URL(`./${module}.js`, beside);
  const tsx = import.meta.resolve("tsx/esm/api");
  const worker = new URL(`./${module}.ts`, beside).href;
  const lines = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(worker)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(lines)}`);
}
