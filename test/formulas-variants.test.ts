// The formulas of variants of published schedules against a replay apart from the kernel and the language (see facts.test.ts).
import { expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { chimera, hanayo } from "./oracle/lanes.ts";
import { fused, most } from "./oracle/published.ts";

const equal = { F: 1, B: 1 };
const profiles = [
  { times: equal, name: ", Equal" },
  { times: fused, name: "" },
];

test("Chimera with 2f copies: p/f - 2 of bubble, p microbatches held", async () => {
  const sizes = [
    [2, 1],
    [4, 1],
    [8, 1],
    [4, 2],
    [8, 2],
    [12, 2],
    [6, 3],
    [12, 3],
  ];
  const claims = sizes.flatMap(([p, f]) =>
    [1, 2, 3].flatMap((u) =>
      profiles.map(({ times, name }) => {
        const found = chimera(p, f, u * p, times);
        expect(found.idle).toBe((times === equal ? 1 : u + 1) * (p / f - 2));
        expect([most(found), found.peaks[0]]).toEqual([p, p - p / (2 * f) + 1]);
        return says(`Chimera(${p}, ${f})`, u * p, found, 1, name);
      }),
    ),
  );
  await holds("chimera/chimera.pipe", claims);
});

test("Hanayo with w waves: 2(p-1) or 4(p-1) stages' forwards of bubble", async () => {
  const claims = [1, 2, 3, 4].flatMap((w) =>
    [1, 2, 3, 4, 6].flatMap((p) =>
      [1, 2].flatMap((u) =>
        profiles.map(({ times, name }) => {
          const found = hanayo(p, w, u * p, times);
          expect(found.idle).toBe((times === equal ? 2 : 2 * (u + 1)) * (p - 1));
          expect([most(found), found.peaks[0]]).toEqual([2 * w * p, 2 * w * p - (p - 1)]);
          return says(`Hanayo(${p}, ${w})`, u * p, found, 2 * w, name);
        }),
      ),
    ),
  );
  await holds("hanayo/hanayo.pipe", claims);
});
