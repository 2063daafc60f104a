// Retiming gives the least start times of an order, or the circle in which it waits for itself; and the laws that follow.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Order, type Problem, type Route, replay } from "../src/kernel/index.ts";
import { retime } from "../src/schedule/index.ts";
import {
  hasCycle,
  leastStarts,
  listsOf,
  orderFrom,
  passesOf,
  pipeline,
  random,
  randomOrder,
  randomProblem,
  wrongs,
} from "./oracle/oracle.ts";

/** An order with a few passes out of place: often a deadlock. */
function shuffled(problem: Problem, seed: number): Order {
  const { below } = random(seed ^ 0x5bd1e995);
  const lists = listsOf(randomOrder(problem, seed));
  for (let i = below(5); i > 0; i--) {
    const list = lists[below(lists.length)];
    if (list.length === 0) continue;
    const [a, b] = [below(list.length), below(list.length)];
    [list[a], list[b]] = [list[b], list[a]];
  }
  return orderFrom(lists);
}

function timed(problem: Problem, order: Order): number[] {
  const retimed = retime(problem, order);
  if (retimed.kind !== "timed") return expect.fail(`an order of a run is a ${retimed.kind}`);
  return [...retimed.start];
}

const withoutMemory = (problem: Problem): Problem => ({
  ...problem,
  routes: problem.routes.map((route) => ({
    ...route,
    holdDevice: new Int32Array(),
    holdFrom: new Int32Array(),
    holdTo: new Int32Array(),
    holdAmount: new Float64Array(),
  })),
});

function makespan(problem: Problem, order: Order): number {
  const replayed = replay(problem, { start: Float64Array.from(timed(problem, order)) });
  return replayed.kind === "valid" ? replayed.measures.makespan : expect.fail(`retimed, but ${replayed.reason}`);
}

test("retime finds the least start times, and a deadlock exactly where the waits go round", () => {
  const seen = { timed: 0, deadlock: 0, never: 0 };
  for (let seed = 1; seed <= 800; seed++) {
    const problem = randomProblem(seed, seed % 4 === 0);
    const order = shuffled(problem, seed);
    const least = leastStarts(problem, order);
    expect(least === null).toBe(hasCycle(problem, order));
    const retimed = retime(problem, order);
    seen[retimed.kind]++;
    if (retimed.kind === "timed") {
      expect([...retimed.start]).toEqual(least);
      const kinds = [...wrongs(problem, { order, start: retimed.start }).keys()].filter((kind) => kind !== "hold" && kind !== "memory");
      expect(kinds).toEqual([]);
      continue;
    }
    expect(least, `seed ${seed}`).toBeNull();
    if (retimed.kind !== "deadlock") return expect.fail("every pass is listed, so none is waited for in vain");
    // The circle is one: each needs the next one's stream to get on.
    const passes = passesOf(problem);
    const lists = listsOf(order);
    retimed.cycle.forEach(({ pass, needs }, i) => {
      expect(passes[pass].needs).toContain(needs);
      const following = retimed.cycle[(i + 1) % retimed.cycle.length].pass;
      const list = lists.find((own) => own.includes(needs)) ?? [];
      expect(list.indexOf(following)).toBeGreaterThanOrEqual(0);
      expect(list.indexOf(following)).toBeLessThanOrEqual(list.indexOf(needs));
    });
  }
  expect(seen.timed).toBeGreaterThan(100);
  expect(seen.deadlock).toBeGreaterThan(100);
});

test("all orders of the tiniest problems", () => {
  let count = 0;
  for (const placement of ["straight", "V"] as const)
    for (const devices of [1, 2])
      for (const send of [0, 1, 2]) {
        const problem = pipeline({
          devices,
          microbatches: 2,
          placement,
          families: placement === "V" && devices === 2 ? "F" : "FB",
          send,
          forward: 2,
        });
        const lists = listsOf(randomOrder(problem, 1));
        for (const chosen of product(lists.map((list) => permutations(list.slice(0, 5)).map((head) => [...head, ...list.slice(5)])))) {
          const order = orderFrom(chosen);
          const retimed = retime(problem, order);
          const least = leastStarts(problem, order);
          if (retimed.kind === "timed") expect([...retimed.start]).toEqual(least);
          else expect(least).toBeNull();
          count++;
        }
      }
  expect(count).toBeGreaterThan(2000);
});

function permutations(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((one) => permutations(list.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}
function product(choices: readonly (readonly number[][])[]): number[][][] {
  return choices.reduce<number[][][]>((found, list) => found.flatMap((chosen) => list.map((one) => [...chosen, one])), [[]]);
}

test("an order that leaves a needed pass out waits for it for ever", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const problem = randomProblem(seed);
    const passes = passesOf(problem);
    const needed = passes.flatMap(({ needs }) => needs);
    if (needed.length === 0) continue;
    const left = random(seed).pick(needed);
    const order = orderFrom(listsOf(randomOrder(problem, seed)).map((list) => list.filter((id) => id !== left)));
    const retimed = retime(problem, order);
    if (retimed.kind !== "never") return expect.fail(`${retimed.kind}, seed ${seed}`);
    expect(retimed.wait.needs).toBe(left);
    expect(passes[retimed.wait.pass].needs).toContain(left);
  }
});

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const options = { seed: 20240601, numRuns: 150 };
const change = (problem: Problem, to: (route: Route) => Partial<Route>): Problem => ({
  ...problem,
  routes: problem.routes.map((route) => ({ ...route, ...to(route) })),
});

