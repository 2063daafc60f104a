// A found schedule as a file: a program that `verify` takes, its starts as JSON, or a picture.
import { drawSvg } from "../exchange/svg.ts";
import { fraction, routeFor } from "../kernel/index.ts";
import type { Sighting } from "../verify/seek.ts";
import { tool } from "../version.ts";
import { pictureOf } from "./sighting.ts";

const { rational, print } = fraction;

/** By the ending of the file's name; null for another ending. `source` is the program that the find stands in. */
export function foundAs(file: string, sighting: Sighting, source: string): string | null {
  const { found, find } = sighting;
  if (found === null) return null;
  if (file.endsWith(".svg")) return drawSvg(pictureOf(sighting, found), { title: find.name.text, memory: true });
  if (file.endsWith(".json")) return startsJson(sighting, found);
  return file.endsWith(".pipe") ? orderProgram(sighting, source) : null;
}

/** Every pass with its place and time; times are exact. */
function startsJson({ find, sought: { elaborated } }: Sighting, { schedule }: NonNullable<Sighting["found"]>): string {
  const { problem, nodes, streams } = elaborated;
  const time = (ticks: number): number | string => {
    const value = rational(ticks, problem.ticksPerUnit);
    return value.den === 1n ? Number(value.num) : print(value);
  };
  const passes = Array.from(schedule.order.passes, (pass) => {
    const microbatch = Math.floor(pass / problem.nodes);
    const node = pass - microbatch * problem.nodes;
    const route = routeFor(problem, microbatch);
    const [start, end] = [schedule.start[pass], schedule.start[pass] + route.duration[node]];
    return {
      pass: nodes[node].label,
      microbatch,
      device: route.device[node],
      stream: streams[route.stream[node]],
      start: time(start),
      end: time(end),
    };
  });
  const document = {
    format: "bubbleproof/schedule",
    version: 1,
    tool,
    name: find.name.text,
    devices: problem.devices,
    microbatches: problem.microbatches,
    passes,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** The pipeline, the profile and the order of each device, with what was found as claims. */
function orderProgram({ find, found, sought: { elaborated, written } }: Sighting, source: string): string {
  const { problem, nodes } = elaborated;
  const cut = (span: { from: number; to: number }): string => source.slice(span.from, span.to);
  const runs: string[] = [];
  if (found === null) throw new Error("nothing was found");
  const { offsets, passes } = found.schedule.order;
  for (let device = 0; device < problem.devices; device++) {
    const own = passes.subarray(offsets[device * problem.streams], offsets[(device + 1) * problem.streams]);
    const words = Array.from(own, (pass) => nodes[pass % problem.nodes].label);
    if (words.length > 0) runs.push(`  device ${device} runs ${words.join(" ")}`);
  }
  const target = cut(find.of.span);
  const profile = written.profile?.name.text;
  const settings = [`m = ${problem.microbatches}`, ...(profile === undefined ? [] : [profile])].join(", ");
  const name = `${find.name.text}Found`;
  const makespan = print(rational(found.measures.makespan, problem.ticksPerUnit));
  const peak = print(rational(found.measures.peak, problem.partsPerUnit));
  return `// Found by \`bubbleproof solve\` for \`${find.name.text}\`.

${[written.pipeline, ...(written.profile === undefined ? [] : [written.profile])].map(({ span }) => cut(span)).join("\n\n")}

schedule ${name} of ${target} {
${runs.join("\n")}
}

claim "as early as its order allows": makespan(${name}, ${settings}) <= ${makespan}
claim "its memory"                  : peak(${name}, ${settings}) == ${peak}
`;
}
