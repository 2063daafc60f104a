// Reading sources from the disk and writing results to it. What cannot be read becomes a diagnostic, never an exception.

import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Output } from "../exchange/format.ts";
import type { Code } from "../language/diagnostic.ts";
import { limits } from "../language/limits.ts";
import type { FileReport, Source } from "../session.ts";
import { savePieces, saveQuery } from "../solver/dimacs.ts";
import type { Clauses } from "../solver/sat.ts";

export interface Read {
  readonly sources: readonly Source[];
  /** Files that could not be read, as reports of their own. */
  readonly unread: readonly FileReport[];
}

/** The `.pipe` files that the arguments name; directories are searched, in the order of names. A file named twice is read once. */
export function readSources(paths: readonly string[]): Read {
  const sources: Source[] = [];
  const unread: FileReport[] = [];
  const seen = new Set<string>();
  const refuse = (path: string, code: Code, message: string, help?: string): void => {
    unread.push({
      source: { path, text: "" },
      claims: [],
      sightings: [],
      blocks: [],
      diagnostics: [{ code, message, span: { from: 0, to: 0 }, help }],
    });
  };
  const visit = (path: string, named: boolean): void => {
    if (seen.has(path)) return;
    seen.add(path);
    if (sources.length >= limits.files) return refuse(path, "limit", `More than ${limits.files} files (limit \`files\`).`);
    let stat: ReturnType<typeof statSync>;
    try {
      stat = statSync(path);
    } catch (error) {
      const missing = errno(error) === "ENOENT" || errno(error) === "ENOTDIR";
      return refuse(
        path,
        missing ? "not-found" : "unreadable",
        missing ? "There is no such file." : `This cannot be read (${errno(error)}).`,
      );
    }
    if (stat.isDirectory()) {
      if (path.endsWith(".pipe"))
        return refuse(path, "not-a-file", "This is a directory with the name of a program.", "name the files in it, or rename it");
      let names: string[];
      try {
        names = readdirSync(path).sort();
      } catch (error) {
        return refuse(path, "unreadable", `This directory cannot be read (${errno(error)}).`);
      }
      const before = sources.length + unread.length;
      for (const name of names) {
        if (name === "node_modules" || name.startsWith(".")) continue;
        const inner = join(path, name);
        if (name.endsWith(".pipe") || isDirectory(inner)) visit(inner, false);
      }
      if (named && sources.length + unread.length === before) refuse(path, "not-found", "There is no `.pipe` file in this directory.");
      return;
    }
    if (!stat.isFile()) return refuse(path, "not-a-file", "This is not a regular file.");
    if (stat.size > limits["source-bytes"]) {
      return refuse(
        path,
        "limit",
        `This file has ${stat.size} bytes; at most ${limits["source-bytes"]} are read (limit \`source-bytes\`).`,
        "split it into several files",
      );
    }
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      return refuse(path, "unreadable", `This cannot be read (${errno(error)}).`, "check its permissions");
    }
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return refuse(path, "not-text", "This is not UTF-8 text.", "save it as UTF-8");
    }
    if (text.includes("\0")) return refuse(path, "not-text", "This is a binary file.");
    sources.push({ path, text });
  };
  for (const path of paths) visit(path.length > 1 ? path.replace(/\/+$/, "") : path, true);
  return { sources, unread };
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function errno(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}

/** Writes a file whole or not at all: beside it first, then moved into place. */
export const writeWhole = (path: string, text: string | Uint8Array): void => writeChunks(path, [{ suffix: "", chunks: [text] }]);

/** Files in pieces, all of them or none: `suffix` is put behind the path. */
export function writeChunks(path: string, outputs: readonly Output[]): void {
  const tag = randomUUID().slice(0, 8);
  const besides = outputs.map(({ suffix }) => ({ final: path + suffix, beside: `${path}${suffix}.${tag}.tmp` }));
  try {
    outputs.forEach(({ chunks }, i) => {
      const file = openSync(besides[i].beside, "wx");
      try {
        for (const chunk of chunks) writeFileSync(file, chunk); // all of it, unlike `writeSync`
      } finally {
        closeSync(file);
      }
    });
    for (const { final, beside } of besides) renameSync(beside, final);
  } catch (error) {
    for (const { beside } of besides) rmSync(beside, { force: true });
    throw error;
  }
}

/** Until standard output takes more, or nobody reads it any longer. */
const drained = (): Promise<void> =>
  new Promise((done) => {
    const go = (): void => {
      process.stdout.off("drain", go).off("close", go);
      done();
    };
    process.stdout.on("drain", go).on("close", go);
  });

/** To files, or without a path the first of them to standard output, as fast as that takes it. The exit code. */
export async function writeOut(path: string | undefined, outputs: readonly Output[]): Promise<number> {
  if (path === undefined || path === "-") {
    for (const chunk of outputs[0]?.chunks ?? []) {
      if (process.stdout.destroyed) break; // whoever read it has left
      if (!process.stdout.write(chunk)) await drained();
    }
    return 0;
  }
  try {
    writeChunks(path, outputs);
    return 0;
  } catch (error) {
    if (errno(error) === "unknown error") throw error;
    process.stderr.write(`error: ${path} cannot be written: ${error instanceof Error ? error.message : "unknown error"}\n`);
    return 2;
  }
}

/** Keeps the clauses of a question whose answer did not stand up, in the working directory: the file's name. */
export function saveClauses(clauses: Clauses): string {
  const name = "bubbleproof-question.cnf";
  try {
    saveQuery(name, clauses);
    return name;
  } catch (error) {
    return `no file (${name} cannot be written: ${errno(error)})`;
  }
}

/** Makes the directory; what writes a file in it, whole or not at all, or why that cannot be. */
export function keepIn(folder: string): ((name: string, pieces: Iterable<Uint8Array>) => void) | string {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    return errno(error);
  }
  return (name, pieces) => savePieces(join(folder, name), pieces);
}