test("law: all times k times as long, all starts k times as late", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 9 }), (seed, k) => {
      const problem = randomProblem(seed, seed % 2 === 0);
      const order = randomOrder(problem, seed);
      const longer = { ...change(problem, ({ duration }) => ({ duration: duration.map((ticks) => k * ticks) })), send: k * problem.send };
      expect(timed(longer, order)).toEqual(timed(problem, order).map((time) => k * time));
    }),
    options,
  );
});

test("law: run backwards, an order takes as long", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = withoutMemory(randomProblem(seed, seed % 2 === 0));
      const order = randomOrder(problem, seed);
      const reversed = change(problem, ({ dep, depStart }) => {
        const needs: number[][] = Array.from({ length: problem.nodes }, () => []);
        for (let node = 0; node < problem.nodes; node++) for (let e = depStart[node]; e < depStart[node + 1]; e++) needs[dep[e]].push(node);
        let length = 0;
        return { dep: Int32Array.from(needs.flat()), depStart: Int32Array.from([0, ...needs.map((own) => (length += own.length))]) };
      });
      const backwards = orderFrom(listsOf(order).map((list) => list.reverse()));
      expect(makespan(reversed, backwards)).toBe(makespan(problem, order));
    }),
    options,
  );
});

test("law: devices with other names run the same", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = randomProblem(seed, seed % 2 === 0);
      const { below } = random(seed + 1);
      const names = Array.from({ length: problem.devices }, (_, d) => d);
      for (let i = names.length - 1; i > 0; i--) {
        const k = below(i + 1);
        [names[i], names[k]] = [names[k], names[i]];
      }
      const order = randomOrder(problem, seed);
      const renamed: Problem = {
        ...change(problem, ({ device, holdDevice }) => ({
          device: device.map((d) => names[d]),
          holdDevice: holdDevice.map((d) => names[d]),
        })),
        always: problem.always.map((_, d) => problem.always[names.indexOf(d)]),
      };
      const lists = listsOf(order);
      const moved = orderFrom(
        lists.map((_, i) => lists[names.indexOf(Math.floor(i / problem.streams)) * problem.streams + (i % problem.streams)]),
      );
      const start = timed(problem, order);
      expect(timed(renamed, moved)).toEqual(start);
      const [before, after] = [replay(problem, { start: Float64Array.from(start) }), replay(renamed, { start: Float64Array.from(start) })];
      expect(after.kind).toBe(before.kind);
      if (before.kind !== "valid" || after.kind !== "valid") return;
      const { makespan: length, span, busy, peak } = before.measures;
      expect(after.measures).toMatchObject({ makespan: length, span, busy, peak });
      before.measures.peakOf.forEach((own, d) => {
        expect(after.measures.peakOf[names[d]]).toBe(own);
      });
    }),
    options,
  );
});

test("law: slack (longer passes, slower sends, one more dependency) starts nothing earlier", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), (seed, more, slower) => {
      const problem = randomProblem(seed, seed % 2 === 0);
      const order = randomOrder(problem, seed);
      const node = seed % problem.nodes;
      const slack = {
        ...change(problem, ({ duration }) => ({ duration: duration.map((ticks, n) => (n === node ? ticks + more : ticks)) })),
        send: problem.send + slower,
      };
      const before = timed(problem, order);
      timed(slack, order).forEach((time, pass) => {
        expect(time).toBeGreaterThanOrEqual(before[pass]);
      });
      const [last, first] = [problem.nodes - 1, 0];
      const bound = change(problem, ({ dep, depStart }) => ({
        dep: Int32Array.of(...dep, first),
        depStart: depStart.map((at, n) => (n === problem.nodes ? at + 1 : at)),
      }));
      if (last > first && !hasCycle(bound, order))
        timed(bound, order).forEach((time, pass) => {
          expect(time).toBeGreaterThanOrEqual(before[pass]);
        });
    }),
    options,
  );
});

test("law: within its order, no schedule starts anything earlier than the retimed one", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const problem = withoutMemory(randomProblem(seed, seed % 2 === 0));
      const order = randomOrder(problem, seed);
      const { below } = random(seed);
      const least = timed(problem, order);
      // Raise some starts, then let everything after them give way.
      const slack = change(problem, ({ duration }) => ({ duration: duration.map((ticks) => ticks + below(3)) }));
      const late = timed(slack, order);
      expect(replay(problem, { start: Float64Array.from(late) }).kind).toBe("valid");
      late.forEach((time, pass) => {
        expect(time).toBeGreaterThanOrEqual(least[pass]);
      });
    }),
    options,
  );
});
