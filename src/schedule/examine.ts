// From what the language gives, a block or an order, to what the kernel checks: slots, start times, or why there are none.
// Chooses what to show of a conflict. Decides nothing: each answer is one that the kernel has given.

import { fraction } from "../fraction/index.ts";
import {
  type Block,
  check,
  type Defect,
  Evaluator,
  every,
  type Formula,
  isDefect,
  judgeInstance,
  leavesOf,
  type Measures,
  noCase,
  noGuide,
  type Order,
  type Passages,
  type Problem,
  type Rational,
  type Repeated,
  replay,
  run,
  type Schedule,
  type Subject,
  type Term,
} from "../kernel/index.ts";
import { orderOf, settle } from "./block.ts";
import { scheduleOf } from "./by-start.ts";
import { type Conflict, firstConflict, misplaced } from "./conflict.ts";
import { circleOf, placesOf, retime, type Wait } from "./retime.ts";

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
  | {
      readonly kind: "conflict";
      readonly conflict: Conflict;
      readonly problem: Problem;
      readonly schedule: Schedule;
      /** A pass of a block that should stand in the first free slot, where none is free. */
      readonly full: number | null;
    }
  | { readonly kind: "deadlock"; readonly cycle: readonly Wait[]; readonly problem: Problem };

export type Examined =
  | {
      readonly kind: "schedule";
      readonly subject: Subject;
      readonly problem: Problem;
      readonly schedule: Schedule;
      readonly measures: Measures;
    }
  | { readonly kind: "block"; readonly subject: Repeated }
  | { readonly kind: "pipeline"; readonly subject: Extract<Subject, { kind: "pipeline" }> }
  | { readonly kind: "defect"; readonly defect: Fault; readonly shows: Defect }
  | { readonly kind: "limit"; readonly reason: string };

const examinations = new WeakMap<Source, Examined>();
const settlings = new WeakMap<Block, Settling>();
interface Settling {
  readonly subject: Repeated;
  /** Without its cap: where no one peak could keep it for all m, it is looked at for each m. */
  readonly uncapped: Repeated;
  readonly full: number | null;
}

/** What the kernel says of a source. Remembered for each source object. */
export function examine(source: Source): Examined {
  const found = examinations.get(source) ?? examineAnew(source);
  if (found.kind === "defect" && !isDefect(found.shows)) return { kind: "limit", reason: "a fault that the kernel does not see" };
  examinations.set(source, found);
  return found;
}

function settled(block: Block): Settling {
  const before = settlings.get(block);
  if (before !== undefined) return before;
  const made = settle(block);
  const subject: Repeated = { kind: "block", block: made.block, stageOf: new Int32Array() };
  const problem = { ...block.problem, cap: block.problem.cap.map(() => Number.POSITIVE_INFINITY) };
  const uncapped: Repeated = { ...subject, block: { ...made.block, problem } };
  const found = { subject, uncapped, full: made.kind === "full" ? made.pass : null };
  settlings.set(block, found);
  return found;
}

function examineAnew(source: Source): Examined {
  if (source.kind === "pipeline") {
    const checked = check(source);
    return checked.kind === "valid" ? { kind: source.kind, subject: source } : { kind: "limit", reason: checked.reason };
  }
  if (source.kind === "block") {
    const { subject, full } = settled(source.block);
    return repeated({ ...subject, stageOf: source.stageOf }, full);
  }
  const { problem } = source;
  if ("schedule" in source.source) {
    const { order, start } = source.source.schedule;
    return incomplete(problem, order) ?? timed({ kind: "schedule", problem, start, early: null }, order);
  }
  if ("order" in source.source) return early(problem, source.source.order, null);
  const of = settled(source.source.block);
  const block = repeated(of.subject, of.full);
  if (block.kind === "defect") return block;
  return early(problem, orderOf(of.subject.block, problem.microbatches), block.kind === "limit" ? of.uncapped : of.subject);
}

