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
  const all = new Int32Array(clauses.length + lemmas.length);
  all.set(clauses);
  all.set(lemmas, clauses.length);
  const ends = endsOf(all);
  const given = endsOf(clauses).length;
  // By `variables + literal`: the last clause in whose check the literal was true. A literal that has no place never is.
  const truth = new Int32Array(2 * variables + 1);
  let hint = 0;
  for (let lemma = given; lemma < ends.length; lemma++) {
    const from = lemma === 0 ? 0 : ends[lemma - 1] + 1;
    for (let at = from; at < ends[lemma]; at++) truth[variables - all[at]] = lemma + 1;
    let contradicts = false;
    for (; hint < hints.length && hints[hint] !== 0; hint++) {
      const named = hints[hint];
      if (named < 1 || named > lemma) return refused(`lemma ${lemma - given + 1} names clause ${named}, which does not stand before it`); // condition
      let open = 0;
      for (let at = named === 1 ? 0 : ends[named - 2] + 1; at < ends[named - 1]; at++) {
        if (truth[variables - all[at]] === lemma + 1 || all[at] === open) continue;
        if (open !== 0) return refused(`lemma ${lemma - given + 1} names clause ${named}, of which two literals are open`); // condition
        open = all[at];
      }
      if (open === 0) contradicts = true;
      else truth[variables + open] = lemma + 1;
    }
    hint++;
    if (!contradicts) return refused(`lemma ${lemma - given + 1} does not follow`); // condition
    if (from === ends[lemma]) return { kind: "refuted", lemmas: lemma - given + 1 };
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
