// Where verdicts are made on one instance of a claim: replay everything that it speaks of, and evaluate it. What comes from outside are
// start times, orders and slots to check.
import { type Block, lifespan, peakIsFixed, repetitions, run } from "./block.ts";
import { type Case, every, type Guide, Stuck } from "./cases.ts";
import { constant, constantOf } from "./linear.ts";
import { complete, flows, isEarliest, type Passage, type Rows, rowsOf } from "./order.ts";
import { type Order, type Problem, unsafe } from "./problem.ts";
import { type Rational, rational } from "./rational.ts";
import { type Measures, replay, rowsIn } from "./replay.ts";
import { Evaluator, type Leaves } from "./symbolic.ts";
import type { Flows, Formula, Measure, Term } from "./term.ts";

/** What an instance of a claim speaks of: start times, perhaps those of an order in which all starts early, a block for all m, a pipeline. */
export type Subject =
  | { readonly kind: "schedule"; readonly problem: Problem; readonly start: Float64Array; readonly early: Early | null }
  | Repeated
  | { readonly kind: "pipeline"; readonly problem: Problem };
/** As early as this order allows, or that of this block; evidence is the place of each pass in an order of all. */
export interface Early {
  readonly order: Order | Repeated;
  readonly times: Int32Array;
}
export interface Repeated {
  readonly kind: "block";
  readonly block: Block;
  readonly stageOf: Int32Array;
}

export type Checked =
  | { readonly kind: "valid"; readonly measures: Measures | null }
  | { readonly kind: "invalid" | "refused"; readonly reason: string };

const checks = new WeakMap<object, Checked>();

/** Replays a subject, a block as often as it takes. Remembered for each object. */
export function check(subject: Subject): Checked {
  const about = subject.kind === "block" ? subject.block : subject;
  const found = checks.get(about) ?? checkAnew(subject);
  checks.set(about, found);
  return found;
}
const refused = (reason: string): Checked => ({ kind: "refused", reason });
const beyond = "a building block of more than 2^21 passes at a time, with slots beyond 2^53, or with a pass that takes none";
const loose = ", since a hold begins and ends on different streams or devices";

function checkAnew(subject: Subject): Checked {
  if (subject.kind === "block") {
    const { block } = subject;
    const count = repetitions(block);
    if (count === null) return refused(beyond); // condition
    const repeated = run(block, count * block.problem.microbatches);
    const reason = unsafe(repeated.problem);
    if (reason !== null) return refused(reason); // condition
    const replayed = replay(repeated.problem, repeated);
    const capped = block.problem.cap.some((cap) => cap !== Number.POSITIVE_INFINITY);
    if (capped && replayed.kind === "valid" && !peakIsFixed(block)) return refused(`the cap cannot be checked for all m at once${loose}`); // condition
    return replayed;
  }
  const { problem } = subject;
  const reason = unsafe(problem);
  if (reason !== null) return refused(reason); // condition
  if (subject.kind === "pipeline") return { kind: "valid", measures: null };
  const { early, start } = subject;
  if (early !== null) {
    const rows = "kind" in early.order ? rowsOfBlock(early.order, problem.microbatches) : rowsOf(early.order);
    if ("kind" in rows) return rows;
    if (!isEarliest(problem, rows, start, early.times)) return refused("these are not the earliest starts of the order"); // condition
  }
  return replay(problem, subject);
}

/** The rows of a valid block's first microbatches. */
function rowsOfBlock(repeated: Repeated, microbatches: number): Rows | Checked {
  const checked = check(repeated);
  if (checked.kind !== "valid") return checked; // condition
  const { problem, start } = run(repeated.block, microbatches);
  if (!start.every(Number.isSafeInteger)) return refused(beyond); // condition
  return rowsIn(problem, start);
}

/** Why something that a claim speaks of is no schedule: it is not valid; its order lacks a pass, or, with a circle, waits for itself. */
export type Defect =
  | { readonly kind: "conflict"; readonly subject: Subject }
  | { readonly kind: "order"; readonly problem: Problem; readonly order: Order; readonly circle: readonly number[] | null };
export function isDefect(defect: Defect): boolean {
  if (defect.kind === "conflict") return check(defect.subject).kind === "invalid"; // condition
  const { problem, circle } = defect;
  const rows = rowsOf(defect.order);
  if (circle === null) return !complete(problem, rows); // condition
  return flows(problem, rows, null, { circle }) === false; // condition
}

export type InstanceVerdict =
  | { readonly kind: "true"; readonly passes: number }
  | { readonly kind: "false" }
  | { readonly kind: "stuck"; readonly reason: string };
/** Evidence for what a claim says of channels. */
export type Passages = ReadonlyMap<Flows, Passage>;

/** A claim without variables, on these subjects. `true` only when every subject is valid and the claim holds. */
export function judgeInstance(claim: Formula, subjects: readonly Subject[], passages: Passages): InstanceVerdict {
  let passes = 0;
  for (const [i, subject] of subjects.entries()) {
    const checked = check(subject);
    const what = checked.kind === "invalid" ? `${subject.kind} ${i} is not valid: ` : "";
    if (checked.kind !== "valid") return { kind: "stuck", reason: `${what}${checked.reason}` }; // condition
    if (subject.kind !== "block") passes += checked.measures?.passes ?? 0;
  }
  const outcome = every(noCase, noGuide, (one) => new Evaluator(noGuide, leavesOf(subjects, passages)).holds(one, claim));
  if (outcome.kind === "proved") return { kind: "true", passes };
  return outcome.kind === "stuck" ? outcome : { kind: "false" };
}

