// A building block for all sizes at once: families of passes over index ranges, starts as terms. Valid? What does it hold?
// The same questions as in `block.ts`, put to the cases of a proof. Laws: proofs/laws/steady-state.md, inverse-placement.md,
// first-free-slot.md, once-blocks.md. The index terms by which a device finds its passes come from outside and are checked.
import { atLeastZero, type Case, every, everywhere, extend, floorOf, type Guide, isWhole, isZero, residueOf, Stuck } from "./cases.ts";
import { add, constant, constantOf, type Form, isConstant, scale, subtract } from "./linear.ts";
import type { Rational } from "./rational.ts";
import { type Bounds, Evaluator } from "./symbolic.ts";
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

interface Placed {
  readonly family: number;
  readonly indices: readonly Form[];
  readonly member: Form;
  readonly start: Form;
  readonly duration: bigint;
}
/** Bounds of a measure of a device. */
interface Measured extends Bounds {
  readonly high: Form;
}
interface Held {
  readonly begin: Form;
  /** Start of the pass at whose end it is freed. */
  readonly last: Form;
  readonly end: Form;
  readonly amount: Rational;
}

// Names of things that are bound for all values, or carried into an inner case so that its splits reach them.
const anyDevice = "device.any";
const otherDevice = "device.other";
const anyMember = "member.any";
const otherMember = "member.other";
const target = "target.";
const named = (name: string): Term => ({ op: "var", name });

