// Queries as SMT-LIB 2 text (QF_LIA). A rational term is carried as an integer term over a positive constant, so fractions are
// cleared exactly; comparisons multiply crosswise. Long parts are given a name once, so the text grows with the query as a graph.
// Does not simplify beyond constants, and does not run a solver.

import { fraction } from "../fraction/index.ts";
import type { Formula, Rational, Term, term } from "../kernel/index.ts";
import type { Query } from "./solver.ts";

const { floor, gcd, isInteger, negate, one, order, over, plus, rational, times, zero } = fraction;

/** Variable `i` of `variables` is the constant `v<i>` in the text, which declares and asserts but does not check. */
export interface Script {
  readonly text: string;
  readonly variables: readonly string[];
}
export interface Unsupported {
  readonly unsupported: string;
}

export const symbol = (index: number): string => `v${index}`;

/**
 * The query's text, or why it is not linear integer arithmetic: a product of two things that vary, a division by something that
 * varies or is zero. What a constant condition or an `and` with a false left side rules out is not looked at.
 */
export function translate(query: Query): Script | Unsupported {
  const variables = [...new Set(query.variables)];
  const translator = new Translator(new Map(variables.map((name, index) => [name, symbol(index)])));
  try {
    const assertions = query.assertions.map((formula) => `(assert ${translator.formula(formula)})`);
    const declarations = variables.map((_, index) => `(declare-const ${symbol(index)} Int)`);
    return { text: `${["(set-logic QF_LIA)", ...declarations, ...translator.definitions, ...assertions].join("\n")}\n`, variables };
  } catch (error) {
    if (error instanceof NotLinear) return { unsupported: error.message };
    throw error;
  }
}

/** Stays inside this file. */
class NotLinear extends Error {}

/** A number: a constant, or the integer term `text` divided by `den > 0`. */
type Value =
  | { readonly kind: "constant"; readonly value: Rational }
  | { readonly kind: "varying"; readonly text: string; readonly den: bigint };

/** Text beyond this many characters is named, so that using it twice costs little. */
const inlineLength = 60;

class Translator {
  readonly definitions: string[] = [];
  readonly #symbols: ReadonlyMap<string, string>;
  readonly #terms = new Map<Term, Value>();
  readonly #formulas = new Map<Formula, string>();

  constructor(symbols: ReadonlyMap<string, string>) {
    this.#symbols = symbols;
  }

  formula(formula: Formula): string {
    const known = this.#formulas.get(formula);
    if (known !== undefined) return known;
    const text = this.#named(this.#connect(formula), "Bool");
    this.#formulas.set(formula, text);
    return text;
  }

