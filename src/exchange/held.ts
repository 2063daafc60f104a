// What each device holds over time, and how long each hold lasts: the memory curves and lifespans of the pictures.
// The kernel measures peaks itself; what is drawn here decides nothing.
import { type Problem, routeFor } from "../kernel/index.ts";
import { durationOf, type PictureInput } from "./picture.ts";

/** Piecewise constant: from `time[i]` (ticks) on `held[i]` (parts); the first time is 0. Times ascend strictly. */
export interface Held {
  readonly time: Float64Array;
  readonly held: Float64Array;
}

/** What one device holds. Cost: linear in the passes of the streams that its holds begin or end on. */
export function heldOver(input: PictureInput, device: number): Held {
  const { problem, schedule } = input;
  const { nodes, routeOf, streams } = problem;
  const { holds, takes, frees } = indexOf(problem);
  const own = holds[device] ?? [];
  const lists = new Set<number>();
  for (const [r, h] of own) {
    const { holdFrom, holdTo, holdAmount, device: place, stream } = problem.routes[r];
    takes[r][holdFrom[h]] += holdAmount[h];
    frees[r][holdTo[h]] += holdAmount[h];
    for (const node of [holdFrom[h], holdTo[h]]) lists.add(place[node] * streams + stream[node]);
  }
  const routeAt = (pass: number): number => (routeOf === null ? 0 : routeOf[Math.floor(pass / nodes)]);
  const start = (pass: number): number => schedule.start[pass];
  const end = (pass: number): number => schedule.start[pass] + durationOf(problem, pass);
  const series: Series[] = [];
  for (const list of lists) {
    const passes = schedule.order.passes.subarray(schedule.order.offsets[list], schedule.order.offsets[list + 1]);
    series.push(seriesOf(passes, start, (pass) => takes[routeAt(pass)][pass % nodes]));
    series.push(seriesOf(passes, end, (pass) => -frees[routeAt(pass)][pass % nodes]));
  }
  for (const [r, h] of own) {
    takes[r][problem.routes[r].holdFrom[h]] = 0;
    frees[r][problem.routes[r].holdTo[h]] = 0;
  }
  return merged(series, problem.always[device]);
}

/** The holds of each device as (route, hold), and room for amounts by node, zero between two uses: devices may be many, nodes too. */
interface Index {
  readonly holds: readonly (readonly (readonly [route: number, hold: number])[])[];
  readonly takes: readonly Float64Array[];
  readonly frees: readonly Float64Array[];
}
const indices = new WeakMap<Problem, Index>();

function indexOf(problem: Problem): Index {
  const known = indices.get(problem);
  if (known !== undefined) return known;
  const holds = Array.from({ length: problem.devices }, (): [number, number][] => []);
  problem.routes.forEach(({ holdDevice }, r) => {
    holdDevice.forEach((device, h) => {
      holds[device].push([r, h]);
    });
  });
  const room = (): Float64Array[] => problem.routes.map(() => new Float64Array(problem.nodes));
  const index = { holds, takes: room(), frees: room() };
  indices.set(problem, index);
  return index;
}

interface Series {
  readonly time: Float64Array;
  readonly delta: Float64Array;
}

function seriesOf(passes: Int32Array, timeOf: (pass: number) => number, deltaOf: (pass: number) => number): Series {
  let count = 0;
  for (const pass of passes) if (deltaOf(pass) !== 0) count++;
  const time = new Float64Array(count);
  const delta = new Float64Array(count);
  let [at, sorted] = [0, true];
  for (const pass of passes) {
    const own = deltaOf(pass);
    if (own === 0) continue;
    time[at] = timeOf(pass);
    delta[at] = own;
    if (at > 0 && time[at] < time[at - 1]) sorted = false;
    at++;
  }
  if (sorted) return { time, delta };
  // Only orders of invalid schedules are not by time.
  const order = Array.from(time.keys()).sort((a, b) => time[a] - time[b]);
  return { time: Float64Array.from(order, (i) => time[i]), delta: Float64Array.from(order, (i) => delta[i]) };
}

function merged(series: readonly Series[], always: number): Held {
  const most = series.reduce((sum, { time }) => sum + time.length, 1);
  const time = new Float64Array(most);
  const held = new Float64Array(most);
  const at = series.map(() => 0);
  held[0] = always;
  let last = 0;
  for (;;) {
    let now = Number.POSITIVE_INFINITY;
    series.forEach((one, s) => {
      if (at[s] < one.time.length && one.time[at[s]] < now) now = one.time[at[s]];
    });
    if (now === Number.POSITIVE_INFINITY) break;
    let after = held[last];
    series.forEach((one, s) => {
      while (at[s] < one.time.length && one.time[at[s]] === now) after += one.delta[at[s]++];
    });
    if (after === held[last]) continue;
    if (now > time[last]) last++;
    time[last] = now;
    held[last] = after;
  }
  return { time: time.subarray(0, last + 1), held: held.subarray(0, last + 1) };
}

/** The most that is held in each of `columns` equal parts of from..to. */
export function columnsOf({ time, held }: Held, from: number, to: number, columns: number): Float64Array {
  const most = new Float64Array(columns);
  const size = (to - from) / columns;
  for (let i = 0; i < time.length; i++) {
    const end = i + 1 < time.length ? time[i + 1] : to;
    if (end <= from || time[i] >= to) continue;
    const first = Math.max(0, Math.floor((time[i] - from) / size));
    const last = Math.min(columns - 1, Math.ceil((end - from) / size) - 1);
    for (let column = first; column <= last; column++) most[column] = Math.max(most[column], held[i]);
  }
  return most;
}

export const peakOf = ({ held }: Held): number => held.reduce((most, amount) => Math.max(most, amount), 0);

/** One hold of one microbatch: the node that takes it, and from when to when. */
export interface Lifespan {
  readonly microbatch: number;
  readonly node: number;
  readonly from: number;
  readonly to: number;
}

/** All holds of a device by start; empty ones are left out. */
export function lifespansOf({ problem, schedule: { start } }: PictureInput, device: number): Lifespan[] {
  const found: Lifespan[] = [];
  for (let microbatch = 0; microbatch < problem.microbatches; microbatch++) {
    const route = routeFor(problem, microbatch);
    const base = microbatch * problem.nodes;
    for (let h = 0; h < route.holdFrom.length; h++) {
      if (route.holdDevice[h] !== device) continue;
      const [from, to] = [start[base + route.holdFrom[h]], start[base + route.holdTo[h]] + route.duration[route.holdTo[h]]];
      if (to > from) found.push({ microbatch, node: route.holdFrom[h], from, to });
    }
  }
  return found.sort((a, b) => a.from - b.from || a.node - b.node);
}
