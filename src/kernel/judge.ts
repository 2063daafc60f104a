// The only place where a verdict is made. One instance of a claim: replay everything it speaks of and evaluate it.
// A claim for all sizes: prove it by cases. What comes from outside are schedules to replay and hints to check.
import { type Block, isFar, isValid, lifespan, orderOf, peakIsFixed, rawSchedule, settle, steadyPeaks } from "./block.ts";
import { type Case, every, extend, type Guide, Stuck } from "./cases.ts";
import { flows, inTime } from "./channel.ts";
import { type ForAllEvidence, type Hints, tableGuide } from "./evidence.ts";
import { constant } from "./linear.ts";
import { type Order, type Problem, type Schedule, unsafe } from "./problem.ts";
import { minus, over, type Rational, rational } from "./rational.ts";
import { type Conflict, type Measures, replay } from "./replay.ts";
import { retime, type Wait } from "./retime.ts";
import { type Bounds, Evaluator, exactly, type Leaves, noLeaves } from "./symbolic.ts";
import { BlockReasoning, type SymbolicBlock } from "./symbolic-block.ts";
import type { Formula, Measure, Term } from "./term.ts";

// ---- one instance

/** What an instance of a claim speaks of: a schedule of m microbatches, a block with all its m, or a pipeline. */
export type Subject =
  | {
      readonly kind: "schedule";
      readonly problem: Problem;
      readonly source: { readonly block: Block } | { readonly order: Order } | { readonly schedule: Schedule };
    }
  | { readonly kind: "block"; readonly block: Block; readonly stageOf: (node: number) => number }
  | { readonly kind: "pipeline"; readonly problem: Problem };

/** Why something that a claim speaks of is not a schedule at all. `schedule` shows where, if it has start times. */
export type Defect =
  | { readonly kind: "conflict"; readonly conflict: Conflict; readonly problem: Problem; readonly schedule: Schedule }
  | { readonly kind: "deadlock"; readonly cycle: readonly Wait[]; readonly problem: Problem }
  | { readonly kind: "never"; readonly wait: Wait; readonly problem: Problem }
  | { readonly kind: "full"; readonly pass: number; readonly problem: Problem };

export type Examined =
  | { readonly kind: "schedule"; readonly problem: Problem; readonly schedule: Schedule; readonly measures: Measures }
  | { readonly kind: "block"; readonly block: Block; readonly stageOf: (node: number) => number }
  | { readonly kind: "pipeline"; readonly problem: Problem }
  | { readonly kind: "defect"; readonly defect: Defect }
  | { readonly kind: "limit"; readonly reason: string };

const examinations = new WeakMap<Subject, Examined>();

/** Replays a subject, or checks its steady state. Remembered for each subject object. */
export function examine(subject: Subject): Examined {
  let found = examinations.get(subject);
  if (found === undefined) {
    found = examineAnew(subject);
    examinations.set(subject, found);
  }
  return found;
}

function examineAnew(subject: Subject): Examined {
  const problem = subject.kind === "block" ? subject.block.problem : subject.problem;
  const reason = unsafe(problem);
  if (reason !== null) return { kind: "limit", reason };
  if (subject.kind === "pipeline") return subject;
  const given = subject.kind === "block" ? subject.block : "block" in subject.source ? subject.source.block : null;
  const instant = given?.problem.routes.some((route) => route.duration.some((slots) => slots < 1));
  if (instant === true) return { kind: "limit", reason: "a pass of the building block takes no slot" }; // condition
  const far = given !== null && isFar(given);
  if (far) return { kind: "limit", reason: "a building block with slots or amounts beyond 2^50" }; // condition
  if (subject.kind === "block") {
    const settled = settleValid(subject.block);
    if (!("block" in settled)) return settled;
    const capped = settled.block.problem.cap.some((cap) => cap !== Number.POSITIVE_INFINITY);
    if (capped && !peakIsFixed(settled.block))
      return {
        kind: "limit",
        reason: "the cap cannot be checked for all m at once, since a hold begins and ends on different streams or devices",
      }; // condition
    return { kind: "block", block: settled.block, stageOf: subject.stageOf };
  }
  if ("schedule" in subject.source) {
    const { schedule } = subject.source;
    const replayed = replay(problem, schedule);
    if (replayed.kind === "invalid")
      return { kind: "defect", defect: { kind: "conflict", conflict: replayed.conflict, problem, schedule } };
    return { kind: "schedule", problem, schedule, measures: replayed.measures };
  }
  let order: Order;
  if ("order" in subject.source) order = subject.source.order;
  else {
    const settled = settleValid(subject.source.block);
    if (!("block" in settled)) return settled;
    order = orderOf(settled.block, problem.microbatches);
  }
  const retimed = retime(problem, order);
  if (retimed.kind === "deadlock") return { kind: "defect", defect: { kind: "deadlock", cycle: retimed.cycle, problem } };
  const schedule = { order, start: retimed.kind === "timed" ? retimed.start : new Float64Array(problem.nodes * problem.microbatches) };
  const replayed = replay(problem, schedule);
  if (replayed.kind === "invalid") return { kind: "defect", defect: { kind: "conflict", conflict: replayed.conflict, problem, schedule } };
  if (retimed.kind === "never") return { kind: "defect", defect: { kind: "never", wait: retimed.wait, problem } };
  return { kind: "schedule", problem, schedule, measures: replayed.measures };
}

