// What design part 1 says, by brute force and apart from the kernel (only its types are used): slow, and meant to be obvious.
// Every tick is looked at: who runs on each stream, what each device holds. Whole ticks suffice, since all times are whole.
import type { Order, Problem, Route, Schedule } from "../../src/kernel/index.ts";
import type { Conflict } from "../../src/schedule/index.ts";

export type Kind = Conflict["kind"];

/** An exact fraction in lowest terms. */
export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}
export function fraction(num: bigint, den: bigint): Fraction {
  let [a, b] = [num < 0n ? -num : num, den];
  while (b > 0n) [a, b] = [b, a % b];
  return a === 0n ? { num: 0n, den: 1n } : { num: num / a, den: den / a };
}

const route = (problem: Problem, microbatch: number): Route => problem.routes[problem.routeOf === null ? 0 : problem.routeOf[microbatch]];

export interface Pass {
  readonly id: number;
  readonly device: number;
  readonly stream: number;
  readonly duration: number;
  readonly needs: readonly number[];
}

/** Every pass of the problem, written out. */
export function passesOf(problem: Problem): Pass[] {
  const found: Pass[] = [];
  for (let j = 0; j < problem.microbatches; j++) {
    const { device, stream, duration, depStart, dep } = route(problem, j);
    for (let node = 0; node < problem.nodes; node++) {
      const needs = Array.from(dep.slice(depStart[node], depStart[node + 1]), (other) => j * problem.nodes + other);
      found.push({ id: j * problem.nodes + node, device: device[node], stream: stream[node], duration: duration[node], needs });
    }
  }
  return found;
}

interface Hold {
  readonly from: number;
  readonly to: number;
  readonly device: number;
  readonly amount: number;
}
export function holdsOf(problem: Problem): Hold[] {
  const found: Hold[] = [];
  for (let j = 0; j < problem.microbatches; j++) {
    const { holdFrom, holdTo, holdDevice, holdAmount } = route(problem, j);
    for (let h = 0; h < holdFrom.length; h++) {
      found.push({
        from: j * problem.nodes + holdFrom[h],
        to: j * problem.nodes + holdTo[h],
        device: holdDevice[h],
        amount: holdAmount[h],
      });
    }
  }
  return found;
}

/** The lists of an order, one for each device and stream. */
export const listsOf = ({ offsets, passes }: Order): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, i) => [...passes.slice(offsets[i], offsets[i + 1])]);

/** The order that start times alone suggest: each pass on its own stream, by start. */
export function inOrder(problem: Problem, start: ArrayLike<number>): Order {
  const lists: number[][] = Array.from({ length: problem.devices * problem.streams }, () => []);
  for (const pass of passesOf(problem)) lists[pass.device * problem.streams + pass.stream].push(pass.id);
  return orderFrom(lists.map((list) => list.sort((a, b) => start[a] - start[b] || a - b)));
}
export function orderFrom(lists: readonly (readonly number[])[]): Order {
  const offsets = Int32Array.from([0, ...lists.map((_, i) => lists.slice(0, i + 1).reduce((sum, list) => sum + list.length, 0))]);
  return { offsets, passes: Int32Array.from(lists.flat()) };
}
export const scheduleFrom = (problem: Problem, start: ArrayLike<number>): Schedule => ({
  order: inOrder(problem, start),
  start: Float64Array.from(start),
});

/** All kinds of things that are wrong with a schedule, each with the first time at which it is. Empty: valid. */
export function wrongs(problem: Problem, { order, start }: Schedule): Map<Kind, number> {
  const found = new Map<Kind, number>();
  const note = (kind: Kind, time: number): void => {
    found.set(kind, Math.min(time, found.get(kind) ?? Number.POSITIVE_INFINITY));
  };
  const passes = passesOf(problem);
  const lists = listsOf(order);
  for (const { id, device, stream } of passes) {
    const times = lists.flat().filter((other) => other === id).length;
    if (times === 0) note("missing", 0);
    if (times > 1) note("twice", 0);
    if (lists.some((list, i) => list.includes(id) && i !== device * problem.streams + stream)) note("elsewhere", 0);
    if (!Number.isInteger(start[id]) || start[id] < 0) note("unplaced", 0);
  }
  if (lists.flat().some((id) => id < 0 || id >= passes.length)) note("elsewhere", 0);
  if (found.size > 0) return found;

  const end = (id: number): number => start[id] + passes[id].duration;
  const horizon = Math.max(0, ...passes.map(({ id }) => end(id)));
  const holds = holdsOf(problem);
  for (let tick = 0; tick <= horizon; tick++) {
    for (const list of lists) {
      if (list.filter((id) => start[id] <= tick && tick < end(id)).length > 1) note("overlap", tick);
    }
    for (let device = 0; device < problem.devices; device++) {
      if (heldAt(problem, holds, start, end, device, tick) > problem.cap[device]) note("memory", tick);
    }
  }
  // A stream takes its passes in the order of its list.
  for (const list of lists)
    list.forEach((id, i) => {
      if (i > 0 && start[id] < start[list[i - 1]]) note("overlap", start[list[i - 1]]);
    });
  for (const { id, device, needs } of passes) {
    for (const other of needs) {
      if (start[id] < end(other) + (passes[other].device === device ? 0 : problem.send)) note("early", start[id]);
    }
  }
  for (const { from, to } of holds) if (end(to) < start[from]) note("hold", start[from]);
  return found;
}

