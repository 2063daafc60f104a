// An order of passes and when it runs: as early as possible, or never. Whoever gives the order also says in which sequence its passes
// come to run, so that nothing is searched for; or shows the circle in which it waits for itself. Law: proofs/laws/squeezing.md.
import { type Order, type Problem, routeFor } from "./problem.ts";

/**
 * The least start times that keep each stream's order, the dependencies and `send`; null if the sequence does not hold every pass once,
 * each the next of its own stream's list and after all that it depends on, or if it leaves any of the lists unfinished.
 */
export function earliest(problem: Problem, { offsets, passes }: Order, sequence: Int32Array): Float64Array | null {
  const { nodes, streams, send } = problem;
  const start = new Float64Array(nodes * problem.microbatches).fill(-1);
  const next = offsets.slice(0, -1);
  const free = new Float64Array(next.length); // when the stream's last pass ends
  for (const pass of sequence) {
    if (start[pass] !== -1) return null; // condition
    const microbatch = Math.floor(pass / nodes);
    const base = microbatch * nodes;
    const node = pass - base;
    const { device, stream, duration, depStart, dep } = routeFor(problem, microbatch);
    const list = device[node] * streams + stream[node];
    const following = passes[next[list]++];
    if (following !== pass) return null; // condition
    let begins = free[list];
    for (let e = depStart[node]; e < depStart[node + 1]; e++) {
      const other = dep[e];
      if (start[base + other] < 0) return null; // condition
      const ready = start[base + other] + duration[other] + (device[other] === device[node] ? 0 : send);
      if (ready > begins) begins = ready;
    }
    start[pass] = begins;
    free[list] = begins + duration[node];
  }
  if (sequence.length !== start.length || next.some((at, list) => at !== offsets[list + 1])) return null; // condition
  return start;
}

/** A wait: `pass` needs `needs`, which runs later on its own stream. */
export interface Wait {
  readonly pass: number;
  readonly needs: number;
}

/** Whether each wait's `needs` comes no earlier on its list than the next wait's pass, and so round: then none of them ever runs. */
export function isDeadlock(problem: Problem, { passes, offsets }: Order, cycle: readonly Wait[]): boolean {
  const place = (pass: number): number => passes.indexOf(pass);
  return (
    cycle.length > 0 &&
    cycle.every(({ pass, needs }, i) => {
      if (!(pass >= 0 && pass < problem.nodes * problem.microbatches)) return false; // condition
      const base = pass - (pass % problem.nodes);
      const { depStart, dep } = routeFor(problem, base / problem.nodes);
      if (!dep.subarray(depStart[pass - base], depStart[pass - base + 1]).includes(needs - base)) return false; // condition
      const [from, to] = [place(cycle[(i + 1) % cycle.length].pass), place(needs)];
      return from <= to && !offsets.some((at) => from < at && at <= to); // condition
    })
  );
}
