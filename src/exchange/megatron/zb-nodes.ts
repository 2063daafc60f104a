// The format `zb-nodes`: schedules of the zero-bubble runtime (sail-sg's fork of Megatron-LM) as lists of `ScheduledNode`.
import { done, type Exchanged, type Format, type Outcome, type Output, type ReadOptions, refused, type WriteOptions } from "../format.ts";
import { isScript, RECV_B, type Script, ScriptBuilder } from "../pytorch/actions.ts";
import { lower, passesOf } from "../pytorch/lower.ts";
import { scriptOf } from "../pytorch/script-of.ts";
import { lookZb, type ZbConditions, type ZbLooked } from "./conditions.ts";
import { readNodes, zbWords } from "./nodes.ts";
import { zbComplaint } from "./rules.ts";
import { nodesText, timesOf } from "./write.ts";

export const zbNodes: Format = {
  name: "zb-nodes",
  about: "Megatron's zero-bubble runtime (sail-sg): lists of ScheduledNode as JSON, passes only or with communication",
  endings: [".nodes.json"],
  read,
  write,
};

function read(bytes: Uint8Array, options: ReadOptions): Outcome<Exchanged> {
  const nodes = readNodes(bytes);
  if (nodes.kind === "refused") return nodes;
  const looked = lookZb(nodes.value.script, options, nodes.value);
  if (!("facts" in looked)) return refused(...looked);
  const { wrong, remarks } = said(looked);
  const { piped, examined, facts } = looked;
  // Wrongly placed messages can be placed anew; wrongly ordered passes run nowhere as they stand.
  const mended = options.repair === true && looked.breaches.every(({ rule }) => rule === "pair-order" || rule === "circle-of-waits");
  if (piped === null || examined === null || (wrong.length > 0 && !mended)) return refused(...wrong, ...remarks);
  const name = options.path.replace(/^.*[\\/]/, "").replace(/(\.nodes)?\.json$/, "");
  const exchanged: Exchanged = {
    title: `${name}, ${facts.ranks} ranks, m = ${facts.microbatches}`,
    problem: piped.problem,
    schedule: examined.schedule,
    nodes: piped.nodes,
    streams: ["compute"],
    kept: { format: zbNodes.name, form: looked.script },
  };
  return done(exchanged, [...wrong.map((one) => ({ ...one, remark: true })), ...remarks, ...nodes.remarks]);
}

/** Complaints that are shown; a stage that is wrong is seldom alone. */
const mostComplaints = 20;

function said({ script, breaches }: ZbLooked) {
  const all = breaches.slice(0, mostComplaints).map((breach) => zbComplaint(script, breach));
  const more = breaches.length - all.length;
  if (more > 0) all.push({ code: "zb-more", message: `${more} more complaints are left out.` });
  return { wrong: all.filter(({ remark }) => remark !== true), remarks: all.filter(({ remark }) => remark === true) };
}

function write(exchanged: Exchanged, options: WriteOptions): Outcome<readonly Output[]> {
  const given = ownScript(exchanged);
  if (given.kind === "refused") return given;
  const conditions: ZbConditions = { times: new Map(), channel: options.channel };
  const before = lookZb(given.value, conditions);
  if (!("facts" in before)) return refused(...before);
  const anew = options.orderComms || (options.comms && !before.facts.comms);
  let looked = before;
  if (anew && before.piped !== null) {
    const lowered = lower(before.facts.comms ? passesOf(given.value) : given.value, before.facts);
    if (lowered === null) throw new Error("passes that run, and cannot be sent and received");
    const { script, moments } = withoutWeights(lowered.script, lowered.moments);
    const after = lookZb(script, { ...conditions, moments });
    if (!("facts" in after)) return refused(...after);
    looked = after;
  }
  const { wrong, remarks } = said(looked);
  if (wrong.length > 0) return refused(...wrong);
  const { script, facts, placement } = looked;
  return done([{ suffix: "", chunks: nodesText(script, facts, placement, timesOf(exchanged)) }], remarks);
}

/** The script that the schedule was read from, here or as PyTorch's CSV; else one made from its passes. */
function ownScript(exchanged: Exchanged): Outcome<Script> {
  const { kept } = exchanged;
  if (kept !== undefined && isScript(kept.form)) {
    const form = { ...kept.form, words: zbWords, cells: null };
    return done(kept.format === zbNodes.name ? form : { ...passesOf(form), words: zbWords, cells: null });
  }
  const made = scriptOf(exchanged, { code: "zb", name: "the zero-bubble runtime" });
  return made.kind === "refused" ? made : done({ ...made.value, words: zbWords });
}

/** Only passes and messages: what is done to sharded weights is PyTorch's. */
function withoutWeights(
  { offsets, kind, stage, microbatch }: Script,
  moments: Int32Array,
): { readonly script: Script; readonly moments: Int32Array } {
  const builder = new ScriptBuilder(kind.length);
  const kept: number[] = [];
  for (let rank = 0; rank + 1 < offsets.length; rank++) {
    for (let action = offsets[rank]; action < offsets[rank + 1]; action++) {
      if (kind[action] > RECV_B) continue;
      builder.add(kind[action], stage[action], microbatch[action]);
      kept.push(moments[action]);
    }
    builder.endRow();
  }
  return { script: { ...builder.build("\n"), words: zbWords }, moments: Int32Array.from(kept) };
}
