// Claims for all times of passes: `for all p in 2..8, f >= 1, b >= 1, w in 1..f: idle(S(p), m = 2p, Times(f, b, w)) == (p-1)*(f + b - w)`.
// Sizes are numbers, one after another; the variables that a profile is given stay variables. Each schedule keeps its order.
import { fraction } from "../../fraction/index.ts";
import { type ForAllTimes, type Formula, type Problem, type Term, type Timed, term } from "../../kernel/index.ts";
import { examine } from "../../schedule/index.ts";
import { namesIn, nodes } from "../mentions.ts";
import type { Program } from "../resolve.ts";
import type * as S from "../syntax.ts";
import { timesIn } from "../times.ts";
import { type Call, instances, type NamedSubject, type Quantified, type Subjects } from "./claim.ts";
import { constantTerm, type Names, NotSymbolic, toFormula, toTerm } from "./term.ts";

/** A claim for all times, with what its subjects are called. */
export interface TimesClaim extends ForAllTimes {
  readonly named: readonly NamedSubject[];
}

/** The variables without an end that a claim's profiles are given. */
export function timesOf(body: S.Expr, { variables }: Quantified): string[] {
  const given = [...nodes(body)].flatMap((node) => (node.kind === "call" ? profilesIn(node as unknown as Call) : []));
  const named = namesIn(given.map(({ args }) => args));
  return variables.map(({ name }) => name).filter((name) => named.has(name));
}
const profilesIn = ({ args }: Call): S.Target[] =>
  args.slice(1).flatMap(({ name, value }) => (name === undefined ? (timesIn(value) ?? []) : []));

/** How many schedules one claim may speak of, all sizes together. */
const mostSubjects = 200;

/** The claim with `times` left as variables. Throws `NotSymbolic` where it has no such form. */
export function timesClaim(program: Program, all: Subjects, body: S.Expr, given: Quantified, times: readonly string[]): TimesClaim {
  const isTime = (syntax: unknown): boolean => times.some((name) => namesIn(syntax).has(name));
  const sizes = given.variables.filter(({ name }) => !times.includes(name));
  const endless = sizes.find(({ high }) => high === null);
  if (endless !== undefined)
    throw new NotSymbolic(`times are proved size by size, so give \`${endless.name}\` a range: \`${endless.name} in 2..8\``);
  const names: Names = new Map(times.map((name) => [name, term.variable(name)]));
  const domain = given.variables
    .filter(({ name }) => times.includes(name))
    .flatMap(({ name, low, above, high }): Formula[] => {
      const least = term.compare(term.variable(name), above ? ">" : ">=", toTerm(low, names));
      return high === null ? [least] : [least, term.compare(term.variable(name), "<=", toTerm(high, names))];
    });
  domain.push(...given.conditions.filter(isTime).map((cond) => toFormula(cond, names)));
  const named: NamedSubject[] = [];
  const subjects: Timed[] = [];
  const claims: Formula[] = [];
  const conditions = given.conditions.filter((cond) => !isTime(cond));
  for (const values of instances({ variables: sizes, conditions, finite: true }, 1)) {
    if (values === null) continue;
    const here: Names = new Map([...names, ...[...values].map(([name, value]): [string, Term] => [name, constantTerm(value)])]);
    claims.push(
      toFormula(body, here, (call) => {
        const { measure, subject } = all.timed(call, values, times, (profile) => isScaled(program, profile, times));
        let schedule = named.indexOf(subject.named);
        if (schedule < 0) {
          schedule = subjects.push(subject.timed) - 1;
          named.push(subject.named);
        }
        if (subjects.length > mostSubjects) throw new NotSymbolic(`it speaks of more than ${mostSubjects} schedules`);
        return { op: "measure", measure: { ...measure, schedule } };
      }),
    );
  }
  return { variables: times, domain: term.all(domain), claims, subjects, named };
}

/** The subject from what it is with each time alone 1, and the others 0. Ticks are made the same. */
export function timedSubject(
  names: readonly string[],
  at: (values: ReadonlyMap<string, number>) => NamedSubject,
): { readonly timed: Timed; readonly named: NamedSubject } {
  const whole = (subject: NamedSubject): Problem => {
    if (subject.subject.kind !== "schedule") throw new NotSymbolic("times are proved for schedules of so many microbatches; give m");
    return subject.subject.problem;
  };
  const just = (value: (name: string) => number): NamedSubject => at(new Map(names.map((name) => [name, value(name)])));
  const named = just(() => 1);
  const examined = examine(named.subject);
  if (examined.kind !== "schedule") throw new NotSymbolic("not a valid schedule where all times are 1");
  const nothing = whole(just(() => 0));
  if (nothing.send > 0 || nothing.routes.some(({ duration }) => duration.some((ticks) => ticks > 0)))
    throw new NotSymbolic("a pass takes a time that is not among the variables");
  const alone = names.map((name) => whole(just((other) => (other === name ? 1 : 0))));
  const ticks = alone.reduce(
    (common, { ticksPerUnit }) => (common * ticksPerUnit) / Number(fraction.gcd(BigInt(common), BigInt(ticksPerUnit))),
    1,
  );
  const { problem } = examined;
  const times = alone.map(({ routes, send, ticksPerUnit }, v) => ({
    name: names[v],
    durations: routes.map(({ duration }) => duration.map((own) => (own * ticks) / ticksPerUnit)),
    send: (send * ticks) / ticksPerUnit,
  }));
  const none = { holdDevice: new Int32Array(), holdFrom: new Int32Array(), holdTo: new Int32Array(), holdAmount: new Float64Array() };
  return {
    named,
    timed: {
      problem: {
        ...problem,
        ticksPerUnit: ticks,
        routes: problem.routes.map((route, r) => ({
          ...route,
          ...none,
          duration: route.duration.map((_, node) => times.reduce((sum, { durations }) => sum + durations[r][node], 0)),
        })),
        send: times.reduce((sum, { send }) => sum + send, 0),
        always: new Float64Array(problem.devices),
        cap: new Float64Array(problem.devices).fill(Number.POSITIVE_INFINITY),
      },
      order: examined.schedule.order,
      times,
    },
  };
}

/** Whether each time of a profile is a sum of multiples of the variables, and so is each of its arguments. */
function isScaled(program: Program, { name, args }: S.Target, times: readonly string[]): boolean {
  const profile = program.profiles.get(name.text);
  if (profile === undefined) return false;
  const known = new Set([...profile.params, ...profile.items.map((item) => item.name)].map(({ text }) => text));
  return (
    args.every((arg) => degree(arg, new Set(times)) === 1) &&
    profile.items.every(({ binders, value }) => binders.length === 0 && degree(value, known) === 1)
  );
}

/** 0 for a number, 1 for a sum of multiples of the names (or nothing at all), null for anything else. */
function degree(expr: S.Expr, names: ReadonlySet<string>): 0 | 1 | null {
  switch (expr.kind) {
    case "number":
      return expr.value.num === 0n ? 1 : 0;
    case "name":
      return names.has(expr.name) ? 1 : null;
    case "unary":
      return expr.operator === "-" ? degree(expr.arg, names) : null;
    case "binary": {
      const [left, right] = [degree(expr.left, names), degree(expr.right, names)];
      if (left === null || right === null) return null;
      if (expr.operator === "+" || expr.operator === "-") return left === right ? left : null;
      if (expr.operator === "*") return left + right > 1 ? null : left === 1 || right === 1 ? 1 : 0;
      return expr.operator === "/" && right === 0 ? left : null;
    }
    default:
      return null;
  }
}
