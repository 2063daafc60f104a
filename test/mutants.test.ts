// Is each condition of the kernel needed? Each is taken away in turn, and a bad statement must get through. Is each start of the known
// blocks needed? Each is moved, and the kernel and the oracle must agree on what comes out.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import type { Block, Problem } from "../src/kernel/index.ts";
import * as kernel from "../src/kernel/index.ts";
import { isValid } from "../src/schedule/index.ts";
import { scheduleFrom, wrongs } from "./oracle/oracle.ts";
import { blockAt, load } from "./oracle/program.ts";
import { approvals, type Module, refusals } from "./oracle/refusals.ts";

// ---- blocks with a start moved, or two swapped

/** Whether the raw repetition of a block is valid, by the oracle: so many repetitions that each two passes can meet. */
function repeats({ problem, interval, start }: Block): boolean {
  const reach = Math.max(...start) - Math.min(...start) + 4;
  const times = interval === null ? 1 : Math.ceil(reach / interval) + 1;
  const raw = Array.from({ length: times }, (_, k) => Array.from(start, (slot) => slot + k * (interval ?? 0))).flat();
  const least = Math.min(...raw);
  const longer: Problem = { ...problem, microbatches: times * problem.microbatches };
  return (
    wrongs(
      longer,
      scheduleFrom(
        longer,
        raw.map((slot) => slot - least),
      ),
    ).size === 0
  );
}

const says = (block: Block): string => kernel.check({ kind: "block", block, stageOf: new Int32Array() }).kind;

describe("starts of the catalogue's blocks, moved and swapped", () => {
  for (const [folder, name, ...more] of [
    ["gpipe", "GPipe", 3],
    ["1f1b", "OneFOneB"],
    ["eager-1f1b", "Eager"],
    ["interleaved-1f1b", "Steady", 2],
    ["zb-h1", "ZBH1"],
    ["zb-h2", "ZBH2"],
    ["1f1b-v", "OneFOneBV"],
    ["v-min", "VMin"],
    ["v-half", "VHalf"],
    ["v-zb", "VZB"],
    ["straight-two-thirds", "TwoThirds"],
    ["chronos", "Chronos"],
  ] as const) {
    test(name, () => {
      const program = load(fs.readFileSync(new URL(`../proofs/${folder}/${folder}.pipe`, import.meta.url), "utf8"));
      let refused = 0;
      for (const p of [2, 3, 4]) {
        const block = blockAt(program, name, p, ...more);
        expect(isValid(block)).toBe(true);
        expect(says(block)).toBe("valid");
        expect(repeats(block)).toBe(true);
        const check = (start: Float64Array): void => {
          const changed = { ...block, start };
          const answer = says(changed) === "valid";
          expect(isValid(changed)).toBe(answer);
          if (answer !== repeats(changed)) expect.fail(`the kernel says ${answer}, the oracle not: p = ${p}, starts ${[...start]}`);
          if (!answer) refused++;
        };
        block.start.forEach((_, at) => {
          for (const by of [-1, 1]) check(block.start.map((slot, i) => (i === at ? slot + by : slot)));
          for (let other = at + 1; other < block.start.length; other++) {
            check(block.start.map((_, i) => block.start[i === at ? other : i === other ? at : i]));
          }
        });
      }
      expect(refused).toBeGreaterThan(20);
    });
  }
});

// ---- the kernel without one of its conditions

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly source: string;
}

/** The parts of a text between top-level occurrences of an operator. */
function split(text: string, operator: "||" | "&&" | ","): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if ("([{".includes(text[i])) depth++;
    else if (")]}".includes(text[i])) depth--;
    else if (depth === 0 && text.startsWith(operator, i)) {
      parts.push(text.slice(from, i).trim());
      from = i + operator.length;
    }
  }
  return [...parts, text.slice(from).trim()];
}
const balance = (text: string): number => [...text].reduce((sum, c) => sum + ("([{".includes(c) ? 1 : ")]}".includes(c) ? -1 : 0), 0);