/** A block with all its m. */
function repeated(subject: Repeated, full: number | null): Examined {
  const checked = check(subject);
  if (checked.kind === "refused") return { kind: "limit", reason: checked.reason };
  if (checked.kind === "valid") return { kind: "block", subject };
  const defect = smallest(subject.block, full);
  return "reason" in defect ? defect : { kind: "defect", defect, shows: { kind: "conflict", subject } };
}

/** An order that leaves something out, or has it twice or elsewhere. */
function incomplete(problem: Problem, order: Order): Examined | null {
  const conflict = misplaced(problem, order);
  if (conflict === null) return null;
  const schedule = { order, start: new Float64Array(problem.nodes * problem.microbatches) };
  return {
    kind: "defect",
    defect: { kind: "conflict", conflict, problem, schedule, full: null },
    shows: { kind: "order", problem, order, circle: null },
  };
}

/** Everything as early as its order allows. */
function early(problem: Problem, order: Order, of: Repeated | null): Examined {
  const wrong = incomplete(problem, order);
  if (wrong !== null) return wrong;
  const retimed = retime(problem, order);
  if (retimed.kind === "never") return { kind: "limit", reason: "an order that never ends" };
  if (retimed.kind === "deadlock") {
    const { cycle } = retimed;
    const shows: Defect = { kind: "order", problem, order, circle: circleOf(order, cycle) };
    return { kind: "defect", defect: { kind: "deadlock", cycle, problem }, shows };
  }
  const times = placesOf(retimed.sequence);
  return timed({ kind: "schedule", problem, start: retimed.start, early: { order: of ?? order, times } }, order);
}

/** The kernel's word on start times, with what there is to show. */
function timed(subject: Extract<Subject, { kind: "schedule" }>, order: Order): Examined {
  const { problem, start } = subject;
  const schedule = { order, start };
  const checked = check(subject);
  if (checked.kind === "refused") return { kind: "limit", reason: checked.reason };
  if (checked.kind === "valid") {
    if (checked.measures === null) throw new Error("a schedule without measures");
    return { kind: "schedule", subject, problem, schedule, measures: checked.measures };
  }
  const conflict = firstConflict(problem, schedule);
  if (conflict === null) return { kind: "limit", reason: "a conflict that is not found again" };
  return { kind: "defect", defect: { kind: "conflict", conflict, problem, schedule, full: null }, shows: { kind: "conflict", subject } };
}

/** The first conflict of a block's repetition, with the fewest microbatches that show it. */
function smallest(block: Block, full: number | null): Fault | Extract<Examined, { kind: "limit" }> {
  const conflictOf = (microbatches: number): Fault | null => {
    const { problem, start } = run(block, microbatches);
    if (replay(problem, { start }).kind === "valid") return null;
    const schedule = scheduleOf(problem, start);
    const conflict = firstConflict(problem, schedule);
    return conflict && { kind: "conflict", conflict, problem, schedule, full };
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
export function judge(claim: Formula, sources: readonly Source[], passages: Passages = new Map()): Judgement {
  const subjects: Subject[] = [];
  for (let subject = 0; subject < sources.length; subject++) {
    const examined = examine(sources[subject]);
    if (examined.kind === "defect") return { kind: "defect", subject, defect: examined.defect };
    if (examined.kind === "limit") return { kind: "stuck", reason: examined.reason };
    subjects.push(examined.subject);
  }
  return judgeInstance(claim, subjects, passages);
}

/** The number that a term has on these sources, or null where it has none: for showing both sides of a claim that failed. */
export function measured(term: Term, sources: readonly Source[]): Rational | null {
  const subjects = sources.map(examine);
  let found: Rational | null = null;
  every(noCase, noGuide, (one) => {
    const leaves = leavesOf(
      subjects.map((examined) => ("subject" in examined ? examined.subject : nothing)),
      new Map(),
    );
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
  start: new Float64Array(),
  early: null,
};
