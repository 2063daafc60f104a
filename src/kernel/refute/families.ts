// A goal as counted families: what every schedule's counts of started and ended passes must keep, whoever is who.
// The kth item of a family is its kth start in time. For a family of one node that is the kth microbatch of its route, since
// sorting each node's starts keeps every dependency, stream and amount (law: proofs/laws/microbatch-order.md).
// A pool is several nodes counted together: last passes of the same length on one stream, alike in what they free. Only their
// number is looked at: n have started only where n of the passes before them have ended (law: proofs/laws/pools.md).
import type { Goal } from "../goal.ts";
import type { Problem } from "../problem.ts";
import { looseHolds } from "./paths.ts";

/** "The kth item starts `lag` ticks after the kth start of `family`" or later. */
export interface Need {
  readonly family: number;
  readonly lag: number;
}
export interface Member {
  readonly route: number;
  readonly node: number;
}
export interface Family {
  readonly device: number;
  readonly stream: number;
  readonly duration: number;
  readonly count: number;
  readonly members: readonly Member[];
  /** Of a pool, one for each member: k items have started only where k needs together are ready. */
  readonly needs: readonly Need[];
}
/** Amount that each start (or end) of a family takes (or frees) on a device. */
export interface Flow {
  readonly family: number;
  readonly amount: number;
}
export interface Memory {
  /** What is left for holds below the cap. */
  readonly room: number;
  readonly takes: readonly Flow[];
  readonly frees: readonly Flow[];
}
/** Item `k` of `family` starts `lag` after item `k - gap` of `after`. */
export interface Link {
  readonly after: number;
  readonly family: number;
  readonly gap: number;
  readonly lag: number;
}
/** Item `[family, k]`. */
export type Item = readonly [family: number, k: number];
/** `item` starts `lag` ticks after `after`, or later. */
export interface Following {
  readonly after: Item;
  readonly item: Item;
  readonly lag: number;
}
export interface Families {
  readonly problem: Problem;
  readonly families: readonly Family[];
  /** Families so that what is needed comes first. */
  readonly sorted: readonly number[];
  /** By device; null where there is no cap. */
  readonly memory: readonly (Memory | null)[];
  /** What caps imply between single items. */
  readonly links: readonly Link[];
  readonly starts: readonly { readonly item: Item; readonly at: number }[];
  /** From the fixed orders, and from holds that do not end after they begin by themselves. */
  readonly following: readonly Following[];
}

export function familiesOf(goal: Goal): Families {
  const { problem } = goal;
  const { nodes, routes } = problem;
  const counts = routes.map((_, r) => {
    let count = 0;
    for (let j = 0; j < problem.microbatches; j++) if ((problem.routeOf === null ? 0 : problem.routeOf[j]) === r) count++;
    return count;
  });
  const pools = poolsOf(goal);
  const of = routes.map(() => new Int32Array(nodes));
  const members: Member[][] = [];
  for (let route = 0; route < routes.length; route++) {
    for (let node = 0; node < nodes; node++) {
      const leader = pools.get(route * nodes + node);
      const pool = leader === undefined ? members.push([]) - 1 : of[Math.floor(leader / nodes)][leader % nodes];
      members[pool].push({ route, node });
      of[route][node] = pool;
    }
  }
  const families = members.map((list): Family => {
    const { device, stream, duration } = routes[list[0].route];
    const { node } = list[0];
    return {
      device: device[node],
      stream: stream[node],
      duration: duration[node],
      count: list.reduce((sum, { route }) => sum + counts[route], 0),
      members: list,
      needs: list.flatMap(({ route, node: at }) =>
        needsOf(problem, route, at).map((need) => ({ family: of[route][need.node], lag: need.lag })),
      ),
    };
  });
  const item = (pass: number): Item => {
    const microbatch = Math.floor(pass / nodes);
    const route = problem.routeOf === null ? 0 : problem.routeOf[microbatch];
    let k = 0;
    for (let j = 0; j < microbatch; j++) if ((problem.routeOf === null ? 0 : problem.routeOf[j]) === route) k++;
    return [of[route][pass - microbatch * nodes], k];
  };
  return {
    problem,
    families,
    sorted: sortedByNeed(families),
    memory: memoryOf(problem, of),
    links: linksOf(problem, of, families),
    starts: goal.starts.map(({ pass, at }) => ({ item: item(pass), at })),
    following: [
      ...goal.orders.flatMap(({ passes }) =>
        Array.from(passes.subarray(1), (pass, i): Following => {
          const [after, next] = [item(passes[i]), item(pass)];
          const [a, b] = [families[after[0]], families[next[0]]];
          const together = a.device === b.device && a.stream === b.stream;
          return { after, item: next, lag: together ? a.duration : 0 };
        }),
      ),
      ...routes.flatMap((route, r) =>
        looseHolds(route, nodes).flatMap((h) => {
          const [from, to] = [of[r][route.holdFrom[h]], of[r][route.holdTo[h]]];
          return Array.from({ length: counts[r] }, (_, k): Following => ({ after: [from, k], item: [to, k], lag: -families[to].duration }));
        }),
      ),
    ],
  };
}

