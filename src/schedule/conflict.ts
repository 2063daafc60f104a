// What is wrong with a schedule or an order, to be shown: of several conflicts the one that happens first. That something is wrong at all is
// the kernel's word; this finds out what.
import { type Order, type Problem, replay, routeFor, type Schedule } from "../kernel/index.ts";

/** Why a schedule is not valid. Passes are `microbatch * nodes + node`, times are ticks. */
export type Conflict =
  | Misplaced
  | { readonly kind: "unplaced"; readonly pass: number }
  | { readonly kind: "overlap"; readonly first: number; readonly second: number; readonly device: number; readonly time: number }
  | { readonly kind: "early"; readonly pass: number; readonly needs: number; readonly time: number; readonly ready: number }
  | { readonly kind: "hold"; readonly from: number; readonly to: number }
  | { readonly kind: "memory"; readonly device: number; readonly time: number; readonly held: number; readonly cap: number };
export type Misplaced =
  | { readonly kind: "missing"; readonly pass: number }
  | { readonly kind: "twice"; readonly pass: number }
  | { readonly kind: "elsewhere"; readonly pass: number; readonly device: number };

/** Why an order does not have every pass once, on the list of its own device and stream; null: it does. */
export function misplaced({ nodes, streams, devices, microbatches, ...problem }: Problem, { offsets, passes }: Order): Misplaced | null {
  const seen = new Uint8Array(nodes * microbatches);
  for (let list = 0; list < devices * streams; list++) {
    const device = Math.floor(list / streams);
    for (let at = offsets[list]; at < offsets[list + 1]; at++) {
      const pass = passes[at];
      if (!(pass >= 0 && pass < seen.length)) return { kind: "elsewhere", pass, device };
      if (seen[pass] === 1) return { kind: "twice", pass };
      seen[pass] = 1;
      const route = problem.routes[problem.routeOf === null ? 0 : problem.routeOf[Math.floor(pass / nodes)]];
      const node = pass % nodes;
      if (route.device[node] !== device || route.stream[node] !== list - device * streams) return { kind: "elsewhere", pass, device };
    }
  }
  const pass = seen.indexOf(0);
  return pass < 0 ? null : { kind: "missing", pass };
}

/** The first conflict of a schedule; null: there is none. Cost: linear. */
export function firstConflict(problem: Problem, schedule: Schedule): Conflict | null {
  for (const look of [(): Conflict | null => misplaced(problem, schedule.order), unplaced, clash, reversed, overfull]) {
    const conflict = look(problem, schedule);
    if (conflict !== null) return conflict;
  }
  return null;
}

const when = (conflict: Conflict): number => ("time" in conflict ? conflict.time : 0);
const earlier = (a: Conflict | null, b: Conflict): Conflict => (a !== null && when(a) <= when(b) ? a : b);

function unplaced(problem: Problem, { start }: Schedule): Conflict | null {
  const pass = Array.from(start).findIndex((at, number) => {
    const end = at + routeFor(problem, Math.floor(number / problem.nodes)).duration[number % problem.nodes];
    return !(at >= 0 && Number.isSafeInteger(at) && Number.isSafeInteger(end));
  });
  return pass < 0 ? null : { kind: "unplaced", pass };
}

/** On each stream a pass starts when the one before it has ended; and when all that it needs has ended and, from another device, arrived. */
function clash(problem: Problem, { order, start }: Schedule): Conflict | null {
  const { nodes, streams, microbatches, send } = problem;
  let found: Conflict | null = null;
  for (let list = 0; list + 1 < order.offsets.length; list++) {
    for (let at = order.offsets[list] + 1; at < order.offsets[list + 1]; at++) {
      const [first, second] = [order.passes[at - 1], order.passes[at]];
      if (start[second] >= start[first] + routeFor(problem, Math.floor(first / nodes)).duration[first % nodes]) continue;
      const time = Math.max(start[first], start[second]);
      found = earlier(found, { kind: "overlap", first, second, device: Math.floor(list / streams), time });
    }
  }
  for (let microbatch = 0; microbatch < microbatches; microbatch++) {
    const { depStart, dep, duration, device } = routeFor(problem, microbatch);
    const base = microbatch * nodes;
    for (let node = 0; node < nodes; node++) {
      for (let e = depStart[node]; e < depStart[node + 1]; e++) {
        const time = start[base + node];
        const ready = start[base + dep[e]] + duration[dep[e]] + (device[dep[e]] === device[node] ? 0 : send);
        if (time < ready) found = earlier(found, { kind: "early", pass: base + node, needs: base + dep[e], time, ready });
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
      const [from, to] = [base + holdFrom[h], base + holdTo[h]];
      if (start[to] + duration[holdTo[h]] < start[from]) return { kind: "hold", from, to };
    }
  }
  return null;
}

/** Where a device holds more than its cap, at its peak. */
function overfull(problem: Problem, schedule: Schedule): Conflict | null {
  const replayed = replay({ ...problem, cap: problem.cap.map(() => Number.POSITIVE_INFINITY) }, schedule);
  if (replayed.kind === "invalid") return null;
  const { peakOf, peakAt } = replayed.measures;
  let found: Conflict | null = null;
  problem.cap.forEach((cap, device) => {
    if (peakOf[device] > cap) found = earlier(found, { kind: "memory", device, time: peakAt[device], held: peakOf[device], cap });
  });
  return found;
}
