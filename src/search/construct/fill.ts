// From an order that repeats without a bubble to one that also begins and ends well: what is idle at the start is filled with later passes, and
// in the mirror of time what is idle at the end, as far as memory allows. So do the schedulers of Controllable Memory (Qi et al., 2024)
// once their building block is repeated. A pass is only moved into a gap that it fits: nothing is ever later for it.
// Only for problems whose memory follows from the order (`Shop.ordered`).
import type { Order } from "../../kernel/index.ts";
import type { Objective } from "./anneal.ts";
import { across } from "./mirror.ts";
import { queue } from "./queue.ts";
import { familyOf, type Shop } from "./shop.ts";

/** An order of `ahead`'s problem, which keeps its caps, with its gaps filled from both ends; `back` is its mirror. Cost: rounds * passes * the
 * passes that are looked at behind a gap. */
export function fill(ahead: Shop, back: Shop, order: Order, objective: Objective): Order {
  let best = pulled(ahead, order, new Float64Array(ahead.lists));
  let run = best;
  const value = ({ began, ended }: Pulled): number =>
    objective === "span" ? Math.max(...ended.map((end, at) => end - began[at])) : Math.max(...ended);
  for (let round = 0, idle = 0; round < rounds && idle < 2; round++) {
    // Where the span counts, devices should end as they begin, one after the other.
    const last = Math.max(...run.began);
    const mirror = pulled(
      back,
      mirrorOf(ahead, run.order),
      objective === "span" ? run.began.map((began) => last - began) : run.began.fill(0),
    );
    const before = run;
    run = pulled(ahead, mirrorOf(ahead, mirror.order), new Float64Array(ahead.lists));
    if (value(run) < value(best)) best = run;
    idle = value(run) < value(before) ? 0 : idle + 1;
  }
  return best.order;
}
const rounds = 8;
/** Passes of a list that are looked at for a gap. */
const looked = 200;

/** An order, and when each list first starts and last ends. */
interface Pulled {
  readonly order: Order;
  readonly began: Float64Array;
  readonly ended: Float64Array;
}

/** Everything as early as it can be, in the given order but for passes that are pulled into gaps. No list begins before its `release`. */
function pulled(shop: Shop, { offsets, passes }: Order, release: Float64Array): Pulled {
  const { problem, lists, ticks, before, takes, frees } = shop;
  const { streams } = problem;
  const total = passes.length;
  const family = Int32Array.from({ length: total }, (_, pass) => familyOf(shop, pass));
  const start = new Float64Array(total).fill(-1);
  const following = new Int32Array(total).fill(-1); // the pass behind it on its list
  const first = new Int32Array(lists).fill(-1);
  for (let at = 0; at < lists; at++) {
    for (let i = offsets[at + 1] - 1; i >= offsets[at]; i--) {
      following[passes[i]] = first[at];
      first[at] = passes[i];
    }
  }
  const held = Float64Array.from({ length: lists }, (_, at) => problem.always[Math.floor(at / streams)]);
  const room = Float64Array.from({ length: lists }, (_, at) => (at % streams === 0 ? problem.cap[at / streams] : Number.POSITIVE_INFINITY));
  const sum = ({ from, amount }: Shop["takes"], f: number): number =>
    from[f] === from[f + 1] ? 0 : amount.subarray(from[f], from[f + 1]).reduce((a, b) => a + b);
  const taken = Float64Array.from({ length: shop.families }, (_, f) => sum(takes, f));
  const freed = Float64Array.from({ length: shop.families }, (_, f) => sum(frees, f));
  const began = new Float64Array(lists).fill(-1);
  const ended = new Float64Array(lists);
  const found: number[][] = Array.from({ length: lists }, () => []);

  /** When all that a pass waits for is there; if some of it has not started by `now`, a time before which it is not, as -1 - time. */
  const ready = (pass: number, now: number): number => {
    const f = family[pass];
    let [at, open] = [0, false];
    for (let e = before.from[f]; e < before.from[f + 1]; e++) {
      const other = pass - (f % problem.nodes) + (before.item[e] % problem.nodes);
      if (start[other] < 0) open = true;
      at = Math.max(at, (start[other] < 0 ? now : start[other]) + before.amount[e]);
    }
    return open ? -1 - at : at;
  };
  /** The pass of a list to start now, and the one before it: the next, or one behind it that fits; null if there is none. */
  const choose = (list: number, now: number): { pass: number; behind: number } | null => {
    const next = first[list];
    const known = ready(next, now);
    if (known >= 0 && known <= now) return { pass: next, behind: -1 };
    const until = known >= 0 ? known : -1 - known;
    let [level, most] = [held[list], held[list]];
    for (let behind = next, pass = following[next], i = 0; pass >= 0 && i < looked; behind = pass, pass = following[pass], i++) {
      const skipped = family[behind];
      most = Math.max(most, level + taken[skipped]);
      level += taken[skipped] - freed[skipped];
      const f = family[pass];
      if (taken[f] > 0 && most + taken[f] > room[list]) continue;
      if (now + ticks[f] > until) continue;
      const at = ready(pass, now);
      if (at >= 0 && at <= now) return { pass, behind };
    }
    return null;
  };

  const events = queue();
  for (const time of new Set(release)) events.push(time, 0);
  for (let left = total; left > 0; ) {
    if (events.size === 0) throw new Error("an order that waits for itself");
    const now = events.time();
    while (events.size > 0 && events.time() === now) events.pop();
    for (let moved = true; moved; ) {
      moved = false;
      for (let list = 0; list < lists; list++) {
        if (first[list] < 0 || ended[list] > now || release[list] > now) continue;
        const chosen = choose(list, now);
        if (chosen === null) continue;
        const { pass, behind } = chosen;
        if (behind < 0) first[list] = following[pass];
        else following[behind] = following[pass];
        const f = family[pass];
        start[pass] = now;
        if (began[list] < 0) began[list] = now;
        ended[list] = now + ticks[f];
        held[list] += taken[f] - freed[f];
        found[list].push(pass);
        left--;
        moved = true;
        events.push(ended[list], 0);
        for (let e = shop.after.from[f]; e < shop.after.from[f + 1]; e++) events.push(now + shop.after.amount[e], 0);
      }
    }
  }
  return { order: { offsets, passes: Int32Array.from(found.flat()) }, began: began.map((at) => Math.max(0, at)), ended };
}

/** The order read backwards, as one of the mirror. */
function mirrorOf({ problem, lists }: Shop, { offsets, passes }: Order): Order {
  const turned: number[] = [];
  for (let at = 0; at < lists; at++) for (let i = offsets[at + 1] - 1; i >= offsets[at]; i--) turned.push(across(problem, passes[i]));
  return { offsets, passes: Int32Array.from(turned) };
}
