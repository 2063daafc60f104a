// The earliest and latest start that each item can have: longest paths along the arcs, up to the goal's makespan or to a time within which
// everything can be done. An item that has no room left refutes the goal by itself. Law: proofs/laws/windows.md.
import type { Goal } from "../goal.ts";
import { routeFor } from "../problem.ts";
import { type Arcs, lengthen } from "./arcs.ts";

/** By item, counted from the first start of all, or from the start of the item that they are relative to. */
export interface Windows {
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** Null: some item has no room. */
export function windowsOf(goal: Goal, arcs: Arcs): Windows | null {
  const latest = goal.makespan ?? horizon(goal, arcs);
  const first = new Float64Array(arcs.duration.length);
  const tails = arcs.duration.slice();
  for (const { pass, at } of goal.starts) {
    first[pass] = Math.max(first[pass], at);
    tails[pass] = Math.max(tails[pass], latest - at);
  }
  if (latest < 0 || (goal.span ?? 0) < 0) return null;
  if (!lengthen(first, arcs, "forward", latest) || !lengthen(tails, arcs, "backward", latest)) return null;
  const last = tails.map((tail) => latest - tail);
  return first.some((from, item) => from > last[item]) ? null : { first, last };
}

/** The same relative to the start of one item, whenever that is; infinite where no path says anything. Null: no schedule has room for it. */
export function around(item: number, goal: Goal, arcs: Arcs): Windows | null {
  const [first, tails] = (["forward", "backward"] as const).map((way) => {
    const values = new Float64Array(arcs.duration.length).fill(Number.NEGATIVE_INFINITY);
    values[item] = 0;
    return lengthen(values, arcs, way, inTurn(goal, arcs)) ? values : null;
  });
  return first === null || tails === null ? null : { first, last: tails.map((tail) => -tail) };
}

/**
 * All passes and messages one after another, after the last fixed start. Time after that in which nothing runs and no message is under way
 * can be cut out of a schedule; what happens stays in the same order, and no span grows.
 */
function inTurn({ problem, starts }: Goal, { duration }: Arcs): number {
  let end = starts.reduce((latest, { at }) => Math.max(latest, at), 0);
  for (const ticks of duration) end += ticks;
  for (let j = 0; j < problem.microbatches; j++) end += routeFor(problem, j).dep.length * problem.send;
  return end;
}

/** When all can be done. Under a bound on the spans: whichever device begins first, others begin and end within reach of it. */
function horizon(goal: Goal, arcs: Arcs): number {
  const turn = inTurn(goal, arcs);
  if (goal.span === null) return turn;
  const heads = new Float64Array(arcs.duration.length);
  lengthen(heads, arcs, "forward", turn);
  // What starts first of all needs nothing.
  const firsts = new Set(arcs.from.filter((from, i) => from >= arcs.passes && heads[arcs.to[i]] === 0));
  let latest = 0;
  for (const begin of firsts) {
    const last = around(begin, goal, arcs)?.last;
    for (let item = 0; last !== undefined && item < arcs.passes; item++) latest = Math.max(latest, last[item] + arcs.duration[item]);
  }
  return Math.min(turn, latest);
}
