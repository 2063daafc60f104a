// The catalogue's figures against a replay that is written apart from the kernel and the language: schedules are built again here, from
// what their papers say, replayed, and the results are put to the catalogue's own files as claims.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { verify } from "../src/session.ts";
import { listFrom, listsByStart, type Replayed, replay, type World } from "./oracle/replay.ts";

const proofs = resolve(import.meta.dirname, "../proofs");
const read = (file: string): string => readFileSync(join(proofs, file), "utf8");
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const fused = { F: 1, B: 2 };
const unit = { F: 1, B: 1, W: 1 };
const straight = (p: number, times: World["times"]): World => ({ stages: p, device: (stage) => stage, times });
const fold = (p: number, times: World["times"] = unit): World => ({ stages: 2 * p, device: (s) => Math.min(s, 2 * p - 1 - s), times });
const loop = (p: number, v: number, times: World["times"]): World => ({ stages: p * v, device: (s) => s % p, times });

// ---- schedules, built again

/** So many forwards ahead on each device, then a backward and a forward in turns. */
function ahead(p: number, m: number, warmup: (d: number) => number): string[][] {
  return numbers(p).map((d) => {
    const [forwards, backwards] = ["F", "B"].map((family) => numbers(m).map((j) => `${family}${d}.${j}`));
    const list = forwards.splice(0, warmup(d));
    while (backwards.length > 0) list.push(...backwards.splice(0, 1), ...forwards.splice(0, 1));
    return list;
  });
}

/** By start times of microbatch 0 that repeat; `free` puts each W into the first slot that nothing else takes. */
function repeated(
  world: World,
  p: number,
  m: number,
  interval: number,
  starts: Readonly<Record<string, (s: number) => number>>,
  free: boolean,
): string[][] {
  const at = new Map<string, number>();
  for (const [family, start] of Object.entries(starts))
    for (const s of numbers(world.stages)) for (const j of numbers(m)) at.set(`${family}${s}.${j}`, start(s) + interval * j);
  if (free) {
    for (const d of numbers(p)) {
      const own = numbers(world.stages).filter((s) => world.device(s, 0) === d);
      const taken = new Set(own.flatMap((s) => Object.values(starts).map((start) => start(s) % interval)));
      const later = own.map((s) => ({ s, after: starts.B(s) })).sort((a, b) => a.after - b.after);
      for (const { s, after } of later) {
        let slot = after + 1;
        while (taken.has(slot % interval)) slot++;
        taken.add(slot % interval);
        for (const j of numbers(m)) at.set(`W${s}.${j}`, slot + interval * j);
      }
    }
  }
  return listsByStart(world, p, at);
}
const zbH1 = (p: number, m: number, times: World["times"] = unit): Replayed => {
  const world = straight(p, times);
  const starts = { F: (s: number) => s, B: (s: number) => 3 * p - 2 - 2 * s, W: (s: number) => 3 * p - 1 + s };
  return replay(world, repeated(world, p, m, 3, starts, false));
};
const zbH2 = (p: number, m: number, times: World["times"] = unit): Replayed => {
  const world = straight(p, times);
  const starts = { F: (s: number) => s, B: (s: number) => 6 * p - 5 - 5 * s, W: (s: number) => 6 * p - 4 + s };
  return replay(world, repeated(world, p, m, 3, starts, false));
};
const vHalf = (p: number, m: number, times: World["times"]): Replayed => {
  const more = p % 2 === 0 ? 3 : 0;
  const starts = {
    F: (s: number) => (s < p ? 2 * s : p - 1 + s),
    B: (s: number) => (s < p ? 6 * p - 2 + more - s : 3 * p - 1 + more + 2 * (2 * p - 1 - s)),
  };
  return replay(fold(p, times), repeated(fold(p, times), p, m, 6, starts, true));
};
const vMin = (p: number, m: number, times: World["times"]): Replayed => {
  const turn = p % 3 === 0 ? 2 * p + 2 : 2 * p;
  const starts = { F: (s: number) => s, B: (s: number) => turn + 2 * p - 1 - s };
  return replay(fold(p, times), repeated(fold(p, times), p, m, 6, starts, true));
};

