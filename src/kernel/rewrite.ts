// Terms and formulas with something else in the place of their names and measures.
import type { Formula, Term } from "./term.ts";

/** What stands in the place of a name or a measure. */
export type Put = (leaf: Extract<Term, { readonly op: "var" | "measure" }>) => Term;

export function rewriteTerm(of: Term, put: Put): Term {
  const inner = (part: Term): Term => rewriteTerm(part, put);
  switch (of.op) {
    case "number":
      return of;
    case "var":
    case "measure":
      return put(of);
    case "ite":
      return { ...of, cond: rewriteFormula(of.cond, put), yes: inner(of.yes), no: inner(of.no) };
    case "neg":
    case "floor":
    case "ceil":
    case "abs":
      return { ...of, arg: inner(of.arg) };
    default:
      return { ...of, left: inner(of.left), right: inner(of.right) };
  }
}

export function rewriteFormula(of: Formula, put: Put): Formula {
  const [term, formula] = [(part: Term): Term => rewriteTerm(part, put), (part: Formula): Formula => rewriteFormula(part, put)];
  switch (of.op) {
    case "compare":
      return { ...of, left: term(of.left), right: term(of.right) };
    case "within":
      return { ...of, left: term(of.left), right: term(of.right), tolerance: term(of.tolerance) };
    case "and":
    case "or":
    case "implies":
      return { ...of, left: formula(of.left), right: formula(of.right) };
    case "not":
      return { ...of, arg: formula(of.arg) };
    default:
      return of;
  }
}

/** The term with these terms in the place of these names. */
export const substituted = (of: Term, names: readonly string[], terms: readonly Term[]): Term =>
  rewriteTerm(of, (leaf) => {
    const at = leaf.op === "var" ? names.indexOf(leaf.name) : -1;
    return at < 0 ? leaf : terms[at];
  });
