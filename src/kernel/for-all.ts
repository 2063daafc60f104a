// Where verdicts are made on claims for all sizes: by cases, with answers from evidence that is all there. Docs: docs/forall.md.

import type { Case } from "./cases.ts";
import { every, extend, type Guide, Stuck } from "./cases.ts";
import { type ForAllEvidence, type Hints, tableGuide } from "./evidence.ts";
import { noCase } from "./judge.ts";
import { constant } from "./linear.ts";
import { type Bounds, Evaluator, exactly, type Leaves, noLeaves } from "./symbolic.ts";
import { BlockReasoning, type SymbolicBlock } from "./symbolic-block.ts";
import type { Formula, Term } from "./term.ts";

/** What a claim for all sizes speaks of. `microbatches` null: all numbers of them at once. */
export interface SymbolicSubject {
  readonly block: SymbolicBlock;
  readonly microbatches: Term | null;
  /** A pipeline only: nothing but its load is meant. */
  readonly pipelineOnly: boolean;
}
export interface ForAll {
  readonly variables: readonly string[];
  readonly domain: Formula;
  readonly claim: Formula;
  readonly subjects: readonly SymbolicSubject[];
}
const noHints: Hints = { inverse: { families: [], holds: [] }, candidates: { peak: [], load: [] } };
export type ForAllVerdict =
  | { readonly kind: "proved"; readonly cases: number }
  | { readonly kind: "vacuous"; readonly cases: number }
  | { readonly kind: "failed"; readonly where: Case }
  | { readonly kind: "stuck"; readonly reason: string };

/** Judges a claim for all values of its variables by evidence that is all there, as data. */
export function judgeForAll(statement: ForAll, evidence: ForAllEvidence): ForAllVerdict {
  return judgeAsking(statement, tableGuide(evidence), evidence.subjects);
}

/** The same, asking a guide. First the premises (each block is valid wherever the claim speaks of it), then the claim. */
export function judgeAsking(statement: ForAll, guide: Guide, hints: readonly Hints[]): ForAllVerdict {
  const start = extend(noCase, statement.variables);
  const plain = new Evaluator(guide);
  const nothing = every(start, guide, (one) => !plain.holds(one, statement.domain));
  if (nothing.kind === "proved") return { kind: "vacuous", cases: nothing.cases };
  let cases = 0;
  const reasoning = statement.subjects.map(({ block }, i) => new BlockReasoning(block, hints[i]?.inverse ?? noHints.inverse, guide));
  for (let i = 0; i < reasoning.length; i++) {
    const { block, microbatches, pipelineOnly } = statement.subjects[i];
    const outcome = every(start, guide, (one) => {
      if (!plain.holds(one, statement.domain)) return true;
      if (pipelineOnly) return reasoning[i].wellPlaced(one);
      if (microbatches !== null && !reasoning[i].takes(one, microbatches)) return false; // condition
      return reasoning[i].valid(one) && (block.cap === null || reasoning[i].peakIsFixed(one)); // condition
    });
    if (outcome.kind !== "proved") return outcome;
    cases += outcome.cases;
  }
  const leaves = symbolicLeaves(statement, reasoning, hints, plain);
  const evaluator = new Evaluator(guide, leaves);
  const outcome = every(start, guide, (one) => !plain.holds(one, statement.domain) || evaluator.holds(one, statement.claim));
  return outcome.kind === "proved" ? { kind: "proved", cases: cases + outcome.cases } : outcome;
}

function symbolicLeaves({ subjects }: ForAll, reasoning: readonly BlockReasoning[], hints: readonly Hints[], plain: Evaluator): Leaves {
  return {
    flows: noLeaves.flows,
    valid: (_, schedule) => {
      if (subjects[schedule].pipelineOnly) throw new Stuck("a pipeline has no start times that could be valid"); // condition
      return true; // a premise, proved before the claim is looked at
    },
    measure: (one, measure): Bounds => {
      const own = reasoning[measure.schedule];
      const { candidates } = hints[measure.schedule] ?? noHints;
      const { block, microbatches, pipelineOnly } = subjects[measure.schedule];
      if (pipelineOnly !== (measure.name === "load")) throw new Stuck(`a ${pipelineOnly ? "pipeline" : "schedule"} has no ${measure.name}`); // condition
      switch (measure.name) {
        case "peak": {
          if (!own.peakIsFixed(one))
            throw new Stuck("there is no proof for all sizes where a hold begins and ends on different streams or devices"); // condition
          if (measure.device !== undefined) return own.peakOnDevice(one, plain.form(one, measure.device), microbatches);
          return own.peak(one, candidates.peak, microbatches);
        }
        case "load":
          return own.load(one, candidates.load);
        case "lifespan":
          if (measure.stage === undefined || microbatches !== null)
            throw new Stuck("a lifespan is proved for all sizes only of one stage, and without m: `lifespan(S(p), stage 0)`");
          return exactly(own.lifespan(one, plain.form(one, measure.stage)));
        case "period":
          if (block.interval === null) throw new Stuck("a block that runs once has no period");
          return exactly(constant(block.interval));
        default:
          throw new Stuck(`a ${measure.name} is proved size by size, so give the sizes a range: \`for p in 2..16\``);
      }
    },
  };
}
