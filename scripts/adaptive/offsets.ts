// Building blocks of the V placement given by offsets, after the scheduler of Controllable Memory (Qi et al., NeurIPS 2024, sections 3 and 4): each
// hop of a microbatch from device to device takes so many slots, the same on the first hops and others from a split point on, and so do
// the turns at the bottom of the V, at its end and at the bottom again. F, B and W take a slot, a block repeats after six.

/** In slots from start to start. `first` of the hops between devices are of the first kind, the others of the second. */
export interface Offsets {
  readonly first: number;
  readonly down: number;
  readonly up: number;
  readonly down2: number;
  readonly up2: number;
  /** Of backwards: down the devices as forwards do on the first hops, then so many; up as forwards do. */
  readonly back2: number;
  readonly turns: readonly [bottom: number, end: number, again: number];
}

/** A block's starts, by stage. */
export interface Starts {
  readonly F: Int32Array;
  readonly B: Int32Array;
  readonly W: Int32Array;
}
export const interval = 6;

/** Starts of one microbatch; null where two passes of a device would fall on one slot of the interval. W is in the first free slot. */
export function startsOf(p: number, { first, down, up, down2, up2, back2, turns }: Offsets): Starts | null {
  const stages = 2 * p;
  const [F, B, W] = [new Int32Array(stages), new Int32Array(stages), new Int32Array(stages)];
  const z = (d: number): number => stages - 1 - d;
  for (let d = 1; d < p; d++) F[d] = F[d - 1] + (d <= first ? down : down2);
  F[p] = F[p - 1] + turns[0];
  for (let d = p - 2; d >= 0; d--) F[z(d)] = F[z(d + 1)] + (d < first ? up : up2);
  B[stages - 1] = F[stages - 1] + turns[1];
  for (let d = 1; d < p; d++) B[z(d)] = B[z(d - 1)] + (d <= first ? down : back2);
  B[p - 1] = B[p] + turns[2];
  for (let d = p - 2; d >= 0; d--) B[d] = B[d + 1] + (d < first ? up : up2);
  for (let d = 0; d < p; d++) {
    let taken = 0;
    for (const start of [F[d], F[z(d)], B[d], B[z(d)]]) {
      if (taken & (1 << (start % interval))) return null;
      taken |= 1 << (start % interval);
    }
    for (const s of B[d] < B[z(d)] ? [d, z(d)] : [z(d), d]) {
      W[s] = B[s] + 1;
      while (taken & (1 << (W[s] % interval))) W[s]++;
      taken |= 1 << (W[s] % interval);
    }
  }
  return { F, B, W };
}

/** Most half microbatches that a device holds when the block repeats, from F to the end of W. */
export function peakOf(p: number, { F, W }: Starts): number {
  let most = 0;
  for (let d = 0; d < p; d++) {
    const own = [d, 2 * p - 1 - d];
    for (const at of own) {
      // Held at the start of F[at]: of each stage, those that have begun and not ended.
      const held = own.reduce((sum, s) => sum + Math.floor((F[at] - F[s]) / interval) - Math.floor((F[at] - W[s] - 1) / interval), 0);
      most = Math.max(most, held);
    }
  }
  return most;
}

/** All offsets up to `most` slots a hop whose block fits. */
export function* allOffsets(p: number, most: number): Generator<Offsets> {
  const upTo = Array.from({ length: most }, (_, i) => i + 1);
  for (let first = 1; first < p; first++)
    for (const down of upTo)
      for (const up of upTo)
        for (const down2 of first === p - 1 ? [down] : upTo)
          for (const up2 of first === p - 1 ? [up] : upTo)
            for (const back2 of first === p - 1 ? [down] : upTo)
              for (const bottom of upTo)
                for (const end of upTo)
                  for (const again of upTo) {
                    const offsets: Offsets = { first, down, up, down2, up2, back2, turns: [bottom, end, again] };
                    if (startsOf(p, offsets) !== null) yield offsets;
                  }
}
