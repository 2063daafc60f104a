// Chimera with 2f copies and Hanayo with w waves, built again by start times from what their papers say of copies and waves.
import { fused, numbers } from "./published.ts";
import { listsByStart, type Replayed, replay, type World } from "./replay.ts";

/** A pass starts so much later for each microbatch of its copy, and for each unit of p microbatches. */
function byTicks(world: World, p: number, m: number, copies: number): string[][] {
  const { stages } = world;
  const at = new Map<string, number>();
  for (const j of numbers(m)) {
    // The nth of its copy; a unit fills 2p ticks of a stage for each device's share.
    const unit = Math.floor(j / p) * (2 * p) * (stages / p);
    const n = Math.floor((j % p) / copies);
    for (const s of numbers(stages)) {
      at.set(`F${s}.${j}`, unit + s + 2 * n);
      at.set(`B${s}.${j}`, unit + 2 * stages - 1 - s + 2 * n);
    }
  }
  return listsByStart(world, p, at);
}

/** Microbatch j goes through copy j mod 2f: even ones lie down the devices from device i*p/f on, odd ones in the opposite order. */
export function chimera(p: number, f: number, m: number, times: World["times"] = fused): Replayed {
  const down = (i: number): number[] => {
    const from = (i * p) / f;
    return [...numbers(p).slice(from), ...numbers(p).slice(0, from)];
  };
  const copies = numbers(f).flatMap((i) => [down(i), numbers(p).map((s) => down(i)[p - 1 - s])]);
  const world: World = { stages: p, device: (s, j) => copies[j % (2 * f)][s], times };
  return replay(world, byTicks(world, p, m, 2 * f));
}

/** Down the devices and up again, w times. */
export function hanayo(p: number, w: number, m: number, times: World["times"] = fused): Replayed {
  const wave = [...numbers(p), ...numbers(p).reverse()];
  const world: World = { stages: 2 * p * w, device: (s) => wave[s % (2 * p)], times };
  return replay(world, byTicks(world, p, m, 1));
}
