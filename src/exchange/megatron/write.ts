// A script as lists of `ScheduledNode`, in pieces. Fields that have their default value are left out, as `ScheduledNode(**node)` fills them in;
// times are ticks, whole numbers. A message stands at the moment when what it carries is ready, as upstream has it.
import type { Exchanged } from "../format.ts";
import { B, F, I, isPass, isSend, RECV_F, type Script, SEND_F, W } from "../pytorch/actions.ts";
import type { Facts } from "../pytorch/facts.ts";
import { directionOf, farStage } from "./conditions.ts";
import { types } from "./nodes.ts";
import type { Placement } from "./placement.ts";

/** Characters that are put together before they are handed on. */
const enough = 1 << 16;

/** Start and end of the pass of this kind, stage and microbatch, in ticks. */
export type Times = (kind: number, stage: number, microbatch: number) => readonly [start: number, end: number];

/** The times that a schedule gives to the passes of its own script. */
export function timesOf({ problem, schedule, nodes }: Exchanged): Times {
  const { routes, routeOf } = problem;
  const least = nodes.reduce((low, { indices }) => Math.min(low, indices[0]), Number.POSITIVE_INFINITY);
  const node = new Map(nodes.map(({ family, indices }, at) => [`${family} ${indices[0] - least}`, at]));
  const stages = nodes.reduce((most, { indices }) => Math.max(most, indices[0] - least + 1), 0);
  const table = (family: string, other: string): Int32Array =>
    Int32Array.from({ length: stages }, (_, stage) => node.get(`${family} ${stage}`) ?? node.get(`${other} ${stage}`) ?? -1);
  const at = { [F]: table("F", "F"), [I]: table("B", "BW"), [W]: table("W", "W"), [B]: table("BW", "B") };
  return (kind, stage, microbatch) => {
    const own = kind === F ? at[F][stage] : kind === W ? at[W][stage] : kind === I ? at[I][stage] : at[B][stage];
    const start = schedule.start[microbatch * problem.nodes + own];
    return [start, start + routes[routeOf === null ? 0 : routeOf[microbatch]].duration[own]];
  };
}

export function* nodesText(script: Script, facts: Facts, { chunkOf }: Placement, times: Times): Generator<string> {
  const { offsets, kind, stage, microbatch } = script;
  const { ranks, stages, microbatches, rankOf, backward } = facts;
  const homeOf = (s: number): number => (s < 0 || s >= stages ? -1 : rankOf[s]);
  let text = "[";
  for (let rank = 0; rank < ranks; rank++) {
    text += rank === 0 ? "[" : ",\n[";
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
      const [of, s, j] = [kind[action], stage[action], microbatch[action]];
      const chunk = chunkOf[s] === 0 ? "" : `,"chunk":${chunkOf[s]}`;
      const begin = action === offsets[rank] ? "\n" : ",\n";
      text += `${begin}{"type":"${types[of]}","stage":${rank},"microbatch":${j}${chunk},"layer_group_idx":${s}`;
      if (isPass(of)) {
        const [start, end] = times(of, s, j);
        text += `,"start_time":${start},"completion_time":${end}`;
        const [from, to] = of === W ? [rank, rank] : of === F ? [homeOf(s - 1), homeOf(s + 1)] : [homeOf(s + 1), homeOf(s - 1)];
        if (from >= 0 && from !== rank) text += `,"recv_peer_stage":${from}`;
        if (to >= 0 && to !== rank) text += `,"send_peer_stage":${to}`;
      } else {
        const other = farStage(of, s);
        const sender = isSend(of) ? s : other;
        const forward = of === SEND_F || of === RECV_F;
        const [, ready] = times(forward ? F : kind[backward[sender * microbatches + j]], sender, j);
        const [far, id] = [rankOf[other], (2 * sender + (forward ? 0 : 1)) * microbatches + j];
        const direction = directionOf(of, rank, far, ranks) === 0 ? "NEXT" : "PREV";
        text += `,"start_time":${ready},"completion_time":${ready},"comm_direction":"${direction}","comm_peer_stage":${far},"comm_pair_id":${id}`;
      }
      text += "}";
      if (text.length < enough) continue;
      yield text;
      text = "";
    }
    text += "]";
  }
  yield `${text}]\n`;
}
