// What refutes a goal by one sum over its windows. Evidence says which sum; nothing is searched for. Law: proofs/laws/bounds.md.
import type { Goal } from "../goal.ts";
import { routeFor } from "../problem.ts";
import { arcsOf } from "./arcs.ts";
import { around, windowsOf } from "./windows.ts";

/** Passes of a stream that must run between two times, longer than these are apart. */
export interface Load {
  readonly kind: "load";
  readonly device: number;
  readonly stream: number;
  readonly from: number;
  readonly to: number;
  /** Times are counted from the device's own first start, not from the first of all. */
  readonly span: boolean;
}
/** What is held at the start of a pass, whenever that is, is more than a device may hold. */
export interface Held {
  readonly kind: "held";
  readonly pass: number;
}

export const hasNoRoom = (goal: Goal): boolean => windowsOf(goal, arcsOf(goal)) === null;

export function overloads(goal: Goal, { device, stream, from, to, span }: Load): boolean {
  const { problem } = goal;
  const arcs = arcsOf(goal);
  const windows = span ? around(arcs.passes + device, goal, arcs) : windowsOf(goal, arcs);
  if (windows === null) return true;
  let work = 0;
  for (let pass = 0; pass < arcs.passes; pass++) {
    const [route, node] = [routeFor(problem, Math.floor(pass / problem.nodes)), pass % problem.nodes];
    const own = route.device[node] === device && route.stream[node] === stream;
    if (own && windows.first[pass] >= from && windows.last[pass] + arcs.duration[pass] <= to) work += arcs.duration[pass];
  }
  return work > Math.max(0, to - from);
}

export function holdsTooMuch(goal: Goal, { pass }: Held): boolean {
  const { nodes, microbatches, always, cap } = goal.problem;
  const arcs = arcsOf(goal);
  const windows = around(pass, goal, arcs);
  if (windows === null) return true;
  const held = always.slice();
  for (let j = 0; j < microbatches; j++) {
    const { holdDevice, holdFrom, holdTo, holdAmount } = routeFor(goal.problem, j);
    holdAmount.forEach((amount, h) => {
      const [begins, ends] = [j * nodes + holdFrom[h], j * nodes + holdTo[h]];
      if (windows.last[begins] <= 0 && windows.first[ends] + arcs.duration[ends] > 0) held[holdDevice[h]] += amount;
    });
  }
  return held.some((amount, device) => amount > cap[device]);
}
