// Bad programs as files: the first line of each says which errors are expected, in the order of their places; a line `// says:` after
// it is a part of what is shown. `defect`: no error of the text, but the kernel finds no schedule in it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCode } from "../src/report/exit.ts";
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

  test.each([
    ["round", "(", ")"],
    ["square", "F[", "]"],
    ["curly", "{", "}"],
    ["never closed", "(", ""],
  ])("10,000 nested brackets, %s", async (_, open, close) => {
    const text = `claim "x": ${open.repeat(10_000)}1${close.repeat(10_000)} == 1\n`;
    const { files } = await verify([{ path: "deep.pipe", text }]);
    expect(files[0].diagnostics.map((one) => one.code)).toEqual(["limit"]);
    expect(files[0].diagnostics[0].message).toContain("`nesting`");
  });
});
