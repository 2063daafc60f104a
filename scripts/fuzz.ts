// `npm run fuzz -- --seconds 60 [--seed N]`: the readers of certificates and proofs, and the kernel behind them, before input that nobody would
// write. Each must end, not throw, not take two seconds of the processor, and stay below 512 MiB; what is read must be written again as the
// same bytes. Whether what is accepted is true, `scripts/mutations.ts` asks.
import { check } from "../src/certificate/check.ts";
import { sha256 } from "../src/certificate/digest.ts";
import { packed, unpacked } from "../src/certificate/files.ts";
import { type Proofs, proofBytes, readProof } from "../src/certificate/proof.ts";
import { readCertificate } from "../src/certificate/read.ts";
import { certificateText } from "../src/certificate/write.ts";
import { realCertificates } from "../test/oracle/certificates.ts";
import { mended, mutant } from "../test/oracle/mutate.ts";
import { random } from "../test/oracle/oracle.ts";
import { damaged } from "./fuzz/damage.ts";
import { watch } from "./fuzz/watch.ts";

const argument = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [seconds, seed] = [argument("--seconds", 60), argument("--seed", 1)];
const dice = random(seed);

const { drafts } = await realCertificates();
const refutations = drafts.filter((draft) => draft.proofs.size > 0);
const texts = drafts.map(({ certificate }) => Buffer.from(certificateText(certificate)));
const proofs = refutations.flatMap((draft) => [...draft.proofs.values()]);
const files = proofs.map(packed);

/** Internal: what must not be. */
class Fault extends Error {}

/** What became of one input. */
type Fate = "unreadable" | "refused" | "limit" | "accepted";

function readAndChecked(text: string, found: Proofs): Fate {
  const reading = readCertificate(text);
  if (reading.kind !== "certificate") return reading.kind === "limit" ? "limit" : "unreadable";
  if (certificateText(reading.certificate) !== text) throw new Fault("a certificate is written otherwise");
  return check(reading.certificate, found).kind;
}

/** The proofs of a draft, all of them the same bytes if some are given. */
const proofsOf =
  (own: ReadonlyMap<string, Uint8Array>, instead?: Uint8Array): Proofs =>
  ({ sha256: digest }) => {
    const bytes = instead ?? own.get(digest);
    return bytes === undefined ? { kind: "refused", reason: "no proof" } : readProof(bytes);
  };

/** Each makes an input from the dice; what it returns is run against the clock. */
const kinds: Readonly<Record<string, () => { readonly bytes: Uint8Array; readonly run: () => Fate }>> = {
  text() {
    const bytes = damaged(dice.pick(texts), texts, dice);
    return { bytes, run: () => readAndChecked(bytes.toString("utf8"), proofsOf(new Map())) };
  },
  // With digests of what stands there now, so that it comes past them.
  mended() {
    const at = dice.below(drafts.length);
    const bytes = damaged(texts[at], texts, dice);
    const text = mended(bytes.toString("utf8"));
    return { bytes: Buffer.from(text), run: () => readAndChecked(text, proofsOf(drafts[at].proofs)) };
  },
  mutant() {
    const { text, proofs: own } = mutant(drafts, dice.below(2 ** 31));
    return { bytes: Buffer.from(text), run: () => readAndChecked(text, proofsOf(own)) };
  },
  proof() {
    const draft = dice.pick(refutations);
    const bytes = damaged(dice.pick([...draft.proofs.values()]), proofs, dice);
    return {
      bytes,
      run() {
        const found = readProof(bytes);
        if (found.kind !== "proof") return found.kind === "limit" ? "limit" : "unreadable";
        if (Buffer.compare(proofBytes(found.proof), bytes) !== 0) throw new Fault("a proof is written otherwise");
        return check(draft.certificate, proofsOf(draft.proofs, bytes)).kind;
      },
    };
  },
  file() {
    const at = dice.below(files.length);
    const bytes = damaged(files[at], files, dice);
    const found = () => unpacked(bytes, { sha256: sha256(proofs[at]), bytes: proofs[at].length });
    return { bytes, run: () => (found().kind === "proof" ? "accepted" : "unreadable") };
  },
};

const names = Object.keys(kinds);
const fates: Record<string, Partial<Record<Fate, number>>> = Object.fromEntries(names.map((name) => [name, {}]));
const watcher = watch(60);
const began = Date.now();
let [tried, slowest] = [0, 0];
while (Date.now() - began < seconds * 1000 && process.exitCode === undefined) {
  tried++;
  watcher.turn();
  if (tried % 100 === 0) await new Promise(setImmediate); // zlib lets go of what it refused only when the loop turns
  const name = dice.pick(names);
  const { bytes, run } = kinds[name]();
  const from = process.cpuUsage();
  let fault: string | null = null;
  try {
    const fate = run();
    fates[name][fate] = (fates[name][fate] ?? 0) + 1;
  } catch (error) {
    fault = error instanceof Fault ? error.message : `thrown: ${error instanceof Error ? error.stack : String(error)}`;
  }
  const { user, system } = process.cpuUsage(from);
  const took = (user + system) / 1000;
  slowest = Math.max(slowest, took);
  if (took > 2000) fault = `${Math.round(took)} ms`;
  if (fault === null) continue;
  process.stdout.write(`${fault}; ${name}, seed ${seed}, number ${tried}: ${Buffer.from(bytes).toString("base64").slice(0, 8000)}\n`);
  process.exitCode = 1;
}
watcher.end();

const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
for (const name of names) process.stdout.write(`${name.padEnd(8)} ${JSON.stringify(fates[name])}\n`);
process.stdout.write(`${tried} inputs, slowest ${Math.round(slowest)} ms; at most ${mebibytes} MiB\n`);
const reached = (["text", "mended", "mutant", "proof"] as const).every((name) => (fates[name].accepted ?? 0) > 0);
if (mebibytes >= 512 || !reached) process.exitCode = 1;
