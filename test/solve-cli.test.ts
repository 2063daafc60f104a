// `bubbleproof solve` as a user meets it: whole processes, from source. Ctrl-C and the time limit keep what there is, the same seed gives
// the same bytes, what cannot be asked or cannot be met is said with a way out.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { solve } from "../src/session.ts";
import { readDimacs } from "../src/solver/dimacs.ts";

const folder = mkdtempSync(join(tmpdir(), "bubbleproof-solve-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = ["--import", import.meta.resolve("tsx"), resolve(import.meta.dirname, "../src/cli/main.ts")];
const V = `pipeline V(p) {
  devices p
  stages s in 0..2p-1 on device min(s, 2p-1-s)
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1/2 from F[s] to W[s]
}
`;
let files = 0;
const program = (...finds: readonly string[]): string => {
  const name = `${++files}.pipe`;
  writeFileSync(join(folder, name), `${V}${finds.join("\n")}\n`);
  return name;
};
const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...main, ...args], { cwd: folder, encoding: "utf8" });
  expect(stdout + stderr).not.toMatch(/\n\s+at .*:\d+/);
  return { status, stdout, stderr };
};
const hard = "find Hard of V(8) { microbatches 16  keep peak <= 4  minimize makespan }";

describe("the best so far", () => {
  test("is kept when Ctrl-C ends the search", { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [...main, "solve", program(hard), "--out", "best.json"], { cwd: folder });
    let [out, said] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (piece) => {
      out += piece;
    });
    child.stderr.setEncoding("utf8").on("data", (piece) => {
      said += piece;
    });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    await expect.poll(() => said, { timeout: 40_000 }).toMatch(/Hard: \w+: makespan \d+, none below \d+, gap \d/);
    const stopped = Date.now();
    child.kill("SIGINT");
    expect(await ended).toBe(3);
    expect(Date.now() - stopped).toBeLessThan(3000);
    const kept = /makespan (\d+), none is below (\d+) \(gap .*\): interrupted/.exec(out);
    expect(kept).not.toBeNull();
    expect(Number(kept?.[1])).toBeGreaterThan(Number(kept?.[2]));
    const { problem, starts }: { problem: { nodes: number; routes: { duration: number[] }[] }; starts: number[] } = JSON.parse(
      readFileSync(join(folder, "best.json"), "utf8"),
    );
    const ends = starts.map((start, pass) => start + problem.routes[0].duration[pass % problem.nodes]);
    expect([ends.length, Math.max(...ends)]).toEqual([48 * 16, Number(kept?.[1])]);
  });
  test("is kept when the time is up, in time", { timeout: 60_000 }, () => {
    const began = Date.now();
    const { status, stdout } = run("solve", program(hard), "--timeout", "4");
    expect(status).toBe(3);
    expect(stdout).toMatch(/makespan \d+, none is below \d+ \(gap \d+\.\d+ %\)/);
    expect(Date.now() - began).toBeLessThan(12_000);
  });
});

describe("the same seed and effort", () => {
  test("give the same bytes, and a program that verifies", { timeout: 120_000 }, () => {
    const file = program("find T of V(3) { microbatches 6  keep peak <= 5/2  minimize makespan then peak }");
    const runs = [1, 2].map((i) => {
      const { stdout, status } = run("solve", file, "T", "--json", "--no-time", "--seed", "5", "--out", `t${i}.pipe`);
      expect(status).toBe(0);
      return [stdout, readFileSync(join(folder, `t${i}.pipe`), "utf8")];
    });
    expect(runs[1]).toEqual(runs[0]);
    expect(JSON.parse(runs[0][0]).schedules).toMatchObject([{ name: "T", makespan: 39, peak: "5/2", optimal: true }]);
    const verified = run("verify", "t1.pipe");
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining("3 proved")]);
  });
});

describe("what cannot be met", () => {
  const refused = (find: string): string => {
    const { status, stdout } = run("solve", program(find));
    expect(status).toBe(1);
    return stdout.replace(/^.*\| find.*\n/gm, "");
  };
  test("caps below one microbatch: the device, and what would do", () => {
    const said = refused("find T of V(4) { microbatches 8  keep peak on device 2 <= 1/2  minimize makespan }");
    expect(said).toContain("One microbatch alone holds 1 at once on device 2.");
    expect(said).toContain("Possible from peak <= 1.");
  });
  test("lines that clash: the fewest, and the least that each would have to give way", { timeout: 120_000 }, async () => {
    const file = program("find T of V(2) {", "  microbatches 3", "  keep peak on device 0 <= 3", "  keep peak on device 1 <= 1");
    writeFileSync(
      join(folder, file),
      `${readFileSync(join(folder, file), "utf8")}  keep span <= 50\n  keep makespan <= 21\n  minimize makespan\n}\n`,
    );
    const { status, stdout } = run("solve", file);
    expect(status).toBe(1);
    expect(stdout).toContain("no schedule keeps these 2 together");
    expect(stdout).toMatch(/^ *12 \| {3}keep peak on device 1 <= 1$/m);
    expect(stdout).toMatch(/^ *14 \| {3}keep makespan <= 21$/m);
    expect(stdout).not.toMatch(/^ *(11|13) \|/m);
    // Each of them alone, asked again: possible, and a little less is not.
    const [, peak, makespan] = /Possible from peak <= (\S+), or from makespan <= (\d+)\./.exec(stdout) ?? [];
    const given = "microbatches 3  keep peak on device 0 <= 3  keep span <= 50";
    const kept = [`peak on device 1 <= ${peak}`, "makespan <= 21"];
    const other = ["peak on device 1 <= 1", `makespan <= ${makespan}`];
    const finds = [kept, [`${kept[0]} - 1/2`, kept[1]], other, [other[0], `${other[1]} - 1`]].map(
      (two, i) => `find T${i} of V(2) { ${given}  keep ${two.join("  keep ")}  minimize makespan }`,
    );
    const { files: again } = await solve({ path: "again.pipe", text: `${V}${finds.join("\n")}\n` }, []);
    expect(again[0].claims.map(({ verdict }) => verdict)).toEqual(["proved", "refuted", "proved", "refuted"]);
  });
  test("starts that contradict each other", () => {
    const said = refused(
      "find T of V(2) { microbatches 2  keep F[0] of microbatch 1 at 2  keep F[0] of microbatch 1 at 3  minimize makespan }",
    );
    expect(said).toContain("no schedule keeps these 2 together");
  });
});

