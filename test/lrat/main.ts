// `npm run test:lrat`: refutations of the catalogue before checkers of others: ACL2's for proofs with hints, which is proved to be sound, and
// PyPI's dratify, which needs none. Both must take them, and must not once something is missing or other clauses stand there. `--all` takes
// every refutation for the first. `--if-there`: that one cannot be had here is said, and is no failure. Ends with a line `N passed, N failed`.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { clausesIn, dimacs, drat, type Exported } from "../../src/certificate/export.ts";
import { proofsBeside, readCertificateFile } from "../../src/certificate/files.ts";
import { readCertificate } from "../../src/certificate/read.ts";
import * as acl2 from "./acl2.ts";
import * as dratify from "./dratify.ts";

const { values: flags } = parseArgs({ options: { all: { type: "boolean" }, "if-there": { type: "boolean" } } });
const home = resolve(import.meta.dirname, "../../proofs/optimal/certificates");
const folder = mkdtempSync(join(tmpdir(), "bubbleproof-lrat-"));
let [passed, failed] = [0, 0];
const check = (what: string, good: boolean, detail: unknown = ""): void => {
  if (good) passed++;
  else failed++;
  if (!good) process.stdout.write(`FAILED ${what}: ${String(detail)}\n`);
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

type Refutation = Extract<Exported, { kind: "clauses" }> & { readonly name: string };
/** Lists that end with a 0, each as a list. */
function split(flat: Int32Array): number[][] {
  const lists: number[][] = [[]];
  for (const one of flat) {
    if (one === 0) lists.push([]);
    else lists[lists.length - 1].push(one);
  }
  return lists.slice(0, -1);
}
const joined = (lists: readonly (readonly number[])[]): Int32Array => Int32Array.from(lists.flatMap((one) => [...one, 0]));

/** The catalogue's refutations by clauses, those with few clauses first. */
function refutations(): Refutation[] {
  const found = readdirSync(home)
    .filter((name) => name.endsWith(".cert.json"))
    .flatMap((name): Refutation[] => {
      const path = join(home, name);
      const file = readCertificateFile(path);
      const reading = file.kind === "text" ? readCertificate(file.text) : file;
      if (reading.kind !== "certificate") throw new Error(`${name}: ${reading.reason}`);
      const exported = clausesIn(reading.certificate, proofsBeside(path));
      return exported.kind === "clauses" ? [{ ...exported, name: name.replace(".cert.json", "") }] : [];
    });
  return found.sort((a, b) => a.literals.length - b.literals.length);
}

let files = 0;
const file = (text: string): string => {
  const path = join(folder, `${files++}.txt`);
  writeFileSync(path, text);
  return path;
};
/** The clauses and the lemmas as lists for ACL2. */
function lists({ literals, proof }: Pick<Refutation, "literals" | "proof">): string {
  const clauses = split(literals);
  const hints = split(proof.hints);
  const lemmas = split(proof.lemmas).map((lemma, i) => `(${clauses.length + 1 + i} (${lemma.join(" ")}) (${hints[i].join(" ")}))`);
  return file(`(${clauses.map((one, i) => `(${i + 1} ${one.join(" ")})`).join("\n")})\n(${lemmas.join("\n")})\n`);
}

const all = refutations();
check("the catalogue has refutations by clauses", all.length >= 10, all.length);

const verified = acl2.prepare();
if (typeof verified === "string") {
  say(verified);
  if (flags["if-there"] !== true) failed++;
} else {
  say(`${verified.version} has proved its checker sound`);
  const some = flags.all ? all : all.filter((_, i) => i % Math.ceil(all.length / 8) === 0 || i === all.length - 1);
  let [clauses, lemmas] = [0, 0];
  for (const one of some) {
    const said = acl2.accepts(verified, lists(one));
    check(`ACL2 takes ${one.name}`, said === true, said);
    clauses += split(one.literals).length;
    lemmas += split(one.proof.lemmas).length;
  }
  say(`ACL2 took ${some.length} refutations: ${clauses} clauses, ${lemmas} lemmas`);
  for (const one of all.slice(0, 3)) {
    const hints = split(one.proof.hints);
    const less = joined(hints.map((list, i) => (i === hints.length - 1 ? list.slice(0, -1) : list)));
    const short = acl2.accepts(verified, lists({ ...one, proof: { ...one.proof, hints: less } }));
    check(`ACL2 does not take ${one.name} without its last hint`, short === false, short);
    const used = Math.min(...hints[0].filter((hint) => hint > 0));
    const clausesOf = split(one.literals).map((list, i) => (i === used - 1 ? list.map((literal) => -literal) : list));
    const other = acl2.accepts(verified, lists({ ...one, literals: joined(clausesOf) }));
    check(`ACL2 does not take ${one.name} with a clause that its first lemma needs turned round`, other === false, other);
  }
}

const missing = dratify.prepare();
if (missing !== null) {
  say(missing);
  if (flags["if-there"] !== true) failed++;
} else {
  const some = all.slice(0, 4);
  for (const one of some) {
    const [cnf, proof] = [file([...dimacs(one.variables, one.literals)].join("")), file([...drat(one.proof)].join(""))];
    const said = dratify.accepts(cnf, proof);
    check(`dratify takes ${one.name}`, said === true, said);
    const less = file([...drat({ lemmas: Int32Array.of(0), hints: Int32Array.of(0) })].join(""));
    const short = dratify.accepts(cnf, less);
    check(`dratify does not take ${one.name} by its last lemma alone`, short === false, short);
  }
  say(`dratify took ${some.length} refutations, without their hints`);
}

rmSync(folder, { recursive: true, force: true });
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
