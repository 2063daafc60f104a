// What published schedules take at the sizes of the frontier: the catalogue's building blocks and orders, replayed by the kernel.
import { readFileSync } from "node:fs";
import { fraction } from "../../src/fraction/index.ts";
import { show } from "../../src/session.ts";
import { type Placement, sizes } from "./points.ts";

export interface Block {
  readonly title: string;
  readonly placement: Placement;
  readonly devices: number;
  readonly microbatches: number;
  readonly memory: number;
  readonly makespan: number;
}

const published = [
  { title: "V-Min", placement: "v", file: "v-min/v-min", schedule: "VMin" },
  { title: "V-Half", placement: "v", file: "v-half/v-half", schedule: "VHalf" },
  { title: "V-ZB", placement: "v", file: "v-zb/v-zb", schedule: "VZB" },
  { title: "ZB-V", placement: "v", file: "zb-v/zb-v", schedule: "ZBV" },
  { title: "1F1B", placement: "straight", file: "1f1b/1f1b", schedule: "OneFOneB" },
  { title: "ZB-H1", placement: "straight", file: "zb-h1/zb-h1", schedule: "ZBH1" },
] as const;

export async function publishedBlocks(): Promise<readonly Block[]> {
  const blocks: Block[] = [];
  for (const { title, placement, file, schedule } of published) {
    const path = new URL(`../../proofs/${file}.pipe`, import.meta.url);
    const source = { path: path.pathname, text: readFileSync(path, "utf8") };
    for (const devices of sizes) {
      const microbatches = 2 * devices;
      const shown = await show(source, schedule, { parameters: new Map([["p", fraction.rational(devices)]]), microbatches });
      if (shown.kind !== "schedule") throw new Error(`${title} on ${devices} devices is not there`);
      const { problem, measures } = shown.examined;
      const [memory, makespan] = [measures.peak / problem.partsPerUnit, measures.makespan / problem.ticksPerUnit];
      blocks.push({ title, placement, devices, microbatches, memory, makespan });
    }
  }
  return blocks;
}
