// The search above the kernel: the same optimum as trying everything, the same schedule for the same seed, and no harm from a solver
// that lies. The kernel's own part is in refute.test.ts.
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { problemOf } from "../bench/instances.ts";
import { capOf, readFrontier } from "../scripts/frontier/points.ts";
import { atMost, type Goal, meets, type Objective, type Problem } from "../src/kernel/index.ts";
import { exitCode } from "../src/report/exit.ts";
import { Crew } from "../src/search/crew.ts";
import { type Solved, solve } from "../src/search/solve.ts";
import { solve as solveFinds, verify } from "../src/session.ts";
import { CadicalSolver } from "../src/solver/cadical.ts";
import type { SatAnswer, SatSolver, SatTask } from "../src/solver/sat.ts";
import { explore, TooMany } from "./oracle/explore.ts";
import { anything, formed, goalOf, seeds } from "./oracle/goals.ts";

const crew = new Crew({ jobs: 1 }, Number.POSITIVE_INFINITY);
const pair = new Crew({ jobs: 2 }, Number.POSITIVE_INFINITY);
afterAll(async () => {
  await crew.close();
  await pair.close();
});

const solved = async (goal: Goal, objectives: readonly Objective[], by = crew): Promise<Solved> =>
  solve(
    { goal, objectives },
    { team: await by.team(), construct: (problem, what, effort) => by.build(problem, what, Math.min(effort, 500)) },
  );

/** Against trying everything: there is a schedule at the value that `solve` proves, and none one tick (or part) below. */
async function agrees(goal: Goal, objective: Objective): Promise<void> {
  const { found, outcomes } = await solved(goal, [objective]);
  const [{ value, bound, proved }] = outcomes;
  if (value === null) {
    expect([bound, explore(goal, 4000)]).toEqual([Number.POSITIVE_INFINITY, null]);
    return;
  }
  expect(proved).toBe(true);
  if (found === null) throw new Error("a value without a schedule");
  expect(meets(atMost(goal, objective, value), found.schedule).kind).toBe("met");
  expect(explore(atMost(goal, objective, value), 4000)).not.toBeNull();
  expect(explore(atMost(goal, objective, value - 1), 4000)).toBeNull();
}

describe("against every schedule of small problems", () => {
  const shapes: [string, Problem][] = [];
  for (const placement of ["straight", "V"] as const)
    for (const [devices, microbatches] of [
      [1, 2],
      [2, 2],
      [3, 2],
      [1, 3],
      [2, 3],
      [3, 3],
    ])
      for (const durations of [
        [1, 1, 1],
        [2, 1, 1],
      ] as const)
        for (const frees of [
          [0, 1],
          [1, 2],
        ] as const)
          for (const cap of [1, 2, 3, 5])
            shapes.push([
              `${placement}, ${devices} devices, ${microbatches} microbatches, times ${durations}, frees ${frees}, cap ${cap}`,
              formed({ placement, devices, microbatches, durations, frees, cap, send: devices === 2 ? 1 : 0 }),
            ]);
  // Of some spans there are too many states to try everything.
  let tooMany = 0;
  test.each(shapes)("%s", { timeout: 30_000 }, async (_, problem) => {
    for (const objective of ["makespan", "span"] as const) {
      try {
        await agrees(goalOf(problem, {}), objective);
      } catch (wrong) {
        if (!(wrong instanceof TooMany)) throw wrong;
        tooMany++;
      }
    }
  });
  test("nearly all of them were tried", () => {
    expect(shapes.length).toBe(192);
    expect(tooMany).toBeLessThan(40); // of 384
  });
  test("random problems of any kind, for time and for memory", { timeout: 60_000 }, async () => {
    let looked = 0;
    for (const seed of seeds(7000, 60)) {
      const problem = anything(seed);
      try {
        await agrees(goalOf(problem, {}), "makespan");
        const makespan = (await solved(goalOf(problem, {}), ["makespan"])).outcomes[0].value;
        if (makespan !== null) await agrees(goalOf(problem, { makespan: makespan + 1 }), "peak");
        looked++;
      } catch (wrong) {
        if (!(wrong instanceof TooMany)) throw new Error(`seed ${seed}`, { cause: wrong });
      }
    }
    expect(looked).toBeGreaterThan(20);
  });
});

