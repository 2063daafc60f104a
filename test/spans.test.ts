// The least spans (`proofs/optimal/spans.json`): their schedules in a replay apart from the kernel and the language, the formulas for them,
// and small ones again by trying everything.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { recorded } from "../scripts/catalogue/rows.ts";
import { capOf, type Placement, same, worlds } from "../scripts/frontier/points.ts";
import {
  recordedSpans,
  refute,
  refutedPlaces,
  type SpanPoint,
  solveSpan,
  spanExpected,
  spanFormula,
  spanPlaces,
  spansJson,
  vMin,
} from "../scripts/frontier/spans.ts";
import { spanTables, withTables } from "../scripts/frontier/tables.ts";
import { ordersIn } from "./oracle/claims.ts";
import { leastSpan, scheduleOf } from "./oracle/layers.ts";
import { fold, most, numbers, straight, unit, zbH2, zbVLists } from "./oracle/published.ts";
import { replay } from "./oracle/replay.ts";

const optimal = (file: string): string => readFileSync(resolve(import.meta.dirname, "../proofs/optimal", file), "utf8");
const spans = recordedSpans();
const halves = (point: SpanPoint): number => 2 * capOf(point);
const ofV = spans.points.filter(({ placement }) => placement === "v");

test("the file is whole, and the page's tables are its", () => {
  expect(spans.points.map(({ placement, devices, cap, file, schedule }) => [placement, devices, cap, file, schedule])).toEqual(
    spanPlaces.map(({ placement, devices, cap, file, schedule }) => [placement, devices, cap, file, schedule]),
  );
  expect(spansJson(spans)).toBe(optimal("spans.json"));
  expect(withTables(optimal("README.md"), spanTables(spans))).toBe(optimal("README.md"));
  for (const { span, bound, proved } of spans.points) {
    expect(proved).toBe(span === bound);
    expect(bound).toBeLessThanOrEqual(span);
  }
  for (const one of spans.refuted) expect(refutedPlaces).toContainEqual({ devices: one.devices, microbatches: one.microbatches });
});

test.each(spans.points)("$placement, $devices devices, cap $cap: $schedule has a span of $span", (point) => {
  const { placement, devices: p, microbatches: m, file, schedule, span } = point;
  const world = placement === "v" ? fold(p) : straight(p, unit);
  const lists = schedule === "ZBV" ? zbVLists(p, m) : schedule === "ZBH2" ? zbH2(p, m).lists : ordersIn(file).get(schedule)?.lists;
  expect(lists?.flat().length).toBe(p * m * worlds[placement].load);
  const found = replay(world, lists ?? []);
  expect(found.span).toBe(span);
  expect(most(found)).toBeLessThanOrEqual(placement === "v" ? halves(point) : capOf(point));
});

describe("6m + 6p - 3k - 1", () => {
  const within = ofV.filter((point) => halves(point) >= vMin(point.devices));
  test("is met at every (p, k) with p <= 6 from V-Min's memory on, but for k = 2p - 1, where the best is one more", () => {
    const asked = numbers(5).flatMap((i) => numbers(2 * (i + 2) + 1 - vMin(i + 2)).map((more) => [i + 2, vMin(i + 2) + more]));
    expect(within.map((point) => [point.devices, halves(point)])).toEqual(asked);
    for (const point of within) {
      const [p, m, k] = [point.devices, point.microbatches, halves(point)];
      expect(point.span).toBe(spanFormula(p, m, k) + (k === 2 * p - 1 ? 1 : 0));
      expect(point.span).toBe(spanExpected(p, m, k));
    }
  });
  test("is proved to be the least for p <= 4", () => {
    expect(ofV.filter(({ devices, proved }) => devices <= 4 && !proved)).toEqual([]);
  });
  test("what is refuted for k = 2p - 1 is it, and the memory is why", () => {
    for (const p of [2, 3, 4, 5, 6]) expect(spans.refuted.filter(({ devices }) => devices === p).length).toBeGreaterThan(0);
    for (const { devices: p, microbatches: m, span } of spans.refuted) {
      expect(span).toBe(spanFormula(p, m, 2 * p - 1));
      expect(replay(fold(p), zbVLists(p, m)).span).toBeLessThanOrEqual(span);
    }
  });
  test("with everything tried", () => {
    const v = (p: number) => [...numbers(p), ...numbers(p).reverse()];
    const by = (p: number, m: number, cap: number) => ({ devices: p, microbatches: m, placement: v(p), frees: [0, 1], cap }) as const;
    for (const point of ofV.filter(({ devices }) => devices === 2))
      expect(leastSpan(by(2, point.microbatches, halves(point))).span).toBe(point.span);
    for (const m of [3, 4]) {
      expect(scheduleOf(by(3, m, 5), spanFormula(3, m, 5))).toBe(null);
      // A slot more is enough, or half a stage more.
      expect(scheduleOf(by(3, m, 5), spanFormula(3, m, 5) + 1)).not.toBe(null);
      expect(scheduleOf(by(3, m, 6), spanFormula(3, m, 5))).not.toBe(null);
    }
    expect(scheduleOf(by(3, 4, 4), spanFormula(3, 4, 4))).not.toBe(null);
    expect(scheduleOf(by(3, 4, 4), spanFormula(3, 4, 4) - 1)).toBe(null);
  });
});

test.each(spanPlaces.filter(({ devices }) => devices === 2))("cap $cap, 2 devices: solved again, the same", async (place) => {
  expect(await solveSpan(place, {})).toEqual(spans.points.find((point) => same(point, place)));
});
test("2 devices, 3 microbatches: refuted again", async () => {
  expect(await refute({ devices: 2, microbatches: 3 }, {})).toEqual(
    spans.refuted.find((one) => one.devices === 2 && one.microbatches === 3),
  );
});

test("no schedule of F, B and W in the table is below the lines of its picture", () => {
  const placed: Readonly<Record<string, Placement>> = { straight: "straight", V: "v" };
  // These count memory in another way, or are cut along the sequence, or compute more.
  const others = /^(ZB-[12]p|BPipe|1F1B recomputed|PO-|Vocab|interlaced|Sailor2|Seq1F1B|SlimPipe|TeraPipe|V-Half with Vocab|DualPipeV)/;
  const ratio = (text: string): number => {
    const [num, den = "1"] = text.split("/");
    return Number(num) / Number(den);
  };
  let [looked, met] = [0, 0];
  for (const { name, placement, peak, bubble } of recorded()) {
    if (placed[placement] === undefined || others.test(name)) continue;
    const least = spans.points
      .filter((point) => point.placement === placed[placement] && point.devices === 4 && capOf(point) <= ratio(peak))
      .map(({ placement, microbatches, span }) => 1 - (worlds[placement].load * microbatches) / span);
    const above = ratio(bubble) - Math.min(...least);
    expect(above).toBeGreaterThan(-1e-9);
    looked++;
    if (above < 1e-9) met++;
  }
  expect([looked >= 14, met >= 6]).toEqual([true, true]);
});