/** What a claim finds in subjects that have been checked. */
export const leavesOf = (subjects: readonly Subject[], passages: Passages): Leaves => ({
  measure: (measure) => {
    const { num, den } = measureOf(measure, subjects[measure.schedule]);
    return constant(num, den);
  },
  valid: (schedule) => {
    if (subjects[schedule].kind === "pipeline") throw new Stuck("a pipeline has no start times that could be valid"); // condition
    return true;
  },
  flows: (claim) => {
    const [subject, passage] = [subjects[claim.schedule], passages.get(claim)];
    if (subject.kind !== "schedule" || subject.problem.streams > 1)
      throw new Stuck("sends and receives are judged for schedules of so many microbatches on one stream of each device"); // condition
    if (!inTime(subject.start, claim.rows)) throw new Stuck("the rows have another order than the schedule"); // condition
    const judged = passage === undefined ? null : flows(subject.problem, claim.rows, claim.channel, passage);
    if (judged === null) throw new Stuck("the evidence about a channel shows nothing"); // condition
    return judged;
  },
});
/** Whether the passes of each row start one after the other. */
const inTime = (start: Float64Array, { offsets, steps }: Rows): boolean =>
  offsets.every((from, row) => {
    const passes = steps.subarray(from, offsets[row + 1] ?? from).filter((step) => step >= 0);
    return passes.every((pass, i) => i === 0 || start[passes[i - 1]] <= start[pass]);
  });
export const noCase: Case = { variables: 0, names: new Map(), facts: [] };
export const noGuide: Guide = { sign: () => ({ kind: "stop", reason: "nothing varies here" }), empty: () => null };

function wholeOf(term: Term | undefined): number | null {
  if (term === undefined) return null;
  const { num, den } = constantOf(new Evaluator(noGuide).form(noCase, term));
  if (den !== 1n) throw new Stuck("a device or stage is no whole number"); // condition
  return Number(num);
}

/** One measure of one subject, in the units of the statement. Design part 1 says what each is. */
function measureOf({ name, device: on, stage: of }: Measure, subject: Subject): Rational {
  const checked = check(subject);
  if (checked.kind !== "valid") throw new Stuck("a schedule that is measured is not valid");
  const { measures } = checked;
  const [device, stage] = [wholeOf(on), wholeOf(of)];
  const { problem } = subject.kind === "block" ? subject.block : subject;
  const [ticks, parts] = [BigInt(problem.ticksPerUnit), BigInt(problem.partsPerUnit)];
  if (device !== null && !(device >= 0 && device < problem.devices)) throw new Stuck(`there is no device ${device}`); // condition
  const whole = name === "makespan" || name === "lifespan" || name === "period";
  if ((device !== null && whole) || (stage !== null && name !== "lifespan")) throw new Stuck(`${name} is not of a device or stage`); // condition
  const most = (values: Float64Array): bigint => BigInt(device === null ? values.reduce((a, b) => Math.max(a, b), 0) : values[device]);
  if (subject.kind === "block") {
    const { block, stageOf } = subject;
    if (name === "period" && block.interval !== null) return rational(block.interval);
    if (name === "peak" && !peakIsFixed(block)) throw new Stuck(`there is no one peak for all m${loose}; give m`); // condition
    if (stage !== null && !stageOf.includes(stage)) throw new Stuck("the stage is not there"); // condition
    if (name === "lifespan") return rational(lifespan(block, stageOf, stage));
    if (name !== "peak") throw new Stuck(`a building block has no ${name} for all m at once; give m`); // condition
  }
  if (measures === null) {
    if (name !== "load") throw new Stuck(`a pipeline has no ${name}`); // condition
    return rational(most(loads(problem)), ticks);
  }
  // Busy time: of the device, or the mean of all.
  const [busy, share] = device === null ? [measures.busy, BigInt(problem.devices)] : [measures.busyOf[device], 1n];
  const span = most(measures.spanOf);
  const idle = span * share - BigInt(busy);
  switch (name) {
    case "peak":
      return rational(most(measures.peakOf), parts);
    case "makespan":
      return rational(BigInt(measures.makespan), ticks);
    case "span":
      return rational(span, ticks);
    case "idle":
      if (share === 0n) throw new Stuck("without devices nothing is idle"); // condition
      return rational(idle, ticks * share);
    case "bubble":
      if (span === 0n) throw new Stuck("the schedule takes no time, so it has no bubble"); // condition
      return rational(idle, span * share);
    default:
      throw new Stuck(`a ${name} is asked of a building block as it repeats, without m or a profile; an order has none`);
  }
}

/** The compute time of one microbatch on each device. */
function loads({ devices, nodes, routes: [{ stream, device, duration }] }: Problem): Float64Array {
  const load = new Float64Array(devices);
  for (let node = 0; node < nodes; node++) if (stream[node] === 0) load[device[node]] += duration[node];
  return load;
}
