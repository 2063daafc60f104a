// From what the language gives, a block or an order, to what the kernel checks: slots, a sequence, start times, or why there are none.
// Chooses what to show of a conflict. Decides nothing: each answer is one that the kernel has given.
import {
  type Block,
  type Conflict,
  check,
  type Defect,
  Evaluator,
  every,
  type Formula,
  fraction,
  isDefect,
  judgeInstance,
  leavesOf,
  type Measures,
  noCase,
  noGuide,
  type Order,
  type Problem,
  type Rational,
  replay,
  run,
  type Schedule,
  type Slots,
  type Subject,
  type Term,
} from "../kernel/index.ts";
import { orderOf, settle } from "./block.ts";
import { retime, type Wait } from "./retime.ts";

/** What an instance of a claim speaks of: a schedule of m microbatches, a block with all its m, or a pipeline. */
export type Source =
  | {
      readonly kind: "schedule";
      readonly problem: Problem;
      readonly source: { readonly block: Block } | { readonly order: Order } | { readonly schedule: Schedule };
    }
  | { readonly kind: "block"; readonly block: Block; readonly stageOf: Int32Array }
  | { readonly kind: "pipeline"; readonly problem: Problem };

/** Why a source is not a schedule at all, as it is shown. */
export type Fault =
  | { readonly kind: "conflict"; readonly conflict: Conflict; readonly problem: Problem; readonly schedule: Schedule }
  | { readonly kind: "deadlock"; readonly cycle: readonly Wait[]; readonly problem: Problem }
  | { readonly kind: "full"; readonly pass: number; readonly problem: Problem };

export type Examined =
  | {
      readonly kind: "schedule";
      readonly subject: Subject;
      readonly problem: Problem;
      readonly schedule: Schedule;
      readonly measures: Measures;
    }
  | { readonly kind: "block"; readonly subject: Extract<Subject, { kind: "block" }> }
  | { readonly kind: "pipeline"; readonly subject: Extract<Subject, { kind: "pipeline" }> }
  | { readonly kind: "defect"; readonly defect: Fault; readonly shows: Defect }
  | { readonly kind: "limit"; readonly reason: string };

const examinations = new WeakMap<Source, Examined>();
const settlings = new WeakMap<Block, Slots | { readonly kind: "full"; readonly pass: number; readonly slots: Float64Array }>();

/** What the kernel says of a source. Remembered for each source object. */
export function examine(source: Source): Examined {
  const found = examinations.get(source) ?? examineAnew(source);
  if (found.kind === "defect" && !isDefect(found.shows)) return { kind: "limit", reason: "a fault that the kernel does not see" };
  examinations.set(source, found);
  return found;
}

function settled(block: Block) {
  let found = settlings.get(block);
  if (found === undefined) {
    const made = settle(block);
    found = made.kind === "full" ? made : { block, slots: made.block.start };
    settlings.set(block, found);
  }
  return found;
}

function examineAnew(source: Source): Examined {
  if (source.kind === "pipeline") return outcome(source);
  const block = source.kind === "block" ? source.block : "block" in source.source ? source.source.block : null;
  const of = block && settled(block);
  if (of !== null && !("block" in of)) {
    if (block === null) throw new Error("slots of no block");
    const { pass, slots } = of;
    return { kind: "defect", defect: { kind: "full", pass, problem: block.problem }, shows: { kind: "full", block, slots } };
  }
  if (source.kind === "block") return of === null ? { kind: "limit", reason: "" } : outcome({ kind: "block", of, stageOf: source.stageOf });
  const { problem } = source;
  if ("schedule" in source.source) return outcome({ kind: "schedule", problem, schedule: source.source.schedule });
  if (of !== null) {
    const repeated = outcome({ kind: "block", of, stageOf: new Int32Array() });
    // A cap that no one peak could keep for all m is looked at for this m.
    if (repeated.kind === "defect") return repeated;
  }
  const order =
    "order" in source.source ? source.source.order : of === null ? null : orderOf({ ...of.block, start: of.slots }, problem.microbatches);
  if (order === null) throw new Error("a schedule of nothing");
  const retimed = retime(problem, order);
  if (retimed.kind === "timed") {
    const made = outcome({ kind: "order", problem, order, sequence: retimed.sequence, of });
    if (made.kind !== "limit") return made;
  }
  if (retimed.kind === "deadlock") {
    const { cycle } = retimed;
    return { kind: "defect", defect: { kind: "deadlock", cycle, problem }, shows: { kind: "deadlock", problem, order, cycle } };
  }
  // A list that names something else, or something twice, or leaves something out: replaying says so.
  const start = retimed.kind === "timed" ? retimed.start : new Float64Array(problem.nodes * problem.microbatches);
  const subject: Subject = { kind: "schedule", problem, schedule: { order, start } };
  const checked = check(subject);
  if (checked.kind === "invalid") return outcome(subject);
  const why = retimed.kind === "timed" && check({ kind: "order", problem, order, sequence: retimed.sequence, of });
  return { kind: "limit", reason: why && why.kind === "refused" ? why.reason : "an order that never ends" };
}

