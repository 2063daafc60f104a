// The SAT solver that a user names. Two are embedded; the others are programs, found on PATH or given by their path.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { CadicalSolver } from "./cadical.ts";
import { dialects } from "./dialects.ts";
import { NativeSolver } from "./native.ts";
import type { SatSolver } from "./sat.ts";
import { Z3SatSolver } from "./z3-sat.ts";

export const defaultSolver = "cadical-wasm";
const embedded: ReadonlyMap<string, () => SatSolver> = new Map([
  [defaultSolver, () => new CadicalSolver()],
  ["z3-wasm", () => new Z3SatSolver()],
]);

export type Choice = { make(): SatSolver } | { readonly problem: string; readonly help: string };

/**
 * Programs are looked up now, and started when they are asked. A known name without its program is never replaced by something
 * embedded: who names `cadical` means the program. Other programs than the known ones are taken by their path only.
 */
export function solverNamed(name: string): Choice {
  const make = embedded.get(name);
  if (make !== undefined) return { make };
  if (/[/\\]/.test(name)) {
    const program = resolve(name);
    if (isProgram(program)) return { make: () => new NativeSolver(program) };
    return { problem: `\`${name}\` is not a program that can be run`, help: thereAre() };
  }
  const program = dialects.has(name) ? onPath(name) : null;
  if (program !== null) return { make: () => new NativeSolver(program) };
  return { problem: `there is no solver \`${name}\`${dialects.has(name) ? " on PATH" : ""}`, help: thereAre(name) };
}

/** The names that can be chosen here and now. */
export const solversHere = (): string[] => [...embedded.keys(), ...[...dialects.keys()].filter((name) => onPath(name) !== null)];

function thereAre(meant?: string): string {
  const near = meant === undefined ? undefined : [...embedded.keys(), ...dialects.keys()].find((name) => alike(name, meant));
  const found = solversHere().filter((name) => !embedded.has(name));
  return [
    ...(near === undefined || near === meant ? [] : [`did you mean \`${near}\`?`]),
    `embedded: ${[...embedded.keys()].join(", ")}`,
    `on PATH: ${found.join(", ") || "none"}`,
    "any other by its path, `./name`, if it takes a DIMACS file and the name of a file for its proof",
  ].join("; ");
}

/** Whether one name becomes the other by changing, adding or leaving out one letter, or by going on after a `-`. */
function alike(name: string, meant: string): boolean {
  if (name.startsWith(`${meant}-`)) return true;
  let [from, end] = [0, 0];
  while (from < name.length && name[from] === meant[from]) from++;
  while (end < Math.min(name.length, meant.length) - from && name.at(-1 - end) === meant.at(-1 - end)) end++;
  return Math.max(name.length, meant.length) - from - end <= 1;
}

function onPath(name: string): string | null {
  const names = process.platform === "win32" ? [`${name}.exe`] : [name];
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => names.map((file) => resolve(join(folder, file)))).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
