// What stands beside an exported CSV: what its user has to set, as JSON with sorted keys.
import type { Facts } from "./facts.ts";

export interface Sidecar {
  readonly title: string;
  readonly csv: "compute_only" | "compute_comms";
  readonly channel: string | null;
  readonly peak: string;
  readonly certificate?: string;
}

/** Loop: stage s on rank s mod p. V: folded back, two on each rank. Else by its list alone. */
export function placementOf({ rankOf, ranks, stages }: Facts): "loop" | "v" | "other" {
  if (rankOf.every((rank, stage) => rank === stage % ranks)) return "loop";
  return stages === 2 * ranks && rankOf.every((rank, stage) => rank === Math.min(stage, stages - 1 - stage)) ? "v" : "other";
}

export function sidecarText(facts: Facts, { title, csv, channel, peak, certificate }: Sidecar): string {
  const placement = placementOf(facts);
  const own = new Int32Array(facts.ranks);
  for (const rank of facts.rankOf) own[rank]++;
  const equal = own.every((count) => count === own[0]);
  // torchtitan builds the placement from the schedule's name and takes a CSV that says the same.
  const reason = !equal
    ? "torchtitan wants as many stages on each rank"
    : placement === "other"
      ? "torchtitan knows the loop and the V placement only"
      : null;
  const document = {
    certificate: certificate ?? null,
    channel,
    csv,
    format: "bubbleproof/torch-csv",
    microbatches: facts.microbatches,
    peak_activations: peak,
    placement,
    ranks: facts.ranks,
    stage_to_rank: [...facts.rankOf],
    stages: facts.stages,
    title,
    torch: ">=2.6",
    torchtitan:
      reason !== null || csv !== "compute_only"
        ? { usable: false, why: reason ?? "torchtitan loads the compute-only form" }
        : {
            local_batch_size: `${facts.microbatches} * pipeline_parallel_microbatch_size`,
            pipeline_parallel_degree: facts.ranks,
            pipeline_parallel_schedule: placement === "v" ? "ZBVZeroBubble" : "PipelineScheduleMulti",
            pipeline_parallel_schedule_csv: "path of the CSV",
            stages_per_rank: own[0],
            usable: true,
          },
    version: 1,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}
