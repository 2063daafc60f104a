// The least spans: the same question as the frontier's, for the span, which leaves out that devices begin one after the other. Where the
// catalogue has a schedule of that span, and that nothing is shorter as far as it is known.
import { readFileSync } from "node:fs";
import { fraction } from "../../src/fraction/index.ts";
import { show, solve, type VerifyOptions, verify } from "../../src/session.ts";
import { inUnits } from "../../src/verify/seek.ts";
import { capOf, capText, type Instance, type Placement, type Point, worlds } from "./points.ts";

export interface SpanPoint extends Instance, Pick<Point, "bound" | "proved" | "evidence"> {
  readonly span: number;
  /** The schedule that has it: a file of the catalogue, and a schedule in it. */
  readonly file: string;
  readonly schedule: string;
}
export type Place = Instance & Pick<SpanPoint, "file" | "schedule">;

/** Half stages that V-Min takes: from there to the memory of 1F1B the formulas below speak of V. */
export const vMin = (p: number): number => 2 * Math.floor((p + 4) / 3);
/** *Controllable Memory*: the bound named there, 6m + max(0, 6p - 3k - 1). */
export const spanFormula = (p: number, m: number, k: number): number => 6 * m + Math.max(0, 6 * p - 3 * k - 1);
/** What the authors' program expects (sail-sg/zero-bubble-pipeline-parallelism, v_auto_schedule.py): one more where k = 2p - 1. */
export const spanExpected = (p: number, m: number, k: number): number =>
  6 * m + 3 * p - 1 - 3 * k + Math.max(3 * p, p - 1 + 2 * (1 + Math.floor((k + 1) / 2)));

