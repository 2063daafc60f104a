// Certificates that somebody has tampered with: refused, or what they say is true. 10,000 of them: `npm run test:mutations`.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { written } from "../src/certificate/draft.ts";
import { readCertificate } from "../src/certificate/read.ts";
import { certificateText } from "../src/certificate/write.ts";
import { realCertificates } from "./oracle/certificates.ts";
import { mutant } from "./oracle/mutate.ts";
import { tally } from "./oracle/mutations.ts";
import { isTrue } from "./oracle/truth.ts";

const real = realCertificates();

test("the JSON Schema fits all that is read", async () => {
  const schema = JSON.parse(readFileSync(new URL("../schema/certificate.schema.json", import.meta.url), "utf8"));
  const fits = new Ajv2020({ strict: false }).compile(schema);
  const { drafts } = await real;
  for (const { certificate } of drafts)
    expect([certificate.title, fits(JSON.parse(certificateText(certificate))), fits.errors]).toEqual([certificate.title, true, null]);
  let [read, unfit] = [0, 0];
  for (let seed = 1; seed <= 400; seed++) {
    const { text, what } = mutant(drafts, seed);
    const fit = fits(JSON.parse(text));
    if (!fit) unfit++;
    if (readCertificate(text).kind !== "certificate") continue;
    read++;
    expect([what, fit]).toEqual([what, true]);
  }
  expect([read > 100, unfit > 50]).toEqual([true, true]);
});

test("real certificates of every kind are accepted and true, and their mutants refused or true", async () => {
  const { drafts, without } = await real;
  expect(without).toEqual([]);
  const kinds = new Set(drafts.map(({ certificate }) => certificate.kind));
  expect([...kinds].sort()).toEqual([
    "best",
    "deadlock-free",
    "false",
    "for-all",
    "for-all-times",
    "holds",
    "impossible",
    "invalid",
    "possible",
    "vacuous",
  ]);
  expect(drafts.filter(({ proofs }) => proofs.size > 0).length).toBeGreaterThan(3);
  for (const draft of drafts) {
    expect([draft.certificate.title, "text" in written(draft), isTrue(draft.certificate)]).toEqual([draft.certificate.title, true, true]);
  }
  const seeds = Array.from({ length: 500 }, (_, i) => 20_000 + i);
  const { wrong, tried, unreadable, refused, accepted, undecided } = tally(drafts, seeds);
  expect(wrong).toEqual([]);
  expect(tried).toBe(500);
  // Each of the three does its part, and mutants are not so tame that most are true.
  expect(unreadable).toBeGreaterThan(125);
  expect(refused).toBeGreaterThan(90);
  expect(accepted).toBeLessThan(250);
  expect(undecided).toBeLessThan(2);
});
