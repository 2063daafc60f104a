// Where things stand in a picture: the time axis in pixels, its labels and grid lines.
import { amount, roundSteps, short } from "../amount.ts";
import { px } from "./text.ts";

/** The time axis of one schedule: ticks to pixels. */
export interface Frame {
  readonly left: number;
  readonly width: number;
  /** Ticks shown. */
  readonly from: number;
  readonly to: number;
  /** Pixels a tick. */
  readonly scale: number;
  readonly ticksPerUnit: number;
}

export const at = ({ left, from, scale }: Frame, tick: number): number => left + (tick - from) * scale;

export const inside = ({ from, to }: Frame, begin: number, end: number): boolean =>
  begin < to && end > from ? true : begin === end && begin >= from && begin <= to;

/** Grid lines through top..bottom with their times above. The last end has its own label; others keep clear of it. */
export function axis(frame: Frame, end: number, top: number, bottom: number): string {
  const { from, to, ticksPerUnit, width } = frame;
  const last = at(frame, end);
  const parts: string[] = [];
  const labels = roundSteps(from / ticksPerUnit, to / ticksPerUnit, Math.max(2, Math.floor(width / 80)));
  for (const unit of labels) {
    const x = at(frame, unit * ticksPerUnit);
    parts.push(`<path class="grid" d="M${px(x)} ${px(top)}V${px(bottom)}"/>`);
    const near = end <= to && Math.abs(x - last) < 4 + 4 * (short(unit).length + amount(end, ticksPerUnit).length);
    if (!near) parts.push(`<text class="soft n" x="${px(x)}" y="${px(top - 6)}">${short(unit)}</text>`);
  }
  if (end > from && end <= to) {
    parts.push(`<path class="end" d="M${px(last)} ${px(top - 3)}V${px(bottom)}"/>`);
    parts.push(`<text class="note n" x="${px(last)}" y="${px(top - 6)}">${amount(end, ticksPerUnit)}</text>`);
  }
  return parts.join("");
}
