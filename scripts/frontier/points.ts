// The points of the frontier: which there are, how one is solved, and how they are kept.
import type { Sighting, VerifyOptions } from "../../src/session.ts";
import { solve } from "../../src/session.ts";
import { inUnits } from "../../src/verify/seek.ts";

export type Placement = "v" | "straight";

/** The least makespan of one placement under one cap, as far as it is known. Times are slots; the cap is exact text, as in a program. */
export interface Point {
  readonly placement: Placement;
  readonly devices: number;
  readonly microbatches: number;
  readonly cap: string;
  readonly makespan: number | null;
  readonly bound: number;
  readonly proved: boolean;
  /** What the kernel took for "nothing is below": a bound that it adds up, or a refutation of so many lemmas. */
  readonly evidence: "bound" | "clauses" | "none";
  readonly lemmas?: number;
}
export type Instance = Pick<Point, "placement" | "devices" | "microbatches" | "cap">;

export const placements: readonly Placement[] = ["v", "straight"];
export const sizes: readonly number[] = [2, 3, 4, 5, 6];

const pipeline = (name: string, stages: string, held: string): string => `pipeline ${name}(p) {
  devices p
  stages s in ${stages}
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds ${held} from F[s] to W[s]
}
`;
/** What a placement is called and how it is written; by how much caps differ; slots that a microbatch keeps each device busy. */
export const worlds = {
  v: { title: "V", name: "V", text: pipeline("V", "0..2p-1 on device min(s, 2p-1-s)", "1/2"), step: 1 / 2, load: 6 },
  straight: { title: "straight", name: "Straight", text: pipeline("Straight", "0..p-1 on device s", "1"), step: 1, load: 3 },
} as const;

/** Half microbatches are as fine as memory gets here: 5/2. */
export const capText = (cap: number): string => (Number.isInteger(cap) ? `${cap}` : `${2 * cap}/2`);
export const capOf = ({ cap }: Pick<Instance, "cap">): number => (cap.endsWith("/2") ? Number.parseInt(cap, 10) / 2 : Number(cap));

/** From the least cap that lets a microbatch through to the memory of 1F1B. */
export function instancesOf(placement: Placement, devices: number): Instance[] {
  const { step } = worlds[placement];
  return Array.from({ length: (devices - 1) / step + 1 }, (_, i) => ({
    placement,
    devices,
    microbatches: 2 * devices,
    cap: capText(1 + i * step),
  }));
}
export const instances: readonly Instance[] = placements.flatMap((placement) => sizes.flatMap((p) => instancesOf(placement, p)));

export const same = (a: Instance, b: Instance): boolean =>
  a.placement === b.placement && a.devices === b.devices && a.microbatches === b.microbatches && a.cap === b.cap;

/** Share of the makespan that the devices idle: makespans of both placements in one unit. */
export const idleShare = ({ placement, microbatches }: Pick<Instance, "placement" | "microbatches">, makespan: number): number =>
  1 - (worlds[placement].load * microbatches) / makespan;

export async function solvePoint(instance: Instance, options: VerifyOptions): Promise<{ point: Point; sighting: Sighting }> {
  const { placement, devices, microbatches, cap } = instance;
  const { name, text } = worlds[placement];
  const find = `find Best of ${name}(${devices}) { microbatches ${microbatches}  keep peak <= ${cap}  minimize makespan }\n`;
  const { files } = await solve({ path: fileOf(instance), text: text + find }, [], { jobs: 1, ...options });
  const [{ sightings, claims, diagnostics }] = files;
  const [sighting] = sightings;
  if (sighting === undefined)
    throw new Error([...diagnostics.map(({ message }) => message), ...claims.map(({ reason }) => reason)].join(" "));
  const [{ value, bound, proved }] = sighting.outcomes;
  const { evidence } = sighting.judged;
  const slots = (ticks: number): number => Number(inUnits(sighting.sought, "makespan", ticks).num);
  const point: Point = {
    ...{ placement, devices, microbatches, cap },
    makespan: value === null ? null : slots(value),
    bound: slots(bound),
    proved,
    ...(evidence.kind === "clauses"
      ? { evidence: "clauses", lemmas: evidence.lemmas }
      : { evidence: evidence.kind === "bound" ? "bound" : "none" }),
  };
  return { point, sighting };
}

/** Where a point's schedule stands, in `proofs/optimal`. */
export const fileOf = ({ placement, devices }: Pick<Instance, "placement" | "devices">): string => `${placement}-p${devices}.pipe`;

/** One point a line. */
export function frontierJson(points: readonly Point[]): string {
  const lines = points.map((point) => `    ${JSON.stringify(point)}`);
  return `{\n  "format": "bubbleproof/frontier",\n  "version": 1,\n  "points": [\n${lines.join(",\n")}\n  ]\n}\n`;
}
export function readFrontier(text: string): readonly Point[] {
  const { format, version, points } = JSON.parse(text);
  if (format !== "bubbleproof/frontier" || version !== 1) throw new Error(`this is ${format} ${version}, not bubbleproof/frontier 1`);
  return points;
}
