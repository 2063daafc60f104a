// The pipeline that a script runs, as the kernel's problem: its stages in a chain, each on its rank, with times and memory from outside.
// Where some backwards are whole and some in two parts, a whole one is a B of its full length and a W of no length right behind it.
// The actions of a group are taken one after the other, as torch does.

import { fraction } from "../../fraction/index.ts";
import type { Order, Problem, Rational, Route, Rows } from "../../kernel/index.ts";
import type { PassName } from "../format.ts";
import { parseRational } from "../numbers.ts";
import { B, F, I, isComm, isPass, isSend, RECV_B, RECV_F, ranksOf, type Script, SEND_F, W } from "./actions.ts";
import type { Facts } from "./facts.ts";

export interface Told {
  readonly times: ReadonlyMap<string, string>;
  readonly holds?: string;
}
export interface Piped {
  readonly problem: Problem;
  readonly order: Order;
  readonly nodes: readonly PassName[];
  /** The script's action behind a pass; of a whole backward in two nodes, both. */
  readonly actionOf: (pass: number) => number;
  /** The rows with sends and receives, for scripts with communication. */
  readonly rows: Rows | null;
}

/** A string where the times or amounts cannot be computed with. The script's passes have been found complete. */
export function problemOf(script: Script, facts: Facts, told: Told): Piped | string {
  const { stages, microbatches, ranks, backward } = facts;
  const whole = script.kind.every((kind) => kind !== I && kind !== W);
  const times = timesOf(told.times, whole);
  if (typeof times === "string") return times;
  const holds = holdsOf(told.holds, facts);
  if (typeof holds === "string") return holds;
  const [routes, routeOf] = routesOf(script, facts, whole, times.ticks, holds.parts);
  const nodes = stages * (whole ? 2 : 3);
  const problem: Problem = {
    devices: ranks,
    streams: 1,
    microbatches,
    nodes,
    routes,
    routeOf,
    send: times.ticks.send,
    always: new Float64Array(ranks),
    cap: new Float64Array(ranks).fill(Number.POSITIVE_INFINITY),
    ticksPerUnit: times.unit,
    partsPerUnit: holds.unit,
  };
  const families = whole ? ["F", "BW"] : ["F", "B", "W"];
  const names = families.flatMap((family) =>
    Array.from({ length: stages }, (_, s) => ({ label: `${family}[${s}]`, family, indices: [s] })),
  );
  const { order, rows } = ordersOf(script, facts, whole);
  const actionOf = (pass: number): number => {
    const microbatch = Math.floor(pass / nodes);
    const node = pass - microbatch * nodes;
    const list = node < stages ? facts.forward : node < 2 * stages ? backward : facts.weights;
    return list[(node % stages) * microbatches + microbatch];
  };
  return { problem, order, nodes: names, actionOf, rows };
}

interface Ticks {
  readonly F: number;
  readonly B: number;
  readonly W: number;
  readonly BW: number;
  readonly send: number;
}

function timesOf(given: ReadonlyMap<string, string>, whole: boolean): { readonly ticks: Ticks; readonly unit: number } | string {
  const strange = [...given.keys()].find((name) => !["F", "B", "W", "BW", "send"].includes(name));
  if (strange !== undefined) return `There is no pass \`${strange}\`; times are given for F, B, W, BW and send.`;
  const read = (name: string, otherwise: Rational): Rational | null => {
    const text = given.get(name);
    return text === undefined ? otherwise : parseRational(text);
  };
  const one = fraction.rational(1);
  const [forward, input, weights] = [read("F", one), read("B", one), read("W", one)];
  const send = read("send", fraction.rational(0));
  if (forward === null || input === null || weights === null || send === null) return "A time is a number such as 18.522 or 1/3.";
  const both = read("BW", fraction.plus(input, weights));
  if (both === null) return "A time is a number such as 18.522 or 1/3.";
  const all = whole ? [forward, both, send] : [forward, input, weights, both, send];
  const unit = all.reduce((by, { den }) => (by * den) / fraction.gcd(by, den), 1n);
  const ticks = ({ num, den }: Rational): number => Number((num * unit) / den);
  const made = { F: ticks(forward), B: whole ? 0 : ticks(input), W: whole ? 0 : ticks(weights), BW: ticks(both), send: ticks(send) };
  if (![Number(unit), ...Object.values(made)].every(Number.isSafeInteger)) return "These times need more than 2^53 ticks.";
  return { ticks: made, unit: Number(unit) };
}

/** Parts that a stage's activations of one microbatch take, by stage. */
function holdsOf(
  text: string | undefined,
  { ranks, stages, rankOf }: Facts,
): { readonly parts: Float64Array; readonly unit: number } | string {
  const own = new Int32Array(ranks);
  for (const rank of rankOf) own[rank]++;
  const given = text === undefined ? null : parseRational(text);
  if (text !== undefined && given === null) return `\`${text}\` is no amount of memory; write 1, 0.5 or 1/2.`;
  const amount = (stage: number): Rational => given ?? fraction.rational(1, own[rankOf[stage]]);
  const all = Array.from({ length: stages }, (_, stage) => amount(stage));
  const unit = all.reduce((by, { den }) => (by * den) / fraction.gcd(by, den), 1n);
  const parts = Float64Array.from(all, ({ num, den }) => Number((num * unit) / den));
  if (!Number.isSafeInteger(Number(unit)) || !parts.every(Number.isSafeInteger)) return "These amounts need more than 2^53 parts.";
  return { parts, unit: Number(unit) };
}

