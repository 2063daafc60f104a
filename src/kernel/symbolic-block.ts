// A building block for all sizes at once: families of passes over index ranges, starts as terms. Valid? What does it hold?
// The same questions as in `block.ts`, put to the cases of a proof. Laws: proofs/laws/steady-state.md, inverse-placement.md,
// first-free-slot.md, once-blocks.md. The index terms by which a device finds its passes come from outside and are checked.
import { firstGap } from "./block.ts";
import { atLeastZero, type Case, every, everywhere, extend, floorOf, type Guide, isWhole, isZero, residueOf, Stuck } from "./cases.ts";
import { add, constant, constantOf, type Form, isConstant, scale, subtract } from "./linear.ts";
import type { Rational } from "./rational.ts";
import { type Bounds, Evaluator, exactly } from "./symbolic.ts";
import type { Term } from "./term.ts";

export interface SymbolicIndex {
  /** Unique among all names of the statement. */
  readonly name: string;
  readonly low: Term;
  readonly high: Term;
}
export interface Family {
  readonly name: string;
  readonly indices: readonly SymbolicIndex[];
  readonly device: Term;
  readonly stream: number;
  /** In slots; constant. */
  readonly duration: Term;
  /** In slots, over the indices and the group's name; null: in the first free slot. */
  readonly start: Term | null;
  readonly needs: readonly { readonly family: number; readonly indices: readonly (Term | "all")[] }[];
  /** Which index is the stage; -1: none. */
  readonly stage: number;
}
export interface SymbolicHold {
  readonly indices: readonly SymbolicIndex[];
  readonly device: Term;
  readonly amount: Term;
  readonly from: { readonly family: number; readonly indices: readonly Term[] };
  readonly to: { readonly family: number; readonly indices: readonly Term[] };
}
export interface SymbolicBlock {
  readonly devices: Term;
  /** Slots after which the block repeats; null: it does not. */
  readonly interval: bigint | null;
  readonly group: { readonly name: string; readonly count: Term };
  readonly families: readonly Family[];
  readonly holds: readonly SymbolicHold[];
  /** Over the name `deviceName`. */
  readonly always: Term;
  readonly cap: Term | null;
}

/** The name that stands for "this device" in index terms, `always` and `cap`. */
export const deviceName = "device.";

/** For each family and each hold: terms over `deviceName` for the indices of what lies on that device. Not trusted. */
export interface Inverse {
  readonly families: readonly (readonly (readonly Term[])[])[];
  readonly holds: readonly (readonly (readonly Term[])[])[];
}

/** A pass on a device, or a hold on it. Durations and amounts are numbers. */
interface Placed {
  readonly family: number;
  readonly indices: readonly Form[];
  readonly member: Form;
  readonly start: Form;
  readonly duration: bigint;
}
interface Held {
  readonly begin: Form;
  /** Start of the pass at whose end it is freed. */
  readonly last: Form;
  readonly end: Form;
  readonly amount: Rational;
}
/** Bounds of a measure of a device. */
interface Measured extends Bounds {
  readonly high: Form;
}
/** A family or a hold: something on a device for each tuple of indices. */
type Indexed = Pick<Family, "indices" | "device">;
type Tuples = readonly (readonly Term[])[];

// Names of things that are bound for all values, or carried into an inner case so that its splits reach them.
const anyDevice = "device.any";
const otherDevice = "device.other";
const anyMember = "member.any";
const otherMember = "member.other";
const target = "target.";
const named = (name: string): Term => ({ op: "var", name });
const namesOf = (indices: readonly SymbolicIndex[]): string[] => indices.map((index) => index.name);
const zero = constant(0n);

const bind = (one: Case, names: readonly string[], forms: readonly Form[]): Case => {
  const all = new Map(one.names);
  names.forEach((name, i) => {
    all.set(name, forms[i]);
  });
  return { ...one, names: all };
};

/**
 * A block's obligations and measures in one case. What is asked, and in which order, is written down in docs/forall.md. A method that
 * gives `true` gives nothing else: where it cannot, it does not come back.
 */
export class BlockReasoning {
  readonly #block: SymbolicBlock;
  readonly #inverse: Inverse;
  readonly #guide: Guide;
  readonly #evaluator: Evaluator;

  constructor(block: SymbolicBlock, inverse: Inverse, guide: Guide) {
    this.#block = block;
    this.#inverse = inverse;
    this.#guide = guide;
    this.#evaluator = new Evaluator(guide);
  }

