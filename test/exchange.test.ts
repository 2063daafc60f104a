// `convert` to and from our own JSON and the language: what goes out comes back the same, for the catalogue and for random problems; bad JSON is
// refused with its place; the orders are as short as they should be.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { type Exchanged, formats, readAs, readProgram, writeAs } from "../src/convert.ts";
import { json } from "../src/exchange/json/json.ts";
import { expressionOf } from "../src/exchange/pipe/expression.ts";
import { orderLines } from "../src/exchange/pipe/lines.ts";
import { pipe } from "../src/exchange/pipe/pipe.ts";
import { fraction } from "../src/fraction/index.ts";
import { load } from "../src/language/program.ts";
import { examine, folded, foldedToEnd } from "../src/schedule/index.ts";
import { verify } from "../src/session.ts";
import { randomExchanged, randomPipeline } from "./exchange/problems.ts";

const proofs = resolve(import.meta.dirname, "../proofs");
const plain = { comms: false, orderComms: false, channel: "pair" } as const;
const reading = { path: "x.json", times: new Map<string, string>(), channel: "pair" } as const;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const validate = new Ajv2020().compile(JSON.parse(readFileSync(resolve(import.meta.dirname, "../schema/schedule.schema.json"), "utf8")));

function written(format: typeof json, schedule: Exchanged): string {
  const outcome = writeAs(format, schedule, plain);
  if (outcome.kind === "refused") throw new Error(outcome.complaints.map(({ code, message }) => `${code}: ${message}`).join("; "));
  return [...outcome.value[0].chunks].join("");
}
function back(text: string): Exchanged {
  const outcome = readAs(json, bytes(text), reading);
  if (outcome.kind === "refused") throw new Error(outcome.complaints.map(({ message }) => message).join("; "));
  return outcome.value;
}
const measuresOf = ({ problem, schedule }: Exchanged): unknown => {
  const examined = examine({ kind: "schedule", problem, source: { schedule } });
  if (examined.kind !== "schedule") throw new Error(examined.kind);
  const { makespan, span, peak, busy, peakOf } = examined.measures;
  const [time, amount] = [
    (n: number) => fraction.rational(n, problem.ticksPerUnit),
    (n: number) => fraction.rational(n, problem.partsPerUnit),
  ];
  return [time(makespan), time(span), time(busy), amount(peak), ...Array.from(peakOf, amount)];
};
/** Start of every pass in units of time, device by device in the order of its streams. */
const startsOf = ({ problem, schedule }: Exchanged): unknown =>
  Array.from(schedule.order.offsets.subarray(1), (to, list) =>
    Array.from(schedule.order.passes.subarray(schedule.order.offsets[list], to), (pass) => [
      Math.floor(pass / problem.nodes),
      fraction.print(fraction.rational(schedule.start[pass], problem.ticksPerUnit)),
    ]),
  );
const sizeOf = (text: string): number => [...text.matchAll(/device \d+ runs (.*)/g)].reduce((sum, [, order]) => sum + order.length, 0);

async function program(text: string, microbatches: number): Promise<Exchanged> {
  const profile = /^profile (\w+)/m.exec(text)?.[1];
  const read = await readProgram("x.pipe", text, { schedule: "Imported", parameters: new Map(), microbatches, profile });
  if (read.kind === "refused") throw new Error(`${read.complaints.map(({ code, message }) => `${code}: ${message}`).join("; ")}\n${text}`);
  return read.value;
}

