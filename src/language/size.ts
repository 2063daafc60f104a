// Is a declaration too big to be parsed? Ohm and every walk over a syntax tree go down by recursion, so how deep a tree can get is
// bounded here, on the tokens, before there is a tree: what stands open inside each other, operators of one expression, digits.
import type { Chunk } from "./chunks.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type Limit, limits } from "./limits.ts";

const token = /\/\/[^\n]*|"[^"\n]*"?|[A-Za-z_]\w*|\d+(?:\.\d+)?|\.\.|[=!<>]=|\S/g;

/** Words and signs behind which a new expression begins. */
const fresh = new Set(
  "devices stages stream pass holds cap let requires runs at in takes after from to always where microbatches every keep minimize".split(
    " ",
  ),
);
for (const sign of ["=", ":", "..", "[", "]", "{", "}"]) fresh.add(sign);

/** What takes the expression behind it, and how tightly: an operator between two closes those in front of it that hold as tightly. */
const prefixes = new Map([
  ["-", 4],
  ["device", 3],
  ["not", 2],
  ["implies", 1],
  ["if", 0],
  ["then", 0],
  ["else", 0],
]);
const betweens = new Map([
  ["implies", 2],
  ["and", 2],
  ["or", 2],
  ["within", 3],
  ["div", 4],
  ["mod", 4],
]);
for (const sign of ["==", "!=", "<=", ">=", "<", ">"]) betweens.set(sign, 3);
for (const sign of ["+", "-", "*", "/"]) betweens.set(sign, 4);

/** Whether a word ends an operand, so that a `-` behind it takes two sides. */
const endsOperand = (word: string): boolean => /^[\w)\]%]/.test(word) && !prefixes.has(word) && !betweens.has(word) && !fresh.has(word);

/** The first place where a declaration goes beyond a limit, or null. */
export function oversize({ text, from, keyword }: Chunk): Diagnostic | null {
  const limit = limits["declaration-characters"];
  if (text.length > limit) {
    const message = `This declaration has more than ${limit} characters (limit \`declaration-characters\`).`;
    return { code: "limit", message, span: { from, to: from + keyword.length }, help: "make several of it" };
  }
  const open: string[] = [];
  let operators = 0;
  let before = "";
  /** Closes what stands open, down to the innermost bracket or to what `stays`. */
  const close = (stays: (word: string) => boolean): void => {
    for (let top = open.at(-1); top !== undefined && prefixes.has(top) && !stays(top); top = open.at(-1)) open.pop();
  };
  const closeAll = (): void => close(() => false);
  for (const { 0: word, index } of text.matchAll(token)) {
    if (word.startsWith("//")) continue;
    const sign = word === "not" || (word === "-" && !endsOperand(before));
    const level = sign ? undefined : betweens.get(word);
    const entry = keyword === "profile" && /^[A-Za-z_]/.test(word) && endsOperand(word) && endsOperand(before);
    if (fresh.has(word) || entry || (word === "," && !open.includes("("))) {
      closeAll();
      operators = 0;
    }
    if (word === "," || word === ")") closeAll();
    else if (word === "then") close((top) => top === "if");
    else if (word === "else") close((top) => top === "then");
    else if (level !== undefined) close((top) => (prefixes.get(top) ?? 0) < level);

    const branch = (word === "then" && open.at(-1) === "if") || (word === "else" && open.at(-1) === "then");
    if (")]}".includes(word) || branch) open.pop();
    if ("([{".includes(word) || branch || sign || word === "if" || word === "device" || word === "implies") open.push(word);
    if (level !== undefined || word === ",") operators++;

    const excess = (limit: Limit, what: string, help: string): Diagnostic => {
      const message = `${what} ${limits[limit]} (limit \`${limit}\`).`;
      return { code: "limit", message, span: { from: from + index, to: from + index + word.length }, help };
    };
    const help = "name a part of the expression with `let`";
    if (open.length > limits.nesting) return excess("nesting", "Brackets and operators are nested more deeply than", help);
    if (operators > limits.operators) return excess("operators", "An expression has more operators than", help);
    if (/^\d/.test(word) && word.length > limits.digits) return excess("digits", "A number has more digits than", "take a rounder number");
    before = word;
  }
  return null;
}
