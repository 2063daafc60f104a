// The SAT solvers: against brute force, their lemmas against plain unit propagation; and programs that break in every way we know of.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { solverNamed, solversHere } from "../src/solver/choose.ts";
import { dialects } from "../src/solver/dialects.ts";
import { readDimacs, saveQuery, writeDimacs } from "../src/solver/dimacs.ts";
import { Lines, readNumbers } from "../src/solver/lines.ts";
import { Literals } from "../src/solver/literals.ts";
import { NativeSolver } from "../src/solver/native.ts";
import { readOutput } from "../src/solver/output.ts";
import { ProofReader } from "../src/solver/proof.ts";
import type { Clauses, SatAnswer, SatSolver, SatTask } from "../src/solver/sat.ts";

const clausesOf = (variables: number, lists: readonly (readonly number[])[]): Clauses => ({
  variables,
  literals: Int32Array.from(lists.flatMap((list) => [...list, 0])),
});
function listsOf(literals: Int32Array): number[][] {
  const lists: number[][] = [[]];
  for (const literal of literals) literal === 0 ? lists.push([]) : lists[lists.length - 1].push(literal);
  return lists.slice(0, -1);
}

/** Unit propagation, as slow as it is plain: whether assuming all of `assumed` ends in a clause without a way out. */
function contradicts(lists: readonly (readonly number[])[], assumed: readonly number[]): boolean {
  const yes = new Set(assumed);
  for (let changed = true; changed; ) {
    changed = false;
    for (const list of lists) {
      if (list.some((literal) => yes.has(literal))) continue;
      const open = [...new Set(list)].filter((literal) => !yes.has(-literal));
      if (open.length === 0) return true;
      if (open.length === 1) {
        yes.add(open[0]);
        changed = true;
      }
    }
  }
  return assumed.some((literal) => yes.has(-literal));
}

/** The first lemma that unit propagation does not confirm, "open" if all do and there is still no contradiction, or "refuted". */
function checked(clauses: Clauses, lemmas: Int32Array): "refuted" | "open" | readonly number[] {
  const known = listsOf(clauses.literals);
  for (const lemma of listsOf(lemmas)) {
    if (contradicts(known, [])) return "refuted";
    if (
      !contradicts(
        known,
        lemma.map((literal) => -literal),
      ) &&
      !lemma.some((literal) => lemma.includes(-literal))
    )
      return lemma;
    known.push(lemma);
  }
  return contradicts(known, []) ? "refuted" : "open";
}

const satisfies = (model: Uint8Array, { literals }: Clauses): boolean =>
  listsOf(literals).every((list) => list.some((literal) => model[Math.abs(literal)] === (literal > 0 ? 1 : 0)));

function modelCount(clauses: Clauses): number {
  let count = 0;
  for (let bits = 0; bits < 2 ** clauses.variables; bits++) {
    const model = Uint8Array.from({ length: clauses.variables + 1 }, (_, variable) => (bits >> (variable - 1)) & 1);
    if (satisfies(model, clauses)) count++;
  }
  return count;
}

/** A generator of small numbers below `n`. */
function dice(seed: number): (n: number) => number {
  let state = BigInt(seed) * 2654435761n + 1n;
  return (n) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(n));
  };
}

/** Clauses of up to three literals, where literals may repeat and contradict; every fifth is a unit. */
function randomClauses(seed: number): Clauses {
  const roll = dice(seed);
  const variables = 4 + roll(6);
  const literal = (): number => (1 + roll(variables)) * (roll(2) === 0 ? 1 : -1);
  const length = (): number => (roll(20) === 0 ? 1 : 3);
  return clausesOf(
    variables,
    Array.from({ length: Math.floor(3.7 * variables) + roll(8) }, () => Array.from({ length: length() }, literal)),
  );
}

/** `n` pigeons in one hole less. */
function pigeons(n: number): Clauses {
  const at = (pigeon: number, hole: number): number => pigeon * (n - 1) + hole + 1;
  const all = Array.from({ length: n }, (_, i) => i);
  const holes = all.slice(0, -1);
  const pairs = all.flatMap((a) => all.slice(a + 1).map((b) => [a, b] as const));
  return clausesOf(n * (n - 1), [
    ...all.map((pigeon) => holes.map((hole) => at(pigeon, hole))),
    ...holes.flatMap((hole) => pairs.map(([a, b]) => [-at(a, hole), -at(b, hole)])),
  ]);
}

