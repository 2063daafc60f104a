// The colours and fonts of the SVGs, in light and dark. Concrete values, no CSS variables: some renderers know none.

import { paintsOf } from "../palette.ts";
import type { Kind } from "../picture.ts";

export type Theme = "auto" | "light" | "dark";

interface Tones {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly grid: string;
  readonly ground: string;
  readonly hatch: string;
  readonly held: string;
  readonly least: string;
  readonly line: string;
  readonly cap: string;
  readonly mark: string;
}
const light: Tones = {
  paper: "#ffffff",
  ink: "#18222c",
  soft: "#5a6773",
  grid: "#d9dfe5",
  ground: "#f2f4f6",
  hatch: "#bfc8d0",
  held: "#ece3f7",
  least: "#d3bff0",
  line: "#7d55b0",
  cap: "#c2410c",
  mark: "#d81b60",
};
const dark: Tones = {
  paper: "#11161c",
  ink: "#e6ebf0",
  soft: "#9ba8b4",
  grid: "#2b343d",
  ground: "#1a2128",
  hatch: "#4f5c69",
  held: "#33294a",
  least: "#54407c",
  line: "#b594e8",
  cap: "#fb923c",
  mark: "#ff6b9d",
};
export const tones = { light, dark } as const;

/** The colours of a tone. */
export const toneRules = (tone: keyof typeof tones, root: string): string => rules(tones[tone], `${root} `);

const rules = (t: Tones, root: string): string =>
  [
    [".paper", `fill:${t.paper}`],
    [".ink,.head,.note,.row", `fill:${t.ink}`],
    [".soft", `fill:${t.soft}`],
    [".grid", `stroke:${t.grid}`],
    [".ground", `fill:${t.ground}`],
    [".hatch", `stroke:${t.hatch}`],
    [".held", `fill:${t.held};stroke:${t.line}`],
    [".least", `fill:${t.least}`],
    [".cap", `stroke:${t.cap}`],
    [".captext", `fill:${t.cap}`],
    [".end", `stroke:${t.soft}`],
    [".mark", `stroke:${t.mark}`],
    [".base", `stroke:${t.grid}`],
  ]
    .map(
      ([names, rule]) =>
        `${names
          .split(",")
          .map((name) => `${root}${name}`)
          .join(",")}{${rule}}`,
    )
    .join("");

const shapes = (root: string): string =>
  [
    ".head{font-size:15px;font-weight:600}",
    ".note,.soft,.captext{font-size:11px}",
    ".row{font-size:12px}",
    ".n{text-anchor:middle;font-variant-numeric:tabular-nums}",
    ".held{stroke-width:1}",
    ".grid{stroke-width:1}",
    ".hatch{stroke-width:1.3}",
    ".cap{stroke-width:1.2;stroke-dasharray:5 3;fill:none}",
    ".end{stroke-width:1;stroke-dasharray:2 2}",
    ".mark{stroke-width:2.5;fill:none}",
  ]
    .map((rule) => root + rule)
    .join("");

/** The style sheet; `root` is a selector in front of every rule, for SVGs inside a page. */
export function styleSheet(theme: Theme, root = ""): string {
  const own = root === "" ? "" : `${root} `;
  if (theme !== "auto") return shapes(own) + rules(tones[theme], own);
  return `${shapes(own)}${rules(light, own)}@media(prefers-color-scheme:dark){${rules(dark, own)}}`;
}

/** The class of what is of a kind; the same in every picture of a page. */
export const classOf = ({ family, chunk, chunks }: Kind): string =>
  `${family.replace(/[^A-Za-z0-9]/g, (c) => `_${c.charCodeAt(0).toString(16)}`)}-${chunk}-${chunks}`;

/** `.k-CLASS` fills what is of a kind, `.n-CLASS` is written on it. The same in both themes; also for families without chunks. */
export function kindStyles(kinds: readonly Kind[], root = ""): string {
  const own = root === "" ? "" : `${root} `;
  const alone = [...new Set(kinds.map(({ family }) => family))].map((family) => ({ family, chunk: 0, chunks: 1 }));
  const all = [...alone, ...kinds.filter(({ chunks }) => chunks > 1)];
  return paintsOf(all)
    .map(({ fill, text }, i) => `${own}.k-${classOf(all[i])}{fill:${fill}}${own}.n-${classOf(all[i])}{fill:${text}}`)
    .join("");
}
