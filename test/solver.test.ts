// The solver against brute force over a box; what the translator refuses; deadlines, closing, and the smallest model.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fraction } from "../src/fraction/index.ts";
import { type Formula, type Rational, type Term, term } from "../src/kernel/index.ts";
import { smallest } from "../src/solver/smallest.ts";
import { translate } from "../src/solver/smt.ts";
import type { Answer, Query } from "../src/solver/solver.ts";
import { Z3 } from "../src/solver/z3.ts";

const { variable, number, compare, binary, and } = term;
const [x, y] = [variable("x"), variable("y")];
const soon = (): number => Date.now() + 30_000;
const solver = new Z3();
afterAll(() => solver.close());

/** A generator of small numbers below `n`: a linear congruence, high bits. */
function dice(seed: number): (n: number) => number {
  let state = BigInt(seed) * 2654435761n + 1n;
  return (n) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(n));
  };
}

const names = ["x", "y", 'p of | \\ \n"q"'];
const nonZero = [-3, -2, -1, 1, 2, 3, 5];

function randomTerm(roll: (n: number) => number, depth: number): Term {
  const sub = (): Term => randomTerm(roll, depth - 1);
  if (depth === 0 || roll(6) === 0) return roll(3) === 0 ? number(roll(15) - 7, 1 + roll(3)) : variable(names[roll(3)]);
  const whole = (): Term => number(nonZero[roll(7)]);
  switch (roll(12)) {
    case 0:
      return binary("mul", number(roll(9) - 4, 1 + roll(3)), sub());
    case 1:
      return binary("quo", sub(), number(nonZero[roll(7)], 1 + roll(3)));
    case 2:
      return binary("div", sub(), whole());
    case 3:
      return binary("mod", sub(), whole());
    case 4:
      return { op: "floor", arg: sub() };
    case 5:
      return { op: "ceil", arg: sub() };
    case 6:
      return { op: roll(2) ? "abs" : "neg", arg: sub() };
    case 7:
      return binary("min", sub(), sub());
    case 8:
      return binary("max", sub(), sub());
    case 9:
      return { op: "ite", cond: randomFormula(roll, 1, depth - 1), yes: sub(), no: sub() };
    case 10:
      return binary("sub", sub(), sub());
    default:
      return binary("add", sub(), sub());
  }
}

function randomFormula(roll: (n: number) => number, depth: number, terms: number): Formula {
  const sub = (): Formula => randomFormula(roll, depth - 1, terms);
  if (depth > 0) {
    const kind = roll(6);
    if (kind < 3) return { op: (["and", "or", "implies"] as const)[kind], left: sub(), right: sub() };
    if (kind === 3) return { op: "not", arg: sub() };
  }
  const [left, right] = [randomTerm(roll, terms), randomTerm(roll, terms)];
  const kind = roll(14);
  if (kind === 0) return { op: "truth", value: roll(2) === 0 };
  if (kind === 1) return { op: "within", left, right, tolerance: number(roll(4), 2) };
  return compare(left, (["==", "==", "==", "!=", "<", "<=", ">", ">="] as const)[roll(8)], right);
}

type Point = ReadonlyMap<string, bigint>;

function worth(t: Term, at: Point): Rational {
  const go = (s: Term): Rational => worth(s, at);
  switch (t.op) {
    case "number":
      return fraction.rational(t.num, t.den);
    case "var":
      return fraction.rational(at.get(t.name) ?? 0n);
    case "add":
      return fraction.plus(go(t.left), go(t.right));
    case "sub":
      return fraction.minus(go(t.left), go(t.right));
    case "mul":
      return fraction.times(go(t.left), go(t.right));
    case "quo":
      return fraction.over(go(t.left), go(t.right));
    case "div":
      return fraction.rational(fraction.floor(fraction.over(go(t.left), go(t.right))));
    case "mod": {
      const [a, b] = [go(t.left), go(t.right)];
      return fraction.minus(a, fraction.times(b, fraction.rational(fraction.floor(fraction.over(a, b)))));
    }
    case "min":
    case "max": {
      const [a, b] = [go(t.left), go(t.right)];
      return fraction.order(a, b) < 0 === (t.op === "min") ? a : b;
    }
    case "neg":
      return fraction.negate(go(t.arg));
    case "floor":
      return fraction.rational(fraction.floor(go(t.arg)));
    case "ceil":
      return fraction.rational(fraction.ceil(go(t.arg)));
    case "abs":
      return go(t.arg).num < 0n ? fraction.negate(go(t.arg)) : go(t.arg);
    case "ite":
      return holds(t.cond, at) ? go(t.yes) : go(t.no);
    case "measure":
      throw new Error("no measures here");
  }
}

