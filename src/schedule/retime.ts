// As early as possible in a given order: the least start times that keep each stream's order, the dependencies and `send`.
// Nothing here is believed: the kernel goes through the sequence again. Law: proofs/laws/squeezing.md. Cost grows linearly with passes and dependencies.
// An order that waits for itself, or that leaves out a pass somebody needs, has no start times: the circle of waits comes back.
import { type Order, type Problem, routeFor } from "../kernel/index.ts";

/** A wait: `pass` needs `needs`, which runs later on its own stream. */
export interface Wait {
  readonly pass: number;
  readonly needs: number;
}

export type Retimed =
  /** Starts, and the passes in a sequence in which they come to run. */
  | { readonly kind: "timed"; readonly start: Float64Array; readonly sequence: Int32Array }
  | { readonly kind: "deadlock"; readonly cycle: readonly Wait[] }
  | { readonly kind: "never"; readonly wait: Wait };

/** The order must list passes of the problem, each at most once and on its own stream (`replay` checks this). */
export function retime(problem: Problem, order: Order): Retimed {
  const { nodes, streams } = problem;
  const total = nodes * problem.microbatches;
  const start = new Float64Array(total).fill(-1);
  const sequence = new Int32Array(order.passes.length);
  let ran = 0;
  const lists = problem.devices * streams;
  const { offsets, passes } = order;
  const next = offsets.slice(0, lists);
  const free = new Float64Array(lists); // when the stream's last pass ends
  const waiter = new Int32Array(total).fill(-1); // the first stream that waits for a pass
  const also = new Int32Array(lists).fill(-1); // the next stream that waits for the same pass
  const work = new Int32Array(lists);
  let pending = lists;
  for (let list = 0; list < lists; list++) work[list] = lists - 1 - list;
  const microbatches = problem.routeOf;
  const single = problem.routes[0];
  while (pending > 0) {
    const list = work[--pending];
    let at = next[list];
    const end = offsets[list + 1];
    advance: while (at < end) {
      const pass = passes[at];
      const microbatch = Math.floor(pass / nodes);
      const base = microbatch * nodes;
      const node = pass - base;
      const route = microbatches === null ? single : problem.routes[microbatches[microbatch]];
      const { device, duration, depStart, dep } = route;
      const here = device[node];
      let earliest = free[list];
      for (let e = depStart[node]; e < depStart[node + 1]; e++) {
        const other = dep[e];
        const needed = base + other;
        const began = start[needed];
        if (began < 0) {
          also[list] = waiter[needed];
          waiter[needed] = list;
          break advance;
        }
        const ready = began + duration[other] + (device[other] === here ? 0 : problem.send);
        if (ready > earliest) earliest = ready;
      }
      start[pass] = earliest;
      sequence[ran++] = pass;
      free[list] = earliest + duration[node];
      at++;
      for (let woken = waiter[pass]; woken >= 0; ) {
        const following = also[woken];
        work[pending++] = woken;
        woken = following;
      }
      waiter[pass] = -1;
    }
    next[list] = at;
  }
  for (let list = 0; list < lists; list++) {
    if (next[list] < offsets[list + 1]) return circle(problem, order, next, start, list);
  }
  return { kind: "timed", start, sequence: sequence.subarray(0, ran) };
}

/** Follows what each blocked stream waits for until a stream comes up again. */
function circle(problem: Problem, order: Order, next: Int32Array, start: Float64Array, from: number): Retimed {
  const home = new Map<number, number>(); // pass -> its list, for passes that are still to come
  for (let list = 0; list < next.length; list++) {
    for (let at = next[list]; at < order.offsets[list + 1]; at++) home.set(order.passes[at], list);
  }
  const seen = new Map<number, number>();
  const waits: Wait[] = [];
  for (let list = from; ; ) {
    seen.set(list, waits.length);
    const pass = order.passes[next[list]];
    const microbatch = Math.floor(pass / problem.nodes);
    const base = microbatch * problem.nodes;
    const { depStart, dep } = routeFor(problem, microbatch);
    let needs = -1;
    for (let e = depStart[pass - base]; e < depStart[pass - base + 1]; e++) {
      if (start[base + dep[e]] < 0) {
        needs = base + dep[e];
        break;
      }
    }
    waits.push({ pass, needs });
    const other = home.get(needs);
    if (other === undefined) return { kind: "never", wait: { pass, needs } };
    const before = seen.get(other);
    if (before !== undefined) return { kind: "deadlock", cycle: waits.slice(before) };
    list = other;
  }
}

/** The circle pass by pass, as the kernel takes it: each waits for the one before it, the first for the last. */
export function circleOf({ passes }: Order, cycle: readonly Wait[]): number[] {
  // From the next wait's pass along its list to what is needed, and from there to the pass that needs it.
  return cycle
    .map(({ needs }, i) => {
      const next = cycle[(i + 1) % cycle.length].pass;
      return [...passes.subarray(passes.indexOf(next), passes.indexOf(needs) + 1)];
    })
    .reverse()
    .flat();
}

/** Of each pass its place in a sequence of all. */
export function placesOf(sequence: Int32Array): Int32Array {
  const places = new Int32Array(sequence.length);
  sequence.forEach((pass, at) => {
    places[pass] = at;
  });
  return places;
}
