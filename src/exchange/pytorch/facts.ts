// Where each pass and each message of a script stands, found in one walk: how many stages and microbatches there are, which rank has which
// stage. What stands twice, or on two ranks, or has an impossible number, is a breach. Cost: linear; eight numbers for each stage and microbatch.
import { F, isPass, isSend, ranksOf, type Script, wordOf } from "./actions.ts";
import type { Breach } from "./rules.ts";

/** Places are indices of the script, -1: nowhere. Index `stage * microbatches + microbatch`. */
export interface Facts {
  readonly ranks: number;
  readonly stages: number;
  readonly microbatches: number;
  readonly rankOf: Int32Array;
  readonly forward: Int32Array;
  /** Of the gradient of the input, alone or with that of the weights. */
  readonly backward: Int32Array;
  /** Of the gradient of the weights, alone or with that of the input. */
  readonly weights: Int32Array;
  readonly sendForward: Int32Array;
  readonly receiveForward: Int32Array;
  readonly sendBackward: Int32Array;
  readonly receiveBackward: Int32Array;
  /** Whether anything but passes stands in the script. */
  readonly comms: boolean;
}

/** Stages times microbatches that are looked at. */
export const mostPlaces = 40_000_000;

export interface Found {
  readonly facts: Facts;
  readonly breaches: readonly Breach[];
}

/** A string instead where the numbers are beyond what is looked at. `given`: how many microbatches there should be. */
export function factsOf(script: Script, given: number | undefined): Found | string {
  const { offsets, kind, stage, microbatch } = script;
  const breaches: Breach[] = [];
  const [stages, microbatches] = sizes(script, given);
  if (stages * microbatches > mostPlaces)
    return `${stages} stages and ${microbatches} microbatches are more than ${mostPlaces} passes (limit \`passes\`).`;
  const places = (): Int32Array => new Int32Array(stages * microbatches).fill(-1);
  const facts = {
    ranks: ranksOf(script),
    stages,
    microbatches,
    rankOf: new Int32Array(stages).fill(-1),
    forward: places(),
    backward: places(),
    weights: places(),
    sendForward: places(),
    receiveForward: places(),
    sendBackward: places(),
    receiveBackward: places(),
    comms: kind.some((one) => !isPass(one)),
  };
  // By kind: where its first place is kept.
  const { forward, backward, weights, sendForward, receiveForward, sendBackward, receiveBackward } = facts;
  const kept = [[forward], [backward], [weights], [backward, weights], [sendForward], [receiveForward], [sendBackward], [receiveBackward]];
  const moved = new Set<number>();
  let beyond = 0;
  for (let rank = 0; rank < facts.ranks; rank++) {
    if (offsets[rank] === offsets[rank + 1])
      breaches.push({
        rule: "empty-rank",
        message: `Rank ${rank} has nothing to run.`,
        rank,
        action: -1,
        help: "a blank line at the end of the file is one more rank: remove it",
      });
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
      const s = stage[action];
      const home = facts.rankOf[s];
      if (home < 0) facts.rankOf[s] = rank;
      else if (home !== rank && !moved.has(s)) {
        moved.add(s);
        breaches.push({ rule: "two-ranks", message: `Stage ${s} runs on rank ${home} and on rank ${rank}.`, rank, action });
      }
      if (microbatch[action] < 0) continue;
      if (microbatch[action] >= microbatches) {
        if (beyond++ === 0)
          breaches.push({
            rule: "microbatch-numbers",
            message: `There are ${microbatches} microbatches, so their numbers are 0 to ${microbatches - 1}; this one is ${microbatch[action]}.`,
            rank,
            action,
          });
        continue;
      }
      const at = s * microbatches + microbatch[action];
      const own = kept[kind[action]];
      const before = Math.max(...own.map((list) => list[at]));
      if (before >= 0 && moved.size === 0) breaches.push(twice(script, rank, action, before));
      for (const list of own) if (list[at] < 0) list[at] = action;
    }
  }
  return { facts, breaches };
}

/** One more than the greatest stage; as many microbatches as are given, or as have different numbers. */
function sizes({ stage, microbatch }: Script, given: number | undefined): [number, number] {
  let stages = 0;
  for (const one of stage) if (one >= stages) stages = one + 1;
  if (given !== undefined) return [stages, given];
  let most = -1;
  for (const one of microbatch) if (one > most) most = one;
  if (most > mostPlaces) return [stages, most];
  const seen = new Uint8Array(most + 1);
  for (const one of microbatch) if (one >= 0) seen[one] = 1;
  return [stages, seen.reduce((sum, one) => sum + one, 0)];
}

function twice(script: Script, rank: number, action: number, before: number): Breach {
  const { kind } = script;
  const word = wordOf(script, action);
  const message = `${word} comes again; ${wordOf(script, before)} stood here before.`;
  if (kind[action] === F) return { rule: "forward-twice", message, rank, action };
  if (isPass(kind[action])) return { rule: kind[action] === kind[before] ? "backward-twice" : "two-backwards", message, rank, action };
  return { rule: isSend(kind[action]) ? "send-twice" : "receive-twice", message, rank, action };
}
