// `npm run test:mutations`: 10,000 mutants of real certificates of every kind, each refused or true. `-- --count N --from SEED`.
import { realCertificates } from "../test/oracle/certificates.ts";
import { tally } from "../test/oracle/mutations.ts";

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
process.stdout.write(`${JSON.stringify({ certificates: drafts.length, ...numbers, wrong: wrong.length })}\n`);
for (const one of [...without.map((title) => `no certificate: ${title}`), ...wrong]) process.stdout.write(`${one}\n`);
process.exitCode = wrong.length + without.length > 0 || drafts.length < 20 || numbers.undecided > count / 1000 ? 1 : 0;
