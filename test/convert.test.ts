// What holds for every format of `convert`: it has a name, it reads or writes, it refuses what it cannot say.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Chosen, type Exchanged, formatOf, formats, readProgram, writeAs } from "../src/convert.ts";
import { fraction } from "../src/fraction/index.ts";

const proofs = resolve(import.meta.dirname, "../proofs");

async function scheduleOf(file: string, p: number, m: number, schedule?: string): Promise<Exchanged> {
  const path = resolve(proofs, file);
  const chosen: Chosen = { schedule, parameters: new Map([["p", fraction.rational(p)]]), microbatches: m };
  const read = await readProgram(path, readFileSync(path, "utf8"), chosen);
  if (read.kind === "refused") throw new Error(read.complaints.map(({ message }) => message).join("; "));
  return read.value;
}
const plain = { comms: false, orderComms: false, channel: "pair" } as const;

describe("every format", () => {
  for (const [name, format] of formats) {
    test(`${name} has one name, endings of its own, and does something`, () => {
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(format.read ?? format.write).toBeDefined();
      for (const ending of format.endings) expect(formatOf(`schedule${ending}`)?.name).toBe(name);
    });
    test(`${name} writes V-Half, or says why not`, async () => {
      const outcome = writeAs(format, await scheduleOf("v-half/v-half.pipe", 3, 6, "VHalf"), plain);
      if (outcome.kind === "refused") expect(outcome.complaints[0].message).not.toBe("");
      else expect(outcome.value.map(({ suffix, chunks }) => [suffix, [...chunks].join("").length > 0])[0]).toEqual(["", true]);
    });
  }
});

describe("a program's schedule", () => {
  test("is chosen by name where there are several", async () => {
    const two = "pipeline P { devices 1  pass F on device 0 }\nschedule A of P every 1 { F at 0 }\nschedule B of P every 2 { F at 0 }\n";
    const read = await readProgram("two.pipe", two, { parameters: new Map() });
    expect(read.kind === "refused" && read.complaints[0]).toMatchObject({ code: "schedule", help: "--schedule A | B" });
  });
  test("that is none is refused with its line", async () => {
    const read = await readProgram("x.pipe", "pipeline P { devices 1\n pass F on device 0 }\nschedule S of Q every 1 { F at 0 }\n", {
      schedule: "S",
      parameters: new Map(),
    });
    expect(read.kind === "refused" && read.complaints[0]).toMatchObject({ code: "unknown-pipeline", place: { line: 3, text: "Q" } });
  });
});
