// Would the zero-bubble runtime run this script, and each pass with its own microbatch? Conditions that every runtime has come from the
// script's own readers; those of this one are here. The kernel replays the passes and judges that no rank waits for ever.
import type { Channel } from "../../kernel/index.ts";
import { examine } from "../../schedule/index.ts";
import type { Complaint } from "../format.ts";
import { B, F, I, isPass, isSend, nameIn, RECV_B, RECV_F, ranksOf, type Script, SEND_F, W, wordOf } from "../pytorch/actions.ts";
import { channelBreaches, circleOfPasses, type Looked } from "../pytorch/conditions.ts";
import { type Facts, factsOf } from "../pytorch/facts.ts";
import { messageBreaches } from "../pytorch/messages.ts";
import { passBreaches } from "../pytorch/passes.ts";
import { problemOf, type Told } from "../pytorch/problem-of.ts";
import type { Nodes } from "./nodes.ts";
import { type Placement, placementOf } from "./placement.ts";
import type { ZbBreach } from "./rules.ts";

export interface ZbConditions extends Told {
  readonly channel: Channel;
  readonly microbatches?: number;
  readonly ranks?: number;
  readonly moments?: Int32Array;
}
/** What was seen of a script. The breaches of `breaches` have places in it. */
export interface ZbLooked extends Pick<Looked, "script" | "facts" | "piped" | "examined"> {
  readonly placement: Placement;
  readonly breaches: readonly ZbBreach[];
}

/** Complaints come back alone where nothing can be looked at. `fields`: what the nodes of a file say beside their order. Cost: linear. */
export function lookZb(script: Script, conditions: ZbConditions, fields?: Nodes): ZbLooked | readonly Complaint[] {
  const ranks = ranksOf(script);
  if (conditions.ranks !== undefined && ranks !== conditions.ranks)
    return [{ code: "zb-ranks", message: `The file has the nodes of ${ranks} ranks; there should be ${conditions.ranks}.` }];
  const found = factsOf(script, conditions.microbatches);
  if (typeof found === "string") return [{ code: "zb-limit", message: found }];
  const { facts } = found;
  const placement = placementOf(facts);
  const breaches: ZbBreach[] = found.breaches.map((one) => (one.rule === "empty-rank" ? { ...one, help: undefined } : one));
  const looked = (more: Partial<ZbLooked> = {}): ZbLooked => ({
    script,
    facts,
    placement,
    breaches: unique(breaches),
    piped: null,
    examined: null,
    ...more,
  });
  if (breaches.some(({ rule }) => rule === "two-ranks" || rule === "microbatch-numbers")) return looked();
  // Its losses are told apart by their order too, but so are its data: there is no condition on the last stage alone.
  breaches.push(...passBreaches(script, facts).filter(({ rule }) => rule !== "loss-order"));
  const sound = breaches.every(({ rule }) => rule === "send-twice" || rule === "receive-twice");
  if (facts.comms) breaches.push(...messageBreaches(script, facts).filter(({ rule }) => rule !== "pair-order"));
  if (!sound) return looked();
  const messages = breaches.length === 0;
  breaches.push(...placementBreaches(facts, placement), ...orderBreaches(script, facts, placement), ...mixed(script, facts));
  if (fields !== undefined) breaches.push(...fieldBreaches(script, facts, placement, fields));
  const pairs = facts.comms && messages ? pairBreaches(script, facts) : [];
  breaches.push(...pairs);
  const piped = problemOf(script, facts, conditions);
  if (typeof piped === "string") return [{ code: "zb-times", message: piped }];
  const examined = examine({ kind: "schedule", problem: piped.problem, source: { order: piped.order } });
  if (examined.kind === "limit") return [{ code: "zb-limit", message: `${examined.reason}.` }];
  if (examined.kind === "defect") breaches.push(circleOfPasses(script, facts, piped, examined));
  if (examined.kind !== "schedule") return looked();
  if (piped.rows !== null && messages && pairs.length === 0)
    breaches.push(
      ...channelBreaches(script, facts, piped, conditions).map((one) => ({ ...one, help: "`--order-comm` places the messages anew" })),
    );
  return looked({ piped, examined });
}

