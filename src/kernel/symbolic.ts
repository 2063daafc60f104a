// What a term or a formula is worth in a case of a proof. With no variables left the case is one instance, and this is plain exact
// arithmetic; so finite claims and claims for all sizes are judged by the same lines.
// Measures come from outside (`judge.ts`): exact forms, or bounds where only those are known.
import { atLeastZero, type Case, floorOf, type Guide, isWhole, isZero, Stuck } from "./cases.ts";
import { add, constant, constantOf, type Form, isConstant, scale, subtract } from "./linear.ts";
import { over, rational } from "./rational.ts";
import type { Flows, Formula, Measure, Relation, Term } from "./term.ts";

/** What is known of a number in a case: at least `low`, at most `high`. Exact when both are the same object. */
export interface Bounds {
  readonly low: Form | null;
  readonly high: Form | null;
}
export const exactly = (form: Form): Bounds => ({ low: form, high: form });

/** Answers for the leaves that only the judge knows. */
export interface Leaves {
  measure(one: Case, measure: Measure): Bounds;
  valid(one: Case, schedule: number): boolean;
  flows(formula: Flows): boolean;
}

/** No schedules in sight: starts, placements, ranges. */
export const noLeaves: Leaves = {
  measure: () => {
    throw new Stuck("a measure stands where none can stand");
  },
  valid: () => {
    throw new Stuck("a schedule stands where none can stand");
  },
  flows: () => {
    throw new Stuck("sends and receives are judged size by size, so give the sizes a range: `for p in 2..16`");
  },
};

export class Evaluator {
  readonly #guide: Guide;
  readonly #leaves: Leaves;
  constructor(guide: Guide, leaves: Leaves = noLeaves) {
    this.#guide = guide;
    this.#leaves = leaves;
  }