/** The block with all its slots, if its repetition is valid; else the first conflict, with the fewest microbatches that show it. */
function settleValid(given: Block): { readonly block: Block } | Extract<Examined, { kind: "defect" | "limit" }> {
  const settled = settle(given);
  if (settled.kind === "full") return { kind: "defect", defect: { kind: "full", pass: settled.pass, problem: given.problem } };
  const { block } = settled;
  if (isValid(block)) return { block };
  const group = block.problem.microbatches;
  const conflictOf = (microbatches: number): Defect | null => {
    const { routeOf } = block.problem;
    const longer = routeOf === null ? null : Int32Array.from({ length: microbatches }, (_, j) => routeOf[j % group]);
    const problem: Problem = { ...block.problem, microbatches, routeOf: longer };
    const schedule = rawSchedule(block, microbatches);
    const replayed = replay(problem, schedule);
    return replayed.kind === "invalid" ? { kind: "conflict", conflict: replayed.conflict, problem, schedule } : null;
  };
  // A longer run has the conflicts of a shorter one: go on in doubles to one that has any, then halve the way back.
  const most = block.interval === null ? group : group * 4096;
  let [clean, broken] = [0, 1];
  let defect = conflictOf(broken);
  while (defect === null) {
    if (broken === most || broken * block.problem.nodes > 4_000_000)
      return { kind: "limit", reason: `passes of a building block that meet only after more than ${broken} microbatches` };
    [clean, broken] = [broken, Math.min(2 * broken, most)];
    defect = conflictOf(broken);
  }
  while (broken - clean > 1) {
    const middle = Math.floor((clean + broken) / 2);
    const found = conflictOf(middle);
    if (found === null) clean = middle;
    else [broken, defect] = [middle, found];
  }
  return { kind: "defect", defect };
}

export type InstanceVerdict =
  | { readonly kind: "true"; readonly passes: number }
  | { readonly kind: "false" }
  | { readonly kind: "defect"; readonly subject: number; readonly defect: Defect }
  | { readonly kind: "stuck"; readonly reason: string };

/** A claim without variables, on these subjects. `true` only when every subject is valid and the claim holds. */
export function judgeInstance(claim: Formula, subjects: readonly Subject[]): InstanceVerdict {
  let passes = 0;
  for (let subject = 0; subject < subjects.length; subject++) {
    const examined = examine(subjects[subject]);
    if (examined.kind === "defect") return { kind: "defect", subject, defect: examined.defect }; // condition
    if (examined.kind === "limit") return { kind: "stuck", reason: examined.reason };
    if (examined.kind === "schedule") passes += examined.measures.passes;
  }
  const leaves: Leaves = {
    measure: (_, measure) => exactly(formOf(measureOf(measure, subjects[measure.schedule]))),
    valid: (_, schedule) => {
      if (subjects[schedule].kind === "pipeline") throw new Stuck("a pipeline has no start times that could be valid"); // condition
      return true; // each subject has been found valid above
    },
    flows: ({ schedule, channel, rows, passage }) => {
      const examined = examine(subjects[schedule]);
      if (examined.kind !== "schedule" || examined.problem.streams > 1)
        throw new Stuck("sends and receives are judged for schedules of so many microbatches on one stream of each device"); // condition
      if (!inTime(examined.schedule, rows)) throw new Stuck("the rows have another order than the schedule"); // condition
      const judged = flows(examined.problem, rows, channel, passage);
      if (judged === null) throw new Stuck("the evidence about a channel shows nothing"); // condition
      return judged;
    },
  };
  const outcome = every(empty, noGuide, (one) => new Evaluator(noGuide, leaves).holds(one, claim));
  if (outcome.kind === "proved") return { kind: "true", passes };
  return outcome.kind === "stuck" ? outcome : { kind: "false" };
}

