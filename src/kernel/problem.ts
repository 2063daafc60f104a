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
export function unsafe({ devices, streams, microbatches, nodes, routes, routeOf, send, always, cap }: Problem): string | null {
  const exact = (values: Float64Array): boolean => values.every((one) => Number.isSafeInteger(one) && one >= 0);
  const below = (values: Int32Array, end: number): boolean => values.every((one) => one >= 0 && one < end);
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  let [work, held] = [0, 0];
  for (const { device, stream, duration, dep, holdDevice, holdFrom, holdTo, holdAmount } of routes) {
    if (!exact(duration) || !exact(holdAmount)) return "a duration or an amount is not a whole number from 0 to 2^53"; // condition
    if (device.length !== nodes || stream.length !== nodes || duration.length !== nodes) return "a route does not place every pass"; // condition
    if (!below(dep, nodes) || !below(holdFrom, nodes) || !below(holdTo, nodes)) return "something refers to a pass that is not there"; // condition
    if (!below(device, devices) || !below(stream, streams)) return "a pass is placed on a device or stream that is not there"; // condition
    if (!below(holdDevice, devices)) return "a hold is placed on a device that is not there"; // condition
    work = Math.max(work, sum(duration) + send * (dep.length + 1));
    held = Math.max(held, sum(holdAmount));
  }
  if (routeOf === null ? routes.length === 0 : !below(routeOf, routes.length)) return "a microbatch takes a route that is not there"; // condition
  if (!exact(Float64Array.of(send))) return "`send` is not a whole number of ticks from 0 to 2^53"; // condition
  if (cap.some(Number.isNaN)) return "a cap is not a number"; // condition
  if (cap.length !== devices || always.length !== devices) return "a device has no cap, or more than one"; // condition
  if (!exact(always)) return "an amount is not a whole number of parts from 0 to 2^53"; // condition
  // 4: head-room for sums of a start and a duration, and for busy time times devices.
  const scale = 4 * (microbatches + 1) * (devices + 1);
  if (work * scale >= Number.MAX_SAFE_INTEGER) return "the times add up to more than 2^53 ticks"; // condition
  const most = always.reduce((a, b) => Math.max(a, b), 0) + held * (microbatches + 1);
  if (most * 4 >= Number.MAX_SAFE_INTEGER) return "the amounts add up to more than 2^53 parts"; // condition
  return null;
}
