// Schedules as a self-contained SVG: one row a device and stream, passes coloured as in the papers, bubbles hatched, memory below;
// several schedules stand under each other over one time axis. Same input, same bytes. Small schedules show every pass with its
// microbatch, large ones the share of each kind of pass over time, so that a file stays below some two megabytes at any size.
import { endOf, type Kinds, kindsOf, type PictureInput, rowsOf, type Window } from "./picture.ts";
import { axis, type Frame } from "./svg/frame.ts";
import { legend } from "./svg/legend.ts";
import { type Drawn, describe, type MemoryStyle, mostHeld, panel } from "./svg/panel.ts";
import { classOf, kindStyles, styleSheet, type Theme } from "./svg/style.ts";
import { escaped, widthOf } from "./svg/text.ts";

export type { MemoryStyle } from "./svg/panel.ts";
export type { Theme } from "./svg/style.ts";

/** One schedule with what is written over it. */
export interface Panel {
  readonly input: PictureInput;
  readonly title: string;
  /** A second line, its measures for one. */
  readonly subtitle?: string;
  /** What is shown, in ticks of this schedule. */
  readonly window?: Window;
  /** Passes to point at. */
  readonly marks?: ReadonlySet<number>;
}

export interface SvgOptions {
  /** `auto` follows the reader's setting (the default). */
  readonly theme?: Theme;
  /** The default draws a curve under each of few devices, and one panel for many. */
  readonly memory?: MemoryStyle | "auto";
  /** A bar for each hold of each microbatch, where there are not too many. */
  readonly lifespans?: boolean;
  /** Pixels of the time axis; by default what makes a usual pass wide enough for its number, up to 1100. */
  readonly width?: number;
  /** Set where several SVGs stand in one page: their ids begin with it, and the page has the style sheet. */
  readonly embedded?: string;
}

/** The picture as SVG text. At least one panel; times are compared in units, whatever the ticks of each. */
export function drawSvg(panels: readonly Panel[], options: SvgOptions = {}): string {
  const kinds = kindsOfAll(panels.map(({ input }) => input));
  const ends = panels.map(({ input }) => endOf(input));
  const units = unitsOf(panels, ends);
  const width = Math.round(options.width ?? usualWidth(panels, units));
  const left = gutter(panels);
  const prefix = options.embedded ?? "p";
  const hatch = `${prefix}-hatch`;
  const margin = 92;
  const whole = left + width + margin;
  const parts: string[] = [];
  const drawn: Drawn[] = [];
  const frames = panels.map(({ input }): Frame => {
    const { ticksPerUnit } = input.problem;
    const from = units.from * ticksPerUnit;
    const to = units.to * ticksPerUnit;
    return { left, width, from, to, scale: width / Math.max(to - from, 1e-9), ticksPerUnit };
  });
  // Memory is compared on one scale.
  const most =
    panels.length < 2
      ? undefined
      : Math.max(...panels.map(({ input, window }) => mostHeld(input, window?.devices) / input.problem.partsPerUnit));
  let y = 0;
  panels.forEach(({ input, title, subtitle, marks, window }, i) => {
    y += i === 0 ? 0 : 24;
    parts.push(`<text class="head" x="${left}" y="${y + 14}">${escaped(title)}</text>`);
    y += 18;
    if (subtitle !== undefined) {
      parts.push(`<text class="soft" x="${left}" y="${y + 13}">${escaped(subtitle)}</text>`);
      y += 16;
    }
    y += 26;
    const one = panel(input, y, {
      frame: frames[i],
      kinds: kinds[i],
      devices: window?.devices,
      memory: options.memory ?? "auto",
      lifespans: options.lifespans === true,
      marks,
      hatch,
      most: most === undefined ? undefined : most * input.problem.partsPerUnit,
    });
    const lines = axis(frames[i], ends[i], y - 3, one.bottom);
    parts.push(lines, `<text class="soft" text-anchor="end" x="${left - 8}" y="${y - 9}">device</text>`, one.svg);
    drawn.push(one);
    y = one.bottom;
  });
  const families = kinds[0].list.map(({ family }) => family);
  const painted = [...new Map(drawn.flatMap((one) => one.kinds.map((kind) => [classOf(kind), kind] as const))).values()];
  painted.sort((a, b) => families.indexOf(a.family) - families.indexOf(b.family) || a.chunk - b.chunk);
  const key = legend(
    painted,
    {
      hatch,
      memory: drawn.some(({ memory }) => memory !== "none"),
      cap: drawn.some(({ capped }) => capped),
      lifespans: drawn.some(({ lifespans }) => lifespans),
      shares: drawn.some(({ shares }) => shares),
    },
    left,
    y + 16,
    width + margin - 20,
  );
  const height = Math.ceil(y + 16 + key.height + 12);
  const style = options.embedded === undefined ? `<style>${styleSheet(options.theme ?? "auto")}${kindStyles(kinds[0].list)}</style>` : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -8 ${whole} ${height + 8}" width="${whole}" height="${height + 8}" role="img" aria-labelledby="${prefix}-title ${prefix}-desc" font-family="system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif">`,
    `<title id="${prefix}-title">${escaped(panels.map(({ title }) => title).join(" and "))}</title>`,
    `<desc id="${prefix}-desc">${escaped(panels.map(({ input }, i) => describe(input, ends[i])).join(" "))}</desc>`,
    style,
    hatchPattern(hatch),
    `<rect class="paper" y="-8" width="${whole}" height="${height + 8}"/>`,
    ...parts,
    key.svg,
    "</svg>",
    "",
  ].join("\n");
}

