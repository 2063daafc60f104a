// The earliest and latest start that each item of a family can have: longest paths along needs, the order within a family, what
// caps imply, and what the goal fixes. An item that has no room left refutes the goal by itself.
import type { Families, Item } from "./families.ts";

/** "Start of `b` is at least start of `a` plus `lag`", items numbered family by family. Compressed: arcs of item a are at[a]..at[a+1]. */
export interface Arcs {
  readonly at: Int32Array;
  readonly to: Int32Array;
  readonly lag: Float64Array;
}
/** Item k of family f is number `base[f] + k`. */
export interface Items {
  readonly base: Int32Array;
  readonly total: number;
  readonly duration: Float64Array;
  readonly device: Int32Array;
  readonly forward: Arcs;
  readonly backward: Arcs;
  /** Items so that, links of caps and fixed orders aside, what is needed comes first. */
  readonly sorted: Int32Array;
}

export function itemsOf(given: Families): Items {
  const { families } = given;
  const base = new Int32Array(families.length + 1);
  families.forEach(({ count }, f) => {
    base[f + 1] = base[f] + count;
  });
  const total = base[families.length];
  const duration = new Float64Array(total);
  const device = new Int32Array(total);
  const arcs = new ArcList();
  families.forEach((family, f) => {
    for (let k = 0; k < family.count; k++) {
      duration[base[f] + k] = family.duration;
      device[base[f] + k] = family.device;
      if (k > 0) arcs.add(base[f] + k - 1, base[f] + k, family.duration);
    }
    for (const { family: need, lag } of family.needs) {
      const { count } = families[need];
      // Pool items before `shift` may all have come from the other members; later ones need this member's too.
      const shift = family.members.length > 1 ? family.count - count : 0;
      for (let k = 0; k < count; k++) arcs.add(base[need] + k, base[f] + k + shift, lag);
    }
  });
  for (const { after, family, gap, lag } of given.links)
    for (let k = 0; k + gap < families[family].count && k < families[after].count; k++)
      arcs.add(base[after] + k, base[family] + k + gap, lag);
  const number = ([f, k]: Item): number => base[f] + k;
  for (const { after, item, lag } of given.following) arcs.add(number(after), number(item), lag);
  const sorted: number[] = [];
  for (let k = 0, left = true; left; k++) {
    left = false;
    for (const f of given.sorted) {
      if (k >= families[f].count) continue;
      sorted.push(base[f] + k);
      left = true;
    }
  }
  return {
    base,
    total,
    duration,
    device,
    forward: compressed(total, arcs.from, arcs.to, arcs.lag),
    backward: compressed(total, arcs.to, arcs.from, arcs.lag),
    sorted: Int32Array.from(sorted),
  };
}

class ArcList {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly lag: number[] = [];
  add(from: number, to: number, lag: number): void {
    this.from.push(from);
    this.to.push(to);
    this.lag.push(lag);
  }
}

function compressed(total: number, from: readonly number[], to: readonly number[], lag: readonly number[]): Arcs {
  const at = new Int32Array(total + 1);
  for (const item of from) at[item + 1]++;
  for (let i = 0; i < total; i++) at[i + 1] += at[i];
  const next = at.slice(0, total);
  const arcs = { at, to: new Int32Array(to.length), lag: new Float64Array(to.length) };
  for (let arc = 0; arc < from.length; arc++) {
    const place = next[from[arc]]++;
    arcs.to[place] = to[arc];
    arcs.lag[place] = lag[arc];
  }
  return arcs;
}

/**
 * Longest paths: raises `values` (-Infinity: not reached) until every arc is kept. False where a value passes `most`: then the
 * arcs go in a circle or there is no room.
 */
export function lengthen(values: Float64Array, arcs: Arcs, order: Int32Array, most: number): boolean {
  for (let [changed, sweeps] = [true, 0]; changed; sweeps++) {
    if (sweeps > values.length) return false; // a path has no more arcs: they go in a circle, and would only rise one by one
    changed = false;
    for (const item of order) {
      const value = values[item];
      if (value === Number.NEGATIVE_INFINITY) continue;
      if (value > most) return false;
      for (let a = arcs.at[item]; a < arcs.at[item + 1]; a++) {
        const reached = value + arcs.lag[a];
        if (reached > values[arcs.to[a]]) {
          values[arcs.to[a]] = reached;
          changed = true;
        }
      }
    }
  }
  return true;
}

/** Least time from an item's start to the end of everything that waits for it, itself included. Null: no room below `most`. */
export function tailsOf(items: Items, most: number): Float64Array | null {
  const tails = items.duration.slice();
  return lengthen(tails, items.backward, items.sorted.slice().reverse(), most) ? tails : null;
}
/** Least time from the first start of all to an item's start. Null: no room below `most`. */
export function headsOf({ families }: Families, items: Items, most: number): Float64Array | null {
  const heads = new Float64Array(items.total);
  if (!lengthen(heads, items.forward, items.sorted, most)) return null;
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
