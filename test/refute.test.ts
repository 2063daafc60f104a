// What the kernel refutes has no schedule, and what has none is refuted: against every schedule of small problems, and against
// proofs that were tampered with.
import { describe, expect, test } from "vitest";
import {
  checkRefutation,
  coarsen,
  type Goal,
  meets,
  type Problem,
  type Proof,
  type Quantum,
  refutes,
  type Written,
  writeClauses,
} from "../src/kernel/index.ts";
import { boundAbove, boundOf, guessBound } from "../src/schedule/index.ts";
import { hinted } from "../src/search/exact/hinted.ts";
import { trim } from "../src/search/exact/trim.ts";
import { CadicalSolver } from "../src/solver/cadical.ts";
import { enough, explore, least, TooMany } from "./oracle/explore.ts";
import { anything, type Form, formed, goalOf, seeds, sums } from "./oracle/goals.ts";
import {
  everySchedule,
  inOrder,
  listsOf,
  measures,
  passesOf,
  random,
  randomOrder,
  randomProblem,
  scheduleFrom,
  wrongs,
} from "./oracle/oracle.ts";
import { type Solved, solveNow } from "./oracle/sat.ts";

// ---- a model as a schedule, written apart from src/search

/** The start of each pass: the least t for which "started by t" is true. */
function readBack({ problem }: Goal, { first, last, variable }: Written, model: Uint8Array): number[] {
  return Array.from({ length: problem.nodes * problem.microbatches }, (_, pass) => {
    let t = first[pass];
    while (t < last[pass] && model[variable[pass] + t - first[pass]] !== 1) t++;
    return t;
  });
}

/** What the solver says of the kernel's clauses; none where they are refuted without it. */
function ask(goal: Goal): { readonly solved: Solved; readonly written: Written | null } {
  const written = writeClauses(goal);
  if (written.kind === "too-large") throw new Error(written.reason);
  return written.kind === "nothing" ? { solved: { lemmas: new Int32Array() }, written: null } : { solved: solveNow(written), written };
}

/** Solver, kernel and oracle agree on whether the goal has a schedule. */
function agree(goal: Goal, possible: boolean): void {
  const [makespan, span] = (["makespan", "span"] as const).map((on) => guessBound(goal, on).value);
  const bounded = makespan > (goal.makespan ?? (goal.span === null ? enough(goal.problem) : makespan)) || span > (goal.span ?? span);
  const above = boundAbove(goal);
  if (above !== null && possible) expect.fail(`${JSON.stringify(above)} refutes ${told(goal)}`);
  if (bounded && above === null) expect.fail(`the kernel refuses the bounds ${makespan} and ${span} of ${told(goal)}`);
  if (possible)
    for (const evidence of sums(goal, 1, 20))
      if (refutes(goal, evidence).kind === "refuted") expect.fail(`${JSON.stringify(evidence)} refutes ${told(goal)}`);
  const { solved, written } = ask(goal);
  if ("lemmas" in solved) {
    if (possible) expect.fail(`the clauses contradict each other, and yet there is a schedule: ${told(goal)}`);
    expect(confirmed(goal, solved.lemmas)).toBe(true);
    return;
  }
  if (written === null) expect.fail("a model of no clauses");
  const start = readBack(goal, written, solved.model);
  const met = meets(goal, { start: Float64Array.from(start) });
  if (met.kind !== "met") expect.fail(`the model is no schedule: ${JSON.stringify(met)} of ${told(goal)}, starts ${start}`);
  if (!possible) expect.fail(`the oracle misses a schedule: ${told(goal)}, starts ${start}`);
  expect(confirmed(goal, new Int32Array())).toBe(false);
  expect(refutes(goal, { kind: "clauses", lemmas: new Int32Array(), hints: new Int32Array() }).kind).toBe("refused");
}
/** Whether the kernel takes a solver's lemmas, trimmed and hinted. */
function confirmed(goal: Goal, lemmas: Int32Array, quantum?: Quantum): boolean {
  const evidence = hinted(goal, { kind: "lemmas", lemmas, quantum });
  return evidence.kind !== "refused" && refutes(goal, evidence).kind === "refuted";
}
const told = (goal: Goal): string =>
  JSON.stringify(goal, (_, value) =>
    ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value === Number.POSITIVE_INFINITY ? "none" : value,
  );

