// A found schedule as a file: a program that `verify` takes, its starts as JSON, or a picture.
import { scheduleJson } from "../exchange/json/write.ts";
import { drawSvg } from "../exchange/svg.ts";
import { fraction } from "../fraction/index.ts";
import { folded } from "../schedule/index.ts";
import type { Sighting } from "../verify/seek.ts";
import { captionOf } from "./measures.ts";
import { pictureOf } from "./picture.ts";

const { rational, print } = fraction;
type Found = NonNullable<Sighting["found"]>;

/** By the ending of the file's name; null for another ending. `source` is the program that the find stands in. */
export function foundAs(file: string, sighting: Sighting, source: string): string | null {
  const { found, find } = sighting;
  if (found === null) return null;
  if (file.endsWith(".svg")) {
    const { elaborated } = sighting.sought;
    const { problem } = elaborated;
    const subtitle = captionOf({ problem, measures: found.measures });
    return drawSvg([{ input: pictureOf(elaborated, problem, found.schedule), title: find.name.text, subtitle }]);
  }
  if (file.endsWith(".json")) return startsJson(sighting, found);
  return file.endsWith(".pipe") ? orderProgram({ ...sighting, found }, source) : null;
}

/** Problem and schedule as `convert` reads them. */
function startsJson({ find, sought: { elaborated } }: Sighting, { schedule }: Found): string {
  const { problem, nodes, streams } = elaborated;
  const named = nodes.map(({ label, family, indices }) => ({ label, family: family.name.text, indices }));
  return [...scheduleJson({ title: find.name.text, problem, schedule, nodes: named, streams })].join("");
}

/** What each device runs, in the order of the schedule: the body of a `schedule`. */
export function runsOf({ elaborated: { problem, nodes } }: Sighting["sought"], { schedule }: Found): string {
  const { offsets, passes } = schedule.order;
  const runs: string[] = [];
  for (let device = 0; device < problem.devices; device++) {
    const own = passes.subarray(offsets[device * problem.streams], offsets[(device + 1) * problem.streams]);
    const words = Array.from(own, (pass) => nodes[pass % problem.nodes].label);
    if (words.length > 0) runs.push(`  device ${device} runs ${folded(words)}`);
  }
  return runs.join("\n");
}

/** The pipeline, the profile and the order of each device, with what was found as claims. */
function orderProgram(sighting: Sighting & { readonly found: Found }, source: string): string {
  const { find, found, sought } = sighting;
  const { elaborated, written } = sought;
  const { problem } = elaborated;
  const cut = (span: { from: number; to: number }): string => source.slice(span.from, span.to);
  const target = cut(find.of.span);
  const profile = written.profile?.name.text;
  const settings = [`m = ${problem.microbatches}`, ...(profile === undefined ? [] : [profile])].join(", ");
  const name = `${find.name.text}Found`;
  const makespan = print(rational(found.measures.makespan, problem.ticksPerUnit));
  const peak = print(rational(found.measures.peak, problem.partsPerUnit));
  return `// Found by \`bubbleproof solve\` for \`${find.name.text}\`.

${[written.pipeline, ...(written.profile === undefined ? [] : [written.profile])].map(({ span }) => cut(span)).join("\n\n")}

schedule ${name} of ${target} {
${runsOf(sought, found)}
}

claim "as early as its order allows": makespan(${name}, ${settings}) <= ${makespan}
claim "its memory"                  : peak(${name}, ${settings}) == ${peak}
`;
}
