// Memory against bubble, every row of the table a numbered spot; the numbers are the table's. Lines: the least that there is for V and for the
// straight placement. Light and dark follow the reader's setting.
import { styleSheet, toneRules } from "../../src/exchange/svg/style.ts";
import { capOf, type Placement, worlds } from "../frontier/points.ts";
import type { SpanPoint } from "../frontier/spans.ts";
import type { Row } from "./rows.ts";

const [width, height] = [1000, 760];
const field = { left: 64, right: 690, top: 58, bottom: height - 48 };
const [mostMemory, mostBubble] = [8.6, 0.3];

const px = (value: number): string => value.toFixed(1).replace(/\.0$/, "");
const number = (exact: string): number => {
  const [num, den = "1"] = exact.split("/");
  return Number(num) / Number(den);
};
const x = (memory: number): number => field.left + (memory / mostMemory) * (field.right - field.left);
const y = (bubble: number): number => field.bottom - (Math.min(bubble, mostBubble) / mostBubble) * (field.bottom - field.top);

const hues: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  straight: ["#b3541e", "#f0955c"],
  loop: ["#4f8a10", "#a9cf5a"],
  V: ["#2a58bf", "#8db0f5"],
  waves: ["#0f7d78", "#5fd0c8"],
  "both ways": ["#8450ad", "#c79df0"],
};
const classOf = (placement: string): string => placement.replace(" ", "-");
const colors = (tone: 0 | 1): string =>
  Object.entries(hues)
    .map(([placement, hue]) => `.${classOf(placement)}{fill:${hue[tone]}}path.${classOf(placement)}{fill:none;stroke:${hue[tone]}}`)
    .join("");
const style = `${styleSheet("light")}.spot{stroke:none}.least{stroke-width:2;stroke-linejoin:round}.least.straight{stroke-dasharray:6 4}.name{font-size:12px;font-weight:600}.number{font-size:11px;font-weight:600;text-anchor:middle}${toneRules("light", "")}${colors(0)}.number{fill:#fff}@media(prefers-color-scheme:dark){${toneRules("dark", "")}${colors(1)}.number{fill:#11161c}}`;

interface Spot {
  readonly row: Row;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}
/** Places around a spot's own, the nearest first, sideways before up and down. */
const around = [-3, -2, -1, 0, 1, 2, 3]
  .flatMap((right) => [-2, -1, 0, 1, 2].map((down) => ({ right: 20 * right, down: 20 * down })))
  .sort((a, b) => Math.hypot(a.right, 1.5 * a.down) - Math.hypot(b.right, 1.5 * b.down));
/** Spots that would lie on each other stand side by side, those of lower numbers in their places. */
function spotsOf(rows: readonly Row[]): readonly Spot[] {
  const spots: Spot[] = [];
  rows.forEach((row, index) => {
    const [left, top] = [x(number(row.peak)), y(number(row.bubble))];
    const place = around
      .map(({ right, down }) => ({ x: left + right, y: top + down }))
      .find((one) => one.y <= field.bottom && spots.every((other) => Math.hypot(other.x - one.x, other.y - one.y) > 19));
    spots.push({ row, index, ...(place ?? { x: left, y: top }) });
  });
  return spots;
}

/** Where a line's name stands: memory and bubble, beside no spot. */
const names: Readonly<Record<Placement, readonly [text: string, memory: number, bubble: number, anchor: "start" | "end"]>> = {
  v: ["least of all: V", 2.93, 0.114, "end"],
  straight: ["least of all: straight", 3.08, 0.2325, "start"],
};
/** The least idle share of the span for each cap, as steps: more memory than a cap does not do better until the next one. */
function leastLine(placement: Placement, points: readonly SpanPoint[]): string[] {
  const own = points.filter((point) => point.placement === placement && point.devices === 4);
  if (own.length === 0 || own.some(({ proved }) => !proved)) throw new Error(`the least spans of ${placement} are not all proved`);
  const steps = own.map((point) => ({ memory: capOf(point), bubble: 1 - (worlds[placement].load * point.microbatches) / point.span }));
  const [first, ...rest] = steps.filter(({ bubble }, i) => bubble <= mostBubble || (steps[i + 1]?.bubble ?? 1) <= mostBubble);
  const path = [
    `M${px(x(first.memory))} ${px(y(first.bubble))}`,
    ...rest.map(({ memory, bubble }) => `H${px(x(memory))}V${px(y(bubble))}`),
  ];
  const [text, memory, bubble, anchor] = names[placement];
  const name = classOf(placement === "v" ? "V" : placement);
  return [
    `<path class="least ${name}" d="${path.join("")}H${px(field.right)}"/>`,
    `<text class="name ${name}" x="${px(x(memory))}" y="${px(y(bubble))}" text-anchor="${anchor}">${text}</text>`,
  ];
}

export function drawCatalogue(rows: readonly Row[], spans: readonly SpanPoint[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif">`,
    `<title id="title">The catalogue: memory against bubble</title>`,
    `<desc id="desc">Peak activation memory and bubble rate of ${rows.length} schedules on 4 devices with 8 microbatches.</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="head" x="${field.left}" y="24">Memory against bubble, 4 devices and 8 microbatches</text>`,
    `<text class="note" x="${field.left}" y="43">F = B = W. Spots on one place stand side by side; beyond ${100 * mostBubble} % at the upper edge. Lines: no schedule of F, B and W is below</text>`,
    ...axes(),
    ...leastLine("straight", spans),
    ...leastLine("v", spans),
    ...spotsOf(rows).map(
      (spot) =>
        `<circle class="spot ${classOf(spot.row.placement)}" cx="${px(spot.x)}" cy="${px(spot.y)}" r="9"/><text class="number" x="${px(spot.x)}" y="${px(spot.y + 4)}">${spot.index + 1}</text>`,
    ),
    ...legend(rows),
    "</svg>",
    "",
  ].join("\n");
}

function axes(): string[] {
  const lines: string[] = [];
  for (let percent = 0; percent <= mostBubble * 100; percent += 5) {
    const at = y(percent / 100);
    lines.push(`<line class="grid" x1="${field.left}" y1="${px(at)}" x2="${field.right}" y2="${px(at)}"/>`);
    lines.push(`<text class="note" x="${field.left - 8}" y="${px(at + 4)}" text-anchor="end">${percent} %</text>`);
  }
  for (let memory = 0; memory <= 8; memory++) {
    const at = px(x(memory));
    lines.push(`<line class="grid" x1="${at}" y1="${field.top}" x2="${at}" y2="${field.bottom}"/>`);
    lines.push(`<text class="note" x="${at}" y="${field.bottom + 18}" text-anchor="middle">${memory}</text>`);
  }
  const middle = px((field.left + field.right) / 2);
  lines.push(
    `<text class="note" x="${middle}" y="${height - 10}" text-anchor="middle">peak, in microbatches' activations of one device (1F1B: 4)</text>`,
  );
  return lines;
}

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
function legend(rows: readonly Row[]): string[] {
  const left = field.right + 30;
  const step = (field.bottom - field.top + 20) / rows.length;
  return rows.map(({ name, placement }, i) => {
    const at = field.top + i * step;
    return `<circle class="spot ${classOf(placement)}" cx="${left}" cy="${px(at)}" r="7.5"/><text class="number" style="font-size:9px" x="${left}" y="${px(at + 3.2)}">${i + 1}</text><text class="note" x="${left + 15}" y="${px(at + 4)}">${escaped(name)} (${placement})</text>`;
  });
}
