// One certificate: read, put before the kernel, compared with a program if one is named, exported if that is asked for.
import { check } from "../certificate/check.ts";
import { clausesIn, dimacs, drat, lrat } from "../certificate/export.ts";
import { type FileText, proofsBeside, readCertificateFile } from "../certificate/files.ts";
import { type Reading, readCertificate } from "../certificate/read.ts";
import type { Certificate } from "../certificate/statement.ts";
import { type Certified, type Match, sayingOf } from "../report/certified.ts";

export interface CertifyTask {
  readonly path: string;
  readonly statement?: string;
  readonly exportDimacs?: string;
  readonly exportLrat?: string;
  readonly exportDrat?: string;
}

/** One file; a string says what the user asked for that cannot be done. */
export async function certified(task: CertifyTask): Promise<Certified | string> {
  const { path } = task;
  const reading = readingOf(path);
  if (reading.kind !== "certificate")
    return { path, outcome: { kind: reading.kind === "limit" ? "limit" : "unreadable", reason: reading.reason } };
  const { certificate, digests } = reading;
  const { kind: says, title } = certificate;
  const checked = check(certificate, proofsBeside(path));
  if (checked.kind === "accepted") {
    const failed = await exported(task, certificate);
    if (failed !== null) return failed;
  }
  const source = task.statement === undefined ? undefined : await (await matching(task.statement))(certificate);
  return { path, outcome: { kind: "judged", says, title, sentences: sayingOf(certificate), digests, checked, source } };
}

/** The text is not held any longer than it takes to read it. */
function readingOf(path: string): Reading | Exclude<FileText, { kind: "text" }> {
  const file = readCertificateFile(path);
  return file.kind === "text" ? readCertificate(file.text) : file;
}

type Matching = (certificate: Certificate) => Promise<Match>;

const programs = new Map<string, Promise<Matching>>();
function matching(file: string): Promise<Matching> {
  const found = programs.get(file) ?? compared(file);
  programs.set(file, found);
  return found;
}
async function compared(file: string): Promise<Matching> {
  const { statementsOf } = await import("../session.ts");
  const { readSources } = await import("./files.ts");
  const { sources, unread } = readSources([file]);
  if (sources.length !== 1) {
    const reason = unread[0]?.diagnostics[0]?.message ?? `${sources.length} programs; one is wanted`;
    return () => Promise.resolve({ file, kind: "other", reason });
  }
  const says = await statementsOf(sources[0]);
  return async (certificate) => ({ file, ...(await says(certificate)) });
}

/** Writes what was asked for; what is in the way, or null. */
async function exported(task: CertifyTask, certificate: Certificate): Promise<string | null> {
  const { path, exportDimacs, exportLrat, exportDrat } = task;
  if (exportDimacs === undefined && exportLrat === undefined && exportDrat === undefined) return null;
  const found = clausesIn(certificate, proofsBeside(path));
  if (found.kind === "none") return `${path} cannot be exported: ${found.reason}`;
  const { variables, literals, proof } = found;
  const { writeChunks } = await import("./files.ts");
  const outputs: [string | undefined, Iterable<string>][] = [
    [exportDimacs, dimacs(variables, literals)],
    [exportLrat, lrat(literals, proof)],
    [exportDrat, drat(proof)],
  ];
  for (const [file, chunks] of outputs) {
    if (file === undefined) continue;
    try {
      writeChunks(file, [{ suffix: "", chunks }]);
    } catch (error) {
      return `${file} cannot be written: ${error instanceof Error ? error.message : "unknown error"}`;
    }
  }
  return null;
}
