// The adaptive schedules in the catalogue: which there are, and their places in the file.
import { type Adapted, adapt, type Instance } from "./search.ts";

export interface Adaptation extends Instance {
  /** Of the schedule in the file. */
  readonly name: string;
  readonly adapted: Adapted;
}

const instance = (name: string, devices: number, microbatches: number, limit: number) => ({ name, devices, microbatches, limit });
const instances = [
  ...[8, 10, 12, 14, 16].map((limit) => instance(`Cap${limit}`, 8, 24, limit)),
  instance("Cap8of5", 5, 10, 8),
  instance("Cap10of6", 6, 12, 10),
  instance("Cap5of4", 4, 8, 5),
  instance("Cap7of4", 4, 8, 7),
];

export function adaptations(): Adaptation[] {
  return instances.map((one) => {
    const adapted = adapt(one);
    if (adapted === null) throw new Error(`no block holds ${one.limit} half stages on ${one.devices} devices`);
    return { ...one, adapted };
  });
}

/** `if k == 8 or k == 10 then 2 else 1`: a number for each limit, the most common one in the else. */
function byLimit(values: readonly (readonly [limit: number, value: number])[]): string {
  const limitsOf = (value: number): string[] => values.filter(([, one]) => one === value).map(([limit]) => `k == ${limit}`);
  const distinct = [...new Set(values.map(([, value]) => value))].sort((a, b) => limitsOf(b).length - limitsOf(a).length);
  const [common, ...others] = distinct;
  return `${others.map((value) => `if ${limitsOf(value).join(" or ")} then ${value} else `).join("")}${common}`;
}

/** The offsets of the file's `Block`, as its lines. */
function offsetsText(found: readonly Adaptation[]): string {
  const blocks = found.filter(({ name, limit }) => name === `Cap${limit}`);
  const line = (name: string, value: (of: Adapted["offsets"]) => number): string =>
    `  let ${name} = ${byLimit(blocks.map(({ limit, adapted }) => [limit, value(adapted.offsets)]))}\n`;
  return [
    line("x", ({ first }) => first),
    line("down", ({ down }) => down),
    line("up", ({ up }) => up),
    line("down2", ({ down2 }) => down2),
    line("up2", ({ up2 }) => up2),
    line("back2", ({ back2 }) => back2),
    ...[0, 1, 2].map((turn) => line(`turn${turn + 1}`, ({ turns }) => turns[turn])),
  ].join("");
}

/** The file with offsets and orders as found. Throws where a place is not there. */
export function withAdapted(text: string, found: readonly Adaptation[]): string {
  const put = (before: string, place: RegExp, what: string): string => {
    if (!place.test(before)) throw new Error(`the file has no ${place.source}`);
    return before.replace(place, (_, head: string, tail: string) => `${head}${what}${tail}`);
  };
  let made = put(text, /(\n {2}requires k [^\n]*\n)(?: {2}let \w+ = [^\n]*\n)*?( {2}let bottom = )/, offsetsText(found));
  for (const { name, devices, adapted } of found)
    made = put(made, new RegExp(`(schedule ${name} of V\\(${devices}\\) \\{\\n)(?: {2}device [^\\n]*\\n)*(\\}\\n)`), `${adapted.runs}\n`);
  return made;
}
