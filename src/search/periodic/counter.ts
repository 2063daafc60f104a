// Clauses that keep a weighted sum below a bound. Each summand is a sorted list of literals, so two lists are merged into one by
// adding up what each pair of them stands for; what passes the bound is forbidden. Only sums that occur get a variable.

/** Collects clauses. Literals are as in DIMACS; a literal may be `yes` or `no` where it is known. */
export class ClauseList {
  variables = 0;
  readonly literals: number[] = [];

  variable(): number {
    return ++this.variables;
  }

  add(...clause: readonly number[]): void {
    if (clause.includes(yes)) return;
    for (const literal of clause) if (literal !== no) this.literals.push(literal);
    this.literals.push(0);
  }
}
export const yes = Number.MAX_SAFE_INTEGER;
export const no = -yes;

/** `literal` holds where the summand is at least `sum`; by rising sums, each literal is implied by the next. */
export interface Level {
  readonly sum: number;
  readonly literal: number;
}

/** The sum of all summands is at most `bound`. */
export function atMost(clauses: ClauseList, summands: readonly (readonly Level[])[], bound: number): void {
  let queue = summands.filter((summand) => summand.length > 0);
  while (queue.length > 2) {
    const half = queue.length >> 1;
    const merged = Array.from({ length: half }, (_, i) => merge(clauses, queue[2 * i], queue[2 * i + 1], bound));
    queue = queue.length % 2 === 0 ? merged : [...merged, queue[queue.length - 1]];
  }
  const [a = [], b = []] = queue;
  forbid(clauses, a, b, bound);
}

/** No pair whose sum passes the bound. */
function forbid(clauses: ClauseList, a: readonly Level[], b: readonly Level[], bound: number): void {
  const nothing: Level = { sum: 0, literal: yes };
  const all = [nothing, ...b];
  let at = all.length;
  let last = all.length;
  for (const one of [nothing, ...a]) {
    while (at > 0 && one.sum + all[at - 1].sum > bound) at--;
    if (at < last) clauses.add(-one.literal, -all[at].literal);
    last = at;
  }
}

/** A sorted summand that is at least the sum of the two, as long as that is at most the bound. */
function merge(clauses: ClauseList, a: readonly Level[], b: readonly Level[], bound: number): Level[] {
  forbid(clauses, a, b, bound);
  const nothing: Level = { sum: 0, literal: yes };
  const pairs = [nothing, ...a].flatMap((one) => [nothing, ...b].map((other) => ({ one, other, sum: one.sum + other.sum })));
  const levels = new Map<number, number>();
  for (const { sum } of pairs.sort((x, y) => x.sum - y.sum)) {
    if (sum > 0 && sum <= bound && !levels.has(sum)) levels.set(sum, clauses.variable());
  }
  for (const { one, other, sum } of pairs) {
    const level = levels.get(sum);
    if (level !== undefined) clauses.add(-one.literal, -other.literal, level);
  }
  const found = [...levels].map(([sum, literal]) => ({ sum, literal }));
  for (let i = 1; i < found.length; i++) clauses.add(-found[i].literal, found[i - 1].literal);
  return found;
}