/** One route for each set of stages whose backward is whole. */
function routesOf(script: Script, facts: Facts, whole: boolean, ticks: Ticks, parts: Float64Array): [Route[], Int32Array | null] {
  const { stages, microbatches, backward } = facts;
  if (whole) return [[routeOf(facts, whole, ticks, parts, () => true)], null];
  const mixed = script.kind.includes(B);
  if (!mixed) return [[routeOf(facts, whole, ticks, parts, () => false)], null];
  const routes: Route[] = [];
  const known = new Map<string, number>();
  const taken = Int32Array.from({ length: microbatches }, (_, microbatch) => {
    const isWhole = (stage: number): boolean => script.kind[backward[stage * microbatches + microbatch]] === B;
    const key = Array.from({ length: stages }, (_, stage) => (isWhole(stage) ? "1" : "0")).join("");
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, routes.length);
    return routes.push(routeOf(facts, whole, ticks, parts, isWhole)) - 1;
  });
  return [routes, taken];
}

function routeOf({ stages, rankOf }: Facts, whole: boolean, ticks: Ticks, parts: Float64Array, isWhole: (stage: number) => boolean): Route {
  const per = whole ? 2 : 3;
  const needs: number[][] = [];
  const duration = new Float64Array(per * stages);
  for (let stage = 0; stage < stages; stage++) {
    needs[stage] = stage > 0 ? [stage - 1] : [];
    needs[stages + stage] = stage + 1 < stages ? [stage, stages + stage + 1] : [stage];
    if (!whole) needs[2 * stages + stage] = [stages + stage];
    duration[stage] = ticks.F;
    duration[stages + stage] = isWhole(stage) ? ticks.BW : ticks.B;
    if (!whole) duration[2 * stages + stage] = isWhole(stage) ? 0 : ticks.W;
  }
  const depStart = new Int32Array(per * stages + 1);
  needs.forEach((list, node) => {
    depStart[node + 1] = depStart[node] + list.length;
  });
  return {
    device: Int32Array.from({ length: per * stages }, (_, node) => rankOf[node % stages]),
    stream: new Int32Array(per * stages),
    duration,
    depStart,
    dep: Int32Array.from(needs.flat()),
    holdDevice: Int32Array.from(rankOf),
    holdFrom: Int32Array.from({ length: stages }, (_, stage) => stage),
    holdTo: Int32Array.from({ length: stages }, (_, stage) => (isWhole(stage) ? stages + stage : 2 * stages + stage)),
    holdAmount: parts,
  };
}

/** The passes of each rank in their order, and the rows with the ends of transfers. Needs are numbered as `routeOf` lists them. */
function ordersOf(script: Script, { stages, comms }: Facts, whole: boolean): { readonly order: Order; readonly rows: Rows | null } {
  const { offsets, kind, stage, microbatch } = script;
  const nodes = stages * (whole ? 2 : 3);
  const needs = (whole ? 3 : 4) * stages - 2; // of one microbatch: stages - 1 of forwards, 2 stages - 1 of backwards, one of each W
  const passes = new Int32Array(kind.length + (whole ? 0 : kind.length));
  const steps = new Int32Array(comms ? passes.length : 0);
  const [passOffsets, stepOffsets] = [[0], [0]];
  let [passed, stepped] = [0, 0];
  const run = (pass: number): void => {
    passes[passed++] = pass;
    if (comms) steps[stepped++] = pass;
  };
  for (let rank = 0; rank < ranksOf(script); rank++) {
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
      const [s, j] = [stage[action], microbatch[action]];
      if (isPass(kind[action])) {
        run(j * nodes + nodeOf(kind[action], s, stages));
        if (!whole && kind[action] === B) run(j * nodes + 2 * stages + s);
      } else if (isComm(kind[action])) {
        const need = j * needs + needOf(kind[action], s, stages);
        steps[stepped++] = isSend(kind[action]) ? -1 - 2 * need : -2 - 2 * need;
      }
    }
    passOffsets.push(passed);
    stepOffsets.push(stepped);
  }
  const order = { offsets: Int32Array.from(passOffsets), passes: passes.subarray(0, passed) };
  return { order, rows: comms ? { offsets: Int32Array.from(stepOffsets), steps: steps.subarray(0, stepped) } : null };
}

function nodeOf(kind: number, stage: number, stages: number): number {
  if (kind === F) return stage;
  if (kind === W) return 2 * stages + stage;
  return stages + stage;
}

/** The number of a message's dependency in its microbatch: forwards first (one for each stage but the first), then backwards. */
function needOf(kind: number, stage: number, stages: number): number {
  if (kind === SEND_F) return stage;
  if (kind === RECV_F) return stage - 1;
  const needing = kind === RECV_B ? stage : stage - 1;
  return stages - 1 + 2 * needing + 1;
}
