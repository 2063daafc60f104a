// Colours, one table for SVG and terminal: F blue, B light teal, W green as in Zero Bubble and Controllable Memory, the stages of a
// device from dark to light. `test/picture.test.ts` holds them apart for readers who do not see red, green or blue.
import type { Kind } from "./picture.ts";

/** Where a device has one stage of the family; else from dark to light. */
type Shades = readonly [alone: string, dark: string, light: string];
const known: Readonly<Record<string, Shades>> = {
  F: ["#3a67cc", "#2a58bf", "#9ab6f3"],
  B: ["#7fd0dc", "#37a3bb", "#c6f0f4"],
  W: ["#78a628", "#618f14", "#bdd663"],
  BW: ["#5fc2b2", "#25968b", "#ade5da"],
};
const others: readonly Shades[] = [
  ["#e39a4d", "#cf7a20", "#f7cf9b"],
  ["#9567bd", "#8450ad", "#d9c2ee"],
  ["#cf6473", "#b84454", "#f2b8bf"],
  ["#c9ae33", "#a88e10", "#f0e08a"],
  ["#8b98a6", "#66737f", "#c9d2da"],
];
export const darkText = "#0b1722";
export const lightText = "#ffffff";

export interface Paint {
  readonly fill: string;
  /** The colour of what is written on it. */
  readonly text: string;
}

/** The colours of kinds, in their order. */
export function paintsOf(kinds: readonly Kind[]): Paint[] {
  const strange = [...new Set(kinds.map(({ family }) => family))].filter((family) => !Object.hasOwn(known, family));
  return kinds.map(({ family, chunk, chunks }) => {
    const shades = Object.hasOwn(known, family) ? known[family] : others[strange.indexOf(family) % others.length];
    const fill = chunks === 1 ? shades[0] : mixed(shades, chunk / (chunks - 1));
    return { fill, text: contrast(fill, lightText) >= 4.5 ? lightText : darkText };
  });
}

/** Red, green and blue from 0 to 255. */
export const channels = (hex: string): readonly [number, number, number] => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

function mixed([, dark, light]: Shades, share: number): string {
  const [from, to] = [channels(dark), channels(light)];
  return `#${from
    .map((own, i) => Math.round(own + (to[i] - own) * share))
    .map((own) => own.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** Of two colours, from 1 to 21, as the Web Content Accessibility Guidelines define it. */
export function contrast(a: string, b: string): number {
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = channels(hex).map((own) => {
    const share = own / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
