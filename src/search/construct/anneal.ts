// Local search on orders: a pass is moved within its stream's order, everything is moved as early as the new order allows, and the
// change is kept or undone by simulated annealing. Moves start at the critical path, for nothing else can shorten the schedule.
// Only for problems whose memory follows from the order (`Shop.ordered`): a move is looked at for memory before it is timed.
import type { Order } from "../../kernel/index.ts";
import type { Random } from "./random.ts";
import { familyOf, type Shop } from "./shop.ts";

/** What is to be made small: the last end, or the longest that a device is between its first start and its last end. */
export type Objective = "makespan" | "span";

export interface Annealed {
  readonly order: Order;
  /** In ticks. */
  readonly value: number;
}

/** `steps` moves from an order that keeps the problem; the best order seen comes back. Each costs up to one pass over the problem. */
export function anneal(
  shop: Shop,
  from: Order,
  objective: Objective,
  steps: number,
  { fraction, below }: Random,
  stop: () => boolean,
): Annealed {
  const { problem, lists } = shop;
  const { streams } = problem;
  const { offsets } = from;
  const passes = from.passes.slice();
  const total = passes.length;
  const family = Int32Array.from({ length: total }, (_, pass) => familyOf(shop, pass));
  const ticks = Float64Array.from(family, (f) => shop.ticks[f]);
  const listOf = Int32Array.from(family, (f) => shop.list[f]);
  const needs = shop.before;
  const takes = amounts(shop.families, shop.takes);
  const frees = amounts(shop.families, shop.frees);
  const level = new Float64Array(total); // by place: memory held on the device just before the pass there
  for (let at = 0; at < lists; at++) relevel(at, offsets[at], offsets[at + 1]);

  const start = new Float64Array(total);
  const place = new Int32Array(total);
  const next = new Int32Array(lists);
  const free = new Float64Array(lists);
  const waiter = new Int32Array(total);
  const also = new Int32Array(lists);
  const work = new Int32Array(lists);
  let worst = -1; // the list whose end is critical
  let shape = 0; // value and, far behind it, how early the lists end

  /** The levels of places a..b-1 after a change there. False if one passes the cap. */
  function relevel(at: number, a: number, b: number): boolean {
    const device = Math.floor(at / streams);
    if (at !== device * streams) return true;
    const cap = problem.cap[device];
    let held = a === offsets[at] ? problem.always[device] : level[a - 1] + takes[family[passes[a - 1]]] - frees[family[passes[a - 1]]];
    for (let i = a; i < b; i++) {
      const f = family[passes[i]];
      level[i] = held;
      if (held + takes[f] > cap) return false;
      held += takes[f] - frees[f];
    }
    return true;
  }

  /** Least starts (as kernel/retime.ts) and the value; Infinity if the order waits for itself. */
  function time(): number {
    start.fill(-1);
    waiter.fill(-1);
    next.set(offsets.subarray(0, lists));
    free.fill(0);
    let [pending, done] = [lists, 0];
    for (let at = 0; at < lists; at++) work[at] = lists - 1 - at;
    while (pending > 0) {
      const here = work[--pending];
      const end = offsets[here + 1];
      let at = next[here];
      advance: while (at < end) {
        const pass = passes[at];
        const f = family[pass];
        const base = pass - f; // a pass of the same microbatch: base + its family
        let earliest = free[here];
        for (let e = needs.from[f]; e < needs.from[f + 1]; e++) {
          const other = base + needs.item[e];
          if (start[other] < 0) {
            also[here] = waiter[other];
            waiter[other] = here;
            break advance;
          }
          const ready = start[other] + needs.amount[e];
          if (ready > earliest) earliest = ready;
        }
        start[pass] = earliest;
        free[here] = earliest + ticks[pass];
        at++;
        for (let woken = waiter[pass]; woken >= 0; woken = also[woken]) work[pending++] = woken;
        waiter[pass] = -1;
      }
      done += at - next[here];
      next[here] = at;
    }
    return done === total ? measured() : Number.POSITIVE_INFINITY;
  }

  function measured(): number {
    let [value, sum] = [0, 0];
    worst = -1;
    for (let at = 0; at < lists; at++) {
      if (offsets[at] === offsets[at + 1]) continue;
      let ended = free[at];
      if (objective === "span") {
        const device = at - (at % streams);
        let began = Number.POSITIVE_INFINITY;
        for (let q = device; q < device + streams; q++) if (offsets[q] < offsets[q + 1]) began = Math.min(began, start[passes[offsets[q]]]);
        ended -= began;
      }
      sum += ended;
      if (ended > value || worst < 0) [value, worst] = [ended, at];
    }
    shape = value + (0.2 * sum) / lists;
    return value;
  }

  const critical = new Int32Array(total);
  /** Places whose pass starts right when the one before it on its stream ends, on a critical path. */
  function tight(): number {
    let count = 0;
    for (let i = 0; i < total; i++) place[passes[i]] = i;
    for (let pass = passes[offsets[worst + 1] - 1]; ; ) {
      const at = place[pass];
      const f = family[pass];
      const before = at > offsets[listOf[pass]] ? passes[at - 1] : -1;
      const streamTight = before >= 0 && start[before] + ticks[before] === start[pass];
      let cause = -1;
      for (let e = needs.from[f]; e < needs.from[f + 1]; e++) {
        const other = pass - f + needs.item[e];
        if (start[other] + needs.amount[e] === start[pass]) cause = other;
      }
      if (streamTight && family[before] !== f) critical[count++] = at;
      if (streamTight && (cause < 0 || below(2) === 0)) pass = before;
      else if (cause >= 0) pass = cause;
      else return count;
    }
  }

  /** Takes the pass at place a to place b; what lies between moves up. */
  function shift(a: number, b: number): void {
    const pass = passes[a];
    if (a < b) passes.copyWithin(a, a + 1, b + 1);
    else passes.copyWithin(b + 1, b, a);
    passes[b] = pass;
  }

  /** May the pass at a go to b? Families keep their microbatches in order, and no pass goes before one that it needs. */
  function may(a: number, b: number): boolean {
    const pass = passes[a];
    const f = family[pass];
    const step = a < b ? 1 : -1;
    for (let i = a + step; i !== b + step; i += step) {
      const other = passes[i];
      if (family[other] === f) return false;
      const [early, late] = step > 0 ? [pass, other] : [other, pass];
      const g = family[late];
      for (let e = needs.from[g]; e < needs.from[g + 1]; e++) if (late - g + needs.item[e] === early) return false;
    }
    return true;
  }

  let value = time();
  let kept = shape;
  let best: Annealed = { order: { offsets, passes: passes.slice() }, value };
  let count = tight();
  const mean = ticks.reduce((sum, one) => sum + one, 0) / Math.max(1, total);
  for (let step = 0; step < steps && !((step & 63) === 0 && stop()); step++) {
    const heat = mean * 0.6 * 0.02 ** (step / steps);
    const far = 1 + Math.floor(-Math.log(1 - fraction()) * 1.5);
    let [a, b] = [0, 0];
    if (count > 0 && below(4) > 0) {
      a = critical[below(count)];
      if (below(2) === 0) b = a - far;
      else [a, b] = [a - 1, a - 1 + far];
    } else {
      a = below(total);
      b = below(2) === 0 ? a - far : a + far;
    }
    const here = listOf[passes[a]];
    b = Math.max(offsets[here], Math.min(offsets[here + 1] - 1, b));
    if (a === b || !may(a, b)) continue;
    shift(a, b);
    const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
    const now = relevel(here, low, high) ? time() : Number.POSITIVE_INFINITY;
    if (now < Number.POSITIVE_INFINITY && (shape <= kept || fraction() < Math.exp((kept - shape) / heat))) {
      [value, kept] = [now, shape];
      count = tight();
      if (value < best.value) best = { order: { offsets, passes: passes.slice() }, value };
    } else {
      shift(b, a);
      relevel(here, low, high);
    }
  }
  return best;
}

function amounts(families: number, { from, amount }: Shop["takes"]): Float64Array {
  return Float64Array.from({ length: families }, (_, f) => amount.subarray(from[f], from[f + 1]).reduce((sum, one) => sum + one, 0));
}
