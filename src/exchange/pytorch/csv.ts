// Reads torch's CSV strictly, straight from the bytes, so that 100 MB take seconds and every complaint has its row and cell.
// Read as Python reads it: rows end with LF, CRLF or CR, a cell may stand in quotes, spaces around a cell count for nothing. Refused though
// torch takes it: text behind an action, which torch drops without a word.
import { type Complaint, done, type Outcome, refused } from "../format.ts";
import { B, isPass, kinds, type Script, ScriptBuilder, takesMicrobatch } from "./actions.ts";

/** Complaints after which the rest of a file is not looked at. */
const most = 20;
const [comma, quote, lf, cr, open, close, semicolon, zero, nine] = [44, 34, 10, 13, 40, 41, 59, 48, 57];
const letterW = 87;
const overlap = "OVERLAP_F_B";
/** Largest number of a stage or a microbatch that is read. */
const mostNumber = 100_000_000;

export function readScript(bytes: Uint8Array): Outcome<Script> {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return refused({
      code: "torch-bom",
      message: "The file begins with a byte order mark, which torch reads as a part of the first action.",
      place: { line: 1, cell: 1 },
      help: "save it as UTF-8 without BOM",
    });
  if (bytes.includes(0)) return refused({ code: "torch-not-text", message: "This is a binary file." });
  if (bytes.length === 0) return refused({ code: "torch-empty", message: "The file is empty; it has one row for each rank." });
  return new Reader(bytes).read();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #builder: ScriptBuilder;
  readonly #complaints: Complaint[] = [];
  #row = 1;
  #cell = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#builder = new ScriptBuilder(Math.max(16, bytes.length >> 2));
  }

  read(): Outcome<Script> {
    const bytes = this.#bytes;
    let newline: "\n" | "\r\n" = "\n";
    for (let at = 0; at < bytes.length && this.#complaints.length < most; this.#row++) {
      this.#cell = 0;
      for (let more = !this.#endsAt(at); more; this.#cell++) {
        at = bytes[at] === quote ? this.#quoted(at) : this.#plain(at);
        more = bytes[at] === comma;
        if (more) at++;
      }
      this.#builder.endRow(this.#cell);
      const two = bytes[at] === cr && bytes[at + 1] === lf;
      if (two && this.#row === 1) newline = "\r\n";
      at += two ? 2 : 1;
    }
    return this.#complaints.length > 0 ? refused(...this.#complaints) : done(this.#builder.build(newline));
  }

  #endsAt(at: number): boolean {
    return at >= this.#bytes.length || this.#bytes[at] === lf || this.#bytes[at] === cr;
  }

  /** A cell without quotes; returns where it ends. */
  #plain(from: number): number {
    const bytes = this.#bytes;
    let end = from;
    while (end < bytes.length && bytes[end] !== comma && bytes[end] !== lf && bytes[end] !== cr) end++;
    if (end > from) this.#take(bytes, from, end);
    return end;
  }

  /** A cell in quotes; a doubled quote stands for one. */
  #quoted(from: number): number {
    const bytes = this.#bytes;
    const inner: number[] = [];
    let at = from + 1;
    for (; at < bytes.length; at++) {
      if (bytes[at] !== quote) inner.push(bytes[at]);
      else if (bytes[at + 1] === quote) inner.push(bytes[++at]);
      else break;
    }
    if (at >= bytes.length) {
      this.#complain("torch-quotes", "A quote is opened here and never closed.", "", "");
      return bytes.length;
    }
    at++;
    if (bytes[at] !== comma && !this.#endsAt(at)) this.#complain("torch-quotes", "Something follows behind the closing quote.", "", "");
    while (bytes[at] !== comma && !this.#endsAt(at)) at++;
    this.#take(Uint8Array.from(inner), 0, inner.length);
    return at;
  }

  #take(text: Uint8Array, given: number, until: number): void {
    let [from, to] = [given, until];
    while (from < to && isSpace(text[from])) from++;
    while (to > from && isSpace(text[to - 1])) to--;
    if (from === to) return; // blank
    if (text[from] !== open) {
      const end = this.#action(text, from, to, false);
      if (end >= 0 && end < to) this.#trailing(text, from, end, to);
      return;
    }
    let at = from + 1;
    while (at < to) {
      while (at < to && isSpace(text[at])) at++;
      const end = this.#action(text, at, to, true);
      if (end < 0) return;
      at = end;
      while (at < to && isSpace(text[at])) at++;
      if (text[at] === semicolon) at++;
      else if (text[at] === close) break;
      else return this.#trailing(text, from, at, to);
    }
    const behind = wordAt(text, at + 1, to);
    if (behind === overlap) return;
    this.#complain("torch-action", `Actions in brackets are followed by ${overlap}.`, wordAt(text, from, to), "");
  }

  /** One action; returns where it ends, or -1 if there is none. */
  #action(text: Uint8Array, from: number, to: number, grouped: boolean): number {
    let at = from;
    while (at < to && isDigit(text[at])) at++;
    const kind = at === from ? -1 : kindAt(text, at, to);
    if (kind < 0 || (kind === B && text[at + 1] === letterW)) {
      const old = kind === B;
      const message = old ? "`BW` was the whole backward before torch 2.6, when `B` was the gradient of the input." : "This is no action.";
      const help = old
        ? "write B for the whole backward, I and W for its two parts"
        : `an action is a stage, one of ${kinds.join(" ")}, and a microbatch: 2F0`;
      this.#complain("torch-action", message, wordAt(text, from, to), help);
      return -1;
    }
    const stage = numberAt(text, from, at);
    at += kinds[kind].length;
    const digits = at;
    while (at < to && isDigit(text[at])) at++;
    const microbatch = at === digits ? -1 : numberAt(text, digits, at);
    const wrong = wrongNumbers(kind, stage, microbatch, grouped);
    if (wrong === null) this.#builder.add(kind, stage, microbatch, this.#cell, grouped);
    else this.#complain("torch-action", wrong, wordAt(text, from, to), "");
    return at;
  }

  #trailing(text: Uint8Array, from: number, end: number, to: number): void {
    const [whole, kept] = [wordAt(text, from, to), wordAt(text, from, end)];
    this.#complain("torch-trailing-text", `Something follows behind ${kept}; torch drops it without a word.`, whole, `write ${kept}`);
  }

  #complain(code: string, message: string, text: string, help: string): void {
    if (this.#complaints.length >= most) return;
    this.#complaints.push({ code, message, place: { line: this.#row, cell: this.#cell + 1, text }, help: help === "" ? undefined : help });
  }
}

