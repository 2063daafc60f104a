// The format `torch-csv`: schedules of torch.distributed.pipelining, as its `_PipelineScheduleRuntime` reads and writes them.
import { fraction } from "../../fraction/index.ts";
import { done, type Exchanged, type Format, type Outcome, type Output, type ReadOptions, refused, type WriteOptions } from "../format.ts";
import { isScript, type Script } from "./actions.ts";
import { type Conditions, complaintsOf, type Looked, look } from "./conditions.ts";
import { readScript } from "./csv.ts";
import { lower, passesOf } from "./lower.ts";
import { scriptOf } from "./script-of.ts";
import { sidecarText } from "./sidecar.ts";
import { scriptText } from "./write.ts";

export const torchCsv: Format = {
  name: "torch-csv",
  about: "PyTorch pipelining: what each rank runs, compute-only or with communication (2.6 and later)",
  endings: [".csv"],
  read,
  write,
};

/** A CSV as a schedule. What torch would refuse, hang on or compute wrongly is complained of, cell by cell. */
function read(bytes: Uint8Array, options: ReadOptions): Outcome<Exchanged> {
  const script = readScript(bytes);
  if (script.kind === "refused") return script;
  const looked = look(script.value, options);
  if (!("facts" in looked)) return refused(...looked);
  const { wrong, remarks } = complaintsOf(looked);
  // Wrongly placed messages can be placed anew: the passes make a schedule all the same.
  if (looked.piped === null || looked.examined === null || (wrong.length > 0 && options.repair !== true))
    return refused(...wrong, ...remarks);
  return done(exchangedOf(looked, options.path), [...wrong.map((one) => ({ ...one, remark: true })), ...remarks]);
}

function exchangedOf({ script, facts, piped, examined }: Looked, path: string): Exchanged {
  if (piped === null || examined === null) throw new Error("a schedule of passes that do not run");
  const name = path.replace(/^.*[\\/]/, "").replace(/\.csv$/, "");
  return {
    title: `${name}, ${facts.ranks} ranks, m = ${facts.microbatches}`,
    problem: piped.problem,
    schedule: examined.schedule,
    nodes: piped.nodes,
    streams: ["compute"],
    kept: { format: torchCsv.name, form: script },
  };
}

function write(exchanged: Exchanged, options: WriteOptions): Outcome<readonly Output[]> {
  const given = ownScript(exchanged);
  if (given.kind === "refused") return given;
  const conditions: Conditions = { times: new Map(), channel: options.channel };
  const before = look(given.value, conditions);
  if (!("facts" in before)) return refused(...before);
  let looked = before;
  if ((options.comms && !before.facts.comms) || (options.orderComms && before.facts.comms)) {
    const faulty = before.piped === null ? complaintsOf(before).wrong : [];
    if (faulty.length > 0) return refused(...faulty);
    const lowered = lower(before.facts.comms ? passesOf(given.value) : given.value, before.facts);
    if (lowered === null) throw new Error("passes that run, and cannot be sent and received");
    const after = look(lowered.script, { ...conditions, moments: lowered.moments });
    if (!("facts" in after)) return refused(...after);
    looked = after;
  }
  const { wrong, remarks } = complaintsOf(looked);
  if (wrong.length > 0 || looked.examined === null) return refused(...wrong);
  return done([{ suffix: "", chunks: scriptText(looked.script) }, sidecar(exchanged, looked, options)], remarks);
}

/** The script that the schedule was read from, with its messages if it was read here; else one made from its passes. */
function ownScript(exchanged: Exchanged): Outcome<Script> {
  const { kept } = exchanged;
  if (kept === undefined || !isScript(kept.form)) return scriptOf(exchanged);
  return done(kept.format === torchCsv.name ? kept.form : passesOf({ ...kept.form, newline: "\r\n" }));
}

function sidecar(exchanged: Exchanged, { facts, examined }: Looked, { channel, certificate }: WriteOptions): Output {
  if (examined === null) throw new Error("a schedule that was not replayed");
  const { measures, problem } = examined;
  const text = sidecarText(facts, {
    title: exchanged.title,
    csv: facts.comms ? "compute_comms" : "compute_only",
    channel: facts.comms ? channel : null,
    peak: fraction.print(fraction.rational(measures.peak, problem.partsPerUnit)),
    certificate,
  });
  return { suffix: ".json", chunks: [text] };
}
