// `convert`: reads a file in one format (or a schedule of a program), writes it in another. Without anything to write to: only looks.
import { readFileSync, statSync } from "node:fs";
import type { Channel, Complaint, Exchanged, Format, Outcome } from "../convert.ts";
import { type ColorFlag, colored, rationals } from "./commands.ts";
import { readSources, writeOut } from "./files.ts";

export interface ConvertFlags extends ColorFlag {
  readonly from?: string;
  readonly to?: string;
  readonly schedule?: string;
  readonly param: ReadonlyMap<string, bigint>;
  readonly microbatches?: number;
  readonly profile?: string;
  readonly times: ReadonlyMap<string, string>;
  readonly holds?: string;
  readonly ranks?: number;
  readonly comms?: boolean;
  readonly orderComm?: boolean;
  readonly channel: Channel;
  readonly certificate?: string;
}

/** Largest file that is read, in bytes. */
const mostBytes = 1024 * 1024 * 1024;

export async function convertCommand(input: string, output: string | undefined, flags: ConvertFlags): Promise<number> {
  const { formats, formatOf, readAs, writeAs } = await import("../convert.ts");
  const { complaintText } = await import("../report/complaint.ts");
  const color = colored(flags);
  const fail = (message: string, help?: string): number => {
    process.stderr.write(`error: ${message}\n${help === undefined ? "" : `  help: ${help}\n`}`);
    return 2;
  };
  const say = (complaints: readonly Complaint[]): void => {
    for (const one of complaints) process.stderr.write(complaintText(one, input, color));
  };
  const known = [...formats.keys()];
  const strange = [flags.from, flags.to].find((name) => name !== undefined && !formats.has(name));
  if (strange !== undefined) return fail(`there is no format \`${strange}\``, `the formats are ${known.join(", ")}`);
  const from = flags.from ?? formatOf(input)?.name;
  if (from === undefined) return fail(`what format ${input} has does not show in its name`, `say --from ${known.join(" | ")}`);
  const to = flags.to ?? (output === undefined ? undefined : formatOf(output)?.name);
  if (to === undefined && output !== undefined)
    return fail(`what format ${output} should have does not show in its name`, `say --to ${known.join(" | ")}`);

  const reader = from === "pipe" ? undefined : formats.get(from); // a program is more than its bytes: which schedule, at what size
  const read = reader === undefined ? await program(input, flags) : bytesOf(input, (bytes) => readAs(reader, bytes, reading(input, flags)));
  if (read.kind === "refused") {
    say(read.complaints);
    return 2;
  }
  say(read.remarks);
  if (to === undefined) {
    const { exchangedText } = await import("../report/exchanged.ts");
    process.stdout.write(exchangedText(read.value));
    return 0;
  }
  const writer = formats.get(to);
  if (writer === undefined) return fail(`${to} is read, not written`);
  return written(writer, read.value);

  async function written(format: Format, schedule: Exchanged): Promise<number> {
    const outcome = writeAs(format, schedule, {
      comms: flags.comms === true || flags.orderComm === true,
      orderComms: flags.orderComm === true,
      channel: flags.channel,
      certificate: flags.certificate,
    });
    if (outcome.kind === "refused") {
      say(outcome.complaints);
      return 2;
    }
    say(outcome.remarks);
    return writeOut(output, outcome.value);
  }
}

const reading = (path: string, { times, holds, microbatches, ranks, channel, orderComm }: ConvertFlags) => ({
  path,
  repair: orderComm === true,
  times,
  holds,
  microbatches,
  ranks,
  channel,
});

async function program(path: string, flags: ConvertFlags): Promise<Outcome<Exchanged>> {
  const { readProgram } = await import("../convert.ts");
  const { sources, unread } = readSources([path]);
  const [source] = sources;
  if (source === undefined) {
    const complaints = unread.flatMap(({ diagnostics }) => diagnostics.map(({ code, message, help }) => ({ code, message, help })));
    return { kind: "refused", complaints };
  }
  const { schedule, microbatches, profile } = flags;
  return readProgram(source.path, source.text, { schedule, microbatches, profile, parameters: rationals(flags.param) });
}

function bytesOf(path: string, read: (bytes: Uint8Array) => Outcome<Exchanged>): Outcome<Exchanged> {
  const no = (code: string, message: string): Outcome<Exchanged> => ({ kind: "refused", complaints: [{ code, message }] });
  let bytes: Uint8Array;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return no("not-a-file", "This is not a regular file.");
    if (stat.size > mostBytes) return no("limit", `This file has ${stat.size} bytes; at most ${mostBytes} are read.`);
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return code === "ENOENT" ? no("not-found", "There is no such file.") : no("unreadable", `This cannot be read (${code}).`);
  }
  return read(bytes);
}