/** What a marked statement can become: taken away as a whole, and each part of an `||` or `&&` taken away. Null: of no known form. */
function changes(statement: string, before: string, after: string): Map<string, string> | null {
  const found = new Map<string, string>();
  const list = statement.indexOf("all([");
  if (list >= 0) {
    // A formula that all of these have to be true for: each is left out.
    let close = list + 5;
    for (let depth = 2; depth > 1; close++) depth += balance(statement[close]);
    const parts = split(statement.slice(list + 5, close - 1), ",").filter((part) => part !== "");
    parts.forEach((part, i) => {
      const rest = parts.filter((_, k) => k !== i).join(", ");
      found.set(`without ${part}`, `${statement.slice(0, list + 5)}${rest}${statement.slice(close - 1)}`);
    });
    return found;
  }
  const due = /^due\.push\((.*)\);$/s.exec(statement);
  if (due !== null) {
    const parts = split(due[1], ",");
    parts.forEach((part, i) => {
      found.set(`without ${part}`, `due.push(${parts.filter((_, k) => k !== i).join(", ")});`);
    });
    return found;
  }
  // One thing in a list.
  if (statement.endsWith("),") && balance(statement) === 0 && !statement.startsWith(":")) return found.set("gone", "");
  if (statement.startsWith("if (")) {
    let close = 3;
    for (let depth = 0; close < statement.length; close++) {
      depth += balance(statement[close]);
      if (depth === 0) break;
    }
    const [condition, then] = [statement.slice(4, close), statement.slice(close + 1).trim()];
    if (!/^(return\b.*|throw\b.*|continue);$/s.test(then)) return null;
    if (after.startsWith("throw ")) return found.set("always", `if (true) ${then}`); // the condition lets through
    found.set("gone", "");
    for (const operator of ["||", "&&"] as const) {
      const parts = split(condition, operator);
      if (parts.length > 1)
        parts.forEach((part, i) => {
          const rest = parts.filter((_, k) => k !== i).join(` ${operator} `);
          // Without a part of `a && b` more is refused: only `||` loses something.
          if (operator === "||") found.set(`without ${part}`, `if (${rest}) ${then}`);
        });
      if (parts.length > 1) break;
    }
    return found;
  }
  if (/if \(.*\) \{$/s.test(before.trim()) && /^(found = .*|return \w+\(.*\));$/s.test(statement)) return found.set("gone", "");
  const returned = /^return (.*);$/s.exec(statement);
  if (returned !== null) {
    found.set("true", "return true;");
    const parts = split(returned[1], "&&");
    if (parts.length > 1)
      for (let i = 0; i < parts.length; i++) found.set(`without ${parts[i]}`, `return ${parts.filter((_, k) => k !== i).join(" && ")};`);
    return found;
  }
  if (/^: .*,$/s.test(statement)) return found.set("true", ": true,");
  return null;
}

/** A list of conditions, or one thing in a list. */
const isWhole = (text: string): boolean => balance(text) === 0 && (text.includes("all([") || text.trim().endsWith("),"));

const home = fileURLToPath(new URL("../src/kernel/", import.meta.url));
const files = (fs.readdirSync(home, { recursive: true }) as string[]).filter((file) => file.endsWith(".ts")).sort();
const unknown: string[] = [];

function mutantsOf(file: string): Mutant[] {
  const lines = fs.readFileSync(path.join(home, file), "utf8").split("\n");
  return lines.flatMap((line, at) => {
    if (!line.endsWith("// condition") || line.trim().startsWith("//")) return [];
    const bare = (i: number): string => lines[i].replace(/ *\/\/ condition$/, "").replace(/\s\/\/ .*$/, "");
    let from = at;
    let text = bare(at);
    const more = (): void => {
      text = `${bare(--from)}\n${text}`;
    };
    while (balance(text) < 0 && from > 0) more();
    // An `if` whose statement stands on a line of its own.
    if (/^\s*if \(.*\)$/.test(bare(from - 1)) && balance(bare(from - 1)) === 0) more();
    // A return that goes on over several lines.
    while (!/^\s*(if|return|found|throw|due|:)/.test(text) && !isWhole(text) && from > 0 && at - from < 8) more();
    const made = changes(text.trim(), lines[from - 1] ?? "", (lines[at + 1] ?? "").trim());
    if (made === null) {
      unknown.push(`${file}:${at + 1}: ${text}`);
      return [];
    }
    return [...made].map(([what, put]) => ({
      file,
      line: at + 1,
      what,
      source: [...lines.slice(0, from), put, ...lines.slice(at + 1)].join("\n"),
    }));
  });
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bubbleproof-mutants-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }), 60_000); // many small files, on a busy machine

