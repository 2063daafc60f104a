// Proof by cases over integer variables. A goal is a function that looks at one case and asks the case questions: is this form
// at least 0? what is its residue? Where the facts of the case do not decide, the case is split and the goal looked at again.
// The guide is not trusted: it proposes multipliers (Farkas), which are added up here, and where to split, which is always sound.
// Law: proofs/laws/residue-classes.md. Nothing here knows of schedules.
import { combine, constant, type Form, isConstant, same, scale, substitute, subtract, tighten, unit } from "./linear.ts";
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
  | { readonly kind: "nonnegative"; readonly because: Multipliers }
  | { readonly kind: "negative"; readonly because: Multipliers }
  | { readonly kind: "split" }
  | { readonly kind: "stop"; readonly reason: string };

/** What stands outside the kernel and knows where to look. */
export interface Guide {
  sign(facts: readonly Form[], form: Form): SignAnswer;
  /** Multipliers that make -1 out of the facts, if there are any: the case is empty. */
  empty(facts: readonly Form[]): Multipliers | null;
}

/**
 * Internal: the goal cannot go on in this case. Caught by the nearest `every`, which splits its own case: names that the goal had
 * bound in passing are not carried over. Never leaves the kernel.
 */
class Split {
  readonly refine: (one: Case) => readonly Case[];
  constructor(refine: (one: Case) => readonly Case[]) {
    this.refine = refine;
  }
}
/** Internal: no way on; the claim stays unknown, for this reason. */
export class Stuck {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
/** Internal: a goal inside a goal is false in this case. */
export class Failed {
  readonly where: Case;
  constructor(where: Case) {
    this.where = where;
  }
}

export type Outcome =
  | { readonly kind: "proved"; readonly cases: number }
  | { readonly kind: "failed"; readonly where: Case }
  | { readonly kind: "stuck"; readonly reason: string };

/**
 * Whether `goal` is true in every integer point of the case. Stops at the first case in which it is false.
 * A goal must take forms from the case that it is given (by name): a form from an outer case is stale after a split.
 */
export function every(given: Case, guide: Guide, goal: (one: Case) => boolean): Outcome {
  let cases = 0;
  const open: Case[] = [given];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    try {
      if (!goal(one) && !isEmpty(one, guide)) return { kind: "failed", where: one };
      cases++;
    } catch (signal) {
      if (signal instanceof Split) for (const part of [...signal.refine(one)].reverse()) open.push(part);
      // `everywhere` has found that case not to be empty; it is not asked again.
      else if (signal instanceof Failed) return { kind: "failed", where: signal.where };
      else if (signal instanceof Stuck && isEmpty(one, guide)) cases++;
      else if (signal instanceof Stuck) return { kind: "stuck", reason: signal.reason };
      else throw signal;
    }
  }
  return { kind: "proved", cases };
}

/** `every` inside a goal: true, or it throws what the outer `every` understands. Adds the names to the case. */
export function everywhere(one: Case, guide: Guide, names: readonly string[], goal: (inner: Case) => boolean): true {
  const outcome = every(extend(one, names), guide, goal);
  if (outcome.kind === "failed") throw new Failed(outcome.where);
  if (outcome.kind === "stuck") throw new Stuck(outcome.reason);
  return true;
}

/** A case with new integer variables, about which nothing is known. */
export function extend(one: Case, names: readonly string[]): Case {
  const all = new Map(one.names);
  names.forEach((name, i) => {
    all.set(name, unit(one.variables + i));
  });
  return { variables: one.variables + names.length, names: all, facts: one.facts };
}

export const assume = (one: Case, form: Form): Case => ({ ...one, facts: [...one.facts, tighten(scale(form, rational(form.den)))] });

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
  const whole = tighten({ ...form, den: 1n });
  const answer = guide.sign(one.facts, whole);
  const below = tighten(subtract(constant(-1n), whole));
  switch (answer.kind) {
    case "nonnegative":
      if (adds(one.facts, answer.because, whole)) return true; // condition
      throw new Stuck("multipliers that do not add up");
    case "negative":
      if (adds(one.facts, answer.because, below)) return false; // condition
      throw new Stuck("multipliers that do not add up");
    case "split":
      throw new Split((own) => [assume(own, whole), assume(own, below)]);
    case "stop":
      throw new Stuck(answer.reason);
  }
}

export const isZero = (one: Case, guide: Guide, form: Form): boolean =>
  atLeastZero(one, guide, form) && atLeastZero(one, guide, subtract(constant(0n), form));

/** floor(form / divisor): linear, once every coefficient is divisible. Splits a variable into its residues until it is. */
export function floorOf(form: Form, divisor: bigint): Form {
  const by = divisor * form.den;
  form.coefficients.forEach((c, index) => {
    if (c % by === 0n) return;
    const modulus = by / gcd(c, by);
    if (modulus > 10_000n) throw new Stuck(`a proof by ${modulus} residue classes would be too long`);
    throw new Split((own) => residues(own, index, modulus));
  });
  return { den: 1n, constant: floorDivide(form.constant, by), coefficients: form.coefficients.map((c) => c / by) };
}

/** Whether the form is a whole number in the whole case; if that differs within the case, the case is split. */
export const isWhole = (form: Form): boolean => same(form, floorOf(form, 1n));

/** The residue of an integer form, a number in 0..modulus-1. */
export function residueOf(form: Form, modulus: bigint): bigint {
  const rest = subtract(form, scale(floorOf(form, modulus), rational(modulus)));
  if (!isConstant(rest) || rest.den !== 1n) throw new Stuck("a remainder of something that is not a whole number");
  return rest.constant;
}

/** The cases x = modulus * y + r for r = 0..modulus-1: together they are all integers x. */
export function residues(one: Case, index: number, modulus: bigint): Case[] {
  const found: Case[] = [];
  for (let r = 0n; r < modulus; r++) {
    const names = new Map<string, Form>();
    for (const [name, form] of one.names) names.set(name, substitute(form, index, modulus, r));
    found.push({ variables: one.variables, names, facts: one.facts.map((fact) => tighten(substitute(fact, index, modulus, r))) });
  }
  return found;
}
