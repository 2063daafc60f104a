// A building block in numbers, quickly: its free slots, whether its repetition is valid, its order for m microbatches, what it holds.
// For searches and for what is shown; a verdict needs none of it, `src/kernel/block.ts` says the same by replaying. The tests compare the two.
// Laws: proofs/laws/steady-state.md, proofs/laws/first-free-slot.md, proofs/laws/once-blocks.md.
import { type Block, type Order, type Problem, routeFor } from "../kernel/index.ts";

/** A block whose passes all have a slot. Where none was free for `pass`, it stands where it is ready, in the way of others. */
export type Settled =
  | { readonly kind: "settled"; readonly block: Block }
  | { readonly kind: "full"; readonly pass: number; readonly block: Block };

/** The residue, from 0 to b - 1. Exact: no sum is made that could be rounded. */
const mod = (a: number, b: number): number => (a % b < 0 ? (a % b) + b : a % b);

/** The nodes of a group's pass: its route, node and microbatch in the group. */
function at(problem: Problem, pass: number) {
  const microbatch = Math.floor(pass / problem.nodes);
  const node = pass - microbatch * problem.nodes;
  return { microbatch, node, route: routeFor(problem, microbatch) };
}

/** The passes of one group by device and stream. */
function lists(problem: Problem): number[][] {
  const found: number[][] = Array.from({ length: problem.devices * problem.streams }, () => []);
  for (let pass = 0; pass < problem.nodes * problem.microbatches; pass++) {
    const { node, route } = at(problem, pass);
    found[route.device[node] * problem.streams + route.stream[node]].push(pass);
  }
  return found;
}

/** Puts the passes without a start into the first free slots of their streams. */
export function settle(block: Block): Settled {
  const { problem, interval } = block;
  if (interval === null || !block.start.some(Number.isNaN)) return { kind: "settled", block };
  const start = Float64Array.from(block.start);
  let full: number | null = null;
  for (const list of lists(problem)) {
    const waiting = list.filter((pass) => Number.isNaN(block.start[pass]));
    if (waiting.length === 0) continue;
    const taken = list.filter((pass) => !Number.isNaN(start[pass]));
    const length = (pass: number): number => at(problem, pass).route.duration[pass % problem.nodes];
    const ready = new Map(waiting.map((pass) => [pass, readyTime(block, pass)]));
    const time = (pass: number): number => ready.get(pass) ?? 0;
    waiting.sort((a, b) => time(a) - time(b) || (a % problem.nodes) - (b % problem.nodes) || a - b);
    for (const pass of waiting) {
      const others = taken.map((other) => ({ at: mod(start[other] - time(pass), interval), length: length(other) }));
      const delay = firstGap(others, length(pass), interval);
      if (delay === null) full ??= pass;
      start[pass] = time(pass) + (delay ?? 0);
      taken.push(pass);
    }
  }
  const made = { ...block, start };
  return full === null ? { kind: "settled", block: made } : { kind: "full", pass: full, block: made };
}

/** The least offset below `interval` from which `length` slots are free, where `taken` repeats every `interval` slots. */
function firstGap(taken: { readonly at: number; readonly length: number }[], length: number, interval: number): number | null {
  taken.sort((a, b) => a.at - b.at);
  // Those that reach over the end of the interval take its first slots.
  let free = taken.reduce((end, other) => Math.max(end, other.at + other.length - interval), 0);
  for (const other of taken) {
    if (free + length <= other.at) return free;
    free = Math.max(free, other.at + other.length);
  }
  return free < interval && free + length <= interval + (taken[0]?.at ?? 0) ? free : null;
}

/** The end of a pass's last dependency that has a start of its own; slot 0 without one. */
function readyTime({ problem, start }: Block, pass: number): number {
  const { microbatch, node, route } = at(problem, pass);
  let ready = Number.NEGATIVE_INFINITY;
  for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) {
    ready = Math.max(ready, start[microbatch * problem.nodes + route.dep[e]] + route.duration[route.dep[e]]);
  }
  return ready === Number.NEGATIVE_INFINITY ? 0 : ready;
}

/** Whether the settled block, repeated for ever, keeps every dependency, stream, hold and cap. */
export function isValid(block: Block): boolean {
  const { problem, interval, start } = block;
  for (let pass = 0; pass < start.length; pass++) {
    const { microbatch, node, route } = at(problem, pass);
    if (!Number.isSafeInteger(start[pass])) return false; // condition
    for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) {
      if (start[microbatch * problem.nodes + route.dep[e]] + route.duration[route.dep[e]] > start[pass]) return false; // condition
    }
    for (let h = 0; h < route.holdFrom.length && node === 0; h++) {
      const [from, to] = [microbatch * problem.nodes + route.holdFrom[h], microbatch * problem.nodes + route.holdTo[h]];
      if (start[to] + route.duration[route.holdTo[h]] < start[from]) return false; // condition
    }
  }
  for (const list of lists(problem)) {
    if (interval === null) {
      list.sort((a, b) => start[a] - start[b]);
      for (let i = 1; i < list.length; i++) {
        const { node, route } = at(problem, list[i - 1]);
        if (start[list[i - 1]] + route.duration[node] > start[list[i]]) return false; // condition
      }
      continue;
    }
    // Around the interval, each pass ends before the next begins; the one after the last is the first again.
    const residue = new Map(list.map((pass) => [pass, mod(start[pass], interval)]));
    const slot = (pass: number): number => residue.get(pass) ?? 0;
    list.sort((a, b) => slot(a) - slot(b));
    for (let i = 0; i < list.length; i++) {
      const { node, route } = at(problem, list[i]);
      const gap = i + 1 < list.length ? slot(list[i + 1]) - slot(list[i]) : interval - (slot(list[i]) - slot(list[0]));
      if (route.duration[node] > gap) return false; // condition
    }
  }
  const peaks = steadyPeaks(block);
  for (let device = 0; device < problem.devices; device++) {
    if (peaks.peakOf[device] > problem.cap[device]) return false; // condition
  }
  return true;
}