function heldAt(
  problem: Problem,
  holds: readonly Hold[],
  start: ArrayLike<number>,
  end: (id: number) => number,
  device: number,
  tick: number,
): number {
  return holds.reduce(
    (sum, hold) => sum + (hold.device === device && start[hold.from] <= tick && tick < end(hold.to) ? hold.amount : 0),
    problem.always[device],
  );
}

export interface Measured {
  readonly makespan: Fraction;
  readonly span: Fraction;
  readonly spanOf: readonly Fraction[];
  readonly busy: Fraction;
  readonly busyOf: readonly Fraction[];
  readonly idle: Fraction;
  /** Null where the schedule takes no time. */
  readonly bubble: Fraction | null;
  readonly peak: Fraction;
  readonly peakOf: readonly Fraction[];
}

/** Every measure of design part 1, of a valid schedule. */
export function measures(problem: Problem, start: ArrayLike<number>): Measured {
  const passes = passesOf(problem);
  const holds = holdsOf(problem);
  const end = (id: number): number => start[id] + passes[id].duration;
  const time = (ticks: number): Fraction => fraction(BigInt(ticks), BigInt(problem.ticksPerUnit));
  const devices = Array.from({ length: problem.devices }, (_, device) => device);
  const on = (device: number): Pass[] => passes.filter((pass) => pass.device === device);
  const length = (some: readonly Pass[]): number =>
    some.length === 0 ? 0 : Math.max(...some.map(({ id }) => end(id))) - Math.min(...some.map(({ id }) => start[id]));
  const horizon = Math.max(0, ...passes.map(({ id }) => end(id)));
  const busyTicks = devices.map((device) => {
    let ticks = 0;
    for (let tick = 0; tick < horizon; tick++)
      if (on(device).some(({ id, stream }) => stream === 0 && start[id] <= tick && tick < end(id))) ticks++;
    return ticks;
  });
  const peaks = devices.map((device) => {
    let most = problem.always[device];
    for (let tick = 0; tick <= horizon; tick++) most = Math.max(most, heldAt(problem, holds, start, end, device, tick));
    return most;
  });
  const spans = devices.map((device) => length(on(device)));
  const span = BigInt(Math.max(...spans));
  const all = BigInt(busyTicks.reduce((a, b) => a + b, 0));
  const count = BigInt(problem.devices);
  const unit = BigInt(problem.ticksPerUnit);
  const parts = (amount: number): Fraction => fraction(BigInt(amount), BigInt(problem.partsPerUnit));
  return {
    makespan: time(length(passes)),
    span: fraction(span, unit),
    spanOf: spans.map(time),
    busy: fraction(all, count * unit),
    busyOf: busyTicks.map(time),
    idle: fraction(span * count - all, count * unit),
    bubble: span === 0n ? null : fraction(span * count - all, span * count),
    peak: parts(Math.max(...peaks)),
    peakOf: peaks.map(parts),
  };
}

/** Every choice of start times below the horizon, valid or not. */
export function* everyStart(passes: number, horizon: number): Generator<number[]> {
  if (passes === 0) {
    yield [];
    return;
  }
  for (const rest of everyStart(passes - 1, horizon)) for (let time = 0; time < horizon; time++) yield [...rest, time];
}

