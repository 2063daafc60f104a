// Whether any schedule meets a goal: first in long ticks, in which a refutation is cheap, then in the goal's own.
import type { Goal, Measures, Quantum, Refutation, Schedule } from "../kernel/index.ts";
import { meets } from "../kernel/index.ts";
import { retime } from "../schedule/index.ts";
import { ask, type Broken, confirm, type Unknown } from "./exact/decide.ts";
import type { Team } from "./exact/minimize.ts";
import { commonTick, quantumFor } from "./exact/quanta.ts";

export type Refuted =
  | { readonly kind: "impossible"; readonly evidence: Refutation; readonly lemmas: number }
  | { readonly kind: "possible"; readonly schedule: Schedule; readonly measures: Measures }
  | Unknown
  | Broken;

/** Ticks of the first looks. */
const looks = [100, 400];

export async function refute(goal: Goal, team: Team): Promise<Refuted> {
  const bound = goal.span === null ? "makespan" : "span";
  const finest = commonTick(goal, bound);
  const ticks = (goal[bound] ?? 0) / finest.num;
  const quanta = looks.flatMap((look): Quantum[] => (ticks > 1.5 * look ? [quantumFor(goal, bound, look)?.quantum ?? finest] : []));
  let last: Unknown = { kind: "unknown", reason: "nothing was asked" };
  for (const quantum of [...quanta, finest]) {
    const answer = await ask(goal, { ...team, solver: team.solvers[0] }, quantum.num === quantum.den ? undefined : quantum);
    switch (answer.kind) {
      case "broken":
        return answer;
      case "unknown":
        last = answer;
        break;
      case "refuted": {
        const confirmed = await confirm(goal, answer.claimed, team.checker, team);
        if (confirmed.kind !== "confirmed") return confirmed;
        return { kind: "impossible", evidence: confirmed.evidence, lemmas: confirmed.lemmas };
      }
      case "schedule": {
        // A coarse schedule's order, or its starts in the goal's own ticks.
        const scaled = { order: answer.schedule.order, start: answer.schedule.start.map((t) => (t * quantum.num) / quantum.den) };
        const early = retime(goal.problem, answer.schedule.order);
        for (const schedule of [scaled, ...(early.kind === "timed" ? [{ order: scaled.order, start: early.start }] : [])]) {
          const met = meets(goal, schedule);
          if (met.kind === "met") return { kind: "possible", schedule, measures: met.measures };
        }
        last = { kind: "unknown", reason: "a schedule in coarse ticks only" };
      }
    }
  }
  return last;
}
