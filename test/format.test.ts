// The canonical layout: nothing lost, nothing changed in meaning, and a second time changes nothing.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format } from "../src/language/format.ts";
import { parse } from "../src/language/parse.ts";

const cases = join(import.meta.dirname, "cases");
const proofs = resolve(import.meta.dirname, "../proofs");
const programs = [
  ...["programs", "refused"].flatMap((folder) => readdirSync(join(cases, folder)).map((name) => join(cases, folder, name))),
  ...readdirSync(proofs, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".pipe"))
    .map((name) => join(proofs, name)),
].sort();

const tokens = (text: string): string[] =>
  (text.match(/\/\/[^\n]*|"[^"\n]*"?|\d+(?:\.\d+)?%?|[A-Za-z_]\w*|\.\.|[=!<>]=|\S/g) ?? []).map((token) => token.trimEnd());
/** A syntax tree without places. */
const bare = (part: unknown): unknown =>
  JSON.parse(JSON.stringify(part, (key, value) => (/span$/i.test(key) ? undefined : typeof value === "bigint" ? `${value}` : value)));

describe("format", () => {
  test("has programs to look at", () => expect(programs.length).toBeGreaterThan(20));
  for (const path of programs) {
    const text = readFileSync(path, "utf8");
    test(path.split("/").slice(-2).join("/"), () => {
      const formatted = format(text);
      expect(tokens(formatted)).toEqual(tokens(text));
      expect(format(formatted)).toBe(formatted);
      expect(bare(parse(formatted).declarations)).toEqual(bare(parse(text).declarations));
    });
  }
  test("whatever the white space was", () => {
    const texts = programs.map((path) => readFileSync(path, "utf8"));
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.infiniteStream(fc.nat(9)), (text, chances) => {
        // Widen spaces, indent, add blank lines and trailing spaces, never join or split a token or a line.
        const next = (): number => chances.next().value ?? 0;
        const messy = text.replace(/[ \n]/g, (space) =>
          space === "\n" ? `${" ".repeat(next() % 3)}${next() > 7 ? "\n\n\n" : "\n"}${" ".repeat(next())}` : next() > 7 ? "   " : " ",
        );
        const formatted = format(messy);
        expect(tokens(formatted)).toEqual(tokens(messy));
        expect(format(formatted)).toBe(formatted);
        expect(bare(parse(formatted).declarations)).toEqual(bare(parse(messy).declarations));
      }),
      { seed: 1, numRuns: 150 },
    );
  });
  test("indents, spaces and blank lines", () => {
    expect(
      format("pipeline   P( p ){\r\n\n\tdevices p\n     pass F[s in 0 .. p-1]   on device s   // here\n\n\n\n  let a = 2p+1\n}\n\n\n"),
    ).toBe("pipeline P(p) {\n  devices p\n  pass F[s in 0..p-1]   on device s   // here\n\n  let a = 2p+1\n}\n");
    expect(format('claim "x" for all p >= 2: 1 == 1\nand 2 == 2')).toBe('claim "x" for all p >= 2: 1 == 1\n  and 2 == 2\n');
    expect(format("")).toBe("");
  });
});
