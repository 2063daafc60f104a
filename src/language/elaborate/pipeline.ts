// A pipeline with its arguments, a profile and a number of microbatches, as the kernel's Problem: numbers only.
// Keeps beside it what each node is called and where it was declared.

import { fraction } from "../../fraction/index.ts";
import type { Problem, Rational, Route } from "../../kernel/index.ts";
import { findCycle } from "../circle.ts";
import { evaluateCount, evaluateInteger, evaluateNumber, evaluateTruth, fault, safe, situation, type Values } from "../evaluate.ts";
import { limits } from "../limits.ts";
import { namesIn } from "../mentions.ts";
import { byNumber } from "../microbatches.ts";
import { families } from "../resolve.ts";
import type * as S from "../syntax.ts";
import { type Pulse, still } from "./pulse.ts";

const { rational, print, gcd } = fraction;

/** What a pass of one microbatch is: its family, indices and label (`F[3]`). */
export interface NodeName {
  readonly family: S.PassItem;
  readonly indices: readonly number[];
  readonly label: string;
}

export interface Elaborated {
  readonly problem: Problem;
  readonly nodes: readonly NodeName[];
  readonly streams: readonly string[];
  /** The node of `F[3]`, if there is one. */
  find(family: string, indices: readonly number[]): number | undefined;
  /** The greatest index of a family behind those given. */
  last(family: string, before: readonly number[]): number;
  stageOf(node: number): number;
}

/** Elaborates; throws a `Fault` with a place for what cannot be. Durations are the profile's, or slots. */
export function elaboratePipeline(
  pipeline: S.Pipeline,
  args: readonly Rational[],
  profile: S.Profile | undefined,
  microbatches: number,
  pulse: Pulse = still,
): Elaborated {
  return new Elaboration(pipeline, args, profile, pulse).run(microbatches);
}

/** The values of parameters and `let`s; checks `requires`. */
export function parameters(
  of: { readonly name: S.Name; readonly params: readonly S.Name[]; readonly items: readonly { readonly kind: string }[] },
  args: readonly Rational[],
): Map<string, Rational> {
  const values = new Map(of.params.map((param, i) => [param.text, args[i]]));
  for (const item of of.items as readonly (S.PipelineItem | S.ScheduleItem)[]) {
    if (item.kind === "let") values.set(item.name.text, evaluateNumber(item.value, values));
    else if (item.kind === "requires" && !evaluateTruth(item.cond, values)) {
      const shown = of.params.map((param, i) => `${param.text} = ${print(args[i])}`).join(", ");
      fault(
        "requirement",
        `\`${of.name.text}\` is not meant for ${shown}.`,
        item.cond.span,
        "claim it for the sizes that this line allows",
      );
    }
  }
  return values;
}

class Elaboration {
  readonly #pipeline: S.Pipeline;
  readonly #profile: S.Profile | undefined;
  readonly #pulse: Pulse;
  readonly #values: Map<string, Rational>;
  readonly #families: Map<string, S.PassItem>;
  readonly #ranges = new Map<string, { low: number; high: number }[]>();
  /** For `F[2,` the greatest next index of F[2, ...]. */
  readonly #greatest = new Map<string, number>();
  readonly #nodes: NodeName[] = [];
  readonly #index = new Map<string, number>();
  readonly #streams: string[];
  readonly #entries: ReadonlyMap<string, S.ProfileItem>;
  /** For each entry of the profile the entries that it mentions. */
  readonly #mentions = new Map<S.ProfileItem, readonly S.ProfileItem[]>();
  readonly #stages: Extract<S.PipelineItem, { kind: "stages" }> | undefined;
  /** Whether something depends on the microbatch's number, `j`. */
  readonly #byMicrobatch: boolean;

