// Results for people: one line a claim; for a refuted one the sentence, the source lines and the few passes involved.
import pc from "picocolors";
import { drawTerminal } from "../exchange/terminal.ts";
import { fraction } from "../fraction/index.ts";
import type { ClaimResult, Counterexample, Diagnostic, FileReport, Report, Source, VerdictWord } from "../session.ts";
import type { Scene } from "../verify/result.ts";

import { brief, visible } from "./brief.ts";
import { pictureOf } from "./picture.ts";

import { excerpt, placeOf } from "./place.ts";

export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
  readonly quiet: boolean;
}

/** The whole report as text. */
export function reportText(report: Report, options: TextOptions): string {
  const parts = report.files.map((file) => fileText(file, options)).filter((text) => text !== "");
  const summary = summaryLine(report, options);
  return `${[...parts, ...(summary === "" ? [] : [summary])].join("\n\n")}\n`;
}

function fileText(file: FileReport, options: TextOptions): string {
  const c = pc.createColors(options.color);
  const lines: string[] = [];
  for (const one of file.diagnostics) lines.push(diagnosticText(one, file.source, options), "");
  const claims = options.quiet ? file.claims.filter((claim) => claim.verdict !== "proved") : file.claims;
  const titles = Math.min(56, Math.max(0, ...claims.map((claim) => claim.title.length)));
  for (const claim of claims) {
    const head = `  ${paintVerdict(claim.verdict, c)}  ${brief(claim.title).padEnd(titles)}  ${c.dim(detail(claim))}`.trimEnd();
    lines.push(head);
    if (claim.verdict !== "proved" && claim.reason) lines.push(`            ${c.dim(brief(claim.reason))}`);
    if (claim.counterexample)
      lines.push(
        ...counterexampleLines(claim, claim.counterexample, file.source, options).map((line) => (line === "" ? "" : `            ${line}`)),
        "",
      );
  }
  while (lines.at(-1) === "") lines.pop();
  return lines.length === 0 ? "" : [c.bold(visible(file.source.path)), ...lines].join("\n");
}

function paintVerdict(verdict: VerdictWord, c: ReturnType<typeof pc.createColors>): string {
  const word = verdict.padEnd(8);
  switch (verdict) {
    case "proved":
      return c.green(word);
    case "refuted":
      return c.red(c.bold(word));
    default:
      return c.yellow(word);
  }
}

/** "for all p >= 2 (6 cases)", "for p in 2..16 (15 instances, 3600 passes replayed)". */
export function detail({ domain, evidence, instances, reason, verdict }: ClaimResult): string {
  const parts: string[] = [];
  const asUsed = verdict === "proved" && reason !== undefined;
  if (asUsed) parts.push(reason);
  else if (domain !== "") parts.push(visible(domain));
  if (evidence.kind === "cases" && verdict === "proved") parts.push(`(${plural(evidence.cases, "case")})`);
  if (evidence.kind === "bound" && verdict === "proved") parts.push("(bound)");
  if (evidence.kind === "clauses" && verdict === "proved") parts.push(`(${plural(evidence.lemmas, "lemma")} checked)`);
  if (evidence.kind === "replay" && verdict === "proved" && !asUsed) {
    const replayed = evidence.passes > 0 ? `${plural(evidence.passes, "pass")} replayed` : "";
    const count = domain === "" ? "" : plural(Number(instances), "instance");
    parts.push(`(${[count, replayed].filter((part) => part !== "").join(", ")})`);
  }
  return parts.join("  ").replace("()", "");
}
export const plural = (n: number, what: string): string => `${n} ${n === 1 ? what : what.endsWith("s") ? `${what}es` : `${what}s`}`;

/** "at p = 1, m = 2"; empty where nothing was chosen. */
export function situation({ parameters, microbatches }: Counterexample): string {
  const values = parameters.map(({ name, value }) => `${name} = ${fraction.print(value)}`);
  if (microbatches !== undefined && !values.some((value) => value.startsWith("m ="))) values.push(`m = ${microbatches}`);
  return values.length === 0 ? "" : `at ${values.join(", ")}`;
}

function counterexampleLines(claim: ClaimResult, found: Counterexample, source: Source, options: TextOptions): string[] {
  const c = pc.createColors(options.color);
  const where = situation(found);
  const at = where === "" ? "" : `${c.bold(where)}: `;
  const lines = found.sentences.map((sentence, i) => brief(i === 0 ? `${at}${sentence}` : sentence));
  const spans = found.spans.length > 0 ? found.spans : [claim.span];
  const gutter = Math.max(...spans.map((span) => String(placeOf(source.text, span).line).length));
  for (const span of spans.slice(0, 4)) lines.push(...excerpt(source.text, span, gutter, c.red));
  if (found.scene) lines.push("", ...sceneText(found.scene, options).split("\n"));
  return lines.flatMap((line) => line.split("\n"));
}

function sceneText(scene: Scene, options: TextOptions): string {
  return drawTerminal(pictureOf(scene, scene.problem, scene.schedule), {
    width: Math.min(options.width - 14, 110),
    color: options.color,
    unicode: false,
    marks: new Set(scene.marks),
    window: { from: scene.from, to: scene.to, devices: scene.devices },
  }).trimEnd();
}

/** A diagnostic with its place, carets and help. */
export function diagnosticText(one: Diagnostic, source: Source, { color }: TextOptions): string {
  const c = pc.createColors(color);
  const { line, column } = placeOf(source.text, one.span);
  const gutter = Math.max(String(line).length, one.second ? String(placeOf(source.text, one.second.span).line).length : 0);
  const lines = [`${c.red(c.bold(`error[${one.code}]`))}: ${c.bold(brief(one.message))}`];
  if (source.text !== "" && one.span.to > 0) {
    lines.push(`${" ".repeat(gutter)}--> ${visible(source.path)}:${line}:${column}`, ...excerpt(source.text, one.span, gutter, c.red));
  } else lines.push(`${" ".repeat(gutter)}--> ${visible(source.path)}`);
  if (one.second) {
    lines.push(...excerpt(source.text, one.second.span, gutter, (carets) => `${c.cyan(carets)} ${one.second?.message ?? ""}`));
  }
  if (one.help) lines.push(`${" ".repeat(gutter)} ${c.cyan("help:")} ${brief(one.help)}`);
  return lines.join("\n");
}

function summaryLine(report: Report, { color }: TextOptions): string {
  const c = pc.createColors(color);
  const claims = report.files.flatMap((file) => file.claims);
  const errors = report.files.reduce((sum, file) => sum + file.diagnostics.length, 0);
  const words: VerdictWord[] = ["proved", "refuted", "vacuous", "unproved", "unknown"];
  const counts = words
    .map((word) => [word, claims.filter((claim) => claim.verdict === word).length] as const)
    .filter(([, count]) => count > 0);
  const parts = counts.map(([word, count]) => `${count} ${word}`);
  if (errors > 0) parts.push(plural(errors, "error"));
  if (!report.complete) parts.push("stopped early");
  if (parts.length === 0) return "";
  const good = counts.every(([word]) => word === "proved") && errors === 0;
  return good ? c.green(parts.join(", ")) : c.yellow(parts.join(", "));
}
