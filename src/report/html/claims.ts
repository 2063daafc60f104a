// The claims of one file as a table, and what stands under those that are not proved: sentences, source lines, a picture.

import { escaped } from "../../exchange/svg/text.ts";
import type { Panel } from "../../exchange/svg.ts";
import type { ClaimResult, Diagnostic, FileReport } from "../../session.ts";
import type { Scene } from "../../verify/result.ts";
import { brief } from "../brief.ts";
import { pictureOf } from "../picture.ts";
import { excerpt, placeOf } from "../place.ts";
import { detail, situation } from "../text.ts";

/** SHA-256 of certificates' files, by their names. */
export type Digests = ReadonlyMap<string, string>;
/** Draws panels as one figure; the page knows the kinds and ids of all of them. */
export type Draw = (panels: readonly Panel[]) => string;

export function claimsTable(file: FileReport, digests: Digests, draw: Draw): string {
  if (file.claims.length === 0) return "";
  const certified = file.claims.some(({ certificates }) => certificates !== undefined);
  const rows = file.claims.map((claim) => claimRow(claim, file, certified ? digests : null, draw));
  const head = ["verdict", "claim", "evidence", ...(certified ? ["certificate"] : [])]
    .map((word) => `<th scope="col">${word}</th>`)
    .join("");
  return `<table><thead><tr>${head}<th scope="col" class="place">line</th></tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;
}

/** Without digests there is no column for certificates. */
function claimRow(claim: ClaimResult, file: FileReport, digests: Digests | null, draw: Draw): string {
  const { verdict, title, span, domain, reason } = claim;
  const evidence = detail(claim).replace(domain, "").trim();
  const scope = domain === "" || detail(claim).startsWith(domain) === false ? "" : ` <span class="quiet">${escaped(domain)}</span>`;
  const cells = [
    `<td><span class="badge ${verdict}">${verdict}</span></td>`,
    `<td>${escaped(brief(title))}${scope}</td>`,
    `<td class="evidence">${escaped(evidence.replace(/^\((.*)\)$/, "$1"))}</td>`,
    ...(digests === null ? [] : [`<td>${certificateNames(claim, digests)}</td>`]),
    `<td class="place">${placeOf(file.source.text, span).line}</td>`,
  ];
  const more = [
    ...(verdict !== "proved" && reason ? [`<p>${escaped(brief(reason))}</p>`] : []),
    ...(claim.counterexample === undefined ? [] : [counterexample(claim, file, draw)]),
  ];
  const own = verdict === "proved" ? ' class="is-proved"' : "";
  const below = more.length === 0 ? "" : `\n<tr class="more"><td></td><td colspan="${cells.length - 1}">${more.join("")}</td></tr>`;
  return `<tr${own}>${cells.join("")}</tr>${below}`;
}

const certificateNames = ({ certificates = [] }: ClaimResult, digests: Digests): string =>
  certificates
    .map((file) => {
      const digest = digests.get(file);
      const short =
        digest === undefined
          ? ""
          : `<br><span class="digest" title="sha256:${escaped(digest)}">sha256:${escaped(digest.slice(0, 12))}\u2026</span>`;
      return `<div class="file">${escaped(file)}${short}</div>`;
    })
    .join("");

function counterexample(claim: ClaimResult, file: FileReport, draw: Draw): string {
  const found = claim.counterexample;
  if (found === undefined) return "";
  const where = situation(found);
  const sentences = found.sentences.map((sentence, i) => {
    const at = i === 0 && where !== "" ? `<strong>${escaped(where)}:</strong> ` : "";
    return `<p>${at}${escaped(brief(sentence))}</p>`;
  });
  const spans = found.spans.length > 0 ? found.spans : [claim.span];
  const scene = found.scene === undefined ? "" : draw([scenePanel(found.scene, where)]);
  return `${sentences.join("")}${lines(file.source.text, spans.slice(0, 4))}${scene}`;
}

/** Source lines with their carets. */
function lines(text: string, spans: readonly { readonly from: number; readonly to: number }[]): string {
  const gutter = spans.reduce((most, span) => Math.max(most, `${placeOf(text, span).line}`.length), 1);
  const shown = spans.flatMap((span) => {
    const [source, carets] = excerpt(text, span, gutter, (own) => own);
    return [escaped(source), carets.replace(/\^+.*$/, (own) => `<b>${escaped(own)}</b>`)];
  });
  return `<pre>${shown.join("\n")}</pre>`;
}

function scenePanel(scene: Scene, where: string): Panel {
  const { from, to, devices, marks } = scene;
  const some = devices.length < scene.problem.devices ? `; only device${devices.length === 1 ? "" : "s"} ${devices.join(", ")}` : "";
  const framed = marks.length === 0 ? "" : "framed: the passes that it is about";
  return {
    input: pictureOf(scene, scene.problem, scene.schedule),
    title: `The counterexample ${where}`.trim(),
    subtitle: `${framed}${some}`.replace(/^; /, ""),
    window: { from, to, devices },
    marks: new Set(marks),
  };
}

export function diagnosticBlock(one: Diagnostic, text: string): string {
  const { line, column } = placeOf(text, one.span);
  const spans = [one.span, ...(one.second === undefined ? [] : [one.second.span])];
  const source = text !== "" && one.span.to > 0 ? lines(text, spans) : "";
  const second = one.second === undefined ? "" : `<p class="quiet">${escaped(brief(one.second.message))}</p>`;
  const help = one.help === undefined ? "" : `<p>help: ${escaped(brief(one.help))}</p>`;
  return `<p><span class="badge error">error</span> <code>${escaped(one.code)}</code> ${line}:${column}: ${escaped(brief(one.message))}</p>${source}${second}${help}`;
}
