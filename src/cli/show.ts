// `show`: schedules as pictures in the terminal, as SVG or as a trace. Several are drawn over one time axis.
import { endOf, type Window } from "../exchange/picture.ts";
import type { Problem } from "../kernel/index.ts";
import type { Shown } from "../session.ts";
import { type ColorFlag, colored, rationals, width } from "./commands.ts";
import { readSources, writeOut } from "./files.ts";

export interface ShowFlags extends ColorFlag {
  readonly param: ReadonlyMap<string, bigint>;
  readonly microbatches?: number;
  readonly profile?: string;
  readonly compare?: readonly string[];
  readonly format?: "terminal" | "text" | "svg" | "chrome-trace" | "trace";
  readonly out?: string;
  readonly width?: number;
  readonly plain?: boolean;
  readonly theme: "auto" | "light" | "dark";
  readonly memory?: boolean;
  readonly lifespans?: boolean;
  readonly from?: number;
  readonly to?: number;
}

type Schedule = Extract<Shown, { kind: "schedule" }>;

export async function showCommand(path: string, name: string | undefined, flags: ShowFlags): Promise<number> {
  const names = [...(name === undefined ? [] : [name]), ...(flags.compare ?? [])];
  if (names.length === 0) return refuse("no schedule is named: `show FILE SCHEDULE`, or `show FILE --compare A B`");
  if (names.length > 8) return refuse(`${names.length} schedules are more than one picture holds; at most 8`);
  const shown: Schedule[] = [];
  for (const one of names) {
    const found = await scheduleNamed(path, one, flags, names.length > 1);
    if (typeof found === "number") return found;
    shown.push(found);
  }
  const stray = [...flags.param.keys()].find((given) => !shown.some(({ parameters }) => parameters.includes(given)));
  if (stray !== undefined && names.length > 1) return refuse(`none of ${names.join(", ")} has a parameter \`${stray}\``);
  const format = formatOf(flags);
  if (format === "chrome-trace" && shown.length > 1) return refuse("a trace shows one schedule; `--compare` is for the terminal and SVG");
  if (flags.from !== undefined && flags.to !== undefined && flags.to <= flags.from)
    return refuse(`nothing lies between --from ${flags.from} and --to ${flags.to}`);
  const pieces = format === "svg" ? await svg(shown, flags) : format === "chrome-trace" ? await trace(shown[0]) : await text(shown, flags);
  return writeOut(flags.out, [{ suffix: "", chunks: pieces }]);
}

function refuse(sentence: string): number {
  process.stderr.write(`error: ${sentence}\n`);
  return 2;
}

/** `NAME`, or `OTHER.pipe:NAME`; what is in the way goes to standard error, and the exit code comes back. */
async function scheduleNamed(path: string, name: string, flags: ShowFlags, several: boolean): Promise<Schedule | number> {
  const { show } = await import("../session.ts");
  const { diagnosticText } = await import("../report/text.ts");
  const colon = name.lastIndexOf(":");
  const [file, own] = colon < 0 ? [path, name] : [name.slice(0, colon), name.slice(colon + 1)];
  const { sources, unread } = readSources([file]);
  const options = { color: colored(flags), width: flags.width ?? width(), quiet: false };
  const [source] = sources;
  if (source === undefined) {
    for (const { diagnostics, source } of unread)
      for (const one of diagnostics) process.stderr.write(`${diagnosticText(one, source, options)}\n`);
    return 2;
  }
  const wanted = { parameters: rationals(flags.param), microbatches: flags.microbatches, profile: flags.profile, lenient: several };
  const shown: Shown = await show(source, own, wanted);
  switch (shown.kind) {
    case "diagnostics":
      for (const one of shown.diagnostics) process.stderr.write(`${diagnosticText(one, source, options)}\n`);
      return 2;
    case "invalid":
      process.stdout.write(`${shown.sentences.join("\n")}\n`);
      return 1;
    case "schedule":
      return shown;
  }
}

function formatOf({ format, out }: ShowFlags): "terminal" | "svg" | "chrome-trace" {
  if (format === "svg") return "svg";
  if (format === "chrome-trace" || format === "trace") return "chrome-trace";
  if (format === undefined && out !== undefined) {
    if (out.endsWith(".svg")) return "svg";
    if (out.endsWith(".trace.json")) return "chrome-trace";
  }
  return "terminal";
}

/** Times on the command line are in units; a picture's window is in ticks. */
function windowOf({ from, to }: ShowFlags, { ticksPerUnit }: Problem, end: number): Window | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { from: (from ?? 0) * ticksPerUnit, to: to === undefined ? Math.max(end, (from ?? 0) * ticksPerUnit) : to * ticksPerUnit };
}

async function svg(shown: readonly Schedule[], flags: ShowFlags): Promise<Iterable<string>> {
  const { drawSvg } = await import("../exchange/svg.ts");
  const { pictureOfShown } = await import("../report/picture.ts");
  const { captionOf } = await import("../report/measures.ts");
  const panels = shown.map((one) => ({
    input: pictureOfShown(one),
    title: one.title,
    subtitle: captionOf(one.examined),
    window: windowOf(flags, one.examined.problem, endOf(one.examined)),
  }));
  const { theme, width, lifespans } = flags;
  return [drawSvg(panels, { theme, width, lifespans, memory: flags.memory === false ? "none" : "auto" })];
}

async function trace(shown: Schedule): Promise<Iterable<Uint8Array>> {
  const { chromeTrace } = await import("../exchange/chrome-trace.ts");
  const { pictureOfShown } = await import("../report/picture.ts");
  return chromeTrace(pictureOfShown(shown), { title: shown.title });
}

async function text(shown: readonly Schedule[], flags: ShowFlags): Promise<Iterable<string>> {
  const { drawCompared } = await import("../exchange/terminal.ts");
  const { pictureOfShown } = await import("../report/picture.ts");
  const { measureLine } = await import("../report/measures.ts");
  const panels = shown.map((one) => ({
    input: pictureOfShown(one),
    window: windowOf(flags, one.examined.problem, endOf(one.examined)),
    title: one.title,
    subtitle: measureLine(one.examined),
  }));
  const options = {
    width: flags.width ?? width(),
    color: colored(flags),
    unicode: flags.plain !== true,
    memory: flags.memory === true,
    legend: true,
  };
  return [drawCompared(panels, options)];
}
