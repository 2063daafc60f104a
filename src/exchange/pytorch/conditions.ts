// Would this script run on torch, and compute the right gradients? Every condition is looked at; the kernel replays the passes and judges
// that no rank waits for ever. Nothing is written that has not gone through here.

import { passageOf } from "../../certificate/passage.ts";
import { type Channel, flows, needsOf, type Rows } from "../../kernel/index.ts";
import { type Examined, examine } from "../../schedule/index.ts";
import type { Complaint } from "../format.ts";
import { B, type Script, wordOf } from "./actions.ts";
import { type Facts, factsOf } from "./facts.ts";
import { messageBreaches } from "./messages.ts";
import { passBreaches } from "./passes.ts";
import { type Piped, problemOf, type Told } from "./problem-of.ts";
import { type Breach, cellOf, complaintOf } from "./rules.ts";
import { weightBreaches } from "./weights.ts";

export interface Conditions extends Told {
  readonly channel: Channel;
  readonly microbatches?: number;
  readonly ranks?: number;
  /** Of each action a moment at which it can happen: evidence, from what placed the messages. Without it an order is looked for. */
  readonly moments?: Int32Array;
}
/** A script that was looked at. */
export interface Looked {
  readonly script: Script;
  readonly facts: Facts;
  /** What does not hold; remarks too. */
  readonly breaches: readonly Breach[];
  /** The problem and its replay; null where passes are missing or wait for each other. */
  readonly piped: Piped | null;
  readonly examined: Extract<Examined, { kind: "schedule" }> | null;
}

/** Complaints come back alone where nothing can be looked at. Cost: linear, as the kernel's replay. */
export function look(script: Script, conditions: Conditions): Looked | readonly Complaint[] {
  const ranks = script.offsets.length - 1;
  if (conditions.ranks !== undefined && ranks !== conditions.ranks)
    return [
      {
        code: "torch-ranks",
        message: `The file has ${ranks} rows, one for each rank; there should be ${conditions.ranks}.`,
        place: { line: Math.min(ranks, conditions.ranks) + 1 },
        help: "a blank line is a rank too",
      },
    ];
  const found = factsOf(script, conditions.microbatches);
  if (typeof found === "string") return [{ code: "torch-limit", message: found }];
  const { facts } = found;
  const breaches: Breach[] = [...found.breaches];
  const blank = facts.comms ? blankCell(script) : null;
  if (blank !== null)
    return [
      {
        code: "torch-blank-cell",
        message: "A blank cell in a file with communication: torch refuses it; only files of passes have bubbles in them.",
        place: blank,
      },
    ];
  // With stages in two places or strange numbers, the other conditions would only repeat it.
  const told = breaches.some(({ rule }) => rule === "two-ranks" || rule === "microbatch-numbers");
  if (told) return { script, facts, breaches: unique(breaches), piped: null, examined: null };
  breaches.push(...passBreaches(script, facts));
  const sound = breaches.every(({ rule }) => ["loss-order", "send-twice", "receive-twice"].includes(rule));
  if (facts.comms) breaches.push(...messageBreaches(script, facts), ...weightBreaches(script, facts));
  if (!sound) return { script, facts, breaches: unique(breaches), piped: null, examined: null };
  const piped = problemOf(script, facts, conditions);
  if (typeof piped === "string") return [{ code: "torch-times", message: piped }];
  const examined = examine({ kind: "schedule", problem: piped.problem, source: { order: piped.order } });
  if (examined.kind === "defect") breaches.push(circleOfPasses(script, facts, piped, examined));
  if (examined.kind === "limit") return [{ code: "torch-limit", message: `${examined.reason}.` }];
  if (examined.kind !== "schedule") return { script, facts, breaches: unique(breaches), piped: null, examined: null };
  // Where messages are missing or strange there are no rows to judge.
  const clear = breaches.every(
    ({ rule, remark }) => remark === true || ["loss-order", "pair-order"].includes(rule) || rule.startsWith("reduce"),
  );
  if (piped.rows !== null && clear) breaches.push(...channelBreaches(script, facts, piped, conditions));
  return { script, facts, breaches: unique(breaches), piped, examined };
}

/** The breaches as complaints, by place, those that stop everything first. */
export function complaintsOf({ script, breaches }: Looked): {
  readonly wrong: readonly Complaint[];
  readonly remarks: readonly Complaint[];
} {
  const all = breaches.map((breach) => complaintOf(script, breach));
  return { wrong: all.filter(({ remark }) => remark !== true), remarks: all.filter(({ remark }) => remark === true) };
}

function unique(breaches: readonly Breach[]): Breach[] {
  const seen = new Set<string>();
  return breaches.filter(({ rule, rank, action }) => {
    const key = `${rule} ${rank} ${action}`;
    return !seen.has(key) && seen.add(key);
  });
}

function blankCell({ offsets, cells }: Script): { readonly line: number; readonly cell: number } | null {
  if (cells === null) return null;
  for (let rank = 0; rank + 1 < offsets.length; rank++) {
    let cell = 0;
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
      if (cells.at[action] > cell) return { line: rank + 1, cell: cell + 1 };
      cell = cells.at[action] + 1;
    }
    if (cell < cells.widths[rank]) return { line: rank + 1, cell: cell + 1 };
  }
  return null;
}