/** No refutation of a goal in coarse ticks where the fine one has a schedule. */
function coarselyPossible(goal: Goal): number {
  let looked = 0;
  for (const [num, den] of [
    [2, 1],
    [3, 2],
    [3, 1],
    [5, 3],
  ]) {
    const coarse = coarsen(goal, { num, den });
    if (coarse === null || writeClauses(coarse).kind === "too-large") continue;
    looked++;
    if ("lemmas" in ask(coarse).solved) expect.fail(`refuted in ticks of ${num}/${den}: ${told(goal)}`);
    for (const on of ["makespan", "span"] as const)
      expect(guessBound(coarse, on).value).toBeLessThanOrEqual(coarse[on] ?? Number.POSITIVE_INFINITY);
  }
  return looked;
}

/** The least makespan and span of a problem, and whatever lies on either side of them. */
function settle(problem: Problem, most?: number): { makespan: number | null; span: number | null } {
  const byMakespan = (makespan: number): Goal => goalOf(problem, { makespan });
  const bySpan = (span: number): Goal => goalOf(problem, { span });
  const low = Math.max(0, ...[guessBound(byMakespan(0), "makespan").value].filter(Number.isFinite));
  const makespan = least(byMakespan, Math.max(0, low - 1), problem, most);
  if (makespan === null) {
    agree(byMakespan(enough(problem)), false);
    return { makespan, span: null };
  }
  agree(byMakespan(makespan - 1), false);
  agree(byMakespan(makespan), true);
  const span = least(bySpan, Math.max(0, Math.min(makespan, guessBound(bySpan(0), "span").value) - 1), problem, most) ?? 0;
  agree(bySpan(span - 1), false);
  agree(bySpan(span), true);
  agree(goalOf(problem, { makespan, span }), explore(goalOf(problem, { makespan, span }), most) !== null);
  coarselyPossible(byMakespan(makespan));
  coarselyPossible(bySpan(span));
  return { makespan, span };
}

// ---- pipelines of the usual form

const usual: readonly [title: string, form: Form][] = [];
{
  const add = (title: string, form: Form): unknown => (usual as [string, Form][]).push([title, form]);
  const ones = [1, 1, 1] as const;
  for (const placement of ["straight", "V", "two ways"] as const)
    for (const devices of [1, 2, 3])
      for (const microbatches of [1, 2, 3]) {
        if (devices * microbatches * (placement === "V" ? 2 : 1) > 9) continue;
        const big = devices * microbatches * (placement === "V" ? 2 : 1) >= 6;
        const name = `${placement}, ${devices} devices, ${microbatches} microbatches`;
        for (const cap of [1, 2, 3, 4, 6])
          if (!big || cap % 2 === 0)
            add(`${name}, cap ${cap}`, { devices, microbatches, placement, durations: ones, send: 0, frees: [1, 1], cap });
        if (!big) add(`${name}, no cap, slow messages`, { devices, microbatches, placement, durations: [1, 2, 1], send: 1, frees: [0, 0] });
        if (!big)
          add(`${name}, uneven`, { devices, microbatches, placement, durations: [1, 2, 1], send: 1, frees: [2, 1], cap: 4, always: 1 });
        if (!big) add(`${name}, long`, { devices, microbatches, placement, durations: [3, 4, 2], send: 1, frees: [1, 1], cap: 4 });
        if (!big && placement !== "two ways")
          add(`${name}, barrier`, { devices, microbatches, placement, durations: ones, send: 0, frees: [1, 1], cap: 4, barrier: true });
        if (!big) add(`${name}, copies`, { devices, microbatches, placement, durations: ones, send: 0, frees: [0, 1], cap: 3, copy: true });
      }
}

