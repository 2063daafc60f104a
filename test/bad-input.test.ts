// Bad programs as files: the first line of each says which errors are expected, in the order of their places; a line `// says:` after
// it is a part of what is shown. `defect`: no error of the text, but the kernel finds no schedule in it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCode } from "../src/report/exit.ts";
import { reportJson } from "../src/report/json.ts";
import { reportText } from "../src/report/text.ts";
import { verify } from "../src/session.ts";

const folder = join(import.meta.dirname, "cases/bad");

describe("bad programs", () => {
  const names = readdirSync(folder).sort();
  test("are many", () => expect(names.length).toBeGreaterThan(20));
  for (const name of names) {
    test(name, async () => {
      const text = readFileSync(join(folder, name), "utf8");
      const expected = /^\/\/ expects: (.*)$/m.exec(text)?.[1].split(" ") ?? [];
      const says = [...text.matchAll(/^\/\/ says: (.*)$/gm)].map((found) => found[1]);
      const report = await verify([{ path: name, text }]);
      const [{ diagnostics, claims }] = report.files;
      if (expected[0] === "defect") {
        expect(diagnostics).toEqual([]);
        expect(claims.map((claim) => claim.verdict)).toContain("refuted");
        expect(exitCode(report)).toBe(1);
        return;
      }
      expect(diagnostics.map((one) => one.code)).toEqual(expected);
      expect(exitCode(report)).toBe(2);
      // Every error shows its own line with carets under it.
      const shown = reportText(report, { color: false, width: 100, quiet: false });
      for (const one of diagnostics) expect(shown).toContain(`error[${one.code}]`);
      for (const part of says) expect(shown).toContain(part);
      expect(shown.match(/ \| .*\^/g)?.length).toBeGreaterThanOrEqual(diagnostics.length);
    });
  }

  test("10,000 brackets, never closed", async () => {
    const { files } = await verify([{ path: "open.pipe", text: `claim "x": ${"(".repeat(10_000)}1 == 1\n` }]);
    expect(files[0].diagnostics.map((one) => one.code)).toEqual(["unclosed"]);
  });
  test.each([
    ["round", "(", ")"],
    ["square", "F[", "]"],
    ["curly", "{", "}"],
  ])("10,000 nested brackets, %s", async (_, open, close) => {
    const text = `claim "x": ${open.repeat(10_000)}1${close.repeat(10_000)} == 1\n`;
    const { files } = await verify([{ path: "deep.pipe", text }]);
    expect(files[0].diagnostics.map((one) => one.code)).toEqual(["limit"]);
    expect(files[0].diagnostics[0].message).toContain("`nesting`");
  });

  // Limits, and what would run or grow without end: an error with a place, or `unknown` with a reason.
  const two = "pipeline P { devices 1  pass F on device 0  pass G on device 0 after F  holds 1 from F to G }\n";
  const order = (steps: string): string => `${two}schedule S of P { device 0 runs ${steps} }\nclaim "x": makespan(S, m = 2) == 4\n`;
  const claim = (body: string): string => `claim "x" for p in 1..2: ${body}\n`;
  const block = (items: string): string => `${two}schedule S of P every ${items}\n`;
  const squares = Array.from({ length: 26 }, (_, i) => `let a${i + 1} = a${i} * a${i}`).join("  ");
  test.each([
    ["3,000 else ifs", claim(`${"if p == 1 then 1 else ".repeat(3000)}1 == 1`), "`nesting`"],
    ["3,000 then ifs", claim(`${"if p == 1 then ".repeat(3000)}1${" else 1".repeat(3000)} == 1`), "`nesting`"],
    ["3,000 implies", claim(`${"p == 1 implies ".repeat(3000)}p == 1`), "`nesting`"],
    ["10,000 signs", claim(`${"-".repeat(10_000)}1 == 1`), "`nesting`"],
    ["10,000 nots", claim(`${"not ".repeat(10_000)}1 == 1`), "`nesting`"],
    ["90 nots in each of 90 ifs", claim(`${`${"not ".repeat(90)}1 == if p == 1 then `.repeat(90)}1`), "`nesting`"],
    ["3,000 devices", claim(`${"peak on device ".repeat(3000)}1 == 1`), "`nesting`"],
    ["3,000 choices", order("if 1 == 1 then F else G ".repeat(3000)), "`nesting`"],
    ["a sum of 4,000 terms", claim(`1${" + 1".repeat(4000)} == 1`), "`operators`"],
    ["5,000 ands", claim(`${"p >= 1 and ".repeat(5000)}p >= 1`), "`operators`"],
    ["5,000 arguments", claim(`min(1${", 1".repeat(5000)}) == 1`), "`operators`"],
    ["a number of 90,000 digits", claim(`${"1".repeat(90_000)} == 1`), "`digits`"],
    ["a declaration without end", order("F G ".repeat(100_000)), "`declaration-characters`"],
    ["a name without end", claim(`${"x".repeat(90_000)} == 1`), "xxx...xxx"],
    ["more errors than anybody reads", claim("q == 1").repeat(1000), "`errors`"],
    [
      "squares of squares",
      `pipeline P { devices 1  let a0 = 3  ${squares}  pass F on device 0 }\nschedule S of P every 1 { F at 0 }\n`,
      "`digits`",
    ],
    ["a range without end in an order", order("(F G for c in 0..10000000000000)"), "`values`"],
    [
      "a range without end, empty inside",
      "pipeline P { devices 1  pass F[i in 0..1000000000000, k in 1..0] on device 0 }\nschedule S of P every 1 { F[i, k] at i }\n",
      "`passes-of-a-microbatch`",
    ],
    [
      "too many dependencies",
      "pipeline P { devices 1  pass F[i in 0..9999] on device 0  pass G[i in 0..9999] on device 0 after F[all] }\nschedule S of P every 20000 { F[i] at i  G[i] at 10000 + i }\n",
      "`dependencies`",
    ],
    [
      "microbatches without end, and no pass",
      `pipeline P { devices 1  stages s in 1..0 on device j  pass F[s] }
schedule S of P { device 0 runs (F[s] for s in 1..0) }
claim "x": makespan(S, m = 1000000000000000) == 0\n`,
      "`microbatches`",
    ],
  ])("%s", async (_, text, says) => {
    const report = await verify([{ path: "much.pipe", text }]);
    expect(reportText(report, { color: false, width: 100, quiet: false })).toContain(says);
    expect(exitCode(report)).toBe(2);
  });

  test.each([
    ["a range that its condition leaves empty", 'claim "x" for p in 1..1000000000000000, p < 0: p == 1\n', "unknown", "the time was up"],
    ["a range that is empty inside", 'claim "x" for p in 1..1000000000000000, q in 1..0: p == 1\n', "unknown", "the time was up"],
    [
      "routes of many microbatches",
      'pipeline P { devices 1  pass F[i in 0..99] on device j - j }\nschedule S of P { device 0 runs (F[c] for c in 0..99)* }\nclaim "x": makespan(S, m = 200000) == 1\n',
      "unknown",
      "the time was up",
    ],
    ["passes that meet only far away", block("2 { F at 0  G at 1000000000000 }"), "unknown", "more than 2^21 passes"],
    ["slots beyond all bounds", block("2 { F at 0 - 9007199254740991  G at 9007199254740990 }"), "unknown", "slots beyond 2^53"],
    [
      "names that double",
      `${two.replace("P {", "P(p) {")}schedule S(p) of P(p) every 2 { let a0 = p  ${squares.replaceAll("*", "-")}  F at a26 - a26  G at 1 }\n`,
      "unknown",
      "too long",
    ],
    ["an interval without end", block("1000000000000 { F at 0  G in the first free slot }"), "proved", ""],
    [
      "passes far apart",
      `${block("2 { F at 0  G at 1000000000001 }")}claim "x": makespan(S, m = 9) == 18\n`,
      "unknown",
      "more than 2^21 passes",
    ],
    ["one residue class of many", 'claim "x" for all p >= 1: p mod 100000000 >= 0\n', "unknown", "residue classes"],
  ])("%s", async (_, text, verdict, says) => {
    const report = await verify([{ path: "long.pipe", text }], { timeout: 1500 });
    const [{ claims, diagnostics }] = report.files;
    expect(diagnostics).toEqual([]);
    expect(claims.map((one) => one.verdict)).toContain(verdict);
    expect(claims.map((one) => one.reason ?? "").join()).toContain(says);
    expect(exitCode(report)).toBe(verdict === "proved" ? 0 : 3);
  });

  test("a bug of ours stays with its claim", async () => {
    const text = 'claim "good": 1 == 1\nclaim "bug" for all p >= 1: p * p >= 1\nclaim "also good": 2 == 2\n';
    let calls = 0;
    const now = (): number => {
      if (++calls === 3) throw new TypeError("broken clock");
      return 0;
    };
    const report = await verify(
      [
        { path: "a.pipe", text },
        { path: "b.pipe", text: 'claim "other": 1 == 1\n' },
      ],
      { now },
    );
    const verdicts = report.files.flatMap((file) => file.claims.map((one) => one.verdict));
    expect(verdicts.filter((one) => one === "proved").length).toBeGreaterThan(0);
    expect(reportText(report, { color: false, width: 100, quiet: false })).toContain("internal error: broken clock");
    expect(JSON.parse(reportJson(report, false)).claims.map((one: { reason?: string }) => one.reason)).toContain(
      "internal error: broken clock",
    );
    expect(exitCode(report)).toBe(70);
  });
});