/** The number that a term has on these subjects, or null where it has none: for showing both sides of a claim that failed. */
export function measured(term: Term, subjects: readonly Subject[]): Rational | null {
  let found: Rational | null = null;
  const leaves: Leaves = {
    measure: (_, measure) => exactly(formOf(measureOf(measure, subjects[measure.schedule]))),
    valid: () => true,
    flows: noLeaves.flows,
  };
  every(empty, noGuide, (one) => {
    const form = new Evaluator(noGuide, leaves).form(one, term);
    found = rational(form.constant, form.den);
    return true;
  });
  return found;
}

const empty: Case = { variables: 0, names: new Map(), facts: [] };
const noGuide: Guide = { sign: () => ({ kind: "stop", reason: "nothing varies here" }), empty: () => null };
const formOf = (value: Rational) => constant(value.num, value.den);

function constantOf(term: Term | undefined): number | null {
  if (term === undefined) return null;
  const form = new Evaluator(noGuide).form(empty, term);
  if (form.den !== 1n) throw new Stuck("a device or stage is no whole number");
  return Number(form.constant);
}

/** One measure of one subject, in the units of the statement. Design part 1 says what each is. */
function measureOf(measure: Measure, subject: Subject): Rational {
  const examined = examine(subject);
  const device = constantOf(measure.device);
  const stage = constantOf(measure.stage);
  if (examined.kind === "defect" || examined.kind === "limit") throw new Stuck("a schedule that is measured is not valid");
  const { devices } = examined.kind === "block" ? examined.block.problem : examined.problem;
  if (device !== null && (device < 0 || device >= devices)) throw new Stuck(`there is no device ${device}`);
  if (examined.kind === "pipeline") {
    if (measure.name !== "load") throw new Stuck(`a pipeline has no ${measure.name}`);
    return rational(greatestLoad(examined.problem, device), examined.problem.ticksPerUnit);
  }
  if (examined.kind === "block") return valueOfBlock(measure.name, examined, device, stage);
  const { problem, measures: m } = examined;
  const time = (ticks: number): Rational => rational(ticks, problem.ticksPerUnit);
  const busy = device === null ? over(time(m.busy), rational(devices)) : time(m.busyOf[device]);
  const span = time(device === null ? m.span : m.spanOf[device]);
  switch (measure.name) {
    case "makespan":
      return time(m.makespan);
    case "span":
      return span;
    case "idle":
      return minus(span, busy);
    case "bubble":
      if (span.num === 0n) throw new Stuck("the schedule takes no time, so it has no bubble");
      return minus(rational(1), over(busy, span));
    case "peak":
      return rational(device === null ? m.peak : m.peakOf[device], problem.partsPerUnit);
    default:
      throw new Stuck(`a ${measure.name} is asked of a building block as it repeats, without m or a profile; an order has none`);
  }
}

function valueOfBlock(
  name: Measure["name"],
  examined: Extract<Examined, { kind: "block" }>,
  device: number | null,
  stage: number | null,
): Rational {
  const { block, stageOf } = examined;
  switch (name) {
    case "peak": {
      if (!peakIsFixed(block))
        throw new Stuck("there is no one peak for all m, since a hold begins and ends on different streams or devices; give m"); // condition
      const { peakOf } = steadyPeaks(block);
      return rational(device === null ? peakOf.reduce((a, b) => Math.max(a, b), 0) : peakOf[device], block.problem.partsPerUnit);
    }
    case "lifespan":
      if (stage !== null && !block.problem.routes[0].device.some((_, node) => stageOf(node) === stage))
        throw new Stuck("the stage is not there");
      return rational(lifespan(block, (node) => stage === null || stageOf(node) === stage));
    case "period":
      if (block.interval === null) throw new Stuck("a block that runs once has no period");
      return rational(block.interval);
    default:
      throw new Stuck(`the ${name} depends on the number of microbatches; give m`);
  }
}

/** The compute time of one microbatch on one device, or the largest. */
function greatestLoad({ devices, nodes, routes }: Problem, device: number | null): number {
  const load = new Float64Array(devices);
  for (let node = 0; node < nodes; node++) {
    if (routes[0].stream[node] === 0) load[routes[0].device[node]] += routes[0].duration[node];
  }
  return device === null ? load.reduce((a, b) => Math.max(a, b), 0) : load[device];
}

// ---- all sizes