/** The nth forward (or, from the last chunk on, backward) of an interleaved schedule with groups of g microbatches. */
const interleavedPass = (v: number, g: number, n: number): { chunk: number; microbatch: number } => ({
  chunk: Math.floor((n % (g * v)) / g),
  microbatch: Math.floor(n / (g * v)) * g + (n % g),
});
function interleaved(p: number, v: number, g: number, m: number, warmup: (d: number) => number, whole: boolean): Replayed {
  const world = loop(p, v, whole ? fused : unit);
  const lists = numbers(p).map((d) => {
    const pass = (n: number, backward: boolean): string => {
      const { chunk, microbatch } = interleavedPass(v, g, n);
      return `${(backward ? v - 1 - chunk : chunk) * p + d}.${microbatch}`;
    };
    const forwards = numbers(m * v).map((n) => `F${pass(n, false)}`);
    const backwards = numbers(m * v).map((n) => (whole ? [`B${pass(n, true)}`] : [`B${pass(n, true)}`, `W${pass(n, true)}`]));
    const list = forwards.splice(0, warmup(d));
    for (const backward of backwards) list.push(...forwards.splice(0, 1), ...backward);
    return list;
  });
  return replay(world, lists);
}
const gis = (p: number, v: number, g: number, m: number): Replayed => interleaved(p, v, g, m, (d) => (v - 1) * g + p - d - 1, false);

/**
 * DualPipe's eight steps with a queue of weight passes. A pair of a forward and a backward is one piece: what it sends, it sends at its end.
 * So it is not a list of passes for `replay`: pieces are sets of passes with one duration.
 */
function dualPipe(p: number, m: number): { readonly makespan: number; readonly busy: number; readonly peak: number } {
  const half = p / 2;
  interface Piece {
    readonly needs: readonly string[];
    readonly gives: readonly string[];
    readonly time: number;
    readonly holds: number;
    readonly frees: number;
  }
  const devices = numbers(p).map((rank): Piece[] => {
    const r = Math.min(rank, p - 1 - rank);
    const pieces: Piece[] = [];
    const count = { F: [0, 0], B: [0, 0] };
    const waiting: string[] = [];
    // Phase 0 is the direction whose beginning is nearer. A microbatch is named by the side that it comes from.
    const stage = (phase: number): number => (phase === 0 ? r : p - 1 - r);
    const side = (phase: number): number => (rank < half ? phase : 1 - phase);
    const forward = (phase: number) => {
      const name = `${side(phase)}.${count.F[phase]++}`;
      const s = stage(phase);
      return { needs: s > 0 ? [`F${s - 1}/${name}`] : [], gives: [`F${s}/${name}`] };
    };
    const backward = (phase: number) => {
      const name = `${side(phase)}.${count.B[phase]++}`;
      const s = stage(phase);
      return { needs: [`F${s}/${name}`, ...(s < p - 1 ? [`B${s + 1}/${name}`] : [])], gives: [`B${s}/${name}`] };
    };
    const F = (phase: number): void => void pieces.push({ ...forward(phase), time: 1, holds: 1, frees: 0 });
    const BW = (phase: number): void => void pieces.push({ ...backward(phase), time: 2, holds: 0, frees: 1 });
    const B = (phase: number): void => {
      pieces.push({ ...backward(phase), time: 1, holds: 0, frees: 0 });
      waiting.push("W");
    };
    const W = (): void => {
      waiting.pop();
      pieces.push({ needs: [], gives: [], time: 1, holds: 0, frees: 1 });
    };
    const pair = (f: number, b: number): void => {
      const [one, other] = [forward(f), backward(b)];
      pieces.push({ needs: [...one.needs, ...other.needs], gives: [...one.gives, ...other.gives], time: 3, holds: 1, frees: 1 });
    };
    for (const _ of numbers(2 * (half - r - 1))) F(0);
    for (const _ of numbers(r + 1)) {
      F(0);
      F(1);
    }
    for (const _ of numbers(half - r - 1)) {
      B(1);
      W();
      F(1);
    }
    for (const i of numbers(m / 2 - p + r + 1)) {
      // The two devices in the middle do not pair their first ones.
      if (i === 0 && r === half - 1) {
        F(0);
        BW(1);
      } else pair(0, 1);
      pair(1, 0);
    }
    for (const _ of numbers(half - r - 1)) {
      BW(1);
      pair(1, 0);
    }
    let zeroBubble = false;
    for (const i of numbers(r + 1)) {
      if (i === (r + 1) >> 1 && r % 2 === 1) zeroBubble = true;
      (zeroBubble ? B : BW)(1);
      if (i === (r + 1) >> 1 && r % 2 === 0) zeroBubble = true;
      (zeroBubble ? B : BW)(0);
    }
    for (const _ of numbers(half - r - 1)) {
      W();
      B(0);
    }
    for (const _ of numbers(r + 1)) W();
    expect(waiting).toEqual([]);
    return pieces;
  });
  const ready = new Map<string, number>();
  const clock = devices.map(() => 0);
  const next = devices.map(() => 0);
  for (let moved = true; moved; ) {
    moved = false;
    devices.forEach((pieces, d) => {
      for (let piece = pieces[next[d]]; piece?.needs.every((need) => ready.has(need)); piece = pieces[++next[d]]) {
        clock[d] = Math.max(clock[d], ...piece.needs.map((need) => ready.get(need) ?? 0)) + piece.time;
        for (const given of piece.gives) ready.set(given, clock[d]);
        moved = true;
      }
    });
  }
  expect(next).toEqual(devices.map((pieces) => pieces.length));
  const peak = (pieces: readonly Piece[]): number => {
    let [held, most] = [0, 0];
    for (const { holds, frees } of pieces) {
      held += holds;
      most = Math.max(most, held);
      held -= frees;
    }
    return most;
  };
  const busy = devices[0].reduce((sum, { time }) => sum + time, 0);
  return { makespan: Math.max(...clock), busy, peak: Math.max(...devices.map(peak)) };
}

