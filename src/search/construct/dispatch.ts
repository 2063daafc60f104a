// List scheduling in the order of time: whenever a stream is idle, it starts that ready pass whose due date under a `Rule` comes
// first. Always ends with a valid schedule: `memory.ts` admits no pass that would leave the rest stuck, and where a rule's limits
// would wait for ever they are set aside. Cost: passes * (log of events + families of a stream).
import type { Order } from "../../kernel/index.ts";
import { memory } from "./memory.ts";
import { queue } from "./queue.ts";
import { familyOf, type Shop } from "./shop.ts";

/** How to choose among ready passes. The k-th microbatch's pass of family f is due at `k * period + due[f]`; the least comes first. */
export interface Rule {
  /** Ticks from one microbatch to the next. */
  readonly period: number;
  /** By family, in ticks. */
  readonly due: Float64Array;
  /** By family that takes memory: most microbatches between its start and the start of its release. */
  readonly limit: Int32Array;
  /** A pass waits for one that is due earlier and comes within this share of its own duration. */
  readonly patience: number;
}

export interface Dispatched {
  /** By pass, in ticks. */
  readonly start: Float64Array;
  /** Passes in the order in which they started. */
  readonly sequence: Int32Array;
  /** By device, in ticks. */
  readonly began: Float64Array;
  readonly ended: Float64Array;
}

/** Runs the problem by a rule. `sequences` come from `alone`, by route. Stops early, with null, when `stop` says so. */
export function dispatch(shop: Shop, sequences: readonly Int32Array[], rule: Rule, stop: () => boolean): Dispatched | null {
  const { problem, list, ticks, after, frees, release, familiesOf, microbatchesOf } = shop;
  const { nodes, microbatches, devices, streams } = problem;
  const total = nodes * microbatches;
  const start = new Float64Array(total);
  const ready = new Float64Array(total);
  const pending = new Int32Array(total);
  const rank = new Int32Array(microbatches);
  for (let route = 0; route < problem.routes.length; route++) {
    for (let k = microbatchesOf.from[route]; k < microbatchesOf.from[route + 1]; k++) {
      const j = microbatchesOf.item[k];
      rank[j] = k - microbatchesOf.from[route];
      pending.set(shop.waits.subarray(route * nodes, (route + 1) * nodes), j * nodes);
    }
  }
  const next = new Int32Array(shop.families); // by family: how many microbatches have started it
  const bank = memory(shop, sequences, next, rank);
  const busy = new Uint8Array(shop.lists);
  const woken = new Uint8Array(shop.lists); // whether a list is among those to look at
  const look: number[] = [];
  const wake = (at: number): void => {
    if (woken[at] === 0) look.push(at);
    woken[at] = 1;
  };
  for (let at = 0; at < shop.lists; at++) wake(at);
  const wakes = listsWoken(shop);
  const events = queue(); // code: a pass that ends, or -1 - a list to look at
  const sequence = new Int32Array(total);
  const began = new Float64Array(devices).fill(Number.POSITIVE_INFINITY);
  const ended = new Float64Array(devices);
  let count = 0;

  /** The next microbatch of a family, or -1 when all have run or its next one waits for a pass that has not started. */
  const upcoming = (f: number): number => {
    const route = Math.floor(f / nodes);
    const k = microbatchesOf.from[route] + next[f];
    if (k >= microbatchesOf.from[route + 1]) return -1;
    const j = microbatchesOf.item[k];
    return pending[j * nodes + f - route * nodes] === 0 ? j : -1;
  };
  const within = (f: number): boolean => release[f] < 0 || next[f] - next[release[f]] < rule.limit[f];

  const run = (f: number, j: number, now: number): void => {
    const base = j * nodes;
    const route = Math.floor(f / nodes) * nodes;
    const pass = base + f - route;
    const device = Math.floor(list[f] / streams);
    const end = now + ticks[f];
    start[pass] = now;
    sequence[count++] = pass;
    if (now < began[device]) began[device] = now;
    if (end > ended[device]) ended[device] = end;
    next[f]++;
    bank.starts(f, j);
    busy[list[f]] = 1;
    events.push(end, pass);
    for (let e = after.from[f]; e < after.from[f + 1]; e++) {
      const other = base + after.item[e] - route;
      const at = now + after.amount[e];
      if (at > ready[other]) ready[other] = at;
      if (--pending[other] === 0) events.push(ready[other], -1 - list[after.item[e]]);
    }
    for (let e = wakes.from[f]; e < wakes.from[f + 1]; e++) wake(wakes.item[e]);
  };

  /** Starts what comes first on an idle list, unless it is worth waiting. */
  const choose = (at: number, now: number): void => {
    let [first, least, microbatch] = [-1, Number.POSITIVE_INFINITY, -1];
    let [coming, soonest, arrival] = [-1, Number.POSITIVE_INFINITY, 0];
    for (let e = familiesOf.from[at]; e < familiesOf.from[at + 1]; e++) {
      const f = familiesOf.item[e];
      const j = upcoming(f);
      if (j < 0) continue;
      const due = j * rule.period + rule.due[f];
      const when = ready[j * nodes + (f % nodes)];
      if (when > now) {
        if (due < soonest) [coming, soonest, arrival] = [f, due, when];
      } else if (due < least && within(f) && bank.admits(f, j)) [first, least, microbatch] = [f, due, j];
    }
    if (first < 0) return;
    if (soonest < least && arrival - now < rule.patience * ticks[first] && within(coming) && bank.admits(coming, upcoming(coming))) return;
    run(first, microbatch, now);
  };

  /** Nothing runs and nobody may start: the limits are set aside for the oldest pass that memory admits. */
  const force = (now: number): boolean => {
    let [oldest, family] = [microbatches, -1];
    for (let f = 0; f < shop.families; f++) {
      const j = upcoming(f);
      if (j >= 0 && j < oldest && bank.admits(f, j)) [oldest, family] = [j, f];
    }
    if (family >= 0) run(family, oldest, now);
    return family >= 0;
  };

  for (let now = 0; count < total || events.size > 0; ) {
    for (let i = 0; i < look.length; i++) {
      const at = look[i];
      woken[at] = 0;
      if (busy[at] === 0) choose(at, now);
    }
    look.length = 0;
    if (events.size === 0 && count < total && !force(now)) return null;
    now = events.time();
    while (events.size > 0 && events.time() === now) {
      const code = events.pop();
      if (code < 0) {
        wake(-1 - code);
        continue;
      }
      const f = familyOf(shop, code);
      busy[list[f]] = 0;
      wake(list[f]);
      if (frees.from[f] < frees.from[f + 1]) {
        bank.ends(f);
        for (let e = wakes.from[f]; e < wakes.from[f + 1]; e++) wake(wakes.item[e]);
      }
    }
    if ((count & 1023) === 0 && stop()) return null;
  }
  return { start, sequence, began, ended };
}

