// The figures of the README, measured: `npm run bench`. Whole processes where a user waits for one, functions where a size matters.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromeTrace } from "../src/exchange/chrome-trace.ts";
import { fraction } from "../src/fraction/index.ts";
import { replay } from "../src/kernel/index.ts";
import { elaborateBlock, elaborateProblem } from "../src/language/elaborate/schedule.ts";
import { load } from "../src/language/program.ts";
import { pictureOf } from "../src/report/picture.ts";
import { examine, orderOf, retime, type Source, settle } from "../src/schedule/index.ts";
import { verify } from "../src/session.ts";
import { certificates } from "./certificates.ts";

const { rational } = fraction;
const rows: string[][] = [];
const row = (what: string, figure: string, wanted: string): void => {
  rows.push([what, figure, wanted]);
  console.log(`${what.padEnd(62)} ${figure.padStart(34)}   ${wanted}`);
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

function whole(what: string, args: readonly string[], wanted: string, runs = 5): void {
  const times: number[] = [];
  for (let i = 0; i <= runs; i++) {
    const began = performance.now();
    const { status } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], { stdio: "ignore" });
    if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
    if (i > 0) times.push(performance.now() - began);
  }
  row(what, `${seconds(median(times))} (median of ${runs})`, wanted);
}

const read = (path: string) => ({ path, text: readFileSync(path, "utf8") });

whole("bubbleproof --version", ["--version"], "under 0.15 s");
whole("bubbleproof check, 100 lines", ["check", "bench/hundred.pipe"], "under 0.4 s");
whole("bubbleproof verify proofs, cold", ["verify", "proofs", "--quiet"], "under 10 s", 3);

const csv = join(mkdtempSync(join(tmpdir(), "bubbleproof-bench-")), "big.csv");
const big = ["convert", "proofs/v-half/v-half.pipe", csv, "--schedule", "VHalf", "--param", "p=256", "-m", "4096"];
whole("convert to PyTorch's CSV, p = 256, m = 4096: 6.3 million passes", big, "under 20 s", 1);
rmSync(dirname(csv), { recursive: true });

// Each for-all claim of the catalogue.
const { readSources } = await import("../src/cli/files.ts");
const { sources } = readSources(["proofs"]);
const report = await verify(sources);
const endless = report.files.flatMap((file) =>
  file.claims.filter((claim) => claim.instances === "all").map((claim) => ({ file: file.source.path, claim })),
);
const slowest = endless.reduce((a, b) => (b.claim.seconds > a.claim.seconds ? b : a));
row(`slowest of ${endless.length} for-all claims of the catalogue`, seconds(slowest.claim.seconds * 1000), "under 1 s");

const long = await verify([read("bench/long.pipe")]);
for (const claim of long.files[0].claims) {
  if (claim.verdict !== "proved") throw new Error(`${claim.title} is ${claim.verdict}: ${claim.reason ?? ""}`);
  row(`T = 30, two parameters: ${claim.title}`, seconds(claim.seconds * 1000), "under 10 s");
}

// Replay: validity and all measures.
const vhalf = load(read("bench/vhalf.pipe"));
const schedule = vhalf.program.schedules.get("VHalf");
if (schedule === undefined) throw new Error("no VHalf");
for (const [p, m] of [
  [16, 1024],
  [32, 2048],
  [64, 2048],
  [64, 4096],
]) {
  const args = [rational(p)];
  const settled = settle(elaborateBlock(vhalf.program, schedule, args).block);
  if (settled.kind === "full") throw new Error("full");
  const { problem } = elaborateProblem(vhalf.program, schedule, args, undefined, m);
  const order = orderOf(settled.block, m);
  const timed = retime(problem, order);
  if (timed.kind !== "timed") throw new Error(timed.kind);
  const times = Array.from({ length: 7 }, () => {
    const began = performance.now();
    if (replay(problem, timed).kind !== "valid") throw new Error("invalid");
    return performance.now() - began;
  });
  const passes = problem.nodes * m;
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  row(
    `kernel replay, V, p = ${p}, m = ${m}: ${(passes / 1e6).toFixed(2)} million passes`,
    `${(passes / median(times) / 1e3).toFixed(1)} million passes/s, ${memory} MiB`,
    "at least 5 million/s, under 1 GiB",
  );
}

const began = performance.now();
const args = [rational(256)];
const { block, group } = elaborateBlock(vhalf.program, schedule, args);
const { problem } = elaborateProblem(vhalf.program, schedule, args, undefined, 4096);
const subject: Source = { kind: "schedule", problem, source: { block } };
const examined = examine(subject);
if (examined.kind !== "schedule" || group.nodes.length !== 1536) throw new Error("VHalf is not valid");
row(
  `V-Half, p = 256, m = 4096: elaborate, order, retime, replay ${(problem.nodes * 4096) / 1e6} million passes`,
  seconds(performance.now() - began),
  "under 10 s",
);

{
  const from = performance.now();
  let bytes = 0;
  for (const piece of chromeTrace(pictureOf(group, problem, examined.schedule), { title: "VHalf" })) bytes += piece.length;
  row(
    `its trace for Perfetto, ${(bytes / 1e9).toFixed(2)} GB in pieces, not written to a disk`,
    `${seconds(performance.now() - from)}, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
    "under 20 s, 2 GiB",
  );
}
await certificates(row);
if (process.argv.includes("--solve")) await import("./solve.ts");
else console.log("the search: npm run bench:solve, or npm run bench -- --solve");
