// Writes the clauses that every schedule of a goal satisfies. Order encoding: a variable for "item k of this family has started by
// tick t", for each t at which that is open. A refutation of these clauses is a refutation of the goal; a model is a schedule only
// once it has been replayed. Needs no search and trusts nobody. Law: proofs/laws/order-encoding.md.
import type { Goal } from "../goal.ts";
import { type Families, type Family, familiesOf } from "./families.ts";
import { FALSE, Sink, TooLarge, TRUE } from "./sink.ts";
import { addedUp, counted, nothing, type Sum, within } from "./sums.ts";
import { headsOf, type Items, itemsOf, lengthen, tailsOf } from "./windows.ts";

/** Item i can start at first[i] to last[i]; for t from first[i] to last[i] - 1, "started by t" is variable `variable[i] + t - first[i]`. */
export interface Written {
  readonly kind: "clauses";
  readonly variables: number;
  readonly literals: Int32Array;
  readonly families: Families;
  readonly base: Int32Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly variable: Int32Array;
}
export type Writing =
  | Written
  /** Some pass has no room at all: the goal is refuted without clauses. */
  | { readonly kind: "nothing" }
  | { readonly kind: "too-large"; readonly reason: string };

export const mostClauses = 12_000_000;

export function writeClauses(goal: Goal, most: number = mostClauses): Writing {
  const families = familiesOf(goal);
  const tooLarge = (reason: string): Writing => ({ kind: "too-large", reason });
  if (families.sorted.length < families.families.length) return tooLarge("its dependencies go in a circle");
  if (families.families.some(({ duration, count }) => duration < 1 && count > 0)) return tooLarge("a pass takes no time");
  const items = itemsOf(families);
  const windows = windowsOf(goal, families, items);
  if (windows === null) return { kind: "nothing" };
  if (windows === "open") return tooLarge("its makespan is not bounded");
  let open = 0;
  for (let item = 0; item < items.total; item++) open += windows.last[item] - windows.first[item];
  if (open > most) return tooLarge(`${open} times are open for its passes (limit \`clauses\`: ${most})`);
  try {
    return new Writer(goal, families, items, windows, most).run();
  } catch (signal) {
    if (signal instanceof TooLarge) return tooLarge(`it needs more than ${most} clauses (limit \`clauses\`)`);
    throw signal;
  }
}

interface Windows {
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** Null: some item has no room. "open": nothing bounds some item from above. */
function windowsOf(goal: Goal, families: Families, items: Items): Windows | null | "open" {
  const latest = goal.makespan ?? latestEnd(goal, families, items);
  if (latest === null) return null;
  if (latest === Number.POSITIVE_INFINITY) return "open";
  const first = headsOf(families, items, latest);
  const tails = tailsOf(items, latest);
  if (first === null || tails === null) return null;
  const last = tails.map((tail) => latest - tail);
  for (const { item, at } of families.starts) {
    const i = items.base[item[0]] + item[1];
    if (at < first[i] || at > last[i]) return null;
    first[i] = at;
    last[i] = at;
  }
  return first.some((from, i) => from > last[i]) ? null : { first, last };
}

/**
 * With a bound X on each device's span only: the latest end of all. Counted from the device that starts first, everything on one
 * device starts within X of its first start, and what must come before something comes before it. Null: that contradicts itself.
 */
function latestEnd({ problem, span }: Goal, given: Families, items: Items): number | null {
  const { families } = given;
  if (items.total === 0) return 0;
  if (span === null) return inTurn(problem, given, items);
  let latest: number | null = null;
  for (let source = 0; source < problem.devices; source++) {
    // An item that needs nothing starts first of all, on the source.
    if (!families.some(({ device, needs, count }) => device === source && needs.length === 0 && count > 0)) continue;
    const end = latestEndFrom(source, problem.devices, span, items);
    if (end !== null) latest = Math.max(latest ?? 0, end);
  }
  return latest;
}

/**
 * With no bound at all: time in which nothing runs and no message is under way can be cut out of a schedule, after the last fixed
 * start; what happens stays in the same order. What is left is everything in turn.
 */
function inTurn({ send }: Goal["problem"], { families, starts }: Families, items: Items): number {
  let end = starts.reduce((latest, { at }) => Math.max(latest, at), 0);
  for (let item = 0; item < items.total; item++) end += items.duration[item];
  return families.reduce((sum, { count, needs }) => sum + count * needs.length * send, end);
}

function latestEndFrom(source: number, devices: number, span: number, items: Items): number | null {
  const begins = new Float64Array(devices).fill(Number.POSITIVE_INFINITY); // of each device: no later than
  begins[source] = 0;
  const most = new Float64Array(items.total).fill(Number.POSITIVE_INFINITY);
  for (let [changed, rounds] = [true, 0]; changed; rounds++) {
    if (rounds > devices) return null; // a way over devices comes to each once: else it goes down for ever
    changed = false;
    const falling = most.map((value) => -value);
    for (let item = 0; item < items.total; item++)
      falling[item] = Math.max(falling[item], -(begins[items.device[item]] + span - items.duration[item]));
    if (!lengthen(falling, items, "backward", items.total * (span + 1))) return null;
    for (let item = 0; item < items.total; item++) {
      most[item] = -falling[item];
      if (most[item] < 0) return null;
      if (most[item] < begins[items.device[item]]) {
        begins[items.device[item]] = most[item];
        changed = true;
      }
    }
  }
  let end = 0;
  for (let item = 0; item < items.total; item++) end = Math.max(end, most[item] + items.duration[item]);
  return end;
}

class Writer {
  readonly #goal: Goal;
  readonly #given: Families;
  readonly #items: Items;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #variable: Int32Array;
  readonly #sink: Sink;
  /** Every tick is before this one. */
  readonly #end: number;

