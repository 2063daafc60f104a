// From an order, or starts that somebody proposes, to a schedule that the kernel has replayed. Where memory follows from the order,
// everything moves as early as it can; for the span each device's first pass then waits as long as no device ends later for it.
import { type Order, type Problem, replay, type Schedule } from "../../kernel/index.ts";
import { retime } from "../../schedule/index.ts";
import type { Objective } from "./anneal.ts";
import { familyOf, type Shop } from "./shop.ts";

/** A schedule that `replay` finds valid, and its value in ticks. */
export interface Constructed {
  readonly schedule: Schedule;
  readonly value: number;
}

/** The best valid schedule with this order; null if there is none. */
export function settle(shop: Shop, objective: Objective, proposed: Schedule): Constructed | null {
  const { problem, ordered } = shop;
  const candidates: Schedule[] = [proposed];
  if (ordered) {
    const early = retime(problem, proposed.order);
    if (early.kind !== "timed") return null;
    candidates[0] = { order: proposed.order, start: early.start };
  }
  if (objective === "span") candidates.push({ order: proposed.order, start: delayed(shop, candidates[0]) });
  let best: Constructed | null = null;
  for (const schedule of candidates) {
    const value = judged(problem, objective, schedule);
    if (value !== null && (best === null || value < best.value)) best = { schedule, value };
  }
  return best;
}

function judged(problem: Problem, objective: Objective, schedule: Schedule): number | null {
  const replayed = replay(problem, schedule);
  return replayed.kind === "valid" ? replayed.measures[objective] : null;
}

/** Starts in the same order with every list's last end as it is, every list's first start as late as that allows, the rest early. */
function delayed(shop: Shop, { order, start }: Schedule): Float64Array {
  const { ticks, after, before, lists } = shop;
  const total = start.length;
  const sequence = inTime(order, start);
  const [previous, following] = [new Int32Array(total).fill(-1), new Int32Array(total).fill(-1)];
  for (let at = 0; at < lists; at++) {
    for (let i = order.offsets[at] + 1; i < order.offsets[at + 1]; i++) {
      previous[order.passes[i]] = order.passes[i - 1];
      following[order.passes[i - 1]] = order.passes[i];
    }
  }
  const family = Int32Array.from(start, (_, pass) => familyOf(shop, pass));
  const latest = new Float64Array(total);
  for (const pass of sequence.toReversed()) {
    const f = family[pass];
    let at = following[pass] < 0 ? start[pass] : latest[following[pass]] - ticks[f];
    for (let e = after.from[f]; e < after.from[f + 1]; e++) at = Math.min(at, latest[pass - f + after.item[e]] - after.amount[e]);
    latest[pass] = at;
  }
  const moved = new Float64Array(total);
  for (const pass of sequence) {
    const f = family[pass];
    let at = previous[pass] < 0 ? latest[pass] : moved[previous[pass]] + ticks[family[previous[pass]]];
    for (let e = before.from[f]; e < before.from[f + 1]; e++) at = Math.max(at, moved[pass - f + before.item[e]] + before.amount[e]);
    moved[pass] = at;
  }
  return moved;
}

/** Passes by start; those of one list in its order. */
function inTime({ passes }: Order, start: Float64Array): Int32Array {
  return passes.toSorted((a, b) => start[a] - start[b]);
}
