// Bytes that come in pieces, cut into lines; and a line's numbers. For files of many megabytes, so no line becomes a string.
import type { Literals } from "./literals.ts";

/** A line of more bytes than this is cut; what reads it then finds it broken. */
const longest = 2 ** 26;
const newline = 10;

export class Lines {
  #rest: Uint8Array[] = [];
  #waiting = 0;

  /** The lines that `piece` completes, without their ends. A line is good until the next one is asked for. */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
      yield this.#joined(piece.subarray(start, end));
      start = end + 1;
    }
    if (start === piece.length) return;
    this.#rest.push(piece.slice(start));
    this.#waiting += piece.length - start;
    if (this.#waiting > longest) yield this.#joined(new Uint8Array());
  }

  /** What comes after the last line end, if anything does. */
  *end(): Generator<Uint8Array> {
    if (this.#waiting > 0) yield this.#joined(new Uint8Array());
  }

  #joined(last: Uint8Array): Uint8Array {
    if (this.#waiting === 0) return last;
    const all = Buffer.concat([...this.#rest, last]);
    this.#rest = [];
    this.#waiting = 0;
    return all;
  }
}

/** Adds the numbers of a line, from byte `from` on, to `into`. False when something else than numbers and blanks is there. */
export function readNumbers(line: Uint8Array, from: number, into: Literals): boolean {
  for (let at = from; at < line.length; ) {
    if (isBlank(line[at])) {
      at++;
      continue;
    }
    const negative = line[at] === 45;
    if (negative) at++;
    const first = at;
    let value = 0;
    for (; at < line.length && line[at] >= 48 && line[at] <= 57; at++) value = 10 * value + line[at] - 48;
    if (at === first || value > 0x7fffffff || (at < line.length && !isBlank(line[at]))) return false;
    into.add(negative ? -value : value);
  }
  return true;
}

const isBlank = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;

/** The line as it is shown in a message: short, and with nothing in it that moves a cursor. */
export function shown(line: Uint8Array): string {
  const text = Buffer.from(line.subarray(0, 60)).toString("latin1").trim();
  return `\`${text.replace(/[^ -~]/g, "?")}${line.length > 60 ? "..." : ""}\``;
}