  constructor(goal: Goal, given: Families, items: Items, { first, last }: Windows, most: number) {
    this.#goal = goal;
    this.#given = given;
    this.#items = items;
    this.#first = first;
    this.#last = last;
    this.#sink = new Sink(most);
    this.#variable = new Int32Array(items.total);
    let end = 0;
    for (let item = 0; item < items.total; item++) {
      this.#variable[item] = this.#sink.variables(last[item] - first[item]);
      end = Math.max(end, last[item] + items.duration[item]);
    }
    this.#end = end;
  }

  run(): Written {
    this.#given.families.forEach((family, f) => {
      this.#inOrder(f);
      if (family.members.length === 1) this.#afterNeeds(f);
      else this.#afterReady(f);
    });
    for (const { after, item, lag } of this.#given.following) this.#precedes(this.#item(after), this.#item(item), lag);
    if (this.#given.starts.length > 0) this.#begins();
    for (let device = 0; device < this.#goal.problem.devices; device++) this.#onDevice(device);
    return {
      kind: "clauses",
      ...this.#sink.done(),
      families: this.#given,
      base: this.#items.base,
      first: this.#first,
      last: this.#last,
      variable: this.#variable,
    };
  }

  #item([family, k]: readonly [number, number]): number {
    return this.#items.base[family] + k;
  }
  /** "The item has started by t." */
  #started(item: number, t: number): number {
    return t < this.#first[item] ? FALSE : t >= this.#last[item] ? TRUE : this.#variable[item] + t - this.#first[item];
  }
  /** "The item has been running or done for `ago` ticks at t", as a count over the family. */
  #count(f: number, t: number, weight: number): Sum {
    const base = this.#items.base[f];
    return counted(this.#given.families[f].count, weight, (k) => this.#started(base + k, t));
  }

  #precedes(before: number, after: number, lag: number): void {
    for (let t = this.#first[after]; t <= this.#last[after]; t++) this.#sink.add(-this.#started(after, t), this.#started(before, t - lag));
  }

  #inOrder(f: number): void {
    const { count, duration } = this.#given.families[f];
    for (let k = 0; k < count; k++) {
      const item = this.#items.base[f] + k;
      for (let t = this.#first[item]; t < this.#last[item] - 1; t++) this.#sink.add(-this.#started(item, t), this.#started(item, t + 1));
      if (k > 0) this.#precedes(item - 1, item, duration);
    }
  }

