// Linear forms with exact coefficients over the variables of a case, and what is known of them.
// Law: proofs/laws/residue-classes.md. Only BigInt; a variable is a number, its name belongs to the context.
import { floorDivide, gcd, type Rational, rational } from "./rational.ts";

/** `(constant + sum of coefficients[i] * x_i) / den`, `den > 0`. Missing coefficients are 0. */
export interface Form {
  readonly den: bigint;
  readonly constant: bigint;
  readonly coefficients: readonly bigint[];
}

export const constant = (value: bigint, den = 1n): Form => ({ den, constant: value, coefficients: [] });
export const unit = (index: number): Form => ({ den: 1n, constant: 0n, coefficients: [...Array<bigint>(index).fill(0n), 1n] });
export const isConstant = (form: Form): boolean => form.coefficients.every((c) => c === 0n);
export const constantOf = (form: Form): Rational => rational(form.constant, form.den);

function normal(den: bigint, value: bigint, coefficients: readonly bigint[]): Form {
  if (den === 1n) return { den, constant: value, coefficients };
  let g = gcd(den, value);
  for (const c of coefficients) g = gcd(g, c);
  return g === 1n
    ? { den, constant: value, coefficients }
    : { den: den / g, constant: value / g, coefficients: coefficients.map((c) => c / g) };
}

/** `a * x + b * y` for forms x, y and integers a, b. */
export function combine(a: bigint, x: Form, b: bigint, y: Form): Form {
  const [p, q] = [a * y.den, b * x.den];
  const length = Math.max(x.coefficients.length, y.coefficients.length);
  const coefficients = new Array<bigint>(length);
  for (let i = 0; i < length; i++) coefficients[i] = p * (x.coefficients[i] ?? 0n) + q * (y.coefficients[i] ?? 0n);
  return normal(x.den * y.den, p * x.constant + q * y.constant, coefficients);
}
export const add = (x: Form, y: Form): Form => combine(1n, x, 1n, y);
export const subtract = (x: Form, y: Form): Form => combine(1n, x, -1n, y);
export const scale = (x: Form, by: Rational): Form =>
  normal(
    x.den * by.den,
    x.constant * by.num,
    x.coefficients.map((c) => c * by.num),
  );

/** For integer variables, `form >= 0` with the denominator gone and the constant rounded down by the common divisor. */
export function tighten(x: Form): Form {
  let g = 0n;
  for (const c of x.coefficients) g = gcd(g, c);
  if (g === 0n) return { den: 1n, constant: x.constant, coefficients: [] };
  return { den: 1n, constant: floorDivide(x.constant, g), coefficients: x.coefficients.map((c) => c / g) };
}
