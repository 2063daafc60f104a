// Does a device wait for ever? Each takes its passes, sends and receives in a row. Passes hold the row up, sends and receives do not; what
// else waits for what is the channel's. An order that keeps all waits shows that all comes to pass, a circle of waits that something never
// does. Law: proofs/laws/channels.md. Cost: linear in passes and dependencies.
import { type Problem, routeFor, type Schedule } from "./problem.ts";

export type Channel = "unbounded" | "rendezvous" | "pair" | "grouped";
/** Dependencies, pass by pass. Those that cross devices are transfers, each sent and received once. */
export interface Needs {
  readonly from: Int32Array;
  readonly to: Int32Array;
}
/** Row of device d: `steps[offsets[d]]` up to `steps[offsets[d + 1]]`. From 0: a pass; -1-2t sends for need t, -2-2t receives. */
export interface Rows {
  readonly offsets: Int32Array;
  readonly steps: Int32Array;
}
/** Of every event a place in an order; or events each of which waits for the one before it, the first for the last. */
export type Passage = { readonly times: Int32Array } | { readonly circle: readonly number[] };

const deviceOf = (problem: Problem, pass: number): number =>
  routeFor(problem, Math.floor(pass / problem.nodes)).device[pass % problem.nodes];

export function needsOf(problem: Problem): Needs {
  const [from, to]: number[][] = [[], []];
  for (let pass = 0; pass < problem.nodes * problem.microbatches; pass++) {
    const node = pass % problem.nodes;
    const { depStart, dep } = routeFor(problem, Math.floor(pass / problem.nodes));
    for (let e = depStart[node]; e < depStart[node + 1]; e++) to[from.push(pass - node + dep[e]) - 1] = pass;
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to) };
}

/** Whether the passes of each row start one after the other. */
export const inTime = ({ start }: Schedule, { offsets, steps }: Rows): boolean =>
  offsets.every((from, d) => {
    const passes = steps.subarray(from, offsets[d + 1] ?? from).filter((step) => step >= 0);
    return passes.every((pass, i) => i === 0 || start[passes[i - 1]] <= start[pass]);
  });

/** Whether all comes to pass, if the evidence shows it; null: it shows neither, or the rows do not do what the problem asks. */
export function flows(problem: Problem, rows: Rows, channel: Channel, evidence: Passage): boolean | null {
  const { from, to } = needsOf(problem);
  const passes = problem.nodes * problem.microbatches;
  const done = new Uint8Array(passes + 2 * from.length);
  from.forEach((pass, t) => {
    if (deviceOf(problem, pass) === deviceOf(problem, to[t])) done.fill(1, passes + 2 * t, passes + 2 * t + 2);
  });
  for (let device = 0; device < problem.devices; device++)
    for (let i = rows.offsets[device]; i < rows.offsets[device + 1]; i++) {
      const step = rows.steps[i];
      const pass = step >= 0 ? step : (step & 1 ? from : to)[(-1 - step) >> 1];
      if (!(pass < passes)) return null; // condition
      if (deviceOf(problem, pass) !== device) return null; // condition
      const at = step >= 0 ? step : passes - 1 - step;
      if (done[at] > 0) return null; // condition
      done[at] = 1;
    }
  if (done.includes(0)) return null; // condition
  const circle = "circle" in evidence ? evidence.circle : [];
  const missing = new Set(circle.map((event, i) => `${circle.at(i - 1)} ${event}`));
  let broken = false;
  waits(problem, rows, channel, { from, to }, (before, after) => {
    if ("circle" in evidence) missing.delete(`${before} ${after}`);
    else if (!(evidence.times[before] < evidence.times[after])) broken = true;
  });
  if (broken) return null; // condition
  if (missing.size > 0) return null; // condition
  if ("times" in evidence) return true;
  if (circle.length === 0) return null; // condition
  return false;
}

/** Every wait, `after` for `before`. Events: passes, then needs, then the groups of `grouped` as they come in the rows. */
export function waits(
  problem: Problem,
  rows: Rows,
  channel: Channel,
  { from, to }: Needs,
  wait: (before: number, after: number) => void,
): void {
  const passes = problem.nodes * problem.microbatches;
  for (let t = 0; t < from.length; t++) {
    wait(from[t], passes + t);
    wait(passes + t, to[t]);
  }
  let groups = passes + from.length;
  for (let device = 0; device < problem.devices; device++) {
    const queues = new Map<number, number>();
    let [last, group] = [-1, -1]; // what the next step waits for; the group that is open
    for (let i = rows.offsets[device]; i < rows.offsets[device + 1]; i++) {
      const step = rows.steps[i];
      const event = step >= 0 ? step : passes + ((-1 - step) >> 1);
      if (step >= 0 && group >= 0) [last, group] = [group, -1];
      if (last >= 0) wait(last, event);
      if (step >= 0) last = step;
      else if (channel === "grouped") {
        if (group < 0) group = groups++;
        wait(event, group);
      } else if (channel !== "unbounded") {
        const peer = deviceOf(problem, (step & 1 ? to : from)[event - passes]);
        const queue = channel === "pair" ? peer : 2 * peer + (step & 1);
        const before = queues.get(queue);
        if (before !== undefined) wait(before, event);
        queues.set(queue, event);
      }
    }
  }
}
