// A virtual environment with the torch that this was measured with, made once under .cache; and its runtime as a process that takes jobs.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** What was measured. 2.6 and later read the same files. */
export const version = "2.13.0";
const root = resolve(import.meta.dirname, "../..");
const home = join(root, ".cache", `torch-${version}`);
const python = join(home, "bin/python");

/** Makes the environment if it is not there (0.5 GB to fetch and 4.7 GB on disk with what torch asks for). A sentence instead if it cannot. */
export function prepare(): string | null {
  const done = join(home, "complete");
  if (existsSync(done)) return null;
  process.stderr.write(`installing torch ${version} into .cache, once\n`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ["python3", ["-m", "venv", home]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `torch==${version}`, "numpy"]],
    [python, ["-c", "import torch.distributed as d; assert d.is_gloo_available()"]],
  ];
  for (const [command, args] of steps) {
    const ran = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    if (ran.status === 0) continue;
    const why = `${ran.error?.message ?? ""}${ran.stderr ?? ""}`.trim().split("\n").slice(-3).join("\n");
    return `torch ${version} cannot be installed here (${command} ${args[1]} failed):\n${why}`;
  }
  writeFileSync(done, "");
  return null;
}

export interface Job {
  readonly do?: "run" | "load" | "dump";
  readonly [name: string]: unknown;
}
export interface RankAnswer {
  readonly fate: string;
  readonly ran?: readonly string[];
  readonly alive?: number;
  readonly why?: string;
}
export interface Answer {
  readonly fate: "ok" | "refused" | "crash" | "hang" | "wrong gradients";
  readonly why?: string;
  readonly ranks?: readonly RankAnswer[];
}

/** One process that does jobs in the order in which they come. */
export class Runtime {
  readonly #process: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];
  /** The first line: which torch this is. */
  readonly hello: Promise<string>;

  constructor() {
    this.#process = spawn(python, [join(import.meta.dirname, "runtime.py")], { stdio: ["pipe", "pipe", "inherit"] });
    this.hello = new Promise((take) => this.#waiting.push(take));
    const { stdout } = this.#process;
    if (stdout === null) throw new Error("a process without output");
    createInterface({ input: stdout }).on("line", (line) => this.#waiting.shift()?.(line));
    this.#process.on("exit", () => {
      for (const take of this.#waiting) take('{"fate":"crash","why":"the runtime itself has ended"}');
    });
  }

  async do(job: Job): Promise<Answer> {
    const line = await new Promise<string>((take) => {
      this.#waiting.push(take);
      this.#process.stdin?.write(`${JSON.stringify(job)}\n`);
    });
    return JSON.parse(line);
  }

  close(): void {
    this.#process.stdin?.end();
  }
}

/** Two runtimes side by side; a job goes to the one that is free first. */
export class Runtimes {
  readonly #free: Runtime[];
  readonly #waiting: ((runtime: Runtime) => void)[] = [];
  readonly #all: readonly Runtime[];
  constructor(count = 2) {
    this.#all = Array.from({ length: count }, () => new Runtime());
    this.#free = [...this.#all];
  }
  get hello(): Promise<string> {
    return this.#all[0].hello;
  }
  async do(job: Job): Promise<Answer> {
    const runtime = this.#free.pop() ?? (await new Promise<Runtime>((take) => this.#waiting.push(take)));
    try {
      return await runtime.do(job);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(runtime);
      else this.#free.push(runtime);
    }
  }
  close(): void {
    for (const one of this.#all) one.close();
  }
}
