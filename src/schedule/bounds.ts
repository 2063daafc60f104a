// Least makespan and span that no schedule of a goal can be below, found without a search, and the sum that shows each to the kernel:
// longest paths; on a stream the least head, the work and the least tail of a set of passes; what a microbatch holds at once. Untrusted:
// a value counts once the kernel has taken what stands beside it.
import { type Arcs, arcsOf, atMost, type Goal, lengthen, type Problem, type Refutation, type Route, refutes } from "../kernel/index.ts";

type Timed = "makespan" | "span";

export interface Bound {
  /** Ticks; Infinity: there is no schedule at all. */
  readonly value: number;
  /** Refutes the goal with less than `value`, however much less; where that is Infinity, the goal. */
  readonly evidence: Refutation;
}

const windows: Refutation = { kind: "windows" };
const none: Bound = { value: 0, evidence: windows };

/** A bound as it is computed, without the kernel's word. */
export const guessBound = (goal: Goal, on: Timed): Bound => (on === "makespan" ? makespanOf(goal) : spanOf(goal));

/** A bound that the kernel has confirmed. */
export function boundOf(goal: Goal, on: Timed): Bound {
  const bound = guessBound(goal, on);
  const less = bound.value === Number.POSITIVE_INFINITY ? goal : atMost(goal, on, bound.value - 1);
  return bound.value > 0 && refutes(less, bound.evidence).kind === "refuted" ? bound : none;
}
/** What refutes a goal without clauses, as far as it is seen here. */
export function boundAbove(goal: Goal): Refutation | null {
  for (const on of ["makespan", "span"] as const) {
    if (goal[on] === null && on === "span") continue;
    const { value, evidence } = guessBound(goal, on);
    const above = value === Number.POSITIVE_INFINITY || value > (goal[on] ?? value);
    if (above && refutes(goal, evidence).kind === "refuted") return evidence;
  }
  return null;
}

function makespanOf(goal: Goal): Bound {
  const full = tooFull(goal.problem);
  if (full !== null) return { value: Number.POSITIVE_INFINITY, evidence: full };
  const arcs = arcsOf(goal);
  const [heads, tails] = [new Float64Array(arcs.duration.length), arcs.duration.slice()];
  for (const { pass, at } of goal.starts) heads[pass] = Math.max(heads[pass], at);
  const limit = inTurn(goal);
  if (!lengthen(heads, arcs, "forward", limit) || !lengthen(tails, arcs, "backward", limit))
    return { value: Number.POSITIVE_INFINITY, evidence: windows };
  let best: Bound = { value: heads.reduce((most, head, item) => Math.max(most, head + tails[item]), 0), evidence: windows };
  for (const list of streamsOf(goal.problem)) best = better(best, list, arcs, heads, tails, false);
  return best;
}

/** Heads and tails counted from a device's own first start and to its own last end. */
function spanOf(goal: Goal): Bound {
  const arcs = arcsOf({ ...goal, span: null });
  const { devices } = goal.problem;
  const limit = inTurn(goal);
  const lists = streamsOf(goal.problem);
  let best: Bound = none;
  for (const list of lists) {
    const [from, to] = (["forward", "backward"] as const).map((way) => {
      const values = new Float64Array(arcs.passes).fill(Number.NEGATIVE_INFINITY);
      for (const other of lists)
        if (other.device === list.device) for (const pass of other.passes) values[pass] = way === "forward" ? 0 : arcs.duration[pass];
      const looked = arcs.passes * devices <= mostForSpans || list.device === 0 || list.device === devices - 1;
      if (looked) lengthen(values, arcs, way, limit);
      return values;
    });
    best = better(best, list, arcs, from, to, true);
  }
  return best;
}

/** Above this many passes times devices, paths are looked at for the spans of the first and the last device only. */
const mostForSpans = 1e7;

