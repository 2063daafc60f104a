// Lifespans: a bar for each hold of each microbatch, from the pass that takes it to the end of the pass that frees it.
// As many lie above each other at a time as the device holds at that time.
import { amount } from "../amount.ts";
import { type Lifespan, lifespansOf } from "../held.ts";
import type { Kinds, PictureInput } from "../picture.ts";
import { at, type Frame, inside } from "./frame.ts";
import { classOf } from "./style.ts";
import { escaped, px } from "./text.ts";

export interface Bars {
  readonly bars: readonly (Lifespan & { readonly lane: number })[];
  readonly lanes: number;
}

/** The bars of a device; each in the first lane that is free. */
export function barsOf(input: PictureInput, device: number, frame: Frame): Bars {
  const free: number[] = [];
  const bars = lifespansOf(input, device)
    .filter(({ from, to }) => inside(frame, from, to))
    .map((one) => {
      const found = free.findIndex((end) => end <= one.from);
      const lane = found < 0 ? free.length : found;
      free[lane] = one.to;
      return { ...one, lane };
    });
  return { bars, lanes: free.length };
}

export const laneHeight = (lanes: number): number => (lanes <= 12 ? 9 : lanes <= 40 ? 4 : 2);

export function lifespanBars(input: PictureInput, { bars, lanes }: Bars, kinds: Kinds, frame: Frame, y: number): string {
  const { problem, nodes } = input;
  const height = laneHeight(lanes);
  return bars
    .map(({ microbatch, node, from, to, lane }) => {
      const kind = classOf(kinds.list[kinds.of(microbatch * problem.nodes + node)]);
      const [left, end] = [at(frame, Math.max(from, frame.from)), at(frame, Math.min(to, frame.to))];
      const top = y + lane * height;
      const words = `${nodes[node].label} of microbatch ${microbatch} is held from ${amount(from, problem.ticksPerUnit)} to ${amount(to, problem.ticksPerUnit)}`;
      const bar = `<rect class="k-${kind}" x="${px(left)}" y="${px(top)}" width="${px(Math.max(0.6, end - left - 1))}" height="${height - (height > 3 ? 1 : 0.4)}"><title>${escaped(words)}</title></rect>`;
      const text = `${microbatch}`;
      return height < 9 || end - left < 6 + 5 * text.length
        ? bar
        : `${bar}<text class="n-${kind}" font-size="7" x="${px(left + 2)}" y="${px(top + 6.6)}">${text}</text>`;
    })
    .join("");
}
