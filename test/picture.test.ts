// Pictures: their structure, not their pixels.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { PictureInput } from "../src/exchange/picture.ts";
import { drawSvg } from "../src/exchange/svg.ts";
import { drawTerminal } from "../src/exchange/terminal.ts";
import { fraction } from "../src/kernel/index.ts";
import { show } from "../src/session.ts";

const path = resolve(import.meta.dirname, "../proofs/v-half/v-half.pipe");

async function picture(p: number, m: number): Promise<PictureInput> {
  const shown = await show({ path, text: readFileSync(path, "utf8") }, "VHalf", {
    parameters: new Map([["p", fraction.rational(p)]]),
    microbatches: m,
  });
  if (shown.kind !== "schedule") throw new Error(shown.kind);
  const { problem, schedule } = shown.examined;
  return {
    problem,
    schedule,
    nodes: shown.elaborated.nodes.map(({ label, family }) => ({ label, family: family.name.text })),
    streams: shown.elaborated.streams,
  };
}
const plain = { width: 100, color: false, unicode: false };

describe("in the terminal", () => {
  test("V-Half on 3 devices, 4 microbatches", async () => {
    const golden = readFileSync(join(import.meta.dirname, "cases/pictures/v-half-3-4.txt"), "utf8");
    expect(drawTerminal(await picture(3, 4), plain)).toBe(golden);
  });
  test("never wider than asked, one row a device, no colour codes unless asked", async () => {
    for (const [p, m] of [
      [2, 1],
      [4, 8],
      [8, 64],
      [16, 32],
    ]) {
      const input = await picture(p, m);
      for (const width of [60, 100, 200]) {
        const lines = drawTerminal(input, { ...plain, width })
          .trimEnd()
          .split("\n");
        expect(lines.length).toBe(p + 1);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
        expect(lines.join("")).not.toContain("\x1b");
      }
      expect(drawTerminal(input, { ...plain, color: true })).toContain("\x1b[");
    }
  });
  test("each pass stands once, where there is room for its name", async () => {
    const input = await picture(3, 4);
    const found = drawTerminal(input, plain).match(/[FBW]\d/g) ?? [];
    expect(found.length).toBe(input.schedule.start.length);
  });
  test("marks stand under their pass", async () => {
    const input = await picture(3, 4);
    const lines = drawTerminal(input, { ...plain, marks: new Set([0]) }).split("\n");
    const under = lines.findIndex((line) => line.includes("^"));
    expect(lines[under - 1].slice(lines[under].indexOf("^")).startsWith("F0")).toBe(true);
  });
  test("what overlaps is shown in a second row", async () => {
    const input = await picture(2, 2);
    const start = Float64Array.from(input.schedule.start);
    start[1] = start[0];
    start[3] = start[0];
    const lines = drawTerminal({ ...input, schedule: { ...input.schedule, start } }, plain)
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeGreaterThan(3);
  });
});

describe("as SVG", () => {
  test("one box a pass, the peaks, a title that is escaped", async () => {
    const input = await picture(4, 8);
    const svg = drawSvg(input, { title: 'V <half> & "more"', memory: true });
    const legend = 3;
    expect(svg.match(/class="box"/g)?.length).toBe(input.schedule.start.length + legend);
    expect(svg.match(/>peak 3</g)?.length).toBe(4);
    expect(svg).toContain("V &#60;half&#62; &#38; &#34;more&#34;");
    expect(svg).not.toContain("<half>");
    expect(drawSvg(input, { title: 'V <half> & "more"', memory: true })).toBe(svg);
  });
  test("large schedules stay small", async () => {
    const svg = drawSvg(await picture(32, 256), { title: "large", memory: true });
    expect(svg.length).toBeLessThan(4_000_000);
    expect(svg.match(/class="box"/g)?.length).toBeGreaterThan(500);
  });
});
