// Terms and formulas: what a claim, a start time or a placement says, once names are resolved.
// Values are integers or exact fractions. Nothing here evaluates; `symbolic.ts` does.
// Does not know devices or passes: a measure is an opaque leaf that the judge looks up.
import type { Channel, Rows } from "./order.ts";

/** A number-valued expression. `quo` is exact division, `div` and `mod` are floored and take integers. */
export type Term =
  | { readonly op: "number"; readonly num: bigint; readonly den: bigint } // den > 0
  | { readonly op: "var"; readonly name: string }
  | { readonly op: "add" | "sub" | "mul" | "quo" | "div" | "mod" | "min" | "max"; readonly left: Term; readonly right: Term }
  | { readonly op: "neg" | "floor" | "ceil" | "abs"; readonly arg: Term }
  | { readonly op: "ite"; readonly cond: Formula; readonly yes: Term; readonly no: Term }
  | { readonly op: "measure"; readonly measure: Measure };

export type Relation = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** A truth-valued expression. `within` compares as `|left - right| <= tolerance`. */
export type Formula =
  | { readonly op: "truth"; readonly value: boolean }
  | { readonly op: "compare"; readonly relation: Relation; readonly left: Term; readonly right: Term }
  | { readonly op: "within"; readonly left: Term; readonly right: Term; readonly tolerance: Term }
  | { readonly op: "and" | "or" | "implies"; readonly left: Formula; readonly right: Formula }
  | { readonly op: "not"; readonly arg: Formula }
  | { readonly op: "valid"; readonly schedule: number }
  | Flows;

/** Nobody waits for ever: the rows with sends and receives of a schedule, under a channel. */
export interface Flows {
  readonly op: "flows";
  readonly schedule: number;
  readonly channel: Channel;
  readonly rows: Rows;
}

export type MeasureName = "makespan" | "span" | "idle" | "bubble" | "peak" | "lifespan" | "period" | "load";

/** A measure of the statement's schedule number `schedule`; `device` and `stage` narrow it. */
export interface Measure {
  readonly name: MeasureName;
  readonly schedule: number;
  readonly device?: Term;
  readonly stage?: Term;
}

export const number = (value: bigint | number, den: bigint | number = 1n): Term => ({ op: "number", num: BigInt(value), den: BigInt(den) });
export const variable = (name: string): Term => ({ op: "var", name });
export const truth = (value: boolean): Formula => ({ op: "truth", value });
export const compare = (left: Term, relation: Relation, right: Term): Formula => ({ op: "compare", relation, left, right });
export const and = (left: Formula, right: Formula): Formula => ({ op: "and", left, right });
export const all = (formulas: readonly Formula[]): Formula => (formulas.length === 0 ? truth(true) : formulas.reduce(and));
export const not = (arg: Formula): Formula => ({ op: "not", arg });
export const implies = (left: Formula, right: Formula): Formula => ({ op: "implies", left, right });
export const or = (left: Formula, right: Formula): Formula => ({ op: "or", left, right });
export const any = (formulas: readonly Formula[]): Formula => (formulas.length === 0 ? truth(false) : formulas.reduce(or));
export const ite = (cond: Formula, yes: Term, no: Term): Term => ({ op: "ite", cond, yes, no });
export const whole = (of: Term): Formula => compare({ op: "floor", arg: of }, "==", of);
export const binary = (op: "add" | "sub" | "mul" | "quo" | "div" | "mod" | "min" | "max", left: Term, right: Term): Term => ({
  op,
  left,
  right,
});
