// The adaptive scheduler: for a memory limit, all building blocks of offsets up to four slots, each repeated and its start and end filled within
// the limit; the first one whose order has the least span.

import { fraction } from "../../src/fraction/index.ts";
import type { Order } from "../../src/kernel/index.ts";
import { type Elaborated, elaboratePipeline } from "../../src/language/elaborate/pipeline.ts";
import { load } from "../../src/language/program.ts";
import { folded } from "../../src/schedule/index.ts";
import { fill } from "../../src/search/construct/fill.ts";
import { mirrored } from "../../src/search/construct/mirror.ts";
import { type Constructed, settle } from "../../src/search/construct/settle.ts";
import { type Shop, shop } from "../../src/search/construct/shop.ts";
import { allOffsets, interval, type Offsets, peakOf, type Starts, startsOf } from "./offsets.ts";

export interface Instance {
  readonly devices: number;
  readonly microbatches: number;
  /** Half microbatches that a device may hold. */
  readonly limit: number;
}

export interface Adapted {
  readonly offsets: Offsets;
  /** Of the block as it stands, repeated and moved as early as its order allows, and once its start and end are filled. */
  readonly before: number;
  readonly span: number;
  /** What each device runs, as a schedule's body. */
  readonly runs: string;
  /** Blocks that hold just the limit, up to and with this one. */
  readonly tried: number;
}

/** 6m + 6p - 3k - 1, and no less than the work: nothing shorter is known, so the search ends there. */
export const leastKnown = ({ devices, microbatches, limit }: Instance): number =>
  Math.max(interval * microbatches, interval * (microbatches + devices) - 3 * limit - 1);

/** The V placement with a cap, laid out for `fill`. */
interface World {
  readonly elaborated: Elaborated;
  readonly ahead: Shop;
  readonly back: Shop;
}

export function worldOf({ devices, microbatches, limit }: Instance): World {
  const text = `pipeline V(p) {
  devices p
  stages s in 0..2p-1 on device min(s, 2p-1-s)
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1/2 from F[s] to W[s]
  cap ${limit}/2
}
`;
  const pipeline = load({ path: "adaptive.pipe", text }).program.pipelines.get("V");
  if (pipeline === undefined) throw new Error("the V placement is not there");
  const elaborated = elaboratePipeline(pipeline, [fraction.rational(devices)], undefined, microbatches);
  const [ahead, back] = [shop(elaborated.problem), shop(mirrored(elaborated.problem))];
  if (ahead === null || back === null) throw new Error("the V placement waits for itself");
  return { elaborated, ahead, back };
}

/** The order of a block that repeats. */
export function repeatedOrder({ elaborated: { nodes, problem } }: World, { F, B, W }: Starts): Order {
  const families = new Map(Object.entries({ F, B, W }));
  const at = (pass: number): number => {
    const { family, indices } = nodes[pass % nodes.length];
    return (families.get(family.name.text)?.[indices[0]] ?? 0) + interval * Math.floor(pass / nodes.length);
  };
  const lists: number[][] = Array.from({ length: problem.devices }, () => []);
  for (let pass = 0; pass < nodes.length * problem.microbatches; pass++) lists[problem.routes[0].device[pass % nodes.length]].push(pass);
  let length = 0;
  const offsets = Int32Array.from([0, ...lists.map((list) => (length += list.length))]);
  return { offsets, passes: Int32Array.from(lists.flatMap((list) => list.sort((a, b) => at(a) - at(b)))) };
}

/** A schedule of this order that the kernel has replayed, with the least span; null if it passes the limit. */
export const timed = ({ ahead }: World, order: Order): Constructed | null => settle(ahead, "span", { order, start: new Float64Array() });

/** Null where no block holds just the limit. */
export function adapt(instance: Instance): Adapted | null {
  const { devices, limit } = instance;
  const world = worldOf(instance);
  let best: { readonly offsets: Offsets; readonly starts: Starts; readonly filled: Constructed; readonly tried: number } | null = null;
  let tried = 0;
  for (const offsets of allOffsets(devices, 4)) {
    const starts = startsOf(devices, offsets);
    if (starts === null || peakOf(devices, starts) !== limit) continue;
    tried++;
    const filled = timed(world, fill(world.ahead, world.back, repeatedOrder(world, starts), "span"));
    if (filled !== null && (best === null || filled.value < best.filled.value)) best = { offsets, starts, filled, tried };
    if (best !== null && best.filled.value <= leastKnown(instance)) break;
  }
  if (best === null) return null;
  const { offsets, starts, filled } = best;
  const { problem } = world.elaborated;
  const lists = Array.from({ length: devices }, (_, d) =>
    filled.schedule.order.passes.subarray(filled.schedule.order.offsets[d], filled.schedule.order.offsets[d + 1]),
  );
  const words = lists.map((list) => Array.from(list, (pass) => world.elaborated.nodes[pass % problem.nodes].label));
  return {
    offsets,
    before: timed(world, repeatedOrder(world, starts))?.value ?? Number.NaN,
    span: filled.value,
    runs: words.map((own, d) => `  device ${d} runs ${folded(own)}`).join("\n"),
    tried: best.tried,
  };
}
