// `certify`: reads certificates, puts them before the kernel, says what is proved. Loads no language and no solver, unless a program is
// named to compare with.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { check } from "../certificate/check.ts";
import { clausesIn, dimacs, drat, lrat } from "../certificate/export.ts";
import { proofsBeside, readCertificateFile } from "../certificate/files.ts";
import { readCertificate } from "../certificate/read.ts";
import type { Certificate } from "../certificate/statement.ts";
import { type Certified, certifiedExit, certifiedJson, certifiedText, type Match, sayingOf } from "../report/certified.ts";

export interface CertifyFlags {
  readonly color: "auto" | "always" | "never";
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly statement?: string;
  readonly exportDimacs?: string;
  readonly exportLrat?: string;
  readonly exportDrat?: string;
}

export async function certifyCommand(paths: readonly string[], flags: CertifyFlags): Promise<number> {
  const files = paths.flatMap(filesIn);
  if (files.length === 0) return usage(`there is no \`.cert.json\` file in ${paths.join(", ")}`);
  const exports = [flags.exportDimacs, flags.exportLrat, flags.exportDrat].filter((file) => file !== undefined);
  if (exports.length > 0 && files.length > 1) return usage("one certificate at a time is exported");
  const matches = flags.statement === undefined ? undefined : await matching(flags.statement);
  const all: Certified[] = [];
  for (const path of files) {
    const one = await certified(path, flags, matches);
    if (typeof one === "string") return usage(one);
    all.push(one);
  }
  if (flags.json === true) process.stdout.write(certifiedJson(all));
  else {
    const color =
      flags.color === "always" || (flags.color === "auto" && process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
    process.stdout.write(certifiedText(all, color, flags.quiet === true));
  }
  return certifiedExit(all);
}

function usage(message: string): number {
  process.stderr.write(`error: ${message}\n`);
  return 2;
}

/** One file; a string says what the user asked for that cannot be done. */
async function certified(path: string, flags: CertifyFlags, matches: Matching | undefined): Promise<Certified | string> {
  const file = readCertificateFile(path);
  if (file.kind !== "text") return { path, outcome: file };
  const reading = readCertificate(file.text);
  if (reading.kind !== "certificate")
    return { path, outcome: { kind: reading.kind === "limit" ? "limit" : "unreadable", reason: reading.reason } };
  const { certificate, digests } = reading;
  const { kind: says, title } = certificate;
  const checked = check(certificate, proofsBeside(path));
  if (checked.kind === "accepted") {
    const failed = await exported(path, certificate, flags);
    if (failed !== null) return failed;
  }
  const source = await matches?.(certificate);
  return { path, outcome: { kind: "judged", says, title, sentences: sayingOf(certificate), digests, checked, source } };
}

type Matching = (certificate: Certificate) => Promise<Match>;

async function matching(file: string): Promise<Matching> {
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
async function exported(path: string, certificate: Certificate, flags: CertifyFlags): Promise<string | null> {
  const { exportDimacs, exportLrat, exportDrat } = flags;
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

/** The certificates that an argument names: a file, or all of a directory by name. */
function filesIn(path: string): string[] {
  if (!isDirectory(path)) return [path];
  return readdirSync(path)
    .sort()
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name) => {
      const inner = join(path, name);
      return isDirectory(inner) ? filesIn(inner) : name.endsWith(".cert.json") ? [inner] : [];
    });
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
