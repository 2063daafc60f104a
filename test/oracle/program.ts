// Programs as text, judged both ways: for all sizes at once, and one size after the other through the numeric kernel.
import fs from "node:fs";
import { fraction } from "../../src/fraction/index.ts";
import { type Block, type ForAll, type ForAllVerdict, type Hints, judgeForAll, type SymbolicSubject } from "../../src/kernel/index.ts";
import { quantified, Subjects, type SymbolicClaim, symbolicClaim, symbolicValidity } from "../../src/language/elaborate/claim.ts";
import { elaborateBlock } from "../../src/language/elaborate/schedule.ts";
import { NotSymbolic } from "../../src/language/elaborate/term.ts";
import { Fault } from "../../src/language/evaluate.ts";
import { parse } from "../../src/language/parse.ts";
import { type Program, resolve } from "../../src/language/resolve.ts";
import type * as S from "../../src/language/syntax.ts";
import { fill, type Judgement, judge, settle, steadyPeaks } from "../../src/schedule/index.ts";
import { farkasGuide } from "../../src/search/farkas.ts";
import { hintsFor, valueAt } from "../../src/search/hints.ts";
import { recordForAll } from "../../src/search/record.ts";

export function load(text: string): Program {
  const parsed = parse(text);
  const program = resolve(parsed.declarations);
  const wrong = [...parsed.diagnostics, ...program.diagnostics];
  if (program.claims.length === 0 && wrong.length > 0) throw new Error(`${wrong.map(({ message }) => message).join("\n")}\n${text}`);
  return program;
}

/** One of the two files of block schedules that every test of the kernel uses. */
export function example(name: "straight.pipe" | "vshape.pipe"): Program {
  const home = ["../cases/programs/", "./"].map((folder) => new URL(`${folder}${name}`, import.meta.url)).find((url) => fs.existsSync(url));
  if (home === undefined) throw new Error(`${name} is missing`);
  return load(fs.readFileSync(home, "utf8"));
}

/** A guide that answers so many questions and then stops. */
export function limitedGuide(questions: number) {
  const guide = farkasGuide(() => (guide.questions() > questions ? "too many questions" : null));
  return guide;
}

export function hintsOf(program: Program, variables: readonly string[], { subjects, domain }: SymbolicClaim): Hints[] {
  return subjects.map(({ block, schedule, args }) =>
    hintsFor(block, variables, domain, {
      loads: () => [1],
      peaks: (point) => {
        if (schedule.kind !== "schedule") return null;
        try {
          const values = args.map((arg) => valueAt(arg, point) ?? fraction.zero);
          const settled = settle(elaborateBlock(program, schedule, values).block);
          return settled.kind === "full" ? null : [...steadyPeaks(settled.block).peakOf];
        } catch (wrong) {
          if (wrong instanceof Fault) return null;
          throw wrong;
        }
      },
    }),
  );
}

export interface Statement {
  readonly forAll: ForAll;
  readonly hints: readonly Hints[];
}
/** A claim for all sizes with its hints, or why it has no such form. */
export function statement(program: Program, of: S.Claim | S.Schedule, questions = 1_000_000): Statement | string {
  try {
    const [variables, symbolic] =
      "body" in of
        ? [quantified(of).variables.map(({ name }) => name), symbolicClaim(program, of, of.body as S.Expr)]
        : [of.params.map(({ text }) => text), symbolicValidity(program, of)];
    const { domain, claim, subjects } = symbolic;
    const hints = hintsOf(program, variables, symbolic);
    const filled: SymbolicSubject[] = [];
    for (const [i, { block, microbatches, pipelineOnly }] of subjects.entries()) {
      const found = fill(block, () => hints[i].inverse, { variables, domain }, limitedGuide(questions));
      if (typeof found === "string") return found;
      filled.push({ block: found, microbatches, pipelineOnly });
    }
    return { forAll: { variables, domain, claim, subjects: filled }, hints };
  } catch (wrong) {
    if (wrong instanceof NotSymbolic) return wrong.reason;
    throw wrong;
  }
}

/** The verdict; a proof only if the recorded evidence alone gives it again. */
export function forAll(program: Program, of: S.Claim | S.Schedule, questions: number): ForAllVerdict {
  const made = statement(program, of, questions);
  if (typeof made === "string") return { kind: "stuck", reason: made };
  const { verdict, evidence } = recordForAll(made.forAll, made.hints, limitedGuide(questions));
  if (verdict.kind !== "proved" && verdict.kind !== "vacuous") return verdict;
  const again = judgeForAll(made.forAll, evidence);
  if (JSON.stringify(again) !== JSON.stringify(verdict)) throw new Error(`judged again: ${JSON.stringify(again)}`);
  return again;
}

/** What the numeric kernel says of one size; a fault of the language is one, too. */
export function atSize(
  subjects: Subjects,
  of: S.Claim | S.Schedule,
  values: Readonly<Record<string, number>>,
): Judgement["kind"] | "fault" {
  try {
    const numbers = new Map(Object.entries(values).map(([name, value]) => [name, fraction.rational(value)]));
    const instance =
      "body" in of
        ? subjects.instance(of.body as S.Expr, numbers)
        : subjects.validity(
            of,
            of.params.map(({ text }) => numbers.get(text) ?? fraction.zero),
            null,
          );
    return judge(
      instance.claim,
      instance.subjects.map(({ subject }) => subject),
    ).kind;
  } catch (wrong) {
    if (wrong instanceof Fault) return "fault";
    throw wrong;
  }
}

/** The block of a schedule at one size, its free slots filled. */
export function blockAt(program: Program, name: string, ...args: readonly number[]): Block {
  const schedule = program.schedules.get(name);
  if (schedule === undefined) throw new Error(`no schedule ${name}`);
  const settled = settle(
    elaborateBlock(
      program,
      schedule,
      args.map((value) => fraction.rational(value)),
    ).block,
  );
  if (settled.kind === "full") throw new Error(`${name} is full`);
  return settled.block;
}
export { Subjects };