const impossible = clausesOf(2, [[1, 2], [-1, 2], [1, -2], [-1, -2]]); // biome-ignore format: one line
const possible = clausesOf(3, [[1, 2], [-1, 3], [-3]]); // biome-ignore format: one line

const task = (clauses: Clauses, milliseconds = 30_000): SatTask => ({ clauses, proof: true, seed: 0, deadline: Date.now() + milliseconds });

function named(name: string): SatSolver {
  const choice = solverNamed(name);
  if ("problem" in choice) throw new Error(choice.problem);
  return choice.make();
}

function expectRight(clauses: Clauses, answer: SatAnswer): void {
  if (answer.kind === "model") expect(satisfies(answer.model, clauses)).toBe(true);
  else if (answer.kind === "refuted") expect(checked(clauses, answer.lemmas)).toBe("refuted");
  else throw new Error(answer.reason);
}

describe.each(["cadical-wasm", "z3-wasm", ...dialects.keys()])("%s", (name) => {
  const here = solversHere().includes(name);
  const proves = dialects.get(name)?.proves ?? true;
  const solver = here ? named(name) : null;
  afterAll(() => solver?.close());

  test.skipIf(!here)(`agrees with brute force${here ? "" : " (it is not on PATH)"}`, { timeout: 60_000 }, async () => {
    let models = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const clauses = randomClauses(seed);
      const count = modelCount(clauses);
      const answer = await (solver as SatSolver).solve({ ...task(clauses), proof: proves });
      expect(answer.kind, `seed ${seed}`).toBe(count > 0 ? "model" : "refuted");
      if (count > 0 || proves) expectRight(clauses, answer);
      if (count > 0) models++;
    }
    expect(models).toBeGreaterThan(8);
    expect(models).toBeLessThan(32);
  });
  test.skipIf(!here)("no clauses, no variables, the empty clause, variables that no clause names", async () => {
    const ask = (clauses: Clauses): Promise<SatAnswer> => (solver as SatSolver).solve({ ...task(clauses), proof: proves });
    expect((await ask(clausesOf(0, []))).kind).toBe("model");
    expect((await ask(clausesOf(2, [[]]))).kind).toBe("refuted");
    const sparse = clausesOf(9, [[8], [-8, -2]]);
    expectRight(sparse, await ask(sparse));
    const twice = clausesOf(9, [[7, 7, -2], [2, 2], [-7, 5, -5], [-7]]); // biome-ignore format: one line
    expect((await ask(twice)).kind).toBe("refuted");
  });
  // With on-the-fly strengthening CaDiCaL leaves steps out of its proof, and this notices.
  test.skipIf(!here)("pigeons", { timeout: 60_000 }, async () => {
    const answer = await (solver as SatSolver).solve(task(pigeons(6)));
    if (proves) {
      expect(answer.kind).toBe("refuted");
      expectRight(pigeons(6), answer);
    } else expect(answer).toMatchObject({ kind: "unknown", reason: expect.stringContaining("no proof") });
    const unproved = await (solver as SatSolver).solve({ ...task(pigeons(6)), proof: false });
    expect(unproved).toEqual({ kind: "refuted", lemmas: new Int32Array() });
  });
  test.skipIf(!here)("is back after a question that took too long, and answers nothing once closed", { timeout: 60_000 }, async () => {
    const other = named(name);
    const started = Date.now();
    expect((await other.solve(task(pigeons(14), 700))).kind).toBe("unknown");
    expect(Date.now() - started).toBeLessThan(2200);
    expect((await other.solve(task(possible))).kind).toBe("model");
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const interrupted = await other.solve({ ...task(pigeons(14)), signal: stop.signal });
    expect(interrupted).toMatchObject({ kind: "unknown", reason: expect.stringContaining("interrupted") });
    const last = other.solve(task(pigeons(14)));
    setTimeout(() => other.close(), 200);
    expect((await last).kind).toBe("unknown");
    expect((await other.solve(task(possible))).kind).toBe("unknown");
  });
});