/** By family: the lists that may go on once it starts or ends, because it frees a device's memory or a limit. */
function listsWoken({ families, list, takes, frees, release }: Shop) {
  const takers = new Map<number, Set<number>>();
  const by = (device: number): Set<number> => takers.get(device) ?? takers.set(device, new Set()).get(device) ?? new Set();
  const found: Set<number>[] = Array.from({ length: families }, () => new Set());
  for (let f = 0; f < families; f++) {
    for (let e = takes.from[f]; e < takes.from[f + 1]; e++) by(takes.item[e]).add(list[f]);
    if (release[f] >= 0) found[release[f]].add(list[f]);
  }
  for (let f = 0; f < families; f++) {
    for (const { from, item } of [takes, frees]) for (let e = from[f]; e < from[f + 1]; e++) for (const at of by(item[e])) found[f].add(at);
  }
  const from = new Int32Array(families + 1);
  found.forEach((set, f) => {
    from[f + 1] = from[f] + set.size;
  });
  return { from, item: Int32Array.from(found.flatMap((set) => [...set])) };
}

/** The passes of a sequence by list, each list in the order of the sequence. */
export function orderOf(shop: Shop, sequence: Int32Array): Order {
  const offsets = new Int32Array(shop.lists + 1);
  for (const pass of sequence) offsets[shop.list[familyOf(shop, pass)] + 1]++;
  for (let at = 0; at < shop.lists; at++) offsets[at + 1] += offsets[at];
  const next = offsets.slice();
  const passes = new Int32Array(sequence.length);
  for (const pass of sequence) passes[next[shop.list[familyOf(shop, pass)]]++] = pass;
  return { offsets, passes };
}