  #afterNeeds(f: number): void {
    const { count, needs } = this.#given.families[f];
    for (const { family, lag } of needs)
      for (let k = 0; k < count; k++) this.#precedes(this.#items.base[family] + k, this.#items.base[f] + k, lag);
  }

  /** Times are counted from the first start of all: something that needs nothing starts then. */
  #begins(): void {
    this.#sink.add(
      ...this.#given.families.flatMap(({ needs, count }, f) =>
        needs.length === 0 && count > 0 ? [this.#started(this.#items.base[f], 0)] : [],
      ),
    );
  }

  /** A pool: k + 1 have started only where k + 1 of the needs together are ready. */
  #afterReady(f: number): void {
    const { needs } = this.#given.families[f];
    for (let t = 0; t < this.#end; t++) {
      const pool = this.#count(f, t, 1);
      const ready = addedUp(
        this.#sink,
        needs.map(({ family, lag }) => this.#count(family, t - lag, 1)),
        2,
        false,
      );
      const [a, b = nothing] = ready;
      for (const { value, literal } of pool) {
        a.forEach((one, i) => {
          const rest = b.find((other) => one.value + other.value >= value);
          this.#sink.add(-literal, a[i + 1]?.literal ?? FALSE, rest?.literal ?? FALSE);
        });
      }
    }
  }

  #onDevice(device: number): void {
    const families = this.#given.families.flatMap((family, f) => (family.device === device && family.count > 0 ? [f] : []));
    const begun = this.#begun(families);
    for (let stream = 0; stream < this.#goal.problem.streams; stream++) {
      const own = families.filter((f) => this.#given.families[f].stream === stream);
      if (own.length > 0) this.#onStream(own, begun);
    }
    this.#memory(device);
  }

  /** Under a bound on the span: whether the device has started, and whether it is done. */
  #begun(families: readonly number[]): Begun | null {
    const { span } = this.#goal;
    if (span === null) return null;
    const begun: number[] = [];
    const done: number[] = [];
    const lasts = families.map((f) => this.#items.base[f] + this.#given.families[f].count - 1);
    for (let t = 0; t < this.#end; t++) {
      const firsts = families.map((f) => this.#started(this.#items.base[f], t));
      begun.push(this.#any(firsts));
      done.push(-this.#any(lasts.map((item) => -this.#started(item, t - this.#items.duration[item]))));
      if (t > 0) this.#sink.add(-begun[t - 1], begun[t]);
      for (const item of lasts) this.#sink.add(-begun[t], this.#started(item, t + span - this.#items.duration[item]));
    }
    return { begun, done, span };
  }

  /** A literal that is true exactly where one of these is. */
  #any(literals: readonly number[]): number {
    if (literals.includes(TRUE)) return TRUE;
    const open = literals.filter((literal) => literal !== FALSE);
    if (open.length <= 1) return open[0] ?? FALSE;
    const any = this.#sink.variable();
    for (const literal of open) this.#sink.add(-literal, any);
    this.#sink.add(-any, ...open);
    return any;
  }

  /** One pass at a time, and no more idle ticks than the goal leaves. */
  #onStream(own: readonly number[], begun: Begun | null): void {
    const running = own.map((f) => this.#running(this.#given.families[f], this.#items.base[f]));
    for (let t = 0; t < this.#end; t++)
      for (let a = 0; a < own.length; a++) for (let b = a + 1; b < own.length; b++) this.#sink.add(-running[a][t], -running[b][t]);
    const work = own.reduce((sum, f) => sum + this.#given.families[f].count * this.#given.families[f].duration, 0);
    if (this.#goal.makespan !== null) this.#idle(running, this.#goal.makespan - work, null);
    if (begun !== null) this.#idle(running, begun.span - work, begun);
  }

  /** For each tick: whether one of the family runs. */
  #running({ count, duration }: Family, base: number): Int32Array {
    const running = new Int32Array(this.#end).fill(FALSE);
    for (let t = 0; t < this.#end; t++) {
      const runs: number[] = [];
      let always = false;
      for (let k = 0; k < count; k++) {
        const [now, before] = [this.#started(base + k, t), this.#started(base + k, t - duration)];
        if (now === FALSE) break;
        if (before === TRUE) continue;
        if (now === TRUE && before === FALSE) always = true;
        else runs.push(this.#both(now, -before));
      }
      running[t] = always ? TRUE : this.#any(runs);
    }
    return running;
  }
  #both(a: number, b: number): number {
    if (a === TRUE) return b;
    if (b === TRUE) return a;
    const both = this.#sink.variable();
    this.#sink.add(-both, a);
    this.#sink.add(-both, b);
    this.#sink.add(both, -a, -b);
    return both;
  }

  /** Counts idle ticks in unary: more than `slack` of them cannot be. */
  #idle(running: readonly Int32Array[], allowed: number, begun: Begun | null): void {
    if (allowed < 0) {
      this.#sink.add();
      return;
    }
    const slack = Math.min(allowed, this.#end + 1); // a count that the ticks do not reach says nothing
    let before: number[] = [TRUE, ...Array<number>(slack + 1).fill(FALSE)];
    for (let t = 0; t < this.#end; t++) {
      const busy = running.map((one) => one[t]);
      if (begun !== null) busy.push(-begun.begun[t], begun.done[t]);
      if (busy.includes(TRUE)) continue;
      const open = busy.filter((literal) => literal !== FALSE);
      if (open.length === 0) {
        this.#sink.add(-before[slack]);
        before = [TRUE, ...before.slice(0, slack), FALSE];
        continue;
      }
      const after = [TRUE];
      for (let i = 1; i <= slack; i++) after.push(before[i - 1] === FALSE ? FALSE : before[i] === TRUE ? TRUE : this.#sink.variable());
      after.push(FALSE);
      for (let i = 1; i <= slack + 1; i++) {
        this.#sink.add(-before[i], after[i]);
        this.#sink.add(-before[i - 1], ...open, after[i]);
        this.#sink.add(-after[i], after[i - 1]);
      }
      before = after;
    }
  }

  #memory(device: number): void {
    const memory = this.#given.memory[device];
    if (memory === null) return;
    if (memory.room < 0) {
      this.#sink.add();
      return;
    }
    for (let t = 0; t < this.#end; t++) {
      const taken = memory.takes.map(({ family, amount }) => this.#count(family, t, amount));
      const freed = memory.frees.map(({ family, amount }) => this.#count(family, t - this.#given.families[family].duration, amount));
      within(this.#sink, taken, freed, memory.room);
    }
  }
}

interface Begun {
  readonly begun: readonly number[];
  readonly done: readonly number[];
  readonly span: number;
}
