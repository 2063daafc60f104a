// The ten instances of the comparison, and the small JSON form in which peers read an instance.
import type { Problem } from "../src/kernel/index.ts";

export type Objective = "makespan" | "span";
export type Placement = "V" | "straight";

/** What a peer reads. Nodes of `after`, `from` and `to` are indices into `passes`, which are those of one microbatch. */
export interface PeerInstance {
  readonly devices: number;
  readonly microbatches: number;
  /** Ticks that a dependency between different devices costs on top. */
  readonly send: number;
  readonly objective: Objective;
  readonly passes: readonly {
    readonly name: string;
    readonly device: number;
    readonly duration: number;
    readonly after: readonly number[];
  }[];
  /** From the start of one pass to the end of another; what ends at t frees before what starts at t takes. */
  readonly holds: readonly { readonly device: number; readonly from: number; readonly to: number; readonly amount: number }[];
  readonly cap: readonly (number | null)[];
}

export interface Shape {
  readonly placement: Placement;
  readonly devices: number;
  readonly microbatches: number;
  /** Ticks of F, B and W of one stage. */
  readonly times: readonly [F: number, B: number, W: number];
  readonly send: number;
  /** In stages of one device: halves of a microbatch's activations on V, wholes on straight. */
  readonly cap: number;
}

/**
 * F[s] after F[s-1], B[s] after F[s] and B[s+1], W[s] after B[s]; a stage's activations are held from the start of F[s] to the end of
 * W[s]. V: stage s of 0..2p-1 on device min(s, 2p-1-s); straight: stage s on device s. Nodes are all F, then all B, then all W.
 */
export function problemOf({ placement, devices, microbatches, times, send, cap }: Shape): Problem {
  const halves = placement === "V" ? 2 : 1;
  const stages = halves * devices;
  const place = Array.from({ length: stages }, (_, s) => Math.min(s, 2 * devices - 1 - s));
  const needs: number[][] = [];
  for (let s = 0; s < stages; s++) needs.push(s > 0 ? [s - 1] : []);
  for (let s = 0; s < stages; s++) needs.push(s < stages - 1 ? [s, stages + s + 1] : [s]);
  for (let s = 0; s < stages; s++) needs.push([stages + s]);
  const depStart = [0];
  for (const one of needs) depStart.push(depStart[depStart.length - 1] + one.length);
  return {
    devices,
    streams: 1,
    microbatches,
    nodes: 3 * stages,
    routes: [
      {
        device: Int32Array.from([...place, ...place, ...place]),
        stream: new Int32Array(3 * stages),
        duration: Float64Array.from(times.flatMap((ticks) => Array<number>(stages).fill(ticks))),
        depStart: Int32Array.from(depStart),
        dep: Int32Array.from(needs.flat()),
        holdDevice: Int32Array.from(place),
        holdFrom: Int32Array.from(place, (_, s) => s),
        holdTo: Int32Array.from(place, (_, s) => 2 * stages + s),
        holdAmount: new Float64Array(stages).fill(1),
      },
    ],
    routeOf: null,
    send,
    always: new Float64Array(devices),
    cap: new Float64Array(devices).fill(cap),
    ticksPerUnit: 1,
    partsPerUnit: halves,
  };
}

/** Names of the nodes of `problemOf`, in their order. */
export const namesOf = ({ placement, devices }: Shape): string[] => {
  const stages = (placement === "V" ? 2 : 1) * devices;
  return ["F", "B", "W"].flatMap((pass) => Array.from({ length: stages }, (_, s) => `${pass}[${s}]`));
};

/** A problem in the form that peers read: one route, one stream. */
export function peerInstance(problem: Problem, objective: Objective, names?: readonly string[]): PeerInstance {
  if (problem.routeOf?.some((route) => route !== 0) || problem.streams !== 1)
    throw new Error("peers take problems of one route and one stream only");
  const route = problem.routes[0];
  return {
    devices: problem.devices,
    microbatches: problem.microbatches,
    send: problem.send,
    objective,
    passes: Array.from(route.duration, (duration, n) => ({
      name: names?.[n] ?? `#${n}`,
      device: route.device[n],
      duration,
      after: [...route.dep.subarray(route.depStart[n], route.depStart[n + 1])],
    })),
    holds: Array.from(route.holdAmount, (amount, h) => ({
      device: route.holdDevice[h],
      from: route.holdFrom[h],
      to: route.holdTo[h],
      amount,
    })),
    cap: Array.from(problem.cap, (cap, d) => (cap === Number.POSITIVE_INFINITY ? null : cap - problem.always[d])),
  };
}

