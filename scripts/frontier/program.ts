// The found schedules of one placement and size as a program that `verify` replays.

import { format } from "../../src/language/format.ts";
import { load } from "../../src/language/program.ts";
import { runsOf } from "../../src/report/found.ts";
import type { Sighting } from "../../src/session.ts";
import { type Point, worlds } from "./points.ts";

/** A schedule for each point: the text of its body. */
export type Orders = ReadonlyMap<string, string>;

const nameOf = ({ cap }: Pick<Point, "cap">): string => `Cap${cap.replace("/", "_")}`;

export const orderOf = ({ found, sought }: Sighting): string | null => (found === null ? null : runsOf(sought, found));

/** The orders in a file that was written before, by cap. */
export function ordersIn(path: string, text: string, points: readonly Point[]): Orders {
  const { schedules } = load({ path, text }).program;
  return new Map(
    points.flatMap((point): [string, string][] => {
      const span = schedules.get(nameOf(point))?.span;
      return span === undefined ? [] : [[point.cap, text.slice(text.indexOf("{", span.from) + 2, span.to - 2)]];
    }),
  );
}

/** Refutations of so few lemmas are found again in no time: the program claims them too. */
const fewLemmas = 100;
const easy = ({ evidence, lemmas = 0 }: Point): boolean => evidence === "bound" || (evidence === "clauses" && lemmas <= fewLemmas);

/** `points` are those of one placement and size. */
export function programOf(points: readonly Point[], orders: Orders): string {
  const [{ placement, devices, microbatches }] = points;
  const { title, name, text } = worlds[placement];
  const target = `${name}(${devices})`;
  const lines = points.flatMap((point) => {
    const { cap, makespan, bound, proved } = point;
    const order = orders.get(cap);
    if (order === undefined || makespan === null) return [];
    const schedule = nameOf(point);
    const run = `(${schedule}, m = ${microbatches})`;
    return [
      `// Cap ${cap}: ${makespan}, ${proved ? "the least" : `and none is below ${bound}`}.`,
      `schedule ${schedule} of ${target} {`,
      order,
      "}",
      `claim "cap ${cap}: ${makespan} slots": makespan${run} == ${makespan} and peak${run} <= ${cap}`,
      ...(proved && easy(point)
        ? [
            `claim "cap ${cap}: none in ${bound - 1}": impossible: ${target} with m = ${microbatches}, peak <= ${cap}, makespan <= ${bound - 1}`,
          ]
        : []),
      "",
    ];
  });
  return format(`// The ${title} placement, ${devices} devices, ${microbatches} microbatches, F = B = W = 1: a schedule of least makespan for each cap on the memory.
// Written by \`npm run frontier\`; README.md says what is proved where.
${text}
${lines.join("\n")}`);
}
