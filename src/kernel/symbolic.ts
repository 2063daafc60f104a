// What a term or a formula is worth in a case of a proof. With no variables left the case is one instance, and this is plain exact
// arithmetic; so finite claims and claims for all sizes are judged by the same lines.
import { atLeastZero, type Case, floorOf, type Guide, isZero, Stuck } from "./cases.ts";
import { add, constant, constantOf, type Form, isConstant, scale, subtract } from "./linear.ts";
import { over, type Rational, rational } from "./rational.ts";
import type { Flows, Formula, Measure, Relation, Term } from "./term.ts";

/** Answers for the leaves that only the judge knows. */
export interface Leaves {
  measure(measure: Measure): Form;
  valid(schedule: number): boolean;
  flows(formula: Flows): boolean;
}

const nowhere = (): never => {
  throw new Stuck("a measure or a schedule stands where none can stand");
};
/** No schedules in sight. */
export const noLeaves: Leaves = { measure: nowhere, valid: nowhere, flows: nowhere };

export class Evaluator {
  readonly #guide: Guide;
  readonly #leaves: Leaves;
  // What has been found in the case that was asked about last: formulas share parts.
  #case: Case | null = null;
  readonly #forms = new Map<Term, Form>();
  readonly #truths = new Map<Formula, boolean>();
  constructor(guide: Guide, leaves: Leaves = noLeaves) {
    this.#guide = guide;
    this.#leaves = leaves;
  }

  /** The exact form of a term. */
  form(one: Case, term: Term): Form {
    this.#turnTo(one);
    const form = this.#forms.get(term) ?? this.#formOf(one, term);
    // Sums of many fractions have denominators that only grow: no end could be waited for.
    if (form.den > longest) throw new Stuck("a fraction with more than 1000 digits");
    this.#forms.set(term, form);
    return form;
  }
  /** Whether a formula is true in the whole case (the case is split until that has an answer). */
  holds(one: Case, formula: Formula): boolean {
    this.#turnTo(one);
    const truth = this.#truths.get(formula) ?? this.#isTrue(one, formula);
    this.#truths.set(formula, truth);
    return truth;
  }
  #turnTo(one: Case): void {
    if (one === this.#case) return;
    this.#case = one;
    this.#forms.clear();
    this.#truths.clear();
  }

  #formOf(one: Case, term: Term): Form {
    switch (term.op) {
      case "number":
        return constant(term.num, term.den);
      case "var": {
        const form = one.names.get(term.name);
        if (form === undefined) throw new Stuck(`the name ${term.name} has no value`);
        return form;
      }
      case "measure":
        return this.#leaves.measure(term.measure);
      case "ite":
        return this.form(one, this.holds(one, term.cond) ? term.yes : term.no);
      case "neg":
      case "floor":
      case "ceil":
      case "abs":
        return this.#unary[term.op](one, this.form(one, term.arg));
      default:
        return this.#binary[term.op](one, this.form(one, term.left), this.form(one, term.right));
    }
  }
  readonly #unary: Readonly<Record<"neg" | "floor" | "ceil" | "abs", (one: Case, of: Form) => Form>> = {
    neg: (_, of) => minus(of),
    floor: (_, of) => floorOf(of, 1n),
    ceil: (_, of) => minus(floorOf(minus(of), 1n)),
    abs: (one, of) => (this.#atLeast(one, of, zero) ? of : minus(of)),
  };
  readonly #binary: Readonly<Record<"add" | "sub" | "mul" | "quo" | "div" | "mod" | "min" | "max", (one: Case, a: Form, b: Form) => Form>> =
    {
      add: (_, a, b) => add(a, b),
      sub: (_, a, b) => subtract(a, b),
      mul: (_, a, b) => (isConstant(a) ? scale(b, constantOf(a)) : scale(a, factorOf(b))),
      quo: (_, a, b) => scale(a, over(rational(1), divisorOf(b))),
      div: (one, a, b) => this.#quotient(one, a, b),
      mod: (one, a, b) => {
        const quotient = this.#quotient(one, a, b);
        return subtract(a, isConstant(b) ? scale(quotient, constantOf(b)) : scale(b, constantOf(quotient)));
      },
      min: (one, a, b) => (this.#atLeast(one, b, a) ? a : b),
      max: (one, a, b) => (this.#atLeast(one, b, a) ? b : a),
    };
  #atLeast(one: Case, greater: Form, less: Form): boolean {
    return atLeastZero(one, this.#guide, subtract(greater, less));
  }

  /** Floored quotient; the divisor is a constant, or the quotient is one of a few numbers. */
  #quotient(one: Case, a: Form, b: Form): Form {
    if (![a, b].every((side) => isZero(one, this.#guide, subtract(side, floorOf(side, 1n)))))
      throw new Stuck("`div` and `mod` take whole numbers"); // condition
    if (isConstant(b)) return divisorOf(b).num > 0n ? floorOf(a, divisorOf(b).num) : floorOf(minus(a), -divisorOf(b).num);
    // a = q * b + rest with 0 <= rest < b, so b is above 0: try q = 0, 1, -1, 2, -2, ...; splitting on each is sound.
    for (const q of [0n, 1n, -1n, 2n, -2n, 3n, -3n, 4n, 5n, 6n, 7n]) {
      const rest = subtract(a, scale(b, rational(q)));
      if (this.#atLeast(one, rest, zero) && !this.#atLeast(one, rest, b)) return constant(q);
    }
    throw new Stuck("for all sizes there is division by numbers only, as in `p div 2`");
  }

  #isTrue(one: Case, formula: Formula): boolean {
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
        return this.#leaves.valid(formula.schedule);
      case "flows":
        return this.#leaves.flows(formula);
      case "compare": {
        // The right side comes first: it is mostly the short one, and its splits are then made before the long work.
        const right = this.form(one, formula.right);
        return this.#compare(one, formula.relation, this.form(one, formula.left), right);
      }
      case "within": {
        const right = this.form(one, formula.right);
        const [difference, tolerance] = [subtract(this.form(one, formula.left), right), this.form(one, formula.tolerance)];
        return this.#atLeast(one, tolerance, difference) && this.#atLeast(one, add(difference, tolerance), zero);
      }
    }
  }

  #compare(one: Case, relation: Relation, left: Form, right: Form): boolean {
    const up = relation === "<=" || relation === ">" || this.#atLeast(one, left, right);
    const down = relation === ">=" || relation === "<" || !up || this.#atLeast(one, right, left);
    const isNegated = relation === "!=" || relation === "<" || relation === ">";
    return (up && down) !== isNegated;
  }
}

const longest = 10n ** 1000n;
const zero = constant(0n);
const minus = (form: Form): Form => scale(form, rational(-1));
function factorOf(form: Form): Rational {
  if (!isConstant(form)) throw new Stuck("two things that both vary with the size are multiplied or divided");
  return constantOf(form);
}
function divisorOf(form: Form): Rational {
  if (factorOf(form).num === 0n) throw new Stuck("something is divided by zero");
  return factorOf(form);
}