describe("the catalogue", () => {
  const folders = readdirSync(proofs).filter((name) => !["laws", "optimal"].includes(name) && !name.includes("."));
  test.each(folders)("%s as JSON and as an order of the language", async (name) => {
    const text = readFileSync(join(proofs, name, `${name}.pipe`), "utf8");
    // The first schedule at the first size that it is meant for.
    const schedules = [...load({ path: "a.pipe", text }).program.schedules];
    const tried = [
      [4, 8],
      [4, 4],
      [3, 6],
    ].flatMap((size) => schedules.map(([schedule, { params }]) => ({ size, schedule, params })));
    for (const {
      size: [p, microbatches],
      schedule,
      params,
    } of tried) {
      const sizes: Readonly<Record<string, number>> = { p, n: microbatches, m: microbatches };
      const parameters = new Map(params.map(({ text: name }) => [name, fraction.rational(sizes[name] ?? 2)]));
      const read = await readProgram("a.pipe", text, { schedule, parameters, microbatches });
      if (read.kind === "refused") continue;
      const document = written(json, read.value);
      expect([validate(JSON.parse(document)), validate.errors]).toEqual([true, null]);
      const again = back(document);
      expect(again).toEqual(read.value);
      const order = written(pipe, read.value);
      const replayed = await program(order, microbatches);
      expect(startsOf(replayed)).toEqual(startsOf(again));
      expect(measuresOf(replayed)).toEqual(measuresOf(again));
      return;
    }
    expect.unreachable("no size that it is meant for");
  });
  test("what is written is proved as it stands, with the times of a profile", async () => {
    const csv = "0F0,0F1,0I0,0W0,0I1,0W1\r\n1F0,1I0,1W0,1F1,1I1,1W1\r\n";
    const torch = formats.get("torch-csv");
    if (torch === undefined) throw new Error("no such format");
    const read = readAs(torch, bytes(csv), {
      ...reading,
      times: new Map([
        ["F", "1.5"],
        ["send", "1/3"],
      ]),
      holds: "2/3",
    });
    if (read.kind === "refused") throw new Error("refused");
    const { files } = await verify([{ path: "x.pipe", text: written(pipe, read.value) }]);
    expect(files[0].diagnostics).toEqual([]);
    expect(files[0].claims.map(({ verdict }) => verdict)).toEqual(["proved", "proved", "proved", "proved"]);
  });
});

describe("random problems", () => {
  test("come back from JSON as they were", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const given = randomExchanged(seed);
      const document = written(json, given);
      expect([seed, back(document)]).toEqual([seed, given]);
      expect([...writtenAgain(document)]).toEqual([document]);
      if (seed <= 40) expect([seed, validate(JSON.parse(document)), validate.errors]).toEqual([seed, true, null]);
    }
  });
  test("from an order or from starts alone, too", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const given = randomExchanged(seed);
      const { order, starts, ...rest } = JSON.parse(written(json, given));
      expect([seed, startsOf(back(JSON.stringify({ ...rest, order })))]).toEqual([seed, startsOf(given)]);
      expect([seed, [...back(JSON.stringify({ ...rest, starts })).schedule.start]]).toEqual([seed, [...given.schedule.start]]);
    }
  });
  test("as a program replay to the same starts and measures, or are refused by name", { timeout: 60_000 }, async () => {
    const refusals: Record<string, number> = {};
    const count = 80;
    for (let seed = 1; seed <= count; seed++) {
      const given = randomExchanged(seed);
      const outcome = writeAs(pipe, given, plain);
      if (outcome.kind === "refused") {
        for (const { code } of outcome.complaints) refusals[code] = (refusals[code] ?? 0) + 1;
        continue;
      }
      const replayed = await program([...outcome.value[0].chunks].join(""), given.problem.microbatches);
      expect([seed, startsOf(replayed)]).toEqual([seed, startsOf(given)]);
      expect([seed, measuresOf(replayed)]).toEqual([seed, measuresOf(given)]);
    }
    // What random dependencies cannot be said in: few.
    expect(Object.keys(refusals).filter((code) => !["pipe-dependencies", "pipe-turn"].includes(code))).toEqual([]);
    expect(Object.values(refusals).reduce((sum, one) => sum + one, 0)).toBeLessThan(count / 5);
  });
});
const writtenAgain = function* (document: string): Generator<string> {
  yield written(json, back(document));
};

