// Evidence for all sizes as JSON, and back: forms, cases, lemmas with their multipliers, and hints. Rules: docs/certificate.md, docs/forall.md.
import { deviceName, type ForAllEvidence, type Hints, type Lemma, type Multipliers, memberName, type Term } from "../kernel/index.ts";
import { exact, exactJson, fields, list, refuse, whole } from "./decode.ts";
import { readTerm, termJson } from "./formula.ts";
import type { Json } from "./json.ts";

const integerJson = (num: bigint): Json => exactJson({ num, den: 1n });
const tuplesJson = (of: readonly (readonly (readonly Term[])[])[]): Json => of.map((tuples) => tuples.map((one) => one.map(termJson)));

export function casesJson({ cases, forms, lemmas, subjects }: ForAllEvidence): Json {
  return {
    cases,
    forms: forms.map((form) => form.map(integerJson)),
    kind: "cases",
    lemmas: lemmas.map(lemmaJson),
    subjects: subjects.map(({ candidates, inverse, parts }) => ({
      candidates: { load: candidates.load.map(termJson), peak: candidates.peak.map(termJson) },
      inverse: { families: tuplesJson(inverse.families), holds: tuplesJson(inverse.holds) },
      parts: integerJson(parts),
    })),
  };
}

function lemmaJson(lemma: Lemma): Json {
  if (lemma.kind === "split") return [lemma.kind, lemma.case, lemma.form];
  const because = [integerJson(lemma.because.scale), lemma.because.factors.map(integerJson)];
  return lemma.kind === "empty" ? [lemma.kind, lemma.case, ...because] : [lemma.kind, lemma.case, lemma.form, ...because];
}

/** Evidence for this many subjects over these variables. */
export function readCases(value: Json, variables: readonly string[], count: number): ForAllEvidence {
  const given = fields(value, "evidence", "cases", "forms", "kind", "lemmas", "subjects");
  const forms = list(given.forms, "evidence.forms").map((form) => {
    const numbers = list(form, "evidence.forms").map((one) => integer(one, "evidence.forms"));
    return numbers.length > 0 ? numbers : refuse("evidence.forms", "a form has a constant");
  });
  const cases = list(given.cases, "evidence.cases").map((facts) =>
    list(facts, "evidence.cases").map((one) => whole(one, "evidence.cases", 0, forms.length - 1)),
  );
  const lemmas = list(given.lemmas, "evidence.lemmas").map((one, i) => lemma(one, `evidence.lemmas[${i}]`, cases.length, forms.length));
  const subjects = list(given.subjects, "evidence.subjects");
  if (subjects.length !== count) refuse("evidence.subjects", `${count} are wanted`);
  const scope = { variables: new Set([...variables, deviceName, memberName]), subjects: 0 };
  return { forms, cases, lemmas, subjects: subjects.map((one, i) => hints(one, `evidence.subjects[${i}]`, scope)) };
}

function integer(value: Json, where: string): bigint {
  const { num, den } = exact(value, where);
  return den === 1n ? num : refuse(where, "a whole number is wanted");
}

function lemma(value: Json, where: string, cases: number, forms: number): Lemma {
  const [kind, ...rest] = list(value, where);
  const of = (count: number): void => {
    if (rest.length !== count) refuse(where, `${count} things are wanted after its kind`);
  };
  const at = whole(rest[0] ?? null, where, 0, cases - 1);
  const because = (scale: Json, factors: Json): Multipliers => ({
    scale: integer(scale, where),
    factors: list(factors, where).map((one) => integer(one, where)),
  });
  switch (kind) {
    case "nonnegative":
    case "negative":
      of(4);
      return { kind, case: at, form: whole(rest[1], where, 0, forms - 1), because: because(rest[2], rest[3]) };
    case "split":
      of(2);
      return { kind, case: at, form: whole(rest[1], where, 0, forms - 1) };
    case "empty":
      of(3);
      return { kind, case: at, because: because(rest[1], rest[2]) };
    default:
      return refuse(where, "its kind is not known");
  }
}

function hints(value: Json, where: string, scope: Parameters<typeof readTerm>[2]): Hints {
  const { candidates, inverse, parts } = fields(value, where, "candidates", "inverse", "parts");
  const { load, peak } = fields(candidates, `${where}.candidates`, "load", "peak");
  const { families, holds } = fields(inverse, `${where}.inverse`, "families", "holds");
  const terms = (of: Json): Term[] => list(of, where).map((one) => readTerm(one, where, scope));
  const tuples = (of: Json): Term[][][] => list(of, where).map((one) => list(one, where).map(terms));
  return {
    candidates: { load: terms(load), peak: terms(peak) },
    inverse: { families: tuples(families), holds: tuples(holds) },
    parts: integer(parts, `${where}.parts`),
  };
}
