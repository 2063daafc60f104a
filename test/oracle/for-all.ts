// A claim for all sizes at small sizes: blocks are written out pass by pass for enough repetitions to meet each other. Says nothing of
// larger sizes: what is false at a small one is false.
import type { ForAll, Problem, SymbolicBlock, Term } from "../../src/kernel/index.ts";
import { type Fraction, problemFrom } from "./oracle.ts";
import { formulaAt, isSchedule, type Point, peaksOf, valueAt, wholeAt } from "./truth.ts";

/** Values of each variable that are tried. */
const most = 4;

export function isTrueForSmall({ variables, domain, claim, subjects }: ForAll): boolean | null {
  for (const point of points(variables)) {
    if (
      formulaAt(
        domain,
        point,
        () => null,
        () => null,
      ) !== true
    )
      continue;
    const written = subjects.map(({ block, microbatches, pipelineOnly }) => writtenAt(block, microbatches, pipelineOnly, point));
    if (written.includes("strange")) return null;
    if (written.some((one) => one === null)) return false;
    const number = (term: Extract<Term, { op: "measure" }>): Fraction | null => {
      const own = written[term.measure.schedule];
      return own === null || own === "strange" ? null : own.measure(term, point);
    };
    if (formulaAt(claim, point, number, (subject) => (subjects[subject].pipelineOnly ? null : true)) !== true) return false;
  }
  return true;
}

/** Values from 0 on of each variable. */
export function* points(variables: readonly string[]): Generator<Point> {
  if (variables.length === 0) return yield new Map();
  const [first, ...rest] = variables;
  for (let value = 0; value <= most; value++) for (const point of points(rest)) yield new Map([[first, BigInt(value)], ...point]);
}

interface Written {
  measure(term: Extract<Term, { op: "measure" }>, point: Point): Fraction | null;
}

