// The formulas of the catalogue's later building blocks against a replay apart from the kernel and the language (see facts.test.ts).
import { describe, expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { blocks, fused, loop, most, numbers, straight, unit } from "./oracle/published.ts";
import { listsByStart, replay, type World } from "./oracle/replay.ts";

describe("blocks with uniform intervals", () => {
  const odd = (least: number): number => least + 1 - (least % 2);
  test("two microbatches in a block: 2(p div 3) + 2", async () => {
    const claims = [1, 2, 3, 4, 5, 6, 9, 10].map((p) => {
      const at = new Map<string, number>();
      const m = 4 * p + 4;
      for (const j of numbers(m))
        for (const s of numbers(p)) {
          const group = 6 * Math.floor(j / 2) + 2 * (j % 2);
          at.set(`F${s}.${j}`, s + group);
          at.set(`B${s}.${j}`, 2 * p - 1 - s + group);
        }
      // W: what the six slots of the interval leave, the earlier B first.
      for (const s of numbers(p)) {
        const taken = new Set([0, 1].flatMap((k) => [(s + 2 * k) % 6, (2 * p - 1 - s + 2 * k) % 6]));
        for (const k of [0, 1]) {
          let slot = 2 * p - s + 2 * k;
          while (taken.has(slot % 6)) slot++;
          taken.add(slot % 6);
          for (let j = k; j < m; j += 2) at.set(`W${s}.${j}`, slot + 6 * Math.floor(j / 2));
        }
      }
      const found = replay(straight(p, unit), listsByStart(straight(p, unit), p, at));
      expect(most(found)).toBe(2 * Math.floor(p / 3) + 2);
      return says(`TwoThirds(${p})`, m, found, 1);
    });
    await holds("straight-two-thirds/straight-two-thirds.pipe", claims);
  });
  test("interleaved and ChronosPipe: three quarters", async () => {
    const [split, whole]: string[][] = [[], []];
    for (const p of [1, 2, 3, 4, 5, 6, 8, 11]) {
      const [a, b] = [odd(Math.ceil(p / 3)), odd(Math.ceil((2 * p) / 3))];
      const F = (s: number): number => (s < p ? s : 3 * a + s - p);
      const B = (s: number): number => (s >= p ? 3 * a + p + 2 * (2 * p - 1 - s) : 3 * a + p + 3 * b + 2 * (p - 1 - s));
      const m = 3 * p + 3;
      const two = { F: { stages: 2 * p, start: F }, B: { stages: 2 * p, start: B } };
      const three = { ...two, W: { stages: 2 * p, start: (s: number) => B(s) + 1 } };
      const found = replay(loop(p, 2, unit), blocks(loop(p, 2, unit), p, m, 6, three));
      expect(most(found)).toBe(p + (a + b) / 2);
      split.push(says(`Uniform(${p})`, m, found, 2));
      whole.push(says(`Chronos(${p})`, m, replay(loop(p, 2, fused), blocks(loop(p, 2, fused), p, m, 6, two)), 2));
    }
    await holds("interleaved-uniform/interleaved-uniform.pipe", split);
    await holds("chronos/chronos.pipe", whole);
  });
});

describe("vocabulary parallelism", () => {
  /** S and T of microbatch j on device d wait for the last F, and for all S. */
  const world = (p: number, barriers: 1 | 2): World => ({
    stages: p,
    device: (s) => s,
    times: { F: 1, S: 1, T: 1, B: 2 },
    holds: [["F", "B"]],
    needs: (family, s, j) => {
      const all = (other: string): string[] => numbers(p).map((d) => `${other}${d}.${j}`);
      if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
      if (family === "S") return [`F${p - 1}.${j}`];
      if (family === "T") return all("S");
      return [`F${s}.${j}`, ...(s < p - 1 ? [`B${s + 1}.${j}`] : []), ...all(barriers === 2 ? "T" : "S")];
    },
  });
  test.each([1, 2] as const)("%i barriers: so many microbatches more than 1F1B", async (barriers) => {
    const claims = [1, 2, 3, 5, 8].map((p) => {
      // The first slot, not before a time, that is so many behind F in the interval.
      const from = (time: number, d: number, behind: number): number => time + ((((2 * d + behind - time) % 5) + 5) % 5);
      const S = (d: number): number => from(2 * p - 1, d, 1);
      const T = (d: number): number => from(Math.max(...numbers(p).map((e) => S(e) + 1), 2 * p + 4), d, 4);
      const ready = Math.max(...numbers(p).map((e) => (barriers === 2 ? T(e) : S(e)) + 1), 2 * p + (barriers === 2 ? 9 : 4));
      const B = (s: number): number => from(ready, p - 1, 2) + 3 * (p - 1 - s);
      const families = Object.entries({ F: (s: number) => 2 * s, S, T, B });
      const m = 3 * p + 2;
      const starts = Object.fromEntries(families.map(([family, start]) => [family, { stages: p, start }]));
      const found = replay(world(p, barriers), blocks(world(p, barriers), p, m, 5, starts));
      expect(most(found)).toBe(p + barriers);
      return says(`OneFOneB(${p})`, m, found, 1);
    });
    await holds(`vocab-${barriers === 2 ? 1 : 2}/vocab-${barriers === 2 ? 1 : 2}.pipe`, claims);
  });
});

describe("the output layer on all devices, further", () => {
  test("interlaced: one and a half times, whatever p is", async () => {
    const claims = [1, 2, 3, 4, 5, 8].map((p) => {
      const world: World = {
        stages: p,
        device: (s) => s,
        times: { F: 1, V: 2, B: 2 },
        holds: [["F", "B"]],
        needs: (family, s, j) => {
          if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
          if (family === "V") return [`F${p - 1}.${j}`];
          return [`F${s}.${j}`, ...(s < p - 1 ? [`B${s + 1}.${j}`] : []), ...numbers(p).map((d) => `V${d}.${j}`)];
        },
      };
      // Hop by hop: F in slot 0 on even devices and in slot 2 on odd ones, V in slot 3, B in slot 1 or 0.
      const next = (time: number, slot: number): number => time + ((((slot - time) % 5) + 5) % 5);
      const F: number[] = [];
      for (const s of numbers(p)) F.push(s === 0 ? 0 : next(F[s - 1] + 1, s % 2 === 0 ? 0 : 2));
      const V = next(F[p - 1] + 1, 3);
      const B: number[] = [];
      for (const s of numbers(p).reverse()) B[s] = next(s === p - 1 ? V + 2 : B[s + 1] + 2, s % 2 === 0 ? 1 : 0);
      const m = 3 * p + 3;
      const starts = {
        F: { stages: p, start: (s: number) => F[s] },
        V: { stages: p, start: () => V },
        B: { stages: p, start: (s: number) => B[s] },
      };
      const found = replay(world, blocks(world, p, m, 5, starts));
      expect(most(found)).toBe(p + Math.floor((p - 1) / 2) + 1);
      return says(`OneFOneB(${p})`, m, found, 1);
    });
    await holds("vocab-interlaced/vocab-interlaced.pipe", claims);
  });
  test("V-Half with Vocab-1: a half, and two and a half or three", async () => {
    const claims = [2, 3, 4, 5, 6].map((p) => {
      const all = (family: string, j: number): string[] => numbers(p).map((d) => `${family}${d}.${j}`);
      const world: World = {
        stages: 2 * p,
        device: (s, _, family) => ("ST".includes(family) ? s : Math.min(s, 2 * p - 1 - s)),
        times: { F: 1, S: 1, T: 1, B: 1, W: 1 },
        holds: [["F", "W"]],
        needs: (family, s, j) => {
          if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
          if (family === "S") return [`F${2 * p - 1}.${j}`];
          if (family === "T") return all("S", j);
          if (family === "W") return [`B${s}.${j}`];
          return [`F${s}.${j}`, ...(s < 2 * p - 1 ? [`B${s + 1}.${j}`] : []), ...all("T", j)];
        },
      };
      const next = (time: number, slot: number): number => time + ((((slot - time) % 8) + 8) % 8);
      const F = (s: number): number => (s < p ? 2 * s : 2 * p - 1 + 2 * (s - p));
      const last = F(2 * p - 1) + 1;
      const S = (d: number): number => next(last, 2 * d + 2);
      const T = (d: number): number => next(Math.max(last + 7, ...numbers(p).map((e) => S(e) + 1)), 2 * d + 3);
      // The backward begins 4 slots behind F in the interval, 2 slots a hop.
      const begin = next(Math.max(last + 14, ...numbers(p).map((d) => T(d) + 1)), 4);
      const B = (s: number): number => begin + 2 * (2 * p - 1 - s) - (s < p ? 1 : 0);
      const W = new Map<number, number>();
      for (const d of numbers(p)) {
        const own = [d, 2 * p - 1 - d];
        const taken = new Set([S(d), T(d), ...own.flatMap((s) => [F(s), B(s)])].map((time) => time % 8));
        for (const s of [...own].sort((a, b) => B(a) - B(b))) {
          let slot = B(s) + 1;
          while (taken.has(slot % 8)) slot++;
          taken.add(slot % 8);
          W.set(s, slot);
        }
      }
      const two = 2 * p;
      const starts = {
        F: { stages: two, start: F },
        S: { stages: p, start: S },
        T: { stages: p, start: T },
        B: { stages: two, start: B },
        W: { stages: two, start: (s: number) => W.get(s) ?? Number.NaN },
      };
      const m = 3 * p + 3;
      const found = replay(world, blocks(world, p, m, 8, starts));
      expect(most(found)).toBe(p + 5 + (p % 2));
      return says(`VHalf(${p})`, m, found, 2);
    });
    await holds("v-half-vocab/v-half-vocab.pipe", claims);
  });
});
