// Pictures: their structure, not their pixels.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { heldOver, lifespansOf, peakOf } from "../src/exchange/held.ts";
import { channels, contrast, paintsOf } from "../src/exchange/palette.ts";
import { kindsOf, type PictureInput, rowsOf } from "../src/exchange/picture.ts";
import { shares } from "../src/exchange/svg/density.ts";
import { drawSvg, type SvgOptions } from "../src/exchange/svg.ts";
import { drawCompared, drawTerminal } from "../src/exchange/terminal.ts";
import { fraction } from "../src/fraction/index.ts";
import { replay } from "../src/kernel/index.ts";
import { pictureOf } from "../src/report/picture.ts";
import { show } from "../src/session.ts";

const path = resolve(import.meta.dirname, "../proofs/v-half/v-half.pipe");

async function pictured(text: string, name: string, p: number, m: number): Promise<PictureInput> {
  const shown = await show({ path, text }, name, { parameters: new Map([["p", fraction.rational(p)]]), microbatches: m, lenient: true });
  if (shown.kind !== "schedule") throw new Error(shown.kind === "invalid" ? shown.sentences.join(" ") : shown.diagnostics[0].message);
  return pictureOf(shown.elaborated, shown.examined.problem, shown.examined.schedule);
}
const picture = (p: number, m: number): Promise<PictureInput> => pictured(readFileSync(path, "utf8"), "VHalf", p, m);

