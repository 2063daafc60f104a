// Where verdicts are made on claims for all sizes: what has to be true is written as formulas, and each is proved by cases, with answers
// from evidence that is all there. Docs: docs/forall.md.
import { allValues, type Case, every, type Guide, type Outcome, Stuck } from "./cases.ts";
import { type ForAllEvidence, type Hints, tableGuide } from "./evidence.ts";
import { type Put, rewriteFormula } from "./rewrite.ts";
import { Evaluator, noLeaves } from "./symbolic.ts";
import { BlockFormulas, type Obligation, type SymbolicBlock } from "./symbolic-block.ts";
import { all, any, binary, compare, type Formula, implies, not, number, type Term, variable } from "./term.ts";

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
const noHints: Hints = { inverse: { families: [], holds: [] }, candidates: { peak: [], load: [] }, parts: 1n };
export type ForAllVerdict =
  | { readonly kind: "proved"; readonly cases: number }
  | { readonly kind: "vacuous"; readonly cases: number }
  | { readonly kind: "failed"; readonly where: Case }
  | { readonly kind: "stuck"; readonly reason: string };

/** Judges a claim for all values of its variables by evidence that is all there, as data. */
export function judgeForAll(statement: ForAll, evidence: ForAllEvidence): ForAllVerdict {
  return judgeAsking(statement, tableGuide(evidence), evidence.subjects);
}

/** The same, asking a guide. */
export function judgeAsking(statement: ForAll, guide: Guide, hints: readonly Hints[]): ForAllVerdict {
  const { variables, domain, subjects } = statement;
  const valid = (schedule: number): boolean => {
    if (subjects[schedule]?.pipelineOnly !== false) throw new Stuck("a pipeline has no start times that could be valid"); // condition
    return true; // it is among what has to be true
  };
  const evaluator = new Evaluator(guide, { ...noLeaves, valid });
  const prove = ({ names, formula }: Obligation): Outcome =>
    every(allValues([...variables, ...names]), guide, (one) => evaluator.holds(one, formula));
  const nothing = prove({ names: [], formula: not(domain) });
  if (nothing.kind === "proved") return { kind: "vacuous", cases: nothing.cases };
  let cases = 0;
  try {
    for (const { names, formula } of obligationsOf(statement, hints)) {
      const outcome = prove({ names, formula: implies(domain, formula) });
      if (outcome.kind !== "proved") return outcome;
      cases += outcome.cases;
    }
  } catch (signal) {
    if (signal instanceof Stuck) return { kind: "stuck", reason: signal.reason };
    throw signal;
  }
  return { kind: "proved", cases };
}

/** All that has to be true in the domain: each block is valid wherever the claim speaks of it; then the claim, with terms for its measures. */
function* obligationsOf({ claim, subjects }: ForAll, hints: readonly Hints[]): Generator<Obligation> {
  const blocks = subjects.map(({ block }, i) => new BlockFormulas(block, (hints[i] ?? noHints).inverse));
  for (const [i, { microbatches, pipelineOnly }] of subjects.entries())
    yield* [
      ...(microbatches === null ? [] : [blocks[i].takes(microbatches)]), // condition
      ...(pipelineOnly ? blocks[i].wellPlaced() : blocks[i].valid()), // condition
    ];
  const due: Obligation[] = [];
  const names: string[] = [];
  const facts: Formula[] = [];
  const put: Put = (leaf) => {
    if (leaf.op === "var") return leaf;
    const { name, schedule, device, stage } = leaf.measure;
    const { block, microbatches, pipelineOnly } = subjects[schedule];
    const [own, { candidates, parts }] = [blocks[schedule], hints[schedule] ?? noHints];
    const fits = pipelineOnly === (name === "load") && (stage !== undefined) === (name === "lifespan");
    if (!fits) throw new Stuck(`a ${pipelineOnly ? "pipeline" : "schedule"} has no ${name}, for all sizes, like this`); // condition
    if (name === "load") {
      const { most, due: more } = own.most(device, candidates.load, (at) => own.loadOn(at));
      due.push(...more); // condition
      return most;
    }
    if (name === "peak") {
      const peaks = new Map((device === undefined ? candidates.peak : [device]).map((at) => [at, own.peakOn(at)]));
      const { most, due: more } = own.most(device, candidates.peak, (at) => (peaks.get(at) ?? own.peakOn(at)).most);
      due.push(...own.peakIsFixed(device), ...more); // condition
      if (microbatches === null) return most;
      // With so many microbatches it is some whole number of parts, at most that, and that where so many reach it.
      due.push(...own.isWholeIn(parts)); // condition
      const held = binary("quo", variable(`held.${names.length}`), number(parts));
      names.push(`held.${names.length}`);
      const reached = [...peaks].map(([at, peak]) =>
        all([own.isDevice(at), compare(peak.most, ">=", most), peak.reachedWith(microbatches)]),
      );
      facts.push(compare(most, ">=", held), implies(any(reached), compare(held, "==", most)));
      return held;
    }
    const isOfAll = device === undefined && microbatches === null;
    if (name === "lifespan" && stage !== undefined && isOfAll) return own.lifespan(stage);
    if (name === "period" && block.interval !== null && isOfAll) return number(block.interval);
    throw new Stuck(`a ${name} is proved size by size, so give the sizes a range: \`for p in 2..16\``);
  };
  const formula = rewriteFormula(claim, put);
  yield* due;
  yield { names, formula: implies(all(facts), formula) };
}