const bind = (one: Case, names: readonly string[], forms: readonly Form[]): Case => {
  const all = new Map(one.names);
  names.forEach((name, i) => {
    all.set(name, forms[i]);
  });
  return { ...one, names: all };
};
/** Whether a form is a whole number in the whole case; splits variables into residues until that has an answer. */
const namesOf = (indices: readonly SymbolicIndex[]): string[] => indices.map((index) => index.name);

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

  /** Every condition of validity, for every size in the case. True, or it does not come back. */
  valid(one: Case): boolean {
    const { families, holds } = this.#block;
    this.wellPlaced(one);
    families.forEach((family, f) => {
      this.#dependencies(one, family, f);
    });
    holds.forEach((hold, h) => {
      this.#placed(one, hold.indices, hold.device, this.#inverse.holds[h] ?? []);
    });
    this.#streams(one);
    this.#endsAfterBeginning(one);
    this.#caps(one);
    return true;
  }

  /** There are devices, in whole numbers, and every pass is on one of them, where the inverse finds it. */
  wellPlaced(one: Case): boolean {
    this.#positive(one, this.#block.devices, "the number of devices");
    this.#positive(one, this.#block.group.count, "the number of microbatches in a group");
    this.#block.families.forEach((family, f) => {
      this.#placed(one, family.indices, family.device, this.#inverse.families[f] ?? []);
    });
    if (this.#block.always.op === "number" && this.#block.always.num >= 0n) return true;
    return this.#forDevices(one, (inner, device) => {
      const held = this.#evaluator.form(bind(inner, [deviceName], [device]), this.#block.always);
      return this.#atLeast(inner, held, constant(0n)); // condition
    });
  }

  /** So many microbatches can be asked for: whole, at least one, no more than a block that is not repeated has. */
  takes(one: Case, microbatches: Term): boolean {
    this.#positive(one, microbatches, "the number of microbatches");
    if (this.#block.interval !== null) return true;
    const beyond = subtract(this.#evaluator.form(one, microbatches), this.#evaluator.form(one, this.#block.group.count));
    if (!this.#atLeast(one, constant(0n), beyond)) throw new Stuck("more microbatches are asked for than the block, which runs once, has"); // condition
    return true;
  }
  #positive(one: Case, count: Term, what: string): void {
    const form = this.#evaluator.form(one, count);
    if (!isWhole(form)) throw new Stuck(`${what} is not always whole`); // condition
    if (!this.#atLeast(one, form, constant(1n))) throw new Stuck(`${what} is not always at least 1`); // condition
  }

  /** Each index is on a device that exists, and the inverse finds it there (law: inverse-placement). */
  #placed(one: Case, indices: readonly SymbolicIndex[], device: Term, inverse: readonly (readonly Term[])[]): void {
    this.#forIndices(one, indices, (inner) => {
      const home = this.#evaluator.form(inner, device);
      if (!isWhole(home)) return false; // condition
      const last = subtract(this.#evaluator.form(inner, this.#block.devices), constant(1n));
      if (!this.#atLeast(inner, home, constant(0n)) || !this.#atLeast(inner, last, home)) return false; // condition
      const here = bind(inner, [deviceName], [home]);
      const own = indices.map((index) => this.#evaluator.form(inner, named(index.name)));
      return inverse.some(
        (terms) =>
          terms.length === own.length &&
          terms.every((term, i) => isZero(inner, this.#guide, subtract(this.#evaluator.form(here, term), own[i]))),
      ); // condition
    });
  }

  #dependencies(one: Case, family: Family, f: number): void {
    const { families } = this.#block;
    for (const need of family.needs) {
      const other = families[need.family];
      const anyNames = need.indices.flatMap((index, i) => (index === "all" ? [`any.${i}`] : []));
      this.#forMembers(one, (withMember, memberTerm) => {
        this.#forIndices(withMember, family.indices, (inner) =>
          everywhere(inner, this.#guide, anyNames, (innermost) => {
            const member = this.#evaluator.form(innermost, memberTerm);
            const needed = need.indices.map((index, i) =>
              this.#evaluator.form(innermost, index === "all" ? { op: "var", name: `any.${i}` } : index),
            );
            if (!needed.every(isWhole)) return false; // condition
            if (!this.#inRange(innermost, other.indices, needed)) return true;
            const own = family.indices.map((index) => this.#evaluator.form(innermost, named(index.name)));
            const start = this.#startOf(innermost, f, own, member);
            const ready = add(
              this.#startOf(innermost, need.family, needed, member),
              constant(this.#duration(innermost, need.family, needed)),
            );
            return this.#atLeast(innermost, start, ready); // condition
          }),
        );
      });
    }
  }

  /** No two passes of a device share a slot of one stream. */
  #streams(one: Case): void {
    const { interval } = this.#block;
    this.#forDevices(one, (inner, device) => {
      if (interval === null) return this.#streamsOnce(inner);
      const passes = this.#layout(inner, device);
      return passes.every((pass, i) => {
        if (pass.duration < 1n || pass.duration > interval) return false; // condition
        return passes.slice(i + 1).every((other) => {
          if (this.#block.families[pass.family].stream !== this.#block.families[other.family].stream) return true;
          const gap = residueOf(subtract(other.start, pass.start), interval);
          return gap >= pass.duration && interval - gap >= other.duration; // condition
        });
      });
    });
  }

  /** A block that is not repeated: any two passes, of any two microbatches of the group, lie one after the other. */
  #streamsOnce(one: Case): boolean {
    return everywhere(one, this.#guide, [anyMember, otherMember], (inner) => {
      const [device, a, b] = [anyDevice, anyMember, otherMember].map((name) => this.#evaluator.form(inner, named(name)));
      if (!this.#isMember(inner, a) || !this.#isMember(inner, b)) return true;
      const [first, second] = [this.#explicit(inner, device, a), this.#explicit(inner, device, b)];
      return first.every((pass, i) =>
        second.every((other, k) => {
          if (this.#block.families[pass.family].stream !== this.#block.families[other.family].stream) return true;
          if (i === k && isZero(inner, this.#guide, subtract(a, b))) return true;
          if (pass.duration < 1n) return false; // condition
          const before = this.#atLeast(inner, other.start, add(pass.start, constant(pass.duration)));
          return before || this.#atLeast(inner, pass.start, add(other.start, constant(other.duration))); // condition
        }),
      );
    });
  }

  #endsAfterBeginning(one: Case): void {
    this.#forDevices(
      one,
      (inner, device) =>
        this.#block.interval === null
          ? everywhere(inner, this.#guide, [anyMember], (innermost) => {
              const [here, member] = [anyDevice, anyMember].map((name) => this.#evaluator.form(innermost, named(name)));
              if (!this.#isMember(innermost, member)) return true;
              return this.#heldBy(innermost, here, member).every(({ begin, last }) => this.#atLeast(innermost, last, begin)); // condition
            })
          : this.#held(inner, device).every(({ begin, last }) => this.#atLeast(inner, last, begin)), // condition
    );
  }

  #caps(one: Case): void {
    const { cap } = this.#block;
    if (cap === null) return;
    this.#forDevices(one, (inner, device) => {
      const most = this.#evaluator.form(bind(inner, [deviceName], [device]), cap);
      return this.#atLeast(inner, most, this.#peakOn(inner, device).form); // condition
    });
  }

  // ---- measures

  /** Premise of the peak law: each hold begins and ends on the compute stream of its own device. */
  peakIsFixed(one: Case): boolean {
    for (const { indices, device, from, to } of this.#block.holds) {
      for (const end of [from, to]) {
        const family = this.#block.families[end.family];
        if (family.stream !== 0)
          throw new Stuck("there is no proof for all sizes where a hold begins or ends on another stream than compute"); // condition
        this.#forIndices(one, indices, (inner) => {
          const forms = end.indices.map((index) => this.#evaluator.form(inner, index));
          if (!this.#inRange(inner, family.indices, forms)) throw new Stuck("a hold begins or ends with a pass that is not there");
          const home = this.#evaluator.form(bind(inner, namesOf(family.indices), forms), family.device);
          if (this.#duration(inner, end.family, forms) <= 0n) throw new Stuck("a hold ends with a pass that takes no time");
          return isZero(inner, this.#guide, subtract(home, this.#evaluator.form(inner, device))); // condition
        });
      }
    }
    return true;
  }

  /** Most that is held on one device, over all numbers of microbatches. */
  peakOnDevice(one: Case, device: Form, microbatches: Term | null): Measured {
    if (!this.#isDevice(one, device)) throw new Stuck("a device is asked for that is not there");
    const { form, attained } = this.#peakOn(one, device);
    return microbatches === null || attained(one, this.#evaluator.form(one, microbatches))
      ? { low: form, high: form }
      : { low: null, high: form };
  }

  /** Most that is held on any device. `candidates` name a device that holds most, as terms of the statement. */
  peak(one: Case, candidates: readonly Term[], microbatches: Term | null): Bounds {
    return this.#greatest(one, candidates, "peak", (inner, device) => this.peakOnDevice(inner, device, microbatches));
  }

  /** Most that a compute stream has to do for one microbatch, over all devices. */
  load(one: Case, candidates: readonly Term[]): Bounds {
    return this.#greatest(one, candidates, "load", (inner, device) => {
      let work = 0n;
      this.#block.families.forEach((family, f) => {
        if (family.stream !== 0) return;
        for (const indices of this.#onDevice(inner, family.indices, family.device, this.#inverse.families[f] ?? [], device)) {
          work += this.#duration(inner, f, indices);
        }
      });
      const form = constant(work);
      return { low: form, high: form };
    });
  }

  /** Longest time in slots from the start of one of the stage's passes to the end of a hold that begins with it. */
  lifespan(one: Case, stage: Form): Form {
    let longest: Form = constant(0n);
    for (const hold of this.#block.holds) {
      const family = this.#block.families[hold.from.family];
      if (family.stage < 0) continue;
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

  get interval(): bigint | null {
    return this.#block.interval;
  }
  get groupCount(): Term {
    return this.#block.group.count;
  }

  /** The greatest value on any candidate device, which no other device exceeds. */
  #greatest(one: Case, candidates: readonly Term[], what: string, on: (inner: Case, device: Form) => Measured): Bounds {
    let most: Measured | null = null;
    for (const candidate of candidates) {
      const device = this.#evaluator.form(one, candidate);
      if (!this.#isDevice(one, device)) continue;
      const value = on(one, device);
      if (most === null || !this.#atLeast(one, most.high, value.high)) most = value;
    }
    if (most === null) throw new Stuck(`no device is known to have the greatest ${what}`);
    const outcome = every(extend(bind(one, [target], [most.high]), [otherDevice]), this.#guide, (inner) => {
      const other = this.#evaluator.form(inner, named(otherDevice));
      if (!this.#isDevice(inner, other)) return true;
      return this.#atLeast(inner, this.#evaluator.form(inner, named(target)), on(inner, other).high); // condition
    });
    if (outcome.kind === "proved") return most;
    throw new Stuck(outcome.kind === "stuck" ? outcome.reason : `no device is known to have the greatest ${what}`);
  }

  /** The peak of one device, and whether it is reached with so many microbatches. */
  #peakOn(one: Case, device: Form): { readonly form: Form; readonly attained: (one: Case, microbatches: Form) => boolean } {
    const always = this.#evaluator.form(bind(one, [deviceName], [device]), this.#block.always);
    const { interval } = this.#block;
    if (interval === null) return this.#peakOnce(one, device, always);
    const held = this.#held(one, device);
    let most = { form: always, at: -1 };
    held.forEach(({ begin }, at) => {
      let sum = always;
      for (const { begin: from, end, amount } of held) {
        const alive = subtract(floorOf(subtract(begin, from), interval), floorOf(subtract(begin, end), interval));
        sum = add(sum, scale(alive, amount));
      }
      if (!this.#atLeast(one, most.form, sum)) most = { form: sum, at };
    });
    const attained = (inner: Case, microbatches: Form): boolean => {
      if (most.at < 0) return true;
      const blocks = floorOf(microbatches, this.#groupSize(inner));
      const time = held[most.at].begin;
      // block indices alive at `time`: floor((time - end) / T) + 1 .. floor((time - begin) / T); all must fit in 0..blocks-1
      return held.every(({ begin: from }) =>
        held.every(({ end }) => {
          const width = subtract(floorOf(subtract(time, from), interval), floorOf(subtract(time, end), interval));
          return this.#atLeast(inner, blocks, width); // condition
        }),
      );
    };
    return { form: most.form, attained };
  }

  /** Not repeated: all holds together, where one instant lies in all of them (law: once-blocks). */
  #peakOnce(one: Case, device: Form, always: Form): { readonly form: Form; readonly attained: (one: Case, microbatches: Form) => boolean } {
    const count = this.#evaluator.form(one, this.#block.group.count);
    const last = this.#heldBy(one, device, subtract(count, constant(1n)));
    let total = always;
    for (const { amount } of last) total = add(total, scale(count, amount));
    const together = last.some(({ begin: time }) => {
      const outcome = every(extend(bind(one, [target, otherDevice], [time, device]), [anyMember]), this.#guide, (inner) => {
        const [instant, here, member] = [target, otherDevice, anyMember].map((name) => this.#evaluator.form(inner, named(name)));
        if (!this.#isMember(inner, member)) return true;
        return this.#heldBy(inner, here, member).every(
          ({ begin, end }) => this.#atLeast(inner, instant, begin) && !this.#atLeast(inner, instant, end),
        ); // condition
      });
      return outcome.kind === "proved";
    });
    if (!together) throw new Stuck("the block runs once and never holds everything at once: its peak is proved size by size only");
    return {
      form: total,
      attained: (inner, microbatches) =>
        isZero(inner, this.#guide, subtract(microbatches, this.#evaluator.form(inner, this.#block.group.count))),
    };
  }

  // ---- what lies on a device

  /** The passes of a device with their starts, those in first free slots last (law: first-free-slot). */
  #layout(one: Case, device: Form): Placed[] {
    const { families, interval } = this.#block;
    const placed: Placed[] = [];
    const waiting: { readonly family: number; readonly indices: readonly Form[]; readonly member: Form; readonly ready: Form }[] = [];
    families.forEach((family, f) => {
      for (const indices of this.#onDevice(one, family.indices, family.device, this.#inverse.families[f] ?? [], device)) {
        for (const member of this.#members(one)) {
          const duration = this.#duration(one, f, indices);
          if (family.start !== null) placed.push({ family: f, indices, member, start: this.#startOf(one, f, indices, member), duration });
          else waiting.push({ family: f, indices, member, ready: this.#ready(one, f, indices, member) });
        }
      }
    });
    if (waiting.length === 0) return placed;
    if (interval === null) throw new Stuck("a block that runs once has no free slots to wait for");
    while (waiting.length > 0) {
      let first = 0;
      for (let i = 1; i < waiting.length; i++) {
        if (this.#comesFirst(one, waiting[i], waiting[first])) first = i;
      }
      const [{ family, indices, member, ready }] = waiting.splice(first, 1);
      const duration = this.#duration(one, family, indices);
      const gaps = placed
        .filter((pass) => families[pass.family].stream === families[family].stream)
        .map((pass) => ({ at: residueOf(subtract(pass.start, ready), interval), duration: pass.duration }));
      const fits = (delay: bigint): boolean =>
        duration <= interval &&
        gaps.every((gap) => {
          const after = (((gap.at - delay) % interval) + interval) % interval;
          return after >= duration && interval - after >= gap.duration;
        });
      // A gap begins at once or where a pass ends.
      const ends = gaps.map((gap) => (gap.at + gap.duration) % interval);
      const delay = [0n, ...ends].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).find(fits);
      if (delay === undefined) throw new Stuck("no free slot is left");
      placed.push({ family, indices, member, start: add(ready, constant(delay)), duration });
    }
    return placed;
  }

  /** Ready earlier; else declared earlier; else of the lower index; else of the earlier microbatch. */
  #comesFirst(one: Case, a: { family: number; indices: readonly Form[]; member: Form; ready: Form }, b: typeof a): boolean {
    if (!this.#atLeast(one, b.ready, a.ready)) return false;
    if (!this.#atLeast(one, a.ready, b.ready)) return true;
    if (a.family !== b.family) return a.family < b.family;
    for (let i = 0; i < a.indices.length; i++) {
      if (!this.#atLeast(one, b.indices[i], a.indices[i])) return false;
      if (!this.#atLeast(one, a.indices[i], b.indices[i])) return true;
    }
    return !this.#atLeast(one, a.member, b.member);
  }

  /** The end of the last dependency; slot 0 without one. Dependencies must have starts of their own. */
  #ready(one: Case, f: number, indices: readonly Form[], member: Form): Form {
    const { families } = this.#block;
    const here = bind(one, namesOf(families[f].indices), indices);
    let ready: Form | null = null;
    for (const need of families[f].needs) {
      const forms = need.indices.map((index) => {
        if (index === "all") throw new Stuck("a first free slot after a barrier (`[all]`) is proved size by size only");
        return this.#evaluator.form(here, index);
      });
      if (!this.#inRange(here, families[need.family].indices, forms)) continue;
      if (families[need.family].start === null)
        throw new Stuck("a first free slot after another first free slot is proved size by size only");
      const end = add(this.#startOf(one, need.family, forms, member), constant(this.#duration(one, need.family, forms)));
      if (ready === null || this.#atLeast(one, end, ready)) ready = end;
    }
    return ready ?? constant(0n);
  }

  /** The passes of one microbatch, where all have starts of their own. */
  #explicit(one: Case, device: Form, member: Form): Placed[] {
    return this.#block.families.flatMap((family, f) =>
      this.#onDevice(one, family.indices, family.device, this.#inverse.families[f] ?? [], device).map((indices) => ({
        family: f,
        indices,
        member,
        start: this.#startOf(one, f, indices, member),
        duration: this.#duration(one, f, indices),
      })),
    );
  }

  /** The holds of a device in one repetition. */
  #held(one: Case, device: Form): Held[] {
    return this.#members(one).flatMap((member) => this.#heldBy(one, device, member));
  }

  #heldBy(one: Case, device: Form, member: Form): Held[] {
    return this.#block.holds.flatMap((hold, h) =>
      this.#onDevice(one, hold.indices, hold.device, this.#inverse.holds[h] ?? [], device).map((indices) => {
        const here = bind(one, namesOf(hold.indices), indices);
        const { end, last, begin } = this.#ends(here, hold, member);
        const amount = this.#evaluator.form(here, hold.amount);
        if (!isConstant(amount) || amount.constant < 0n) throw new Stuck("an amount of memory varies with the size");
        return { begin, last, end, amount: constantOf(amount) };
      }),
    );
  }

  /** Beginning and end of a hold whose indices are bound. */
  #ends(here: Case, { from, to }: SymbolicHold, member: Form): Pick<Held, "begin" | "last" | "end"> {
    const [a, b] = [from, to].map(({ family, indices }) => {
      const forms = indices.map((index) => this.#evaluator.form(here, index));
      if (!forms.every(isWhole) || !this.#inRange(here, this.#block.families[family].indices, forms))
        throw new Stuck("a hold begins or ends with a pass that is not there"); // condition
      return forms;
    });
    const last = this.#startOf(here, to.family, b, member);
    return { begin: this.#startOf(here, from.family, a, member), last, end: add(last, constant(this.#duration(here, to.family, b))) };
  }

  /** The index tuples on a device: in range, placed there, each once. */
  #onDevice(one: Case, indices: readonly SymbolicIndex[], place: Term, inverse: readonly (readonly Term[])[], device: Form): Form[][] {
    const found: Form[][] = [];
    const here = bind(one, [deviceName], [device]);
    for (const terms of inverse) {
      if (terms.length !== indices.length) continue; // condition
      const forms = terms.map((term) => this.#evaluator.form(here, term));
      if (!forms.every(isWhole) || !this.#inRange(one, indices, forms)) continue; // condition
      const home = this.#evaluator.form(bind(one, namesOf(indices), forms), place);
      if (!isZero(one, this.#guide, subtract(home, device))) continue;
      if (found.some((other) => other.every((form, i) => isZero(one, this.#guide, subtract(form, forms[i]))))) continue;
      found.push(forms);
    }
    return found;
  }

  #startOf(one: Case, f: number, indices: readonly Form[], member: Form): Form {
    const family = this.#block.families[f];
    if (family.start !== null) {
      const start = this.#evaluator.form(
        bind(one, [...namesOf(family.indices), this.#block.group.name], [...indices, member]),
        family.start,
      );
      if (start.den !== 1n) throw new Stuck("a start is no whole slot"); // condition
      return start;
    }
    const device = this.#evaluator.form(bind(one, namesOf(family.indices), indices), family.device);
    const own = this.#layout(one, device).find(
      (pass) =>
        pass.family === f &&
        isZero(one, this.#guide, subtract(pass.member, member)) &&
        pass.indices.every((form, i) => isZero(one, this.#guide, subtract(form, indices[i]))),
    );
    if (own === undefined) throw new Stuck(`no formula was found for which ${family.name} runs on a given device`);
    return own.start;
  }

  #duration(one: Case, f: number, indices: readonly Form[]): bigint {
    const family = this.#block.families[f];
    const duration = this.#evaluator.form(bind(one, namesOf(family.indices), indices), family.duration);
    if (!isConstant(duration) || duration.den !== 1n || duration.constant < 0n) throw new Stuck("the time of a pass varies with the size");
    return duration.constant;
  }

  // ---- ranges

  #groupSize(one: Case): bigint {
    const count = this.#evaluator.form(one, this.#block.group.count);
    if (!isConstant(count) || count.den !== 1n || count.constant < 1n)
      throw new Stuck("the number of microbatches in a block varies with the size");
    if (count.constant > 10_000n) throw new Stuck("a block has more than 10000 microbatches");
    return count.constant;
  }
  #members(one: Case): Form[] {
    return Array.from({ length: Number(this.#groupSize(one)) }, (_, k) => constant(BigInt(k)));
  }

  #forMembers(one: Case, goal: (inner: Case, member: Term) => void): void {
    if (this.#block.interval !== null) {
      for (const member of this.#members(one)) goal(one, { op: "number", num: member.constant, den: 1n });
      return;
    }
    everywhere(one, this.#guide, [anyMember], (inner) => {
      if (this.#isMember(inner, this.#evaluator.form(inner, named(anyMember)))) goal(inner, named(anyMember));
      return true;
    });
  }
  #isMember(one: Case, member: Form): boolean {
    return this.#atLeast(one, member, constant(0n)) && !this.#atLeast(one, member, this.#evaluator.form(one, this.#block.group.count));
  }

  #forIndices(one: Case, indices: readonly SymbolicIndex[], goal: (inner: Case) => boolean): true {
    return everywhere(one, this.#guide, namesOf(indices), (inner) => {
      const forms = indices.map((index) => this.#evaluator.form(inner, named(index.name)));
      return !this.#inRange(inner, indices, forms) || goal(inner);
    });
  }

  #forDevices(one: Case, goal: (inner: Case, device: Form) => boolean): true {
    return everywhere(one, this.#guide, [anyDevice], (inner) => {
      const device = this.#evaluator.form(inner, named(anyDevice));
      return !this.#isDevice(inner, device) || goal(inner, device);
    });
  }

  #inRange(one: Case, indices: readonly SymbolicIndex[], forms: readonly Form[]): boolean {
    const here = bind(one, namesOf(indices), forms);
    return indices.every(
      ({ low, high }, i) =>
        this.#atLeast(one, forms[i], this.#evaluator.form(here, low)) && this.#atLeast(one, this.#evaluator.form(here, high), forms[i]),
    );
  }
  #isDevice(one: Case, device: Form): boolean {
    if (!isWhole(device)) return false; // condition
    return this.#atLeast(one, device, constant(0n)) && !this.#atLeast(one, device, this.#evaluator.form(one, this.#block.devices));
  }
  #atLeast(one: Case, greater: Form, less: Form): boolean {
    return atLeastZero(one, this.#guide, subtract(greater, less));
  }
}