/** Runs `look` on each; how many were looked at, and how many had too many states for the oracle. */
function each<T>(all: Iterable<T>, name: (one: T) => string, look: (one: T) => void): { looked: number; skipped: number } {
  let [looked, skipped] = [0, 0];
  for (const one of all) {
    try {
      look(one);
      looked++;
    } catch (wrong) {
      if (!(wrong instanceof TooMany)) throw new Error(`${name(one)}: ${wrong instanceof Error ? wrong.message : ""}`, { cause: wrong });
      skipped++;
    }
  }
  return { looked, skipped };
}
describe("against every schedule of small problems", () => {
  test("the oracle itself: against all start times of the tiniest problems", () => {
    let found = 0;
    for (const seed of seeds(1, 400)) {
      const problem = anything(seed, 2);
      const total = problem.nodes * problem.microbatches;
      if (total > 4 || enough(problem) > 9) continue;
      found++;
      let [makespan, span] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (const start of everySchedule(problem, enough(problem))) {
        if (wrongs(problem, scheduleFrom(problem, start)).size > 0) continue;
        const measured = measures(problem, start);
        makespan = Math.min(makespan, Number(measured.makespan.num));
        span = Math.min(span, Number(measured.span.num));
      }
      const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
      expect([seed, least((bound) => goalOf(problem, { makespan: bound }), 0, problem)]).toEqual([seed, finite(makespan)]);
      expect([seed, least((bound) => goalOf(problem, { span: bound }), 0, problem)]).toEqual([seed, finite(span)]);
    }
    expect(found).toBeGreaterThan(50);
  });

  test("pipelines of the usual form", () => {
    let infeasible = 0;
    const { skipped } = each(
      usual,
      ([title]) => title,
      ([, form]) => {
        if (settle(formed(form), 20_000).makespan === null) infeasible++;
      },
    );
    expect(usual.length - skipped).toBeGreaterThan(150);
    expect(infeasible).toBeGreaterThan(20);
  });

  test("the least peak, and the least makespan under each cap", () => {
    for (const placement of ["straight", "V"] as const) {
      const form: Form = { devices: 2, microbatches: 2, placement, durations: [1, 1, 1], send: 0, frees: [1, 0] };
      const possible = (cap: number): boolean => settle(formed({ ...form, cap })).makespan !== null;
      const peaks = [0, 1, 2, 3, 4].map(possible);
      expect(peaks).toEqual([false, placement === "straight", true, true, true]);
    }
  });

  test("random problems of any kind", () => {
    let infeasible = 0;
    const { looked } = each(
      seeds(1000, 500),
      (seed) => `seed ${seed}`,
      (seed) => {
        if (settle(anything(seed), 3000).makespan === null) infeasible++;
      },
    );
    expect(looked).toBeGreaterThan(400);
    expect(infeasible).toBeGreaterThan(50);
  });
  test("random problems of long passes, in coarse ticks", () => {
    const { looked } = each(
      seeds(5000, 200),
      (seed) => `seed ${seed}`,
      (seed) => settle(anything(seed, 4, 2), 2000),
    );
    expect(looked).toBeGreaterThan(150);
  });
  test("larger random problems", () => {
    const { looked } = each(
      seeds(1, 200),
      (seed) => `seed ${seed}`,
      (seed) => {
        const problem = randomProblem(seed, seed % 2 === 0);
        if (problem.nodes * problem.microbatches > 16) throw new TooMany();
        const { below } = random(seed);
        settle(
          { ...problem, cap: problem.cap.map((_, d) => (below(2) === 0 ? Number.POSITIVE_INFINITY : problem.always[d] + below(6))) },
          2000,
        );
      },
    );
    expect(looked).toBeGreaterThan(50);
  });

  test("passes at fixed times and in fixed orders", () => {
    let [yes, no] = [0, 0];
    each(
      seeds(2000, 300),
      (seed) => `seed ${seed}`,
      (seed) => {
        const problem = anything(seed);
        const passes = passesOf(problem);
        const makespan = least((bound) => goalOf(problem, { makespan: bound }), 0, problem, 3000);
        if (makespan === null) return;
        const { below, pick } = random(seed);
        const start = explore(goalOf(problem, { makespan }), 3000);
        if (start === null) expect.fail("it had one before");
        const decide = (goal: Goal): void => {
          const possible = explore(goal, 5000) !== null;
          if (possible) yes++;
          else no++;
          agree(goal, possible);
        };
        const bounds = below(2) === 0 ? { makespan: makespan + below(2) } : { span: makespan };
        const some = [pick(passes), pick(passes)]
          .slice(0, 1 + below(2))
          .map(({ id }) => ({ pass: id, at: Math.max(0, start[id] + below(3) - 1) }));
        decide(goalOf(problem, bounds, { starts: some }));
        const order = below(2) === 0 ? inOrder(problem, start) : randomOrder(problem, seed);
        const orders = listsOf(order).flatMap((list) => (below(3) > 0 ? [{ passes: Int32Array.from(list) }] : []));
        decide(goalOf(problem, bounds, { orders }));
        if (below(3) === 0) decide(goalOf(problem, bounds, { orders, starts: some }));
      },
    );
    expect(Math.min(yes, no)).toBeGreaterThan(50);
  });

  test("bounds where passes take no time", () => {
    let found = 0;
    for (const seed of seeds(1, 1500)) {
      const problem = anything(seed, 3, 0);
      if (problem.nodes * problem.microbatches > 4 || enough(problem) > 7) continue;
      found++;
      const goal = goalOf(problem, {});
      const bounds = { makespan: boundOf(goal, "makespan").value, span: boundOf(goal, "span").value };
      for (const start of everySchedule(problem, enough(problem) + 1)) {
        if (wrongs(problem, scheduleFrom(problem, start)).size > 0) continue;
        const measured = measures(problem, start);
        if (bounds.makespan > Number(measured.makespan.num))
          expect.fail(`${bounds.makespan} of ${told(goalOf(problem, {}))}, starts ${start}`);
        if (bounds.span > Number(measured.span.num)) expect.fail(`${bounds.span} of ${told(goalOf(problem, {}))}, starts ${start}`);
      }
    }
    expect(found).toBeGreaterThan(100);
  });
});