/** Null: it is not valid, or has no meaning. "strange": microbatches differ by more than their starts; nothing is said of that. */
function writtenAt(whole: SymbolicBlock, microbatches: Term | null, pipelineOnly: boolean, point: Point): Written | "strange" | null {
  const group = wholeAt(whole.group ?? one, point);
  const devices = wholeAt(whole.devices, point);
  if (group === null || devices === null || group < 1 || devices < 0) return null;
  const [block, ...others] = Array.from({ length: group }, (_, k) => ofMicrobatch(whole, k));
  try {
    if (block === null || !isGroup(whole, group, point)) return null;
    if (isGrouped(whole) && !staysInMicrobatch(whole)) return "strange";
    const said = (of: SymbolicBlock | null): string =>
      JSON.stringify(of === null ? null : laidOut(of, point), (_, x) => (typeof x === "bigint" ? `${x}` : x));
    if (others.some((other) => said(other) !== said(block))) return "strange";
  } catch (signal) {
    if (signal instanceof Meaningless) return null;
    throw signal;
  }
  const nodes = block.families.flatMap((family, f) => tuples(family.indices, point).map((at) => ({ f, family, at })));
  const find = (f: number, indices: readonly (number | null)[]): number =>
    nodes.findIndex(
      (node) => node.f === f && node.family.indices.every(({ name }, i) => node.at.get(name) === BigInt(indices[i] ?? Number.NaN)),
    );
  const interval = block.interval === null ? null : Number(block.interval);
  try {
    const passes = nodes.map(({ family, at }) => ({
      device: must(wholeAt(family.device, at)),
      stream: family.stream,
      duration: must(wholeAt(family.duration, at)),
      needs: family.needs.flatMap((need) =>
        nodes.flatMap((other, node) =>
          other.f === need.family &&
          other.family.indices.every(({ name }, i) => {
            const index = need.indices[i];
            return (index.op === "var" && need.any.includes(index.name)) || other.at.get(name) === BigInt(must(wholeAt(index, at)));
          })
            ? [node]
            : [],
        ),
      ),
    }));
    if (passes.some(({ device }) => device < 0 || device >= devices)) return null;
    // Of a pipeline only its load is meant.
    const holds = (pipelineOnly ? [] : block.holds).flatMap((hold) =>
      tuples(hold.indices, point).map((at) => {
        const ends = [hold.from, hold.to].map(({ family, indices }) =>
          find(
            family,
            indices.map((index) => wholeAt(index, at)),
          ),
        );
        const amount = valueAt(hold.amount, at);
        if (ends.includes(-1) || amount === null) throw new Meaningless();
        return { from: ends[0], to: ends[1], device: must(wholeAt(hold.device, at)), amount };
      }),
    );
    const onDevice = (term: Term | null, d: number): Fraction | null =>
      term === null ? null : valueAt(term, new Map([...point, ["device.", BigInt(d)]]));
    const always = Array.from({ length: devices }, (_, d) => onDevice(block.always, d) ?? throwMeaningless());
    const caps = Array.from({ length: devices }, (_, d) => (block.cap === null ? null : (onDevice(block.cap, d) ?? throwMeaningless())));
    const parts = Number(
      [...holds.map(({ amount }) => amount), ...always, ...caps.flatMap((cap) => cap ?? [])].reduce((unit, { den }) => lcm(unit, den), 1n),
    );
    const inParts = ({ num, den }: Fraction): number => Number((num * BigInt(parts)) / den);
    const problemOf = (count: number): Problem =>
      problemFrom({
        devices,
        streams: 1 + Math.max(0, ...passes.map(({ stream }) => stream)),
        microbatches: count,
        passes,
        holds: holds.map((hold) => ({ ...hold, amount: inParts(hold.amount) })),
        always: always.map(inParts),
        cap: caps.map((cap) => (cap === null ? Number.POSITIVE_INFINITY : inParts(cap))),
        partsPerUnit: parts,
      });
    const load = (d: number): bigint =>
      passes.reduce((sum, one) => sum + (one.device === d && one.stream === 0 ? BigInt(one.duration) : 0n), 0n);
    if (pipelineOnly)
      return {
        measure: ({ measure: { name, device } }, at) => {
          const d = device === undefined ? null : wholeAt(device, at);
          if (name !== "load" || (d !== null && (d < 0 || d >= devices))) return null;
          const loads = Array.from({ length: devices }, (_, one) => load(one));
          return { num: d === null ? loads.reduce((a, b) => (a > b ? a : b), 0n) : loads[d], den: 1n };
        },
      };
    const starts = Array.from({ length: group }, (_, k) =>
      nodes.map(({ f, at }) => {
        const member = whole.families[f].indices.at(-1);
        const own = isGrouped(whole) && member !== undefined ? new Map([...at, [member.name, BigInt(k)]]) : at;
        return must(wholeAt(whole.families[f].start, own));
      }),
    );
    const reach = Math.max(1, ...starts.flat().map(Math.abs)) + Math.max(0, ...passes.map(({ duration }) => duration));
    const turns = interval === null ? 1 : 2 * Math.ceil(reach / interval) + 3;
    const raw = (count: number): number[] => {
      const all = Array.from({ length: count * nodes.length }, (_, pass) => {
        const j = Math.floor(pass / nodes.length);
        return starts[j % group][pass % nodes.length] + Math.floor(j / group) * (interval ?? 0);
      });
      const least = Math.min(0, ...all);
      return all.map((start) => start - least);
    };
    const asked = microbatches === null ? null : wholeAt(microbatches, point);
    if (microbatches !== null && (asked === null || asked < 1 || (interval === null && asked > group))) return null;
    const full = turns * group;
    if (nodes.length * full > 3000) return { measure: () => null };
    if (!isSchedule({ ...problemOf(full), send: 0 }, raw(full))) return null;
    return {
      measure: ({ measure: { name, device, stage } }, at) => {
        const d = device === undefined ? null : wholeAt(device, at);
        if (d !== null && (d < 0 || d >= devices)) return null;
        const count = asked ?? full;
        switch (name) {
          case "peak": {
            const peaks = peaksOf(problemOf(count), raw(count));
            return ratio(BigInt(d === null ? Math.max(0, ...peaks) : peaks[d]), BigInt(parts));
          }
          case "period":
            return interval === null ? null : { num: BigInt(interval), den: 1n };
          case "lifespan": {
            const s = stage === undefined ? null : wholeAt(stage, at);
            const own = holds.filter(({ from }) => {
              const { family, at: indices } = nodes[from];
              const index = family.stage < 0 ? undefined : indices.get(family.indices[family.stage].name);
              return s === null || index === BigInt(s);
            });
            const lengths = own.flatMap(({ from, to }) => starts.map((one) => one[to] + passes[to].duration - one[from]));
            return { num: BigInt(Math.max(0, ...lengths)), den: 1n };
          }
          default:
            return null;
        }
      },
    };
  } catch (signal) {
    if (signal instanceof Meaningless) return null;
    throw signal;
  }
}