export interface Instance {
  readonly name: string;
  readonly title: string;
  readonly objective: Objective;
  readonly problem: Problem;
  readonly peer: PeerInstance;
}

export function instanceOf(shape: Shape, objective: Objective): Instance {
  const { placement, devices, microbatches, times, send, cap } = shape;
  const memory = placement === "V" ? `${cap} half stages` : `${cap}`;
  const sent = send === 0 ? "" : `, send ${send}`;
  const problem = problemOf(shape);
  return {
    name: `${placement.toLowerCase()}-p${devices}-m${microbatches}-${times.join("-")}-s${send}-c${cap}${objective === "span" ? "-span" : ""}`,
    title: `${placement}, p = ${devices}, m = ${microbatches}, F B W = ${times.join(" ")}${sent}, cap ${memory}`,
    objective,
    problem,
    peer: peerInstance(problem, objective, namesOf(shape)),
  };
}

type Row = readonly [Placement, devices: number, microbatches: number, cap: number, times?: Shape["times"], send?: number];
const of =
  (objective: Objective) =>
  ([placement, devices, microbatches, cap, times = [1, 1, 1], send = 0]: Row): Instance =>
    instanceOf({ placement, devices, microbatches, times, send, cap }, objective);

const compared: readonly Row[] = [
  ["V", 3, 6, 5],
  ["V", 4, 8, 5],
  ["V", 4, 8, 4, [2, 3, 1]],
  ["V", 3, 6, 4, [2, 3, 1], 1],
  ["V", 6, 12, 6],
  ["V", 8, 16, 12],
  ["straight", 8, 16, 4],
  ["straight", 8, 16, 7],
  ["straight", 16, 32, 8],
  ["V", 4, 8, 4, [12, 13, 8], 1],
];
export const instances: readonly Instance[] = compared.map(of("makespan"));

/** Published or measured elsewhere (data/README.md), to be proved in so many seconds; null: no figure is known, a small gap is wanted. */
export interface Figure {
  readonly instance: Instance;
  readonly least: number | null;
  readonly seconds: number;
}
const reached = (row: Row, least: number | null, seconds: number): Figure => ({ instance: of("makespan")(row), least, seconds });
export const figures: readonly Figure[] = [
  reached(["V", 2, 4, 4], 25, 20),
  reached(["V", 3, 6, 5], 39, 20),
  reached(["V", 4, 8, 4, [2, 3, 1]], 140, 20),
  reached(["V", 4, 8, 5], 56, 20),
  reached(["V", 3, 6, 4, [2, 3, 1], 1], 104, 20),
  reached(["V", 6, 12, 6], 89, 60),
  reached(["V", 8, 16, 12], 107, 120),
  reached(["straight", 8, 16, 4], 79, 60),
  reached(["straight", 8, 16, 5], null, 60),
  reached(["straight", 8, 16, 6], null, 60),
  reached(["straight", 8, 16, 7], 58, 60),
  reached(["straight", 16, 32, 8], 155, 300),
  reached(["V", 4, 8, 4, [12, 13, 8], 1], 751, 60),
  reached(["V", 4, 8, 4, [1049, 1122, 903], 79], null, 120),
];

/** A program that looks for a building block of V with about a third of 1F1B's memory. */
export const blockProgram = (devices: number): string => `pipeline V(p) {
  devices p
  stages s in 0..2p-1 on device min(s, 2p-1-s)
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1/2 from F[s] to W[s]
}
find block Small of V(${devices}) { keep peak <= ${devices}/3 + 2 }
`;

const small: readonly Row[] = [
  ["V", 2, 3, 3, [2, 3, 1], 1],
  ["V", 2, 4, 4],
  ["V", 2, 4, 2, [1, 2, 1]],
  ["straight", 3, 4, 2, [2, 3, 1], 1],
  ["straight", 4, 4, 3],
];
/** Small enough for every peer to prove: on these they must agree. */
export const smallInstances: readonly Instance[] = [...small.map(of("makespan")), of("span")(small[0]), of("span")(small[3])];