/** The order that the settled block induces on each stream for m microbatches; those beyond the last are dropped. Linear. */
export function orderOf(block: Block, microbatches: number): Order {
  const { problem, interval, start } = block;
  const { nodes, microbatches: group } = problem;
  const found = lists(problem);
  const offsets = new Int32Array(found.length + 1);
  const passes = new Int32Array(nodes * microbatches);
  const repeats = interval === null ? 1 : Math.ceil(microbatches / group);
  const period = interval ?? Number.MAX_SAFE_INTEGER;
  let length = 0;
  found.forEach((list, index) => {
    offsets[index] = length;
    const least = list.reduce((slot, pass) => Math.min(slot, start[pass]), Number.POSITIVE_INFINITY);
    const turn = (pass: number): number => (interval === null ? 0 : Math.floor((start[pass] - least) / period));
    const slot = (pass: number): number => start[pass] - turn(pass) * period;
    const sorted = [...list].sort((a, b) => slot(a) - slot(b) || a - b);
    const turns = sorted.map(turn);
    const members = sorted.map((pass) => Math.floor(pass / nodes));
    const arrivals = sorted.map((_, i) => i).sort((a, b) => turns[a] - turns[b] || a - b);
    // The passes that have a repetition in this round, by slot. Rounds in which none has are leapt over.
    let active: number[] = [];
    for (let round = 0, next = 0; active.length > 0 || next < arrivals.length; round++) {
      if (active.length === 0) round = turns[arrivals[next]];
      const before = next;
      while (next < arrivals.length && turns[arrivals[next]] === round) active.push(arrivals[next++]);
      if (next > before) active.sort((a, b) => a - b);
      let leaving = false;
      for (const i of active) {
        const repeat = round - turns[i];
        const microbatch = repeat * group + members[i];
        if (microbatch < microbatches) passes[length++] = microbatch * nodes + (sorted[i] - members[i] * nodes);
        if (repeat === repeats - 1) leaving = true;
      }
      if (leaving) active = active.filter((i) => round - turns[i] < repeats - 1);
    }
  });
  offsets[found.length] = length;
  return { offsets, passes: length === passes.length ? passes : passes.slice(0, length) };
}

export interface SteadyPeaks {
  readonly peakOf: Float64Array;
  /** The pass of the group at whose start a device holds most; -1: only what it always holds. */
  readonly passOf: Int32Array;
}

/**
 * What each device holds at most, over all numbers of microbatches. A hold from b to e, taken apart as b = q T + r and e = q' T + r',
 * is live q' - q times, once more where the time's residue has passed r and once less where it has passed r'.
 */
export function steadyPeaks({ problem, interval, start }: Block): SteadyPeaks {
  const { nodes, microbatches, devices } = problem;
  const held = Float64Array.from(problem.always);
  const events: { slot: number; delta: number; from: number }[][] = Array.from({ length: devices }, () => []);
  const turn = (slot: number): number => (interval === null ? 0 : Math.floor(slot / interval));
  const within = (slot: number): number => (interval === null ? slot : mod(slot, interval));
  for (let k = 0; k < microbatches; k++) {
    const route = routeFor(problem, k);
    for (let h = 0; h < route.holdFrom.length; h++) {
      const [from, to] = [k * nodes + route.holdFrom[h], k * nodes + route.holdTo[h]];
      const [begin, end] = [start[from], start[to] + route.duration[route.holdTo[h]]];
      const [device, amount] = [route.holdDevice[h], route.holdAmount[h]];
      held[device] += amount * (turn(end) - turn(begin));
      events[device].push({ slot: within(begin), delta: amount, from }, { slot: within(end), delta: -amount, from });
    }
  }
  const peakOf = Float64Array.from(problem.always);
  const passOf = new Int32Array(devices).fill(-1);
  for (let device = 0; device < devices; device++) {
    // What ends in a slot frees before what begins there takes.
    for (const { slot: _, delta, from } of events[device].sort((a, b) => a.slot - b.slot || a.delta - b.delta)) {
      held[device] += delta;
      if (delta > 0 && held[device] > peakOf[device]) {
        peakOf[device] = held[device];
        passOf[device] = from;
      }
    }
  }
  return { peakOf, passOf };
}
