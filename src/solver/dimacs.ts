// Clauses as a DIMACS file: written and read in pieces, so that millions of clauses never become one string.
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { Lines, readNumbers, shown } from "./lines.ts";
import { Literals } from "./literals.ts";
import type { Clauses } from "./sat.ts";

const pieceSize = 2 ** 16;
const [space, minus, digit, newline] = [32, 45, 48, 10];

/** The file's bytes, one clause a line. A piece is good until the next one is asked for. */
export function* writeDimacs({ variables, literals }: Clauses): Generator<Uint8Array> {
  let clauses = 0;
  for (const literal of literals) if (literal === 0) clauses++;
  yield Buffer.from(`p cnf ${variables} ${clauses}\n`);
  const piece = new Uint8Array(pieceSize);
  let at = 0;
  for (const literal of literals) {
    if (at + 12 > pieceSize) {
      yield piece.subarray(0, at);
      at = 0;
    }
    if (literal < 0) piece[at++] = minus;
    const size = Math.abs(literal);
    let length = 1;
    for (let power = 10; power <= size; power *= 10) length++;
    for (let rest = size, place = at + length - 1; place >= at; place--, rest = Math.floor(rest / 10)) piece[place] = digit + (rest % 10);
    at += length;
    piece[at++] = literal === 0 ? newline : space;
  }
  yield piece.subarray(0, at);
}

/** Writes the clauses to a file, whole or not at all. Throws what the file system throws. */
export const saveQuery = (path: string, clauses: Clauses): void => savePieces(path, writeDimacs(clauses));

/** Writes pieces to a file, each before the next one is asked for; whole or not at all. Throws what the file system throws. */
export function savePieces(path: string, pieces: Iterable<Uint8Array>): void {
  const unfinished = `${path}.${process.pid}.part`;
  const file = openSync(unfinished, "wx");
  try {
    for (const piece of pieces) for (let from = 0; from < piece.length; ) from += writeSync(file, piece, from);
    closeSync(file);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/**
 * Reads strictly: one header, before all clauses; as many clauses as it says, each ended by a 0, over the variables that it says;
 * nothing else but lines of comment, which begin with `c`.
 */
export function readDimacs(pieces: Iterable<Uint8Array>): Clauses | { readonly problem: string } {
  const lines = new Lines();
  const literals = new Literals();
  let header: { readonly variables: number; readonly clauses: number } | null = null;
  let number = 0;
  let clauses = 0;
  const readLine = (line: Uint8Array): string | null => {
    if (line.length === 0 || line[0] === 0x63) return null;
    if (header === null) {
      const found = /^p +cnf +(\d{1,9}) +(\d{1,10})\s*$/.exec(Buffer.from(line.subarray(0, 100)).toString("latin1"));
      if (found === null) return `${shown(line)} is not a header \`p cnf VARIABLES CLAUSES\``;
      header = { variables: Number(found[1]), clauses: Number(found[2]) };
      return null;
    }
    const before = literals.length;
    if (!readNumbers(line, 0, literals)) return `${shown(line)} is not a clause`;
    for (const literal of literals.view(before)) {
      if (literal === 0) clauses++;
      if (Math.abs(literal) > header.variables) return `${literal} is beyond the ${header.variables} variables of the header`;
    }
    return null;
  };
  const readAll = (some: Iterable<Uint8Array>): string | null => {
    for (const line of some) {
      number++;
      const problem = readLine(line);
      if (problem !== null) return `line ${number}: ${problem}`;
    }
    return null;
  };
  for (const piece of pieces) {
    const problem = readAll(lines.push(piece));
    if (problem !== null) return { problem };
  }
  const problem = readAll(lines.end());
  if (problem !== null) return { problem };
  const { variables, clauses: promised } = header ?? { variables: 0, clauses: -1 };
  if (promised === -1) return { problem: "there is no header `p cnf VARIABLES CLAUSES`" };
  if (literals.length > 0 && literals.view().at(-1) !== 0) return { problem: "the last clause is not ended by a 0" };
  if (clauses !== promised) return { problem: `the header promises ${promised} clauses, there are ${clauses}` };
  return { variables, literals: literals.copy() };
}