  #named(text: string, sort: "Int" | "Bool"): string {
    if (text.length <= inlineLength) return text;
    const name = `d${this.definitions.length}`;
    this.definitions.push(`(define-fun ${name} () ${sort} ${text})`);
    return name;
  }

  #connect(formula: Formula): string {
    switch (formula.op) {
      case "truth":
        return `${formula.value}`;
      case "not":
        return not(this.formula(formula.arg));
      case "and": {
        const left = this.formula(formula.left);
        return left === "false" ? left : join("and", "true", left, this.formula(formula.right));
      }
      case "or": {
        const left = this.formula(formula.left);
        return left === "true" ? left : join("or", "false", left, this.formula(formula.right));
      }
      case "implies": {
        const left = this.formula(formula.left);
        return left === "false" ? "true" : join("or", "false", not(left), this.formula(formula.right));
      }
      case "compare":
        return compared(formula.relation, this.#term(formula.left), this.#term(formula.right));
      case "within": {
        const difference = this.#sum(this.#term(formula.left), scaled(this.#term(formula.right), minusOne));
        const tolerance = this.#term(formula.tolerance);
        return join("and", "true", compared("<=", difference, tolerance), compared(">=", difference, scaled(tolerance, minusOne)));
      }
      case "valid":
        throw new NotLinear("the validity of a schedule");
      case "flows":
        throw new NotLinear("sends and receives");
    }
  }

  #term(term: Term): Value {
    const known = this.#terms.get(term);
    if (known !== undefined) return known;
    const value = this.#short(this.#compute(term));
    this.#terms.set(term, value);
    return value;
  }

  #short(value: Value): Value {
    return value.kind === "constant" ? value : { ...value, text: this.#named(value.text, "Int") };
  }

  #sum(left: Value, right: Value): Value {
    if (left.kind === "constant" && right.kind === "constant") return constant(plus(left.value, right.value));
    if (isZero(left)) return right;
    if (isZero(right)) return left;
    const [x, y, den] = together(left, right);
    return this.#short({ kind: "varying", text: `(+ ${x} ${y})`, den });
  }

  #compute(term: Term): Value {
    switch (term.op) {
      case "number":
        if (term.den === 0n) throw new NotLinear("a fraction with denominator 0");
        return constant(rational(term.num, term.den));
      case "var": {
        const text = this.#symbols.get(term.name);
        if (text === undefined) throw new NotLinear(`the name ${term.name}, which is no variable of the query`);
        return { kind: "varying", text, den: 1n };
      }
      case "add":
        return this.#sum(this.#term(term.left), this.#term(term.right));
      case "sub":
        return this.#sum(this.#term(term.left), scaled(this.#term(term.right), minusOne));
      case "neg":
        return scaled(this.#term(term.arg), minusOne);
      case "mul": {
        const [left, right] = [this.#term(term.left), this.#term(term.right)];
        if (left.kind === "constant") return scaled(right, left.value);
        if (right.kind === "constant") return scaled(left, right.value);
        throw new NotLinear("a product of two things that both vary");
      }
      case "quo":
        return scaled(this.#term(term.left), over(one, divisor(this.#term(term.right))));
      case "div":
        return this.#quotient(this.#term(term.left), divisor(this.#term(term.right)));
      case "mod": {
        const [left, by] = [this.#term(term.left), divisor(this.#term(term.right))];
        if (left.kind === "varying" && left.den === 1n && isInteger(by) && by.num > 0n) {
          return { kind: "varying", text: `(mod ${left.text} ${by.num})`, den: 1n };
        }
        return this.#sum(left, scaled(this.#quotient(left, by), negate(by)));
      }
      case "floor":
        return this.#floor(this.#term(term.arg));
      case "ceil":
        return scaled(this.#floor(this.#short(scaled(this.#term(term.arg), minusOne))), minusOne);
      case "abs": {
        const arg = this.#term(term.arg);
        if (arg.kind === "constant") return constant(order(arg.value, zero) < 0 ? negate(arg.value) : arg.value);
        return { ...arg, text: `(ite (>= ${arg.text} 0) ${arg.text} (- ${arg.text}))` };
      }
      case "min":
      case "max": {
        const [left, right] = [this.#term(term.left), this.#term(term.right)];
        return choice(compared(term.op === "min" ? "<=" : ">=", left, right), left, right);
      }
      case "ite": {
        const condition = this.formula(term.cond);
        if (condition === "true") return this.#term(term.yes);
        if (condition === "false") return this.#term(term.no);
        return choice(condition, this.#term(term.yes), this.#term(term.no));
      }
      case "measure":
        throw new NotLinear(`the measure ${term.measure.name}`);
    }
  }

  #floor(value: Value): Value {
    if (value.kind === "constant") return constant(rational(floor(value.value)));
    return value.den === 1n ? value : { kind: "varying", text: `(div ${value.text} ${value.den})`, den: 1n };
  }

  /** Floored also for a negative divisor, where SMT-LIB's `div` is not: both sides change sign first. */
  #quotient(left: Value, by: Rational): Value {
    if (!isInteger(by)) throw new NotLinear("`div` or `mod` by a fraction");
    return this.#floor(this.#short(scaled(left, over(one, by))));
  }
}

const minusOne = rational(-1);
const constant = (value: Rational): Value => ({ kind: "constant", value });
const isZero = (value: Value): boolean => value.kind === "constant" && value.value.num === 0n;
const literal = (value: bigint): string => (value < 0n ? `(- ${-value})` : `${value}`);
const not = (text: string): string => (text === "true" ? "false" : text === "false" ? "true" : `(not ${text})`);

/** `unit` leaves the other side as it is; its opposite decides. */
function join(op: "and" | "or", unit: "true" | "false", left: string, right: string): string {
  if (left === unit) return right;
  if (right === unit || left === right) return left;
  const opposite = not(unit);
  return left === opposite || right === opposite ? opposite : `(${op} ${left} ${right})`;
}

function multiple(text: string, by: bigint): string {
  return by === 1n ? text : by === -1n ? `(- ${text})` : `(* ${literal(by)} ${text})`;
}

/** Both numerators over their least common denominator. */
function together(left: Value, right: Value): readonly [string, string, bigint] {
  const [a, b] = [denominator(left), denominator(right)];
  const den = (a / gcd(a, b)) * b;
  return [numerator(left, den), numerator(right, den), den];
}
const denominator = (value: Value): bigint => (value.kind === "constant" ? value.value.den : value.den);
const numerator = (value: Value, den: bigint): string =>
  value.kind === "constant" ? literal((value.value.num * den) / value.value.den) : multiple(value.text, den / value.den);

function scaled(value: Value, by: Rational): Value {
  if (value.kind === "constant") return constant(times(value.value, by));
  if (by.num === 0n) return constant(by);
  const factor = rational(by.num, by.den * value.den);
  return { kind: "varying", text: multiple(value.text, factor.num), den: factor.den };
}

function divisor(value: Value): Rational {
  if (value.kind !== "constant") throw new NotLinear("a division by something that is not constant");
  if (value.value.num === 0n) throw new NotLinear("a division by zero");
  return value.value;
}

function choice(condition: string, yes: Value, no: Value): Value {
  if (condition === "true") return yes;
  if (condition === "false") return no;
  const [x, y, den] = together(yes, no);
  return { kind: "varying", text: `(ite ${condition} ${x} ${y})`, den };
}

function compared(relation: term.Relation, left: Value, right: Value): string {
  if (left.kind === "constant" && right.kind === "constant") return `${holds(relation, order(left.value, right.value))}`;
  const [x, y] = together(left, right);
  switch (relation) {
    case "==":
      return `(= ${x} ${y})`;
    case "!=":
      return `(not (= ${x} ${y}))`;
    default:
      return `(${relation} ${x} ${y})`;
  }
}

function holds(relation: term.Relation, sign: -1 | 0 | 1): boolean {
  switch (relation) {
    case "==":
      return sign === 0;
    case "!=":
      return sign !== 0;
    case "<":
      return sign < 0;
    case "<=":
      return sign <= 0;
    case ">":
      return sign > 0;
    case ">=":
      return sign >= 0;
  }
}
