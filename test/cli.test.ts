// The command line as a user meets it: whole processes, exit codes, streams, files. Runs the compiled program.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "bubbleproof-cli-"));
const good = join(root, "test/cases/programs/straight.pipe");
const wrong = join(root, "test/cases/refused");

beforeAll(() => {
  const built = spawnSync("npm", ["run", "build", "--silent"], { cwd: root, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stdout + built.stderr);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd: folder, encoding: "utf8" });
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return name;
};

describe("commands", () => {
  test("--version", () => {
    const { stdout, status } = run("--version");
    expect([stdout.trim(), status]).toEqual([JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version, 0]);
  });
  test("no command, an unknown command and an unknown option exit with 2 and say so", () => {
    for (const args of [
      [],
      ["prove"],
      ["verify", "--fast", good],
      ["verify"],
      ["verify", good, "--param", "p"],
      ["verify", good, "--timeout", "0"],
    ]) {
      const { status, stderr } = run(...args);
      expect([args, status]).toEqual([args, 2]);
      expect(stderr.length).toBeGreaterThan(10);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
  test("verify: exit codes 0, 1, 2, 3", () => {
    expect(run("verify", good).status).toBe(0);
    expect(run("verify", join(wrong, "memory.pipe")).status).toBe(1);
    expect(run("verify", join(wrong, "vacuous.pipe")).status).toBe(1);
    expect(run("verify", join(wrong, "names.pipe")).status).toBe(2);
    expect(run("verify", join(root, "test/cases/programs/find.pipe"), "--timeout", "0.2").status).toBe(3);
  });
  test("verify says of a file that there is nothing to judge in it", () => {
    const { stdout, status } = run("verify", file("unclaimed.pipe", "pipeline P { devices 1  pass F on device 0 }\n"));
    expect([stdout, status]).toEqual(["unclaimed.pipe: no claims, no schedules: nothing to judge\n", 0]);
    const solved = run("solve", "unclaimed.pipe");
    expect([solved.stdout, solved.status]).toEqual(["unclaimed.pipe: no finds: nothing to look for\n", 0]);
  });
  test("verify --json prints one document and nothing else; --no-time makes two runs the same", () => {
    const [a, b] = [0, 1].map(() => run("verify", good, join(wrong, "overlap.pipe"), "--json", "--no-time"));
    expect(a.stdout).toBe(b.stdout);
    const document = JSON.parse(a.stdout);
    expect([document.format, document.version, document.complete]).toEqual(["bubbleproof/report", 1, true]);
    expect(a.stdout).not.toContain("seconds");
    // Standard error may carry progress, once the run has taken a second, and nothing else.
    expect(a.stderr).toMatch(/^(\d+ s {2}.*\n)*$/);
  });
  test("a file named twice is verified once", () => {
    const { stdout } = run("verify", good, good, "--json");
    expect(new Set(JSON.parse(stdout).claims.map((claim: { line: number }) => claim.line)).size).toBe(JSON.parse(stdout).claims.length);
  });
  test("check judges nothing and finds the same errors", () => {
    expect(run("check", good).status).toBe(0);
    const { status, stdout } = run("check", join(wrong, "names.pipe"));
    expect(status).toBe(2);
    expect(stdout.match(/error\[/g)?.length).toBe(3);
  });
  test("format rewrites, --check only looks", () => {
    const name = file("messy.pipe", "pipeline   P( p ){\ndevices p\n     pass F[s in 0..p-1]   on device s\n}\n\n\n\n// end\n");
    expect(run("format", "--check", name).status).toBe(1);
    expect(readFileSync(join(folder, name), "utf8")).toContain("P( p ){");
    expect(run("format", name).status).toBe(0);
    expect(readFileSync(join(folder, name), "utf8")).toContain("// end");
    expect(run("format", "--check", name).status).toBe(0);
    expect(readdirSync(folder).filter((one) => one.endsWith(".tmp"))).toEqual([]);
  });
  test("show draws a schedule, in text and as SVG", () => {
    const text = run("show", good, "ZBH1", "--param", "p=3", "-m", "4", "--color", "never");
    expect(text.status).toBe(0);
    expect(text.stdout).toContain("peak 3");
    expect(text.stdout).not.toContain("\x1b");
    const svg = run("show", good, "ZBH1", "--format", "svg", "--out", "out.svg");
    expect(svg.status).toBe(0);
    expect(readFileSync(join(folder, "out.svg"), "utf8")).toMatch(/^<svg|^<\?xml/);
    expect(run("show", good, "ZBH3").stderr).toContain("did you mean `ZBH1`?");
    expect(run("show", good, "ZBH1", "--param", "q=3").status).toBe(2);
  });
  test("show draws a trace, a part, and several schedules over one axis, from other files too", () => {
    const trace = run("show", good, "ZBH1", "--out", "out.trace.json");
    expect([trace.status, trace.stdout]).toEqual([0, ""]);
    expect(JSON.parse(readFileSync(join(folder, "out.trace.json"), "utf8")).traceEvents.length).toBeGreaterThan(96);
    const piped = run("show", good, "ZBH1", "--format", "trace");
    expect(piped.stdout).toBe(readFileSync(join(folder, "out.trace.json"), "utf8"));
    const both = run("show", good, "--compare", "ZBH1", `${good}:ZBH1`, "--color", "never", "--plain", "--memory");
    expect([both.status, both.stdout.match(/^ZBH1\(4\), m = 8$/gm)?.length]).toEqual([0, 2]);
    const [part, whole] = [["--from", "10", "--to", "15"], []].map((window) =>
      run("show", good, "ZBH1", ...window, "--color", "never").stdout.split("\n"),
    );
    expect(part[1]).toMatch(/^time 10 /);
    expect([2, 3, 4, 5].map((row) => part[row].slice(5))).toEqual([2, 3, 4, 5].map((row) => whole[row].slice(5 + 30, 5 + 45)));
  });
  test("what is long goes into a pipe piece by piece, without a word, also when its reader leaves", () => {
    const long = `${process.execPath} ${join(root, "dist/cli/main.js")} show ${good} ZBH1 --param p=16 -m 2000 --format trace`;
    for (const [reader, read] of [
      ["tail -n 1", "]}\n"],
      ["head -c 2", '{"'],
    ]) {
      const { stdout, stderr } = spawnSync("sh", ["-c", `${long} | ${reader}`], { cwd: folder, encoding: "utf8" });
      expect([stdout, stderr]).toEqual([read, ""]);
    }
  });
  test("show refuses what it cannot draw, in one line with exit code 2", () => {
    for (const [args, said] of [
      [["show", good], "no schedule is named"],
      [["show", good, "ZBH1", "--compare", "ZBH1", "--format", "trace"], "a trace shows one schedule"],
      [["show", good, "ZBH1", "--compare", "ZBH9"], "did you mean `ZBH1`?"],
      [["show", good, "ZBH1", "--compare", "no.pipe:ZBH1"], "There is no such file."],
      [["show", good, "ZBH1", "--compare", "ZBH1", "--param", "q=3"], "none of ZBH1, ZBH1 has a parameter `q`"],
      [["show", good, "ZBH1", "--from", "9", "--to", "9"], "nothing lies between"],
      [["show", good, "ZBH1", "--from", "x"], "a time from 0 on is wanted"],
      [["show", good, "ZBH1", "--format", "svg", "--out", "no/such/folder/out.svg"], "cannot be written"],
    ] as const) {
      const { status, stderr } = run(...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
  test("verify --html writes a report beside the text", () => {
    const { status, stdout } = run("verify", join(wrong, "overlap.pipe"), "--html", "report.html");
    expect([status, stdout]).toEqual([1, expect.stringContaining("1 refuted")]);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    const refused = run("verify", join(wrong, "overlap.pipe"), "--html", "no/such/folder/report.html");
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("cannot be written")]);
  });
  test("explain", () => {
    const { status, stdout } = run("explain", "unknown-pass");
    expect(status).toBe(0);
    expect(stdout).toContain("Right:");
    expect(run("explain").stdout.split("\n").length).toBeGreaterThan(20);
    expect(run("explain", "unknwon-pass").stderr).toContain("did you mean `unknown-pass`?");
  });
  test("a library for other projects", () => {
    const user = join(folder, "user");
    mkdirSync(join(user, "node_modules"), { recursive: true });
    cpSync(root, join(user, "node_modules/bubbleproof"), {
      recursive: true,
      filter: (path) => !/\/(\.git|node_modules|src|test|proofs)(\/|$)/.test(path.slice(root.length)),
    });
    for (const name of ["ohm-js", "picocolors"])
      cpSync(join(root, "node_modules", name), join(user, "node_modules", name), { recursive: true });
    cpSync(good, join(user, "a.pipe"));
    writeFileSync(
      join(user, "use.mjs"),
      'import { verify, exitCode } from "bubbleproof"; import { readFileSync } from "node:fs"; const report = await verify([{ path: "a.pipe", text: readFileSync("a.pipe", "utf8") }]); console.log(exitCode(report), report.files[0].claims.length);',
    );
    const { stdout, stderr } = spawnSync(process.execPath, ["use.mjs"], { cwd: user, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe("0 14");
  });
});

describe("bad input: a clear error, exit 2, no stack trace", () => {
  const refuses = (code: string, ...paths: string[]): string => {
    const { status, stdout, stderr } = run("check", ...paths);
    expect(stdout + stderr).toContain(`error[${code}]`);
    expect(status).toBe(2);
    expect(stdout + stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
    return stdout;
  };
  test("a file that is not there", () => {
    refuses("not-found", "nothing.pipe");
  });
  test("a directory without programs, and one with the name of a program", () => {
    mkdirSync(join(folder, "empty"));
    mkdirSync(join(folder, "dir.pipe"));
    refuses("not-found", "empty");
    refuses("not-a-file", "dir.pipe");
  });
  test("binary, not UTF-8", () => {
    refuses("not-text", file("binary.pipe", new Uint8Array([0, 1, 2, 3])));
    refuses("not-text", file("latin.pipe", new Uint8Array([0x63, 0x6c, 0xe9, 0x20])));
  });
  test("2 MiB, 10,000 nested brackets: the limit by its name", () => {
    expect(refuses("limit", file("long.pipe", `// ${"x".repeat(2 * 1024 * 1024)}`))).toContain("source-bytes");
    expect(refuses("limit", file("deep.pipe", `claim "x": ${"(".repeat(10_000)}1${")".repeat(10_000)} == 1`))).toContain("nesting");
  });
  test("unreadable", () => {
    // A regular file whose bytes nobody gets, not even root.
    symlinkSync("/proc/self/mem", join(folder, "secret.pipe"));
    refuses("unreadable", "secret.pipe");
  });
  test("one bad file does not hide the others", () => {
    const { stdout, status } = run("verify", "nothing.pipe", good);
    expect(stdout).toContain("GPipe holds everything");
    expect(status).toBe(2);
  });
  test("an empty file has nothing to say", () => {
    expect(run("verify", file("empty.pipe", "")).status).toBe(0);
    expect(existsSync(join(folder, "empty.pipe"))).toBe(true);
  });
});

describe("convert", () => {
  const stuck = [
    "0F0,0SEND_F0,0F1,0RECV_B0,0B0,0SEND_F1,0RECV_B1,0B1,0REDUCE_GRAD",
    "1RECV_F0,1F0,1RECV_F1,1F1,1B0,1SEND_B0,1B1,1SEND_B1,1REDUCE_GRAD",
    "",
  ].join("\n");
  test("a program's schedule to PyTorch and back", () => {
    const vhalf = join(root, "proofs/v-half/v-half.pipe");
    expect(run("convert", vhalf, "v.csv", "--schedule", "VHalf", "--param", "p=2", "-m", "4").status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "v.csv.json"), "utf8"))).toMatchObject({ ranks: 2, stages: 4, placement: "v" });
    const { stdout, status } = run("convert", "v.csv", "--times", "F=2", "--times", "B=2", "--holds", "1/2");
    expect([stdout.split("\n")[0], status]).toEqual(["v, 2 ranks, m = 4", 0]);
    expect(stdout).toMatch(/peak 2\n/);
  });
  test("what would hang is shown and not written; --order-comm mends it", () => {
    file("stuck.csv", stuck);
    const { stderr, status } = run("convert", "stuck.csv", "again.csv", "--comms");
    expect([status, existsSync(join(folder, "again.csv"))]).toEqual([2, false]);
    expect(stderr).toContain("error[torch-circle-of-waits]");
    expect(stderr).toContain("--> stuck.csv, row 1, cell 5: 0B0");
    expect(run("convert", "stuck.csv", "mended.csv", "--order-comm").status).toBe(0);
    expect(run("convert", "mended.csv").status).toBe(0);
  });
  test("from PyTorch to Megatron, to JSON and to a program that is proved", () => {
    expect(run("convert", "v.csv", "v.nodes.json", "--comms").status).toBe(0);
    expect(run("convert", "v.nodes.json", "v.json").status).toBe(0);
    expect(run("convert", "v.json", "v.pipe").status).toBe(0);
    const { stdout, status } = run("verify", "v.pipe");
    expect([stdout.match(/proved {4}/g)?.length, status]).toEqual([4, 0]);
    const refused = run("convert", "v.pipe", "v.megatron.json", "-m", "4");
    expect([refused.status, existsSync(join(folder, "v.megatron.json"))]).toEqual([2, false]);
    expect(refused.stderr).toContain("error[megatron-core-split]");
    expect(refused.stderr).toContain("--> v.pipe, rank 0, node 4: B 0 of stage 3");
    file("half.json", readFileSync(join(folder, "v.json"), "utf8").slice(0, 40));
    expect(run("convert", "half.json").stderr).toMatch(/error\[json\] .*\n {2}--> half.json, line 2, column \d+\n/);
  });
  test("bad input: a clear error, exit 2, nothing written", () => {
    file("bad.csv", "0F0,0X0\n");
    const before = readdirSync(folder).sort();
    for (const args of [
      ["bad.csv"],
      ["nothing.csv"],
      ["."],
      ["stuck.csv", "out.nothing"],
      ["stuck.csv", "out.csv", "--to", "nothing"],
      ["stuck.csv", "--channel", "nothing"],
      ["stuck.csv", "--times", "F"],
      ["stuck.csv", "--times", "X=1", "--channel", "unbounded"],
      [good, "out.csv"],
      ["mended.csv", "no/such/folder.csv"],
    ]) {
      const { status, stderr } = run("convert", ...args);
      expect([args, status]).toEqual([args, 2]);
      expect(stderr).toMatch(/error/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});
