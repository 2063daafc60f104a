// The formulas of variants of published schedules against a replay apart from the kernel and the language (see facts.test.ts).
import { expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { chimera, hanayo } from "./oracle/lanes.ts";
import { poH, poHShared } from "./oracle/po-h.ts";
import { blocks, fold, fused, gis, most, numbers } from "./oracle/published.ts";
import { replay } from "./oracle/replay.ts";

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

test("V-Half for given times: hop by hop, without a bubble, in the same memory", async () => {
  const claims: string[] = [];
  for (const p of [2, 3, 4, 5])
    for (const [F, B, W] of [
      [1, 1, 1],
      [3, 4, 2],
      [2, 3, 4],
      [5, 3, 4],
      [4, 5, 2],
    ]) {
      const every = 2 * (F + B + W);
      // Where a device's passes begin in the interval after its F[d]: the last device has the second order, and so on in turns.
      const places = numbers(p).map((d) =>
        (p - 1 - d) % 2 === 1
          ? { Fz: F + 2 * B + W, Bd: F, Bz: F + B, Wz: F + 2 * B, Wd: 2 * F + 2 * B + W }
          : { Fz: F, Bd: 2 * F + B + W, Bz: 2 * F, Wz: 2 * F + B, Wd: 2 * F + 2 * B + W },
      );
      const hop = numbers(p).map((d) => ((p - 1 - d) % 2 === 1 ? Math.min(2 * B + W - F, F + W) : F + W));
      const origin: number[] = [0];
      for (const d of numbers(p - 1)) origin.push(origin[d] + hop[d]);
      /** The first time from `ready` on at which a device comes to this place of its order. */
      const next = (ready: number, d: number, place: number): number => ready + ((((origin[d] + place - ready) % every) + every) % every);
      const at = { F: [...origin], B: [] as number[], W: [] as number[] };
      const z = (d: number): number => 2 * p - 1 - d;
      for (const d of numbers(p).reverse()) at.F[z(d)] = next(at.F[z(d) - 1] + F, d, places[d].Fz);
      for (const d of numbers(p)) at.B[z(d)] = next(d === 0 ? at.F[z(0)] + F : at.B[z(d) + 1] + B, d, places[d].Bz);
      for (const d of numbers(p).reverse()) at.B[d] = next(at.B[d + 1] + B, d, places[d].Bd);
      for (const d of numbers(p)) {
        at.W[z(d)] = next(at.B[z(d)] + B, d, places[d].Wz);
        at.W[d] = next(at.B[d] + B, d, places[d].Wd);
      }
      const world = fold(p, { F, B, W });
      const families = Object.fromEntries(
        Object.entries(at).map(([name, starts]) => [name, { stages: 2 * p, start: (s: number) => starts[s] }]),
      );
      const [one, other] = [3 * p, 3 * p + 1].map((m) => replay(world, blocks(world, p, m, every, families)));
      expect(other.idle).toBe(one.idle);
      expect(most(one)).toBe(2 * Math.floor((p + 2) / 2));
      claims.push(says(`Steady(${p}, ${F}, ${B}, ${W})`, 3 * p, one, 2));
    }
  await holds("v-half/v-half.pipe", claims);
});
