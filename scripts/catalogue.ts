// `npm run catalogue` replays the catalogue on 4 devices and writes its table (`proofs/TABLE.md`, `proofs/catalogue.json`), the picture of memory
// against bubble, and a picture of each schedule beside its program. `-- --check` writes nothing and says what differs.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { drawSvg } from "../src/exchange/svg.ts";
import { captionOf } from "../src/report/measures.ts";
import { pictureOfShown } from "../src/report/picture.ts";
import { type Drawing, entries, microbatches } from "./catalogue/entries.ts";
import { jsonOf, pageOf } from "./catalogue/page.ts";
import { drawCatalogue } from "./catalogue/picture.ts";
import { drawnOf, rowsOf } from "./catalogue/rows.ts";
import { recordedSpans } from "./frontier/spans.ts";

const { values } = parseArgs({ options: { check: { type: "boolean" } } });
const at = (path: string): URL => new URL(`../${path}`, import.meta.url);

const rows = await rowsOf();
const files = new Map([
  ["proofs/TABLE.md", pageOf(rows)],
  ["proofs/catalogue.json", jsonOf(rows)],
  ["docs/catalogue.svg", drawCatalogue(rows, recordedSpans().points)],
]);
for (const entry of entries) {
  const path = `proofs/${entry.folder}/${entry.folder}.svg`;
  if (files.has(path)) continue;
  const drawing: Drawing = entry.drawn ?? { ...entry, microbatches };
  const drawn = await drawnOf(entry, drawing);
  const title = `${drawing.title ?? entry.name}: ${drawn.title}`;
  files.set(path, drawSvg([{ input: pictureOfShown(drawn), title, subtitle: captionOf(drawn.examined) }]));
}
let differing = 0;
for (const [path, text] of files) {
  if (existsSync(at(path)) && readFileSync(at(path), "utf8") === text) continue;
  differing++;
  process.stdout.write(`${path} ${values.check ? "differs" : "written"}\n`);
  if (!values.check) writeFileSync(at(path), text);
}
process.exitCode = values.check && differing > 0 ? 1 : 0;
