// The value of an expression whose names all have values: exact fractions and truth values. What cannot be computed (a division by
// zero, a negative count) is a `Fault` that carries a diagnostic with its place; `elaborate` catches it.
import { fraction, type Rational } from "../kernel/index.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { limits } from "./limits.ts";
import type { Expr, Span } from "./syntax.ts";

const { rational, plus, minus, times, over, order, floor, ceil, floorDivide, negate, print } = fraction;

export type Values = ReadonlyMap<string, Rational>;

/** Thrown inside the language's elaboration only, and caught where it begins. */
export class Fault {
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    this.diagnostic = diagnostic;
  }
}

export function fault(code: Diagnostic["code"], message: string, span: Span, help?: string): never {
  throw new Fault({ code, message, span, help });
}

/** "for p = 3, d = 1", to say where a fault happens; empty without names. */
export function situation(values: Values): string {
  const parts = [...values].filter(([name]) => !name.includes(".")).map(([name, value]) => `${name} = ${print(value)}`);
  return parts.length === 0 ? "" : ` for ${parts.join(", ")}`;
}

export function evaluateNumber(expr: Expr, values: Values): Rational {
  const value = evaluate(expr, values);
  if (typeof value === "boolean") return fault("wrong-type", "A number is wanted here, this is a condition.", expr.span);
  return value;
}

export function evaluateTruth(expr: Expr, values: Values): boolean {
  const value = evaluate(expr, values);
  if (typeof value !== "boolean")
    return fault("wrong-type", "A condition is wanted here, this is a number.", expr.span, "compare it with something: `== 1`");
  return value;
}

/** A whole number that fits a double exactly. */
export function evaluateInteger(expr: Expr, values: Values, what: string): number {
  const value = evaluateNumber(expr, values);
  if (value.den !== 1n) fault("not-an-integer", `${what} is ${print(value)}${situation(values)}; it must be a whole number.`, expr.span);
  return safe(value.num, expr.span, what);
}

/** A whole number, at least `least`. */
export function evaluateCount(expr: Expr, values: Values, what: string, least = 0): number {
  const count = evaluateInteger(expr, values, what);
  if (count < least) {
    const help = `add \`requires\` to say for which sizes this is meant, or change the expression`;
    fault("negative-count", `${what} is ${count}${situation(values)}; it must be at least ${least}.`, expr.span, help);
  }
  return count;
}

export function safe(value: bigint, span: Span, what: string): number {
  const near = Number(value);
  if (!Number.isSafeInteger(near)) fault("number-too-large", `${what} is beyond 2^53.`, span, "use a coarser unit of time or memory");
  return near;
}

export function evaluate(expr: Expr, values: Values): Rational | boolean {
  switch (expr.kind) {
    case "number":
      return expr.value;
    case "boolean":
      return expr.value;
    case "name": {
      const value = values.get(expr.name);
      return value ?? fault("unknown-name", `\`${expr.name}\` has no value here.`, expr.span);
    }
    case "unary":
      return expr.operator === "-" ? negate(evaluateNumber(expr.arg, values)) : !evaluateTruth(expr.arg, values);
    case "if":
      return evaluate(evaluateTruth(expr.cond, values) ? expr.yes : expr.no, values);
    case "within": {
      const difference = minus(evaluateNumber(expr.left, values), evaluateNumber(expr.right, values));
      const size = difference.num < 0n ? negate(difference) : difference;
      return order(size, evaluateNumber(expr.tolerance, values)) <= 0;
    }
    case "call":
      return evaluateCall(expr, values);
    case "binary":
      return evaluateBinary(expr, values);
  }
}

function evaluateCall(expr: Extract<Expr, { kind: "call" }>, values: Values): Rational {
  const args = expr.args.map((arg) => evaluateNumber(arg.value, values));
  switch (expr.callee.text) {
    case "floor":
      return rational(floor(args[0]));
    case "ceil":
      return rational(ceil(args[0]));
    case "abs":
      return args[0].num < 0n ? negate(args[0]) : args[0];
    case "min":
      return args.reduce((a, b) => (order(a, b) <= 0 ? a : b));
    case "max":
      return args.reduce((a, b) => (order(a, b) >= 0 ? a : b));
    default:
      return fault("unknown-function", `\`${expr.callee.text}\` cannot be used here.`, expr.callee.span, "measures belong into claims");
  }
}

const most = 10n ** BigInt(limits.digits);

/** Numbers do not grow without end: repeated squaring would soon fill the memory. */
function bounded(value: Rational, span: Span): Rational {
  if (value.num < most && value.num > -most && value.den < most) return value;
  return fault("limit", `A number here has more than ${limits.digits} digits (limit \`digits\`).`, span);
}

function evaluateBinary(expr: Extract<Expr, { kind: "binary" }>, values: Values): Rational | boolean {
  switch (expr.operator) {
    case "and":
      return evaluateTruth(expr.left, values) && evaluateTruth(expr.right, values);
    case "or":
      return evaluateTruth(expr.left, values) || evaluateTruth(expr.right, values);
    case "implies":
      return !evaluateTruth(expr.left, values) || evaluateTruth(expr.right, values);
  }
  const left = evaluateNumber(expr.left, values);
  const right = evaluateNumber(expr.right, values);
  const nonzero = (): void => {
    if (right.num === 0n)
      fault(
        "division-by-zero",
        `The divisor is 0${situation(values)}.`,
        expr.right.span,
        "guard it with `if`, or exclude the size with `requires`",
      );
  };
  const whole = (): void => {
    if (left.den !== 1n)
      fault(
        "not-an-integer",
        `\`${expr.operator}\` takes whole numbers; its left side is ${print(left)}${situation(values)}.`,
        expr.left.span,
      );
    if (right.den !== 1n)
      fault(
        "not-an-integer",
        `\`${expr.operator}\` takes whole numbers; its right side is ${print(right)}${situation(values)}.`,
        expr.right.span,
      );
    nonzero();
  };
  switch (expr.operator) {
    case "+":
      return bounded(plus(left, right), expr.span);
    case "-":
      return bounded(minus(left, right), expr.span);
    case "*":
      return bounded(times(left, right), expr.span);
    case "/":
      nonzero();
      return bounded(over(left, right), expr.span);
    case "div":
      whole();
      return rational(floorDivide(left.num, right.num));
    case "mod":
      whole();
      return rational(left.num - right.num * floorDivide(left.num, right.num));
    case "==":
      return order(left, right) === 0;
    case "!=":
      return order(left, right) !== 0;
    case "<":
      return order(left, right) < 0;
    case "<=":
      return order(left, right) <= 0;
    case ">":
      return order(left, right) > 0;
    case ">=":
      return order(left, right) >= 0;
  }
}
