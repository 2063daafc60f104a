// Numbers that look random and are the same for the same seed (mulberry32).

export interface Random {
  /** A fraction from 0 (inclusive) to 1 (exclusive). */
  fraction(): number;
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
}

export function random(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { fraction, below: (limit) => Math.floor(fraction() * limit) };
}