describe("random pipelines, in every format that is read and written", () => {
  const both = [...formats.values()].filter(({ read, write }) => read !== undefined && write !== undefined);
  test("are all there", () => expect(both.map(({ name }) => name).sort()).toEqual(["json", "torch-csv", "zb-nodes"]));
  for (const format of both) {
    test(`${format.name}, with messages and without`, () => {
      for (let seed = 1; seed <= 60; seed++) {
        const given = randomPipeline(seed);
        for (const comms of [false, true]) {
          const outcome = writeAs(format, given, { ...plain, comms });
          if (outcome.kind === "refused") throw new Error(`${seed} ${outcome.complaints.map(({ message }) => message).join("; ")}`);
          const text = [...outcome.value[0].chunks].join("");
          const read = readAs(format, bytes(text), reading);
          if (read.kind === "refused") throw new Error(`${seed} ${read.complaints.map(({ message }) => message).join("; ")}`);
          expect([seed, startsOf(read.value)]).toEqual([seed, startsOf(given)]);
          expect([seed, measuresOf(read.value)]).toEqual([seed, measuresOf(given)]);
          // From what was read every other format writes what it writes from the schedule itself.
          for (const other of both) {
            const [mine, theirs] = [writeAs(other, read.value, plain), writeAs(other, given, plain)];
            if (mine.kind === "refused" || theirs.kind === "refused") throw new Error(`${seed} ${other.name}`);
            const [a, b] = [mine, theirs].map(({ value }) => [...value[0].chunks].join(""));
            if (other.name !== "json" && !(comms && format.name === other.name)) expect([seed, a]).toEqual([seed, b]);
          }
        }
      }
    });
  }
  test("zb-nodes knows the script behind a CSV, and the other way round", () => {
    const [torch, zb] = ["torch-csv", "zb-nodes"].map((name) => formats.get(name));
    if (torch === undefined || zb === undefined) throw new Error("no such format");
    const csv = "0F0,0F1,0B0,0I1,0W1\r\n1F0,1B0,1F1,1I1,1W1\r\n";
    const first = readAs(torch, bytes(csv), reading);
    if (first.kind === "refused") throw new Error("refused");
    const second = readAs(zb, bytes(written(zb, first.value)), reading);
    if (second.kind === "refused") throw new Error("refused");
    expect(written(torch, second.value)).toBe(csv);
  });
});

test("a schedule in which nothing runs, in every format: written, or refused by name", () => {
  const { problem, ...rest } = randomPipeline(1);
  const order = { offsets: new Int32Array(problem.devices + 1), passes: new Int32Array() };
  const empty: Exchanged = { ...rest, problem: { ...problem, microbatches: 0 }, schedule: { order, start: new Float64Array() } };
  for (const format of formats.values()) {
    const outcome = writeAs(format, empty, { ...plain, comms: true });
    if (outcome.kind === "refused") expect(outcome.complaints[0].message).not.toBe("");
    else for (const { chunks } of outcome.value) expect([...chunks].join("")).not.toContain("NaN");
  }
  expect(back(written(json, empty))).toEqual(empty);
});

