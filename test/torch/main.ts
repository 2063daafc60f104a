// `npm run test:torch`: what we say of PyTorch's files, tried on PyTorch. `--quick` takes fewer of everything (for CI), `--samples N` says how
// many corrupted files are really run. Ends with a line `N passed, N failed`.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readProgram, writeAs } from "../../src/convert.ts";
import type { Exchanged } from "../../src/exchange/format.ts";
import { type Looked, look } from "../../src/exchange/pytorch/conditions.ts";
import { readScript } from "../../src/exchange/pytorch/csv.ts";
import { lower, passesOf } from "../../src/exchange/pytorch/lower.ts";
import { type Rule, rules } from "../../src/exchange/pytorch/rules.ts";
import { torchCsv } from "../../src/exchange/pytorch/torch-csv.ts";
import { scriptText } from "../../src/exchange/pytorch/write.ts";
import { fraction } from "../../src/fraction/index.ts";
import { corrupted } from "./corruptions.ts";
import { type Answer, type Job, prepare, Runtimes, version } from "./environment.ts";
import { table, wrongFile } from "./table.ts";

const { values: flags } = parseArgs({ options: { quick: { type: "boolean" }, samples: { type: "string" }, seed: { type: "string" } } });
const quick = flags.quick === true;
const samples = Number(flags.samples ?? (quick ? 12 : 120));
const firstSeed = Number(flags.seed ?? 1);
const root = resolve(import.meta.dirname, "../..");
const data = join(root, "test/data/pytorch");

const problem = prepare();
if (problem !== null) {
  process.stdout.write(`${problem}\nNothing was tried on torch.\n0 passed, 1 failed\n`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "bubbleproof-torch-"));
const runtimes = new Runtimes();
let [passed, failed] = [0, 0];
const check = (what: string, good: boolean, detail: unknown = ""): void => {
  if (good) passed++;
  else failed++;
  if (!good) process.stdout.write(`FAILED ${what}: ${typeof detail === "string" ? detail : JSON.stringify(detail).slice(0, 1500)}\n`);
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let files = 0;
function file(text: string): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, text);
  return path;
}

/** What we say of a file; on gloo, whose sends wait for nobody. */
function ours(text: string, channel: "unbounded" | "pair" = "unbounded"): Looked | readonly { readonly code: string }[] {
  const script = readScript(new TextEncoder().encode(text));
  return script.kind === "refused" ? script.complaints : look(script.value, { times: new Map(), channel });
}
const wrongIn = (looked: Looked | readonly { readonly code: string }[]): string[] =>
  "facts" in looked ? looked.breaches.flatMap(({ rule, remark }) => (remark === true ? [] : [rule])) : looked.map(({ code }) => code);

/** The job that runs a file. Where it does not say any more which stages there are, as the one that it was made from. */
function jobFor(text: string, of: Looked, seconds = 60): Job {
  const self = ours(text);
  const own = "facts" in self && self.examined !== null && self.facts.stages === of.facts.stages ? self : of;
  const { ranks, stages, microbatches, comms } = of.facts;
  const { rankOf } = own.facts;
  const format = comms ? "compute_comms" : "compute_only";
  return { csv: file(text), format, ranks, stages, microbatches, rank_of: [...rankOf], seconds };
}

async function main(): Promise<void> {
  say(`torch ${JSON.parse(await runtimes.hello).torch}, wanted ${version}; gloo, one process a rank`);
  check("the version", (await runtimes.hello).includes(version));
  await ownSchedules();
  await theirFiles();
  await deadlock();
  await knownWrong();
  await theirClasses();
  await corruptions();
  say(`${passed} passed, ${failed} failed`);
}

async function scheduleOf(path: string, name: string, sizes: Readonly<Record<string, number>>, m: number): Promise<Exchanged> {
  const whole = join(root, "proofs", path);
  const parameters = new Map(Object.entries(sizes).map(([size, value]) => [size, fraction.rational(value)]));
  const read = await readProgram(whole, readFileSync(whole, "utf8"), { schedule: name, parameters, microbatches: m });
  if (read.kind === "refused") throw new Error(read.complaints.map(({ message }) => message).join("; "));
  return read.value;
}

const own: readonly (readonly [string, string, Readonly<Record<string, number>>, number])[] = [
  ["1f1b/1f1b.pipe", "OneFOneB", { p: 4 }, 8],
  ["interleaved-1f1b/interleaved-1f1b.pipe", "Interleaved", { p: 3, v: 2 }, 6],
  ["zb-v/zb-v.pipe", "ZBV", { p: 4 }, 8],
  ["v-half/v-half.pipe", "VHalf", { p: 3 }, 6],
  ["v-min/v-min.pipe", "VMin", { p: 4 }, 8],
  ["optimal/v-p2.pipe", "Cap3_2", {}, 4],
];