// ---- proofs that were tampered with

/** Clauses as lists; literals as in DIMACS, each clause ended by a 0 (the last one may go without). */
function clausesFrom(literals: ArrayLike<number>): number[][] {
  const found: number[][] = [[]];
  for (const literal of Array.from(literals)) {
    if (literal === 0) found.push([]);
    else found[found.length - 1].push(literal);
  }
  if (found[found.length - 1].length === 0) found.pop();
  return found;
}
const flat = (clauses: readonly (readonly number[])[]): Int32Array => Int32Array.from(clauses.flatMap((clause) => [...clause, 0]));

/** The check of hints, as plainly as can be. */
function followed(given: readonly (readonly number[])[], { lemmas, hints }: Proof): boolean {
  const clauses = [...given];
  const ends = (list: Int32Array): number[][] => clausesFrom(list.subarray(0, list.lastIndexOf(0) + 1));
  const own = ends(hints);
  return ends(lemmas).some((lemma, i) => {
    const truths = new Set(lemma.map((literal) => -literal));
    let contradicts = false;
    for (const hint of own[i] ?? clausesFrom(hints)[i] ?? []) {
      const left = clauses[hint - 1] === undefined ? null : new Set(clauses[hint - 1].filter((literal) => !truths.has(-literal)));
      if (left === null || left.size > 1) throw new Refused();
      contradicts ||= left.size === 0;
      for (const literal of left) truths.add(literal);
    }
    if (!contradicts) throw new Refused();
    clauses.push(lemma);
    return lemma.length === 0;
  });
}
class Refused extends Error {}
function follows(given: readonly (readonly number[])[], proof: Proof): boolean {
  try {
    return followed(given, proof);
  } catch (signal) {
    if (signal instanceof Refused) return false;
    throw signal;
  }
}

/** Lemmas without hints, as plainly as can be: each clause that a new literal is the opposite of is looked at as a whole. */
function naively(variables: number, given: readonly (readonly number[])[], lemmas: Int32Array): boolean {
  if (lemmas.some((literal) => Math.abs(literal) > variables)) return false;
  const having = new Map<number, (readonly number[])[]>();
  /** All that follows from `fresh`, added to `truths`; false on a contradiction. */
  const propagate = (truths: Set<number>, fresh: readonly number[]): boolean => {
    const open = [...fresh];
    for (let literal = open.pop(); literal !== undefined; literal = open.pop()) {
      if (truths.has(-literal)) return false;
      if (truths.has(literal)) continue;
      truths.add(literal);
      for (const clause of having.get(-literal) ?? []) {
        if (clause.some((one) => truths.has(one))) continue;
        const left = clause.filter((one) => !truths.has(-one));
        if (left.length === 0) return false;
        if (left.length === 1) open.push(left[0]);
      }
    }
    return true;
  };
  const truths = new Set<number>();
  const add = (clause: readonly number[]): boolean => {
    for (const literal of new Set(clause)) {
      const list = having.get(literal);
      if (list === undefined) having.set(literal, [clause]);
      else list.push(clause);
    }
    if (clause.some((one) => truths.has(one))) return true;
    const left = clause.filter((one) => !truths.has(-one));
    return left.length > 1 || (left.length === 1 && propagate(truths, left));
  };
  for (const clause of given) if (!add(clause)) return true;
  for (const lemma of clausesFrom(lemmas)) {
    if (
      propagate(
        new Set(truths),
        lemma.map((literal) => -literal),
      )
    )
      return false;
    if (!add(lemma)) return true;
  }
  return false;
}

