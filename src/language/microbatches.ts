// Does a pipeline treat microbatches by their number, `j`? If it does so only through `j mod c`, a block whose group is a multiple
// of each c finds the same things in every repetition; else what is true of the first block says nothing about the next.
import { type Rational, rational } from "../kernel/rational.ts";
import { namesIn, nodes } from "./mentions.ts";
import type * as S from "./syntax.ts";

/** Whether anything depends on the number of the microbatch. */
export function byNumber(pipeline: S.Pipeline): boolean {
  const known = asked.get(pipeline) ?? namesIn(pipeline).has("j");
  asked.set(pipeline, known);
  return known;
}
const asked = new WeakMap<S.Pipeline, boolean>();

/** The c of every `... j ... mod c`, or null where `j` stands outside of one, or bent: `j * j mod 2`. */
export function rhythms(pipeline: S.Pipeline): readonly S.Expr[] | null {
  const found: S.Expr[] = [];
  let [all, inside] = [0, 0];
  for (const node of nodes(pipeline)) {
    if (node.kind === "name" && node.name === "j") all++;
    const expr = node as unknown as S.Expr;
    if (expr.kind !== "binary" || expr.operator !== "mod" || !straight(expr.left)) continue;
    const mentions = occurrences(expr.left);
    if (mentions === 0 || namesIn(expr.right).has("j")) continue;
    inside += mentions;
    found.push(expr.right);
  }
  return inside === all ? found : null;
}

/** Whether a step of `j` moves the expression by a whole number that is always the same. */
function straight(expr: S.Expr): boolean {
  if (!namesIn(expr).has("j")) return true;
  switch (expr.kind) {
    case "name":
      return true;
    case "unary":
      return expr.operator === "-" && straight(expr.arg);
    case "binary":
      if (expr.operator === "+" || expr.operator === "-") return straight(expr.left) && straight(expr.right);
      return expr.operator === "*" && ((isWhole(expr.left) && straight(expr.right)) || (isWhole(expr.right) && straight(expr.left)));
    default:
      return false;
  }
}
const isWhole = (expr: S.Expr): boolean => expr.kind === "number" && expr.value.den === 1n;

function occurrences(expr: S.Expr): number {
  let count = 0;
  for (const node of nodes(expr)) if (node.kind === "name" && node.name === "j") count++;
  return count;
}

/** Whether every block of `group` microbatches is like the first. `evaluate` gives the value of an expression of parameters, or null. */
export function repeats(pipeline: S.Pipeline, group: number, evaluate: (expr: S.Expr) => Rational | null): boolean {
  if (!byNumber(pipeline)) return true;
  const size = rational(group);
  const fits = (expr: S.Expr): boolean => {
    const after = evaluate(expr);
    return after !== null && after.den === 1n && after.num !== 0n && size.num % after.num === 0n;
  };
  return rhythms(pipeline)?.every(fits) ?? false;
}
