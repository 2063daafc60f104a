// `certify` and `--certify` as a user meets them, and certificates that mean harm: whole processes, files, exit codes, what gets loaded.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../src/certificate/check.ts";
import { proofsBeside, readCertificateFile } from "../src/certificate/files.ts";
import { canonical, type Json } from "../src/certificate/json.ts";
import { readCertificate } from "../src/certificate/read.ts";
import { certificateText } from "../src/certificate/write.ts";
import { refutes } from "../src/kernel/index.ts";
import { problemFrom } from "./oracle/oracle.ts";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "bubbleproof-certify-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tsx = ["--import", "tsx"];
const run = (...args: string[]) =>
  spawnSync(process.execPath, [...tsx, join(root, "src/cli/main.ts"), ...args], { cwd: root, encoding: "utf8", timeout: 60_000 });
const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const program = join(folder, "some.pipe");
const made = join(folder, "made");
beforeAll(() => {
  writeFileSync(
    program,
    `pipeline V(p) {
  devices p
  stages s in 0..2p-1 on device min(s, 2p-1-s)
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1/2 from F[s] to W[s]
}
schedule VMin(p) of V(p) every 6 {
  F[s] at if s < p then s else s + p mod 1
  B[s] at 4p - s + (p + s) mod 1
  W[s] in the first free slot
}
find Best of V(2) { microbatches 2  keep peak <= 1  minimize makespan }
claim "nothing below": impossible: V(2) with m = 2, peak <= 1, makespan <= 16
claim "too good": makespan(Best) == 16
`,
  );
  const { status, stdout, stderr } = run("verify", program, "--certify", made, "--json", "--no-time");
  if (status !== 1) throw new Error(stdout + stderr);
  const { claims } = JSON.parse(stdout) as {
    readonly claims: readonly { readonly title: string; readonly certificates?: readonly string[] }[];
  };
  if (claims.some(({ certificates }) => certificates?.length !== 1)) throw new Error(stdout);
}, 60_000);
const named = (part: string): string => {
  const name = readdirSync(made).find((one) => one.includes(part) && one.endsWith(".cert.json"));
  if (name === undefined) throw new Error(`no certificate of ${part} among ${readdirSync(made).join(", ")}`);
  return join(made, name);
};

/** The verdict on a certificate of a file, in this process. */
function verdictOn(path: string): string {
  const file = readCertificateFile(path);
  if (file.kind !== "text") return `${file.kind}: ${file.reason}`;
  const reading = readCertificate(file.text);
  if (reading.kind !== "certificate") return `${reading.kind}: ${reading.reason}`;
  const checked = check(reading.certificate, proofsBeside(path));
  return checked.kind === "accepted" ? "accepted" : `${checked.kind}: ${checked.reason}`;
}