/** Two streams and a cap; of which `withIdle` makes one more device. */
const offload = `pipeline Off(p) {
  devices p
  stages s in 0..p-1 on device s
  stream copy
  pass F[s] takes 2 after F[s-1]
  pass O[s] on copy takes 3/2 after F[s]
  pass B[s] takes 3 after F[s], O[s], B[s+1]
  holds 1 from F[s] to O[s]
  cap 5
}
schedule Copying(p) of Off(p) { device d runs (F[d] O[d])^(p-d) (B[d] F[d] O[d])* B[d]* }
`;
/** The same with a device more that runs nothing. */
function withIdle({ problem, schedule, ...names }: PictureInput): PictureInput {
  const { offsets, passes } = schedule.order;
  const more = new Int32Array(offsets.length + problem.streams).fill(passes.length);
  more.set(offsets);
  const devices = problem.devices + 1;
  const always = Float64Array.of(...problem.always, 0);
  const cap = Float64Array.of(...problem.cap, problem.cap[0]);
  return { ...names, problem: { ...problem, devices, always, cap }, schedule: { ...schedule, order: { offsets: more, passes } } };
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
    const found = drawTerminal(input, plain).match(/[FBWfbw]\d/g) ?? [];
    expect(found.length).toBe(input.schedule.start.length);
  });
  test("marks stand under their pass", async () => {
    const input = await picture(3, 4);
    const lines = drawTerminal(input, { ...plain, marks: new Set([0]) }).split("\n");
    const under = lines.findIndex((line) => line.includes("^"));
    expect(lines[under - 1].slice(lines[under].indexOf("^")).startsWith("F0")).toBe(true);
  });
  test("every second stage of a device in small letters; colours where they are asked for; ASCII where nothing else is", async () => {
    const input = await picture(3, 4);
    expect(drawTerminal(input, plain)).toMatch(/F0 .*f0/);
    expect(drawTerminal(input, { ...plain, memory: true, legend: true })).toMatch(/^[\x20-\x7e\n]*$/);
    expect(drawTerminal(input, { ...plain, unicode: true, memory: true })).toMatch(/[▁-█]/);
    expect(drawTerminal(input, { ...plain, color: true })).toContain("\x1b[48;5;");
  });
  test("what does not fit is compressed, each kind as often as its share of the time, and a note says so", async () => {
    const text = drawTerminal(await picture(8, 200), { ...plain, legend: true });
    expect(text).toMatch(/compressed: a column is [\d.]+ long/);
    const row = text.split("\n").find((line) => line.startsWith("d4 ")) ?? "";
    const steady = row.slice(25, 25 + 60);
    expect(row.trimEnd()).toMatch(/[BW]\.*$/); // nothing that is owed comes after the last pass
    for (const letter of "FfBbWw") expect(Math.abs(steady.split(letter).length - 1 - 10)).toBeLessThanOrEqual(1);
  });
  test("two schedules have one time axis, whatever their ticks", async () => {
    const input = await picture(3, 4);
    const fine: PictureInput = {
      ...input,
      problem: {
        ...input.problem,
        ticksPerUnit: 7,
        routes: input.problem.routes.map((route) => ({ ...route, duration: route.duration.map((own) => own * 7) })),
      },
      schedule: { ...input.schedule, start: input.schedule.start.map((own) => own * 7) },
    };
    const drawn = drawCompared(
      [input, fine, await picture(3, 5)].map((input, i) => ({ input, title: `${i}`, subtitle: `end ${i}` })),
      { ...plain, legend: true },
    );
    const [first, second, third] = drawn.split("\n\n").map((one) => one.split("\n"));
    expect(second.slice(1, 5)).toEqual(first.slice(1, 5));
    expect(third[2].indexOf("f0")).toBe(first[2].indexOf("f0"));
    expect(drawn.match(/idle/g)?.length).toBe(1);
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

const svgOf = (input: PictureInput, options: SvgOptions = {}, title = "T"): string => drawSvg([{ input, title }], options);
const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/** Every element that is opened is closed, in order; attributes are quoted; no text has markup that is not ours. */
function wellFormed(svg: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [tag, end, name, self] of svg.matchAll(/<(\/?)([a-zA-Z]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>|<[^>]*>?/g)) {
    if (name === undefined) wrong.push(tag);
    else if (end === "/" ? open.pop() !== name : false) wrong.push(tag);
    else if (end !== "/" && self !== "/") open.push(name);
  }
  return [...wrong, ...open];
}

describe("as SVG", () => {
  test("one box a pass that says what it is, the peaks, a title that is escaped", async () => {
    const input = await picture(4, 8);
    const svg = svgOf(input, {}, 'V <half> & "more" \u0000');
    expect(count(svg, /of microbatch \d+: \d+ to \d+<\/title>/g)).toBe(input.schedule.start.length);
    expect(count(svg, /<text class="n n-[FBW]-[01]-2"/g)).toBe(input.schedule.start.length);
    expect(count(svg, />peak 3</g)).toBe(4);
    expect(svg).toContain("V &#60;half&#62; &#38; &#34;more&#34; \ufffd");
    expect(svg).not.toContain("<half>");
    expect(svg).not.toContain("\u0000");
    expect(wellFormed(svg)).toEqual([]);
    expect(svgOf(input, {}, 'V <half> & "more" \u0000')).toBe(svg);
  });
  test("says in words what it shows", async () => {
    const svg = svgOf(await picture(4, 8));
    expect(svg).toMatch(/role="img" aria-labelledby="p-title p-desc"/);
    expect(svg).toContain("4 devices, 8 microbatches, passes F, B, W, from 0 to 60.");
    expect(svg).toContain("Device 3: 48 passes, busy 48, peak memory 3.");
  });
  test("follows the reader's theme unless one is asked for", async () => {
    const input = await picture(2, 4);
    expect(svgOf(input)).toContain("prefers-color-scheme:dark");
    for (const theme of ["light", "dark"] as const) expect(svgOf(input, { theme })).not.toContain("prefers-color-scheme");
    expect(svgOf(input, { theme: "dark" })).not.toBe(svgOf(input, { theme: "light" }));
  });
  test("bubbles are hatched from a device's first start to its last end, and only where it computes", async () => {
    const svg = svgOf(withIdle(await pictured(offload, "Copying", 3, 4)));
    expect(count(svg, /class="bubble"/g)).toBe(3 + 1); // three devices that run something, and the legend
    expect(count(svg, />copy</g)).toBe(3);
    expect(svg).toMatch(/<text class="row"[^>]*>3<\/text>/); // the device without passes has its row
    expect(count(svg, /class="cap"/g)).toBe(4 + 1);
    expect(wellFormed(svg)).toEqual([]);
  });
  test("lifespans: a bar for each hold", async () => {
    const input = await picture(3, 4);
    const svg = svgOf(input, { lifespans: true });
    expect(count(svg, /is held from/g)).toBe(6 * 4);
    expect(svgOf(input)).not.toContain("is held from");
  });
  test("what takes no time is not drawn and not in the legend", async () => {
    const text = `pipeline P(p) { devices p  stages s in 0..p-1 on device s
  pass F[s] after A[s-1]
  pass A[s] takes 0 after F[s]
}
schedule S(p) of P(p) { device d runs (F[d] A[d])* }
`;
    const input = await pictured(text, "S", 2, 3);
    const svg = svgOf(input);
    expect([count(svg, /F\[\d\] of microbatch/g), count(svg, /A\[\d\] of microbatch/g)]).toEqual([6, 0]);
    expect(svg).not.toMatch(/<text class="soft"[^>]*>A</);
    expect(drawTerminal(input, { ...plain, legend: true })).not.toContain("A");
  });
  test("two schedules stand over one time axis", async () => {
    const [a, b] = [await picture(3, 4), await picture(3, 8)];
    const svg = drawSvg([
      { input: a, title: "A" },
      { input: b, title: "B" },
    ]);
    // F[0] of microbatch 1 starts at 1 in both: at the same place.
    const places = [...svg.matchAll(/x="([\d.]+)"[^>]*><title>F\[0\] of microbatch 1: 1 to 2/g)].map(([, x]) => x);
    expect(places.length).toBe(2);
    expect(places[0]).toBe(places[1]);
    expect(wellFormed(svg)).toEqual([]);
  });
  test("memory is compared on one scale", async () => {
    const panels = [await picture(2, 8), await picture(6, 12)].map((input) => ({ input, title: "one" }));
    const heights = [...drawSvg(panels).matchAll(/<path class="held" d="M[\d.]+ ([\d.]+)(H[^"]*)Z"/g)].slice(0, 8).map(([, foot, d]) => {
      const tops = [...d.matchAll(/V([\d.]+)/g)].map(([, y]) => Number(y));
      return (Number(foot) - Math.min(...tops)) / 22;
    });
    const peaks = panels.flatMap(({ input }) =>
      rowsOf(input).map(({ device }) => peakOf(heldOver(input, device)) / input.problem.partsPerUnit),
    );
    expect(peaks[0]).toBeLessThan(peaks[2]);
    heights.forEach((height, i) => {
      expect(height).toBeCloseTo(peaks[i] / Math.max(...peaks), 2);
    });
  });
  test("a part of the time, with passes pointed at", async () => {
    const input = await picture(3, 4);
    const svg = drawSvg([
      { input, title: "part", window: { from: 10, to: 20, devices: [1] }, marks: new Set(rowsOf(input)[1].passes.slice(10, 11)) },
    ]);
    const inside = rowsOf(input)[1].passes.filter((pass) => input.schedule.start[pass] < 20 && input.schedule.start[pass] + 1 > 10);
    expect(count(svg, /of microbatch/g)).toBe(inside.length);
    expect(count(svg, /class="mark"/g)).toBe(1);
    expect(svg).not.toMatch(/<text class="row"[^>]*>[02]</);
  });
  test("large schedules stay small, and show shares instead of passes", async () => {
    for (const [p, m] of [
      [32, 256],
      [64, 512],
    ]) {
      const svg = svgOf(await picture(p, m));
      expect(svg.length).toBeLessThan(500_000);
      // Where rows are thin, the stages of a device look alike.
      expect(count(svg, /<path class="k-[FBW]-[01]-[12]"/g)).toBe(p === 64 ? 3 * p : 6 * p);
      expect(svg).not.toContain("of microbatch");
      expect(svg).toContain(">height: share of the time<");
      expect(count(svg, /memory: the most and the least/g)).toBe(1);
      expect(wellFormed(svg)).toEqual([]);
    }
  });
  test("numbers stand in the boxes of all usual passes, or in none; boxes give way to shares", async () => {
    const numbers = async (p: number, m: number): Promise<number> => count(svgOf(await picture(p, m)), /<text class="n n-/g);
    expect(await numbers(4, 8)).toBe(4 * 8 * 6);
    expect(await numbers(16, 32)).toBe(0);
    const boxed = async (p: number, m: number): Promise<boolean> => !svgOf(await picture(p, m)).includes("share of the time");
    expect([await boxed(16, 32), await boxed(8, 64), await boxed(8, 128)]).toEqual([true, true, false]);
  });
  test("shares add up to the time that each kind takes", async () => {
    const input = await picture(16, 128);
    const kinds = kindsOf(input);
    const [row] = rowsOf(input);
    const frame = { left: 0, width: 1000, from: 0, to: 1000, scale: 1, ticksPerUnit: 1 };
    for (const ticks of [1, 7, 12, 24.5]) {
      const sum = shares(input, [row], kinds, frame, ticks);
      kinds.list.forEach((_, kind) => {
        const time = sum.filter((_, i) => i % kinds.list.length === kind).reduce((all, own) => all + own * ticks, 0);
        expect(time).toBeCloseTo(128, 6); // one slot for each microbatch
      });
      expect(Math.max(...sum)).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
  test("nothing at all, one pass, and times beyond all measure", async () => {
    const input = await picture(2, 1);
    const { problem, schedule } = input;
    const empty: PictureInput = {
      ...input,
      problem: { ...problem, microbatches: 0 },
      schedule: { order: { offsets: new Int32Array(3), passes: new Int32Array(0) }, start: new Float64Array(0) },
    };
    const one = `pipeline One { devices 1  pass F on device 0 }
schedule S of One { device 0 runs F* }
`;
    const huge: PictureInput = {
      ...input,
      problem: { ...problem, routes: problem.routes.map((route) => ({ ...route, duration: route.duration.map(() => 2 ** 45) })) },
      schedule: { ...schedule, start: schedule.start.map((start) => start * 2 ** 45) },
    };
    for (const each of [empty, await pictured(one, "S", 1, 1), huge]) {
      const svg = svgOf(each, { lifespans: true });
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(wellFormed(svg)).toEqual([]);
      const text = drawTerminal(each, { ...plain, memory: true, legend: true });
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(plain.width);
    }
    expect(svgOf(empty)).toContain("from 0 to 0.");
    expect(svgOf(huge)).toContain("e14");
  });
});

describe("memory", () => {
  test("the curves have the peaks that the kernel measured, of one stream and of several", async () => {
    for (const input of [await picture(4, 8), await picture(5, 12), withIdle(await pictured(offload, "Copying", 3, 6))]) {
      const replayed = replay(input.problem, input.schedule);
      if (replayed.kind !== "valid") throw new Error("not valid");
      const peaks = Array.from({ length: input.problem.devices }, (_, device) => peakOf(heldOver(input, device)));
      expect(peaks).toEqual([...replayed.measures.peakOf]);
    }
  });
  test("at any time as many lifespans are open as the curve says", async () => {
    const input = await picture(4, 8);
    for (let device = 0; device < 4; device++) {
      const { time, held } = heldOver(input, device);
      const bars = lifespansOf(input, device);
      time.forEach((at, i) => {
        expect(bars.filter(({ from, to }) => from <= at && at < to).length).toBe(held[i]); // each holds one part, 1/2
      });
    }
  });
});

describe("colours", () => {
  test("the stages of a device have shades: two of a V, by route where microbatches go both ways", async () => {
    const input = await picture(3, 4);
    const kinds = kindsOf(input);
    expect(kinds.list.map(({ family, chunk, chunks }) => `${family}${chunk}/${chunks}`)).toEqual([
      "F0/2",
      "F1/2",
      "B0/2",
      "B1/2",
      "W0/2",
      "W1/2",
    ]);
    const node = (label: string): number => input.nodes.findIndex((one) => one.label === label);
    expect(["F[0]", "F[5]", "F[2]", "F[3]"].map((label) => kinds.list[kinds.of(node(label))].chunk)).toEqual([0, 1, 0, 1]);
    const both = `pipeline Both(p) { devices p  stages s in 0..p-1 on device if j mod 2 == 0 then s else p-1-s
  pass F[s] after F[s-1] }
schedule S(p) of Both(p) every 2 for 2 microbatches k { F[s] at s }
`;
    const crossed = await pictured(both, "S", 2, 2);
    expect(kindsOf(crossed).list.length).toBe(2);
    // Device 0 runs F[0] of microbatch 0 and F[1] of microbatch 1.
    expect([0, 1, 2, 3].map((pass) => kindsOf(crossed).of(pass))).toEqual([0, 0, 1, 1]);
  });
  test("text on them is readable, and every two of a picture differ for every kind of eye", () => {
    const families = [
      ["F", "B", "W"],
      ["F", "BW"],
    ];
    for (const chunks of [1, 2]) {
      for (const family of families) {
        const kinds = family.flatMap((name) => Array.from({ length: chunks }, (_, chunk) => ({ family: name, chunk, chunks })));
        const paints = paintsOf(kinds);
        for (const { fill, text } of paints) expect(contrast(fill, text)).toBeGreaterThan(4.5);
        for (const eye of eyes) {
          const seen = paints.map(({ fill }) => see(fill, eye));
          seen.forEach((a, i) => {
            for (const b of seen.slice(0, i)) expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(0.08);
          });
        }
      }
    }
  });
});

// What eyes without one kind of cone see, as linear maps of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1), and
// distances in OKLab (Ottosson 2020), in which 0.02 can just be told apart.
const eyes = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
];
function see(hex: string, eye: readonly number[]): readonly [number, number, number] {
  const linear = channels(hex).map((own) => (own / 255 <= 0.04045 ? own / 255 / 12.92 : ((own / 255 + 0.055) / 1.055) ** 2.4));
  const apply = (map: readonly number[], of: readonly number[]): number[] =>
    [0, 3, 6].map((row) => map[row] * of[0] + map[row + 1] * of[1] + map[row + 2] * of[2]);
  const cones = apply(
    [0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619, 0.2817188376, 0.6299787005],
    apply(eye, linear).map((own) => Math.min(1, Math.max(0, own))),
  ).map(Math.cbrt);
  const [l, a, b] = apply(
    [0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662, -0.808675766],
    cones,
  );
  return [l, a, b];
}
