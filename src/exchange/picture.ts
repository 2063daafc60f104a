// What every picture shows: the passes as boxes in time, a row for each stream of each device.
import { type Problem, routeFor, type Schedule } from "../kernel/index.ts";

/** What a picture is drawn from; node labels and families as the language names them. */
export interface PictureInput {
  readonly problem: Problem;
  readonly schedule: Schedule;
  readonly nodes: readonly { readonly label: string; readonly family: string }[];
  readonly streams: readonly string[];
}

export interface Box {
  readonly pass: number;
  readonly microbatch: number;
  /** Position in `families`. */
  readonly family: number;
  readonly from: number;
  readonly to: number;
}

export interface Boxes {
  readonly families: readonly string[];
  /** Rows from above, by device and stream; each by start. */
  readonly rows: ReadonlyMap<number, readonly Box[]>;
  readonly end: number;
}

export function boxesOf({ problem, schedule, nodes }: PictureInput): Boxes {
  const families = [...new Set(nodes.map((node) => node.family))];
  const rows = new Map<number, Box[]>();
  let end = 0;
  for (let pass = 0; pass < schedule.start.length; pass++) {
    const microbatch = Math.floor(pass / problem.nodes);
    const node = pass - microbatch * problem.nodes;
    const route = routeFor(problem, microbatch);
    const from = schedule.start[pass];
    const to = from + route.duration[node];
    end = Math.max(end, to);
    const row = route.device[node] * problem.streams + route.stream[node];
    const own = rows.get(row) ?? [];
    own.push({ pass, microbatch, family: families.indexOf(nodes[node].family), from, to });
    rows.set(row, own);
  }
  for (const list of rows.values()) list.sort((a, b) => a.from - b.from);
  return { families, rows: new Map([...rows].sort(([a], [b]) => a - b)), end };
}
