// Checks a clausal refutation: each lemma must follow from the clauses before it by unit propagation, until the empty clause does.
// Deletions are not needed; a lemma that does not follow ends the check. Two literals of each clause are watched; clauses of two
// literals, most of ours, are kept apart as implications.

export type Refuted = { readonly kind: "refuted"; readonly lemmas: number } | { readonly kind: "refused"; readonly reason: string };

/** `clauses` and `lemmas`: literals as in DIMACS over variables 1 to `variables`, each clause ended by a 0. */
export function checkRefutation(variables: number, clauses: Int32Array, lemmas: Int32Array): Refuted {
  const strange = lemmas.find((literal) => Math.abs(literal) > variables);
  if (strange !== undefined) return { kind: "refused", reason: `a lemma speaks of variable ${Math.abs(strange)}, which is not there` }; // condition
  const state = new Propagation(variables, clauses, lemmas);
  let number = 0;
  for (let at = 0; at < lemmas.length && !state.contradiction; number++) {
    let end = lemmas.indexOf(0, at);
    if (end < 0) end = lemmas.length;
    if (!state.follows(lemmas, at, end)) return { kind: "refused", reason: `lemma ${number + 1} does not follow` }; // condition
    state.learn(lemmas, at, end);
    at = end + 1;
  }
  if (!state.contradiction) return { kind: "refused", reason: "its lemmas do not end in a contradiction" }; // condition
  return { kind: "refuted", lemmas: number };
}

class Propagation {
  /** The clauses contradict each other by unit propagation alone. */
  contradiction = false;
  /** By literal `2v` for v, `2v + 1` for not v: 1 true, -1 false, 0 open. */
  readonly #value: Int8Array;
  readonly #trail: Int32Array;
  #assigned = 0;
  #done = 0;
  /** Clauses of two literals: what follows when a literal is true, compressed. */
  readonly #impliedAt: Int32Array;
  readonly #implied: Int32Array;
  /** Longer clauses: literals, ended by -1. Watched are the first two of each. */
  readonly #literals: Int32Array;
  #length = 0;
  /** Watches of a literal in a chain: `2 * place` and `2 * place + 1` belong to the clause at `place`. */
  readonly #watched: Int32Array;
  readonly #next: Int32Array;

