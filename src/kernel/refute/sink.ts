// Where clauses go: one flat array, literals as in DIMACS, each clause ended by a 0. Two literals are constants.

/** A literal that is always true; its negative is always false. No variable has this number. */
export const TRUE = 2 ** 30;
export const FALSE = -TRUE;

/** Of all clauses together, with their ends: 128 MiB. */
const mostLiterals = 2 ** 25;

export class TooLarge extends Error {}

export class Sink {
  #literals = new Int32Array(1 << 16);
  #length = 0;
  #variables = 0;
  #clauses = 0;
  readonly #most: number;
  /** Throws `TooLarge` beyond `most` clauses, or `mostLiterals`. */
  constructor(most: number) {
    this.#most = most;
  }

  variable(): number {
    return ++this.#variables;
  }
  /** `count` variables in a row: the first. */
  variables(count: number): number {
    const first = this.#variables + 1;
    this.#variables += count;
    return first;
  }

  /** Adds the clause, without what is constant. */
  add(...literals: readonly number[]): void {
    for (const literal of literals) if (literal === TRUE) return;
    if (++this.#clauses > this.#most || this.#length + literals.length >= mostLiterals) throw new TooLarge();
    if (this.#length + literals.length + 1 > this.#literals.length) {
      const longer = new Int32Array(2 * this.#literals.length + literals.length);
      longer.set(this.#literals.subarray(0, this.#length));
      this.#literals = longer;
    }
    for (const literal of literals) if (literal !== FALSE) this.#literals[this.#length++] = literal;
    this.#literals[this.#length++] = 0;
  }

  get size(): { readonly variables: number; readonly clauses: number } {
    return { variables: this.#variables, clauses: this.#clauses };
  }
  done(): { readonly variables: number; readonly literals: Int32Array } {
    return { variables: this.#variables, literals: this.#literals.subarray(0, this.#length) };
  }
}
