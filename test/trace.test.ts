// Chrome traces against the documented Trace Event Format: what each kind of event must have, and what readers rely on.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { chromeTrace } from "../src/exchange/chrome-trace.ts";
import { heldOver } from "../src/exchange/held.ts";
import { durationOf, type PictureInput } from "../src/exchange/picture.ts";
import { Bytes } from "../src/exchange/trace/bytes.ts";
import { fraction } from "../src/fraction/index.ts";
import { pictureOf } from "../src/report/picture.ts";
import { show } from "../src/session.ts";

const vHalf = readFileSync(resolve(import.meta.dirname, "../proofs/v-half/v-half.pipe"), "utf8");
async function pictured(text: string, name: string, p: number, m: number, profile?: string): Promise<PictureInput> {
  const parameters = new Map([["p", fraction.rational(p)]]);
  const shown = await show({ path: "x.pipe", text }, name, { parameters, microbatches: m, profile });
  if (shown.kind !== "schedule") throw new Error(JSON.stringify(shown.kind === "invalid" ? shown.sentences : shown.diagnostics));
  return pictureOf(shown.elaborated, shown.examined.problem, shown.examined.schedule);
}
/** Two streams; thirds and sevenths, which no decimal says. */
const offload = `pipeline Off(p) {
  devices p
  stages s in 0..p-1 on device s
  stream copy
  pass F[s] after F[s-1]
  pass O[s] on copy after F[s]
  pass B[s] after F[s], O[s], B[s+1]
  holds 1/3 from F[s] to O[s]
  holds 1 from F[s] to B[s]
}
profile Odd { F 1/3  O 2/7  B 5/3  send 1/7 }
schedule Copying(p) of Off(p) { device d runs (F[d] O[d])^(p-d) (B[d] F[d] O[d])* B[d]* }
`;

interface Event {
  readonly ph: string;
  readonly pid: number;
  readonly tid?: number;
  readonly name: string;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}
interface Trace {
  readonly displayTimeUnit: string;
  readonly otherData: Readonly<Record<string, string>>;
  readonly traceEvents: readonly Event[];
}
const textOf = (input: PictureInput, title = "T", arrows = true): string => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (const piece of chromeTrace(input, { title, arrows })) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
};
const traceOf = (input: PictureInput): Trace => JSON.parse(textOf(input));
const nanos = (microseconds: number | undefined): number => Math.round((microseconds ?? Number.NaN) * 1000);

