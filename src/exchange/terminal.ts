// A schedule as text: one row a device and stream, passes by letter and microbatch where they fit, in colour or not, in ASCII or not.
// What overlaps goes into a second row of its device, so that wrong schedules can be seen too. Longer schedules than the width are
// compressed, and a note says so.
import { amount, roundSteps, short } from "./amount.ts";
import { columnsOf, heldOver, peakOf } from "./held.ts";
import {
  durationOf,
  endOf,
  type Kind,
  type Kinds,
  kindsOf,
  lanesOf,
  microbatchOf,
  type PictureInput,
  type Row,
  rowName,
  rowsOf,
  seenKinds,
  type Window,
} from "./picture.ts";
import { type Ink, inkOf } from "./terminal/ink.ts";
import { coarseLine, fineLine, heldLine, type LineOptions, nameOf, type Scale } from "./terminal/line.ts";

export interface TerminalOptions {
  /** Columns; never exceeded. */
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
  /** Passes to point at. */
  readonly marks?: ReadonlySet<number>;
  /** What to show; everything without it. */
  readonly window?: Window;
  /** A line of bars under each device: what it holds, of the most that any device holds. */
  readonly memory?: boolean;
  /** A last line that says what the letters and colours are, and one on what was left out. */
  readonly legend?: boolean;
  /** For pictures that are to be compared: columns a tick, columns of the names, parts of a full bar. */
  readonly perTick?: number;
  readonly gutter?: number;
  readonly most?: number;
}

/** The picture; lines end with a newline. */
export function drawTerminal(input: PictureInput, options: TerminalOptions): string {
  const { problem } = input;
  const kinds = kindsOf(input);
  const ink = inkOf(kinds.list, options.color);
  const end = endOf(input);
  const from = options.window?.from ?? 0;
  const to = Math.max(from, options.window?.to ?? end);
  const rows = rowsOf(input, options.window?.devices);
  const gutter = options.gutter ?? gutterOf(input, rows);
  const perTick = options.perTick ?? perTickOf(input, rows, Math.max(10, options.width - gutter - 1), to - from);
  const scale: Scale = { from, to, perTick, columns: Math.round((Math.min(to, end) - from) * perTick) };
  const lineOptions: LineOptions = { kinds, ink, color: options.color, unicode: options.unicode, marks: options.marks };
  const lines: string[] = [timeLine(scale, gutter, options.width, problem.ticksPerUnit)];
  const most = options.memory ? (options.most ?? mostHeld(input, rows)) : 1;
  rows.forEach((row, i) => {
    const label = `d${rowName(row, input.streams)}`.padEnd(gutter);
    lines.push(...rowLines(input, row, label, scale, lineOptions, ink));
    if (!options.memory || rows[i + 1]?.device === row.device) return;
    const held = heldOver(input, row.device);
    const bars = heldLine(columnsOf(held, from, Math.max(to, from + 1), Math.max(1, scale.columns)), most, options.unicode);
    lines.push(" ".repeat(gutter) + ink.held(bars));
  });
  if (options.legend)
    lines.push(
      ...legendLines(
        { kinds, seen: seenKinds(input, kinds), ink, column: 1 / perTick / problem.ticksPerUnit, compressed: perTick < 1 },
        options.memory ? amount(most, problem.partsPerUnit) : null,
        options,
      ),
    );
  return `${lines.join("\n")}\n`;
}

/** One schedule with what is written around it. */
export interface TextPanel {
  readonly input: PictureInput;
  readonly title: string;
  /** A line under it, its measures for one. */
  readonly subtitle: string;
  readonly window?: Window;
}

/** What a legend says of a schedule; those that follow each other and look alike share one. */
const lookOf = (input: PictureInput): string => JSON.stringify(seenKinds(input, kindsOf(input)));

/** Schedules under each other over one time axis, whatever the ticks of each. */
export function drawCompared(panels: readonly TextPanel[], options: TerminalOptions): string {
  const gutter = panels.reduce((most, { input, window }) => Math.max(most, gutterOf(input, rowsOf(input, window?.devices))), 0);
  const columns = Math.max(10, options.width - gutter - 1);
  const longest = panels.reduce((most, { input, window }) => {
    const { ticksPerUnit } = input.problem;
    return Math.max(most, ((window?.to ?? endOf(input)) - (window?.from ?? 0)) / ticksPerUnit);
  }, 0);
  const perUnit = panels.reduce((least, { input, window }) => {
    const { ticksPerUnit } = input.problem;
    return Math.min(least, perTickOf(input, rowsOf(input, window?.devices), columns, longest * ticksPerUnit) * ticksPerUnit);
  }, Number.POSITIVE_INFINITY);
  const most = panels.reduce((least, { input }) => Math.max(least, mostHeld(input, rowsOf(input)) / input.problem.partsPerUnit), 0);
  return panels
    .map(({ input, title, subtitle, window }, i) => {
      const { ticksPerUnit, partsPerUnit } = input.problem;
      const legend = options.legend === true && (i === panels.length - 1 || lookOf(input) !== lookOf(panels[i + 1].input));
      const own = { ...options, window, legend, gutter, perTick: perUnit / ticksPerUnit, most: most * partsPerUnit };
      return `${title}\n${drawTerminal(input, own)}${subtitle}\n`;
    })
    .join("\n");
}