class Meaningless extends Error {}
function throwMeaningless(): never {
  throw new Meaningless();
}
const must = (value: number | null): number => value ?? throwMeaningless();
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const lcm = (a: bigint, b: bigint): bigint => (a / gcd(a, b)) * b;
const ratio = (num: bigint, den: bigint): Fraction => ({ num: num / (gcd(num, den) || 1n), den: den / (gcd(num, den) || 1n) });

function tuples(indices: SymbolicBlock["families"][number]["indices"], point: Point): Point[] {
  if (indices.length === 0) return [point];
  const [{ name, low, high }, ...rest] = indices;
  const [from, to] = [wholeAt(low, point), wholeAt(high, point)];
  if (from === null || to === null) throw new Meaningless();
  const found: Point[] = [];
  for (let value = from; value <= to; value++) found.push(...tuples(rest, new Map([...point, [name, BigInt(value)]])));
  return found;
}

const one: Term = { op: "number", num: 1n, den: 1n };
const isGrouped = ({ group, interval }: SymbolicBlock): boolean => group !== null || interval === null;

/** Whether the last index of everything goes from 0 to `group - 1`. */
function isGroup(block: SymbolicBlock, group: number, point: Point): boolean {
  if (!isGrouped(block)) return true;
  return [...block.families, ...block.holds].every(({ indices }) => {
    const last = indices.at(-1);
    if (last === undefined) return false;
    return tuples(indices.slice(0, -1), point).every((at) => wholeAt(last.low, at) === 0 && wholeAt(last.high, at) === group - 1);
  });
}

/** The block of its microbatch k, without the index that says so. Null: something has no index. */
function ofMicrobatch(block: SymbolicBlock, k: number): SymbolicBlock | null {
  if (!isGrouped(block)) return block;
  const every = [...block.families, ...block.holds];
  if (every.some(({ indices }) => indices.length === 0)) return null;
  const names = new Set(every.map(({ indices }) => indices[indices.length - 1].name));
  const value = { op: "number", num: BigInt(k), den: 1n } as const;
  const put = <Part>(part: Part): Part =>
    JSON.parse(
      JSON.stringify(part, (_, inner: unknown) => {
        if (typeof inner === "bigint") return `${inner}n`;
        const found = inner as { readonly op?: unknown; readonly name?: unknown } | null;
        return typeof found === "object" && found?.op === "var" && names.has(String(found.name))
          ? { ...value, num: `${k}n`, den: "1n" }
          : inner;
      }),
      (_, inner: unknown) => (typeof inner === "string" && /^-?\d+n$/.test(inner) ? BigInt(inner.slice(0, -1)) : inner),
    );
  const inSame = (of: { readonly family: number; readonly indices: readonly Term[] }): readonly Term[] => of.indices.slice(0, -1);
  return put({
    ...block,
    families: block.families.map((family) => ({
      ...family,
      indices: family.indices.slice(0, -1),
      needs: family.needs.map((need) => ({ ...need, indices: inSame(need) })),
    })),
    holds: block.holds.map((hold) => ({
      ...hold,
      indices: hold.indices.slice(0, -1),
      from: { ...hold.from, indices: inSame(hold.from) },
      to: { ...hold.to, indices: inSame(hold.to) },
    })),
  });
}

/** Whether what a pass needs, and the ends of a hold, are of its own microbatch. */
function staysInMicrobatch({ families, holds }: SymbolicBlock): boolean {
  const isSame = (indices: SymbolicBlock["holds"][number]["indices"], of: { readonly indices: readonly Term[] }): boolean => {
    const [own, other] = [indices.at(-1), of.indices.at(-1)];
    return other?.op === "var" && other.name === own?.name;
  };
  return (
    families.every(({ indices, needs }) => needs.every((need) => isSame(indices, need))) &&
    holds.every(({ indices, from, to }) => isSame(indices, from) && isSame(indices, to))
  );
}

/** What is the same for all microbatches: everything but the starts. */
function laidOut({ families, holds }: SymbolicBlock, point: Point) {
  const pass = (of: { readonly family: number; readonly indices: readonly Term[] }, at: Point) => [
    of.family,
    of.indices.map((index) => valueAt(index, at)),
  ];
  return [
    families.map(({ indices, device, duration, needs }) =>
      tuples(indices, point).map((at) => [[...at], valueAt(device, at), valueAt(duration, at), needs.map((need) => pass(need, at))]),
    ),
    holds.map(({ indices, device, amount, from, to }) =>
      tuples(indices, point).map((at) => [[...at], valueAt(device, at), valueAt(amount, at), pass(from, at), pass(to, at)]),
    ),
  ];
}