describe("what solvers are asked", () => {
  test("is written as DIMACS and as SMT-LIB, the same clauses in both", { timeout: 60_000 }, () => {
    const { status } = run(
      "solve",
      program("find T of V(3) { microbatches 4  keep peak <= 2  minimize makespan }"),
      "--smtlib",
      "asked/of T",
    );
    expect(status).toBe(0);
    const names = readdirSync(join(folder, "asked/of T"));
    const stems = names.filter((name) => name.endsWith(".cnf")).map((name) => name.replace(".cnf", ""));
    expect(stems.length).toBeGreaterThan(0);
    expect(names.length).toBe(2 * stems.length);
    for (const stem of stems) {
      const clauses = readDimacs([readFileSync(join(folder, "asked/of T", `${stem}.cnf`))]);
      if ("problem" in clauses) return expect.fail(clauses.problem);
      const script = readFileSync(join(folder, "asked/of T", `${stem}.smt2`), "utf8");
      const asserted = [...script.matchAll(/^\(assert (.*)\)$/gm)].map(([, clause]) =>
        [...clause.matchAll(/(\(not )?x(\d+)/g)].map(([, not, variable]) => (not === undefined ? 1 : -1) * Number(variable)),
      );
      expect(asserted.flatMap((clause) => [...clause, 0])).toEqual([...clauses.literals]);
      expect(script.match(/^\(declare-const x\d+ Bool\)$/gm)?.length).toBe(clauses.variables);
      expect(script.endsWith("(check-sat)\n")).toBe(true);
    }
  });
  test("into a place that is none is refused at once", () => {
    writeFileSync(join(folder, "taken"), "");
    const { status, stderr } = run("solve", program("find T of V(2) { microbatches 2  minimize makespan }"), "--smtlib", "taken");
    expect([status, stderr]).toEqual([2, expect.stringContaining("taken: the solvers' questions cannot be written there")]);
  });
});

describe("what cannot be asked", () => {
  const good = "find T of V(2) { microbatches 2  minimize makespan }";
  test.each([
    ["no microbatches", ["find T of V(4) { microbatches 0  minimize makespan }"], [], "must be at least 1"],
    ["no time", [good], ["--timeout", "0"], "above 0"],
    ["no solvers", [good], ["--jobs", "0"], "at least 1"],
    ["a solver that is not there", [good], ["--solver", "cadicl"], "did you mean `cadical`?"],
    ["a path that is no program", [good], ["--solver", "./nothing"], "is not a program"],
    ["a find that is not there", [good], ["U"], "There is no find `U`"],
    ["two schedules in one file", [good, good.replace("T", "U")], ["--out", "two.pipe"], "name the find: T, U"],
    ["a schedule as something else", [good], ["--out", "t.txt"], ".pipe, .json or .svg"],
    [
      "an objective on an order",
      ["schedule S(p) of V(p) { device d runs F[z]* B[z]* W[z]* where z = d }", "find T of S(4) { microbatches 4  minimize makespan }"],
      [],
      "`S` is a schedule; a pipeline is wanted here",
    ],
  ] as const)("%s", (_, finds, args, message) => {
    const { status, stdout, stderr } = run("solve", program(...finds), ...args);
    expect([status, stdout + stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder, "two.pipe"))).toBe(false);
  });
  test("too large for the exact search: said, with the best there is", { timeout: 60_000 }, () => {
    const large = "find Large of V(16) { microbatches 64  profile Slow  keep peak <= 8  minimize makespan }";
    const { status, stdout } = run("solve", program("profile Slow { F 10007  B 12011  W 9001  send 13 }", large), "--timeout", "5");
    expect(status).toBe(3);
    expect(stdout).toMatch(/Large: least makespan\n +makespan \d+, none is below \d+ \(gap \d.*too many for the exact search/);
  });
});
