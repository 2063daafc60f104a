// The process that judges certificates, seen from the one that asks: killed when it is late, replaced when it died. Knows nothing of certificates.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Certified } from "../report/certified.ts";
import type { CertifyReply } from "./certify-child.ts";
import type { CertifyTask } from "./certify-one.ts";

/**
 * Megabytes of what JavaScript keeps by itself. Numbers in arrays come on top, bounded by the limits of the format: the process stays below
 * 512 MiB, as `test/certify-memory.test.ts` measures.
 */
const heap = "--max-old-space-size=224";

const source = import.meta.url.endsWith(".ts") ? "./certify-child.ts" : "./certify-child.js";

/** How asking ended, other than with a reply. */
type End = { readonly kind: "late" | "interrupted" } | { readonly kind: "died"; readonly signal: string | null };

export class Judge {
  #child: ChildProcess | null = null;

  /** One certificate; a string says what the user asked for that cannot be done. Throws what is a bug of ours. */
  async ask(task: CertifyTask, seconds: number, signal: AbortSignal): Promise<Certified | string> {
    const unknown = (reason: string): Certified => ({ path: task.path, outcome: { kind: "limit", reason } });
    const reply = signal.aborted ? ({ kind: "interrupted" } as const) : await this.#reply(task, seconds, signal);
    switch (reply.kind) {
      case "certified":
        return reply.certified;
      case "usage":
        return reply.message;
      case "bug":
        throw reply.error;
      case "late":
        return unknown(`it was not done after ${seconds} seconds (\`--timeout\`)`);
      case "interrupted":
        return unknown("interrupted");
      case "died":
        if (reply.signal === null) throw new Error("the process that judges ended by itself");
        return unknown(
          `it takes more memory than there is for one (limit \`heap\`), or the process that judged it was killed: ${reply.signal}`,
        );
    }
  }

  end(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #reply(task: CertifyTask, seconds: number, signal: AbortSignal): Promise<CertifyReply | End> {
    this.#child ??= fork(fileURLToPath(new URL(source, import.meta.url)), [], {
      execArgv: [...process.execArgv, heap],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const child = this.#child;
    return new Promise((resolve) => {
      const done = (reply: CertifyReply | End): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        child.off("message", done).off("exit", onExit).off("error", onError);
        if (reply.kind === "late" || reply.kind === "interrupted" || reply.kind === "died") this.end();
        resolve(reply);
      };
      const onAbort = (): void => done({ kind: "interrupted" });
      const onExit = (_: unknown, by: string | null): void => done({ kind: "died", signal: by });
      const onError = (error: Error): void => done({ kind: "bug", error });
      const timer = setTimeout(() => done({ kind: "late" }), Math.min(longest, seconds * 1000));
      signal.addEventListener("abort", onAbort);
      child.on("message", done).on("exit", onExit).on("error", onError);
      child.send(task);
    });
  }
}

/** The longest delay that a timer takes, in milliseconds. */
const longest = 2 ** 31 - 1;
