// A template as `.pipe` text: starts over the stage and p, and claims for all p, the peak among them as a formula fitted to sizes.
import type { Shape } from "./shape.ts";
import type { Template, TemplateTask } from "./template.ts";

/** `terms` are names with their factors; a factor of 0 leaves its name out. */
interface Affine {
  readonly terms: ReadonlyMap<string, number>;
  readonly constant: number;
}
const plus = (a: Affine, b: Affine, factor = 1): Affine => {
  const terms = new Map(a.terms);
  for (const [name, value] of b.terms) terms.set(name, (terms.get(name) ?? 0) + factor * value);
  return { terms, constant: a.constant + factor * b.constant };
};
const number = (constant: number): Affine => ({ terms: new Map(), constant });
const name = (text: string, factor = 1): Affine => ({ terms: new Map([[text, factor]]), constant: 0 });

/** What is added first, then what is taken away: `2p + 3 - s`. */
function written({ terms, constant }: Affine): string {
  const parts = [...terms].filter(([, factor]) => factor !== 0).sort(([a], [b]) => a.localeCompare(b));
  const all = [...parts, ["", constant] as const].filter(([, factor]) => factor !== 0);
  const one = ([text, factor]: readonly [string, number]): string =>
    text === "" ? `${Math.abs(factor)}` : Math.abs(factor) === 1 ? text : `${Math.abs(factor)}${text}`;
  const added = all.filter(([, factor]) => factor > 0).map(one);
  const taken = all.filter(([, factor]) => factor < 0).map((part) => ` - ${one(part)}`);
  return `${added.length === 0 ? "0" : added.join(" + ")}${taken.join("")}`;
}

/** Pipeline, schedule and claims. `peaks[i]` is the peak at p = i + 2, in parts. */
export function templateText(
  { source, pipeline, parameter: p, name: block }: TemplateTask,
  { legs, forward, backward, weights, load }: Shape,
  interval: number,
  { hops, turns }: Template,
  peaks: readonly number[],
  partsPerUnit: number,
): { readonly text: string; readonly peak: string } {
  const stage = p === "s" ? "i" : "s";
  const lets: string[] = [];
  /** The turn after a stretch: a number, or a name for one that depends on p. */
  const turn = (stretch: number): Affine => {
    const values = turns.map((own) => own[stretch]);
    if (values.every((value) => value === values[0])) return number(values[0]);
    lets.push(`  let turn${stretch + 1} = ${byResidue(p, values.map(String))}`);
    return name(`turn${stretch + 1}`);
  };
  const across = plus(name(p), number(1), -1); // hops that cross all devices: p - 1
  const times = (factor: number, form: Affine): Affine => plus(number(0), form, factor);
  const starts: Affine[] = [];
  let base = number(0);
  hops.forEach((hop, stretch) => {
    if (stretch > 0) base = plus(plus(base, times(hops[stretch - 1], across)), turn(stretch - 1));
    const leg = stretch % legs;
    const way = stretch < legs ? plus(name(stage), name(p, leg), -1) : plus(plus(name(p, legs - leg), number(1), -1), name(stage), -1);
    starts.push(plus(base, times(hop, way)));
  });
  const start = (first: Affine, second: Affine | undefined): string => {
    const [low, high] = [written(first), written(second ?? first)];
    return low === high ? low : `if ${stage} < ${p} then ${low} else ${high}`;
  };
  const [down, up] = legs === 1 ? [starts[0], undefined] : [starts[0], starts[1]];
  const [back, forth] = legs === 1 ? [starts[1], undefined] : [starts[3], starts[2]];
  const { from, formula } = fitted(p, interval, peaks, partsPerUnit);
  const lines = [
    source.trim(),
    "",
    `schedule ${block}(${p}) of ${pipeline}(${p}) every ${interval} {`,
    ...lets,
    `  ${forward}[${stage}] at ${start(down, up)}`,
    `  ${backward}[${stage}] at ${start(back, forth)}`,
    ...(weights === null ? [] : [`  ${weights}[${stage}] in the first free slot`]),
    "}",
    "",
    `claim "memory" for all ${p} >= ${from}: peak(${block}(${p})) == ${formula}`,
    `claim "period" for all ${p} >= 2: period(${block}(${p})) == ${interval}${interval === load ? ` and load(${pipeline}(${p})) == ${load}` : ""}`,
    "",
  ];
  return { text: lines.join("\n"), peak: formula };
}

/** `if p mod 3 == 0 then a else ...`: values by p modulo how many there are, or a divisor of that; the commonest value last. */
function byResidue(p: string, all: readonly string[]): string {
  const modulus =
    all.findIndex((_, i) => all.length % (i + 1) === 0 && all.every((value, residue) => value === all[residue % (i + 1)])) + 1;
  const values = all.slice(0, modulus);
  const count = (value: string): number => values.filter((other) => other === value).length;
  const usual = values.reduce((a, b) => (count(b) > count(a) ? b : a));
  const special = values.flatMap((value, residue) => (value === usual ? [] : [`if ${p} mod ${modulus} == ${residue} then ${value} else `]));
  return `${special.join("(")}${usual}${")".repeat(Math.max(0, special.length - 1))}`;
}

const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b));

/** A formula that gives the peaks, and the least p from which on it does: one line rounded down if there is one, else one for each residue. */
function fitted(
  p: string,
  interval: number,
  peaks: readonly number[],
  partsPerUnit: number,
): { readonly from: number; readonly formula: string } {
  const grain = peaks.reduce(gcd, 0) || 1;
  const grains = peaks.map((peak) => peak / grain);
  const last = grains.length - 1;
  const growth = grains[last] - grains[last - interval]; // when p grows by the interval
  const shared = gcd(growth, interval);
  const [rise, run] = [growth / shared, interval / shared];
  const unit = gcd(grain, partsPerUnit);
  const scaled = (text: string): string => {
    const product = grain === unit ? text : `${grain / unit} * ${text}`;
    return partsPerUnit === unit ? product : `${product} / ${partsPerUnit / unit}`;
  };
  for (let from = 2; from - 2 < interval; from++) {
    const tail = grains.slice(from - 2).map((value, i) => value * run - rise * (from + i));
    const [low, high] = [Math.max(...tail), Math.min(...tail) + run - 1];
    if (low > high) continue;
    const line = written(plus(name(p, rise), number(low)));
    return { from, formula: run > 1 ? scaled(`floor((${line}) / ${run})`) : grain === partsPerUnit ? line : scaled(`(${line})`) };
  }
  let from = 2; // from here on each residue of p has a line of its own
  while (grains.slice(from - 2, -interval).some((value, i) => grains[from - 2 + i + interval] - value !== growth)) from++;
  const own = Array.from({ length: interval }, (_, residue) => {
    const at = from + ((((residue - from) % interval) + interval) % interval);
    const [slope, offset, divisor] = [growth * grain, (grains[at - 2] * interval - growth * at) * grain, interval * partsPerUnit];
    const common = gcd(gcd(slope, offset), divisor);
    const line = written(plus(name(p, slope / common), number(offset / common)));
    return divisor === common ? line : `(${line}) / ${divisor / common}`;
  });
  return { from, formula: byResidue(p, own) };
}
