// Which schedules of the catalogue stand in the table, each with its parameters for 4 devices and 8 microbatches.

export type Placement = "straight" | "V" | "loop" | "both ways" | "waves";

export interface Entry {
  readonly name: string;
  readonly folder: string;
  readonly schedule: string;
  readonly placement: Placement;
  /** The schedule's parameters; without them it has none. */
  readonly with?: Readonly<Record<string, number>>;
  /** The schedule for the uneven times, where a search gives another one for them. */
  readonly uneven?: string;
  /** What its folder's picture shows, where it is not the same. */
  readonly drawn?: Drawing;
}
export interface Drawing {
  /** What is written above it; without a title the entry's name. */
  readonly title?: string;
  readonly schedule: string;
  readonly with?: Readonly<Record<string, number>>;
  readonly microbatches: number;
  readonly profile?: string;
}

export const microbatches = 8;
const p = 4;

const entry = (
  name: string,
  folder: string,
  schedule: string,
  placement: Placement,
  more: Readonly<Record<string, number>> = {},
): Entry => ({
  name,
  folder,
  schedule,
  placement,
  with: { p, ...more },
});

export const entries: readonly Entry[] = [
  entry("GPipe", "gpipe", "GPipe", "straight", { n: microbatches }),
  entry("1F1B", "1f1b", "OneFOneB", "straight"),
  entry("eager 1F1B", "eager-1f1b", "Eager", "straight"),
  entry("ZB-H1", "zb-h1", "ZBH1", "straight"),
  entry("ZB-H2", "zb-h2", "ZBH2", "straight"),
  { name: "ZB-1p", folder: "zb-1p", schedule: "OnFour", placement: "straight" },
  { name: "ZB-2p", folder: "zb-2p", schedule: "OnFour", placement: "straight", uneven: "OnFourUneven" },
  entry("two thirds", "straight-two-thirds", "TwoThirds", "straight"),
  entry("BPipe", "bpipe", "BPipe", "straight"),
  entry("1F1B recomputed", "mario", "Recomputed", "straight"),
  entry("PO-F", "pipeoffload", "POF", "straight"),
  entry("Vocab-1", "vocab-1", "OneFOneB", "straight"),
  entry("Vocab-2", "vocab-2", "OneFOneB", "straight"),
  entry("interlaced", "vocab-interlaced", "OneFOneB", "straight"),
  {
    ...entry("Sailor2's setting", "sailor2", "ZeroBubble", "straight"),
    drawn: { title: "Sailor2's setting, reckoned times", schedule: "ZeroBubble", with: { p: 8 }, microbatches: 16, profile: "Qwen14B" },
  },
  entry("Seq1F1B, k = 2", "seq1f1b", "Seq1F1B", "straight", { k: 2 }),
  entry("SlimPipe, n = 8", "slimpipe", "SlimPipe", "straight", { n: 8 }),
  entry("TeraPipe, k = 2", "terapipe", "TeraPipe", "straight", { k: 2 }),
  entry("interleaved 1F1B, v = 2", "interleaved-1f1b", "Interleaved", "loop", { v: 2 }),
  entry("uniform interleaved", "interleaved-uniform", "Uniform", "loop"),
  entry("GIS, v = 2, g = 4", "gis", "GIS", "loop", { v: 2, g: 4 }),
  entry("GIS-H, v = 2, g = 2", "gis", "GIS", "loop", { v: 2, g: 2 }),
  entry("PO-H", "po-h", "POH", "loop"),
  entry("breadth-first, v = 2", "breadth-first", "BreadthFirst", "loop", { v: 2 }),
  entry("ChronosPipe", "chronos", "Chronos", "loop"),
  entry("1F1B-V", "1f1b-v", "OneFOneBV", "V"),
  entry("V-Min", "v-min", "VMin", "V"),
  entry("V-Half", "v-half", "VHalf", "V"),
  { name: "V-Half, rearranged", folder: "v-half", schedule: "Reordered", placement: "V" },
  entry("V-ZB", "v-zb", "VZB", "V"),
  entry("ZB-V", "zb-v", "ZBV", "V"),
  {
    ...{ name: "adaptive V, k = 5", folder: "v-adaptive", schedule: "Cap5of4", placement: "V" },
    drawn: { title: "adaptive V, 8 devices, k = 10", schedule: "Cap10", microbatches: 24 },
  },
  { name: "adaptive V, k = 7", folder: "v-adaptive", schedule: "Cap7of4", placement: "V" },
  entry("Hanayo, one wave", "hanayo", "Hanayo", "V", { w: 1 }),
  entry("Hanayo, two waves", "hanayo", "Hanayo", "waves", { w: 2 }),
  entry("V-Half with Vocab-1", "v-half-vocab", "VHalf", "V"),
  entry("DualPipeV, pairs", "dualpipe-v", "DualPipeVPaired", "V"),
  entry("GEMS", "gems", "GEMS", "both ways"),
  entry("Chimera", "chimera", "Chimera", "both ways", { f: 1 }),
  entry("Chimera, four copies", "chimera", "Chimera", "both ways", { f: 2 }),
  entry("DualPipe, pairs", "dualpipe", "DualPipe", "both ways"),
];

/** A common uneven profile: F 3, B 4, W 2, and a time for every other family that occurs; per slice or chunk where these are the passes. */
export const uneven =
  "profile CatalogueTimes { F 3  B 4  W 2  BW = B + W  FDeep = F  BDeep = B  WDeep = W  R 3  O 1  S 2  T 2  V 4  A 0  G 0  X 0  Z 0  E 0  L 0 }";