describe("orders are short", () => {
  test("powers, powers in powers, and a star at the end", () => {
    const words = (text: string): string[] => text.split(" ");
    expect(folded(words("a a a b c b c c"))).toBe("a^3 (b c)^2 c");
    expect(folded(words("a a b a a b"))).toBe("(a^2 b)^2");
    expect(foldedToEnd(words("F F F B F B F B B B"))).toBe("F^2 (F B)*");
    expect(foldedToEnd(words("F F B B"))).toBe("F^2 B*");
    expect(foldedToEnd(words("F"))).toBe("F");
    expect(foldedToEnd(words("x a b a c a b a c x"))).toBe("x (a b a c)^2 x");
  });
  test("a star takes nothing that is taken later", () => {
    // After the first two `a b` an `a` is left; a star would take it before `c`.
    expect(foldedToEnd(["a", "b", "a", "b", "c", "a"])).toBe("(a b)^2 c a");
  });
  test("one line for all devices whose numbers go with the device, the others on their own", () => {
    const lines = (...orders: readonly string[]): string[] =>
      orderLines(orders).map((line) => line.trim().replace("device ", "").replace(" runs", ":"));
    // The last has a power of 0.
    expect(lines("F[0]^3 (F[0] B[0])*", "F[1]^2 (F[1] B[1])*", "F[2] (F[2] B[2])*", "(F[3] B[3])*")).toEqual([
      "d: F[d]^(3-d) (F[d] B[d])*",
    ]);
    expect(lines("F[0] B[7]", "F[1] B[6]", "F[2] B[5]")).toEqual(["d: F[d] B[7-d]"]);
    expect(lines("F[-1,0]^2 G", "F[-1,2]^4 G", "F[-1,4]^6 G")).toEqual(["d: F[-1,2d]^(2d+2) G"]);
    expect(lines("F[0]^9 B[0]", "F[1] B[1]", "F[2] B[2]", "F[3] B[3]")).toEqual([
      "0: F[0]^9 B[0]",
      "1: F[1] B[1]",
      "2: F[2] B[2]",
      "3: F[3] B[3]",
    ]);
    expect(lines("F[0] B[0]", "F[1] B[1]", "F[2] B[2]", "B[3]* F[3]")).toEqual(["3: B[3]* F[3]", "d: F[d] B[d]"]);
    // Two are too few, and a line for all would be one for a device without passes, too.
    expect(lines("F[0]", "F[1]")).toEqual(["0: F[0]", "1: F[1]"]);
    expect(lines("F[0]", "F[1]", "F[2]", "")).toEqual(["0: F[0]", "1: F[1]", "2: F[2]"]);
  });
  test("as long for 512 microbatches as for 16", async () => {
    const v = readFileSync(join(proofs, "v-half/v-half.pipe"), "utf8");
    const sizes = [];
    for (const microbatches of [16, 512]) {
      const read = await readProgram("a.pipe", v, { schedule: "VHalf", parameters: new Map([["p", fraction.rational(4)]]), microbatches });
      if (read.kind === "refused") throw new Error("refused");
      sizes.push(sizeOf(written(pipe, read.value)));
    }
    expect(sizes[1]).toBe(sizes[0]);
  });
  test("placements and times in the expressions that people write", () => {
    const table = (of: (s: number) => number | string): string | null =>
      expressionOf(
        Array.from({ length: 8 }, (_, s) => `${of(s)}`),
        0,
        "s",
      );
    expect(table((s) => s)).toBe("s");
    expect(table((s) => s % 4)).toBe("s mod 4");
    expect(table((s) => Math.min(s, 7 - s))).toBe("min(s, 7-s)");
    expect(table((s) => Math.floor(s / 2))).toBe("s div 2");
    expect(table(() => "18.5")).toBe("18.5");
    expect(table((s) => (s === 0 ? 21 : 18))).toBe("if s < 1 then 21 else 18");
    expect(table((s) => 2 * s * s)).toContain("if s < ");
  });
});

