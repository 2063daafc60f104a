// A building block for all p at once: constant offsets from stage to stage (Qi et al., Pipeline Parallelism with Controllable Memory,
// arXiv:2405.15362, section 3). A microbatch crosses the devices in stretches: F down (and up the V), B down (and up); then W takes
// the first free slot. Each stretch has one hop. Between two stretches is a turn, which may depend on p modulo the interval.
// Modulo the interval a stretch is seen from device d at offset + slope * d, so finitely many d and p decide what fits for all.
// Untrusted: the text that comes out carries its claims, and `verify` proves them.
import type { Block } from "../../kernel/index.ts";
import { isValid, settle, steadyPeaks } from "../../schedule/index.ts";
import { type Instance, type Shape, shapeOf } from "./shape.ts";
import { templateText } from "./template-text.ts";

export interface TemplateTask {
  /** The pipeline as it is written, its name, its one parameter (the number of devices), and a name for the block. */
  readonly source: string;
  readonly pipeline: string;
  readonly parameter: string;
  readonly name: string;
  /** One microbatch at a number of devices: durations in slots, `send` 0. Its caps are not looked at. */
  instance(p: number): Instance;
  /** Slots after which the block is to repeat; null: as few as possible. */
  readonly interval: number | null;
  /** A moment as `Date.now()` counts. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

/** `text`: pipeline, schedule and claims. `peak`: a formula of the parameter, in the pipeline's unit. `interval` in slots. */
export type TemplateFound =
  | { readonly kind: "template"; readonly text: string; readonly interval: number; readonly peak: string }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** Constant offsets. `hops[i]` is from stage to stage in stretch i, `turns[p mod turns.length][i]` from its end to the next one's start. */
export interface Template {
  readonly hops: readonly number[];
  readonly turns: readonly (readonly number[])[];
}

const mod = (a: number, b: number): number => ((a % b) + b) % b;
/** The least number from `least` on that is `residue` modulo `interval`. */
const from = (least: number, residue: number, interval: number): number => least + mod(residue - least, interval);
/** Intervals whose slots fit into the bits of a number. */
const longest = 30;

/**
 * The template whose peak grows least with p, and among those is least: for pipelines with one parameter p, whose microbatches all take
 * one route through p or 2p stages placed straight or in a V, with constant times. "None" gives the reason for any other.
 */
export async function templateBlock(task: TemplateTask): Promise<TemplateFound> {
  const shape = shapeOf(task.instance(5), 5);
  if (typeof shape === "string") return { kind: "none", reason: `there is no template for this pipeline: ${shape}` };
  const interval = task.interval ?? shape.load;
  if (interval < shape.load) return { kind: "none", reason: `no block repeats in less than ${shape.load} slots` };
  if (interval > longest) return { kind: "none", reason: `templates of more than ${longest} slots are not looked for` };
  const sizes = new Sizes(task, shape, interval);
  let best: { readonly template: Template; readonly peak: number; readonly growth: number } | null = null;
  for (const [tried, { hops, growth }] of hopsByGrowth(shape, interval).entries()) {
    if (best !== null && growth > best.growth) break;
    if (tried % 64 === 0) await new Promise(setImmediate); // lets a signal come through
    if (Date.now() >= task.deadline || task.signal?.aborted) {
      if (best === null) return { kind: "unknown", reason: task.signal?.aborted ? "interrupted" : "out of time" };
      break;
    }
    const found = sizes.turnsFor(hops);
    if (found !== null && (best === null || found.peak < best.peak))
      best = { template: { hops, turns: found.turns }, peak: found.peak, growth };
  }
  if (best === null) return { kind: "none", reason: "constant offsets do not fit" };
  const peaks = sizes.peaks(best.template);
  return { kind: "template", interval, ...templateText(task, shape, interval, best.template, peaks, sizes.partsPerUnit) };
}

/** All hops of less than an interval beyond what a pass takes, those first whose block holds least for large p. */
function hopsByGrowth({ legs, slots }: Shape, interval: number): { readonly hops: readonly number[]; readonly growth: number }[] {
  let all: (readonly number[])[] = [[]];
  for (let stretch = 0; stretch < 2 * legs; stretch++) {
    const least = stretch < legs ? slots.forward : slots.backward;
    all = all.flatMap((hops) => Array.from({ length: interval }, (_, more) => [...hops, least + more]));
  }
  // Lifespans of a device's stages, over p: on the first device of the V all hops count, on the last the inner ones twice.
  const growthOf = (hops: readonly number[]): number => {
    const sum = hops.reduce((total, hop) => total + hop, 0);
    return legs === 1 ? sum : Math.max(sum, 2 * (hops[1] + hops[2]));
  };
  return all.map((hops) => ({ hops, growth: growthOf(hops) })).sort((a, b) => a.growth - b.growth);
}

/** The offsets modulo the interval, of each stretch after the first, at which no two stretches meet on any device. */
export function offsetsThatFit(slopes: readonly number[], slots: readonly number[], interval: number): number[][] {
  const found: number[][] = [];
  const shifted = (length: number, by: number): number => {
    const mask = 2 ** length - 1;
    return ((mask << by) | (mask >> (interval - by))) & (2 ** interval - 1);
  };
  const masks = slots.map((length) => Array.from({ length: interval }, (_, by) => shifted(length, by)));
  const place = (offsets: readonly number[], taken: readonly number[]): void => {
    const stretch = offsets.length;
    if (stretch === slopes.length) {
      found.push(offsets.slice(1));
      return;
    }
    for (let offset = 0; offset < (stretch === 0 ? 1 : interval); offset++) {
      const own = taken.map((_, d) => masks[stretch][mod(offset + slopes[stretch] * d, interval)]);
      if (own.every((mask, d) => (mask & taken[d]) === 0))
        place(
          [...offsets, offset],
          taken.map((mask, d) => mask | own[d]),
        );
    }
  };
  place([], new Array<number>(interval).fill(0));
  return found;
}

/** The pipeline at the sizes that are tried, and templates on them. */
class Sizes {
  readonly #task: TemplateTask;
  readonly #shape: Shape;
  readonly #interval: number;
  readonly #instances = new Map<number, Instance>();

