// Published schedules, built again from what their papers say of them, apart from the language: lists of passes for `replay`.
import { listFrom, listsByStart, type Replayed, replay, type World } from "./replay.ts";

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export const fused = { F: 1, B: 2 };
export const unit = { F: 1, B: 1, W: 1 };
export const straight = (p: number, times: World["times"]): World => ({ stages: p, device: (stage) => stage, times });
export const fold = (p: number, times: World["times"] = unit): World => ({
  stages: 2 * p,
  device: (s) => Math.min(s, 2 * p - 1 - s),
  times,
});
export const loop = (p: number, v: number, times: World["times"]): World => ({ stages: p * v, device: (s) => s % p, times });

/** So many forwards ahead on each device, then a backward and a forward in turns. */
export function ahead(p: number, m: number, warmup: (d: number) => number): string[][] {
  return numbers(p).map((d) => {
    const [forwards, backwards] = ["F", "B"].map((family) => numbers(m).map((j) => `${family}${d}.${j}`));
    const list = forwards.splice(0, warmup(d));
    while (backwards.length > 0) list.push(...backwards.splice(0, 1), ...forwards.splice(0, 1));
    return list;
  });
}

/** By start times of microbatch 0 that repeat; `free` puts each W into the first slot that nothing else takes. */
export function repeated(
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
      const own = numbers(world.stages).filter((s) => world.device(s, 0, "F") === d);
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
export const zbH1 = (p: number, m: number, times: World["times"] = unit): Replayed => {
  const world = straight(p, times);
  const starts = { F: (s: number) => s, B: (s: number) => 3 * p - 2 - 2 * s, W: (s: number) => 3 * p - 1 + s };
  return replay(world, repeated(world, p, m, 3, starts, false));
};
export const zbH2 = (p: number, m: number, times: World["times"] = unit): Replayed => {
  const world = straight(p, times);
  const starts = { F: (s: number) => s, B: (s: number) => 6 * p - 5 - 5 * s, W: (s: number) => 6 * p - 4 + s };
  return replay(world, repeated(world, p, m, 3, starts, false));
};
export const vHalf = (p: number, m: number, times: World["times"]): Replayed => {
  const more = p % 2 === 0 ? 3 : 0;
  const starts = {
    F: (s: number) => (s < p ? 2 * s : p - 1 + s),
    B: (s: number) => (s < p ? 6 * p - 2 + more - s : 3 * p - 1 + more + 2 * (2 * p - 1 - s)),
  };
  return replay(fold(p, times), repeated(fold(p, times), p, m, 6, starts, true));
};
export const vMin = (p: number, m: number, times: World["times"]): Replayed => {
  const turn = p % 3 === 0 ? 2 * p + 2 : 2 * p;
  const starts = { F: (s: number) => s, B: (s: number) => turn + 2 * p - 1 - s };
  return replay(fold(p, times), repeated(fold(p, times), p, m, 6, starts, true));
};

/** The nth forward (or, from the last chunk on, backward) of an interleaved schedule with groups of g microbatches. */
const interleavedPass = (v: number, g: number, n: number): { chunk: number; microbatch: number } => ({
  chunk: Math.floor((n % (g * v)) / g),
  microbatch: Math.floor(n / (g * v)) * g + (n % g),
});
export function interleaved(p: number, v: number, g: number, m: number, warmup: (d: number) => number, whole: boolean): Replayed {
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
export const gis = (p: number, v: number, g: number, m: number): Replayed => interleaved(p, v, g, m, (d) => (v - 1) * g + p - d - 1, false);

/**
 * DualPipe's eight steps with a queue of weight passes. A pair of a forward and a backward is one piece: what it sends, it sends at its end.
 * DualPipeV is the same `folded`: one direction, down and up the devices.
 * So it is not a list of passes for `replay`: pieces are sets of passes with one duration.
 */
export function dualPipe(
  p: number,
  m: number,
  folded = false,
): { readonly makespan: number; readonly busy: number; readonly peak: number } {
  const half = folded ? p : p / 2;
  const stages = folded ? 2 * p : p;
  interface Piece {
    readonly needs: readonly string[];
    readonly gives: readonly string[];
    readonly time: number;
    readonly holds: number;
    readonly frees: number;
  }
  const devices = numbers(p).map((rank): Piece[] => {
    const r = folded ? rank : Math.min(rank, p - 1 - rank);
    const pieces: Piece[] = [];
    const count = { F: [0, 0], B: [0, 0] };
    const waiting: string[] = [];
    // Phase 0 is the direction whose beginning is nearer. A microbatch is named by the side that it comes from.
    const stage = (phase: number): number => (phase === 0 ? r : stages - 1 - r);
    const side = (phase: number): number => (folded ? 0 : rank < half ? phase : 1 - phase);
    const forward = (phase: number) => {
      const name = `${side(phase)}.${count.F[phase]++}`;
      const s = stage(phase);
      return { needs: s > 0 ? [`F${s - 1}/${name}`] : [], gives: [`F${s}/${name}`] };
    };
    const backward = (phase: number) => {
      const name = `${side(phase)}.${count.B[phase]++}`;
      const s = stage(phase);
      return { needs: [`F${s}/${name}`, ...(s < stages - 1 ? [`B${s + 1}/${name}`] : [])], gives: [`B${s}/${name}`] };
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
    for (const i of numbers((folded ? m : m / 2) - stages + r + 1)) {
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
    if (waiting.length > 0) throw new Error("weights are left");
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
  if (devices.some((pieces, d) => next[d] < pieces.length)) throw new Error("a device waits for ever");
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

/** ZB-V's order, as its paper's figure has it. */
export function zbVLists(p: number, m: number): string[][] {
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

/** Passes of many microbatches by the starts of the first; `of` says where a family's stages begin. */
export function blocks(
  world: World,
  p: number,
  m: number,
  interval: number,
  families: Readonly<Record<string, { readonly stages: number; readonly start: (s: number) => number }>>,
): string[][] {
  const at = new Map<string, number>();
  for (const [family, { stages, start }] of Object.entries(families))
    for (const s of numbers(stages)) for (const j of numbers(m)) at.set(`${family}${s}.${j}`, start(s) + interval * j);
  return listsByStart(world, p, at);
}

export const most = ({ peaks }: Replayed): number => Math.max(...peaks);
