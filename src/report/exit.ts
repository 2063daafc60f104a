// The exit code says what the report says: 0 all proved; 1 refuted or vacuous; 2 bad input; 3 unproved or unknown; 70 our own bug.
import type { Report } from "../session.ts";

export function exitCode(report: Report): 0 | 1 | 2 | 3 | 70 {
  if (bugsOf(report).length > 0) return 70;
  if (report.files.some((file) => file.diagnostics.length > 0)) return 2;
  const verdicts = report.files.flatMap((file) => file.claims.map((claim) => claim.verdict));
  if (verdicts.some((verdict) => verdict === "refuted" || verdict === "vacuous")) return 1;
  if (verdicts.some((verdict) => verdict !== "proved") || !report.complete) return 3;
  return 0;
}

/** What was thrown on the way that nobody should throw. */
export const bugsOf = (report: Report): unknown[] =>
  report.files.flatMap((file) => file.claims.flatMap((claim) => (claim.bug === undefined ? [] : [claim.bug])));
