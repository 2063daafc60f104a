// JSON in canonical bytes: each value has exactly one text, so digests mean something and nothing can be said twice.
// Rules: docs/certificate.md, part 1. Reading compares the text with what would be written for the same value, which refuses white
// space, keys that are out of order or stand twice, `1.0`, `-0` and needless escapes all at once.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Brackets inside brackets. */
export const deepest = 200;

/** The canonical text, without a line feed. The caller owes whole numbers within 2^53 and strings without control characters. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return isPlain(value) ? JSON.stringify(value) : `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}

/** Arrays of numbers are most of a certificate: they are written in one go. */
const isPlain = (value: readonly Json[]): boolean => typeof value[0] === "number" && value.every((one) => typeof one === "number");

export type Parsed = { readonly kind: "value"; readonly value: Json } | { readonly kind: "problem"; readonly reason: string };

/** The value of a canonical text that ends with a line feed, or what is wrong. */
export function parseCanonical(text: string): Parsed {
  const problem = (reason: string): Parsed => ({ kind: "problem", reason });
  if (!text.endsWith("\n")) return problem("it does not end with a line feed");
  if (isDeep(text)) return problem(`it has more than ${deepest} brackets inside brackets (limit \`nesting\`)`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem("it is not JSON");
  }
  if (!isJson(value)) return problem("it has a number that is not whole, or not within 2^53, or a string with control characters");
  const again = `${canonical(value)}\n`;
  if (again === text) return { kind: "value", value };
  let at = 0;
  while (again.charCodeAt(at) === text.charCodeAt(at)) at++;
  return problem(`its bytes are not canonical, or a key stands twice: character ${at + 1}`);
}

function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 92) at++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 91 || code === 123) {
      if (++depth > deepest) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
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
