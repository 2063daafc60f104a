// The catalogue in `proofs/`: each folder has its file, and the index says of it what is claimed in it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { entries } from "../scripts/catalogue/entries.ts";
import { jsonOf, pageOf } from "../scripts/catalogue/page.ts";
import { drawCatalogue } from "../scripts/catalogue/picture.ts";
import { figuresOf, provedHow, recorded } from "../scripts/catalogue/rows.ts";
import { publishedBlocks } from "../scripts/frontier/blocks.ts";
import { drawFrontier } from "../scripts/frontier/picture.ts";
import { fileOf, frontierJson, instances, placements, readFrontier, same, sizes, solvePoint } from "../scripts/frontier/points.ts";
import { ordersIn, programOf } from "../scripts/frontier/program.ts";
import { recordedSpans } from "../scripts/frontier/spans.ts";
import { aboveLeast, tablesOf, withTables } from "../scripts/frontier/tables.ts";
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
    const row = recorded().find(({ file }) => file === `${name}/${name}.pipe`);
    if (row !== undefined) expect(provedHow(readFileSync(path, "utf8"), row.formula, claims)).toBe(row.proved);
  });
});

describe("the table of the catalogue", () => {
  test("is made of its rows", () => {
    expect(recorded().map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
    expect(pageOf(recorded())).toBe(readFileSync(join(proofs, "TABLE.md"), "utf8"));
    expect(jsonOf(recorded())).toBe(readFileSync(join(proofs, "catalogue.json"), "utf8"));
    expect(drawCatalogue(recorded(), recordedSpans().points)).toBe(readFileSync(resolve(proofs, "../docs/catalogue.svg"), "utf8"));
  });
  test.each(entries)("$name: replayed again, the same figures", async (entry) => {
    const row = recorded().find(({ name }) => name === entry.name);
    expect(row).toMatchObject(await figuresOf(entry));
    expect(existsSync(join(proofs, entry.folder, `${entry.folder}.svg`))).toBe(true);
  });
});

describe("the frontier", () => {
  const optimal = (file: string): string => readFileSync(join(proofs, "optimal", file), "utf8");
  const points = readFrontier(optimal("frontier.json"));
  const programs = placements.flatMap((placement) => sizes.map((devices) => fileOf({ placement, devices })));

  test("is whole and in order", () => {
    expect(points.map(({ placement, devices, microbatches, cap }) => ({ placement, devices, microbatches, cap }))).toEqual(instances);
    expect(frontierJson(points)).toBe(optimal("frontier.json"));
    for (const { makespan, bound, proved } of points) {
      expect(proved).toBe(makespan === bound);
      if (makespan !== null) expect(bound).toBeLessThanOrEqual(makespan);
    }
  });

  test("goes down with the cap", () => {
    for (const file of programs) {
      const makespans = points.filter((point) => fileOf(point) === file).map(({ makespan }) => makespan ?? Number.POSITIVE_INFINITY);
      expect(makespans).toEqual([...makespans].sort((a, b) => b - a));
    }
  });

  test.each([
    { devices: 2, microbatches: 4, cap: "2", makespan: 25 },
    { devices: 3, microbatches: 6, cap: "5/2", makespan: 39 },
    { devices: 4, microbatches: 8, cap: "5/2", makespan: 56 },
  ])("knows V, $devices devices, cap $cap: $makespan", ({ makespan, ...instance }) => {
    expect(points.find((point) => same(point, { placement: "v", ...instance }))).toMatchObject({ makespan, proved: true });
  });

  test("tables and picture show its points; no published schedule is below", async () => {
    const blocks = await publishedBlocks();
    for (const block of blocks) expect(aboveLeast(points, block)).toBeGreaterThanOrEqual(0);
    expect(withTables(optimal("README.md"), tablesOf(points, blocks))).toBe(optimal("README.md"));
    expect(drawFrontier(points, blocks)).toBe(readFileSync(resolve(proofs, "../docs/frontier.svg"), "utf8"));
  });

  test.each(programs)("%s has its schedules and claims, and they are proved", async (file) => {
    const own = points.filter((point) => fileOf(point) === file);
    const text = optimal(file);
    expect(programOf(own, ordersIn(file, text, own))).toBe(text);
    const [{ claims, diagnostics }] = (await verify([{ path: file, text }])).files;
    expect(diagnostics).toEqual([]);
    expect(claims.filter(({ verdict }) => verdict !== "proved").map(({ title }) => title)).toEqual([]);
    expect(claims.length).toBeGreaterThan(own.length);
  });

  test.each(points.filter(({ devices }) => devices === 2))("$placement, 2 devices, cap $cap: solved again, the same", async (point) => {
    expect((await solvePoint(point, {})).point).toEqual(point);
  });
});