function satisfiable(variables: number, clauses: readonly (readonly number[])[]): boolean {
  for (let choice = 0; choice < 1 << variables; choice++)
    if (clauses.every((clause) => clause.some((literal) => ((choice >> (Math.abs(literal) - 1)) & 1) === (literal > 0 ? 1 : 0))))
      return true;
  return false;
}

/** A list of lemmas with something done to it, over and over. */
function tampered(lemmas: Int32Array, variables: number, seed: number): Int32Array {
  const { below, pick } = random(seed);
  const list = clausesFrom(lemmas).map((lemma) => [...lemma]);
  const literal = (): number => (1 + below(variables)) * (below(2) === 0 ? 1 : -1);
  for (let times = 1 + below(3); times > 0; times--) {
    const at = below(Math.max(1, list.length));
    const lemma = list[at] ?? [];
    switch (below(10)) {
      case 0:
        list.splice(at, 1);
        break;
      case 1:
        if (lemma.length > 0) lemma[below(lemma.length)] *= -1;
        break;
      case 2:
        list.length = at;
        break;
      case 3:
        list.splice(at, 0, []);
        break;
      case 4:
        list.splice(at, 0, [literal(), literal()]);
        break;
      case 5:
        lemma.splice(below(lemma.length + 1), 1);
        break;
      case 6: {
        const other = below(Math.max(1, list.length));
        if (list.length > 0) [list[at], list[other]] = [list[other], list[at]];
        break;
      }
      case 7:
        lemma.push(pick([variables + 1, -variables - 1, -(2 ** 31), 2 ** 31 - 1, 2 ** 30, -(2 ** 30)]));
        break;
      case 8: {
        const one = literal();
        list.splice(at, 0, [one, -one]);
        break;
      }
      default:
        lemma.push(literal());
    }
  }
  const made = flat(list);
  return below(4) === 0 ? made.subarray(0, made.length - below(2)) : made;
}

