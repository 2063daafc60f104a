// A `find`, or an `impossible`, as a goal of the kernel: numbers only, with the place of each line that constrains it.

import { fraction } from "../../fraction/index.ts";
import type { Goal, Rational } from "../../kernel/index.ts";
import { evaluateCount, evaluateInteger, evaluateNumber, fault, type Values } from "../evaluate.ts";
import type { Program } from "../resolve.ts";
import type * as S from "../syntax.ts";
import { timesIn, timesWith } from "../times.ts";
import { orderOfLine } from "./order.ts";
import { type Elaborated, elaboratePipeline } from "./pipeline.ts";
import { type Pulse, still } from "./pulse.ts";

const { rational, times, floor, plus, over, print, isInteger } = fraction;

export type Objective = "makespan" | "span" | "peak";

/** One line that constrains what is found. `on` is what it bounds, as the kernel counts it. */
export interface Constraint {
  readonly span: S.Span;
  readonly on: Objective | "start" | "order";
  /** In ticks or parts. */
  readonly most?: number;
  /** The measure as written: `idle` is a bound on the span. */
  readonly measure: string;
  apply(goal: Goal): Goal;
}
export interface Sought {
  readonly title: string;
  readonly elaborated: Elaborated;
  /** What the program says of it. */
  readonly written: { readonly pipeline: S.Pipeline; readonly profile?: S.Profile };
  /** Without any constraint. */
  readonly free: Goal;
  readonly constraints: readonly Constraint[];
  readonly objectives: readonly Objective[];
}

export const constrained = ({ free, constraints }: Pick<Sought, "free" | "constraints">): Goal =>
  constraints.reduce((goal, one) => one.apply(goal), free);

/** What a find looks for. Throws a `Fault` with its place for what cannot be. */
export function elaborateFind(program: Program, find: S.Find, pulse: Pulse = still): Sought {
  const values: Values = new Map();
  const count = find.items.find((item) => item.kind === "microbatches");
  const microbatches = count === undefined ? 1 : evaluateCount(count.count, values, "The number of microbatches", 1);
  const profile = find.items.flatMap((item) => (item.kind === "profile" ? (program.profiles.get(item.name.text) ?? []) : []))[0];
  const pipeline = pipelineOf(program, find.of);
  const elaborated = elaboratePipeline(pipeline, argumentsOf(find.of, values), profile, microbatches, pulse);
  const constraints = [...capsOf(elaborated, find.of)];
  for (const item of find.items) {
    if (item.kind === "keep") constraints.push(...bounds(item.cond, values, elaborated));
    if (item.kind === "order") constraints.push(fixedOrder(item, values, elaborated, pulse));
    if (item.kind === "start") constraints.push(fixedStart(item, values, elaborated));
  }
  const minimised = find.items.flatMap((item) => (item.kind === "minimize" ? item.measures.map(({ text }) => text) : []));
  const objectives = minimised.map((measure): Objective => (measure === "idle" ? "span" : (measure as Objective)));
  return { title: find.name.text, elaborated, written: { pipeline, profile }, free: freeGoal(elaborated), constraints, objectives };
}

/** What an `impossible` says that no schedule meets, at one choice of the claim's variables. */
export function elaborateImpossible(program: Program, body: S.Impossible, values: Values, pulse: Pulse = still): Sought {
  const count = body.constraints.find(({ name }) => name?.text === "m");
  const microbatches = count === undefined ? 1 : evaluateCount(count.value, values, "The number of microbatches", 1);
  const profileIn = ({ name, value }: S.Argument): S.Profile[] => {
    const times = name === undefined ? timesIn(value) : null;
    const profile = times && program.profiles.get(times.name.text);
    return profile ? [timesWith(profile, argumentsOf(times, values))] : [];
  };
  const profile = body.constraints.flatMap(profileIn)[0];
  const pipeline = pipelineOf(program, body.of);
  const elaborated = elaboratePipeline(pipeline, argumentsOf(body.of, values), profile, microbatches, pulse);
  const constraints = [...capsOf(elaborated, body.of)];
  for (const one of body.constraints)
    if (one.name === undefined && profileIn(one).length === 0) constraints.push(...bounds(one.value, values, elaborated));
  return { title: body.of.name.text, elaborated, written: { pipeline, profile }, free: freeGoal(elaborated), constraints, objectives: [] };
}

function pipelineOf(program: Program, of: S.Target): S.Pipeline {
  const pipeline = program.pipelines.get(of.name.text);
  if (pipeline === undefined) throw new Error("a find of an unknown pipeline passed the resolver");
  return pipeline;
}

const argumentsOf = (of: S.Target, values: Values): Rational[] => of.args.map((arg) => evaluateNumber(arg, values));

function freeGoal({ problem }: Elaborated): Goal {
  const cap = new Float64Array(problem.devices).fill(Number.POSITIVE_INFINITY);
  return { problem: { ...problem, cap }, makespan: null, span: null, starts: [], orders: [] };
}

/** The pipeline's own caps, as one constraint. */
function capsOf({ problem }: Elaborated, of: S.Target): Constraint[] {
  const { cap } = problem;
  if (cap.every((one) => one === Number.POSITIVE_INFINITY)) return [];
  return [{ span: of.span, on: "peak", measure: "cap", apply: (goal) => capped(goal, cap) }];
}
const capped = (goal: Goal, cap: Float64Array): Goal => ({
  ...goal,
  problem: { ...goal.problem, cap: goal.problem.cap.map((one, d) => Math.min(one, cap[d])) },
});

