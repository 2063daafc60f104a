// Finds the multipliers that the kernel asks for: a nonnegative combination of facts that gives a form, by the simplex method in
// exact fractions (Bland's rule, so it ends). Untrusted: the kernel adds every combination up again.

import { fraction } from "../fraction/index.ts";
import { type Form, type Guide, linear, type Multipliers, type Rational, type SignAnswer } from "../kernel/index.ts";

const { rational, plus, minus, times, over, order, zero, one, gcd } = fraction;

/** Multipliers for `goal >= 0` from `facts`, or null if no combination gives it. */
export function multipliers(facts: readonly Form[], goal: Form): Multipliers | null {
  const size = Math.max(goal.coefficients.length, ...facts.map((fact) => fact.coefficients.length), 0);
  const used = Array.from({ length: size }, (_, i) => i).filter(
    (i) => (goal.coefficients[i] ?? 0n) !== 0n || facts.some((fact) => (fact.coefficients[i] ?? 0n) !== 0n),
  );
  const rows = used.length;
  const columns = facts.length;
  // Row r: sum of lambda_i * a_i[r] (+ artificial) = goal[r], right side made nonnegative.
  const table: Rational[][] = [];
  const basis: number[] = [];
  for (let r = 0; r < rows; r++) {
    const right = goal.coefficients[used[r]] ?? 0n;
    const sign = right < 0n ? -1n : 1n;
    const row = facts.map((fact) => rational(sign * (fact.coefficients[used[r]] ?? 0n)));
    for (let k = 0; k < rows; k++) row.push(k === r ? one : zero);
    row.push(rational(sign * right));
    table.push(row);
    basis.push(columns + r);
  }
  const width = columns + rows;
  const first = Array.from({ length: width }, (_, i) => (i >= columns ? one : zero));
  if (simplex(table, basis, first, width, () => false) === "unbounded") return null;
  let infeasible = zero;
  basis.forEach((column, r) => {
    if (column >= columns) infeasible = plus(infeasible, table[r][width]);
  });
  if (infeasible.num !== 0n) return null;
  // Artificial variables still in the basis are zero; pivot them out where possible.
  basis.forEach((column, r) => {
    if (column < columns) return;
    const enter = table[r].findIndex((value, i) => i < columns && value.num !== 0n);
    if (enter >= 0) pivot(table, basis, r, enter);
  });
  const cost = facts.map((fact) => rational(fact.constant));
  const budget = rational(goal.constant);
  const spent = (): Rational => {
    let sum = zero;
    basis.forEach((column, r) => {
      if (column < columns) sum = plus(sum, times(cost[column], table[r][width]));
    });
    return sum;
  };
  const enough = (): boolean => order(spent(), budget) <= 0;
  const second = [...cost, ...Array.from({ length: rows }, () => zero)];
  const end = simplex(table, basis, second, columns, enough);
  const lambda: Rational[] = Array.from({ length: columns }, () => zero);
  basis.forEach((column, r) => {
    if (column < columns) lambda[column] = table[r][width];
  });
  if (end !== "done") {
    if (end === "unbounded") return null;
    // A ray along which the cost falls for ever: go far enough.
    const excess = minus(spent(), budget);
    const step = over(excess, end.gain);
    const far = rational(fraction.ceil(step) + 1n);
    lambda[end.column] = plus(lambda[end.column], far);
    basis.forEach((column, r) => {
      if (column < columns) lambda[column] = minus(lambda[column], times(far, table[r][end.column]));
    });
  } else if (!enough()) return null;
  let by = 1n;
  for (const { den } of lambda) by = (by * den) / gcd(by, den);
  return { scale: by, factors: lambda.map(({ num, den }) => num * (by / den)) };
}

type Ending = "done" | "unbounded" | { readonly column: number; readonly gain: Rational };

/** Minimises `cost` over the first `width` columns; stops early when `enough` says so. */
function simplex(table: Rational[][], basis: number[], cost: readonly Rational[], width: number, enough: () => boolean): Ending {
  const right = table[0]?.length ?? 1;
  for (let guard = 0; guard < 10_000; guard++) {
    if (enough()) return "done";
    let enter = -1;
    let gain = zero;
    for (let column = 0; column < width && enter < 0; column++) {
      if (basis.includes(column)) continue;
      let reduced = cost[column];
      basis.forEach((own, r) => {
        if (table[r][column].num !== 0n && cost[own].num !== 0n) reduced = minus(reduced, times(cost[own], table[r][column]));
      });
      if (reduced.num < 0n) [enter, gain] = [column, { num: -reduced.num, den: reduced.den }];
    }
    if (enter < 0) return "done";
    let leave = -1;
    let least = zero;
    for (let r = 0; r < table.length; r++) {
      if (table[r][enter].num <= 0n) continue;
      const ratio = over(table[r][right - 1], table[r][enter]);
      if (leave < 0 || order(ratio, least) < 0 || (order(ratio, least) === 0 && basis[r] < basis[leave])) [leave, least] = [r, ratio];
    }
    if (leave < 0) return { column: enter, gain };
    pivot(table, basis, leave, enter);
  }
  return "unbounded";
}

function pivot(table: Rational[][], basis: number[], row: number, column: number): void {
  const by = table[row][column];
  table[row] = table[row].map((value) => (value.num === 0n ? value : over(value, by)));
  for (let r = 0; r < table.length; r++) {
    const factor = table[r][column];
    if (r === row || factor.num === 0n) continue;
    table[r] = table[r].map((value, i) => (table[row][i].num === 0n ? value : minus(value, times(factor, table[row][i]))));
  }
  basis[row] = column;
}

/** A guide for the kernel's proofs by cases. `stop` gives a reason to end (a deadline, say) or null. */
export function farkasGuide(stop: () => string | null): Guide & { readonly questions: () => number } {
  const answered = new WeakMap<readonly Form[], Map<string, SignAnswer>>();
  const emptied = new WeakMap<readonly Form[], { readonly because: Multipliers | null }>();
  let questions = 0;
  return {
    questions: () => questions,
    sign(facts, form) {
      let known = answered.get(facts);
      if (known === undefined) {
        known = new Map();
        answered.set(facts, known);
      }
      const key = `${form.constant},${form.coefficients.join(",")}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      questions++;
      const reason = stop();
      if (reason !== null) return { kind: "stop", reason };
      const up = multipliers(facts, form);
      const down = up === null ? multipliers(facts, linear.tighten(linear.subtract(linear.constant(-1n), form))) : null;
      const answer: SignAnswer =
        up !== null ? { kind: "nonnegative", because: up } : down !== null ? { kind: "negative", because: down } : { kind: "split" };
      known.set(key, answer);
      return answer;
    },
    empty(facts) {
      let known = emptied.get(facts);
      if (known === undefined) {
        known = { because: multipliers(facts, linear.constant(-1n)) };
        emptied.set(facts, known);
      }
      return known.because;
    },
  };
}