/** Schedules of ours: right losses and gradients, our order, our memory. */
async function ownSchedules(): Promise<void> {
  const tried = own.flatMap((one) => [false, true].map((comms) => ({ one, comms })));
  await Promise.all(
    tried.map(async ({ one: [path, name, sizes, m], comms }) => {
      const exchanged = await scheduleOf(path, name, sizes, m);
      const title = `${exchanged.title}, ${comms ? "with communication" : "passes only"}`;
      const outcome = writeAs(torchCsv, exchanged, { comms, orderComms: false, channel: "pair" });
      if (outcome.kind === "refused") return check(title, false, outcome.complaints);
      const text = [...outcome.value[0].chunks].join("");
      const looked = ours(text);
      if (!("facts" in looked) || looked.examined === null) return check(title, false, wrongIn(looked));
      const answer = await runtimes.do(jobFor(text, looked));
      check(`${title}: losses and gradients`, answer.fate === "ok", answer);
      const { measures, problem } = looked.examined;
      answer.ranks?.forEach((rank, r) => {
        const { offsets, kind } = looked.script;
        const passes = passesOf(looked.script);
        const words = [...scriptText(passes)].join("").split(/\r?\n/)[r].split(",");
        check(`${title}: order of rank ${r}`, words.join() === rank.ran?.join() && kind.length >= offsets[1], { words, ran: rank.ran });
        // A stage's activations of one microbatch are so many parts of a unit.
        const parts = looked.piped?.problem.routes[0].holdAmount[0] ?? 0;
        check(
          `${title}: activations of rank ${r}`,
          rank.alive === measures.peakOf[r] / parts,
          `${rank.alive}, claimed ${measures.peakOf[r] / parts}`,
        );
      });
      const peak = exchanged.problem.partsPerUnit / problem.partsPerUnit;
      check(`${title}: the peak of the program`, maximum(measures.peakOf) * peak === replayedPeak(exchanged), [...measures.peakOf]);
      say(`${title}: ${answer.fate}; activations alive ${answer.ranks?.map(({ alive }) => alive).join(" ")}`);
    }),
  );
}
const maximum = (list: Float64Array): number => list.reduce((a, b) => Math.max(a, b), 0);

/** The most that a device holds, counted here pass by pass, not by the kernel. */
function replayedPeak({ problem, schedule }: Exchanged): number {
  const { offsets, passes } = schedule.order;
  let most = 0;
  for (let device = 0; device < problem.devices; device++) {
    let held = 0;
    for (let at = offsets[device]; at < offsets[device + 1]; at++) {
      const node = passes[at] % problem.nodes;
      const { holdFrom, holdTo, holdAmount } = problem.routes[0];
      holdFrom.forEach((from, h) => {
        if (from === node) held += holdAmount[h];
      });
      most = Math.max(most, held);
      holdTo.forEach((to, h) => {
        if (to === node) held -= holdAmount[h];
      });
    }
  }
  return most;
}

/** Files that torch wrote, groups and backwards of both kinds among them: they run with our memory. */
async function theirFiles(): Promise<void> {
  const names = readdirSync(data).filter((name) => name.endsWith(quick ? ".comms.csv" : ".csv"));
  await Promise.all(
    names.map(async (name) => {
      const text = readFileSync(join(data, name), "utf8");
      const looked = ours(text);
      if (!("facts" in looked) || looked.examined === null || looked.piped === null)
        return check(`${name} is read`, false, wrongIn(looked));
      const answer = await runtimes.do(jobFor(text, looked));
      check(
        `${name}: losses and gradients`,
        answer.fate === (wrongIn(looked).includes("reduce-missing") ? "wrong gradients" : "ok"),
        answer,
      );
      const [parts] = looked.piped.problem.routes[0].holdAmount;
      const alive = answer.ranks?.map((rank) => rank.alive).join();
      const claimed = [...looked.examined.measures.peakOf].map((held) => held / parts).join();
      check(`${name}: activations`, alive === claimed, `${alive}, claimed ${claimed}`);
    }),
  );
  say(`${names.length} files that torch wrote, run: gradients and memory as we say`);
}