  // ---- validity

  /** Every condition of validity, for every size in the case. */
  valid(one: Case): true {
    const { families, holds, cap } = this.#block;
    this.wellPlaced(one);
    families.forEach((family, f) => {
      this.#dependencies(one, family, f);
    });
    holds.forEach((hold, h) => {
      this.#placed(one, hold, this.#inverse.holds[h] ?? []);
    });
    this.#streams(one);
    this.#forMembers(one, (withMember, member) =>
      this.#forDevices(withMember, (inner, device) => {
        const held = this.#heldBy(inner, device, this.#value(inner, member));
        return held.every(({ begin, last }) => this.#atLeast(inner, last, begin)); // condition
      }),
    );
    if (cap !== null)
      this.#forDevices(one, (inner, device) => {
        const most = this.#value(bind(inner, [deviceName], [device]), cap);
        return this.#atLeast(inner, most, this.#peakOn(inner, device, null).high); // condition
      });
    return true;
  }

  /** There are devices, in whole numbers, and every pass is on one of them, where the inverse finds it. */
  wellPlaced(one: Case): true {
    this.#positive(one, this.#block.devices, "the number of devices");
    this.#positive(one, this.#block.group.count, "the number of microbatches in a group");
    this.#block.families.forEach((family, f) => {
      this.#placed(one, family, this.#inverse.families[f] ?? []);
    });
    const { always } = this.#block;
    if (always.op === "number" && always.num >= 0n) return true;
    return this.#forDevices(one, (inner, device) => this.#atLeast(inner, this.#value(bind(inner, [deviceName], [device]), always), zero)); // condition
  }

  /** So many microbatches can be asked for: whole, at least one, no more than a block that is not repeated has. */
  takes(one: Case, microbatches: Term): true {
    this.#positive(one, microbatches, "the number of microbatches");
    if (this.#block.interval !== null) return true;
    if (!this.#atLeast(one, this.#value(one, this.#block.group.count), this.#value(one, microbatches)))
      throw new Stuck("more microbatches are asked for than the block, which runs once, has"); // condition
    return true;
  }
  #positive(one: Case, count: Term, what: string): void {
    const form = this.#value(one, count);
    if (!isWhole(form)) throw new Stuck(`${what} is not always whole`); // condition
    if (!this.#atLeast(one, form, constant(1n))) throw new Stuck(`${what} is not always at least 1`); // condition
  }

  /** Each index is on a device that exists, and the inverse finds it there (law: inverse-placement). */
  #placed(one: Case, { indices, device }: Indexed, inverse: Tuples): void {
    this.#forIndices(one, indices, (inner, own) => {
      const home = this.#value(inner, device);
      if (!this.#isDevice(inner, home)) return false; // condition
      const here = bind(inner, [deviceName], [home]);
      return inverse.some(
        (terms) => terms.length === own.length && terms.every((term, i) => this.#same(inner, this.#value(here, term), own[i])),
      ); // condition
    });
  }

  #dependencies(one: Case, family: Family, f: number): void {
    for (const need of family.needs) {
      const needed = need.indices.map((index, i) => (index === "all" ? named(`any.${i}`) : index));
      const anyNames = need.indices.flatMap((index, i) => (index === "all" ? [`any.${i}`] : []));
      this.#forMembers(one, (withMember, memberTerm) =>
        everywhere(withMember, this.#guide, [...namesOf(family.indices), ...anyNames], (inner) => {
          const own = family.indices.map(({ name }) => this.#value(inner, named(name)));
          if (!this.#inRange(inner, family.indices, own)) return true;
          const other = needed.map((index) => this.#value(inner, index));
          if (!other.every(isWhole)) return false; // condition
          if (!this.#inRange(inner, this.#block.families[need.family].indices, other)) return true;
          const member = this.#value(inner, memberTerm);
          const start = this.#startOf(inner, f, own, member);
          return this.#atLeast(inner, start, this.#endOf(inner, need.family, other, member)); // condition
        }),
      );
    }
  }

  /** No two passes of a device ever run at once on one stream. */
  #streams(one: Case): void {
    const { interval } = this.#block;
    this.#forDevices(one, (inner, device) => {
      if (interval !== null) {
        const passes = this.#layout(inner, device, this.#members(inner));
        if (passes.some(({ duration }) => duration < 1n || duration > interval)) return false; // condition
        return passes.every((pass, i) => passes.slice(i + 1).every((other) => this.#apart(inner, pass, other))); // condition
      }
      // Not repeated: of any two microbatches of the group.
      return everywhere(inner, this.#guide, [anyMember, otherMember], (innermost) => {
        const [here, a, b] = [anyDevice, anyMember, otherMember].map((name) => this.#value(innermost, named(name)));
        if (!this.#isMember(innermost, a) || !this.#isMember(innermost, b)) return true;
        const [first, second] = [a, b].map((member) => this.#layout(innermost, here, [member]));
        if (first.some(({ duration }) => duration < 1n)) return false; // condition
        return first.every((pass, i) =>
          second.every((other, k) => (i === k && this.#same(innermost, a, b)) || this.#apart(innermost, pass, other)),
        ); // condition
      });
    });
  }
  /** Whether two passes, with all their repetitions, are on other streams or never run at once. */
  #apart(one: Case, pass: Placed, other: Placed): boolean {
    const { families, interval } = this.#block;
    if (families[pass.family].stream !== families[other.family].stream) return true;
    if (interval === null) {
      if (this.#atLeast(one, other.start, add(pass.start, constant(pass.duration)))) return true;
      return this.#atLeast(one, pass.start, add(other.start, constant(other.duration))); // condition
    }
    const gap = residueOf(subtract(other.start, pass.start), interval);
    return gap >= pass.duration && interval - gap >= other.duration; // condition
  }

  // ---- measures

  /** Premise of the peak law: each hold begins and ends on the compute stream of its own device, with a pass that takes time. */
  peakIsFixed(one: Case): true {
    for (const hold of this.#block.holds) {
      for (const { family: f, indices } of [hold.from, hold.to]) {
        const family = this.#block.families[f];
        if (family.stream !== 0)
          throw new Stuck("there is no proof for all sizes where a hold begins or ends on another stream than compute"); // condition
        this.#forIndices(one, hold.indices, (inner) => {
          const forms = indices.map((index) => this.#value(inner, index));
          if (!this.#inRange(inner, family.indices, forms)) throw new Stuck("a hold begins or ends with a pass that is not there");
          if (this.#duration(inner, f, forms) <= 0n) throw new Stuck("a hold ends with a pass that takes no time");
          const home = this.#value(bind(inner, namesOf(family.indices), forms), family.device);
          return this.#same(inner, home, this.#value(inner, hold.device)); // condition
        });
      }
    }
    return true;
  }

  /** Most that is held on one device; only a bound where so many microbatches (null: any number) do not reach it. */
  peakOnDevice(one: Case, device: Form, microbatches: Term | null): Measured {
    if (!this.#isDevice(one, device)) throw new Stuck("a device is asked for that is not there");
    return this.#peakOn(one, device, microbatches);
  }

  /** Most that is held on any device. One of `candidates`, terms of the statement, holds most. */
  peak(one: Case, candidates: readonly Term[], microbatches: Term | null): Bounds {
    return this.#greatest(one, candidates, "peak", (inner, device) => this.#peakOn(inner, device, microbatches));
  }

  /** Most that a compute stream has to do for one microbatch, over all devices. */
  load(one: Case, candidates: readonly Term[]): Bounds {
    return this.#greatest(one, candidates, "load", (inner, device) => {
      let work = 0n;
      this.#block.families.forEach((family, f) => {
        if (family.stream !== 0) return;
        for (const indices of this.#onDevice(inner, family, this.#inverse.families[f] ?? [], device))
          work += this.#duration(inner, f, indices);
      });
      return exactly(constant(work));
    });
  }

  /** Longest time in slots from the start of one of the stage's passes to the end of a hold that begins with it. */
  lifespan(one: Case, stage: Form): Form {
    let longest: Form = zero;
    for (const hold of this.#block.holds) {
      if (this.#block.families[hold.from.family].stage < 0) continue;
      const own = hold.from.indices.every((index, i) => index.op === "var" && index.name === hold.indices[i]?.name);
      if (hold.indices.length !== 1 || !own) throw new Stuck("the lifespan of passes with several indices is proved size by size only");
      if (!isWhole(stage) || !this.#inRange(one, hold.indices, [stage])) throw new Stuck("a stage is asked for that is not there");
      for (const member of this.#members(one)) {
        const { begin, end } = this.#ends(bind(one, namesOf(hold.indices), [stage]), hold, member);
        const span = subtract(end, begin);
        if (this.#atLeast(one, span, longest)) longest = span;
      }
    }
    return longest;
  }

  /** The greatest value on any candidate device, which no other device exceeds. */
  #greatest(one: Case, candidates: readonly Term[], what: string, on: (inner: Case, device: Form) => Measured): Bounds {
    let most: Measured | null = null;
    for (const candidate of candidates) {
      const device = this.#value(one, candidate);
      if (!this.#isDevice(one, device)) continue;
      const value = on(one, device);
      if (most === null || !this.#atLeast(one, most.high, value.high)) most = value;
    }
    if (most === null) throw new Stuck(`no device is known to have the greatest ${what}`);
    const outcome = every(extend(bind(one, [target], [most.high]), [otherDevice]), this.#guide, (inner) => {
      const other = this.#value(inner, named(otherDevice));
      if (!this.#isDevice(inner, other)) return true;
      return this.#atLeast(inner, this.#value(inner, named(target)), on(inner, other).high); // condition
    });
    if (outcome.kind === "proved") return most;
    throw new Stuck(outcome.kind === "stuck" ? outcome.reason : `no device is known to have the greatest ${what}`);
  }

  /** The most that a device holds at the begin of one of its holds: of each hold, the repetitions that are alive then (law: steady-state). */
  #peakOn(one: Case, device: Form, microbatches: Term | null): Measured {
    const always = this.#value(bind(one, [deviceName], [device]), this.#block.always);
    const { interval, group } = this.#block;
    if (interval === null) return this.#peakOnce(one, device, always, microbatches);
    const held = this.#members(one).flatMap((member) => this.#heldBy(one, device, member));
    const alive = (time: Form, { begin, end }: Pick<Held, "begin" | "end">): Form =>
      subtract(floorOf(subtract(time, begin), interval), floorOf(subtract(time, end), interval));
    let most: { readonly form: Form; readonly time: Form | null } = { form: always, time: null };
    for (const { begin: time } of held) {
      const form = held.reduce((sum, own) => add(sum, scale(alive(time, own), own.amount)), always);
      if (!this.#atLeast(one, most.form, form)) most = { form, time };
    }
    const { form, time } = most;
    if (microbatches === null || time === null) return exactly(form);
    // All repetitions that are alive at that time must be among the blocks that there are.
    const blocks = floorOf(this.#value(one, microbatches), this.#number(this.#value(one, group.count), 1n));
    const fits = ({ begin }: Held): boolean => held.every(({ end }) => this.#atLeast(one, blocks, alive(time, { begin, end })));
    if (!held.every(fits)) return { low: null, high: form }; // condition
    return exactly(form);
  }

  /** Not repeated: all holds together, where one instant lies in all of them (law: once-blocks). */
  #peakOnce(one: Case, device: Form, always: Form, microbatches: Term | null): Measured {
    const count = this.#value(one, this.#block.group.count);
    const last = this.#heldBy(one, device, subtract(count, constant(1n)));
    const form = last.reduce((sum, { amount }) => add(sum, scale(count, amount)), always);
    const together = last.some(({ begin: time }) => {
      const outcome = every(extend(bind(one, [target, otherDevice], [time, device]), [anyMember]), this.#guide, (inner) => {
        const [instant, here, member] = [target, otherDevice, anyMember].map((name) => this.#value(inner, named(name)));
        if (!this.#isMember(inner, member)) return true;
        return this.#heldBy(inner, here, member).every(
          ({ begin, end }) => this.#atLeast(inner, instant, begin) && !this.#atLeast(inner, instant, end),
        ); // condition
      });
      return outcome.kind === "proved";
    });
    if (!together) throw new Stuck("the block runs once and never holds everything at once: its peak is proved size by size only");
    if (microbatches !== null && !this.#same(one, this.#value(one, microbatches), count)) return { low: null, high: form }; // condition
    return exactly(form);
  }

  // ---- what lies on a device

  /** The passes of a device, of these microbatches, with their starts; those in first free slots last (law: first-free-slot). */
  #layout(one: Case, device: Form, members: readonly Form[]): Placed[] {
    const { families, interval } = this.#block;
    const placed: Placed[] = [];
    const waiting: (Omit<Placed, "start"> & { readonly ready: Form })[] = [];
    families.forEach((family, f) => {
      for (const indices of this.#onDevice(one, family, this.#inverse.families[f] ?? [], device)) {
        for (const member of members) {
          const pass = { family: f, indices, member, duration: this.#duration(one, f, indices) };
          if (family.start !== null) placed.push({ ...pass, start: this.#startOf(one, f, indices, member) });
          else waiting.push({ ...pass, ready: this.#ready(one, f, indices, member) });
        }
      }
    });
    while (waiting.length > 0) {
      if (interval === null) throw new Stuck("a block that runs once has no free slots to wait for");
      // Ready earlier; else declared earlier; else of the lower index; else of the earlier microbatch.
      const rank = ({ ready, family, indices, member }: (typeof waiting)[number]): Form[] => [
        ready,
        constant(BigInt(family)),
        ...indices,
        member,
      ];
      let first = 0;
      for (let i = 1; i < waiting.length; i++) if (this.#isBefore(one, rank(waiting[i]), rank(waiting[first]))) first = i;
      const [{ ready, ...pass }] = waiting.splice(first, 1);
      const taken = placed
        .filter((other) => families[other.family].stream === families[pass.family].stream)
        .map((other) => ({ at: residueOf(subtract(other.start, ready), interval), length: other.duration }));
      const delay = firstGap(taken, pass.duration, interval);
      if (delay === null) throw new Stuck("no free slot is left");
      placed.push({ ...pass, start: add(ready, constant(delay)) });
    }
    return placed;
  }
  #isBefore(one: Case, a: readonly Form[], b: readonly Form[]): boolean {
    for (let i = 0; i < a.length; i++) {
      if (!this.#atLeast(one, b[i], a[i])) return false;
      if (!this.#atLeast(one, a[i], b[i])) return true;
    }
    return false;
  }

  /** The end of the last dependency; slot 0 without one. Dependencies must have starts of their own. */
  #ready(one: Case, f: number, indices: readonly Form[], member: Form): Form {
    const { families } = this.#block;
    const here = bind(one, namesOf(families[f].indices), indices);
    let ready: Form | null = null;
    for (const need of families[f].needs) {
      const forms = need.indices.map((index) => {
        if (index === "all") throw new Stuck("a first free slot after a barrier (`[all]`) is proved size by size only");
        return this.#value(here, index);
      });
      if (!this.#inRange(here, families[need.family].indices, forms)) continue;
      if (families[need.family].start === null)
        throw new Stuck("a first free slot after another first free slot is proved size by size only");
      const end = this.#endOf(one, need.family, forms, member);
      if (ready === null || this.#atLeast(one, end, ready)) ready = end;
    }
    return ready ?? zero;
  }

  /** The holds of a device, of one microbatch. */
  #heldBy(one: Case, device: Form, member: Form): Held[] {
    return this.#block.holds.flatMap((hold, h) =>
      this.#onDevice(one, hold, this.#inverse.holds[h] ?? [], device).map((indices) => {
        const here = bind(one, namesOf(hold.indices), indices);
        const amount = this.#value(here, hold.amount);
        if (!isConstant(amount) || amount.constant < 0n) throw new Stuck("an amount of memory varies with the size");
        return { ...this.#ends(here, hold, member), amount: constantOf(amount) };
      }),
    );
  }
  /** Beginning and end of a hold whose indices are bound. */
  #ends(here: Case, { from, to }: SymbolicHold, member: Form): Omit<Held, "amount"> {
    const [a, b] = [from, to].map(({ family, indices }) => {
      const forms = indices.map((index) => this.#value(here, index));
      if (!forms.every(isWhole) || !this.#inRange(here, this.#block.families[family].indices, forms))
        throw new Stuck("a hold begins or ends with a pass that is not there"); // condition
      return forms;
    });
    const begin = this.#startOf(here, from.family, a, member);
    const last = this.#startOf(here, to.family, b, member);
    return { begin, last, end: add(last, constant(this.#duration(here, to.family, b))) };
  }

  /** The index tuples on a device: in range, placed there, each once. */
  #onDevice(one: Case, { indices, device: place }: Indexed, inverse: Tuples, device: Form): Form[][] {
    const found: Form[][] = [];
    const here = bind(one, [deviceName], [device]);
    for (const terms of inverse) {
      if (terms.length !== indices.length) continue; // condition
      const forms = terms.map((term) => this.#value(here, term));
      if (!forms.every(isWhole) || !this.#inRange(one, indices, forms)) continue; // condition
      if (!this.#same(one, this.#value(bind(one, namesOf(indices), forms), place), device)) continue;
      if (!found.some((other) => other.every((form, i) => this.#same(one, form, forms[i])))) found.push(forms);
    }
    return found;
  }

  #startOf(one: Case, f: number, indices: readonly Form[], member: Form): Form {
    const { start: own, indices: ranges, device, name } = this.#block.families[f];
    const here = bind(one, [...namesOf(ranges), this.#block.group.name], [...indices, member]);
    if (own !== null) {
      const start = this.#value(here, own);
      if (start.den !== 1n) throw new Stuck("a start is no whole slot"); // condition
      return start;
    }
    const found = this.#layout(one, this.#value(here, device), this.#members(one)).find(
      (pass) =>
        pass.family === f && this.#same(one, pass.member, member) && pass.indices.every((form, i) => this.#same(one, form, indices[i])),
    );
    if (found === undefined) throw new Stuck(`no formula was found for which ${name} runs on a given device`);
    return found.start;
  }
  #endOf(one: Case, f: number, indices: readonly Form[], member: Form): Form {
    return add(this.#startOf(one, f, indices, member), constant(this.#duration(one, f, indices)));
  }
  #duration(one: Case, f: number, indices: readonly Form[]): bigint {
    const { indices: ranges, duration } = this.#block.families[f];
    return this.#number(this.#value(bind(one, namesOf(ranges), indices), duration), 0n);
  }

  // ---- ranges

  /** A duration or a number of microbatches that is one number for all sizes. */
  #number(form: Form, least: bigint): bigint {
    if (!isConstant(form) || form.den !== 1n || form.constant < least)
      throw new Stuck("the time of a pass, or the number of microbatches in a block, varies with the size");
    return form.constant;
  }
  #members(one: Case): Form[] {
    const count = this.#number(this.#value(one, this.#block.group.count), 1n);
    if (count > 10_000n) throw new Stuck("a block has more than 10000 microbatches");
    return Array.from({ length: Number(count) }, (_, k) => constant(BigInt(k)));
  }
  /** Each microbatch of the group: one by one, or any where they may be as many as the size says. */
  #forMembers(one: Case, goal: (inner: Case, member: Term) => void): void {
    if (this.#block.interval !== null) for (const { constant: num } of this.#members(one)) goal(one, { op: "number", num, den: 1n });
    else
      everywhere(one, this.#guide, [anyMember], (inner) => {
        if (this.#isMember(inner, this.#value(inner, named(anyMember)))) goal(inner, named(anyMember));
        return true;
      });
  }
  #isMember(one: Case, member: Form): boolean {
    return this.#atLeast(one, member, zero) && !this.#atLeast(one, member, this.#value(one, this.#block.group.count));
  }
  #forIndices(one: Case, indices: readonly SymbolicIndex[], goal: (inner: Case, own: readonly Form[]) => boolean): true {
    return everywhere(one, this.#guide, namesOf(indices), (inner) => {
      const forms = indices.map((index) => this.#value(inner, named(index.name)));
      return !this.#inRange(inner, indices, forms) || goal(inner, forms);
    });
  }
  #inRange(one: Case, indices: readonly SymbolicIndex[], forms: readonly Form[]): boolean {
    const here = bind(one, namesOf(indices), forms);
    return indices.every(
      ({ low, high }, i) => this.#atLeast(one, forms[i], this.#value(here, low)) && this.#atLeast(one, this.#value(here, high), forms[i]),
    );
  }
  #forDevices(one: Case, goal: (inner: Case, device: Form) => boolean): true {
    return everywhere(one, this.#guide, [anyDevice], (inner) => {
      const device = this.#value(inner, named(anyDevice));
      return !this.#isDevice(inner, device) || goal(inner, device);
    });
  }
  #isDevice(one: Case, device: Form): boolean {
    if (!isWhole(device)) return false; // condition
    return this.#atLeast(one, device, zero) && !this.#atLeast(one, device, this.#value(one, this.#block.devices));
  }

  #value(one: Case, term: Term): Form {
    return this.#evaluator.form(one, term);
  }
  #atLeast(one: Case, greater: Form, less: Form): boolean {
    return atLeastZero(one, this.#guide, subtract(greater, less));
  }
  #same(one: Case, a: Form, b: Form): boolean {
    return isZero(one, this.#guide, subtract(a, b));
  }
}
