// Exact fractions on BigInt: the only numbers in which a verdict is decided. Lowest terms, positive denominator.
// No floating point; `approximate` exists for pictures and never comes back.

/** A fraction `num / den` in lowest terms, `den > 0`. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

export const zero: Rational = { num: 0n, den: 1n };
export const one: Rational = { num: 1n, den: 1n };

/** The greatest common divisor, never negative; `gcd(0, 0) = 0`. */
export function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The fraction `num / den`. The caller owes `den != 0`. */
export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  let n = BigInt(num);
  let d = BigInt(den);
  if (d === 0n) throw new RangeError("a fraction with denominator 0");
  if (d < 0n) [n, d] = [-n, -d];
  if (d === 1n) return { num: n, den: d };
  const g = gcd(n, d);
  return g === 1n ? { num: n, den: d } : { num: n / g, den: d / g };
}

export const plus = (a: Rational, b: Rational): Rational =>
  a.den === 1n && b.den === 1n ? { num: a.num + b.num, den: 1n } : rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const minus = (a: Rational, b: Rational): Rational =>
  a.den === 1n && b.den === 1n ? { num: a.num - b.num, den: 1n } : rational(a.num * b.den - b.num * a.den, a.den * b.den);
export const times = (a: Rational, b: Rational): Rational =>
  a.den === 1n && b.den === 1n ? { num: a.num * b.num, den: 1n } : rational(a.num * b.num, a.den * b.den);
/** `a / b`. The caller owes `b != 0`. */
export const over = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);
export const negate = (a: Rational): Rational => ({ num: -a.num, den: a.den });

/** -1, 0 or 1 as `a` is below, equal to or above `b`. */
export function order(a: Rational, b: Rational): -1 | 0 | 1 {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Floored quotient of integers; `b > 0` or `b < 0`. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}
export const floor = (a: Rational): bigint => floorDivide(a.num, a.den);
export const ceil = (a: Rational): bigint => -floorDivide(-a.num, a.den);
export const isInteger = (a: Rational): boolean => a.den === 1n;

/** `"7"` or `"1/3"`. */
export const print = (a: Rational): string => (a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`);
/** The nearest floating-point number, for people and pictures only. */
export const approximate = (a: Rational): number => Number(a.num) / Number(a.den);
