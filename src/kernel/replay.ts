// Replays a schedule against its problem: is it valid, and what does it measure? The whole trust in finite claims lies here.
// Every condition of validity is one line marked `// condition`; the tests take each away and see something fail.
// Cost: linear in passes and dependencies (where holds cross streams, what happens on a device is sorted by time).
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
  for (const look of [listing, clash, reversed]) {
    const conflict = look(problem, schedule);
    if (conflict !== null) return { kind: "invalid", conflict };
  }
  const { peakOf, peakAt } = peaks(problem, schedule);
  let found: Conflict | null = null;
  for (let device = 0; device < problem.devices; device++) {
    const [held, time, cap] = [peakOf[device], peakAt[device], problem.cap[device]];
    if (held > cap) {
      found = earlier(found, { kind: "memory", device, time, held, cap }); // condition
    }
  }
  if (found !== null) return { kind: "invalid", conflict: found };
  return { kind: "valid", measures: { ...times(problem, schedule), peak: most(peakOf), peakOf, peakAt } };
}

const when = (conflict: Conflict): number => ("time" in conflict ? conflict.time : 0);
const earlier = (a: Conflict | null, b: Conflict): Conflict => (a !== null && when(a) <= when(b) ? a : b);
const most = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0);

/** Every pass stands once, on the list of its own device and stream, at a whole time. */
function listing(problem: Problem, { order, start }: Schedule): Conflict | null {
  const { nodes, streams, devices, microbatches } = problem;
  const seen = new Uint8Array(nodes * microbatches);
  for (let list = 0; list < devices * streams; list++) {
    const device = Math.floor(list / streams);
    for (let at = order.offsets[list]; at < order.offsets[list + 1]; at++) {
      const pass = order.passes[at];
      if (!(pass >= 0 && pass < seen.length)) return { kind: "elsewhere", pass, device }; // condition
      if (seen[pass] === 1) return { kind: "twice", pass }; // condition
      seen[pass] = 1;
      const microbatch = Math.floor(pass / nodes);
      const route = routeFor(problem, microbatch);
      const node = pass - microbatch * nodes;
      const end = start[pass] + route.duration[node];
      if (!(start[pass] >= 0 && Number.isSafeInteger(start[pass]) && Number.isSafeInteger(end))) return { kind: "unplaced", pass }; // condition
      if (route.device[node] !== device || route.stream[node] !== list - device * streams) return { kind: "elsewhere", pass, device }; // condition
    }
  }
  for (let pass = 0; pass < seen.length; pass++) {
    if (seen[pass] === 0) return { kind: "missing", pass }; // condition
  }
  return null;
}

/** For each dependency of a route: ticks from the start of what is needed to where the other may start. */
function lags({ depStart, dep, duration, device }: Route, send: number): Float64Array {
  const after = new Float64Array(dep.length);
  for (let node = 0; node < device.length; node++)
    for (let e = depStart[node]; e < depStart[node + 1]; e++) after[e] = duration[dep[e]] + (device[dep[e]] === device[node] ? 0 : send);
  return after;
}

const overlap = (first: number, second: number, device: number, start: Float64Array): Conflict => ({
  kind: "overlap",
  ...{ first, second, device, time: Math.max(start[first], start[second]) },
});
/** On each stream a pass starts when the one before it has ended; and when all that it needs has ended and, from another device, arrived. */
function clash(problem: Problem, { order, start }: Schedule): Conflict | null {
  const { nodes, streams, microbatches, send } = problem;
  let found: Conflict | null = null;
  for (let list = 0; list + 1 < order.offsets.length; list++) {
    for (let at = order.offsets[list] + 1; at < order.offsets[list + 1]; at++) {
      const first = order.passes[at - 1];
      const second = order.passes[at];
      const microbatch = Math.floor(first / nodes);
      if (start[second] < start[first] + routeFor(problem, microbatch).duration[first - microbatch * nodes]) {
        found = earlier(found, overlap(first, second, Math.floor(list / streams), start)); // condition
      }
    }
  }
  const after = new Map(problem.routes.map((route) => [route, lags(route, send)]));
  for (let microbatch = 0; microbatch < microbatches; microbatch++) {
    const route = routeFor(problem, microbatch);
    const { depStart, dep } = route;
    const lag = after.get(route) ?? lags(route, send);
    const base = microbatch * nodes;
    for (let node = 0; node < nodes; node++) {
      for (let e = depStart[node]; e < depStart[node + 1]; e++) {
        const time = start[base + node];
        const ready = start[base + dep[e]] + lag[e];
        if (time < ready) {
          found = earlier(found, { kind: "early", pass: base + node, needs: base + dep[e], time, ready }); // condition
        }
      }
    }
  }
  return found;
}

