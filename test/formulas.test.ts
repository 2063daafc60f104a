// The formulas of the catalogue's later orders against a replay apart from the kernel and the language (see facts.test.ts).
import { describe, expect, test } from "vitest";
import { holds, says } from "./oracle/claims.ts";
import { blocks, fold, fused, loop, most, numbers, straight } from "./oracle/published.ts";
import { type Held, listFrom, mostHeld, type Replayed, replay, type World } from "./oracle/replay.ts";

describe("slices of a sequence", () => {
  /** Slice q of microbatch j is number j*k + q; a backward waits for the slice behind it. */
  const sliced = (p: number, k: number): World => ({
    ...straight(p, { F: 1, B: 2 }),
    needs: (family, s, n) =>
      family === "F"
        ? [...(s > 0 ? [`F${s - 1}.${n}`] : []), ...(n % k > 0 ? [`F${s}.${n - 1}`] : [])]
        : [`F${s}.${n}`, ...(s < p - 1 ? [`B${s + 1}.${n}`] : []), ...((n + 1) % k > 0 ? [`B${s}.${n + 1}`] : [])],
  });
  const lists = (p: number, k: number, m: number, ahead: (d: number) => number): string[][] =>
    numbers(p).map((d) => {
      const forwards = numbers(m * k).map((n) => `F${d}.${n}`);
      const backwards = numbers(m * k).map((n) => `B${d}.${n - (n % k) + (k - 1 - (n % k))}`);
      const list = forwards.splice(0, ahead(d));
      for (const backward of backwards) list.push(...forwards.splice(0, 1), backward);
      return list;
    });
  const seq1F1B = (p: number, k: number, m: number): Replayed =>
    replay(
      sliced(p, k),
      lists(p, k, m, (d) => p - d - 1 + k - 1),
    );

  test("Seq1F1B: p + k - 1 slices, a bubble of 3(p-1) slices", async () => {
    const claims: string[] = [];
    for (const p of [1, 2, 3, 5, 6])
      for (const k of [1, 2, 3, 4]) {
        const found = seq1F1B(p, k, 2 * p);
        expect([most(found), found.idle]).toEqual([p + k - 1, 3 * (p - 1)]);
        claims.push(
          `makespan(Seq1F1B(${p}, ${k}), m = ${2 * p}) == ${found.makespan}/${k} and peak(Seq1F1B(${p}, ${k}), m = ${2 * p}) == ${most(found)}/${k}`,
        );
      }
    await holds("seq1f1b/seq1f1b.pipe", claims);
  });
  test("SlimPipe: one microbatch and p-1 slices", async () => {
    const claims = [2, 3, 4].flatMap((p) =>
      [1, 2, 3].map((c) => {
        const found = seq1F1B(p, c * p, 3);
        expect(most(found)).toBe(c * p + p - 1);
        return `peak(SlimPipe(${p}, ${c * p}), m = 3) == ${most(found)}/${c * p} and idle(SlimPipe(${p}, ${c * p}), m = 3) == ${found.idle}/${c * p}`;
      }),
    );
    await holds("slimpipe/slimpipe.pipe", claims);
  });
  test("TeraPipe: everything held, a bubble of 3(p-1) slices", async () => {
    const claims = [1, 2, 4].flatMap((p) =>
      [1, 3].map((k) => {
        const found = replay(
          sliced(p, k),
          lists(p, k, 4, () => 4 * k),
        );
        expect([most(found), found.idle]).toEqual([4 * k, 3 * (p - 1)]);
        return `peak(TeraPipe(${p}, ${k}), m = 4) == ${most(found)}/${k} and idle(TeraPipe(${p}, ${k}), m = 4) == ${found.idle}/${k}`;
      }),
    );
    await holds("terapipe/terapipe.pipe", claims);
  });
});

