// Building blocks by modulo scheduling: one microbatch's passes in slots, each list's passes in slots that differ modulo the interval,
// so that the block can be repeated without end. Passes are placed one by one, along what they wait for, each a wished number of
// slots after it (one wish for each class of passes: the same kind, the same chunk) or in the next slot that is free.
// After Controllable Memory (Qi et al., 2024), whose blocks are those of constant wishes on the V placement.
import type { Shop } from "./shop.ts";

export type Kind = "forward" | "backward" | "filler";

/** By family: which class it belongs to; passes of one kind that come as the k-th of their kind on their list are alike. */
export function classes({ lists, familiesOf, head, families }: Shop, kind: readonly Kind[]): { count: number; of: Int32Array } {
  const of = new Int32Array(families);
  const known = new Map<string, number>();
  for (let at = 0; at < lists; at++) {
    const here = [...familiesOf.item.subarray(familiesOf.from[at], familiesOf.from[at + 1])].sort((a, b) => head[a] - head[b]);
    const seen = new Map<Kind, number>();
    for (const f of here) {
      const rank = seen.get(kind[f]) ?? 0;
      seen.set(kind[f], rank + 1);
      const name = `${kind[f]} ${rank}`;
      of[f] = known.get(name) ?? known.size;
      known.set(name, of[f]);
    }
  }
  return { count: known.size, of };
}

/** A building block: the start slot of each family, and after how many slots it repeats. */
export interface Block {
  readonly slot: Float64Array;
  readonly every: number;
}

/** The block of some wishes: by class, slots after the latest pass that it waits for, at least 1.
 * It repeats after as many slots as the longest list has passes. With `floating`, fillers (W) count for none and share slots: the
 * dispatcher puts them where there is room. */
export function block(shop: Shop, kind: readonly Kind[], classOf: Int32Array, wish: Float64Array, floating: boolean): Block {
  const { families, topological, list, before, lists } = shop;
  const count = new Int32Array(lists);
  for (let f = 0; f < families; f++) if (!floating || kind[f] !== "filler") count[list[f]]++;
  const every = Math.max(1, ...count);
  const taken = new Uint8Array(lists * every);
  const slot = new Float64Array(families);
  for (const turn of ["forward", "backward", "filler"] as const) {
    for (const f of topological) {
      if (kind[f] !== turn) continue;
      let at = 0;
      for (let e = before.from[f]; e < before.from[f + 1]; e++) at = Math.max(at, slot[before.item[e]] + wish[classOf[f]]);
      slot[f] = at;
      if (floating && turn === "filler") continue;
      while (taken[list[f] * every + (at % every)] === 1) at++;
      taken[list[f] * every + (at % every)] = 1;
      slot[f] = at;
    }
  }
  return { slot, every };
}

/** The most that a device holds in the block's steady state, over its cap: 1 is as much as there may be. */
export function fullness({ problem, families, takes, release }: Shop, { slot, every }: Block): number {
  const level = new Float64Array(problem.devices * every);
  for (let f = 0; f < families; f++) {
    if (release[f] < 0) continue;
    for (let e = takes.from[f]; e < takes.from[f + 1]; e++)
      for (let at = slot[f]; at <= slot[release[f]]; at++) level[takes.item[e] * every + (at % every)] += takes.amount[e];
  }
  return level.reduce((most, held, at) => {
    const device = Math.floor(at / every);
    return Math.max(most, held / (problem.cap[device] - problem.always[device]));
  }, 0);
}

/** Wishes of 1 to 3 slots for each class, the smallest sum first; for many classes only the first of them. */
export function wishes(classes: number): Float64Array[] {
  let found: number[][] = [[]];
  for (let i = 0; i < classes; i++) found = found.flatMap((some) => (found.length < 1000 ? [1, 2, 3] : [1]).map((next) => [...some, next]));
  const sum = (some: readonly number[]): number => some.reduce((a, b) => a + b, 0);
  return found.sort((a, b) => sum(a) - sum(b)).map((some) => Float64Array.from(some));
}