  constructor(variables: number, clauses: Int32Array, lemmas: Int32Array) {
    this.#value = new Int8Array(2 * variables + 2);
    this.#trail = new Int32Array(variables + 1);
    this.#literals = new Int32Array(clauses.length + lemmas.length + 2);
    this.#watched = new Int32Array(2 * variables + 2).fill(-1);
    this.#next = new Int32Array(2 * this.#literals.length);
    this.#impliedAt = new Int32Array(2 * variables + 3);
    const pairs = eachClause(clauses, (from, to) => {
      if (to - from !== 2) return 0;
      this.#impliedAt[(code(clauses[from]) ^ 1) + 1]++;
      this.#impliedAt[(code(clauses[from + 1]) ^ 1) + 1]++;
      return 1;
    });
    for (let i = 1; i < this.#impliedAt.length; i++) this.#impliedAt[i] += this.#impliedAt[i - 1];
    this.#implied = new Int32Array(2 * pairs);
    const place = this.#impliedAt.slice();
    eachClause(clauses, (from, to) => {
      if (to - from === 2) {
        const [a, b] = [code(clauses[from]), code(clauses[from + 1])];
        this.#implied[place[a ^ 1]++] = b;
        this.#implied[place[b ^ 1]++] = a;
      } else if (to - from > 2) this.#watch(clauses, from, to);
      return 0;
    });
    eachClause(clauses, (from, to) => {
      if (to === from) this.contradiction = true;
      else if (to === from + 1 && !this.#assign(code(clauses[from]))) this.contradiction = true;
      return 0;
    });
    if (!this.contradiction && !this.#propagate()) this.contradiction = true;
  }

  /** Whether the opposite of every literal leads to a contradiction. */
  follows(literals: Int32Array, from: number, to: number): boolean {
    const before = this.#assigned;
    let contradicts = false;
    for (let at = from; at < to && !contradicts; at++) contradicts = !this.#assign(code(literals[at]) ^ 1);
    contradicts ||= !this.#propagate();
    while (this.#assigned > before) {
      const literal = this.#trail[--this.#assigned];
      this.#value[literal] = 0;
      this.#value[literal ^ 1] = 0;
    }
    this.#done = before;
    return contradicts;
  }

  /** Adds a clause for good. */
  learn(literals: Int32Array, from: number, to: number): void {
    let open = 0;
    let only = -1;
    for (let at = from; at < to; at++) {
      const literal = code(literals[at]);
      if (this.#value[literal] === 1) return; // true already, whatever comes
      if (this.#value[literal] === 0) {
        open++;
        only = literal;
      }
    }
    if (open === 0) this.contradiction = true;
    else if (open === 1) this.contradiction = !this.#assign(only) || !this.#propagate();
    else this.#watch(literals, from, to);
  }

  /** Keeps a clause, two open literals of it in front. */
  #watch(literals: Int32Array, from: number, to: number): void {
    const place = this.#length;
    for (let at = from; at < to; at++) this.#literals[this.#length++] = code(literals[at]);
    this.#literals[this.#length++] = -1;
    let front = place;
    for (let at = place; at < this.#length - 1 && front < place + 2; at++) {
      const literal = this.#literals[at];
      if (this.#value[literal] !== 0) continue;
      this.#literals[at] = this.#literals[front];
      this.#literals[front++] = literal;
    }
    for (let side = 0; side < 2; side++) {
      const literal = this.#literals[place + side];
      this.#next[2 * place + side] = this.#watched[literal];
      this.#watched[literal] = 2 * place + side;
    }
  }

  #assign(literal: number): boolean {
    if (this.#value[literal] !== 0) return this.#value[literal] === 1;
    this.#value[literal] = 1;
    this.#value[literal ^ 1] = -1;
    this.#trail[this.#assigned++] = literal;
    return true;
  }

  /** Follows unit clauses until nothing is new; false on a contradiction. */
  #propagate(): boolean {
    const [value, literals, next, watched] = [this.#value, this.#literals, this.#next, this.#watched];
    while (this.#done < this.#assigned) {
      const literal = this.#trail[this.#done++];
      for (let at = this.#impliedAt[literal]; at < this.#impliedAt[literal + 1]; at++) if (!this.#assign(this.#implied[at])) return false;
      const lost = literal ^ 1;
      let kept = -1; // the last watch of the chain that stays
      for (let watch = watched[lost]; watch >= 0; ) {
        const following = next[watch];
        const place = watch >> 1;
        const side = watch & 1;
        const other = literals[place + 1 - side];
        let moved = false;
        if (value[other] !== 1) {
          for (let at = place + 2; literals[at] >= 0; at++) {
            const candidate = literals[at];
            if (value[candidate] === -1) continue;
            literals[at] = lost;
            literals[place + side] = candidate;
            next[watch] = watched[candidate];
            watched[candidate] = watch;
            moved = true;
            break;
          }
        }
        if (moved) {
          if (kept < 0) watched[lost] = following;
          else next[kept] = following;
        } else {
          kept = watch;
          if (value[other] !== 1 && !this.#assign(other)) return false;
        }
        watch = following;
      }
    }
    return true;
  }
}

const code = (literal: number): number => (literal > 0 ? 2 * literal : 1 - 2 * literal);

/** Sums what `visit` gives for each clause from `from` up to `to`. */
function eachClause(clauses: Int32Array, visit: (from: number, to: number) => number): number {
  let sum = 0;
  for (let from = 0; from < clauses.length; ) {
    let to = clauses.indexOf(0, from);
    if (to < 0) to = clauses.length;
    sum += visit(from, to);
    from = to + 1;
  }
  return sum;
}