/** The orders in a file that name every device by its number. */
function ordersIn(file: string): Map<string, { readonly devices: number; readonly lists: string[][] }> {
  const found = new Map<string, { devices: number; lists: string[][] }>();
  for (const [, name, devices, body] of read(file).matchAll(/^schedule (\w+) of V\((\d+)\) \{\n((?: {2}device \d+ runs .*\n)+)\}/gm))
    found.set(name, {
      devices: Number(devices),
      lists: body
        .trimEnd()
        .split("\n")
        .map((line) => listFrom(line.replace(/^.*? runs /, ""))),
    });
  return found;
}

// ---- what the catalogue says of the same

/** Puts claims to a file of the catalogue and wants every one proved. */
async function holds(file: string, claims: readonly string[]): Promise<void> {
  // Only the declarations before the file's own claims and after them; these are judged elsewhere.
  const text = read(file)
    .replace(/^claim [^\n]*\n(?: +[^\n]*\n)*/gm, "")
    .replace(/^find [^{]*\{[^}]*\}\n/gm, "");
  const report = await verify([{ path: file, text: `${text}\n${claims.map((claim, i) => `claim "${i}": ${claim}\n`).join("")}` }]);
  const [{ claims: judged, diagnostics }] = report.files;
  expect(diagnostics).toEqual([]);
  const own = judged.filter(({ title }) => /^\d+$/.test(title));
  expect(own.filter(({ verdict }) => verdict !== "proved").map(({ title }) => claims[Number(title)])).toEqual([]);
  expect(own.length).toBe(claims.length);
}
const says = (schedule: string, m: number, { span, makespan, idle, peaks }: Replayed, share: number, profile = ""): string =>
  [
    `span(${schedule}, m = ${m}${profile}) == ${span}`,
    `makespan(${schedule}, m = ${m}${profile}) == ${makespan}`,
    `idle(${schedule}, m = ${m}${profile}) == ${idle}`,
    ...peaks.map((peak, d) => `peak(${schedule}, m = ${m}) on device ${d} == ${peak}/${share}`),
  ].join(" and ");

describe("4 devices, 8 microbatches, F = B = W = 1", () => {
  const gpipe = replay(
    straight(4, fused),
    numbers(4).map((d) => [...numbers(8).map((j) => `F${d}.${j}`), ...numbers(8).map((j) => `B${d}.${j}`)]),
  );
  const oneFOneB = replay(
    straight(4, fused),
    ahead(4, 8, (d) => 4 - d),
  );
  const eager = replay(
    straight(4, fused),
    ahead(4, 8, (d) => 2 * (4 - d) - 1),
  );

  test("GPipe, 1F1B and eager 1F1B: span 33, peaks 8, 4, 7", async () => {
    expect([gpipe, oneFOneB, eager].map(({ span, peaks }) => [span, Math.max(...peaks)])).toEqual([
      [33, 8],
      [33, 4],
      [33, 7],
    ]);
    await holds("gpipe/gpipe.pipe", [says("GPipe(4, 8)", 8, gpipe, 1)]);
    await holds("1f1b/1f1b.pipe", [says("OneFOneB(4)", 8, oneFOneB, 1)]);
    await holds("eager-1f1b/eager-1f1b.pipe", [says("Eager(4)", 8, eager, 1)]);
  });
  test("ZB-H1 27; ZB-H2 24 with peak 7", async () => {
    expect(zbH1(4, 8).span).toBe(27);
    expect([zbH2(4, 8).span, Math.max(...zbH2(4, 8).peaks)]).toEqual([24, 7]);
    await holds("zb-h1/zb-h1.pipe", [says("ZBH1(4)", 8, zbH1(4, 8), 1)]);
    await holds("zb-h2/zb-h2.pipe", [says("ZBH2(4)", 8, zbH2(4, 8), 1)]);
  });
  test("interleaved: 57 chunk units with peaks 11, 9, 7, 5 for v = 2, 105 for v = 4", async () => {
    const by = (v: number): Replayed => interleaved(4, v, 4, 8, (d) => (v - 1) * 4 + 2 * (3 - d), true);
    expect([by(2).span, by(2).peaks, by(4).span]).toEqual([57, [11, 9, 7, 5], 105]);
    await holds("interleaved-1f1b/interleaved-1f1b.pipe", [says("Interleaved(4, 2)", 8, by(2), 2), says("Interleaved(4, 4)", 8, by(4), 4)]);
  });
});

