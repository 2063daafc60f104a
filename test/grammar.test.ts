// The examples beside the grammar's rules: `//+ "..."` must be taken by the rule below, `//- "..."` refused.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pipeGrammar } from "../src/language/grammar.ts";

interface Example {
  readonly rule: string;
  readonly taken: boolean;
  readonly text: string;
}

function examples(): Example[] {
  const found: Example[] = [];
  let pending: Omit<Example, "rule">[] = [];
  for (const line of readFileSync(join(import.meta.dirname, "../grammar/pipe.ohm"), "utf8").split("\n")) {
    const example = /^\s*\/\/([+-]) (.*)$/.exec(line);
    if (example !== null) {
      const texts: string[] = JSON.parse(`[${example[2]}]`);
      pending.push(...texts.map((text) => ({ taken: example[1] === "+", text })));
      continue;
    }
    const rule = /^\s*(\w+)(?: \([^)]*\))? =/.exec(line)?.[1];
    if (rule === undefined) continue;
    found.push(...pending.map((one) => ({ rule, ...one })));
    pending = [];
  }
  expect(pending).toEqual([]);
  return found;
}

describe("the examples in grammar/pipe.ohm", () => {
  const all = examples();
  test("are many, of both kinds", () => {
    expect(all.filter((one) => one.taken).length).toBeGreaterThan(50);
    expect(all.filter((one) => !one.taken).length).toBeGreaterThan(20);
  });
  for (const { rule, taken, text } of all) {
    test(`${rule} ${taken ? "takes" : "refuses"} ${text}`, () => {
      expect(pipeGrammar().match(text, rule).succeeded()).toBe(taken);
    });
  }
});
