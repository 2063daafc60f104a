// What the zero-bubble runtime relies on, by name, with what it does where one does not hold. Read off its source:
// sail-sg/zero-bubble-pipeline-parallelism, megatron/core/pipeline_parallel/zerobubble/runtime.py and scheduler/{graph,passes,communication}.py,
// megatron/core/zbpp_utils.py (WeightGradStore), at 0153744904fd. Nothing here was run there.
import type { Complaint } from "../format.ts";
import { type Script, wordOf } from "../pytorch/actions.ts";
import { cellOf, type Breach as ScriptBreach } from "../pytorch/rules.ts";

export const zbRules = {
  "b-order": "the runtime keeps what forwards leave in one queue for each chunk, so this backward takes another microbatch's",
  "w-order": "the runtime keeps what backwards leave for weights in one queue for each chunk, so this W takes another microbatch's",
  "last-w": "with several chunks the W of the last microbatch clears its chunk's queue, and no later W of the chunk runs",
  "f-order": "tensors are handed on first in, first out, so this forward takes another microbatch's",
  mixed: "its passes look for the B of a B and the BW of a BW, and find none",
  peers: "it sends to the next and the previous rank only",
  local: "it hands over on one rank only from an even to an odd chunk of the last rank",
  placement: "its model is built with stages in rounds (s on rank s mod p) or as a V, nothing else",
  "first-node": "the validation of the optimizer's step stands before the first node that is no F of chunk 0",
  "pair-order": "two ranks share one channel, so one waits for a message that the other does not send yet",
  "one-rank": "it wants at least two ranks",
  chunk: "it takes chunk and layer group for two names of one thing",
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
  const fate = isZbRule(rule) ? ` There ${zbRules[rule]}.` : "";
  return { code: `zb-${rule}`, message: `${message}${fate}`, place: placeIn(script, rank, action), help, remark };
}

export function placeIn(script: Script, rank: number, action: number): NonNullable<Complaint["place"]> {
  if (action < 0) return { line: rank + 1, words: `rank ${rank}` };
  const cell = cellOf(script, rank, action) + 1;
  return { line: rank + 1, cell, words: `rank ${rank}, node ${cell}`, text: wordOf(script, action) };
}
