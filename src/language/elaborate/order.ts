// Order expressions: `F[d]^3 (F[d] B[d])* where ...` unrolled for m microbatches. Each name takes that pass of the next microbatch;
// beyond the last it is dropped; a star goes on until nothing in it is left. Cost: linear in the passes that come out.

import { fraction } from "../../fraction/index.ts";
import type { Order, Rational, Route } from "../../kernel/index.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { evaluateCount, evaluateInteger, evaluateNumber, evaluateTruth, Fault, fault, situation } from "../evaluate.ts";
import { limits } from "../limits.ts";
import type * as S from "../syntax.ts";
import type { Elaborated } from "./pipeline.ts";
import type { Pulse } from "./pulse.ts";

const { rational } = fraction;

/** Takes one turn: whether anything was left to run. */
type Turn = () => boolean;
type Values = ReadonlyMap<string, Rational>;

export function orderOf(schedule: S.Schedule, values: Values, elaborated: Elaborated, pulse: Pulse): Order {
  const { problem } = elaborated;
  const lines = schedule.items.filter((item) => item.kind === "runs");
  const lists: number[][] = Array.from({ length: problem.devices * problem.streams }, () => []);
  const given = new Map<number, S.Runs>();
  const binderOf = ({ device }: S.Runs): string | undefined =>
    device.kind === "name" && !values.has(device.name) ? device.name : undefined;
  for (const line of lines) {
    const binder = binderOf(line);
    const only = binder === undefined ? evaluateInteger(line.device, values, "The device") : undefined;
    if (only !== undefined && (only < 0 || only >= problem.devices)) {
      fault(
        "device-out-of-range",
        `There is no device ${only}${situation(values)}; the devices are 0 to ${problem.devices - 1}.`,
        line.device.span,
      );
    }
    for (let d = only ?? 0; d < (only === undefined ? problem.devices : only + 1); d++) {
      // A line for one device goes before a line for all.
      if (
        binder !== undefined &&
        lines.some((other) => binderOf(other) === undefined && evaluateInteger(other.device, values, "The device") === d)
      )
        continue;
      const first = given.get(d);
      if (first !== undefined) throw new Fault(twoOrders(d, line, first, situation(values)));
      given.set(d, line);
      const inner = new Map(values).set("m", rational(problem.microbatches));
      if (binder !== undefined) inner.set(binder, rational(d));
      new Device(d, elaborated, lists, pulse).run(line, inner);
    }
  }
  for (let node = 0; node < elaborated.nodes.length; node++) {
    const device = problem.routes[0].device[node];
    if (!given.has(device))
      fault(
        "never-runs",
        `Device ${device} has no order${situation(values)}, so ${elaborated.nodes[node].label} never runs.`,
        schedule.name.span,
        `add \`device ${device} runs ...\``,
      );
  }
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i] + list.length;
  });
  const passes = new Int32Array(offsets[lists.length]);
  lists.forEach((list, i) => {
    passes.set(list, offsets[i]);
  });
  return { offsets, passes };
}

/** The order that one line gives to each stream of its own device. */
export function orderOfLine(line: S.Runs, values: Values, elaborated: Elaborated, pulse: Pulse): number[][] {
  const { problem } = elaborated;
  const device = evaluateInteger(line.device, values, "The device");
  if (device < 0 || device >= problem.devices)
    fault("device-out-of-range", `There is no device ${device}; the devices are 0 to ${problem.devices - 1}.`, line.device.span);
  const lists: number[][] = Array.from({ length: problem.devices * problem.streams }, () => []);
  new Device(device, elaborated, lists, pulse).run(line, new Map(values).set("m", rational(problem.microbatches)));
  return lists.filter((list) => list.length > 0);
}
const twoOrders = (d: number, line: S.Runs, first: S.Runs, where: string): Diagnostic => ({
  code: "duplicate-name",
  message: `Device ${d} has two orders${where}.`,
  span: line.device.span,
  second: { span: first.device.span, message: "the first one" },
  help: "a line for one device goes before a line for all; of each there can be one for a device",
});

class Device {
  readonly #device: number;
  readonly #elaborated: Elaborated;
  readonly #lists: number[][];
  readonly #pulse: Pulse;
  readonly #taken: Int32Array;
  #steps = 0;

  constructor(device: number, elaborated: Elaborated, lists: number[][], pulse: Pulse) {
    this.#device = device;
    this.#elaborated = elaborated;
    this.#lists = lists;
    this.#pulse = pulse;
    this.#taken = new Int32Array(elaborated.nodes.length);
  }

  run(line: S.Runs, given: Map<string, Rational>): void {
    const values = given;
    const sequences = new Map<string, Turn>();
    for (const where of line.where) if (where.kind === "is") values.set(where.name.text, evaluateNumber(where.value, values));
    for (const where of line.where) {
      if (where.kind !== "next") continue;
      const steps = this.#walk(where.steps, values);
      sequences.set(where.name.text, () => steps.next().done !== true);
    }
    this.#sequence(line.steps, values, sequences)();
  }

