// Certificates that somebody has tampered with: refused, or what they say is true. 10,000 of them: `npm run test:mutations`.
import { expect, test } from "vitest";
import { written } from "../src/certificate/draft.ts";
import { realCertificates } from "./oracle/certificates.ts";
import { tally } from "./oracle/mutations.ts";
import { isTrue } from "./oracle/truth.ts";

test("real certificates of every kind are accepted and true, and their mutants refused or true", async () => {
  const { drafts, without } = await realCertificates();
  expect(without).toEqual([]);
  const kinds = new Set(drafts.map(({ certificate }) => certificate.kind));
  expect([...kinds].sort()).toEqual(["best", "deadlock-free", "false", "for-all", "holds", "impossible", "invalid", "possible", "vacuous"]);
  expect(drafts.filter(({ proofs }) => proofs.size > 0).length).toBeGreaterThan(3);
  for (const draft of drafts) {
    expect([draft.certificate.title, "text" in written(draft), isTrue(draft.certificate)]).toEqual([draft.certificate.title, true, true]);
  }
  const seeds = Array.from({ length: 800 }, (_, i) => 20_000 + i);
  const { wrong, tried, unreadable, refused, accepted, undecided } = tally(drafts, seeds);
  expect(wrong).toEqual([]);
  expect(tried).toBe(800);
  // Each of the three does its part, and mutants are not so tame that most are true.
  expect(unreadable).toBeGreaterThan(200);
  expect(refused).toBeGreaterThan(150);
  expect(accepted).toBeLessThan(400);
  expect(undecided).toBeLessThan(2);
});
