// Who may take memory: the banker's algorithm (Dijkstra, EWD 623), so that a schedule in the making is never stuck.
// The microbatches in flight could always be finished one after another, in the order in which they began, each in its sequence
// from `alone.ts`. A pass that takes memory is admitted only if that stays so; passes that free memory always are.
// As the order of finishing is fixed, the test falls apart by device. Its cost grows with the microbatches in flight.
import { rows, type Shop } from "./shop.ts";

export interface Memory {
  /** May this family of microbatch j start now? `next` says by family how many microbatches have started it. */
  admits(family: number, j: number): boolean;
  /** Notes the start (the end) of a pass. `starts` is called after `next` has counted the pass. */
  starts(family: number, j: number): void;
  ends(family: number): void;
}

/** `rank`: by microbatch, how many of its route come before it. `sequences`: by route, from `alone`. */
export function memory(shop: Shop, sequences: readonly Int32Array[], next: Int32Array, rank: Int32Array): Memory {
  const { problem, takes, frees } = shop;
  const { devices, nodes, cap } = problem;
  const routeOf = (j: number): number => (problem.routeOf === null ? 0 : problem.routeOf[j]);
  const used = Float64Array.from(problem.always); // held now
  const owed = Float64Array.from(problem.always); // held once all that run have ended
  const held = new Float64Array(problem.microbatches * devices); // by microbatch, its share of `owed`
  const need = new Float64Array(problem.microbatches * devices); // by microbatch, what it may still take at once to finish
  const left = new Int32Array(problem.microbatches).fill(nodes);
  const flying: number[] = [];

  // What a route takes (+) and frees (-) on a device, in sequence: row `route * devices + device`.
  const changes = rows(
    problem.routes.length * devices,
    sequences.flatMap((sequence, route) =>
      [...sequence].flatMap((f) => [
        ...Array.from(takes.item.subarray(takes.from[f], takes.from[f + 1]), (d, i): [number, number, number] => [
          route * devices + d,
          f,
          takes.amount[takes.from[f] + i],
        ]),
        ...Array.from(frees.item.subarray(frees.from[f], frees.from[f + 1]), (d, i): [number, number, number] => [
          route * devices + d,
          f,
          -frees.amount[frees.from[f] + i],
        ]),
      ]),
    ),
  );

  const most = new Float64Array(devices); // no microbatch ever takes more
  for (let row = 0; row < problem.routes.length * devices; row++) {
    let sum = 0;
    for (let e = changes.from[row]; e < changes.from[row + 1]; e++) sum += Math.max(0, changes.amount[e]);
    most[row % devices] = Math.max(most[row % devices], sum);
  }

  /** Most that microbatch j holds on a device above what it is left with now, if `without` has started too. */
  const needs = (j: number, device: number, without: number): number => {
    const row = routeOf(j) * devices + device;
    let [level, most] = [0, 0];
    for (let e = changes.from[row]; e < changes.from[row + 1]; e++) {
      const f = changes.item[e];
      if (f === without || rank[j] < next[f]) continue;
      level += changes.amount[e];
      if (level > most) most = level;
    }
    return most;
  };
  const freed = (f: number, device: number): number => {
    for (let e = frees.from[f]; e < frees.from[f + 1]; e++) if (frees.item[e] === device) return frees.amount[e];
    return 0;
  };

  return {
    admits(f, j) {
      for (let e = takes.from[f]; e < takes.from[f + 1]; e++) {
        const device = takes.item[e];
        if (cap[device] === Number.POSITIVE_INFINITY) continue;
        if (used[device] + takes.amount[e] > cap[device]) return false;
        const kept = takes.amount[e] - freed(f, device);
        let free = cap[device] - owed[device] - kept;
        const known = left[j] < nodes;
        for (const i of flying) {
          if (free >= most[device]) break;
          const at = i * devices + device;
          if ((i === j ? needs(j, device, f) : need[at]) > free) return false;
          free += held[at] + (i === j ? kept : 0);
        }
        if (!known && free < most[device] && needs(j, device, f) > free) return false;
      }
      return true;
    },
    starts(f, j) {
      if (left[j] === nodes) {
        flying.push(j);
        for (let device = 0; device < devices; device++) need[j * devices + device] = needs(j, device, -1);
      }
      for (let e = takes.from[f]; e < takes.from[f + 1]; e++) {
        const device = takes.item[e];
        used[device] += takes.amount[e];
        owed[device] += takes.amount[e];
        held[j * devices + device] += takes.amount[e];
        need[j * devices + device] = needs(j, device, -1);
      }
      for (let e = frees.from[f]; e < frees.from[f + 1]; e++) {
        const device = frees.item[e];
        owed[device] -= frees.amount[e];
        held[j * devices + device] -= frees.amount[e];
        need[j * devices + device] = needs(j, device, -1);
      }
      if (--left[j] === 0) flying.splice(flying.indexOf(j), 1);
    },
    ends(f) {
      for (let e = frees.from[f]; e < frees.from[f + 1]; e++) used[frees.item[e]] -= frees.amount[e];
    },
  };
}
