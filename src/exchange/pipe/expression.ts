// Short expressions of the language for tables of whole numbers or fractions: `s`, `2p-1-s`, `s mod 4`, `if s < 4 then 1 else 2`.
// A table says for each index what the value is, or what it may be. What comes out gives each of the values, exactly.

/** What stands at one index: a value, or a test for anything that will do and one value that does. */
export type Entry = string | { readonly any: (value: number) => boolean; readonly else: string };

/** Cases of one expression; the language takes no more brackets inside brackets than a hundred. */
const mostCases = 60;

/** An expression in `name` for the entries at low, low + 1, ...; null where it would take too many cases. */
export function expressionOf(entries: readonly Entry[], low: number, name: string): string | null {
  const whole = wholeForm(entries, low, name);
  if (whole !== null) return whole;
  const cases: { readonly from: number; readonly text: string }[] = [];
  for (let at = 0; at < entries.length; ) {
    const { length, text } = longest(entries, at, low, name);
    cases.push({ from: at, text });
    at += length;
    if (cases.length > mostCases) return null;
  }
  // From the right: `if s < 4 then A else if s < 7 then B else C`.
  return cases.map(({ text }, i) => (i + 1 < cases.length ? `if ${name} < ${low + cases[i + 1].from} then ${text} else ` : text)).join("");
}

function wholeForm(entries: readonly Entry[], low: number, name: string): string | null {
  const first = entries.find((entry) => typeof entry === "string");
  if (first === undefined) {
    const [entry] = entries;
    return entry === undefined ? "0" : typeof entry === "string" ? entry : entry.else;
  }
  if (entries.every((entry) => fits(entry, first))) return first;
  const numbers = entries.map((entry) => (typeof entry === "string" ? wholeNumber(entry) : null));
  if (entries.some((entry, i) => typeof entry === "string" && numbers[i] === null)) return null;
  const agrees = (of: (index: number) => number): boolean => entries.every((entry, i) => fits(entry, `${of(low + i)}`));
  const known = numbers.findIndex((one) => one !== null);
  const value = numbers[known] ?? 0;
  const index = low + known;
  if (agrees((s) => s + value - index)) return plus(name, value - index);
  if (agrees((s) => value + index - s)) return minus(value + index, name);
  const span = numbers.reduce<number>((most, one) => Math.max(most, one ?? 0), 0) + 1;
  if (agrees((s) => mod(s, span))) return `${name} mod ${span}`;
  if (agrees((s) => Math.min(s, 2 * span - 1 - s))) return `min(${name}, ${minus(2 * span - 1, name)})`;
  const width = Math.ceil(entries.length / span);
  if (width > 1 && agrees((s) => Math.floor(s / width))) return `${name} div ${width}`;
  return null;
}

/** The longest stretch from here that one value, or a line of slope 1 or -1, gives. */
function longest(entries: readonly Entry[], at: number, low: number, name: string): { readonly length: number; readonly text: string } {
  const run = (text: string, of: (index: number) => string) => {
    let length = 0;
    while (at + length < entries.length && fits(entries[at + length], of(low + at + length))) length++;
    return { length, text };
  };
  let known = at;
  while (known < entries.length && typeof entries[known] !== "string") known++;
  const entry = entries[known];
  if (typeof entry !== "string") {
    const [open] = entries.slice(at);
    const text = typeof open === "string" ? open : open.else;
    return { length: entries.length - at, text };
  }
  const constant = run(entry, () => entry);
  const value = wholeNumber(entry);
  const lines =
    value === null
      ? []
      : [
          run(plus(name, value - low - known), (s) => `${value - low - known + s}`),
          run(minus(value + low + known, name), (s) => `${value + low + known - s}`),
        ];
  const best = [constant, ...lines].reduce((one, other) => (other.length > one.length ? other : one));
  if (best.length > 0) return best;
  const open = entries[at];
  return { length: 1, text: typeof open === "string" ? open : open.else };
}

const fits = (entry: Entry, text: string): boolean => {
  if (typeof entry === "string") return entry === text;
  const value = wholeNumber(text);
  return value !== null && entry.any(value);
};
const wholeNumber = (text: string): number | null => (/^-?\d{1,15}$/.test(text) ? Number(text) : null);
const mod = (value: number, by: number): number => ((value % by) + by) % by;
export const plus = (name: string, by: number): string => (by === 0 ? name : by > 0 ? `${name}+${by}` : `${name}-${-by}`);
const minus = (from: number, name: string): string => (from === 0 ? `-${name}` : `${from}-${name}`);
