// The tables of `proofs/optimal/README.md`, between its markers.
import type { Block } from "./blocks.ts";
import { capOf, type Placement, type Point, placements, sizes } from "./points.ts";
import { type Spans, spanExpected, spanFormula, vMin } from "./spans.ts";

export type Tables = ReadonlyMap<string, string>;

/** By the marker that each stands under. */
export function tablesOf(points: readonly Point[], blocks: readonly Block[]): Tables {
  return new Map([
    ...placements.map((placement): [string, string] => [placement, caps(placement, points)]),
    ["published", published(points, blocks)],
  ]);
}

/** A row for each cap, a column for each size. */
function caps(placement: Placement, points: readonly Point[]): string {
  const own = points.filter((point) => point.placement === placement);
  const rows = [...new Map(own.map((point) => [point.cap, capOf(point)]))].sort(([, a], [, b]) => a - b);
  return table(
    ["cap", ...sizes.map((p) => `p = ${p}`)],
    rows.map(([cap]) => [cap, ...sizes.map((p) => cell(own.find((point) => point.devices === p && point.cap === cap)))]),
  );
}
function cell(point: Point | undefined): string {
  if (point === undefined) return "";
  const { makespan, bound, proved } = point;
  return proved ? `**${makespan}**` : `${bound} to ${makespan ?? "?"}`;
}

/** What a published schedule takes, and how far that is above the least under the same memory. */
function published(points: readonly Point[], blocks: readonly Block[]): string {
  const titles = [...new Set(blocks.map(({ title }) => title))];
  return table(
    ["schedule", ...sizes.map((p) => `p = ${p}`)],
    titles.map((title) => [
      title,
      ...sizes.map((p) => {
        const block = blocks.find((one) => one.title === title && one.devices === p);
        if (block === undefined) return "";
        const { memory, makespan } = block;
        const above = aboveLeast(points, block);
        return `${makespan} at ${memory}, ${above === 0 ? "**least**" : `+${above ?? "?"}`}`;
      }),
    ]),
  );
}
export function aboveLeast(points: readonly Point[], { placement, devices, memory, makespan }: Block): number | null {
  const point = points.find((one) => one.placement === placement && one.devices === devices && capOf(one) === memory);
  return point?.makespan == null ? null : makespan - point.makespan;
}

/** The least spans of V beside the formulas for them: a row for each cap in half stages. */
export function spanTables({ points, refuted }: Spans): Tables {
  const own = points.filter(({ placement }) => placement === "v");
  const halves = [...new Set(own.map((point) => 2 * capOf(point)))].sort((a, b) => a - b);
  const of = (p: number, k: number): string => {
    const point = own.find((one) => one.devices === p && 2 * capOf(one) === k);
    if (point === undefined) return "";
    const { microbatches, span, bound, proved } = point;
    const least = proved ? `**${span}**` : `${bound} to ${span}`;
    if (k < vMin(p)) return least;
    const above = span - spanFormula(p, microbatches, k);
    return `${least}, ${above === 0 ? "met" : `+${above}${span === spanExpected(p, microbatches, k) ? "" : "?"}`}`;
  };
  const numbers = (p: number): string => refuted.flatMap(({ devices, microbatches }) => (devices === p ? [microbatches] : [])).join(", ");
  return new Map([
    [
      "spans",
      table(
        ["k", ...sizes.map((p) => `p = ${p}`)],
        halves.map((k) => [`${k}`, ...sizes.map((p) => of(p, k))]),
      ),
    ],
    ["refuted", table(["", ...sizes.map((p) => `p = ${p}, k = ${2 * p - 1}`)], [["m", ...sizes.map(numbers)]])],
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `|${cells.map((one) => (one === "" ? " |" : ` ${one} |`)).join("")}`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** A page with its tables as they are now: what stands under each `<!-- table: NAME -->` up to an empty line is replaced. */
export function withTables(page: string, tables: Tables): string {
  return page.replace(/(<!-- table: (\w+) -->\n)(?:\|.*\n)*/g, (whole, marker: string, name: string) => {
    const made = tables.get(name);
    return made === undefined ? whole : `${marker}${made}\n`;
  });
}
