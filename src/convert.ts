// The use case of `convert`: a schedule read from one format, or taken from a program, and written in another. No files: bytes in, text out.
import {
  done,
  type Exchanged,
  type Format,
  type Outcome,
  type Output,
  type ReadOptions,
  refused,
  type WriteOptions,
} from "./exchange/format.ts";
import { parseRational } from "./exchange/numbers.ts";
import type { Rational } from "./kernel/index.ts";
import { show } from "./session.ts";

export type { Complaint, Exchanged, Format, Outcome, Output, ReadOptions, WriteOptions } from "./exchange/format.ts";
export { formatOf, formats } from "./exchange/formats.ts";
export type { Channel } from "./kernel/index.ts";
export { parseRational };

/** Which schedule of a program, and at what size. */
export interface Chosen {
  readonly schedule?: string;
  readonly parameters: ReadonlyMap<string, Rational>;
  readonly microbatches?: number;
  readonly profile?: string;
}

/** A schedule of a `.pipe` program, replayed by the kernel. */
export async function readProgram(path: string, text: string, chosen: Chosen): Promise<Outcome<Exchanged>> {
  const { load } = await import("./language/program.ts");
  const loaded = load({ path, text });
  const names = [...loaded.program.schedules.keys()];
  const name = chosen.schedule ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined)
    return refused({
      code: "schedule",
      message: names.length === 0 ? `There is no schedule in ${path}.` : `${path} has ${names.length} schedules: which one?`,
      help: names.length === 0 ? "a find becomes one with `solve --out`" : `--schedule ${names.join(" | ")}`,
    });
  const shown = await show({ path, text }, name, chosen);
  switch (shown.kind) {
    case "schedule": {
      const { elaborated, examined, title } = shown;
      return done({
        title,
        problem: examined.problem,
        schedule: examined.schedule,
        nodes: elaborated.nodes.map(({ label, family, indices }) => ({ label, family: family.name.text, indices })),
        streams: elaborated.streams,
      });
    }
    case "invalid":
      return refused({ code: "invalid", message: shown.sentences.join(" ") });
    case "diagnostics": {
      const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
      return refused(
        ...shown.diagnostics.map(({ code, message, span, help }) => ({
          code,
          message,
          help,
          ...(span.to > span.from ? { place: { line: lineOf(span.from), text: text.slice(span.from, span.to) } } : {}),
        })),
      );
    }
  }
}

/** Bytes of a format as a schedule; a format that only writes says so. */
export function readAs(format: Format, bytes: Uint8Array, options: ReadOptions): Outcome<Exchanged> {
  return format.read?.(bytes, options) ?? refused({ code: "format", message: `${format.name} is written, not read.` });
}

/** A schedule as files of a format; a format that is only read says so. */
export function writeAs(format: Format, schedule: Exchanged, options: WriteOptions): Outcome<readonly Output[]> {
  return format.write?.(schedule, options) ?? refused({ code: "format", message: `${format.name} is read, not written.` });
}
