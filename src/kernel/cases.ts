// Proof by cases over integer variables. A goal is a function that looks at one case and asks the case questions: is this form
// at least 0? what is its residue? Where the facts of the case do not decide, the case is split and the goal looked at again.
// The guide is not trusted: it proposes multipliers (Farkas), which are added up here, and where to split, which is always sound.
// Law: proofs/laws/residue-classes.md. Nothing here knows of schedules.
import { add, combine, constant, type Form, isConstant, scale, subtract, tighten, unit } from "./linear.ts";
import { floorDivide, gcd, rational } from "./rational.ts";

/** One case: names as forms over the case's variables, and facts `form >= 0` (integer coefficients). */
export interface Case {
  readonly variables: number;
  readonly names: ReadonlyMap<string, Form>;
  readonly facts: readonly Form[];
}

/** `scale * goal = sum of multipliers[i] * facts[i] + rest`, multipliers and rest at least 0, scale above 0. */
export interface Multipliers {
  readonly scale: bigint;
  readonly factors: readonly bigint[];
}
export type SignAnswer =
  | { readonly kind: "nonnegative" | "negative"; readonly because: Multipliers }
  | { readonly kind: "split" }
  | { readonly kind: "stop"; readonly reason: string };

/** What stands outside the kernel and knows where to look. */
export interface Guide {
  sign(facts: readonly Form[], form: Form): SignAnswer;
  /** Multipliers that make -1 out of the facts, if there are any: the case is empty. */
  empty(facts: readonly Form[]): Multipliers | null;
}

/** How a case falls into parts: where a form is at least 0 and where it is not, or by the residues of a variable. */
export type Parting =
  | { readonly kind: "sign"; readonly form: Form }
  | { readonly kind: "residues"; readonly variable: number; readonly modulus: bigint };

/** Internal: the goal cannot go on in this case, and has to be looked at in each of its parts. */
export class Split {
  readonly parting: Parting;
  constructor(parting: Parting) {
    this.parting = parting;
  }
}
/** Internal: no way on; the claim stays unknown, for this reason. */
export class Stuck {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
export type Outcome =
  | { readonly kind: "proved"; readonly cases: number }
  | { readonly kind: "failed"; readonly where: Case }
  | { readonly kind: "stuck"; readonly reason: string };

/** Whether `goal` is true in every integer point of the case. Stops at the first case in which it is false. */
export function every(given: Case, guide: Guide, goal: (one: Case) => boolean): Outcome {
  let cases = 0;
  const open: Case[] = [given];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    try {
      if (!goal(one) && !isEmpty(one, guide)) return { kind: "failed", where: one };
      cases++;
    } catch (signal) {
      if (signal instanceof Split) open.push(...partsOf(one, signal.parting).reverse());
      else if (!(signal instanceof Stuck)) throw signal;
      else if (!isEmpty(one, guide)) return { kind: "stuck", reason: signal.reason };
      else cases++;
    }
  }
  return { kind: "proved", cases };
}

/** All whole-numbered values of these names. */
export const allValues = (names: readonly string[]): Case => ({
  variables: names.length,
  names: new Map(names.map((name, i) => [name, unit(i)])),
  facts: [],
});

/** The parts of a case; together they are all its points (law: residue-classes, 1 and 2). */
export function partsOf(one: Case, parting: Parting): Case[] {
  if (parting.kind === "sign") return [assume(one, parting.form), assume(one, below(parting.form))];
  // x = modulus * y + r for r = 0..modulus-1: y takes the place of x.
  const { variable, modulus } = parting;
  const more = scale(unit(variable), rational(modulus - 1n));
  return Array.from({ length: Number(modulus) }, (_, r) => {
    const step = add(more, constant(BigInt(r)));
    const put = (form: Form): Form => add(form, scale(step, rational(form.coefficients[variable] ?? 0n, form.den)));
    return {
      ...one,
      names: new Map([...one.names].map(([name, form]) => [name, put(form)])),
      facts: one.facts.map((fact) => tighten(put(fact))),
    };
  });
}
const assume = (one: Case, form: Form): Case => ({ ...one, facts: [...one.facts, form] });
/** At least 0 where the form, tightened, is not. */
const below = (form: Form): Form => tighten(subtract(constant(-1n), form));

/** Whether the facts contradict each other, shown by multipliers. */
export function isEmpty(one: Case, guide: Guide): boolean {
  const because = guide.empty(one.facts);
  return because !== null && adds(one.facts, because, constant(-1n)); // condition
}

/** Whether the multipliers show `goal >= 0`. */
function adds(facts: readonly Form[], { scale: by, factors }: Multipliers, goal: Form): boolean {
  if (by <= 0n || factors.length > facts.length) return false; // condition
  let rest = scale(goal, rational(by));
  for (let i = 0; i < factors.length; i++) {
    if (factors[i] < 0n) return false; // condition
    if (factors[i] !== 0n) rest = combine(1n, rest, -factors[i], facts[i]);
  }
  return isConstant(rest) && rest.constant >= 0n; // condition
}

/** Whether the form is at least 0 in the whole case; if that differs within the case, the case is split. */
export function atLeastZero(one: Case, guide: Guide, form: Form): boolean {
  if (isConstant(form)) return form.constant >= 0n;
  const whole = tighten(form);
  const answer = guide.sign(one.facts, whole);
  if (answer.kind === "split") throw new Split({ kind: "sign", form: whole });
  if (answer.kind === "stop") throw new Stuck(answer.reason);
  const isNonnegative = answer.kind === "nonnegative";
  if (!adds(one.facts, answer.because, isNonnegative ? whole : below(whole))) throw new Stuck("multipliers that do not add up"); // condition
  return isNonnegative;
}

export const isZero = (one: Case, guide: Guide, form: Form): boolean =>
  atLeastZero(one, guide, form) && atLeastZero(one, guide, subtract(constant(0n), form));

/** floor(form / divisor): linear, once every coefficient is divisible. Splits a variable into its residues until it is. */
export function floorOf(form: Form, divisor: bigint): Form {
  const by = divisor * form.den;
  form.coefficients.forEach((c, variable) => {
    if (c % by === 0n) return;
    const modulus = by / gcd(c, by);
    if (modulus > 10_000n) throw new Stuck(`a proof by ${modulus} residue classes would be too long`);
    throw new Split({ kind: "residues", variable, modulus });
  });
  return { den: 1n, constant: floorDivide(form.constant, by), coefficients: form.coefficients.map((c) => c / by) };
}