async function build(name: string, changed?: Mutant): Promise<Module> {
  const source = path.join(folder, name);
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(source, file)), { recursive: true });
    fs.writeFileSync(path.join(source, file), file === changed?.file ? changed.source : fs.readFileSync(path.join(home, file)));
  }
  const outfile = path.join(source, "kernel.mjs");
  buildSync({
    entryPoints: [path.join(source, "index.ts")],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    outfile,
    logLevel: "silent",
  });
  return (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Module;
}

describe("the kernel without one of its conditions", () => {
  const mutants = files.flatMap(mutantsOf);
  let known: ReadonlySet<string> = new Set();

  test("every marked line has a form that can be taken away", () => {
    expect(unknown).toEqual([]);
    expect(new Set(mutants.map(({ file, line }) => `${file}:${line}`)).size).toBeGreaterThan(40);
  });
  test("the kernel as it is refuses every bad statement, and proves the good ones", async () => {
    const built = await build("whole");
    known = new Set(refusals(built));
    expect(approvals(built)).toEqual([]);
    expect(approvals(kernel)).toEqual([]);
    expect([...known]).toEqual([]);
  });
  mutants.forEach((mutant, i) => {
    const short = mutant.what.replace(/\s+/g, " ");
    test(`${mutant.file}:${mutant.line} ${short}`, async () => {
      const made = await build(`${i}`, mutant);
      const wrong = refusals(made, known).filter((title) => !known.has(title));
      expect(wrong.length, "nothing bad gets through without it").toBeGreaterThan(0);
    });
  });
});

// ---- formulas about blocks for all sizes that ask too little

/** What stands in a file of src/kernel (once), and what would prove something false. */
const tooWeak: readonly (readonly [file: string, from: string, to: string])[] = [
  ["symbolic-block", "ite(this.isDevice(device), on(device), nothing)", "on(device)"],
  ["symbolic-block", "ite(isIn(hold.indices, tuple), ", "ite(truth(true), "],
  ["symbolic-block", "ite(there, times(amount, alive(i)), zero)", "times(amount, alive(i))"],
  ["symbolic-block", "second.slice(i)", "second.slice(i + 1)"],
  ["symbolic-block", "interval === null ? passes(otherMember) : first", "first"],
  ["symbolic-block", "family.stream !== 0", "family.stream === 0"],
  ["for-all", "stage !== undefined && isOfAll", "stage !== undefined"],
  ["for-all", "block.interval !== null && isOfAll", "block.interval !== null"],
  ["for-all", 'compare(peak.most, ">=", most), ', ""],
  ["for-all", "own.isDevice(at), ", ""],
  ["times", "all([...isInside, ...isMade])", "all(isMade)"],
  ["times", "all([...isInside, ...isMade])", "all(isInside)"],
  ["times", "send: sum(({ send }) => send)", "send: 0"],
  ["symbolic-block", "atLeast(sums[at], most), ...fits(at)", "atLeast(sums[at], most)"],
];
describe("formulas that ask too little are noticed", () => {
  let known: ReadonlySet<string> = new Set();
  test("what is as it is", async () => {
    known = new Set(refusals(await build("asked")));
    expect([...known]).toEqual([]);
  });
  tooWeak.forEach(([name, from, to], i) => {
    test(`${name}.ts: ${to.trim() === "" ? `without ${from}` : to}`, async () => {
      const file = `${name}.ts`;
      const whole = fs.readFileSync(path.join(home, file), "utf8");
      expect(whole.split(from).length, `\`${from}\` stands there once`).toBe(2);
      const made = await build(`weak-${i}`, { file, line: 0, what: to, source: whole.replace(from, () => to) });
      expect(refusals(made, known).length, "nothing bad gets through").toBeGreaterThan(0);
    });
  });
});

