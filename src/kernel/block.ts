// A building block in numbers: its starts in slots, repeated every `interval`. Valid for every number of microbatches?
// One group is replayed like any other schedule; streams and memory are looked at around the interval.
// Laws: proofs/laws/steady-state.md, proofs/laws/first-free-slot.md, proofs/laws/once-blocks.md.
import { type Order, type Problem, routeFor, type Schedule } from "./problem.ts";
import { type Conflict, type Replayed, replay } from "./replay.ts";

export interface Block {
  /** The problem of one group: `problem.microbatches` of them, durations in slots, one slot a tick. */
  readonly problem: Problem;
  /** Slots after which the block repeats; null: it does not. */
  readonly interval: number | null;
  /** Start slot of each pass of the group; NaN: in the first free slot. */
  readonly start: Float64Array;
}

/** The passes of a problem by stream. */
function lists(problem: Problem): number[][] {
  const found: number[][] = Array.from({ length: problem.devices * problem.streams }, () => []);
  for (let pass = 0; pass < problem.nodes * problem.microbatches; pass++) {
    const route = routeFor(problem, Math.floor(pass / problem.nodes));
    found[route.device[pass % problem.nodes] * problem.streams + route.stream[pass % problem.nodes]].push(pass);
  }
  return found;
}
/** The passes of each stream by start, those that start together by number. */
export function orderOf(problem: Problem, start: Float64Array): Order {
  const sorted = lists(problem).map((list) => list.sort((a, b) => start[a] - start[b] || a - b));
  let length = 0;
  return {
    offsets: Int32Array.from([0, ...sorted.map((list) => (length += list.length))]),
    passes: Int32Array.from(sorted.flat()),
  };
}

/** The first `microbatches` microbatches, each in its slots, moved so that none is negative. */
export function run({ problem, interval }: Block, slots: Float64Array, microbatches: number): { problem: Problem; schedule: Schedule } {
  const { routeOf, microbatches: group } = problem;
  const longer = routeOf && Int32Array.from({ length: microbatches }, (_, j) => routeOf[j % group]);
  const own: Problem = { ...problem, microbatches, routeOf: longer, send: 0 };
  const start = new Float64Array(problem.nodes * microbatches);
  for (let pass = 0; pass < start.length; pass++)
    start[pass] = slots[pass % slots.length] + Math.floor(pass / slots.length) * (interval ?? 0);
  const least = start.reduce((a, b) => Math.min(a, b), 0);
  if (least < 0) for (let pass = 0; pass < start.length; pass++) start[pass] -= least;
  return { problem: own, schedule: { order: orderOf(own, start), start } };
}

