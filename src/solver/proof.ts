// A solver's clausal proof, read from its file in pieces: DRAT as text or binary, LRAT as text. Only the added clauses are
// kept, without hints; a clause that a solver deletes may stay, since more clauses only make unit propagation stronger.
// Does not check a single step.
import { Lines, readNumbers, shown } from "./lines.ts";
import { Literals } from "./literals.ts";

/** More literals than this are not read. */
const most = 2 ** 29;
const [letterA, letterD, minus, digit0, digit9] = [0x61, 0x64, 45, 48, 57];

export class ProofReader {
  readonly #variables: number;
  readonly #lemmas = new Literals();
  #format: TextFormat | BinaryFormat | null = null;
  #problem: string | null = null;

  /** Variables above `variables` are refused: a clause over new ones follows from nothing by unit propagation. */
  constructor(variables: number) {
    this.#variables = variables;
  }

  /** What is wrong with what was read so far; nothing after it is read. */
  get problem(): string | null {
    return this.#problem;
  }

  push(piece: Uint8Array): void {
    if (piece.length === 0 || this.#problem !== null) return;
    // Every clause of a binary proof ends with a byte 0, which no text has.
    this.#format ??= piece.includes(0) ? new BinaryFormat() : new TextFormat();
    this.#problem = this.#format.push(piece, this.#keep);
  }

  /** To be called once, after the last piece. */
  end(): { readonly lemmas: Int32Array } | { readonly problem: string } {
    this.#problem ??= this.#format?.end(this.#keep) ?? null;
    return this.#problem === null ? { lemmas: this.#lemmas.copy() } : { problem: this.#problem };
  }

  readonly #keep: Keep = (lemma) => {
    for (const literal of lemma) {
      if (Math.abs(literal) > this.#variables) return `it names variable ${Math.abs(literal)}, there are ${this.#variables}`;
    }
    if (this.#lemmas.length + lemma.length >= most) return "it is too long";
    this.#lemmas.addAll(lemma);
    this.#lemmas.add(0);
    return null;
  };
}

/** Takes one added clause, without its 0; says what is wrong with it. */
type Keep = (lemma: Int32Array) => string | null;

/**
 * One step a line. DRAT: `1 -2 0`, and `d 1 -2 0` for a deletion. LRAT: `7 1 -2 0 3 4 0`, the clause between its number and its hints,
 * and `7 d 3 0`. Lines that begin with something else are comments, headers and, from Z3, repeated input clauses (`i`).
 */
class TextFormat {
  readonly #lines = new Lines();
  readonly #numbers = new Literals();

  push(piece: Uint8Array, keep: Keep): string | null {
    return this.#read(this.#lines.push(piece), keep);
  }

  end(keep: Keep): string | null {
    return this.#read(this.#lines.end(), keep);
  }

  #read(lines: Iterable<Uint8Array>, keep: Keep): string | null {
    for (const line of lines) {
      const problem = this.#step(line, keep);
      if (problem !== null) return problem;
    }
    return null;
  }

  #step(line: Uint8Array, keep: Keep): string | null {
    if (line.length === 0 || line.includes(letterD) || !isNumber(line[0])) return null;
    this.#numbers.clear();
    const readable = readNumbers(line, 0, this.#numbers);
    const numbers = this.#numbers.view();
    if (!readable || numbers.at(-1) !== 0) return `its step ${shown(line)} is broken`;
    const end = numbers.indexOf(0);
    return keep(numbers.subarray(end < numbers.length - 1 ? 1 : 0, end));
  }
}
const isNumber = (byte: number): boolean => byte === minus || (byte >= digit0 && byte <= digit9);

/** `a` or `d`, then each literal as 2v or 2v+1 (negative), seven bits a byte, lowest first, then 0. */
class BinaryFormat {
  readonly #clause = new Literals();
  #kind = 0;
  #value = 0;
  #place = 1;

  push(piece: Uint8Array, keep: Keep): string | null {
    for (const byte of piece) {
      if (this.#kind === 0) {
        if (byte !== letterA && byte !== letterD) return `a step begins with byte ${byte}`;
        this.#kind = byte;
      } else if (byte === 0 && this.#place === 1) {
        const problem = this.#kind === letterA ? keep(this.#clause.view()) : null;
        if (problem !== null) return problem;
        this.#clause.clear();
        this.#kind = 0;
      } else {
        this.#value += (byte & 127) * this.#place;
        this.#place *= 128;
        if (this.#value > 0xffffffff || this.#place > 2 ** 42) return "a number is too large";
        if (byte >= 128) continue;
        this.#clause.add(this.#value % 2 === 0 ? this.#value / 2 : -(this.#value - 1) / 2);
        this.#value = 0;
        this.#place = 1;
      }
    }
    return null;
  }

  end(): string | null {
    return this.#kind === 0 ? null : "it breaks off in the middle of a step";
  }
}
