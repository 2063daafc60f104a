// Replays a schedule against its problem: is it valid, and what does it measure? The whole trust in finite claims lies here.
// Every condition of validity is one line marked `// condition`; the tests take each away and see something fail.
// Cost: linear in passes and dependencies, and what it takes to sort the passes of each stream and what happens to each device's memory.
import { type Rows, waits } from "./order.ts";
import { type Problem, routeFor, type Schedule } from "./problem.ts";

/** Times in ticks, memory in parts, each also by device. `busy` is the compute time of all devices together. */
export interface Measures {
  readonly passes: number;
  readonly makespan: number;
  readonly span: number;
  readonly busy: number;
  readonly peak: number;
  readonly peakOf: Float64Array;
  readonly peakAt: Float64Array;
  readonly spanOf: Float64Array;
  readonly busyOf: Float64Array;
}
export type Replayed = { readonly kind: "valid"; readonly measures: Measures } | { readonly kind: "invalid"; readonly reason: string };

const most = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0);

/** Validity and all measures, exactly. A schedule is what its start times say: on each stream the passes run in their order. */
export function replay(problem: Problem, { start }: Pick<Schedule, "start">): Replayed {
  const invalid = (reason: string): Replayed => ({ kind: "invalid", reason });
  const timed = timesOf(problem, start);
  if (timed === null) return invalid("a pass or a hold has no time"); // condition
  let early = false;
  waits(problem, rowsIn(problem, start), null, (before, after, lag) => {
    if (start[after] < start[before] + lag) early = true;
  });
  if (early) return invalid("a pass starts before what it waits for has ended"); // condition
  const { peakOf, peakAt } = peaks(problem, start);
  if (peakOf.some((held, device) => held > problem.cap[device])) return invalid("a device holds more than its cap"); // condition
  return { kind: "valid", measures: { ...timed, peak: most(peakOf), peakOf, peakAt } };
}

/** When each device begins and ends; null: something starts at no whole time from 0 on, or a hold ends before it begins. */
function timesOf(problem: Problem, start: Float64Array): Omit<Measures, "peak" | "peakOf" | "peakAt"> | null {
  const { nodes, devices, microbatches } = problem;
  const began = new Float64Array(devices).fill(Number.POSITIVE_INFINITY);
  const [ended, busyOf] = [new Float64Array(devices), new Float64Array(devices)];
  for (let j = 0; j < microbatches; j++) {
    const { device, stream, duration, holdFrom, holdTo } = routeFor(problem, j);
    const base = j * nodes;
    for (let node = 0; node < nodes; node++) {
      const [from, d] = [start[base + node], device[node]];
      const end = from + duration[node];
      if (!(from >= 0 && Number.isSafeInteger(from) && Number.isSafeInteger(end))) return null; // condition
      if (from < began[d]) began[d] = from;
      if (end > ended[d]) ended[d] = end;
      if (stream[node] === 0) busyOf[d] += duration[node];
    }
    for (let h = 0; h < holdFrom.length; h++) {
      if (start[base + holdTo[h]] + duration[holdTo[h]] < start[base + holdFrom[h]]) return null; // condition
    }
  }
  const makespan = Math.max(0, most(ended) - began.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY));
  const spanOf = ended.map((end, d) => Math.max(0, end - began[d]));
  return { passes: nodes * microbatches, makespan, span: most(spanOf), busy: busyOf.reduce((a, b) => a + b, 0), spanOf, busyOf };
}

/** Visits the numbers of the times in ascending order, of equal ones the lower first. Sorts plain numbers where one has room for both. */
function inOrder(times: Float64Array, visit: (i: number) => void): void {
  const count = times.length;
  if ((most(times) + 1) * count < Number.MAX_SAFE_INTEGER)
    for (const key of times.map((time, i) => time * count + i).sort()) visit(key - Math.floor(key / count) * count);
  else for (const i of Int32Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b)) visit(i);
}

/** The passes of each stream by start, of those that start together first those that take no time. */
export function rowsIn(problem: Problem, start: Float64Array): Rows {
  const { nodes, devices, streams, microbatches } = problem;
  const lists = Array.from({ length: devices * streams }, (): number[] => []);
  for (const instant of [true, false])
    for (let j = 0; j < microbatches; j++) {
      const { device, stream, duration } = routeFor(problem, j);
      for (let node = 0; node < nodes; node++)
        if ((duration[node] === 0) === instant) lists[device[node] * streams + stream[node]].push(j * nodes + node);
    }
  const [offsets, steps] = [new Int32Array(devices * streams + 1), new Int32Array(start.length)];
  lists.forEach((list, l) => {
    let at = offsets[l];
    const times = new Float64Array(list).map((pass) => start[pass]);
    inOrder(times, (i) => {
      steps[at++] = list[i];
    });
    offsets[l + 1] = at;
  });
  return { offsets, steps };
}

/** The most that each device holds, and when first. Intervals are half open: what ends at t frees before what starts at t takes. */
function peaks({ nodes, microbatches, routes, routeOf, always }: Problem, start: Float64Array) {
  const on = routes.map((): number[] => []); // first passes of the microbatches of each route
  for (let j = 0; j < microbatches; j++) on[routeOf === null ? 0 : routeOf[j]].push(j * nodes);
  const holds = Array.from(always, (): (readonly [route: number, hold: number])[] => []);
  for (const [r, { holdDevice }] of routes.entries()) for (const [h, device] of holdDevice.entries()) holds[device].push([r, h]);
  const [peakOf, peakAt] = [Float64Array.from(always), new Float64Array(always.length)];
  holds.forEach((own, device) => {
    const count = 2 * own.reduce((sum, [r]) => sum + on[r].length, 0);
    const [times, amounts] = [new Float64Array(count), new Float64Array(count)];
    let at = 0;
    for (const ends of [true, false])
      for (const [r, h] of own) {
        const { duration, holdFrom, holdTo, holdAmount } = routes[r];
        for (const base of on[r]) {
          times[at] = ends ? start[base + holdTo[h]] + duration[holdTo[h]] : start[base + holdFrom[h]];
          amounts[at++] = ends ? -holdAmount[h] : holdAmount[h];
        }
      }
    let held = always[device];
    inOrder(times, (event) => {
      held += amounts[event];
      if (held <= peakOf[device]) return;
      peakOf[device] = held;
      peakAt[device] = times[event];
    });
  });
  return { peakOf, peakAt };
}
