// First free slots for all sizes at once: which start a pass gets, found by cases and written as one term, `if p mod 2 == 0 then ... else ...`.
// Law: proofs/laws/first-free-slot.md. The kernel sees the terms only; that they are what the text means is this file's word.

import { fraction } from "../fraction/index.ts";
import {
  allValues,
  atLeastZero,
  BlockFormulas,
  type Case,
  Evaluator,
  every,
  type Family,
  type Form,
  type Formula,
  floorOf,
  type Guide,
  type Inverse,
  isEmpty,
  linear,
  type Parting,
  partsOf,
  Split,
  Stuck,
  type SymbolicBlock,
  substituted,
  type Term,
  term,
} from "../kernel/index.ts";
import { firstGap } from "./gap.ts";

/** A family of passes; start null: in the first free slot. */
export type OpenFamily = Omit<Family, "start"> & { readonly name: string; readonly start: Term | null };
export type OpenBlock = Omit<SymbolicBlock, "families"> & { readonly families: readonly OpenFamily[] };

/** For which values of its variables a claim speaks. */
export interface Range {
  readonly variables: readonly string[];
  readonly domain: Formula;
}

/** The block with a start for each pass, or why none is found. The inverse is looked at, the guide is the kernel's. */
export function fill(block: OpenBlock, inverse: () => Inverse, range: Range, guide: Guide): SymbolicBlock | string {
  const families = block.families.map(({ name: _, ...family }) => ({ ...family, start: family.start ?? term.number(0) }));
  const whole: SymbolicBlock = { ...block, families };
  if (block.families.every(({ start }) => start !== null)) return whole;
  try {
    const slots = new Slots(block, whole, inverse(), range, guide);
    return {
      ...whole,
      families: families.map((family, f) => (block.families[f].start === null ? { ...family, start: slots.startOf(f) } : family)),
    };
  } catch (signal) {
    if (signal instanceof Stuck) return signal.reason;
    throw signal;
  }
}

/** A pass of the stream, in one case. */
interface Placed {
  readonly start: Form;
  readonly length: bigint;
}
interface Waiting {
  readonly isOwn: boolean;
  /** Of two that wait, the one with the smaller rank comes first. */
  readonly rank: readonly Form[];
  readonly ready: Form;
  readonly length: bigint;
  /** The start of the pass if it is delayed by so many slots. */
  readonly at: (delay: bigint) => Term;
}
/** A term with its text, by which equal ones are found. Null: no size comes here. */
type Branch = { readonly term: Term; readonly key: string } | null;

class Slots {
  readonly #open: OpenBlock;
  readonly #block: SymbolicBlock;
  readonly #inverse: Inverse;
  readonly #range: Range;
  readonly #guide: Guide;
  readonly #formulas: BlockFormulas;
  readonly #evaluator: Evaluator;

  constructor(open: OpenBlock, block: SymbolicBlock, inverse: Inverse, range: Range, guide: Guide) {
    this.#open = open;
    this.#block = block;
    this.#inverse = inverse;
    this.#range = range;
    this.#guide = guide;
    this.#formulas = new BlockFormulas(block, inverse);
    this.#evaluator = new Evaluator(guide);
  }

