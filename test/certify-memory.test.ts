// What `certify` needs for certificates that are made to need much: less than 512 MiB, both of its processes together, whatever becomes of them.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Heavy, heavy } from "./oracle/heavy.ts";

const root = resolve(import.meta.dirname, "..");

/** What becomes of each: the verdict, and a word of why. */
const isNoEvidence = /unreadable +evidence: an object is wanted/;
const expected: Readonly<Record<string, RegExp>> = {
  "empty lists": isNoEvidence,
  "empty objects": isNoEvidence,
  "short strings": isNoEvidence,
  "long strings": isNoEvidence,
  "two bytes a character": isNoEvidence,
  "two bytes a character for numbers": isNoEvidence,
  "lists of a large number": isNoEvidence,
  "short numbers": isNoEvidence,
  "long numbers": isNoEvidence,
  "numbers after a list": isNoEvidence,
  keys: /unreadable +evidence: the key .* is not known/,
  "beyond the lists": /unknown +.*limit `boxes`/,
  "beyond the numbers": /unknown +.*limit `items`/,
  formula: /proved +formula/,
  parameters: /proved +parameters/,
  instances: /proved +instances/,
  streams: /proved/,
  problems: /proved/,
  needs: /proved/,
  passes: /proved/,
  "a block that meets itself often": /proved/,
  "an order": /proved/,
  "a circle of waits": /unproved/,
  "windows over all passes": /unproved/,
  "many needs of a goal": /unknown +.*limit `heap`/,
  clauses: /unproved/,
  "a proof that unpacks to more": /unproved/,
};
/** Those that take a second or two and need less than others like them: only with BUBBLEPROOF_MEASURE=1, which says what each needs. */
const like = [
  "empty objects",
  "short strings",
  "long strings",
  "two bytes a character",
  "lists of a large number",
  "long numbers",
  "instances",
];
const measures = process.env.BUBBLEPROOF_MEASURE === "1";

/** The most that the process and its children had at once in memory, each at its own worst, and what it said. */
async function certified(
  make: Heavy,
  flags: readonly string[] = [],
  interrupted = false,
): Promise<{ readonly mebibytes: number; readonly said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "bubbleproof-heavy-"));
  try {
    const path = make(folder);
    const args = ["--import", "tsx", join(root, "src/cli/main.ts"), "certify", path, "--color", "never", ...flags];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    const peaks = new Map<number, number>();
    let sent = !interrupted;
    const looking = setInterval(() => {
      if (child.pid !== undefined) look(child.pid, peaks);
      if (sent || peaks.size < 2) return;
      sent = child.kill("SIGINT"); // the process that judges is there
    }, 20);
    const code = await new Promise((done) => child.on("close", done));
    clearInterval(looking);
    return { mebibytes: Math.round([...peaks.values()].reduce((sum, one) => sum + one, 0) / 1024), said: `${said}exit ${code}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kibibytes at most of the process and of all below it, by id. */
function look(pid: number, peaks: Map<number, number>): void {
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return ""; // it has ended
    }
  };
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  if (peak !== undefined) peaks.set(pid, Number(peak));
  for (const child of read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean)) look(Number(child), peaks);
}

describe.skipIf(!existsSync("/proc/self/status"))("less than 512 MiB", () => {
  for (const [name, make] of Object.entries(heavy)) {
    test.skipIf(like.includes(name) && !measures)(name, async () => {
      const { mebibytes, said } = await certified(make);
      expect(said).toMatch(expected[name]);
      expect(said).toMatch(/exit [0123]$/);
      expect(mebibytes).toBeGreaterThan(60);
      expect(mebibytes).toBeLessThan(512);
      if (measures) process.stdout.write(`${name}: ${mebibytes} MiB\n`);
    });
  }
  test("and an end, if one is set", async () => {
    const { said } = await certified(heavy.passes, ["--timeout", "0.5"]);
    expect(said).toMatch(/unknown +it was not done after 0.5 seconds \(`--timeout`\)[\s\S]*exit 3$/);
  });
  test("Ctrl-C ends the process that judges, too", async () => {
    const { said } = await certified(heavy.passes, [], true);
    expect(said).toMatch(/unknown +interrupted[\s\S]*1 unknown\s+exit 3$/);
  });
});
