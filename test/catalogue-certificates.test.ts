// The catalogue's certificates: those that are kept are on the list with their digests, the kernel accepts each, and one folder is made
// again. All of them: `npm run certificates -- --check`, which CI does.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { certificatesOf, readList } from "../scripts/certificates.ts";
import { check } from "../src/certificate/check.ts";
import { proofsBeside, readCertificateFile } from "../src/certificate/files.ts";
import { readCertificate } from "../src/certificate/read.ts";

const proofs = resolve(import.meta.dirname, "../proofs");
const list = readList();
const kept = readdirSync(proofs, { recursive: true, encoding: "utf8" }).filter((name) => /\.cert\.json$|\.proof\.gz$/.test(name));

test("what is kept is on the list, and small", () => {
  const expected = list
    .filter((entry) => entry.kept)
    .flatMap(({ file, proofs: names }) => [file, ...names.map((name) => join(dirname(file), `${name}.proof.gz`))]);
  expect([...kept].sort()).toEqual([...new Set(expected)].sort());
  expect(list.length).toBeGreaterThan(300);
  const sizes = kept.map((name) => statSync(join(proofs, name)).size);
  expect(Math.max(...sizes)).toBeLessThan(1_000_000);
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(15_000_000);
});

test("each that is kept has its digests, and every fifth is accepted here; CI certifies all", () => {
  for (const [i, { file, sha256, statement }] of list.filter((entry) => entry.kept).entries()) {
    const path = join(proofs, file);
    expect([file, createHash("sha256").update(readFileSync(path)).digest("hex")]).toEqual([file, sha256]);
    if (i % 5 !== 0) continue;
    const read = readCertificateFile(path);
    const reading = readCertificate(read.kind === "text" ? read.text : "");
    if (reading.kind !== "certificate") expect.fail(`${file}: ${reading.reason}`);
    expect([file, reading.digests.statement]).toEqual([file, statement]);
    expect([file, check(reading.certificate, proofsBeside(path)).kind]).toEqual([file, "accepted"]);
  }
});

test("made again, they are the same", async () => {
  const out = mkdtempSync(join(tmpdir(), "bubbleproof-certificates-"));
  try {
    for (const folder of ["1f1b", "gpipe"]) {
      const made = await certificatesOf(folder, out);
      expect(made.map(({ file }) => basename(file)).length).toBeGreaterThan(3);
      const before = list.filter(({ file }) => file.startsWith(`${folder}/`)).sort((a, b) => (a.file < b.file ? -1 : 1));
      expect(made).toEqual(before);
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
