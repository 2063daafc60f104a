// Memory over time: a curve under each device, or, with many devices, one panel with the most and the least that any of them holds.
import { amount, roundSteps, short } from "../amount.ts";
import { columnsOf, type Held, heldOver, peakOf } from "../held.ts";
import type { PictureInput } from "../picture.ts";
import { at, type Frame } from "./frame.ts";
import { px } from "./text.ts";

const right = ({ left, width }: Frame): number => left + width;

/** The curve of one device. `most` (parts) fills the height. */
export function deviceCurve(held: Held, frame: Frame, y: number, height: number, most: number, cap: number, partsPerUnit: number): string {
  const foot = y + height;
  const level = (parts: number): string => px(foot - (Math.min(parts, most) / most) * height);
  const peak = peakOf(held);
  const exact = held.time.length <= 2 * frame.width;
  const columns = Math.floor(frame.width);
  const points: (readonly [number, number])[] = exact
    ? Array.from(held.time, (time, i) => [Math.max(frame.from, time), held.held[i]])
    : Array.from(columnsOf(held, frame.from, frame.to, columns), (own, i) => [frame.from + ((frame.to - frame.from) * i) / columns, own]);
  let d = `M${px(frame.left)} ${px(foot)}`;
  let before = "";
  points.forEach(([tick, own], i) => {
    if (tick > frame.to || (i + 1 < points.length && points[i + 1][0] <= frame.from)) return;
    const next = level(own);
    if (next !== before) d += `H${px(at(frame, tick))}V${next}`;
    before = next;
  });
  d += `H${px(right(frame))}V${px(foot)}Z`;
  const caption = `<text class="soft" x="${px(right(frame) + 8)}" y="${px(foot - height / 2 + 4)}">peak ${amount(peak, partsPerUnit)}</text>`;
  return `<path class="held" d="${d}"/>${capLine(frame, cap, most, level)}${caption}`;
}

function capLine(frame: Frame, cap: number, most: number, level: (parts: number) => string): string {
  if (!Number.isFinite(cap) || cap > most) return "";
  return `<path class="cap" d="M${px(frame.left)} ${level(cap)}H${px(right(frame))}"/>`;
}

export interface MemoryPanel {
  readonly y: number;
  readonly height: number;
  readonly devices: readonly number[];
  /** Parts that fill the height. */
  readonly most?: number;
}

/** One panel for all devices: the most that any holds as a curve, the least as the lower edge of the band. */
export function memoryPanel(input: PictureInput, frame: Frame, { y, height, devices, most: full }: MemoryPanel): string {
  const { problem } = input;
  const columns = Math.max(1, Math.floor(frame.width / 2));
  const most = new Float64Array(columns);
  const least = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  let [peak, peaking] = [0, devices[0] ?? 0];
  for (const device of devices) {
    const held = heldOver(input, device);
    const own = columnsOf(held, frame.from, frame.to, columns);
    for (let i = 0; i < columns; i++) {
      most[i] = Math.max(most[i], own[i]);
      least[i] = Math.min(least[i], own[i]);
    }
    if (peakOf(held) > peak) [peak, peaking] = [peakOf(held), device];
  }
  const cap = devices.reduce((lowest, device) => Math.min(lowest, problem.cap[device]), Number.POSITIVE_INFINITY);
  const top = full ?? Math.max(peak, Number.isFinite(cap) ? cap : 0, 1);
  const foot = y + height;
  const level = (parts: number): string => px(foot - (parts / top) * height);
  const area = (levels: Float64Array, name: string): string => {
    let d = `M${px(frame.left)} ${px(foot)}`;
    let before = "";
    levels.forEach((own, i) => {
      const next = level(Number.isFinite(own) ? own : 0);
      if (next !== before) d += `H${px(frame.left + (frame.width * i) / columns)}V${next}`;
      before = next;
    });
    return `<path class="${name}" d="${d}H${px(right(frame))}V${px(foot)}Z"/>`;
  };
  const marks = roundSteps(0, top / problem.partsPerUnit, 3).map((unit) => {
    const line = level(unit * problem.partsPerUnit);
    return `<path class="grid" d="M${px(frame.left)} ${line}H${px(right(frame))}"/><text class="soft" text-anchor="end" x="${px(frame.left - 8)}" y="${px(Number(line) + 4)}">${short(unit)}</text>`;
  });
  const caption = `memory: the most and the least that any device holds; peak ${amount(peak, problem.partsPerUnit)} on device ${peaking}`;
  const capText = Number.isFinite(cap)
    ? `<text class="captext" x="${px(right(frame) + 8)}" y="${px(Number(level(cap)) + 4)}">cap ${amount(cap, problem.partsPerUnit)}</text>`
    : "";
  return [
    ...marks,
    area(most, "held"),
    area(least, "least"),
    capLine(frame, cap, top, level),
    capText,
    `<text class="soft" x="${px(frame.left)}" y="${px(y - 6)}">${caption}</text>`,
  ].join("");
}
