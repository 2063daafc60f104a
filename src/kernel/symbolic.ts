// What a term or a formula is worth in a case of a proof. With no variables left the case is one instance, and this is plain exact
// arithmetic; so finite claims and claims for all sizes are judged by the same lines.
// Measures come from outside (`judge.ts`): exact forms, or bounds where only those are known.
import { atLeastZero, type Case, floorOf, type Guide, isWhole, Stuck } from "./cases.ts";
import { add, constant, constantOf, type Form, isConstant, scale, subtract } from "./linear.ts";
import { over, type Rational, rational } from "./rational.ts";
import type { Flows, Formula, Measure, Relation, Term } from "./term.ts";

/** What is known of a number in a case: at least `low`, at most `high`. Exact when both are the same object. */
export interface Bounds {
  readonly low: Form | null;
  readonly high: Form | null;
}
export const exactly = (form: Form): { readonly low: Form; readonly high: Form } => ({ low: form, high: form });

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
    const form = exact(this.bounds(one, term));
    if (form === null) throw new Stuck("for all sizes only bounds of a measure are known");
    return form;
  }

  /** Bounds of a term: exact but for sums and multiples of measures of which only bounds are known. */
  bounds(one: Case, term: Term): Bounds {
    switch (term.op) {
      case "number":
        return exactly(constant(term.num, term.den));
      case "var": {
        const form = one.names.get(term.name);
        if (form === undefined) throw new Stuck(`the name ${term.name} has no value`);
        return exactly(form);
      }
      case "measure":
        return this.#leaves.measure(one, term.measure);
      case "add":
        return sum(this.bounds(one, term.left), this.bounds(one, term.right));
      case "sub":
        return sum(this.bounds(one, term.left), opposite(this.bounds(one, term.right)));
      case "neg":
        return opposite(this.bounds(one, term.arg));
      case "mul":
      case "quo": {
        const [left, right] = [this.bounds(one, term.left), this.bounds(one, term.right)];
        const [a, b] = [exact(left), exact(right)];
        if (term.op === "mul" && a !== null && isConstant(a)) return multiple(right, constantOf(a));
        if (b === null || !isConstant(b)) throw new Stuck("two things that both vary with the size are multiplied or divided");
        if (term.op === "mul") return multiple(left, constantOf(b));
        if (b.constant === 0n) throw new Stuck("something is divided by zero");
        return multiple(left, over(rational(1), constantOf(b)));
      }
      case "div":
        return exactly(this.#floored(one, term.left, term.right).quotient);
      case "mod":
        return exactly(this.#floored(one, term.left, term.right).remainder);
      case "min":
      case "max": {
        const [left, right] = [this.form(one, term.left), this.form(one, term.right)];
        const leftIsLess = atLeastZero(one, this.#guide, subtract(right, left));
        return exactly(leftIsLess === (term.op === "min") ? left : right);
      }
      case "floor":
        return exactly(floorOf(this.form(one, term.arg), 1n));
      case "ceil":
        return opposite(exactly(floorOf(minus(this.form(one, term.arg)), 1n)));
      case "abs": {
        const form = this.form(one, term.arg);
        return exactly(atLeastZero(one, this.#guide, form) ? form : minus(form));
      }
      case "ite":
        return exactly(this.form(one, this.holds(one, term.cond) ? term.yes : term.no));
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
        return this.#compare(one, "<=", sum(difference, opposite(tolerance))) && this.#compare(one, ">=", sum(difference, tolerance));
      }
    }
  }

  /** left - right. The right side is looked at first: it is mostly the short one, and its splits then come before the long work. */
  #difference(one: Case, left: Term, right: Term): Bounds {
    const subtracted = opposite(this.bounds(one, right));
    return sum(this.bounds(one, left), subtracted);
  }

  /** `difference relation 0`. With bounds only, an answer must follow from them. */
  #compare(one: Case, relation: Relation, difference: Bounds): boolean {
    /** At least 0? Null: that does not follow. */
    const atLeast = ({ low, high }: Bounds): boolean | null => {
      if (low !== null && atLeastZero(one, this.#guide, low)) return true;
      return high !== null && !atLeastZero(one, this.#guide, high) ? false : null;
    };
    const up = relation === "<=" || relation === ">" ? true : atLeast(difference);
    const down = relation === ">=" || relation === "<" || up === false ? true : atLeast(opposite(difference));
    const both = up === false || down === false ? false : up === null || down === null ? null : true;
    if (both === null) throw new Stuck("for all sizes only bounds of a measure are known, and they do not decide this");
    return relation === "!=" || relation === "<" || relation === ">" ? !both : both;
  }

  /** Floored quotient and remainder; the divisor is a constant, or the quotient is one of a few numbers. */
  #floored(one: Case, a: Term, b: Term): { readonly quotient: Form; readonly remainder: Form } {
    const [left, right] = [this.form(one, a), this.form(one, b)];
    if (!isWhole(left) || !isWhole(right)) throw new Stuck("`div` and `mod` take whole numbers");
    if (isConstant(right)) {
      const by = constantOf(right);
      if (by.num === 0n) throw new Stuck("something is divided by zero");
      const quotient = by.num > 0n ? floorOf(left, by.num) : floorOf(minus(left), -by.num);
      return { quotient, remainder: subtract(left, scale(quotient, by)) };
    }
    if (!atLeastZero(one, this.#guide, subtract(right, constant(1n)))) throw new Stuck("the divisor may be zero or negative");
    // left = q * right + rest with 0 <= rest < right: try q = 0, 1, -1, 2, -2, ...; splitting on each is sound.
    for (const q of [0n, 1n, -1n, 2n, -2n, 3n, -3n, 4n, 5n, 6n, 7n]) {
      const remainder = subtract(left, scale(right, rational(q)));
      if (atLeastZero(one, this.#guide, remainder) && !atLeastZero(one, this.#guide, subtract(remainder, right)))
        return { quotient: constant(q), remainder };
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
const exact = ({ low, high }: Bounds): Form | null => (low === high ? low : null);
const minus = (form: Form): Form => scale(form, rational(-1));
const opposite = (bounds: Bounds): Bounds => multiple(bounds, rational(-1));

function sum(x: Bounds, y: Bounds): Bounds {
  const [a, b] = [exact(x), exact(y)];
  if (a !== null && b !== null) return exactly(short(add(a, b)));
  return { low: x.low && y.low && short(add(x.low, y.low)), high: x.high && y.high && short(add(x.high, y.high)) };
}
function multiple(bounds: Bounds, by: Rational): Bounds {
  const form = exact(bounds);
  if (form !== null) return exactly(short(scale(form, by)));
  const [a, b] = [bounds.low, bounds.high].map((side) => side && short(scale(side, by)));
  return by.num < 0n ? { low: b, high: a } : { low: a, high: b };
}
