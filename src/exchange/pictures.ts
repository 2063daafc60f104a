// The formats `svg` and `chrome-trace`: schedules to look at. Both are written, not read.
import { chromeTrace } from "./chrome-trace.ts";
import { done, type Exchanged, type Format } from "./format.ts";
import type { PictureInput } from "./picture.ts";
import { drawSvg } from "./svg.ts";

export const svg: Format = {
  name: "svg",
  about: "a picture: one row a device, memory below",
  endings: [".svg"],
  write: (exchanged) => done([{ suffix: "", chunks: [drawSvg([{ input: pictured(exchanged), title: exchanged.title }])] }]),
};

export const trace: Format = {
  name: "chrome-trace",
  about: "a trace that Perfetto and chrome://tracing open",
  endings: [".trace.json"],
  write: (exchanged) => done([{ suffix: "", chunks: chromeTrace(pictured(exchanged), { title: exchanged.title }) }]),
};

/** The first index of a pass is its stage in every format that is read. */
function pictured({ problem, schedule, nodes, streams }: Exchanged): PictureInput {
  return { problem, schedule, nodes: nodes.map(({ label, family, indices }) => ({ label, family, stage: indices[0] })), streams };
}
