// The least span of a small pipeline under a cap on its memory, by trying everything: passes of one slot, all states that so many slots can
// lead to, slot by slot. Apart from the kernel and from the language. Microbatches are alike, so each pass takes them in order.

export interface Small {
  readonly devices: number;
  readonly microbatches: number;
  /** The device of each stage. */
  readonly placement: readonly number[];
  /** Of a stage's activations: what B gives back, and what W does; F takes both. In any unit, and the cap in the same. */
  readonly frees: readonly [B: number, W: number];
  readonly cap: number;
}
const [F, B, W] = [0, 1, 2];

/** The passes of each device, `F3.0`, `B3.0`, ..., in a schedule of this span; null where there is none. */
export function scheduleOf({ devices, microbatches: m, placement, frees, cap }: Small, span: number): string[][] | null {
  const stages = placement.length;
  const own = Array.from({ length: devices }, (_, d) => placement.flatMap((device, s) => (device === d ? [s] : [])));
  const load = own.map((list) => 3 * m * list.length);
  const spare = load.map((work) => span - work);
  if (spare.some((slots) => slots < 0)) return null;
  // A state: how many of each pass have run, then the slots that each device has idled between its first pass and its last.
  const radix = [...placement.flatMap(() => [m + 1, m + 1, m + 1]), ...spare.map((slots) => slots + 1)];
  const weight: number[] = [];
  radix.reduce((product, base) => {
    weight.push(product);
    if (product * base > Number.MAX_SAFE_INTEGER) throw new Error("too many states to number");
    return product * base;
  }, 1);
  const digits = (state: number): number[] => {
    let rest = state;
    return radix.map((base) => {
      const digit = rest % base;
      rest = (rest - digit) / base;
      return digit;
    });
  };
  const ready = (count: readonly number[], s: number, family: number): boolean => {
    const own = count[3 * s + family];
    if (own === m) return false;
    if (family === W) return count[3 * s + B] > own;
    if (family === B) return count[3 * s + F] > own && (s + 1 === stages || count[3 * (s + 1) + B] > own);
    return s === 0 || count[3 * (s - 1) + F] > own;
  };
  /** What a device can do in the next slot, as what it adds to the state. */
  const steps = (count: readonly number[], d: number): number[] => {
    const [done, held] = own[d].reduce(
      ([sum, held], s) => {
        const [f, b, w] = [F, B, W].map((family) => count[3 * s + family]);
        return [sum + f + b + w, held + f * (frees[0] + frees[1]) - b * frees[0] - w * frees[1]];
      },
      [0, 0],
    );
    const found = own[d].flatMap((s) =>
      [F, B, W]
        .filter((family) => ready(count, s, family) && (family !== F || held + frees[0] + frees[1] <= cap))
        .map((family) => weight[3 * s + family]),
    );
    if (done === 0 || done === load[d]) found.push(0);
    else if (count[3 * stages + d] < spare[d]) found.push(weight[3 * stages + d]);
    return found;
  };
  const end = placement.reduce((sum, _, s) => sum + m * (weight[3 * s] + weight[3 * s + 1] + weight[3 * s + 2]), 0);
  const isEnd = (state: number): boolean => state % weight[3 * stages] === end;
  const layers: Map<number, number>[] = [new Map([[0, -1]])];
  for (;;) {
    const next = new Map<number, number>();
    const last = layers[layers.length - 1];
    for (const state of last.keys()) {
      if (isEnd(state)) return listsOf(layers, state);
      const count = digits(state);
      let reached = [state];
      for (let d = 0; d < devices; d++) {
        const additions = steps(count, d);
        reached = reached.flatMap((one) => additions.map((more) => one + more));
      }
      // To stay where it is would be to wait before anything has begun.
      for (const one of reached) if (one !== state && !next.has(one)) next.set(one, state);
    }
    if (next.size === 0) return null;
    layers.push(next);
  }
  function listsOf(layers: readonly Map<number, number>[], last: number): string[][] {
    const lists: string[][] = Array.from({ length: devices }, () => []);
    let state = last;
    for (let t = layers.length - 1; t > 0; t--) {
      const before = layers[t].get(state) ?? -1;
      const [now, then] = [digits(state), digits(before)];
      placement.forEach((device, s) => {
        for (const family of [F, B, W])
          if (now[3 * s + family] > then[3 * s + family]) lists[device].unshift(`${"FBW"[family]}${s}.${then[3 * s + family]}`);
      });
      state = before;
    }
    return lists;
  }
}

/** The least span, and a schedule that has it. Never more than one pass after the other. */
export function leastSpan(small: Small): { readonly span: number; readonly lists: string[][] } {
  const { microbatches: m, placement } = small;
  for (let span = 3 * m; span <= 3 * m * placement.length; span++) {
    const lists = scheduleOf(small, span);
    if (lists !== null) return { span, lists };
  }
  throw new Error("not even one microbatch fits");
}
