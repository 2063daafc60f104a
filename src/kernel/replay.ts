// Replays a schedule against its problem: is it valid, and what does it measure? The whole trust in finite claims lies here.
// Every condition of validity is one line marked `// condition`; the tests take each away and see something fail.
// Cost: linear in passes and dependencies (holds across streams sort their events).
import { type Problem, type Route, routeFor, type Schedule } from "./problem.ts";

/** Why a schedule is not valid. Passes are `microbatch * nodes + node`, times are ticks. */
export type Conflict =
  | { readonly kind: "missing"; readonly pass: number }
  | { readonly kind: "twice"; readonly pass: number }
  | { readonly kind: "elsewhere"; readonly pass: number; readonly device: number }
  | { readonly kind: "unplaced"; readonly pass: number }
  | { readonly kind: "overlap"; readonly first: number; readonly second: number; readonly device: number; readonly time: number }
  | { readonly kind: "early"; readonly pass: number; readonly needs: number; readonly time: number; readonly ready: number }
  | { readonly kind: "hold"; readonly from: number; readonly to: number }
  | { readonly kind: "memory"; readonly device: number; readonly time: number; readonly held: number; readonly cap: number };

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
export type Replayed = { readonly kind: "valid"; readonly measures: Measures } | { readonly kind: "invalid"; readonly conflict: Conflict };

/** Validity and all measures, exactly. Of several conflicts the one that happens first comes back. */
export function replay(problem: Problem, schedule: Schedule): Replayed {
  const listed = listing(problem, schedule);
  if (listed !== null) return { kind: "invalid", conflict: listed };
  const conflicts = [...overlaps(problem, schedule), ...dependencies(problem, schedule)];
  if (conflicts.length > 0) {
    conflicts.sort((a, b) => when(a) - when(b));
    return { kind: "invalid", conflict: conflicts[0] };
  }
  const memory = occupancy(problem, schedule);
  if ("kind" in memory) return { kind: "invalid", conflict: memory };
  return { kind: "valid", measures: measure(problem, schedule, memory) };
}

const when = (conflict: Conflict): number => ("time" in conflict ? conflict.time : 0);

/** Every pass stands once, on the list of its own device and stream, at a whole time. */
function listing(problem: Problem, { order, start }: Schedule): Conflict | null {
  const { nodes, streams, devices, microbatches } = problem;
  const seen = new Uint8Array(nodes * microbatches);
  for (let list = 0; list < devices * streams; list++) {
    const here = Math.floor(list / streams);
    const stream = list - here * streams;
    for (let at = order.offsets[list]; at < order.offsets[list + 1]; at++) {
      const pass = order.passes[at];
      if (!(pass >= 0 && pass < seen.length)) return { kind: "elsewhere", pass, device: here }; // condition
      if (seen[pass] === 1) return { kind: "twice", pass }; // condition
      seen[pass] = 1;
      const microbatch = Math.floor(pass / nodes);
      const route = routeFor(problem, microbatch);
      const node = pass - microbatch * nodes;
      if (route.device[node] !== here || route.stream[node] !== stream) return { kind: "elsewhere", pass, device: here }; // condition
    }
  }
  for (let pass = 0; pass < seen.length; pass++) {
    if (seen[pass] === 0) return { kind: "missing", pass }; // condition
    if (!(start[pass] >= 0 && Number.isSafeInteger(start[pass]))) return { kind: "unplaced", pass }; // condition
  }
  return null;
}

/** On each stream a pass starts when the one before it has ended. */
function overlaps(problem: Problem, { order, start }: Schedule): Conflict[] {
  const { nodes, streams, devices } = problem;
  for (let list = 0; list < devices * streams; list++) {
    let previous = -1;
    let ended = 0;
    for (let at = order.offsets[list]; at < order.offsets[list + 1]; at++) {
      const pass = order.passes[at];
      const microbatch = Math.floor(pass / nodes);
      if (previous >= 0 && start[pass] < ended) {
        return firstOverlap(problem, { order, start }); // condition
      }
      previous = pass;
      ended = start[pass] + routeFor(problem, microbatch).duration[pass - microbatch * nodes];
    }
  }
  return [];
}

