// The formulas of variants of published schedules against a replay apart from the kernel and the language (see facts.test.ts).
import { expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { chimera, hanayo } from "./oracle/lanes.ts";
import { poH, poHShared } from "./oracle/po-h.ts";
import { fused, gis, most } from "./oracle/published.ts";

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

test("PO-H: a quarter and a little without a slot lost up to k = 1, or up to k = 2 with copies spread", async () => {
  const claims: string[] = [];
  for (const p of [3, 4, 6, 7, 8]) {
    const g = Math.ceil(p / 2);
    for (const [name, even] of [
      ["POH", false],
      ["Even", true],
    ] as const)
      for (const halves of [0, 3, 5, 6, 7]) {
        const [one, other] = [4 * g, 5 * g].map((m) => poH(p, m, halves / 2, even));
        const plain = gis(p, 2, g, 4 * g);
        const pace = even ? Math.max(6, halves) : Math.max(6, 3 + halves);
        expect(other.makespan - one.makespan).toBe(pace * g);
        if (halves <= (even ? 5 : 3) && p > 3) expect(one.idle).toBe(plain.idle);
        if (even && p % 2 === 0) expect(most(one)).toBe(g + Math.ceil(g / 2) + 2);
        if (!even) expect([most(one), most(plain)]).toEqual([g + Math.min(Math.floor(p / 2), 3), g + p]);
        claims.push(says(`${name}(${p})`, 4 * g, one, 2, `, Copies(${halves})`));
      }
  }
  for (const p of [1, 2, 3, 5, 8]) claims.push(`makespan(POHShared(${p}), m = ${3 * p}) == ${poHShared(p, 3 * p)}`);
  await holds("po-h/po-h.pipe", claims);
});