/** The kernel's word, with what there is to show. */
function outcome(subject: Subject): Examined {
  const checked = check(subject);
  switch (checked.kind) {
    case "refused":
      return { kind: "limit", reason: checked.reason };
    case "valid": {
      if (subject.kind === "block") return { kind: subject.kind, subject };
      if (subject.kind === "pipeline") return { kind: subject.kind, subject };
      const { schedule, measures } = checked;
      if (schedule === null || measures === null) throw new Error("a schedule without starts");
      return { kind: "schedule", subject, problem: subject.problem, schedule, measures };
    }
    case "invalid": {
      const shows: Defect = { kind: "conflict", subject };
      const { conflict } = checked;
      if (subject.kind === "block") {
        const defect = smallest(subject.of);
        return "reason" in defect ? defect : { kind: "defect", defect, shows };
      }
      if (subject.kind === "pipeline") throw new Error("a pipeline has no conflicts");
      const schedule =
        subject.kind === "schedule" ? subject.schedule : { order: subject.order, start: startOf(subject.problem, subject.order) };
      return { kind: "defect", defect: { kind: "conflict", conflict, problem: subject.problem, schedule }, shows };
    }
  }
}
function startOf(problem: Problem, order: Order): Float64Array {
  const retimed = retime(problem, order);
  if (retimed.kind !== "timed") throw new Error("an order that was timed before");
  return retimed.start;
}

/** The first conflict of a block's repetition, with the fewest microbatches that show it. */
function smallest({ block, slots }: Slots): Fault | Extract<Examined, { kind: "limit" }> {
  const conflictOf = (microbatches: number): Fault | null => {
    const { problem, schedule } = run(block, slots, microbatches);
    const replayed = replay(problem, schedule);
    return replayed.kind === "invalid" ? { kind: "conflict", conflict: replayed.conflict, problem, schedule } : null;
  };
  // A longer run has the conflicts of a shorter one: go on in doubles to one that has any, then halve the way back.
  const group = block.problem.microbatches;
  let [clean, broken] = [0, 1];
  let defect = conflictOf(broken);
  while (defect === null) {
    if (broken > group * 4096 || broken * block.problem.nodes > 4_000_000)
      return { kind: "limit", reason: `passes of a building block that meet only after more than ${broken} microbatches` };
    [clean, broken] = [broken, 2 * broken];
    defect = conflictOf(broken);
  }
  while (broken - clean > 1) {
    const middle = Math.floor((clean + broken) / 2);
    const found = conflictOf(middle);
    if (found === null) clean = middle;
    else [broken, defect] = [middle, found];
  }
  return defect;
}

export type Judgement =
  | { readonly kind: "true"; readonly passes: number }
  | { readonly kind: "false" }
  | { readonly kind: "defect"; readonly subject: number; readonly defect: Fault }
  | { readonly kind: "stuck"; readonly reason: string };

/** The kernel's verdict on a claim without variables about these sources. */
export function judge(claim: Formula, sources: readonly Source[]): Judgement {
  const subjects: Subject[] = [];
  for (let subject = 0; subject < sources.length; subject++) {
    const examined = examine(sources[subject]);
    if (examined.kind === "defect") return { kind: "defect", subject, defect: examined.defect };
    if (examined.kind === "limit") return { kind: "stuck", reason: examined.reason };
    subjects.push(examined.subject);
  }
  const verdict = judgeInstance(claim, subjects);
  return verdict.kind === "invalid" ? { kind: "stuck", reason: "a schedule that is valid no longer" } : verdict;
}

/** The number that a term has on these sources, or null where it has none: for showing both sides of a claim that failed. */
export function measured(term: Term, sources: readonly Source[]): Rational | null {
  const subjects = sources.map(examine);
  let found: Rational | null = null;
  every(noCase, noGuide, (one) => {
    const leaves = leavesOf(subjects.map((examined) => ("subject" in examined ? examined.subject : nothing)));
    const form = new Evaluator(noGuide, leaves).form(one, term);
    found = fraction.rational(form.constant, form.den);
    return true;
  });
  return found;
}
/** Stands for what is no schedule: nothing can be measured of it. */
const nothing: Subject = {
  kind: "schedule",
  problem: {
    ...{ devices: 0, streams: 1, microbatches: 0, nodes: 0, routes: [], routeOf: null, send: 0, ticksPerUnit: 1, partsPerUnit: 1 },
    ...{ always: new Float64Array(), cap: new Float64Array([0]) },
  },
  schedule: { order: { offsets: new Int32Array(1), passes: new Int32Array() }, start: new Float64Array() },
};
