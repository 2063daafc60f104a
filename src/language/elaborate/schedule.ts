// A schedule with its arguments, as the kernel takes it: a building block in slots, or the order of each stream.

import { fraction } from "../../fraction/index.ts";
import type { Block, Order, Rational } from "../../kernel/index.ts";
import { evaluateCount, evaluateInteger, evaluateNumber, fault, situation, type Values } from "../evaluate.ts";
import { limits } from "../limits.ts";
import { namesIn } from "../mentions.ts";
import { byNumber, repeats } from "../microbatches.ts";
import type { Program } from "../resolve.ts";
import type * as S from "../syntax.ts";
import { orderOf } from "./order.ts";
import { type Elaborated, elaboratePipeline, parameters } from "./pipeline.ts";
import { type Pulse, still } from "./pulse.ts";

const { rational } = fraction;

/** The values of a schedule's parameters and `let`s, and its pipeline with the arguments that the schedule gives it. */
function opened(program: Program, schedule: S.Schedule, args: readonly Rational[]) {
  const pipeline = program.pipelines.get(schedule.of.name.text);
  if (pipeline === undefined) throw new Error("a schedule of an unknown pipeline passed the resolver");
  const values = parameters(schedule, args);
  const given = schedule.of.args.map((arg) => evaluateNumber(arg, values));
  const elaborate = (profile: S.Profile | undefined, microbatches: number, pulse: Pulse): Elaborated =>
    elaboratePipeline(pipeline, given, profile, microbatches, pulse);
  return { values, given, elaborate };
}

/** How many microbatches one block holds. */
export function groupSize({ repeat }: S.Schedule, values: Values): number {
  return repeat?.group ? evaluateCount(repeat.group.count, values, "The number of microbatches in a block", 1) : 1;
}

/** Whether all repetitions of a block treat their microbatches as the first does its own. */
export function repeatsAlike(program: Program, schedule: S.Schedule, args: readonly Rational[]): boolean {
  const pipeline = program.pipelines.get(schedule.of.name.text);
  if (schedule.repeat?.kind !== "every" || pipeline === undefined || !byNumber(pipeline)) return true;
  const { values, given } = opened(program, schedule, args);
  const own = parameters(pipeline, given);
  const evaluate = (expr: S.Expr): Rational | null =>
    [...namesIn(expr)].every((name) => own.has(name)) ? evaluateNumber(expr, own) : null;
  return repeats(pipeline, groupSize(schedule, values), evaluate);
}

export interface ElaboratedBlock {
  readonly block: Block;
  /** The group's problem in slots, with names. */
  readonly group: Elaborated;
}

/** A building block in slots. */
export function elaborateBlock(program: Program, schedule: S.Schedule, args: readonly Rational[], pulse: Pulse = still): ElaboratedBlock {
  const { repeat } = schedule;
  if (repeat === undefined) throw new Error("an order is not a building block");
  const { values, elaborate } = opened(program, schedule, args);
  const size = groupSize(schedule, values);
  if (size > limits["group-microbatches"])
    fault(
      "limit",
      `${size} microbatches in a block are more than ${limits["group-microbatches"]} (limit \`group-microbatches\`).`,
      repeat.span,
    );
  const interval = repeat.kind === "every" ? evaluateCount(repeat.interval, values, "The interval", 1) : null;
  const group = elaborate(undefined, size, pulse);
  if (group.problem.ticksPerUnit !== 1) {
    const family = group.nodes.find((_, node) => group.problem.routes[0].duration[node] % group.problem.ticksPerUnit !== 0)?.family;
    fault(
      "not-an-integer",
      "In a building block every pass takes a whole number of slots.",
      family?.takes?.span ?? schedule.name.span,
      "give times that are not whole in a profile",
    );
  }
  const instant = group.nodes.find((_, node) => group.problem.routes.some((route) => route.duration[node] < 1));
  if (instant !== undefined) {
    fault(
      "not-an-integer",
      `In a building block every pass takes at least one slot; ${instant.label} takes 0${situation(values)}.`,
      instant.family.takes?.span ?? instant.family.span,
      "give a time of 0 in a profile instead",
    );
  }
  const starts = new Map(schedule.items.flatMap((item) => (item.kind === "start" ? [[item.pass.text, item] as const] : [])));
  const start = new Float64Array(size * group.nodes.length);
  for (let k = 0; k < size; k++) {
    group.nodes.forEach((node, n) => {
      pulse();
      const item = starts.get(node.family.name.text);
      if (item === undefined) throw new Error("a pass without a start passed the resolver");
      if (item.at === undefined) {
        start[k * group.nodes.length + n] = Number.NaN;
        return;
      }
      const inner = new Map(values);
      item.binders.forEach((binder, i) => {
        inner.set(binder.text, rational(node.indices[i]));
      });
      if (repeat.group) inner.set(repeat.group.name.text, rational(k));
      start[k * group.nodes.length + n] = evaluateInteger(item.at, inner, `The start of ${node.label}`);
    });
  }
  return { block: { problem: group.problem, interval, start }, group };
}

export interface ElaboratedOrder {
  readonly order: Order;
  readonly elaborated: Elaborated;
}

/** The order of an order schedule for m microbatches, and the problem under the profile. */
export function elaborateOrder(
  program: Program,
  schedule: S.Schedule,
  args: readonly Rational[],
  profile: S.Profile | undefined,
  microbatches: number,
  pulse: Pulse = still,
): ElaboratedOrder {
  const { values, elaborate } = opened(program, schedule, args);
  const elaborated = elaborate(profile, microbatches, pulse);
  return { order: orderOf(schedule, values, elaborated, pulse), elaborated };
}

/** The problem of a block's schedule for m microbatches under a profile. */
export function elaborateProblem(
  program: Program,
  schedule: S.Schedule,
  args: readonly Rational[],
  profile: S.Profile | undefined,
  microbatches: number,
  pulse: Pulse = still,
): Elaborated {
  const { values, elaborate } = opened(program, schedule, args);
  if (schedule.repeat?.kind === "once") {
    const size = groupSize(schedule, values);
    if (microbatches > size) {
      fault(
        "missing-microbatches",
        `\`${schedule.name.text}\` holds ${size} ${size === 1 ? "microbatch" : "microbatches"}${situation(values)} and is not repeated; ${microbatches} are asked for.`,
        schedule.repeat.span,
      );
    }
  }
  return elaborate(profile, microbatches, pulse);
}
