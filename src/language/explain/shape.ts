// Codes about the form of a program: what is written, left out, or waits for itself.
import type { Explanation } from "./index.ts";
import { pipeline, schedule, varied } from "./programs.ts";

const ok = pipeline + schedule;

export const shape: readonly Explanation[] = [
  {
    code: "syntax",
    title: "the text does not follow the grammar",
    text: "The carets show the first place at which the declaration cannot go on, `help:` what could stand there. Often two things stand where a product was meant: `2p` and `2(p-1)` are products only without a space. A comparison is written `==`.",
    wrong: `${ok}claim "x": peak(S(4)) = 4\n`,
    right: `${ok}claim "x": peak(S(4)) == 4\n`,
  },
  {
    code: "unclosed",
    title: "a bracket is never closed",
    text: "A declaration goes to its closing brace, and a bracket inside it is closed before that. A word like `pipeline` or `claim` in the first column begins a new one all the same, so that one lost brace is one error.",
    wrong: `${pipeline}schedule S(p) of P(p) every 3 {\n  F[s] at s\n`,
    right: ok,
  },
  {
    code: "limit",
    title: "more than is read",
    text: "Files, brackets, passes and instances are bounded, so that a slip like one zero too many ends with a message and not with a full memory. The message names the limit.",
    wrong: `claim "x": ${"(".repeat(120)}1${")".repeat(120)} == 1\n`,
    right: 'claim "x": (1) == 1\n',
  },
  {
    code: "missing-devices",
    title: "a pipeline without a number of devices",
    text: "Every pipeline says how many devices it has; placements are checked against that number, at each size.",
    wrong: varied("  devices p\n", ""),
    right: pipeline,
  },
  {
    code: "missing-pass",
    title: "a pipeline without passes, or a profile without a time for one",
    text: "A pipeline runs something, and a profile that is used for it has a time for each of its passes.",
    wrong: "pipeline P(p) { devices p }\n",
    right: pipeline,
  },
  {
    code: "missing-device",
    title: "a pass without a device",
    text: "A pass runs where its stage is placed (`stages s in 0..p-1 on device s`), or where its own `on device` says. Nothing is assumed: without either, no order and no memory could be looked at. Say the device once, at the stages, if all passes of a stage share it.",
    wrong: varied("stages s in 0..p-1 on device s", "stages s in 0..p-1").replace(/ {2}pass B.*\n|.*holds.*\n/g, ""),
    right: pipeline,
  },
  {
    code: "missing-start",
    title: "a building block that leaves out a pass",
    text: "A block gives every pass of the pipeline a start, with `at` or `in the first free slot`. A pass without one would never run, and what waits for it would not either. An empty schedule is refused for the same reason.",
    wrong: `${pipeline}schedule S(p) of P(p) every 3 { F[s] at s }\n`,
    right: ok,
  },
  {
    code: "missing-microbatches",
    title: "a number of microbatches is needed",
    text: "Times of a schedule depend on how many microbatches run, and an order is unrolled for so many: add `m = 2p`, say. The peak of a building block can do without: it then speaks of all m at once.",
    wrong: `${ok}claim "x": makespan(S(4)) == 33\n`,
    right: `${ok}claim "x": makespan(S(4), m = 8) == 33\n`,
  },
  {
    code: "missing-objective",
    title: "a find that does not say what should be least",
    text: "The solver looks for the schedule with the least makespan, span, idle time or peak, or for the least of one and then of another. One of them has to be named.",
    wrong: `${ok}find A of P(4) { microbatches 8 }\n`,
    right: `${ok}find A of P(4) { microbatches 8  minimize makespan then peak }\n`,
  },
  {
    code: "missing-bound",
    title: "a variable without a lower bound",
    text: "A variable of `for all` comes in with its least value: `p >= 1`, or with a range. Further conditions may follow.",
    wrong: `${ok}claim "x" for all p <= 8: peak(S(p)) <= 8\n`,
    right: `${ok}claim "x" for all p >= 1, p <= 8: peak(S(p)) <= 8\n`,
  },
  {
    code: "missing-interval",
    title: "starts that do not say how often they repeat",
    text: "A building block repeats `every` so many slots, or runs `once for n microbatches k`. Starts alone do not say when the next microbatch comes. To give an order instead, write `device d runs ...` and no starts.",
    wrong: `${pipeline}schedule S(p) of P(p) { F[s] at s  B[s] at p + 2(p-1-s) }\n`,
    right: ok,
  },
  {
    code: "cyclic-dependency",
    title: "a pass waits for itself",
    text: "Following `after` one comes back to the same pass of the same microbatch. No schedule can run that.",
    wrong: `${varied("after F[s-1]", "after B[s]")}${schedule}`,
    right: ok,
  },
  {
    code: "hold-ends-first",
    title: "a hold that ends before it begins",
    text: "A hold goes from the start of one pass to the end of another that depends on it, directly or through others. If nothing makes the second come after the first, memory could be given back before it is taken. Swap the two, or add the dependency with `after`.",
    wrong: varied("from F[s] to B[s]", "from B[s] to F[s]"),
    right: pipeline,
  },
];