/** The least delay from which `length` slots are free, where each of `taken` comes again every `interval` slots; null: there is none. */
export function firstGap(
  taken: readonly { readonly at: bigint; readonly length: bigint }[],
  length: bigint,
  interval: bigint,
): bigint | null {
  const from = (at: bigint, delay: bigint): bigint => (((at - delay) % interval) + interval) % interval;
  const fits = (delay: bigint): boolean =>
    taken.every((other) => from(other.at, delay) >= length && interval - from(other.at, delay) >= other.length);
  // A gap begins at once or where a pass ends.
  const begins = [0n, ...taken.map((other) => from(other.at + other.length, 0n))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return length > interval ? null : (begins.find(fits) ?? null);
}

/** Whether `slots` are the block's starts, each pass without one in the first free slot; "full" where the next of these finds none. */
export function settles({ problem, interval, start }: Block, slots: Float64Array): "settled" | "full" | "wrong" {
  const { nodes } = problem;
  if (slots.length !== start.length) return "wrong"; // condition
  if (slots.some((slot, pass) => slot !== start[pass] && !Number.isNaN(start[pass]))) return "wrong"; // condition
  if (!start.some(Number.isNaN)) return "settled";
  if (interval === null) return "wrong"; // condition
  const length = (pass: number): number => routeFor(problem, Math.floor(pass / nodes)).duration[pass % nodes];
  const ready = (pass: number): number => {
    const { depStart, dep } = routeFor(problem, Math.floor(pass / nodes));
    const needs = dep.subarray(depStart[pass % nodes], depStart[(pass % nodes) + 1]);
    const ends = Array.from(needs, (node) => pass - (pass % nodes) + node).map((need) => start[need] + length(need));
    return ends.length === 0 ? 0 : Math.max(...ends);
  };
  for (const list of lists(problem)) {
    const taken = list.filter((pass) => !Number.isNaN(start[pass]));
    const waiting = list.filter((pass) => Number.isNaN(start[pass]));
    waiting.sort((a, b) => ready(a) - ready(b) || (a % nodes) - (b % nodes) || a - b);
    for (const pass of waiting) {
      if (!Number.isSafeInteger(ready(pass)) || !taken.every((other) => Number.isSafeInteger(slots[other]))) return "wrong"; // condition
      const others = taken.map((other) => ({ at: BigInt(slots[other] - ready(pass)), length: BigInt(length(other)) }));
      const delay = firstGap(others, BigInt(length(pass)), BigInt(interval));
      if (delay === null) return "full";
      if (ready(pass) + Number(delay) !== slots[pass]) return "wrong"; // condition
      taken.push(pass);
    }
  }
  return "settled";
}

export type Repeated = Replayed | { readonly kind: "limit"; readonly reason: string };
const longest = 2 ** 50;
const mod = (a: number, b: number): number => (a % b < 0 ? (a % b) + b : a % b);

/** Whether the block, repeated for ever, is valid; its peaks are the most that each device ever holds (law: steady-state). */
export function repeats(block: Block, slots: Float64Array): Repeated {
  const limit = (reason: string): Repeated => ({ kind: "limit", reason });
  const { problem, interval } = block;
  if (problem.routes.some(({ duration }) => duration.some((length) => length < 1)))
    return limit("a pass of the building block takes no slot"); // condition
  if (slots.some((slot) => Math.abs(slot) > longest)) return limit("a building block with slots beyond 2^50"); // condition
  // One group keeps dependencies and holds if all do. Its own memory is at most that of many.
  const once = run(block, slots, problem.microbatches);
  const replayed = replay(once.problem, once.schedule);
  if (replayed.kind === "invalid" || interval === null) return replayed;
  const overlap = meeting(block, slots, interval);
  if (overlap !== null) return { kind: "invalid", conflict: overlap };
  const { peakOf, peakAt } = steadyPeaks(block, slots, interval);
  if (!peakOf.every(Number.isSafeInteger)) return limit("a building block that holds more than 2^53 parts"); // condition
  const full = peakOf.findIndex((held, device) => held > problem.cap[device]);
  if (full >= 0)
    return { kind: "invalid", conflict: { kind: "memory", device: full, time: peakAt[full], held: peakOf[full], cap: problem.cap[full] } }; // condition
  return { kind: "valid", measures: { ...replayed.measures, peak: peakOf.reduce((a, b) => Math.max(a, b), 0), peakOf, peakAt } };
}

/** Two passes of a stream that meet around the interval: each must end before the next begins; after the last comes the first again. */
function meeting({ problem }: Block, slots: Float64Array, interval: number): Conflict | null {
  for (const list of lists(problem)) {
    const slot = (at: number): number => mod(slots[list[at % list.length]], interval) + (at < list.length ? 0 : interval);
    list.sort((a, b) => mod(slots[a], interval) - mod(slots[b], interval));
    for (let at = 0; at < list.length; at++) {
      const [first, second] = [list[at], list[(at + 1) % list.length]];
      const { device, duration } = routeFor(problem, Math.floor(first / problem.nodes));
      const node = first % problem.nodes;
      if (slot(at) + duration[node] > slot(at + 1)) return { kind: "overlap", first, second, device: device[node], time: slots[first] }; // condition
    }
  }
  return null;
}

/**
 * What each device holds at most, over all numbers of microbatches. A hold from b to e, taken apart as b = q T + r and e = q' T + r',
 * is live q' - q times, once more where the time's residue has passed r and once less where it has passed r'.
 */
function steadyPeaks({ problem }: Block, slots: Float64Array, interval: number): { peakOf: Float64Array; peakAt: Float64Array } {
  const { nodes, microbatches, devices } = problem;
  const held = Float64Array.from(problem.always);
  const events: { slot: number; delta: number }[][] = Array.from({ length: devices }, () => []);
  for (let k = 0; k < microbatches; k++) {
    const { holdFrom, holdTo, holdDevice, holdAmount, duration } = routeFor(problem, k);
    holdAmount.forEach((amount, h) => {
      const [begin, end] = [slots[k * nodes + holdFrom[h]], slots[k * nodes + holdTo[h]] + duration[holdTo[h]]];
      held[holdDevice[h]] += amount * (Math.floor(end / interval) - Math.floor(begin / interval));
      events[holdDevice[h]].push({ slot: mod(begin, interval), delta: amount }, { slot: mod(end, interval), delta: -amount });
    });
  }
  const [peakOf, peakAt] = [Float64Array.from(problem.always), new Float64Array(devices)];
  events.forEach((own, device) => {
    // What ends in a slot frees before what begins there takes.
    for (const { slot, delta } of own.sort((a, b) => a.slot - b.slot || a.delta - b.delta)) {
      held[device] += delta;
      if (delta < 0 || held[device] <= peakOf[device]) continue;
      peakOf[device] = held[device];
      peakAt[device] = slot;
    }
  });
  return { peakOf, peakAt };
}

/** Whether moving passes together cannot change what a device holds (law: squeezing, 4): each hold lives on one compute stream. */
export function peakIsFixed({ problem }: Block, slots: Float64Array): boolean {
  return Array.from({ length: problem.microbatches }, (_, k) => k).every((k) => {
    const { holdFrom, holdTo, holdDevice, device, stream } = routeFor(problem, k);
    return holdFrom.every((from, h) => {
      const to = holdTo[h];
      if (slots[k * problem.nodes + to] < slots[k * problem.nodes + from]) return false; // condition
      return [from, to].every((node) => device[node] === holdDevice[h] && stream[node] === 0); // condition
    });
  });
}

/** The longest lifespan, in slots, of holds that begin with one of the stage's passes (null: with any). Zero where there is none. */
export function lifespan({ problem }: Block, slots: Float64Array, stageOf: Int32Array, stage: number | null): number {
  let longest = 0;
  for (let k = 0; k < problem.microbatches; k++) {
    const { holdFrom, holdTo, duration } = routeFor(problem, k);
    holdFrom.forEach((from, h) => {
      const end = slots[k * problem.nodes + holdTo[h]] + duration[holdTo[h]];
      if (stage === null || stageOf[from] === stage) longest = Math.max(longest, end - slots[k * problem.nodes + from]);
    });
  }
  return longest;
}
