// Evidence for claims for all sizes as data: what was recorded gives the verdict again, and what was tampered with proves nothing false.
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { type ForAllEvidence, type Formula, judgeForAll, type Lemma, term } from "../src/kernel/index.ts";
import { quantified } from "../src/language/elaborate/claim.ts";
import { farkasGuide } from "../src/search/farkas.ts";
import { recordForAll } from "../src/search/record.ts";
import { random } from "./oracle/oracle.ts";
import { load, type Statement, statement } from "./oracle/program.ts";

const proofs = new URL("../proofs/", import.meta.url);

/** The claims for all sizes of a folder of the catalogue. */
function statementsOf(folder: string): (readonly [string, Statement])[] {
  const program = load(fs.readFileSync(new URL(`${folder}/${folder}.pipe`, proofs), "utf8"));
  const endless = [
    ...program.claims.filter((claim) => !quantified(claim).finite),
    ...[...program.schedules.values()].filter(({ repeat, params }) => repeat !== undefined && params.length > 0),
  ];
  return endless.flatMap((of) => {
    const made = statement(program, of);
    return typeof made === "string" ? [] : [["body" in of ? of.title : of.name.text, made] as const];
  });
}
const recorded = ({ forAll, hints }: Statement) =>
  recordForAll(
    forAll,
    hints,
    farkasGuide(() => null),
  );

/** Schedules of which there is no proof for all parameters at once: a placement that divides by one of them. */
const open = new Set(["hanayo InLanes"]);
const folders = fs.readdirSync(proofs).filter((folder) => fs.existsSync(new URL(`${folder}/${folder}.pipe`, proofs)));
describe("the catalogue", () => {
  for (const folder of folders) {
    test(folder, () => {
      for (const [title, made] of statementsOf(folder)) {
        const { verdict, evidence } = recorded(made);
        if (open.has(`${folder} ${title}`)) {
          expect(verdict.kind).toBe("stuck");
          continue;
        }
        expect([title, verdict.kind]).toEqual([title, "proved"]);
        expect([title, judgeForAll(made.forAll, evidence)]).toEqual([title, verdict]);
        // Plain data: nothing is lost in between.
        const copy = structuredClone(evidence);
        expect([title, judgeForAll(made.forAll, copy)]).toEqual([title, verdict]);
      }
    });
  }
});

describe("tampered with", () => {
  const all = ["1f1b", "v-zb", "gpipe"].flatMap(statementsOf);
  test("an answer that is missing is not made up", () => {
    let dropped = 0;
    for (const [title, made] of all) {
      const { evidence } = recorded(made);
      evidence.lemmas.forEach((lemma, at) => {
        const { kind } = judgeForAll(made.forAll, { ...evidence, lemmas: evidence.lemmas.filter((_, i) => i !== at) });
        if (kind === "proved") expect.fail(`${title} without ${JSON.stringify(lemma, (_, value) => `${value}`)}`);
        dropped++;
      });
    }
    expect(dropped).toBeGreaterThan(500);
  });

  /** Evidence with something done to it. */
  function changed(evidence: ForAllEvidence, seed: number): ForAllEvidence {
    const { below, pick } = random(seed);
    const { lemmas, forms, cases } = structuredClone(evidence);
    const made: Lemma[] = [...lemmas];
    const [at, other] = [below(made.length), pick(lemmas)];
    const lemma = made[at];
    switch (below(7)) {
      case 0:
        made[at] = { ...other, case: lemma.case };
        break;
      case 1:
        if (lemma.kind !== "empty") made[at] = { ...lemma, form: below(forms.length) };
        break;
      case 2:
        if ("because" in lemma) made[at] = { ...lemma, because: { ...lemma.because, scale: BigInt(below(3) - 1) } };
        break;
      case 3:
        if ("because" in lemma) {
          const { factors } = lemma.because;
          made[at] = { ...lemma, because: { ...lemma.because, factors: factors.map((factor) => factor + BigInt(below(3) - 1)) } };
        }
        break;
      case 4:
        if (lemma.kind !== "empty" && "because" in lemma)
          made[at] = { ...lemma, kind: lemma.kind === "negative" ? "nonnegative" : "negative" };
        break;
      case 5:
        made.push({ kind: "empty", case: below(cases.length), because: { scale: 1n, factors: [BigInt(below(3)), BigInt(below(2))] } });
        break;
      default:
        return {
          ...evidence,
          lemmas: made,
          forms: forms.map((form) => form.map((value) => (below(20) === 0 ? value + BigInt(below(3) - 1) : value))),
        };
    }
    return { ...evidence, lemmas: made };
  }

  /** False wherever an equation or bound in it was true and tight. */
  function byHalf(claim: Formula): Formula {
    if (claim.op === "and" || claim.op === "implies") return { ...claim, right: byHalf(claim.right) };
    return claim.op === "compare"
      ? { ...claim, relation: "==", left: term.binary("add", claim.left, term.number(1, 2)) }
      : term.truth(false);
  }
  test("a claim that is false by a half is never proved", () => {
    let [tried, refused] = [0, 0];
    all.forEach(([title, made], n) => {
      const wrong = { ...made.forAll, claim: byHalf(made.forAll.claim) };
      // The proof of the true one, and whatever is known of the false one.
      for (const evidence of [recorded(made).evidence, recorded({ ...made, forAll: wrong }).evidence]) {
        for (let seed = 0; seed < 30; seed++) {
          const bad = changed(evidence, 1000 * n + seed);
          tried++;
          if (judgeForAll(wrong, bad).kind === "proved") expect.fail(`${title}, seed ${seed}`);
          if (judgeForAll(made.forAll, bad).kind !== "proved") refused++;
        }
      }
    });
    expect(tried).toBeGreaterThan(800);
    expect(refused).toBeGreaterThan(tried / 2);
  });
});
