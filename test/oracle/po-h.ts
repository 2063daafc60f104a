// PO-H again: GIS-H for two chunks, as lists of passes, with the first chunk's offloads and reloads put in. The copy stream of device d is a device
// p + d of its own here. F, B, W are the first chunk's passes, f, b, w the second's; X and Z, on the device, take no time: "offloaded", "may reload".
import { numbers } from "./published.ts";
import { listsByStart, type Replayed, replay, type World } from "./replay.ts";

const needsOf =
  (p: number): NonNullable<World["needs"]> =>
  (family, d, j) => {
    const of = (other: string, stage: number): string => `${other}${stage}.${j}`;
    const before = (other: string): string[] => (d > 0 ? [of(other, d - 1)] : []);
    const after = (other: string): string[] => (d < p - 1 ? [of(other, d + 1)] : []);
    const needs: Record<string, () => string[]> = {
      F: () => before("F"),
      f: () => [...before("f"), of("F", p - 1)],
      b: () => [of("f", d), ...after("b")],
      w: () => [of("b", d)],
      O: () => [of("F", d)],
      X: () => [of("O", d)],
      Z: () => [of("F", d)],
      R: () => [of("O", d), of("Z", d)],
      B: () => [of("R", d), of("b", 0), ...after("B")],
      W: () => [of("B", d)],
    };
    return needs[family]();
  };

/** Copies of one chunk take `copy`. Copies at once, or `even`ly spread. */
export function poH(p: number, m: number, copy: number, even: boolean): Replayed {
  const world: World = {
    stages: p,
    device: (d, _, family) => ("OR".includes(family) ? p + d : d),
    times: { F: 1, f: 1, b: 1, w: 1, B: 1, W: 1, X: 0, Z: 0, O: copy, R: copy },
    needs: needsOf(p),
    holds: [
      ["F", "X"],
      ["Z", "W"],
      ["f", "w"],
    ],
  };
  const g = Math.ceil(p / 2);
  const [computes, copies]: string[][][] = [[], []];
  for (const d of numbers(p)) {
    const [compute, link]: string[][] = [[], []];
    const count = new Map<string, number>();
    const take = (list: string[], family: string): void => {
      const j = count.get(family) ?? 0;
      count.set(family, j + 1);
      if (j < m) list.push(`${family}${d}.${j}`);
    };
    const offload = (): void => take(link, "O");
    const reload = (): void => {
      take(compute, "Z");
      take(link, "R");
    };
    const warmup = g + p - 1 - d;
    let forwards = 0;
    const forward = (): void => {
      const [group, at] = [Math.floor(forwards / g), forwards % g];
      const first = group % 2 === 0;
      take(compute, first ? "F" : "f");
      if (!even) {
        if (first) offload();
        // The offload before this one is done, or after the burst its last.
        if (first ? at > 0 : at === 0) take(compute, "X");
      } else if (forwards % 2 === 0) offload();
      forwards++;
    };
    for (const i of numbers(warmup)) {
      forward();
      if (even && i % 2 === 1) take(compute, "X");
    }
    if (even) reload();
    for (const i of numbers(2 * m)) {
      if (even && i % 2 === 1) reload();
      forward();
      const place = i % (2 * g);
      if (!even && place >= g - 1 && place < 2 * g - 1) reload();
      for (const family of place < g ? ["b", "w"] : ["B", "W"]) take(compute, family);
      if (even && (warmup + i) % 2 === 1) take(compute, "X");
    }
    computes.push(compute);
    copies.push(link);
  }
  const { peaks, makespan, ends } = replay(world, [...computes, ...copies]);
  // Of the devices alone: the copy streams neither work nor idle.
  const spans = computes.map((list) => (ends.get(list.at(-1) ?? "") ?? 0) - ((ends.get(list[0]) ?? 0) - 1));
  const span = Math.max(...spans);
  return { peaks: peaks.slice(0, p), makespan, span, idle: span - 6 * m, ends, lists: computes };
}

/** The block in which devices 2i and 2i+1 share a link, replayed. */
export function poHShared(p: number, m: number): number {
  const world: World = {
    stages: p,
    device: (d, _, family) => ("OR".includes(family) ? p + Math.floor(d / 2) : d),
    times: { F: 2, f: 2, b: 2, w: 2, B: 2, W: 2, O: 3, R: 3 },
    needs: (family, d, j) => needsOf(p)(family, d, j).filter((need) => !need.startsWith("Z")),
    holds: [],
  };
  const odd = (least: number): number => least + 1 - (least % 2);
  const [a, b] = [odd(Math.ceil(p / 3)), odd(Math.ceil((2 * p) / 3))];
  const at = new Map<string, number>();
  for (const d of numbers(p)) {
    const deep = 6 * a + 2 * p + 4 * (p - 1 - d);
    const back = deep + 6 * b;
    // Link slots of three: offload, reload, offload, reload, from where the even device's first forward ends.
    const begin = 4 * Math.floor(d / 2) + 2;
    let reload = back - 3;
    while ((((reload - begin) % 6) + 6) % 6 !== 3) reload--;
    const starts = {
      F: 2 * d,
      f: 6 * a + 2 * d,
      b: deep,
      w: deep + 2,
      O: begin + (d % 2) * 6,
      R: reload,
      B: back,
      W: back + 2,
    };
    for (const [family, start] of Object.entries(starts)) for (const j of numbers(m)) at.set(`${family}${d}.${j}`, start + 12 * j);
  }
  return replay(world, listsByStart(world, p + Math.ceil(p / 2), at)).makespan;
}
