// The library as another project uses it: what `bubbleproof` exports has types that this project's compiler takes, strictly, and does what they say.
// Needs `dist`, which `npm ci` builds.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "bubbleproof-user-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `pipeline P(p) { devices p  stages s in 0..p-1 on device s  pass F[s] after F[s-1]  pass BW[s] takes 2 after F[s], BW[s+1]
  holds 1 from F[s] to BW[s] }
schedule S(p) of P(p) { device d runs F[d]^(p-1-d) (F[d] BW[d])* }
`;
const use = `import { type Complaint, type CoreMatch, coreFlags, type Exchanged, formats, lookZb, matchCore, type Outcome, type Output, readAs,
  readNodes, readProgram, readSchedule, scheduleJson, type WriteOptions, writeAs, zbComplaint } from "bubbleproof";
const read: Outcome<Exchanged> = await readProgram("a.pipe", ${JSON.stringify(program)}, { parameters: new Map(), microbatches: 4 });
if (read.kind === "refused") throw new Error(read.complaints.map((one: Complaint) => one.message).join());
const options: WriteOptions = { comms: false, orderComms: false, channel: "pair" };
const said: string[] = [];
for (const name of ["json", "zb-nodes", "megatron-core", "pipe", "torch-csv"]) {
  const format = formats.get(name);
  if (format === undefined) throw new Error(name);
  const written: Outcome<readonly Output[]> = writeAs(format, read.value, options);
  if (written.kind === "refused") throw new Error(written.complaints[0]?.message);
  const bytes = new TextEncoder().encode([...(written.value[0]?.chunks ?? [])].join(""));
  if (format.read !== undefined) said.push(readAs(format, bytes, { path: "x", times: new Map(), channel: "pair" }).kind);
  if (name !== "zb-nodes") continue;
  const nodes = readNodes(bytes);
  if (nodes.kind === "refused") throw new Error("refused");
  const looked = lookZb(nodes.value.script, { times: new Map(), channel: "pair" }, nodes.value);
  if ("facts" in looked) said.push(...looked.breaches.map((one) => zbComplaint(looked.script, one).code));
  const match: CoreMatch = matchCore(nodes.value.script);
  if (match.kind === "same") said.push(coreFlags(match.settings).join(" "));
}
said.push(readSchedule(new TextEncoder().encode([...scheduleJson(read.value)].join(""))).kind);
console.log(said.join(", "));
`;

test("type-checks, strictly, and runs", { timeout: 60_000 }, () => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/bubbleproof"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "use.ts"), use);
  // Against what is not there the compiler has to complain, or it checks nothing.
  writeFileSync(join(folder, "wrong.ts"), 'import { matchCore } from "bubbleproof";\nexport const kind: number = matchCore(3).kind;\n');
  const compile = (file: string) => {
    const flags = ["--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "--types", "", "--noEmit", file];
    return spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...flags], { cwd: folder, encoding: "utf8" });
  };
  expect([compile("use.ts").stdout, compile("use.ts").status]).toEqual(["", 0]);
  expect(compile("wrong.ts").stdout).toContain("TS2345");
  const ran = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "use.ts"], { cwd: folder, encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout.trim()).toBe("done, done, --pipeline-model-parallel-size 4, done, done");
});