// Controllable Memory, appendix: V at unit times, m microbatches, k half stages of memory. Nothing here takes it for granted.
describe("6m + 6p - 3k - 1 for V at unit times", () => {
  const figure = (devices: number, microbatches: number, cap: number): number => 6 * microbatches + 6 * devices - 3 * cap - 1;
  test.each([
    [3, 4],
    [4, 4],
    [4, 5],
    [4, 6],
  ])("is met by the best schedule for %i devices and %i half stages", { timeout: 60_000 }, async (devices, cap) => {
    const problem = problemOf({ placement: "V", devices, microbatches: 2 * devices, times: [1, 1, 1], send: 0, cap });
    const [{ value, proved }] = (await solved(goalOf(problem, {}), ["makespan"], pair)).outcomes;
    expect([value, proved]).toEqual([figure(devices, 2 * devices, cap), true]);
  });
  test("is below no best schedule of the frontier, and met where there is about half to three quarters of 1F1B's memory", () => {
    const points = readFrontier(readFileSync(new URL("../proofs/optimal/frontier.json", import.meta.url), "utf8"));
    const met: string[] = [];
    for (const point of points) {
      if (point.placement !== "v") continue;
      const { devices, microbatches, makespan, proved } = point;
      expect(proved).toBe(true);
      const above = (makespan ?? Number.NaN) - figure(devices, microbatches, 2 * capOf(point));
      expect(above).toBeGreaterThanOrEqual(0);
      if (above === 0) met.push(`${devices}: ${point.cap}`);
    }
    expect(met).toEqual(["3: 2", "4: 2", "4: 5/2", "4: 3", "5: 3", "5: 7/2", "6: 3", "6: 7/2", "6: 4", "6: 9/2"]);
  });
});

describe("the same seed and effort", () => {
  const problem = formed({ placement: "V", devices: 3, microbatches: 4, durations: [2, 3, 1], frees: [0, 1], cap: 4, send: 1 });
  test("give the same schedule twice, and the same value for one solver and two", { timeout: 60_000 }, async () => {
    const [one, again, two, twice] = [
      await solved(goalOf(problem, {}), ["makespan"]),
      await solved(goalOf(problem, {}), ["makespan"]),
      await solved(goalOf(problem, {}), ["makespan"], pair),
      await solved(goalOf(problem, {}), ["makespan"], pair),
    ];
    expect(again.found?.schedule.start).toEqual(one.found?.schedule.start);
    expect(twice.found?.schedule.start).toEqual(two.found?.schedule.start);
    expect(two.outcomes[0].value).toBe(one.outcomes[0].value);
    expect([one, again, two, twice].every(({ outcomes }) => outcomes[0].proved)).toBe(true);
  });
  test("twice the times take twice as long, a higher cap never longer", { timeout: 60_000 }, async () => {
    const value = async (one: Problem): Promise<number> => (await solved(goalOf(one, {}), ["makespan"])).outcomes[0].value ?? Number.NaN;
    const least = await value(problem);
    const doubled = {
      ...problem,
      send: 2 * problem.send,
      routes: problem.routes.map((route) => ({ ...route, duration: route.duration.map((t) => 2 * t) })),
    };
    expect(await value(doubled)).toBe(2 * least);
    expect(await value({ ...problem, cap: problem.cap.map((cap) => cap + 1) })).toBeLessThanOrEqual(least);
  });
});

