// A building block for all sizes at once: families of passes over index ranges, their starts as terms. Says in formulas that it is valid,
// and in terms what it holds; docs/forall.md lists them. Proves nothing: `for-all.ts` does.
// Laws: proofs/laws/steady-state.md, inverse-placement.md, once-blocks.md.
import { Stuck } from "./cases.ts";
import { substituted } from "./rewrite.ts";
import { all, any, binary, compare, type Formula, implies, ite, not, number, or, type Term, truth, variable, whole } from "./term.ts";

export interface SymbolicIndex {
  /** Unique among all names of the statement. */
  readonly name: string;
  readonly low: Term;
  readonly high: Term;
}
/** Something on a device for each tuple of indices. */
export interface Indexed {
  readonly indices: readonly SymbolicIndex[];
  readonly device: Term;
}
export interface Pass {
  readonly family: number;
  readonly indices: readonly Term[];
}
export interface Family extends Indexed {
  readonly stream: number;
  /** In slots, as the duration is. */
  readonly start: Term;
  readonly duration: Term;
  /** Over the indices and the names `any`, which stand for all values. */
  readonly needs: readonly (Pass & { readonly any: readonly string[] })[];
  /** Which index is the stage; -1: none. */
  readonly stage: number;
}
export interface SymbolicHold extends Indexed {
  readonly amount: Term;
  readonly from: Pass;
  readonly to: Pass;
}
export interface SymbolicBlock {
  readonly devices: Term;
  /** Slots after which the block repeats; null: it does not. */
  readonly interval: bigint | null;
  /** How many microbatches a block has: the last index of each family and hold says which, from 0 on. Null: one, and no index says so. */
  readonly group: Term | null;
  readonly families: readonly Family[];
  readonly holds: readonly SymbolicHold[];
  /** Over the name `deviceName`. */
  readonly always: Term;
  readonly cap: Term | null;
}

/** Names in the terms that find what lies on a device: that device; and, in a block that runs once, the microbatch. */
export const deviceName = "device.";
export const memberName = "member.";

type Tuples = readonly (readonly Term[])[];
/** For each family and each hold: terms for the indices of what lies on a device. Not trusted. */
export interface Inverse {
  readonly families: readonly Tuples[];
  readonly holds: readonly Tuples[];
}
/** A formula that has to be true for all whole-numbered values of these names, and of the statement's variables in its domain. */
export interface Obligation {
  readonly names: readonly string[];
  readonly formula: Formula;
}
/** A tuple that a device has where `there` is true. */
export interface Entry {
  readonly tuple: readonly Term[];
  readonly there: Formula;
}
/** What a device holds at most, over all numbers of microbatches; and whether it comes to hold so much with this many. */
export interface Peak {
  readonly most: Term;
  reachedWith(microbatches: Term): Formula;
}

const [zero, one] = [number(0), number(1)];
const plus = (left: Term, right: Term): Term => binary("add", left, right);
const minus = (left: Term, right: Term): Term => binary("sub", left, right);
const times = (left: Term, right: Term): Term => binary("mul", left, right);
const greatest = (terms: readonly Term[], least: Term): Term => terms.reduce((left, right) => binary("max", left, right), least);
const atLeast = (greater: Term, less: Term): Formula => compare(greater, ">=", less);
const equal = (a: readonly Term[], b: readonly Term[]): Formula =>
  a.length === b.length ? all(a.map((term, i) => compare(term, "==", b[i]))) : truth(false);
const isCount = (count: Term): Formula => all([whole(count), atLeast(count, one)]); // condition
const namesOf = (indices: readonly SymbolicIndex[]): string[] => indices.map(({ name }) => name);
const isIn = (indices: readonly SymbolicIndex[], tuple: readonly Term[]): Formula => {
  const put = (end: Term): Term => substituted(end, namesOf(indices), tuple);
  return all([...tuple.map(whole), ...indices.flatMap(({ low, high }, i) => [atLeast(tuple[i], put(low)), atLeast(put(high), tuple[i])])]);
};
/** For all tuples in their ranges, and all values of these names. */
const forTuples = (indices: readonly SymbolicIndex[], formula: Formula, more: readonly string[] = []): Obligation => ({
  names: [...namesOf(indices), ...more],
  formula: implies(isIn(indices, namesOf(indices).map(variable)), formula),
});

const anyDevice = variable("device.any");
const [anyMember, otherMember] = [variable("member.any"), variable("member.other")];
/** With more on one device, formulas would be too long. */
const many = 100;
/** A term without a value: where one is asked for, a proof ends. */
const nothing = variable("nothing.");

export class BlockFormulas {
  readonly #block: SymbolicBlock;
  readonly #inverse: Inverse;
  constructor(block: SymbolicBlock, inverse: Inverse) {
    this.#block = block;
    this.#inverse = inverse;
  }