describe("certify", () => {
  test("says what is proved, with exit codes as for claims", () => {
    const best = run("certify", named("best"), "--color", "never");
    expect(best.stdout).toContain("a schedule with peak <= 1 has makespan 17, which is the least");
    expect(best.stdout).toMatch(/24 passes replayed, \d+ lemmas followed/);
    expect(best.status).toBe(0);
    const refuted = run("certify", named("too-good"), "--json");
    const document = JSON.parse(refuted.stdout);
    expect([document.format, document.certificates[0].verdict, refuted.status]).toEqual(["bubbleproof/certified", "refuted", 1]);
    expect(run("certify", join(folder, "none.cert.json")).status).toBe(2);
    expect(run("certify", folder).stdout).toContain("refuted"); // all of a directory
    expect(run("certify").status).toBe(2);
  });
  test("two runs write the same bytes", () => {
    const again = join(folder, "again");
    run("verify", program, "--certify", again, "--quiet");
    const bytes = (of: string) =>
      readdirSync(of)
        .sort()
        .map((name) => [name, sha256(readFileSync(join(of, name)))]);
    expect(bytes(again)).toEqual(bytes(made));
  });
  test("a certificate is about a program, or not", () => {
    const about = run("certify", made, "--statement", program, "--json");
    const { certificates } = JSON.parse(about.stdout) as {
      readonly certificates: readonly { readonly kind: string; readonly source: { readonly kind: string } }[];
    };
    expect(certificates.map(({ source }) => source.kind)).toEqual(certificates.map(() => "about"));
    // What speaks of a find's schedule is compared without running the find.
    const found = certificates.find(({ kind }) => kind === "false");
    expect(found?.source).toMatchObject({ titles: [expect.stringMatching(/^too good \(of a schedule that keeps what Best asks for/)] });
    for (const [what, change] of [
      ["another claim", (text: string) => text.replace("makespan(Best) == 16", "makespan(Best) == 15")],
      [
        "what it does not keep",
        (text: string) => text.replace("keep peak <= 1  minimize", "keep peak <= 1  keep makespan <= 16  minimize"),
      ],
      ["another problem", (text: string) => text.replace("after B[s]", "after B[s]  takes 2")],
    ] as const) {
      const other = join(folder, "changed.pipe");
      writeFileSync(other, change(readFileSync(program, "utf8")));
      const compared = JSON.parse(run("certify", named("too-good"), "--statement", other, "--json").stdout);
      expect([what, compared.certificates[0].source.kind]).toEqual([what, "other"]);
    }
    const other = join(folder, "other.pipe");
    writeFileSync(other, readFileSync(program, "utf8").replace("holds 1/2", "holds 1/3"));
    expect(run("certify", named("nothing-below"), "--statement", other, "--color", "never").status).toBe(3);
  });
  test("its clauses and proof in other formats", () => {
    const [cnf, lrat, drat] = ["a.cnf", "a.lrat", "a.drat"].map((name) => join(folder, name));
    expect(run("certify", named("nothing-below"), "--export-dimacs", cnf, "--export-lrat", lrat, "--export-drat", drat).status).toBe(0);
    const [header, ...clauses] = readFileSync(cnf, "utf8").trimEnd().split("\n");
    const [, variables, count] = /^p cnf (\d+) (\d+)$/.exec(header) ?? [];
    expect(clauses.length).toBe(Number(count));
    expect(clauses.every((line) => /^(-?[1-9]\d* )*0$/.test(line))).toBe(true);
    const steps = readFileSync(lrat, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ").map(Number));
    expect(steps.map(([number]) => number)).toEqual(steps.map((_, i) => Number(count) + 1 + i));
    expect(checksLrat(Number(variables), clauses, steps)).toBe(true);
    expect(
      checksLrat(
        Number(variables),
        clauses.slice(0, -40),
        steps.map(([number, ...rest]) => [number - 40, ...rest]),
      ),
    ).toBe(false);
    expect(readFileSync(drat, "utf8").trimEnd().split("\n").length).toBe(steps.length);
    const none = run("certify", named("too-good"), "--export-lrat", lrat);
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("cannot be exported: it has 0 refutations by clauses")]);
  });
  test("loads no solver and no language", () => {
    const record = join(folder, "record.mjs");
    const loads = join(folder, "loads.txt");
    const hooks = `import fs from "node:fs"; export async function load(url, context, next) { fs.appendFileSync(${JSON.stringify(loads)}, url + "\\n"); return next(url, context); }`;
    writeFileSync(record, `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(hooks)}");`);
    const { status } = spawnSync(process.execPath, [...tsx, "--import", record, join(root, "src/cli/main.ts"), "certify", named("best")], {
      cwd: root,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    const files = readFileSync(loads, "utf8")
      .split("\n")
      .filter((url) => url.startsWith(`file://${root}`) && !url.includes("/node_modules/tsx/"));
    const own = files.map((url) => url.slice(`file://${root}/`.length).replace(/\?.*/, ""));
    expect(own.filter((path) => path.startsWith("src/kernel/")).length).toBeGreaterThan(10);
    const strays = own.filter(
      (path) =>
        !/^src\/(kernel|fraction|certificate)\/|^src\/cli\/(main|program|certify|certify-one|certify-child|judge)\.ts$|^src\/version\.ts$|^src\/report\/(certified|formula)\.ts$|^node_modules\/(commander|picocolors)\//.test(
          path,
        ),
    );
    expect(strays).toEqual([]);
  });
});

/** Another follower of LRAT, as its authors describe it: each hint is unit or false under the negated lemma. */
function checksLrat(variables: number, clauses: readonly string[], steps: readonly (readonly number[])[]): boolean {
  const known = new Map<number, readonly number[]>(clauses.map((line, i) => [i + 1, line.split(" ").map(Number).slice(0, -1)]));
  for (const [number, ...rest] of steps) {
    const end = rest.indexOf(0);
    const lemma = rest.slice(0, end);
    const assigned = new Set(lemma.map((literal) => -literal));
    if (lemma.some((literal) => Math.abs(literal) > variables)) return false;
    let contradicts = false;
    for (const hint of rest.slice(end + 1, -1)) {
      const open = (known.get(hint) ?? []).filter((literal) => !assigned.has(-literal));
      if (!known.has(hint) || open.length > 1) return false;
      if (open.length === 0) contradicts = true;
      else assigned.add(open[0]);
    }
    if (!contradicts) return false;
    if (lemma.length === 0) return true;
    known.set(number, lemma);
  }
  return false;
}

type Tree = { [key: string]: Tree | number | string | null | Tree[] | number[] };
/** A certificate's document changed, its digests made to agree again. */
function altered(path: string, change: (document: Record<string, never>) => void): string {
  const document = JSON.parse(readFileSync(path, "utf8"));
  change(document);
  const digest = (value: Json): string => sha256(canonical(value));
  document.digests = { problems: document.statement.problems.map(digest), statement: digest(document.statement) };
  return `${canonical(document)}\n`;
}
const said = (text: string): string => {
  const reading = readCertificate(text);
  if (reading.kind !== "certificate") return `${reading.kind}: ${reading.reason}`;
  const checked = check(reading.certificate, () => ({ kind: "refused", reason: "no proof" }));
  return checked.kind === "accepted" ? "accepted" : `${checked.kind}: ${checked.reason}`;
};

describe("certificates that mean harm", () => {
  const refutation = (document: Tree): Tree => ((document.evidence as Tree).refutations as Tree[])[0];
  const withProof = (bytes: Uint8Array, packed: Uint8Array, claimed = bytes.length): string => {
    const home = mkdtempSync(join(folder, "proof-"));
    const path = join(home, "a.cert.json");
    const digest = sha256(bytes);
    writeFileSync(
      path,
      altered(named("nothing-below"), (document) => Object.assign(refutation(document), { proof: { bytes: claimed, sha256: digest } })),
    );
    writeFileSync(join(home, `${digest}.proof.gz`), packed);
    return verdictOn(path);
  };
  const proofOf = (path: string): Uint8Array => {
    const { sha256: digest } = refutation(JSON.parse(readFileSync(path, "utf8"))).proof as { sha256: string };
    return readFileSync(join(made, `${digest}.proof.gz`));
  };

  test("proofs: missing, another, cut, a bomb, without an end, with names of other files", () => {
    const alone = join(folder, "alone.cert.json");
    copyFileSync(named("nothing-below"), alone);
    expect(verdictOn(alone)).toMatch(/^refused: .*no such file/);
    const zeros = new Uint8Array(100_000_000);
    const bomb = gzipSync(zeros);
    const began = process.memoryUsage().arrayBuffers;
    expect(withProof(new Uint8Array(10), bomb)).toMatch(/^refused: .*not a gzip file of 10 bytes/);
    expect(process.memoryUsage().arrayBuffers - began).toBeLessThan(150_000_000);
    expect(withProof(zeros, bomb, 2 ** 40)).toMatch(/^limit: .*proof-bytes/);
    const packed = proofOf(named("nothing-below"));
    expect(withProof(new Uint8Array(7), packed)).toMatch(/^refused/);
    expect(withProof(new Uint8Array(7), packed.slice(0, 40))).toMatch(/^refused/);
    const header = Buffer.from("bubbleproof proof 1\n");
    for (const [tail, reason] of [
      [[255, 255, 255, 255, 255], /ends in the middle/],
      [[255, 255, 255, 127, 1], /ends in the middle/],
      [[128, 0], /ends in the middle/],
      [[1], /ends in the middle/],
      [[1, 2, 1], /ends in the middle/],
      [[1, 2, 1, 1], /a number that is none/],
      [[0, 0, 0], /goes on after its end/],
      [[], /do not end in a contradiction/],
      [[0, 0], /does not follow/],
    ] as const) {
      const bytes = Buffer.concat([header, Buffer.from(tail)]);
      expect([tail, withProof(bytes, gzipSync(bytes))]).toEqual([tail, expect.stringMatching(reason)]);
    }
    for (const name of ["../../etc/passwd", "/etc/passwd", `..${"/".repeat(62)}`, "A".repeat(64), "0".repeat(63)])
      expect(
        said(altered(named("nothing-below"), (document) => Object.assign(refutation(document).proof as Tree, { sha256: name }))),
      ).toMatch(/^refused: .*hexadecimal/);
  });

  test("a measure of a place that it does not have", () => {
    const placed = (measure: readonly unknown[]): string =>
      said(
        altered(named("too-good"), (document) => {
          const { instance } = document.statement as { readonly instance: Tree };
          Object.assign(instance, { claim: ["!=", ["measure", ...measure], ["measure", ...measure]] });
        }),
      );
    expect(placed(["makespan", 0, null, null])).toBe("accepted");
    expect(placed(["span", 0, 1, null])).toBe("accepted");
    for (const measure of [
      ["makespan", 0, 0, null],
      ["span", 0, null, 1],
      ["peak", 0, 0, 0],
    ])
      expect([measure, placed(measure)]).toEqual([measure, expect.stringMatching(/^refused: .*not of a device or stage/)]);
  });

  test("sizes beyond any use are a limit or refused, at once", () => {
    const problem = (document: Tree): Tree => ((document.statement as Tree).problems as Tree[])[0];
    const began = Date.now();
    for (const [key, value] of [
      ["devices", 2 ** 53 - 1],
      ["streams", 2 ** 53 - 1],
      ["microbatches", 2 ** 53 - 1],
      ["microbatches", 10_000_000],
      ["nodes", 2 ** 53 - 1],
      ["send", 2 ** 53 - 1],
      ["ticksPerUnit", 0],
      ["routes", []],
    ] as const)
      expect([key, said(altered(named("nothing-below"), (document) => Object.assign(problem(document), { [key]: value })))]).toEqual([
        key,
        expect.stringMatching(/^(refused|limit)/),
      ]);
    const goal = (document: Tree): Tree => ((document.statement as Tree).instances as Tree[])[0].goal as Tree;
    for (const makespan of [2 ** 53 - 1, 10_000_000, -(2 ** 53) + 1])
      expect(
        said(
          altered(named("nothing-below"), (document) => {
            Object.assign(goal(document), { makespan });
            Object.assign(refutation(document), { kind: "windows" });
            delete refutation(document).proof;
          }),
        ),
      ).toMatch(makespan < 0 ? /^accepted/ : /^refused/);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test("orders that contradict each other under a far bound end at once", () => {
    const problem = problemFrom({ devices: 1, microbatches: 1, passes: [{ device: 0 }, { device: 0 }, { device: 0, duration: 2 ** 40 }] });
    const orders = [Int32Array.of(0, 1), Int32Array.of(1, 0)].map((passes) => ({ passes }));
    const began = Date.now();
    for (const bounds of [
      { makespan: 2 ** 45, span: null },
      { makespan: null, span: 2 ** 42 },
    ])
      for (const evidence of [
        { kind: "windows" },
        { kind: "held", pass: 0 },
        { kind: "clauses", lemmas: new Int32Array(), hints: new Int32Array() },
      ] as const)
        expect(refutes({ problem, starts: [], orders, ...bounds }, evidence).kind).toBe("refuted");
    expect(Date.now() - began).toBeLessThan(5000);
  });

  test("files that are none", () => {
    const huge = join(folder, "huge.cert.json");
    writeFileSync(huge, "");
    truncateSync(huge, 65 * 1024 * 1024);
    expect(verdictOn(huge)).toMatch(/^limit: .*certificate-bytes/);
    const binary = join(folder, "binary.cert.json");
    writeFileSync(binary, Uint8Array.of(0xff, 0xfe, 0));
    expect(verdictOn(binary)).toMatch(/UTF-8/);
    mkdirSync(join(folder, "dir.cert.json"));
    expect(verdictOn(join(folder, "dir.cert.json"))).toMatch(/not a regular file/);
    const pipe = join(folder, "pipe.cert.json");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    expect(verdictOn(pipe)).toMatch(/not a regular file/);
    expect(verdictOn(join(folder, "missing", "x.cert.json"))).toMatch(/no such file|cannot be read/);
  });
});

test("killed at any moment, a certificate is the old one or the new one", async () => {
  const target = join(folder, "killed", "x.cert.json");
  mkdirSync(join(folder, "killed"));
  const texts = ["a", "b"].map((title) =>
    certificateText({ kind: "holds", title: title.repeat(900), instances: [], evidence: { passages: [] } }),
  );
  const script = join(folder, "writer.mts");
  writeFileSync(
    script,
    `import { putCertificate } from ${JSON.stringify(join(root, "src/cli/certificates.ts"))};
     const texts = ${JSON.stringify(texts)};
     const proof = new Uint8Array(200_000).map((_, i) => (i * i) >> 3);
     for (let n = 0; ; n++) putCertificate(${JSON.stringify(target)}, texts[n % 2], { certificate: null, proofs: new Map([[String(n % 50).padStart(64, "0"), proof]]) });`,
  );
  let seen = 0;
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, [...tsx, script], { cwd: root, stdio: "ignore" });
    const began = Date.now();
    while (!readdirSync(join(folder, "killed")).includes("x.cert.json") && Date.now() - began < 20_000)
      await new Promise((done) => setTimeout(done, 20));
    await new Promise((done) => setTimeout(done, 13 + 41 * round));
    child.kill("SIGKILL");
    await new Promise((done) => child.on("exit", done));
    expect(texts).toContain(readFileSync(target, "utf8"));
    seen++;
    // A proof under its name is whole, too.
    for (const name of readdirSync(join(folder, "killed")).filter((one) => one.endsWith(".proof.gz"))) {
      const { status } = spawnSync("gzip", ["-t", join(folder, "killed", name)]);
      expect([name, status]).toEqual([name, 0]);
    }
    rmSync(target);
  }
  expect(seen).toBe(4);
}, 120_000);
