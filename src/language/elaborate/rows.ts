// Where a schedule of the language sends and receives, which its text does not say: a message is sent right after its pass and received right
// before the pass that needs it, several in the order in which the pipeline lists the dependencies. This is part of what a claim means.
import { needsOf, type Order, type Problem, type Rows, routeFor } from "../../kernel/index.ts";

/** Sends right after their pass, receives right before the pass that needs them; as the dependencies are listed. */
export function plainRows(problem: Problem, order: Order): Rows {
  const { from, to } = needsOf(problem);
  const deviceOf = (pass: number): number => routeFor(problem, Math.floor(pass / problem.nodes)).device[pass % problem.nodes];
  const crosses = Array.from(from, (pass, t) => deviceOf(pass) !== deviceOf(to[t]));
  const passes = problem.nodes * problem.microbatches;
  const sends: number[][] = Array.from({ length: passes }, () => []);
  const receives: number[][] = Array.from({ length: passes }, () => []);
  for (let t = 0; t < from.length; t++) {
    if (!crosses[t]) continue;
    sends[from[t]].push(-1 - 2 * t);
    receives[to[t]].push(-2 - 2 * t);
  }
  const steps: number[] = [];
  const offsets = [0];
  for (let device = 0; device < problem.devices; device++) {
    for (let at = order.offsets[device * problem.streams]; at < order.offsets[device * problem.streams + 1]; at++) {
      const pass = order.passes[at];
      steps.push(...receives[pass], pass, ...sends[pass]);
    }
    offsets.push(steps.length);
  }
  return { offsets: Int32Array.from(offsets), steps: Int32Array.from(steps) };
}