function placementBreaches({ ranks, stages, rankOf }: Facts, { kind, chunkOf }: Placement): ZbBreach[] {
  const breaches: ZbBreach[] = [];
  const rank0 = (rule: ZbBreach["rule"], message: string, rank: number): void => {
    if (!breaches.some((one) => one.rule === rule)) breaches.push({ rule, message, rank, action: -1 });
  };
  if (ranks === 1) rank0("one-rank", "There is one rank.", 0);
  for (let stage = 0; stage + 1 < stages; stage++) {
    const [here, there] = [rankOf[stage], rankOf[stage + 1]];
    const apart = Math.abs(here - there);
    if (apart > 1 && apart !== ranks - 1)
      rank0("peers", `Stages ${stage} and ${stage + 1} are on ranks ${here} and ${there}, which are not neighbours.`, here);
    if (apart === 0 && ranks > 1 && (here !== ranks - 1 || chunkOf[stage] % 2 === 1))
      rank0(
        "local",
        `Stages ${stage} and ${stage + 1} are both on rank ${here}, as chunks ${chunkOf[stage]} and ${chunkOf[stage + 1]}.`,
        here,
      );
  }
  if (kind === "other" && breaches.length === 0) rank0("placement", `Stages are on ranks ${few(rankOf)}.`, 0);
  return breaches;
}
const few = (list: Int32Array): string => (list.length <= 12 ? [...list].join(" ") : `${[...list.subarray(0, 11)].join(" ")} ...`);

/** What the queues of each chunk rely on; each condition at most once for a chunk, where it is first broken. */
function orderBreaches(script: Script, { ranks, stages }: Facts, { chunkOf, chunks }: Placement): ZbBreach[] {
  const { offsets, kind, stage, microbatch } = script;
  const breaches: ZbBreach[] = [];
  const lists = (of: (kind: number) => boolean): number[][] => {
    const found: number[][] = Array.from({ length: stages }, () => []);
    for (let action = 0; action < kind.length; action++) if (of(kind[action])) found[stage[action]].push(action);
    return found;
  };
  const [forwards, backwards] = [lists((one) => one === F), lists((one) => one === I || one === B)];
  const [inputs, weights] = [lists((one) => one === I), lists((one) => one === W)];
  const rankAt = new Int32Array(stages);
  for (let rank = 0; rank < ranks; rank++) {
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) rankAt[stage[action]] = rank;
    let first = offsets[rank];
    while (first < offsets[rank + 1] && !isPass(kind[first])) first++;
    if (first < offsets[rank + 1] && (kind[first] !== F || chunkOf[stage[first]] !== 0))
      breaches.push({
        rule: "first-node",
        message: `Rank ${rank} begins with ${wordOf(script, first)}, which is chunk ${chunkOf[stage[first]]}.`,
        rank,
        action: first,
      });
  }
  for (let s = 0; s < stages; s++) {
    const compare = (rule: ZbBreach["rule"], wanted: readonly number[], list: readonly number[], words: string): boolean => {
      const at = list.findIndex((action, i) => microbatch[action] !== microbatch[wanted[i]]);
      if (at < 0) return true;
      const [is, should] = [list[at], nameIn(script, kind[list[at]], s, microbatch[wanted[at]])];
      const message = `${wordOf(script, is)} stands where ${should} should: ${words}.`;
      breaches.push({ rule, message, rank: rankAt[s], action: is });
      return false;
    };
    if (s > 0) compare("f-order", forwards[s - 1], forwards[s], "a stage takes its forwards in the order of the stage before it");
    compare("b-order", forwards[s], backwards[s], "a chunk takes its backwards in the order of its forwards");
    compare("w-order", inputs[s], weights[s], "a chunk takes its W in the order of its B");
    const last = lastMicrobatch(script, weights[s]);
    if (chunks > 1 && last >= 0 && last < weights[s].length - 1) {
      const action = weights[s][last];
      const message = `${wordOf(script, action)} comes before ${wordOf(script, weights[s][last + 1])} of its chunk.`;
      breaches.push({ rule: "last-w", message, rank: rankAt[s], action });
    }
  }
  return breaches;
}

/** Where in the list the greatest microbatch of all stands, or -1. */
function lastMicrobatch({ microbatch }: Script, list: readonly number[]): number {
  let found = -1;
  list.forEach((action, i) => {
    if (found < 0 || microbatch[action] > microbatch[list[found]]) found = i;
  });
  return found;
}

/** B on some stages of a microbatch and BW on others; the first of each microbatch's changes, once. */
function mixed(script: Script, { stages, microbatches, backward, rankOf }: Facts): ZbBreach[] {
  for (let j = 0; j < microbatches; j++) {
    for (let s = 1; s < stages; s++) {
      const [action, before] = [backward[s * microbatches + j], backward[(s - 1) * microbatches + j]];
      if (script.kind[action] === script.kind[before]) continue;
      return [
        {
          rule: "mixed",
          message: `Microbatch ${j} has ${wordOf(script, before)}, but ${wordOf(script, action)}.`,
          rank: rankOf[s],
          action,
        },
      ];
    }
  }
  return [];
}

