// The format of certificates: what is written is read again as the same bytes, and everything else is refused with its place.

import { describe, expect, test } from "vitest";
import { canonical, type Json, parseCanonical } from "../src/certificate/json.ts";
import { readCertificate } from "../src/certificate/read.ts";
import type { Certificate, Named } from "../src/certificate/statement.ts";
import { certificateText, statementDigest } from "../src/certificate/write.ts";
import { term } from "../src/kernel/index.ts";
import { retime } from "../src/schedule/index.ts";
import { randomOrder, randomProblem } from "./oracle/oracle.ts";

const named = (seed: number): Named => {
  const problem = randomProblem(seed, true);
  return { problem, names: Array.from({ length: problem.nodes }, (_, node) => `N[${node}]`) };
};

/** A certificate of each kind about some problem. Whether it is true is not asked here. */
function some(seed: number): Certificate[] {
  const own = named(seed);
  const { problem } = own;
  const order = randomOrder(problem, seed);
  const timed = retime(problem, order);
  const passes = problem.nodes * problem.microbatches;
  const starts = timed.kind === "timed" ? timed.start : new Float64Array(passes);
  const lists = Array.from({ length: problem.devices * problem.streams }, (_, l) =>
    order.passes.slice(order.offsets[l], order.offsets[l + 1]),
  );
  const title = `seed ${seed}, "quoted" \\ and Ü`;
  const measure = term.compare({ op: "measure", measure: { name: "makespan", schedule: 0 } }, "<=", term.number(7n * BigInt(seed), 3));
  const instance = {
    parameters: [["p", { num: 2n ** 60n, den: 1n }]] as const,
    claim: term.and(measure, { op: "valid", schedule: 0 }),
    subjects: [
      { kind: "schedule", named: own, starts },
      { kind: "block", named: own, interval: 4, starts: starts.map((t) => t - 3), stages: new Int32Array(problem.nodes).fill(-1) },
      { kind: "pipeline", named: { ...own, names: own.names.map((name) => `${name}'`) } },
    ] as const,
  };
  const goal = { named: own, makespan: 9, span: null, starts: [{ pass: 0, at: 1 }], orders: [Int32Array.of(1, 0)] };
  const refutations = [
    { kind: "load", device: 0, stream: 1, from: -1, to: 7, span: true, quantum: null },
    { kind: "held", pass: 1, quantum: { num: 1, den: 1 } },
    { kind: "windows", quantum: { num: 3, den: 2 } },
    { kind: "clauses", quantum: null, proof: { bytes: 5, sha256: "0".repeat(64) } },
  ] as const;
  return [
    { kind: "holds", title, instances: [instance, { ...instance, parameters: [] }], evidence: { passages: [[], []] } },
    { kind: "false", title, instance, evidence: { passages: [] } },
    { kind: "invalid", title, parameters: [], subject: instance.subjects[0], evidence: { kind: "early", pass: 1, needs: 0 } },
    {
      kind: "invalid",
      title,
      parameters: [],
      subject: { kind: "order", named: own, lists },
      evidence: { kind: "deadlock", cycle: [[0, 1]] },
    },
    {
      kind: "deadlock-free",
      title,
      instances: [{ parameters: [], order: { kind: "order", named: own, lists } }],
      evidence: { sequences: [order.passes] },
    },
    { kind: "possible", title, parameters: [], goal, evidence: { starts } },
    { kind: "impossible", title, instances: refutations.map(() => ({ parameters: [], goal })), evidence: { refutations } },
    {
      kind: "best",
      title,
      parameters: [],
      goal,
      objectives: [{ measure: "peak", value: 3, bound: 2 }],
      evidence: { starts, refutations: refutations.slice(0, 1) },
    },
  ];
}

const reasonOf = (text: string): string => {
  const reading = readCertificate(text);
  return reading.kind === "certificate" ? "read" : `${reading.kind}: ${reading.reason}`;
};

