// The coarse level of detail: a row is cut into columns, and each kind stands in its column as high as its share of the time.
// What is left above is idle. The same for groups of devices where there are more rows than a page has lines.
import { durationOf, type Kinds, type PictureInput, type Row } from "../picture.ts";
import { at, type Frame } from "./frame.ts";
import { classOf } from "./style.ts";
import { px } from "./text.ts";

/** Ticks of a column: as short as the size of the file allows, some usual passes at least, whole periods of the steady state if it has one. */
export function columnTicks(input: PictureInput, frame: Frame, rows: number, usual: number): number {
  const least = Math.max(Math.max(2, (frame.width * rows) / mostCells) / frame.scale, Number.isFinite(usual) ? 4 * usual : 0);
  const period = periodOf(input);
  return period === null || period > 4 * least ? least : Math.ceil(least / period) * period;
}
const mostCells = 32_000;

/** After how long the middle microbatches repeat, if they do; columns of another length would show waves that are not there. */
function periodOf({ problem, schedule: { start } }: PictureInput): number | null {
  const { nodes, microbatches } = problem;
  if (nodes === 0 || microbatches < 8) return null;
  const middle = Math.floor(microbatches / 2);
  for (const group of [1, 2, 4, 8, 16, 32, 64]) {
    if (middle + 2 * group >= microbatches) return null;
    const [a, b, c] = [middle, middle + group, middle + 2 * group].map((microbatch) => start[microbatch * nodes]);
    const [d, e] = [middle, middle + group].map((microbatch) => start[microbatch * nodes + nodes - 1]);
    if (b > a && b - a === c - b && e - d === b - a) return b - a;
  }
  return null;
}

/** The share of each kind in each column, `[column * kinds + kind]`, of all rows together (streams that compute). */
export function shares(input: PictureInput, rows: readonly Row[], kinds: Kinds, frame: Frame, ticks: number): Float64Array {
  const { problem, schedule } = input;
  const columns = Math.ceil((frame.to - frame.from) / ticks);
  const width = kinds.list.length;
  const sum = new Float64Array(columns * width);
  for (const { passes } of rows) {
    for (const pass of passes) {
      const from = Math.max(0, (schedule.start[pass] - frame.from) / ticks);
      const to = Math.min(columns, (schedule.start[pass] - frame.from + durationOf(problem, pass)) / ticks);
      const kind = kinds.of(pass);
      for (let column = Math.floor(from); column < to; column++)
        sum[column * width + kind] += (Math.min(to, column + 1) - Math.max(from, column)) / rows.length;
    }
  }
  return sum;
}

/** Steps as areas, the last kind first: each covers the foot of the one before, so every outline is drawn once. */
export function density(sum: Float64Array, kinds: Kinds, frame: Frame, ticks: number, y: number, height: number): string {
  const width = kinds.list.length;
  const columns = width === 0 ? 0 : sum.length / width;
  const level = (column: number, kind: number): number => {
    let share = 0;
    for (let k = 0; k <= kind; k++) share += sum[column * width + k];
    return Math.round(Math.min(1, share) * height * 2) / 2;
  };
  const foot = y + height;
  const parts: string[] = [];
  for (let kind = width - 1; kind >= 0; kind--) {
    let d = "";
    let before = 0;
    for (let column = 0; column <= columns; column++) {
      const own = column === columns ? 0 : level(column, kind);
      if (own === before) continue;
      const x = px(Math.min(frame.left + frame.width, at(frame, frame.from + column * ticks)));
      d += before === 0 ? `M${x} ${px(foot)}V${px(foot - own)}` : `H${x}V${px(foot - own)}`;
      if (own === 0) d += "Z";
      before = own;
    }
    if (d !== "") parts.push(`<path class="k-${classOf(kinds.list[kind])}" d="${d}"/>`);
  }
  return parts.join("");
}
