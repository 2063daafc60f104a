// Writes the clauses that every schedule of a goal satisfies. Order encoding: a variable for "this item has started by tick t", for each t at
// which that is open. A refutation of these clauses is a refutation of the goal; a model is a schedule only once it has been
// replayed. Needs no search and trusts nobody. Law: proofs/laws/order-encoding.md.
import type { Goal } from "../goal.ts";
import { type Arcs, arcsOf, microbatchesOf } from "./arcs.ts";
import { counted, FALSE, type Level, Sink, TooLarge, TRUE } from "./sink.ts";
import { type Windows, windowsOf } from "./windows.ts";

/** Item i can start at first[i] to last[i]; for t from first[i] to last[i] - 1, "started by t" is variable `variable[i] + t - first[i]`. */
export interface Written extends Windows {
  readonly kind: "clauses";
  readonly variables: number;
  readonly literals: Int32Array;
  readonly variable: Int32Array;
}
export type Writing =
  | Written
  /** Some pass has no room at all: the goal is refuted without clauses. */
  | { readonly kind: "nothing" }
  | { readonly kind: "too-large"; readonly reason: string };

export const mostClauses = 12_000_000;

export function writeClauses(goal: Goal, most: number = mostClauses): Writing {
  const tooLarge = (reason: string): Writing => ({ kind: "too-large", reason });
  const arcs = arcsOf(goal);
  if (arcs.duration.subarray(0, arcs.passes).includes(0)) return tooLarge("a pass takes no time");
  const windows = windowsOf(goal, arcs);
  if (windows === null) return { kind: "nothing" };
  const open = windows.last.reduce((sum, last, item) => sum + last - windows.first[item], 0);
  if (open > most) return tooLarge(`${open} times are open for its passes (limit \`clauses\`: ${most})`);
  const sink = new Sink(most);
  try {
    const variable = Int32Array.from(windows.first, (first, item) => sink.variables(windows.last[item] - first));
    write(goal, arcs, { ...windows, variable }, sink);
    return { kind: "clauses", ...sink.done(), ...windows, variable };
  } catch (signal) {
    if (signal instanceof TooLarge) return tooLarge(`it needs more than ${most} clauses (limit \`clauses\`)`);
    throw signal;
  }
}

type Open = Pick<Written, "first" | "last" | "variable">;

/** The items of a node, in their order. */
interface Row {
  readonly route: number;
  readonly node: number;
  readonly duration: number;
  readonly items: readonly number[];
}

function write(goal: Goal, { passes, duration, from, to, lag }: Arcs, { first, last, variable }: Open, sink: Sink): void {
  const { problem, makespan, span, starts } = goal;
  const { devices, streams, routes, nodes, cap, always } = problem;
  /** Every tick is before this one. */
  const end = last.reduce((latest, at, item) => Math.max(latest, at + duration[item]), 0);
  const started = (item: number, t: number): number =>
    t < first[item] ? FALSE : t >= last[item] ? TRUE : variable[item] + t - first[item];

  for (let item = 0; item < first.length; item++)
    for (let t = first[item]; t < last[item] - 1; t++) sink.add(-started(item, t), started(item, t + 1));
  lag.forEach((ticks, i) => {
    for (let t = first[to[i]]; t <= last[to[i]]; t++) sink.add(-started(to[i], t), started(from[i], t - ticks));
  });
  // Times are counted from the first start of all.
  if (starts.length > 0) sink.add(...Array.from({ length: passes }, (_, item) => started(item, 0)));

  const rows = microbatchesOf(problem).map((own, route) =>
    Array.from(
      { length: nodes },
      (_, node): Row => ({
        ...{ route, node, duration: routes[route].duration[node] },
        items: own.map((j) => j * nodes + node),
      }),
    ),
  );
  /** "One of the row runs at t": which, the counts of those that have started and ended say. */
  const running = ({ items, duration: ticks }: Row, t: number): number => {
    const open = items.filter((item) => started(item, t) !== FALSE && started(item, t - ticks) !== TRUE);
    if (open.length === 0) return FALSE;
    const runs = sink.variables();
    sink.add(-runs, started(open[0], t));
    open.forEach((item, k) => {
      sink.add(-started(item, t), started(item, t - ticks), runs);
      sink.add(-runs, -started(item, t - ticks), k + 1 < open.length ? started(open[k + 1], t) : FALSE);
    });
    return runs;
  };
  const onStream = (device: number, stream: number): void => {
    const own = rows.flat().filter(({ route, node, items }) => {
      const { device: home, stream: lane } = routes[route];
      return home[node] === device && lane[node] === stream && items.length > 0;
    });
    if (own.length === 0) return;
    const runs = Array.from({ length: end }, (_, t) => own.map((row) => running(row, t)).filter((literal) => literal !== FALSE));
    for (const ones of runs) for (let a = 0; a < ones.length; a++) for (let b = a + 1; b < ones.length; b++) sink.add(-ones[a], -ones[b]);
    const work = own.reduce((sum, row) => sum + row.items.length * row.duration, 0);
    // No more ticks without a pass than the goal leaves.
    const idle = (unless: readonly number[]): Level[] => [
      { value: 0, unless: [] },
      ...(unless.includes(TRUE) ? [] : [{ value: 1, unless }]),
    ];
    if (makespan !== null) sink.atMost(runs.map(idle), makespan - work);
    const begin = passes + device;
    if (span !== null)
      sink.atMost(
        runs.map((ones, t) => idle([...ones, -started(begin, t), started(begin, t - span)])),
        span - work,
      );
  };
  const inMemory = (device: number): void => {
    if (cap[device] === Number.POSITIVE_INFINITY) return;
    let room = cap[device] - always[device];
    const taken = new Map<Row, number>();
    const kept = new Map<Row, number>();
    routes.forEach(({ holdDevice, holdFrom, holdTo, holdAmount }, r) => {
      holdAmount.forEach((amount, h) => {
        if (holdDevice[h] !== device || amount === 0) return;
        const [begins, ends] = [rows[r][holdFrom[h]], rows[r][holdTo[h]]];
        taken.set(begins, (taken.get(begins) ?? 0) + amount);
        kept.set(ends, (kept.get(ends) ?? 0) + amount);
        room += amount * ends.items.length;
      });
    });
    // What has been taken, and what has not been freed of all that ever is.
    for (let t = 0; t < end; t++)
      sink.atMost(
        [
          ...Array.from(taken, ([{ items }, amount]) => counted(items.length, amount, (k) => started(items[k], t))),
          ...Array.from(kept, ([{ items, duration: ticks }, amount]) =>
            counted(items.length, amount, (k) => -started(items[items.length - 1 - k], t - ticks)),
          ),
        ],
        room,
      );
  };
  for (let device = 0; device < devices; device++) {
    for (let stream = 0; stream < streams; stream++) onStream(device, stream);
    inMemory(device);
  }
}
