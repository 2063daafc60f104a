// Local improvement where the whole is too large for the exact engine: a window of time is opened, the passes that start in it are free,
// those before it stay where they are and those after it move one tick earlier. The exact engine says whether the window can be closed
// again. Windows go over the schedule in a seeded order and grow when none of them gives anything.
import { type Goal, meets, type Schedule } from "../kernel/index.ts";
import { random } from "./construct/random.ts";
import { ask } from "./exact/decide.ts";
import type { Team } from "./exact/minimize.ts";
import type { Found } from "./solve.ts";

/** Passes that are free at first. */
const firstFree = 60;
const mostFree = 600;
/** More passes times ticks than this are not written down, even with most of them fixed. */
export const mostWritten = 6_000_000;

export interface Improved {
  readonly goal: Goal;
  readonly objective: "makespan" | "span";
}

/**
 * A schedule with a makespan (or span) that no window of the tried widths makes shorter, or the best at the deadline. `found` meets the goal;
 * so does every schedule that `better` is told of.
 */
export async function improve(asked: Improved, found: Found, team: Team, better: (found: Found) => void): Promise<Found> {
  const chance = random(team.seed);
  let best = found;
  for (let free = firstFree; free <= mostFree && !late(team); free = Math.ceil(free * 1.6)) {
    let gained = true;
    while (gained && !late(team)) {
      gained = false;
      for (const [from, to] of windows(best.schedule, free, chance)) {
        if (late(team)) break;
        const closer = await closed(asked, best, from, to, team);
        if (closer === null) continue;
        best = closer;
        gained = true;
        better(best);
        break;
      }
    }
  }
  return best;
}

const late = (team: Team): boolean => team.signal?.aborted === true || Date.now() >= team.deadline;

/** Windows of about so many passes, overlapping by half, in a shuffled order. */
function windows({ start }: Schedule, free: number, chance: ReturnType<typeof random>): (readonly [number, number])[] {
  const times = Float64Array.from(start).sort();
  const found: (readonly [number, number])[] = [];
  const step = Math.max(1, Math.floor(free / 2));
  for (let at = 0; at < times.length; at += step) {
    const from = times[at];
    const to = times[Math.min(times.length - 1, at + free)] + 1;
    if (found.length === 0 || found[found.length - 1][0] < from) found.push([from, to]);
  }
  for (let i = found.length - 1; i > 0; i--) {
    const other = chance.below(i + 1);
    [found[i], found[other]] = [found[other], found[i]];
  }
  return found;
}

/** The schedule with the window closed by a tick, or null. */
async function closed(
  { goal, objective }: Improved,
  { schedule, measures }: Found,
  from: number,
  to: number,
  team: Team,
): Promise<Found | null> {
  const { start } = schedule;
  let first = Number.POSITIVE_INFINITY;
  for (const begins of start) first = Math.min(first, begins);
  const starts = [...goal.starts];
  start.forEach((begins, pass) => {
    if (begins < from) starts.push({ pass, at: begins - first });
    else if (begins >= to) starts.push({ pass, at: begins - first - 1 });
  });
  // The makespan may stay; to say so keeps the question small.
  const asked = { ...goal, starts, makespan: measures.makespan, [objective]: measures[objective] - 1 };
  const answer = await ask(asked, { ...team, solver: team.solvers[0] });
  if (answer.kind !== "schedule") return null;
  const met = meets(goal, answer.schedule);
  return met.kind === "met" && met.measures[objective] < measures[objective] ? { schedule: answer.schedule, measures: met.measures } : null;
}
