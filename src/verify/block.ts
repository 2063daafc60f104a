// Runs a `find block`: a building block for one size, or a template for every size, as a program that `verify` takes.
// The block itself is the kernel's (valid, its peak); that none is better stands on the solver's word, and is said so.

import { fraction } from "../fraction/index.ts";
import type { Rational } from "../kernel/index.ts";
import { constrained, elaborateFind } from "../language/elaborate/find.ts";
import { type Elaborated, elaboratePipeline } from "../language/elaborate/pipeline.ts";
import type { Pulse } from "../language/elaborate/pulse.ts";
import { evaluateCount, fault } from "../language/evaluate.ts";
import type { Program } from "../language/resolve.ts";
import type * as S from "../language/syntax.ts";
import type { Team } from "../search/exact/minimize.ts";
import { findBlock } from "../search/periodic/find-block.ts";
import { blockText, type PassName, tidy } from "../search/periodic/print.ts";
import { templateBlock } from "../search/periodic/template.ts";
import type { Evidence } from "./result.ts";
import type { Judged } from "./seek.ts";

const { rational, print } = fraction;

/** A building block as text, with what is known of it. */
export interface BlockSighting {
  readonly find: S.Find;
  /** Pipeline, schedule and claims; null: none was found. */
  readonly text: string | null;
  readonly interval?: number;
  readonly peak?: string;
  readonly judged: Judged;
}
export interface BlockHelpers {
  readonly team: Team;
  /** The program's text. */
  readonly source: string;
  progress(line: string): void;
}

const none: Evidence = { kind: "none" };
const passesOf = ({ nodes }: Elaborated): PassName[] => nodes.map(({ family, indices }) => ({ family: family.name.text, indices }));

/** The parameter of a find for every size: the one argument that is a bare name. */
export const templateParameter = ({ block, of }: S.Find): string | undefined =>
  block && of.args.length === 1 && of.args[0].kind === "name" ? of.args[0].name : undefined;

export async function seekBlock(program: Program, find: S.Find, helpers: BlockHelpers, pulse: Pulse): Promise<BlockSighting> {
  const parameter = templateParameter(find);
  const slots = find.items.find((item) => item.kind === "interval");
  const interval = slots === undefined ? null : evaluateCount(slots.slots, new Map(), "The interval", 1);
  return parameter === undefined ? one(program, find, interval, helpers, pulse) : everySize(program, find, parameter, interval, helpers);
}

async function one(
  program: Program,
  find: S.Find,
  interval: number | null,
  { team, source, progress }: BlockHelpers,
  pulse: Pulse,
): Promise<BlockSighting> {
  const sought = elaborateFind(program, find, pulse);
  const { problem } = constrained(sought);
  if (problem.send > 0)
    fault("misplaced", "A building block is in slots: it has no `send`.", find.name.span, "take a profile without `send`");
  if (problem.ticksPerUnit !== 1)
    fault(
      "not-an-integer",
      "In a building block every pass takes a whole number of slots.",
      find.name.span,
      "take a profile of whole numbers",
    );
  const passes = passesOf(sought.elaborated);
  const inUnits = (parts: number): string => print(rational(parts, problem.partsPerUnit));
  const found = await findBlock({
    problem,
    interval,
    minimizePeak: true,
    solver: team.solvers[0],
    seed: team.seed,
    deadline: team.deadline,
    signal: team.signal,
    progress: ({ interval: least, peak, best }) =>
      progress(`interval ${least}, peak ${best === null ? "none yet" : inUnits(best)}, none below ${inUnits(peak)}`),
  });
  if (found.kind !== "block")
    return { find, text: null, judged: { verdict: "unknown", instances: 0, evidence: none, reason: found.reason } };
  const name = `${find.name.text}Block`;
  const target = source.slice(find.of.span.from, find.of.span.to);
  const schedule = blockText(name, target, tidy(found.block, passes), passes);
  if (schedule === null)
    return {
      find,
      text: null,
      judged: { verdict: "unknown", instances: 0, evidence: none, reason: "a family with too many indices to write" },
    };
  const { pipeline } = sought.written;
  const peak = inUnits(found.peak);
  const text = `${source.slice(pipeline.span.from, pipeline.span.to)}

${schedule}
claim "it repeats every ${found.interval} slots": period(${name}) == ${found.interval}
claim "its memory, for all m": peak(${name}) == ${peak}
`;
  const least = found.optimalPeak
    ? "the least"
    : `none is below ${inUnits(found.bound.peak)}${found.stopped === null ? "" : `: ${found.stopped}`}`;
  const reason = `interval ${found.interval}${found.optimalInterval ? " (the least)" : ""}, peak ${peak} (${least}). The block stands: \`verify\` proves its claims. That no block is better is what bounds and a solver say; the kernel has no check for that`;
  return { find, text, interval: found.interval, peak, judged: { verdict: "unproved", instances: 1, evidence: none, reason } };
}

async function everySize(
  program: Program,
  find: S.Find,
  parameter: string,
  interval: number | null,
  { team, source }: BlockHelpers,
): Promise<BlockSighting> {
  const pipeline = program.pipelines.get(find.of.name.text);
  if (pipeline === undefined) throw new Error("a find of an unknown pipeline passed the resolver");
  const stray = find.items.find((item) => item.kind !== "interval" && item.kind !== "minimize");
  if (stray !== undefined)
    fault(
      "misplaced",
      "A template for every size takes only an interval.",
      stray.span,
      "give the size a number, `V(8)`, to keep caps or to use a profile",
    );
  const found = await templateBlock({
    source: source.slice(pipeline.span.from, pipeline.span.to),
    pipeline: pipeline.name.text,
    parameter,
    name: `${find.name.text}Block`,
    instance: (p) => {
      const elaborated = elaboratePipeline(pipeline, [rational(p) as Rational], undefined, 1);
      return { problem: elaborated.problem, passes: passesOf(elaborated) };
    },
    interval,
    deadline: team.deadline,
    signal: team.signal,
  });
  if (found.kind !== "template")
    return { find, text: null, judged: { verdict: "unknown", instances: 0, evidence: none, reason: found.reason } };
  const reason = `interval ${found.interval}, peak ${found.peak} for every ${parameter}: a template whose claims \`verify\` proves`;
  return {
    find,
    text: found.text,
    interval: found.interval,
    peak: found.peak,
    judged: { verdict: "unproved", instances: "all", evidence: none, reason },
  };
}