  startOf(f: number): Term {
    const own = this.#block.families[f];
    const stream = this.#block.families.flatMap(({ stream }, g) => (stream === own.stream ? [g] : []));
    for (const g of stream) this.#needsAll(g);
    const names = [...this.#range.variables, ...own.indices.map(({ name }) => name)];
    const tuple = own.indices.map(({ name }) => term.variable(name));
    const entries = stream.flatMap((family) =>
      this.#formulas
        .entriesAt([own.device], this.#block.families[family], this.#inverse.families[family])
        .map((entry) => ({ family, ...entry })),
    );
    const isThere = term.and(this.#range.domain, this.#formulas.isPass({ family: f, indices: tuple }));
    const passes = entries.map((entry) => this.#look(entry.family, entry.tuple, entry.there, f, tuple));
    const found = this.#tree(allValues(names), names.map(term.variable), (one) => {
      if (!this.#evaluator.holds(one, isThere)) return null;
      const placed: Placed[] = [];
      const waiting: Waiting[] = [];
      for (const look of passes) {
        const pass = look(one);
        if (pass !== null) "rank" in pass ? waiting.push(pass) : placed.push(pass);
      }
      return this.#settle(one, placed, waiting);
    });
    return found?.term ?? term.number(0);
  }

  /** The inverse finds every pass of a family, or nothing is known of what lies on its device. */
  #needsAll(g: number): void {
    const { names, formula } = this.#formulas.isFound(this.#block.families[g], this.#inverse.families[g]);
    const outcome = every(allValues([...this.#range.variables, ...names]), this.#guide, (one) =>
      this.#evaluator.holds(one, term.implies(this.#range.domain, formula)),
    );
    if (outcome.kind !== "proved") throw new Stuck(`no formula was found for which ${this.#open.families[g].name} runs on a given device`);
  }

  /** What a pass of the device is in a case; null if it is not there. */
  #look(g: number, tuple: readonly Term[], there: Formula, f: number, own: readonly Term[]): (one: Case) => Placed | Waiting | null {
    const { indices, needs, start } = this.#open.families[g];
    const names = indices.map(({ name }) => name);
    const duration = substituted(this.#block.families[g].duration, names, tuple);
    const isOwn = g === f ? term.all(tuple.map((index, i) => term.compare(index, "==", own[i]))) : term.truth(false);
    const ends = needs.map((need) => {
      const needed = this.#open.families[need.family];
      const inner = need.indices.map((index) => substituted(index, names, tuple));
      const put = (of: Term): Term =>
        substituted(
          of,
          needed.indices.map(({ name }) => name),
          inner,
        );
      const end = needed.start === null ? null : term.binary("add", put(needed.start), put(needed.duration));
      return { end, isThere: this.#formulas.isPass({ family: need.family, indices: inner }), isBarrier: need.any.length > 0 };
    });
    const startTerm = start === null ? null : substituted(start, names, tuple);
    return (one) => {
      if (!this.#evaluator.holds(one, there)) return null;
      const length = numberOf(this.#evaluator.form(one, duration));
      if (startTerm !== null) return { start: this.#evaluator.form(one, startTerm), length };
      let ready: { readonly form: Form; readonly end: Term } | null = null;
      for (const { end, isThere, isBarrier } of ends) {
        if (isBarrier) throw new Stuck("a first free slot after a barrier (`[all]`) is proved size by size only");
        if (!this.#evaluator.holds(one, isThere)) continue;
        if (end === null) throw new Stuck("a first free slot after another first free slot is proved size by size only");
        const form = this.#evaluator.form(one, end);
        if (ready === null || atLeastZero(one, this.#guide, linear.subtract(form, ready.form))) ready = { form, end };
      }
      const { form, end } = ready ?? { form: linear.constant(0n), end: term.number(0) };
      return {
        isOwn: this.#evaluator.holds(one, isOwn),
        rank: [form, linear.constant(BigInt(g)), ...tuple.map((index) => this.#evaluator.form(one, index))],
        ready: form,
        length,
        at: (delay) => (delay === 0n ? end : term.binary("add", end, term.number(delay))),
      };
    };
  }

  /** Gives the waiting passes their slots, one after the other, until it is the own one's turn. */
  #settle(one: Case, placed: readonly Placed[], waiting: readonly Waiting[]): Term {
    const interval = this.#block.interval;
    if (interval === null) throw new Stuck("a block that runs once has no free slots to wait for");
    const [taken, left] = [[...placed], [...waiting]];
    while (left.length > 0) {
      let first = 0;
      for (let i = 1; i < left.length; i++) if (this.#isBefore(one, left[i].rank, left[first].rank)) first = i;
      const [{ isOwn, ready, length, at }] = left.splice(first, 1);
      const others = taken.map((other) => ({ at: residueOf(linear.subtract(other.start, ready), interval), length: other.length }));
      // Where no slot is free the block has no meaning: the pass comes at once, and runs into another.
      const delay = firstGap(others, length, interval) ?? 0n;
      if (isOwn) return at(delay);
      taken.push({ start: linear.add(ready, linear.constant(delay)), length });
    }
    throw new Stuck("a pass was not found on its own device");
  }
  #isBefore(one: Case, a: readonly Form[], b: readonly Form[]): boolean {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (!atLeastZero(one, this.#guide, linear.subtract(b[i], a[i]))) return false;
      if (!atLeastZero(one, this.#guide, linear.subtract(a[i], b[i]))) return true;
    }
    return false;
  }

  /** The answer for all cases: an `ite` for each split. `terms` say what the case's variables are. */
  #tree(one: Case, terms: readonly Term[], answer: (one: Case) => Term | null): Branch {
    try {
      const found = answer(one);
      return found === null || isEmpty(one, this.#guide) ? null : { term: found, key: keyOf(found) };
    } catch (signal) {
      if (signal instanceof Split) return this.#parted(one, terms, signal.parting, answer);
      if (signal instanceof Stuck && isEmpty(one, this.#guide)) return null;
      throw signal;
    }
  }
  #parted(one: Case, terms: readonly Term[], parting: Parting, answer: (one: Case) => Term | null): Branch {
    const parts = partsOf(one, parting);
    if (parting.kind === "sign") {
      const [yes, no] = parts.map((part) => this.#tree(part, terms, answer));
      return either(term.compare(termOf(parting.form, terms), ">=", term.number(0)), yes, no);
    }
    const { variable, modulus } = parting;
    const inner = terms.map((own, i) => (i === variable ? term.binary("div", own, term.number(modulus)) : own));
    const branches = parts.map((part) => this.#tree(part, inner, answer));
    // The one that is there most often comes last, without a question.
    const keys = branches.flatMap((branch) => (branch === null ? [] : [branch.key]));
    const count = (key: string): number => keys.filter((one) => one === key).length;
    const last = [...new Set(keys)].sort((a, b) => count(a) - count(b)).at(-1);
    let made: Branch = branches.find((branch) => branch?.key === last) ?? null;
    const rest = term.binary("mod", terms[variable], term.number(modulus));
    for (const key of [...new Set(keys)].filter((one) => one !== last)) {
      const residues = branches.flatMap((branch, r) => (branch?.key === key ? [term.compare(rest, "==", term.number(r))] : []));
      made = either(term.any(residues), branches.find((branch) => branch?.key === key) ?? null, made);
    }
    return made;
  }
}

function either(cond: Formula, yes: Branch, no: Branch): Branch {
  if (yes === null || no === null) return yes ?? no;
  if (yes.key === no.key) return yes;
  const made = term.ite(cond, yes.term, no.term);
  return { term: made, key: keyOf(made) };
}
const keyOf = (of: Term): string => JSON.stringify(of, (_, value) => (typeof value === "bigint" ? `${value}` : value));

function numberOf(form: Form): bigint {
  const { num, den } = linear.constantOf(form);
  if (!linear.isConstant(form) || den !== 1n || num < 0n) throw new Stuck("the time of a pass varies with the size");
  return num;
}
/** The residue of a whole-numbered form. */
function residueOf(form: Form, modulus: bigint): bigint {
  const rest = linear.subtract(form, linear.scale(floorOf(form, modulus), fraction.rational(modulus)));
  if (rest.den !== 1n) throw new Stuck("a start is no whole slot");
  return rest.constant;
}
function termOf(form: Form, terms: readonly Term[]): Term {
  let sum: Term = term.number(form.constant);
  form.coefficients.forEach((c, i) => {
    if (c !== 0n) sum = term.binary("add", sum, term.binary("mul", term.number(c), terms[i]));
  });
  return sum;
}