function needsOf({ routes, send }: Problem, r: number, node: number): { readonly node: number; readonly lag: number }[] {
  const { depStart, dep, duration, device } = routes[r];
  return Array.from(dep.subarray(depStart[node], depStart[node + 1]), (other) => ({
    node: other,
    lag: duration[other] + (device[other] === device[node] ? 0 : send),
  }));
}

/** For each node (`route * nodes + node`) that shares a pool with an earlier one: the first of the pool. */
function poolsOf({ problem, starts, orders }: Goal): Map<number, number> {
  const { nodes, routes } = problem;
  const named = new Set<number>();
  const name = (pass: number): void => {
    const microbatch = Math.floor(pass / nodes);
    named.add((problem.routeOf === null ? 0 : problem.routeOf[microbatch]) * nodes + (pass - microbatch * nodes));
  };
  for (const { pass } of starts) name(pass);
  for (const { passes } of orders) passes.forEach(name);
  routes.forEach((route, r) => {
    for (const h of looseHolds(route, nodes)) named.add(r * nodes + route.holdTo[h]);
  });
  const first = new Map<string, number>();
  const pools = new Map<number, number>();
  routes.forEach((route, r) => {
    const followed = new Set(route.dep);
    const begins = new Set(route.holdFrom);
    for (let node = 0; node < nodes; node++) {
      const key = r * nodes + node;
      const needs = needsOf(problem, r, node);
      if (followed.has(node)) continue; // who follows waits for this pass, which counting would forget
      if (begins.has(node) || needs.length !== 1 || named.has(key)) continue; // condition
      const freed = new Map<number, number>();
      route.holdTo.forEach((to, h) => {
        if (to === node) freed.set(route.holdDevice[h], (freed.get(route.holdDevice[h]) ?? 0) + route.holdAmount[h]);
      });
      const frees = [...freed].sort(([a], [b]) => a - b).join(" ");
      const alike = `${route.device[node]} ${route.stream[node]} ${route.duration[node]} ${frees}`;
      const before = first.get(alike);
      if (before === undefined) first.set(alike, key);
      else pools.set(key, before);
    }
  });
  return pools;
}

function sortedByNeed(families: readonly Family[]): number[] {
  const waiting = families.map(({ needs }) => needs.length);
  const following: number[][] = families.map(() => []);
  families.forEach(({ needs }, f) => {
    for (const { family } of needs) following[family].push(f);
  });
  const sorted = families.flatMap((_, f) => (waiting[f] === 0 ? [f] : []));
  for (let at = 0; at < sorted.length; at++) for (const next of following[sorted[at]]) if (--waiting[next] === 0) sorted.push(next);
  return sorted;
}

function memoryOf(problem: Problem, of: readonly Int32Array[]): (Memory | null)[] {
  return Array.from(problem.cap, (cap, device) => {
    if (cap === Number.POSITIVE_INFINITY) return null;
    const takes = new Map<number, number>();
    const frees = new Map<number, number>();
    problem.routes.forEach((route, r) => {
      const [taken, freed] = [new Map<number, number>(), new Map<number, number>()];
      route.holdDevice.forEach((home, h) => {
        if (home !== device) return;
        const [from, to] = [of[r][route.holdFrom[h]], of[r][route.holdTo[h]]];
        taken.set(from, (taken.get(from) ?? 0) + route.holdAmount[h]);
        // Each member of a pool frees the same: it is said once for the pool.
        const key = route.holdTo[h];
        freed.set(key, (freed.get(key) ?? 0) + route.holdAmount[h]);
        frees.set(to, freed.get(key) ?? 0);
      });
      for (const [family, amount] of taken) takes.set(family, (takes.get(family) ?? 0) + amount);
    });
    const flows = (map: Map<number, number>): Flow[] =>
      [...map].map(([family, amount]) => ({ family, amount })).filter((one) => one.amount > 0);
    return { room: cap - problem.always[device], takes: flows(takes), frees: flows(frees) };
  });
}

/** Where a hold of amount a has room for c at once, start k + c of its first pass waits for end k of its last. */
function linksOf(problem: Problem, of: readonly Int32Array[], families: readonly Family[]): Link[] {
  return problem.routes.flatMap((route, r) =>
    Array.from(route.holdDevice).flatMap((device, h): Link[] => {
      const room = problem.cap[device] - problem.always[device];
      const amount = route.holdAmount[h];
      if (room === Number.POSITIVE_INFINITY || amount === 0) return [];
      const [from, to] = [route.holdFrom[h], route.holdTo[h]];
      const gap = Math.max(0, Math.floor(room / amount));
      const family = of[r][from];
      const last = of[r][to];
      const ends = route.duration[to];
      if (families[last].members.length === 1) return [{ after: last, family, gap, lag: ends }];
      return needsOf(problem, r, to).map((need) => ({ after: of[r][need.node], family, gap, lag: need.lag + ends }));
    }),
  );
}
