// Checks a clausal refutation with hints: for each lemma, the clauses that lead from its opposite to a contradiction, in their order.
// Nothing is searched for. Clauses are numbered from 1, those of the goal first, as they are written, and then the lemmas.
// Cost grows with the literals of all clauses that are named.

/** Clauses as in DIMACS, each ended by a 0; for each lemma the numbers of clauses, ended by a 0. The last lemma that counts is empty. */
export interface Proof {
  readonly lemmas: Int32Array;
  readonly hints: Int32Array;
}
export type Refuted = { readonly kind: "refuted"; readonly lemmas: number } | { readonly kind: "refused"; readonly reason: string };

/** `clauses`: literals over variables 1 to `variables`, each clause ended by a 0. */
export function checkRefutation(variables: number, clauses: Int32Array, { lemmas, hints }: Proof): Refuted {
  const refused = (reason: string): Refuted => ({ kind: "refused", reason });
  const [given, own] = [endsOf(clauses), endsOf(lemmas)];
  // By `variables + literal`: the last lemma in whose check the literal was true. A literal that has no place never is.
  const truth = new Int32Array(2 * variables + 1);
  let hint = 0;
  for (let lemma = 0; lemma < own.length; lemma++) {
    const now = lemma + 1;
    const from = lemma === 0 ? 0 : own[lemma - 1] + 1;
    for (let at = from; at < own[lemma]; at++) truth[variables - lemmas[at]] = now;
    let contradicts = false;
    for (; hint < hints.length && hints[hint] !== 0; hint++) {
      const named = hints[hint];
      if (named < 1 || named > given.length + lemma) return refused(`lemma ${now} names clause ${named}, which does not stand before it`); // condition
      const isGiven = named <= given.length;
      const [list, ends, clause] = isGiven ? [clauses, given, named - 1] : [lemmas, own, named - 1 - given.length];
      let open = 0;
      for (let at = clause === 0 ? 0 : ends[clause - 1] + 1; at < ends[clause]; at++) {
        if (truth[variables - list[at]] === now || list[at] === open) continue;
        if (open !== 0) return refused(`lemma ${now} names clause ${named}, of which two literals are open`); // condition
        open = list[at];
      }
      if (open === 0) contradicts = true;
      else truth[variables + open] = now;
    }
    hint++;
    if (!contradicts) return refused(`lemma ${now} does not follow`); // condition
    if (from === own[lemma]) return { kind: "refuted", lemmas: now };
  }
  return refused("its lemmas do not end in a contradiction");
}

/** Where the zeros stand. What comes after the last one is not looked at. */
function endsOf(list: Int32Array): Int32Array {
  let count = 0;
  for (const item of list) if (item === 0) count++;
  const ends = new Int32Array(count);
  for (let at = 0, i = 0; i < count; at++) if (list[at] === 0) ends[i++] = at;
  return ends;
}
