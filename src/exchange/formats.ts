// The formats that `convert` knows, by name. To add one, write a file that exports a `Format` and add it here.
import type { Format } from "./format.ts";
import { json } from "./json/json.ts";
import { megatronCore } from "./megatron/core.ts";
import { zbNodes } from "./megatron/zb-nodes.ts";
import { svg, trace } from "./pictures.ts";
import { pipe } from "./pipe/pipe.ts";
import { torchCsv } from "./pytorch/torch-csv.ts";

/** Of two endings that a name has, the first here counts: `.json` alone is ours. */
export const formats: ReadonlyMap<string, Format> = new Map(
  [pipe, torchCsv, zbNodes, megatronCore, svg, trace, json].map((format) => [format.name, format]),
);

/** The format whose ending a file's name has. */
export const formatOf = (path: string): Format | undefined =>
  [...formats.values()].find(({ endings }) => endings.some((ending) => path.endsWith(ending)));