/** Every schedule that ends by the horizon and keeps streams and dependencies (memory is not looked at). */
export function* everySchedule(problem: Problem, horizon: number): Generator<number[]> {
  const passes = passesOf(problem);
  const sorted: Pass[] = [];
  while (sorted.length < passes.length) {
    const next = passes.find((pass) => !sorted.includes(pass) && pass.needs.every((id) => sorted.some((other) => other.id === id)));
    if (next === undefined) return;
    sorted.push(next);
  }
  const start: number[] = new Array<number>(passes.length).fill(0);
  function* place(i: number): Generator<number[]> {
    if (i === sorted.length) {
      yield [...start];
      return;
    }
    const pass = sorted[i];
    const ready = Math.max(
      0,
      ...pass.needs.map((id) => start[id] + passes[id].duration + (passes[id].device === pass.device ? 0 : problem.send)),
    );
    for (let time = ready; time + pass.duration <= horizon; time++) {
      const clash = sorted
        .slice(0, i)
        .some(
          (other) =>
            other.device === pass.device &&
            other.stream === pass.stream &&
            start[other.id] < time + pass.duration &&
            time < start[other.id] + other.duration,
        );
      if (clash) continue;
      start[pass.id] = time;
      yield* place(i + 1);
    }
  }
  yield* place(0);
}

/** The least start times that keep an order, by raising what is too early until nothing is; null: it never ends. */
export function leastStarts(problem: Problem, order: Order): number[] | null {
  const passes = passesOf(problem);
  const start: number[] = passes.map(() => 0);
  for (let round = 0; round <= passes.length; round++) {
    let changed = false;
    const raise = (id: number, time: number): void => {
      if (start[id] >= time) return;
      start[id] = time;
      changed = true;
    };
    for (const list of listsOf(order))
      list.forEach((id, i) => {
        if (i > 0) raise(id, start[list[i - 1]] + passes[list[i - 1]].duration);
      });
    for (const { id, device, needs } of passes)
      for (const other of needs) raise(id, start[other] + passes[other].duration + (passes[other].device === device ? 0 : problem.send));
    if (!changed) return start;
  }
  return null;
}

/** Whether "runs after" (needs, or earlier in a list) goes round in a circle. */
export function hasCycle(problem: Problem, order: Order): boolean {
  const before = passesOf(problem).map(({ needs }) => new Set(needs));
  for (const list of listsOf(order))
    list.forEach((id, i) => {
      if (i > 0) before[id].add(list[i - 1]);
    });
  const left = new Set(before.keys());
  for (;;) {
    const free = [...left].filter((id) => ![...before[id]].some((other) => left.has(other)));
    if (free.length === 0) return left.size > 0;
    for (const id of free) left.delete(id);
  }
}

// ---- problems and random numbers for the tests

export interface Rough {
  readonly devices: number;
  readonly streams?: number;
  readonly microbatches: number;
  /** Of one microbatch. */
  readonly passes: readonly {
    readonly device: number;
    readonly stream?: number;
    readonly duration?: number;
    readonly needs?: readonly number[];
  }[];
  readonly holds?: readonly { readonly from: number; readonly to: number; readonly device: number; readonly amount?: number }[];
  readonly send?: number;
  readonly always?: readonly number[];
  readonly cap?: readonly number[];
  readonly ticksPerUnit?: number;
  readonly partsPerUnit?: number;
}

export function problemFrom(rough: Rough): Problem {
  const { passes, holds = [], devices } = rough;
  const own: Route = {
    device: Int32Array.from(passes, (pass) => pass.device),
    stream: Int32Array.from(passes, (pass) => pass.stream ?? 0),
    duration: Float64Array.from(passes, (pass) => pass.duration ?? 1),
    depStart: Int32Array.from([
      0,
      ...passes.map((_, i) => passes.slice(0, i + 1).reduce((sum, pass) => sum + (pass.needs?.length ?? 0), 0)),
    ]),
    dep: Int32Array.from(passes.flatMap((pass) => [...(pass.needs ?? [])])),
    holdDevice: Int32Array.from(holds, (hold) => hold.device),
    holdFrom: Int32Array.from(holds, (hold) => hold.from),
    holdTo: Int32Array.from(holds, (hold) => hold.to),
    holdAmount: Float64Array.from(holds, (hold) => hold.amount ?? 1),
  };
  return {
    devices,
    streams: rough.streams ?? 1,
    microbatches: rough.microbatches,
    nodes: passes.length,
    routes: [own],
    routeOf: null,
    send: rough.send ?? 0,
    always: Float64Array.from(rough.always ?? new Array<number>(devices).fill(0)),
    cap: Float64Array.from(rough.cap ?? new Array<number>(devices).fill(Number.POSITIVE_INFINITY)),
    ticksPerUnit: rough.ticksPerUnit ?? 1,
    partsPerUnit: rough.partsPerUnit ?? 1,
  };
}