/** The overlap that happens first, over all streams. */
function firstOverlap(problem: Problem, { order, start }: Schedule): Conflict[] {
  const { nodes, streams, devices } = problem;
  let found: Conflict | null = null;
  for (let list = 0; list < devices * streams; list++) {
    for (let at = order.offsets[list] + 1; at < order.offsets[list + 1]; at++) {
      const [first, second] = [order.passes[at - 1], order.passes[at]];
      const microbatch = Math.floor(first / nodes);
      const ended = start[first] + routeFor(problem, microbatch).duration[first - microbatch * nodes];
      const time = Math.max(start[first], start[second]);
      if (start[second] >= ended || (found !== null && when(found) <= time)) continue;
      found = { kind: "overlap", first, second, device: Math.floor(list / streams), time };
    }
  }
  return found === null ? [] : [found];
}

/** A pass starts when all that it needs has ended and, from another device, arrived. */
function dependencies(problem: Problem, { start }: Schedule): Conflict[] {
  const { nodes, microbatches, send } = problem;
  let found: Conflict | null = null;
  const lags = new Map<Route, Float64Array>();
  for (const route of problem.routes) lags.set(route, lag(route, send));
  for (let microbatch = 0; microbatch < microbatches; microbatch++) {
    const route = routeFor(problem, microbatch);
    const { depStart, dep } = route;
    const after = lags.get(route) ?? lag(route, send);
    const base = microbatch * nodes;
    for (let node = 0; node < nodes; node++) {
      const begins = start[base + node];
      for (let e = depStart[node]; e < depStart[node + 1]; e++) {
        const ready = start[base + dep[e]] + after[e];
        if (begins < ready && (found === null || begins < when(found))) {
          found = { kind: "early", pass: base + node, needs: base + dep[e], time: begins, ready }; // condition
        }
      }
    }
  }
  return found === null ? [] : [found];
}

function lag(route: Route, send: number): Float64Array {
  const after = new Float64Array(route.dep.length);
  for (let node = 0; node < route.device.length; node++) {
    for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) {
      const other = route.dep[e];
      after[e] = route.duration[other] + (route.device[other] === route.device[node] ? 0 : send);
    }
  }
  return after;
}

interface Occupancy {
  readonly peakOf: Float64Array;
  readonly peakAt: Float64Array;
}

/** The most that each device holds, and when first. Intervals are half open: what ends at t frees before what starts at t takes. */
function occupancy(problem: Problem, schedule: Schedule): Occupancy | Conflict {
  const peakOf = Float64Array.from(problem.always);
  const peakAt = new Float64Array(problem.devices);
  const wrong = problem.routes.every(inOneStream) ? walk(problem, schedule, peakOf, peakAt) : sweep(problem, schedule, peakOf, peakAt);
  if (wrong !== null) return wrong;
  let found: Conflict | null = null;
  for (let device = 0; device < problem.devices; device++) {
    if (peakOf[device] > problem.cap[device] && (found === null || peakAt[device] < when(found))) {
      found = { kind: "memory", device, time: peakAt[device], held: peakOf[device], cap: problem.cap[device] }; // condition
    }
  }
  return found ?? { peakOf, peakAt };
}

/** Each hold begins and ends on one stream of its own device, and takes some time to do so. */
function inOneStream(route: Route): boolean {
  for (let h = 0; h < route.holdFrom.length; h++) {
    const [from, to, device] = [route.holdFrom[h], route.holdTo[h], route.holdDevice[h]];
    if (route.device[from] !== device || route.device[to] !== device || route.stream[from] !== route.stream[to]) return false;
    if (route.stream[from] !== 0 || route.duration[from] === 0 || route.duration[to] === 0) return false;
  }
  return true;
}

