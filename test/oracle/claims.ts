// The catalogue's files, asked whether they say what a replay has found.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { verify } from "../../src/session.ts";
import { listFrom, type Replayed } from "./replay.ts";

const proofs = resolve(import.meta.dirname, "../../proofs");
export const read = (file: string): string => readFileSync(join(proofs, file), "utf8");

/** The orders in a file that name every device by its number. */
export function ordersIn(file: string): Map<string, { readonly devices: number; readonly lists: string[][] }> {
  const found = new Map<string, { devices: number; lists: string[][] }>();
  for (const [, name, devices, body] of read(file).matchAll(
    /^schedule (\w+) of (?:V|Straight)\((\d+)\) \{\n((?: {2}device \d+ runs .*\n)+)\}/gm,
  ))
    found.set(name, {
      devices: Number(devices),
      lists: body
        .trimEnd()
        .split("\n")
        .map((line) => listFrom(line.replace(/^.*? runs /, ""))),
    });
  return found;
}

// ---- what the catalogue says of the same

/** Puts claims to a file of the catalogue and wants every one proved; its `find`s are solved where claims speak of them. */
export async function holds(file: string, claims: readonly string[], finds: "solved" | "left out" = "left out"): Promise<void> {
  // Only the declarations before the file's own claims and after them; these are judged elsewhere.
  const whole = read(file).replace(/^claim [^\n]*\n(?: +[^\n]*\n)*/gm, "");
  const text = finds === "solved" ? whole : whole.replace(/^find [^{]*\{[^}]*\}\n/gm, "");
  const report = await verify([{ path: file, text: `${text}\n${claims.map((claim, i) => `claim "${i}": ${claim}\n`).join("")}` }]);
  const [{ claims: judged, diagnostics }] = report.files;
  expect(diagnostics).toEqual([]);
  const own = judged.filter(({ title }) => /^\d+$/.test(title));
  expect(own.filter(({ verdict }) => verdict !== "proved").map(({ title }) => claims[Number(title)])).toEqual([]);
  expect(own.length).toBe(claims.length);
}
export const says = (schedule: string, m: number, { span, makespan, idle, peaks }: Replayed, share: number, profile = ""): string =>
  [
    `span(${schedule}, m = ${m}${profile}) == ${span}`,
    `makespan(${schedule}, m = ${m}${profile}) == ${makespan}`,
    `idle(${schedule}, m = ${m}${profile}) == ${idle}`,
    ...peaks.map((peak, d) => `peak(${schedule}, m = ${m}) on device ${d} == ${peak}/${share}`),
  ].join(" and ");
