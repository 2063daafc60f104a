// Text written as bytes into one buffer, given away in pieces. Digits are written directly: a string for each number would cost
// ten times as much, and a trace has tens of millions of them.

const size = 1 << 20;
const slack = 1 << 14; // what may still be written once it is full
const encoder = new TextEncoder();

export class Bytes {
  readonly #buffer = new Uint8Array(size + slack);
  readonly #pieces: Uint8Array[] = [];
  #at = 0;

  static of(text: string): Uint8Array {
    return encoder.encode(text);
  }

  isFull(): boolean {
    return this.#at >= size || this.#pieces.length > 0;
  }

  /** What is ready to be given away. */
  full(): Uint8Array[] {
    if (!this.isFull()) return [];
    const ready = [...this.#pieces.splice(0), this.#buffer.slice(0, this.#at)];
    this.#at = 0;
    return ready;
  }

  /** What is left. */
  rest(): Uint8Array {
    const left = this.#buffer.slice(0, this.#at);
    const all = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, left.length));
    let at = 0;
    for (const piece of [...this.#pieces.splice(0), left]) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#at = 0;
    return all;
  }

  text(text: string): void {
    this.bytes(encoder.encode(text));
  }

  bytes(bytes: Uint8Array): void {
    if (this.#at + bytes.length > this.#buffer.length) this.#spill(bytes);
    else {
      // `set` costs more than a short loop.
      const buffer = this.#buffer;
      let at = this.#at;
      for (let i = 0; i < bytes.length; i++) buffer[at++] = bytes[i];
      this.#at = at;
    }
  }

  #spill(bytes: Uint8Array): void {
    this.#pieces.push(this.#buffer.slice(0, this.#at), bytes);
    this.#at = 0;
  }

  /** A whole number from 0 to 2^53. */
  whole(value: number): void {
    if (this.#at + 20 > this.#buffer.length) this.#spill(new Uint8Array(0));
    if (value >= 1e9) {
      const high = Math.floor(value / 1e9);
      this.whole(high);
      this.#digits(value - high * 1e9, 9);
      return;
    }
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    this.#digits(value, digits);
  }

  /** A whole number of thousandths as a decimal: 1500 as `1.5`. */
  thousandths(value: number): void {
    const units = Math.floor(value / 1000);
    this.whole(units);
    const rest = value - units * 1000;
    if (rest === 0) return;
    if (this.#at + 4 > this.#buffer.length) this.#spill(new Uint8Array(0));
    this.#buffer[this.#at++] = 46; // .
    this.#digits(rest, 3);
    while (this.#buffer[this.#at - 1] === 48) this.#at--;
  }

  #digits(value: number, digits: number): void {
    let left = value | 0; // below 2^31
    for (let i = this.#at + digits - 1; i >= this.#at; i--) {
      const next = (left / 10) | 0;
      this.#buffer[i] = 48 + left - next * 10;
      left = next;
    }
    this.#at += digits;
  }
}