/** A hold whose end comes before its start. */
function reversed(problem: Problem, { start }: Schedule): Conflict | null {
  for (let microbatch = 0; microbatch < problem.microbatches; microbatch++) {
    const { holdFrom, holdTo, duration } = routeFor(problem, microbatch);
    const base = microbatch * problem.nodes;
    for (let h = 0; h < holdFrom.length; h++) {
      const from = base + holdFrom[h];
      const to = base + holdTo[h];
      if (start[to] + duration[holdTo[h]] < start[from]) return { kind: "hold", from, to }; // condition
    }
  }
  return null;
}

/** What the nodes of a route do to memory, those of node n from first[n] to first[n + 1]: they take at its start, or free (below 0) at its end. */
interface Effects {
  readonly first: Int32Array;
  readonly device: Int32Array;
  readonly amount: Float64Array;
}
function effects({ holdFrom, holdTo, holdDevice, holdAmount }: Route, nodes: number): Effects {
  const of: { device: number; amount: number }[][] = Array.from({ length: nodes }, () => []);
  holdAmount.forEach((amount, h) => {
    if (amount === 0) return; // what takes nothing would only stand between a beginning and an end at one time
    of[holdFrom[h]].unshift({ device: holdDevice[h], amount });
    of[holdTo[h]].push({ device: holdDevice[h], amount: -amount });
  });
  let length = 0;
  return {
    first: Int32Array.from([0, ...of.map((own) => (length += own.length))]),
    device: Int32Array.from(of.flat(), ({ device }) => device),
    amount: Float64Array.from(of.flat(), ({ amount }) => amount),
  };
}

/**
 * The most that each device holds, and when first. Intervals are half open: what ends at t frees before what starts at t takes. Where
 * holds keep to one stream, their beginnings and ends come in its order and nothing has to be sorted.
 */
function peaks(problem: Problem, { order, start }: Schedule): { readonly peakOf: Float64Array; readonly peakAt: Float64Array } {
  const { nodes, devices, microbatches, routes, routeOf } = problem;
  const of = routes.map((route) => effects(route, nodes));
  const length = new Int32Array(devices);
  for (let j = 0; j < microbatches; j++) for (const device of of[routeOf === null ? 0 : routeOf[j]].device) length[device]++;
  const time = Array.from(length, (events) => new Float64Array(events));
  const delta = Array.from(length, (events) => new Float64Array(events));
  const sorted = new Uint8Array(devices).fill(1);
  length.fill(0);
  for (let i = 0; i < order.passes.length; i++) {
    const pass = order.passes[i];
    const microbatch = Math.floor(pass / nodes);
    const route = routeOf === null ? 0 : routeOf[microbatch];
    const node = pass - microbatch * nodes;
    const own = of[route];
    for (let e = own.first[node]; e < own.first[node + 1]; e++) {
      const device = own.device[e];
      const amount = own.amount[e];
      const times = time[device];
      const at = length[device]++;
      times[at] = amount < 0 ? start[pass] + routes[route].duration[node] : start[pass];
      delta[device][at] = amount;
      if (at > 0 && (times[at] < times[at - 1] || (times[at] === times[at - 1] && amount < 0 && delta[device][at - 1] > 0)))
        sorted[device] = 0;
    }
  }
  const peakOf = Float64Array.from(problem.always);
  const peakAt = new Float64Array(devices);
  for (let device = 0; device < devices; device++) {
    const times = time[device];
    const deltas = delta[device];
    const turn = sorted[device] === 1 ? null : times.map((_, i) => i).sort((a, b) => times[a] - times[b] || deltas[a] - deltas[b]);
    let held = problem.always[device];
    for (let i = 0; i < times.length; i++) {
      const at = turn === null ? i : turn[i];
      held += deltas[at];
      if (held <= peakOf[device]) continue;
      peakOf[device] = held;
      peakAt[device] = times[at];
    }
  }
  return { peakOf, peakAt };
}

function times(problem: Problem, { order, start }: Schedule): Omit<Measures, "peak" | "peakOf" | "peakAt"> {
  const { nodes, streams, devices } = problem;
  const [spanOf, busyOf] = [new Float64Array(devices), new Float64Array(devices)];
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
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
    spanOf[device] = Math.max(0, ended - began);
  }
  const busy = busyOf.reduce((a, b) => a + b, 0);
  return { passes: nodes * problem.microbatches, makespan: Math.max(0, last - first), span: most(spanOf), busy, spanOf, busyOf };
}
