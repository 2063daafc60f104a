// The catalogue in `proofs/`: each folder has its file, and the index says of it what is claimed in it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { verify } from "../src/session.ts";

const proofs = resolve(import.meta.dirname, "../proofs");
const notSchedules = ["laws", "optimal"];
const folders = readdirSync(proofs, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !notSchedules.includes(entry.name))
  .map((entry) => entry.name);

interface Row {
  readonly name: string;
  readonly link: string;
  readonly peak: string;
}
const index: Row[] = [
  ...readFileSync(join(proofs, "README.md"), "utf8").matchAll(/^\|[^|]*\| \[([^\]]+)\]\(([^)]+)\) \|[^|]*\| `([^`]+)` \|.*$/gm),
].map(([, name, link, peak]) => ({ name, link, peak }));

describe("the catalogue", () => {
  test.each(folders)("%s has a file of its name", (name) => {
    expect(existsSync(join(proofs, name, `${name}.pipe`))).toBe(true);
  });

  test("the index lists the folders, each once", () => {
    expect(index.map((row) => row.name).sort()).toEqual([...folders].sort());
    for (const row of index) expect(row.link).toBe(`${row.name}/${row.name}.pipe`);
  });

  test.each(index)("the index quotes the peak that $name claims", ({ link, peak }) => {
    const claims = readFileSync(join(proofs, link), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("claim "));
    const ends = claims.map((line) => line.replace(/\s*\/\/.*$/, "").trim());
    expect(ends.some((line) => /: peak\(.*\) == [^=]*$/.test(line) && !/on device/.test(line) && line.endsWith(`== ${peak}`))).toBe(true);
  });
});

describe("every claim of the catalogue", () => {
  test.each(folders)("%s is proved", async (name) => {
    const path = join(proofs, name, `${name}.pipe`);
    const report = await verify([{ path, text: readFileSync(path, "utf8") }]);
    const [{ claims, diagnostics }] = report.files;
    expect(diagnostics).toEqual([]);
    expect(claims.filter((claim) => claim.verdict !== "proved").map((claim) => [claim.title, claim.verdict, claim.reason])).toEqual([]);
    expect(claims.length).toBeGreaterThan(3);
  });
});
