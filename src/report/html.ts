// The report of `verify` as one HTML file: claims with their verdicts and evidence, counterexamples, schedules as pictures. It needs
// neither network nor scripts, and forbids itself both. Same report, same bytes.
import { type Kind, kindsOf } from "../exchange/picture.ts";
import { escaped } from "../exchange/svg/text.ts";
import { drawSvg, type Panel } from "../exchange/svg.ts";
import type { FileReport, Report, Shown, VerdictWord } from "../session.ts";
import type { Sighting } from "../verify/seek.ts";
import { tool } from "../version.ts";
import { claimsTable, type Digests, type Draw, diagnosticBlock } from "./html/claims.ts";
import { pageStyle } from "./html/style.ts";
import { captionOf, measureLine } from "./measures.ts";
import { pictureOf, pictureOfShown } from "./picture.ts";
import { outcomeLine } from "./sighting.ts";

export interface HtmlOptions {
  /** Schedules to draw, by the path of their source and by name; without it none is drawn. */
  readonly shown?: ReadonlyMap<string, ReadonlyMap<string, Shown>>;
  /** SHA-256 of certificates' files, by the names that the claims have for them. */
  readonly digests?: Digests;
}

/** Schedules beyond these are named, not drawn: so many passes, so many of one file. */
const mostPasses = 20_000;
const mostPictures = 24;

