// Why nothing exists: the fewest constraints that clash, and how far each measure alone would have to give way.
import type { Goal, Objective } from "../kernel/index.ts";
import { ask, confirm } from "./exact/decide.ts";
import type { Team } from "./exact/minimize.ts";
import { commonTick } from "./exact/quanta.ts";
import { type Options, type Outcome, solve } from "./solve.ts";

export interface Limiting {
  /** What it bounds; a fixed start or order bounds nothing that could give way a little. */
  readonly on: Objective | "start" | "order";
  apply(goal: Goal): Goal;
}
export interface Clash<One extends Limiting> {
  /** None of these can be left out: the others then have a schedule, or the search did not find out in time. */
  readonly constraints: readonly One[];
  /** Least value of a measure when only its own bounds are lifted. */
  readonly relaxations: readonly Outcome[];
}

const goalOf = (free: Goal, constraints: readonly Limiting[]): Goal => constraints.reduce((goal, one) => one.apply(goal), free);

/** Constraints that have no schedule together; it is known that these have none. */
export async function clash<One extends Limiting>(free: Goal, constraints: readonly One[], options: Options): Promise<Clash<One>> {
  let kept = [...constraints];
  for (const one of constraints) {
    const fewer = kept.filter((other) => other !== one);
    if (kept.length > 1 && (await impossible(goalOf(free, fewer), options.team))) kept = fewer;
  }
  const relaxations: Outcome[] = [];
  for (const objective of ["peak", "makespan", "span"] as const) {
    if (!kept.some(({ on }) => on === objective)) continue;
    const others = constraints.filter(({ on }) => on !== objective);
    const { outcomes } = await solve({ goal: goalOf(free, others), objectives: [objective] }, options);
    relaxations.push(...outcomes.filter(({ value }) => value !== null));
  }
  return { constraints: kept, relaxations };
}

/** Whether it is certain that nothing meets the goal. */
async function impossible(goal: Goal, team: Team): Promise<boolean> {
  const tick = commonTick(goal, goal.span === null ? "makespan" : "span");
  const answer = await ask(goal, { ...team, solver: team.solvers[0] }, tick.num === 1 ? undefined : tick);
  return answer.kind === "refuted" && (await confirm(goal, answer.claimed, team.checker, team)).kind === "confirmed";
}
