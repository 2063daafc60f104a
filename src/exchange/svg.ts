// A schedule as a self-contained SVG: one row a device and stream, passes coloured as in the papers, bubbles hatched, memory below.
// Same input, same bytes. Light and dark follow the reader's setting. Beyond `mostBoxes` neighbours of one family are drawn as one.

import { type Problem, routeFor } from "../kernel/index.ts";
import { type Box, boxesOf, type PictureInput } from "./picture.ts";

export interface SvgOptions {
  readonly title: string;
  /** Draw what each device holds under its row. */
  readonly memory: boolean;
}

const mostBoxes = 4000;
const drawn = 1000; // width of the time axis in pixels
const left = 56;
const rowHeight = 24;
const memoryHeight = 18;
/** F blue, B light teal, W green, fused turquoise as in Zero Bubble and Controllable Memory; then others. */
const known: Readonly<Record<string, string>> = { F: "#4a86e8", B: "#76c7c0", W: "#6aa84f", BW: "#45b8ac" };
const others = ["#b48ead", "#e0a458", "#d1786b", "#8d99ae"];

/** The picture as SVG text. */
export function drawSvg(input: PictureInput, options: SvgOptions): string {
  const { problem, streams } = input;
  const { families, rows, end } = boxesOf(input);
  const fine = input.schedule.start.length <= mostBoxes;
  const column = (end * rows.size) / mostBoxes;
  const colors = families.map((family, i) => known[family] ?? others[i % others.length]);
  const scale = drawn / Math.max(1, end);
  const memory = options.memory ? memoryCurves(input) : null;
  const most = memory === null ? 0 : memory.reduce((top, curve) => curve.reduce((most, [, held]) => Math.max(most, held), top), 1);
  const parts: string[] = [];
  let y = 54;
  for (const [row, list] of rows) {
    const device = Math.floor(row / problem.streams);
    const stream = row % problem.streams;
    parts.push(
      `<text class="label" x="${left - 8}" y="${y + 16}" text-anchor="end">${escaped(stream === 0 ? `${device}` : `${device} ${streams[stream] ?? ""}`)}</text>`,
    );
    const first = list[0]?.from ?? 0;
    const last = list.reduce((most, box) => Math.max(most, box.to), first);
    parts.push(`<rect class="bubble" x="${x(first, scale)}" y="${y}" width="${px((last - first) * scale)}" height="${rowHeight - 2}"/>`);
    for (const box of fine ? list : merged(list, column))
      parts.push(boxSvg(box, fine ? `${box.microbatch}` : "", y, scale, colors[box.family]));
    y += rowHeight;
    if (memory !== null && stream === problem.streams - 1) {
      parts.push(curveSvg(memory[device], y, scale, most, problem, end));
      y += memoryHeight + 8;
    } else y += 4;
  }
  const height = y + 34;
  const width = left + drawn + 74;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif">`,
    `<title id="title">${escaped(options.title)}</title>`,
    `<desc id="desc">${escaped(describe(input, families, rows.size, end))}</desc>`,
    `<style>.back{fill:#ffffff}.label,.axis,.head{fill:#222}.label{font-size:13px}.axis{font-size:11px}.head{font-size:15px;font-weight:600}.number{font-size:11px;fill:#10202c}.box{stroke:#33414d;stroke-width:.6}.bubble{fill:url(#hatch)}.line{stroke:#8795a1}.curve{fill:#c9a0dc66;stroke:#8e5aa8}@media(prefers-color-scheme:dark){.back{fill:#14181d}.label,.axis,.head{fill:#dde3ea}.line{stroke:#55606b}.box{stroke:#0d1116}.curve{fill:#b48ead55;stroke:#c9a0dc}}</style>`,
    `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#8795a122"/><line x1="0" y1="0" x2="0" y2="6" stroke="#8795a1" stroke-width="1.4"/></pattern></defs>`,
    `<rect class="back" width="${width}" height="${height}"/>`,
    `<text class="head" x="${left}" y="22">${escaped(options.title)}</text>`,
    legend(families, colors, width),
    axis(end, scale, y, problem.ticksPerUnit),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

const px = (value: number): string => value.toFixed(2).replace(/\.?0+$/, "");
const x = (tick: number, scale: number): string => px(left + tick * scale);
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Level of detail: what starts within one column is drawn as one box of the family that starts it. */
function merged(list: readonly Box[], column: number): Box[] {
  const kept: Box[] = [];
  for (const box of list) {
    const before = kept.at(-1);
    if (before !== undefined && box.from - before.from < column && box.from - before.to < column / 4)
      kept[kept.length - 1] = { ...before, to: Math.max(before.to, box.to) };
    else kept.push(box);
  }
  return kept;
}

function boxSvg({ from, to }: Box, text: string, y: number, scale: number, color: string): string {
  const width = (to - from) * scale;
  const rect = `<rect class="box" x="${x(from, scale)}" y="${y}" width="${px(width)}" height="${rowHeight - 2}" fill="${color}"/>`;
  if (text === "" || text.length * 7 > width) return rect;
  return `${rect}<text class="number" x="${px(left + from * scale + width / 2)}" y="${y + 15}" text-anchor="middle">${text}</text>`;
}

/** For each device what it holds, as steps (tick, parts) from tick 0 on. */
function memoryCurves({ problem, schedule }: PictureInput): [number, number][][] {
  const deltas: Map<number, number>[] = Array.from({ length: problem.devices }, () => new Map());
  for (let microbatch = 0; microbatch < problem.microbatches; microbatch++) {
    const route = routeFor(problem, microbatch);
    for (let h = 0; h < route.holdFrom.length; h++) {
      const own = deltas[route.holdDevice[h]];
      const begin = schedule.start[microbatch * problem.nodes + route.holdFrom[h]];
      const end = schedule.start[microbatch * problem.nodes + route.holdTo[h]] + route.duration[route.holdTo[h]];
      own.set(begin, (own.get(begin) ?? 0) + route.holdAmount[h]);
      own.set(end, (own.get(end) ?? 0) - route.holdAmount[h]);
    }
  }
  return deltas.map((own, device) => {
    let held = problem.always[device];
    const curve: [number, number][] = [[0, held]];
    for (const [tick, delta] of [...own].sort(([a], [b]) => a - b)) {
      held += delta;
      curve.push([tick, held]);
    }
    return thin(curve);
  });
}

/** At most 2000 steps: of those in one column the highest is kept. */
function thin(curve: [number, number][]): [number, number][] {
  if (curve.length <= 2000) return curve;
  const size = Math.ceil(curve.length / 2000);
  const kept: [number, number][] = [];
  for (let i = 0; i < curve.length; i += size) kept.push([curve[i][0], Math.max(...curve.slice(i, i + size).map(([, held]) => held))]);
  return kept;
}

function curveSvg(
  curve: readonly (readonly [number, number])[],
  y: number,
  scale: number,
  most: number,
  problem: Problem,
  end: number,
): string {
  const at = (held: number): string => px(y + memoryHeight - (held / most) * memoryHeight);
  let path = `M${x(0, scale)} ${px(y + memoryHeight)}`;
  for (const [tick, held] of curve) path += `H${x(tick, scale)}V${at(held)}`;
  path += `H${x(end, scale)}V${px(y + memoryHeight)}Z`;
  const peak = Math.max(...curve.map(([, held]) => held));
  return `<path class="curve" d="${path}"/><text class="axis" x="${left + drawn + 8}" y="${y + 13}">peak ${amount(peak, problem.partsPerUnit)}</text>`;
}

function amount(parts: number, unit: number): string {
  if (parts % unit === 0) return `${parts / unit}`;
  let [a, b] = [parts, unit];
  while (b !== 0) [a, b] = [b, a % b];
  return `${parts / a}/${unit / a}`;
}

function legend(families: readonly string[], colors: readonly string[], width: number): string {
  const entries = families.map(
    (family, i) =>
      `<rect class="box" x="${i * 52}" y="0" width="14" height="12" fill="${colors[i]}"/><text class="axis" x="${i * 52 + 19}" y="10">${escaped(family)}</text>`,
  );
  const bubble = `<rect class="bubble" x="${families.length * 52}" y="0" width="14" height="12"/><text class="axis" x="${families.length * 52 + 19}" y="10">bubble</text>`;
  return `<g transform="translate(${width - 150 - families.length * 52} 12)">${entries.join("")}${bubble}</g>`;
}

function axis(end: number, scale: number, bottom: number, ticksPerUnit: number): string {
  const wanted = end / ticksPerUnit / 12;
  const power = 10 ** Math.floor(Math.log10(Math.max(wanted, 1)));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= wanted) ?? 1;
  const parts: string[] = [];
  for (let unit = 0; unit * ticksPerUnit <= end; unit += step) {
    const at = x(unit * ticksPerUnit, scale);
    parts.push(
      `<line class="line" x1="${at}" y1="46" x2="${at}" y2="${bottom}" stroke-width=".5" stroke-dasharray="2 4"/><text class="axis" x="${at}" y="42" text-anchor="middle">${unit}</text>`,
    );
  }
  return parts.join("");
}

function describe({ problem }: PictureInput, families: readonly string[], rows: number, end: number): string {
  return `${problem.devices} devices in ${rows} rows, ${problem.microbatches} microbatches, passes ${families.join(", ")}, from time 0 to ${Math.round((end / problem.ticksPerUnit) * 1000) / 1000}.`;
}