  /** The exact form of a term. */
  form(one: Case, term: Term): Form {
    switch (term.op) {
      case "number":
        return constant(term.num, term.den);
      case "var": {
        const form = one.names.get(term.name);
        if (form === undefined) throw new Stuck(`the name ${term.name} has no value`);
        return form;
      }
      case "add":
        return short(add(this.form(one, term.left), this.form(one, term.right)));
      case "sub":
        return short(subtract(this.form(one, term.left), this.form(one, term.right)));
      case "mul":
        return short(product(this.form(one, term.left), this.form(one, term.right)));
      case "quo":
        return short(this.#quotient(this.form(one, term.left), this.form(one, term.right)));
      case "div":
        return this.#floored(one, term.left, term.right).quotient;
      case "mod":
        return this.#floored(one, term.left, term.right).remainder;
      case "min":
      case "max": {
        const [left, right] = [this.form(one, term.left), this.form(one, term.right)];
        const leftIsLess = atLeastZero(one, this.#guide, subtract(right, left));
        return leftIsLess === (term.op === "min") ? left : right;
      }
      case "neg":
        return scale(this.form(one, term.arg), rational(-1));
      case "floor":
        return floorOf(this.form(one, term.arg), 1n);
      case "ceil":
        return scale(floorOf(scale(this.form(one, term.arg), rational(-1)), 1n), rational(-1));
      case "abs": {
        const form = this.form(one, term.arg);
        return atLeastZero(one, this.#guide, form) ? form : scale(form, rational(-1));
      }
      case "ite":
        return this.form(one, this.holds(one, term.cond) ? term.yes : term.no);
      case "measure": {
        const { low, high } = this.#leaves.measure(one, term.measure);
        if (low === null || low !== high) throw new Stuck(`for all sizes only bounds of the ${term.measure.name} are known`);
        return low;
      }
    }
  }

  /** Bounds of a term: exact but for sums and multiples of measures of which only bounds are known. */
  bounds(one: Case, term: Term): Bounds {
    switch (term.op) {
      case "measure":
        return this.#leaves.measure(one, term.measure);
      case "add":
        return sum(this.bounds(one, term.left), this.bounds(one, term.right));
      case "sub":
        return sum(this.bounds(one, term.left), multiple(this.bounds(one, term.right), rational(-1)));
      case "neg":
        return multiple(this.bounds(one, term.arg), rational(-1));
      case "mul":
      case "quo": {
        const [left, right] = [this.bounds(one, term.left), this.bounds(one, term.right)];
        if (right.low !== null && right.low === right.high && isConstant(right.low) && (term.op === "mul" || right.low.constant !== 0n)) {
          const by = constantOf(right.low);
          return multiple(left, term.op === "mul" ? by : over(rational(1), by));
        }
        if (term.op === "mul" && left.low !== null && left.low === left.high && isConstant(left.low))
          return multiple(right, constantOf(left.low));
        return exactly(this.form(one, term));
      }
      default:
        return exactly(this.form(one, term));
    }
  }

  /** Whether a formula is true in the whole case (the case is split until that has an answer). */
  holds(one: Case, formula: Formula): boolean {
    switch (formula.op) {
      case "truth":
        return formula.value;
      case "not":
        return !this.holds(one, formula.arg);
      case "and":
        return this.holds(one, formula.left) && this.holds(one, formula.right);
      case "or":
        return this.holds(one, formula.left) || this.holds(one, formula.right);
      case "implies":
        return !this.holds(one, formula.left) || this.holds(one, formula.right);
      case "valid":
        return this.#leaves.valid(one, formula.schedule);
      case "flows":
        return this.#leaves.flows(formula);
      case "compare":
        return this.#compare(one, formula.relation, this.#difference(one, formula.left, formula.right));
      case "within": {
        const difference = this.#difference(one, formula.left, formula.right);
        const tolerance = exactly(this.form(one, formula.tolerance));
        return (
          this.#compare(one, "<=", sum(difference, multiple(tolerance, rational(-1)))) &&
          this.#compare(one, ">=", sum(difference, tolerance))
        );
      }
    }
  }

  /** left - right. The right side is looked at first: it is mostly the short one, and its splits then come before the long work. */
  #difference(one: Case, left: Term, right: Term): Bounds {
    const subtracted = multiple(this.bounds(one, right), rational(-1));
    return sum(this.bounds(one, left), subtracted);
  }

  /** `difference relation 0`. With bounds only, an answer must follow from them. */
  #compare(one: Case, relation: Relation, difference: Bounds): boolean {
    const { low, high } = difference;
    const atLeast = (form: Form): boolean => atLeastZero(one, this.#guide, form);
    const minusOf = (form: Form): Form => scale(form, rational(-1));
    if (low !== null && low === high) {
      switch (relation) {
        case "==":
          return isZero(one, this.#guide, low);
        case "!=":
          return !isZero(one, this.#guide, low);
        case ">=":
          return atLeast(low);
        case "<=":
          return atLeast(minusOf(low));
        case ">":
          return !atLeast(minusOf(low));
        case "<":
          return !atLeast(low);
      }
    }
    const known = {
      ">=": (): boolean | null => (low !== null && atLeast(low) ? true : high !== null && !atLeast(high) ? false : null),
      "<=": (): boolean | null => (high !== null && atLeast(minusOf(high)) ? true : low !== null && !atLeast(minusOf(low)) ? false : null),
    };
    const both = (): boolean | null => {
      const [up, down] = [known[">="](), known["<="]()];
      return up === false || down === false ? false : up === true && down === true ? true : null;
    };
    const negated = (answer: boolean | null): boolean | null => (answer === null ? null : !answer);
    const answers: Record<Relation, () => boolean | null> = {
      ...known,
      ">": () => negated(known["<="]()),
      "<": () => negated(known[">="]()),
      "==": both,
      "!=": () => negated(both()),
    };
    const answer = answers[relation]();
    if (answer === null) throw new Stuck("for all sizes only bounds of a measure are known, and they do not decide this");
    return answer;
  }

  #quotient(left: Form, right: Form): Form {
    if (!isConstant(right)) throw new Stuck("for all sizes there is division by numbers only, as in `p div 2`");
    if (right.constant === 0n) throw new Stuck("something is divided by zero");
    return scale(left, over(rational(1), constantOf(right)));
  }

  /** Floored quotient and remainder; the divisor is a constant, or the quotient is one of a few numbers. */
  #floored(one: Case, a: Term, b: Term): { readonly quotient: Form; readonly remainder: Form } {
    const [left, right] = [this.form(one, a), this.form(one, b)];
    if (!isWhole(left) || !isWhole(right)) throw new Stuck("`div` and `mod` take whole numbers");
    if (isConstant(right)) {
      const by = constantOf(right);
      if (by.num === 0n) throw new Stuck("something is divided by zero");
      const quotient = by.num > 0n ? floorOf(left, by.num) : floorOf(scale(left, rational(-1)), -by.num);
      return { quotient, remainder: subtract(left, scale(quotient, by)) };
    }
    if (!atLeastZero(one, this.#guide, subtract(right, constant(1n)))) throw new Stuck("the divisor may be zero or negative");
    // left = q * right + rest with 0 <= rest < right: try q = 0, 1, -1, 2, -2, ...; splitting on each is sound.
    for (const q of [0n, 1n, -1n, 2n, -2n, 3n, -3n, 4n, 5n, 6n, 7n]) {
      const rest = subtract(left, scale(right, rational(q)));
      if (atLeastZero(one, this.#guide, rest) && !atLeastZero(one, this.#guide, subtract(rest, right))) {
        return { quotient: constant(q), remainder: rest };
      }
    }
    throw new Stuck("for all sizes there is division by numbers only, as in `p div 2`");
  }
}

const longest = 10n ** 1000n;

/** Sums of many fractions have denominators that only grow: no end could be waited for. */
function short(form: Form): Form {
  if (form.den > longest) throw new Stuck("a fraction with more than 1000 digits");
  return form;
}

function product(x: Form, y: Form): Form {
  if (isConstant(x)) return scale(y, constantOf(x));
  if (isConstant(y)) return scale(x, constantOf(y));
  throw new Stuck("two things that both vary with the size are multiplied");
}

function sum(x: Bounds, y: Bounds): Bounds {
  if (x.low !== null && x.low === x.high && y.low !== null && y.low === y.high) return exactly(short(add(x.low, y.low)));
  return { low: x.low && y.low && short(add(x.low, y.low)), high: x.high && y.high && short(add(x.high, y.high)) };
}
function multiple({ low, high }: Bounds, by: { num: bigint; den: bigint }): Bounds {
  if (low !== null && low === high) return exactly(short(scale(low, by)));
  const [a, b] = [low && short(scale(low, by)), high && short(scale(high, by))];
  return by.num < 0n ? { low: b, high: a } : { low: a, high: b };
}
