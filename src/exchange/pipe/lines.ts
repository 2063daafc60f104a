// The orders of all devices as lines: one for all devices whose orders differ only in numbers that go up or down with the device, and one
// for each of the others, which goes before it.
import { plus } from "./expression.ts";
import { ours } from "./names.ts";

/** Numbers that do not go with the device, and fewer devices than these, are not put together. */
const fewest = 3;

/** `orders`: by device, "" where nothing runs. */
export function orderLines(orders: readonly string[]): string[] {
  const explicit = (device: number): string => `  device ${device} runs ${orders[device]}`;
  const devices = [...orders.keys()].filter((device) => orders[device] !== "");
  const template = devices.length < orders.length ? null : templateOf(orders.map(tokensOf));
  if (template === null) return devices.map(explicit);
  const others = devices.filter((device) => !template.covers(device));
  return [...others.map(explicit), `  device ${ours.device} runs ${template.text}`];
}

/** Names, numbers and signs, with a power behind every atom. */
function tokensOf(order: string): readonly string[] {
  const found = order.match(/[A-Za-z_]\w*|\d+|[[\](),^*-]/g) ?? [];
  const tokens: string[] = [];
  let brackets = 0;
  found.forEach((token, i) => {
    tokens.push(token);
    if (token === "[") brackets++;
    if (token === "]") brackets--;
    const next = found[i + 1];
    const ends = brackets === 0 && (token === "]" || token === ")" || (/^[A-Za-z_]/.test(token) && next !== "["));
    if (ends && next !== "^" && next !== "*") tokens.push("^", "1");
  });
  return tokens;
}

/** value = slope * device + at */
interface Line {
  readonly slope: number;
  readonly at: number;
}
interface Template {
  readonly text: string;
  covers(device: number): boolean;
}

function templateOf(all: readonly (readonly string[])[]): Template | null {
  const shapes = new Map<string, number[]>();
  all.forEach((tokens, device) => {
    const shape = tokens.map((token) => (/^\d/.test(token) ? "#" : token)).join(" ");
    const group = shapes.get(shape);
    if (group === undefined) shapes.set(shape, [device]);
    else group.push(device);
  });
  const group = [...shapes.values()].reduce((most, other) => (other.length > most.length ? other : most));
  if (group.length < fewest) return null;
  const [first, second] = group;
  const parts = all[first].map((token, i): string | Line => {
    if (!/^\d/.test(token)) return token;
    const slope = (Number(all[second][i]) - Number(token)) / (second - first);
    return { slope, at: Number(token) - slope * first };
  });
  const written = (device: number): string =>
    parts.map((part) => (typeof part === "string" ? part : `${part.slope * device + part.at}`)).join(" ");
  // An atom that is taken no times is none.
  const without = (text: string): string => text.replaceAll(/(^| )[A-Za-z_]\w*(?: \[[^\]]*\])? \^ 0(?= |$)/g, "").trim();
  const fits = (device: number): boolean => without(written(device)) === all[device].join(" ");
  const whole = parts.every((part) => typeof part === "string" || (Number.isInteger(part.slope) && Math.abs(part.slope) <= 2));
  if (!whole || !group.every(fits)) return null;
  const covered = new Set([...all.keys()].filter(fits));
  return { text: textOf(parts), covers: (device) => covered.has(device) };
}

function textOf(parts: readonly (string | Line)[]): string {
  let text = "";
  parts.forEach((part, i) => {
    const power = parts[i - 1] === "^";
    if (typeof part !== "string") {
      const number = lineText(part);
      text += power && /\D/.test(number) && number !== ours.device ? `(${number})` : number;
      if (power && number === "1") text = text.slice(0, -2);
      return;
    }
    const before = parts[i - 1];
    const begins = part === "(" || /^[A-Za-z_]/.test(part);
    text += begins && before !== undefined && before !== "(" ? ` ${part}` : part;
  });
  return text;
}

function lineText({ slope, at }: Line): string {
  const { device } = ours;
  if (slope === 0) return `${at}`;
  const times = Math.abs(slope) === 1 ? device : `${Math.abs(slope)}${device}`;
  if (slope > 0) return plus(times, at);
  return at === 0 ? `-${times}` : `${at}-${times}`;
}
