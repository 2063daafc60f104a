// The catalogue's figures against a replay that is written apart from the kernel and the language: schedules are built again here, from
// what their papers say, replayed, and the results are put to the catalogue's own files as claims.
import { describe, expect, test } from "vitest";
import { holds, ordersIn, read, says } from "./oracle/claims.ts";
import {
  ahead,
  dualPipe,
  fold,
  fused,
  gis,
  interleaved,
  numbers,
  straight,
  vHalf,
  vMin,
  zbH1,
  zbH2,
  zbVLists,
} from "./oracle/published.ts";
import { listFrom, type Replayed, replay } from "./oracle/replay.ts";

describe("4 devices, 8 microbatches, F = B = W = 1", () => {
  const gpipe = replay(
    straight(4, fused),
    numbers(4).map((d) => [...numbers(8).map((j) => `F${d}.${j}`), ...numbers(8).map((j) => `B${d}.${j}`)]),
  );
  const oneFOneB = replay(
    straight(4, fused),
    ahead(4, 8, (d) => 4 - d),
  );
  const eager = replay(
    straight(4, fused),
    ahead(4, 8, (d) => 2 * (4 - d) - 1),
  );

  test("GPipe, 1F1B and eager 1F1B: span 33, peaks 8, 4, 7", async () => {
    expect([gpipe, oneFOneB, eager].map(({ span, peaks }) => [span, Math.max(...peaks)])).toEqual([
      [33, 8],
      [33, 4],
      [33, 7],
    ]);
    await holds("gpipe/gpipe.pipe", [says("GPipe(4, 8)", 8, gpipe, 1)]);
    await holds("1f1b/1f1b.pipe", [says("OneFOneB(4)", 8, oneFOneB, 1)]);
    await holds("eager-1f1b/eager-1f1b.pipe", [says("Eager(4)", 8, eager, 1)]);
  });
  test("ZB-H1 27; ZB-H2 24 with peak 7", async () => {
    expect(zbH1(4, 8).span).toBe(27);
    expect([zbH2(4, 8).span, Math.max(...zbH2(4, 8).peaks)]).toEqual([24, 7]);
    await holds("zb-h1/zb-h1.pipe", [says("ZBH1(4)", 8, zbH1(4, 8), 1)]);
    await holds("zb-h2/zb-h2.pipe", [says("ZBH2(4)", 8, zbH2(4, 8), 1)]);
  });
  test("interleaved: 57 chunk units with peaks 11, 9, 7, 5 for v = 2, 105 for v = 4", async () => {
    const by = (v: number): Replayed => interleaved(4, v, 4, 8, (d) => (v - 1) * 4 + 2 * (3 - d), true);
    expect([by(2).span, by(2).peaks, by(4).span]).toEqual([57, [11, 9, 7, 5], 105]);
    await holds("interleaved-1f1b/interleaved-1f1b.pipe", [says("Interleaved(4, 2)", 8, by(2), 2), says("Interleaved(4, 4)", 8, by(4), 4)]);
  });
});

describe("interleaved in groups", () => {
  const figures = [
    { p: 4, m: 8, g: 4, span: 54, peak: 8 },
    { p: 4, m: 8, g: 2, span: 56, peak: 6 },
    { p: 8, m: 32, g: 8, span: 206, peak: 16 },
    { p: 8, m: 32, g: 4, span: 210, peak: 12 },
  ];
  test.each(figures)("$p devices, groups of $g: $span slots and $peak chunks", async ({ p, m, g, span, peak }) => {
    const found = gis(p, 2, g, m);
    expect([found.span, Math.max(...found.peaks)]).toEqual([span, peak]);
    await holds("gis/gis.pipe", [says(`GIS(${p}, 2, ${g})`, m, found, 2)]);
  });
  test("g(v-1) + p chunks and (p-g)(v-1) more bubble", async () => {
    const claims: string[] = [];
    for (const p of [2, 3, 4, 5, 6, 7])
      for (const v of [1, 2, 3])
        for (let g = Math.ceil(p / 2); g <= p; g++) {
          const found = gis(p, v, g, 3 * g);
          expect([Math.max(...found.peaks), found.idle]).toEqual([g * (v - 1) + p, 2 * (p - 1) + (p - g) * (v - 1)]);
          claims.push(says(`GIS(${p}, ${v}, ${g})`, 3 * g, found, v));
        }
    await holds("gis/gis.pipe", claims);
  });
});

describe("the adaptive V schedule", () => {
  const orders = ordersIn("v-adaptive/v-adaptive.pipe");
  const figures = [
    { k: 8, span: 167 },
    { k: 10, span: 161 },
    { k: 12, span: 155 },
    { k: 14, span: 149 },
    { k: 16, span: 144 },
  ];
  const found = figures.map(({ k }) => replay(fold(8), orders.get(`Cap${k}`)?.lists ?? []));
  test.each(figures)("8 devices, 24 microbatches, $k half stages: $span", ({ k, span }) => {
    const { lists } = orders.get(`Cap${k}`) ?? { lists: [] };
    expect(lists.flat().length).toBe(8 * 24 * 6);
    const one = found[figures.findIndex((figure) => figure.k === k)];
    expect([one.span, Math.max(...one.peaks)]).toEqual([span, k]);
  });
  test("and the file says the same", async () => {
    const claims = found.map((one, i) => says(`Cap${figures[i].k}`, 24, one, 2));
    await holds("v-adaptive/v-adaptive.pipe", claims);
  });

  test("6m + 6p - 3k - 1 where m = 2p, p <= 6", () => {
    const met: string[] = [];
    const all = numbers(5).flatMap((i) => {
      const p = i + 2;
      return [...ordersIn(`optimal/v-p${p}.pipe`).values(), { lists: zbVLists(p, 2 * p) }].map(({ lists }) => ({ p, lists }));
    });
    for (const name of ["Cap8of5", "Cap10of6"]) {
      const order = orders.get(name);
      if (order !== undefined) all.push({ p: order.devices, lists: order.lists });
    }
    for (const { p, lists } of all) {
      const { span, peaks } = replay(fold(p), lists);
      const k = Math.max(...peaks);
      const formula = Math.max(12 * p, 12 * p + 6 * p - 3 * k - 1);
      expect(span).toBeGreaterThanOrEqual(formula);
      if (span === formula) met.push(`${p}:${k}`);
    }
    const claimed = [
      "2:4",
      "3:4",
      "3:6",
      "4:4",
      "4:5",
      "4:6",
      "4:8",
      "5:6",
      "5:7",
      "5:8",
      "5:10",
      "6:6",
      "6:7",
      "6:8",
      "6:9",
      "6:10",
      "6:12",
    ];
    for (const one of claimed) expect(met).toContain(one);
  });
});

