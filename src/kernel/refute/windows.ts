// The earliest and latest start that each item of a family can have: longest paths along needs, the order within a family, what
// caps imply, and what the goal fixes. An item that has no room left refutes the goal by itself.
import type { Families, Item } from "./families.ts";

/**
 * Item k of family f is number `base[f] + k`. Arc i: the start of `to[i]` is at least the start of `from[i]` plus `lag[i]`. Arcs stand by
 * what they lead to, what is needed first, so that one sweep follows most of them.
 */
export interface Items {
  readonly base: Int32Array;
  readonly total: number;
  readonly duration: Float64Array;
  readonly device: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly lag: Float64Array;
}

export function itemsOf({ families, sorted, links, following }: Families): Items {
  const base = new Int32Array(families.length + 1);
  families.forEach(({ count }, f) => {
    base[f + 1] = base[f] + count;
  });
  const total = base[families.length];
  const duration = new Float64Array(total);
  const device = new Int32Array(total);
  const [from, to, lags]: number[][] = [[], [], []];
  const arc = (before: number, after: number, lag: number): void => {
    from.push(before);
    to.push(after);
    lags.push(lag);
  };
  const linksTo = families.map((_, f) => links.filter(({ family }) => family === f));
  const most = families.reduce((longest, { count }) => Math.max(longest, count), 0);
  for (let k = 0; k < most; k++)
    for (const f of sorted) {
      const { count, needs, members, ...family } = families[f];
      if (k >= count) continue;
      const item = base[f] + k;
      duration[item] = family.duration;
      device[item] = family.device;
      if (k > 0) arc(item - 1, item, family.duration);
      for (const { family: need, lag } of needs) {
        // Pool items before `shift` may all have come from the other members; later ones need this member's too.
        const shift = members.length > 1 ? count - families[need].count : 0;
        if (k >= shift) arc(base[need] + k - shift, item, lag);
      }
      for (const { after, gap, lag } of linksTo[f]) if (k >= gap && k - gap < families[after].count) arc(base[after] + k - gap, item, lag);
    }
  const number = ([f, k]: Item): number => base[f] + k;
  for (const { after, item, lag } of following) arc(number(after), number(item), lag);
  return { base, total, duration, device, from: Int32Array.from(from), to: Int32Array.from(to), lag: Float64Array.from(lags) };
}

/**
 * Longest paths: raises `values` (-Infinity: not reached) until every arc is kept, along the arcs or against them. False where a value
 * passes `most`: then the arcs go in a circle or there is no room.
 */
export function lengthen(values: Float64Array, { from, to, lag }: Items, way: "forward" | "backward", most: number): boolean {
  const [start, end] = way === "forward" ? [from, to] : [to, from];
  for (let [changed, sweeps] = [true, 0]; changed; sweeps++) {
    if (sweeps > values.length) return false; // a path has no more arcs: they go in a circle, and would only rise one by one
    changed = false;
    for (let i = 0; i < lag.length; i++) {
      const arc = way === "forward" ? i : lag.length - 1 - i;
      const reached = values[start[arc]] + lag[arc];
      if (reached <= values[end[arc]]) continue;
      values[end[arc]] = reached;
      changed = true;
    }
    if (values.some((value) => value > most)) return false;
  }
  return true;
}

/** Least time from an item's start to the end of everything that waits for it, itself included. Null: no room below `most`. */
export function tailsOf(items: Items, most: number): Float64Array | null {
  const tails = items.duration.slice();
  return lengthen(tails, items, "backward", most) ? tails : null;
}
/** Least time from the first start of all to an item's start. Null: no room below `most`. */
export function headsOf({ families }: Families, items: Items, most: number): Float64Array | null {
  const heads = new Float64Array(items.total);
  if (!lengthen(heads, items, "forward", most)) return null;
  // The kth of a pool waits until k of all its needs are ready.
  families.forEach((family, f) => {
    if (family.members.length === 1) return;
    const ready = family.needs.flatMap(({ family: need, lag }) =>
      Array.from(heads.subarray(items.base[need], items.base[need + 1]), (head) => head + lag),
    );
    Float64Array.from(ready)
      .sort()
      .forEach((head, k) => {
        const item = items.base[f] + k;
        heads[item] = Math.max(heads[item], head, k > 0 ? heads[item - 1] + family.duration : 0);
      });
  });
  return heads;
}
