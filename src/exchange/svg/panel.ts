// One schedule's part of a picture: its rows from above, with what belongs under each, and its memory.
import { amount } from "../amount.ts";
import { heldOver, peakOf } from "../held.ts";
import { durationOf, type Kind, type Kinds, type PictureInput, type Row, rowsOf, seenKinds } from "../picture.ts";
import { boxes, bubbleSpan, leastFont } from "./boxes.ts";
import { columnTicks, density, shares } from "./density.ts";
import { at, type Frame } from "./frame.ts";
import { hatched } from "./legend.ts";
import { barsOf, laneHeight, lifespanBars } from "./lifespans.ts";
import { deviceCurve, memoryPanel } from "./memory.ts";
import { escaped, px, widthOf } from "./text.ts";

/** Where memory is drawn: under each device, in one panel for all, or nowhere. */
export type MemoryStyle = "each" | "most" | "none";

export interface PanelOptions {
  readonly frame: Frame;
  readonly kinds: Kinds;
  readonly devices?: readonly number[];
  readonly memory: MemoryStyle | "auto";
  readonly lifespans: boolean;
  readonly marks?: ReadonlySet<number>;
  readonly hatch: string;
  /** Parts that fill the height of a memory curve; by default the most of any device, or its cap. */
  readonly most?: number;
}
export interface Drawn {
  readonly svg: string;
  /** Where the panel ends. */
  readonly bottom: number;
  readonly memory: MemoryStyle;
  readonly capped: boolean;
  /** Whether lifespans were drawn; with many passes they are not. */
  readonly lifespans: boolean;
  /** Whether heights are shares of the time, instead of a box for each pass. */
  readonly shares: boolean;
  /** What was painted: with thin rows the stages of a device look alike. */
  readonly kinds: readonly Kind[];
}

const mostBoxes = 9000;
const leastBox = 2.2; // pixels of a usual pass, below which shares say more than boxes
const mostWords = 2600; // passes that each say what they are
const mostRows = 256;
const mostBars = 4000;

/** The schedule from `top` on. */
export function panel(input: PictureInput, top: number, options: PanelOptions): Drawn {
  const { problem } = input;
  const { frame } = options;
  const rows = rowsOf(input, options.devices);
  const devices = options.devices ?? Array.from({ length: problem.devices }, (_, device) => device);
  const passes = rows.reduce((sum, row) => sum + row.passes.length, 0);
  const fine = passes <= mostBoxes && rows.length <= 128 && usual(input, rows) * frame.scale >= leastBox;
  const memory =
    options.memory === "auto" ? (holdsNothing(input) ? "none" : fine && devices.length <= 16 ? "each" : "most") : options.memory;
  const drawn = fine ? fineRows(input, rows, top, memory, options) : coarseRows(input, rows, top, options);
  let { svg, bottom } = drawn;
  if (memory !== "none" && !(fine && memory === "each")) {
    svg += memoryPanel(input, frame, { y: bottom + 26, height: 84, devices, most: options.most });
    bottom += 26 + 84;
  }
  const capped = memory !== "none" && devices.some((device) => Number.isFinite(problem.cap[device]));
  return { svg, bottom, memory, capped, lifespans: drawn.lifespans, shares: !fine, kinds: drawn.kinds };
}

/** The most that any device holds or may hold; at least 1. */
export const mostHeld = (input: PictureInput, devices?: readonly number[]): number =>
  rowsOf(input, devices).reduce((top, { device, stream }) => {
    const cap = input.problem.cap[device];
    return stream === 0 ? Math.max(top, peakOf(heldOver(input, device)), Number.isFinite(cap) ? cap : 0) : top;
  }, 1);

const holdsNothing = ({ problem }: PictureInput): boolean =>
  problem.always.every((own) => own === 0) && problem.routes.every(({ holdAmount }) => holdAmount.every((own) => own === 0));

/** The middle one of the passes' durations, by one microbatch of each route. */
function usual({ problem }: PictureInput, rows: readonly Row[]): number {
  const durations = problem.routes.flatMap(({ duration }) => [...duration]).filter((own) => own > 0);
  if (durations.length === 0 || rows.length === 0) return Number.POSITIVE_INFINITY;
  return durations.sort((a, b) => a - b)[Math.floor(durations.length / 2)];
}

type Rows = Pick<Drawn, "svg" | "bottom" | "lifespans" | "kinds">;