export interface Shape {
  readonly devices: number;
  readonly microbatches: number;
  readonly placement: "straight" | "V";
  /** Which passes each stage has: F; F and B; F, a copy O of it on another stream, and B. */
  readonly families: "F" | "FB" | "FOB";
  readonly forward?: number;
  readonly backward?: number;
  readonly send?: number;
  /** none; from F to B on their stage's device; from F to the copy, across streams; both. */
  readonly holds?: "none" | "within" | "across" | "both";
  readonly always?: number;
  readonly cap?: number;
}

/** A pipeline of the usual form, small. */
export function pipeline(shape: Shape): Problem {
  const { devices, placement, families, forward = 1, backward = 1, holds = "none" } = shape;
  const stages = placement === "V" ? 2 * devices : devices;
  const size = families.length;
  const at = (stage: number, family: number): number => stage * size + family;
  const passes: { device: number; stream: number; duration: number; needs: number[] }[] = [];
  const held: { from: number; to: number; device: number; amount: number }[] = [];
  for (let s = 0; s < stages; s++) {
    const device = Math.min(s, placement === "V" ? stages - 1 - s : s);
    passes.push({ device, stream: 0, duration: forward, needs: s > 0 ? [at(s - 1, 0)] : [] });
    if (families === "FOB") passes.push({ device, stream: 1, duration: 1, needs: [at(s, 0)] });
    if (families !== "F")
      passes.push({ device, stream: 0, duration: backward, needs: [at(s, 0), ...(s < stages - 1 ? [at(s + 1, size - 1)] : [])] });
    if (holds === "within" || holds === "both") held.push({ from: at(s, 0), to: at(s, size - 1), device, amount: 2 });
    if ((holds === "across" || holds === "both") && families === "FOB") held.push({ from: at(s, 0), to: at(s, 1), device, amount: 1 });
  }
  return problemFrom({
    devices,
    streams: families === "FOB" ? 2 : 1,
    microbatches: shape.microbatches,
    passes,
    holds: held,
    send: shape.send ?? 0,
    always: new Array<number>(devices).fill(shape.always ?? 0),
    cap: new Array<number>(devices).fill(shape.cap ?? Number.POSITIVE_INFINITY),
    ticksPerUnit: 3,
    partsPerUnit: 2,
  });
}

/** A generator of numbers from a seed (mulberry32): `below(n)` is 0..n-1. */
export function random(seed: number): { below(n: number): number; pick<T>(of: readonly T[]): T } {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
  return { below, pick: (of) => of[below(of.length)] };
}

/** A random problem: random placement, streams, durations, dependencies on earlier passes, holds forward along dependencies. */
export function randomProblem(seed: number, unequal = false): Problem {
  const { below, pick } = random(seed);
  const devices = 1 + below(4);
  const streams = 1 + below(2);
  const nodes = 2 + below(9);
  const microbatches = 1 + below(4);
  const rough = (): Rough => {
    const passes = Array.from({ length: nodes }, (_, i) => ({
      device: below(devices),
      stream: below(3) === 0 ? streams - 1 : 0,
      duration: 1 + below(4),
      needs: i === 0 ? [] : Array.from({ length: below(3) }, () => below(i)),
    }));
    const holds = Array.from({ length: below(5) }, () => {
      const from = below(nodes);
      const chain = [from];
      passes.forEach((pass, i) => {
        if (pass.needs.some((need) => chain.includes(need))) chain.push(i);
      });
      const to = pick(chain);
      return { from, to, device: below(4) === 0 ? below(devices) : passes[from].device, amount: 1 + below(3) };
    });
    return {
      devices,
      streams,
      microbatches,
      passes,
      holds,
      send: below(3),
      always: Array.from({ length: devices }, () => below(3)),
      ticksPerUnit: 1 + below(6),
      partsPerUnit: 1 + below(3),
    };
  };
  const first = problemFrom(rough());
  if (!unequal) return first;
  return {
    ...first,
    routes: [first.routes[0], problemFrom(rough()).routes[0]],
    routeOf: Int32Array.from({ length: microbatches }, () => below(2)),
  };
}

/** An order of a random valid run: passes whose needs have run, one after the other. */
export function randomOrder(problem: Problem, seed: number): Order {
  const { pick } = random(seed);
  const passes = passesOf(problem);
  const lists: number[][] = Array.from({ length: problem.devices * problem.streams }, () => []);
  const done = new Set<number>();
  while (done.size < passes.length) {
    const next = pick(passes.filter(({ id, needs }) => !done.has(id) && needs.every((other) => done.has(other))));
    done.add(next.id);
    lists[next.device * problem.streams + next.stream].push(next.id);
  }
  return orderFrom(lists);
}
