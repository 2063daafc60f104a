// Conditions on the sends and receives of a script: each message between neighbouring stages on different ranks is sent once after its pass
// and received once before the pass that needs it, and two ranks send and receive in the same order, since messages carry no names.
import { isComm, isSend, nameIn, RECV_B, RECV_F, type Script, SEND_B, SEND_F, wordOf } from "./actions.ts";
import type { Facts } from "./facts.ts";
import type { Breach, Rule } from "./rules.ts";

export function messageBreaches(script: Script, facts: Facts): Breach[] {
  const { stages, microbatches, rankOf } = facts;
  const breaches: Breach[] = [];
  for (let stage = 0; stage + 1 < stages; stage++) {
    if (rankOf[stage] < 0 || rankOf[stage + 1] < 0) continue;
    breaches.push(
      ...messagesBetween(script, facts, stage, stage + 1, facts.forward, facts.sendForward, facts.receiveForward, facts.forward),
      ...messagesBetween(script, facts, stage + 1, stage, facts.backward, facts.sendBackward, facts.receiveBackward, facts.backward),
    );
  }
  for (const stage of new Set([0, stages - 1])) {
    for (let microbatch = 0; microbatch < microbatches; microbatch++) {
      const at = stage * microbatches + microbatch;
      const strays = [
        ...(stage === 0 ? [facts.receiveForward[at], facts.sendBackward[at]] : []),
        ...(stage === stages - 1 ? [facts.sendForward[at], facts.receiveBackward[at]] : []),
      ].filter((action) => action >= 0);
      for (const action of strays)
        breaches.push({
          rule: "no-neighbour",
          message: `${wordOf(script, action)} has no stage at its other end.`,
          rank: rankOf[stage],
          action,
        });
      if (strays.length > 0) break;
    }
  }
  // Where one is missing or there twice, all behind it stand in another place than they are sent.
  const twice = [facts.sendForward, facts.receiveForward, facts.sendBackward, facts.receiveBackward]
    .map((list) => list.reduce((sum, action) => sum + (action < 0 ? 0 : 1), 0))
    .reduce((sum, count) => sum + count, 0);
  const whole = twice === script.kind.reduce((sum, kind) => sum + (isComm(kind) ? 1 : 0), 0);
  return whole && breaches.length === 0 ? pairBreaches(script, facts) : breaches;
}

/** From stage to stage; each condition at most once, the first microbatch that breaks it. */
function messagesBetween(
  script: Script,
  { microbatches, rankOf }: Facts,
  from: number,
  to: number,
  made: Int32Array,
  sent: Int32Array,
  received: Int32Array,
  needed: Int32Array,
): Breach[] {
  const breaches: Breach[] = [];
  const said = new Set<Rule>();
  const say = (rule: Rule, message: string, rank: number, action: number, help?: string): void => {
    if (said.has(rule)) return;
    said.add(rule);
    breaches.push({ rule, message, rank, action, help });
  };
  const forwards = from < to;
  const [home, there] = [rankOf[from], rankOf[to]];
  for (let microbatch = 0; microbatch < microbatches; microbatch++) {
    const [out, into] = [from * microbatches + microbatch, to * microbatches + microbatch];
    const [send, receive, pass, user] = [sent[out], received[into], made[out], needed[into]];
    if (home === there) {
      const stray = send >= 0 ? send : receive;
      if (stray >= 0)
        say(
          "no-neighbour",
          `${wordOf(script, stray)} stays on rank ${home}: neighbouring stages of one rank hand over without a send.`,
          home,
          stray,
        );
      continue;
    }
    if (pass < 0 || user < 0) continue; // what is missing has been said
    const names = [
      nameIn(script, forwards ? SEND_F : SEND_B, from, microbatch),
      nameIn(script, forwards ? RECV_F : RECV_B, to, microbatch),
    ];
    if (send < 0)
      say(
        "send-missing",
        `There is no ${names[0]} for ${wordOf(script, user)} of rank ${there}.`,
        home,
        pass,
        `add ${names[0]} after this`,
      );
    else if (send < pass) say("send-early", `${names[0]} comes before ${wordOf(script, pass)}.`, home, send);
    if (receive < 0)
      say("receive-missing", `There is no ${names[1]} for ${wordOf(script, user)}.`, there, user, `add ${names[1]} before this`);
    else if (receive > user) say("receive-late", `${names[1]} comes after ${wordOf(script, user)}.`, there, receive);
  }
  return breaches;
}

/** For each pair of ranks and direction: the first message that is received in another place than it is sent. */
function pairBreaches(script: Script, { ranks, rankOf, stages }: Facts): Breach[] {
  const { offsets, kind, stage, microbatch } = script;
  const sends = new Map<number, number[]>();
  const breaches: Breach[] = [];
  const other = (action: number): number => stage[action] + (kind[action] === SEND_F || kind[action] === RECV_B ? 1 : -1);
  for (const sending of [true, false]) {
    const taken = new Map<number, number>();
    const told = new Set<number>();
    for (let rank = 0; rank < ranks; rank++) {
      for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
        if (!isComm(kind[action]) || isSend(kind[action]) !== sending) continue;
        const far = other(action);
        if (far < 0 || far >= stages || rankOf[far] < 0 || rankOf[far] === rank) continue;
        const pair = sending ? rank * ranks + rankOf[far] : rankOf[far] * ranks + rank;
        if (sending) {
          const list = sends.get(pair);
          if (list === undefined) sends.set(pair, [action]);
          else list.push(action);
          continue;
        }
        const place = taken.get(pair) ?? 0;
        taken.set(pair, place + 1);
        const sent = sends.get(pair)?.[place];
        if (sent === undefined || told.has(pair)) continue;
        const forward = kind[action] === RECV_F;
        if (stage[sent] === far && microbatch[sent] === microbatch[action] && (kind[sent] === SEND_F) === forward) continue;
        told.add(pair);
        const from = rankOf[far];
        breaches.push({
          rule: "pair-order",
          message: `The ${ordinal(place + 1)} message from rank ${from} to rank ${rank} is sent as ${wordOf(script, sent)} and received as ${wordOf(script, action)}.`,
          rank,
          action,
          help: `receive in the order in which rank ${from} sends`,
        });
      }
    }
  }
  return breaches;
}

function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teens ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}
