// Proves a claim for all sizes and writes down every answer that the proof has used: evidence which the kernel judges alone.
import {
  type ForAll,
  type ForAllEvidence,
  type ForAllVerdict,
  type Form,
  type Guide,
  type Hints,
  judgeAsking,
  type Lemma,
  listed,
  type Multipliers,
} from "../kernel/index.ts";

/** Things by their content, numbered as they come. */
class Numbered<Item> {
  readonly items: Item[] = [];
  readonly #numbers = new Map<string, number>();
  number(key: string, item: () => Item): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.items.push(item()) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** A guide that asks another, and the answers so far, each once. "Stop" and "not empty" are no evidence. */
function recorder(asked: Guide): { readonly guide: Guide; evidence(subjects: readonly Hints[]): ForAllEvidence } {
  const forms = new Numbered<readonly bigint[]>();
  const cases = new Numbered<readonly number[]>();
  const lemmas = new Numbered<Lemma>();
  const known = new WeakMap<readonly Form[], number>();
  const formOf = (form: Form): number => {
    const list = listed(form);
    return forms.number(list.join(), () => list);
  };
  const caseOf = (facts: readonly Form[]): number => {
    let number = known.get(facts);
    if (number === undefined) {
      const list = facts.map(formOf);
      number = cases.number(list.join(), () => list);
      known.set(facts, number);
    }
    return number;
  };
  // Multipliers of 0 at the end are left out: they say nothing.
  const short = ({ scale, factors }: Multipliers): Multipliers => ({
    scale,
    factors: factors.slice(0, factors.findLastIndex((factor) => factor !== 0n) + 1),
  });
  return {
    guide: {
      sign(facts, form) {
        const answer = asked.sign(facts, form);
        if (answer.kind === "stop") return answer;
        const at = { case: caseOf(facts), form: formOf(form) };
        lemmas.number(`${at.case} ${at.form}`, () =>
          answer.kind === "split" ? { kind: answer.kind, ...at } : { kind: answer.kind, ...at, because: short(answer.because) },
        );
        return answer;
      },
      empty(facts) {
        const because = asked.empty(facts);
        if (because !== null) {
          const at = caseOf(facts);
          lemmas.number(`${at}`, () => ({ kind: "empty", case: at, because: short(because) }));
        }
        return because;
      },
    },
    evidence: (subjects) => ({ subjects, forms: forms.items, cases: cases.items, lemmas: lemmas.items }),
  };
}

/** The verdict with this guide, and what `judgeForAll` needs to come to it again. */
export function recordForAll(
  statement: ForAll,
  hints: readonly Hints[],
  guide: Guide,
): { readonly verdict: ForAllVerdict; readonly evidence: ForAllEvidence } {
  const record = recorder(guide);
  const verdict = judgeAsking(statement, record.guide, hints);
  return { verdict, evidence: record.evidence(hints) };
}
