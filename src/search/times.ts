// Hints for claims about all times: cones in which what is measured is one sum of the times, found by cutting where it becomes another.
// The kernel adds up, and sees whether the cones have all the times.
import {
  allValues,
  type Cone,
  Evaluator,
  every,
  type ForAll,
  type ForAllTimes,
  type Form,
  type Formula,
  type Measure,
  noGuide,
  Stuck,
  type Term,
  type TimedHints,
  withTimes,
} from "../kernel/index.ts";
import { placesOf, retime } from "../schedule/index.ts";
import { conesOf, type Vector } from "./cones.ts";
import { heaviest, type Times } from "./heaviest.ts";

/** The claims as such about numbers, with the hints that make them so; or why there are none. */
export function conesFor(
  statement: ForAllTimes,
  stop: () => string | null,
): { readonly plain: readonly ForAll[]; readonly hints: readonly TimedHints[] } | { readonly reason: string } {
  const { variables, domain, claims, subjects } = statement;
  const bounds = conjuncts(domain).flatMap((one) => boundsIn(one, variables));
  const asked = claims.flatMap(measuresIn);
  const hints: TimedHints[] = [];
  for (const [i, subject] of subjects.entries()) {
    const retimed = retime(subject.problem, subject.order);
    if (retimed.kind !== "timed") return { reason: "an order that waits for itself" };
    const { sequence } = retimed;
    const own = asked.filter(({ schedule }) => schedule === i);
    const cones = linear(
      variables,
      bounds,
      (at) => own.map((measure) => heaviest(subject, sequence, measure, deviceOf(measure), at)),
      stop,
    );
    if (typeof cones === "string") return { reason: cones };
    hints.push({ cones, places: placesOf(sequence) });
  }
  try {
    return { plain: withTimes(statement, hints), hints };
  } catch (signal) {
    if (signal instanceof Stuck) return { reason: signal.reason };
    throw signal;
  }
}

/** How many cones one schedule may have. */
const mostCones = 500;

/** Cones in each of which all that is measured is one sum: where it is another at an edge than inside, cut where both are the same. */
function linear(
  variables: readonly string[],
  bounds: readonly Vector[],
  sums: (at: readonly number[]) => readonly Times[],
  stop: () => string | null,
): readonly Cone[] | string {
  const open = conesOf(variables, bounds, []);
  if (open.length === 0) return "its conditions do not bound the times from below by whole multiples of each other";
  const found: Cone[] = [];
  for (let cone = open.pop(); cone !== undefined; cone = open.pop()) {
    const reason = stop() ?? (found.length + open.length > mostCones ? `more than ${mostCones} cones of times` : null);
    if (reason !== null) return reason;
    const { edges } = cone;
    const total = variables.map((_, v) => edges.reduce((sum, edge) => sum + edge[v], 0));
    const inside = sums(total);
    // At an edge several sums may be the heaviest; a little inside one of them is.
    const planes = edges.flatMap((edge) =>
      sums(edge.map((value, v) => value * 4096 + total[v])).flatMap((own, i) => differenceOf(own, inside[i])),
    );
    if (planes.length === 0) found.push(cone);
    else {
      const parts = conesOf(variables, boundsOf(cone, variables), planes.slice(0, 1));
      if (parts.length <= 1) return "its times are too near each other for a cut";
      open.push(...parts);
    }
  }
  return found;
}

function differenceOf(a: Times, b: Times): Vector[] {
  const plane = a.map((ticks, v) => BigInt(ticks - b[v]));
  return plane.every((c) => c === 0n) ? [] : [plane];
}
/** The bounds of a cone: its shares, as whole-numbered forms. */
function boundsOf({ shares }: Cone, variables: readonly string[]): Vector[] {
  return shares.flatMap((share) => {
    const form = formOf(share, variables);
    return form === null ? [] : [vectorOf(variables)(form)];
  });
}

function measuresIn(part: Formula | Term): Measure[] {
  return part.op === "measure" ? [part.measure] : partsOf(part).flatMap(measuresIn);
}
const deviceOf = ({ device }: Measure): number | null => (device?.op === "number" ? Number(device.num / device.den) : null);

const vectorOf =
  (variables: readonly string[]) =>
  ({ coefficients }: Form): Vector =>
    variables.map((_, v) => coefficients[v] ?? 0n);

function conjuncts(formula: Formula): Formula[] {
  return formula.op === "and" ? [...conjuncts(formula.left), ...conjuncts(formula.right)] : [formula];
}

/** What a comparison says is at least 0, where that is so in a cone: without a constant above 0. */
function boundsIn(formula: Formula, variables: readonly string[]): Vector[] {
  if (formula.op !== "compare") return [];
  const { relation, left, right } = formula;
  if (relation !== ">=" && relation !== ">" && relation !== "<=" && relation !== "<") return [];
  const above = relation === ">=" || relation === ">";
  const form = formOf({ op: "sub", left: above ? left : right, right: above ? right : left }, variables);
  return form === null || form.constant > 0n ? [] : [vectorOf(variables)(form)];
}

function partsOf(part: Formula | Term): readonly (Formula | Term)[] {
  if ("left" in part) return [part.left, part.right];
  if ("cond" in part) return [part.cond, part.yes, part.no];
  return "arg" in part ? [part.arg] : [];
}

/** A term as a form over the variables, or null if it is none. */
function formOf(of: Term, variables: readonly string[]): Form | null {
  let found: Form | null = null;
  every(allValues(variables), noGuide, (one) => {
    found = new Evaluator(noGuide).form(one, of);
    return true;
  });
  return found;
}
