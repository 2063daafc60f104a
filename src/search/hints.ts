// Hints for proofs about building blocks: which passes lie on a device, and which device holds most. Guessed from small sizes by
// fitting linear forms; the kernel checks every guess, so a bad one costs a proof and never makes a wrong one.

import { fraction } from "../fraction/index.ts";
import {
  type Case,
  deviceName,
  Evaluator,
  every,
  type Formula,
  type Guide,
  type Hints,
  type Indexed,
  linear,
  memberName,
  type Rational,
  type SymbolicBlock,
  type Term,
  term,
} from "../kernel/index.ts";
import { eliminated } from "./eliminate.ts";

const { rational, zero } = fraction;
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

type Block = Omit<SymbolicBlock, "families"> & { readonly families: readonly Indexed[] };

export function hintsFor(block: Block, variables: readonly string[], domain: Formula, sampler: Sampler): Hints {
  const points = samplePoints(variables, domain);
  return {
    inverse: {
      families: block.families.map((family) => inverseOf(block, family, variables, points)),
      holds: block.holds.map((hold) => inverseOf(block, hold, variables, points)),
    },
    candidates: { peak: candidatesFor(block, points, sampler.peaks), load: candidatesFor(block, points, sampler.loads) },
    parts: [block.always, ...block.holds.map((hold) => hold.amount)].map(denominator).reduce(lcm, 1n),
  };
}

const lcm = (a: bigint, b: bigint): bigint => (a / fraction.gcd(a, b)) * b;
/** A number with which a term becomes whole wherever its names are. */
function denominator(of: Term): bigint {
  switch (of.op) {
    case "number":
      return of.den;
    case "add":
    case "sub":
    case "min":
    case "max":
      return lcm(denominator(of.left), denominator(of.right));
    case "mul":
      return denominator(of.left) * denominator(of.right);
    case "quo":
      return of.right.op === "number" && of.right.num !== 0n
        ? denominator(of.left) * (of.right.num < 0n ? -of.right.num : of.right.num)
        : 1n;
    case "ite":
      return lcm(denominator(of.yes), denominator(of.no));
    case "neg":
    case "abs":
      return denominator(of.arg);
    default:
      return 1n;
  }
}

/** Of a block that runs once, what a device has for one microbatch. */
function inverseOf(block: Block, { indices, device }: Indexed, variables: readonly string[], points: readonly Point[]): Term[][] {
  if (block.interval !== null) return fitInverse(indices, device, variables, points);
  return fitInverse(indices.slice(0, -1), device, variables, points).map((tuple) => [...tuple, term.variable(memberName)]);
}

function greatest(values: readonly number[]): Set<number> {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return new Set(values.flatMap((value, device) => (value === most ? [device] : [])));
}

/** Points of the domain with small values, the largest boxes last; where it has none, as in `p >= 100`, any: what fits here may fit there. */
function samplePoints(variables: readonly string[], domain: Formula): Point[] {
  const width = variables.length <= 1 ? 12 : variables.length === 2 ? 9 : 6;
  const all = [...box(variables.length, 0, width)].map((values) => new Map(variables.map((name, i) => [name, BigInt(values[i])])));
  const inside = all.filter((point) => trueAt(domain, point));
  const found = inside.length > 0 ? inside : all.filter((point) => [...point.values()].every((value) => value > 0n));
  const step = Math.max(1, Math.floor(found.length / 24));
  return found.filter((_, i) => i % step === 0 || i > found.length - 6);
}

function* box(dimensions: number, from: number, to: number, most = 50_000): Generator<number[]> {
  if (dimensions === 0) {
    yield [];
    return;
  }
  for (const rest of box(dimensions - 1, from, to, most))
    for (let value = from; value <= to && most > 0; value++, most--) yield [...rest, value];
}

/** A device at one size, as 1, its number and the size; the index tuples that it has; whether it is one of the first or the last two. */
interface Home {
  readonly inputs: readonly Rational[];
  readonly tuples: readonly (readonly number[])[];
  readonly first: boolean;
  readonly last: boolean;
}

/**
 * For the n-th index tuple of a device: each index as a linear form of the device and the variables, if one fits all samples. Where none does,
 * as where stages go on from the last device to the first, one for the first devices and one for the last.
 */
function fitInverse(indices: Indexed["indices"], device: Term, variables: readonly string[], points: readonly Point[]): Term[][] {
  const rows: Home[] = [];
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
    const highest = [...tuples.keys()].reduce((a, b) => Math.max(a, b), 0);
    for (const [home, list] of tuples)
      rows.push({
        inputs: [rational(1), rational(home), ...variables.map((name) => rational(point.get(name) ?? 0n))],
        tuples: list,
        first: home < 2,
        last: home > highest - 2,
      });
  }
  const most = rows.reduce((count, row) => Math.max(count, row.tuples.length), 0);
  const terms: Term[][] = [];
  for (let n = 0; n < Math.min(most, 64); n++) {
    const having = rows.filter((row) => row.tuples.length > n);
    const through = (some: readonly Home[]): void => {
      const forms = indices.map((_, i) =>
        linearThrough(
          some.map((row) => ({ inputs: row.inputs, output: rational(row.tuples[n][i]) })),
          [term.number(1), term.variable(deviceName), ...variables.map(term.variable)],
        ),
      );
      if (forms.every((one) => one !== null)) terms.push(forms);
    };
    const before = terms.length;
    through(having);
    if (terms.length > before) continue;
    through(having.filter(({ first }) => first));
    through(having.filter(({ last }) => last));
  }
  return terms;
}

/** The linear form through all rows, columns of the end left out where they are not needed; null if there is none. */
export function linearThrough(
  rows: readonly { readonly inputs: readonly Rational[]; readonly output: Rational }[],
  inputs: readonly Term[],
): Term | null {
  const { table, pivots } = eliminated(
    rows.map((row) => [...row.inputs, row.output]),
    inputs.length,
  );
  if (table.slice(pivots.length).some((line) => line[inputs.length].num !== 0n)) return null;
  let sum: Term = term.number(0);
  pivots.forEach((column, row) => {
    const by = table[row][inputs.length];
    if (by.num !== zero.num) sum = term.binary("add", sum, term.binary("mul", term.number(by.num, by.den), inputs[column]));
  });
  return sum;
}

/** Few terms for devices of which one is among the best at every sampled point: each time the one that is best at most of the rest. */
function candidatesFor(block: Block, points: readonly Point[], values: (point: Point) => readonly number[] | null): Term[] {
  let left = points.flatMap((point) => {
    const found = values(point);
    return found === null ? [] : [{ point, best: greatest(found) }];
  });
  const last = term.binary("sub", block.devices, term.number(1));
  const terms: Term[] = [];
  for (let c = 0; c < 3; c++) terms.push(term.number(c), c === 0 ? last : term.binary("sub", last, term.number(c)));
  for (const divisor of [2, 3])
    terms.push(term.binary("div", block.devices, term.number(divisor)), term.binary("div", last, term.number(divisor)));
  const isBest = (candidate: Term, { point, best }: (typeof left)[number]): boolean => {
    const device = valueAt(candidate, point);
    return device !== null && best.has(Number(device.num));
  };
  const chosen: Term[] = [];
  while (left.length > 0) {
    const hits = terms.map((candidate) => left.filter((sample) => isBest(candidate, sample)).length);
    const most = Math.max(...hits);
    if (most === 0) break;
    const candidate = terms[hits.indexOf(most)];
    chosen.push(candidate);
    left = left.filter((sample) => !isBest(candidate, sample));
  }
  return chosen;
}
