// The kernel's replay against the oracle: the same schedules are valid, the same conflicts come first, every measure is the same.
import { expect, test } from "vitest";
import { complete, type Problem, replay, rowsOf, type Schedule, term } from "../src/kernel/index.ts";
import { firstConflict, judge, type Source } from "../src/schedule/index.ts";
import {
  everySchedule,
  everyStart,
  type Fraction,
  hasCycle,
  type Kind,
  leastStarts,
  listsOf,
  measures,
  orderFrom,
  passesOf,
  pipeline,
  problemFrom,
  random,
  randomOrder,
  randomProblem,
  type Shape,
  scheduleFrom,
  wrongs,
} from "./oracle/oracle.ts";

/** What is different between kernel and oracle, or null. The kernel's schedule is what its starts say; its orders are lists of all passes. */
function difference(problem: Problem, schedule: Schedule): string | null {
  const wrong = wrongs(problem, schedule);
  const kinds = [...wrong.keys()].join(", ");
  const lacks = ["missing", "twice", "elsewhere"].some((kind) => wrong.has(kind as Kind));
  if (complete(problem, rowsOf(schedule.order)) === lacks) return `the kernel calls the order ${lacks ? "" : "in"}complete; ${kinds}`;
  const conflict = firstConflict(problem, schedule);
  if ((conflict !== null) !== wrong.size > 0) return `what is shown is ${conflict?.kind}, the oracle sees ${kinds || "nothing"}`;
  if (conflict !== null) {
    if (!wrong.has(conflict.kind)) return `what is shown is ${conflict.kind}, the oracle sees ${kinds}`;
    const sorted = listsOf(schedule.order).every((list) =>
      list.every((id, i) => i === 0 || schedule.start[list[i - 1]] <= schedule.start[id]),
    );
    if (sorted && (conflict.kind === "overlap" || conflict.kind === "early")) {
      const first = Math.min(wrong.get("overlap") ?? Number.POSITIVE_INFINITY, wrong.get("early") ?? Number.POSITIVE_INFINITY);
      if (conflict.time !== first) return `the ${conflict.kind} that is shown is at ${conflict.time}, the first conflict at ${first}`;
    }
  }
  const replayed = replay(problem, schedule);
  const own = wrongs(problem, scheduleFrom(problem, [...schedule.start]));
  if ((replayed.kind === "invalid") !== own.size > 0)
    return `the kernel says ${replayed.kind}, the oracle sees ${[...own.keys()].join(", ") || "nothing"}`;
  if (replayed.kind === "invalid") return null;
  const expected = measures(problem, schedule.start);
  const { measures: m } = replayed;
  const { ticksPerUnit: ticks, partsPerUnit: parts, devices } = problem;
  const same = (value: number, unit: number, fraction: Fraction): boolean => BigInt(value) * fraction.den === fraction.num * BigInt(unit);
  const all =
    same(m.makespan, ticks, expected.makespan) &&
    same(m.span, ticks, expected.span) &&
    same(m.busy, ticks * devices, expected.busy) &&
    same(m.peak, parts, expected.peak) &&
    expected.spanOf.every((span, d) => same(m.spanOf[d], ticks, span)) &&
    expected.busyOf.every((busy, d) => same(m.busyOf[d], ticks, busy)) &&
    expected.peakOf.every((peak, d) => same(m.peakOf[d], parts, peak)) &&
    m.passes === passesOf(problem).length;
  return all ? null : `measures ${JSON.stringify(m)}`;
}

/** For failures: the first difference, with what it takes to see it again. */
function agree(problem: Problem, schedule: Schedule, about: unknown): void {
  const found = difference(problem, schedule);
  if (found !== null)
    expect.fail(`${found}; start ${[...schedule.start]}, lists ${JSON.stringify(listsOf(schedule.order))}, ${JSON.stringify(about)}`);
}

function* shapes(): Generator<Shape> {
  for (const devices of [1, 2])
    for (const microbatches of [1, 2])
      for (const placement of ["straight", "V"] as const)
        for (const families of ["F", "FB", "FOB"] as const)
          for (const forward of [1, 2])
            for (const backward of families === "F" ? [1] : [1, 2])
              for (const send of devices === 1 ? [0] : [0, 1])
                for (const holds of families === "F"
                  ? (["within"] as const)
                  : families === "FB"
                    ? (["none", "within"] as const)
                    : (["within", "across", "both"] as const))
                  for (const [always, cap] of [
                    [0, undefined],
                    [1, 4],
                  ] as const)
                    yield { devices, microbatches, placement, families, forward, backward, send, holds, always, cap };
}

