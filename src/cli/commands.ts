// What each command does: read, call the session, print, choose the exit code.
import type { Rational } from "../kernel/index.ts";
import type { Source } from "../session.ts";
import { readSources, writeWhole } from "./files.ts";
import { Progress } from "./progress.ts";

export interface ColorFlag {
  readonly color: "auto" | "always" | "never";
}
export interface CheckFlags extends ColorFlag {
  readonly json?: boolean;
}
export interface VerifyFlags extends CheckFlags {
  readonly time: boolean;
  readonly timeout?: number;
  readonly param: ReadonlyMap<string, bigint>;
  readonly seed: number;
  readonly quiet?: boolean;
}
export interface FormatFlags extends ColorFlag {
  readonly check?: boolean;
}
export interface ShowFlags extends ColorFlag {
  readonly param: ReadonlyMap<string, bigint>;
  readonly microbatches?: number;
  readonly profile?: string;
  readonly format: "text" | "svg";
  readonly out?: string;
  readonly width?: number;
  readonly plain?: boolean;
}

const colored = ({ color }: ColorFlag): boolean =>
  color === "always" || (color === "auto" && process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
const width = (): number => (process.stdout.isTTY ? Math.max(60, process.stdout.columns) : 100);
const rationals = (given: ReadonlyMap<string, bigint>): Map<string, Rational> =>
  new Map([...given].map(([name, num]) => [name, { num, den: 1n }]));

export async function verifyCommand(paths: readonly string[], flags: VerifyFlags): Promise<number> {
  const { verify } = await import("../session.ts");
  const { exitCode } = await import("../report/exit.ts");
  const { sources, unread } = readSources(paths);
  const progress = new Progress();
  let interrupted = false;
  const onInterrupt = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
  };
  process.on("SIGINT", onInterrupt);
  try {
    const judged = await verify(sources, {
      parameters: rationals(flags.param),
      timeout: flags.timeout === undefined ? undefined : flags.timeout * 1000,
      interrupted: () => interrupted,
      progress: (what) => progress.at(what),
    });
    progress.end();
    const report = { ...judged, files: [...unread, ...judged.files] };
    await print(report, flags, flags.time, flags.quiet === true);
    if (!flags.json && !flags.quiet) {
      for (const file of judged.files.filter(({ claims, diagnostics }) => claims.length + diagnostics.length === 0))
        process.stdout.write(`${file.source.path}: no claims, no schedules: nothing to judge\n`);
    }
    return exitCode(report);
  } finally {
    progress.end();
    process.off("SIGINT", onInterrupt);
  }
}

export async function checkCommand(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const { check } = await import("../session.ts");
  const { exitCode } = await import("../report/exit.ts");
  const { sources, unread } = readSources(paths);
  const checked = check(sources);
  const report = { ...checked, files: [...unread, ...checked.files] };
  await print(report, flags, false, false);
  return exitCode(report);
}

async function print(
  report: Awaited<ReturnType<typeof import("../session.ts").verify>>,
  flags: CheckFlags,
  time: boolean,
  quiet: boolean,
): Promise<void> {
  if (flags.json) {
    const { reportJson } = await import("../report/json.ts");
    process.stdout.write(reportJson(report, time));
    return;
  }
  const { reportText } = await import("../report/text.ts");
  const text = reportText(report, { color: colored(flags), width: width(), quiet });
  if (text.trim() !== "") process.stdout.write(text);
}

