// Conditions on what is done to a stage's weights as a whole: REDUCE_GRAD once, after its last backward; and where the stage is sharded (FSDP),
// UNSHARD before it runs and RESHARD once it is not needed. `lower.ts` places them.
import { B, isPass, REDUCE_GRAD, RESHARD, ranksOf, type Script, UNSHARD, W, wordOf } from "./actions.ts";
import type { Facts } from "./facts.ts";
import type { Breach } from "./rules.ts";

export function weightBreaches(script: Script, facts: Facts): Breach[] {
  const breaches: Breach[] = [];
  for (let rank = 0; rank < ranksOf(script); rank++) breaches.push(...reduceBreaches(script, facts, rank), ...shardBreaches(script, rank));
  return breaches;
}

function reduceBreaches(script: Script, { stages, rankOf }: Facts, rank: number): Breach[] {
  const { offsets, kind, stage } = script;
  const lastWeights = new Int32Array(stages).fill(-1);
  const reduced = new Int32Array(stages).fill(-1);
  const breaches: Breach[] = [];
  for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
    const own = stage[action];
    if (kind[action] === W || kind[action] === B) lastWeights[own] = action;
    if (kind[action] !== REDUCE_GRAD) continue;
    if (reduced[own] >= 0)
      breaches.push({
        rule: "reduce-twice",
        message: `${wordOf(script, action)} comes again: it divides the gradients each time.`,
        rank,
        action,
      });
    reduced[own] = action;
  }
  for (let own = 0; own < stages; own++) {
    if (rankOf[own] !== rank || lastWeights[own] < 0) continue;
    const after = wordOf(script, lastWeights[own]);
    if (reduced[own] < 0)
      breaches.push({
        rule: "reduce-missing",
        message: `There is no ${own}REDUCE_GRAD: the gradients stay m times too large, and sharded ones are not added up.`,
        rank,
        action: lastWeights[own],
        help: `add ${own}REDUCE_GRAD after ${after}`,
      });
    else if (reduced[own] < lastWeights[own])
      breaches.push({
        rule: "reduce-early",
        message: `${wordOf(script, reduced[own])} comes before the stage's last backward, ${after}.`,
        rank,
        action: reduced[own],
      });
  }
  return breaches;
}

/** Only users of sharded stages notice, so these are remarks; one for each rank. */
function shardBreaches(script: Script, rank: number): Breach[] {
  const { offsets, kind, stage } = script;
  const open = new Set<number>();
  const say = (action: number, message: string): Breach[] => [
    { rule: "unshard", message: `${message} With sharded stages (FSDP) only:`, rank, action, remark: true },
  ];
  for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
    const own = stage[action];
    if (kind[action] === UNSHARD) {
      if (open.has(own)) return say(action, `${wordOf(script, action)} comes again without a RESHARD between.`);
      open.add(own);
    } else if (kind[action] === RESHARD) {
      if (!open.delete(own)) return say(action, `${wordOf(script, action)} without an UNSHARD before.`);
    } else if (isPass(kind[action]) && !open.has(own))
      return say(action, `${wordOf(script, action)} runs without an ${own}UNSHARD before.`);
  }
  return [];
}