describe("both directions and waves", () => {
  const both = (p: number): World => ({ ...straight(p, fused), device: (s, j) => (j % 2 === 0 ? s : p - 1 - s) });
  /** Takes steps `near` and `far` of the two streams of microbatches on a device; those beyond the last are left out. */
  const merged = (m: number, nearStage: number, farStage: number, near: number[], far: number[], steps: readonly string[]): string[] => {
    const count = new Map<string, number>();
    return steps.flatMap((step) => {
      const [family, side] = [step[0], step[1]];
      const microbatches = side === "n" ? near : far;
      const i = count.get(step) ?? 0;
      count.set(step, i + 1);
      return i < microbatches.length && microbatches[i] < m ? [`${family}${side === "n" ? nearStage : farStage}.${microbatches[i]}`] : [];
    });
  };
  const times = (count: number, ...steps: string[]): string[] => numbers(Math.max(0, count)).flatMap(() => steps);

  test("GEMS: one after the other", async () => {
    const claims: string[] = [];
    for (const p of [2, 3, 5])
      for (const m of [2, 5, 6]) {
        const lists = numbers(p).map((d) =>
          numbers(m).flatMap((j) => {
            const s = j % 2 === 0 ? d : p - 1 - d;
            return [`F${s}.${j}`, `B${s}.${j}`];
          }),
        );
        const found = replay(both(p), lists);
        expect([found.makespan, most(found)]).toEqual([3 * p + (2 * p + 1) * (m - 1), 1]);
        claims.push(says(`GEMS(${p})`, m, found, 1));
      }
    await holds("gems/gems.pipe", claims);
  });
  test("Chimera: 2(p-2) of bubble with p microbatches", async () => {
    const claims = [2, 4, 6, 8].map((p) => {
      const h = p / 2;
      const lists = numbers(p).map((d) => {
        const r = Math.min(d, p - 1 - d);
        const [even, odd] = [0, 1].map((first) => numbers(h).map((i) => 2 * i + first));
        const steps = [
          ...times(h - 1 - r, "Fn"),
          ...times(r + 1, "Fn", "Ff"),
          ...times(h - 1 - r, "Bf", "Ff"),
          ...times(r + 1, "Bf", "Bn"),
          ...times(h - 1 - r, "Bn"),
        ];
        return merged(p, r, p - 1 - r, d < h ? even : odd, d < h ? odd : even, steps);
      });
      const found = replay(both(p), lists);
      expect([found.idle, most(found)]).toEqual([2 * (p - 2), p]);
      return says(`Chimera(${p}, 1)`, p, found, 1);
    });
    await holds("chimera/chimera.pipe", claims);
  });
  test("Hanayo, one wave: 4(p-1) of bubble with p microbatches", async () => {
    const claims = [2, 3, 4, 6].map((p) => {
      const lists = numbers(p).map((d) => {
        const steps = [
          ...times(2 * (p - 1 - d), "Fn"),
          ...times(d + 1, "Fn", "Ff"),
          ...times(p - 1 - d, "Bf", "Ff"),
          ...times(d + 1, "Bf", "Bn"),
          ...times(p, "Bn"),
        ];
        return merged(p, d, 2 * p - 1 - d, numbers(p), numbers(p), steps);
      });
      const found = replay(fold(p, fused), lists);
      expect(found.idle).toBe(4 * (p - 1));
      return says(`Hanayo(${p}, 1)`, p, found, 2);
    });
    await holds("hanayo/hanayo.pipe", claims);
  });
  test("breadth-first: 3(p-1) of bubble, everything held", async () => {
    const claims = [2, 4].flatMap((p) =>
      [1, 2, 4].map((v) => {
        const m = p + 1;
        const pass = (family: string, c: number, d: number): string => `(${family}[${c * p + d}])^${m} `;
        const lists = numbers(p).map((d) =>
          listFrom(
            numbers(v)
              .map((c) => pass("F", c, d))
              .join("") +
              numbers(v)
                .map((c) => pass("B", v - 1 - c, d))
                .join(""),
          ),
        );
        const found = replay(loop(p, v, fused), lists);
        expect([found.idle, most(found)]).toEqual([3 * (p - 1), v * m]);
        return says(`BreadthFirst(${p}, ${v})`, m, found, v);
      }),
    );
    await holds("breadth-first/breadth-first.pipe", claims);
  });
});