function gutterOf(input: PictureInput, rows: readonly Row[]): number {
  return rows.reduce((most, row) => Math.max(most, rowName(row, input.streams).length + 1), 4) + 1;
}

/** Wide enough for the longest name in the shortest pass, as far as the columns reach; whole above 1. */
function perTickOf(input: PictureInput, rows: readonly Row[], columns: number, ticks: number): number {
  const kinds = kindsOf(input);
  let [least, longest] = [Math.max(1, ticks), 1];
  for (const { passes } of rows) {
    for (const pass of passes) {
      const duration = durationOf(input.problem, pass);
      if (duration > 0) least = Math.min(least, duration);
      longest = Math.max(longest, nameOf(kinds, pass, microbatchOf(input.problem, pass)).length);
    }
  }
  const widest = Math.min((longest + 1) / least, columns / Math.max(1, ticks));
  return widest > 1 ? Math.floor(widest) : widest;
}

function rowLines(input: PictureInput, row: Row, label: string, scale: Scale, options: LineOptions, ink: Ink): string[] {
  const { lane, lanes } = lanesOf(row, input);
  const lines: string[] = [];
  for (let own = 0; own < lanes; own++) {
    const passes = Array.from(row.passes).filter((pass, i) => {
      const start = input.schedule.start[pass];
      return lane[i] === own && start < scale.to && start + durationOf(input.problem, pass) > scale.from;
    });
    if (passes.length === 0 && own > 0) continue;
    const head = own === 0 ? label : " ".repeat(label.length);
    if (isCoarse(input, passes, scale) && options.marks === undefined) {
      lines.push(head + coarseLine(input, passes, scale, options));
      continue;
    }
    const [line, below] = fineLine(input, passes, scale, options);
    lines.push(head + line);
    if (below !== "") lines.push(" ".repeat(label.length) + ink.alarm(below));
  }
  return lines;
}

/** Whether several passes would often share a column. */
function isCoarse({ problem, schedule }: PictureInput, passes: readonly number[], { perTick }: Scale): boolean {
  if (passes.length < 2) return false;
  const first = schedule.start[passes[0]];
  const last = passes[passes.length - 1];
  return perTick < 1 && (schedule.start[last] + durationOf(problem, last) - first) * perTick < 1.5 * passes.length;
}

/** The most that any of the devices holds; at least 1, so that bars have a length. */
const mostHeld = (input: PictureInput, rows: readonly Row[]): number =>
  rows.reduce((most, { device, stream }) => (stream === 0 ? Math.max(most, peakOf(heldOver(input, device))) : most), 1);

function timeLine({ from, to, perTick, columns }: Scale, gutter: number, width: number, ticksPerUnit: number): string {
  let line = "time".padEnd(gutter);
  for (const unit of roundSteps(from / ticksPerUnit, to / ticksPerUnit, Math.max(1, Math.floor(columns / 9)))) {
    const at = gutter + Math.round((unit * ticksPerUnit - from) * perTick);
    const text = short(unit);
    if (at <= line.length - 1 || at + text.length > width) continue;
    line = line.padEnd(at) + text;
  }
  return line;
}

interface Key {
  readonly kinds: Kinds;
  readonly seen: readonly Kind[];
  readonly ink: Ink;
  /** How long a column is. */
  readonly column: number;
  readonly compressed: boolean;
}
function legendLines({ kinds, seen, ink, column, compressed }: Key, full: string | null, options: TerminalOptions): string[] {
  const { color, unicode, width } = options;
  const letter = ({ family, chunk }: Kind): string => (chunk % 2 === 0 ? family : family.toLowerCase());
  const names = seen.map((kind) => ink.on(kinds.list.indexOf(kind), color ? ` ${letter(kind)} ` : letter(kind))).join(color ? "" : " ");
  const parts: { readonly text: string; readonly length: number }[] = [
    { text: names, length: seen.reduce((sum, { family }) => sum + family.length + (color ? 2 : 1), 0) },
  ];
  const say = (text: string): void => void parts.push({ text, length: text.length });
  say(`${unicode ? "·" : "."} idle`);
  if (seen.some(({ chunks }) => chunks > 1))
    say(color ? "dark to light: first to last stage of a device" : "F, then f: stages of a device in turn");
  if (full !== null) say(`bars: memory, full is ${full}`);
  if (compressed) say(`compressed: a column is ${short(column)} long`);
  const lines: string[] = [];
  let room = 0;
  for (const { text, length } of parts) {
    if (lines.length > 0 && length + 3 <= room) {
      lines[lines.length - 1] += `   ${text}`;
      room -= length + 3;
    } else {
      lines.push(text);
      room = width - length;
    }
  }
  return lines;
}
