// Is a certificate's statement true? Answered apart from the kernel and from the certificate's evidence, by brute force: of schedules all pairs
// of passes are looked at, goals are searched through, claims for all sizes are tried at small sizes. Null: too much to look through.
import type { AllTimes, Asked, Certificate, Instance, Listed, Named, Subject } from "../../src/certificate/statement.ts";
import type { Formula, Problem, Term } from "../../src/kernel/index.ts";
import { areRows, simulate } from "./channels.ts";
import { explore, TooMany } from "./explore.ts";
import { isTrueForSmall, points } from "./for-all.ts";
import { type Fraction, fraction, holdsOf, leastStarts, orderFrom, passesOf, random } from "./oracle.ts";

export function isTrue(certificate: Certificate): boolean | null {
  switch (certificate.kind) {
    case "holds":
      return certificate.instances.every(({ claim, subjects }) => subjects.every(isValid) && truth(claim, subjects) === true);
    case "false":
      return certificate.instance.subjects.every(isValid) && truth(certificate.instance.claim, certificate.instance.subjects) === false;
    case "invalid": {
      const { subject } = certificate;
      return subject.kind === "order" ? !runs(subject) : !isSchedule(subject.named.problem, subject.starts);
    }
    case "deadlock-free":
      return certificate.instances.every(({ order }) => runs(order));
    case "possible":
      return meets(certificate.goal, certificate.evidence.starts);
    case "impossible":
      return every(certificate.instances, ({ goal }) => hasNone(goal));
    case "best":
      return isBest(certificate);
    case "for-all":
      return isTrueForSmall(certificate.statement);
    case "for-all-times":
      return isTrueForSmallTimes(certificate);
    case "vacuous":
      return isTrueForSmall({ ...certificate, claim: { op: "truth", value: false }, subjects: [] });
  }
}

function every<Item>(items: readonly Item[], ask: (item: Item) => boolean | null): boolean | null {
  const answers = items.map(ask);
  return answers.includes(false) ? false : answers.includes(null) ? null : true;
}

// ---- schedules

/** Whether a schedule is valid: all pairs of passes of a stream, all dependencies and holds, and what is held whenever something begins. */
export function isSchedule(problem: Problem, starts: ArrayLike<number>): boolean {
  const passes = passesOf(problem);
  const end = (id: number): number => starts[id] + passes[id].duration;
  for (const x of passes) {
    if (!Number.isSafeInteger(starts[x.id]) || starts[x.id] < 0) return false;
    for (const y of passes) {
      if (x.id === y.id || x.device !== y.device || x.stream !== y.stream) continue;
      if (starts[x.id] < starts[y.id] && starts[y.id] < end(x.id)) return false;
      if (starts[x.id] === starts[y.id] && x.duration > 0 && y.duration > 0) return false;
    }
    for (const other of x.needs) if (starts[x.id] < end(other) + (passes[other].device === x.device ? 0 : problem.send)) return false;
  }
  const holds = holdsOf(problem);
  if (holds.some(({ from, to }) => end(to) < starts[from])) return false;
  return peaksOf(problem, starts).every((peak, device) => peak <= problem.cap[device]);
}

export function peaksOf(problem: Problem, starts: ArrayLike<number>): number[] {
  const passes = passesOf(problem);
  const holds = holdsOf(problem);
  return Array.from({ length: problem.devices }, (_, device) => {
    const own = holds.filter((hold) => hold.device === device);
    const heldAt = (time: number): number =>
      own.reduce(
        (sum, { from, to, amount }) => sum + (starts[from] <= time && time < starts[to] + passes[to].duration ? amount : 0),
        problem.always[device],
      );
    return own.reduce((most, { from }) => Math.max(most, heldAt(starts[from])), problem.always[device]);
  });
}

interface Measured {
  readonly makespan: Fraction;
  readonly span: Fraction;
  readonly spanOf: readonly Fraction[];
  /** Of a device on the mean. */
  readonly busy: Fraction;
  readonly busyOf: readonly Fraction[];
  readonly peak: Fraction;
  readonly peakOf: readonly Fraction[];
}
function measures(problem: Problem, starts: ArrayLike<number>): Measured {
  const passes = passesOf(problem);
  const length = (some: typeof passes): number =>
    some.length === 0
      ? 0
      : Math.max(...some.map(({ id, duration }) => starts[id] + duration)) - Math.min(...some.map(({ id }) => starts[id]));
  const on = Array.from({ length: problem.devices }, (_, device) => passes.filter((pass) => pass.device === device));
  const time = (ticks: number): Fraction => fraction(BigInt(ticks), BigInt(problem.ticksPerUnit));
  const parts = (amount: number): Fraction => fraction(BigInt(amount), BigInt(problem.partsPerUnit));
  const busy = on.map((own) => own.reduce((sum, { stream, duration }) => sum + (stream === 0 ? duration : 0), 0));
  const all = busy.reduce((a, b) => a + b, 0);
  const peaks = peaksOf(problem, starts);
  return {
    makespan: time(length(passes)),
    span: time(Math.max(0, ...on.map(length))),
    spanOf: on.map((own) => time(length(own))),
    busy: fraction(BigInt(all), BigInt(problem.ticksPerUnit) * BigInt(problem.devices)),
    busyOf: busy.map(time),
    peak: parts(Math.max(0, ...peaks)),
    peakOf: peaks.map(parts),
  };
}

