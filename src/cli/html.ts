// `verify --html`: the report with pictures of every schedule that can be shown, and the digests of the certificates that were written.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { reportHtml } from "../report/html.ts";
import { type Report, type Shown, showAll } from "../session.ts";
import { writeWhole } from "./files.ts";

/** Writes the file whole or not at all; why it could not be written, or null. */
export async function writeHtml(path: string, report: Report): Promise<string | null> {
  const shown = new Map<string, ReadonlyMap<string, Shown>>();
  for (const { source } of report.files) if (source.text !== "") shown.set(source.path, await showAll(source));
  const certificates = report.files.flatMap(({ claims }) => claims.flatMap(({ certificates }) => certificates ?? []));
  const digests = new Map(certificates.map((file) => [file, createHash("sha256").update(readFileSync(file)).digest("hex")]));
  try {
    writeWhole(path, reportHtml(report, { shown, digests }));
    return null;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return `${path} cannot be written: ${error.message}`;
  }
}
