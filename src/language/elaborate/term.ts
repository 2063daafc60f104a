// Expressions as the kernel's terms, names replaced by terms: numbers for one instance, variables for all sizes.

import type { fraction } from "../../fraction/index.ts";
import { type Formula, type Term, term } from "../../kernel/index.ts";
import { fault } from "../evaluate.ts";
import type * as S from "../syntax.ts";

export type Names = ReadonlyMap<string, Term>;
/** What a call that is not arithmetic stands for (a measure, or `valid`). */
export type Calls = (call: Extract<S.Expr, { kind: "call" }>, names: Names) => Term | Formula;
const noCalls: Calls = (call) => fault("unknown-function", `\`${call.callee.text}\` cannot be used here.`, call.callee.span);

/** Thrown where something has no form for all sizes; the claim is then `unknown`, with this reason. */
export class NotSymbolic {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

const binaries = { "+": "add", "-": "sub", "*": "mul", "/": "quo", div: "div", mod: "mod" } as const;

/** How many parts a term has, each counted as often as it is mentioned. Terms are remembered: names make them share parts. */
const sizes = new WeakMap<object, number>();
function sizeOf(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  let size = sizes.get(part);
  if (size === undefined) {
    size = Object.values(part).reduce((sum: number, inner) => sum + sizeOf(inner), 1);
    sizes.set(part, size);
  }
  return size;
}

/** A term that a name will stand for. Names in names can double it at each step. */
export function namedTerm(expr: S.Expr, names: Names): Term {
  const made = toTerm(expr, names);
  if (sizeOf(made) > 2000) throw new NotSymbolic("with its names put in, an expression is too long to be proved for all sizes");
  return made;
}

export function toTerm(expr: S.Expr, names: Names, calls: Calls = noCalls): Term {
  switch (expr.kind) {
    case "number":
      return term.number(expr.value.num, expr.value.den);
    case "name": {
      const found = names.get(expr.name);
      if (found === undefined) throw new NotSymbolic(`\`${expr.name}\` has no meaning for all sizes at once`);
      return found;
    }
    case "unary":
      return { op: "neg", arg: toTerm(expr.arg, names, calls) };
    case "if":
      return {
        op: "ite",
        cond: toFormula(expr.cond, names, calls),
        yes: toTerm(expr.yes, names, calls),
        no: toTerm(expr.no, names, calls),
      };
    case "binary":
      switch (expr.operator) {
        case "+":
        case "-":
        case "*":
        case "/":
        case "div":
        case "mod":
          return term.binary(binaries[expr.operator], toTerm(expr.left, names, calls), toTerm(expr.right, names, calls));
        default:
          return fault("wrong-type", "A number is wanted here, this is a condition.", expr.span);
      }
    case "call": {
      const args = (): Term[] => expr.args.map((arg) => toTerm(arg.value, names, calls));
      switch (expr.callee.text) {
        case "floor":
        case "ceil":
        case "abs":
          return { op: expr.callee.text, arg: args()[0] };
        case "min":
        case "max": {
          const op = expr.callee.text;
          return args().reduce((left, right) => term.binary(op, left, right));
        }
        default: {
          const found = calls(expr, names);
          return isTerm(found) ? found : fault("wrong-type", "A number is wanted here, this is a condition.", expr.span);
        }
      }
    }
    case "boolean":
    case "within":
      return fault("wrong-type", "A number is wanted here, this is a condition.", expr.span);
  }
}

export function toFormula(expr: S.Expr, names: Names, calls: Calls = noCalls): Formula {
  switch (expr.kind) {
    case "boolean":
      return term.truth(expr.value);
    case "unary":
      return { op: "not", arg: toFormula(expr.arg, names, calls) };
    case "within":
      return {
        op: "within",
        left: toTerm(expr.left, names, calls),
        right: toTerm(expr.right, names, calls),
        tolerance: toTerm(expr.tolerance, names, calls),
      };
    case "if": {
      // if c then a else b  =  (c and a) or (not c and b)
      const cond = toFormula(expr.cond, names, calls);
      const yes = term.and(cond, toFormula(expr.yes, names, calls));
      return { op: "or", left: yes, right: term.and({ op: "not", arg: cond }, toFormula(expr.no, names, calls)) };
    }
    case "binary":
      switch (expr.operator) {
        case "and":
        case "or":
        case "implies":
          return { op: expr.operator, left: toFormula(expr.left, names, calls), right: toFormula(expr.right, names, calls) };
        case "==":
        case "!=":
        case "<":
        case "<=":
        case ">":
        case ">=":
          return term.compare(toTerm(expr.left, names, calls), expr.operator, toTerm(expr.right, names, calls));
        default:
          return fault("wrong-type", "A condition is wanted here, this is a number.", expr.span);
      }
    case "call": {
      const found = calls(expr, names);
      return isTerm(found) ? fault("wrong-type", "A condition is wanted here, this is a number.", expr.span) : found;
    }
    default:
      return fault("wrong-type", "A condition is wanted here, this is a number.", expr.span);
  }
}

function isTerm(found: Term | Formula): found is Term {
  return found.op === "measure" || found.op === "number" || found.op === "var" || found.op === "ite";
}

export const constantTerm = (value: fraction.Rational): Term => term.number(value.num, value.den);
