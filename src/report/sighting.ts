// What a find has found, for people: its measures, how good they are, and the schedule as a picture.
import pc from "picocolors";
import { drawTerminal } from "../exchange/terminal.ts";
import { fraction } from "../fraction/index.ts";
import { decimal } from "../verify/counterexample.ts";
import { inUnits, percent, type Sighting } from "../verify/seek.ts";
import { measureLine } from "./measures.ts";
import { pictureOf } from "./picture.ts";

export interface SightingOptions {
  readonly color: boolean;
  readonly width: number;
  readonly picture: boolean;
}

export function sightingText(sighting: Sighting, options: SightingOptions): string {
  const { find, sought, found, outcomes } = sighting;
  const c = pc.createColors(options.color);
  const lines = ["", c.bold(find.name.text)];
  if (found === null) return `${[...lines, "  no schedule"].join("\n")}\n`;
  const problem = sought.elaborated.problem;
  lines.push(`  ${measureLine({ problem, measures: found.measures })}`);
  for (const outcome of outcomes) {
    const line = outcomeLine(sought, outcome);
    if (line !== null) lines.push(`  ${outcome.proved ? `${c.green("optimal")} ` : `${c.yellow("open")}    `} ${line}`);
  }
  if (options.picture)
    lines.push(
      drawTerminal(pictureOf(sought.elaborated, problem, found.schedule), {
        width: options.width,
        color: options.color,
        unicode: true,
      }).trimEnd(),
    );
  return `${lines.join("\n")}\n`;
}

/** How good what was found is; null where nothing was found. */
export function outcomeLine(sought: Sighting["sought"], { objective, value, bound, proved }: Sighting["outcomes"][number]): string | null {
  if (value === null) return null;
  const shown = (at: number): string => decimal(inUnits(sought, objective, at));
  return proved
    ? `no schedule has a ${objective} below ${shown(value)}`
    : `no schedule has a ${objective} below ${shown(bound)}: at most ${percent(value, bound)} are left to gain`;
}

/** A measure of a found schedule as it stands in the JSON report. */
export const exactText = fraction.print;
