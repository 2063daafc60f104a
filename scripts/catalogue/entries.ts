// Which schedules of the catalogue stand in the table, each with its parameters for 4 devices and 8 microbatches.

export type Placement = "straight" | "V" | "loop" | "both ways" | "waves";

export interface Entry {
  readonly name: string;
  readonly folder: string;
  readonly schedule: string;
  readonly placement: Placement;
  /** The schedule's parameters; without them it has none. */
  readonly with?: Readonly<Record<string, number>>;
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
  entry("two thirds", "straight-two-thirds", "TwoThirds", "straight"),
  entry("BPipe", "bpipe", "BPipe", "straight"),
  entry("1F1B recomputed", "mario", "Recomputed", "straight"),
  entry("PO-F", "pipeoffload", "POF", "straight"),
  entry("Vocab-1", "vocab-1", "OneFOneB", "straight"),
  entry("Vocab-2", "vocab-2", "OneFOneB", "straight"),
  entry("interlaced", "vocab-interlaced", "OneFOneB", "straight"),
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
export const uneven = "profile CatalogueTimes { F 3  B 4  W 2  BW = B + W  FDeep = F  BDeep = B  WDeep = W  R 3  O 1  S 2  T 2  V 4  A 0  G 0  X 0  Z 0  E 0  L 0 }";
