// What each command does: read, call the session, print, choose the exit code.
import type { Rational } from "../kernel/index.ts";
import type { Report, Source, VerifyOptions } from "../session.ts";
import type { SatSolver } from "../solver/sat.ts";
import { readSources, saveClauses, writeWhole } from "./files.ts";
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
  readonly solver?: string;
  /** Where certificates go. */
  readonly certify?: string;
  readonly jobs?: number;
  /** Where the solvers' questions go. */
  readonly smtlib?: string;
  readonly html?: string;
}
export interface SolveFlags extends VerifyFlags {
  readonly out?: string;
  readonly picture?: boolean;
}
export interface FormatFlags extends ColorFlag {
  readonly check?: boolean;
}
export const colored = ({ color }: ColorFlag): boolean =>
  color === "always" || (color === "auto" && process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
/** Columns of the terminal; elsewhere what COLUMNS says, or 100. */
export const width = (): number => {
  if (process.stdout.isTTY) return Math.max(60, process.stdout.columns);
  const said = Number(process.env.COLUMNS);
  return Number.isInteger(said) && said > 0 ? Math.max(60, said) : 100;
};
export const rationals = (given: ReadonlyMap<string, bigint>): Map<string, Rational> =>
  new Map([...given].map(([name, num]) => [name, { num, den: 1n }]));

export async function verifyCommand(paths: readonly string[], flags: VerifyFlags): Promise<number> {
  const { verify } = await import("../session.ts");
  const { sources, unread } = readSources(paths);
  return judged(flags, async (options) => {
    const report = await certified(await verify(sources, options), flags);
    const whole = { ...report, files: [...unread, ...report.files] };
    await print(whole, flags, flags.time, flags.quiet === true);
    if (!flags.json && !flags.quiet)
      for (const { source } of report.files.filter(({ claims, diagnostics }) => claims.length + diagnostics.length === 0))
        process.stdout.write(`${source.path}: no claims, no schedules: nothing to judge\n`);
    if (flags.html !== undefined) {
      const { writeHtml } = await import("./html.ts");
      const problem = await writeHtml(flags.html, whole);
      if (problem !== null) throw new Refused(problem);
    }
    return whole;
  });
}

export async function solveCommand(path: string, name: string | undefined, flags: SolveFlags): Promise<number> {
  const { findsOf, solve } = await import("../session.ts");
  const { sources, unread } = readSources([path]);
  if (sources.length !== 1 && unread.length === 0) {
    process.stderr.write(`error: ${path} holds ${sources.length} programs; \`solve\` takes one file\n`);
    return 2;
  }
  return judged(flags, async (options) => {
    // Before the search: it may take long.
    if (flags.out !== undefined) {
      if (!/\.(pipe|json|svg)$/.test(flags.out)) throw new Refused(`${flags.out}: a schedule is written as .pipe, .json or .svg`);
      const finds = name === undefined ? sources.flatMap(findsOf) : [name];
      if (finds.length > 1) throw new Refused(`\`--out\` takes one schedule; name the find: ${finds.join(", ")}`);
    }
    const judged =
      sources.length === 1 ? await solve(sources[0], name === undefined ? [] : [name], options) : { files: unread, complete: true };
    const report = await certified(judged, flags);
    await print(report, flags, flags.time, flags.quiet === true);
    const sightings = report.files.flatMap((file) => file.sightings);
    if (!flags.json && !flags.quiet) {
      for (const { source } of report.files.filter(({ claims, diagnostics }) => claims.length + diagnostics.length === 0))
        process.stdout.write(`${source.path}: no finds: nothing to look for\n`);
      const { sightingText } = await import("../report/sighting.ts");
      for (const sighting of sightings)
        process.stdout.write(sightingText(sighting, { color: colored(flags), width: width(), picture: flags.picture === true }));
    }
    const blocks = report.files.flatMap((file) => file.blocks.flatMap(({ text }) => text ?? []));
    if (!flags.json && !flags.quiet && flags.out === undefined) for (const text of blocks) process.stdout.write(`\n${text}`);
    if (flags.out !== undefined) {
      await writeFound(flags.out, sightings, blocks, sources[0]);
      if (flags.certify === undefined) await certifyBeside(flags.out, sightings);
    }
    return report;
  });
}

/** With `--certify`: the report with the files of its certificates. */
async function certified(report: Report, { certify, quiet }: VerifyFlags): Promise<Report> {
  if (certify === undefined) return report;
  const { fileCertificates } = await import("./certificates.ts");
  try {
    const filed = fileCertificates(report, certify);
    if (!quiet) for (const line of filed.without) process.stderr.write(`no certificate for ${line}\n`);
    return filed.report;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new Refused(`the certificates cannot be written: ${error.message}`);
  }
}

type Sightings = Awaited<ReturnType<typeof import("../session.ts").solve>>["files"][number]["sightings"];

/** One schedule in one file: as a program (`.pipe`), as starts (`.json`) or as a picture (`.svg`). */
async function writeFound(out: string, sightings: Sightings, blocks: readonly string[], source: Source): Promise<void> {
  const found = sightings.filter((one) => one.found !== null);
  if (found.length + blocks.length !== 1) throw new Refused(`no schedule was found: ${out} is not written`);
  const { foundAs } = await import("../report/found.ts");
  const [block] = blocks;
  const text = block === undefined ? foundAs(out, found[0], source.text) : out.endsWith(".pipe") ? block : null;
  if (text === null) throw new Refused(`${out}: a schedule is written as .pipe, .json or .svg`);
  try {
    writeWhole(out, text);
  } catch (error) {
    throw new Refused(`${out} cannot be written: ${error instanceof Error ? error.message : "unknown error"}`);
  }
}

/** The certificate of a found schedule, beside it: `found.pipe`, `found.cert.json`. */
async function certifyBeside(out: string, sightings: Sightings): Promise<void> {
  const [warrant] = sightings.filter((one) => one.found !== null).flatMap(({ judged }) => judged.warrants ?? []);
  if (warrant === undefined) return;
  const { acceptedText, putCertificate } = await import("./certificates.ts");
  const draft = warrant();
  if ("reason" in draft) return;
  const text = acceptedText(draft);
  if (typeof text !== "string" && text.kind === "limit") {
    process.stderr.write(`no certificate: ${text.reason}\n`);
    return;
  }
  if (typeof text !== "string") throw new Error(`the certificate of the found schedule is not accepted: ${text.reason}`);
  try {
    putCertificate(out.replace(/\.(pipe|json|svg)$/, ".cert.json"), text, draft);
  } catch (error) {
    throw new Refused(`its certificate cannot be written: ${error instanceof Error ? error.message : "unknown error"}`);
  }
}

/** What the user asked for that cannot be done, said in one line. */
class Refused extends Error {}

/** Runs what a report comes from under its flags: Ctrl-C once stops it well, twice at once. */
async function judged(flags: VerifyFlags, run: (options: VerifyOptions) => Promise<Report>): Promise<number> {
  const { exitCode, bugsOf } = await import("../report/exit.ts");
  const progress = new Progress();
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on("SIGINT", onInterrupt);
  try {
    const satSolver = flags.solver === undefined ? undefined : await solverNamed(flags.solver);
    const recorded = flags.smtlib === undefined ? { satSolver } : await recordedIn(flags.smtlib, satSolver);
    const report = await run({
      parameters: rationals(flags.param),
      timeout: flags.timeout === undefined ? undefined : flags.timeout * 1000,
      signal: stop.signal,
      progress: (what) => progress.at(what),
      ...recorded,
      jobs: flags.jobs,
      seed: flags.seed,
      save: saveClauses,
    });
    progress.end();
    for (const bug of bugsOf(report)) ownBug(bug);
    return exitCode(report);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    progress.end();
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  } finally {
    progress.end();
    process.off("SIGINT", onInterrupt);
  }
}

async function solverNamed(name: string): Promise<() => SatSolver> {
  const { solverNamed: choose } = await import("../solver/choose.ts");
  const choice = choose(name);
  if ("problem" in choice) throw new Refused(`${choice.problem}\n  help: ${choice.help}`);
  return () => choice.make();
}

/** The solvers of a run, whose questions are written into this directory first. */
async function recordedIn(folder: string, chosen?: () => SatSolver): Promise<Pick<VerifyOptions, "satSolver" | "solver">> {
  const { recordedSat, RecordedSolver } = await import("../solver/recorded.ts");
  const { keepIn } = await import("./files.ts");
  const { Z3 } = await import("../solver/z3.ts");
  const keep = keepIn(folder);
  if (typeof keep === "string") throw new Refused(`${folder}: the solvers' questions cannot be written there (${keep})`);
  return {
    satSolver: recordedSat(chosen ?? (await solverNamed("cadical-wasm")), keep),
    solver: () => new RecordedSolver(new Z3(), keep),
  };
}

export async function checkCommand(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const { check } = await import("../session.ts");
  const { bugsOf, exitCode } = await import("../report/exit.ts");
  const { sources, unread } = readSources(paths);
  const checked = check(sources);
  const report = { ...checked, files: [...unread, ...checked.files] };
  await print(report, flags, false, false);
  bugsOf(report).forEach(ownBug);
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

export async function explainCommand(code: string | undefined, flags: ColorFlag): Promise<number> {
  const { explain, explanations } = await import("../language/explain/index.ts");
  const { nearest } = await import("../language/diagnostic.ts");
  const { explanationText } = await import("../report/explanation.ts");
  if (code === undefined) {
    const width = Math.max(...[...explanations.keys()].map((one) => one.length));
    for (const one of explanations.values()) process.stdout.write(`${one.code.padEnd(width)}  ${one.title}\n`);
    return 0;
  }
  const bare = code.replace(/^(error|remark)\[|\]$/g, "");
  const found = explain(bare);
  if (found === undefined) {
    const { explainRule } = await import("../exchange/pytorch/rules.ts");
    const rule = explainRule(bare);
    if (rule !== null) {
      process.stdout.write(rule);
      return 0;
    }
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