/** Chunks, peers and directions, where the nodes name them; each kind once. */
function fieldBreaches(script: Script, { ranks, stages, rankOf }: Facts, { chunkOf }: Placement, nodes: Nodes): ZbBreach[] {
  const { offsets, kind, stage } = script;
  const breaches: ZbBreach[] = [];
  const say = (rule: ZbBreach["rule"], message: string, rank: number, action: number): void => {
    if (!breaches.some((one) => one.rule === rule)) breaches.push({ rule, message: `${wordOf(script, action)} ${message}.`, rank, action });
  };
  const homeOf = (s: number): number => (s < 0 || s >= stages ? -1 : rankOf[s]);
  const named = (rank: number): string => (rank < 0 ? "null" : `${rank}`);
  for (let rank = 0; rank < ranks; rank++) {
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
      const [s, of] = [stage[action], kind[action]];
      if (nodes.chunk[action] !== chunkOf[s])
        say("chunk", `says chunk ${nodes.chunk[action]}; it is chunk ${chunkOf[s]} of its rank`, rank, action);
      const check = (field: string, given: number, far: number): void => {
        const right = far === rank ? -1 : far;
        if (given !== -2 && given !== right) say("peer-field", `has \`${field}\` ${named(given)}; it is ${named(right)}`, rank, action);
      };
      if (isPass(of)) {
        if (of === W) continue;
        const [before, after] = of === F ? [s - 1, s + 1] : [s + 1, s - 1];
        check("recv_peer_stage", nodes.receivesFrom[action], homeOf(before));
        check("send_peer_stage", nodes.sendsTo[action], homeOf(after));
        continue;
      }
      const far = homeOf(farStage(of, s));
      check("comm_peer_stage", nodes.peer[action], far);
      const right = directionOf(of, rank, far, ranks);
      if (nodes.direction[action] !== -2 && nodes.direction[action] !== right)
        say(
          "peer-field",
          `goes to ${["NEXT", "PREV"][nodes.direction[action]] ?? "null"}; rank ${far} is ${["NEXT", "PREV"][right]}`,
          rank,
          action,
        );
    }
  }
  return breaches;
}

/** The stage at the other end of a message. */
export const farStage = (kind: number, stage: number): number => (kind === SEND_F || kind === RECV_B ? stage + 1 : stage - 1);

/** 0 next, 1 previous: what receives from the rank before it, or as rank 0 from the last, receives from the previous one. */
export function directionOf(kind: number, rank: number, far: number, ranks: number): number {
  const [receiver, sender] = isSend(kind) ? [far, rank] : [rank, far];
  const fromPrevious = sender + 1 === receiver || (receiver === 0 && sender === ranks - 1);
  return isSend(kind) === fromPrevious ? 0 : 1;
}

/** Two ranks take all their messages, in both directions, in the same order; each pair once. */
function pairBreaches(script: Script, { ranks, rankOf, microbatches }: Facts): ZbBreach[] {
  const { offsets, kind, stage, microbatch } = script;
  const breaches: ZbBreach[] = [];
  const rows = new Map<number, number[]>();
  // A message by its sender's kind, stage and microbatch.
  const messageOf = (action: number): number => {
    const forward = kind[action] === SEND_F || kind[action] === RECV_F;
    const sender = isSend(kind[action]) ? stage[action] : farStage(kind[action], stage[action]);
    return (2 * sender + (forward ? 0 : 1)) * microbatches + microbatch[action];
  };
  for (let rank = 0; rank < ranks; rank++) {
    const taken = new Map<number, number>();
    const told = new Set<number>();
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
      if (isPass(kind[action])) continue;
      const far = rankOf[farStage(kind[action], stage[action])];
      const pair = Math.min(rank, far) * ranks + Math.max(rank, far);
      if (rank < far) {
        const row = rows.get(pair);
        if (row === undefined) rows.set(pair, [action]);
        else row.push(action);
        continue;
      }
      const at = taken.get(far) ?? 0;
      taken.set(far, at + 1);
      const other = rows.get(pair)?.[at];
      if (other === undefined || told.has(far) || messageOf(other) === messageOf(action)) continue;
      told.add(far);
      breaches.push({
        rule: "pair-order",
        message: `Message ${at + 1} between ranks ${far} and ${rank} is ${wordOf(script, other)} there and ${wordOf(script, action)} here.`,
        rank,
        action,
        help: "`--order-comm` places the messages anew",
      });
    }
  }
  return breaches;
}

function unique(breaches: readonly ZbBreach[]): ZbBreach[] {
  const seen = new Set<string>();
  return breaches.filter(({ rule, rank, action }) => {
    const key = `${rule} ${rank} ${action}`;
    return !seen.has(key) && seen.add(key);
  });
}