function wrongNumbers(kind: number, stage: number, microbatch: number, grouped: boolean): string | null {
  if (stage > mostNumber || microbatch > mostNumber) return `Stages and microbatches above ${mostNumber} are not read (limit \`number\`).`;
  if (takesMicrobatch(kind) && microbatch < 0) return `${kinds[kind]} is done for one microbatch; this one has no number.`;
  if (!takesMicrobatch(kind) && microbatch >= 0) return `${kinds[kind]} is done for a stage as a whole; this one has a microbatch.`;
  return grouped && !isPass(kind) ? `In ${overlap} only passes are understood here: F, I, W and B.` : null;
}

const letters = kinds.map((kind) => Uint8Array.from(kind, (letter) => letter.charCodeAt(0)));
const longestFirst = [...kinds.keys()].sort((a, b) => kinds[b].length - kinds[a].length);

/** The kind whose name stands here, or -1. */
function kindAt(text: Uint8Array, at: number, to: number): number {
  if (at + 1 < to && isDigit(text[at + 1])) return letters.findIndex((name) => name.length === 1 && name[0] === text[at]);
  for (const kind of longestFirst) {
    const name = letters[kind];
    let same = 0;
    while (same < name.length && text[at + same] === name[same] && at + same < to) same++;
    if (same === name.length) return kind;
  }
  return -1;
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

function numberAt(text: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to && isDigit(text[at]); at++) value = Math.min(1e9, value * 10 + text[at] - zero);
  return value;
}

const decoder = new TextDecoder();
const wordAt = (text: Uint8Array, from: number, to: number): string => decoder.decode(text.subarray(from, Math.min(to, from + 200)));
