// What the colours mean, in one line: for each family its shades, then bubbles and memory.
import type { Kind } from "../picture.ts";
import { classOf } from "./style.ts";
import { escaped, px, widthOf } from "./text.ts";

export interface LegendOptions {
  readonly hatch: string;
  readonly memory: boolean;
  readonly cap: boolean;
  readonly lifespans: boolean;
  readonly shares: boolean;
}

/** Entries from left to right, broken into lines; gives the height that they take. */
export function legend(
  kinds: readonly Kind[],
  { hatch, memory, cap, lifespans, shares }: LegendOptions,
  left: number,
  top: number,
  width: number,
): { readonly svg: string; readonly height: number } {
  const entries: { readonly draw: (x: number, y: number) => string; readonly wide: number; readonly text: string }[] = [];
  const families = [...new Set(kinds.map(({ family }) => family))];
  for (const family of families) {
    const own = kinds.filter((kind) => kind.family === family);
    entries.push({
      draw: (x, y) =>
        own.map((kind, i) => `<rect class="k-${classOf(kind)}" x="${px(x + 12 * i)}" y="${px(y)}" width="12" height="11"/>`).join(""),
      wide: 12 * own.length,
      text: family,
    });
  }
  if (hatch !== "") entries.push({ draw: (x, y) => hatched(x, y, 18, 11, hatch), wide: 18, text: "bubble" });
  if (memory)
    entries.push({
      draw: (x, y) =>
        `<path class="held" d="M${px(x)} ${px(y + 10.5)}V${px(y + 5.5)}H${px(x + 6)}V${px(y + 1)}H${px(x + 12)}V${px(y + 5.5)}H${px(x + 18)}V${px(y + 10.5)}Z"/>`,
      wide: 18,
      text: "memory held",
    });
  if (cap) entries.push({ draw: (x, y) => `<path class="cap" d="M${px(x)} ${px(y + 6)}h18"/>`, wide: 18, text: "cap" });
  if (lifespans)
    entries.push({
      draw: (x, y) => `<rect class="soft" x="${px(x)}" y="${px(y + 3)}" width="18" height="5"/>`,
      wide: 18,
      text: "lifespan",
    });
  if (kinds.some(({ chunks }) => chunks > 1))
    entries.push({ draw: () => "", wide: -5, text: "dark to light: first to last stage of a device" });
  if (shares) entries.push({ draw: () => "", wide: -5, text: "height: share of the time" });
  let [x, y] = [left, top];
  const parts: string[] = [];
  for (const { draw, wide, text } of entries) {
    const room = wide + 5 + widthOf(text, 11);
    if (x > left && x + room > left + width) [x, y] = [left, y + 18];
    parts.push(`${draw(x, y)}<text class="soft" x="${px(x + wide + 5)}" y="${px(y + 9.5)}">${escaped(text)}</text>`);
    x += room + 16;
  }
  return { svg: parts.join(""), height: y - top + 11 };
}

/** Idle time; `pattern` is the id of the hatching. */
export const hatched = (x: number, y: number, width: number, height: number, pattern: string): string =>
  `<rect class="bubble" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="url(#${pattern})"/>`;
