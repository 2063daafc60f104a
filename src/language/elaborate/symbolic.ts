// A building block for all sizes at once: the kernel's SymbolicBlock, its parameters replaced by terms of the claim.
// What has no such form (an order, an interval that grows with p, a placement by microbatch) is said in a `NotSymbolic`.

import {
  deviceName,
  Evaluator,
  every,
  type Formula,
  linear,
  noCase,
  noGuide,
  type SymbolicBlock,
  type SymbolicHold,
  type SymbolicIndex,
  type Term,
  term,
} from "../../kernel/index.ts";
import type { OpenBlock, OpenFamily } from "../../schedule/index.ts";
import { namesIn, nodes } from "../mentions.ts";
import { byNumber } from "../microbatches.ts";
import { families, type Program } from "../resolve.ts";
import type * as S from "../syntax.ts";
import { type Names, NotSymbolic, namedTerm, toFormula, toTerm } from "./term.ts";

export interface SymbolicSchedule {
  readonly block: OpenBlock;
  /** What `requires` lines ask, of the schedule and of its pipeline. */
  readonly requires: Formula;
  /** What must hold for the text to have a meaning, where the kernel does not come across it by itself. */
  readonly meaning: Formula;
}

/** A block schedule with terms for its parameters. `unique` makes the names of its indices different from other subjects'. */
export function symbolicBlock(program: Program, schedule: S.Schedule, args: readonly Term[], unique: string): SymbolicSchedule {
  const { repeat } = schedule;
  if (repeat === undefined)
    throw new NotSymbolic(
      `\`${schedule.name.text}\` is an order; an order is proved size by size, so give the sizes a range: \`for p in 2..16\``,
    );
  const { names, requires, meaning } = parameterTerms(schedule, args);
  const pipeline = program.pipelines.get(schedule.of.name.text);
  if (pipeline === undefined) throw new Error("a schedule of an unknown pipeline passed the resolver");
  const interval = repeat.kind === "once" ? null : constantOf(toTerm(repeat.interval, names), "the interval");
  const count = repeat.group ? toTerm(repeat.group.count, names) : term.number(1);
  const members = interval === null ? count : term.number(constantOf(count, "the number of microbatches in a block"));
  // One microbatch needs no index of its own.
  const group = interval !== null && members.op === "number" && members.num === 1n ? null : members;
  const built = new Builder(
    pipeline,
    schedule.of.args.map((arg) => namedTerm(arg, names)),
    unique,
    group,
  );
  const starts = new Map(schedule.items.flatMap((item) => (item.kind === "start" ? [[item.pass.text, item] as const] : [])));
  const families = built.families((pass, indices) => {
    const item = starts.get(pass.name.text);
    if (item?.at === undefined) return null;
    const inner = new Map(names);
    item.binders.forEach((binder, i) => {
      inner.set(binder.text, term.variable(indices[i].name));
    });
    if (repeat.group) inner.set(repeat.group.name.text, group === null ? term.number(0) : term.variable(indices[indices.length - 1].name));
    return toTerm(item.at, inner);
  });
  const block = { ...built.rest(), families, interval, group };
  return { block, requires: term.and(requires, built.requires), meaning: term.all([...meaning, ...built.meaning]) };
}

/** A pipeline as a block that runs every slot: for its load. */
export function symbolicPipeline(pipeline: S.Pipeline, args: readonly Term[], unique: string): SymbolicSchedule {
  const built = new Builder(pipeline, args, unique, null);
  const block = { ...built.rest(), families: built.families(() => term.number(0)), interval: 1n, group: null };
  return { block, requires: built.requires, meaning: term.all(built.meaning) };
}

function constantOf(of: Term, what: string): bigint {
  let found: bigint | null = null;
  every(noCase, noGuide, (one) => {
    const form = new Evaluator(noGuide).form(one, of);
    const { num, den } = linear.constantOf(form);
    if (den === 1n) found = num;
    return true;
  });
  return found ?? notTheSame(what);
}
function notTheSame(what: string): never {
  throw new NotSymbolic(`${what} is not the same number for all sizes`);
}

function parameterTerms(
  of: { readonly params: readonly S.Name[]; readonly items: readonly (S.PipelineItem | S.ScheduleItem)[] },
  args: readonly Term[],
): { readonly names: Map<string, Term>; readonly requires: Formula; readonly meaning: readonly Formula[] } {
  const names = new Map(of.params.map((param, i) => [param.text, args[i]]));
  const conditions: Formula[] = [];
  const meaning: Formula[] = [];
  for (const item of of.items) {
    if (item.kind === "let") {
      const value = namedTerm(item.value, names);
      names.set(item.name.text, value);
      // A `let` that nobody reads is computed all the same, and may have no value: `let z = 7 div (p - 60)`.
      if (mayLackValue(value)) meaning.push(term.compare(value, "==", value));
    } else if (item.kind === "requires") conditions.push(toFormula(item.cond, names));
  }
  return { names, requires: term.all(conditions), meaning };
}