/** 1F1B on two ranks whose second forward is sent too late: the first rank waits for what waits for it. */
async function deadlock(): Promise<void> {
  const stuck = [
    "0UNSHARD,0F0,0SEND_F0,0F1,0RECV_B0,0B0,0SEND_F1,0RECV_B1,0B1,0REDUCE_GRAD,0RESHARD",
    "1UNSHARD,1RECV_F0,1F0,1RECV_F1,1F1,1B0,1SEND_B0,1B1,1SEND_B1,1REDUCE_GRAD,1RESHARD",
    "",
  ].join("\n");
  const looked = ours(stuck);
  if (!("facts" in looked)) return check("a deadlock is read", false, looked);
  check("a deadlock is called one", wrongIn(looked).join() === "circle-of-waits", wrongIn(looked));
  const hung = await runtimes.do(jobFor(stuck, looked, quick ? 15 : 30));
  check("and hangs there", hung.fate === "hang", hung);
  const read = torchCsv.read?.(new TextEncoder().encode(stuck), { path: "stuck.csv", times: new Map(), channel: "pair", repair: true });
  if (read?.kind !== "done") return check("a deadlock is read for repair", false, read);
  const mended = writeAs(torchCsv, read.value, { comms: true, orderComms: true, channel: "pair" });
  if (mended.kind === "refused") return check("a deadlock is repaired", false, mended);
  const text = [...mended.value[0].chunks].join("");
  check("repaired, it is none", wrongIn(ours(text, "pair")).length === 0, wrongIn(ours(text, "pair")));
  const answer = await runtimes.do(jobFor(text, looked));
  check("and runs there", answer.fate === "ok", answer);
  say(`a deadlock: ${hung.fate}; repaired: ${answer.fate}`);
}

/** One wrong file for each condition: what torch does with it is what we say. */
async function knownWrong(): Promise<void> {
  const fates: string[] = [];
  await Promise.all(
    table.map(async (wrong) => {
      const text = wrongFile(wrong, (name) => readFileSync(join(data, `${name}.csv`), "utf8"));
      const looked = ours(text);
      if (!("facts" in looked)) return check(wrong.what, false, looked);
      const base = ours(readFileSync(join(data, `${wrong.base.includes(".") ? wrong.base : `${wrong.base}.compute`}.csv`), "utf8"));
      if (!("facts" in base)) return check(wrong.what, false, base);
      const of = text.includes("2F") || text.includes("3F") ? base : looked;
      const answer = await runtimes.do(jobFor(text, { ...of, facts: { ...of.facts, comms: looked.facts.comms } }, quick ? 12 : 20));
      const fate = answer.fate === "ok" ? wasted(wrong.found[0][0], answer) : answer.fate;
      fates.push(`${wrong.found[0][0]}: ${fate}`);
      check(`${wrong.what}: ${wrong.fate} there`, wrong.fate === fate, answer);
    }),
  );
  say(`${table.length} wrong files of the table: ${fates.sort().join(", ")}`);
}

/** What torch writes itself: read, found right, written again byte for byte; and our lowering is as good as its own. */
async function theirClasses(): Promise<void> {
  const classes: readonly (readonly [string, number])[] = [
    ["Interleaved1F1B", 2],
    ["InterleavedZeroBubble", 2],
    ["LoopedBFS", 2],
    ["ZBVZeroBubble", 2],
    ["DualPipeV", 2],
    ["Interleaved1F1B", 1],
    ["Interleaved1F1B", 3],
  ];
  let written = 0;
  for (const [name, per] of classes) {
    for (const p of [2, 4, 8]) {
      for (const m of [p, 2 * p, 4 * p]) {
        const [compute, comms] = ["compute", "comms"].map((form) => join(folder, `${name}-${per}-${p}-${m}.${form}.csv`));
        const answer = await runtimes.do({ do: "dump", class: name, ranks: p, microbatches: m, per_rank: per, compute, comms });
        if (answer.fate !== "ok") continue; // a number of microbatches that the class does not take
        written++;
        for (const path of [compute, comms]) sameBytes(path);
        const looked = ours(readFileSync(compute, "utf8"));
        if (!("facts" in looked)) continue;
        const lowered = lower(looked.script, looked.facts);
        check(`${name} p = ${p}, m = ${m}: lowered`, lowered !== null);
        if (lowered !== null)
          check(`${name} p = ${p}, m = ${m}: lowered, clean`, wrongIn(ours([...scriptText(lowered.script)].join(""), "pair")).length === 0);
      }
    }
  }
  check("torch's classes wrote files", written >= 50, `${written}`);
  for (const name of readdirSync(data).filter((one) => one.endsWith(".csv"))) sameBytes(join(data, name));
  say(`${written} schedules that torch's classes wrote, in two forms: read and written again byte for byte`);
}