function holds(f: Formula, at: Point): boolean {
  switch (f.op) {
    case "truth":
      return f.value;
    case "not":
      return !holds(f.arg, at);
    case "and":
      return holds(f.left, at) && holds(f.right, at);
    case "or":
      return holds(f.left, at) || holds(f.right, at);
    case "implies":
      return !holds(f.left, at) || holds(f.right, at);
    case "within": {
      const distance = worth({ op: "abs", arg: binary("sub", f.left, f.right) }, at);
      return fraction.order(distance, worth(f.tolerance, at)) <= 0;
    }
    case "compare": {
      const sign = fraction.order(worth(f.left, at), worth(f.right, at));
      return { "==": sign === 0, "!=": sign !== 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0 }[f.relation];
    }
    case "flows":
    case "valid":
      throw new Error("no schedules here");
  }
}

const half = 4;
const box = (name: string): Formula => and(compare(variable(name), ">=", number(-half)), compare(number(half), ">=", variable(name)));

function randomQuery(seed: number): Query {
  const roll = dice(seed);
  return { variables: names, assertions: [...names.map(box), ...Array.from({ length: 1 + roll(4) }, () => randomFormula(roll, 2, 3))] };
}

/** The first point of the box, in lexicographic order, at which everything holds. */
function firstPoint(query: Query): Point | null {
  const range = Array.from({ length: 2 * half + 1 }, (_, i) => BigInt(i - half));
  for (const a of range)
    for (const b of range)
      for (const c of range) {
        const at: Point = new Map([a, b, c].map((value, i) => [names[i], value]));
        if (query.assertions.every((f) => holds(f, at))) return at;
      }
  return null;
}

const valuesOf = (answer: Answer): Point => {
  if (answer.kind !== "model") throw new Error(`expected a model, got ${JSON.stringify(answer)}`);
  return answer.values;
};

/** Pigeons in one hole less, no two together: out of reach for a search without counting. */
function pigeons(n: number): Query {
  const variables = Array.from({ length: n }, (_, i) => `p${i}`);
  const birds = variables.map(variable);
  return {
    variables,
    assertions: birds.flatMap((bird, i) => [
      compare(bird, ">=", number(1)),
      compare(bird, "<", number(n)),
      ...birds.slice(0, i).map((other) => compare(bird, "!=", other)),
    ]),
  };
}

describe("Z3 and the translation agree with brute force", () => {
  test("on 400 random queries", { timeout: 120_000 }, async () => {
    const seen = { model: 0, none: 0 };
    for (let seed = 1; seed <= 400; seed++) {
      const query = randomQuery(seed);
      const answer = await solver.check(query, soon());
      const expected = firstPoint(query);
      expect(answer.kind, `seed ${seed}`).toBe(expected === null ? "none" : "model");
      if (answer.kind === "model") {
        expect([...answer.values.keys()]).toEqual(names);
        expect(
          query.assertions.every((f) => holds(f, answer.values)),
          `seed ${seed}: the model is no model`,
        ).toBe(true);
      }
      seen[expected === null ? "none" : "model"]++;
    }
    expect(Math.min(seen.model, seen.none)).toBeGreaterThan(60);
  });

  test("and the smallest model is the first point of the box", { timeout: 120_000 }, async () => {
    for (let seed = 1001; seed <= 1080; seed++) {
      const query = randomQuery(seed);
      const answer = await smallest(solver, query, names, soon());
      const expected = firstPoint(query);
      if (expected === null) expect(answer, `seed ${seed}`).toEqual({ kind: "none" });
      else expect([...valuesOf(answer)], `seed ${seed}`).toEqual([...expected]);
    }
  });
});

