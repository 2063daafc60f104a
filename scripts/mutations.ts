// `npm run test:mutations`: 10,000 mutants of real certificates of every kind, each refused or true. `-- --count N --from SEED`.
// `-- --write DIR` puts them there with `verdicts.json`, for another checker to agree with.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packed, proofFile } from "../src/certificate/files.ts";
import { realCertificates } from "../test/oracle/certificates.ts";
import { mutant } from "../test/oracle/mutate.ts";
import { judged, tally } from "../test/oracle/mutations.ts";

const argument = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [from, count] = [argument("--from", 1), argument("--count", 10_000)];
const { drafts, without } = await realCertificates();
const { wrong, ...numbers } = tally(
  drafts,
  Array.from({ length: count }, (_, i) => from + i),
);
const folder = process.argv.includes("--write") ? process.argv[process.argv.indexOf("--write") + 1] : undefined;
if (folder !== undefined) {
  const verdicts: Record<string, string> = {};
  for (let seed = from; seed < from + count; seed++) {
    const one = mutant(drafts, seed);
    const home = join(folder, `${seed}`);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "mutant.cert.json"), one.text);
    for (const [digest, bytes] of one.proofs) writeFileSync(join(home, proofFile({ sha256: digest })), packed(bytes));
    verdicts[seed] = judged(one);
  }
  writeFileSync(join(folder, "verdicts.json"), `${JSON.stringify(verdicts, null, 1)}\n`);
}
process.stdout.write(`${JSON.stringify({ certificates: drafts.length, ...numbers, wrong: wrong.length })}\n`);
for (const one of [...without.map((title) => `no certificate: ${title}`), ...wrong]) process.stdout.write(`${one}\n`);
process.exitCode = wrong.length + without.length > 0 || drafts.length < 20 || numbers.undecided > count / 1000 ? 1 : 0;
