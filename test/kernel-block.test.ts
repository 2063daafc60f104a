// A building block by replaying its repetition, as the kernel does it, against the sums over one interval; and its free slots.
import { describe, expect, test } from "vitest";
import { type Block, repeats, settles } from "../src/kernel/index.ts";
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

describe("random blocks", () => {
  test("a replayed run has a conflict where the interval has one, and the same peaks", () => {
    const seen = { valid: 0, invalid: 0 };
    for (let seed = 1; seed <= 4000; seed++) {
      const given = randomBlock(seed);
      const made = settle(given);
      if (made.kind === "full" || made.block.start.some(Number.isNaN)) continue;
      const { block } = made;
      const repeated = repeats(block, block.start);
      if (repeated.kind === "limit") return expect.fail(repeated.reason);
      expect([seed, isValid(block)]).toEqual([seed, repeated.kind === "valid"]);
      seen[repeated.kind]++;
      if (repeated.kind === "valid") expect([seed, ...repeated.measures.peakOf]).toEqual([seed, ...steadyPeaks(block).peakOf]);
    }
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(100);
  });

  test("first free slots are recognised, other slots are not", () => {
    const seen = { settled: 0, full: 0, wrong: 0 };
    for (let seed = 1; seed <= 4000; seed++) {
      const given = randomBlock(seed);
      if (given.interval === null || !given.start.some(Number.isNaN)) continue;
      const made = settle(given);
      if (made.kind === "settled" && made.block.start.some(Number.isNaN)) continue; // after another free slot
      const slots = made.kind === "full" ? made.slots : made.block.start;
      const answer = settles(given, slots);
      // A pass that waits for a pass in a free slot is no business of the kernel's.
      if (answer === "wrong" && made.kind === "full") continue;
      expect([seed, answer]).toEqual([seed, made.kind]);
      seen[answer]++;
      if (made.kind === "full") continue;
      const { below } = random(seed);
      const changed = slots.slice();
      changed[below(changed.length)] += below(2) === 0 ? 1 : -1;
      expect([seed, settles(given, changed)]).toEqual([seed, "wrong"]);
      seen.wrong++;
    }
    expect(Math.min(seen.settled, seen.full, seen.wrong)).toBeGreaterThan(50);
  });
});
