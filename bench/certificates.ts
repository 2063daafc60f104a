// Certificates: what they weigh and how long the kernel takes to check them, files, digests and unpacking included.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../src/certificate/check.ts";
import { type Draft, written } from "../src/certificate/draft.ts";
import { proofsBeside, readCertificateFile } from "../src/certificate/files.ts";
import { readCertificate } from "../src/certificate/read.ts";
import { putCertificate } from "../src/cli/certificates.ts";
import { verify } from "../src/session.ts";

type Row = (what: string, figure: string, wanted: string) => void;

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1];

/** Milliseconds from the file to the kernel's word. */
function checked(path: string): number {
  const began = performance.now();
  const file = readCertificateFile(path);
  const reading = readCertificate(file.kind === "text" ? file.text : "");
  if (reading.kind !== "certificate") throw new Error(`${path}: ${reading.kind}`);
  const word = check(reading.certificate, proofsBeside(path));
  if (word.kind !== "accepted") throw new Error(`${path}: ${word.reason}`);
  return performance.now() - began;
}

function measured(what: string, draft: Draft, wanted: string, row: Row): void {
  const folder = mkdtempSync(join(tmpdir(), "bubbleproof-bench-"));
  try {
    const done = written(draft);
    if (!("text" in done)) throw new Error(`${what}: ${done.reason}`);
    const path = putCertificate(join(folder, "a.cert.json"), done.text, draft);
    const times = Array.from({ length: 3 }, () => checked(path));
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
    row(what, `${(bytes / 1e6).toFixed(2)} MB, ${(median(times) / 1000).toFixed(3)} s, ${memory} MiB`, wanted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function certificates(row: Row): Promise<void> {
  const pipeline = readFileSync(new URL("./vhalf.pipe", import.meta.url), "utf8").split("schedule ")[0];
  const claims = [
    ["refutation, V, p = 4, m = 8, 4 half stages, 53 slots", "V(4) with m = 8, peak <= 2, makespan <= 53", "under 0.5 s"],
    ["refutation, V, p = 8, m = 16, 12 half stages, 106 slots", "V(8) with m = 16, peak <= 6, makespan <= 106", "under 10 MB, 10 s"],
    ["replay, V, p = 64, m = 2605: 1.00 million passes", "makespan(VHalf(64), m = 2605) > 0", "under 2 s"],
  ] as const;
  for (const [what, claim, wanted] of claims) {
    const body = claim.startsWith("V(") ? `impossible: ${claim}` : claim;
    const text = `${claim.startsWith("V(") ? pipeline : readFileSync(new URL("./vhalf.pipe", import.meta.url), "utf8")}\nclaim "it": ${body}\n`;
    const { files } = await verify([{ path: "bench.pipe", text }]);
    const warrant = files[0].claims.find(({ title }) => title === "it")?.warrants?.[0];
    const draft = warrant?.();
    if (draft === undefined || !("certificate" in draft)) throw new Error(`${what}: no certificate`);
    measured(`certify: ${what}`, draft, wanted, row);
  }
}
