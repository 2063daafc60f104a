// What is worth knowing of a schedule that came from elsewhere: its size, its measures, and how far it is from the best there can be.
import type { Exchanged } from "../convert.ts";
import { fraction } from "../fraction/index.ts";
import type { Problem } from "../kernel/index.ts";
import { boundOf, examine } from "../schedule/index.ts";
import { decimal } from "../verify/counterexample.ts";
import { measureLine } from "./measures.ts";

const { rational, print } = fraction;
/** Above this many passes no bound is looked for. */
const mostForBounds = 100_000;

export function exchangedText({ title, problem, schedule }: Exchanged): string {
  const examined = examine({ kind: "schedule", problem, source: { schedule } });
  if (examined.kind !== "schedule") return `${title}\n  not a valid schedule\n`;
  const { measures } = examined;
  const by = Array.from(measures.peakOf, (parts) => print(rational(parts, problem.partsPerUnit)));
  const lines = [title, `  ${measureLine(examined)}`, `  peak by device ${few(by)}`];
  if (measures.passes <= mostForBounds) {
    const bound = (kept: Problem, on: "makespan" | "span"): number =>
      boundOf({ problem: kept, makespan: null, span: null, starts: [], orders: [] }, on).value;
    const cap = new Float64Array(problem.devices).fill(measures.peak);
    for (const on of ["makespan", "span"] as const) {
      const [free, kept] = [bound(problem, on), bound({ ...problem, cap }, on)];
      lines.push(`  ${distance(on, measures[on], free, kept, problem.ticksPerUnit)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The kernel's bounds: without a limit on memory, and with the memory that the schedule takes. */
function distance(what: string, found: number, free: number, kept: number, ticksPerUnit: number): string {
  const time = (ticks: number): string => decimal(rational(ticks, ticksPerUnit));
  const most = Math.max(free, kept);
  if (most === found) return `${what} optimal${kept > free ? " in this memory" : ""}: no schedule takes less than ${time(most)}`;
  const over = decimal(rational(found - most, ticksPerUnit));
  const memory = kept > free ? ` in this memory (${time(free)} in any)` : "";
  return `${what} at most ${over} above the best: no schedule takes less than ${time(most)}${memory}`;
}

const few = (texts: readonly string[]): string => (texts.length <= 16 ? texts.join(" ") : `${texts.slice(0, 15).join(" ")} ...`);