export function reportHtml(report: Report, { shown = new Map(), digests = new Map() }: HtmlOptions = {}): string {
  const kinds = new Map<string, Kind>();
  let figures = 0;
  const draw: Draw = (panels) => {
    for (const { input } of panels) for (const kind of kindsOf(input).list) kinds.set(`${kind.family} ${kind.chunk} ${kind.chunks}`, kind);
    const svg = drawSvg(panels, { embedded: `f${++figures}` });
    return `<figure>${svg.replace("<svg ", '<svg class="pic" ').trimEnd()}</figure>`;
  };
  const sections = report.files.map((file, i) => fileSection(file, i, shown.get(file.source.path), digests, draw));
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escaped(headline(report))} \u2013 Bubbleproof</title>`,
    `<style>${pageStyle([...kinds.values()])}</style></head><body>`,
    `<header><h1>Bubbleproof: ${escaped(headline(report))}</h1>`,
    counts(report),
    ...(report.complete ? [] : ["<p>The run was stopped early: what was not judged is unknown.</p>"]),
    controls,
    "</header><main>",
    overview(report),
    ...sections,
    `</main><footer>${tool.name} ${tool.version}. A claim is proved when the kernel has checked complete evidence for it; what a solver says is not believed.</footer>`,
    "</body></html>",
    "",
  ].join("\n");
}

const words: readonly VerdictWord[] = ["refuted", "vacuous", "unproved", "unknown", "proved"];

const countsOf = (files: readonly FileReport[]): readonly (readonly [string, number])[] => {
  const claims = files.flatMap((file) => file.claims);
  const errors = files.reduce((sum, file) => sum + file.diagnostics.length, 0);
  const each = words.map((word) => [word, claims.filter(({ verdict }) => verdict === word).length] as const);
  return ([["error", errors], ...each] as const).filter(([, count]) => count > 0);
};

function headline({ files }: Report): string {
  const found = countsOf(files);
  if (found.length === 0) return "nothing to judge";
  return found.every(([word]) => word === "proved") ? "all proved" : found.map(([word, count]) => said(word, count)).join(", ");
}
const said = (word: string, count: number): string => `${count} ${word === "error" && count !== 1 ? "errors" : word}`;

const counts = ({ files }: Report): string =>
  `<ul class="counts">${countsOf(files)
    .map(([word, count]) => `<li class="${word}">${said(word, count)}</li>`)
    .join("")}</ul>`;

const choice = (name: string, id: string, text: string, checked: boolean): string =>
  `<label><input type="radio" name="${name}" id="${id}"${checked ? " checked" : ""}> ${text}</label>`;
const controls = `<div class="controls"><fieldset><legend>Show</legend>${choice("show", "show-all", "every claim", true)}${choice("show", "show-rest", "what is not proved", false)}</fieldset><fieldset><legend>Theme</legend>${choice("theme", "theme-auto", "system", true)}${choice("theme", "theme-light", "light", false)}${choice("theme", "theme-dark", "dark", false)}</fieldset></div>`;

/** One line a file, where there are several. */
function overview({ files }: Report): string {
  if (files.length < 2) return "";
  const rows = files.map((file, i) => {
    const found = countsOf([file]).map(([word, count]) => `<span class="badge ${word}">${said(word, count)}</span>`);
    return `<tr><td>${found.join(" ") || '<span class="quiet">nothing</span>'}</td><td><a href="#file-${i + 1}">${escaped(file.source.path)}</a></td></tr>`;
  });
  return `<table class="files" aria-label="files"><tbody>${rows.join("\n")}</tbody></table>`;
}

function fileSection(file: FileReport, i: number, shown: ReadonlyMap<string, Shown> | undefined, digests: Digests, draw: Draw): string {
  const { source } = file;
  const empty = file.claims.length + file.diagnostics.length === 0 ? '<p class="quiet">No claims, no schedules: nothing to judge.</p>' : "";
  return [
    `<section aria-labelledby="file-${i + 1}"><h2 id="file-${i + 1}">${escaped(source.path)}</h2>${empty}`,
    ...file.diagnostics.map((one) => diagnosticBlock(one, source.text)),
    claimsTable(file, digests, draw),
    ...file.sightings.map((sighting) => sightingBlock(sighting, draw)),
    ...file.blocks.flatMap(({ text }) =>
      text === undefined || text === null ? [] : [`<details><summary>the block found</summary><pre>${escaped(text)}</pre></details>`],
    ),
    gallery(shown, draw),
    "</section>",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function sightingBlock(sighting: Sighting, draw: Draw): string {
  const { find, sought, found, outcomes } = sighting;
  const title = `<h3>${escaped(find.name.text)}</h3>`;
  if (found === null) return `${title}<p>no schedule</p>`;
  const { elaborated } = sought;
  const facts = measureLine({ problem: elaborated.problem, measures: found.measures });
  const lines = outcomes.flatMap((outcome) => {
    const line = outcomeLine(sought, outcome);
    return line === null
      ? []
      : [`<p><span class="badge ${outcome.proved ? "proved" : "open"}">${outcome.proved ? "optimal" : "open"}</span> ${escaped(line)}</p>`];
  });
  const panel: Panel = {
    input: pictureOf(elaborated, elaborated.problem, found.schedule),
    title: find.name.text,
    subtitle: captionOf({ problem: elaborated.problem, measures: found.measures }),
  };
  const tooMany = found.measures.passes > mostPasses;
  return `${title}<p>${escaped(facts)}</p>${lines.join("")}${tooMany ? "" : draw([panel])}`;
}

/** The schedules of a file, folded away; what cannot be shown at the usual size is left out. */
function gallery(shown: ReadonlyMap<string, Shown> | undefined, draw: Draw): string {
  const figures: string[] = [];
  let more = 0;
  for (const one of shown?.values() ?? []) {
    if (one.kind !== "schedule") continue;
    const { examined, title } = one;
    if (examined.measures.passes > mostPasses || figures.length >= mostPictures) more++;
    else figures.push(draw([{ input: pictureOfShown(one), title, subtitle: captionOf(examined) }]));
  }
  if (figures.length === 0) return "";
  const rest = more === 0 ? "" : `<p class="quiet">${more} more not drawn</p>`;
  const open = figures.length <= 2 ? " open" : "";
  return `<details${open}><summary>${figures.length === 1 ? "the schedule" : `${figures.length} schedules`} as a picture</summary>${figures.join("\n")}${rest}</details>`;
}
