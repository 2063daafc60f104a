// Hints for proofs about building blocks: which passes lie on a device, and which device holds most. Guessed from small sizes by
// fitting linear forms; the kernel checks every guess, so a bad one costs a proof and never makes a wrong one.
import {
  type Case,
  contains,
  deviceName,
  Evaluator,
  every,
  type Formula,
  fraction,
  type Guide,
  type Hints,
  type Inverse,
  linear,
  type Measure,
  type Rational,
  type SymbolicBlock,
  type SymbolicIndex,
  type Term,
  term,
} from "../kernel/index.ts";

const { rational, minus, times, over, zero } = fraction;
export type Point = ReadonlyMap<string, bigint>;

const still: Guide = { sign: () => ({ kind: "stop", reason: "nothing varies here" }), empty: () => null };

/** A term's value where all its names have one; null if it has none. */
export function valueAt(of: Term, point: Point): Rational | null {
  let found: Rational | null = null;
  every(caseAt(point), still, (one) => {
    found = linear.constantOf(new Evaluator(still).form(one, of));
    return true;
  });
  return found;
}
/** Whether a formula is true where all its names have a value. */
export function trueAt(of: Formula, point: Point): boolean {
  return every(caseAt(point), still, (one) => new Evaluator(still).holds(one, of)).kind === "proved";
}
function caseAt(point: Point): Case {
  return { variables: 0, names: new Map([...point].map(([name, value]) => [name, linear.constant(value)])), facts: [] };
}

/** What the hints need to know of the outside: what each device holds, or has to do, at one size. */
export interface Sampler {
  peaks(point: Point): readonly number[] | null;
  loads(point: Point): readonly number[] | null;
}

export function hintsFor(block: SymbolicBlock, variables: readonly string[], domain: Formula, sampler: Sampler): Hints {
  const points = samplePoints(variables, domain);
  const inverse: Inverse = {
    families: block.families.map((family) => fitInverse(family.indices, family.device, variables, points)),
    holds: block.holds.map((hold) => fitInverse(hold.indices, hold.device, variables, points)),
  };
  return {
    inverse,
    candidates(one: Case, measure: Measure): readonly Term[] {
      const sampled = pointsIn(one, variables).flatMap((point) => {
        const values = measure.name === "load" ? sampler.loads(point) : sampler.peaks(point);
        return values === null ? [] : [{ point, best: greatest(values) }];
      });
      return [choose(sampled, block, variables, 0)];
    },
  };
}

function greatest(values: readonly number[]): Set<number> {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return new Set(values.flatMap((value, device) => (value === most ? [device] : [])));
}

/** Points of the domain with small values, the largest boxes last. */
function samplePoints(variables: readonly string[], domain: Formula): Point[] {
  const found: Point[] = [];
  const width = variables.length <= 1 ? 12 : variables.length === 2 ? 9 : 6;
  for (const values of box(variables.length, 0, width)) {
    const point = new Map(variables.map((name, i) => [name, BigInt(values[i])]));
    if (trueAt(domain, point)) found.push(point);
  }
  const step = Math.max(1, Math.floor(found.length / 24));
  return found.filter((_, i) => i % step === 0 || i > found.length - 6);
}

/** Values of the statement's names at points of a case. */
function pointsIn(one: Case, variables: readonly string[]): Point[] {
  const found: Point[] = [];
  for (const values of box(one.variables, -1, one.variables <= 1 ? 12 : one.variables === 2 ? 7 : 4)) {
    const raw = values.map(BigInt);
    if (!contains(one, raw)) continue;
    const point = new Map<string, bigint>();
    for (const name of variables) {
      const form = one.names.get(name);
      if (form === undefined) continue;
      const value = linear.evaluate(form, raw);
      if (value.den === 1n) point.set(name, value.num);
    }
    found.push(point);
    if (found.length >= 24) break;
  }
  return found;
}

function* box(dimensions: number, from: number, to: number, most = 50_000): Generator<number[]> {
  if (dimensions === 0) {
    yield [];
    return;
  }
  for (const rest of box(dimensions - 1, from, to, most))
    for (let value = from; value <= to && most > 0; value++, most--) yield [...rest, value];
}

