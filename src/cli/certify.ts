// `certify`: has certificates read and judged in a process of its own, which is killed when it takes too long or too much, and says what is
// proved. Loads no language and no solver, unless a program is named to compare with.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Certified, certifiedExit, certifiedJson, certifiedText } from "../report/certified.ts";
import type { CertifyTask } from "./certify-one.ts";
import { Judge } from "./judge.ts";

export interface CertifyFlags extends Omit<CertifyTask, "path"> {
  readonly color: "auto" | "always" | "never";
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Seconds for one certificate. */
  readonly timeout?: number;
}

export async function certifyCommand(paths: readonly string[], flags: CertifyFlags): Promise<number> {
  const files = paths.flatMap(filesIn);
  if (files.length === 0) return usage(`there is no \`.cert.json\` file in ${paths.join(", ")}`);
  const exports = [flags.exportDimacs, flags.exportLrat, flags.exportDrat].filter((file) => file !== undefined);
  if (exports.length > 0 && files.length > 1) return usage("one certificate at a time is exported");
  const all = await judged(files, flags);
  if (typeof all === "string") return usage(all);
  if (flags.json === true) process.stdout.write(certifiedJson(all));
  else {
    const color =
      flags.color === "always" || (flags.color === "auto" && process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
    process.stdout.write(certifiedText(all, color, flags.quiet === true));
  }
  return certifiedExit(all);
}

/** What asks for an end: the process that judges must not stay behind. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function usage(message: string): number {
  process.stderr.write(`error: ${message}\n`);
  return 2;
}

/** All of them, one after the other; a string says what the user asked for that cannot be done. Ctrl-C once leaves the rest unknown, twice ends at once. */
async function judged(files: readonly string[], flags: CertifyFlags): Promise<Certified[] | string> {
  const { statement, exportDimacs, exportLrat, exportDrat, timeout = Number.POSITIVE_INFINITY } = flags;
  const judge = new Judge();
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  for (const signal of endings) process.on(signal, onInterrupt);
  try {
    const all: Certified[] = [];
    for (const path of files) {
      const one = await judge.ask({ path, statement, exportDimacs, exportLrat, exportDrat }, timeout, stop.signal);
      if (typeof one === "string") return one;
      all.push(one);
    }
    return all;
  } finally {
    for (const signal of endings) process.off(signal, onInterrupt);
    judge.end();
  }
}

/** The certificates that an argument names: a file, or all of a directory by name. */
function filesIn(path: string): string[] {
  if (!isDirectory(path)) return [path];
  return readdirSync(path)
    .sort()
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name) => {
      const inner = join(path, name);
      return isDirectory(inner) ? filesIn(inner) : name.endsWith(".cert.json") ? [inner] : [];
    });
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
