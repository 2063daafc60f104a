// The use cases: sources in, results out. No files, clocks or terminals: those come from outside.

import type { Certificate } from "./certificate/statement.ts";
import type { Rational } from "./kernel/index.ts";
import { type Diagnostic, nearest } from "./language/diagnostic.ts";
import { Subjects } from "./language/elaborate/claim.ts";
import type { Elaborated } from "./language/elaborate/pipeline.ts";
import { pulseOf, Stopped } from "./language/elaborate/pulse.ts";
import { Fault } from "./language/evaluate.ts";
import { namesIn } from "./language/mentions.ts";
import { type Loaded, load, type Source } from "./language/program.ts";
import type { Program } from "./language/resolve.ts";
import { type Examined, examine } from "./schedule/index.ts";
import { Crew } from "./search/crew.ts";
import { progressLine } from "./search/progress.ts";
import type { Clauses, SatSolver } from "./solver/sat.ts";
import type { Solver } from "./solver/solver.ts";
import type { BlockSighting } from "./verify/block.ts";
import { type ClaimResult, messageOf } from "./verify/result.ts";
import type { Sighting } from "./verify/seek.ts";

export type { Diagnostic } from "./language/diagnostic.ts";
export type { Source } from "./language/program.ts";
export type { BlockSighting } from "./verify/block.ts";
export type { ClaimResult, Counterexample, Evidence, VerdictWord } from "./verify/result.ts";
export type { Sighting } from "./verify/seek.ts";

/** One file's results. */
export interface FileReport {
  readonly source: Source;
  readonly claims: readonly ClaimResult[];
  readonly diagnostics: readonly Diagnostic[];
  /** What the finds of the file have found. */
  readonly sightings: readonly Sighting[];
  readonly blocks: readonly BlockSighting[];
}
export interface Report {
  readonly files: readonly FileReport[];
  /** False when something stopped the run before every claim was judged. */
  readonly complete: boolean;
}

export interface VerifyOptions {
  /** Values for quantified variables, by name. */
  readonly parameters?: ReadonlyMap<string, Rational>;
  /** Milliseconds for the whole run; none: no limit. */
  readonly timeout?: number;
  /** Becomes true when the user wants to stop. */
  readonly interrupted?: () => boolean;
  /** The same, for what runs in other threads. */
  readonly signal?: AbortSignal;
  readonly progress?: (what: string) => void;
  /** Milliseconds, from any start; only `seconds` and the timeout depend on it. */
  readonly now?: () => number;
  /** Made when a proof fails and a counterexample is looked for beyond the small sizes. */
  readonly solver?: () => Solver;
  /** Made when a schedule is looked for; without it the embedded one. */
  readonly satSolver?: () => SatSolver;
  /** How many solvers work side by side; two without it. */
  readonly jobs?: number;
  readonly seed?: number;
  /** Keeps clauses whose answer did not stand up; says where. */
  readonly save?: (clauses: Clauses) => string;
}

/** Judges every claim of the sources, and runs their finds. Files are separate worlds; the report keeps their order. */
export const verify = (sources: readonly Source[], options: VerifyOptions = {}): Promise<Report> => judge(sources, options);

/** The names of a source's finds, in its order. */
export const findsOf = (source: Source): string[] => [...load(source).program.finds.keys()];

/** Runs finds of one source, all or those named. */
export function solve(source: Source, names: readonly string[], options: VerifyOptions = {}): Promise<Report> {
  const { finds } = load(source).program;
  const strange = names.find((name) => !finds.has(name));
  if (strange === undefined) return judge([source], options, new Set(names.length === 0 ? finds.keys() : names));
  const near = nearest(strange, finds.keys());
  const known = [...finds.keys()].join(", ");
  const diagnostic: Diagnostic = {
    code: "unknown-name",
    message: `There is no find \`${strange}\` in ${source.path}.`,
    span: { from: 0, to: 0 },
    help: near ? `did you mean \`${near}\`?` : known === "" ? "the file has no finds" : `its finds are ${known}`,
  };
  return Promise.resolve({ files: [{ source, claims: [], sightings: [], blocks: [], diagnostics: [diagnostic] }], complete: true });
}

