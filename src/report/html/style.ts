// The style sheet of the HTML report: light and dark by the reader's setting, or by the switch at the top, which needs no script.
import type { Kind } from "../../exchange/picture.ts";
import { kindStyles, styleSheet, toneRules } from "../../exchange/svg/style.ts";

const light = `--paper:#ffffff;--raised:#f6f8fa;--ink:#18222c;--soft:#566370;--line:#dbe1e7;--good:#1a7f4b;--goodback:#e3f5ea;--bad:#b3261e;--badback:#fdeae8;--warn:#8a5a00;--warnback:#fdf1d7;--link:#2a58bf;color-scheme:light`;
const dark = `--paper:#11161c;--raised:#181f27;--ink:#e6ebf0;--soft:#9ba8b4;--line:#2b343d;--good:#5fd08f;--goodback:#13301f;--bad:#ff8a80;--badback:#3a1a18;--warn:#f0b94f;--warnback:#372a0f;--link:#9ab6f3;color-scheme:dark`;

const page = `*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","Helvetica Neue","DejaVu Sans",sans-serif}
main,header,footer{max-width:1300px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:24px;margin:0}
h2{font-size:17px;margin:44px 0 10px;font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-weight:600;overflow-wrap:anywhere}
h3{font-size:15px;margin:22px 0 6px}
a{color:var(--link)}
p{margin:6px 0}
.quiet{color:var(--soft)}
.counts{display:flex;gap:10px;flex-wrap:wrap;margin:14px 0;padding:0;list-style:none}
.counts li{padding:4px 14px;border-radius:8px;font-weight:600}
.controls{display:flex;gap:22px;flex-wrap:wrap;font-size:13px;color:var(--soft);margin:10px 0 0}
fieldset{border:0;padding:0;margin:0;display:flex;gap:10px}
legend{float:left;padding:0;margin-right:10px}
label{cursor:pointer}
.badge{display:inline-block;white-space:nowrap;min-width:74px;text-align:center;padding:1px 9px;border-radius:999px;font-size:12.5px;font-weight:600}
.proved{color:var(--good);background:var(--goodback)}
.refuted,.error{color:var(--bad);background:var(--badback)}
.vacuous,.unproved,.unknown,.open{color:var(--warn);background:var(--warnback)}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-size:12.5px;font-weight:500;color:var(--soft);padding:4px 14px 4px 0}
td{border-top:1px solid var(--line);padding:6px 14px 6px 0;vertical-align:top;overflow-wrap:anywhere}
td:first-child,th:first-child{width:94px}
td.place,th.place{width:70px;text-align:right;padding-right:0;font-variant-numeric:tabular-nums;color:var(--soft)}
.evidence{color:var(--soft)}
.file{font-size:13px;line-height:1.35}
.digest{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.files td:first-child{width:1%;white-space:nowrap}
tr.more td{border-top:0;padding-top:0}
pre{margin:8px 0;padding:10px 14px;background:var(--raised);border-radius:8px;overflow-x:auto;font:13px/1.45 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre b{color:var(--bad);font-weight:600}
figure{margin:14px 0;overflow-x:auto;border:1px solid var(--line);border-radius:10px;padding:8px;background:var(--paper)}
.pic{display:block;max-width:100%;height:auto}
summary{cursor:pointer;color:var(--link);margin:10px 0}
footer{color:var(--soft);font-size:13px;padding-top:40px;padding-bottom:40px}
:root:has(#show-rest:checked) tr.is-proved{display:none}
@media(max-width:700px){td.place,th.place{display:none}}
@media print{.controls{display:none}figure,tr{break-inside:avoid}details:not([open])>*{display:block}}`;

const isLight = ":root:has(#theme-light:checked)";
const isDark = ":root:has(#theme-dark:checked)";
const follows = ":root:not(:has(#theme-light:checked))";

/** Page and pictures; the pictures stand in elements of class `pic`. */
export function pageStyle(kinds: readonly Kind[]): string {
  return [
    `:root{${light}}`,
    `@media(prefers-color-scheme:dark){:root{${dark}}}`,
    `${isDark}{${dark}}${isLight}{${light}}`,
    page,
    styleSheet("light", ".pic"),
    kindStyles(kinds, ".pic"),
    `@media(prefers-color-scheme:dark){${toneRules("dark", `${follows} .pic`)}}`,
    toneRules("dark", `${isDark} .pic`),
  ].join("\n");
}
