// Walks through JSON byte by byte, without building what it walks over: files of hundreds of megabytes take seconds and no memory beside
// them, and every complaint has its line and column. Strict: one value in UTF-8, no key twice, brackets not too deep.
// Whoever reads asks for what should come next; anything else ends the reading with a `Misread`. Cost: linear in the bytes.
import type { Json } from "../../certificate/json.ts";
import { isClean } from "../../certificate/json.ts";
import type { Complaint } from "../format.ts";

/** Brackets inside brackets. */
const deepest = 100;
/** Keys of one object that are told apart. */
const mostKeys = 10_000;

/** Internal: what the file has is not what was asked for. `complained` turns it into a value. */
export class Misread {
  readonly complaint: Complaint;
  constructor(complaint: Complaint) {
    this.complaint = complaint;
  }
}

export type Kind = "object" | "list" | "string" | "number" | "true" | "false" | "null";

const [tab, lf, cr, space, quote, comma, minus, zero, nine, colon, open, backslash, close, brace, ecarb] = [
  9, 10, 13, 32, 34, 44, 45, 48, 57, 58, 91, 92, 93, 123, 125,
];

export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #code: string;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #at = 0;
  #depth = 0;

  /** `code` is what complaints are called. */
  constructor(bytes: Uint8Array, code: string) {
    this.#bytes = bytes;
    this.#code = code;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
      this.refuse("The file begins with a byte order mark.", 0, "save it as UTF-8 without BOM");
    this.#blanks();
    if (this.#at === bytes.length) this.refuse("The file is empty.", 0);
  }

  /** Where the next value begins, in bytes; for `placeOf` and `refuse`. */
  get at(): number {
    return this.#at;
  }

  placeOf(at: number): { readonly line: number; readonly cell: number; readonly words: string } {
    let line = 1;
    let from = 0;
    for (let i = this.#bytes.indexOf(lf); i >= 0 && i < at; i = this.#bytes.indexOf(lf, i + 1)) {
      line++;
      from = i + 1;
    }
    return { line, cell: at - from + 1, words: `line ${line}, column ${at - from + 1}` };
  }

  refuse(message: string, at = this.#at, help?: string): never {
    throw new Misread({ code: this.#code, message, place: this.placeOf(Math.min(at, this.#bytes.length)), help });
  }

  kind(): Kind {
    const byte = this.#bytes[this.#at];
    switch (byte) {
      case brace:
        return "object";
      case open:
        return "list";
      case quote:
        return "string";
      case 0x74:
        return "true";
      case 0x66:
        return "false";
      case 0x6e:
        return "null";
      default:
        if (byte === minus || (byte >= zero && byte <= nine)) return "number";
        return this.refuse(byte === undefined ? "The file ends in the middle." : "No value begins here: this is not JSON.");
    }
  }

  /** Calls `each` for each element; it must read exactly one value. */
  list(each: (index: number) => void): void {
    if (this.kind() !== "list") this.refuse("A list is wanted here.");
    this.#open();
    for (let index = 0; this.#bytes[this.#at] !== close || index > 0; index++) {
      each(index);
      this.#blanks();
      if (this.#bytes[this.#at] === close) break;
      this.#expect(comma, "A comma or the end of the list is wanted here.");
    }
    this.#shut();
  }

  /** Calls `each` for each key; it must read exactly one value. */
  object(each: (key: string, at: number) => void): void {
    if (this.kind() !== "object") this.refuse("An object is wanted here.");
    this.#open();
    const keys: string[] = [];
    let known: Set<string> | null = null;
    while (this.#bytes[this.#at] !== ecarb || keys.length > 0) {
      const at = this.#at;
      if (this.#bytes[at] !== quote) this.refuse("A key in quotes is wanted here.");
      const key = this.string();
      if (known === null ? keys.includes(key) : known.has(key)) this.refuse(`The key \`${key.slice(0, 40)}\` stands twice.`, at);
      if (keys.push(key) > mostKeys) this.refuse(`An object has more than ${mostKeys} keys.`, at);
      if (keys.length === 20) known = new Set(keys);
      else known?.add(key);
      this.#blanks();
      this.#expect(colon, "A colon is wanted here.");
      each(key, at);
      this.#blanks();
      if (this.#bytes[this.#at] === ecarb) break;
      this.#expect(comma, "A comma or the end of the object is wanted here.");
    }
    this.#shut();
  }

  string(): string {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== quote) this.refuse("A string is wanted here.");
    const from = this.#at;
    let at = from + 1;
    let plain = true;
    for (; bytes[at] !== quote; at++) {
      if (at >= bytes.length) this.refuse("A quote is opened here and never closed.");
      if (bytes[at] < space) this.refuse("A control character stands in a string.", at);
      if (bytes[at] > 126) plain = false;
      if (bytes[at] === backslash) {
        plain = false;
        at++;
      }
    }
    this.#at = at + 1;
    if (!plain || at - from > 60) return this.#decoded(from, at);
    let text = "";
    for (let i = from + 1; i < at; i++) text += String.fromCharCode(bytes[i]);
    return text;
  }

  #decoded(from: number, to: number): string {
    try {
      const text: unknown = JSON.parse(this.#decoder.decode(this.#bytes.subarray(from, to + 1)));
      if (typeof text === "string") return text;
    } catch {
      // not UTF-8, or an escape that there is not
    }
    return this.refuse("This string is not JSON.", from);
  }

  /** A whole number from `low` to `high`. */
  whole(low = 0, high = Number.MAX_SAFE_INTEGER): number {
    const bytes = this.#bytes;
    const from = this.#at;
    const negative = bytes[from] === minus;
    let at = negative ? from + 1 : from;
    let value = 0;
    for (; bytes[at] >= zero && bytes[at] <= nine; at++) value = value * 10 + bytes[at] - zero;
    const digits = at - from - (negative ? 1 : 0);
    const more = bytes[at] === 46 || bytes[at] === 101 || bytes[at] === 69; // a fraction, an exponent
    const leading = digits > 1 && bytes[negative ? from + 1 : from] === zero;
    if (digits === 0 || leading || more || digits > 16) this.refuse(`A whole number from ${low} to ${high} is wanted here.`, from);
    const found = negative ? 0 - value : value;
    if (found < low || found > high) this.refuse(`A whole number from ${low} to ${high} is wanted here.`, from);
    this.#at = at;
    return found;
  }

  wholeOrNull(low = 0, high = Number.MAX_SAFE_INTEGER): number | null {
    if (this.kind() !== "null") return this.whole(low, high);
    this.#word("null");
    return null;
  }

  /** Any value, checked and left out. */
  skip(): void {
    switch (this.kind()) {
      case "object":
        return this.object(() => this.skip());
      case "list":
        return this.list(() => this.skip());
      case "string":
        this.string();
        return;
      case "number":
        return this.#number();
      case "true":
        return this.#word("true");
      case "false":
        return this.#word("false");
      case "null":
        return this.#word("null");
    }
  }

  /** Any value of whole numbers and clean strings, built. */
  value(): Json {
    switch (this.kind()) {
      case "object": {
        const fields: [string, Json][] = [];
        this.object((key) => fields.push([key, this.value()]));
        return Object.fromEntries(fields);
      }
      case "list": {
        const found: Json[] = [];
        this.list(() => found.push(this.value()));
        return found;
      }
      case "string":
        return this.clean();
      case "number":
        return this.whole(-Number.MAX_SAFE_INTEGER);
      case "null":
        this.#word("null");
        return null;
      default: {
        const truth = this.kind() === "true";
        this.#word(truth ? "true" : "false");
        return truth;
      }
    }
  }

  /** A string without control characters and halves of surrogate pairs. */
  clean(): string {
    const at = this.#at;
    const found = this.string();
    return isClean(found) ? found : this.refuse("A string with control characters: nothing of ours is called that.", at);
  }

  /** Nothing may follow. */
  end(): void {
    this.#blanks();
    if (this.#at < this.#bytes.length) this.refuse("Something follows behind the end of the value.");
  }

  #number(): void {
    const bytes = this.#bytes;
    const from = this.#at;
    const digits = (): void => {
      const first = this.#at;
      while (bytes[this.#at] >= zero && bytes[this.#at] <= nine) this.#at++;
      if (this.#at === first) this.refuse("This is not a number.", from);
    };
    if (bytes[this.#at] === minus) this.#at++;
    const leading = bytes[this.#at] === zero && bytes[this.#at + 1] >= zero && bytes[this.#at + 1] <= nine;
    if (leading) this.refuse("A number does not begin with 0.", from);
    digits();
    if (bytes[this.#at] === 46) {
      this.#at++;
      digits();
    }
    if (bytes[this.#at] === 101 || bytes[this.#at] === 69) {
      this.#at++;
      if (bytes[this.#at] === minus || bytes[this.#at] === 43) this.#at++;
      digits();
    }
  }

  #word(word: string): void {
    for (let i = 0; i < word.length; i++)
      if (this.#bytes[this.#at + i] !== word.charCodeAt(i)) this.refuse("No value begins here: this is not JSON.");
    this.#at += word.length;
  }

  #open(): void {
    if (++this.#depth > deepest) this.refuse(`There are more than ${deepest} brackets inside brackets.`);
    this.#at++;
    this.#blanks();
  }
  #shut(): void {
    this.#depth--;
    this.#at++;
  }
  #expect(byte: number, message: string): void {
    if (this.#bytes[this.#at] !== byte) this.refuse(this.#at >= this.#bytes.length ? "The file ends in the middle." : message);
    this.#at++;
    this.#blanks();
  }
  #blanks(): void {
    const bytes = this.#bytes;
    for (let byte = bytes[this.#at]; byte === space || byte === lf || byte === cr || byte === tab; byte = bytes[this.#at]) this.#at++;
  }
}

/** What `read` gives, or what it complained of. */
export function complained<T>(read: () => T): T | Complaint {
  try {
    return read();
  } catch (signal) {
    if (signal instanceof Misread) return signal.complaint;
    throw signal;
  }
}