test("all choices of start times of the tiniest problems", () => {
  let count = 0;
  for (const shape of shapes()) {
    const problem = pipeline(shape);
    const passes = problem.nodes * problem.microbatches;
    if (passes > 4) continue;
    for (const start of everyStart(passes, passes > 3 ? 5 : 6)) {
      agree(problem, scheduleFrom(problem, start), shape);
      count++;
    }
  }
  expect(count).toBeGreaterThan(40_000);
});

test("all schedules of all small problems, and each with a pass moved by one", () => {
  let [problems, count] = [0, 0];
  for (const shape of shapes()) {
    const problem = pipeline(shape);
    const passes = passesOf(problem);
    if (passes.length > 8) continue;
    problems++;
    const least = leastStarts(problem, randomOrder(problem, 1)) ?? [];
    const end = Math.max(...passes.map(({ id, duration }) => least[id] + duration));
    // The longest horizon that leaves a number of schedules that can be looked at.
    let horizon = passes.length > 6 ? Math.min(end, 9) : end;
    while (horizon > 1 && atLeast(everySchedule(problem, horizon), 1500)) horizon--;
    horizon = Math.max(horizon, 1);
    for (const start of everySchedule(problem, horizon)) {
      agree(problem, scheduleFrom(problem, start), shape);
      const moved = [...start];
      const at = count % start.length;
      moved[at] += count % 2 === 0 ? 1 : -1;
      agree(problem, scheduleFrom(problem, moved), shape);
      count += 2;
    }
  }
  expect(problems).toBeGreaterThan(150);
  expect(count).toBeGreaterThan(15_000);
});

const atLeast = (of: Iterable<unknown>, count: number): boolean => {
  let seen = 0;
  for (const _ of of) if (++seen >= count) return true;
  return false;
};

test("seeded larger problems: valid, moved, swapped, missing, twice, elsewhere, under a cap", () => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= 500; seed++) {
    const problem = randomProblem(seed, seed % 3 === 0);
    const { below } = random(seed * 7919);
    const order = randomOrder(problem, seed);
    expect(hasCycle(problem, order)).toBe(false);
    const start = leastStarts(problem, order) ?? expect.fail("an order of a run has start times");
    const total = start.length;
    const check = (what: string, one: Problem, schedule: Schedule): void => {
      agree(one, schedule, { seed, what });
      const key = firstConflict(one, schedule)?.kind ?? "valid";
      seen.set(key, (seen.get(key) ?? 0) + 1);
    };
    const times = (some: readonly number[]): Schedule => ({ order, start: Float64Array.from(some) });
    check("valid", problem, times(start));
    check("later", problem, times(start.map((time) => time + 5)));
    for (const by of [-1, 1]) {
      const moved = [...start];
      moved[below(total)] += by;
      check("moved", problem, times(moved));
      check("moved and sorted", problem, scheduleFrom(problem, moved));
    }
    const [a, b] = [below(total), below(total)];
    const swapped = [...start];
    [swapped[a], swapped[b]] = [start[b], start[a]];
    check("swapped", problem, scheduleFrom(problem, swapped));
    check("swapped in time only", problem, times(swapped));
    check("half a tick", problem, times(start.map((time, i) => (i === a ? time + 0.5 : time))));
    const lists = listsOf(order);
    const home = lists.findIndex((list) => list.includes(a));
    const change = (list: number, to: number[]): Schedule => ({
      order: orderFrom(lists.map((own, i) => (i === list ? to : own))),
      start: Float64Array.from(start),
    });
    check(
      "missing",
      problem,
      change(
        home,
        lists[home].filter((id) => id !== a),
      ),
    );
    check("twice", problem, change(home, [...lists[home], a]));
    const other = below(lists.length);
    if (other !== home)
      check("elsewhere", problem, {
        order: orderFrom(lists.map((own, i) => (i === home ? own.filter((id) => id !== a) : i === other ? [...own, a] : own))),
        start: Float64Array.from(start),
      });
    const replayed = replay(problem, times(start));
    if (replayed.kind !== "valid") continue;
    const peaks = [...replayed.measures.peakOf];
    check("at the cap", { ...problem, cap: Float64Array.from(peaks) }, times(start));
    const tight = below(problem.devices);
    check("over the cap", { ...problem, cap: Float64Array.from(peaks, (peak, d) => (d === tight ? peak - 1 : peak)) }, times(start));
  }
  for (const kind of ["valid", "missing", "twice", "elsewhere", "unplaced", "overlap", "early", "memory"])
    expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(20);
});