/** The usual case: the events of a device come in the order of its compute stream, so nothing is sorted. */
function walk(problem: Problem, { order, start }: Schedule, peakOf: Float64Array, peakAt: Float64Array): Conflict | null {
  const { nodes, streams, devices, routeOf } = problem;
  const takes = problem.routes.map((route) => amounts(route, nodes, route.holdFrom));
  const frees = problem.routes.map((route) => amounts(route, nodes, route.holdTo));
  const wrong = reversed(problem, start);
  if (wrong !== null) return wrong;
  for (let device = 0; device < devices; device++) {
    let held = problem.always[device];
    let most = held;
    const list = device * streams;
    for (let at = order.offsets[list]; at < order.offsets[list + 1]; at++) {
      const pass = order.passes[at];
      const microbatch = Math.floor(pass / nodes);
      const node = pass - microbatch * nodes;
      const route = routeOf === null ? 0 : routeOf[microbatch];
      held += takes[route][node];
      if (held > most) {
        most = held;
        peakAt[device] = start[pass];
      }
      held -= frees[route][node];
    }
    peakOf[device] = most;
  }
  return null;
}

function amounts(route: Route, nodes: number, at: Int32Array): Float64Array {
  const sum = new Float64Array(nodes);
  for (let h = 0; h < at.length; h++) sum[at[h]] += route.holdAmount[h];
  return sum;
}

/** A hold whose end comes before its start. */
function reversed(problem: Problem, start: Float64Array): Conflict | null {
  for (let microbatch = 0; microbatch < problem.microbatches; microbatch++) {
    const { holdFrom, holdTo, duration } = routeFor(problem, microbatch);
    const base = microbatch * problem.nodes;
    for (let h = 0; h < holdFrom.length; h++) {
      const [from, to] = [base + holdFrom[h], base + holdTo[h]];
      if (start[to] + duration[holdTo[h]] < start[from]) return { kind: "hold", from, to }; // condition
    }
  }
  return null;
}

/** The general case: events of all streams, sorted by time, those that free first. */
function sweep(problem: Problem, { start }: Schedule, peakOf: Float64Array, peakAt: Float64Array): Conflict | null {
  const wrong = reversed(problem, start);
  if (wrong !== null) return wrong;
  const events: { time: number; delta: number }[][] = Array.from({ length: problem.devices }, () => []);
  for (let microbatch = 0; microbatch < problem.microbatches; microbatch++) {
    const route = routeFor(problem, microbatch);
    const base = microbatch * problem.nodes;
    for (let h = 0; h < route.holdFrom.length; h++) {
      const [from, to, amount] = [route.holdFrom[h], route.holdTo[h], route.holdAmount[h]];
      const begin = start[base + from];
      const end = start[base + to] + route.duration[to];
      if (end === begin) continue; // an empty interval holds nothing
      events[route.holdDevice[h]].push({ time: begin, delta: amount }, { time: end, delta: -amount });
    }
  }
  for (let device = 0; device < problem.devices; device++) {
    events[device].sort((a, b) => a.time - b.time || a.delta - b.delta);
    let held = problem.always[device];
    for (const { time, delta } of events[device]) {
      held += delta;
      if (held > peakOf[device]) {
        peakOf[device] = held;
        peakAt[device] = time;
      }
    }
  }
  return null;
}

function measure(problem: Problem, { order, start }: Schedule, memory: Occupancy): Measures {
  const { nodes, streams, devices } = problem;
  const spanOf = new Float64Array(devices);
  const busyOf = new Float64Array(devices);
  let [first, last, busy, span, peak] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0];
  for (let device = 0; device < devices; device++) {
    let [began, ended] = [Number.POSITIVE_INFINITY, 0];
    for (let list = device * streams; list < (device + 1) * streams; list++) {
      for (let at = order.offsets[list]; at < order.offsets[list + 1]; at++) {
        const pass = order.passes[at];
        const microbatch = Math.floor(pass / nodes);
        const ticks = routeFor(problem, microbatch).duration[pass - microbatch * nodes];
        if (start[pass] < began) began = start[pass];
        if (start[pass] + ticks > ended) ended = start[pass] + ticks;
        if (list === device * streams) busyOf[device] += ticks;
      }
    }
    if (began < first) first = began;
    if (ended > last) last = ended;
    spanOf[device] = began > ended ? 0 : ended - began;
    busy += busyOf[device];
    if (spanOf[device] > span) span = spanOf[device];
    if (memory.peakOf[device] > peak) peak = memory.peakOf[device];
  }
  const makespan = first > last ? 0 : last - first;
  return { passes: nodes * problem.microbatches, makespan, span, busy, peak, ...memory, spanOf, busyOf };
}