  constructor(pipeline: S.Pipeline, args: readonly Rational[], profile: S.Profile | undefined, pulse: Pulse) {
    this.#pipeline = pipeline;
    this.#profile = profile;
    this.#pulse = pulse;
    this.#entries = new Map(profile?.items.map((item) => [item.name.text, item]));
    this.#values = parameters(pipeline, args);
    this.#families = families(pipeline);
    this.#streams = [
      "compute",
      ...pipeline.items.flatMap((item) => (item.kind === "stream" && item.name.text !== "compute" ? [item.name.text] : [])),
    ];
    this.#stages = pipeline.items.find((item) => item.kind === "stages");
    this.#byMicrobatch = byNumber(pipeline);
  }

  run(microbatches: number): Elaborated {
    const count = this.#pipeline.items.find((item) => item.kind === "devices");
    if (count === undefined) throw new Error("a pipeline without devices passed the resolver");
    const devices = evaluateCount(count.count, this.#values, "The number of devices", 1);
    if (devices > limits.devices) fault("limit", `${devices} devices are more than ${limits.devices} (limit \`devices\`).`, count.span);
    this.#number();
    if (microbatches > limits.microbatches)
      fault(
        "limit",
        `${microbatches} microbatches are more than ${limits.microbatches} (limit \`microbatches\`).`,
        this.#pipeline.name.span,
      );
    const total = this.#nodes.length * microbatches;
    if (total > limits.passes)
      fault(
        "limit",
        `${total} passes are more than ${limits.passes} (limit \`passes\`).`,
        this.#pipeline.name.span,
        "take fewer microbatches or devices",
      );
    const { routes, routeOf } = this.#routes(microbatches, devices);
    const { scaled, ticksPerUnit, send } = this.#scaleTimes(routes);
    const amounts = this.#scaleAmounts(scaled, devices);
    const problem: Problem = {
      devices,
      streams: this.#streams.length,
      microbatches,
      nodes: this.#nodes.length,
      routes: amounts.routes,
      routeOf,
      send,
      always: amounts.always,
      cap: amounts.cap,
      ticksPerUnit,
      partsPerUnit: amounts.partsPerUnit,
    };
    const index = this.#index;
    const position = new Map([...this.#families.values()].map((family) => [family, family.indices.findIndex((one) => !one.range)]));
    return {
      problem,
      nodes: this.#nodes,
      streams: this.#streams,
      find: (family, indices) => index.get(`${family}[${indices.join(",")}]`),
      last: (family, before) => this.#last(family, before),
      stageOf: (node) => this.#nodes[node].indices[position.get(this.#nodes[node].family) ?? -1] ?? -1,
    };
  }

  /** Numbers the passes of one microbatch: families as declared, indices ascending. */
  #number(): void {
    let visited = 0;
    for (const family of this.#families.values()) {
      const ranges: { low: number; high: number }[] = [];
      const visit = (i: number, chosen: number[], values: Map<string, Rational>): void => {
        this.#pulse();
        // Half of the visits may end in an empty range.
        if (++visited > 2 * limits["passes-of-a-microbatch"] || this.#nodes.length >= limits["passes-of-a-microbatch"]) {
          const message = `A microbatch has more than ${limits["passes-of-a-microbatch"]} passes (limit \`passes-of-a-microbatch\`).`;
          fault("limit", message, family.span);
        }
        if (i === family.indices.length) {
          const label = chosen.length === 0 ? family.name.text : `${family.name.text}[${chosen.join(",")}]`;
          this.#index.set(`${family.name.text}[${chosen.join(",")}]`, this.#nodes.length);
          this.#nodes.push({ family, indices: chosen, label });
          return;
        }
        const { name, range } = family.indices[i];
        const of = range ?? this.#stages?.range;
        if (of === undefined) throw new Error("an index without a range passed the resolver");
        const low = evaluateInteger(of.low, values, `The first ${name.text}`);
        const high = evaluateInteger(of.high, values, `The last ${name.text}`);
        if (low <= high) this.#greatest.set(`${family.name.text}[${chosen.join(",")}`, high);
        ranges[i] = { low: Math.min(low, ranges[i]?.low ?? low), high: Math.max(high, ranges[i]?.high ?? high) };
        for (let value = low; value <= high; value++) visit(i + 1, [...chosen, value], new Map(values).set(name.text, rational(value)));
      };
      visit(0, [], this.#values);
      this.#ranges.set(family.name.text, ranges);
    }
  }

  #valuesAt(node: NodeName, j: number): Map<string, Rational> {
    const values = new Map(this.#values);
    node.family.indices.forEach(({ name }, i) => {
      values.set(name.text, rational(node.indices[i]));
    });
    return this.#byMicrobatch ? values.set("j", rational(j)) : values;
  }

  /** One route, or as many as the microbatch's number makes a difference. */
  #routes(microbatches: number, devices: number): { readonly routes: readonly Rough[]; readonly routeOf: Int32Array | null } {
    if (!this.#byMicrobatch) return { routes: [this.#route(0, devices)], routeOf: null };
    const routes: Rough[] = [];
    const known = new Map<string, number>();
    const routeOf = Int32Array.from({ length: microbatches }, (_, j) => {
      const route = this.#route(j, devices);
      const key = JSON.stringify([
        route.device,
        route.stream,
        route.duration.map(print),
        route.needs,
        route.holds.map((hold) => ({ ...hold, amount: print(hold.amount) })),
      ]);
      const before = known.get(key);
      if (before !== undefined) return before;
      known.set(key, routes.length);
      if (routes.length * this.#nodes.length > limits["passes-of-routes"]) {
        const message = `Microbatches differ in more than ${limits["passes-of-routes"]} passes (limit \`passes-of-routes\`).`;
        fault("limit", message, this.#pipeline.name.span, "let less depend on `j`, or take fewer microbatches");
      }
      return routes.push(route) - 1;
    });
    if (routes.length === 0) routes.push(this.#route(0, devices));
    return { routes, routeOf };
  }

  #route(j: number, devices: number): Rough {
    const device: number[] = [];
    const stream: number[] = [];
    const duration: Rational[] = [];
    const needs: number[][] = [];
    let dependencies = 0;
    for (const node of this.#nodes) {
      this.#pulse();
      const values = this.#valuesAt(node, j);
      const { family } = node;
      const place = family.device ?? this.#stages?.device;
      if (place === undefined) throw new Error("a pass without a device passed the resolver");
      const home = evaluateInteger(place, values, `The device of ${node.label}`);
      if (home < 0 || home >= devices) {
        const where = situation(this.#values);
        fault("device-out-of-range", `${node.label} is placed on device ${home}${where}; the devices are 0 to ${devices - 1}.`, place.span);
      }
      device.push(home);
      stream.push(family.stream ? this.#streams.indexOf(family.stream.text) : 0);
      duration.push(this.#duration(node, values));
      const needed = this.#needs(node, values);
      dependencies += needed.length;
      if (dependencies > limits.dependencies) this.#tooManyDependencies(node);
      needs.push(needed);
    }
    const cycle = findCycle(needs);
    if (cycle !== null) {
      const path = cycle.map((node) => this.#nodes[node].label);
      const message = `${path[0]} waits for itself: ${[...path, path[0]].join(" after ")}.`;
      fault("cyclic-dependency", message, this.#nodes[cycle[0]].family.span, "no schedule can run this; remove one of the dependencies");
    }
    return { device, stream, duration, needs, holds: this.#holds(device, j, devices) };
  }

  #duration(node: NodeName, values: Map<string, Rational>): Rational {
    const { family } = node;
    let time: Rational;
    let written = family.takes;
    let span = family.takes?.span ?? family.span;
    if (this.#profile === undefined) time = family.takes ? evaluateNumber(family.takes, values) : fraction.one;
    else {
      const item = this.#entries.get(family.name.text);
      if (item === undefined)
        return fault(
          "missing-pass",
          `The profile \`${this.#profile.name.text}\` has no time for \`${family.name.text}\`.`,
          this.#profile.name.span,
          `add \`${family.name.text} 1.0\``,
        );
      time = this.#time(item, node, values);
      written = item.value;
      span = item.span;
    }
    if (time.num < 0n)
      fault("negative-time", `${node.label} takes ${print(time)}${situation(this.#values, written)}; a time cannot be below zero.`, span);
    return time;
  }

  /** The time of an entry; other entries that it mentions are computed before it, with the same indices. Circles have been refused. */
  #time(wanted: S.ProfileItem, node: NodeName | undefined, values: Values): Rational {
    const known = new Map<string, Rational>();
    const open = [wanted];
    for (let item = open.at(-1); item !== undefined; item = open.at(-1)) {
      const inner = this.#bound(item, node, values);
      const others = this.#mentioned(item).filter((other) => !inner.has(other.name.text));
      const missing = others.filter((other) => !known.has(other.name.text));
      open.push(...missing);
      if (missing.length > 0) continue;
      for (const { name } of others) inner.set(name.text, known.get(name.text) ?? fraction.zero);
      known.set(item.name.text, evaluateNumber(item.value, inner));
      open.pop();
    }
    return known.get(wanted.name.text) ?? fraction.zero;
  }
  #bound({ name, binders, span }: S.ProfileItem, node: NodeName | undefined, values: Values): Map<string, Rational> {
    const indices = node?.indices ?? [];
    if (binders.length > indices.length) {
      const has = `${node?.label ?? "`send`"} has ${indices.length === 0 ? "none" : indices.length}`;
      fault("wrong-arguments", `The entry \`${name.text}\` names ${binders.length} indices; ${has}.`, span, "leave out the others");
    }
    const inner = new Map(values);
    for (const { text } of this.#profile?.params ?? []) inner.delete(text);
    binders.forEach((binder, i) => {
      inner.set(binder.text, rational(indices[i]));
    });
    return inner;
  }
  #mentioned(item: S.ProfileItem): readonly S.ProfileItem[] {
    const known = this.#mentions.get(item);
    if (known !== undefined) return known;
    const found = [...namesIn(item.value)].flatMap((name) => this.#entries.get(name) ?? []);
    this.#mentions.set(item, found);
    return found;
  }

  #tooManyDependencies({ family }: NodeName): never {
    const message = `A microbatch has more than ${limits.dependencies} dependencies (limit \`dependencies\`).`;
    return fault("limit", message, family.span, "put a pass between: it waits for all, and all others wait for it");
  }
  #last(family: string, before: readonly number[]): number {
    return this.#greatest.get(`${family}[${before.join(",")}`) ?? 0;
  }
  /** The indices of one pass, from the first on: what `last` means depends on those before it. */
  #indices(ref: S.PassRef, values: Values): number[] {
    const chosen: number[] = [];
    for (const index of ref.indices)
      chosen.push(typeof index === "object" ? evaluateInteger(index, values, "An index") : this.#last(ref.name.text, chosen));
    return chosen;
  }

  #needs(node: NodeName, values: Map<string, Rational>): number[] {
    return node.family.after.flatMap((ref) => {
      const ranges = this.#ranges.get(ref.name.text) ?? [];
      let tuples: number[][] = [[]];
      ref.indices.forEach((index, i) => {
        const range = ranges[i];
        if (index === "last") {
          tuples = tuples.map((tuple) => [...tuple, this.#last(ref.name.text, tuple)]);
          return;
        }
        let choices: number[];
        if (range === undefined) choices = [];
        else if (index === "all") choices = Array.from({ length: range.high - range.low + 1 }, (_, k) => range.low + k);
        else choices = [evaluateInteger(index, values, "An index")];
        if (tuples.length * choices.length > limits.dependencies) this.#tooManyDependencies(node);
        tuples = tuples.flatMap((tuple) => choices.map((choice) => [...tuple, choice]));
      });
      return tuples.flatMap((tuple) => this.#index.get(`${ref.name.text}[${tuple.join(",")}]`) ?? []);
    });
  }

  #holds(device: readonly number[], j: number, devices: number): RoughHold[] {
    const found: RoughHold[] = [];
    for (const item of this.#pipeline.items) {
      if (item.kind !== "holds" || item.during === undefined) continue;
      const { from, to } = item.during;
      let begins = false;
      let there = false;
      this.#nodes.forEach((node, begin) => {
        this.#pulse();
        if (node.family.name.text !== from.name.text) return;
        there = true;
        const values = new Map(this.#values);
        if (this.#byMicrobatch) values.set("j", rational(j));
        const matches = from.indices.every((index, i) => {
          if (index === "all") return true; // refused when names were resolved
          if (index === "last") return node.indices[i] === this.#last(from.name.text, node.indices.slice(0, i));
          if (index.kind === "name" && !this.#values.has(index.name)) {
            values.set(index.name, rational(node.indices[i]));
            return true;
          }
          return evaluateInteger(index, values, "An index") === node.indices[i];
        });
        if (!matches) return;
        begins = true;
        const indices = this.#indices(to, values);
        const end = this.#index.get(`${to.name.text}[${indices.join(",")}]`);
        if (end === undefined)
          fault(
            "unknown-pass",
            `There is no ${to.name.text}[${indices.join(",")}]${situation(this.#values)}, where this hold of ${node.label} should end.`,
            to.span,
          );
        const home = item.device ? evaluateInteger(item.device, values, "The device of a hold") : device[begin];
        if (home < 0 || home >= devices)
          fault(
            "device-out-of-range",
            `This hold is placed on device ${home}${situation(this.#values)}; the devices are 0 to ${devices - 1}.`,
            item.span,
          );
        found.push({ device: home, from: begin, to: end, amount: this.#amount(item.amount, values) });
      });
      if (there && !begins)
        fault(
          "unknown-pass",
          `There is no pass${situation(this.#values)} with which this hold begins.`,
          from.span,
          "the index is outside of its range",
        );
    }
    return found;
  }

  #amount(expr: S.Expr, values: Values): Rational {
    const amount = evaluateNumber(expr, values);
    if (amount.num < 0n)
      fault("negative-amount", `This amount is ${print(amount)}${situation(values, expr)}; memory cannot be below zero.`, expr.span);
    return amount;
  }

  /** An amount for each device, from `holds ... always` (added up) or `cap` (the least). */
  #perDevice(kind: "holds" | "cap", devices: number): (Rational | null)[] {
    const amounts: (Rational | null)[] = Array.from({ length: devices }, () => null);
    for (const item of this.#pipeline.items) {
      if (item.kind !== kind || (item.kind === "holds" && item.during !== undefined) || (item.kind !== "holds" && item.kind !== "cap"))
        continue;
      const binder = item.device?.kind === "name" && !this.#values.has(item.device.name) ? item.device.name : undefined;
      const only = item.device && binder === undefined ? evaluateInteger(item.device, this.#values, "The device") : undefined;
      if (only !== undefined && (only < 0 || only >= devices)) {
        fault(
          "device-out-of-range",
          `There is no device ${only}${situation(this.#values)}; the devices are 0 to ${devices - 1}.`,
          item.device?.span ?? item.span,
        );
      }
      for (let d = 0; d < devices; d++) {
        if (only !== undefined && only !== d) continue;
        const amount = this.#amount(item.amount, binder === undefined ? this.#values : new Map(this.#values).set(binder, rational(d)));
        const before = amounts[d];
        if (before === null) amounts[d] = amount;
        else if (kind === "holds") amounts[d] = fraction.plus(before, amount);
        else if (fraction.order(amount, before) < 0) amounts[d] = amount;
      }
    }
    return amounts;
  }

  #scaleTimes(routes: readonly Rough[]): {
    readonly scaled: readonly (Rough & { ticks: Float64Array })[];
    readonly ticksPerUnit: number;
    readonly send: number;
  } {
    const item = this.#entries.get("send");
    const send = item ? this.#time(item, undefined, this.#values) : fraction.zero;
    if (item && send.num < 0n) fault("negative-time", `\`send\` is ${print(send)}; a time cannot be below zero.`, item.span);
    const place = this.#profile?.name.span ?? this.#pipeline.name.span;
    const by = commonDenominator([send, ...routes.flatMap((route) => route.duration)]);
    const ticks = (time: Rational): number => safe(time.num * (by / time.den), place, "A time");
    const scaled = routes.map((route) => ({ ...route, ticks: Float64Array.from(route.duration, ticks) }));
    return { scaled, ticksPerUnit: safe(by, place, "The number of ticks in a unit of time"), send: ticks(send) };
  }

  #scaleAmounts(routes: readonly (Rough & { ticks: Float64Array })[], devices: number) {
    const always = this.#perDevice("holds", devices);
    const cap = this.#perDevice("cap", devices);
    const present = (list: readonly (Rational | null)[]): Rational[] => list.flatMap((one) => one ?? []);
    const by = commonDenominator([
      ...routes.flatMap((route) => route.holds.map((hold) => hold.amount)),
      ...present(always),
      ...present(cap),
    ]);
    const place = this.#pipeline.name.span;
    const parts = (amount: Rational): number => safe(amount.num * (by / amount.den), place, "An amount of memory");
    return {
      routes: routes.map((route) => finished(route, parts)),
      always: Float64Array.from(always, (amount) => (amount === null ? 0 : parts(amount))),
      cap: Float64Array.from(cap, (amount) => (amount === null ? Number.POSITIVE_INFINITY : parts(amount))),
      partsPerUnit: safe(by, place, "The number of parts in a unit of memory"),
    };
  }
}

interface RoughHold {
  readonly device: number;
  readonly from: number;
  readonly to: number;
  readonly amount: Rational;
}
interface Rough {
  readonly device: readonly number[];
  readonly stream: readonly number[];
  readonly duration: readonly Rational[];
  readonly needs: readonly (readonly number[])[];
  readonly holds: readonly RoughHold[];
}

function finished(route: Rough & { ticks: Float64Array }, parts: (amount: Rational) => number): Route {
  const depStart = new Int32Array(route.needs.length + 1);
  route.needs.forEach((list, node) => {
    depStart[node + 1] = depStart[node] + list.length;
  });
  return {
    device: Int32Array.from(route.device),
    stream: Int32Array.from(route.stream),
    duration: route.ticks,
    depStart,
    dep: Int32Array.from(route.needs.flat()),
    holdDevice: Int32Array.from(route.holds, (hold) => hold.device),
    holdFrom: Int32Array.from(route.holds, (hold) => hold.from),
    holdTo: Int32Array.from(route.holds, (hold) => hold.to),
    holdAmount: Float64Array.from(route.holds, (hold) => parts(hold.amount)),
  };
}

function commonDenominator(values: readonly Rational[]): bigint {
  let by = 1n;
  for (const { den } of values) if (den !== 1n && by % den !== 0n) by = (by * den) / gcd(by, den);
  return by;
}
