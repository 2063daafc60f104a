// The formulas of the best known schedules over many sizes, and the bubbles printed in Zero Bubble's table 5, against a replay apart from the
// kernel and the language (see facts.test.ts).
import { describe, expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { leastSpan, type Small } from "./oracle/layers.ts";
import {
  ahead,
  blocks,
  fold,
  fused,
  interleaved,
  most,
  numbers,
  repeated,
  straight,
  unit,
  vHalf,
  vMin,
  zbH1,
  zbH2,
  zbVLists,
} from "./oracle/published.ts";
import { type Held, mostHeld, type Replayed, replay, type World } from "./oracle/replay.ts";

const sizes = [2, 3, 4, 5, 6, 8];

describe("a stage a device", () => {
  test("GPipe: n microbatches, 3(p-1) of bubble", async () => {
    const claims = [1, ...sizes].flatMap((p) =>
      [1, 3, 7].map((n) => {
        const lists = numbers(p).map((d) => ["F", "B"].flatMap((family) => numbers(n).map((j) => `${family}${d}.${j}`)));
        const found = replay(straight(p, fused), lists);
        expect([found.peaks, found.idle, found.makespan]).toEqual([numbers(p).map(() => n), 3 * (p - 1), 3 * (n + p - 1)]);
        return says(`GPipe(${p}, ${n})`, n, found, 1);
      }),
    );
    await holds("gpipe/gpipe.pipe", claims);
  });
  test("1F1B: p - d microbatches, 3(p-1) of bubble whatever m is", async () => {
    const claims = [1, ...sizes].flatMap((p) =>
      [1, p, 2 * p + 1].map((m) => {
        const lists = ahead(p, m, (d) => p - d);
        const found = replay(straight(p, fused), lists);
        expect([found.peaks, found.idle]).toEqual([numbers(p).map((d) => Math.min(m, p - d)), 3 * (p - 1)]);
        return says(`OneFOneB(${p})`, m, found, 1);
      }),
    );
    await holds("1f1b/1f1b.pipe", claims);
  });
  test("eager 1F1B: 2(p-d) - 1 microbatches, the bubble of 1F1B", async () => {
    const claims = sizes.map((p) => {
      const lists = ahead(p, 2 * p, (d) => 2 * (p - d) - 1);
      const found = replay(straight(p, fused), lists);
      expect([found.peaks, found.idle]).toEqual([numbers(p).map((d) => 2 * (p - d) - 1), 3 * (p - 1)]);
      return says(`Eager(${p})`, 2 * p, found, 1);
    });
    await holds("eager-1f1b/eager-1f1b.pipe", claims);
  });
  test("ZB-H1: p on every device, p - 1 of bubble; ZB-H2: 2p - 1 and none", async () => {
    for (const p of sizes) {
      const [one, two] = [zbH1(p, 2 * p), zbH2(p, 2 * p)];
      expect([one.peaks, one.idle, one.makespan]).toEqual([numbers(p).map(() => p), p - 1, 7 * p - 1]);
      expect([two.peaks, two.idle, two.makespan]).toEqual([numbers(p).map(() => 2 * p - 1), 0, 7 * p - 1]);
    }
    await holds(
      "zb-h1/zb-h1.pipe",
      sizes.map((p) => says(`ZBH1(${p})`, 2 * p, zbH1(p, 2 * p), 1)),
    );
    await holds(
      "zb-h2/zb-h2.pipe",
      sizes.map((p) => says(`ZBH2(${p})`, 2 * p, zbH2(p, 2 * p), 1)),
    );
  });
  test("the output layer left on the last device: 3 + 2p a microbatch", async () => {
    const claims = sizes.map((p) => {
      // On the last device F and B take the output layer's p parts of each: passes of other names there.
      const world: World = {
        stages: p,
        device: (s) => s,
        times: { F: 1, B: 2, G: 1 + p, H: 2 + p },
        needs: (family, s, j) => {
          if (family === "F" || family === "G") return s > 0 ? [`F${s - 1}.${j}`] : [];
          return family === "H" ? [`G${s}.${j}`] : [`F${s}.${j}`, `${s + 1 === p - 1 ? "H" : "B"}${s + 1}.${j}`];
        },
      };
      const replayed = (m: number): Replayed => {
        const lists = ahead(p, m, (d) => p - d);
        const last = lists[p - 1].map((pass) => pass.replace("F", "G").replace("B", "H"));
        return replay(world, [...lists.slice(0, p - 1), last]);
      };
      const found = replayed(3 * p);
      for (const more of [1, 2]) expect(replayed(3 * p + more).makespan - found.makespan).toBe((3 + 2 * p) * more);
      return `makespan(Without(${p}), m = ${3 * p}, Last) == ${found.makespan} and idle(Without(${p}), m = ${3 * p}, Last) == ${found.idle}`;
    });
    await holds("vocab-1/vocab-1.pipe", claims);
  });
});

test("interleaved 1F1B: p + (p-1)/v microbatches, 3(p-1) chunks of bubble", async () => {
  const claims = [2, 3, 4, 6].flatMap((p) =>
    [1, 2, 3, 4].map((v) => {
      const found = interleaved(p, v, p, 2 * p, (d) => (v - 1) * p + 2 * (p - 1 - d), true);
      expect([found.peaks, found.idle]).toEqual([numbers(p).map((d) => v * p + p - 1 - 2 * d), 3 * (p - 1)]);
      return says(`Interleaved(${p}, ${v})`, 2 * p, found, v);
    }),
  );
  await holds("interleaved-1f1b/interleaved-1f1b.pipe", claims);
});

describe("the V placement", () => {
  test("1F1B-V: floor(2p/3) + 1", async () => {
    const claims = [3, 4, 5, 6, 7, 8, 9].map((p) => {
      const world = fold(p, fused);
      // Of three hops of a backward two take 2 slots and one takes 5, so on a device it falls beside both forwards.
      const B: number[] = [];
      let time = 2 * p + (p % 3 === 1 ? 0 : 3);
      for (const s of numbers(2 * p).reverse()) {
        B[s] = time;
        const steps = p - 1 - world.device(s, 0, "B");
        time += (s >= p ? steps % 3 === 2 : steps % 3 === 0 && s > 0) ? 5 : 2;
        if (s === p) time = B[s] + 2;
      }
      const families = { F: { stages: 2 * p, start: (s: number) => s }, B: { stages: 2 * p, start: (s: number) => B[s] } };
      const m = 2 * p;
      const found = replay(world, blocks(world, p, m, 6, families));
      expect(found.peaks).toEqual(numbers(p).map(() => Math.floor((2 * p) / 3) * 2 + 2));
      return says(`OneFOneBV(${p})`, m, found, 2);
    });
    await holds("1f1b-v/1f1b-v.pipe", claims);
  });
  test("V-Min: floor((p+4)/3); V-Half: floor((p+2)/2); V-ZB: p; with the bubbles of their orders", async () => {
    const all = [2, 3, 4, 5, 6, 7, 9, 10];
    const vZB = (p: number, m: number): Replayed => {
      const starts = {
        F: (s: number) => (s < p ? 4 * s : 2 * p - 3 + 2 * s),
        B: (s: number) => (s < p ? 12 * p - 9 - 2 * s : 6 * p - 4 + 4 * (2 * p - 1 - s)),
      };
      return replay(fold(p), repeated(fold(p), p, m, 6, starts, true));
    };
    const [min, half, zb]: string[][] = [[], [], []];
    for (const p of all) {
      const [one, two, three] = [vMin(p, 2 * p, unit), vHalf(p, 2 * p, unit), vZB(p, 2 * p)];
      expect([most(one), one.idle]).toEqual([2 * Math.floor((p + 4) / 3), 4 * p - (p % 3 === 0 ? 3 : 5)]);
      expect(two.peaks).toEqual(numbers(p).map(() => 2 * Math.floor((p + 2) / 2)));
      expect(two.idle).toBe((7 * p - (p % 2 === 0 ? 4 : 7)) / 2);
      expect([three.peaks, three.idle]).toEqual([numbers(p).map(() => 2 * p), 2 * p - 3]);
      min.push(says(`VMin(${p})`, 2 * p, one, 2));
      half.push(says(`VHalf(${p})`, 2 * p, two, 2));
      zb.push(says(`VZB(${p})`, 2 * p, three, 2));
    }
    await holds("v-min/v-min.pipe", min);
    await holds("v-half/v-half.pipe", half);
    await holds("v-zb/v-zb.pipe", zb);
  });
  test("ZB-V: no bubble from 2p - 1 microbatches on, the memory of 1F1B", async () => {
    const claims = [2, 3, 4, 5, 7].flatMap((p) => {
      const by = (m: number): Replayed => replay(fold(p), zbVLists(p, m));
      expect([by(2 * p).idle, by(2 * p - 1).idle, by(p).idle, most(by(2 * p))]).toEqual([0, 0, p - 1, 2 * p]);
      expect(by(2 * p - 2).idle).toBeGreaterThan(0);
      return [p, 2 * p - 2, 2 * p].map((m) => says(`ZBV(${p})`, m, by(m), 2));
    });
    await holds("zb-v/zb-v.pipe", claims);
  });
});

describe("ZB-1p and ZB-2p", () => {
  // M_B = sb(34h + 5as), M_W = 32sbh for the 1.5B model, without the factor sb.
  const [h, a, s] = [2304, 24, 1024];
  const [mB, mW] = [34 * h + 5 * a * s, 32 * h];
  /** The most that a device holds of M_B and M_W, by the order of its passes. */
  const heldBy = (list: readonly string[]): number => {
    let [now, most] = [0, 0];
    for (const pass of list) {
      if (pass.startsWith("F")) now += mB;
      most = Math.max(most, now);
      if (pass.startsWith("B")) now -= mB - mW;
      if (pass.startsWith("W")) now -= mW;
    }
    return most;
  };
  const exact = (amount: number): string => `${amount} / ${mB}`;

  test("the least spans for 3 devices and 6 microbatches, every schedule tried", async () => {
    const small: Small = { devices: 3, microbatches: 6, placement: [0, 1, 2], frees: [mB - mW, mW], cap: 3 * mB };
    const [one, two] = [leastSpan(small), leastSpan({ ...small, cap: 6 * mB })];
    expect([one.span, two.span]).toEqual([20, 18]);
    for (const [{ span, lists }, p] of [[one, 3] as const, [two, 6] as const]) {
      expect(replay(straight(3, unit), lists).span).toBeLessThanOrEqual(span);
      expect(Math.max(...lists.map(heldBy))).toBeLessThanOrEqual(p * mB);
    }
    const claims = [
      `span(ZB1p) == ${one.span} and idle(ZB1p) == ${one.span - 18} and peak(ZB1p) <= 3`,
      `span(ZB2p) == ${two.span} and idle(ZB2p) == ${two.span - 18} and peak(ZB2p) <= 6`,
    ];
    await holds("zb-1p/zb-1p.pipe", claims, "solved");
  });
  test("ZB-H1 counted so: by device p - 83d/131", async () => {
    const claims = sizes.flatMap((p) => {
      const m = 3 * p;
      const { ends } = zbH1(p, m);
      const end = (pass: string): number => ends.get(pass) ?? Number.NaN;
      const held = numbers(p).flatMap((d) =>
        numbers(m).flatMap((j): Held[] => {
          const begin = end(`F${d}.${j}`) - 1;
          return [
            [d, begin, end(`B${d}.${j}`), mB - mW],
            [d, begin, end(`W${d}.${j}`), mW],
          ];
        }),
      );
      return mostHeld(p, held).map((amount, d) => {
        expect(131 * amount).toBe((131 * p - 83 * d) * mB);
        return `peak(ZBH1(${p}), m = ${m}) on device ${d} == ${exact(amount)}`;
      });
    });
    await holds("zb-1p/zb-1p.pipe", claims);
  });
  test("the order for ZB-2p: twice 1F1B's memory, and the paper's bubble or less", async () => {
    // Table 5's times, in microseconds.
    const table = [
      { m: 24, times: { F: 18522, B: 18086, W: 9337 }, send: 601, profile: "A", printed: 0.0433, least: 0.0433 },
      { m: 32, times: { F: 18513, B: 18086, W: 9331 }, send: 626, profile: "B", printed: 0.0039, least: 0.0034 },
      { m: 64, times: { F: 18546, B: 18097, W: 9321 }, send: 762, profile: "C", printed: 0.0026, least: 0.0022 },
    ];
    // Forwards up to the limit, backwards and forwards in turns, and each W put off until 4d of them are: done while the last backwards go up.
    const lists = (p: number, m: number): string[][] =>
      numbers(p).map((d) => {
        const names = (family: string): string[] => numbers(m).map((j) => `${family}${d}.${j}`);
        const [F, B, W] = ["F", "B", "W"].map(names);
        const list = F.splice(0, d < p - 1 ? 2 * (p - d) : 1);
        const outstanding = Math.min(4 * d, m - 1);
        for (const [j, backward] of B.entries()) list.push(backward, ...(j < outstanding ? [] : W.splice(0, 1)), ...F.splice(0, 1));
        return [...list, ...W];
      });
    const claims = [2, 3, 5, 8].map((p) => {
      const most = Math.max(...lists(p, 3 * p).map(heldBy));
      expect(most).toBe(2 * p * mB);
      const found = replay(straight(p, unit), lists(p, 3 * p));
      return `peak(Late(${p}), m = ${3 * p}) == ${exact(most)} and span(Late(${p}), m = ${3 * p}) == ${found.span}`;
    });
    for (const { m, times, send, profile, printed, least } of table) {
      const found = replay({ ...straight(8, times), send }, lists(8, m));
      const bubble = found.idle / found.span;
      expect(Math.abs(bubble - least)).toBeLessThan(0.00005);
      expect(bubble).toBeLessThan(printed + 0.00005);
      claims.push(`span(Late(8), m = ${m}, ${profile}) == ${found.span}/1000`);
    }
    await holds("zb-2p/zb-2p.pipe", claims);
  });
});

describe("Zero Bubble's table 5, sends counted", () => {
  const table = [
    { m: 24, times: { F: 18522, B: 18086, W: 9337 }, send: 601, profile: "A", printed: [0.2431, 0.1585, 0.1083] },
    { m: 32, times: { F: 18513, B: 18086, W: 9331 }, send: 626, profile: "B", printed: [0.1985, 0.1242, 0.0837] },
    { m: 64, times: { F: 18546, B: 18097, W: 9321 }, send: 762, profile: "C", printed: [0.124, 0.0674, 0.0444] },
  ];
  test.each(table)("$m microbatches: 1F1B, ZB-H1, ZB-H2", async ({ m, times, send, profile, printed }) => {
    const { F, B, W } = times;
    const lists = ahead(8, m, (d) => 8 - d);
    const found = [
      replay({ ...straight(8, { F, B: B + W }), send }, lists),
      replay({ ...straight(8, times), send }, zbH1(8, m).lists),
      replay({ ...straight(8, times), send }, zbH2(8, m).lists),
    ];
    const folders = ["1f1b/1f1b.pipe OneFOneB", "zb-h1/zb-h1.pipe ZBH1", "zb-h2/zb-h2.pipe ZBH2"];
    for (const [i, { idle, span }] of found.entries()) {
      expect(Math.abs(idle / span - printed[i])).toBeLessThan(0.00005);
      const [file, schedule] = folders[i].split(" ");
      await holds(file, [`span(${schedule}(8), m = ${m}, ${profile}) == ${span}/1000`]);
    }
  });
});
