// `npm run fuzz -- --seconds 60 [--seed N]`: the reader of certificates and proofs before bytes that nobody would write. It must end, not
// throw, not take a second for one of them, and stay below 512 MiB. What it reads as a certificate, it must write again as the same bytes.
import { check } from "../src/certificate/check.ts";
import { proofBytes, readProof } from "../src/certificate/proof.ts";
import { readCertificate } from "../src/certificate/read.ts";
import { certificateText } from "../src/certificate/write.ts";
import { realCertificates } from "../test/oracle/certificates.ts";
import { random } from "../test/oracle/oracle.ts";

const argument = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [seconds, seed] = [argument("--seconds", 60), argument("--seed", 1)];
const { drafts } = await realCertificates();
const texts = drafts.map(({ certificate }) => Buffer.from(certificateText(certificate)));
const proofs = drafts.flatMap((draft) => [...draft.proofs.values()]);
const words = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "-",
  "0",
  "9007199254740993",
  "1e9",
  "null",
  "true",
  '"kind"',
  "\n",
  "\u0000",
  "[[[[[[[[",
  '{"a":',
];

const { below, pick } = random(seed);
/** Bytes with some cut out, doubled, changed, or taken from others. */
function damaged(bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let made = Buffer.from(bytes);
  for (let n = 1 + below(4); n > 0; n--) {
    const [at, to] = [below(made.length + 1), below(made.length + 1)].sort((a, b) => a - b);
    const piece = made.subarray(at, Math.min(to, at + below(200)));
    switch (below(7)) {
      case 0:
        made = Buffer.concat([made.subarray(0, at), made.subarray(at + piece.length)]);
        break;
      case 1:
        made = Buffer.concat([made.subarray(0, to), piece, made.subarray(to)]);
        break;
      case 2:
        if (made.length > 0) made[below(made.length)] = below(256);
        break;
      case 3:
        made = Buffer.concat([made.subarray(0, at), Buffer.from(pick(words)), made.subarray(at)]);
        break;
      case 4: {
        const other = Buffer.from(pick(others));
        made = Buffer.concat([made.subarray(0, at), other.subarray(Math.min(at, other.length))]);
        break;
      }
      case 5:
        made = Buffer.concat([made.subarray(0, at), Buffer.from(pick(words).repeat(1 + below(400))), made.subarray(at)]);
        break;
      default: {
        // A number for another: the bytes stay canonical, so it comes further.
        const text = made.toString("latin1");
        const numbers = [...text.matchAll(/\d+/g)];
        if (numbers.length === 0) break;
        const one = pick(numbers);
        const value = pick(["0", "1", "2", "7", "4294967296", "9007199254740991", pick(numbers)[0]]);
        made = Buffer.from(text.slice(0, one.index) + value + text.slice(one.index + one[0].length), "latin1");
      }
    }
  }
  return made;
}

const began = Date.now();
let [tried, read, slowest, most] = [0, 0, 0, 0];
const fail = (what: string, bytes: Uint8Array): never => {
  process.stdout.write(`${what}, seed ${seed}, number ${tried}: ${Buffer.from(bytes).toString("base64").slice(0, 4000)}\n`);
  process.exit(1);
};
while (Date.now() - began < seconds * 1000) {
  tried++;
  const isProof = below(4) === 0;
  const bytes = damaged(pick(isProof ? proofs : texts), isProof ? proofs : texts);
  const from = performance.now();
  try {
    if (isProof) {
      const found = readProof(bytes);
      if (found.kind === "proof") {
        read++;
        if (Buffer.compare(proofBytes(found.proof), bytes) !== 0) fail("a proof is written otherwise", bytes);
      }
    } else {
      const reading = readCertificate(Buffer.from(bytes).toString("utf8"));
      if (reading.kind === "certificate") {
        read++;
        if (certificateText(reading.certificate) !== Buffer.from(bytes).toString("utf8")) fail("a certificate is written otherwise", bytes);
        check(reading.certificate, () => ({ kind: "refused", reason: "no proof" }));
      }
    }
  } catch (error) {
    fail(`thrown: ${error instanceof Error ? error.stack : String(error)}`, bytes);
  }
  const took = performance.now() - from;
  slowest = Math.max(slowest, took);
  if (took > 2000) fail(`${Math.round(took)} ms`, bytes);
  if (tried % 500 === 0) most = Math.max(most, process.memoryUsage().rss);
}
most = Math.max(most, process.memoryUsage().rss);
const mebibytes = Math.round(most / 2 ** 20);
process.stdout.write(`${tried} inputs, ${read} of them readable; slowest ${Math.round(slowest)} ms; at most ${mebibytes} MiB\n`);
process.exitCode = mebibytes >= 512 || read === 0 ? 1 : 0;
