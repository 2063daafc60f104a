// The format `megatron-core`: which flags make Megatron-Core run this schedule, or the first pass at which it would run another one. It takes
// no order from outside: it has 1F1B and interleaved 1F1B, this one in groups of microbatches of any size from p on.
// Read off NVIDIA/Megatron-LM, megatron/core/pipeline_parallel/schedules.py at 00611e6eeb0b (order, group sizes) and
// megatron/training/arguments.py at 000c4ac24f61 (flags). Releases whose warm-up was longer for m = p differ there.
import { type Complaint, done, type Exchanged, type Format, type Outcome, type Output, refused } from "../format.ts";
import { B, F, I, nameIn, type Script, W, type Words, wordOf } from "../pytorch/actions.ts";
import { factsOf } from "../pytorch/facts.ts";
import { scriptOf } from "../pytorch/script-of.ts";
import { placementOf } from "./placement.ts";
import { placeIn } from "./rules.ts";

export const megatronCore: Format = {
  name: "megatron-core",
  about: "the flags with which Megatron-Core runs this schedule, or the first pass that differs",
  endings: [".megatron.json"],
  write,
};

/** What Megatron-Core is told; `group`: microbatches of a chunk in a row, null where there are no chunks. */
export interface CoreSettings {
  readonly ranks: number;
  readonly chunks: number;
  readonly microbatches: number;
  readonly group: number | null;
}
export type CoreMatch =
  | { readonly kind: "same"; readonly settings: CoreSettings }
  | { readonly kind: "other"; readonly complaint: Complaint };

const coreWords: Words = (kind, stage, microbatch) =>
  `${kind === F ? "F" : kind === B ? "BW" : kind === I ? "B" : "W"} ${microbatch} of stage ${stage}`;

/** Whether a script of F and BW is Megatron-Core's own, for some size of its groups. Cost: linear. */
export function matchCore(given: Script): CoreMatch {
  const script = { ...given, words: coreWords };
  const other = (code: string, message: string, more: Partial<Complaint> = {}): CoreMatch => ({
    kind: "other",
    complaint: { code: `megatron-core-${code}`, message, ...more },
  });
  const found = factsOf(script, undefined);
  if (typeof found === "string") return other("limit", found);
  const { ranks, microbatches } = found.facts;
  const split = script.kind.findIndex((kind) => kind === I || kind === W);
  if (split >= 0) {
    const rank = rankAt(script, split);
    const help = "write the pipeline with F and BW; for F, B and W there is the zero-bubble runtime, `--to zb-nodes`";
    const message = `Megatron-Core runs each backward in one piece; ${wordOf(script, split)} is a part of one.`;
    return other("split", message, { place: placeIn(script, rank, split), help });
  }
  const { kind, chunks } = placementOf(found.facts);
  if (kind !== "rounds")
    return other("placement", `Megatron-Core has stage s on rank s mod ${ranks}; here ranks have the stages ${byRank(found.facts)}.`);
  if (chunks > 1 && ranks === 1) return other("ranks", "One rank with several stages is no pipeline there.");
  let group: number | null = null;
  if (chunks > 1) {
    group = groupOf(script, ranks, microbatches);
    const rest = microbatches % group;
    const wrong =
      group < ranks || group > microbatches
        ? `groups of ${group}; it takes sizes from ${ranks} ranks to ${microbatches} microbatches`
        : rest > 0 && rest < ranks
          ? `groups of ${group}, which leave ${rest} of ${microbatches} microbatches; it wants none or at least ${ranks}`
          : null;
    if (wrong !== null) return other("group", `Rank 0 begins with ${wrong}.`, { place: { line: 1, words: "rank 0" } });
  }
  const settings: CoreSettings = { ranks, chunks, microbatches, group };
  const schedule = group === null ? "1F1B" : `interleaved 1F1B in groups of ${group}`;
  for (let rank = 0; rank < ranks; rank++) {
    let action = script.offsets[rank];
    let position = 0;
    for (const wanted of coreOrder(settings, rank)) {
      position++;
      const is = action < script.offsets[rank + 1] ? action : -1;
      const same =
        is >= 0 && script.kind[is] === wanted.kind && script.stage[is] === wanted.stage && script.microbatch[is] === wanted.microbatch;
      if (same) {
        action++;
        continue;
      }
      const would = nameIn(script, wanted.kind, wanted.stage, wanted.microbatch);
      return other(
        "order",
        `Pass ${position} of rank ${rank} is ${is < 0 ? "missing" : wordOf(script, is)}; in ${schedule} it is ${would}.`,
        {
          place: is < 0 ? { line: rank + 1, words: `rank ${rank}, node ${position}` } : placeIn(script, rank, is),
          help: "Megatron-Core takes no order from outside; PyTorch does (`--to torch-csv`), and the zero-bubble runtime (`--to zb-nodes`)",
        },
      );
    }
    if (action < script.offsets[rank + 1])
      return other("order", `Rank ${rank} runs ${wordOf(script, action)} behind the end of ${schedule}.`, {
        place: placeIn(script, rank, action),
      });
  }
  return { kind: "same", settings };
}