function sameBytes(path: string): void {
  const text = readFileSync(path, "utf8");
  const looked = ours(text, "pair");
  if (!("facts" in looked)) return check(`${path} is read`, false, looked);
  const wrong = wrongIn(looked).filter((rule) => !(path.includes("zb1p_") && rule === "reduce-missing"));
  check(`${path} is right`, wrong.length === 0, wrong);
  check(`${path} byte for byte`, [...scriptText(looked.script)].join("") === text);
}

const bases = [
  "ZBVZeroBubble_p2_m4.compute.csv",
  "ZBVZeroBubble_p2_m4.comms.csv",
  "Interleaved1F1B_p2_m4.compute.csv",
  "Interleaved1F1B_p2_m4.comms.csv",
  "InterleavedZeroBubble_p2_m4.comms.csv",
];

/** Changed files: what torch's loader refuses we refuse; what we accept runs with right gradients; what we refuse does not. */
async function corruptions(): Promise<void> {
  const many = quick ? 200 : 600;
  const tally = new Map<string, number>();
  const toRun: { readonly name: string; readonly text: string; readonly wrong: readonly string[]; readonly base: Looked }[] = [];
  for (let seed = firstSeed; seed < firstSeed + many; seed++) {
    const base = bases[seed % bases.length];
    const original = readFileSync(join(data, base), "utf8");
    const source = ours(original);
    if (!("facts" in source)) throw new Error(`${base} is not read`);
    const { change, text } = corrupted(original, seed);
    const looked = ours(text);
    const wrong = wrongIn(looked);
    const name = `corruption ${seed} of ${base} (${change}): ${wrong.join(", ") || "accepted"}`;
    const loaded = await runtimes.do({ ...jobFor(text, source), do: "load" });
    if (loaded.fate !== "ok") check(`${name}; torch's loader refuses it`, wrong.length > 0, loaded.why);
    for (const rule of wrong.length > 0 ? wrong : ["accepted"]) tally.set(rule, (tally.get(rule) ?? 0) + 1);
    if (loaded.fate === "ok") toRun.push({ name, text, wrong, base: source });
  }
  // Half of those that are run are ones that we accept.
  const accepted = toRun.filter(({ wrong }) => wrong.length === 0);
  const refused = toRun.filter(({ wrong }) => wrong.length > 0);
  const chosen = [...spread(accepted, Math.floor(samples / 2)), ...spread(refused, Math.ceil(samples / 2))];
  const fates = new Map<string, number>();
  await Promise.all(
    chosen.map(async ({ name, text, wrong, base }) => {
      const answer = await runtimes.do(jobFor(text, base, quick ? 15 : 20));
      if (wrong.length === 0) return check(name, answer.fate === "ok", answer);
      const fate = wrong.length === 1 && answer.fate === "ok" ? wasted(wrong[0], answer, text) : answer.fate;
      fates.set(`${wrong.join("+")}: ${fate}`, (fates.get(`${wrong.join("+")}: ${fate}`) ?? 0) + 1);
      // Names exchanged throughout a rank that has neither the first stage nor the last: messages of other names carry the right tensors.
      const renamed =
        fate === "ok" &&
        name.includes("(two microbatches swapped in a row)") &&
        wrong.every((rule) => rule === "pair-order" || rule === "circle");
      if (renamed) return;
      check(name, fate !== "ok", answer);
      // One condition alone: what happens is what its rule says.
      if (wrong.length === 1 && isRule(wrong[0]))
        check(
          `${name}: ${fate}`,
          rules[wrong[0]].some((one) => one === fate),
          answer,
        );
    }),
  );
  say(`${many} corrupted files judged (${listed(tally)})`);
  say(
    `${chosen.length} of them run: ${Math.min(accepted.length, Math.floor(samples / 2))} that we accept; of those that we refuse: ${listed(fates)}`,
  );
}

const isRule = (name: string): name is Rule => name in rules;

/** A forward that runs twice does no harm but the work: it shows in what was run. Nor does a reduction before there is a gradient. */
function wasted(rule: string, answer: Answer, text = ""): string {
  const early = text
    .split("\n")
    .some((row) =>
      [...row.matchAll(/(\d+)REDUCE_GRAD/g)].some((found) => !new RegExp(`(^|,)${found[1]}[BW]\\d`).test(row.slice(0, found.index))),
    );
  if (rule === "reduce-twice" && early) return "wasted work";
  const twice = answer.ranks?.some(({ ran }) => new Set(ran).size < (ran?.length ?? 0));
  return rule in rules && rule === "forward-twice" && twice ? "wasted work" : answer.fate;
}

function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]);
}
const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${what} ${count}`)
    .join(", ");

try {
  await main();
} finally {
  runtimes.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
