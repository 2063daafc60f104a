// What certificates say and whether the kernel takes it, in words and as JSON. Loads no language and no solver.
import pc from "picocolors";
import type { Checked } from "../certificate/check.ts";
import type { Digests } from "../certificate/read.ts";
import type { Asked, Certificate, Conflict, Instance, Named, Parameters, Subject } from "../certificate/statement.ts";
import { fraction } from "../fraction/index.ts";
import type { Rational } from "../kernel/index.ts";
import { formulaText, letter } from "./formula.ts";

const { print, rational, approximate } = fraction;

/** One certificate, as it was found: unreadable, or read and judged. */
export interface Certified {
  readonly path: string;
  readonly outcome:
    | { readonly kind: "unreadable" | "limit"; readonly reason: string }
    | {
        readonly kind: "judged";
        readonly says: Certificate["kind"];
        readonly title: string;
        readonly sentences: readonly string[];
        readonly digests: Digests;
        readonly checked: Checked;
        readonly source?: Match;
      };
}
/** Whether the certificate is about a program: the titles of the claims that say the same. */
export type Match = { readonly file: string } & (
  | { readonly kind: "about"; readonly titles: readonly string[] }
  | { readonly kind: "other"; readonly reason: string }
);
export type Word = "proved" | "refuted" | "vacuous" | "unproved" | "unknown" | "unreadable";

/** What a certificate that is accepted shows of a claim, in the words of a report. */
export function wordOf({ outcome }: Certified): Word {
  if (outcome.kind !== "judged") return outcome.kind === "limit" ? "unknown" : "unreadable";
  if (outcome.checked.kind === "limit") return "unknown";
  if (outcome.checked.kind === "refused" || outcome.source?.kind === "other") return "unproved";
  switch (outcome.says) {
    case "false":
    case "invalid":
      return "refuted";
    case "vacuous":
      return "vacuous";
    default:
      return "proved";
  }
}

/** 0 all proved; 1 refuted or vacuous; 2 not a certificate; 3 unproved or unknown. */
export function certifiedExit(all: readonly Certified[]): 0 | 1 | 2 | 3 {
  const words = new Set(all.map(wordOf));
  if (words.has("unreadable")) return 2;
  if (words.has("unproved") || words.has("unknown")) return 3;
  return words.has("refuted") || words.has("vacuous") ? 1 : 0;
}

export function certifiedJson(all: readonly Certified[]): string {
  const certificates = all.map((one) => {
    const { path, outcome } = one;
    const verdict = wordOf(one);
    if (outcome.kind !== "judged") return { file: path, verdict, reason: outcome.reason };
    const { title, says, sentences, digests, checked, source } = outcome;
    return {
      file: path,
      verdict,
      title,
      kind: says,
      sentences,
      statement: digests.statement,
      problems: digests.problems,
      ...(checked.kind === "accepted" ? { work: checked.work } : { reason: checked.reason }),
      ...(source === undefined ? {} : { source }),
    };
  });
  return `${JSON.stringify({ format: "bubbleproof/certified", version: 1, certificates }, null, 2)}\n`;
}

