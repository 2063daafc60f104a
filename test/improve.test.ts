// Local improvement: windows of a schedule that is too large for the exact engine, closed one after another.
import { afterAll, expect, test } from "vitest";
import { problemOf } from "../bench/instances.ts";
import { type Goal, meets } from "../src/kernel/index.ts";
import { construct } from "../src/search/construct/construct.ts";
import { Crew } from "../src/search/crew.ts";
import { improve } from "../src/search/improve.ts";

const crew = new Crew({ jobs: 1, seed: 3 }, Number.POSITIVE_INFINITY);
afterAll(() => crew.close());

test.each([
  ["makespan", 39],
  ["span", 39],
] as const)(
  "windows make a poor schedule's %s shorter, and the same seed the same schedule",
  { timeout: 60_000 },
  async (objective, least) => {
    const problem = problemOf({ placement: "V", devices: 3, microbatches: 6, times: [1, 1, 1], send: 0, cap: 5 });
    const goal: Goal = { problem, makespan: null, span: null, starts: [], orders: [] };
    const made = construct(problem, objective, { seed: 0, effort: 0, stop: () => false });
    if (made === null) throw new Error("nothing was constructed");
    const met = meets(goal, made.schedule);
    if (met.kind !== "met") throw new Error(met.kind);
    const from = { schedule: made.schedule, measures: met.measures };
    const runs = [];
    for (let i = 0; i < 2; i++) {
      const told: number[] = [];
      const best = await improve({ goal, objective }, from, await crew.team(), ({ measures }) => told.push(measures[objective]));
      expect(meets(goal, best.schedule).kind).toBe("met");
      expect(told).toEqual([...told].sort((a, b) => b - a));
      expect(told.at(-1)).toBe(best.measures[objective]);
      runs.push(best);
    }
    expect(runs[0].measures[objective]).toBeLessThan(from.measures[objective]);
    expect(runs[0].measures[objective]).toBeGreaterThanOrEqual(least); // the least there is
    expect(runs[1].schedule.start).toEqual(runs[0].schedule.start);
  },
);
