// The formulas of variants of published schedules against a replay apart from the kernel and the language (see facts.test.ts).
import { describe, expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { chimera, hanayo } from "./oracle/lanes.ts";
import { poH, poHShared } from "./oracle/po-h.ts";
import { blocks, fold, fused, gis, most, numbers, straight } from "./oracle/published.ts";
import { type Replayed, replay, type World } from "./oracle/replay.ts";

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

describe("choices of a small kind", () => {
  /** Slice q of a sequence takes `times[q]` forward and twice that backward; so many forwards of slices ahead on each device. */
  const sliced = (p: number, m: number, times: readonly number[], ahead: (d: number) => number): Replayed => {
    const name = (family: string, q: number): string => `${family}${String.fromCharCode(97 + q)}`;
    const slice = (family: string): number => family.charCodeAt(1) - 97;
    const world: World = {
      ...straight(p, Object.fromEntries(times.flatMap((time, q) => [[name("F", q), time] as const, [name("B", q), 2 * time] as const]))),
      needs: (family, s, j) => {
        const q = slice(family);
        const forward = family.startsWith("F");
        const own = forward ? [] : [`${name("F", q)}${s}.${j}`];
        const next = forward ? s - 1 : s + 1;
        const before = forward ? q - 1 : q + 1;
        return [
          ...own,
          ...(next >= 0 && next < p ? [`${family}${next}.${j}`] : []),
          ...(before >= 0 && before < times.length ? [`${name(family[0], before)}${s}.${j}`] : []),
        ];
      },
      holds: [],
    };
    const lists = numbers(p).map((d) => {
      const all = (family: string): string[] =>
        numbers(m).flatMap((j) => times.map((_, q) => `${name(family, family === "F" ? q : times.length - 1 - q)}${d}.${j}`));
      const [forwards, backwards] = [all("F"), all("B")];
      const list = forwards.splice(0, ahead(d));
      for (const backward of backwards) list.push(...forwards.splice(0, 1), backward);
      return list;
    });
    return replay(world, lists);
  };

  test("TeraPipe: of all cuts of 12 into three the dynamic program's is the best, by replay, too", async () => {
    const time = (length: number, behind: number): number => 6 * length + length * (2 * behind + length);
    /** Least sum of so many slices from `behind` on, none longer than `longest`. */
    const least = (slices: number, behind: number, longest: number): number => {
      if (slices === 0) return behind === 12 ? 0 : Number.POSITIVE_INFINITY;
      const lengths = numbers(12 - behind).map((i) => i + 1);
      return Math.min(
        ...lengths.filter((l) => time(l, behind) <= longest).map((l) => time(l, behind) + least(slices - 1, behind + l, longest)),
      );
    };
    const p = 4;
    const best = Math.min(...numbers(300).map((longest) => least(3, 0, longest) + (p - 1) * longest));
    const values: number[] = [];
    const claims: string[] = [];
    for (const a of [1, 2, 3, 4, 5, 6, 7])
      for (const b of [1, 2, 3, 4, 5, 6, 7].filter((length) => a + length <= 11)) {
        const { makespan } = sliced(p, 1, [time(a, 0), time(b, a), time(12 - a - b, a + b)], () => 3);
        values.push(makespan);
        if (a === 5 && b === 4) expect(makespan).toBe(3 * best);
        claims.push(`makespan(TeraPipe(4, 3), m = 1, Cut(${a}, ${b})) == ${makespan}`);
      }
    expect(Math.min(...values)).toBe(3 * best);
    await holds("terapipe/terapipe.pipe", claims);
  });

  test("SlimPipe without its exchange", async () => {
    const claims = [2, 3, 4].flatMap((p) =>
      [1, 2, 3].map((c) => {
        const n = c * p;
        const times = numbers(n).map((q) => n + q); // in 1/n of the first slice's
        const [two, three] = [2, 3].map((m) => sliced(p, m, times, (d) => p - d - 1 + n - 1));
        expect(three.idle - two.idle).toBe((n * 3 * (p - 1) * (2 * c - 1)) / (2 * c));
        return `idle(SlimPipe(${p}, ${n}), m = 3, Alone) == ${three.idle}/${n}`;
      }),
    );
    await holds("slimpipe/slimpipe.pipe", claims);
  });

  test("1F1B recomputed on the first devices: the least for a limit", async () => {
    const claims: string[] = [];
    for (const p of [2, 3, 5])
      for (const r of numbers(p + 1)) {
        const world: World = {
          ...straight(p, { F: 1, R: 1, B: 2 }),
          holds: [["F", "B"]],
          needs: (family, s, j) => {
            if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
            if (family === "R") return [`F${s}.${j}`];
            return [`F${s}.${j}`, ...(s < r ? [`R${s}.${j}`] : []), ...(s < p - 1 ? [`B${s + 1}.${j}`] : [])];
          },
        };
        const B = (s: number): number => 2 * p + 2 * (p - 1 - s);
        const m = 3 * p;
        const lists = blocks(world, p, m, 4, {
          F: { stages: p, start: (s) => 2 * s },
          R: { stages: r, start: (s) => B(s) - 1 },
          B: { stages: p, start: B },
        });
        const [inputs, again] = [replay(world, lists), replay({ ...world, holds: [["R", "B"]] }, lists)];
        expect(inputs.peaks).toEqual(numbers(p).map((d) => p - d));
        expect(again.peaks).toEqual(numbers(p).map((d) => (d < r ? 1 : 0)));
        claims.push(`makespan(First(${p}, ${r}), m = ${m}) == ${inputs.makespan}`);
        for (const d of numbers(p))
          claims.push(`peak(First(${p}, ${r}), m = ${m}) on device ${d} == ${d < r ? `9/10 + ${p - d}/10` : `${p - d}`}`);
      }
    await holds("mario/mario.pipe", claims);
  });
});
