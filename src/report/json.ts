// Results for programs: one versioned document (schema/report.schema.json). Numbers that are not whole are exact strings.

import { fraction } from "../fraction/index.ts";
import type { Rational } from "../kernel/index.ts";
import type { ClaimResult, Report, Sighting } from "../session.ts";
import { inUnits } from "../verify/seek.ts";
import { tool } from "../version.ts";
import { brief } from "./brief.ts";
import { placeOf } from "./place.ts";

/** 7 as a number, 1/3 as "1/3"; whole numbers beyond 2^53 as strings. */
const exact = (value: Rational): number | string => {
  const near = Number(value.num);
  return value.den === 1n && Number.isSafeInteger(near) ? near : fraction.print(value);
};

/** The report as a document; without `time`, `seconds` is left out so that two runs give the same bytes. */
export function reportJson(report: Report, time: boolean): string {
  const document = {
    format: "bubbleproof/report",
    version: 1,
    tool,
    complete: report.complete,
    claims: report.files.flatMap((file) =>
      file.claims.map((claim) => ({
        file: file.source.path,
        line: placeOf(file.source.text, claim.span).line,
        title: claim.title,
        ...(claim.domain === "" ? {} : { domain: claim.domain }),
        verdict: claim.verdict,
        instances: claim.instances,
        evidence: claim.evidence,
        ...(claim.reason === undefined ? {} : { reason: brief(claim.reason) }),
        ...(claim.best === undefined ? {} : { best: exact(claim.best) }),
        ...(claim.bound === undefined ? {} : { bound: exact(claim.bound) }),
        ...(claim.counterexample === undefined ? {} : { counterexample: counterexampleJson(claim, file.source.text) }),
        ...(claim.certificates === undefined ? {} : { certificates: claim.certificates }),
        ...(time ? { seconds: Math.round(claim.seconds * 1000) / 1000 } : {}),
      })),
    ),
    schedules: report.files.flatMap((file) => file.sightings.map((sighting) => scheduleJson(sighting, file.source.path))),
    diagnostics: report.files.flatMap((file) =>
      file.diagnostics.map((one) => ({
        code: one.code,
        severity: "error",
        message: brief(one.message),
        file: file.source.path,
        ...placeOf(file.source.text, one.span),
        ...(one.help === undefined ? {} : { help: brief(one.help) }),
      })),
    ),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function counterexampleJson({ counterexample: found }: ClaimResult, text: string): unknown {
  if (found === undefined) return undefined;
  return {
    parameters: Object.fromEntries(found.parameters.map(({ name, value }) => [name, exact(value)])),
    ...(found.microbatches === undefined ? {} : { microbatches: found.microbatches }),
    sentences: found.sentences.map(brief),
    places: found.spans.map((span) => placeOf(text, span)),
  };
}

/** What a find has found; without a schedule only its bound. */
function scheduleJson({ find, sought, found, outcomes, optimal }: Sighting, file: string): unknown {
  const { problem } = sought.elaborated;
  const time = (ticks: number): Rational => fraction.rational(ticks, problem.ticksPerUnit);
  const measures =
    found === null
      ? {}
      : {
          makespan: exact(time(found.measures.makespan)),
          span: exact(time(found.measures.span)),
          bubble: exact(
            found.measures.span === 0
              ? fraction.zero
              : fraction.minus(fraction.one, fraction.rational(found.measures.busy, found.measures.span * problem.devices)),
          ),
          peak: exact(fraction.rational(found.measures.peak, problem.partsPerUnit)),
        };
  const bounds = outcomes.map(({ objective, bound, proved }) => ({
    objective,
    bound: bound === Number.POSITIVE_INFINITY ? null : exact(inUnits(sought, objective, bound)),
    proved,
  }));
  return { name: find.name.text, file, found: found !== null, ...measures, optimal, bounds };
}
