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

/** A pass taken from place a of a list to place b; places low..high-1 have changed. */
interface Move {
  readonly list: number;
  readonly a: number;
  readonly b: number;
  low: number;
  high: number;
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

  let start = new Float64Array(total); // of the order that was kept last
  let trial = new Float64Array(total);
  const frozen = new Int32Array(lists).fill(total); // by list: the first place that has changed since
  const place = new Int32Array(total);
  const next = new Int32Array(lists);
  const free = new Float64Array(lists);
  const waiter = new Int32Array(total);
  const also = new Int32Array(lists);
  const work = new Int32Array(lists);
  const early = 0.2; // how much all lists' ends count beside the worst
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

  /** Least starts (as kernel/retime.ts) into `trial`, of the passes that start at `since` or later, for a change there cannot reach
   * the others. Their value; Infinity if the order waits for itself. */
  function time(since: number): number {
    trial.set(start);
    waiter.fill(-1);
    let pending = 0;
    for (let at = lists - 1; at >= 0; at--) {
      const from = placeOf(at, since);
      next[at] = from;
      free[at] = from === offsets[at] ? 0 : start[passes[from - 1]] + ticks[passes[from - 1]];
      for (let i = from; i < offsets[at + 1]; i++) trial[passes[i]] = -1;
      work[pending++] = at;
    }
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
          if (trial[other] < 0) {
            also[here] = waiter[other];
            waiter[other] = here;
            break advance;
          }
          const ready = trial[other] + needs.amount[e];
          if (ready > earliest) earliest = ready;
        }
        trial[pass] = earliest;
        free[here] = earliest + ticks[pass];
        at++;
        for (let woken = waiter[pass]; woken >= 0; woken = also[woken]) work[pending++] = woken;
        waiter[pass] = -1;
      }
      next[here] = at;
    }
    for (let at = 0; at < lists; at++) if (next[at] < offsets[at + 1]) return Number.POSITIVE_INFINITY;
    return measured();
  }

  /** The first place of a list whose pass starts at `since` or later. Places from `frozen` on are not looked at: they have moved. */
  function placeOf(at: number, since: number): number {
    let [low, high] = [offsets[at], Math.min(offsets[at + 1], frozen[at])];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (start[passes[middle]] >= since) high = middle;
      else low = middle + 1;
    }
    return low;
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
        for (let q = device; q < device + streams; q++) if (offsets[q] < offsets[q + 1]) began = Math.min(began, trial[passes[offsets[q]]]);
        ended -= began;
      }
      sum += ended;
      if (ended > value || worst < 0) [value, worst] = [ended, at];
    }
    shape = value + (early * sum) / lists;
    return value;
  }

  const tightPlaces = new Int32Array(total);
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
      if (streamTight && family[before] !== f) tightPlaces[count++] = at;
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

  let value = time(0);
  let kept = shape;
  [start, trial] = [trial, start];
  let best: Annealed = { order: { offsets, passes: passes.slice() }, value };
  let count = tight();
  const mean = ticks.reduce((sum, one) => sum + one, 0) / Math.max(1, total);
  const moves: Move[] = [];
  // Some runs look far and wide, others close by.
  const reach = [1.5, 3, 5][below(3)];
  const hottest = mean * [0.6, 1.2, 2][below(3)];

  /** A move of a pass, from the critical path for the most part. */
  function propose(): Move | null {
    const far = 1 + Math.floor(-Math.log(1 - fraction()) * reach);
    const critical = count > 0 && below(3) > 0;
    const at = critical ? tightPlaces[below(count)] : below(total);
    const back = below(2) === 0;
    const a = critical && !back ? at - 1 : at;
    const list = listOf[passes[a]];
    const b = Math.max(offsets[list], Math.min(offsets[list + 1] - 1, back ? a - far : a + far));
    return a === b || !may(a, b) ? null : { list, a, b, low: Math.min(a, b), high: Math.max(a, b) + 1 };
  }

  /** Makes some moves at once; what they change is in `frozen` and in the time that comes back. */
  function change(): number {
    let since = Number.POSITIVE_INFINITY;
    moves.length = 0;
    for (let more = below(4) > 0 ? 2 : 1; more > 0; more--) {
      const move = propose();
      if (move === null) continue;
      since = Math.min(since, start[passes[move.low]]);
      for (const other of moves) {
        if (other.list !== move.list) continue;
        [move.low, move.high] = [Math.min(move.low, other.low), Math.max(move.high, other.high)];
      }
      shift(move.a, move.b);
      frozen[move.list] = Math.min(frozen[move.list], move.low);
      moves.push(move);
    }
    return since;
  }

  for (let step = 0; step < steps && !((step & 63) === 0 && stop()); step++) {
    const heat = hottest * 0.03 ** (step / steps);
    const since = change();
    if (moves.length === 0) continue;
    const fits = moves.every(({ list, low, high }, i) => (moves.length > i + 1 && moves[i + 1].list === list) || relevel(list, low, high));
    const now = fits ? time(since) : Number.POSITIVE_INFINITY;
    if (now < Number.POSITIVE_INFINITY && (shape <= kept || fraction() < Math.exp((kept - shape) / heat))) {
      [value, kept] = [now, shape];
      [start, trial] = [trial, start];
      count = tight();
      if (value < best.value) best = { order: { offsets, passes: passes.slice() }, value };
    } else {
      for (const { a, b } of moves.toReversed()) shift(b, a);
      for (const { list, low, high } of moves) relevel(list, low, high);
    }
    for (const { list } of moves) frozen[list] = total;
  }
  return best;
}

function amounts(families: number, { from, amount }: Shop["takes"]): Float64Array {
  return Float64Array.from({ length: families }, (_, f) => amount.subarray(from[f], from[f + 1]).reduce((sum, one) => sum + one, 0));
}