describe("activations that go elsewhere", () => {
  test("BPipe: at most ceil((p+2)/2) on any device", async () => {
    const claims = [2, 3, 4, 5, 6, 8].map((p) => {
      const m = 3 * p;
      const lists = numbers(p).map((d) => {
        const list = numbers(Math.min(m, p - d)).map((j) => `F${d}.${j}`);
        for (const j of numbers(m)) list.push(`B${d}.${j}`, ...(j + p - d < m ? [`F${d}.${j + p - d}`] : []));
        return list;
      });
      const found = replay(straight(p, fused), lists);
      // In time: away from the end of F until the end of the pass after which it is loaded back.
      const end = (pass: string): number => found.ends.get(pass) ?? Number.NaN;
      const held = numbers(p).flatMap((d) => {
        const away = Math.max(0, p - d - Math.ceil((p + 2) / 2));
        return numbers(m).flatMap((j): Held[] => {
          const [begin, out] = [end(`F${d}.${j}`) - 1, end(`B${d}.${j}`)];
          if (away === 0) return [[d, begin, out]];
          const back = j + away < m ? end(`F${d}.${j + away}`) : end(`B${d}.${j - 1}`);
          return [
            [d, begin, begin + 1],
            [p - 1 - d, begin + 1, back],
            [d, back, out],
          ];
        });
      });
      const peaks = mostHeld(p, held);
      expect(Math.max(...peaks)).toBe(Math.ceil((p + 2) / 2));
      return `peak(BPipe(${p}), m = ${m}) == ${Math.max(...peaks)} and idle(BPipe(${p}), m = ${m}) == ${found.idle}`;
    });
    await holds("bpipe/bpipe.pipe", claims);
  });
  test("PO-F: three microbatches, and the link sets the pace beyond k = 1", async () => {
    // Streams are devices here: p + d is the copy stream of d.
    const world = (p: number, trip: number): World => ({
      stages: p,
      device: (s, _, family) => ("OR".includes(family) ? p + s : s),
      times: { F: 2, B: 2, W: 2, X: 0, Z: 0, O: trip, R: trip },
      holds: [
        ["F", "X"],
        ["Z", "W"],
      ],
      needs: (family, s, j) => {
        if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
        if (family === "B") return [`R${s}.${j}`, ...(s < p - 1 ? [`B${s + 1}.${j}`] : [])];
        const before: Record<string, string> = { O: "F", X: "O", Z: "F", R: "OZ", W: "B" };
        return [...before[family]].map((other) => `${other}${s}.${j}`);
      },
    });
    const lists = (p: number, m: number): string[][] => {
      const drop = (list: readonly string[]): string[] => list.filter((pass) => Number(pass.split(".")[1]) < m);
      const words = (text: string, d: number): string => text.replace(/[A-Z]/g, (family) => `${family}[${d}]`);
      return [
        ...numbers(p).map((d) => drop(listFrom(words(`(F X)^${p - d} Z (F Z B W X)^${m + p}`, d)))),
        ...numbers(p).map((d) => drop(listFrom(words(`O^${p - d} R (O R)^${m}`, d)))),
      ];
    };
    for (const p of [1, 2, 3, 5]) {
      const m = 3 * p + 2;
      const found = replay(world(p, 3), lists(p, m));
      expect(Math.max(...found.peaks.slice(0, p))).toBe(3);
      for (const trip of [3, 4, 5]) {
        const [one, other] = [m, m + 1].map((count) => replay(world(p, trip), lists(p, count)).makespan);
        expect(other - one).toBe(Math.max(6, 2 * trip));
      }
      await holds("pipeoffload/pipeoffload.pipe", [
        `peak(POF(${p}), m = ${m}) == 3 and makespan(POF(${p}), m = ${m}) == ${found.makespan}`,
      ]);
    }
  });
  test("recomputation in time: 9/10 + p/10", async () => {
    const claims = [1, 2, 4, 7].map((p) => {
      const world: World = {
        stages: p,
        device: (s) => s,
        times: { F: 1, R: 1, B: 2 },
        holds: [["R", "B"]],
        needs: (family, s, j) => {
          if (family === "F") return s > 0 ? [`F${s - 1}.${j}`] : [];
          return family === "R" ? [`F${s}.${j}`] : [`R${s}.${j}`, ...(s < p - 1 ? [`B${s + 1}.${j}`] : [])];
        },
      };
      const B = (s: number): number => 2 * p + 2 * (p - 1 - s);
      const starts = {
        F: { stages: p, start: (s: number) => 2 * s },
        R: { stages: p, start: (s: number) => B(s) - 1 },
        B: { stages: p, start: B },
      };
      const lists = blocks(world, p, 3 * p, 4, starts);
      const [full, checkpoints] = [replay(world, lists), replay({ ...world, holds: [["F", "B"]] }, lists)];
      expect([most(full), most(checkpoints), full.idle]).toEqual([1, p, 3 * (p - 1)]);
      return `peak(Recomputed(${p}), m = ${3 * p}) == 9/10 + ${p}/10 and idle(Recomputed(${p}), m = ${3 * p}) == ${full.idle}`;
    });
    await holds("mario/mario.pipe", claims);
  });
});