describe("solvers that lie or fail", () => {
  const text = `pipeline V(p) {
  devices p
  stages s in 0..2p-1 on device min(s, 2p-1-s)
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1/2 from F[s] to W[s]
}
find T of V(3) { microbatches 6  keep peak <= 5/2  minimize makespan }
claim "none better": impossible: V(3) with m = 6, peak <= 5/2, makespan <= 38
claim "the best": makespan(T) == 39
`;
  class Fake implements SatSolver {
    readonly name = "fake";
    readonly #answer: (task: SatTask) => SatAnswer | Promise<SatAnswer>;
    constructor(answer: (task: SatTask) => SatAnswer | Promise<SatAnswer>) {
      this.#answer = answer;
    }
    async solve(task: SatTask): Promise<SatAnswer> {
      return this.#answer(task);
    }
    async close(): Promise<void> {}
  }
  const hang = ({ deadline, signal }: SatTask): Promise<SatAnswer> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ kind: "unknown", reason: "out of time" }), Math.max(0, deadline - Date.now()));
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve({ kind: "unknown", reason: "interrupted" });
      });
    });
  const lies: readonly (readonly [string, (task: SatTask) => SatAnswer | Promise<SatAnswer>, "broken" | "open"])[] = [
    ["a model in which nothing starts", ({ clauses }) => ({ kind: "model", model: new Uint8Array(clauses.variables + 1) }), "broken"],
    [
      "a model in which all start at once",
      ({ clauses }) => ({ kind: "model", model: new Uint8Array(clauses.variables + 1).fill(1) }),
      "broken",
    ],
    ["a refutation without lemmas", () => ({ kind: "refuted", lemmas: new Int32Array() }), "broken"],
    ["a refutation of one false lemma", () => ({ kind: "refuted", lemmas: Int32Array.from([1, 0, -1, 0, 0]) }), "broken"],
    ["no answer before the deadline", hang, "open"],
    ["nothing but excuses", () => ({ kind: "unknown", reason: "I gave up" }), "open"],
  ];
  test.each(lies)("%s", { timeout: 30_000 }, async (_, answer, ends) => {
    const kept: number[] = [];
    const save = ({ literals }: { literals: Int32Array }): string => `file ${kept.push(literals.length)}`;
    const report = await verify([{ path: "lies.pipe", text }], { satSolver: () => new Fake(answer), jobs: 2, timeout: 4000, save });
    const verdicts = report.files[0].claims.map(({ verdict }) => verdict);
    expect(verdicts).not.toContain("proved");
    expect(report.files[0].sightings.every(({ optimal }) => !optimal)).toBe(true);
    if (ends === "broken") {
      expect(verdicts).toContain("unproved");
      expect(exitCode(report)).toBe(70);
      expect(kept.length).toBeGreaterThan(0);
      expect(kept.every((length) => length > 1000)).toBe(true);
    } else expect([exitCode(report), new Set(verdicts)]).toEqual([3, new Set(["unknown"])]);
  });
  test.each([0, 1])("one of two that always fails costs itself only: number %i", { timeout: 30_000 }, async (fails) => {
    let [made, asked] = [0, 0];
    const satSolver = (): SatSolver => {
      if (made++ % 2 !== fails) return new CadicalSolver();
      return new Fake(() => ({ kind: "unknown", reason: `out of memory for the ${++asked}. time` }));
    };
    const wide = text
      .replace(/find T .*/, "find T of V(4) { microbatches 8  keep peak <= 2  minimize makespan }")
      .replace(/^claim.*$/gm, "");
    const report = await verify([{ path: "crash.pipe", text: wide }], { satSolver, jobs: 2 });
    expect(report.files[0].sightings[0]).toMatchObject({ optimal: true, outcomes: [{ value: 59, proved: true }] });
    expect(asked).toBeGreaterThan(0);
  });
  test("with the time up the best so far stays, with a bound that is true", { timeout: 30_000 }, async () => {
    const report = await solveFinds({ path: "lies.pipe", text }, ["T"], { satSolver: () => new Fake(hang), timeout: 2500 });
    const [{ found, outcomes }] = report.files[0].sightings;
    expect(found).not.toBeNull();
    expect(outcomes[0].bound).toBeLessThanOrEqual(39);
    expect(outcomes[0].value).toBeGreaterThanOrEqual(39);
  });
});