test("a hold that ends before it begins", () => {
  const problem = { ...randomProblem(3), microbatches: 1 };
  let found = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const one = randomProblem(seed);
    const [from, to] = [one.nodes - 1, 0];
    const turned: Problem = {
      ...one,
      routes: [
        {
          ...one.routes[0],
          holdDevice: Int32Array.of(one.routes[0].device[from]),
          holdFrom: Int32Array.of(from),
          holdTo: Int32Array.of(to),
          holdAmount: Float64Array.of(1),
        },
      ],
    };
    const order = randomOrder(turned, seed);
    const start = leastStarts(turned, order) ?? [];
    agree(turned, { order, start: Float64Array.from(start) }, { seed });
    if (replay(turned, { start: Float64Array.from(start) }).kind === "invalid") found++;
  }
  expect(found).toBeGreaterThan(20);
  expect(problem.microbatches).toBe(1);
});

test("a list that names a pass of no microbatch is refused, not a hole in the stream", () => {
  const problem = pipeline({ devices: 1, microbatches: 2, placement: "straight", families: "F", forward: 2 });
  for (const phantom of [2, 7, -1]) {
    const schedule: Schedule = { order: orderFrom([[0, phantom, 1]]), start: Float64Array.of(0, 1) };
    expect(wrongs(problem, schedule).size).toBeGreaterThan(0);
    expect(complete(problem, rowsOf(schedule.order)), `pass ${phantom}`).toBe(false);
  }
});

test("the measures of a claim are the oracle's fractions", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const problem = randomProblem(seed, seed % 2 === 0);
    const order = randomOrder(problem, seed);
    const start = leastStarts(problem, order) ?? [];
    if (wrongs(problem, { order, start: Float64Array.from(start) }).size > 0) continue;
    const expected = measures(problem, start);
    const subject: Source = { kind: "schedule", problem, source: { order } };
    const { makespan, span, idle, bubble, peak } = expected;
    for (const [name, value] of Object.entries({ makespan, span, idle, bubble, peak })) {
      if (value === null) continue;
      const claim = term.compare(
        { op: "measure", measure: { name: name as "peak", schedule: 0 } },
        "==",
        term.number(value.num, value.den),
      );
      expect(judge(claim, [subject]).kind, `${name}, seed ${seed}`).toBe("true");
      const off = term.compare(
        { op: "measure", measure: { name: name as "peak", schedule: 0 } },
        "==",
        term.number(value.num * 1000n + 1n, value.den * 1000n),
      );
      expect(judge(off, [subject]).kind, `${name}, seed ${seed}`).toBe("false");
    }
  }
});

test("a hold of nothing hides no end from a beginning at the same time", () => {
  // Passes of no length: at one time the first microbatch's hold begins, a hold of nothing begins, the hold ends.
  const problem = problemFrom({
    devices: 1,
    streams: 1,
    microbatches: 2,
    passes: [
      { device: 0, stream: 0, duration: 0, needs: [] },
      { device: 0, stream: 0, duration: 0, needs: [0] },
    ],
    holds: [
      { from: 0, to: 1, device: 0, amount: 1 },
      { from: 1, to: 1, device: 0, amount: 0 },
    ],
    send: 0,
    always: [0],
    cap: [0],
    ticksPerUnit: 1,
    partsPerUnit: 1,
  });
  const order = { offsets: Int32Array.of(0, 4), passes: Int32Array.of(0, 2, 1, 3) };
  const replayed = replay(problem, { start: new Float64Array(4) });
  expect(replayed.kind === "valid" && replayed.measures.peak).toBe(0);
  agree(problem, { order, start: new Float64Array(4) }, "a hold of nothing");
});
