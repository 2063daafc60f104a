// Short ways to write the kernel's terms and formulas.
import type { Formula, Relation, Term } from "../kernel/index.ts";

export type { Relation };

export const number = (value: bigint | number, den: bigint | number = 1n): Term => ({ op: "number", num: BigInt(value), den: BigInt(den) });
export const variable = (name: string): Term => ({ op: "var", name });
export const truth = (value: boolean): Formula => ({ op: "truth", value });
export const compare = (left: Term, relation: Relation, right: Term): Formula => ({ op: "compare", relation, left, right });
export const and = (left: Formula, right: Formula): Formula => ({ op: "and", left, right });
export const all = (formulas: readonly Formula[]): Formula => (formulas.length === 0 ? truth(true) : formulas.reduce(and));
export const binary = (op: "add" | "sub" | "mul" | "quo" | "div" | "mod" | "min" | "max", left: Term, right: Term): Term => ({
  op,
  left,
  right,
});
