// The adaptive scheduler's search: the catalogue's file is what it finds, and its spans by a replay apart from the kernel and the language.
import { expect, test } from "vitest";
import { adaptations, withAdapted } from "../scripts/adaptive/file.ts";
import { allOffsets, peakOf, startsOf } from "../scripts/adaptive/offsets.ts";
import { adapt, leastKnown } from "../scripts/adaptive/search.ts";
import { read } from "./oracle/claims.ts";
import { fold, most, numbers, repeated } from "./oracle/published.ts";
import { listFrom, replay } from "./oracle/replay.ts";

test("the file is what the search finds", () => {
  const text = read("v-adaptive/v-adaptive.pipe");
  expect(withAdapted(text, adaptations())).toBe(text);
});

test("6m + 6p - 3k - 1 from V-Min's memory on, but for k = 2p - 1 one more", () => {
  for (const p of [2, 3, 4])
    for (const limit of numbers(2 * p + 1))
      for (const microbatches of [2 * p, 3 * p + 1]) {
        const instance = { devices: p, microbatches, limit };
        const adapted = adapt(instance);
        // Below V-Min's memory no block fits.
        expect([p, limit, adapted === null]).toEqual([p, limit, limit < 2 * Math.floor((p + 4) / 3)]);
        if (adapted === null) continue;
        expect([instance, adapted.span]).toEqual([instance, leastKnown(instance) + (limit === 2 * p - 1 ? 1 : 0)]);
        const lists = adapted.runs.split("\n").map((line) => listFrom(line.replace(/^.* runs /, "")));
        expect(lists.flat().length).toBe(6 * p * microbatches);
        const found = replay(fold(p), lists);
        expect(found.span).toBeLessThanOrEqual(adapted.span);
        expect(most(found)).toBeLessThanOrEqual(limit);
      }
});

test("a block's peak by its slots is the one of a long replay", () => {
  const p = 4;
  let blocks = 0;
  for (const offsets of allOffsets(p, 3)) {
    if (blocks++ % 20 !== 0) continue;
    const starts = startsOf(p, offsets);
    if (starts === null) return expect.fail("a block that does not fit");
    const { F, B, W } = starts;
    const at = { F: (s: number) => F[s], B: (s: number) => B[s], W: (s: number) => W[s] };
    expect(most(replay(fold(p), repeated(fold(p), p, 6 * p, 6, at, false)))).toBe(peakOf(p, starts));
  }
  expect(blocks).toBeGreaterThan(200);
});
