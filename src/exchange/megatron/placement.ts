// Which stages a rank has, and how Megatron counts them: chunks, from 0 in the order of the stages. It builds two placements: in rounds
// (stage s on rank s mod p), or, with two chunks, as a V (down the ranks and up again).
import type { Facts } from "../pytorch/facts.ts";

export interface Placement {
  readonly kind: "rounds" | "v" | "other";
  /** Of each stage its number among those of its rank. */
  readonly chunkOf: Int32Array;
  /** Most stages of a rank. */
  readonly chunks: number;
}

export function placementOf({ ranks, stages, rankOf }: Pick<Facts, "ranks" | "stages" | "rankOf">): Placement {
  const own = new Int32Array(ranks);
  const chunkOf = Int32Array.from(rankOf, (rank) => (rank < 0 ? 0 : own[rank]++));
  const chunks = own.reduce((most, count) => Math.max(most, count), 0);
  const whole = stages === ranks * chunks;
  const rounds = whole && rankOf.every((rank, stage) => rank === stage % ranks);
  const v = stages === 2 * ranks && rankOf.every((rank, stage) => rank === Math.min(stage, 2 * ranks - 1 - stage));
  return { kind: rounds ? "rounds" : v ? "v" : "other", chunkOf, chunks };
}
