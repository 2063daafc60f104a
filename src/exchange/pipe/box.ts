// Families as boxes of indices: which place has which indices, and expressions in all of them.
import { type Entry, expressionOf } from "./expression.ts";
import { type Family, indexNames } from "./names.ts";

export function indicesAt({ ranges }: Family, place: number): number[] {
  const found: number[] = [];
  let rest = place;
  for (let i = ranges.length - 1; i >= 0; i--) {
    const [low, high] = ranges[i];
    found.unshift(low + (rest % (high - low + 1)));
    rest = Math.floor(rest / (high - low + 1));
  }
  return found;
}

/** The node with these indices, if the family has it. */
export function nodeAt({ ranges, node }: Family, indices: readonly number[]): number | undefined {
  if (!indices.every((index, i) => index >= ranges[i][0] && index <= ranges[i][1])) return undefined;
  return node[ranges.reduce((sum, [low, high], i) => sum * (high - low + 1) + indices[i] - low, 0)];
}

/** The family's name with its own indices, `F[s, q]`, or those of one of its places, `F[3, 0]`. */
export function labelOf(family: Family, place?: number): string {
  const own = place === undefined ? family.ranges.map((_, i) => indexNames[i]) : indicesAt(family, place);
  return own.length === 0 ? family.name : `${family.name}[${own.join(", ")}]`;
}

/** An expression in all indices of a family: first in the last one, then what comes out in the one before. */
export function tableText({ ranges }: Family, entries: readonly Entry[]): string | null {
  let table = entries;
  for (let i = ranges.length - 1; i >= 0; i--) {
    const [low, high] = ranges[i];
    const width = high - low + 1;
    const texts: Entry[] = [];
    for (let at = 0; at < table.length; at += width) {
      const text = expressionOf(table.slice(at, at + width), low, indexNames[i]);
      if (text === null) return null;
      texts.push(text);
    }
    table = texts;
  }
  const [entry] = table;
  return entry === undefined ? "0" : typeof entry === "string" ? entry : entry.else;
}
