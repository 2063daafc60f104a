// Every error code is explained, and its examples are true: the wrong one gives this code first, the right one nothing.
import { describe, expect, test } from "vitest";
import { codes } from "../src/language/diagnostic.ts";
import { explain, explanations } from "../src/language/explain/index.ts";
import { verify } from "../src/session.ts";

const fileCodes = new Set(["not-found", "not-a-file", "unreadable", "not-text"]);
const diagnosed = async (text: string): Promise<string[]> =>
  (await verify([{ path: "example.pipe", text }])).files[0].diagnostics.map((one) => one.code);

describe("explanations", () => {
  test("one for each code", () => {
    expect([...explanations.keys()].sort()).toEqual([...codes].sort());
    expect(explain("no-such-code")).toBeUndefined();
  });
  for (const one of explanations.values()) {
    test(one.code, async () => {
      expect(one.text.length).toBeGreaterThan(60);
      if (fileCodes.has(one.code)) return expect(one.wrong + one.right).toContain("bubbleproof verify");
      expect((await diagnosed(one.wrong))[0]).toBe(one.code);
      expect(await diagnosed(one.right)).toEqual([]);
    });
  }
});