  // ---- what lies where

  isDevice(device: Term): Formula {
    return all([whole(device), atLeast(device, zero), compare(device, "<", this.#block.devices)]); // condition
  }
  #forDevices(formula: Formula, more: readonly string[] = []): Obligation {
    return { names: ["device.any", ...more], formula: implies(this.isDevice(anyDevice), formula) };
  }
  /** A device; in a block that runs once, with a microbatch. */
  #at(device: Term, member: Term): readonly Term[] {
    return this.#block.interval === null ? [device, member] : [device];
  }
  #placeOf({ indices, device }: Indexed, tuple: readonly Term[]): readonly Term[] {
    return this.#at(substituted(device, namesOf(indices), tuple), tuple[tuple.length - 1] ?? nothing);
  }
  #found(terms: readonly Term[], at: readonly Term[]): readonly Term[] {
    return terms.map((term) => substituted(term, [deviceName, memberName].slice(0, at.length), at));
  }

  /** Each is on a device that exists, where the inverse finds it; the last index is the microbatch. (Law: inverse-placement.) */
  isFound(of: Indexed, inverse: Tuples = []): Obligation {
    const { group, interval } = this.#block;
    const own = namesOf(of.indices).map(variable);
    const place = this.#placeOf(of, own);
    const member = of.indices.at(-1);
    const isMember = member === undefined ? truth(false) : equal([member.low, plus(member.high, one)], [zero, group ?? one]);
    const found = any(inverse.map((terms) => equal(this.#found(terms, place), own)));
    return forTuples(of.indices, all([this.isDevice(of.device), group === null && interval !== null ? truth(true) : isMember, found])); // condition
  }
  /** All that lies on a device, each once (law: inverse-placement). */
  entriesAt(at: readonly Term[], of: Indexed, inverse: Tuples = []): Entry[] {
    const found: Entry[] = [];
    for (const terms of inverse) {
      const tuple = this.#found(terms, at);
      if (tuple.length !== of.indices.length) continue; // condition
      const isNew = found.map((other) => not(equal(other.tuple, tuple)));
      found.push({ tuple, there: all([isIn(of.indices, tuple), equal(this.#placeOf(of, tuple), at), ...isNew]) }); // condition
    }
    return found;
  }

  #of({ family, indices }: Pass, what: "device" | "duration" | "start"): Term {
    const own = this.#block.families[family];
    return substituted(own[what], namesOf(own.indices), indices);
  }
  #endOf(pass: Pass): Term {
    return plus(this.#of(pass, "start"), this.#of(pass, "duration"));
  }
  isPass({ family, indices }: Pass): Formula {
    return isIn(this.#block.families[family].indices, indices);
  }

  // ---- validity

  /** There are devices, which always hold no less than nothing, and every pass is on one of them. */
  wellPlaced(): Obligation[] {
    const { always, devices, families, group } = this.#block;
    return [
      { names: [], formula: all([isCount(devices), isCount(group ?? one)]) }, // condition
      this.#forDevices(atLeast(substituted(always, [deviceName], [anyDevice]), zero)), // condition
      ...families.map((family, f) => this.isFound(family, this.#inverse.families[f])), // condition
      ...families.map(({ indices, duration }) => forTuples(indices, all([whole(duration), atLeast(duration, zero)]))), // condition
    ];
  }

  /** Every condition of validity. */
  valid(): Obligation[] {
    const { cap, families, holds } = this.#block;
    return [
      ...this.wellPlaced(), // condition
      ...families.map((family) => this.#isTimed(family)), // condition
      ...families.flatMap((family) => family.needs.map((need) => this.#waits(family, need))), // condition
      ...holds.map((hold, h) => this.isFound(hold, this.#inverse.holds[h])), // condition
      ...holds.map((hold) => this.#isInOrder(hold)), // condition
      this.#streams(), // condition
      ...(cap === null ? [] : this.peakIsFixed()), // condition
      ...(cap === null ? [] : [this.#forDevices(atLeast(substituted(cap, [deviceName], [anyDevice]), this.peakOn(anyDevice).most))]), // condition
    ];
  }
  #isTimed({ indices, start, duration }: Family): Obligation {
    const longest = number(this.#block.interval ?? 0n);
    const isShort = this.#block.interval === null ? truth(true) : atLeast(longest, duration);
    return forTuples(indices, all([whole(start), atLeast(duration, one), isShort])); // condition
  }
  /** No pass begins before what it needs has ended, if that is there. */
  #waits({ indices, start }: Family, need: Family["needs"][number]): Obligation {
    const isLater = implies(this.isPass(need), atLeast(start, this.#endOf(need)));
    return forTuples(indices, all([...need.indices.map(whole), isLater]), need.any); // condition
  }
  /** A hold, of no less than nothing, begins and ends with passes that are there; with one that starts no sooner than the other. */
  #isInOrder({ indices, amount, from, to }: SymbolicHold): Obligation {
    const isLater = atLeast(this.#of(to, "start"), this.#of(from, "start"));
    return forTuples(indices, all([atLeast(amount, zero), this.isPass(from), this.isPass(to), isLater])); // condition
  }
  /** No two passes of a device ever run at once on one stream (laws: steady-state, 1; once-blocks, 1). */
  #streams(): Obligation {
    const { families, interval } = this.#block;
    const passes = (member: Term) =>
      families.flatMap((family, f) =>
        this.entriesAt(this.#at(anyDevice, member), family, this.#inverse.families[f]).map(({ tuple, there }) => {
          const pass = { family: f, indices: tuple };
          const [start, duration] = [this.#of(pass, "start"), this.#of(pass, "duration")];
          return { tuple, there, stream: family.stream, start, duration, end: plus(start, duration) };
        }),
      );
    const first = passes(anyMember);
    if (first.length > many) throw new Stuck(`more than ${many} passes on a device`);
    const second = interval === null ? passes(otherMember) : first;
    const isApart = (pass: (typeof first)[number], other: (typeof first)[number]): Formula => {
      if (interval === null) return or(atLeast(other.start, pass.end), atLeast(pass.start, other.end));
      const gap = binary("mod", minus(other.start, pass.start), number(interval));
      return all([atLeast(gap, pass.duration), atLeast(minus(number(interval), gap), other.duration)]); // condition
    };
    const isApartFrom = (pass: (typeof first)[number], others: typeof first): Formula[] =>
      others.map((other, k) => {
        const isOther = k > 0 ? truth(true) : not(equal(pass.tuple, other.tuple));
        return pass.stream !== other.stream ? truth(true) : implies(all([pass.there, other.there, isOther]), isApart(pass, other));
      });
    return this.#forDevices(all(first.map((pass, i) => all(isApartFrom(pass, second.slice(i))))), ["member.any", "member.other"]);
  }

  /** So many microbatches can be asked for: no more than a block that is not repeated has. */
  takes(microbatches: Term): Obligation {
    const { group, interval } = this.#block;
    const enough = interval === null ? atLeast(group ?? one, microbatches) : truth(true);
    return { names: [], formula: all([isCount(microbatches), enough]) }; // condition
  }

  // ---- measures

  /** What is held on a device, with the tuple of each hold; at the given place. */
  #heldAt(at: readonly Term[]) {
    return this.#block.holds.flatMap((hold, h) =>
      this.entriesAt(at, hold, this.#inverse.holds[h]).map(({ tuple, there }) => ({ hold, tuple, there, ...this.#held(hold, tuple) })),
    );
  }
  #held({ indices, amount, from, to }: SymbolicHold, tuple: readonly Term[]) {
    const put = (of: Term): Term => substituted(of, namesOf(indices), tuple);
    return { begin: put(this.#of(from, "start")), end: put(this.#endOf(to)), amount: put(amount) };
  }

  /**
   * Premises of the peak laws, on this device or on any: holds begin and end on the compute stream of their own device; in a block that runs
   * once, all that it holds is held at once.
   */
  peakIsFixed(device?: Term): Obligation[] {
    const { families, group, holds, interval } = this.#block;
    if (holds.some(({ from, to }) => families[from.family].stream !== 0 || families[to.family].stream !== 0))
      throw new Stuck("there is no proof for all sizes where a hold begins or ends on another stream than compute"); // condition
    const [here, count] = [device ?? anyDevice, group ?? one];
    const ofMember = (tuple: readonly Term[], member: Term): Term[] => [...tuple.slice(0, -1), member];
    const atHome = holds.map((hold) => {
      const [ends, home] = [[hold.from, hold.to].map((pass) => this.#of(pass, "device")), [hold.device, hold.device]];
      const last = ofMember(namesOf(hold.indices).map(variable), minus(count, one));
      // Each microbatch has the same holds on the same devices.
      const isAlike = equal([this.#placeOf(hold, last)[0], this.#held(hold, last).amount], [hold.device, hold.amount]);
      return forTuples(hold.indices, all([equal(ends, home), interval === null ? isAlike : truth(true)])); // condition
    });
    if (interval !== null) return atHome;
    const last = this.#heldAt([here, minus(count, one)]);
    const instant = greatest(
      last.map(({ there, begin }) => ite(there, begin, last[0].begin)),
      last[0]?.begin ?? zero,
    );
    const together = last.map(({ hold, tuple, there }) => {
      const own = this.#held(hold, ofMember(tuple, anyMember));
      return implies(there, all([atLeast(instant, own.begin), compare(own.end, ">", instant)])); // condition
    });
    const isMember = all([atLeast(anyMember, zero), compare(anyMember, "<", count)]);
    const names = device === undefined ? ["device.any", "member.any"] : ["member.any"];
    return [...atHome, { names, formula: implies(all([this.isDevice(here), isMember]), all(together)) }];
  }

  /** The most that a device holds, at the begin of one of its holds (laws: steady-state, 3 and 5; once-blocks, 4). */
  peakOn(device: Term): Peak {
    const { group, interval } = this.#block;
    const count = group ?? one;
    const always = substituted(this.#block.always, [deviceName], [device]);
    const held = this.#heldAt(this.#at(device, minus(count, one)));
    if (held.length > many / 2) throw new Stuck(`more than ${many / 2} holds on a device`);
    const together = (alive: (i: number) => Term): Term =>
      held.reduce((sum, { there, amount }, i) => plus(sum, ite(there, times(amount, alive(i)), zero)), always);
    if (interval === null) return { most: together(() => count), reachedWith: (microbatches) => compare(microbatches, "==", count) };
    // At the begin of each: how many repetitions of each hold have begun, and how many have ended.
    const turns = (slots: readonly Term[]): Term[][] =>
      held.map(({ begin }) => slots.map((slot) => binary("div", minus(begin, slot), number(interval))));
    const [begun, ended] = [turns(held.map(({ begin }) => begin)), turns(held.map(({ end }) => end))];
    const sums = held.map((_, at) => together((i) => minus(begun[at][i], ended[at][i])));
    const most = greatest(
      held.map(({ there }, at) => ite(there, sums[at], always)),
      always,
    );
    // All repetitions that are alive then must be among the blocks that there are.
    const reachedWith = (microbatches: Term): Formula => {
      const blocks = binary("div", microbatches, count);
      const fits = (at: number): Formula[] =>
        held.map((a, i) => all(held.map((b, k) => implies(all([a.there, b.there]), atLeast(blocks, minus(begun[at][i], ended[at][k]))))));
      return any([atLeast(always, most), ...held.map(({ there }, at) => all([there, atLeast(sums[at], most), ...fits(at)]))]);
    };
    return { most, reachedWith };
  }

  /** What is on a device; or the most of all, where one of the candidates has most. And what has to be true for it. */
  most(
    device: Term | undefined,
    candidates: readonly Term[],
    on: (device: Term) => Term,
  ): { readonly most: Term; readonly due: Obligation[] } {
    if (device !== undefined) return { most: ite(this.isDevice(device), on(device), nothing), due: [] };
    const most = greatest(
      candidates.map((own) => ite(this.isDevice(own), on(own), zero)),
      zero,
    );
    return { most, due: [this.#forDevices(atLeast(most, on(anyDevice)))] };
  }
  /** What a device's compute stream has to do for one microbatch. */
  loadOn(device: Term): Term {
    const loads = this.#block.families.flatMap((family, f) =>
      family.stream !== 0
        ? []
        : this.entriesAt(this.#at(device, zero), family, this.#inverse.families[f]).map(({ tuple, there }) =>
            ite(there, this.#of({ family: f, indices: tuple }, "duration"), zero),
          ),
    );
    return loads.reduce(plus, zero);
  }
  /** Longest time in slots from the start of one of the stage's passes to the end of a hold that begins with it. */
  lifespan(stage: Term): Term {
    const { families, group, holds } = this.#block;
    if (group !== null && (group.op !== "number" || group.num > many))
      throw new Stuck("the microbatches of a block are as many as the size says");
    const members = group === null ? [[]] : Array.from({ length: Number(group.num) }, (_, k) => [number(k)]);
    const spans = holds.flatMap((hold) => {
      const { stage: at } = families[hold.from.family];
      if (at < 0) return [];
      const isOwn = hold.from.indices.every((index, i) => index.op === "var" && index.name === hold.indices[i]?.name);
      if (at > 0 || !isOwn || hold.indices.length > 1 + members[0].length)
        throw new Stuck("the lifespan of passes with several indices is proved size by size only"); // condition
      const tuples = members.map((member) => [stage, ...member]);
      return tuples.map((tuple) =>
        ite(isIn(hold.indices, tuple), minus(this.#held(hold, tuple).end, this.#held(hold, tuple).begin), nothing),
      );
    });
    return greatest(spans, zero);
  }
  /** So many parts make a unit of all amounts. */
  isWholeIn(parts: bigint): Obligation[] {
    const { always, holds } = this.#block;
    const isWhole = (amount: Term): Formula => whole(times(number(parts), amount));
    return [
      this.#forDevices(isWhole(substituted(always, [deviceName], [anyDevice]))),
      ...holds.map(({ indices, amount }) => forTuples(indices, isWhole(amount))),
    ];
  }
}
