// The value of an expression whose names all have values: exact fractions and truth values. What cannot be computed (a division by
// zero, a negative count) is a `Fault` that carries a diagnostic with its place; `elaborate` catches it.

import { fraction } from "../fraction/index.ts";
import type { Rational } from "../kernel/index.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { limits } from "./limits.ts";
import { namesIn } from "./mentions.ts";
import type { Expr, Span } from "./syntax.ts";

const { rational, plus, minus, times, over, order, floor, ceil, floorDivide, negate, print } = fraction;

export type Values = ReadonlyMap<string, Rational>;
type Call = Extract<Expr, { kind: "call" }>;
/** The value of a call that is not arithmetic: a measure in a claim. */
export type Calls = (call: Call) => Rational | boolean;
const noCalls: Calls = ({ callee }) =>
  fault("unknown-function", `\`${callee.text}\` cannot be used here.`, callee.span, "measures belong into claims");

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

/** " for p = 3, d = 1", to say where a fault happens; empty without names, or for an expression that is the same everywhere. */
export function situation(values: Values, expr?: Expr): string {
  if (expr !== undefined && namesIn(expr).size === 0) return "";
  const parts = [...values].filter(([name]) => !name.includes(".")).map(([name, value]) => `${name} = ${print(value)}`);
  return parts.length === 0 ? "" : ` for ${parts.join(", ")}`;
}

export function evaluateNumber(expr: Expr, values: Values, calls: Calls = noCalls): Rational {
  const value = evaluate(expr, values, calls);
  if (typeof value === "boolean") return fault("wrong-type", "A number is wanted here, this is a condition.", expr.span);
  return value;
}

export function evaluateTruth(expr: Expr, values: Values, calls: Calls = noCalls): boolean {
  const value = evaluate(expr, values, calls);
  if (typeof value !== "boolean")
    return fault("wrong-type", "A condition is wanted here, this is a number.", expr.span, "compare it with something: `== 1`");
  return value;
}

/** A whole number that fits a double exactly. */
export function evaluateInteger(expr: Expr, values: Values, what: string): number {
  const value = evaluateNumber(expr, values);
  if (value.den !== 1n)
    fault("not-an-integer", `${what} is ${print(value)}${situation(values, expr)}; it must be a whole number.`, expr.span);
  return safe(value.num, expr.span, what);
}

/** A whole number, at least `least`. */
export function evaluateCount(expr: Expr, values: Values, what: string, least = 0): number {
  const count = evaluateInteger(expr, values, what);
  if (count < least) {
    const help = leaveOut(expr, "change the expression");
    fault("negative-count", `${what} is ${count}${situation(values, expr)}; it must be at least ${least}.`, expr.span, help);
  }
  return count;
}

/** What helps against an expression that has no meaning at some sizes; nothing for one that is the same at all of them. */
function leaveOut(expr: Expr, mend: string): string | undefined {
  if (namesIn(expr).size === 0) return undefined;
  return `${mend}, or leave this size out: with \`requires\` before it, in a claim with its range`;
}

export function safe(value: bigint, span: Span, what: string): number {
  const near = Number(value);
  if (!Number.isSafeInteger(near)) fault("number-too-large", `${what} is beyond 2^53.`, span, "take a smaller number, or a coarser unit");
  return near;
}

export function evaluate(expr: Expr, values: Values, calls: Calls = noCalls): Rational | boolean {
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
      return expr.operator === "-" ? negate(evaluateNumber(expr.arg, values, calls)) : !evaluateTruth(expr.arg, values, calls);
    case "if":
      return evaluate(evaluateTruth(expr.cond, values, calls) ? expr.yes : expr.no, values, calls);
    case "within": {
      const difference = minus(evaluateNumber(expr.left, values, calls), evaluateNumber(expr.right, values, calls));
      const size = difference.num < 0n ? negate(difference) : difference;
      return order(size, evaluateNumber(expr.tolerance, values, calls)) <= 0;
    }
    case "call":
      return evaluateCall(expr, values, calls);
    case "binary":
      return evaluateBinary(expr, values, calls);
  }
}

function evaluateCall(expr: Call, values: Values, calls: Calls): Rational | boolean {
  const args = (): Rational[] => expr.args.map((arg) => evaluateNumber(arg.value, values, calls));
  switch (expr.callee.text) {
    case "floor":
      return rational(floor(args()[0]));
    case "ceil":
      return rational(ceil(args()[0]));
    case "abs": {
      const [value] = args();
      return value.num < 0n ? negate(value) : value;
    }
    case "min":
      return args().reduce((a, b) => (order(a, b) <= 0 ? a : b));
    case "max":
      return args().reduce((a, b) => (order(a, b) >= 0 ? a : b));
    default:
      return calls(expr);
  }
}

const most = 10n ** BigInt(limits.digits);

/** Numbers do not grow without end: repeated squaring would soon fill the memory. */
function bounded(value: Rational, span: Span): Rational {
  if (value.num < most && value.num > -most && value.den < most) return value;
  return fault("limit", `A number here has more than ${limits.digits} digits (limit \`digits\`).`, span);
}

function evaluateBinary(expr: Extract<Expr, { kind: "binary" }>, values: Values, calls: Calls): Rational | boolean {
  switch (expr.operator) {
    case "and":
      return evaluateTruth(expr.left, values, calls) && evaluateTruth(expr.right, values, calls);
    case "or":
      return evaluateTruth(expr.left, values, calls) || evaluateTruth(expr.right, values, calls);
    case "implies":
      return !evaluateTruth(expr.left, values, calls) || evaluateTruth(expr.right, values, calls);
  }
  const left = evaluateNumber(expr.left, values, calls);
  const right = evaluateNumber(expr.right, values, calls);
  const nonzero = (): void => {
    if (right.num === 0n) {
      const help = leaveOut(expr.right, "guard it with `if`");
      fault("division-by-zero", `The divisor is 0${situation(values, expr.right)}.`, expr.right.span, help);
    }
  };
  const whole = (): void => {
    for (const [side, value] of [
      ["left", left],
      ["right", right],
    ] as const) {
      if (value.den === 1n) continue;
      const shown = `${print(value)}${situation(values, expr[side])}`;
      fault("not-an-integer", `\`${expr.operator}\` takes whole numbers; its ${side} side is ${shown}.`, expr[side].span);
    }
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