interface Stream {
  readonly device: number;
  readonly stream: number;
  readonly passes: readonly number[];
}
function streamsOf({ devices, streams, nodes, microbatches, routes, routeOf }: Problem): Stream[] {
  const lists = Array.from({ length: devices * streams }, (_, at) => ({
    device: Math.floor(at / streams),
    stream: at % streams,
    passes: [] as number[],
  }));
  for (let j = 0; j < microbatches; j++) {
    const { device, stream } = routes[routeOf === null ? 0 : routeOf[j]];
    for (let node = 0; node < nodes; node++) lists[device[node] * streams + stream[node]].passes.push(j * nodes + node);
  }
  return lists.filter(({ passes }) => passes.length > 0);
}

/** Thresholds of tails that are tried; fewer than all is only weaker. */
const thresholds = 64;

/** The better of a bound and a stream's load: over sets of its passes with at least such a head and tail, head, work and tail. */
function better(
  known: Bound,
  { device, stream, passes }: Stream,
  { duration }: Arcs,
  heads: Float64Array,
  tails: Float64Array,
  span: boolean,
): Bound {
  let best = known;
  const byHead = passes.filter((pass) => Number.isFinite(heads[pass])).sort((a, b) => heads[a] - heads[b]);
  const after = [...new Set(byHead.map((pass) => tails[pass] - duration[pass]))].sort((a, b) => a - b);
  for (let i = 0; i < Math.min(thresholds, after.length); i++) {
    const rest = after[Math.floor((i * after.length) / Math.min(thresholds, after.length))];
    let [end, from] = [0, 0];
    for (const pass of byHead) {
      if (tails[pass] - duration[pass] < rest) continue;
      if (heads[pass] > end) from = heads[pass];
      end = Math.max(end, heads[pass]) + duration[pass];
    }
    if (end + rest <= best.value) continue;
    best = { value: end + rest, evidence: { kind: "load", device, stream, from, to: end - 1, span } };
  }
  return best;
}

/** All passes and messages one after another, after the last fixed start. */
export function inTurn({ problem: { routes, routeOf, microbatches, send }, starts }: Goal): number {
  let sum = starts.reduce((latest, { at }) => Math.max(latest, at), 0);
  for (let j = 0; j < microbatches; j++) {
    const { duration, dep } = routes[routeOf === null ? 0 : routeOf[j]];
    for (const ticks of duration) sum += ticks;
    sum += send * dep.length;
  }
  return sum;
}

/** What shows that a cap is below what one microbatch holds at once, or what is always held. */
function tooFull(problem: Problem): Refutation | null {
  const { parts, pass } = mostAtOnce(problem);
  const device = problem.cap.findIndex((cap, d) => parts[d] > cap);
  return device < 0 ? null : { kind: "held", pass: pass[device] };
}

/**
 * What one microbatch alone must hold at once on each device: at the start of a pass that begins a hold, every hold that a path has begun
 * before and that ends only after that pass. Parts, holds for ever included; and the pass at whose start that is.
 */
export function mostAtOnce({ devices, nodes, routes, routeOf, microbatches, always }: Problem): {
  readonly parts: Float64Array;
  readonly pass: Int32Array;
} {
  const [parts, pass] = [Float64Array.from(always), new Int32Array(devices)];
  const taken = routeOf === null ? [0] : [...new Set(routeOf)];
  for (const number of microbatches === 0 ? [] : taken) {
    const { holdFrom, holdTo, holdDevice, holdAmount, duration } = routes[number];
    const before = ancestors(routes[number], nodes);
    const first = routeOf === null ? 0 : routeOf.indexOf(number);
    holdFrom.forEach((begins, b) => {
      const device = holdDevice[b];
      let held = always[device];
      holdFrom.forEach((from, a) => {
        const lives = before[begins].has(from) && before[holdTo[a]].has(begins) && duration[holdTo[a]] > 0;
        if (holdDevice[a] === device && lives) held += holdAmount[a];
      });
      if (held <= parts[device]) return;
      parts[device] = held;
      pass[device] = first * nodes + begins;
    });
  }
  return { parts, pass };
}
/** For each node: itself and all that it waits for. */
function ancestors({ depStart, dep }: Route, nodes: number): ReadonlySet<number>[] {
  return Array.from({ length: nodes }, (_, node) => {
    const before = new Set([node]);
    for (const one of before) for (let e = depStart[one]; e < depStart[one + 1]; e++) before.add(dep[e]);
    return before;
  });
}