describe("interleaved in groups", () => {
  const figures = [
    { p: 4, m: 8, g: 4, span: 54, peak: 8 },
    { p: 4, m: 8, g: 2, span: 56, peak: 6 },
    { p: 8, m: 32, g: 8, span: 206, peak: 16 },
    { p: 8, m: 32, g: 4, span: 210, peak: 12 },
  ];
  test.each(figures)("$p devices, groups of $g: $span slots and $peak chunks", async ({ p, m, g, span, peak }) => {
    const found = gis(p, 2, g, m);
    expect([found.span, Math.max(...found.peaks)]).toEqual([span, peak]);
    await holds("gis/gis.pipe", [says(`GIS(${p}, 2, ${g})`, m, found, 2)]);
  });
  test("g(v-1) + p chunks and (p-g)(v-1) more bubble", async () => {
    const claims: string[] = [];
    for (const p of [2, 3, 4, 5, 6, 7])
      for (const v of [1, 2, 3])
        for (let g = Math.ceil(p / 2); g <= p; g++) {
          const found = gis(p, v, g, 3 * g);
          expect([Math.max(...found.peaks), found.idle]).toEqual([g * (v - 1) + p, 2 * (p - 1) + (p - g) * (v - 1)]);
          claims.push(says(`GIS(${p}, ${v}, ${g})`, 3 * g, found, v));
        }
    await holds("gis/gis.pipe", claims);
  });
});

describe("the adaptive V schedule", () => {
  const orders = ordersIn("v-adaptive/v-adaptive.pipe");
  const figures = [
    { k: 8, span: 167 },
    { k: 10, span: 161 },
    { k: 12, span: 155 },
    { k: 14, span: 149 },
    { k: 16, span: 144 },
  ];
  const found = figures.map(({ k }) => replay(fold(8), orders.get(`Cap${k}`)?.lists ?? []));
  test.each(figures)("8 devices, 24 microbatches, $k half stages: $span", ({ k, span }) => {
    const { lists } = orders.get(`Cap${k}`) ?? { lists: [] };
    expect(lists.flat().length).toBe(8 * 24 * 6);
    const one = found[figures.findIndex((figure) => figure.k === k)];
    expect([one.span, Math.max(...one.peaks)]).toEqual([span, k]);
  });
  test("and the file says the same", async () => {
    const claims = found.map((one, i) => says(`Cap${figures[i].k}`, 24, one, 2));
    await holds("v-adaptive/v-adaptive.pipe", claims);
  });

  test("6m + 6p - 3k - 1 where m = 2p, p <= 6", () => {
    const met: string[] = [];
    const all = numbers(5).flatMap((i) => {
      const p = i + 2;
      return [...ordersIn(`optimal/v-p${p}.pipe`).values(), { lists: zbVLists(p, 2 * p) }].map(({ lists }) => ({ p, lists }));
    });
    for (const name of ["Cap8of5", "Cap10of6"]) {
      const order = orders.get(name);
      if (order !== undefined) all.push({ p: order.devices, lists: order.lists });
    }
    for (const { p, lists } of all) {
      const { span, peaks } = replay(fold(p), lists);
      const k = Math.max(...peaks);
      const formula = Math.max(12 * p, 12 * p + 6 * p - 3 * k - 1);
      expect(span).toBeGreaterThanOrEqual(formula);
      if (span === formula) met.push(`${p}:${k}`);
    }
    const claimed = [
      "2:4",
      "3:4",
      "3:6",
      "4:4",
      "4:5",
      "4:6",
      "4:8",
      "5:6",
      "5:7",
      "5:8",
      "5:10",
      "6:6",
      "6:7",
      "6:8",
      "6:9",
      "6:10",
      "6:12",
    ];
    for (const one of claimed) expect(met).toContain(one);
  });
});

