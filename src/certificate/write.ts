// A certificate as its canonical text. The format is docs/certificate.md.
import type { Passage } from "../kernel/index.ts";
import { casesJson } from "./cases.ts";
import { exactJson } from "./decode.ts";
import { digestOf } from "./digest.ts";
import { formulaJson, passageJson } from "./formula.ts";
import { canonical, type Json } from "./json.ts";
import { problemJson } from "./problem.ts";
import type { Asked, Certificate, Conflict, Instance, Listed, Named, Parameters, Quantum, Refutation, Subject } from "./statement.ts";
import { symbolicJson } from "./symbolic.ts";
import { timesEvidenceJson, timesJson } from "./times.ts";

export const version = 1;

/** The text of a certificate's file, its last line feed included. Two calls give the same bytes. */
export function certificateText(certificate: Certificate): string {
  const { title } = certificate;
  const table = new Problems();
  const statement = statementJson(certificate, table);
  const digests = { problems: table.digests, statement: digestOf(statement) };
  const evidence = evidenceJson(certificate);
  return `${canonical({ digests, evidence, format: "bubbleproof/certificate", statement, title, version })}\n`;
}

/** The digest by which a statement is known: the same for two certificates that say the same. */
export const statementDigest = (certificate: Certificate): string => digestOf(statementJson(certificate, new Problems()));

/** The problems of one statement, each once, numbered as they come up. */
class Problems {
  readonly digests: string[] = [];
  readonly #json: Json[] = [];
  readonly #known = new Map<Named, number>();

  number(named: Named): number {
    const before = this.#known.get(named);
    if (before !== undefined) return before;
    const json = problemJson(named);
    const digest = digestOf(json);
    let number = this.digests.indexOf(digest);
    if (number < 0) {
      number = this.digests.push(digest) - 1;
      this.#json.push(json);
    }
    this.#known.set(named, number);
    return number;
  }
  get json(): readonly Json[] {
    return this.#json;
  }
}

function statementJson(certificate: Certificate, table: Problems): Json {
  const rest = statementFields(certificate, table);
  return { ...rest, kind: certificate.kind, problems: table.json };
}

function statementFields(certificate: Certificate, table: Problems): { readonly [key: string]: Json } {
  switch (certificate.kind) {
    case "holds":
      return { instances: certificate.instances.map((one) => instanceJson(one, table)) };
    case "false":
      return { instance: instanceJson(certificate.instance, table) };
    case "invalid":
      return { parameters: parametersJson(certificate.parameters), subject: subjectJson(certificate.subject, table) };
    case "deadlock-free": {
      const instances = certificate.instances.map(({ parameters, order: { lists, named } }) => ({
        lists: lists.map((one) => [...one]),
        parameters: parametersJson(parameters),
        problem: table.number(named),
      }));
      return { channels: null, instances };
    }
    case "possible":
      return { goal: goalJson(certificate.goal, table), parameters: parametersJson(certificate.parameters) };
    case "impossible":
      return {
        instances: certificate.instances.map(({ parameters, goal }) => ({
          goal: goalJson(goal, table),
          parameters: parametersJson(parameters),
        })),
      };
    case "best":
      return {
        goal: goalJson(certificate.goal, table),
        objectives: certificate.objectives.map(({ measure, value, bound }) => ({ bound, measure, value })),
        parameters: parametersJson(certificate.parameters),
      };
    case "for-all": {
      const { variables, domain, claim, subjects } = certificate.statement;
      return { claim: formulaJson(claim), domain: formulaJson(domain), subjects: subjects.map(symbolicJson), variables };
    }
    case "for-all-times": {
      const { variables, domain, claims, subjects } = certificate;
      const orders = subjects.map(({ order: { lists, named }, times }) => ({
        lists: lists.map((one) => [...one]),
        problem: table.number(named),
        times: timesJson(times),
      }));
      return { claims: claims.map(formulaJson), domain: formulaJson(domain), subjects: orders, variables };
    }
    case "vacuous":
      return { domain: formulaJson(certificate.domain), variables: certificate.variables };
  }
}

const parametersJson = (parameters: Parameters): Json => parameters.map(([name, value]) => [name, exactJson(value)]);

const instanceJson = ({ parameters, claim, subjects }: Instance, table: Problems): Json => ({
  claim: formulaJson(claim),
  parameters: parametersJson(parameters),
  subjects: subjects.map((subject) => subjectJson(subject, table)),
});

function subjectJson(subject: Subject | Listed, table: Problems): Json {
  const problem = table.number(subject.named);
  switch (subject.kind) {
    case "schedule":
      return { kind: subject.kind, problem, starts: [...subject.starts] };
    case "block":
      return { interval: subject.interval, kind: subject.kind, problem, stages: [...subject.stages], starts: [...subject.starts] };
    case "pipeline":
      return { kind: subject.kind, problem };
    case "order":
      return { kind: subject.kind, lists: subject.lists.map((one) => [...one]), problem };
  }
}

const goalJson = ({ named, makespan, span, starts, orders }: Asked, table: Problems): Json => ({
  makespan,
  orders: orders.map((one) => [...one]),
  problem: table.number(named),
  span,
  starts: starts.map(({ pass, at }) => [pass, at]),
});

function evidenceJson(certificate: Certificate): Json {
  switch (certificate.kind) {
    case "holds":
      return replayJson(certificate.evidence.passages);
    case "false":
      return replayJson([certificate.evidence.passages]);
    case "invalid":
      return conflictJson(certificate.evidence);
    case "deadlock-free":
      return { kind: "order", sequences: certificate.evidence.sequences.map((one) => [...one]) };
    case "possible":
      return { kind: "schedule", starts: [...certificate.evidence.starts] };
    case "impossible":
      return { kind: "refutations", refutations: certificate.evidence.refutations.map(refutationJson) };
    case "best": {
      const { starts, refutations } = certificate.evidence;
      return { kind: "best", refutations: refutations.map(refutationJson), starts: [...starts] };
    }
    case "for-all-times":
      return timesEvidenceJson(certificate.evidence);
    case "for-all":
    case "vacuous":
      return casesJson(certificate.evidence);
  }
}

/** What claims say of channels has its evidence; there is none where they say nothing. */
const replayJson = (passages: readonly (readonly Passage[])[]): Json =>
  passages.every((own) => own.length === 0)
    ? { kind: "replay" }
    : { kind: "replay", passages: passages.map((own) => own.map(passageJson)) };

const conflictJson = (conflict: Conflict): Json => ({ ...conflict });

const quantumJson = (quantum: Quantum | null): Json => quantum && [quantum.num, quantum.den];

function refutationJson(refutation: Refutation): Json {
  const quantum = quantumJson(refutation.quantum);
  if (refutation.kind !== "clauses") return { ...refutation, quantum };
  const { bytes, sha256: digest } = refutation.proof;
  return { kind: "clauses", proof: { bytes, sha256: digest }, quantum };
}
