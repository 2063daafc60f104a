// Starts a peer as a child process with a deadline and reads what it says. Peers are for side-by-side figures only: nothing of the
// product knows them, and what they find is replayed by the kernel before it is believed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Problem, replay } from "../../src/kernel/index.ts";
import type { Objective, PeerInstance } from "../instances.ts";

export interface Peer {
  readonly name: string;
  readonly title: string;
  readonly script: string;
  readonly args: readonly string[];
}
export const peers: readonly Peer[] = [
  { name: "cpsat", title: "OR-Tools CP-SAT", script: "cpsat.py", args: [] },
  { name: "highs", title: "HiGHS (MILP)", script: "milp.py", args: ["--solver", "highs"] },
  { name: "cbc", title: "CBC (MILP)", script: "milp.py", args: ["--solver", "cbc"] },
  { name: "z3int", title: "Z3, integer starts", script: "z3int.py", args: [] },
];

/** "bound": no schedule, but a lower bound. "none": nothing, see `error`. */
export type PeerStatus = "optimal" | "feasible" | "bound" | "none";
export interface PeerAnswer {
  readonly status: PeerStatus;
  readonly best: number | null;
  readonly bound: number | null;
  /** From the instance read to the best schedule; to the end. Start of Python and loading of libraries not counted. */
  readonly secondsToBest: number | null;
  readonly seconds: number;
  /** Of all the peer's threads, loading of libraries counted. */
  readonly cpuSeconds: number | null;
  /** Start of pass `microbatch * nodes + node`. */
  readonly start: Float64Array | null;
  readonly error?: string;
}

const here = import.meta.dirname;
const venv = resolve(here, "../../.cache/peers/venv");
const python = resolve(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

export type Available =
  | { readonly ok: true; readonly versions: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly why: string };

const packages: readonly string[] = ["ortools", "highspy", "z3-solver"];

/** Whether `install.sh` has been run here. */
export function available(): Available {
  const why = "the peers are not installed: run bench/peers/install.sh";
  if (!existsSync(python)) return { ok: false, why };
  const ask = `import json,importlib.metadata as m,ortools,highspy,z3;print(json.dumps({p:m.version(p) for p in ${JSON.stringify(packages)}}))`;
  const { status, stdout, stderr } = spawnSync(python, ["-c", ask], { encoding: "utf8", timeout: 60_000 });
  if (status !== 0) return { ok: false, why: `${why} (${stderr?.trim().split("\n").at(-1) ?? "no answer"})` };
  return { ok: true, versions: JSON.parse(stdout) as Record<string, string> };
}

export interface PeerOptions {
  readonly seconds: number;
  readonly workers?: number;
  /** Seconds past its limit before a peer is killed; what it reported until then counts. */
  readonly grace?: number;
  readonly signal?: AbortSignal;
}

export function runPeer(peer: Peer, instance: PeerInstance, { seconds, workers = 2, grace = 3, signal }: PeerOptions): Promise<PeerAnswer> {
  return new Promise((done) => {
    const args = [resolve(here, peer.script), `${seconds}`, "--workers", `${workers}`, ...peer.args];
    const began = performance.now();
    const child = spawn(python, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
    let out = "";
    let complaint = "";
    let killed: string | null = null;
    const kill = (why: string) => {
      killed ??= why;
      child.kill("SIGKILL");
    };
    // 5: for Python to start and load its libraries, which the limit does not count.
    const timer = setTimeout(() => kill("killed: past its deadline"), (seconds + grace + 5) * 1000);
    const abort = () => kill("killed: interrupted");
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    const end = (error: string | null) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      done(answerOf(out, instance, killed ?? error, killed === null ? null : (performance.now() - began) / 1000));
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      // Only the last answer matters. Some solvers write lines of their own in between.
      const lines = (out + text).split("\n");
      const open = lines.pop() ?? "";
      const last = lines.findLast((line) => line.startsWith("{"));
      out = last === undefined ? open : `${last}\n${open}`;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-4000);
    });
    child.on("error", (error) => end(error.message));
    child.on("close", (code) => end(code === 0 ? null : (complaint.trim().split("\n").at(-1) ?? `ended with ${code}`)));
    child.stdin.on("error", () => {}); // It may die before it has read; `close` tells.
    child.stdin.end(JSON.stringify(instance));
  });
}

/** The last whole line of what a peer wrote. */
function answerOf(out: string, instance: PeerInstance, error: string | null, seconds: number | null): PeerAnswer {
  const lines = out.split("\n");
  lines.pop(); // Cut short, or empty.
  const told = error === null ? {} : { error };
  const nothing: PeerAnswer = {
    status: "none",
    best: null,
    bound: null,
    secondsToBest: null,
    seconds: seconds ?? 0,
    cpuSeconds: null,
    start: null,
  };
  const line = lines.at(-1);
  if (line === undefined) return { ...nothing, error: error ?? "it said nothing" };
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { ...nothing, error: error ?? `it said ${line.slice(0, 80)}` };
  }
  const number = (key: string): number | null => (typeof read[key] === "number" ? read[key] : null);
  const starts = read.start as readonly (readonly number[])[] | undefined;
  const { microbatches, passes } = instance;
  return {
    status: read.status as PeerStatus,
    best: number("best"),
    bound: number("bound"),
    secondsToBest: number("seconds_to_best"),
    seconds: seconds ?? number("seconds") ?? 0,
    cpuSeconds: number("cpu_seconds"),
    start:
      starts === undefined
        ? null
        : Float64Array.from({ length: microbatches * passes.length }, (_, i) => starts[i % passes.length][Math.floor(i / passes.length)]),
    ...told,
  };
}

/** Why the kernel does not believe what a peer found, or null. */
export function disbelief(problem: Problem, objective: Objective, { best, start }: PeerAnswer): string | null {
  if (best === null) return null;
  if (start === null) return "no start times";
  // From 0, as the kernel counts.
  const first = start.reduce((a, b) => Math.min(a, b));
  const replayed = replay(problem, { start: start.map((t) => t - first) });
  if (replayed.kind !== "valid") return `not a valid schedule: ${replayed.reason}`;
  const measured = replayed.measures[objective];
  return measured === best ? null : `its ${objective} is ${measured}, not ${best}`;
}
