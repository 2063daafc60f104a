// Where clauses go: one flat array, literals as in DIMACS, each clause ended by a 0. Two literals are constants.

/** A literal that is always true; its negative is always false. No variable has this number. */
export const TRUE = 2 ** 30;
export const FALSE = -TRUE;

/** Of all clauses together, with their ends: 128 MiB. */
const mostLiterals = 2 ** 25;

export class TooLarge extends Error {}

/** A summand is one of its levels, by value; it is at least `value` unless one of the literals is true. */
export interface Level {
  readonly value: number;
  readonly unless: readonly number[];
}

/** `weight` for each k below `count` of which `literal(k)` is true; each is true only where the ones before it are. */
export function counted(count: number, weight: number, literal: (k: number) => number): readonly Level[] {
  let levels: Level[] = [{ value: 0, unless: [] }];
  for (let k = 0; k < count && literal(k) !== FALSE; k++) {
    if (literal(k) === TRUE) levels = [];
    levels.push({ value: (k + 1) * weight, unless: [-literal(k)] });
  }
  return levels;
}

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

  /** `count` variables in a row: the first. */
  variables(count = 1): number {
    const first = this.#variables + 1;
    this.#variables += count;
    return first;
  }

  /** Adds the clause, without what is constant. */
  add(...literals: readonly number[]): void {
    if (literals.includes(TRUE)) return;
    if (++this.#clauses > this.#most || this.#length + literals.length >= mostLiterals) throw new TooLarge();
    if (this.#length + literals.length + 1 > this.#literals.length) {
      const longer = new Int32Array(2 * this.#literals.length + literals.length);
      longer.set(this.#literals.subarray(0, this.#length));
      this.#literals = longer;
    }
    for (const literal of literals) if (literal !== FALSE) this.#literals[this.#length++] = literal;
    this.#literals[this.#length++] = 0;
  }

  /** The summands add up to `limit` at most: after each, a variable for every rest that may be left, "it is no more than this". */
  atMost(summands: readonly (readonly Level[])[], limit: number): void {
    const sum = (value: (levels: readonly Level[]) => number): number => summands.reduce((total, levels) => total + value(levels), 0);
    let least = sum((levels) => levels[0].value);
    let most = sum((levels) => levels[levels.length - 1].value);
    if (limit < least) this.add();
    let before = new Map([[limit, TRUE]]);
    for (const levels of summands) {
      least -= levels[0].value;
      most -= levels[levels.length - 1].value;
      if (levels.length === 1) {
        before = new Map([...before].map(([rest, literal]) => [rest - levels[0].value, literal]));
        continue;
      }
      const after = new Map<number, number>();
      for (const [rest, literal] of before)
        for (const { value, unless } of levels) {
          const left = rest - value;
          if (left >= most) continue;
          if (left >= least && !after.has(left)) after.set(left, this.variables());
          this.add(-literal, ...unless, after.get(left) ?? FALSE);
        }
      const rests = [...after].sort(([a], [b]) => a - b);
      for (let i = 1; i < rests.length; i++) this.add(-rests[i - 1][1], rests[i][1]);
      before = after;
    }
  }

  done(): { readonly variables: number; readonly literals: Int32Array } {
    return { variables: this.#variables, literals: this.#literals.subarray(0, this.#length) };
  }
}
