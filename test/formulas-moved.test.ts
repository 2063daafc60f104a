// Schedules that recompute, offload or wait for a link, and examples with times of their own, against a replay apart from the kernel and the
// language (see facts.test.ts).
import { describe, expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { blocks, fold, most, numbers, repeated } from "./oracle/published.ts";
import { type Held, mostHeld, type Replayed, replay, type World } from "./oracle/replay.ts";

/** The first time from here on in this slot of the interval, and the last one up to here. */
const next = (time: number, slot: number, interval: number): number => time + ((((slot - time) % interval) + interval) % interval);
const last = (time: number, slot: number, interval: number): number => next(time - interval + 1, slot, interval);
const endOf =
  ({ ends }: Replayed) =>
  (pass: string): number =>
    ends.get(pass) ?? Number.NaN;

describe("ChronosPipe", () => {
  // The shallow chunk's passes are F and B, the deep one's G and H. Streams are devices here: p + d is the copy stream of d.
  const needs =
    (p: number, back: readonly string[]) =>
    (family: string, s: number, j: number): string[] => {
      const own = (families: readonly string[]): string[] => families.map((other) => `${other}${s}.${j}`);
      if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
      if (family === "G") return s > 0 ? [`G${s - 1}.${j}`] : [`F${p - 1}.${j}`];
      if (family === "H") return [...own(["G"]), ...(s < p - 1 ? [`H${s + 1}.${j}`] : [])];
      if (family === "B") return [...own(back), ...(s < p - 1 ? [`B${s + 1}.${j}`] : [`H0.${j}`])];
      return own(family === "O" ? ["F"] : ["O"]);
    };
  /** Hops: a forward takes a slot, a backward two; the chunks turn after an odd number of halves of the interval, a third and two thirds of p. */
  const starts = (p: number) => {
    const odd = (least: number): number => least + 1 - (least % 2);
    const [turn, back] = [3 * odd(Math.ceil(p / 3)), 3 * odd(Math.ceil((2 * p) / 3))];
    const deep = (s: number): number => turn + p + 2 * (p - 1 - s);
    return {
      F: (s: number) => s,
      G: (s: number) => turn + s,
      H: deep,
      B: (s: number) => deep(s) + back,
    };
  };
  const families = (p: number, of: Readonly<Record<string, (s: number) => number>>) =>
    Object.fromEntries(Object.entries(of).map(([family, start]) => [family, { stages: p, start }]));

  test("the shallow chunk recomputed: a quarter of 1F1B's memory and a chunk, and eight slots a microbatch", async () => {
    const claims = [1, 2, 3, 4, 5, 6, 8, 11].flatMap((p) => {
      const world: World = {
        stages: p,
        device: (s) => s,
        times: { F: 1, G: 1, B: 3, H: 2 },
        needs: needs(p, ["F"]),
        holds: [
          ["B", "B"],
          ["G", "H"],
        ],
      };
      const found = numbers(3).map((more) => replay(world, blocks(world, p, 3 * p + more, 6, families(p, starts(p)))));
      expect(most(found[0])).toBe(Math.floor(p / 2) + 1);
      // Its work is seven.
      if (p > 1) for (const i of [0, 1]) expect(found[i + 1].makespan - found[i].makespan).toBe(8);
      return found.map((one, more) => says(`Recomputed(${p})`, 3 * p + more, one, 2, ", Recomputation"));
    });
    await holds("chronos/chronos.pipe", claims);
  });
  test("the shallow chunk offloaded: a quarter and two, and a microbatch costs its work", async () => {
    const claims = [2, 3, 4, 5, 6, 9, 13].flatMap((p) => {
      const world: World = {
        stages: p,
        device: (s, _, family) => ("OR".includes(family) ? p + s : s),
        times: { F: 1, G: 1, B: 2, H: 2, O: 3, R: 3 },
        needs: needs(p, ["R"]),
      };
      const compute = starts(p);
      // The reload ends where its backward begins; the offload takes the other half of the interval.
      const R = (s: number): number => compute.B(s) - 3;
      const all = { ...compute, R, O: (s: number) => next(s + 1, R(s) + 3, 6) };
      return [0, 1].map((more) => {
        const m = 3 * p + more;
        const found = replay(world, blocks(world, 2 * p, m, 6, families(p, all)));
        const end = endOf(found);
        const held = numbers(p).flatMap((d) =>
          numbers(m).flatMap((j): Held[] => [
            [d, end(`G${d}.${j}`) - 1, end(`H${d}.${j}`)],
            [d, end(`F${d}.${j}`) - 1, end(`O${d}.${j}`)],
            [d, end(`R${d}.${j}`) - 3, end(`B${d}.${j}`)],
          ]),
        );
        const peak = Math.max(...mostHeld(p, held));
        expect(peak / 2).toBeLessThanOrEqual(p / 4 + 2);
        const once = replay(world, blocks(world, 2 * p, m + 1, 6, families(p, all)));
        expect(once.makespan - found.makespan).toBe(6);
        return `peak(Offloaded(${p}), m = ${m}) == ${peak}/2 and makespan(Offloaded(${p}), m = ${m}) == ${found.makespan}`;
      });
    });
    await holds("chronos/chronos.pipe", claims);
  });
});

test("PO-F with a link for two devices: always busy, and a warm-up that waits for it", async () => {
  const claims = [1, 2, 3, 4, 5, 6, 8].flatMap((p) => {
    const world: World = {
      stages: p,
      device: (s, _, family) => ("OR".includes(family) ? p + Math.floor(s / 2) : s),
      times: { F: 4, B: 4, W: 4, O: 3, R: 3 },
      needs: (family, s, j) => {
        if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
        if (family === "B") return [`R${s}.${j}`, ...(s < p - 1 ? [`B${s + 1}.${j}`] : [])];
        const before: Readonly<Record<string, string>> = { O: "F", R: "O", W: "B" };
        return [`${before[family]}${s}.${j}`];
      },
    };
    // An offload slot and a reload slot in turns, a pair for each of the two devices.
    const F = (s: number): number => 4 * s;
    const O = (s: number): number => (s % 2 === 0 ? F(s) + 4 : next(F(s) + 4, O(s - 1) + 6, 12));
    const B = (s: number): number => 4 * p + 12 + 8 * (p - 1 - s);
    const R = (s: number): number => last(B(s) - 3, O(s) + 3, 12);
    const starts = Object.entries({ F, O, R, B, W: (s: number) => B(s) + 4 });
    for (const s of numbers(p).filter((s) => s % 2 === 1)) {
      const link = [s - 1, s].flatMap((one) => [O(one), R(one)]).map((start) => start % 12);
      expect(new Set(link.map((start) => (start + 12 - (O(s - 1) % 12)) % 12))).toEqual(new Set([0, 3, 6, 9]));
    }
    const families = Object.fromEntries(starts.map(([family, start]) => [family, { stages: p, start }]));
    const replayed = (m: number): Replayed => replay(world, blocks(world, p + Math.ceil(p / 2), m, 12, families));
    const m = 3 * p;
    const found = replayed(m);
    const end = endOf(found);
    const held = numbers(p).flatMap((d) =>
      numbers(m).flatMap((j): Held[] => [
        [d, end(`F${d}.${j}`) - 4, end(`O${d}.${j}`)],
        [d, end(`R${d}.${j}`) - 3, end(`W${d}.${j}`)],
      ]),
    );
    const peak = Math.max(...mostHeld(p, held));
    if (p % 2 === 0) expect(peak).toBe(p / 2 + 1);
    if (p > 1) for (const more of [1, 2, 3]) expect(replayed(m + more).makespan - found.makespan).toBe(12 * more);
    return `peak(POFShared(${p}), m = ${m}) == ${peak} and makespan(POFShared(${p}), m = ${m}) == ${found.makespan}`;
  });
  await holds("pipeoffload/pipeoffload.pipe", claims);
});

describe("Sailor2's setting", () => {
  // Slots of the interval, counted from a device's F: F, S, B, W, T.
  const world = (p: number, times: World["times"]): World => ({
    stages: p,
    device: (s) => s,
    times,
    needs: (family, s, j) => {
      const all = numbers(p).map((d) => `S${d}.${j}`);
      if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
      if (family === "S") return [`F${p - 1}.${j}`];
      if (family === "T") return all;
      if (family === "W") return [`B${s}.${j}`];
      return [`F${s}.${j}`, ...(s < p - 1 ? [`B${s + 1}.${j}`] : []), ...all];
    },
  });
  const lists = (p: number, m: number): string[][] => {
    const S = (d: number): number => next(2 * p - 1, 2 * d + 1, 5);
    const barrier = Math.max(2 * p + 4, ...numbers(p).map((d) => S(d) + 1));
    const T = (d: number): number => next(barrier, 2 * d + 4, 5);
    const B = (s: number): number => next(barrier, 2 * (p - 1) + 2, 5) + 3 * (p - 1 - s);
    const starts = Object.entries({ F: (s: number) => 2 * s, S, T, B, W: (s: number) => B(s) + 1 });
    return blocks(world(p, {}), p, m, 5, Object.fromEntries(starts.map(([family, start]) => [family, { stages: p, start }])));
  };
  test("p + 1 microbatches", async () => {
    const claims = [1, 2, 3, 5, 8].map((p) => {
      const found = replay(world(p, { F: 1, S: 1, T: 1, B: 1, W: 1 }), lists(p, 3 * p + 2));
      expect(most(found)).toBe(p + 1);
      return says(`ZeroBubble(${p})`, 3 * p + 2, found, 1);
    });
    await holds("sailor2/sailor2.pipe", claims);
  });
  test("8 devices with reckoned times: 150 layers' forwards of bubble, whatever m is", async () => {
    // In 800ths of a layer's forward; the output layer is 2.83 of them, cut in 8.
    const times = { F: 8000, B: 8000, W: 8000, S: 566, T: 283 };
    const claims = [2, 3, 4, 5].map((n) => {
      const found = replay(world(8, times), lists(8, 8 * n));
      expect(found.idle).toBe(150 * 800);
      return `span(ZeroBubble(8), m = ${8 * n}, Qwen14B) == ${found.span}/800 and idle(ZeroBubble(8), m = ${8 * n}, Qwen14B) == ${found.idle}/800`;
    });
    await holds("sailor2/sailor2.pipe", claims);
  });
});

test("the adaptive V schedule's blocks: the limit is their peak", async () => {
  // Hops of the way down, up, back down and home: on the first devices, and from the turning offset on; then the three turns.
  const hops = [
    { k: 8, idle: 27, first: 1, near: [1, 1, 1, 1], far: [1, 1, 1, 1], turns: [1, 1, 1] },
    { k: 10, idle: 26, first: 1, near: [1, 2, 1, 2], far: [1, 2, 1, 2], turns: [1, 4, 2] },
    { k: 12, idle: 27, first: 1, near: [1, 1, 1, 1], far: [1, 3, 1, 3], turns: [1, 1, 1] },
    { k: 14, idle: 19, first: 1, near: [1, 2, 1, 2], far: [3, 3, 1, 3], turns: [2, 4, 1] },
    { k: 16, idle: 23, first: 1, near: [1, 1, 1, 1], far: [2, 4, 2, 4], turns: [3, 3, 3] },
  ];
  const p = 8;
  const claims = hops.map(({ k, idle, first, near, far, turns }) => {
    // All 32 passes of the block in a row, hop by hop.
    const times: number[] = [0];
    for (let way = 0; way < 4; way++) {
      for (let i = 0; i < p - 1; i++) {
        const hop = way % 2 === 0 ? i : p - 2 - i;
        times.push(times[times.length - 1] + (hop < first ? near : far)[way]);
      }
      if (way < 3) times.push(times[times.length - 1] + turns[way]);
    }
    const starts = { F: (s: number) => times[s], B: (s: number) => times[4 * p - 1 - s] };
    const found = replay(fold(p), repeated(fold(p), p, 24, 6, starts, true));
    expect([most(found), found.idle]).toEqual([k, idle]);
    return says(`Block(${k})`, 24, found, 2);
  });
  await holds("v-adaptive/v-adaptive.pipe", claims);
});
