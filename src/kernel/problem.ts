// What has to run: the passes of one microbatch laid out on devices and streams, for each kind ("route") of microbatch.
// All times and amounts are whole numbers; the statement says how many ticks and parts make one unit.
// A pass is numbered `microbatch * nodes + node`.

/** One route through the devices. Arrays are indexed by node; `dep` is compressed: node n's are dep[depStart[n]..depStart[n+1]). */
export interface Route {
  readonly device: Int32Array;
  readonly stream: Int32Array;
  readonly duration: Float64Array;
  readonly depStart: Int32Array;
  readonly dep: Int32Array;
  /** Holds: `holdAmount[h]` on `holdDevice[h]` from the start of `holdFrom[h]` to the end of `holdTo[h]`. */
  readonly holdDevice: Int32Array;
  readonly holdFrom: Int32Array;
  readonly holdTo: Int32Array;
  readonly holdAmount: Float64Array;
}

export interface Problem {
  readonly devices: number;
  /** Streams of each device; stream 0 computes. */
  readonly streams: number;
  readonly microbatches: number;
  /** Passes of one microbatch. */
  readonly nodes: number;
  readonly routes: readonly Route[];
  /** Which route a microbatch takes; null: all take the first. */
  readonly routeOf: Int32Array | null;
  /** Ticks that a dependency between different devices costs on top. */
  readonly send: number;
  /** Amount held on each device for ever. */
  readonly always: Float64Array;
  /** Most that a device may hold; Infinity: no cap. */
  readonly cap: Float64Array;
  readonly ticksPerUnit: number;
  readonly partsPerUnit: number;
}

/** The passes in the order in which each stream takes them. Stream q of device d is list `d * streams + q`. */
export interface Order {
  readonly offsets: Int32Array;
  readonly passes: Int32Array;
}

export interface Schedule {
  readonly order: Order;
  /** Start of each pass in ticks. */
  readonly start: Float64Array;
}

export const routeFor = (problem: Problem, microbatch: number): Route =>
  problem.routes[problem.routeOf === null ? 0 : problem.routeOf[microbatch]];

/** Why a problem cannot be computed with safely, or null. Sums of times and amounts must stay exact in a double. */
export function unsafe(problem: Problem): string | null {
  let work = 0;
  let held = 0;
  for (const route of problem.routes) {
    const { duration, holdAmount, dep, device, holdDevice } = route;
    let time = problem.send * (dep.length + 1);
    for (const ticks of duration) {
      if (!Number.isSafeInteger(ticks) || ticks < 0) return "a duration is not a whole number of ticks from 0 to 2^53";
      time += ticks;
    }
    let amounts = 0;
    for (const parts of holdAmount) {
      if (!Number.isSafeInteger(parts) || parts < 0) return "an amount is not a whole number of parts from 0 to 2^53";
      amounts += parts;
    }
    const known = (node: number): boolean => node >= 0 && node < problem.nodes;
    if (device.length !== problem.nodes || duration.length !== problem.nodes) return "a route does not place every pass";
    if (!dep.every(known) || !route.holdFrom.every(known) || !route.holdTo.every(known))
      return "something refers to a pass that is not there";
    for (const d of device) if (d < 0 || d >= problem.devices) return "a pass is placed on a device that is not there";
    for (const d of holdDevice) if (d < 0 || d >= problem.devices) return "a hold is placed on a device that is not there";
    work = Math.max(work, time);
    held = Math.max(held, amounts);
  }
  if (!Number.isSafeInteger(problem.send) || problem.send < 0) return "`send` is not a whole number of ticks from 0 to 2^53";
  if (problem.cap.some(Number.isNaN)) return "a cap is not a number";
  if (problem.cap.length !== problem.devices || problem.always.length !== problem.devices) return "a device has no cap, or more than one"; // condition
  let always = 0;
  for (const parts of problem.always) {
    if (!Number.isSafeInteger(parts) || parts < 0) return "an amount is not a whole number of parts from 0 to 2^53";
    always = Math.max(always, parts);
  }
  // 4: head-room for sums of a start and a duration, and for busy time times devices.
  const scale = 4 * (problem.microbatches + 1) * (problem.devices + 1);
  if (work * scale >= Number.MAX_SAFE_INTEGER) return "the times add up to more than 2^53 ticks";
  if ((held * (problem.microbatches + 1) + always) * 4 >= Number.MAX_SAFE_INTEGER) return "the amounts add up to more than 2^53 parts";
  return null;
}
