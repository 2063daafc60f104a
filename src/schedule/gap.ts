// The first free slots of a stream, around an interval. Law: proofs/laws/first-free-slot.md. Not trusted: whether slots are free is seen
// when the schedule is replayed, or proved.

/** A pass that comes again every interval: `length` slots from slot `at` on. */
export interface Taken {
  readonly at: bigint;
  readonly length: bigint;
}

/** The least delay from which `length` slots are free, where each of `taken` comes again every `interval` slots; null: there is none. */
export function firstGap(taken: readonly Taken[], length: bigint, interval: bigint): bigint | null {
  const from = (at: bigint, delay: bigint): bigint => (((at - delay) % interval) + interval) % interval;
  const fits = (delay: bigint): boolean =>
    taken.every((other) => from(other.at, delay) >= length && interval - from(other.at, delay) >= other.length);
  // A gap begins at once or where a pass ends.
  const begins = [0n, ...taken.map((other) => from(other.at + other.length, 0n))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return length > interval ? null : (begins.find(fits) ?? null);
}