function fineRows(input: PictureInput, rows: readonly Row[], top: number, memory: MemoryStyle, options: PanelOptions): Rows {
  const { frame, kinds, hatch, marks } = options;
  const { problem, streams } = input;
  const height = rows.length <= 20 ? 22 : rows.length <= 40 ? 16 : 12;
  const widest = widthOf(`${Math.max(0, problem.microbatches - 1)}`, leastFont);
  const numbers = usual(input, rows) * frame.scale >= widest + 2;
  const words = rows.reduce((sum, { passes }) => sum + passes.length, 0) <= mostWords;
  const most = options.most ?? mostHeld(input, options.devices);
  const held = memory === "each" ? new Map(rows.map(({ device }) => [device, heldOver(input, device)])) : new Map();
  const bars = options.lifespans ? new Map(rows.map(({ device }) => [device, barsOf(input, device, frame)])) : new Map();
  const drawBars = [...bars.values()].reduce((sum, own) => sum + own.bars.length, 0) <= mostBars;
  const parts: string[] = [];
  let y = top;
  rows.forEach((row, i) => {
    const own = row.stream === 0;
    const name = own ? `${row.device}` : (streams[row.stream] ?? `${row.stream}`);
    parts.push(
      `<text class="${own ? "row" : "soft"}" text-anchor="end" x="${px(frame.left - 8)}" y="${px(y + height / 2 + 4)}">${escaped(name)}</text>`,
    );
    const span = bubbleSpan(input, row, frame);
    if (own && span !== null) parts.push(hatched(at(frame, span[0]), y, (span[1] - span[0]) * frame.scale, height, hatch));
    if (!own || span === null) parts.push(`<path class="base" d="M${px(frame.left)} ${px(y + height)}h${px(frame.width)}"/>`);
    parts.push(boxes(input, row, frame, { y, height, kinds, marks, words, numbers }));
    y += height + 3;
    if (rows[i + 1]?.device === row.device) return;
    const below = bars.get(row.device);
    if (drawBars && below !== undefined && below.lanes > 0) {
      parts.push(lifespanBars(input, below, kinds, frame, y));
      y += below.lanes * laneHeight(below.lanes) + 4;
    }
    const curve = held.get(row.device);
    if (curve !== undefined) {
      parts.push(deviceCurve(curve, frame, y, 22, most, problem.cap[row.device], problem.partsPerUnit));
      y += 22 + 9;
    } else if (height > 16) y += 3;
  });
  return { svg: parts.join(""), bottom: y, lifespans: options.lifespans && drawBars, kinds: seenKinds(input, kinds) };
}

function coarseRows(input: PictureInput, rows: readonly Row[], top: number, options: PanelOptions): Rows {
  const { frame, hatch } = options;
  const groups = grouped(rows);
  const height = Math.max(4, Math.min(30, Math.floor(760 / groups.length)));
  const kinds = height < 18 ? withoutChunks(options.kinds) : options.kinds;
  const gap = height >= 10 ? 2 : height >= 6 ? 1 : 0;
  const ticks = columnTicks(input, frame, groups.length, usual(input, rows));
  const every = Math.ceil(13 / (height + gap)); // rows between two labels that do not touch
  const parts: string[] = [];
  let y = top;
  groups.forEach((group, i) => {
    const { name, from, to, computes } = named(input, group, frame);
    if (i % every === 0)
      parts.push(
        `<text class="${computes ? "row" : "soft"}" text-anchor="end" x="${px(frame.left - 8)}" y="${px(y + Math.min(height / 2 + 4, height + 3))}">${escaped(name)}</text>`,
      );
    if (computes && to > from) parts.push(hatched(at(frame, from), y, (to - from) * frame.scale, height, hatch));
    if (!computes) parts.push(`<path class="base" d="M${px(frame.left)} ${px(y + height)}h${px(frame.width)}"/>`);
    parts.push(density(shares(input, group, kinds, frame, ticks), kinds, frame, ticks, y, height));
    y += height + gap;
  });
  return { svg: parts.join(""), bottom: y, lifespans: false, kinds: seenKinds(input, kinds) };
}

/** The same with one kind a family. */
function withoutChunks(kinds: Kinds): Kinds {
  const families = [...new Set(kinds.list.map(({ family }) => family))];
  const place = kinds.list.map(({ family }) => families.indexOf(family));
  return { list: families.map((family) => ({ family, chunk: 0, chunks: 1 })), of: (pass) => place[kinds.of(pass)] };
}

/** Neighbours of one stream together, so that no more than `mostRows` are left. */
function grouped(rows: readonly Row[]): Row[][] {
  const size = Math.ceil(rows.length / mostRows);
  if (size <= 1) return rows.map((row) => [row]);
  const streams = [...new Set(rows.map(({ stream }) => stream))].sort((a, b) => a - b);
  return streams.flatMap((stream) => {
    const own = rows.filter((row) => row.stream === stream);
    return Array.from({ length: Math.ceil(own.length / size) }, (_, i) => own.slice(i * size, (i + 1) * size));
  });
}

function named(input: PictureInput, group: readonly Row[], frame: Frame) {
  const [first] = group;
  const last = group.at(-1) ?? first;
  const devices = first.device === last.device ? `${first.device}` : `${first.device}\u2013${last.device}`;
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of group) {
    const span = bubbleSpan(input, row, frame);
    if (span !== null) [from, to] = [Math.min(from, span[0]), Math.max(to, span[1])];
  }
  return {
    name: first.stream === 0 ? devices : `${devices} ${input.streams[first.stream] ?? first.stream}`,
    from,
    to,
    computes: first.stream === 0,
  };
}

/** What a picture shows, in words: for those who do not see it. */
export function describe(input: PictureInput, end: number): string {
  const { problem, nodes } = input;
  const families = [...new Set(nodes.map(({ family }) => family))].join(", ");
  const total = `${problem.devices} devices, ${problem.microbatches} microbatches, passes ${families || "none"}, from 0 to ${amount(end, problem.ticksPerUnit)}.`;
  if (problem.devices > 16) return total;
  const each = rowsOf(input)
    .filter(({ stream }) => stream === 0)
    .map(({ device, passes }) => {
      const busy = passes.reduce((sum, pass) => sum + durationOf(problem, pass), 0);
      return `Device ${device}: ${passes.length} passes, busy ${amount(busy, problem.ticksPerUnit)}, peak memory ${amount(peakOf(heldOver(input, device)), problem.partsPerUnit)}.`;
    });
  return [total, ...each].join(" ");
}