async function judge(sources: readonly Source[], options: VerifyOptions, finds?: ReadonlySet<string>): Promise<Report> {
  const now = options.now ?? (() => performance.now());
  const began = now();
  const { verifyProgram } = await import("./verify/verify.ts");
  const { Z3 } = await import("./solver/z3.ts");
  let solver: Solver | undefined;
  const left = (): number => (options.timeout === undefined ? 60_000 : Math.max(0, options.timeout - (now() - began)));
  let at = "";
  const stop = (): string | null => {
    options.progress?.(at);
    if (options.interrupted?.() || options.signal?.aborted) return "interrupted";
    return options.timeout !== undefined && now() - began > options.timeout ? "the time was up" : null;
  };
  const crew = new Crew(options, options.timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + options.timeout);
  const files: FileReport[] = [];
  const variables = new Set<string>();
  try {
    for (const source of sources) {
      try {
        const loaded = load(source, pulseOf(stop, 1));
        for (const name of variablesOf(loaded.program)) variables.add(name);
        const say = (name: string, line: string): void => {
          at = `${source.path}: ${name}: ${line}`;
          options.progress?.(at);
        };
        const verified = await verifyProgram(loaded, {
          parameters: options.parameters ?? new Map(),
          finds,
          effort: {
            stop,
            left,
            solver: () => {
              solver ??= options.solver?.() ?? new Z3();
              return solver;
            },
          },
          helpers: {
            team: () => crew.team(),
            construct: (...asked) => crew.build(...asked),
            progress: (name, state) => say(name, progressLine(state)),
            say,
            save: (broken) => crew.save(broken),
          },
          progress: (what) => {
            at = `${source.path}: ${what}`;
          },
          now,
        });
        files.push({ source, ...verified, diagnostics: [...loaded.diagnostics, ...verified.diagnostics] });
      } catch (error) {
        files.push(error instanceof Stopped ? unread(source, error.reason) : crashed(source, error));
      }
    }
  } finally {
    await Promise.all([solver?.close(), crew.close()]);
  }
  const strays = [...(options.parameters?.keys() ?? [])].filter((name) => !variables.has(name));
  return { files: [...files, ...strays.map((name) => strayParameter(name, variables))], complete: stop() === null };
}

/** What `--param` can fix: the variables of claims, and the parameters of schedules. */
function variablesOf({ claims, schedules }: Program): string[] {
  const quantified = claims.flatMap((claim) =>
    claim.domains.flatMap((domain) => (domain.kind === "range" ? [domain.name.text] : [...namesIn(domain.cond)])),
  );
  return [...quantified, ...[...schedules.values()].flatMap(({ params }) => params.map((param) => param.text))];
}

function strayParameter(name: string, variables: ReadonlySet<string>): FileReport {
  const near = nearest(name, variables);
  const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
  const message = `\`${name}\` is no variable of a claim, and no parameter of a schedule.`;
  const diagnostic: Diagnostic = { code: "unknown-parameter", message, span: { from: 0, to: 0 }, help };
  return { source: { path: `--param ${name}`, text: "" }, claims: [], sightings: [], blocks: [], diagnostics: [diagnostic] };
}

const noSolver: Solver = {
  name: "none",
  check: () => Promise.resolve({ kind: "unknown", reason: "nothing is looked for" }),
  close: () => Promise.resolve(),
};

/** What a program says: a certificate's own statement, or why not. */
export type Said = { readonly kind: "about"; readonly titles: readonly string[] } | { readonly kind: "other"; readonly reason: string };

/** Tells of certificates whether they are about this source: its statements are made again, without a search, and compared by digest. */
export async function statementsOf(source: Source): Promise<(certificate: Certificate) => Promise<Said>> {
  const { Statements } = await import("./verify/match.ts");
  const loaded = load(source);
  if (loaded.diagnostics.length > 0)
    return () => Promise.resolve({ kind: "other", reason: "the program has errors (`bubbleproof check` shows them)" });
  const none = (): never => {
    throw new Error("a search where none is wanted");
  };
  const statements = new Statements(loaded, {
    parameters: new Map(),
    effort: { stop: () => null, left: () => 0, solver: () => noSolver },
    helpers: { team: none, construct: undefined, progress: none, say: none, save: none },
    progress: () => undefined,
    now: () => 0,
  });
  return async (certificate) => {
    const titles = await statements.same(certificate);
    return titles.length > 0 ? { kind: "about", titles } : { kind: "other", reason: "nothing in the program says this (digests differ)" };
  };
}

/** Parses, resolves and types the sources; judges nothing. */
export function check(sources: readonly Source[]): Report {
  const files = sources.map((source): FileReport => {
    try {
      return { source, claims: [], sightings: [], blocks: [], diagnostics: load(source).diagnostics };
    } catch (error) {
      return crashed(source, error);
    }
  });
  return { files, complete: true };
}

/** A file whose reading met a bug of ours: its one result says so, and the other files have theirs. */
function crashed(source: Source, bug: unknown): FileReport {
  return unread(source, `internal error: ${messageOf(bug)}`, bug);
}
function unread(source: Source, reason: string, bug?: unknown): FileReport {
  const none = { domain: "", instances: 0, evidence: { kind: "none" }, seconds: 0 } as const;
  const claim: ClaimResult = { title: "the whole file", span: { from: 0, to: 0 }, verdict: "unknown", reason, bug, ...none };
  return { source, claims: [claim], sightings: [], blocks: [], diagnostics: [] };
}