  #sequence(steps: readonly S.Step[], values: Values, sequences: ReadonlyMap<string, Turn>): Turn {
    const turns = steps.map((step) => this.#step(step, values, sequences));
    if (turns.length === 1) return turns[0];
    return () => {
      let any = false;
      for (const turn of turns) if (turn()) any = true;
      return any;
    };
  }

  #step(step: S.Step, values: Values, sequences: ReadonlyMap<string, Turn>): Turn {
    switch (step.kind) {
      case "pass": {
        const sequence = step.ref.indices.length === 0 ? sequences.get(step.ref.name.text) : undefined;
        if (sequence !== undefined) return sequence;
        const node = this.#node(step.ref, values);
        return () => this.#take(node);
      }
      case "group": {
        const { each } = step;
        if (each === undefined) return this.#sequence(step.steps, values, sequences);
        const turns = range(each.range, values).map((value) =>
          this.#sequence(step.steps, new Map(values).set(each.name.text, rational(value)), sequences),
        );
        return () => turns.reduce((any, turn) => turn() || any, false);
      }
      case "choice":
        return this.#sequence(evaluateTruth(step.cond, values) ? step.yes : step.no, values, sequences);
      case "power": {
        const times = step.count === undefined ? Number.POSITIVE_INFINITY : evaluateCount(step.count, values, "This power");
        const turn = this.#step(step.step, values, sequences);
        return () => {
          let any = false;
          // A turn that runs nothing changes nothing, so no later one would run anything either.
          for (let i = 0; i < times && turn(); i++) any = true;
          return any;
        };
      }
    }
  }

  /** The steps of a `next of` sequence, one pass at a time. */
  *#walk(steps: readonly S.Step[], values: Values): Generator<true, boolean> {
    let any = false;
    for (const step of steps) {
      switch (step.kind) {
        case "pass":
          if (this.#take(this.#node(step.ref, values))) {
            any = true;
            yield true;
          }
          break;
        case "group":
          for (const value of step.each ? range(step.each.range, values) : [0]) {
            const inner = step.each ? new Map(values).set(step.each.name.text, rational(value)) : values;
            if (yield* this.#walk(step.steps, inner)) any = true;
          }
          break;
        case "choice":
          if (yield* this.#walk(evaluateTruth(step.cond, values) ? step.yes : step.no, values)) any = true;
          break;
        case "power": {
          const times = step.count === undefined ? Number.POSITIVE_INFINITY : evaluateCount(step.count, values, "This power");
          for (let i = 0; i < times && (yield* this.#walk([step.step], values)); i++) any = true;
          break;
        }
      }
    }
    return any;
  }

  #take(node: number): boolean {
    const { problem } = this.#elaborated;
    let microbatch = this.#taken[node];
    // Where the placement depends on the microbatch, a name takes the next one that has this pass on this device.
    while (microbatch < problem.microbatches && this.#route(microbatch).device[node] !== this.#device) microbatch++;
    this.#taken[node] = microbatch + 1;
    if (microbatch >= problem.microbatches) return false;
    const stream = this.#route(microbatch).stream[node];
    this.#lists[this.#device * problem.streams + stream].push(microbatch * problem.nodes + node);
    return true;
  }
  #route(microbatch: number): Route {
    const { routes, routeOf } = this.#elaborated.problem;
    return routes[routeOf === null ? 0 : routeOf[microbatch]];
  }

  #node(ref: S.PassRef, values: Values): number {
    this.#pulse();
    if (++this.#steps > limits.steps) fault("limit", `An order names more than ${limits.steps} passes (limit \`steps\`).`, ref.span);
    const indices: number[] = [];
    for (const index of ref.indices)
      indices.push(typeof index === "object" ? evaluateInteger(index, values, "An index") : this.#elaborated.last(ref.name.text, indices));
    const node = this.#elaborated.find(ref.name.text, indices);
    const label = indices.length === 0 ? ref.name.text : `${ref.name.text}[${indices.join(",")}]`;
    if (node === undefined)
      return fault("unknown-pass", `There is no ${label}${situation(values)}.`, ref.span, "the index is outside of its range");
    const { problem } = this.#elaborated;
    if (!problem.routes.some((route) => route.device[node] === this.#device)) {
      fault(
        "wrong-device",
        `${label} is on device ${problem.routes[0].device[node]}, not on device ${this.#device}${situation(values)}.`,
        ref.span,
      );
    }
    return node;
  }
}

function range({ low, high }: S.Range, values: Values): number[] {
  const [first, last] = [evaluateInteger(low, values, "The first value"), evaluateInteger(high, values, "The last value")];
  if (last - first >= limits.values) {
    const span = { from: low.span.from, to: high.span.to };
    fault("limit", `This range has more than ${limits.values} values (limit \`values\`).`, span);
  }
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
