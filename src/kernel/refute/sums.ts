// Sums of counts at one moment, as literals. A count that can only be some of its values is a list of levels: "at least `value`"
// is `literal`, rising. The lowest value is certain.
import { FALSE, type Sink, TRUE } from "./sink.ts";

export interface Level {
  readonly value: number;
  readonly literal: number;
}
/** Levels by value; the first has the literal TRUE. */
export type Sum = readonly Level[];

export const nothing: Sum = [{ value: 0, literal: TRUE }];

/** `count` items of `weight` each, `literal(k)` says that item k is counted; later items are counted later. */
export function counted(count: number, weight: number, literal: (k: number) => number): Sum {
  let certain = 0;
  while (certain < count && literal(certain) === TRUE) certain++;
  const sum: Level[] = [{ value: certain * weight, literal: TRUE }];
  for (let k = certain; k < count; k++) {
    const one = literal(k);
    if (one === FALSE) break;
    sum.push({ value: (k + 1) * weight, literal: one });
  }
  return sum;
}

/**
 * The sum of two sums by new variables. `atLeast`: they are true where the sum is that high (for what may not be too much);
 * otherwise they are false where it is lower (for what must be enough).
 */
export function added(sink: Sink, a: Sum, b: Sum, atLeast: boolean): Sum {
  if (a.length === 1) return b.map(({ value, literal }) => ({ value: value + a[0].value, literal }));
  if (b.length === 1) return added(sink, b, a, atLeast);
  const values = [...new Set(a.flatMap((one) => b.map((other) => one.value + other.value)))].sort((x, y) => x - y);
  const sum: Level[] = values.map((value, i) => ({ value, literal: i === 0 ? TRUE : sink.variable() }));
  for (let i = 2; i < sum.length; i++) sink.add(-sum[i].literal, sum[i - 1].literal);
  const place = new Map(values.map((value, i) => [value, i]));
  a.forEach((one, i) => {
    b.forEach((other, k) => {
      const at = place.get(one.value + other.value) ?? 0;
      if (atLeast) sink.add(-one.literal, -other.literal, sum[at].literal);
      else sink.add(a[i + 1]?.literal ?? FALSE, b[k + 1]?.literal ?? FALSE, -(sum[at + 1]?.literal ?? FALSE));
    });
  });
  return sum;
}

/** All of `parts` added up until at most `most` are left, the shortest first. */
export function addedUp(sink: Sink, parts: readonly Sum[], most: number, atLeast: boolean): Sum[] {
  const left = [...parts];
  while (left.length > most) {
    left.sort((a, b) => a.length - b.length);
    const [a, b] = left.splice(0, 2);
    left.push(added(sink, a, b, atLeast));
  }
  return left;
}

/** What is taken may pass what is freed by `room` at most. */
export function within(sink: Sink, taken: readonly Sum[], freed: readonly Sum[], room: number): void {
  const [a, b = nothing] = addedUp(sink, taken, 2, true);
  const [free = nothing] = addedUp(sink, freed, 1, false);
  if (a === undefined) return;
  a.forEach((one, i) => {
    b.forEach((other, k) => {
      const enough = (value: number): number => free.findIndex((level) => level.value >= value);
      const needed = enough(one.value + other.value - room);
      if (needed === 0) return;
      // The same is already asked where only one of the two is as high.
      const less = [i > 0 ? a[i - 1].value + other.value : null, k > 0 ? one.value + b[k - 1].value : null];
      if (less.some((value) => value !== null && enough(value - room) === needed)) return;
      sink.add(-one.literal, -other.literal, needed < 0 ? FALSE : free[needed].literal);
    });
  });
}
