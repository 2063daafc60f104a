// JSON in canonical bytes: each value has exactly one text, so digests mean something and nothing can be said twice.
// Rules: docs/certificate.md, part 1. Reading compares the text with what would be written for the same value, which refuses white
// space, keys that are out of order or stand twice, `1.0`, `-0` and needless escapes all at once.

import { limits } from "./limits.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Brackets inside brackets. */
export const deepest = 200;

/** The canonical text, without a line feed. The caller owes whole numbers within 2^53 and strings without control characters. */
export function canonical(value: Json): string {
  const pieces: string[] = [];
  inPieces(value, (piece) => pieces.push(piece));
  return pieces.join("");
}

/** Characters of a piece, or some more. */
const pieceLength = 1 << 16;
/** Numbers of a list that are written in one go: they are most of a certificate. */
const numbersAtOnce = 1 << 12;

/** The canonical text from its beginning to its end: it may be much, and is not held as a whole. */
export function inPieces(value: Json, put: (piece: string) => void): void {
  let held = "";
  const write = (text: string): void => {
    held += text;
    if (held.length < pieceLength) return;
    put(held);
    held = "";
  };
  const visit = (one: Json): void => {
    if (one === null || typeof one !== "object") write(JSON.stringify(one));
    else if (isList(one)) {
      write("[");
      if (isPlain(one)) {
        for (let from = 0; from < one.length; from += numbersAtOnce)
          write(`${from === 0 ? "" : ","}${JSON.stringify(one.slice(from, from + numbersAtOnce)).slice(1, -1)}`);
      } else {
        for (let i = 0; i < one.length; i++) {
          if (i > 0) write(",");
          visit(one[i]);
        }
      }
      write("]");
    } else {
      write("{");
      Object.keys(one)
        .sort()
        .forEach((key, i) => {
          write(`${i === 0 ? "" : ","}${JSON.stringify(key)}:`);
          visit(one[key]);
        });
      write("}");
    }
  };
  visit(value);
  put(held);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isPlain = (value: readonly Json[]): boolean => typeof value[0] === "number" && value.every((one) => typeof one === "number");

export type Parsed = { readonly kind: "value"; readonly value: Json } | { readonly kind: "problem" | "limit"; readonly reason: string };

/** The value of a canonical text that ends with a line feed, or what is wrong. */
export function parseCanonical(text: string): Parsed {
  const problem = (reason: string): Parsed => ({ kind: "problem", reason });
  if (!text.endsWith("\n")) return problem("it does not end with a line feed");
  const { depth, boxes, items } = extentOf(text);
  if (depth > deepest) return problem(`it has more than ${deepest} brackets inside brackets (limit \`nesting\`)`);
  if (boxes > limits.boxes) return { kind: "limit", reason: `more than ${limits.boxes} lists, objects and strings (limit \`boxes\`)` };
  if (items > limits.items) return { kind: "limit", reason: `more than ${limits.items} items of lists and objects (limit \`items\`)` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem("it is not JSON");
  }
  if (!isJson(value)) return problem("it has a number that is not whole, or not within 2^53, or a string with control characters");
  const differs = difference(text, value);
  return differs === null
    ? { kind: "value", value }
    : problem(`its bytes are not canonical, or a key stands twice: character ${differs + 1}`);
}

/** Where the text differs from what would be written for the value and a line feed, or null. */
function difference(text: string, value: Json): number | null {
  let at = 0;
  let differs = false;
  inPieces(value, (piece) => {
    if (differs) return;
    differs = !text.startsWith(piece, at);
    if (!differs) at += piece.length;
    else for (let i = 0; piece.charCodeAt(i) === text.charCodeAt(at); i++) at++; // past an end it is NaN
  });
  return differs || at !== text.length - 1 ? at : null;
}

/** How much there is to hold once it is read, counted before anything is made of it. What is no JSON may count otherwise. */
function extentOf(text: string): { readonly depth: number; readonly boxes: number; readonly items: number } {
  let [open, depth, boxes, items, quoted] = [0, 0, 0, 1, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 92) at++;
      else if (code === 34) quoted = false;
    } else if (code === 34) {
      quoted = true;
      boxes++;
    } else if (code === 91 || code === 123) {
      boxes++;
      if (++open > depth) depth = open;
    } else if (code === 93 || code === 125) open--;
    else if (code === 44) items++;
  }
  return { depth, boxes, items };
}

/** A decoder: what `JSON.parse` gives, with numbers and strings as the format has them. */
function isJson(value: unknown): value is Json {
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value === "string") return isClean(value);
  if (value === null || typeof value === "boolean") return true;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isJson(value[i])) return false;
    return true;
  }
  return Object.entries(value as object).every(([key, field]) => isClean(key) && isJson(field));
}

/** Without control characters and halves of surrogate pairs: safe to show, and the same in every encoding. */
export const isClean = (text: string): boolean => !/[\p{Cc}\p{Cs}]/u.test(text);
