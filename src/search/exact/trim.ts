// Turns a solver's lemmas into a short proof with hints for the kernel: goes through them from the last to the first, keeps those that
// are needed, and notes for each which clauses lead to its contradiction. Untrusted; the kernel checks the outcome.
// Clauses that are needed already are tried first, so that few others come to be. What unit clauses imply at the top becomes
// a lemma of one literal where it is needed, so that it is derived once. Two literals of each clause are watched.
import type { Proof } from "../../kernel/index.ts";

export type Trimmed = { readonly kind: "proof"; readonly proof: Proof } | { readonly kind: "refused"; readonly reason: string };

/** `clauses` and `lemmas`: literals as in DIMACS over variables 1 to `variables`, each clause ended by a 0. */
export function trim(variables: number, clauses: Int32Array, lemmas: Int32Array): Trimmed {
  if (lemmas.some((literal) => Math.abs(literal) > variables))
    return { kind: "refused", reason: "a lemma names a variable that is not there" };
  const trimmer = new Trimmer(variables, clauses, lemmas);
  return trimmer.run();
}

const code = (literal: number): number => (literal > 0 ? 2 * literal : 1 - 2 * literal);
const literalOf = (coded: number): number => (coded & 1 ? -(coded >> 1) : coded >> 1);

function countOf(list: Int32Array): number {
  let count = 0;
  for (const item of list) if (item === 0) count++;
  return count;
}

/** A growing list of numbers. */
class List {
  items = new Int32Array(1 << 12);
  length = 0;
  add(item: number): void {
    if (this.length === this.items.length) {
      const longer = new Int32Array(2 * this.length);
      longer.set(this.items);
      this.items = longer;
    }
    this.items[this.length++] = item;
  }
}

class Trimmer {
  /** Literals of clause c, coded, without repetition, from at[c] to at[c + 1]; the first two are watched. Numbered from 0. */
  readonly #literals: Int32Array;
  readonly #at: Int32Array;
  /** How many clauses are the goal's own, how many there are with lemmas. */
  readonly #given: number;
  readonly #count: number;
  /** By coded literal: 1 true, -1 false, 0 open. */
  readonly #value: Int8Array;
  readonly #trail: Int32Array;
  /** By variable: the clause that made it true (-1: an assumption) and its place on the trail. */
  readonly #reason: Int32Array;
  readonly #place: Int32Array;
  #assigned = 0;
  #done = 0;
  /** How far clauses that are needed have been followed, and all others. */
  #doneNeeded = 0;
  /** Chains of watches, of clauses that are needed and of the others: `2c` and `2c + 1` are those of clause c. */
  readonly #neededChain: Int32Array;
  readonly #otherChain: Int32Array;
  readonly #next: Int32Array;
  readonly #isNeeded: Uint8Array;
  /** Top literals (by variable) for which a lemma is wanted. */
  readonly #topWanted: Uint8Array;
  /** Length of the trail before each lemma came. */
  readonly #before: Int32Array;
  readonly #seen: Uint8Array;
  /** The proof backwards: for each step its clause (or the top literal, as -1 - coded), and its hints in the same way, in order. */
  readonly #steps = new List();
  readonly #hints = new List();
  readonly #hintsAt = new List();
  readonly #local: number[] = [];

  constructor(variables: number, clauses: Int32Array, lemmas: Int32Array) {
    this.#given = countOf(clauses);
    this.#count = this.#given + countOf(lemmas);
    this.#literals = new Int32Array(clauses.length + lemmas.length);
    this.#at = new Int32Array(this.#count + 1);
    const stamp = new Int32Array(2 * variables + 2).fill(-1);
    let [clause, length] = [0, 0];
    for (const list of [clauses, lemmas]) {
      for (const literal of list) {
        if (literal === 0) this.#at[++clause] = length;
        else if (stamp[code(literal)] !== clause) {
          stamp[code(literal)] = clause;
          this.#literals[length++] = code(literal);
        }
      }
    }
    this.#value = new Int8Array(2 * variables + 2);
    this.#trail = new Int32Array(variables + 1);
    this.#reason = new Int32Array(variables + 1).fill(-1);
    this.#place = new Int32Array(variables + 1);
    this.#neededChain = new Int32Array(2 * variables + 2).fill(-1);
    this.#otherChain = new Int32Array(2 * variables + 2).fill(-1);
    this.#next = new Int32Array(2 * this.#count);
    this.#isNeeded = new Uint8Array(this.#count);
    this.#topWanted = new Uint8Array(variables + 1);
    this.#before = new Int32Array(this.#count);
    this.#seen = new Uint8Array(variables + 1);
  }

