// Both checkers as programs: the Python one in a process that answers for many files, and `bubbleproof certify`.
import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
export const checker = join(root, "checkers/bubbleproof_check.py");
const most = 1 << 30;

/** Why Python cannot be used here, if it cannot. */
export function missingPython(): string | null {
  const { status, stdout } = spawnSync("python3", ["-c", "import sys; print(sys.version_info >= (3, 9))"], { encoding: "utf8" });
  if (status !== 0) return "There is no `python3` on PATH. Install Python 3.9 or later (nothing else is needed), or put it on PATH.";
  return stdout.trim() === "True" ? null : "The `python3` on PATH is older than 3.9.";
}

export interface Spoken {
  /** proved, refuted, vacuous: accepted. unproved, unknown, unreadable: not. */
  readonly word: string;
  readonly why: string;
}
export const accepted = ({ word }: Spoken): boolean => word === "proved" || word === "refuted" || word === "vacuous";

/** What a script makes of lines of text, one line of JSON for each. */
export function python(args: readonly string[], input: string): unknown[] {
  const { status, stdout, stderr } = spawnSync("python3", args, { input, encoding: "utf8", maxBuffer: most });
  if (status !== 0) throw new Error(`python3 ${args.join(" ")} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as unknown]));
}

/** Of files, by their names, what the Python checker says. */
export function pythonSays(files: readonly string[]): Spoken[] {
  const answers = python([checker, "--batch"], files.map((file) => `${file}\n`).join(""));
  if (answers.length !== files.length) throw new Error(`${answers.length} answers of ${files.length}`);
  return answers.map((answer) => {
    const [, [word, ...why]] = answer as [number, [string, ...string[]]];
    return { word, why: why.join(" | ") };
  });
}

/** The command line, run from source. */
export function bubbleproof(args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const main = join(root, "src/cli/main.ts");
  return spawnSync(process.execPath, ["--import", "tsx", main, ...args], { cwd: root, encoding: "utf8", maxBuffer: most });
}

/** What `certify` says of all certificates in folders, by file. */
export function certifySays(folders: readonly string[]): Map<string, Spoken> {
  const { stdout, stderr } = bubbleproof(["certify", "--json", ...folders]);
  if (stdout === "") throw new Error(`certify: ${stderr.slice(-2000)}`);
  const { certificates } = JSON.parse(stdout) as {
    certificates: { file: string; verdict: string; reason?: string; sentences?: string[] }[];
  };
  return new Map(
    certificates.map(({ file, verdict, reason, sentences }) => [file, { word: verdict, why: reason ?? (sentences ?? []).join(" | ") }]),
  );
}

export { dirname, join };