export function circleOfPasses(script: Script, facts: Facts, piped: Piped, { defect }: Extract<Examined, { kind: "defect" }>): Breach {
  const name = (pass: number): string => placed(script, facts, piped.actionOf(pass));
  if (defect.kind !== "deadlock") {
    // Complete passes in an order of their own: what is left is a pass before one that it needs on its own rank.
    return { rule: "circle", message: `These passes cannot run in this order (${defect.kind}).`, rank: 0, action: -1 };
  }
  const [first] = defect.cycle;
  const action = piped.actionOf(first.pass);
  const chain = defect.cycle.map(({ pass, needs }) => `${name(pass)} waits for ${name(needs)}`).join("; ");
  return { rule: "circle", message: `Passes wait for each other in a circle: ${chain}.`, rank: facts.rankOf[script.stage[action]], action };
}

const placed = (script: Script, { rankOf }: Facts, action: number): string => {
  const rank = rankOf[script.stage[action]];
  return `${wordOf(script, action)} (rank ${rank}, cell ${cellOf(script, rank, action) + 1})`;
};

export function channelBreaches(script: Script, facts: Facts, piped: Piped, { channel, moments }: Conditions): Breach[] {
  const { problem, rows } = piped;
  if (rows === null) return [];
  const passage = moments === undefined ? passageOf(problem, rows, channel) : { times: timesOf(script, facts, piped, rows, moments) };
  const judged = flows(problem, rows, channel, passage);
  if (judged === true) return [];
  if (judged === null || "times" in passage) throw new Error("the kernel does not follow the evidence for a channel");
  // Each waits for the next, the last for the first. Of a message the end is named that has to come behind what it waits for.
  const waiting = passage.circle
    .map((event) => endsOf(facts, piped, event))
    .filter((ends) => ends.length > 0)
    .reverse();
  const rankOf = (action: number): number => facts.rankOf[script.stage[action]];
  const chosen = waiting.map((ends, i) => {
    const next = waiting[(i + 1) % waiting.length];
    return ends.find((end) => next.some((other) => other < end && rankOf(other) === rankOf(end))) ?? ends[0];
  });
  const first = chosen.indexOf(Math.min(...chosen));
  const circle = [...chosen.slice(first), ...chosen.slice(0, first)];
  const around = [...waiting.slice(first), ...waiting.slice(0, first)];
  // What comes before something on its rank may be the other end of the message that has to wait.
  const names = [...circle, circle[0]].map((exit, i) => {
    const before = circle[(i + circle.length - 1) % circle.length];
    const entry = i === 0 ? exit : around[i % circle.length].find((end) => rankOf(end) === rankOf(before) && end < before);
    const other = entry === undefined || entry === exit ? "" : `${placed(script, facts, entry)} and so for `;
    return `${other}${placed(script, facts, exit)}`;
  });
  return [
    {
      rule: "circle-of-waits",
      message: `Ranks wait for each other in a circle (channel ${channel}): ${names[0]} waits for ${names.slice(1).join(", which waits for ")}.`,
      rank: rankOf(circle[0]),
      action: circle[0],
      help: "`--order-comm` places the sends and receives so that nobody waits for ever",
    },
  ];
}

/**
 * The places of all events in the order of these moments, eight to a moment: a pass or a message, what waits for it alone, the second of two
 * passes in one, the end of a group of messages.
 */
function timesOf(script: Script, facts: Facts, piped: Piped, rows: Rows, moments: Int32Array): Int32Array {
  const { problem, actionOf } = piped;
  const passes = problem.nodes * problem.microbatches;
  const { from } = needsOf(problem);
  const times = new Int32Array(passes + from.length + rows.steps.length);
  for (let pass = 0; pass < passes; pass++) {
    const action = actionOf(pass);
    const second = script.kind[action] === B && pass % problem.nodes >= 2 * facts.stages;
    times[pass] = 8 * moments[action] + (second ? 2 : 0);
  }
  for (let need = 0; need < from.length; need++) {
    const [send] = endsOf(facts, piped, passes + need);
    times[passes + need] = send === undefined ? times[from[need]] + 1 : 8 * moments[send];
  }
  let group = passes + from.length;
  for (let device = 0; device + 1 < rows.offsets.length; device++) {
    for (let i = rows.offsets[device]; i < rows.offsets[device + 1]; i++) {
      if (rows.steps[i] >= 0) continue;
      for (; i < rows.offsets[device + 1] && rows.steps[i] < 0; i++)
        times[group] = Math.max(times[group], times[passes + ((-1 - rows.steps[i]) >> 1)] + 4);
      group++;
    }
  }
  return times;
}

/** The actions of an event: a pass, or both ends of a message; groups of messages go without saying. */
function endsOf({ stages, microbatches, ...facts }: Facts, { problem, actionOf }: Piped, event: number): readonly number[] {
  const passes = problem.nodes * problem.microbatches;
  if (event < passes) return [actionOf(event)];
  const needs = problem.routes[0].dep.length;
  const microbatch = Math.floor((event - passes) / needs);
  if (microbatch >= microbatches) return [];
  const need = (event - passes) % needs;
  if (need < stages - 1)
    return [facts.sendForward[need * microbatches + microbatch], facts.receiveForward[(need + 1) * microbatches + microbatch]].filter(
      (end) => end >= 0,
    );
  const to = (need - stages + 1) >> 1;
  return [facts.sendBackward[(to + 1) * microbatches + microbatch], facts.receiveBackward[to * microbatches + microbatch]].filter(
    (end) => end >= 0,
  );
}