/** What a claim for all sizes speaks of. `microbatches` null: all numbers of them at once. */
export interface SymbolicSubject {
  readonly block: SymbolicBlock;
  readonly microbatches: Term | null;
  /** A pipeline only: nothing but its load is meant. */
  readonly pipelineOnly: boolean;
}
export interface ForAll {
  readonly variables: readonly string[];
  readonly domain: Formula;
  readonly claim: Formula;
  readonly subjects: readonly SymbolicSubject[];
}
const noHints: Hints = { inverse: { families: [], holds: [] }, candidates: { peak: [], load: [] } };
export type ForAllVerdict =
  | { readonly kind: "proved"; readonly cases: number }
  | { readonly kind: "vacuous"; readonly cases: number }
  | { readonly kind: "failed"; readonly where: Case }
  | { readonly kind: "stuck"; readonly reason: string };

/** Judges a claim for all values of its variables by evidence that is all there, as data. */
export function judgeForAll(statement: ForAll, evidence: ForAllEvidence): ForAllVerdict {
  return judgeAsking(statement, tableGuide(evidence), evidence.subjects);
}

/** The same, asking a guide. First the premises (each block is valid wherever the claim speaks of it), then the claim. */
export function judgeAsking(statement: ForAll, guide: Guide, hints: readonly Hints[]): ForAllVerdict {
  const start = extend(empty, statement.variables);
  const plain = new Evaluator(guide);
  const nothing = every(start, guide, (one) => !plain.holds(one, statement.domain));
  if (nothing.kind === "proved") return { kind: "vacuous", cases: nothing.cases };
  let cases = 0;
  const reasoning = statement.subjects.map(({ block }, i) => new BlockReasoning(block, hints[i]?.inverse ?? noHints.inverse, guide));
  for (let i = 0; i < reasoning.length; i++) {
    const { block, microbatches, pipelineOnly } = statement.subjects[i];
    const outcome = every(start, guide, (one) => {
      if (!plain.holds(one, statement.domain)) return true;
      if (pipelineOnly) return reasoning[i].wellPlaced(one);
      if (microbatches !== null && !reasoning[i].takes(one, microbatches)) return false; // condition
      return reasoning[i].valid(one) && (block.cap === null || reasoning[i].peakIsFixed(one)); // condition
    });
    if (outcome.kind !== "proved") return outcome;
    cases += outcome.cases;
  }
  const leaves = symbolicLeaves(statement, reasoning, hints, plain);
  const evaluator = new Evaluator(guide, leaves);
  const outcome = every(start, guide, (one) => !plain.holds(one, statement.domain) || evaluator.holds(one, statement.claim));
  return outcome.kind === "proved" ? { kind: "proved", cases: cases + outcome.cases } : outcome;
}

function symbolicLeaves({ subjects }: ForAll, reasoning: readonly BlockReasoning[], hints: readonly Hints[], plain: Evaluator): Leaves {
  return {
    valid: (_, schedule) => {
      if (subjects[schedule].pipelineOnly) throw new Stuck("a pipeline has no start times that could be valid"); // condition
      return true; // a premise, proved before the claim is looked at
    },
    flows: noLeaves.flows,
    measure: (one, measure): Bounds => {
      const own = reasoning[measure.schedule];
      const { candidates } = hints[measure.schedule] ?? noHints;
      const { block, microbatches, pipelineOnly } = subjects[measure.schedule];
      if (pipelineOnly !== (measure.name === "load")) throw new Stuck(`a ${pipelineOnly ? "pipeline" : "schedule"} has no ${measure.name}`); // condition
      switch (measure.name) {
        case "peak": {
          if (!own.peakIsFixed(one))
            throw new Stuck("there is no proof for all sizes where a hold begins and ends on different streams or devices"); // condition
          if (measure.device !== undefined) return own.peakOnDevice(one, plain.form(one, measure.device), microbatches);
          return own.peak(one, candidates.peak, microbatches);
        }
        case "load":
          return own.load(one, candidates.load);
        case "lifespan":
          if (measure.stage === undefined || microbatches !== null)
            throw new Stuck("a lifespan is proved for all sizes only of one stage, and without m: `lifespan(S(p), stage 0)`");
          return exactly(own.lifespan(one, plain.form(one, measure.stage)));
        case "period":
          if (block.interval === null) throw new Stuck("a block that runs once has no period");
          return exactly(constant(block.interval));
        default:
          throw new Stuck(`a ${measure.name} is proved size by size, so give the sizes a range: \`for p in 2..16\``);
      }
    },
  };
}