function isValid(subject: Subject): boolean {
  const { problem } = subject.named;
  switch (subject.kind) {
    case "pipeline":
      return true;
    case "schedule":
      return isSchedule(problem, subject.starts);
    case "block":
      return repeated(subject).every(({ problem: longer, starts }) => isSchedule(longer, starts));
  }
}

/** A block written out for one group and for enough of them to meet each other, moved so that no start is negative. */
function repeated({ named: { problem }, interval, starts }: Extract<Subject, { kind: "block" }>): { problem: Problem; starts: number[] }[] {
  const { microbatches: group, nodes } = problem;
  const reach = starts.reduce((most, start) => Math.max(most, Math.abs(start)), 0) + 10;
  const turns = interval === null ? [1] : [1, 2 * Math.ceil(reach / interval) + 2];
  return turns.map((turn) => {
    const count = group * turn;
    const raw = Array.from({ length: nodes * count }, (_, pass) => {
      const j = Math.floor(pass / nodes);
      return starts[(j % group) * nodes + (pass % nodes)] + Math.floor(j / group) * (interval ?? 0);
    });
    const least = Math.min(0, ...raw);
    const routeOf = problem.routeOf === null ? null : Int32Array.from({ length: count }, (_, j) => problem.routeOf?.[j % group] ?? 0);
    return { problem: { ...problem, microbatches: count, routeOf, send: 0 }, starts: raw.map((start) => start - least) };
  });
}

function runs({ named: { problem }, lists }: Listed): boolean {
  return hasPlaces(problem, lists) && leastStarts(problem, orderFrom(lists.map((list) => [...list]))) !== null;
}
/** Whether each pass stands once, on the list of its own stream. */
function hasPlaces(problem: Problem, lists: Listed["lists"]): boolean {
  const own = passesOf(problem);
  const flat = lists.flatMap((list) => [...list]);
  const listed = flat.length === own.length && new Set(flat).size === own.length;
  const placed = lists.every((list, l) =>
    list.every((id) => own[id] !== undefined && own[id].device * problem.streams + own[id].stream === l),
  );
  return listed && placed;
}

/** Claims for all times, tried at small ones: every order is run as early as it can be. */
function isTrueForSmallTimes({ variables, domain, claims, subjects }: AllTimes): boolean {
  const none = (): null => null;
  return [...points(variables)].every((point) => {
    if (formulaAt(domain, point, none, none) !== true) return true;
    const runs = subjects.map(({ order: { named, lists }, times }): Subject | null => {
      const sum = (of: (time: (typeof times)[number]) => number): number =>
        times.reduce((all, time) => all + Number(point.get(time.name) ?? 0n) * of(time), 0);
      const problem: Problem = {
        ...named.problem,
        routes: named.problem.routes.map((route, r) => ({
          ...route,
          duration: route.duration.map((_, node) => sum(({ durations }) => durations[r][node])),
        })),
        send: sum(({ send }) => send),
      };
      if (!hasPlaces(problem, lists)) return null;
      const starts = leastStarts(problem, orderFrom(lists.map((list) => [...list])));
      return starts && { kind: "schedule", named: { ...named, problem }, starts: Float64Array.from(starts) };
    });
    const valid = runs.filter((run) => run !== null);
    if (valid.length < runs.length || !valid.every(isValid)) return false;
    return claims.every((claim) => formulaAt(claim, point, (leaf) => measuredOf(leaf, valid), none) === true);
  });
}
const measuredOf = ({ measure }: Extract<Term, { op: "measure" }>, subjects: readonly Subject[]): Fraction | null =>
  measured(measure, subjects, (term) =>
    value(
      term,
      () => null,
      () => null,
    ),
  );

// ---- formulas

