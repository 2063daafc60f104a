// A building block by replaying its repetition, as the kernel does it, against sums over one interval and against longer runs.
import { describe, expect, test } from "vitest";
import { type Block, type Checked, check, repetitions, replay, run } from "../src/kernel/index.ts";
import { isValid, settle, steadyPeaks } from "../src/schedule/index.ts";
import { random, randomProblem } from "./oracle/oracle.ts";

/** A block of a random problem: its starts, some of them in the first free slot, are valid now and then. */
function randomBlock(seed: number): Block {
  const { below } = random(seed);
  const problem = { ...randomProblem(seed, seed % 3 === 0), send: 0 };
  const duration = problem.routes.map((route) => route.duration.map((slots) => Math.max(1, slots)));
  const routes = problem.routes.map((route, r) => ({ ...route, duration: duration[r] }));
  const interval = below(6) === 0 ? null : 1 + below(14);
  let ready = 0;
  const start = new Float64Array(problem.nodes * problem.microbatches).map((_, pass) => {
    ready += below(4);
    if (interval !== null && below(8) === 0) return Number.NaN;
    return (pass % problem.nodes === 0 ? below(9) - 3 : 0) + ready;
  });
  return { problem: { ...problem, routes }, interval, start };
}
const says = (block: Block): Checked => check({ kind: "block", block, stageOf: new Int32Array() });

describe("random blocks", () => {
  test("a replayed run has a conflict where the interval has one, and the same peaks", () => {
    const seen = { valid: 0, invalid: 0 };
    for (let seed = 1; seed <= 4000; seed++) {
      const made = settle(randomBlock(seed));
      if (made.kind === "full" || made.block.start.some(Number.isNaN)) continue;
      // Without the cap, which no one peak keeps where holds cross streams.
      const problem = { ...made.block.problem, cap: made.block.problem.cap.map(() => Number.POSITIVE_INFINITY) };
      const block = { ...made.block, problem };
      const repeated = says(block);
      if (repeated.kind === "refused") return expect.fail(repeated.reason);
      expect([seed, isValid(block)]).toEqual([seed, repeated.kind === "valid"]);
      seen[repeated.kind]++;
      if (repeated.kind === "valid") expect([seed, ...(repeated.measures?.peakOf ?? [])]).toEqual([seed, ...steadyPeaks(block).peakOf]);
    }
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(100);
  });

  test("law: three times as many repetitions show nothing more, one fewer may show less", () => {
    const seen = { valid: 0, invalid: 0, less: 0 };
    for (let seed = 1; seed <= 3000; seed++) {
      const { block } = settle(randomBlock(seed));
      if (block.start.some(Number.isNaN)) continue;
      const count = repetitions(block) ?? expect.fail("a small block of too many repetitions");
      const group = block.problem.microbatches;
      const shownBy = (groups: number) => {
        const { problem, start } = run(block, groups * group);
        const replayed = replay(problem, { start });
        return replayed.kind === "valid" ? [seed, ...replayed.measures.peakOf] : [seed, "invalid"];
      };
      const shown = shownBy(count);
      seen[shown[1] === "invalid" ? "invalid" : "valid"]++;
      if (block.interval === null) continue;
      expect(shownBy(3 * count)).toEqual(shown);
      if (count > 1 && shownBy(count - 1).join() !== shown.join()) seen.less++;
    }
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(100);
    expect(seen.less).toBeGreaterThan(20);
  });

  test("where no slot is free, the pass stands in the way of others", () => {
    const seen = { settled: 0, full: 0 };
    for (let seed = 1; seed <= 4000; seed++) {
      const given = randomBlock(seed);
      if (given.interval === null || !given.start.some(Number.isNaN)) continue;
      const made = settle(given);
      if (made.block.start.some(Number.isNaN)) continue; // after another free slot
      seen[made.kind]++;
      if (made.kind === "full") expect([seed, says(made.block).kind]).toEqual([seed, "invalid"]);
    }
    expect(Math.min(seen.settled, seen.full)).toBeGreaterThan(50);
  });
});