describe("bad JSON", () => {
  const good = written(json, randomExchanged(2));
  const cases: readonly (readonly [what: string, text: string, code: string, says: string, words?: string])[] = [
    ["nothing", " \n ", "json", "empty", "line 1, column 1"],
    ["a byte order mark", `\ufeff${good}`, "json", "byte order mark"],
    ["no JSON", "schedule", "json", "not JSON"],
    ["a list", "[]", "json", "An object is wanted"],
    ["something of another tool", '{"traceEvents": []}', "json", "`traceEvents`", "line 1, column 2"],
    ["another format", '{"format": "bubbleproof/report"}', "json", "not a schedule of ours"],
    ["another version", good.replace('"version":1', '"version":2'), "json", "version 1"],
    ["a key twice", good.replace('\n"streams"', '\n"title":"x",\n"streams"'), "json", "twice"],
    ["a key that is missing", '{"format":"bubbleproof/schedule"}', "json", "`version` is missing"],
    ["something behind it", `${good}x`, "json", "follows"],
    ["cut off", good.slice(0, good.length / 2), "json", ""],
    ["a trailing comma", good.replace('"version":1', '"version":1,'), "json", "key in quotes"],
    ["deep brackets", `{"problem":${"[".repeat(200_000)}`, "json", "brackets"],
    ["deep objects", `{"problem":${'{"a":'.repeat(200_000)}`, "json", "brackets"],
    ["a control character", good.replace("seed", "se\u0001ed"), "json", "control"],
    ["an escaped one", good.replace("seed", "se\\u0001ed"), "json", "control"],
    ["half a surrogate", good.replace("seed", "\\ud800"), "json", "control"],
    ["a start that is no whole number", good.replace(/"starts":\[\d/, '"starts":[1.5'), "json", "whole number"],
    ["a start below zero", good.replace(/"starts":\[\d/, '"starts":[-1'), "json", "whole number"],
    ["a start beyond 2^53", good.replace(/"starts":\[\d/, '"starts":[9007199254740993'), "json", "whole number"],
    ["a start too few", good.replace(/,\d+\],\n"streams"/, '],\n"streams"'), "json-starts", "starts"],
    ["starts that overlap", good.replace(/"starts":\[[^\]]*\]/, (all) => all.replace(/\d+/g, "0")), "json-invalid", ""],
    [
      "neither order nor starts",
      good.replace(/"order":\[[\s\S]*?\],\n"problem"/, '"problem"').replace(/"starts":\[[^\]]*\],\n/, ""),
      "json-schedule",
      "neither",
    ],
    ["a list too few", good.replace(/"order":\[\[[^\]]*\],?\n?/, '"order":['), "json-order", "lists"],
    ["a problem that is none", good.replace(/"devices":\d+/, '"devices":0'), "json", "problem"],
  ];
  for (const [what, text, code, says, words] of cases)
    test(what, () => {
      expect(text).not.toBe(good);
      const outcome = readAs(json, bytes(text), reading);
      const [first] = outcome.kind === "refused" ? outcome.complaints : [];
      expect([first?.code, first?.message]).toEqual([code, expect.stringContaining(says)]);
      if (words !== undefined) expect(first?.place?.words).toBe(words);
    });
  test("not UTF-8", () => {
    const latin = bytes(good);
    latin[good.indexOf("seed")] = 0xe9;
    expect(readAs(json, latin, reading)).toMatchObject({ kind: "refused" });
  });
  test("a pass that stands twice, never, or in a circle is named", () => {
    const { order, starts, ...rest } = JSON.parse(good);
    const lists: number[][] = order;
    const at = lists.findIndex((list) => list.length > 1);
    const message = (other: number[][]): string => {
      const outcome = readAs(json, bytes(JSON.stringify({ ...rest, order: other })), reading);
      return outcome.kind === "refused" ? outcome.complaints[0].message : "taken";
    };
    const change = (of: (list: number[]) => number[]): number[][] => lists.map((list, i) => (i === at ? of(list) : list));
    expect(message(change((list) => [...list, list[0]]))).toContain("runs twice");
    expect(message(change((list) => list.slice(0, -1)))).toMatch(/never runs/);
    expect(message(change((list) => [...list, 10_000]))).toContain("There is no pass 10000");
    expect(message(lists.map((list) => [...list].reverse()))).toMatch(/circle|needs|before|of microbatch/);
    expect(starts.length).toBeGreaterThan(0);
  });
  test("whatever byte is changed, nothing is thrown", () => {
    const original = bytes(good);
    for (let at = 0; at < original.length; at += 3) {
      for (const byte of [0x22, 0x30, 0x5d, 0xff]) {
        const changed = original.slice();
        changed[at] = byte;
        expect(["done", "refused"]).toContain(readAs(json, changed, reading).kind);
      }
    }
  });
  test("names with markup stay what they are, and become names that the language has", async () => {
    const marked = Array.from({ length: 200 }, (_, seed) => randomExchanged(seed)).filter(({ nodes }) =>
      nodes.some(({ family }) => family === "x<i>"),
    );
    const given = marked.find((one) => writeAs(pipe, one, plain).kind === "done");
    if (given === undefined) throw new Error("no such seed");
    const text = written(pipe, given);
    expect(back(written(json, given)).nodes).toEqual(given.nodes);
    expect(text).not.toMatch(/x<i>\[/);
    expect(text.split("\n")[0]).toContain('<b>"quoted"</b>');
  });
});
