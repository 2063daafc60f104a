// Small readers of JSON values: each takes a value and where it stands, and gives what it must be or ends the reading with a reason.
// Together they are the decoder of a certificate; nothing else looks at unchecked values.

import { fraction } from "../fraction/index.ts";
import type { Rational } from "../kernel/index.ts";
import type { Json } from "./json.ts";

/** Internal: the certificate is refused, or beyond a limit. `read` turns it into a value. */
export class Unreadable {
  readonly kind: "refused" | "limit";
  readonly reason: string;
  constructor(kind: "refused" | "limit", reason: string) {
    this.kind = kind;
    this.reason = reason;
  }
}
export function refuse(where: string, what: string): never {
  throw new Unreadable("refused", `${where}: ${what}`);
}
export function limited(what: string): never {
  throw new Unreadable("limit", what);
}

const most = Number.MAX_SAFE_INTEGER;
export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** An object with exactly these keys. */
export function fields<Key extends string>(value: Json, where: string, ...keys: readonly Key[]): Readonly<Record<Key, Json>> {
  if (value === null || typeof value !== "object" || isList(value)) return refuse(where, "an object is wanted");
  const strange = Object.keys(value).find((key) => !keys.some((known) => known === key));
  if (strange !== undefined) refuse(where, `the key \`${strange.slice(0, 40)}\` is not known`);
  const missing = keys.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) refuse(where, `the key \`${missing}\` is missing`);
  return value as Readonly<Record<Key, Json>>;
}

/** The `kind` of an object, which says what other keys it has. */
export function kindOf<Kind extends string>(value: Json, where: string, ...kinds: readonly Kind[]): Kind {
  if (value === null || typeof value !== "object" || isList(value)) return refuse(where, "an object is wanted");
  const found = Object.hasOwn(value, "kind") ? value.kind : null;
  return kinds.find((kind) => kind === found) ?? refuse(where, `its kind is not one of ${kinds.join(", ")}`);
}

export function list(value: Json, where: string): readonly Json[] {
  return isList(value) ? value : refuse(where, "a list is wanted");
}

export function whole(value: Json, where: string, low = 0, high = most): number {
  if (typeof value !== "number" || value < low || value > high) return refuse(where, `a whole number from ${low} to ${high} is wanted`);
  return value;
}
export const wholeOrNull = (value: Json, where: string, low = 0): number | null => (value === null ? null : whole(value, where, low));

/** A list of whole numbers, of this length if one is given. */
export function wholes(value: Json, where: string, low: number, high: number, length: number | null): Float64Array {
  const given = listOf(value, where, length);
  return filled(new Float64Array(given.length), 0, given, where, low, high);
}
export function numbers(value: Json, where: string, low: number, high: number, length: number | null): Int32Array {
  const given = listOf(value, where, length);
  return filled(new Int32Array(given.length), 0, given, where, low, Math.min(high, 2 ** 31 - 1));
}
/** Lists of whole numbers one after the other, the list of number i from `start[i]` to `start[i + 1]`. */
export function numberLists(
  value: Json,
  where: string,
  low: number,
  high: number,
): { readonly start: Int32Array; readonly all: Int32Array } {
  const lists = list(value, where);
  const start = new Int32Array(lists.length + 1);
  lists.forEach((one, i) => {
    start[i + 1] = start[i] + list(one, `${where}[${i}]`).length;
  });
  const all = new Int32Array(start[lists.length]);
  lists.forEach((one, i) => void filled(all, start[i], list(one, where), `${where}[${i}]`, low, Math.min(high, 2 ** 31 - 1)));
  return { start, all };
}

function listOf(value: Json, where: string, length: number | null): readonly Json[] {
  const given = list(value, where);
  return length === null || given.length === length ? given : refuse(where, `${length} numbers are wanted`);
}
function filled<Numbers extends Float64Array | Int32Array>(
  into: Numbers,
  from: number,
  given: readonly Json[],
  where: string,
  low: number,
  high: number,
): Numbers {
  for (let i = 0; i < given.length; i++) {
    const one = given[i];
    if (typeof one !== "number" || one < low || one > high) refuse(`${where}[${i}]`, `a whole number from ${low} to ${high} is wanted`);
    else into[from + i] = one;
  }
  return into;
}

export function text(value: Json, where: string, longest: number): string {
  if (typeof value !== "string") return refuse(where, "a string is wanted");
  return value.length <= longest ? value : refuse(where, `a string of at most ${longest} characters is wanted`);
}
export function digest(value: Json, where: string): string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? value : refuse(where, "a digest of 64 hexadecimal digits is wanted");
}

/** An exact number: whole and within 2^53 as a number, else as a string in lowest terms. */
export function exact(value: Json, where: string): Rational {
  if (typeof value === "number") return fraction.rational(value);
  const found = typeof value === "string" ? /^(-?[1-9]\d{0,999})(?:\/([1-9]\d{0,999}))?$/.exec(value) : null;
  if (found === null) return refuse(where, "an exact number is wanted");
  const number = fraction.rational(BigInt(found[1]), BigInt(found[2] ?? 1));
  return exactJson(number) === value ? number : refuse(where, "this number is written otherwise");
}
/** In lowest terms, whatever comes in. */
export function exactJson({ num, den }: Rational): number | string {
  const value = fraction.rational(num, den);
  const near = Number(value.num);
  return value.den === 1n && Number.isSafeInteger(near) ? near : fraction.print(value);
}