const hatchPattern = (id: string): string =>
  `<defs><pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="5" height="5"/><path class="hatch" d="M0 0V5"/></pattern></defs>`;

/** Kinds that have the same numbers in every panel, so that one style sheet serves all. */
function kindsOfAll(inputs: readonly PictureInput[]): Kinds[] {
  const each = inputs.map(kindsOf);
  const most = new Map<string, number>();
  for (const { list } of each) for (const { family, chunks } of list) most.set(family, Math.max(most.get(family) ?? 0, chunks));
  const list = [...most].flatMap(([family, chunks]) => Array.from({ length: chunks }, (_, chunk) => ({ family, chunk, chunks })));
  return each.map((kinds) => {
    const place = kinds.list.map(({ family, chunk }) => list.findIndex((one) => one.family === family && one.chunk === chunk));
    return { list, of: (pass) => place[kinds.of(pass)] };
  });
}

interface Units {
  readonly from: number;
  readonly to: number;
}
function unitsOf(panels: readonly Panel[], ends: readonly number[]): Units {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  panels.forEach(({ input, window }, i) => {
    const { ticksPerUnit } = input.problem;
    from = Math.min(from, (window?.from ?? 0) / ticksPerUnit);
    to = Math.max(to, (window?.to ?? ends[i]) / ticksPerUnit);
  });
  return { from, to: to > from ? to : from + 1 };
}

/** A usual pass 20 pixels wide, within bounds. */
function usualWidth(panels: readonly Panel[], { from, to }: Units): number {
  const short = panels.map(({ input: { problem } }) => {
    const durations = problem.routes.flatMap(({ duration }) => [...duration]).filter((own) => own > 0);
    durations.sort((a, b) => a - b);
    return durations.length === 0 ? 1 : durations[Math.floor(durations.length / 2)] / problem.ticksPerUnit;
  });
  const text = Math.max(...panels.map(({ title, subtitle }) => Math.max(widthOf(title, 15), widthOf(subtitle ?? "", 11))));
  return Math.min(1100, Math.max(360, text, (20 * (to - from)) / Math.min(...short)));
}

function gutter(panels: readonly Panel[]): number {
  let most = widthOf("device", 11);
  for (const { input, window } of panels) {
    for (const { device, stream } of rowsOf(input, window?.devices))
      most = Math.max(most, widthOf(stream === 0 ? `${device}` : (input.streams[stream] ?? ""), 12));
    if (input.problem.devices > 256) most = Math.max(most, widthOf("65535\u201365535", 12));
  }
  return Math.ceil(most + 18);
}