const plus = (a: Fraction, b: Fraction): Fraction => fraction2(a.num * b.den + b.num * a.den, a.den * b.den);
const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { num: -b.num, den: b.den });
const floor = ({ num, den }: Fraction): bigint => (num >= 0n ? num / den : -((-num + den - 1n) / den));
const whole = (num: bigint): Fraction => ({ num, den: 1n });
/** The oracle's fractions are of numbers that are not negative. */
const fraction2 = (num: bigint, den: bigint): Fraction => {
  const [n, d] = den < 0n ? [-num, -den] : [num, den];
  const { num: a, den: b } = fraction(n < 0n ? -n : n, d);
  return { num: n < 0n ? -a : a, den: b };
};
const sign = (a: Fraction): number => (a.num > 0n ? 1 : a.num < 0n ? -1 : 0);

/** A number, or null where there is none. */
export function value(
  term: Term,
  leaf: (term: Extract<Term, { op: "measure" | "var" }>) => Fraction | null,
  hold: (f: Formula) => boolean | null,
): Fraction | null {
  const of = (inner: Term): Fraction | null => value(inner, leaf, hold);
  switch (term.op) {
    case "number":
      return fraction2(term.num, term.den);
    case "var":
    case "measure":
      return leaf(term);
    case "ite": {
      const which = hold(term.cond);
      return which === null ? null : of(which ? term.yes : term.no);
    }
    case "neg":
    case "floor":
    case "ceil":
    case "abs": {
      const a = of(term.arg);
      if (a === null) return null;
      if (term.op === "neg" || (term.op === "abs" && sign(a) < 0)) return { num: -a.num, den: a.den };
      if (term.op === "abs") return a;
      return term.op === "floor" ? whole(floor(a)) : whole(-floor({ num: -a.num, den: a.den }));
    }
    default: {
      const [a, b] = [of(term.left), of(term.right)];
      if (a === null || b === null) return null;
      switch (term.op) {
        case "add":
          return plus(a, b);
        case "sub":
          return minus(a, b);
        case "mul":
          return fraction2(a.num * b.num, a.den * b.den);
        case "quo":
          return b.num === 0n ? null : fraction2(a.num * b.den, a.den * b.num);
        case "min":
          return sign(minus(a, b)) <= 0 ? a : b;
        case "max":
          return sign(minus(a, b)) >= 0 ? a : b;
        default: {
          if (a.den !== 1n || b.den !== 1n || b.num === 0n) return null;
          const quotient = floor(fraction2(a.num, b.num));
          return whole(term.op === "div" ? quotient : a.num - b.num * quotient);
        }
      }
    }
  }
}

/** Whether a formula is true; null where something that decides it has no value. */
export function holds(
  formula: Formula,
  number: (term: Term) => Fraction | null,
  valid: (subject: number) => boolean | null,
  flows: (formula: Extract<Formula, { op: "flows" }>) => boolean | null = () => null,
): boolean | null {
  const of = (inner: Formula): boolean | null => holds(inner, number, valid, flows);
  switch (formula.op) {
    case "truth":
      return formula.value;
    case "valid":
      return valid(formula.schedule);
    case "flows":
      return flows(formula);
    case "not": {
      const inner = of(formula.arg);
      return inner === null ? null : !inner;
    }
    case "and": {
      const left = of(formula.left);
      return left === true ? of(formula.right) : left;
    }
    case "or": {
      const left = of(formula.left);
      return left === false ? of(formula.right) : left;
    }
    case "implies": {
      const left = of(formula.left);
      return left === true ? of(formula.right) : left === null ? null : true;
    }
    case "compare":
    case "within": {
      const [a, b] = [number(formula.left), number(formula.right)];
      if (a === null || b === null) return null;
      if (formula.op === "within") {
        const tolerance = number(formula.tolerance);
        if (tolerance === null) return null;
        return sign(minus(a, plus(b, tolerance))) <= 0 && sign(minus(a, minus(b, tolerance))) >= 0;
      }
      const order = sign(minus(a, b));
      const answers = { "==": order === 0, "!=": order !== 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 };
      return answers[formula.relation];
    }
  }
}

/** Whole values of names. */
export type Point = ReadonlyMap<string, bigint>;
/** A formula with names at their values; measures from outside. */
export function formulaAt(
  formula: Formula,
  point: Point,
  measure: (term: Extract<Term, { op: "measure" }>) => Fraction | null,
  valid: (subject: number) => boolean | null,
): boolean | null {
  const number = (term: Term): Fraction | null =>
    value(
      term,
      (leaf) => {
        if (leaf.op === "measure") return measure(leaf);
        const found = point.get(leaf.name);
        return found === undefined ? null : whole(found);
      },
      (inner) => holds(inner, number, valid),
    );
  return holds(formula, number, valid);
}
export const valueAt = (term: Term, point: Point): Fraction | null =>
  value(
    term,
    (leaf) => {
      const found = leaf.op === "var" ? point.get(leaf.name) : undefined;
      return found === undefined ? null : whole(found);
    },
    (inner) =>
      formulaAt(
        inner,
        point,
        () => null,
        () => null,
      ),
  );