export async function formatCommand(paths: readonly string[], flags: FormatFlags): Promise<number> {
  const { format } = await import("../language/format.ts");
  const { check } = await import("../session.ts");
  const { reportText } = await import("../report/text.ts");
  const { sources, unread } = readSources(paths);
  const broken = check(sources).files.filter((file) =>
    file.diagnostics.some((one) => one.code === "syntax" || one.code === "unclosed" || one.code === "limit"),
  );
  let code = broken.length + unread.length > 0 ? 2 : 0;
  if (code === 2)
    process.stderr.write(reportText({ files: [...unread, ...broken], complete: true }, { color: false, width: width(), quiet: false }));
  const skip = new Set<Source>(broken.map((file) => file.source));
  for (const source of sources) {
    if (skip.has(source)) continue;
    const formatted = format(source.text);
    if (formatted === source.text) continue;
    if (flags.check) {
      process.stdout.write(`${source.path} is not in the canonical layout\n`);
      code = Math.max(code, 1);
    } else {
      writeWhole(source.path, formatted);
      process.stdout.write(`${source.path}\n`);
    }
  }
  return code;
}

export async function showCommand(path: string, name: string, flags: ShowFlags): Promise<number> {
  const { show } = await import("../session.ts");
  const { diagnosticText } = await import("../report/text.ts");
  const { sources, unread } = readSources([path]);
  const text = { color: colored(flags), width: flags.width ?? width(), quiet: false };
  const [source] = sources;
  if (source === undefined) {
    for (const file of unread) for (const one of file.diagnostics) process.stderr.write(`${diagnosticText(one, file.source, text)}\n`);
    return 2;
  }
  const shown = await show(source, name, { parameters: rationals(flags.param), microbatches: flags.microbatches, profile: flags.profile });
  if (shown.kind === "diagnostics") {
    for (const one of shown.diagnostics) process.stderr.write(`${diagnosticText(one, source, text)}\n`);
    return 2;
  }
  if (shown.kind === "invalid") {
    process.stdout.write(`${shown.sentences.join("\n")}\n`);
    return 1;
  }
  const { elaborated, examined, title } = shown;
  const input = {
    problem: examined.problem,
    schedule: examined.schedule,
    nodes: elaborated.nodes.map(({ label, family }) => ({ label, family: family.name.text })),
    streams: elaborated.streams,
  };
  let drawn: string;
  if (flags.format === "svg") {
    const { drawSvg } = await import("../exchange/svg.ts");
    drawn = drawSvg(input, { title, memory: true });
  } else {
    const { drawTerminal } = await import("../exchange/terminal.ts");
    const { measureLine } = await import("../report/measures.ts");
    drawn = `${title}\n${drawTerminal(input, { width: text.width, color: text.color, unicode: flags.plain !== true })}\n${measureLine(examined)}\n`;
  }
  if (flags.out === undefined) process.stdout.write(drawn);
  else {
    try {
      writeWhole(flags.out, drawn);
    } catch (error) {
      process.stderr.write(`error: ${flags.out} cannot be written: ${error instanceof Error ? error.message : "unknown error"}\n`);
      return 2;
    }
  }
  return 0;
}

export async function explainCommand(code: string | undefined, flags: ColorFlag): Promise<number> {
  const { explain, explanations } = await import("../language/explain/index.ts");
  const { nearest } = await import("../language/diagnostic.ts");
  const { explanationText } = await import("../report/explanation.ts");
  if (code === undefined) {
    const width = Math.max(...[...explanations.keys()].map((one) => one.length));
    for (const one of explanations.values()) process.stdout.write(`${one.code.padEnd(width)}  ${one.title}\n`);
    return 0;
  }
  const found = explain(code.replace(/^error\[|\]$/g, ""));
  if (found === undefined) {
    const near = nearest(code, explanations.keys());
    process.stderr.write(`error: there is no code \`${code}\`${near ? `; did you mean \`${near}\`?` : ""}\n`);
    return 2;
  }
  process.stdout.write(explanationText(found, colored(flags)));
  return 0;
}

/** What no user can cause: said in one line, without a stack trace unless asked for. */
export function ownBug(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`bubbleproof has a bug: ${message}\n(BUBBLEPROOF_TRACE=1 shows where; please report it)\n`);
  if (process.env.BUBBLEPROOF_TRACE && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 70;
}
