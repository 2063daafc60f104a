// Codes about names, arguments and types.
import type { Explanation } from "./index.ts";
import { pipeline, schedule, varied } from "./programs.ts";

const ok = pipeline + schedule;

export const names: readonly Explanation[] = [
  {
    code: "unknown-name",
    title: "a name has no meaning here",
    text: "Inside a pipeline or schedule its parameters, its `let`s and the indices of the pass at hand have a meaning; in a claim the variables after `for`. The number of microbatches is `m` in orders, a microbatch's own number is `j` in pipelines.",
    wrong: `${pipeline}schedule S(p) of P(p) every 3 { F[s] at s  B[s] at q + 2(p-1-s) }\n`,
    right: ok,
  },
  {
    code: "unknown-pass",
    title: "the pipeline has no such pass",
    text: "Passes are declared with `pass` in the pipeline. A dependency, a hold, a start or an order can only name those. For an index outside of its range an order is refused too, since it would never run; so is a measure of a stage that is not there.",
    wrong: varied("after F[s-1]", "after G[s-1]"),
    right: pipeline,
  },
  {
    code: "unknown-pipeline",
    title: "there is no such pipeline in this file",
    text: "A schedule is `of` a pipeline of the same file. Files do not see each other's declarations: repeat the pipeline in each file that needs it.",
    wrong: `${pipeline}schedule S(p) of Q(p) every 3 { F[s] at s  B[s] at p + 2(p-1-s) }\n`,
    right: ok,
  },
  {
    code: "unknown-schedule",
    title: "there is no such schedule in this file",
    text: "Measures speak of a schedule, or of a `find`, of the same file; `load` alone speaks of a pipeline. Look for a slip in the name, or declare the schedule: the help line names the one that is nearest, or says what else the name stands for.",
    wrong: `${ok}claim "x": peak(T(4)) == 4\n`,
    right: `${ok}claim "x": peak(S(4)) == 4\n`,
  },
  {
    code: "unknown-profile",
    title: "there is no such profile in this file",
    text: "A plain name among a measure's arguments is a profile: the times under which the schedule's order is replayed. Profiles are declared with `profile NAME { F 1.5  B 2 }`.",
    wrong: `${ok}profile A { F 1.5  B 2 }\nclaim "x": makespan(S(4), m = 8, C) <= 99\n`,
    right: `${ok}profile A { F 1.5  B 2 }\nclaim "x": makespan(S(4), m = 8, A) <= 99\n`,
  },
  {
    code: "unknown-stream",
    title: "the pipeline has no such stream",
    text: "A pass runs on the compute stream unless it says `on NAME`, and NAME is declared with `stream NAME`. Each device has each stream once.",
    wrong: varied("pass F[s]           after F[s-1]", "stream copy\n  pass F[s] on copi after F[s-1]"),
    right: varied("pass F[s]           after F[s-1]", "stream copy\n  pass F[s] on copy after F[s-1]"),
  },
  {
    code: "unknown-function",
    title: "there is no such function or measure here",
    text: "Everywhere: `floor ceil abs min max`. In claims also the measures `makespan span idle bubble peak lifespan period load valid`.",
    wrong: `${ok}claim "x": peek(S(4)) == 4\n`,
    right: `${ok}claim "x": peak(S(4)) == 4\n`,
  },
  {
    code: "unknown-parameter",
    title: "a measure has no such setting",
    text: "A measure takes `m = ...`, the number of microbatches, and a profile's name. `lifespan` also takes `stage ...`.",
    wrong: `${ok}claim "x": peak(S(4), n = 8) == 4\n`,
    right: `${ok}claim "x": peak(S(4), m = 8) == 4\n`,
  },
  {
    code: "duplicate-name",
    title: "one name for two things",
    text: "Declarations of a file, passes of a pipeline, starts of a pass and entries of a profile each have a name of their own. Two files may declare the same name.",
    wrong: `${ok}${schedule}`,
    right: `${ok}${schedule.replace("schedule S", "schedule T")}`,
  },
  {
    code: "wrong-arguments",
    title: "too few or too many arguments or indices",
    text: "A pipeline or schedule takes as many arguments as it has parameters, a pass as many indices as it was declared with, a function what its name says.",
    wrong: `${pipeline}schedule S(p) of P(p, 2) every 3 { F[s] at s  B[s] at p + 2(p-1-s) }\n`,
    right: ok,
  },
  {
    code: "wrong-type",
    title: "a number where a condition is wanted, or the other way round",
    text: "Claims, `if`, `requires` and `not` want conditions; starts, counts, times and amounts want numbers. A condition comes from a comparison.",
    wrong: `${ok}claim "x": peak(S(4)) + 1\n`,
    right: `${ok}claim "x": peak(S(4)) + 1 == 5\n`,
  },
  {
    code: "misplaced",
    title: "this part cannot stand here",
    text: "For instance an order inside a block that repeats, a first free slot in a block that runs once or after a pass that has no start of its own, or `within` without `==`.",
    wrong: `${pipeline}schedule S(p) of P(p) every 3 { F[s] at s  B[s] at p + 2(p-1-s)  device d runs F[d]* B[d]* }\n`,
    right: ok,
  },
];