function rankAt({ offsets }: Script, action: number): number {
  let rank = 0;
  while (offsets[rank + 1] <= action) rank++;
  return rank;
}
const byRank = ({ ranks, stages, rankOf }: { readonly ranks: number; readonly stages: number; readonly rankOf: Int32Array }): string =>
  Array.from({ length: Math.min(ranks, 6) }, (_, rank) =>
    Array.from({ length: stages }, (_, s) => s)
      .filter((s) => rankOf[s] === rank)
      .join("+"),
  ).join(", ") + (ranks > 6 ? ", ..." : "");

/** Forwards of stage 0 on rank 0 before its next stage's first. */
function groupOf({ offsets, kind, stage }: Script, ranks: number, microbatches: number): number {
  let group = 0;
  for (let action = offsets[0]; action < offsets[1] && !(kind[action] === F && stage[action] !== 0); action++)
    if (kind[action] === F) group++;
  return group === 0 ? Math.min(ranks, microbatches) : group;
}

interface Turn {
  readonly kind: number;
  readonly stage: number;
  readonly microbatch: number;
}

/** What Megatron-Core runs on a rank: forwards to warm up, then a forward and a backward in turn, then the other backwards. */
export function* coreOrder({ ranks, chunks, microbatches, group }: CoreSettings, rank: number): Generator<Turn> {
  const size = group ?? microbatches;
  const total = microbatches * chunks;
  const turn = (kind: number, k: number): Turn => {
    const first = Math.floor(k / (size * chunks)) * size;
    const width = Math.min(size, microbatches - first);
    const within = k - first * chunks;
    const chunk = Math.floor(within / width);
    return { kind, stage: (kind === F ? chunk : chunks - 1 - chunk) * ranks + rank, microbatch: first + (within % width) };
  };
  const ahead = group === null ? ranks - 1 - rank : 2 * (ranks - 1 - rank) + (chunks - 1) * group;
  const warm = Math.min(ahead, total);
  for (let k = 0; k < warm; k++) yield turn(F, k);
  for (let k = warm; k < total; k++) {
    yield turn(F, k);
    yield turn(B, k - warm);
  }
  for (let k = total - warm; k < total; k++) yield turn(B, k);
}

/** The flags, one after the other as on a command line. */
export function coreFlags({ ranks, chunks, group }: CoreSettings): readonly string[] {
  const pipeline = ["--pipeline-model-parallel-size", `${ranks}`];
  if (group === null) return pipeline;
  return [
    ...pipeline,
    "--num-virtual-stages-per-pipeline-rank",
    `${chunks}`,
    "--microbatch-group-size-per-virtual-pipeline-stage",
    `${group}`,
  ];
}

function write(exchanged: Exchanged): Outcome<readonly Output[]> {
  const script = scriptOf(exchanged, { code: "megatron-core", name: "Megatron-Core" });
  if (script.kind === "refused") return script;
  const match = matchCore(script.value);
  if (match.kind === "other") return refused(match.complaint);
  const { settings } = match;
  const { ranks, chunks, microbatches, group } = settings;
  const document = {
    format: "bubbleproof/megatron-core",
    version: 1,
    title: exchanged.title,
    schedule: group === null ? (ranks === 1 ? "no pipelining" : "1F1B") : "interleaved 1F1B",
    ranks,
    virtual_stages_per_rank: chunks,
    microbatches,
    microbatch_group_size: group,
    flags: coreFlags(settings),
    set: [
      `--global-batch-size: ${microbatches} times --micro-batch-size times the data-parallel size`,
      `--num-layers: a multiple of ${ranks * chunks}`,
      ...(group === null
        ? []
        : [
            `instead of --num-virtual-stages-per-pipeline-rank: --num-layers-per-virtual-pipeline-stage, the number of layers divided by ${ranks * chunks}`,
            ...(ranks === 2 ? ["not --no-overlap-p2p-communication: with 2 ranks interleaving wants the overlap"] : []),
          ]),
    ],
  };
  return done([{ suffix: "", chunks: [`${JSON.stringify(document, null, 1)}\n`] }]);
}