describe("proofs that were tampered with", () => {
  test("the checker against a plain one, and against all assignments", () => {
    let [refuted, kept, broken] = [0, 0, 0];
    for (const seed of seeds(1, 6000)) {
      const { below } = random(seed);
      const variables = 1 + below(6);
      const clause = (longest: number): number[] => {
        const chosen = new Map<number, number>();
        for (let length = below(12) === 0 ? 1 : 1 + below(longest); length > 0; length--) chosen.set(1 + below(variables), below(2));
        const literals = [...chosen].map(([variable, sign]) => (sign === 0 ? variable : -variable));
        if (below(12) === 0) literals.push(-literals[0]);
        return literals;
      };
      const clauses = Array.from({ length: 1 + below(5 * variables) }, () => clause(3));
      const lemmas = Array.from({ length: below(8) }, () => (below(8) === 0 ? [] : clause(2)));
      if (below(2) === 0) lemmas.push([]);
      // What plain propagation follows is trimmed to a proof; a proof that comes out is taken.
      const trimmed = trim(variables, flat(clauses), flat(lemmas));
      const has = satisfiable(variables, clauses);
      if (trimmed.kind !== "proof" && naively(variables, clauses, flat(lemmas)))
        expect.fail(`seed ${seed}: ${trimmed.reason}: ${JSON.stringify({ clauses, lemmas })}`);
      if (trimmed.kind === "proof") {
        refuted++;
        const checked = checkRefutation(variables, flat(clauses), trimmed.proof);
        if (checked.kind !== "refuted") expect.fail(`seed ${seed}: ${checked.reason}: ${JSON.stringify({ clauses, lemmas, ...trimmed })}`);
        if (has) expect.fail(`seed ${seed}: it has a model: ${JSON.stringify({ clauses, lemmas })}`);
      }
      if (has) kept++;
      // Hints as they come, and hints that were right before something was done to them.
      const made = flat(lemmas.map(() => Array.from({ length: below(5) }, () => 1 + below(clauses.length + lemmas.length))));
      const proofs: Proof[] = [{ lemmas: flat(lemmas), hints: made }];
      if (trimmed.kind === "proof")
        for (let n = 0; n < 4; n++) {
          const { lemmas: good, hints } = trimmed.proof;
          proofs.push({ lemmas: n < 2 ? tampered(good, variables, seed + n) : good, hints: tampered(hints, clauses.length + 3, seed - n) });
        }
      for (const proof of proofs) {
        const { kind } = checkRefutation(variables, flat(clauses), proof);
        if ((kind === "refuted") !== follows(clauses, proof))
          expect.fail(`seed ${seed}: ${kind}: ${JSON.stringify({ clauses, lemmas: [...proof.lemmas], hints: [...proof.hints] })}`);
        if (has && kind === "refuted") expect.fail(`seed ${seed}: it has a model: ${JSON.stringify({ clauses, lemmas })}`);
        if (kind === "refused") broken++;
      }
      if (!has) continue;
      // The same literal twice in a clause, and numbers of no variable.
      const twice = clauses.map((one) => [...one, one[0]]);
      for (const odd of [flat([...lemmas, ...lemmas].map((one) => [...one, ...one])), tampered(flat(lemmas), variables, seed)]) {
        expect(checkRefutation(variables, flat(twice), { lemmas: odd, hints: made }).kind).toBe("refused");
        const own = trim(variables, flat(twice), odd);
        if (own.kind === "proof") expect(checkRefutation(variables, flat(twice), own.proof).kind).toBe("refused");
      }
    }
    expect(Math.min(refuted, kept, broken)).toBeGreaterThan(500);
  });

  /** Where one tick less than the least makespan or span takes many lemmas to refute. */
  const tight: readonly [form: Form, what: "makespan" | "span", most: number][] = [
    [{ devices: 2, microbatches: 4, placement: "straight", durations: [2, 2, 1], send: 1, frees: [0, 1], cap: 3 }, "span", 23],
    [{ devices: 2, microbatches: 4, placement: "straight", durations: [2, 2, 1], send: 0, frees: [0, 1], cap: 3 }, "span", 21],
    [{ devices: 2, microbatches: 3, placement: "V", durations: [1, 1, 1], send: 0, frees: [1, 0], cap: 3 }, "makespan", 19],
  ];
  const seconds = 30_000;
  tight.forEach(([form, what, most]) => {
    test(`${form.placement}, ${form.microbatches} microbatches, ${what} of ${most}`, { timeout: seconds }, async () => {
      const problem = formed(form);
      const goal = goalOf(problem, { [what]: most });
      const solver = new CadicalSolver();
      const written = writeClauses(goal);
      if (written.kind !== "clauses") expect.fail("no clauses");
      const answer = await solver.solve({ clauses: written, proof: true, seed: 0, deadline: Date.now() + seconds });
      await solver.close();
      if (answer.kind !== "refuted") expect.fail(answer.kind);
      const { lemmas } = answer;
      const lines = clausesFrom(lemmas);
      expect(lines.length).toBeGreaterThan(5);
      const accepted = (one: Int32Array, of: Goal = goal): boolean => confirmed(of, one);
      expect(accepted(lemmas)).toBe(true);
      const clauses = clausesFrom(written.literals);
      let refused = 0;
      // What plain propagation follows to the end is accepted; of what it does not, only what is not needed may be wrong.
      const fair = (one: Int32Array): void => {
        const answered = accepted(one);
        if (!answered) refused++;
        if (!answered && naively(written.variables, clauses, one)) expect.fail(`the plain checker says otherwise: ${one}`);
      };
      for (let length = 0; length < lines.length; length += 1 + Math.floor(lines.length / 20)) fair(flat(lines.slice(0, length)));
      const some = lines.flatMap((_, line) => (line % Math.ceil(lines.length / 40) === 0 ? [line] : []));
      for (const line of some) fair(flat(lines.filter((_, at) => at !== line)));
      for (const line of some)
        fair(flat(lines.map((lemma, at) => (at === line ? lemma.map((literal, k) => (k === 0 ? -literal : literal)) : lemma))));
      fair(flat([...lines].reverse()));
      fair(flat(lines.map((lemma) => [...lemma].reverse())));
      fair(flat([[], ...lines]));
      for (const seed of seeds(1, 60)) fair(tampered(lemmas, written.variables, seed));
      expect(refused).toBeGreaterThan(10);
      expect(accepted(flat([...lines.slice(0, -1), [written.variables + 1], ...lines.slice(-1)]))).toBe(false);
      expect(accepted(Int32Array.from([-(2 ** 31), 0, ...lemmas]))).toBe(false);

      // The proof itself: shorter, and refused as the plain checker refuses it once something was done to it.
      const evidence = hinted(goal, { kind: "lemmas", lemmas, quantum: undefined });
      if (evidence.kind !== "clauses") return expect.fail(evidence.kind);
      const taken = (proof: Proof & { readonly quantum?: Quantum }, of: Goal = goal): boolean =>
        refutes(of, { kind: "clauses", ...proof }).kind === "refuted";
      expect(taken(evidence)).toBe(true);
      const hints = clausesFrom(evidence.hints);
      const short = clausesFrom(evidence.lemmas);
      // Each hint is needed.
      const all = [...evidence.hints].flatMap((hint, at) => (hint === 0 ? [] : [at]));
      for (const at of all.filter((_, i) => i % Math.ceil(all.length / 100) === 0))
        expect(taken({ ...evidence, hints: evidence.hints.filter((_, i) => i !== at) })).toBe(false);
      let wrong = 0;
      const same = (proof: Proof): void => {
        const answered = taken(proof);
        if (!answered) wrong++;
        if (answered !== follows(clauses, proof)) expect.fail(`the plain checker says otherwise: ${proof.lemmas} by ${proof.hints}`);
      };
      for (let at = 0; at < short.length; at += 1 + Math.floor(short.length / 20)) {
        const without = <Item>(list: readonly Item[]): Item[] => list.filter((_, i) => i !== at);
        same({ lemmas: flat(without(short)), hints: flat(without(hints)) });
        same({ lemmas: flat(without(short)), hints: evidence.hints });
        same({ lemmas: evidence.lemmas, hints: flat(without(hints)) });
        same({ lemmas: evidence.lemmas, hints: flat(hints.map((own, i) => (i === at ? own.slice(0, -1) : own))) });
        same({ lemmas: evidence.lemmas, hints: flat(hints.map((own, i) => (i === at ? [...own].reverse() : own))) });
        same({ lemmas: flat(short.slice(0, at)), hints: flat(hints.slice(0, at)) });
        same({ lemmas: evidence.lemmas.slice(0, -1), hints: evidence.hints });
        same({ lemmas: evidence.lemmas, hints: evidence.hints.slice(0, -1 - at) });
      }
      for (const seed of seeds(1, 100)) {
        same({ lemmas: tampered(evidence.lemmas, written.variables, seed), hints: evidence.hints });
        same({ lemmas: evidence.lemmas, hints: tampered(evidence.hints, clauses.length + short.length, seed) });
      }
      expect(wrong).toBeGreaterThan(50);

      // Goals that have a schedule: whatever is said, they are not refuted.
      const others: Goal[] = [
        goalOf(problem, { [what]: most + 1 }),
        goalOf(problem, { [what]: most + 6 }),
        goalOf(formed({ ...form, microbatches: form.microbatches - 1 }), { [what]: most }),
        goalOf(formed({ ...form, send: 0, durations: [1, 1, 1], cap: form.placement === "V" ? 6 : 4 }), { [what]: most }),
        goalOf(formed({ ...form, placement: "two ways", durations: [1, 1, 1], cap: 9 }), { makespan: most }),
      ];
      for (const other of others) {
        agree(other, true);
        const size = writeClauses(other);
        if (size.kind !== "clauses") expect.fail("no clauses");
        expect(accepted(lemmas, other)).toBe(false);
        expect(taken(evidence, other)).toBe(false);
        for (const seed of seeds(1, 60))
          expect(accepted(tampered(lemmas, seed % 2 === 0 ? written.variables : size.variables, seed), other)).toBe(false);
        for (const [num, den] of [
          [1, 1],
          [2, 1],
          [3, 2],
          [0, 1],
          [-1, 1],
          [1, 2 ** 52],
        ])
          expect([confirmed(other, lemmas, { num, den }), taken({ ...evidence, quantum: { num, den } }, other)]).toEqual([false, false]);
      }
    });
  });
});