/** A schedule to look at, or what is in the way. */
export type Shown =
  | {
      readonly kind: "schedule";
      readonly title: string;
      /** Names of the schedule's parameters. */
      readonly parameters: readonly string[];
      readonly elaborated: Elaborated;
      readonly examined: Extract<Examined, { kind: "schedule" }>;
    }
  | { readonly kind: "diagnostics"; readonly diagnostics: readonly Diagnostic[]; readonly loaded: Loaded }
  | { readonly kind: "invalid"; readonly sentences: readonly string[] };

export interface ShowOptions {
  readonly parameters: ReadonlyMap<string, Rational>;
  readonly microbatches?: number;
  readonly profile?: string;
  /** Parameters that the schedule does not have are passed over, since they are another's. */
  readonly lenient?: boolean;
}

/** One schedule of a source with its parameters, replayed, for a picture. Parameters that are not given are 4, microbatches 2p. */
export const show = (source: Source, name: string, options: ShowOptions): Promise<Shown> => shown(load(source), source.path, name, options);

/** Every schedule of a source at its usual size: those that there is something to show of, by name. */
export async function showAll(source: Source): Promise<ReadonlyMap<string, Shown>> {
  const loaded = load(source);
  const all = new Map<string, Shown>();
  for (const name of loaded.program.schedules.keys()) all.set(name, await shown(loaded, source.path, name, { parameters: new Map() }));
  return all;
}

async function shown(loaded: Loaded, path: string, name: string, options: ShowOptions): Promise<Shown> {
  const { defectCounterexample } = await import("./verify/counterexample.ts");
  const { fraction } = await import("./fraction/index.ts");
  const { program } = loaded;
  const problem = (message: string, help?: string): Shown => ({
    kind: "diagnostics",
    loaded,
    diagnostics: [{ code: "unknown-schedule", message, span: { from: 0, to: 0 }, help }],
  });
  const schedule = program.schedules.get(name);
  if (schedule === undefined) {
    if (loaded.diagnostics.length > 0) return { kind: "diagnostics", loaded, diagnostics: loaded.diagnostics };
    const near = nearest(name, program.schedules.keys());
    const known = [...program.schedules.keys()].join(", ");
    return problem(
      `There is no schedule \`${name}\` in ${path}.`,
      near ? `did you mean \`${near}\`?` : known === "" ? "the file has no schedules" : `its schedules are ${known}`,
    );
  }
  if (program.broken.has(schedule)) return { kind: "diagnostics", loaded, diagnostics: loaded.diagnostics };
  const profile = options.profile === undefined ? undefined : program.profiles.get(options.profile);
  if (options.profile !== undefined && profile === undefined) {
    return {
      kind: "diagnostics",
      loaded,
      diagnostics: [
        { code: "unknown-profile", message: `There is no profile \`${options.profile}\` in ${path}.`, span: { from: 0, to: 0 } },
      ],
    };
  }
  if (profile !== undefined && profile.params.length > 0)
    return problem(`\`${profile.name.text}\` takes arguments, and a picture gives it none.`, "take a profile without parameters");
  const stray = [...options.parameters.keys()].find((given) => !schedule.params.some((param) => param.text === given));
  if (stray !== undefined && options.lenient !== true)
    return problem(
      `\`${name}\` has no parameter \`${stray}\`.`,
      `it has ${schedule.params.map((param) => param.text).join(", ") || "none"}`,
    );
  const args = schedule.params.map(
    (param) => options.parameters.get(param.text) ?? fraction.rational(param.text === "n" ? 8 : param.text === "v" ? 2 : 4),
  );
  const p = args[0] ? Number(fraction.floor(args[0])) : 2;
  const microbatches = options.microbatches ?? Math.max(1, 2 * p);
  try {
    const named = new Subjects(program).schedule(schedule, args, profile, microbatches);
    const examined = examine(named.subject);
    if (examined.kind === "defect")
      return {
        kind: "invalid",
        sentences: [`${named.title} is not a valid schedule.`, ...defectCounterexample(examined.defect, named, [], program).sentences],
      };
    if (examined.kind !== "schedule")
      return { kind: "invalid", sentences: [examined.kind === "limit" ? examined.reason : "nothing to show"] };
    return {
      kind: "schedule",
      title: named.title,
      parameters: schedule.params.map((param) => param.text),
      elaborated: named.elaborated,
      examined,
    };
  } catch (signal) {
    if (signal instanceof Fault) return { kind: "diagnostics", loaded, diagnostics: [signal.diagnostic] };
    throw signal;
  }
}
