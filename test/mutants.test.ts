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
  ["windows", "arc(item - 1, item, family.duration)", "arc(item - 1, item, family.duration + 1)"],
  ["windows", "? count - families[need].count : 0", "? 0 : 0"],
  ["windows", "k - shift, item, lag)", "k - shift, item, lag + 1)"],
  ["windows", "k - gap, item, lag)", "k - gap, item, lag + 1)"],
  ["families", "lag: together ? a.duration : 0", "lag: together ? a.duration + 1 : 0"],
  ["families", "lag: -families[to].duration", "lag: 1 - families[to].duration"],
  ["families", "for (const h of looseHolds(route, nodes)) named.add(r * nodes + route.holdTo[h]);", ""],
  ["paths", "least[device] = Math.max(least[device], held)", "least[device] = Math.max(least[device], held) + 1"],
  ["clauses", "return families.reduce((sum, { count, needs }) => sum + count * needs.length * send, end);", "return end - 1;"],
  ["windows", "Math.max(heads[item], head,", "Math.max(heads[item], head + 1,"],
  ["windows", "heads[item - 1] + family.duration : 0", "heads[item - 1] + family.duration + 1 : 0"],
  ["windows", ".sort()", ".sort().reverse()"],
  ["clauses", "latest - tail)", "latest - tail - 1)"],
  ["clauses", "at > last[i]", "at >= last[i]"],
  ["clauses", "from > last[i]", "from >= last[i]"],
  ["clauses", "items.total === 0", "items.total < 0"],
  ["clauses", "source = 0; source", "source = 1; source"],
  ["clauses", "+ span - items.duration[item])", "+ span - items.duration[item] - 1)"],
  ["clauses", "most[item] < 0", "most[item] <= 0"],
  ["clauses", "Math.max(end, most[item] + items.duration[item])", "Math.max(end, most[item])"],
  ["clauses", "this.#started(before, t - lag)", "this.#started(before, t - lag - 1)"],
  ["clauses", "this.#started(this.#items.base[f], 0)", "this.#started(this.#items.base[f], -1)"],
  ["clauses", "this.#count(family, t - lag, 1)", "this.#count(family, t - lag - 1, 1)"],
  ["clauses", "one.value + other.value >= value", "one.value + other.value > value"],
  ["clauses", "begun.push(this.#any(firsts))", "begun.push(TRUE)"],
  ["clauses", "-this.#started(item, t - this.#items.duration[item])", "-this.#started(item, t - this.#items.duration[item] - 1)"],
  ["clauses", "t + span - this.#items.duration[item]", "t + span - this.#items.duration[item] - 1"],
  ["clauses", "this.#goal.makespan - work", "this.#goal.makespan - work - 1"],
  ["clauses", "begun.span - work", "begun.span - work - 1"],
  ["clauses", "busy.push(-begun.begun[t], begun.done[t])", "busy.push(begun.done[t])"],
  ["clauses", "busy.push(-begun.begun[t], begun.done[t])", "busy.push(-begun.begun[t])"],
  ["clauses", "this.#started(base + k, t - duration)]", "this.#started(base + k, t - duration - 1)]"],
  ["clauses", "this.#sink.add(both, -a, -b)", "this.#sink.add(both)"],
  ["clauses", "allowed < 0", "allowed <= 0"],
  ["clauses", "this.#sink.add(-before[slack])", "this.#sink.add()"],
  ["clauses", "this.#sink.add(-before[i - 1], ...open, after[i])", "this.#sink.add(-before[i - 1], after[i])"],
  ["clauses", "memory.room < 0", "memory.room <= 0"],
  ["clauses", "this.#count(family, t, amount)", "this.#count(family, t + 1, amount)"],
  ["clauses", "t - this.#given.families[family].duration, amount", "t - this.#given.families[family].duration - 1, amount"],
  ["clauses", "freed, memory.room)", "freed, memory.room - 1)"],
  ["sums", "certain * weight", "(certain + 1) * weight"],
  ["sums", "(k + 1) * weight", "(k + 2) * weight"],
  ["sums", "other.literal, sum[at].literal)", "other.literal, sum[at + 1]?.literal ?? FALSE)"],
  ["sums", "-(sum[at + 1]?.literal ?? FALSE)", "-sum[at].literal"],
  ["sums", "level.value >= value", "level.value > value"],
  ["sums", "enough(one.value + other.value - room)", "enough(one.value + other.value - room + 1)"],
  ["families", "duration[other] + (device[other] === device[node] ? 0 : send)", "duration[other] + send"],
  ["families", "room: cap - problem.always[device]", "room: cap - problem.always[device] - 1"],
  ["families", "Math.floor(room / amount)", "Math.floor(room / amount) - 1"],
  ["families", "gap, lag: ends }", "gap, lag: ends + 1 }"],
  ["families", "need.lag + ends }", "need.lag + ends + 1 }"],
  ["families", "frees.set(to, freed.get(key) ?? 0)", "frees.set(to, route.holdAmount[h])"],
  ["families", "if (home !== device) return;", ""],
  ["families", "{route.device[node]} ", "{0} "],
  ["families", "{route.stream[node]} ", "{0} "],
  ["families", "{route.duration[node]} ", "{0} "],
  ["families", "{frees}`", "{0}`"],
  ["bounds", "heads[item] + tails[item])", "heads[item] + tails[item] + 1)"],
  ["bounds", "room < 0", "room <= 0"],
  ["bounds", "from[item] = 0", "from[item] = 1"],
  ["bounds", "to[item] = items.duration[item]", "to[item] = items.duration[item] + 1"],
  ["bounds", "heads[a] - heads[b]", "heads[b] - heads[a]"],
  ["bounds", "tails[item] - duration[item] >= threshold", "true"],
  ["paths", "route.holdTo[h]) + route.duration[route.holdTo[h]]", "route.holdTo[h]) + route.duration[route.holdTo[h]] + 1"],
  ["paths", "paths.get(from)?.[to] ?? Number.NEGATIVE_INFINITY", "Math.max(0, paths.get(from)?.[to] ?? 0)"],
  ["paths", "(device[node] === device[next] ? 0 : send)", "send"],
  ["bounds", "head = Math.min(head, heads[item])", "head = Math.max(head === Number.POSITIVE_INFINITY ? 0 : head, heads[item])"],
  ["bounds", "tail = Math.min(tail, tails[item] - items.duration[item])", "tail = Math.min(tail, tails[item])"],
  ["bounds", "held + most - 1n", "held + most"],
  ["bounds", "(needs.length + 1) * goal.problem.send", "0"],
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
