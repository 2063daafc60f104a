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
    if (written.some((one) => one === null)) return false;
    const number = (term: Extract<Term, { op: "measure" }>): Fraction | null =>
      written[term.measure.schedule]?.measure(term, point) ?? null;
    if (formulaAt(claim, point, number, (subject) => (subjects[subject].pipelineOnly ? null : true)) !== true) return false;
  }
  return true;
}

function* points(variables: readonly string[]): Generator<Point> {
  if (variables.length === 0) return yield new Map();
  const [first, ...rest] = variables;
  for (let value = 0; value <= most; value++) for (const point of points(rest)) yield new Map([[first, BigInt(value)], ...point]);
}

interface Written {
  measure(term: Extract<Term, { op: "measure" }>, point: Point): Fraction | null;
}

/** Null: it is not valid, or has no meaning. */
function writtenAt(block: SymbolicBlock, microbatches: Term | null, pipelineOnly: boolean, point: Point): Written | null {
  const group = wholeAt(block.group.count, point);
  const devices = wholeAt(block.devices, point);
  if (group === null || devices === null || group < 1 || devices < 0) return null;
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
            return index === "all" || other.at.get(name) === BigInt(must(wholeAt(index, at)));
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
    const starts = placed(block, nodes, passes, group, interval, point);
    if (starts === null) return null;
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

/** Starts in slots by microbatch of the group and node; those that are left open in the first free slots of their streams. */
function placed(
  block: SymbolicBlock,
  nodes: readonly { readonly family: SymbolicBlock["families"][number]; readonly at: Point }[],
  passes: readonly { readonly device: number; readonly stream: number; readonly duration: number; readonly needs: readonly number[] }[],
  group: number,
  interval: number | null,
  point: Point,
): number[][] | null {
  const starts = Array.from({ length: group }, (_, k) =>
    nodes.map(({ family, at }) =>
      family.start === null ? null : must(wholeAt(family.start, new Map([...at, [block.group.name, BigInt(k)]]))),
    ),
  );
  const open = starts.flatMap((own, k) => own.flatMap((start, node) => (start === null ? [{ k, node }] : [])));
  if (open.length > 0 && interval === null) return null;
  const waiting = open.map(({ k, node }) => {
    const ready = passes[node].needs.map((other) => {
      const start = starts[k][other];
      return start === null ? throwMeaningless() : start + passes[other].duration;
    });
    return { k, node, ready: ready.length === 0 ? 0 : Math.max(...ready) };
  });
  waiting.sort((a, b) => a.ready - b.ready || a.node - b.node || a.k - b.k);
  const mod = (value: number): number => ((value % (interval ?? 1)) + (interval ?? 1)) % (interval ?? 1);
  for (const { k, node, ready } of waiting) {
    const taken = new Set<number>();
    starts.forEach((own) => {
      own.forEach((start, other) => {
        if (start === null || passes[other].device !== passes[node].device || passes[other].stream !== passes[node].stream) return;
        for (let slot = 0; slot < passes[other].duration; slot++) taken.add(mod(start + slot));
      });
    });
    let delay = 0;
    const free = (at: number): boolean =>
      Array.from({ length: passes[node].duration }, (_, slot) => mod(at + slot)).every((slot) => !taken.has(slot));
    while (delay < (interval ?? 0) && !free(ready + delay)) delay++;
    if (delay === interval) return null;
    starts[k][node] = ready + delay;
  }
  void point;
  return starts.map((own) => own.map((start) => start ?? throwMeaningless()));
}
