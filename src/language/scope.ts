// Which names have a meaning at a place, and whether an expression is a number or a condition.
import { type Diagnostic, nearest } from "./diagnostic.ts";
import type { Expr, Span } from "./syntax.ts";

export type Type = "number" | "truth" | "unknown";
type Call = Extract<Expr, { kind: "call" }>;

const arities: Readonly<Record<string, readonly [least: number, most: number]>> = {
  floor: [1, 1],
  ceil: [1, 1],
  abs: [1, 1],
  min: [1, Number.POSITIVE_INFINITY],
  max: [1, Number.POSITIVE_INFINITY],
};

export class Scope {
  /** Names, with the place that brought them in. */
  readonly places = new Map<string, Span>();
  /** What a call other than an arithmetic function means here: its type, or undefined if nothing. */
  call: ((call: Call, scope: Scope) => Type | undefined) | undefined;
  /** What to do with a name that stands for something else, a declaration. */
  hint: ((name: string) => string | undefined) | undefined;

  has(name: string): boolean {
    return this.places.has(name);
  }
  with(names: readonly string[]): Scope {
    const inner = new Scope();
    for (const [name, span] of this.places) inner.places.set(name, span);
    for (const name of names) inner.places.set(name, { from: 0, to: 0 });
    inner.call = this.call;
    inner.hint = this.hint;
    return inner;
  }
}

/** The type of an expression; what is wrong inside is reported. */
export function typeOf(expr: Expr, scope: Scope, report: (diagnostic: Diagnostic) => void): Type {
  const want = (part: Expr, wanted: "number" | "truth"): void => {
    const type = typeOf(part, scope, report);
    if (type === "unknown" || type === wanted) return;
    const message = wanted === "number" ? "A number is wanted here, this is a condition." : "A condition is wanted here, this is a number.";
    report({ code: "wrong-type", message, span: part.span });
  };
  switch (expr.kind) {
    case "number":
      return "number";
    case "boolean":
      return "truth";
    case "name": {
      if (expr.device) want(expr.device, "number");
      if (scope.has(expr.name)) return "number";
      const near = nearest(expr.name, scope.places.keys());
      report({
        code: "unknown-name",
        message: `\`${expr.name}\` has no meaning here.`,
        span: expr.span,
        help: scope.hint?.(expr.name) ?? (near ? `did you mean \`${near}\`?` : undefined),
      });
      return "unknown";
    }
    case "unary":
      want(expr.arg, expr.operator === "-" ? "number" : "truth");
      return expr.operator === "-" ? "number" : "truth";
    case "if": {
      want(expr.cond, "truth");
      const [yes, no] = [typeOf(expr.yes, scope, report), typeOf(expr.no, scope, report)];
      if (yes !== no && yes !== "unknown" && no !== "unknown") {
        report({ code: "wrong-type", message: "One branch is a number, the other a condition.", span: expr.span });
        return "unknown";
      }
      return yes === "unknown" ? no : yes;
    }
    case "within":
      want(expr.left, "number");
      want(expr.right, "number");
      want(expr.tolerance, "number");
      if (expr.relation !== "==") report({ code: "misplaced", message: "`within` goes with `==`.", span: expr.span });
      return "truth";
    case "binary": {
      const logical = expr.operator === "and" || expr.operator === "or" || expr.operator === "implies";
      want(expr.left, logical ? "truth" : "number");
      want(expr.right, logical ? "truth" : "number");
      return logical || ["==", "!=", "<", "<=", ">", ">="].includes(expr.operator) ? "truth" : "number";
    }
    case "call":
      return callType(expr, scope, report, want);
  }
}

function callType(
  expr: Call,
  scope: Scope,
  report: (diagnostic: Diagnostic) => void,
  want: (part: Expr, wanted: "number" | "truth") => void,
): Type {
  const arity = arities[expr.callee.text];
  if (arity === undefined || !Object.hasOwn(arities, expr.callee.text)) {
    const type = scope.call?.(expr, scope);
    if (type !== undefined) return type;
    const known = [
      ...Object.keys(arities),
      ...(scope.call ? ["makespan", "span", "idle", "bubble", "peak", "lifespan", "period", "load", "valid", "deadlock_free"] : []),
    ];
    const near = nearest(expr.callee.text, known);
    const measure = ["makespan", "span", "idle", "bubble", "peak", "lifespan", "period", "load", "valid", "deadlock_free"].includes(
      expr.callee.text,
    );
    const guess = near ? `did you mean \`${near}\`?` : measure ? "measures belong into claims" : undefined;
    const product = scope.has(expr.callee.text) ? `for a product write \`${expr.callee.text} * (...)\`` : undefined;
    const help = product ?? scope.hint?.(expr.callee.text) ?? guess;
    report({ code: "unknown-function", message: `There is no function \`${expr.callee.text}\` here.`, span: expr.callee.span, help });
    return "unknown";
  }
  if (expr.args.length < arity[0] || expr.args.length > arity[1]) {
    const wanted = arity[0] === arity[1] ? `${arity[0]} argument` : `at least ${arity[0]} argument`;
    report({ code: "wrong-arguments", message: `\`${expr.callee.text}\` takes ${wanted}, here are ${expr.args.length}.`, span: expr.span });
  }
  for (const arg of expr.args) {
    if (arg.name)
      report({ code: "wrong-arguments", message: `\`${expr.callee.text}\` has no setting \`${arg.name.text}\`.`, span: arg.span });
    want(arg.value, "number");
  }
  return "number";
}
