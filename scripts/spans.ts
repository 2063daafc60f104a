// The least spans with their proofs. `npm run spans` solves what `proofs/optimal/spans.json` does not have proved and writes it and its table;
// `--limit S`: seconds for each point, 60 without it; `--solver NAME`; `--devices P`: only up to so many.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defaultSolver, solverNamed } from "../src/solver/choose.ts";
import { same } from "./frontier/points.ts";
import {
  type Refuted,
  readSpans,
  refute,
  refutedPlaces,
  type SpanPoint,
  type Spans,
  solveSpan,
  spanPlaces,
  spansJson,
} from "./frontier/spans.ts";
import { spanTables, withTables } from "./frontier/tables.ts";

const { values } = parseArgs({
  options: {
    limit: { type: "string", default: "60" },
    solver: { type: "string", default: defaultSolver },
    devices: { type: "string", default: "6" },
  },
});
const chosen = solverNamed(values.solver);
if ("problem" in chosen) throw new Error(`${chosen.problem}: ${chosen.help}`);
const optimal = (file: string): URL => new URL(`../proofs/optimal/${file}`, import.meta.url);
const options = { timeout: Number(values.limit) * 1000, satSolver: () => chosen.make() };
const isAsked = (devices: number): boolean => devices <= Number(values.devices);
const known: Spans = existsSync(optimal("spans.json"))
  ? readSpans(readFileSync(optimal("spans.json"), "utf8"))
  : { points: [], refuted: [] };
const points: SpanPoint[] = [];
const refuted: Refuted[] = [];
const began = Date.now();
const done = (what: string): void => {
  process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${what}\n`);
  // What is not looked at yet stays as it was.
  const rest = known.points.filter((one) => !points.some((point) => same(one, point)));
  const others = known.refuted.filter((one) => !refuted.some((other) => alike(one, other)));
  writeFileSync(optimal("spans.json"), spansJson({ points: [...points, ...rest], refuted: [...refuted, ...others] }));
};
const alike = (a: (typeof refutedPlaces)[number], b: (typeof refutedPlaces)[number]): boolean =>
  a.devices === b.devices && a.microbatches === b.microbatches;

for (const place of spanPlaces) {
  const before = known.points.find((one) => same(one, place) && one.schedule === place.schedule);
  const isKept = before !== undefined && (before.proved || !isAsked(place.devices));
  const point = isKept ? before : await solveSpan(place, options);
  // What an earlier search has shown stays.
  const better = before !== undefined && before.span === point.span && before.bound > point.bound ? before : point;
  points.push(better);
  const { placement, devices, cap, span, bound, proved } = better;
  done(`${placement}, ${devices} devices, cap ${cap}: ${span} ${proved ? "proved" : `>= ${bound}`}`);
}
for (const place of refutedPlaces) {
  const before = known.refuted.find((one) => alike(one, place));
  const found = before ?? (isAsked(place.devices) ? await refute(place, options) : null);
  if (found !== null) refuted.push(found);
  done(`${place.devices} devices, ${place.microbatches} microbatches: ${found === null ? "unknown" : "refuted"}`);
}
const page = readFileSync(optimal("README.md"), "utf8");
writeFileSync(optimal("README.md"), withTables(page, spanTables({ points, refuted })));
