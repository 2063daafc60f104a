// What `construct` gives is valid, the same for the same seed, there whenever microbatches can run one by one, and good.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Problem, type Route, replay } from "../src/kernel/index.ts";
import { type Constructed, construct, type Objective } from "../src/search/construct/construct.ts";
import { fill } from "../src/search/construct/fill.ts";
import { mirrored } from "../src/search/construct/mirror.ts";
import { settle } from "../src/search/construct/settle.ts";
import { shop } from "../src/search/construct/shop.ts";

/** F, B and W of every stage; hold 1 from F to W. `chunks` 2: the V placement. */
function pipeline(size: { p: number; m: number; chunks: 1 | 2; times: readonly number[]; send: number; cap: number }): Problem {
  const { p, m, chunks, times, send, cap } = size;
  const stages = p * chunks;
  const nodes = 3 * stages;
  const deviceOf = (s: number): number => Math.min(s, 2 * p - 1 - s);
  const all = Array.from({ length: stages }, (_, s) => s);
  const needs = [
    ...all.map((s) => (s > 0 ? [s - 1] : [])),
    ...all.map((s) => (s + 1 < stages ? [stages + s + 1, s] : [s])),
    ...all.map((s) => [stages + s]),
  ];
  const route: Route = {
    device: Int32Array.from({ length: nodes }, (_, n) => deviceOf(n % stages)),
    stream: new Int32Array(nodes),
    duration: Float64Array.from({ length: nodes }, (_, n) => times[Math.floor(n / stages)]),
    depStart: Int32Array.from({ length: nodes + 1 }, (_, n) => needs.slice(0, n).flat().length),
    dep: Int32Array.from(needs.flat()),
    holdDevice: Int32Array.from(all, deviceOf),
    holdFrom: Int32Array.from(all),
    holdTo: Int32Array.from(all, (s) => 2 * stages + s),
    holdAmount: new Float64Array(stages).fill(1),
  };
  const memory = { always: new Float64Array(p), cap: new Float64Array(p).fill(cap) };
  return {
    devices: p,
    streams: 1,
    microbatches: m,
    nodes,
    routes: [route],
    routeOf: null,
    send,
    ...memory,
    ticksPerUnit: 1,
    partsPerUnit: chunks,
  };
}

/** Random routes over random devices and streams, durations of 0 too, holds of any amount anywhere; caps that just let one
 * microbatch run alone in the order of its nodes, times a looseness. */
const problems = fc
  .record({
    devices: fc.integer({ min: 1, max: 4 }),
    streams: fc.integer({ min: 1, max: 2 }),
    microbatches: fc.integer({ min: 1, max: 6 }),
    nodes: fc.integer({ min: 1, max: 9 }),
    routes: fc.integer({ min: 1, max: 2 }),
    send: fc.integer({ min: 0, max: 3 }),
    loose: fc.constantFrom(1, 1, 1.5, 3, Number.POSITIVE_INFINITY),
    seed: fc.infiniteStream(fc.nat(1_000_000)),
  })
  .map(({ devices, streams, microbatches, nodes, routes: count, send, loose, seed }): Problem => {
    const below = (limit: number): number => seed.next().value % limit;
    const always = Float64Array.from({ length: devices }, () => below(3));
    const least = always.slice();
    const routes = Array.from({ length: count }, (): Route => {
      const needs = Array.from({ length: nodes }, (_, n) => [...new Set(Array.from({ length: n > 0 ? below(3) : 0 }, () => below(n)))]);
      const holds = Array.from({ length: below(nodes + 1) }, () => {
        const [a, b] = [below(nodes), below(nodes)];
        return { device: below(devices), from: Math.min(a, b), to: Math.max(a, b), amount: below(4) };
      });
      const held = always.slice();
      for (let n = 0; n < nodes; n++) {
        for (const { device, from, amount } of holds) if (from === n) held[device] += amount;
        for (let d = 0; d < devices; d++) least[d] = Math.max(least[d], held[d]);
        for (const { device, to, amount } of holds) if (to === n) held[device] -= amount;
      }
      return {
        device: Int32Array.from({ length: nodes }, () => below(devices)),
        stream: Int32Array.from({ length: nodes }, () => below(streams)),
        duration: Float64Array.from({ length: nodes }, () => below(6)),
        depStart: Int32Array.from({ length: nodes + 1 }, (_, n) => needs.slice(0, n).flat().length),
        dep: Int32Array.from(needs.flat()),
        holdDevice: Int32Array.from(holds, ({ device }) => device),
        holdFrom: Int32Array.from(holds, ({ from }) => from),
        holdTo: Int32Array.from(holds, ({ to }) => to),
        holdAmount: Float64Array.from(holds, ({ amount }) => amount),
      };
    });
    const routeOf = count === 1 ? null : Int32Array.from({ length: microbatches }, () => below(count));
    const cap = least.map((amount) => Math.floor(amount * loose));
    return { devices, streams, microbatches, nodes, routes, routeOf, send, always, cap, ticksPerUnit: 1, partsPerUnit: 1 };
  });

/** Replays what was found; its value must be what it says. */
function judged(problem: Problem, objective: Objective, found: Constructed | null): number {
  if (found === null) return expect.fail("no schedule");
  const replayed = replay(problem, found.schedule);
  if (replayed.kind === "invalid") return expect.fail(replayed.reason);
  expect(found.value).toBe(replayed.measures[objective]);
  return found.value;
}

const never = (): boolean => false;