describe("a program that is asked", () => {
  const path = process.env.PATH;
  const temporary = process.env.TMPDIR;
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sat-test-"));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "tmp"));
    process.env.PATH = `${join(folder, "bin")}${delimiter}${path}`;
    process.env.TMPDIR = join(folder, "tmp");
  });
  afterEach(() => {
    process.env.PATH = path;
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    const left = readdirSync(join(folder, "tmp")).filter((name) => name.startsWith("bubbleproof-"));
    rmSync(folder, { recursive: true });
    expect(left).toEqual([]);
  });

  /** A program in JavaScript; it has `say`, `prove`, `end`, and its question as `question`. */
  function fake(name: string, body: string): string {
    const file = join(folder, "bin", name);
    const lines = [
      `#!${process.execPath}`,
      `const fs = require("node:fs"); const files = process.argv.slice(2).filter((a) => !a.startsWith("-"));`,
      `const question = fs.readFileSync(files[0], "utf8");`,
      `const say = (text) => fs.writeSync(1, text); const prove = (bytes) => fs.writeFileSync(files[1], bytes); const end = process.exit;`,
      body,
    ];
    writeFileSync(file, lines.join("\n"));
    chmodSync(file, 0o755);
    return file;
  }
  async function ask(body: string, clauses: Clauses, milliseconds = 10_000): Promise<SatAnswer> {
    fake("cadical", body);
    const solver = named("cadical");
    const answer = await solver.solve(task(clauses, milliseconds));
    await solver.close();
    return answer;
  }
  const unsatisfiable = 'say("s UNSATISFIABLE\\n");';

  test("well: its model, its proof as text, LRAT and binary", async () => {
    const model = await ask('say("c hello\\ns SATISFIABLE\\nv -1 2\\nv -3 0\\n"); end(10);', possible);
    expect(model).toEqual({ kind: "model", model: Uint8Array.of(0, 0, 1, 0) });
    for (const proof of [
      '"2 0\\nd 1 2 0\\n0\\n"',
      '"5 2 0 1 2 0\\n5 d 1 2 0\\n6 0 5 3 4 0\\n"',
      "Buffer.from([97, 4, 0, 100, 2, 4, 0, 97, 0])",
    ]) {
      const answer = await ask(`${unsatisfiable} prove(${proof}); end(20);`, impossible);
      expect(answer).toEqual({ kind: "refuted", lemmas: Int32Array.of(2, 0, 0) });
    }
  });
  test("gets the question as it is", async () => {
    const answer = await ask(
      'if (question === "p cnf 3 3\\n1 2 0\\n-1 3 0\\n-3 0\\n") { say("s SATISFIABLE\\nv -1 2 -3 0\\n"); end(10); }',
      possible,
    );
    expect(answer.kind).toBe("model");
  });
  test("a wrong model and a proof of nothing go through to whoever checks them", async () => {
    const model = await ask('say("s SATISFIABLE\\nv 1 2 3 0\\n"); end(10);', possible);
    expect(model.kind === "model" && satisfies(model.model, possible)).toBe(false);
    const open = await ask(`${unsatisfiable} prove("0\\n"); end(20);`, possible);
    expect(open.kind === "refuted" && checked(clausesOf(3, [[1, 2]]), open.lemmas)).toEqual([]);
    const nothing = await ask(`${unsatisfiable} prove(""); end(20);`, impossible);
    expect(nothing.kind === "refuted" && checked(impossible, nothing.lemmas)).toBe("open");
  });
  test.each([
    ["no proof", `${unsatisfiable} end(20);`, "wrote no proof"],
    ["a proof that breaks off", `${unsatisfiable} prove("2 0\\n1 "); end(20);`, "is broken"],
    ["a binary proof that breaks off", `${unsatisfiable} prove(Buffer.from([97, 4, 0, 97, 2])); end(20);`, "breaks off"],
    ["a proof with new variables", `${unsatisfiable} prove("3 1 0\\n"); end(20);`, "names variable 3"],
    ["a proof of noise", `${unsatisfiable} prove("12x 0\\n"); end(20);`, "`12x 0` is broken"],
    ["a folder for a proof", `${unsatisfiable} fs.mkdirSync(files[1]); end(20);`, "wrote no proof"],
    [
      "death in the middle of the proof",
      'prove("2 0\\n1 "); process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000);',
      "SIGSEGV",
    ],
    ["death after the verdict", `${unsatisfiable} prove("2 0\\n0\\n"); process.abort();`, "SIGABRT"],
    ["an exit code that disagrees", `${unsatisfiable} prove("2 0\\n0\\n"); end(10);`, "do not agree"],
    ["an exit code of a crash", 'throw new Error("no");', "exit code 1"],
    ["silence", "end(0);", "no answer"],
    ["giving up", 'say("s UNKNOWN\\n"); end(0);', "no answer"],
    ["garbage", 'say("Segmentation fault \\x1b[2J\\n"); end(20);', "it printed `Segmentation fault ?[2J`"],
    ["two verdicts", `${unsatisfiable} say("s SATISFIABLE\\n"); end(20);`, "two verdicts"],
    ["a model that breaks off", 'say("s SATISFIABLE\\nv 1 2"); end(10);', "not ended by a 0"],
    ["a model with a variable too many", 'say("s SATISFIABLE\\nv 1 2 4 0\\n"); end(10);', "variable 4"],
    ["a variable that is true and false", 'say("s SATISFIABLE\\nv 1 -1 0\\n"); end(10);', "twice"],
    ["output without end", 'for (;;) say("c".repeat(65536));', "far more than an answer"],
  ])("%s is unknown", async (_, body, reason) => {
    expect(await ask(body, impossible)).toMatchObject({ kind: "unknown", reason: expect.stringContaining(reason) });
  });
  test.each([
    ["hangs", "setInterval(() => {}, 1000);"],
    ["hangs and ignores SIGTERM", 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);'],
    ["hangs in a child", 'require("node:child_process").spawnSync("sleep", ["60"], { stdio: "inherit" });'],
    ["counts for ever", "for (;;);"],
    ["writes a proof for ever", 'for (;;) { fs.appendFileSync(files[1], "1 0\\n"); }'],
  ])("one that %s is ended at the deadline", async (_, body) => {
    const started = Date.now();
    const answer = await ask(body, impossible, 600);
    expect(answer).toMatchObject({ kind: "unknown", reason: "cadical: out of time" });
    expect(Date.now() - started).toBeLessThan(600 + 1500);
  });
  test("one that leaves a child behind takes it with it", async () => {
    const child = `require("node:child_process").spawn("sleep", ["60"], { stdio: "inherit" })`;
    const started = Date.now();
    const answer = await ask(
      `const child = ${child}; fs.writeFileSync("${join(folder, "pid")}", String(child.pid)); say("s SATISFIABLE\\nv 2 0\\n"); end(10);`,
      possible,
    );
    expect(answer.kind).toBe("model");
    expect(Date.now() - started).toBeLessThan(5000);
    await expect.poll(() => isRunning(Number(readFileSync(join(folder, "pid"), "utf8")))).toBe(false);
  });
  test("one that is no program at all", async () => {
    const file = fake("cadical", "");
    writeFileSync(file, "#!/nowhere/at/all\n");
    const solver = new NativeSolver(file);
    expect(await solver.solve(task(possible))).toMatchObject({ kind: "unknown", reason: expect.stringContaining("could not be run") });
  });
  test("nothing stays behind when we are interrupted", { timeout: 30_000 }, async () => {
    const pid = join(folder, "pid");
    fake("kissat", `fs.writeFileSync(${JSON.stringify(pid)}, String(process.pid)); setInterval(() => {}, 1000);`);
    const script = join(folder, "script.mts");
    const choose = JSON.stringify(resolve(import.meta.dirname, "../src/solver/choose.ts"));
    writeFileSync(
      script,
      `import { solverNamed } from ${choose};
       const solver = solverNamed("kissat").make();
       await solver.solve({ clauses: { variables: 0, literals: new Int32Array() }, proof: true, seed: 0, deadline: Date.now() + 60000 });`,
    );
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script], { stdio: "ignore" });
    await expect.poll(() => existsSync(pid) && readFileSync(pid, "utf8") !== "", { timeout: 20_000 }).toBe(true);
    const ended = new Promise((done) => child.on("exit", (_, signal) => done(signal)));
    child.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
    await expect.poll(() => isRunning(Number(readFileSync(pid, "utf8")))).toBe(false);
  });

  test("is found by its name, its path, or not at all", () => {
    const file = fake("kissat", "");
    expect(named("kissat").name).toBe("kissat");
    expect(named(file).name).toBe("kissat");
    process.env.PATH = join(folder, "bin");
    expect(solverNamed("kisat")).toEqual({
      problem: "there is no solver `kisat`",
      help: expect.stringMatching(/^did you mean `kissat`\?; embedded: cadical-wasm, z3-wasm; on PATH: kissat; any other by its path/),
    });
    expect(solverNamed("cadical")).toEqual({
      problem: "there is no solver `cadical` on PATH",
      help: expect.stringContaining("did you mean `cadical-wasm`?"),
    });
    expect(solverNamed("ls")).toMatchObject({ problem: "there is no solver `ls`" });
    expect(solverNamed("./no/such")).toMatchObject({ problem: "`./no/such` is not a program that can be run" });
    expect(solverNamed(`${folder}/bin`)).toMatchObject({ problem: expect.stringContaining("not a program") });
    rmSync(file);
    expect(solverNamed("kissat")).toMatchObject({ help: expect.stringContaining("on PATH: none") });
  });
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