describe("a trace", () => {
  for (const [what, make] of [
    ["V-Half", () => pictured(vHalf, "VHalf", 4, 8)],
    ["two streams, odd times", () => pictured(offload, "Copying", 3, 6, "Odd")],
  ] as const) {
    test(`${what}: every event has what its phase asks for`, async () => {
      const { traceEvents, displayTimeUnit } = traceOf(await make());
      expect(["ms", "ns"]).toContain(displayTimeUnit);
      for (const { ph, pid, tid, name, cat, ts, dur, id, args } of traceEvents) {
        expect(Number.isInteger(pid) && typeof name === "string").toBe(true);
        switch (ph) {
          case "M":
            expect(["process_name", "process_sort_index", "thread_name", "thread_sort_index", "trace_title"]).toContain(name);
            break;
          case "X":
            expect([Number.isInteger(tid), typeof cat, (ts ?? -1) >= 0, (dur ?? -1) >= 0]).toEqual([true, "string", true, true]);
            break;
          case "C":
            expect([(ts ?? -1) >= 0, Object.values(args ?? {}).map((own) => typeof own)]).toEqual([true, ["number"]]);
            break;
          default: // arrows
            expect([["s", "f"].includes(ph), Number.isInteger(id), Number.isInteger(tid), (ts ?? -1) >= 0]).toEqual([
              true,
              true,
              true,
              true,
            ]);
        }
      }
    });
    test(`${what}: a slice for each pass, on the thread of its stream, without overlap`, async () => {
      const input = await make();
      const { problem } = input;
      const slices = traceOf(input).traceEvents.filter(({ ph }) => ph === "X");
      expect(slices.length).toBe(input.schedule.start.length);
      const threads = new Map<number, Event[]>();
      for (const slice of slices) threads.set(slice.tid ?? 0, [...(threads.get(slice.tid ?? 0) ?? []), slice]);
      expect(threads.size).toBe(problem.devices * problem.streams);
      const end = (slice: Event): number => nanos(slice.ts) + nanos(slice.dur);
      for (const own of threads.values())
        for (let i = 1; i < own.length; i++) expect(nanos(own[i].ts)).toBeGreaterThanOrEqual(end(own[i - 1]));
      // Times are the schedule's to the nanosecond, a unit of time being a millisecond.
      for (let pass = 0; pass < input.schedule.start.length; pass++) {
        const microbatch = Math.floor(pass / problem.nodes);
        const slice = slices.find(({ name }) => name === `${input.nodes[pass % problem.nodes].label} ${microbatch}`);
        const start = input.schedule.start[pass];
        expect(nanos(slice?.ts)).toBe(Math.round((start / problem.ticksPerUnit) * 1e6));
        expect(slice === undefined ? Number.NaN : end(slice)).toBe(
          Math.round(((start + durationOf(problem, pass)) / problem.ticksPerUnit) * 1e6),
        );
        expect(slice?.args).toEqual({ microbatch });
      }
    });
    test(`${what}: an arrow for each dependency between devices, bound to the slices at its ends`, async () => {
      const input = await make();
      const { problem, nodes } = input;
      const { traceEvents } = traceOf(input);
      const slices = traceEvents.filter(({ ph }) => ph === "X");
      // Readers bind an arrow's end to the slice that is running on its thread at its time; of two the one that began last.
      const bound = ({ tid, ts }: Event): string | undefined =>
        slices.filter((one) => one.tid === tid && nanos(one.ts) <= nanos(ts) && nanos(ts) < nanos(one.ts) + nanos(one.dur)).at(-1)?.name;
      const leaving = new Map(traceEvents.filter(({ ph }) => ph === "s").map((one) => [one.id, one]));
      const arriving = traceEvents.filter(({ ph }) => ph === "f");
      const drawn = arriving.map((one) => `${bound(leaving.get(one.id) ?? one)} > ${bound(one)}`).sort();
      const wanted: string[] = [];
      const [route] = problem.routes;
      for (let microbatch = 0; microbatch < problem.microbatches; microbatch++)
        for (let node = 0; node < problem.nodes; node++)
          for (const other of route.dep.subarray(route.depStart[node], route.depStart[node + 1]))
            if (route.device[other] !== route.device[node])
              wanted.push(`${nodes[other].label} ${microbatch} > ${nodes[node].label} ${microbatch}`);
      expect(drawn).toEqual(wanted.sort());
      expect(arriving.every(({ bp }) => bp === "e")).toBe(true);
      expect(leaving.size).toBe(arriving.length);
    });
    test(`${what}: a counter of memory for each device`, async () => {
      const input = await make();
      const { traceEvents } = traceOf(input);
      for (let device = 0; device < input.problem.devices; device++) {
        const process = traceEvents.find(({ name, args }) => name === "process_name" && args?.name === `device ${device}`)?.pid;
        const counted = traceEvents.filter(({ ph, pid }) => ph === "C" && pid === process).map(({ args }) => args?.held);
        expect(counted).toEqual([...heldOver(input, device).held].map((parts) => parts / input.problem.partsPerUnit));
      }
    });
  }
  test("names with quotes and markup stay inside their strings; the same input gives the same bytes", async () => {
    const input = await pictured(vHalf, "VHalf", 2, 2);
    const strange: PictureInput = { ...input, nodes: input.nodes.map((one) => ({ ...one, label: `"</script>\\\n é 𝔽`, family: '"' })) };
    const slices = traceOf(strange).traceEvents.filter(({ ph }) => ph === "X");
    expect(slices.map(({ name }) => name)).toContain(`"</script>\\\n é 𝔽 1`);
    expect(textOf(strange, '"\\')).toBe(textOf(strange, '"\\'));
    expect(JSON.parse(textOf(strange, '"\\')).otherData.title).toBe('"\\');
  });
  test("without passes, without arrows, and with times beyond 2^53 nanoseconds", async () => {
    const input = await pictured(vHalf, "VHalf", 2, 2);
    const { problem, schedule } = input;
    const empty = {
      ...input,
      problem: { ...problem, microbatches: 0 },
      schedule: { order: { offsets: new Int32Array(3), passes: new Int32Array(0) }, start: new Float64Array(0) },
    };
    expect(traceOf(empty).traceEvents.filter(({ ph }) => ph !== "M" && ph !== "C")).toEqual([]);
    const bare: Trace = JSON.parse(textOf(input, "T", false));
    expect(bare.traceEvents.filter(({ ph }) => ph === "s" || ph === "f")).toEqual([]);
    const huge = {
      ...input,
      problem: { ...problem, routes: problem.routes.map((route) => ({ ...route, duration: route.duration.map(() => 2 ** 45) })) },
      schedule: { ...schedule, start: schedule.start.map((start) => start * 2 ** 45) },
    };
    const { traceEvents, otherData } = traceOf(huge);
    expect(otherData.unit).toBe("a unit of time is 1 ns");
    expect(traceEvents.filter(({ ph }) => ph === "X").every(({ dur }) => nanos(dur) === 2 ** 45)).toBe(true);
  });
  test("comes in pieces, and large ones are the same text", async () => {
    const input = await pictured(vHalf, "VHalf", 16, 128);
    const pieces = [...chromeTrace(input, { title: "T" })];
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1.2 * 2 ** 20);
    const { traceEvents } = JSON.parse(Buffer.concat(pieces).toString()) as Trace;
    expect(traceEvents.filter(({ ph }) => ph === "X").length).toBe(16 * 2 * 3 * 128);
  });
});

test("numbers are written as they would be printed", () => {
  const out = new Bytes();
  const numbers = [0, 7, 10, 99, 100, 999_999_999, 1e9, 1e9 + 1, 123_456_789_012, 2 ** 53 - 1];
  for (const number of numbers) {
    out.whole(number);
    out.text(" ");
    out.thousandths(number);
    out.text(" ");
  }
  const words = new TextDecoder().decode(out.rest()).trim().split(" ");
  const point = (value: number): string => `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, "0")}`.replace(/\.?0+$/, "");
  expect(words).toEqual(numbers.flatMap((number) => [`${number}`, number < 1000 && number % 1000 === 0 ? "0" : point(number)]));
});
