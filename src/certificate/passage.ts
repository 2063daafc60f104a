// Evidence for the kernel's `flows`: an order of all passes and messages that keeps the waits of a channel, or a circle of waits. And rows in
// which no channel can make a circle.
import { type Channel, needsOf, type Order, type Passage, type Problem, type Rows, routeFor, waits } from "../kernel/index.ts";

/** Cost: linear in waits, which are collected twice so that they fit into two arrays. */
export function passageOf(problem: Problem, rows: Rows, channel: Channel | null): Passage {
  let events = problem.nodes * problem.microbatches + (channel === null ? 0 : needsOf(problem).from.length);
  let count = 0;
  const each = (wait: (before: number, after: number) => void): void => waits(problem, rows, channel, wait);
  each((before, after) => {
    events = Math.max(events, before + 1, after + 1);
    count++;
  });
  const start = new Int32Array(events + 1);
  const open = new Int32Array(events);
  each((before, after) => {
    start[before + 1]++;
    open[after]++;
  });
  for (let event = 0; event < events; event++) start[event + 1] += start[event];
  const next = start.slice(0, events);
  const after = new Int32Array(count);
  each((before, event) => {
    after[next[before]++] = event;
  });
  const times = new Int32Array(events).fill(-1);
  const queue = new Int32Array(events);
  let [head, tail] = [0, 0];
  for (let event = 0; event < events; event++) if (open[event] === 0) queue[tail++] = event;
  while (head < tail) {
    const event = queue[head];
    times[event] = head++;
    for (let w = start[event]; w < start[event + 1]; w++) if (--open[after[w]] === 0) queue[tail++] = after[w];
  }
  return head === events ? { times } : { circle: circleIn(times, start, after) };
}

/** A shortest circle through the event that is reached first, among those that never come to pass. */
function circleIn(times: Int32Array, start: Int32Array, after: Int32Array): number[] {
  const events = times.length;
  const before = new Int32Array(events).fill(-1); // one that is waited for and does not come either
  for (let event = 0; event < events; event++)
    if (times[event] < 0) for (let w = start[event]; w < start[event + 1]; w++) if (before[after[w]] < 0) before[after[w]] = event;
  const seen = new Uint8Array(events);
  let event = times.indexOf(-1);
  while (before[event] >= 0 && seen[event] === 0) {
    seen[event] = 1;
    event = before[event];
  }
  // `event` stands on a circle: breadth first from it until it comes again.
  const parent = new Int32Array(events).fill(-1);
  const queue = [event];
  for (let at = 0; at < queue.length; at++) {
    const here = queue[at];
    for (let w = start[here]; w < start[here + 1]; w++) {
      const then = after[w];
      if (times[then] >= 0 || (parent[then] >= 0 && then !== event)) continue;
      parent[then] = here;
      if (then === event) {
        const circle: number[] = [];
        for (let back = here; back !== event; back = parent[back]) circle.unshift(back);
        return [event, ...circle];
      }
      queue.push(then);
    }
  }
  throw new Error("a wait without a circle");
}

/**
 * Sends and receives where no channel can make a circle: in an order in which all passes can run, each transfer is sent and received as soon
 * as its pass has ended, before the next pass of either device. Null: the order of the passes itself goes in a circle.
 */
export function orderedRows(problem: Problem, order: Order): Rows | null {
  const { from, to } = needsOf(problem);
  const deviceOf = (pass: number): number => routeFor(problem, Math.floor(pass / problem.nodes)).device[pass % problem.nodes];
  const passes = problem.nodes * problem.microbatches;
  const leaving = new Int32Array(passes + 1); // needs by the pass that they come from
  for (const pass of from) leaving[pass + 1]++;
  for (let pass = 0; pass < passes; pass++) leaving[pass + 1] += leaving[pass];
  const fill = leaving.slice(0, passes);
  const byFrom = new Int32Array(from.length);
  const open = new Int32Array(passes);
  from.forEach((pass, t) => {
    byFrom[fill[pass]++] = t;
    open[to[t]]++;
  });
  const rows: number[][] = Array.from({ length: problem.devices }, () => []);
  const next = Int32Array.from({ length: problem.devices }, (_, device) => order.offsets[device * problem.streams]);
  let left = passes;
  for (let moved = true; moved && left > 0; ) {
    moved = false;
    for (let device = 0; device < problem.devices; device++) {
      if (next[device] >= order.offsets[device * problem.streams + 1]) continue;
      const pass = order.passes[next[device]];
      if (open[pass] > 0) continue;
      rows[device].push(pass);
      next[device]++;
      left--;
      moved = true;
      for (let w = leaving[pass]; w < leaving[pass + 1]; w++) {
        const t = byFrom[w];
        open[to[t]]--;
        const there = deviceOf(to[t]);
        if (there === device) continue;
        rows[device].push(-1 - 2 * t);
        rows[there].push(-2 - 2 * t);
      }
    }
  }
  if (left > 0) return null;
  const offsets = [0];
  for (const row of rows) offsets.push(offsets[offsets.length - 1] + row.length);
  const steps = new Int32Array(offsets[problem.devices]);
  rows.forEach((row, device) => {
    steps.set(row, offsets[device]);
  });
  return { offsets: Int32Array.from(offsets), steps };
}

/** The place of each pass in a sequence of all. */
export function timesOf(sequence: Int32Array): Int32Array {
  const times = new Int32Array(sequence.length);
  sequence.forEach((pass, at) => {
    times[pass] = at;
  });
  return times;
}