export function wholeAt(term: Term, point: Point): number | null {
  const found = valueAt(term, point);
  return found !== null && found.den === 1n ? Number(found.num) : null;
}

function truth(claim: Formula, subjects: readonly Subject[]): boolean | null {
  const number = (term: Term): Fraction | null =>
    value(
      term,
      (leaf) => (leaf.op === "var" ? null : measured(leaf.measure, subjects, number)),
      (inner) => holds(inner, number, valid, flows),
    );
  const valid = (subject: number): boolean | null => (subjects[subject].kind === "pipeline" ? null : true);
  const flows = ({ schedule, rows, channel }: Extract<Formula, { op: "flows" }>): boolean | null => {
    const subject = subjects[schedule];
    if (subject.kind !== "schedule" || subject.named.problem.streams > 1 || !areRows(subject.named.problem, rows)) return null;
    const { offsets, steps } = rows;
    const inTime = Array.from(offsets.subarray(1), (to, d) => steps.subarray(offsets[d], to).filter((step) => step >= 0)).every((passes) =>
      passes.every((pass, i) => i === 0 || subject.starts[passes[i - 1]] <= subject.starts[pass]),
    );
    return inTime ? simulate(subject.named.problem, rows, channel, random(1).below) : null;
  };
  return holds(claim, number, valid, flows);
}

function measured(
  { name, schedule, device, stage }: Extract<Term, { op: "measure" }>["measure"],
  subjects: Instance["subjects"],
  number: (term: Term) => Fraction | null,
): Fraction | null {
  const subject = subjects[schedule];
  const { problem } = subject.named;
  const place = (term: Term | undefined, below: number): number | null | undefined => {
    if (term === undefined) return undefined;
    const found = number(term);
    return found !== null && found.den === 1n && found.num >= 0n && found.num < BigInt(below) ? Number(found.num) : null;
  };
  const d = place(device, problem.devices);
  if (d === null) return null;
  if (subject.kind === "pipeline") {
    if (name !== "load") return null;
    const { device: home, stream, duration } = problem.routes[0];
    const load = (at: number): number =>
      duration.reduce((sum, ticks, node) => sum + (home[node] === at && stream[node] === 0 ? ticks : 0), 0);
    const most = d === undefined ? Math.max(0, ...Array.from({ length: problem.devices }, (_, at) => load(at))) : load(d);
    return fraction2(BigInt(most), BigInt(problem.ticksPerUnit));
  }
  if (subject.kind === "block") {
    const longest = repeated(subject).at(-1);
    if (longest === undefined) return null;
    switch (name) {
      case "period":
        return subject.interval === null ? null : whole(BigInt(subject.interval));
      case "peak": {
        const found = measures(longest.problem, longest.starts);
        return d === undefined ? found.peak : found.peakOf[d];
      }
      case "lifespan": {
        const s = stage === undefined ? undefined : number(stage);
        if (s === null || (s !== undefined && s.den !== 1n)) return null;
        const at = s === undefined ? null : Number(s.num);
        if (at !== null && !subject.stages.includes(at)) return null;
        let most = 0;
        for (let k = 0; k < problem.microbatches; k++) {
          const route = problem.routes[problem.routeOf === null ? 0 : problem.routeOf[k]];
          route.holdFrom.forEach((from, h) => {
            const [begin, end] = [k * problem.nodes + from, k * problem.nodes + route.holdTo[h]];
            if (at === null || subject.stages[from] === at)
              most = Math.max(most, subject.starts[end] + route.duration[route.holdTo[h]] - subject.starts[begin]);
          });
        }
        return whole(BigInt(most));
      }
      default:
        return null;
    }
  }
  const found = measures(problem, subject.starts);
  const busy = d === undefined ? fraction2(found.busy.num, found.busy.den) : found.busyOf[d];
  const span = d === undefined ? found.span : found.spanOf[d];
  switch (name) {
    case "makespan":
      return found.makespan;
    case "span":
      return span;
    case "idle":
      return minus(span, busy);
    case "bubble":
      return span.num === 0n ? null : minus(whole(1n), fraction2(busy.num * span.den, busy.den * span.num));
    case "peak":
      return d === undefined ? found.peak : found.peakOf[d];
    default:
      return null;
  }
}

