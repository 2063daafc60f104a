// Exact fractions on BigInt: the only numbers in which a verdict is decided. Lowest terms, positive denominator.
// What else people and searches do with them is in `src/fraction/fraction.ts`.

/** A fraction `num / den` in lowest terms, `den > 0`. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

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

/** `a / b`. The caller owes `b != 0`. */
export const over = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);

/** Floored quotient of integers; `b > 0` or `b < 0`. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}