/** For the n-th index tuple of a device: each index as a linear form of the device and the variables, if one fits all samples. */
function fitInverse(indices: readonly SymbolicIndex[], device: Term, variables: readonly string[], points: readonly Point[]): Term[][] {
  const rows: { readonly inputs: Rational[]; readonly tuples: number[][] }[] = [];
  for (const point of points) {
    const tuples = new Map<number, number[][]>();
    let visited = 0;
    const visit = (i: number, chosen: number[], at: Point): boolean => {
      if (i === indices.length) {
        const home = valueAt(device, at);
        if (home === null || ++visited > 10_000) return false;
        const own = tuples.get(Number(home.num)) ?? [];
        own.push(chosen);
        tuples.set(Number(home.num), own);
        return true;
      }
      const [low, high] = [valueAt(indices[i].low, at), valueAt(indices[i].high, at)];
      if (low === null || high === null || high.num - low.num > 400n) return false;
      for (let value = fraction.ceil(low); value <= fraction.floor(high); value++) {
        if (!visit(i + 1, [...chosen, Number(value)], new Map(at).set(indices[i].name, value))) return false;
      }
      return true;
    };
    if (!visit(0, [], point)) continue;
    for (const [home, list] of tuples)
      rows.push({ inputs: [rational(1), rational(home), ...variables.map((name) => rational(point.get(name) ?? 0n))], tuples: list });
  }
  const most = rows.reduce((count, row) => Math.max(count, row.tuples.length), 0);
  const terms: Term[][] = [];
  for (let n = 0; n < Math.min(most, 64); n++) {
    const having = rows.filter((row) => row.tuples.length > n);
    const forms = indices.map((_, i) =>
      linearThrough(
        having.map((row) => ({ inputs: row.inputs, output: rational(row.tuples[n][i]) })),
        [term.number(1), term.variable(deviceName), ...variables.map(term.variable)],
      ),
    );
    if (forms.every((one) => one !== null)) terms.push(forms);
  }
  return terms;
}

/** The linear form through all rows, columns of the end left out where they are not needed; null if there is none. */
function linearThrough(
  rows: readonly { readonly inputs: readonly Rational[]; readonly output: Rational }[],
  inputs: readonly Term[],
): Term | null {
  const table = rows.map((row) => [...row.inputs, row.output]);
  const pivots: number[] = [];
  for (let column = 0, row = 0; column < inputs.length && row < table.length; column++) {
    const found = table.findIndex((line, i) => i >= row && line[column].num !== 0n);
    if (found < 0) continue;
    [table[row], table[found]] = [table[found], table[row]];
    const by = table[row][column];
    table[row] = table[row].map((value) => over(value, by));
    table.forEach((line, i) => {
      const factor = line[column];
      if (i !== row && factor.num !== 0n) table[i] = line.map((value, k) => minus(value, times(factor, table[row][k])));
    });
    pivots[row++] = column;
  }
  if (table.slice(pivots.length).some((line) => line[inputs.length].num !== 0n)) return null;
  let sum: Term = term.number(0);
  pivots.forEach((column, row) => {
    const by = table[row][inputs.length];
    if (by.num !== zero.num) sum = term.binary("add", sum, term.binary("mul", term.number(by.num, by.den), inputs[column]));
  });
  return sum;
}

/** A term for a device that is among the best in all samples; by residues of a variable, or with the small sizes apart, if need be. */
function choose(
  samples: readonly { readonly point: Point; readonly best: ReadonlySet<number> }[],
  block: SymbolicBlock,
  variables: readonly string[],
  depth: number,
): Term {
  const candidates: Term[] = [];
  const last = term.binary("sub", block.devices, term.number(1));
  for (let c = 0; c < 3; c++)
    candidates.push(c === 0 ? term.number(0) : term.number(c), c === 0 ? last : term.binary("sub", last, term.number(c)));
  for (const divisor of [2, 3])
    candidates.push(term.binary("div", block.devices, term.number(divisor)), term.binary("div", last, term.number(divisor)));
  const hits = (candidate: Term, among: typeof samples): number =>
    among.filter(({ point, best }) => {
      const device = valueAt(candidate, point);
      return device !== null && best.has(Number(device.num));
    }).length;
  const whole = candidates.find((candidate) => hits(candidate, samples) === samples.length);
  if (whole !== undefined) return whole;
  const modulus = block.interval ?? 2n;
  for (const name of depth < 2 ? variables : []) {
    const value = (point: Point): bigint => point.get(name) ?? 0n;
    const classes = new Map<bigint, (typeof samples)[number][]>();
    for (const sample of samples) {
      const residue = ((value(sample.point) % modulus) + modulus) % modulus;
      classes.set(residue, [...(classes.get(residue) ?? []), sample]);
    }
    if (classes.size > 1) {
      let chosen: Term = term.number(0);
      for (const [residue, members] of classes) {
        const cond = term.compare(term.binary("mod", term.variable(name), term.number(modulus)), "==", term.number(residue));
        chosen = { op: "ite", cond, yes: choose(members, block, variables, depth + 1), no: chosen };
      }
      return chosen;
    }
    const least = samples.map(({ point }) => value(point)).reduce((a, b) => (a < b ? a : b));
    const rest = samples.filter(({ point }) => value(point) > least);
    if (rest.length > 0 && rest.length < samples.length) {
      const cond = term.compare(term.variable(name), "<=", term.number(least));
      return {
        op: "ite",
        cond,
        yes: choose(
          samples.filter(({ point }) => value(point) === least),
          block,
          variables,
          depth + 1,
        ),
        no: choose(rest, block, variables, depth),
      };
    }
  }
  return candidates.map((candidate) => ({ candidate, count: hits(candidate, samples) })).reduce((a, b) => (b.count > a.count ? b : a))
    .candidate;
}