/** Whether a term has parts that are not whole numbers. */
function hasFractions(part: Term): boolean {
  for (const { op, den } of nodes(part)) if (op === "quo" || (op === "number" && den !== 1n)) return true;
  return false;
}

/** Whether a term may be without a value at some size, as far as one sees at once: a divisor may be 0, or a side of `div` not whole. */
function mayLackValue(of: Term): boolean {
  for (const node of nodes(of)) {
    const part = node as unknown as Term;
    if (part.op !== "quo" && part.op !== "div" && part.op !== "mod") continue;
    if (part.right.op !== "number" || part.right.num === 0n) return true;
    if (part.op !== "quo" && (hasFractions(part.left) || part.right.den !== 1n)) return true;
  }
  return false;
}
const whole = (of: Term): Formula => term.compare({ op: "floor", arg: of }, "==", of);
const atLeast = (of: Term, least: Term): Formula => term.compare(of, ">=", least);

class Builder {
  readonly requires: Formula;
  readonly meaning: Formula[];
  readonly #pipeline: S.Pipeline;
  readonly #names: Names;
  readonly #unique: string;
  readonly #group: Term | null;
  readonly #passes: readonly S.PassItem[];
  readonly #stages: Extract<S.PipelineItem, { kind: "stages" }> | undefined;

  constructor(pipeline: S.Pipeline, args: readonly Term[], unique: string, group: Term | null) {
    const { names, requires, meaning } = parameterTerms(pipeline, args);
    if (byNumber(pipeline)) throw new NotSymbolic(`\`${pipeline.name.text}\` treats microbatches differently, by \`j\``);
    this.#pipeline = pipeline;
    this.#names = names;
    this.requires = requires;
    this.meaning = [...meaning];
    this.#unique = unique;
    this.#group = group;
    this.#passes = [...families(pipeline).values()];
    this.#stages = pipeline.items.find((item) => item.kind === "stages");
  }

  /** The indices of a pass under names of their own, and the terms to use for them. */
  #indices(pass: S.PassItem, prefix: string): { readonly indices: SymbolicIndex[]; readonly names: Map<string, Term> } {
    const names = new Map(this.#names);
    const indices = pass.indices.map(({ name, range }) => {
      const of = range ?? this.#stages?.range;
      if (of === undefined) throw new Error("an index without a range passed the resolver");
      const index = { name: `${this.#unique}.${prefix}.${name.text}`, low: toTerm(of.low, names), high: toTerm(of.high, names) };
      for (const end of [of.low, of.high]) this.#whole(end, names);
      names.set(name.text, term.variable(index.name));
      return index;
    });
    if (this.#group === null) return { indices, names };
    const last = {
      name: `${this.#unique}.${prefix}.microbatch`,
      low: term.number(0),
      high: term.binary("sub", this.#group, term.number(1)),
    };
    return { indices: [...indices, last], names };
  }
  /** Indices of another pass of the same microbatch. */
  #ofSame(own: readonly SymbolicIndex[], indices: readonly Term[]): Term[] {
    return this.#group === null ? [...indices] : [...indices, term.variable(own[own.length - 1].name)];
  }

  /** The ends of a range are whole numbers, or the text has no meaning. */
  #whole(end: S.Expr, names: Names): void {
    const of = toTerm(end, names);
    if (of.op === "number" && of.den === 1n) return;
    if ([...namesIn(end)].every((name) => names.get(name) === this.#names.get(name))) this.meaning.push(whole(of));
    else if (hasFractions(of) || mayLackValue(of)) throw new NotSymbolic("a range that divides another index is looked at size by size");
  }

  families(startOf: (pass: S.PassItem, indices: readonly SymbolicIndex[]) => Term | null): OpenFamily[] {
    const streams = [
      "compute",
      ...this.#pipeline.items.flatMap((item) => (item.kind === "stream" && item.name.text !== "compute" ? [item.name.text] : [])),
    ];
    return this.#passes.map((pass) => {
      const { indices, names } = this.#indices(pass, pass.name.text);
      const device = pass.device ?? this.#stages?.device;
      if (device === undefined) throw new Error("a pass without a device passed the resolver");
      return {
        name: pass.name.text,
        indices,
        device: toTerm(device, names),
        stream: pass.stream ? streams.indexOf(pass.stream.text) : 0,
        duration: pass.takes ? toTerm(pass.takes, names) : term.number(1),
        start: startOf(pass, indices),
        needs: pass.after.map((ref, n) => {
          const any: string[] = [];
          const own = ref.indices.map((index, i) => {
            if (index !== "all") return this.#reference(ref, index, i, names);
            any.push(`${this.#unique}.${pass.name.text}.all${n}.${i}`);
            return term.variable(any[any.length - 1]);
          });
          return { family: this.#familyOf(ref), indices: this.#ofSame(indices, own), any };
        }),
        stage: pass.indices.findIndex(({ range }) => range === undefined),
      };
    });
  }

  #familyOf(ref: S.PassRef): number {
    return this.#passes.findIndex((pass) => pass.name.text === ref.name.text);
  }
  #reference(ref: S.PassRef, index: S.Expr | "last", i: number, names: Names): Term {
    if (index !== "last") return toTerm(index, names);
    const range = this.#passes[this.#familyOf(ref)].indices[i].range ?? this.#stages?.range;
    if (range === undefined) throw new Error("an index without a range passed the resolver");
    return toTerm(range.high, this.#names);
  }

