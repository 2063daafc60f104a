// A list of literals that grows: what is read from a stream and ends as one array. Doubles its room, so adding is cheap however many come.

export class Literals {
  #items = new Int32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(literal: number): void {
    if (this.#length === this.#items.length) this.#grow(this.#length + 1);
    this.#items[this.#length++] = literal;
  }

  addAll(literals: Int32Array): void {
    if (this.#length + literals.length > this.#items.length) this.#grow(this.#length + literals.length);
    this.#items.set(literals, this.#length);
    this.#length += literals.length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was added, not copied: good until the next change. */
  view(from = 0, to = this.#length): Int32Array {
    return this.#items.subarray(from, to);
  }

  copy(): Int32Array {
    return this.#items.slice(0, this.#length);
  }

  #grow(wanted: number): void {
    const wider = new Int32Array(Math.max(wanted, 2 * this.#items.length));
    wider.set(this.#items);
    this.#items = wider;
  }
}