const elsewhere: Readonly<Record<string, readonly [file: string, schedule: string]>> = {
  "v 4 7/2": ["v-adaptive/v-adaptive.pipe", "Cap7of4"],
  "v 5 4": ["v-adaptive/v-adaptive.pipe", "Cap8of5"],
  "v 5 9/2": ["v-adaptive/v-adaptive.pipe", "Cap9of5"],
  "v 6 5": ["v-adaptive/v-adaptive.pipe", "Cap10of6"],
  "v 6 11/2": ["v-adaptive/v-adaptive.pipe", "Cap11of6"],
  "straight 4 5": ["optimal/spans.pipe", "Cap5"],
  "straight 4 6": ["optimal/spans.pipe", "Cap6"],
  "straight 4 7": ["zb-h2/zb-h2.pipe", "ZBH2"],
};
/** Where no other is named: ZB-V in the memory of 1F1B, else the frontier's schedule of least makespan. */
function place(placement: Placement, devices: number, memory: number): Place {
  const cap = capText(memory);
  const [file, schedule] =
    elsewhere[`${placement} ${devices} ${cap}`] ??
    (placement === "v" && memory === devices
      ? ["zb-v/zb-v.pipe", "ZBV"]
      : [`optimal/${placement}-p${devices}.pipe`, `Cap${cap.replace("/", "_")}`]);
  return { placement, devices, microbatches: 2 * devices, cap, file, schedule };
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
/** V on 2 to 6 devices, up to 4 for every cap; the straight placement on 4, up to twice the memory of 1F1B. */
export const spanPlaces: readonly Place[] = [
  ...range(2, 6).flatMap((p) => range(p <= 4 ? 2 : vMin(p), 2 * p).map((k) => place("v", p, k / 2))),
  ...range(1, 7).map((cap) => place("straight", 4, cap)),
];

/** That V has no span of 6m + 2 in half a microbatch less than 1F1B's memory, for so many microbatches. */
export interface Refuted {
  readonly devices: number;
  readonly microbatches: number;
  readonly span: number;
}
/** Where that is asked. With fewer than 2p - 3 microbatches ZB-V does not have it either: it has no bubble from 2p - 1 on, and a slot of it for each one less. */
export const refutedPlaces: readonly Pick<Refuted, "devices" | "microbatches">[] = [
  ...range(2, 6).map((microbatches) => ({ devices: 2, microbatches })),
  ...range(3, 9).map((microbatches) => ({ devices: 3, microbatches })),
  ...range(5, 8).map((microbatches) => ({ devices: 4, microbatches })),
  ...range(7, 8).map((microbatches) => ({ devices: 5, microbatches })),
  ...range(9, 10).map((microbatches) => ({ devices: 6, microbatches })),
];
/** Null where time was up. Throws where there is such a schedule. */
export async function refute({ devices, microbatches }: (typeof refutedPlaces)[number], options: VerifyOptions): Promise<Refuted | null> {
  const span = 6 * microbatches + 2;
  const { name, text } = worlds.v;
  const cap = capText(devices - 1 / 2);
  const claim = `claim "none": impossible: ${name}(${devices}) with m = ${microbatches}, peak <= ${cap}, span <= ${span}\n`;
  const [{ claims }] = (await verify([{ path: "spans.pipe", text: text + claim }], { jobs: 1, ...options })).files;
  const [{ verdict }] = claims;
  if (verdict === "refuted") throw new Error(`${devices} devices, ${microbatches} microbatches: there is a span of ${span}`);
  if (verdict !== "proved") return null;
  return { devices, microbatches, span };
}

/** The span that the catalogue's schedule has. */
export async function spanOf({ file, schedule, devices, microbatches, cap }: Place): Promise<number> {
  const path = new URL(`../../proofs/${file}`, import.meta.url);
  const text = readFileSync(path, "utf8");
  const parameters = new Map(new RegExp(`^schedule ${schedule}\\(p\\)`, "m").test(text) ? [["p", fraction.rational(devices)]] : []);
  const shown = await show({ path: path.pathname, text }, schedule, { parameters, microbatches });
  if (shown.kind !== "schedule") throw new Error(`${schedule} of ${file} is not there`);
  const { problem, measures } = shown.examined;
  if (measures.peak > capOf({ cap }) * problem.partsPerUnit) throw new Error(`${schedule} of ${file} takes more than ${cap}`);
  return measures.span / problem.ticksPerUnit;
}

/** The point as far as a search gets. */
export async function solveSpan(one: Place, options: VerifyOptions): Promise<SpanPoint> {
  const span = await spanOf(one);
  const { placement, devices, microbatches, cap, file, schedule } = one;
  const { name, text } = worlds[placement];
  const find = `find Best of ${name}(${devices}) { microbatches ${microbatches}  keep peak <= ${cap}  keep span <= ${span}  minimize span }\n`;
  const [{ sightings, claims }] = (await solve({ path: file, text: text + find }, [], { jobs: 1, ...options })).files;
  const [sighting] = sightings;
  if (sighting === undefined) throw new Error(claims.map(({ reason }) => reason).join(" "));
  const [{ value, bound, proved }] = sighting.outcomes;
  const slots = (ticks: number): number => Number(inUnits(sighting.sought, "span", ticks).num);
  if (value !== null && slots(value) < span)
    throw new Error(`${placement}, ${devices} devices, cap ${cap}: ${slots(value)} is shorter than ${span}`);
  const { evidence } = sighting.judged;
  return {
    ...{ placement, devices, microbatches, cap, span, file, schedule, bound: slots(bound), proved },
    evidence: evidence.kind === "clauses" || evidence.kind === "bound" ? evidence.kind : "none",
  };
}

export interface Spans {
  readonly points: readonly SpanPoint[];
  readonly refuted: readonly Refuted[];
}
/** One point a line. */
export function spansJson({ points, refuted }: Spans): string {
  const lines = (all: readonly unknown[]): string => all.map((one) => `    ${JSON.stringify(one)}`).join(",\n");
  return `{\n  "format": "bubbleproof/spans",\n  "version": 1,\n  "points": [\n${lines(points)}\n  ],\n  "refuted": [\n${lines(refuted)}\n  ]\n}\n`;
}
export function readSpans(text: string): Spans {
  const { format, version, points, refuted } = JSON.parse(text);
  if (format !== "bubbleproof/spans" || version !== 1) throw new Error(`this is ${format} ${version}, not bubbleproof/spans 1`);
  return { points, refuted };
}
export const recordedSpans = (): Spans => readSpans(readFileSync(new URL("../../proofs/optimal/spans.json", import.meta.url), "utf8"));
