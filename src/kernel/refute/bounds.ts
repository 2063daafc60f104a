// Least makespan and span that no schedule of a goal can be below, without a search. Each bound is a sum that anyone can add up:
// a longest path; on a stream, the least head, the work and the least tail of a set of passes; under a cap, the time for which
// holds must at least last, times their amounts, over what there is room for. Law: proofs/laws/bounds.md.
import type { Goal } from "../goal.ts";
import { type Families, familiesOf } from "./families.ts";
import { lasts, leastHeld } from "./paths.ts";
import { headsOf, type Items, itemsOf, lengthen, tailsOf } from "./windows.ts";

/** Ticks; Infinity: there is no schedule at all. */
export interface Bounds {
  readonly makespan: number;
  readonly span: number;
}

/** Above this many items times devices, spans are bounded by the load alone. */
const mostForSpans = 3e7;

export function boundsOf(goal: Goal): Bounds {
  const given = familiesOf(goal);
  if (given.sorted.length < given.families.length) return { makespan: 0, span: 0 }; // dependencies in a circle: nothing is said
  const items = itemsOf(given);
  // Any schedule fits into all passes and all messages one after another; what needs more goes in a circle.
  const most = given.families.reduce(
    (sum, { duration, count, needs }) => sum + count * (duration + (needs.length + 1) * goal.problem.send),
    0,
  );
  const limit = most + given.starts.reduce((sum, { at }) => Math.max(sum, at), 0);
  const heads = headsOf(given, items, limit);
  const tails = tailsOf(items, limit);
  const { cap } = goal.problem;
  const full = leastHeld(goal.problem).some((held, device) => held > cap[device]);
  if (heads === null || tails === null || full || given.memory.some((memory) => memory !== null && memory.room < 0))
    return { makespan: Number.POSITIVE_INFINITY, span: Number.POSITIVE_INFINITY };
  for (const { item, at } of given.starts) heads[items.base[item[0]] + item[1]] = Math.max(at, heads[items.base[item[0]] + item[1]]);
  const lives = livesOf(given);
  let makespan = 0;
  let span = 0;
  for (let item = 0; item < items.total; item++) makespan = Math.max(makespan, heads[item] + tails[item]);
  for (let device = 0; device < goal.problem.devices; device++) {
    const own = itemsOn(given, items, device);
    makespan = Math.max(
      makespan,
      ...own.map((list) => busiest(list, items, heads, tails)),
      area(given, items, lives, device, heads, tails),
    );
    const [from, to] = relative(given, items, device, limit);
    span = Math.max(span, ...own.map((list) => busiest(list, items, from, to)), area(given, items, lives, device, from, to));
  }
  return { makespan, span };
}

/** The items of each stream of a device. */
function itemsOn({ families, problem }: Families, { base }: Items, device: number): number[][] {
  const lists: number[][] = Array.from({ length: problem.streams }, () => []);
  families.forEach((family, f) => {
    if (family.device === device) for (let k = 0; k < family.count; k++) lists[family.stream].push(base[f] + k);
  });
  return lists;
}

/** Heads and tails counted from the device's own first start and to its own last end. */
function relative({ problem }: Families, items: Items, device: number, limit: number): [Float64Array, Float64Array] {
  const from = new Float64Array(items.total).fill(Number.NEGATIVE_INFINITY);
  const to = from.slice();
  for (let item = 0; item < items.total; item++) {
    if (items.device[item] !== device) continue;
    from[item] = 0;
    to[item] = items.duration[item];
  }
  if (items.total * problem.devices <= mostForSpans) {
    lengthen(from, items, "forward", limit);
    lengthen(to, items, "backward", limit);
  }
  return [from, to];
}

/** Thresholds of tails that are tried; fewer than all is sound, only weaker. */
const thresholds = 64;

/** Over sets of the items with a tail of at least so much: when their stream can be done with them at the earliest, plus that tail. */
function busiest(list: readonly number[], { duration }: Items, heads: Float64Array, tails: Float64Array): number {
  const byHead = [...list].sort((a, b) => heads[a] - heads[b]);
  const after = [...new Set(list.map((item) => tails[item] - duration[item]))].sort((a, b) => a - b);
  let most = 0;
  for (let i = 0; i < Math.min(thresholds, after.length); i++) {
    const threshold = after[Math.floor((i * after.length) / Math.min(thresholds, after.length))];
    let end = 0;
    for (const item of byHead) if (tails[item] - duration[item] >= threshold) end = Math.max(end, heads[item]) + duration[item];
    most = Math.max(most, end + threshold);
  }
  return most;
}

interface Life {
  readonly device: number;
  readonly from: number;
  readonly to: number;
  /** Amount times the least time held, for all microbatches together. */
  readonly area: bigint;
}

/** For each hold: the longest path from the start of its first pass to the end of its last; where there is none, no time at all. */
function livesOf({ problem, families }: Families): Life[] {
  return problem.routes.flatMap((route, r) => {
    const own = new Map<number, number>();
    families.forEach(({ members }, f) => {
      for (const { route: of, node } of members) if (of === r) own.set(node, f);
    });
    const count = families.find(({ members }) => members.length === 1 && members[0].route === r)?.count ?? 0;
    return lasts(route, problem.nodes, problem.send).map((ticks, h): Life => {
      const area = BigInt(Math.max(0, ticks)) * BigInt(route.holdAmount[h]) * BigInt(count);
      return { device: route.holdDevice[h], from: own.get(route.holdFrom[h]) ?? 0, to: own.get(route.holdTo[h]) ?? 0, area };
    });
  });
}

/** What is held must fit under the cap between the first start that holds and the last end that frees. */
function area(
  { memory }: Families,
  items: Items,
  lives: readonly Life[],
  device: number,
  heads: Float64Array,
  tails: Float64Array,
): number {
  const room = memory[device]?.room ?? Number.POSITIVE_INFINITY;
  if (room === Number.POSITIVE_INFINITY || room < 1) return 0;
  let held = 0n;
  let [head, tail] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const life of lives) {
    if (life.device !== device || life.area === 0n) continue;
    held += life.area;
    for (let item = items.base[life.from]; item < items.base[life.from + 1]; item++) head = Math.min(head, heads[item]);
    for (let item = items.base[life.to]; item < items.base[life.to + 1]; item++) tail = Math.min(tail, tails[item] - items.duration[item]);
  }
  if (held === 0n || !Number.isFinite(head) || !Number.isFinite(tail)) return 0;
  const most = BigInt(Math.floor(room));
  return Number((held + most - 1n) / most) + head + tail;
}