  run(): Trimmed {
    let conflict = -1;
    let last = 0; // clauses from here on do not count
    while (last < this.#given && conflict < 0) conflict = this.#add(last++, false);
    if (conflict < 0) conflict = this.#propagate();
    // All of the goal's clauses have their numbers, also where the first few contradict each other.
    for (last = Math.max(last, this.#given); last < this.#count && conflict < 0; last++) conflict = this.#add(last, true);
    if (conflict < 0) return { kind: "refused", reason: "its lemmas do not end in a contradiction" };
    this.#explain(conflict, this.#assigned);
    this.#emit(-1);
    for (let lemma = last - 1; lemma >= this.#given; lemma--) {
      this.#unwind(this.#before[lemma]);
      if (this.#isNeeded[lemma] === 0) continue;
      this.#limit = lemma;
      if (!this.#follows(lemma)) return { kind: "refused", reason: `lemma ${lemma - this.#given + 1} does not follow` };
      this.#emit(lemma);
    }
    this.#unwind(0);
    return { kind: "proof", proof: this.#written() };
  }
  #limit = Number.POSITIVE_INFINITY;

  /** Watches the clause, or follows what it says by itself. The clause that contradicts, or -1. */
  #add(clause: number, follow: boolean): number {
    this.#before[clause] = this.#assigned;
    const [from, to] = [this.#at[clause], this.#at[clause + 1]];
    let front = from;
    for (let at = from; at < to; at++) {
      const literal = this.#literals[at];
      if (this.#value[literal] === 1) return -1; // true for good
      if (this.#value[literal] === 0 && front < from + 2) {
        this.#literals[at] = this.#literals[front];
        this.#literals[front++] = literal;
      }
    }
    if (front === from) return clause;
    if (front === from + 1) this.#assign(this.#literals[from], clause);
    if (to - from > 1) {
      // Of a clause with one open literal, the other one to be watched is the last that became false.
      if (front === from + 1) {
        let latest = from + 1;
        for (let at = from + 2; at < to; at++)
          if (this.#place[this.#literals[at] >> 1] > this.#place[this.#literals[latest] >> 1]) latest = at;
        [this.#literals[from + 1], this.#literals[latest]] = [this.#literals[latest], this.#literals[from + 1]];
      }
      for (let side = 0; side < 2; side++) {
        const literal = this.#literals[from + side];
        this.#next[2 * clause + side] = this.#otherChain[literal];
        this.#otherChain[literal] = 2 * clause + side;
      }
    }
    return follow && front === from + 1 ? this.#propagate() : -1;
  }

  #assign(literal: number, reason: number): void {
    this.#value[literal] = 1;
    this.#value[literal ^ 1] = -1;
    this.#reason[literal >> 1] = reason;
    this.#place[literal >> 1] = this.#assigned;
    this.#trail[this.#assigned++] = literal;
  }

  /** Takes back the trail to this length. What was wanted of the top becomes a lemma. */
  #unwind(length: number): void {
    while (this.#assigned > length) {
      const literal = this.#trail[--this.#assigned];
      if (this.#topWanted[literal >> 1] === 1) {
        this.#topWanted[literal >> 1] = 0;
        const reason = this.#reason[literal >> 1];
        this.#need(reason);
        for (let at = this.#at[reason]; at < this.#at[reason + 1]; at++) {
          const other = this.#literals[at];
          if (other !== literal) this.#wantTop(other >> 1);
        }
        this.#hints.add(reason);
        this.#emit(-2 - literal);
      }
      this.#value[literal] = 0;
      this.#value[literal ^ 1] = 0;
    }
    this.#done = Math.min(this.#done, length);
    this.#doneNeeded = Math.min(this.#doneNeeded, length);
  }

  #need(clause: number): void {
    this.#isNeeded[clause] = 1;
  }
  /** A hint: a top literal is true. Where a clause says so by itself, that clause. */
  #wantTop(variable: number): void {
    const reason = this.#reason[variable];
    if (this.#at[reason + 1] - this.#at[reason] === 1) {
      this.#need(reason);
      this.#hints.add(reason);
      return;
    }
    this.#topWanted[variable] = 1;
    this.#hints.add(-2 - this.#trail[this.#place[variable]]);
  }

  /** Whether the opposite of the lemma leads to a contradiction; its hints are noted. */
  #follows(lemma: number): boolean {
    const top = this.#assigned;
    for (let at = this.#at[lemma]; at < this.#at[lemma + 1]; at++) {
      const opposite = this.#literals[at] ^ 1;
      // Both a literal and its opposite: true by itself. The solver has no reason to say such a thing.
      if (this.#value[opposite] === -1) return false;
      if (this.#value[opposite] === 0) this.#assign(opposite, -1);
      else this.#seen[opposite >> 1] = 2; // a top literal that the lemma's opposite says as well
    }
    const conflict = this.#propagate();
    if (conflict >= 0) this.#explain(conflict, top);
    for (let at = this.#at[lemma]; at < this.#at[lemma + 1]; at++) this.#seen[this.#literals[at] >> 1] = 0;
    while (this.#assigned > top) {
      const literal = this.#trail[--this.#assigned];
      this.#value[literal] = 0;
      this.#value[literal ^ 1] = 0;
    }
    this.#done = top;
    this.#doneNeeded = top;
    return conflict >= 0;
  }

  /** Notes the clauses that led to the contradiction; `top`: where the trail's top ends. */
  #explain(conflict: number, top: number): void {
    const [literals, at, seen] = [this.#literals, this.#at, this.#seen];
    this.#local.length = 0;
    const look = (clause: number): void => {
      this.#need(clause);
      this.#local.push(clause);
      for (let i = at[clause]; i < at[clause + 1]; i++) {
        const variable = literals[i] >> 1;
        if (seen[variable] !== 0) continue;
        if (this.#place[variable] >= top) seen[variable] = 1;
        else {
          seen[variable] = 3;
          this.#tops.push(variable);
          this.#wantTop(variable);
        }
      }
    };
    look(conflict);
    for (let i = this.#assigned - 1; i >= top; i--) {
      const variable = this.#trail[i] >> 1;
      if (seen[variable] !== 1) continue;
      if (this.#reason[variable] >= 0) look(this.#reason[variable]);
      seen[variable] = 0; // after the look: its own clause names it, too
    }
    for (const variable of this.#tops) seen[variable] = 0;
    this.#tops.length = 0;
    for (let i = this.#local.length - 1; i >= 0; i--) this.#hints.add(this.#local[i]);
  }
  readonly #tops: number[] = [];

  #emit(step: number): void {
    this.#steps.add(step);
    this.#hintsAt.add(this.#hints.length);
  }

  /** Follows unit clauses until nothing is new, needed ones first; the clause that contradicts, or -1. */
  #propagate(): number {
    for (;;) {
      while (this.#doneNeeded < this.#assigned) {
        const conflict = this.#visit(this.#trail[this.#doneNeeded++] ^ 1, this.#neededChain, true);
        if (conflict >= 0) return conflict;
      }
      if (this.#done >= this.#assigned) return -1;
      const conflict = this.#visit(this.#trail[this.#done++] ^ 1, this.#otherChain, false);
      if (conflict >= 0) return conflict;
    }
  }

  /** Looks at one chain of clauses that watch a literal which is now false. */
  #visit(lost: number, chain: Int32Array, needed: boolean): number {
    const [value, literals, next, at, isNeeded] = [this.#value, this.#literals, this.#next, this.#at, this.#isNeeded];
    let kept = -1; // the last watch of the chain that stays
    let conflict = -1;
    for (let watch = chain[lost]; watch >= 0; ) {
      const following = next[watch];
      const clause = watch >> 1;
      const from = at[clause];
      const side = watch & 1;
      const other = literals[from + 1 - side];
      let leaves = clause >= this.#limit;
      if (!leaves && !needed && isNeeded[clause] === 1) {
        // It has come to be needed since: to the other chain, which is followed again from the first of its literals.
        next[watch] = this.#neededChain[lost];
        this.#neededChain[lost] = watch;
        this.#doneNeeded = Math.min(this.#doneNeeded, this.#place[lost >> 1]);
        leaves = true;
      } else if (!leaves && value[other] !== 1) {
        for (let i = from + 2; i < at[clause + 1]; i++) {
          const candidate = literals[i];
          if (value[candidate] === -1) continue;
          literals[i] = lost;
          literals[from + side] = candidate;
          next[watch] = chain[candidate];
          chain[candidate] = watch;
          leaves = true;
          break;
        }
        if (!leaves && value[other] === -1) conflict = clause;
        else if (!leaves) this.#assign(other, clause);
      }
      if (!leaves) kept = watch;
      else if (kept < 0) chain[lost] = following;
      else next[kept] = following;
      if (conflict >= 0) break;
      watch = following;
    }
    return conflict;
  }

  /** The steps in their order, with numbers as the kernel counts. */
  #written(): Proof {
    const [steps, hints, hintsAt] = [this.#steps, this.#hints, this.#hintsAt];
    const numbers = new Int32Array(this.#count);
    const tops = new Int32Array(this.#value.length);
    for (let clause = 0; clause < this.#given; clause++) numbers[clause] = clause + 1;
    const literals = new List();
    const written = new List();
    for (let step = steps.length - 1, number = this.#given + 1; step >= 0; step--, number++) {
      const what = steps.items[step];
      if (what >= 0) {
        for (let at = this.#at[what]; at < this.#at[what + 1]; at++) literals.add(literalOf(this.#literals[at]));
        numbers[what] = number;
      } else if (what < -1) {
        literals.add(literalOf(-2 - what));
        tops[-2 - what] = number;
      }
      literals.add(0);
      for (let at = step === 0 ? 0 : hintsAt.items[step - 1]; at < hintsAt.items[step]; at++) {
        const hint = hints.items[at];
        written.add(hint >= 0 ? numbers[hint] : tops[-2 - hint]);
      }
      written.add(0);
    }
    return { lemmas: literals.items.slice(0, literals.length), hints: written.items.slice(0, written.length) };
  }
}
