// `certify`: reads certificates, puts them before the kernel, says what is proved. Loads no language and no solver unless a program is
// named to compare with.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { check } from "../certificate/check.ts";
import { proofsBeside, readCertificateFile } from "../certificate/files.ts";
import { readCertificate } from "../certificate/read.ts";
import { type Certified, certifiedExit, certifiedJson, certifiedText, sayingOf } from "../report/certified.ts";

export interface CertifyFlags {
  readonly color: "auto" | "always" | "never";
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly statement?: string;
  readonly exportDimacs?: string;
  readonly exportLrat?: string;
}

export async function certifyCommand(paths: readonly string[], flags: CertifyFlags): Promise<number> {
  const files = paths.flatMap(filesIn);
  if (files.length === 0) {
    process.stderr.write(`error: there is no \`.cert.json\` file in ${paths.join(", ")}\n`);
    return 2;
  }
  const all = files.map(certified);
  if (flags.json === true) process.stdout.write(certifiedJson(all));
  else {
    const color =
      flags.color === "always" || (flags.color === "auto" && process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
    process.stdout.write(certifiedText(all, color, flags.quiet === true));
  }
  return certifiedExit(all);
}

function certified(path: string): Certified {
  const file = readCertificateFile(path);
  if (file.kind !== "text") return { path, outcome: file };
  const reading = readCertificate(file.text);
  if (reading.kind !== "certificate")
    return { path, outcome: { kind: reading.kind === "limit" ? "limit" : "unreadable", reason: reading.reason } };
  const { certificate, digests } = reading;
  const { kind: says, title } = certificate;
  const checked = check(certificate, proofsBeside(path));
  return { path, outcome: { kind: "judged", says, title, sentences: sayingOf(certificate), digests, checked } };
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