test("what is written is read, and written again as the same bytes", () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (const certificate of some(seed)) {
      const text = certificateText(certificate);
      const reading = readCertificate(text);
      expect(reasonOf(text)).toBe("read");
      if (reading.kind !== "certificate") continue;
      expect(certificateText(reading.certificate)).toBe(text);
      expect(reading.digests.statement).toBe(statementDigest(certificate));
    }
  }
});

test("statements are known by their digests, whatever their titles", () => {
  const [one] = some(1);
  const [other] = some(2);
  expect(statementDigest({ ...one, title: "another" })).toBe(statementDigest(one));
  expect(statementDigest(other)).not.toBe(statementDigest(one));
});

describe("canonical bytes", () => {
  const refusals: readonly [string, string][] = [
    ["a space", '{"a": 1}\n'],
    ["keys out of order", '{"b":1,"a":2}\n'],
    ["a key twice", '{"a":1,"a":1}\n'],
    ["a key twice, other values", '{"a":1,"a":2}\n'],
    ["a fraction", '{"a":1.5}\n'],
    ["a fraction that is whole", '{"a":1.0}\n'],
    ["an exponent", '{"a":1e3}\n'],
    ["a negative zero", '{"a":-0}\n'],
    ["beyond 2^53", '{"a":9007199254740993}\n'],
    ["an escape", '{"a":"\\u0041"}\n'],
    ["a control character", '{"a":"\\n"}\n'],
    ["half a surrogate pair", '{"a":"\\ud800"}\n'],
    ["no line feed", '{"a":1}'],
    ["two of them", '{"a":1}\n\n'],
    ["a byte order mark", '\ufeff{"a":1}\n'],
    ["cut off", '{"a":\n'],
    ["nothing", "\n"],
    ["brackets without end", `${"[".repeat(100_000)}\n`],
    ["brackets inside brackets", `${"[".repeat(300)}${"]".repeat(300)}\n`],
  ];
  test.each(refusals)("%s is refused", (_, text) => {
    expect(parseCanonical(text).kind).toBe("problem");
  });
  test("brackets in strings do not count", () => {
    expect(parseCanonical(`"${"[".repeat(1000)}\\""\n`).kind).toBe("value");
  });
});

// Each line changes the document of a good certificate in one place; the digests are made to agree again.
describe("what is refused", () => {
  const [good] = some(3);
  type Changes = { [key: string]: Json };
  const changed = (change: (document: Changes) => void): string => {
    const document = JSON.parse(certificateText(good));
    change(document);
    return `${canonical(document)}\n`;
  };
  test("a digest that does not agree", () => {
    expect(reasonOf(changed((d) => Object.assign(d.statement as Changes, { kind: "false" })))).toMatch(/digests.statement/);
    expect(reasonOf(changed((d) => Object.assign(d.digests as Changes, { problems: [] })))).toMatch(/digests.problems/);
  });
  test("other formats and versions, strange and missing keys", () => {
    expect(reasonOf(changed((d) => Object.assign(d, { format: "bubbleproof/report" })))).toMatch(/not a certificate/);
    expect(reasonOf(changed((d) => Object.assign(d, { version: 2 })))).toMatch(/version/);
    expect(reasonOf(changed((d) => Object.assign(d, { more: 1 })))).toMatch(/`more` is not known/);
    expect(reasonOf(changed((d) => delete d.title))).toMatch(/`title` is missing/);
    expect(reasonOf(changed((d) => Object.assign(d, { evidence: { kind: "schedule" } })))).toMatch(/evidence/);
    expect(reasonOf("[]\n")).toMatch(/object/);
    expect(reasonOf('{"__proto__":1}\n')).toMatch(/`__proto__` is not known/);
  });
  test("an empty statement", () => {
    expect(reasonOf(certificateText({ kind: "holds", title: "", instances: [], evidence: { passages: [] } }))).toMatch(/empty/);
    expect(reasonOf(certificateText({ kind: "impossible", title: "", instances: [], evidence: { refutations: [] } }))).toMatch(/empty/);
  });
});
