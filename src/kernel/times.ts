// A schedule of one order under all times of its passes at once. A pass takes a whole multiple of the claim's variables, so every end is the
// heaviest of many sums of them; where it adds up at the edges of a cone it is one and the same sum in all of it. Law: cone-of-times.md.
import { Stuck } from "./cases.ts";
import type { ForAllEvidence } from "./evidence.ts";
import { type ForAll, type ForAllVerdict, judgeForAll } from "./for-all.ts";
import { leavesOf, type Subject } from "./judge.ts";
import { add, constant, type Form, subtract } from "./linear.ts";
import { rowsOf, waits } from "./order.ts";
import type { Order, Problem } from "./problem.ts";
import { type Put, rewriteFormula } from "./rewrite.ts";
import { all, binary, compare, type Formula, ite, type Measure, number, type Term, variable } from "./term.ts";

/** As early as the order allows. Of the problem, durations and `send` are not looked at: they are made of `times`. */
export interface Timed {
  readonly problem: Problem;
  readonly order: Order;
  /** By name of a variable: ticks of each node of each route, and of `send`, that each 1 of it gives. */
  readonly times: readonly { readonly name: string; readonly durations: readonly Float64Array[]; readonly send: number }[];
}
/** Claims for all values of their variables, which are times. Measures are those of the subjects. */
export interface ForAllTimes extends Pick<ForAll, "variables" | "domain"> {
  readonly claims: readonly Formula[];
  readonly subjects: readonly Timed[];
}
/** Values of the variables at the edges of a cone, and terms over the variables: how much of each edge makes them up. */
export interface Cone {
  readonly edges: readonly (readonly number[])[];
  readonly shares: readonly Term[];
}
/** Not trusted: cones that together have all the values, and a place for each pass in an order of all that keeps their waits. */
export interface TimedHints {
  readonly cones: readonly Cone[];
  readonly places: Int32Array;
}

/** The same claims as claims about numbers. Where the hints are no good they are never true, or `Stuck` is thrown. */
export function withTimes({ variables, domain, claims, subjects }: ForAllTimes, hints: readonly TimedHints[]): readonly ForAll[] {
  const put: Put = (leaf) =>
    leaf.op === "var" ? leaf : measureInCones(subjects[leaf.measure.schedule], hints[leaf.measure.schedule], leaf.measure);
  return claims.map((claim) => ({ variables, domain, subjects: [], claim: rewriteFormula(claim, put) }));
}

/** Judges all of the claims, each by its own evidence. */
export function judgeTimes(statement: ForAllTimes, hints: readonly TimedHints[], evidence: readonly ForAllEvidence[]): ForAllVerdict {
  let cases = 0;
  try {
    const verdicts = withTimes(statement, hints).map((claim, i) => judgeForAll(claim, evidence[i]));
    for (const verdict of verdicts) {
      if (verdict.kind !== "proved") return verdict; // condition
      cases += verdict.cases;
    }
  } catch (signal) {
    if (signal instanceof Stuck) return { kind: "stuck", reason: signal.reason };
    throw signal;
  }
  return statement.claims.length > 0 ? { kind: "proved", cases } : { kind: "stuck", reason: "nothing is claimed" };
}

/** The measure as a term over the variables, which has a value in the cones only. */
function measureInCones(subject: Timed, { cones, places }: TimedHints, measure: Measure): Term {
  if (!["makespan", "span", "idle"].includes(measure.name)) throw new Stuck(`a ${measure.name} is not proved for all times at once`); // condition
  const mix = (shares: readonly Term[], values: readonly Form[]): Term =>
    values.reduce((sum, { constant: num, den }, i) => binary("add", sum, binary("mul", number(num, den), shares[i])), number(0));
  const nowhere = binary("quo", number(1), number(0)); // in no cone: there is no such number
  return cones.reduceRight((otherwise, { edges, shares }) => {
    const at = (v: number): Form[] => edges.map((edge) => constant(BigInt(edge[v])));
    const isMade = subject.times.map(({ name }, v) => compare(mix(shares, at(v)), "==", variable(name)));
    const isInside = shares.map((share) => compare(share, ">=", number(0)));
    return ite(all([...isInside, ...isMade]), mix(shares, atEdges(subject, edges, places, measure)), otherwise);
  }, nowhere);
}

/** The measure at each edge, if these add up to that of all edges together; and so where each stream begins, from where spans are counted. */
function atEdges(subject: Timed, edges: Cone["edges"], places: Int32Array, measure: Measure): readonly Form[] {
  const total = subject.times.map((_, v) => edges.reduce((sum, edge) => sum + edge[v], 0));
  const at = [...edges, total].map((values) => runAt(subject, values, places));
  const addUp = (values: readonly Form[]): boolean =>
    subtract(values.slice(0, -1).reduce(add, constant(0n)), values[edges.length]).constant === 0n;
  const { offsets, passes } = subject.order;
  const begins = (list: number): Form[] => at.map(({ start }) => constant(BigInt(start[passes[offsets[list]]])));
  if (!offsets.every((first, list) => first >= (offsets[list + 1] ?? first) || addUp(begins(list))))
    throw new Stuck("where a stream begins does not add up in a cone of times"); // condition
  const values = at.map((run) => leavesOf([run], new Map()).measure({ ...measure, schedule: 0 }));
  if (!addUp(values)) throw new Stuck(`a ${measure.name} does not add up in a cone of times`); // condition
  return values.slice(0, -1);
}

function runAt({ problem, order, times }: Timed, values: readonly number[], places: Int32Array): Extract<Subject, { kind: "schedule" }> {
  if (problem.routes.some(({ holdFrom }) => holdFrom.length > 0)) throw new Stuck("memory is not looked at for all times"); // condition
  const sum = (of: (time: Timed["times"][number]) => number): number => times.reduce((all, time, v) => all + values[v] * of(time), 0);
  const lengths = problem.routes.map(({ duration }, r) => duration.map((_, node) => sum(({ durations }) => durations[r][node])));
  const routes = problem.routes.map((route, r) => ({ ...route, duration: lengths[r] }));
  const own = { ...problem, routes, send: sum(({ send }) => send) };
  // Raised until nothing waits any more. Whether that is so in the end is for `check` to see.
  const start = new Float64Array(problem.nodes * problem.microbatches);
  for (let [raised, round] = [true, 0]; raised && round <= start.length; round++) {
    raised = false;
    waits(own, rowsOf(order), null, (before, after, lag) => {
      if (start[after] >= start[before] + lag) return;
      start[after] = start[before] + lag;
      raised = true;
    });
  }
  return { kind: "schedule", problem: own, start, early: { order, times: places } };
}