  constructor(task: TemplateTask, shape: Shape, interval: number) {
    this.#task = task;
    this.#shape = shape;
    this.#interval = interval;
  }

  get partsPerUnit(): number {
    return this.#instance(2).problem.partsPerUnit;
  }

  /** The turns that hold least, by p modulo a divisor of the interval, and what they hold in all; null: some p fits none. */
  turnsFor(hops: readonly number[]): { readonly turns: readonly (readonly number[])[]; readonly peak: number } | null {
    const { legs, slots } = this.#shape;
    const lengths = hops.map((_, stretch) => (stretch < legs ? slots.forward : slots.backward));
    const slopes = hops.map((hop, stretch) => (stretch % 2 === 0 ? hop : -hop));
    const offsets = offsetsThatFit(slopes, lengths, this.#interval);
    if (offsets.length === 0) return null;
    let peak = 0;
    const choices: Map<string, readonly number[]>[] = [];
    for (let p = 0; p < this.#interval; p++) {
      let least = Number.POSITIVE_INFINITY;
      let turns = new Map<string, readonly number[]>();
      for (const offset of offsets) {
        const candidate = this.#turns(hops, lengths, offset, p);
        const held = this.#held(hops, candidate, p, least);
        if (held < least) turns = new Map();
        if (held <= least && held < Number.POSITIVE_INFINITY) turns.set(candidate.join(), candidate);
        least = Math.min(least, held);
      }
      if (turns.size === 0) return null;
      peak += least;
      choices.push(turns);
    }
    return { turns: simplest(choices), peak };
  }

  /** Peaks in parts, for p from 2 on. */
  peaks({ hops, turns }: Template): number[] {
    return Array.from({ length: 3 * this.#interval }, (_, i) => this.#peak(hops, turns[(i + 2) % turns.length], i + 2));
  }

  /** The least turns that bring each stretch to its offset at this p modulo the interval. */
  #turns(hops: readonly number[], lengths: readonly number[], offsets: readonly number[], p: number): number[] {
    let end = 0; // of the stretch before, modulo the interval
    return offsets.map((offset, i) => {
      end += hops[i] * (p - 1);
      const start = offset - (i % 2 === 0 ? hops[i + 1] * (p - 1) : 0); // stretch i + 1 begins at the last device if i is even
      const turn = from(lengths[i], start - end, this.#interval);
      end += turn;
      return turn;
    });
  }

  /** Peaks of the sizes of this residue, added up; Infinity if one is not valid, or as soon as it is more than `enough`. */
  #held(hops: readonly number[], turns: readonly number[], residue: number, enough: number): number {
    let held = 0;
    for (const size of [2 * this.#interval + residue, this.#interval + residue, residue]) {
      if (size >= 2) held += this.#peak(hops, turns, size);
      if (held > enough) return Number.POSITIVE_INFINITY;
    }
    return held;
  }

  /** The peak at p in parts; Infinity where the block is not valid. */
  #peak(hops: readonly number[], turns: readonly number[], p: number): number {
    const settled = settle(this.#block(hops, turns, p));
    if (settled.kind !== "settled" || !isValid(settled.block)) return Number.POSITIVE_INFINITY;
    return Math.max(0, ...steadyPeaks(settled.block).peakOf);
  }

  #block(hops: readonly number[], turns: readonly number[], p: number): Block {
    const { problem, passes } = this.#instance(p);
    const { legs, forward, backward } = this.#shape;
    const bases = hops.map(() => 0);
    for (let i = 1; i < hops.length; i++) bases[i] = bases[i - 1] + hops[i - 1] * (p - 1) + turns[i - 1];
    const start = Float64Array.from(passes, ({ family, indices: [stage] }) => {
      if (family !== forward && family !== backward) return Number.NaN;
      const way = family === forward ? stage : legs * p - 1 - stage; // how far the microbatch has come
      const stretch = (family === forward ? 0 : legs) + Math.floor(way / p);
      return bases[stretch] + hops[stretch] * (way % p);
    });
    return { problem, interval: this.#interval, start };
  }

  #instance(p: number): Instance {
    let found = this.#instances.get(p);
    if (found === undefined) {
      const { problem, passes } = this.#task.instance(p);
      found = { problem: { ...problem, cap: problem.cap.map(() => Number.POSITIVE_INFINITY) }, passes };
      this.#instances.set(p, found);
    }
    return found;
  }
}

/** One choice for each residue of p, from those that are as good: by the least divisor of the interval that does, as alike as can be. */
function simplest(choices: readonly ReadonlyMap<string, readonly number[]>[]): (readonly number[])[] {
  const interval = choices.length;
  for (let modulus = 1; ; modulus++) {
    if (interval % modulus !== 0) continue;
    const shared = Array.from({ length: modulus }, (_, residue) => {
      const [first, ...others] = choices.filter((_, p) => p % modulus === residue);
      return [...first].filter(([key]) => others.every((other) => other.has(key))).map(([, turns]) => turns);
    });
    if (shared.some((common) => common.length === 0)) continue;
    const differences = (a: readonly number[], b: readonly number[]): number => a.filter((turn, i) => turn !== b[i]).length;
    const nearest = (to: readonly number[]): (readonly number[])[] =>
      shared.map((common) => common.reduce((a, b) => (differences(b, to) < differences(a, to) ? b : a)));
    const apart = (to: readonly number[]): number => nearest(to).reduce((sum, turns) => sum + differences(turns, to), 0);
    return nearest(shared.flat().reduce((a, b) => (apart(b) < apart(a) ? b : a)));
  }
}
