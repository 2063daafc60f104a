// The fine level of detail: every pass is a box, with its microbatch where that fits.
import { amount } from "../amount.ts";
import { durationOf, type Kinds, lanesOf, microbatchOf, type PictureInput, type Row } from "../picture.ts";
import { at, type Frame, inside } from "./frame.ts";
import { classOf } from "./style.ts";
import { escaped, px, widthOf } from "./text.ts";

export interface BoxOptions {
  readonly y: number;
  readonly height: number;
  readonly kinds: Kinds;
  /** Passes to point at. */
  readonly marks?: ReadonlySet<number>;
  /** Microbatches are written where they fit; set where they fit a usual pass, so that they do not come and go. */
  readonly numbers: boolean;
  /** Each box says in words what it is when it is pointed at. */
  readonly words: boolean;
}

/** Of the numbers in the boxes. */
export const leastFont = 7;

/** The boxes of one row. Without words those of a kind are one path, so that the file stays small. */
export function boxes(input: PictureInput, row: Row, frame: Frame, options: BoxOptions): string {
  const { problem, schedule } = input;
  const { lane, lanes } = lanesOf(row, input);
  const height = options.height / lanes;
  const paths = new Map<string, string>();
  const parts: string[] = [];
  const numbers: string[] = [];
  row.passes.forEach((pass, i) => {
    const start = schedule.start[pass];
    const end = start + durationOf(problem, pass);
    const marked = options.marks?.has(pass) === true;
    if (!inside(frame, start, end) || (end === start && !marked)) return; // what takes no time has no room
    const left = at(frame, Math.max(start, frame.from));
    const whole = at(frame, Math.min(end, frame.to)) - left;
    // A hair between neighbours tells them apart where there is room for one.
    const width = Math.max(0.6, whole - (whole > 8 ? 1 : whole > 4 ? 0.6 : 0));
    const y = options.y + lane[i] * height;
    const kind = classOf(options.kinds.list[options.kinds.of(pass)]);
    const microbatch = microbatchOf(problem, pass);
    const size = `${px(width)}" height="${px(height - (lanes > 1 ? 1 : 0))}`;
    if (options.words) {
      const { label } = input.nodes[pass - microbatch * problem.nodes];
      const words = `${label} of microbatch ${microbatch}: ${amount(start, problem.ticksPerUnit)} to ${amount(end, problem.ticksPerUnit)}`;
      const round = width > 10 ? ` rx="1.5"` : "";
      parts.push(`<rect class="k-${kind}" x="${px(left)}" y="${px(y)}" width="${size}"${round}><title>${escaped(words)}</title></rect>`);
    } else {
      const box = `M${px(left)} ${px(y)}h${px(width)}v${px(height)}h-${px(width)}z`;
      paths.set(kind, (paths.get(kind) ?? "") + box);
    }
    if (marked) numbers.push(`<rect class="mark" x="${px(left)}" y="${px(y)}" width="${size}"/>`);
    const text = `${microbatch}`;
    const font = Math.min(11, height - 4, whole / (text.length * 0.62));
    if (options.numbers && font >= leastFont && widthOf(text, font) <= whole)
      numbers.push(
        `<text class="n n-${kind}" x="${px(left + width / 2)}" y="${px(y + height / 2 + font * 0.36)}" font-size="${px(Math.round(font * 2) / 2)}">${text}</text>`,
      );
  });
  return [...[...paths].map(([kind, d]) => `<path class="k-${kind}" d="${d}"/>`), ...parts, ...numbers].join("");
}

/** Where a device's bubbles are: from its first start to its last end. Nothing for a row without passes. */
export function bubbleSpan(input: PictureInput, row: Row, frame: Frame): readonly [from: number, to: number] | null {
  const { problem, schedule } = input;
  if (row.passes.length === 0) return null;
  const first = Math.max(frame.from, schedule.start[row.passes[0]]);
  const last = Math.min(
    frame.to,
    row.passes.reduce((end, pass) => Math.max(end, schedule.start[pass] + durationOf(problem, pass)), 0),
  );
  return last > first ? [first, last] : null;
}
