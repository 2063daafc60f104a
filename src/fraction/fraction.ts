// More arithmetic on the kernel's fractions: for what is read, searched and shown. Nothing here decides a verdict.
import { floorDivide, type Rational, rational } from "../kernel/index.ts";

export { floorDivide, gcd, over, type Rational, rational } from "../kernel/index.ts";

export const zero: Rational = { num: 0n, den: 1n };
export const one: Rational = { num: 1n, den: 1n };

export const plus = (a: Rational, b: Rational): Rational =>
  a.den === 1n && b.den === 1n ? { num: a.num + b.num, den: 1n } : rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const minus = (a: Rational, b: Rational): Rational =>
  a.den === 1n && b.den === 1n ? { num: a.num - b.num, den: 1n } : rational(a.num * b.den - b.num * a.den, a.den * b.den);
export const times = (a: Rational, b: Rational): Rational =>
  a.den === 1n && b.den === 1n ? { num: a.num * b.num, den: 1n } : rational(a.num * b.num, a.den * b.den);
export const negate = (a: Rational): Rational => ({ num: -a.num, den: a.den });

/** -1, 0 or 1 as `a` is below, equal to or above `b`. */
export function order(a: Rational, b: Rational): -1 | 0 | 1 {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const floor = (a: Rational): bigint => floorDivide(a.num, a.den);
export const ceil = (a: Rational): bigint => -floorDivide(-a.num, a.den);
export const isInteger = (a: Rational): boolean => a.den === 1n;

/** `"7"` or `"1/3"`. */
export const print = (a: Rational): string => (a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`);
/** The nearest floating-point number, for people and pictures only. */
export const approximate = (a: Rational): number => Number(a.num) / Number(a.den);