describe("files", () => {
  const text = (clauses: Clauses): string => Array.from(writeDimacs(clauses), (piece) => Buffer.from(piece).toString()).join("");
  const pieces = (all: string, size: number): Uint8Array[] =>
    Array.from({ length: Math.ceil(all.length / size) }, (_, i) => Buffer.from(all.slice(i * size, (i + 1) * size)));

  test("DIMACS comes back as it went, however it is cut", () => {
    const roll = dice(7);
    const wide = clausesOf(
      2_000_000_000 / 4,
      Array.from({ length: 9000 }, () => [1, -10, 99, -100, roll(400_000_000) + 1]),
    );
    for (const clauses of [possible, clausesOf(0, []), clausesOf(1, [[], [1], []]), wide, pigeons(5)]) {
      for (const size of [1, 7, 65536]) if (size > 1 || clauses !== wide) expect(readDimacs(pieces(text(clauses), size))).toEqual(clauses);
    }
    const folder = mkdtempSync(join(tmpdir(), "sat-test-"));
    saveQuery(join(folder, "query.cnf"), possible);
    expect(readdirSync(folder)).toEqual(["query.cnf"]);
    expect(readDimacs([readFileSync(join(folder, "query.cnf"))])).toEqual(possible);
    expect(() => saveQuery(join(folder, "no", "query.cnf"), possible)).toThrow("ENOENT");
    rmSync(folder, { recursive: true });
  });
  test.each([
    ["", "no header"],
    ["1 2 0\n", "line 1: `1 2 0` is not a header"],
    ["c hi\np cnf 2 1\n1 x 0\n", "line 3: `1 x 0` is not a clause"],
    ["p cnf 2 1\n1 3 0\n", "3 is beyond the 2 variables"],
    ["p cnf 2 1\n1 2\n", "not ended by a 0"],
    ["p cnf 2 2\n1 2 0\n", "promises 2 clauses, there are 1"],
    ["p cnf 2 1\np cnf 2 1\n1 0\n", "is not a clause"],
    ["p cnf 2 1\n1 99999999999 0\n", "is not a clause"],
  ])("DIMACS %j is refused", (all, problem) => {
    for (const size of [1, 100]) expect(readDimacs(pieces(all, size))).toEqual({ problem: expect.stringContaining(problem) });
  });
  test("a proof reads the same however it is cut", () => {
    const texts = [
      "1 -2 0\nd 3 0\n-300 0\n0\n",
      "c note\n%RUPD32 1 1\n1 -2 0\r\n-300 0\ni 4 0\n0",
      "9 1 -2 0 4 5 0\n9 d 3 0\n10 -300 0 -7 0\n11 0 8 0\n",
    ];
    const binary = Buffer.from([97, 2, 5, 0, 100, 6, 0, 97, 0xd9, 4, 0, 97, 0]);
    const whole = [...texts.map((all) => Buffer.from(all)), binary];
    for (const bytes of whole) {
      for (const size of bytes === binary ? [4, 5, 100] : [1, 2, 5, 100]) {
        const reader = new ProofReader(300);
        for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
        expect(reader.end()).toEqual({ lemmas: Int32Array.of(1, -2, 0, -300, 0, 0) });
      }
    }
  });
  test("numbers, lines and output that end oddly", () => {
    const lines = new Lines();
    expect([...lines.push(Buffer.from("a\n\nb")), ...lines.push(Buffer.from("c\nd")), ...lines.end()].map(String)).toHaveLength(4);
    for (const bad of ["-", "1-", "--1", "1.5", "+1", "2147483648"]) expect(readNumbers(Buffer.from(bad), 0, new Literals())).toBe(false);
    expect(readOutput(Buffer.from("s SATISFIABLE"), 0)).toMatchObject({ problem: expect.stringContaining("not ended") });
    expect(readOutput(Buffer.from("v 0\ns SATISFIABLE"), 0)).toMatchObject({ says: "model" });
    expect(readOutput(Buffer.from("s SATISFIABLE\nv 1 0 2 0"), 2)).toMatchObject({ problem: expect.stringContaining("not ended") });
    expect(readOutput(Buffer.from("s satisfiable\nv 0"), 0)).toMatchObject({ problem: expect.stringContaining("s satisfiable") });
  });
});
