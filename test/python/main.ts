// `npm run test:python`: `bubbleproof certify` and checkers/bubbleproof_check.py, written apart from each other, must agree: on the bounds and
// clauses of small goals, on all certificates of the catalogue and the examples, on changed ones and on hostile ones. `--quick` takes fewer (for CI),
// `--long` 10,000 changed certificates; `--seed N` others. Ends with a line `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { certificateOf, kernelAnswer, someGoal } from "./goals.ts";
import { type Hostile, hostile, sound } from "./hostile.ts";
import { type Files, mutate } from "./mutate.ts";
import { accepted, bubbleproof, certifySays, checker, dirname, join, missingPython, python, pythonSays, root } from "./python.ts";
import { samples } from "./samples.ts";

const { values: flags } = parseArgs({ options: { quick: { type: "boolean" }, long: { type: "boolean" }, seed: { type: "string" } } });
const amounts = flags.long ? { goals: 3000, changed: 10_000 } : flags.quick ? { goals: 250, changed: 600 } : { goals: 1000, changed: 2000 };
const firstSeed = Number(flags.seed ?? 1);

const missing = missingPython();
if (missing !== null) {
  process.stdout.write(`${missing}\nNothing was tried.\n0 passed, 1 failed\n`);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "bubbleproof-python-"));
let [passed, failed] = [0, 0];
const check = (what: string, good: boolean, detail: unknown = ""): void => {
  if (good) passed++;
  else failed++;
  if (!good && failed < 12) process.stdout.write(`FAILED ${what}: ${JSON.stringify(detail).slice(0, 1200)}\n`);
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Bounds and clauses of goals, number by number. */
function compareGoals(): void {
  const asked = Array.from({ length: amounts.goals }, (_, i) => someGoal(firstSeed + i));
  const texts = asked.map(certificateOf);
  const answers = python([join(root, "test/python/goals.py"), dirname(checker)], texts.join(""));
  let written = 0;
  asked.forEach((one, i) => {
    const mine = kernelAnswer(one);
    if (mine.clauses.length === 64) written++;
    check(`goal ${firstSeed + i}`, JSON.stringify(mine) === JSON.stringify(answers[i]), {
      kernel: mine,
      python: answers[i],
      certificate: texts[i],
    });
  });
  check("most goals have clauses", written > asked.length / 4, written);
  say(`${asked.length} goals, ${written} of them with clauses`);
}

/** Files in a folder of their own, as both checkers are to see them. */
function lay(name: string, files: readonly (Files & { readonly bytes?: Uint8Array })[]): string[] {
  const into = join(folder, name);
  mkdirSync(into);
  return files.map(({ text, proofs, bytes }, i) => {
    const path = join(into, `${String(i).padStart(5, "0")}.cert.json`);
    writeFileSync(path, bytes ?? text);
    for (const [proof, packed] of proofs) writeFileSync(join(into, `${proof}.proof.gz`), packed);
    return path;
  });
}

/** Both on the same files; how many they take. */
function compareFiles(what: string, paths: readonly string[], folders: readonly string[], wanted: (index: number) => boolean | null): void {
  const [ours, theirs] = [certifySays(folders), pythonSays(paths)];
  let taken = 0;
  paths.forEach((path, i) => {
    const [one, two] = [ours.get(path) ?? { word: "not looked at", why: "" }, theirs[i]];
    const want = wanted(i);
    const same = accepted(one) ? one.word === two.word : !accepted(two) && one.word !== "not looked at";
    if (accepted(one)) taken++;
    check(`${what} ${path}`, same && (want === null || want === accepted(one)), {
      certify: one,
      python: two,
      text: readFileSync(path, "utf8").slice(0, 400),
    });
  });
  say(`${what}: ${paths.length} certificates, ${taken} accepted`);
}

const certificatesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".cert.json"))
    .sort()
    .map((name) => join(path, name));

/** Certificates that the tool has written. */
function compareWritten(): Files[] {
  const into = join(folder, "written");
  const { stderr } = bubbleproof(["verify", "proofs", "test/cases/programs", "test/cases/refused", "--certify", into, "--quiet"]);
  check("certificates are written", certificatesIn(into).length > 100, stderr.slice(-500));
  const paths = certificatesIn(into);
  compareFiles("written", paths, [into], () => true);
  const kept = certificatesIn(join(root, "proofs"));
  if (kept.length > 0) compareFiles("kept", kept, [join(root, "proofs")], () => true);
  return paths
    .map((path) => withProofs(path, readFileSync(path, "utf8")))
    .filter(({ text, proofs }) => text.length < 12_000 && [...proofs.values()].every(({ length }) => length < 3000));
}

function withProofs(path: string, text: string): Files {
  const names = [...text.matchAll(/"sha256":"([0-9a-f]{64})"/g)].map(([, name]) => name);
  return { text, proofs: new Map(names.map((name) => [name, readFileSync(join(dirname(path), `${name}.proof.gz`))])) };
}

function compareChanged(written: readonly Files[]): void {
  const made = samples(Math.min(400, amounts.changed / 4));
  compareFiles("made", lay("made", made), [join(folder, "made")], () => null);
  const all = [...made, ...written];
  const changed = Array.from({ length: amounts.changed }, (_, i) => {
    const seed = firstSeed + i;
    return mutate(all[(seed * 7919) % all.length], all[(seed * 104_729 + 1) % all.length], seed);
  });
  compareFiles("changed", lay("changed", changed), [join(folder, "changed")], () => null);
}

function compareHostile(): void {
  const all: Hostile[] = [sound, ...hostile()];
  const paths = lay("hostile", all);
  compareFiles("hostile", paths, [join(folder, "hostile")], (i) => i === 0 || all[i].name === "deep terms");
}

/** The same files for other checkers from both, and one of these on them. */
function compareExports(): void {
  const certificate = certificatesIn(join(folder, "written")).find((path) => path.includes("/find-three-quarters"));
  if (certificate === undefined) return check("a refutation to export", false);
  const [ours, theirs] = ["ours", "theirs"].map((name) => ["cnf", "lrat"].map((kind) => join(folder, `${name}.${kind}`)));
  const flagsFor = ([dimacs, lrat]: readonly string[]): string[] => ["--export-dimacs", dimacs, "--export-lrat", lrat];
  bubbleproof(["certify", certificate, ...flagsFor(ours)]);
  spawnSync("python3", [checker, certificate, ...flagsFor(theirs)]);
  check("the same clauses and proof are written for other checkers", same(ours, theirs));
  const [answer] = python([join(root, "test/python/drup.py"), ...theirs], "");
  if (answer === null) return say("Exports were not put before another checker: there is no dratify (`pip install dratify`).");
  check("dratify takes the proof, and not its last lemma alone", JSON.stringify(answer) === "[true,false]", answer);
  say("exports: taken by dratify");
}
const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.every((path, i) => readFileSync(path).length > 0 && readFileSync(path).equals(readFileSync(others[i])));

try {
  compareGoals();
  compareHostile();
  const written = compareWritten();
  compareExports();
  compareChanged(written);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
