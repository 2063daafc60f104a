// From what the language elaborates to what the pictures draw.
import type { PictureInput } from "../exchange/picture.ts";
import type { Problem, Schedule } from "../kernel/index.ts";
import type { NodeName } from "../language/elaborate/pipeline.ts";
import type { Shown } from "../session.ts";

/** A schedule with the names of its pipeline; an elaborated pipeline and a counterexample's scene both have them. */
export function pictureOf(
  { nodes, streams }: { readonly nodes: readonly NodeName[]; readonly streams: readonly string[] },
  problem: Problem,
  schedule: Schedule,
): PictureInput {
  return {
    problem,
    schedule,
    nodes: nodes.map(({ label, family, indices }) => {
      const at = family.indices.findIndex(({ range }) => !range); // the index that ranges over the stages
      return { label, family: family.name.text, ...(at < 0 ? {} : { stage: indices[at] }) };
    }),
    streams,
  };
}

/** What `show` gives, as `drawSvg`, `drawTerminal` and `chromeTrace` take it. */
export const pictureOfShown = ({ elaborated, examined }: Extract<Shown, { kind: "schedule" }>): PictureInput =>
  pictureOf(elaborated, examined.problem, examined.schedule);
