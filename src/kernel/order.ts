// What comes after what: on each stream its passes, in a row, perhaps with sends and receives between them. An order of all that keeps the
// waits shows that all comes to pass, a circle of waits that something never does. Laws: proofs/laws/channels.md, proofs/laws/squeezing.md.
// Passes hold a row up, sends and receives do not; what else waits for what is the channel's. Cost: linear in passes and dependencies.
import { type Order, type Problem, routeFor } from "./problem.ts";

export type Channel = "unbounded" | "rendezvous" | "pair" | "grouped";
/** Dependencies, pass by pass. Those that cross devices are messages, each sent and received once. */
export interface Needs {
  readonly from: Int32Array;
  readonly to: Int32Array;
}
/**
 * The row of stream q of device d: `steps[offsets[i]]` up to `steps[offsets[i + 1]]` for i = d * streams + q. From 0: a pass; -1-2t sends for
 * need t, -2-2t receives.
 */
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
export const rowsOf = ({ offsets, passes }: Order): Rows => ({ offsets, steps: passes });
const noNeeds: Needs = { from: new Int32Array(), to: new Int32Array() };

/** Whether the rows have every pass once, on its own stream, and so what the messages among `needs` ask of their devices. */
export function complete(problem: Problem, { offsets, steps }: Rows, { from, to }: Needs = noNeeds): boolean {
  const { nodes, streams } = problem;
  const passes = nodes * problem.microbatches;
  const seen = new Uint8Array(passes + 2 * from.length);
  from.forEach((pass, t) => {
    if (deviceOf(problem, pass) === deviceOf(problem, to[t])) seen.fill(1, passes + 2 * t, passes + 2 * t + 2);
  });
  for (let list = 0; list < problem.devices * streams; list++)
    for (let at = offsets[list]; at < offsets[list + 1]; at++) {
      const step = steps[at];
      const pass = step >= 0 ? step : (step & 1 ? from : to)[(-1 - step) >> 1];
      if (!(pass < passes)) return false; // condition
      const { device, stream } = routeFor(problem, Math.floor(pass / nodes));
      if (device[pass % nodes] * streams + stream[pass % nodes] !== list) return false; // condition
      const thing = step >= 0 ? step : passes - 1 - step;
      if (seen[thing] > 0) return false; // condition
      seen[thing] = 1;
    }
  return !seen.includes(0); // condition
}

/**
 * Every wait of the rows: `after` comes to pass after `before`, and if both are passes it starts at least `lag` ticks after it. Events: passes,
 * then needs, then the groups of `grouped` as they come in the rows. Without a channel there are passes only.
 */
export function waits(
  problem: Problem,
  { offsets, steps }: Rows,
  channel: Channel | null,
  wait: (before: number, after: number, lag: number) => void,
): void {
  const { nodes, microbatches, send } = problem;
  const passes = nodes * microbatches;
  let events = passes;
  for (let pass = 0, j = 0; j < microbatches; j++) {
    const { device, duration, depStart, dep } = routeFor(problem, j);
    for (let node = 0; node < nodes; node++, pass++)
      for (let e = depStart[node]; e < depStart[node + 1]; e++) {
        const other = dep[e];
        wait(j * nodes + other, channel === null ? pass : events, duration[other] + (device[other] === device[node] ? 0 : send));
        if (channel !== null) wait(events++, pass, 0);
      }
  }
  const { from, to } = channel === null ? noNeeds : needsOf(problem);
  for (let list = 0; list < problem.devices * problem.streams; list++) {
    const queues = new Map<number, number>();
    let [last, lag, group] = [-1, 0, -1]; // what the next step waits for; the group that is open
    for (let at = offsets[list]; at < offsets[list + 1]; at++) {
      const step = steps[at];
      const event = step >= 0 ? step : passes + ((-1 - step) >> 1);
      if (step >= 0 && group >= 0) [last, group] = [group, -1];
      if (last >= 0) wait(last, event, lag);
      if (step >= 0) {
        last = step;
        lag = routeFor(problem, Math.floor(step / nodes)).duration[step % nodes];
      } else if (channel === "grouped") {
        if (group < 0) group = events++;
        wait(event, group, 0);
      } else if (channel !== "unbounded") {
        const peer = deviceOf(problem, (step & 1 ? to : from)[event - passes]);
        const queue = channel === "pair" ? peer : 2 * peer + (step & 1);
        const before = queues.get(queue);
        if (before !== undefined) wait(before, event, 0);
        queues.set(queue, event);
      }
    }
  }
}

/** Whether all comes to pass, if the evidence shows it; null: it shows neither, or the rows do not do what the problem asks. */
export function flows(problem: Problem, rows: Rows, channel: Channel | null, evidence: Passage): boolean | null {
  if (!complete(problem, rows, channel === null ? noNeeds : needsOf(problem))) return null; // condition
  const circle = "circle" in evidence ? evidence.circle : [];
  const missing = new Set(circle.map((event, i) => `${circle.at(i - 1)} ${event}`));
  let broken = false;
  waits(problem, rows, channel, (before, after) => {
    if ("circle" in evidence) missing.delete(`${before} ${after}`);
    else if (!(evidence.times[before] < evidence.times[after])) broken = true;
  });
  if (broken || missing.size > 0) return null; // condition
  if ("times" in evidence) return true;
  if (circle.length === 0) return null; // condition
  return false;
}

/** Whether these are the starts with which each pass of the rows starts as early as it can. `times`: an order that keeps all waits. */
export function isEarliest(problem: Problem, rows: Rows, start: Float64Array, times: Int32Array): boolean {
  if (flows(problem, rows, null, { times }) !== true) return false; // condition
  const ready = new Float64Array(start.length);
  waits(problem, rows, null, (before, after, lag) => {
    ready[after] = Math.max(ready[after], start[before] + lag);
  });
  return start.every((at, pass) => at === ready[pass]); // condition
}
