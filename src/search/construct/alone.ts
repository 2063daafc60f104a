// One microbatch on its own: an order of its passes, one at a time, that stays under every cap. While such an order exists for each
// route, no schedule built here can be stuck for memory (see `memory.ts`).
import type { Shop } from "./shop.ts";

/** Families of one route in an order that keeps all waits and caps when nothing else runs; null if none was found.
 * Only passes that take memory are a choice: any other is run as soon as it can. Gives up after `limit` dead ends. */
export function alone(shop: Shop, route: number, limit = 20_000): Int32Array | null {
  const { after, takes, frees, problem } = shop;
  const members = [...shop.topological].filter((f) => Math.floor(f / problem.nodes) === route);
  const pending = shop.waits.slice();
  const held = Float64Array.from(problem.always);
  const done = new Uint8Array(shop.families);
  const sequence: number[] = [];
  const dead = new Set<string>();

  const fits = (f: number): boolean => {
    for (let e = takes.from[f]; e < takes.from[f + 1]; e++)
      if (held[takes.item[e]] + takes.amount[e] > problem.cap[takes.item[e]]) return false;
    return true;
  };
  const turn = (f: number, sign: 1 | -1): void => {
    done[f] = sign === 1 ? 1 : 0;
    for (let e = takes.from[f]; e < takes.from[f + 1]; e++) held[takes.item[e]] += sign * takes.amount[e];
    for (let e = frees.from[f]; e < frees.from[f + 1]; e++) held[frees.item[e]] -= sign * frees.amount[e];
    for (let e = after.from[f]; e < after.from[f + 1]; e++) pending[after.item[e]] -= sign;
    if (sign === 1) sequence.push(f);
    else sequence.pop();
  };
  const search = (): boolean => {
    const begun = sequence.length;
    for (let ran = true; ran; ) {
      ran = false;
      for (const f of members) {
        if (done[f] === 1 || pending[f] > 0 || takes.from[f] < takes.from[f + 1]) continue;
        turn(f, 1);
        ran = true;
      }
    }
    if (sequence.length === members.length) return true;
    const choices = members.filter((f) => done[f] === 0 && pending[f] === 0 && fits(f));
    const state = choices.length > 1 ? sequence.toSorted((a, b) => a - b).join() : "";
    if (dead.size < limit && !(state !== "" && dead.has(state))) {
      for (const f of choices) {
        turn(f, 1);
        if (search()) return true;
        turn(f, -1);
      }
      dead.add(state === "" ? sequence.join() : state);
    }
    while (sequence.length > begun) turn(sequence[sequence.length - 1], -1);
    return false;
  };
  return search() ? Int32Array.from(sequence) : null;
}
