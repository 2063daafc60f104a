// The smallest model of a query, by plain checks: each variable in turn is pressed down and then held. The steps upwards from the
// lower bound double, so a small value costs few checks and a huge one their logarithm.
// Does not use Z3's `Optimize`, which is slow and has had wrong optima.

import { fraction } from "../fraction/index.ts";
import { type Formula, type Rational, type Term, term } from "../kernel/index.ts";
import type { Answer, Query, Solver } from "./solver.ts";

/**
 * The model that is lexicographically smallest in the variables of `order`; the other variables have some values that go with it.
 * A variable of `order` is searched from the largest lower bound that the assertions state as a conjunct of their own (`x >= c`,
 * `c < x`, `x == c`); without such a conjunct over `x >= 0` only, and "none" then means none there. `deadline` is for all checks
 * together, as `Date.now()` counts; when it passes, or any check is "unknown", so is the answer.
 */
export async function smallest(solver: Solver, query: Query, order: readonly string[], deadline: number): Promise<Answer> {
  const lows = order.map((name) => statedLow(query.assertions, name));
  const held: Formula[] = [...query.assertions];
  order.forEach((name, index) => {
    if (lows[index] === null) held.push(term.compare(term.variable(name), ">=", term.number(0)));
  });
  const variables = [...new Set([...query.variables, ...order])];
  const check = (last: readonly Formula[]): Promise<Answer> => solver.check({ variables, assertions: [...held, ...last] }, deadline);

  let best = await check([]);
  for (const [index, name] of order.entries()) {
    if (best.kind !== "model") return best;
    let low = lows[index] ?? 0n;
    let high = valueIn(best.values, name);
    let step = 0n;
    while (low < high) {
      const middle = fraction.floorDivide(low + high, 2n);
      const reach = low + step < middle ? low + step : middle;
      const answer = await check([term.compare(term.variable(name), "<=", term.number(reach))]);
      if (answer.kind === "unknown") return answer;
      if (answer.kind === "model") {
        best = answer;
        high = valueIn(answer.values, name);
      } else {
        low = reach + 1n;
        step = 2n * step + 1n;
      }
    }
    held.push(term.compare(term.variable(name), "==", term.number(high)));
  }
  return best;
}

function valueIn(values: ReadonlyMap<string, bigint>, name: string): bigint {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the solver's model leaves out ${name}`);
  return value;
}

/** The largest constant that some conjunct puts below `name`. */
function statedLow(assertions: readonly Formula[], name: string): bigint | null {
  let low: bigint | null = null;
  const open = [...assertions];
  for (let formula = open.pop(); formula !== undefined; formula = open.pop()) {
    if (formula.op === "and") open.push(formula.left, formula.right);
    if (formula.op !== "compare") continue;
    const found =
      lowOf(formula.relation, formula.left, formula.right, name) ?? lowOf(mirrored[formula.relation], formula.right, formula.left, name);
    if (found !== null && (low === null || found > low)) low = found;
  }
  return low;
}

const mirrored: Record<term.Relation, term.Relation> = { "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function lowOf(relation: term.Relation, left: Term, right: Term, name: string): bigint | null {
  const bound = literal(right);
  if (left.op !== "var" || left.name !== name || bound === null) return null;
  if (relation === ">") return fraction.floor(bound) + 1n;
  return relation === ">=" || relation === "==" ? fraction.ceil(bound) : null;
}

function literal(term: Term): Rational | null {
  if (term.op === "number") return fraction.rational(term.num, term.den);
  const negated = term.op === "neg" ? literal(term.arg) : null;
  return negated && fraction.negate(negated);
}
