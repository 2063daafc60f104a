// Evidence for a claim for all sizes, as data: what the proof by cases asks of the outside, with the answers. Nothing in it is believed.
// An answer is found by its content, the facts of the case and the form that is asked about; what is not in the table is not known.
// How the questions arise is written down in docs/forall.md.
import { type Guide, type Multipliers, type SignAnswer, Stuck } from "./cases.ts";
import type { Form } from "./linear.ts";
import type { Inverse } from "./symbolic-block.ts";
import type { Term } from "./term.ts";

/** Hints for one subject: where passes lie; devices of which one has the greatest peak (load) of all; so many parts make a unit of memory. */
export interface Hints {
  readonly inverse: Inverse;
  readonly candidates: { readonly peak: readonly Term[]; readonly load: readonly Term[] };
  readonly parts: bigint;
}

/** An answer about one form in one case, or that a case is empty (multipliers that make -1 of its facts). Numbers of `cases`, `forms`. */
export type Lemma =
  | { readonly kind: "nonnegative" | "negative"; readonly case: number; readonly form: number; readonly because: Multipliers }
  | { readonly kind: "split"; readonly case: number; readonly form: number }
  | { readonly kind: "empty"; readonly case: number; readonly because: Multipliers };

export interface ForAllEvidence {
  /** One for each subject of the statement. */
  readonly subjects: readonly Hints[];
  /** Tightened forms: `[c, a0, a1, ...]` is `c + a0 x0 + a1 x1 + ...`, without zeros at its end. */
  readonly forms: readonly (readonly bigint[])[];
  /** The facts of each case, by number of form. */
  readonly cases: readonly (readonly number[])[];
  readonly lemmas: readonly Lemma[];
}

/** A tightened form as a list, constant first, without zeros at its end. */
export function listed({ constant, coefficients }: Form): readonly bigint[] {
  let length = coefficients.length;
  while (length > 0 && coefficients[length - 1] === 0n) length--;
  return [constant, ...coefficients.slice(0, length)];
}

/** A guide that knows the evidence's lemmas and nothing else. `mostQuestions` ends a proof that only splits. */
export function tableGuide({ forms, cases, lemmas }: ForAllEvidence, mostQuestions = 50_000_000): Guide {
  const keys = forms.map((form) => form.join());
  const caseKeys = cases.map((facts) => facts.map((form) => keys[form]).join(";"));
  const signs = new Map<string, SignAnswer>();
  const empties = new Map<string, Multipliers>();
  for (const lemma of lemmas) {
    if (lemma.kind === "empty") empties.set(caseKeys[lemma.case], lemma.because);
    else signs.set(`${caseKeys[lemma.case]}|${keys[lemma.form]}`, lemma);
  }
  const known = new WeakMap<readonly Form[], string>();
  const keyOf = (facts: readonly Form[]): string => {
    const key = known.get(facts) ?? facts.map((fact) => listed(fact).join()).join(";");
    known.set(facts, key);
    return key;
  };
  let questions = 0;
  return {
    sign(facts, form) {
      if (++questions > mostQuestions) throw new Stuck(`more than ${mostQuestions} questions`);
      return signs.get(`${keyOf(facts)}|${listed(form).join()}`) ?? { kind: "stop", reason: "the evidence has no answer to a question" };
    },
    empty: (facts) => empties.get(keyOf(facts)) ?? null,
  };
}