// ---- goals

/** Whether the schedule meets the goal: fixed starts and orders speak of ranks. */
function meets({ named: { problem }, makespan, span, starts: fixed, orders }: Asked, starts: Float64Array): boolean {
  if (!isSchedule(problem, starts)) return false;
  const found = measures(problem, starts);
  const ticks = (of: Fraction): number => Number((of.num * BigInt(problem.ticksPerUnit)) / of.den);
  if (makespan !== null && ticks(found.makespan) > makespan) return false;
  if (span !== null && ticks(found.span) > span) return false;
  const sorted = ranked(problem, starts);
  const first = Math.min(...sorted);
  const ordered = orders.every((order) => order.every((pass, i) => i === 0 || sorted[order[i - 1]] < sorted[pass]));
  return ordered && fixed.every(({ pass, at }) => sorted[pass] - first === at);
}
function ranked({ nodes, microbatches, routeOf }: Problem, starts: Float64Array): number[] {
  const sorted = [...starts];
  for (const route of new Set(routeOf ?? [0])) {
    const own = Array.from({ length: microbatches }, (_, j) => j).filter((j) => (routeOf?.[j] ?? 0) === route);
    for (let node = 0; node < nodes; node++) {
      const times = own.map((j) => starts[j * nodes + node]).sort((a, b) => a - b);
      own.forEach((j, rank) => {
        sorted[j * nodes + node] = times[rank];
      });
    }
  }
  return sorted;
}

/** Whether no schedule meets the goal. */
function hasNone({
  named,
  makespan,
  span,
  starts,
  orders,
}: Pick<Asked, "named" | "makespan" | "span" | "starts" | "orders">): boolean | null {
  const { problem } = named;
  if (problem.routes.some(({ duration }) => duration.some((ticks) => ticks < 1)))
    return isPlainlyTooShort(problem, makespan, span) ? true : null;
  const ticks = passesOf(problem).reduce((sum, { duration }) => sum + duration + problem.send, 0);
  if (ticks > 2000) return null;
  try {
    return explore({ problem, makespan, span, starts, orders: orders.map((passes) => ({ passes })) }) === null;
  } catch (signal) {
    if (signal instanceof TooMany) return null;
    throw signal;
  }
}

/** The work of a stream, or a path of dependencies, is longer than what is asked: for passes of no time, which are not searched through. */
function isPlainlyTooShort(problem: Problem, makespan: number | null, span: number | null): boolean {
  const passes = passesOf(problem);
  const load = new Map<number, number>();
  for (const { device, stream, duration } of passes)
    load.set(device * problem.streams + stream, (load.get(device * problem.streams + stream) ?? 0) + duration);
  const known = new Map<number, number>();
  const end = (id: number): number => {
    const { needs, device, duration } = passes[id];
    const before = known.get(id) ?? Math.max(0, ...needs.map((other) => end(other) + (passes[other].device === device ? 0 : problem.send)));
    known.set(id, before);
    return before + duration;
  };
  const most = Math.max(0, ...load.values());
  const path = Math.max(0, ...passes.map(({ id }) => end(id)));
  return (makespan !== null && Math.max(most, path) > makespan) || (span !== null && most > span);
}

function isBest({ goal, objectives, evidence }: Extract<Certificate, { kind: "best" }>): boolean | null {
  if (!meets(goal, evidence.starts)) return false;
  const found = measures(goal.named.problem, evidence.starts);
  const { ticksPerUnit, partsPerUnit } = goal.named.problem;
  let asked = goal;
  const answers: (boolean | null)[] = [];
  for (const [i, { measure, value: reached, bound }] of objectives.entries()) {
    const own = found[measure];
    const unit = measure === "peak" ? partsPerUnit : ticksPerUnit;
    if (own.num * BigInt(unit) !== BigInt(reached) * own.den || bound > reached || (bound < reached && i < objectives.length - 1))
      return false;
    answers.push(hasNone(below(asked, measure, bound - 1)));
    asked = below(asked, measure, reached);
  }
  return every(answers, (answer) => answer);
}
function below(goal: Asked, measure: "makespan" | "span" | "peak", most: number): Asked {
  if (measure === "peak") {
    const named: Named = {
      ...goal.named,
      problem: { ...goal.named.problem, cap: goal.named.problem.cap.map((cap) => Math.min(cap, most)) },
    };
    return { ...goal, named };
  }
  return { ...goal, [measure]: Math.min(goal[measure] ?? most, most) };
}