describe("the smallest model", () => {
  test("is found far from its bound", async () => {
    const big = 123_456_789_012_345_678_901n;
    const assertions = [compare(binary("mul", number(3), x), ">", number(big)), compare(binary("mod", x, number(7)), "==", number(5))];
    const least = valuesOf(await smallest(solver, { variables: ["x"], assertions }, ["x"], soon())).get("x") ?? 0n;
    expect(least % 7n).toBe(5n);
    expect(3n * least > big && 3n * (least - 7n) <= big).toBe(true);
  });

  test("starts at zero without a stated bound, and below it with one", async () => {
    const even = compare(binary("mod", x, number(2)), "==", number(0));
    const low = compare({ op: "neg", arg: number(9) }, "<", x);
    expect(valuesOf(await smallest(solver, { variables: ["x"], assertions: [even] }, ["x"], soon())).get("x")).toBe(0n);
    expect(valuesOf(await smallest(solver, { variables: ["x"], assertions: [and(even, low)] }, ["x"], soon())).get("x")).toBe(-8n);
    const below = compare(x, "<", number(0));
    expect(await smallest(solver, { variables: ["x"], assertions: [below] }, ["x"], soon())).toEqual({ kind: "none" });
  });

  test("goes by the order that is given", async () => {
    const query: Query = { variables: ["x", "y"], assertions: [compare(binary("add", x, y), "==", number(5))] };
    expect([...valuesOf(await smallest(solver, query, ["x", "y"], soon()))]).toEqual([
      ["x", 0n],
      ["y", 5n],
    ]);
    expect([...valuesOf(await smallest(solver, query, ["y", "x"], soon()))]).toEqual([
      ["x", 5n],
      ["y", 0n],
    ]);
  });
});

describe("the translator", () => {
  const refuses = (t: Term): unknown => translate({ variables: ["x", "y"], assertions: [compare(t, "<", number(1))] });

  test.each<[string, Term, RegExp]>([
    ["a product", binary("mul", x, y), /product/],
    ["a division by a variable", binary("quo", x, y), /not constant/],
    ["`div` by a variable", binary("div", x, y), /not constant/],
    ["`mod` by a variable", binary("mod", number(7), x), /not constant/],
    ["a division by zero", binary("quo", x, binary("sub", number(2), number(2))), /zero/],
    ["`div` by zero", binary("div", x, number(0)), /zero/],
    ["`mod` by zero", binary("mod", x, number(0)), /zero/],
    ["`mod` by a fraction", binary("mod", x, number(1, 2)), /fraction/],
    ["a measure", { op: "measure", measure: { name: "makespan", schedule: 0 } }, /makespan/],
    ["an unknown name", variable("z"), /z/],
  ])("refuses %s", (_, bad, reason) => {
    expect(refuses(bad)).toEqual({ unsupported: expect.stringMatching(reason) });
  });

  test("refuses the validity of a schedule", () => {
    expect(translate({ variables: [], assertions: [{ op: "valid", schedule: 0 }] })).toEqual({
      unsupported: expect.stringMatching(/valid/),
    });
  });

  test("does not look behind a constant guard", () => {
    const guarded: Term = { op: "ite", cond: compare(number(0), ">", number(0)), yes: binary("div", x, number(0)), no: x };
    expect(refuses(guarded)).toHaveProperty("text");
  });

  test("clears fractions exactly", () => {
    const assertions = [compare(binary("quo", binary("add", x, number(1, 2)), number(3)), "<=", binary("mul", number(2, 5), y))];
    const script = translate({ variables: ["x", "y"], assertions });
    expect("text" in script && script.text).toContain("(assert (<= (* 5 (+ (* 2 v0) 1)) (* 6 (* 2 v1))))");
  });

  test("writes a shared part once", () => {
    let t: Term = binary("add", x, y);
    for (let i = 0; i < 200; i++) t = binary("max", t, binary("sub", number(i), t));
    const script = translate({ variables: ["x", "y"], assertions: [compare(t, ">", number(3))] });
    expect("text" in script && script.text.length).toBeLessThan(100_000);
  });

  test("is refused by the solver as unknown", async () => {
    const answer = await solver.check({ variables: ["x", "y"], assertions: [compare(binary("mul", x, y), "==", number(1))] }, soon());
    expect(answer).toEqual({ kind: "unknown", reason: expect.stringMatching(/product/) });
  });
});