  rest(): Pick<SymbolicBlock, "devices" | "holds" | "always" | "cap"> {
    const count = this.#pipeline.items.find((item) => item.kind === "devices");
    if (count === undefined) throw new Error("a pipeline without devices passed the resolver");
    const holds: SymbolicHold[] = [];
    const devices = toTerm(count.count, this.#names);
    let always: Term = term.number(0);
    let cap: Term | null = null;
    const lasting = this.#pipeline.items.filter((item) => item.kind === "holds" && item.during === undefined);
    this.#pipeline.items.forEach((item, h) => {
      if (item.kind === "holds" && item.during !== undefined) holds.push(this.#hold(item, item.during, h));
      else if (item.kind === "holds") {
        this.#lasting(item, devices, lasting.length > 1);
        const own = this.#perDevice(item.amount, item.device, term.number(0));
        always = always.op === "number" ? own : term.binary("add", always, own);
      } else if (item.kind === "cap") {
        if (item.device !== undefined && !(item.device.kind === "name" && !this.#names.has(item.device.name)))
          throw new NotSymbolic("a cap on one device only is checked size by size");
        const own = this.#perDevice(item.amount, item.device, term.number(0));
        cap = cap === null ? own : term.binary("min", cap, own);
      }
    });
    return { devices, holds, always, cap };
  }

  /** What is always held is no less than nothing, on a device that is there. The kernel looks at what each device holds in all. */
  #lasting({ amount, device }: S.Holds, devices: Term, among: boolean): void {
    const everywhere = device?.kind === "name" && !this.#names.has(device.name);
    if (everywhere && among && amount.kind !== "number")
      throw new NotSymbolic("several amounts that are always held, and differ by device, are looked at size by size");
    if (everywhere) return;
    this.meaning.push(atLeast(toTerm(amount, this.#names), term.number(0)));
    if (device === undefined) return;
    const home = toTerm(device, this.#names);
    this.meaning.push(whole(home), atLeast(home, term.number(0)), atLeast(term.binary("sub", devices, term.number(1)), home));
  }

  /** An amount as a term of the device's name; `otherwise` on devices that it does not speak of. */
  #perDevice(amount: S.Expr, device: S.Expr | undefined, otherwise: Term): Term {
    const here = term.variable(deviceName);
    if (device === undefined) return toTerm(amount, this.#names);
    if (device.kind === "name" && !this.#names.has(device.name)) return toTerm(amount, new Map(this.#names).set(device.name, here));
    return { op: "ite", cond: term.compare(here, "==", toTerm(device, this.#names)), yes: toTerm(amount, this.#names), no: otherwise };
  }

  #hold(item: S.Holds, { from, to }: { readonly from: S.PassRef; readonly to: S.PassRef }, h: number): SymbolicHold {
    const pass = this.#passes[this.#familyOf(from)];
    const { indices, names: own } = this.#indices(pass, `hold${h}`);
    const names = new Map(this.#names);
    from.indices.forEach((index, i) => {
      if (typeof index !== "object" || index.kind !== "name" || this.#names.has(index.name))
        throw new NotSymbolic("a hold of one particular pass is checked size by size");
      names.set(index.name, term.variable(indices[i].name));
    });
    const place = item.device ? toTerm(item.device, names) : toTerm(pass.device ?? this.#stages?.device ?? item.amount, own);
    return {
      indices,
      device: place,
      amount: toTerm(item.amount, names),
      from: { family: this.#familyOf(from), indices: indices.map((index) => term.variable(index.name)) },
      to: {
        family: this.#familyOf(to),
        indices: this.#ofSame(
          indices,
          to.indices.map((index, i) => {
            if (index === "all") throw new NotSymbolic("a hold to `all` of a family is checked size by size");
            return this.#reference(to, index, i, names);
          }),
        ),
      },
    };
  }
}