/** ZB-V's order, as its paper's figure has it. */
function zbVLists(p: number, m: number): string[][] {
  return numbers(p).map((d) => {
    const z = 2 * p - 1 - d;
    const words = (text: string, times: number): string => `(${text})^${times} `;
    const [f, g, b, c, w, x] = [`F[${d}]`, `F[${z}]`, `B[${d}]`, `B[${z}]`, `W[${d}]`, `W[${z}]`];
    const order =
      words(f, 2 * (p - d) - 1) +
      words(`${g} ${f}`, d) +
      words(`${g} ${c} ${x}`, p - d) +
      words(`${f} ${b} ${w} ${g} ${c} ${x}`, m - p) +
      words(`${b} ${c}`, d) +
      words(`${b} ${w}`, p - d) +
      words(x, d) +
      words(w, d);
    // Beyond the last microbatch a name is dropped.
    return listFrom(order).filter((pass) => Number(pass.split(".")[1]) < m);
  });
}

describe("times 3, 4, 2 on 4 devices", () => {
  const times = { F: 3, B: 4, W: 2 };
  test("V-Min's bubble grows by 6 for each microbatch", async () => {
    const found = numbers(10).map((i) => vMin(4, 6 + i, times));
    found.forEach(({ idle }, i) => {
      if (i > 0) expect(idle - found[i - 1].idle).toBe(6);
    });
    await holds(
      "v-min/v-min.pipe",
      found.map((one, i) => says("VMin(4)", 6 + i, one, 2, ", Times(3, 4, 2)")),
    );
  });
  test("V-Half's stays: 47 as its block stands, 29 with start and end rearranged", async () => {
    const found = numbers(6).map((i) => vHalf(4, 8 + i, times));
    expect(found.map(({ idle }) => idle)).toEqual(found.map(() => 47));
    await holds(
      "v-half/v-half.pipe",
      found.map((one, i) => says("VHalf(4)", 8 + i, one, 2, ", Times(3, 4, 2)")),
    );
    const order = (m: number): string[][] =>
      [...read("v-half/v-half.pipe").matchAll(/^ {2}device \d runs (.*)$/gm)].map(([, text]) =>
        listFrom(text.replace(/\^\(m-(\d+)\)/g, (_, less) => `^${m - Number(less)}`)),
      );
    for (const m of [6, 8, 13]) {
      const { idle, peaks } = replay(fold(4, times), order(m));
      expect([idle, Math.max(...peaks)]).toEqual([29, 6]);
    }
  });
});

describe("formulas over times", () => {
  const all = [1, 2, 3, 4].flatMap((F) => [1, 2, 3, 4].flatMap((B) => [1, 2, 3, 4].map((W) => ({ F, B, W }))));
  test("ZB-H1 and ZB-H2: (p-1)(F + B - W) and (p-1)(F + B - 2W) where they hold", () => {
    for (const p of [2, 3, 5])
      for (const times of all) {
        const { F, B, W } = times;
        expect(zbH1(p, 3 * p, times).idle).toBe((p - 1) * (F + B - Math.min(F, W)));
        expect(zbH2(p, 3 * p, times).idle).toBe((p - 1) * Math.max(0, F + B - 2 * Math.min(F, W)));
      }
  });
  test("V-Half repeats without a bubble just where W + 2B >= 2F and W + 2F >= 2B", () => {
    for (const p of [2, 3, 4, 5])
      for (const times of all) {
        const { F, B, W } = times;
        const repeats = vHalf(p, 3 * p + 1, times).idle === vHalf(p, 3 * p, times).idle;
        expect(repeats).toBe(W + 2 * B >= 2 * F && W + 2 * F >= 2 * B);
      }
  });
});

describe("DualPipe", () => {
  test("8 devices, 20 microbatches: 66 slots, 60 busy", async () => {
    const { makespan, busy, peak } = dualPipe(8, 20);
    expect([makespan, busy, peak]).toEqual([66, 60, 9]);
    await holds("dualpipe/dualpipe.pipe", [`makespan(DualPipe(8), m = 20) == ${makespan} and peak(DualPipe(8), m = 20) == ${peak}`]);
  });
  test("its bubble p - 2 and its p + 1 microbatches", async () => {
    const claims = [2, 4, 6, 8, 10].flatMap((p) =>
      [2 * p, 2 * p + 2, 2 * p + 6].map((m) => {
        const { makespan, busy, peak } = dualPipe(p, m);
        expect([makespan - busy, peak]).toEqual([p - 2, p + 1]);
        return `makespan(DualPipe(${p}), m = ${m}) == ${makespan} and peak(DualPipe(${p}), m = ${m}) == ${peak}`;
      }),
    );
    await holds("dualpipe/dualpipe.pipe", claims);
  });
});
