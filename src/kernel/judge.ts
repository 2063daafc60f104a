// Where verdicts are made on one instance of a claim: replay everything that it speaks of, and evaluate it. What comes from outside are
// start times, sequences and slots to check.
import { type Block, lifespan, peakIsFixed, repeats, settles } from "./block.ts";
import { type Case, every, type Guide, Stuck } from "./cases.ts";
import { flows, inTime } from "./channel.ts";
import { constant, constantOf } from "./linear.ts";
import { earliest, isDeadlock, type Wait } from "./order.ts";
import { type Order, type Problem, type Schedule, unsafe } from "./problem.ts";
import { type Rational, rational } from "./rational.ts";
import { type Conflict, type Measures, replay } from "./replay.ts";
import { Evaluator, type Leaves } from "./symbolic.ts";
import type { Formula, Measure, Term } from "./term.ts";

/**
 * What an instance of a claim speaks of. A schedule is given by its start times; or by an order and the sequence in which its passes come
 * to run as early as they can; or so by the order in which a block's slots come. A block has all its slots and stands for all its m.
 */
export type Subject =
  | { readonly kind: "schedule"; readonly problem: Problem; readonly schedule: Schedule }
  | { readonly kind: "order"; readonly problem: Problem; readonly order: Order; readonly sequence: Int32Array; readonly of: Slots | null }
  | { readonly kind: "block"; readonly of: Slots; readonly stageOf: Int32Array }
  | { readonly kind: "pipeline"; readonly problem: Problem };
export interface Slots {
  readonly block: Block;
  readonly slots: Float64Array;
}

export type Checked =
  | { readonly kind: "valid"; readonly schedule: Schedule | null; readonly measures: Measures | null }
  | { readonly kind: "invalid"; readonly conflict: Conflict }
  | { readonly kind: "refused"; readonly reason: string };

const checks = new WeakMap<object, Checked>();

/** Replays a subject, or a block's repetition. Remembered for each object. */
export function check(subject: Subject): Checked {
  const found = checks.get(subject) ?? checkAnew(subject);
  checks.set(subject, found);
  return found;
}
const refused = (reason: string): Checked => ({ kind: "refused", reason });

function checkAnew(subject: Subject): Checked {
  if (subject.kind === "block") return checkBlock(subject.of);
  const { problem } = subject;
  const reason = unsafe(problem);
  if (reason !== null) return refused(reason);
  if (subject.kind === "pipeline") return { kind: "valid", schedule: null, measures: null };
  const schedule = subject.kind === "schedule" ? subject.schedule : timed(subject);
  if ("kind" in schedule) return schedule;
  const replayed = replay(problem, schedule);
  return replayed.kind === "valid" ? { ...replayed, schedule } : replayed;
}

/** The schedule of an order, which may have to be that of a valid block. */
function timed({ problem, order, sequence, of }: Extract<Subject, { kind: "order" }>): Schedule | Checked {
  if (of !== null) {
    const block = checkSlots(of);
    if (block.kind !== "valid") return block; // condition
    const period = of.block.interval ?? 0;
    const raw = (pass: number): number => of.slots[pass % of.slots.length] + Math.floor(pass / of.slots.length) * period;
    for (let list = 0; list + 1 < order.offsets.length; list++)
      for (let at = order.offsets[list] + 1; at < order.offsets[list + 1]; at++) {
        if (raw(order.passes[at - 1]) >= raw(order.passes[at])) return refused("the order is not that of the block's slots"); // condition
      }
  }
  const start = earliest(problem, order, sequence);
  return start === null ? refused("not every pass of the order comes to run in the sequence") : { order, start };
}

/** A block that is repeated, and whose holds allow its cap to be checked for all m (law: squeezing). */
function checkBlock(of: Slots): Checked {
  const checked = checkSlots(of);
  const { block, slots } = of;
  if (checked.kind === "valid" && block.problem.cap.some((cap) => cap !== Number.POSITIVE_INFINITY) && !peakIsFixed(block, slots))
    return refused("the cap cannot be checked for all m at once, since a hold begins and ends on different streams or devices"); // condition
  return checked;
}
function checkSlots(of: Slots): Checked {
  const found = checks.get(of);
  if (found !== undefined) return found;
  const { block, slots } = of;
  const reason = unsafe(block.problem) ?? (settles(block, slots) === "settled" ? null : "these are not the slots of the block");
  const repeated = reason === null ? repeats(block, slots) : refused(reason);
  const checked: Checked =
    repeated.kind === "valid" ? { ...repeated, schedule: null } : "reason" in repeated ? refused(repeated.reason) : repeated;
  checks.set(of, checked);
  return checked;
}

/** Why something that a claim speaks of is no schedule: it is not valid, its order waits for itself, or a block has no free slot left. */
export type Defect =
  | { readonly kind: "conflict"; readonly subject: Subject }
  | { readonly kind: "deadlock"; readonly problem: Problem; readonly order: Order; readonly cycle: readonly Wait[] }
  | ({ readonly kind: "full" } & Slots);
