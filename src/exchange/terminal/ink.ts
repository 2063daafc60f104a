// Colours in a terminal: the palette's, as near as the 256 colours of xterm come.
import pc from "picocolors";
import { channels, darkText, paintsOf } from "../palette.ts";
import type { Kind } from "../picture.ts";

export interface Ink {
  /** A cell's text on the colour of a kind. */
  on(kind: number, text: string): string;
  dim(text: string): string;
  alarm(text: string): string;
  /** Text in the colour of memory. */
  held(text: string): string;
}

/** Without colour all of them give the text back. */
export function inkOf(kinds: readonly Kind[], color: boolean): Ink {
  const { dim, red } = pc.createColors(color);
  const codes = paintsOf(kinds).map(({ fill, text }) => `\x1b[48;5;${nearest(fill)};38;5;${text === darkText ? 16 : 231}m`);
  return {
    on: (kind, text) => (color ? `${codes[kind]}${text}\x1b[0m` : text),
    dim,
    alarm: red,
    held: (text) => (color ? `\x1b[38;5;${nearest("#8f6cc0")}m${text}\x1b[0m` : text),
  };
}

/** The nearest colour of the cube 16..231, whose levels are 0, 95, 135, 175, 215, 255. */
function nearest(hex: string): number {
  const [red, green, blue] = channels(hex).map((own) => (own < 75 ? 0 : own < 115 ? 1 : Math.round((own - 55) / 40)));
  return 16 + 36 * red + 6 * green + blue;
}
