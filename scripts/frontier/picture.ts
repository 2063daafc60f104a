// The frontier as a picture: memory against the share of the makespan that devices idle. Light and dark follow the reader's setting.
import { styleSheet, toneRules, tones } from "../../src/exchange/svg/style.ts";
import type { Block } from "./blocks.ts";
import { capOf, idleShare, type Point, placements, sizes } from "./points.ts";
import { aboveLeast } from "./tables.ts";

const [width, height] = [820, 500];
const field = { left: 64, right: width - 24, top: 58, bottom: height - 48 };
const [leastMemory, mostMemory, mostIdle] = [0.75, 6.35, 0.8];

const px = (value: number): string => value.toFixed(1).replace(/\.0$/, "");
const x = (memory: number): number => field.left + ((memory - leastMemory) / (mostMemory - leastMemory)) * (field.right - field.left);
const y = (idle: number): number => field.bottom - (idle / mostIdle) * (field.bottom - field.top);

/** Of each number of devices its colour on light and on dark: near those of the schedules. */
const lines: Readonly<Record<"light" | "dark", readonly string[]>> = {
  light: ["#b3541e", "#a8850f", "#4f8a10", "#2a58bf", "#8450ad"],
  dark: ["#f0955c", "#e3c04b", "#a9cf5a", "#8db0f5", "#c79df0"],
};
const colors = (tone: "light" | "dark"): string =>
  sizes.map((p, i) => `.p${p}{stroke:${lines[tone][i]}}circle.p${p}{fill:${lines[tone][i]}}`).join("");
const toned = (tone: "light" | "dark"): string =>
  `${toneRules(tone, "")}.key{stroke:${tones[tone].soft}}${colors(tone)}.spot,circle.hollow{fill:${tones[tone].paper}}`;
const style = `${styleSheet("light")}.line{fill:none;stroke-width:2}.straight{stroke-dasharray:6 4;stroke-width:1.5}.spot{stroke-width:2}${toned("light")}@media(prefers-color-scheme:dark){${toned("dark")}}`;

/** Outlines around 0 0. */
const marks: Readonly<Record<string, string>> = {
  "V-Min": "M-5.5 -4.5H5.5L0 5.5Z",
  "V-Half": "M0 -6L6 0L0 6L-6 0Z",
  "V-ZB": "M-4.5 -4.5H4.5V4.5H-4.5Z",
};

export function drawFrontier(points: readonly Point[], blocks: readonly Block[]): string {
  const above = (block: Block): number => aboveLeast(points, block) ?? 0;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif">`,
    `<title id="title">The memory frontier</title>`,
    `<desc id="desc">Least share of idle time for each cap on the memory, 2 to 6 devices, V and straight placement, and three published schedules.</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="head" x="${field.left}" y="24">Least idle time for each cap on the activation memory</text>`,
    `<text class="note" x="${field.left}" y="43">p devices, 2p microbatches, F = B = W. Idle share of the makespan; marks on one spot stand side by side</text>`,
    ...axes(),
    ...placements.flatMap((placement) => sizes.map((p) => line(points.filter((one) => one.placement === placement && one.devices === p)))),
    ...besides(blocks.filter(({ title }) => title in marks).sort((a, b) => above(a) - above(b))).map(mark),
    ...legend(),
    "</svg>",
    "",
  ].join("\n");
}

function axes(): string[] {
  const lines: string[] = [];
  for (let percent = 0; percent <= mostIdle * 100; percent += 10) {
    const at = y(percent / 100);
    lines.push(`<line class="grid" x1="${field.left}" y1="${px(at)}" x2="${field.right}" y2="${px(at)}"/>`);
    lines.push(`<text class="note" x="${field.left - 8}" y="${px(at + 4)}" text-anchor="end">${percent} %</text>`);
  }
  for (let memory = 1; memory <= 6; memory++) {
    const at = px(x(memory));
    lines.push(`<line class="grid" x1="${at}" y1="${field.top}" x2="${at}" y2="${field.bottom}"/>`);
    lines.push(`<text class="note" x="${at}" y="${field.bottom + 18}" text-anchor="middle">${memory}</text>`);
  }
  const middle = px((field.left + field.right) / 2);
  lines.push(
    `<text class="note" x="${middle}" y="${height - 10}" text-anchor="middle">cap, in microbatches' activations of one device (1F1B needs p)</text>`,
  );
  return lines;
}

/** The points of one placement and size, from the least cap on; a point that is not proved stays hollow. */
function line(points: readonly Point[]): string {
  const [first] = points;
  if (first === undefined) return "";
  const { placement, devices } = first;
  const places = points.flatMap((point) =>
    point.makespan === null ? [] : [{ x: px(x(capOf(point))), y: px(y(idleShare(point, point.makespan))), proved: point.proved }],
  );
  const path = `<path class="line p${devices} ${placement}" d="M${places.map(({ x, y }) => `${x} ${y}`).join("L")}"/>`;
  const dots = places.map(
    ({ x, y, proved }) => `<circle class="${proved ? "" : "hollow "}p${devices}" cx="${x}" cy="${y}" r="${placement === "v" ? 3 : 2.2}"/>`,
  );
  return [path, ...dots].join("");
}

interface Placed {
  readonly block: Block;
  readonly x: number;
  readonly y: number;
}
/** Marks that would lie on each other stand side by side; the first keep their places. */
function besides(blocks: readonly Block[]): readonly Placed[] {
  const placed: Placed[] = [];
  for (const block of blocks) {
    const [at, height] = [x(block.memory), y(idleShare(block, block.makespan))];
    const free = (left: number): boolean => placed.every((other) => Math.abs(other.x - left) > 13 || Math.abs(other.y - height) > 13);
    const shift = [0, 14, -14, 28, -28].find((shift) => free(at + shift)) ?? 0;
    placed.push({ block, x: at + shift, y: height });
  }
  return placed;
}
const mark = ({ block: { title, devices }, x, y }: Placed): string =>
  `<path class="spot p${devices}" d="${marks[title]}" transform="translate(${px(x)} ${px(y)})"/>`;

function legend(): string[] {
  const left = field.right - 206;
  const drawn = [
    ...sizes.map((p) => [`<path class="line p${p}" d="M0 0H32"/>`, `p = ${p}`]),
    [`<path class="line key" d="M0 0H32"/>`, "V placement, least"],
    [`<path class="line key straight" d="M0 0H32"/>`, "straight placement, least"],
    ...Object.entries(marks).map(([title, outline]) => [
      `<path class="spot key" d="${outline}" transform="translate(16 0)"/>`,
      `${title}, its block replayed`,
    ]),
  ];
  const rows = drawn.map(
    ([shape, text], i) =>
      `<g transform="translate(${left} ${field.top + 16 + 20 * i})">${shape}<text class="note" x="42" y="4">${text}</text></g>`,
  );
  return [
    `<rect class="paper" x="${left - 10}" y="${field.top - 1}" width="${field.right - left + 12}" height="${20 * drawn.length + 11}"/>`,
    ...rows,
  ];
}