test("whenever microbatches can run one by one there is a schedule, and it is valid", () => {
  fc.assert(
    fc.property(problems, fc.constantFrom<Objective>("makespan", "span"), fc.nat(99), (problem, objective, seed) => {
      judged(problem, objective, construct(problem, objective, { seed, effort: 600, stop: never }));
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("the same seed gives the same schedule, each one told of is better than the last", () => {
  const problem = pipeline({ p: 4, m: 8, chunks: 2, times: [12, 13, 8], send: 1, cap: 5 });
  const run = () => {
    const values: number[] = [];
    const found = construct(problem, "span", { seed: 7, effort: 30_000, stop: never, improved: ({ value }) => values.push(value) });
    return { values, found };
  };
  const once = run();
  expect(run()).toEqual(once);
  expect(once.values).toEqual([...new Set(once.values)].sort((a, b) => b - a));
  expect(once.values.at(-1)).toBe(once.found?.value);
});

test("caps that no microbatch fits give null, a search that is stopped at once still gives a schedule", () => {
  const size = { p: 8, m: 16, chunks: 2, times: [3, 3, 2], send: 1 } as const;
  expect(construct(pipeline({ ...size, cap: 1 }), "span", { seed: 0, effort: 1000, stop: never })).toBeNull();
  const problem = pipeline({ ...size, cap: 2 });
  judged(problem, "span", construct(problem, "span", { seed: 0, effort: 1000, stop: () => true }));
});

test("gaps filled from both ends leave a schedule that is valid, within the caps and no longer", () => {
  let [filled, shorter] = [0, 0];
  const check = (problem: Problem, seed: number): void => {
    const [ahead, back] = [shop(problem), shop(mirrored(problem))];
    if (ahead === null || back === null || !ahead.ordered) return;
    filled++;
    for (const objective of ["makespan", "span"] as const) {
      const found = construct(problem, objective, { seed, effort: 0, stop: never });
      const { order } = found?.schedule ?? expect.fail("no schedule");
      const after = settle(ahead, objective, { order: fill(ahead, back, order, objective), start: new Float64Array() });
      const [was, is] = [judged(problem, objective, found), judged(problem, objective, after)];
      if (objective === "makespan") expect(is).toBeLessThanOrEqual(was);
      if (is < was) shorter++;
    }
  };
  fc.assert(fc.property(problems, fc.nat(99), check), { numRuns: 200, seed: 2 });
  const sizes = fc.record({
    p: fc.integer({ min: 1, max: 5 }),
    m: fc.integer({ min: 1, max: 9 }),
    chunks: fc.constantFrom(1 as const, 2 as const),
    times: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 3, maxLength: 3 }),
    send: fc.integer({ min: 0, max: 3 }),
    cap: fc.integer({ min: 2, max: 10 }),
  });
  fc.assert(
    fc.property(sizes, fc.nat(99), (size, seed) => check(pipeline(size), seed)),
    { numRuns: 60, seed: 3 },
  );
  expect(filled).toBeGreaterThan(80);
  expect(shorter).toBeGreaterThan(10);
});

describe("quality", () => {
  // Optima: reference/optimal-v.jsonl, and exact search on the straight pipeline. `most` is what construct has to reach.
  const unit = [1, 1, 1];
  for (const { name, size, objective, most } of [
    { name: "V 4x8, cap 5 (optimum 56)", size: { p: 4, m: 8, chunks: 2, times: unit, send: 0, cap: 5 }, objective: "makespan", most: 57 },
    {
      name: "V 4x8, cap 4, times 2 3 1 (optimum 140)",
      size: { p: 4, m: 8, chunks: 2, times: [2, 3, 1], send: 0, cap: 4 },
      objective: "makespan",
      most: 146,
    },
    {
      name: "straight 8x16, cap 4 (optimum 79)",
      size: { p: 8, m: 16, chunks: 1, times: unit, send: 0, cap: 4 },
      objective: "makespan",
      most: 80,
    },
    {
      name: "straight 8x16, cap 7 (optimum 58)",
      size: { p: 8, m: 16, chunks: 1, times: unit, send: 0, cap: 7 },
      objective: "makespan",
      most: 58,
    },
    {
      name: "V 8x16, cap 12 (optimum 107)",
      size: { p: 8, m: 16, chunks: 2, times: unit, send: 0, cap: 12 },
      objective: "makespan",
      most: 111,
    },
    // Controllable Memory's adaptive scheduler.
    { name: "V 8x24, cap 8: 167", size: { p: 8, m: 24, chunks: 2, times: unit, send: 0, cap: 8 }, objective: "span", most: 167 },
    { name: "V 8x24, cap 16: no bubble", size: { p: 8, m: 24, chunks: 2, times: unit, send: 0, cap: 16 }, objective: "span", most: 144 },
    { name: "straight 4x8, cap 8: no bubble", size: { p: 4, m: 8, chunks: 1, times: unit, send: 0, cap: 8 }, objective: "span", most: 24 },
  ] as const) {
    test(name, () => {
      const problem = pipeline(size);
      expect(judged(problem, objective, construct(problem, objective, { seed: 0, effort: 150_000, stop: never }))).toBeLessThanOrEqual(
        most,
      );
    });
  }
  test("64 devices, 1024 microbatches, half the memory: within 10 % of the load", () => {
    const problem = pipeline({ p: 64, m: 1024, chunks: 2, times: [4959, 5217, 3519], send: 213, cap: 64 });
    const value = judged(problem, "span", construct(problem, "span", { seed: 0, effort: 0, stop: never }));
    expect(value).toBeLessThan(1.1 * 1024 * 2 * (4959 + 5217 + 3519));
  });
});
