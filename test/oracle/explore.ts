// Whether a schedule exists at all, by trying every start of every pass at every tick: apart from the kernel (only its types are used).
// A state is how long ago each pass has started; no state is looked at twice. The microbatches of a route start in order, nothing else is
// taken for granted: no schedule is moved to the left, and where the span is asked for, time has no end.
import type { Goal, Problem, Route } from "../../src/kernel/index.ts";
import { passesOf } from "./oracle.ts";

/** What "too many states" is thrown as. */
export class TooMany extends Error {}

const routeNumber = (problem: Problem, microbatch: number): number => (problem.routeOf === null ? 0 : problem.routeOf[microbatch]);

/** Start times that meet the goal, or null where there are none. Durations are 1 or more. */
export function explore(goal: Goal, most = 200_000): number[] | null {
  const { problem, makespan, span } = goal;
  const { nodes, microbatches, devices, streams, send } = problem;
  const total = nodes * microbatches;
  const passes = passesOf(problem);
  if (makespan !== null && makespan < 0) return null;
  if (span !== null && span < 0) return null;
  for (let device = 0; device < devices; device++) if (problem.always[device] > problem.cap[device]) return null;
  if (total === 0) return [];
  const lag = (need: number, pass: number): number => passes[need].duration + (passes[need].device === passes[pass].device ? 0 : send);
  const reach = passes.map(({ duration }) => duration + send + 1);
  const at = new Map<number, number>();
  for (const one of goal.starts) {
    if ((at.get(one.pass) ?? one.at) !== one.at) return null;
    at.set(one.pass, one.at);
  }
  const fixed = Math.max(-1, ...at.values()) + 1; // from here on the time of day does not matter
  const lists: number[][] = Array.from({ length: devices * streams }, () => []);
  for (const { id, device, stream } of passes) lists[device * streams + stream].push(id);
  const on = Array.from({ length: devices }, (_, device) => passes.filter((pass) => pass.device === device).map(({ id }) => id));
  // Only orders of all passes of a stream are looked at here.
  const orders = new Map(
    goal.orders
      .filter(({ passes: order }) => order.length > 0)
      .map(({ passes: order }) => [passes[order[0]].device * streams + passes[order[0]].stream, [...order]]),
  );
  for (const [list, order] of orders)
    if ([...order].sort((a, b) => a - b).join() !== [...lists[list]].sort((a, b) => a - b).join()) return null;
  // The same pass of the microbatch of its route before, or -1.
  const before = passes.map(({ id }) => {
    const j = Math.floor(id / nodes);
    for (let other = j - 1; other >= 0; other--)
      if (routeNumber(problem, other) === routeNumber(problem, j)) return other * nodes + (id % nodes);
    return -1;
  });
  const tails = passes.map(({ duration }) => duration);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { id, needs } of passes)
      for (const need of needs)
        if (tails[need] < lag(need, id) + tails[id]) {
          if (tails[need] > 1e6) return null; // needs itself
          tails[need] = lag(need, id) + tails[id];
          changed = true;
        }
  }
  const holds: { device: number; from: number; to: number; amount: number }[] = [];
  for (let j = 0; j < microbatches; j++) {
    const route: Route = problem.routes[routeNumber(problem, j)];
    route.holdDevice.forEach((device, h) => {
      holds.push({ device, from: j * nodes + route.holdFrom[h], to: j * nodes + route.holdTo[h], amount: route.holdAmount[h] });
    });
  }
  const ended = (since: Int16Array, pass: number): boolean => since[pass] >= passes[pass].duration;
  const fits = (since: Int16Array): boolean => {
    const held = [...problem.always];
    for (const { device, from, to, amount } of holds) {
      if (since[from] < 0) continue;
      if (since[from] === 0 && since[to] > passes[to].duration) return false; // ends before it begins
      if (!ended(since, to)) held[device] += amount;
    }
    return held.every((amount, device) => amount <= problem.cap[device]);
  };
  /** What is still to run on each stream, in ticks. */
  const left = (since: Int16Array, list: number): number =>
    lists[list].reduce((sum, id) => sum + (since[id] < 0 ? passes[id].duration : Math.max(0, passes[id].duration - since[id])), 0);

  const seen = new Map<string, number>();
  const start = new Array<number>(total).fill(-1);
  /** `ages`: for each device the ticks since its first start, -1 before it, -2 when it is done. */
  function from(t: number, since: Int16Array, ages: Int16Array): boolean {
    if (since.every((_, id) => ended(since, id))) return true;
    for (const [pass, time] of at) if (since[pass] < 0 && time < t) return false;
    for (let list = 0; list < lists.length; list++) {
      const work = left(since, list);
      if (makespan !== null && t + work > makespan) return false;
      const age = ages[Math.floor(list / streams)];
      if (span !== null && age >= 0 && age + work > span) return false;
    }
    if (makespan !== null) for (let id = 0; id < total; id++) if (since[id] < 0 && t + tails[id] > makespan) return false;
    const key = `${since.join()}|${span === null ? "" : ages.join()}|${Math.min(t, fixed)}`;
    const known = seen.get(key);
    if (known !== undefined && (known <= t || makespan === null)) return false;
    if (seen.size > most) throw new TooMany();
    seen.set(key, t);
    const next = since.slice();
    return choose(0, t, next, ages);
  }
  function choose(list: number, t: number, now: Int16Array, ages: Int16Array): boolean {
    if (list === lists.length) {
      if (t === 0 && now.every((age) => age < 0)) return false;
      if (!fits(now)) return false;
      const older = now.map((age, id) => (age < 0 ? -1 : Math.min(age + 1, reach[id])));
      const aged = ages.slice();
      for (let device = 0; device < devices; device++) {
        if (aged[device] === -2) continue;
        if (aged[device] >= 0 || on[device].some((id) => now[id] >= 0)) aged[device] = Math.max(0, aged[device]) + 1;
        if (span !== null && aged[device] > span) return false;
        if (on[device].every((id) => ended(older, id))) aged[device] = -2;
      }
      return from(t + 1, older, aged);
    }
    const own = lists[list];
    if (!own.some((id) => now[id] >= 0 && !ended(now, id))) {
      const order = orders.get(list);
      const due = order?.find((id) => now[id] < 0);
      for (const id of own) {
        if (now[id] >= 0 || (order !== undefined && id !== due)) continue;
        if (before[id] >= 0 && now[before[id]] < 0) continue;
        if ((at.get(id) ?? t) !== t) continue;
        if (!passes[id].needs.every((need) => now[need] >= lag(need, id))) continue;
        now[id] = 0;
        start[id] = t;
        if (choose(list + 1, t, now, ages)) return true;
        now[id] = -1;
      }
    }
    return choose(list + 1, t, now, ages);
  }
  if (!from(0, new Int16Array(total).fill(-1), new Int16Array(devices).fill(-1))) return null;
  return start;
}

/** Any schedule fits into this many ticks, if there is one. */
export const enough = (problem: Problem): number =>
  passesOf(problem).reduce((sum, { duration }) => sum + duration + problem.send, 0) + problem.send;

/** The least bound that has a schedule, or null where no bound has. */
export function least(of: (bound: number) => Goal, from: number, problem: Problem, most?: number): number | null {
  if (explore(of(enough(problem)), most) === null) return null;
  for (let bound = from; ; bound++) if (explore(of(bound), most) !== null) return bound;
}