/** `peak <= 3 and makespan <= 60` as its parts. */
function bounds(cond: S.Expr, values: Values, elaborated: Elaborated): Constraint[] {
  if (cond.kind !== "binary") throw new Error("a bound of another form passed the resolver");
  if (cond.operator === "and") return [...bounds(cond.left, values, elaborated), ...bounds(cond.right, values, elaborated)];
  const rising = cond.operator === "<=" || cond.operator === "<";
  const strict = cond.operator === "<" || cond.operator === ">";
  const [measure, bound] = rising ? [cond.left, cond.right] : [cond.right, cond.left];
  if (measure.kind !== "name") throw new Error("a bound on no measure passed the resolver");
  const { problem } = elaborated;
  const most = (unit: number, given: Rational): number => {
    const scaled = times(given, rational(unit));
    const whole = floor(scaled) - (strict && isInteger(scaled) ? 1n : 0n);
    if (whole < 0n)
      fault("contradiction", `\`${measure.name}\` cannot be below ${print(given)}: nothing is below 0.`, cond.span, "raise the bound");
    return Number(whole > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : whole);
  };
  const given = evaluateNumber(bound, values);
  const common = { span: cond.span, measure: measure.name };
  if (measure.device !== undefined && measure.name !== "peak")
    fault(
      "misplaced",
      `A bound on the ${measure.name} is for all devices.`,
      measure.device.span,
      "leave out `on device`; `peak` may have a bound for one device",
    );
  switch (measure.name) {
    case "peak": {
      const parts = most(problem.partsPerUnit, given);
      const only = measure.device === undefined ? null : evaluateInteger(measure.device, values, "The device");
      if (only !== null && (only < 0 || only >= problem.devices))
        fault("device-out-of-range", `There is no device ${only}; the devices are 0 to ${problem.devices - 1}.`, cond.span);
      const cap = new Float64Array(problem.devices).fill(Number.POSITIVE_INFINITY);
      if (only === null) cap.fill(parts);
      else cap[only] = parts;
      return [{ ...common, on: "peak", most: parts, apply: (goal) => capped(goal, cap) }];
    }
    case "makespan": {
      const ticks = most(problem.ticksPerUnit, given);
      const least = (before: number | null): number => Math.min(before ?? ticks, ticks);
      return [{ ...common, on: "makespan", most: ticks, apply: (goal) => ({ ...goal, makespan: least(goal.makespan) }) }];
    }
    default: {
      // idle = span - busy, and the busy time is given.
      const busy =
        measure.name === "idle" ? over(rational(busyTicks(elaborated)), rational(problem.devices * problem.ticksPerUnit)) : rational(0);
      const ticks = most(problem.ticksPerUnit, plus(given, busy));
      const least = (before: number | null): number => Math.min(before ?? ticks, ticks);
      return [{ ...common, on: "span", most: ticks, apply: (goal) => ({ ...goal, span: least(goal.span) }) }];
    }
  }
}

/** Compute time of all devices together. */
export function busyTicks({ problem: { routes, routeOf, microbatches } }: Elaborated): number {
  let sum = 0;
  for (let j = 0; j < microbatches; j++) {
    const { duration, stream } = routes[routeOf === null ? 0 : routeOf[j]];
    duration.forEach((ticks, node) => {
      if (stream[node] === 0) sum += ticks;
    });
  }
  return sum;
}

function fixedOrder(
  { runs, span }: Extract<S.FindItem, { kind: "order" }>,
  values: Values,
  elaborated: Elaborated,
  pulse: Pulse,
): Constraint {
  const orders = orderOfLine(runs, values, elaborated, pulse).map((list) => ({ passes: Int32Array.from(list) }));
  return { span, on: "order", measure: "order", apply: (goal) => ({ ...goal, orders: [...goal.orders, ...orders] }) };
}

function fixedStart(
  { pass, microbatch, at, span }: Extract<S.FindItem, { kind: "start" }>,
  values: Values,
  elaborated: Elaborated,
): Constraint {
  const { problem } = elaborated;
  const indices: number[] = [];
  for (const index of pass.indices)
    indices.push(typeof index === "object" ? evaluateInteger(index, values, "An index") : elaborated.last(pass.name.text, indices));
  const node = elaborated.find(pass.name.text, indices);
  if (node === undefined)
    return fault("unknown-pass", `There is no ${pass.name.text}[${indices.join(",")}].`, pass.span, "the index is outside of its range");
  const j = evaluateInteger(microbatch, values, "The microbatch");
  if (j < 0 || j >= problem.microbatches)
    fault("unknown-pass", `There is no microbatch ${j}; they are 0 to ${problem.microbatches - 1}.`, microbatch.span);
  const given = evaluateNumber(at, values);
  const ticks = times(given, rational(problem.ticksPerUnit));
  if (ticks.num < 0n) fault("negative-time", `This start is ${print(given)}; the first pass of all starts at 0.`, at.span);
  if (!isInteger(ticks))
    fault(
      "not-an-integer",
      `${print(given)} is no sum of this pipeline's times: nothing can start then.`,
      at.span,
      "take a multiple of the times' common divisor",
    );
  const start = { pass: j * problem.nodes + node, at: Number(ticks.num) };
  return { span, on: "start", measure: "start", apply: (goal) => ({ ...goal, starts: [...goal.starts, start] }) };
}
