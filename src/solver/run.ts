// One run of a program, from start to end: its standard output, or why there is none to trust. A run that is late is ended, first
// politely, then by force, and with it every process that it started. Does not know what the program is for.
import { spawn } from "node:child_process";
import { whenLate } from "./late.ts";
import { clearAtEnd } from "./leftovers.ts";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** More bytes of standard output than this end the run. */
  readonly most: number;
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

export type Run =
  | { readonly kind: "ended"; readonly code: number; readonly output: Uint8Array }
  | { readonly kind: "failed"; readonly reason: string };

/** How long a program may take to end after it was asked to, and its output to close after it ended, in milliseconds. */
const grace = 250;
const ownGroup = process.platform !== "win32";

/** Never rejects. */
export function run({ program, args, folder, most, deadline, signal }: Command): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], detached: ownGroup, windowsHide: true });
    const output: Buffer[] = [];
    let size = 0;
    let complaint = "";
    let reason: string | null = null;
    let force: NodeJS.Timeout | undefined;
    let drain: NodeJS.Timeout | undefined;

    const kill = (how: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        if (ownGroup) process.kill(-child.pid, how);
        else child.kill(how);
      } catch {
        // It has ended by itself.
      }
    };
    const clear = clearAtEnd(() => kill("SIGKILL"));
    const end = (why: string): void => {
      if (reason !== null) return;
      reason = why;
      kill("SIGTERM");
      force = setTimeout(() => kill("SIGKILL"), grace);
    };
    const cancel = whenLate(deadline, signal, end);
    const settle = (result: Run): void => {
      cancel();
      clearTimeout(force);
      clearTimeout(drain);
      clear();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(reason === null ? result : { kind: "failed", reason });
    };

    child.stdout.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size > most) end("it printed far more than an answer");
      else output.push(piece);
    });
    child.stderr.on("data", (piece: Buffer) => {
      complaint = (complaint + piece.toString("latin1")).slice(-400);
    });
    child.on("error", (error) => settle({ kind: "failed", reason: `it could not be run: ${error.message}` }));
    const conclude = (code: number | null, by: NodeJS.Signals | null): void => {
      if (code !== null) return settle({ kind: "ended", code, output: Buffer.concat(output) });
      const last = complaint
        .replace(/[^ -~\n]/g, "?")
        .trim()
        .split("\n")
        .at(-1);
      settle({ kind: "failed", reason: `it was ended by ${by}${last ? `: ${last}` : ""}` });
    };
    child.on("close", conclude);
    // Its own children may hold its output open: they go with it.
    child.on("exit", (code, by) => {
      kill("SIGKILL");
      drain = setTimeout(() => conclude(code, by), grace);
    });
  });
}
