// A problem with time running backwards: what was needed needs, what took memory frees it, the last microbatch is the first.
// A schedule of the one, read backwards, is a schedule of the other with the same makespan, spans and peaks. List scheduling is good
// at beginnings and bad at ends; in the mirror it is the other way round.
import type { Problem, Route } from "../../kernel/index.ts";
import { rows } from "./shop.ts";

export const mirrored = (problem: Problem): Problem => ({
  ...problem,
  routes: problem.routes.map(reversed),
  routeOf: problem.routeOf === null ? null : problem.routeOf.toReversed(),
});

function reversed(route: Route): Route {
  const cells: [number, number, number][] = [];
  for (let node = 0; node < route.device.length; node++)
    for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) cells.push([route.dep[e], node, 0]);
  const { from, item } = rows(route.device.length, cells);
  return { ...route, depStart: from, dep: item, holdFrom: route.holdTo, holdTo: route.holdFrom };
}

/** The pass of the problem that a pass of its mirror stands for. */
export const across = ({ nodes, microbatches }: Problem, pass: number): number => {
  const j = Math.floor(pass / nodes);
  return (microbatches - 1 - j) * nodes + (pass - j * nodes);
};