export function certifiedText(all: readonly Certified[], color: boolean, quiet: boolean): string {
  const c = pc.createColors(color);
  const paint = (word: Word): string =>
    (word === "proved" ? c.green : word === "refuted" || word === "unreadable" ? c.red : c.yellow)(word.padEnd(10));
  const parts = all.flatMap((one) => {
    const word = wordOf(one);
    if (quiet && word === "proved") return [];
    const { outcome } = one;
    if (outcome.kind !== "judged") return [`${c.bold(one.path)}\n  ${paint(word)}  ${outcome.reason}`];
    const { title, sentences, digests, checked, source } = outcome;
    const lines = checked.kind === "accepted" ? [...sentences] : [checked.reason];
    if (checked.kind === "accepted") lines.push(workText(checked.work));
    if (source?.kind === "about") lines.push(`${source.file} says the same: ${source.titles.join("; ")}`);
    if (source?.kind === "other") lines.push(`${source.file}: ${source.reason}`);
    lines.push(c.dim(`statement ${digests.statement}`));
    return [[c.bold(one.path), `  ${paint(word)}  ${title}`, ...lines.map((line) => `              ${line}`)].join("\n")];
  });
  const counts = (["proved", "refuted", "vacuous", "unproved", "unknown", "unreadable"] as const).flatMap((word) => {
    const count = all.filter((one) => wordOf(one) === word).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return `${[...parts, counts.join(", ")].join("\n\n")}\n`;
}

const workText = ({ passes, bounds, lemmas, cases }: Extract<Checked, { kind: "accepted" }>["work"]): string => {
  const done = [
    passes > 0 ? `${plural(passes, "pass", "passes")} replayed` : "",
    bounds > 0 ? `${plural(bounds, "bound", "bounds")} added up` : "",
    lemmas > 0 ? `${plural(lemmas, "lemma", "lemmas")} followed` : "",
    cases > 0 ? `${plural(cases, "case", "cases")} gone through` : "",
  ].filter((part) => part !== "");
  return done.length === 0 ? "nothing had to be looked at" : done.join(", ");
};
const plural = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
const decimal = (value: Rational): string => (value.den === 1n ? print(value) : `${print(value)} (${approximate(value).toFixed(4)})`);

/** Instances that are written out. */
const shown = 3;

/** Characters of a sentence, and waits of a circle, that are written out. */
const longest = 2000;
const waits = 20;

/** What the certificate says, one sentence a line. What is very long is not all said. */
export function sayingOf(certificate: Certificate): string[] {
  return sentences(certificate).map((one) => (one.length <= longest ? one : `${one.slice(0, longest)}... (${one.length} characters)`));
}
function sentences(certificate: Certificate): string[] {
  switch (certificate.kind) {
    case "holds":
      return several(certificate.instances, (one) => [`${at(one.parameters)}${formulaText(one.claim)}`, ...subjectsOf(one)]);
    case "false":
      return [
        `not true${atEnd(certificate.instance.parameters)}: ${formulaText(certificate.instance.claim)}`,
        ...subjectsOf(certificate.instance),
      ];
    case "invalid": {
      const { subject, parameters, evidence } = certificate;
      return [`not a valid ${subject.kind}${atEnd(parameters)}: ${conflictText(subject.named, evidence)}`, `of ${sizeOf(subject.named)}`];
    }
    case "deadlock-free":
      return several(certificate.instances, (one) => [
        `${at(one.parameters)}each stream can run its passes in its order, without a deadlock`,
        `of ${sizeOf(one.order.named)}`,
      ]);
    case "possible":
      return [
        `${at(certificate.parameters)}there is a schedule with ${askedText(certificate.goal)}`,
        `of ${sizeOf(certificate.goal.named)}`,
      ];
    case "impossible":
      return several(certificate.instances, (one) => [
        `${at(one.parameters)}no schedule has ${askedText(one.goal)}`,
        `of ${sizeOf(one.goal.named)}`,
      ]);
    case "best": {
      const { goal, objectives, parameters } = certificate;
      const reached = objectives.map(({ measure, value, bound }) => {
        const unit = measure === "peak" ? goal.named.problem.partsPerUnit : goal.named.problem.ticksPerUnit;
        const best = value === bound ? "which is the least" : `and none is below ${decimal(rational(bound, unit))}`;
        return `${measure} ${decimal(rational(value, unit))}, ${best}`;
      });
      return [`${at(parameters)}a schedule with ${askedText(goal)} has ${reached.join("; then ")}`, `of ${sizeOf(goal.named)}`];
    }
    case "for-all": {
      const { variables, domain, claim, subjects } = certificate.statement;
      const kinds = subjects.map(
        ({ block, microbatches, pipelineOnly }, i) =>
          `${letter(i)}: ${pipelineOnly ? "a pipeline" : block.interval === null ? "a block that runs once" : `a block that repeats every ${block.interval} slots`}, ${plural(block.families.length, "family", "families")} of passes${microbatches === null ? "" : ", for a number of microbatches"}`,
      );
      return [`for all ${variables.join(", ")} with ${formulaText(domain)}: ${formulaText(claim)}`, ...kinds];
    }
    case "for-all-times": {
      const { variables, domain, claims, subjects } = certificate;
      const all = `for all times ${variables.join(", ")} with ${formulaText(domain)}`;
      const orders = subjects.map(({ order }, i) => `${letter(i)}: an order, as early as it allows, ${sizeOf(order.named)}`);
      return [...several(claims, (claim) => [`${all}: ${formulaText(claim)}`]), ...several(orders, (one) => [one])];
    }
    case "vacuous":
      return [`for no ${certificate.variables.join(", ")} at all: ${formulaText(certificate.domain)}`];
  }
}

function several<One>(instances: readonly One[], say: (one: One) => string[]): string[] {
  const lines = instances.slice(0, shown).flatMap(say);
  return instances.length > shown ? [...lines, `and so on, ${instances.length} instances in all`] : lines;
}

const values = (parameters: Parameters): string => parameters.map(([name, value]) => `${name} = ${print(value)}`).join(", ");
const at = (parameters: Parameters): string => (parameters.length === 0 ? "" : `${values(parameters)}: `);
const atEnd = (parameters: Parameters): string => (parameters.length === 0 ? "" : ` at ${values(parameters)}`);

const sizeOf = ({ problem, names }: Named): string => {
  const listed = names.slice(0, 4).join(", ");
  const nodes = `${names.length} passes (${listed}${names.length > 4 ? ", ..." : ""})`;
  return `${plural(problem.devices, "device", "devices")}, ${plural(problem.microbatches, "microbatch", "microbatches")} of ${nodes}`;
};

function subjectsOf({ subjects }: Instance): string[] {
  const what = (subject: Subject): string => {
    if (subject.kind !== "block") return `a ${subject.kind}`;
    return subject.interval === null ? "a block that runs once" : `a block that repeats every ${subject.interval} slots`;
  };
  return subjects.map((subject, i) => `${letter(i)}: ${what(subject)}, ${sizeOf(subject.named)}`);
}

function askedText({ named: { problem }, makespan, span, starts, orders }: Asked): string {
  const caps = new Set(problem.cap);
  const [cap] = caps;
  const parts = [
    ...(makespan === null ? [] : [`makespan <= ${decimal(rational(makespan, problem.ticksPerUnit))}`]),
    ...(span === null ? [] : [`span <= ${decimal(rational(span, problem.ticksPerUnit))}`]),
    ...(caps.size > 1
      ? ["a peak within each device's cap"]
      : cap === undefined || cap === Number.POSITIVE_INFINITY
        ? []
        : [`peak <= ${decimal(rational(cap, problem.partsPerUnit))}`]),
    ...(starts.length > 0 ? [plural(starts.length, "fixed start", "fixed starts")] : []),
    ...(orders.length > 0 ? [plural(orders.length, "fixed order", "fixed orders")] : []),
  ];
  return parts.length === 0 ? "nothing asked of it but to be valid" : parts.join(", ");
}

function conflictText({ problem, names }: Named, conflict: Conflict): string {
  const pass = (number: number): string => `${names[number % problem.nodes]} of microbatch ${Math.floor(number / problem.nodes)}`;
  switch (conflict.kind) {
    case "overlap":
      return `${pass(conflict.first)} and ${pass(conflict.second)} run at once`;
    case "early":
      return `${pass(conflict.pass)} starts before ${pass(conflict.needs)} is ready`;
    case "hold":
      return `what ${pass(conflict.from)} holds is freed before that, by ${pass(conflict.to)}`;
    case "memory":
      return `device ${conflict.device} holds more than its cap at ${print(rational(conflict.time, problem.ticksPerUnit))}`;
    case "missing":
      return `${pass(conflict.pass)} is missing`;
    case "twice":
      return `${pass(conflict.pass)} stands twice`;
    case "elsewhere":
      return `${pass(conflict.pass)} stands on device ${conflict.device}, where it does not run, or on another stream`;
    case "deadlock":
      return [
        ...conflict.cycle.slice(0, waits).map(([one, needs]) => `${pass(one)} waits for ${pass(needs)}`),
        ...(conflict.cycle.length > waits ? [`and so on, ${conflict.cycle.length} waits in all`] : []),
      ].join("; ");
  }
}