// ---- refutations: clauses, arcs and bounds that are a little too strong

/** In a file of src/kernel/refute: what stands there (once), and what would refute goals that have a schedule. */
const tooStrong: readonly (readonly [file: string, from: string, to: string])[] = [
  ["arcs", "nodes + node, item, duration[item])", "nodes + node, item, duration[item] + 1)"],
  ["arcs", "(route.device[need] === route.device[node] ? 0 : send)", "send"],
  ["arcs", "arc(begin, item, 0)", "arc(begin, item, 1)"],
  ["arcs", "duration[item] - span", "duration[item] - span + 1"],
  ["arcs", "-route.duration[route.holdTo[h]]", "1 - route.duration[route.holdTo[h]]"],
  ["arcs", "Math.floor(room / amount)", "Math.floor(room / amount) - 1"],
  [
    "arcs",
    "nodes + route.holdFrom[h], route.duration[route.holdTo[h]])",
    "nodes + route.holdFrom[h], route.duration[route.holdTo[h]] + 1)",
  ],
  ["arcs", "together ? duration[list[i - 1]] : 0", "duration[list[i - 1]]"],
  ["arcs", "together ? duration[list[i - 1]] : 0", "together ? duration[list[i - 1]] + 1 : 0"],
  ["arcs", "sweeps <= values.length", "sweeps < 1"],
  ["arcs", "value > most", "value >= most"],
  ["windows", "Math.max(first[pass], at)", "Math.max(first[pass], at + 1)"],
  ["windows", "latest - at)", "latest - at + 1)"],
  ["windows", "latest < 0", "latest <= 0"],
  ["windows", "(goal.span ?? 0) < 0", "(goal.span ?? 0) <= 0"],
  ["windows", "latest - tail)", "latest - tail - 1)"],
  ["windows", "from > last[item]", "from >= last[item]"],
  ["windows", "values[item] = 0", "values[item] = 1"],
  ["windows", "Math.max(latest, at), 0)", "0, 0)"],
  ["windows", "routeFor(problem, j).dep.length * problem.send", "0"],
  ["windows", "end += ticks", "end += ticks - 1"],
  ["windows", "from >= arcs.passes", "from > arcs.passes"],
  ["windows", "heads[arcs.to[i]] === 0", "heads[arcs.to[i]] !== 0"],
  ["windows", "last[item] + arcs.duration[item])", "last[item])"],
  ["windows", "Math.min(turn, latest)", "Math.min(turn, latest) - 1"],
  ["bounds", "=== device && route", "<= device && route"],
  ["bounds", "=== stream;", "<= stream;"],
  ["bounds", "windows.first[pass] >= from && ", ""],
  ["bounds", " && windows.last[pass] + arcs.duration[pass] <= to", ""],
  ["bounds", "windows.last[pass] + arcs.duration[pass] <= to", "windows.last[pass] <= to"],
  ["bounds", "Math.max(0, to - from)", "(to - from)"],
  ["bounds", "work > ", "work >= "],
  ["bounds", "windows.last[begins] <= 0 && ", ""],
  ["bounds", "windows.last[begins] <= 0", "windows.last[begins] <= 1"],
  ["bounds", " && windows.first[ends] + arcs.duration[ends] > 0", ""],
  ["bounds", "arcs.duration[ends] > 0", "arcs.duration[ends] >= 0"],
  ["bounds", "amount > cap[device]", "amount >= cap[device]"],
  ["clauses", "started(from[i], t - ticks))", "started(from[i], t - ticks - 1))"],
  ["clauses", "started(item, 0)", "started(item, -1)"],
  ["clauses", "started(item, t - ticks) !== TRUE", "started(item, t - ticks + 1) !== TRUE"],
  ["clauses", "sink.add(-started(item, t), started(item, t - ticks), runs)", "sink.add(-started(item, t), runs)"],
  ["clauses", "sink.add(-runs, -started(item, t - ticks), k", "sink.add(-runs, k"],
  ["clauses", "makespan - work", "makespan - work - 1"],
  ["clauses", "span - work,", "span - work - 1,"],
  ["clauses", "-started(begin, t), started(begin, t - span)", "started(begin, t - span)"],
  ["clauses", "-started(begin, t), started(begin, t - span)", "-started(begin, t)"],
  ["clauses", "started(begin, t - span)", "started(begin, t - span - 1)"],
  ["clauses", "holdDevice[h] !== device ||", ""],
  ["clauses", "cap[device] - always[device]", "cap[device] - always[device] - 1"],
  ["clauses", "amount * ends.items.length", "amount * (ends.items.length - 1)"],
  ["clauses", "taken.set(begins, (taken.get(begins) ?? 0) + amount)", "taken.set(begins, (taken.get(begins) ?? 0) + 2 * amount)"],
  ["clauses", "kept.set(ends, (kept.get(ends) ?? 0) + amount)", "kept.set(ends, (kept.get(ends) ?? 0) + 2 * amount)"],
  ["clauses", "started(items[k], t))", "started(items[k], t + 1))"],
  ["clauses", "items.length - 1 - k], t - ticks)", "items.length - 1 - k], t - ticks - 1)"],
  ["clauses", "-started(items[items.length - 1 - k]", "-started(items[k]"],
  ["sink", "(k + 1) * weight", "(k + 2) * weight"],
  ["sink", "unless: [-literal(k)]", "unless: []"],
  ["sink", "if (limit < least)", "if (limit <= least)"],
  ["sink", "rest - value;", "rest - value - 1;"],
  ["sink", "left >= least", "left > least"],
  ["sink", "this.add(-literal, ...unless,", "this.add(-literal,"],
  ["sink", "this.add(-literal, ...unless,", "this.add(...unless,"],
  ["sink", "this.add(-rests[i - 1][1], rests[i][1])", "this.add(-rests[i][1], rests[i - 1][1])"],
  ["sink", "rest - levels[0].value,", "rest - levels[0].value - 1,"],
  ["coarsen", "roundedUp(span)", "scaled(span)"],
  ["coarsen", "duration.map(scaled)", "duration.map(roundedUp)"],
  ["coarsen", "send: scaled(problem.send)", "send: roundedUp(problem.send)"],
  ["coarsen", "makespan: makespan === null ? null : scaled(makespan)", "makespan: makespan === null ? null : scaled(makespan - 1)"],
  ["proof", "truth[variables - lemmas[at]] = now", "truth[variables + lemmas[at]] = now"],
  ["proof", "truth[variables - list[at]] === now", "truth[variables - list[at]] !== 0"],
  ["proof", "truth[variables + open] = now", "truth[variables - open] = now"],
  ["proof", "if (open === 0) contradicts = true", "if (open >= 0) contradicts = true"],
  ["proof", "let contradicts = false", "let contradicts = lemma > 0"],
  ["proof", "named > given.length + lemma", "named > given.length + lemma + 1"],
  ["proof", "if (from === own[lemma])", "if (from <= own[lemma])"],
];

describe("refutations a little too strong are noticed", () => {
  let known: ReadonlySet<string> = new Set();
  test("what is as it is", async () => {
    known = new Set(refusals(await build("right"), undefined, "refutations"));
    expect([...known]).toEqual([]);
  });
  tooStrong.forEach(([name, from, to], i) => {
    test(`${name}.ts: ${to.trim() === "" ? `without ${from}` : to}`, async () => {
      const file = path.join("refute", `${name}.ts`);
      const whole = fs.readFileSync(path.join(home, file), "utf8");
      expect(whole.split(from).length, `\`${from}\` stands there once`).toBe(2);
      const made = await build(`strong-${i}`, { file, line: 0, what: to, source: whole.replace(from, () => to) });
      expect(refusals(made, known, "refutations").length, "no goal with a schedule is refuted").toBeGreaterThan(0);
    });
  });
});
