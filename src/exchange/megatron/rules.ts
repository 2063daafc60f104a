// What the zero-bubble runtime relies on, by name, with what it does where one does not hold. Read off its source:
// sail-sg/zero-bubble-pipeline-parallelism, megatron/core/pipeline_parallel/zerobubble/runtime.py and scheduler/{graph,passes,communication}.py,
// megatron/core/zbpp_utils.py (WeightGradStore), at 0153744904fd. Nothing here was run there.
import type { Complaint } from "../format.ts";
import { type Script, wordOf } from "../pytorch/actions.ts";
import { cellOf, type Breach as ScriptBreach } from "../pytorch/rules.ts";

export const zbRules = {
  "b-order": "The runtime keeps what forwards leave in one queue for each chunk, so this backward takes another microbatch's.",
  "w-order": "The runtime keeps what backwards leave for weights in one queue for each chunk, so this W takes another microbatch's.",
  "last-w": "With several chunks the W of the last microbatch clears its chunk's queue, and no later W of the chunk runs.",
  "f-order": "The runtime hands tensors on first in, first out, so this forward takes another microbatch's.",
  mixed: "A B is looked for before a B and a BW before a BW, and there is none.",
  peers: "The runtime sends to the next and the previous rank only.",
  local: "The runtime hands over on one rank only from an even to an odd chunk of the last rank.",
  placement: "Its model is built with stages in rounds (s on rank s mod p) or as a V, nothing else.",
  "first-node": "The optimizer's validation stands before the first node that is no F of chunk 0, and looks for one before it.",
  "pair-order": "Two ranks share one channel, so one waits for a message that the other does not send yet.",
  "one-rank": "The runtime wants at least two ranks.",
  chunk: "The runtime takes chunks in the order of the stages.",
} as const satisfies Readonly<Record<string, string>>;
export type ZbRule = keyof typeof zbRules;

/** `action` is an index of the script, -1: the rank as a whole. */
export interface ZbBreach {
  readonly rule: ZbRule | ScriptBreach["rule"] | "peer-field";
  readonly message: string;
  readonly rank: number;
  readonly action: number;
  readonly help?: string;
  readonly remark?: boolean;
}

const isZbRule = (rule: string): rule is ZbRule => Object.hasOwn(zbRules, rule);

export function zbComplaint(script: Script, { rule, message, rank, action, help, remark }: ZbBreach): Complaint {
  const fate = isZbRule(rule) ? ` ${zbRules[rule]}` : "";
  return { code: `zb-${rule}`, message: `${message}${fate}`, place: placeIn(script, rank, action), help, remark };
}

export function placeIn(script: Script, rank: number, action: number): NonNullable<Complaint["place"]> {
  if (action < 0) return { line: rank + 1, words: `rank ${rank}` };
  const cell = cellOf(script, rank, action) + 1;
  return { line: rank + 1, cell, words: `rank ${rank}, node ${cell}`, text: wordOf(script, action) };
}
