// A schedule as lists of names, replayed: written apart from the kernel and from the language, to compare the catalogue's figures with.
// A pass is `F3.7`: family, stage, microbatch. Each device takes its list in order, as early as what a pass needs has ended.

export interface World {
  readonly stages: number;
  /** Where a stage's passes of a microbatch run. */
  device(stage: number, microbatch: number, family: string): number;
  /** Time of each family: `{ F: 1, B: 2 }`, or with `W` for a backward in two pieces. */
  readonly times: Readonly<Record<string, number>>;
  /** What a dependency between devices takes on top; nothing without it. */
  readonly send?: number;
  /** What a pass waits for, where it is not F, then B back again, then W. */
  needs?(family: string, stage: number, microbatch: number): string[];
  /** Families between whose start and end one stage's activations are held, where it is not F and the last one. */
  readonly holds?: readonly (readonly [from: string, to: string])[];
}
export interface Replayed {
  readonly makespan: number;
  /** The largest, over devices, of its last end minus its own first start. */
  readonly span: number;
  /** Span minus the mean work of a device. */
  readonly idle: number;
  /** Most stages' activations at once, on each device: from the start of F to the end of the stage's last pass. */
  readonly peaks: readonly number[];
  readonly ends: ReadonlyMap<string, number>;
  /** What was replayed. */
  readonly lists: readonly (readonly string[])[];
}

const split = (pass: string): { family: string; stage: number; microbatch: number } => {
  const [, family, stage, microbatch] = /^(\D+)(\d+)\.(\d+)$/.exec(pass) ?? [];
  return { family, stage: Number(stage), microbatch: Number(microbatch) };
};

/** Lists of passes, one for each device. Throws where they deadlock or a pass is on another device. */
export function replay(world: World, lists: readonly (readonly string[])[]): Replayed {
  const { stages, times, send = 0 } = world;
  const ends = new Map<string, number>();
  const next = lists.map(() => 0);
  const clock = lists.map(() => 0);
  const first: (number | undefined)[] = lists.map(() => undefined);
  const needs = (pass: string): string[] => {
    const { family, stage, microbatch } = split(pass);
    if (world.needs !== undefined) return world.needs(family, stage, microbatch);
    if (family === "F") return stage > 0 ? [`F${stage - 1}.${microbatch}`] : [];
    if (family === "W") return [`B${stage}.${microbatch}`];
    return [`F${stage}.${microbatch}`, ...(stage + 1 < stages ? [`B${stage + 1}.${microbatch}`] : [])];
  };
  const isOn = (pass: string, d: number): boolean => {
    const { family, stage, microbatch } = split(pass);
    return world.device(stage, microbatch, family) === d;
  };
  for (let moved = true; moved; ) {
    moved = false;
    lists.forEach((list, d) => {
      for (let pass = list[next[d]]; pass !== undefined && needs(pass).every((other) => ends.has(other)); pass = list[++next[d]]) {
        if (!isOn(pass, d) || ends.has(pass)) throw new Error(`${pass} on device ${d}`);
        const start = Math.max(clock[d], ...needs(pass).map((other) => (ends.get(other) ?? 0) + (isOn(other, d) ? 0 : send)));
        first[d] ??= start;
        clock[d] = start + times[split(pass).family];
        ends.set(pass, clock[d]);
        moved = true;
      }
    });
  }
  lists.forEach((list, d) => {
    if (next[d] < list.length) throw new Error(`device ${d} waits for ever at ${list[next[d]]}`);
  });
  const holds = world.holds ?? [["F", "W" in times ? "W" : "B"]];
  const peaks = lists.map((list) => {
    let [held, most] = [0, 0];
    for (const pass of list) {
      const { family } = split(pass);
      held += holds.filter(([from]) => from === family).length;
      most = Math.max(most, held);
      held -= holds.filter(([, to]) => to === family).length;
    }
    return most;
  });
  const span = Math.max(...clock.map((end, d) => end - (first[d] ?? 0)));
  const work = lists.flat().reduce((sum, pass) => sum + times[split(pass).family], 0);
  return { makespan: Math.max(...clock), span, idle: span - work / lists.length, peaks, ends, lists };
}

/** So much on a device from one time to another; 1 without an amount. */
export type Held = readonly [device: number, from: number, to: number, amount?: number];
/** The most held at once by each device; what goes at a time goes before what comes. */
export function mostHeld(devices: number, held: readonly Held[]): number[] {
  return Array.from({ length: devices }, (_, d) => {
    const changes = held
      .filter(([device, from, to]) => device === d && from < to)
      .flatMap(([, from, to, amount = 1]): [time: number, change: number][] => [
        [from, amount],
        [to, -amount],
      ]);
    let [now, most] = [0, 0];
    for (const [, change] of changes.sort(([time, change], [other, than]) => time - other || change - than)) {
      now += change;
      most = Math.max(most, now);
    }
    return most;
  });
}

/** The lists that start times give: every pass at most once on its device, by start. */
export function listsByStart(world: World, devices: number, starts: ReadonlyMap<string, number>): string[][] {
  const lists: string[][] = Array.from({ length: devices }, () => []);
  for (const pass of starts.keys()) {
    const { family, stage, microbatch } = split(pass);
    lists[world.device(stage, microbatch, family)].push(pass);
  }
  for (const list of lists) list.sort((a, b) => (starts.get(a) ?? 0) - (starts.get(b) ?? 0));
  return lists;
}

/** `F[0]^2 (F[7] B[7])^3` for one device, each name taking the next microbatch. Other forms of orders are not read. */
export function listFrom(text: string): string[] {
  const tokens = text.match(/\(|\)|\^\d+|[A-Z]+\[\d+\]/g) ?? [];
  let at = 0;
  const sequence = (): string[] => {
    const found: string[] = [];
    while (at < tokens.length && tokens[at] !== ")") {
      let part: string[];
      if (tokens[at] === "(") {
        at++;
        part = sequence();
        at++;
      } else part = [tokens[at++]];
      const power = tokens[at]?.startsWith("^") ? Number(tokens[at++].slice(1)) : 1;
      for (let i = 0; i < power; i++) found.push(...part);
    }
    return found;
  };
  const taken = new Map<string, number>();
  return sequence().map((name) => {
    const microbatch = taken.get(name) ?? 0;
    taken.set(name, microbatch + 1);
    return `${name.replace("[", "").replace("]", "")}.${microbatch}`;
  });
}
