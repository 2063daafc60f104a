// The table's figures: every entry replayed by the kernel, its file judged, the frontier looked up.
import { readFileSync } from "node:fs";
import { fraction } from "../../src/fraction/index.ts";
import type { Rational } from "../../src/kernel/index.ts";
import { type ClaimResult, type Shown, show, verify } from "../../src/session.ts";
import { capOf, readFrontier } from "../frontier/points.ts";
import { type Drawing, type Entry, entries, microbatches, uneven } from "./entries.ts";

export interface Row {
  readonly name: string;
  readonly file: string;
  readonly placement: string;
  /** The peak that the file claims, as a formula. */
  readonly formula: string;
  /** How that claim is proved: for all p, or for a range of sizes. */
  readonly proved: "all p" | "range";
  /** Exact, in one microbatch's activations of one device's layers. */
  readonly peak: string;
  readonly makespan: string;
  /** Idle share of the span, exact, at unit times and at F 3, B 4, W 2. */
  readonly bubble: string;
  readonly unevenBubble: string;
  /** The least makespan with no more memory, where the frontier has the placement. */
  readonly least: number | null;
}
export type Drawn = Extract<Shown, { kind: "schedule" }>;

const at = (path: string): string => readFileSync(new URL(`../../proofs/${path}`, import.meta.url), "utf8");
const { rational, print, approximate } = fraction;

/** An entry as it stands in the table, or what its picture shows. */
export async function drawnOf({ folder }: Entry, { schedule, with: given, microbatches, profile }: Drawing): Promise<Drawn> {
  const path = `${folder}/${folder}.pipe`;
  const parameters = new Map(Object.entries(given ?? {}).map(([name, value]) => [name, rational(value)]));
  const shown = await show({ path, text: `${at(path)}\n${uneven}\n` }, schedule, { parameters, microbatches, profile });
  if (shown.kind !== "schedule") throw new Error(`${schedule} of ${path} is not there`);
  return shown;
}

function bubbleOf({ examined: { problem, measures } }: Drawn): Rational {
  const busy = [...measures.busyOf].reduce((sum, ticks) => sum + ticks, 0);
  const whole = measures.span * problem.devices;
  return rational(whole - busy, whole);
}

/** The claimed peak of each file as the index quotes it. */
const formulas = new Map(
  [...at("README.md").matchAll(/^\|[^|]*\| \[([^\]]+)\]\([^)]+\) \|[^|]*\| `([^`]+)` \|/gm)].map(([, name, formula]) => [name, formula]),
);

/** How the peak that the index quotes is proved, from what judging the file has given. */
export function provedHow(text: string, formula: string, claims: readonly ClaimResult[]): "all p" | "range" {
  const titles = text
    .split("\n")
    .filter((line) => /: peak\(.*\) == [^=]*$/.test(line) && !line.includes("on device") && line.trim().endsWith(`== ${formula}`))
    .map((line) => /"([^"]*)"/.exec(line)?.[1]);
  const claim = claims.find(({ title }) => titles.includes(title));
  if (claim?.verdict !== "proved") throw new Error(`the peak ${formula} is not proved`);
  return claim.evidence.kind === "cases" ? "all p" : "range";
}

/** A row but for how its peak is proved, which takes judging the file. */
export async function figuresOf(entry: Entry): Promise<Omit<Row, "proved">> {
  const { name, folder, placement } = entry;
  const formula = formulas.get(folder);
  if (formula === undefined) throw new Error(`the index has no ${folder}`);
  const drawn = await drawnOf(entry, { ...entry, microbatches });
  const other = await drawnOf(entry, { ...entry, schedule: entry.uneven ?? entry.schedule, microbatches, profile: "CatalogueTimes" });
  const { problem, measures } = drawn.examined;
  const peak = rational(measures.peak, problem.partsPerUnit);
  // The frontier's pipelines have F, B and W and hold until W: only schedules of these, or of F and a backward in one piece, compare.
  const families = new Set(drawn.elaborated.nodes.map(({ family }) => family.name.text));
  const plain = [...families].every((family) => ["F", "B", "W", "BW"].includes(family)) && !name.includes("=");
  const points = readFrontier(at("optimal/frontier.json")).filter(
    (point) => point.devices === 4 && point.placement === placement.toLowerCase() && capOf(point) <= approximate(peak),
  );
  return {
    name,
    file: `${folder}/${folder}.pipe`,
    placement,
    formula,
    peak: print(peak),
    makespan: print(rational(measures.makespan, problem.ticksPerUnit)),
    bubble: print(bubbleOf(drawn)),
    unevenBubble: print(bubbleOf(other)),
    least: plain ? (points.at(-1)?.makespan ?? null) : null,
  };
}

export async function rowsOf(): Promise<readonly Row[]> {
  const how = new Map<string, "all p" | "range">();
  const rows: Row[] = [];
  for (const entry of entries) {
    const figures = await figuresOf(entry);
    const path = figures.file;
    const proved = how.get(path) ?? provedHow(at(path), figures.formula, (await verify([{ path, text: at(path) }])).files[0].claims);
    how.set(path, proved);
    rows.push({ ...figures, proved });
  }
  return rows;
}

/** The rows as they are recorded. */
export const recorded = (): readonly Row[] => JSON.parse(at("catalogue.json")).rows;
