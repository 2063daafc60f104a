// Writes certificates of a report: each read and accepted again as a stranger would, then put in its place whole, proofs first.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Draft, type Warrant, written } from "../certificate/draft.ts";
import { packed, proofFile } from "../certificate/files.ts";
import type { ClaimResult, FileReport, Report } from "../session.ts";
import { writeWhole } from "./files.ts";

export interface Filed {
  /** The report, its claims with the certificates' files. */
  readonly report: Report;
  /** Claims that have a verdict and no certificate, and why. */
  readonly without: readonly string[];
}

/** Certificates for every verdict of the report, in `folder`. Names come from the programs and the claims' titles. */
export function fileCertificates(report: Report, folder: string): Filed {
  const taken = new Set<string>();
  const without: string[] = [];
  mkdirSync(folder, { recursive: true });
  const files = report.files.map((file): FileReport => {
    const stem = slug(file.source.path.replace(/^.*[\\/]/, "").replace(/\.pipe$/, ""));
    return { ...file, claims: file.claims.map((claim) => filed(claim, (title) => free(taken, `${stem}-${slug(title)}`), folder, without)) };
  });
  return { report: { ...report, files }, without };
}

function filed(claim: ClaimResult, nameOf: (title: string) => string, folder: string, without: string[]): ClaimResult {
  const certificates: string[] = [];
  for (const warrant of warrantsOf(claim)) {
    const draft = warrant();
    if ("reason" in draft) without.push(`${claim.title}: ${draft.reason}`);
    else {
      const text = acceptedText(draft);
      if (typeof text !== "string" && text.kind === "limit") {
        without.push(`${claim.title}: ${text.reason}`);
        continue;
      }
      if (typeof text !== "string")
        return { ...claim, bug: new Error(`the certificate of \`${claim.title}\` is not accepted: ${text.reason}`) };
      certificates.push(putCertificate(join(folder, `${nameOf(draft.certificate.title)}.cert.json`), text, draft));
    }
  }
  return { ...claim, certificates };
}

const warrantsOf = ({ warrants, counterexample }: ClaimResult): readonly Warrant[] =>
  warrants ?? (counterexample?.warrant === undefined ? [] : [counterexample.warrant]);

/** The text of its certificate; or why the kernel does not accept it, which is a bug of ours. */
export function acceptedText(draft: Draft): string | { readonly kind: "refused" | "limit"; readonly reason: string } {
  const done = written(draft);
  return "text" in done ? done.text : done;
}

/** The proofs beside it first: a certificate never stands without them. */
export function putCertificate(path: string, text: string, { proofs }: Draft): string {
  for (const [digest, bytes] of proofs) {
    const file = join(path, "..", proofFile({ sha256: digest }));
    if (!existsSync(file)) writeWhole(file, packed(bytes)); // its name says what is in it
  }
  writeWhole(path, text);
  return path;
}

/** Letters and digits of a name, others as dashes. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60) || "claim";

function free(taken: Set<string>, name: string): string {
  let one = name;
  for (let n = 2; taken.has(one); n++) one = `${name}-${n}`;
  taken.add(one);
  return one;
}