describe("the thread", () => {
  test("takes a query of more than a megabyte", { timeout: 60_000 }, async () => {
    const assertions = Array.from({ length: 20_000 }, (_, i) =>
      compare(binary("mod", binary("add", x, number(i)), number(i + 7)), "<=", number(3 * i + 7)),
    );
    expect((await solver.check({ variables: ["x"], assertions }, soon())).kind).toBe("model");
  });

  test("is killed at the deadline, and the next check works", { timeout: 60_000 }, async () => {
    await solver.check({ variables: [], assertions: [] }, soon());
    const began = Date.now();
    expect(await solver.check(pigeons(16), began + 200)).toEqual({ kind: "unknown", reason: "out of time" });
    expect(Date.now() - began).toBeLessThan(1500);
    expect((await solver.check({ variables: ["x"], assertions: [compare(x, ">", number(3))] }, soon())).kind).toBe("model");
    expect((await smallest(solver, pigeons(16), ["p0"], Date.now() + 200)).kind).toBe("unknown");
    expect((await solver.check({ variables: ["x"], assertions: [compare(x, "!=", x)] }, soon())).kind).toBe("none");
  });

  test("answers overlapping checks one after the other, late ones with unknown", { timeout: 60_000 }, async () => {
    const is = (n: number): Query => ({ variables: ["x"], assertions: [compare(x, "==", number(n))] });
    const answers = await Promise.all([1, 2, 3].map((n) => solver.check(is(n), soon())));
    expect(answers.map((answer) => valuesOf(answer).get("x"))).toEqual([1n, 2n, 3n]);
    expect(await solver.check(is(4), Date.now() - 1)).toEqual({ kind: "unknown", reason: "out of time" });
  });

  test("that starts too late serves the next check", { timeout: 60_000 }, async () => {
    const fresh = new Z3();
    expect((await fresh.check({ variables: [], assertions: [] }, Date.now() + 5)).kind).toBe("unknown");
    expect((await fresh.check({ variables: [], assertions: [] }, soon())).kind).toBe("model");
    await fresh.close();
  });

  test("ends at `close`, also in the middle of a check", { timeout: 60_000 }, async () => {
    const fresh = new Z3();
    await fresh.check({ variables: [], assertions: [] }, soon());
    const pending = fresh.check(pigeons(16), soon());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await fresh.close();
    expect(await pending).toEqual({ kind: "unknown", reason: "the solver is closed" });
    expect((await fresh.check({ variables: [], assertions: [] }, soon())).kind).toBe("unknown");
    await fresh.close();
    await new Z3().close();
  });

  const root = join(import.meta.dirname, "..");
  const body = (z3: string, end: string): string => `
    import { Z3 } from ${JSON.stringify(z3)};
    const solver = new Z3();
    const query = { variables: ["x"], assertions: [{ op: "compare", relation: "==", left: { op: "var", name: "x" }, right: { op: "number", num: 7n, den: 1n } }] };
    const answer = await solver.check(query, Date.now() + 30000);
    console.log(String(answer.values?.get("x") ?? answer.reason));
    ${end}`;
  const exits = (args: readonly string[], cwd: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
      let out = "";
      const late = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error("the process hangs"));
      }, 20_000);
      child.stdout.on("data", (chunk) => {
        out += String(chunk);
      });
      child.on("exit", (code) => {
        clearTimeout(late);
        resolve(`${out.trim()}, exit ${code}`);
      });
    });

  test("lets the process finish, under tsx and compiled, closed or not", { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "solver-"));
    const built = mkdtempSync(join(root, "node_modules", ".solver-"));
    try {
      const compile = [
        join(root, "node_modules/typescript/bin/tsc"),
        "--noEmit",
        "false",
        "--outDir",
        built,
        "--rootDir",
        join(root, "src"),
      ];
      const options =
        "--target es2022 --lib es2023 --module nodenext --strict --rewriteRelativeImportExtensions --skipLibCheck --types node --ignoreConfig";
      execFileSync(
        process.execPath,
        [...compile, ...options.split(" "), join(root, "src/solver/z3.ts"), join(root, "src/solver/z3-worker.ts")],
        { cwd: root },
      );
      writeFileSync(join(built, "package.json"), `{ "type": "module" }`);
      const tsx = `file://${join(root, "node_modules/tsx/dist/loader.mjs")}`;
      for (const [z3, flags] of [
        [join(root, "src/solver/z3.ts"), ["--import", tsx]],
        [join(built, "solver/z3.js"), []],
      ] as const) {
        for (const end of ["await solver.close();", "", "solver.check(query, 0);"]) {
          const file = join(folder, "main.mjs");
          writeFileSync(file, body(z3, end));
          expect(await exits([...flags, file], folder)).toBe("7, exit 0");
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
      rmSync(built, { recursive: true });
    }
  });
});