export function isDefect(defect: Defect): boolean {
  switch (defect.kind) {
    case "conflict":
      return check(defect.subject).kind === "invalid"; // condition
    case "deadlock":
      return isDeadlock(defect.problem, defect.order, defect.cycle); // condition
    case "full":
      return settles(defect.block, defect.slots) === "full"; // condition
  }
}

export type InstanceVerdict =
  | { readonly kind: "true"; readonly passes: number }
  | { readonly kind: "false" }
  | { readonly kind: "invalid"; readonly subject: number; readonly conflict: Conflict }
  | { readonly kind: "stuck"; readonly reason: string };

/** A claim without variables, on these subjects. `true` only when every subject is valid and the claim holds. */
export function judgeInstance(claim: Formula, subjects: readonly Subject[]): InstanceVerdict {
  let passes = 0;
  for (let subject = 0; subject < subjects.length; subject++) {
    const checked = check(subjects[subject]);
    if (checked.kind === "invalid") return { kind: "invalid", subject, conflict: checked.conflict }; // condition
    if (checked.kind === "refused") return { kind: "stuck", reason: checked.reason }; // condition
    if (subjects[subject].kind !== "block") passes += checked.measures?.passes ?? 0;
  }
  const outcome = every(noCase, noGuide, (one) => new Evaluator(noGuide, leavesOf(subjects)).holds(one, claim));
  if (outcome.kind === "proved") return { kind: "true", passes };
  return outcome.kind === "stuck" ? outcome : { kind: "false" };
}

/** What a claim finds in subjects that have been checked. */
export const leavesOf = (subjects: readonly Subject[]): Leaves => ({
  measure: (measure) => {
    const { num, den } = measureOf(measure, subjects[measure.schedule]);
    return constant(num, den);
  },
  valid: (schedule) => {
    if (subjects[schedule].kind === "pipeline") throw new Stuck("a pipeline has no start times that could be valid"); // condition
    return true;
  },
  flows: ({ schedule: of, channel, rows, passage }) => {
    const [subject, checked] = [subjects[of], check(subjects[of])];
    const reason = "sends and receives are judged for schedules of so many microbatches on one stream of each device";
    if (checked.kind !== "valid" || checked.schedule === null || subject.kind === "block") throw new Stuck(reason);
    if (subject.problem.streams > 1) throw new Stuck(reason); // condition
    if (!inTime(checked.schedule, rows)) throw new Stuck("the rows have another order than the schedule"); // condition
    const judged = flows(subject.problem, rows, channel, passage);
    if (judged === null) throw new Stuck("the evidence about a channel shows nothing"); // condition
    return judged;
  },
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
  const [device, stage] = [wholeOf(on), wholeOf(of)];
  if (checked.kind !== "valid") throw new Stuck("a schedule that is measured is not valid");
  const { devices, ticksPerUnit, partsPerUnit } = subject.kind === "block" ? subject.of.block.problem : subject.problem;
  if (device !== null && (device < 0 || device >= devices)) throw new Stuck(`there is no device ${device}`); // condition
  const whole = name === "makespan" || name === "lifespan" || name === "period";
  if ((device !== null && whole) || (stage !== null && name !== "lifespan")) throw new Stuck(`${name} is not of a device or stage`);
  const time = (ticks: number, share = 1): Rational => rational(ticks, ticksPerUnit * share);
  const onDevice = (values: Float64Array): number => (device === null ? values.reduce((a, b) => Math.max(a, b), 0) : values[device]);
  const { measures } = checked;
  if (subject.kind === "pipeline" || measures === null) {
    if (name !== "load" || subject.kind !== "pipeline") throw new Stuck(`a pipeline has no ${name}`);
    return time(onDevice(loads(subject.problem)));
  }
  if (subject.kind === "block") {
    const { stageOf } = subject;
    const { block, slots } = subject.of;
    if (name === "period" && block.interval !== null) return rational(block.interval);
    if (name === "lifespan") {
      if (stage !== null && !stageOf.includes(stage)) throw new Stuck("the stage is not there"); // condition
      return rational(lifespan(block, slots, stageOf, stage));
    }
    if (name !== "peak") throw new Stuck(`a building block has no ${name} for all m at once; give m`);
    if (!peakIsFixed(block, slots))
      throw new Stuck("there is no one peak for all m, since a hold begins and ends on different streams or devices; give m"); // condition
    return rational(onDevice(measures.peakOf), partsPerUnit);
  }
  // Busy time: of the device, or the mean of all.
  const [busy, share] = device === null ? [measures.busy, devices] : [measures.busyOf[device], 1];
  const span = onDevice(measures.spanOf);
  switch (name) {
    case "makespan":
      return time(measures.makespan);
    case "span":
      return time(span);
    case "idle":
      return time(span * share - busy, share);
    case "bubble":
      if (span === 0) throw new Stuck("the schedule takes no time, so it has no bubble");
      return rational(span * share - busy, span * share);
    case "peak":
      return rational(onDevice(measures.peakOf), partsPerUnit);
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