describe("times 3, 4, 2 on 4 devices", () => {
  const times = { F: 3, B: 4, W: 2 };
  test("V-Min's bubble grows by 6 for each microbatch", async () => {
    const found = numbers(10).map((i) => vMin(4, 6 + i, times));
    found.forEach(({ idle }, i) => {
      if (i > 0) expect(idle - found[i - 1].idle).toBe(6);
    });
    await holds(
      "v-min/v-min.pipe",
      found.map((one, i) => says("VMin(4)", 6 + i, one, 2, ", Times(3, 4, 2)")),
    );
  });
  test("V-Half's stays: 47 as its block stands, 29 with start and end rearranged", async () => {
    const found = numbers(6).map((i) => vHalf(4, 8 + i, times));
    expect(found.map(({ idle }) => idle)).toEqual(found.map(() => 47));
    await holds(
      "v-half/v-half.pipe",
      found.map((one, i) => says("VHalf(4)", 8 + i, one, 2, ", Times(3, 4, 2)")),
    );
    const order = (m: number): string[][] =>
      [...read("v-half/v-half.pipe").matchAll(/^ {2}device \d runs (.*)$/gm)].map(([, text]) =>
        listFrom(text.replace(/\^\(m-(\d+)\)/g, (_, less) => `^${m - Number(less)}`)),
      );
    for (const m of [6, 8, 13]) {
      const { idle, peaks } = replay(fold(4, times), order(m));
      expect([idle, Math.max(...peaks)]).toEqual([29, 6]);
    }
  });
});

describe("formulas over times", () => {
  const all = [1, 2, 3, 4].flatMap((F) => [1, 2, 3, 4].flatMap((B) => [1, 2, 3, 4].map((W) => ({ F, B, W }))));
  test("ZB-H1 and ZB-H2: (p-1)(F + B - W) and (p-1)(F + B - 2W) where they hold", () => {
    for (const p of [2, 3, 5])
      for (const times of all) {
        const { F, B, W } = times;
        expect(zbH1(p, 3 * p, times).idle).toBe((p - 1) * (F + B - Math.min(F, W)));
        expect(zbH2(p, 3 * p, times).idle).toBe((p - 1) * Math.max(0, F + B - 2 * Math.min(F, W)));
      }
  });
  test("V-Half repeats without a bubble just where W + 2B >= 2F and W + 2F >= 2B", () => {
    for (const p of [2, 3, 4, 5])
      for (const times of all) {
        const { F, B, W } = times;
        const repeats = vHalf(p, 3 * p + 1, times).idle === vHalf(p, 3 * p, times).idle;
        expect(repeats).toBe(W + 2 * B >= 2 * F && W + 2 * F >= 2 * B);
      }
  });
});

describe("DualPipe", () => {
  test("8 devices, 20 microbatches: 66 slots, 60 busy", async () => {
    const { makespan, busy, peak } = dualPipe(8, 20);
    expect([makespan, busy, peak]).toEqual([66, 60, 9]);
    await holds("dualpipe/dualpipe.pipe", [`makespan(DualPipe(8), m = 20) == ${makespan} and peak(DualPipe(8), m = 20) == ${peak}`]);
  });
  test("its bubble p - 2 and its p + 1 microbatches", async () => {
    const claims = [2, 4, 6, 8, 10].flatMap((p) =>
      [2 * p, 2 * p + 2, 2 * p + 6].map((m) => {
        const { makespan, busy, peak } = dualPipe(p, m);
        expect([makespan - busy, peak]).toEqual([p - 2, p + 1]);
        return `makespan(DualPipe(${p}), m = ${m}) == ${makespan} and peak(DualPipe(${p}), m = ${m}) == ${peak}`;
      }),
    );
    await holds("dualpipe/dualpipe.pipe", claims);
  });
  test("DualPipeV: 2p - 2 and p microbatches and a half", async () => {
    const claims = [2, 3, 4, 6].flatMap((p) =>
      [2 * p, 2 * p + 1, 2 * p + 4].map((m) => {
        const { makespan, busy, peak } = dualPipe(p, m, true);
        expect([makespan - busy, peak]).toEqual([2 * (p - 1), 2 * p + 1]);
        return `makespan(DualPipeVPaired(${p}), m = ${m}) == ${makespan} and peak(DualPipeVPaired(${p}), m = ${m}) == ${peak}/2`;
      }),
    );
    await holds("dualpipe-v/dualpipe-v.pipe", claims);
  });
});
