// A certificate from its text, strictly: canonical bytes, exact keys, numbers in range, digests that agree. The format is
// docs/certificate.md. What comes out is well formed and nothing more: `check.ts` says whether it is true.
import { type Objective, type Passage, repetitions } from "../kernel/index.ts";
import { readCases } from "./cases.ts";
import { digest, exact, fields, kindOf, limited, list, numbers, refuse, text, Unreadable, whole, wholeOrNull, wholes } from "./decode.ts";
import { digestOf } from "./digest.ts";
import { flowsIn, readFormula, readPassage } from "./formula.ts";
import { type Json, parseCanonical } from "./json.ts";
import { limits } from "./limits.ts";
import { readProblem } from "./problem.ts";
import type {
  Asked,
  Certificate,
  Conflict,
  Instance,
  Listed,
  Named,
  Parameters,
  Quantum,
  Refutation,
  Subject,
  Timed,
} from "./statement.ts";
import { readSymbolics, readVariables } from "./symbolic.ts";
import { readTimes, readTimesEvidence } from "./times.ts";
import { version } from "./write.ts";

export type Reading =
  | { readonly kind: "certificate"; readonly certificate: Certificate; readonly digests: Digests }
  | { readonly kind: "refused" | "limit"; readonly reason: string };
export interface Digests {
  readonly statement: string;
  readonly problems: readonly string[];
}

const most = Number.MAX_SAFE_INTEGER;

export function readCertificate(source: string): Reading {
  const parsed = parseCanonical(source);
  if (parsed.kind !== "value") return { kind: parsed.kind === "limit" ? "limit" : "refused", reason: parsed.reason };
  try {
    return read(parsed.value);
  } catch (signal) {
    if (signal instanceof Unreadable) return { kind: signal.kind, reason: signal.reason };
    throw signal;
  }
}

function read(value: Json): Reading {
  const given = fields(value, "the certificate", "digests", "evidence", "format", "statement", "title", "version");
  if (given.format !== "bubbleproof/certificate") refuse("format", "this is not a certificate");
  if (given.version !== version) refuse("version", `only version ${version} is known`);
  const told = fields(given.digests, "digests", "problems", "statement");
  const digests: Digests = {
    statement: digest(told.statement, "digests.statement"),
    problems: list(told.problems, "digests.problems").map((one, i) => digest(one, `digests.problems[${i}]`)),
  };
  if (digestOf(given.statement) !== digests.statement) refuse("digests.statement", "this is not the digest of the statement");
  const certificate = new Body(given.statement, given.evidence, text(given.title, "title", limits.title), digests).read();
  return { kind: "certificate", certificate, digests };
}

const kinds = [
  "holds",
  "false",
  "invalid",
  "deadlock-free",
  "possible",
  "impossible",
  "best",
  "for-all",
  "for-all-times",
  "vacuous",
] as const;

class Body {
  readonly #statement: Json;
  readonly #evidence: Json;
  readonly #title: string;
  readonly #digests: Digests;
  #problems: readonly Named[] = [];
  #used = 0;
  #passes = 0;
  #subjects = 0;

  constructor(statement: Json, evidence: Json, title: string, digests: Digests) {
    this.#statement = statement;
    this.#evidence = evidence;
    this.#title = title;
    this.#digests = digests;
  }

  read(): Certificate {
    const certificate = this.#read();
    if (this.#used < this.#problems.length) refuse("statement.problems", `nothing speaks of number ${this.#used}`);
    return certificate;
  }

  #read(): Certificate {
    const kind = kindOf(this.#statement, "statement", ...kinds);
    const title = this.#title;
    switch (kind) {
      case "holds": {
        const { instances } = this.#fields("instances");
        const read = this.#several(instances).map(([one, where]) => this.#instance(one, where));
        return { kind, title, instances: read, evidence: { passages: this.#passages(read) } };
      }
      case "false": {
        const { instance } = this.#fields("instance");
        const read = this.#instance(instance, "statement.instance");
        return { kind, title, instance: read, evidence: { passages: this.#passages([read])[0] } };
      }
      case "invalid": {
        const { parameters, subject } = this.#fields("parameters", "subject");
        const read = this.#scheduleOrOrder(subject);
        return { kind, title, parameters: this.#parameters(parameters), subject: read, evidence: this.#conflict(read) };
      }
      case "deadlock-free": {
        const { channels, instances } = this.#fields("channels", "instances");
        if (channels !== null) refuse("statement.channels", "only null is known");
        const read = this.#several(instances).map(([one, where]) => {
          const given = fields(one, where, "lists", "parameters", "problem");
          const named = this.#problem(given.problem, `${where}.problem`);
          return { order: this.#lists(given.lists, `${where}.lists`, named), parameters: this.#parameters(given.parameters) };
        });
        const { sequences } = fields(this.#evidence, "evidence", "kind", "sequences");
        this.#kindIs("order");
        return {
          kind,
          title,
          instances: read,
          evidence: {
            sequences: this.#sequences(
              sequences,
              read.map(({ order }) => order.named),
            ),
          },
        };
      }
      case "possible": {
        const { goal, parameters } = this.#fields("goal", "parameters");
        const asked = this.#goal(goal, "statement.goal");
        const { starts } = fields(this.#evidence, "evidence", "kind", "starts");
        this.#kindIs("schedule");
        const evidence = { starts: this.#starts(starts, "evidence.starts", asked.named, 0) };
        return { kind, title, parameters: this.#parameters(parameters), goal: asked, evidence };
      }
      case "impossible": {
        const { instances } = this.#fields("instances");
        const read = this.#several(instances).map(([one, where]) => {
          const { goal, parameters } = fields(one, where, "goal", "parameters");
          return { goal: this.#goal(goal, `${where}.goal`), parameters: this.#parameters(parameters) };
        });
        const { refutations } = fields(this.#evidence, "evidence", "kind", "refutations");
        this.#kindIs("refutations");
        return { kind, title, instances: read, evidence: { refutations: this.#refutations(refutations, read.length) } };
      }
      case "best": {
        const { goal, objectives, parameters } = this.#fields("goal", "objectives", "parameters");
        const asked = this.#goal(goal, "statement.goal");
        const reached = list(objectives, "statement.objectives").map((one, i) => {
          const where = `statement.objectives[${i}]`;
          const { bound, measure, value } = fields(one, where, "bound", "measure", "value");
          const name = measures.find((known) => known === measure) ?? refuse(where, "this measure is not known");
          return { measure: name, value: whole(value, `${where}.value`), bound: whole(bound, `${where}.bound`) };
        });
        const { refutations, starts } = fields(this.#evidence, "evidence", "kind", "refutations", "starts");
        this.#kindIs("best");
        const evidence = {
          starts: this.#starts(starts, "evidence.starts", asked.named, 0),
          refutations: this.#refutations(refutations, reached.length),
        };
        return { kind, title, parameters: this.#parameters(parameters), goal: asked, objectives: reached, evidence };
      }
      case "for-all": {
        const given = this.#fields("claim", "domain", "subjects", "variables");
        const variables = readVariables(given.variables, "statement.variables");
        const subjects = readSymbolics(given.subjects, "statement.subjects", variables);
        const scope = { variables: new Set(variables), subjects: subjects.length };
        const domain = readFormula(given.domain, "statement.domain", { ...scope, subjects: 0 });
        const claim = readFormula(given.claim, "statement.claim", scope);
        this.#kindIs("cases");
        const evidence = readCases(this.#evidence, variables, subjects.length);
        return { kind, title, statement: { variables, domain, claim, subjects }, evidence };
      }
      case "for-all-times": {
        const given = this.#fields("claims", "domain", "subjects", "variables");
        const variables = readVariables(given.variables, "statement.variables");
        const subjects = list(given.subjects, "statement.subjects").map((one, i) => {
          const where = `statement.subjects[${i}]`;
          const { lists, problem, times } = fields(one, where, "lists", "problem", "times");
          const named = this.#problem(problem, `${where}.problem`);
          return { order: this.#lists(lists, `${where}.lists`, named), times: readTimes(times, `${where}.times`, named, variables) };
        });
        const scope = { variables: new Set(variables), subjects: subjects.length };
        const domain = readFormula(given.domain, "statement.domain", { ...scope, subjects: 0 });
        const claims = list(given.claims, "statement.claims").map((one, i) => readFormula(one, `statement.claims[${i}]`, scope));
        this.#kindIs("times");
        const evidence = readTimesEvidence(this.#evidence, variables, claims.length, subjects);
        return { kind, title, variables, domain, claims, subjects, evidence };
      }
      case "vacuous": {
        const given = this.#fields("domain", "variables");
        const variables = readVariables(given.variables, "statement.variables");
        const domain = readFormula(given.domain, "statement.domain", { variables: new Set(variables), subjects: 0 });
        this.#kindIs("cases");
        return { kind, title, variables, domain, evidence: readCases(this.#evidence, variables, 0) };
      }
    }
  }

  /** The statement's own keys. Reads its problems first. */
  #fields<Key extends string>(...keys: readonly Key[]): Readonly<Record<Key, Json>> {
    const given = fields<Key | "kind" | "problems">(this.#statement, "statement", "kind", "problems", ...keys);
    const problems = list(given.problems, "statement.problems");
    const { problems: told } = this.#digests;
    if (told.length !== problems.length) refuse("digests.problems", `${problems.length} digests are wanted`);
    if (new Set(told).size < told.length) refuse("statement.problems", "two are the same");
    this.#problems = problems.map((one, i) => {
      if (digestOf(one) !== told[i]) refuse(`digests.problems[${i}]`, "this is not the digest of the problem");
      return readProblem(one, `statement.problems[${i}]`);
    });
    return given;
  }

  /** For each instance one passage for each of its formulas about a channel. */
  #passages(instances: readonly Instance[]): Passage[][] {
    const wanted = instances.map(({ claim }) => flowsIn(claim).length);
    const none = wanted.every((count) => count === 0);
    const { passages } = none
      ? { ...fields(this.#evidence, "evidence", "kind"), passages: wanted.map(() => []) }
      : fields(this.#evidence, "evidence", "kind", "passages");
    this.#kindIs("replay");
    const given = list(passages, "evidence.passages");
    if (given.length !== wanted.length) refuse("evidence.passages", `${wanted.length} are wanted`);
    return given.map((one, i) => {
      const own = list(one, `evidence.passages[${i}]`);
      if (own.length !== wanted[i]) refuse(`evidence.passages[${i}]`, `${wanted[i]} are wanted`);
      return own.map((passage) => readPassage(passage, `evidence.passages[${i}]`));
    });
  }
  #kindIs(kind: string): void {
    kindOf(this.#evidence, "evidence", kind);
  }

  #several(value: Json): [Json, string][] {
    const found = list(value, "statement.instances");
    if (found.length === 0) refuse("statement.instances", "there is none: the statement is empty");
    if (found.length > limits.instances) limited(`more than ${limits.instances} instances (limit \`instances\`)`);
    return found.map((one, i) => [one, `statement.instances[${i}]`]);
  }

  #parameters(value: Json): Parameters {
    return list(value, "parameters").map((one) => {
      const pair = list(one, "parameters");
      if (pair.length !== 2) refuse("parameters", "a name and a number are wanted");
      return [text(pair[0], "parameters", limits.name), exact(pair[1], "parameters")];
    });
  }

  #instance(value: Json, where: string): Instance {
    const given = fields(value, where, "claim", "parameters", "subjects");
    const subjects = list(given.subjects, `${where}.subjects`).map((one, i) => this.#subject(one, `${where}.subjects[${i}]`));
    this.#subjects += subjects.length;
    if (this.#subjects > limits.instances) limited(`more than ${limits.instances} subjects (limit \`instances\`)`);
    const claim = readFormula(given.claim, `${where}.claim`, { variables: new Set(), subjects: subjects.length });
    return { parameters: this.#parameters(given.parameters), claim, subjects };
  }

  #problem(value: Json, where: string): Named {
    const number = whole(value, where, 0, this.#problems.length - 1);
    if (number > this.#used) refuse(where, `number ${this.#used} is spoken of later`);
    if (number === this.#used) this.#used++;
    const { nodes, microbatches, devices, streams } = this.#problems[number].problem;
    this.#count(nodes * microbatches + devices * streams);
    return this.#problems[number];
  }
  #count(passes: number): void {
    this.#passes += passes;
    if (this.#passes > limits.passes) limited(`more than ${limits.passes} passes and streams, of all that is spoken of (limit \`passes\`)`);
  }

  #starts(value: Json, where: string, { problem }: Named, low: number): Float64Array {
    return wholes(value, where, low, most, problem.nodes * problem.microbatches);
  }

  #subject(value: Json, where: string): Subject {
    const kind = kindOf(value, where, "schedule", "block", "pipeline");
    switch (kind) {
      case "schedule":
        return this.#timed(value, where);
      case "block": {
        const given = fields(value, where, "interval", "kind", "problem", "stages", "starts");
        const named = this.#problem(given.problem, `${where}.problem`);
        const starts = this.#starts(given.starts, `${where}.starts`, named, -most);
        const stages = numbers(given.stages, `${where}.stages`, -1, 2 ** 31 - 1, named.problem.nodes);
        const interval = wholeOrNull(given.interval, `${where}.interval`, 1);
        // It is judged by its run. What is too long for one is refused later.
        const turns = repetitions({ problem: named.problem, interval, start: starts });
        this.#count(((turns ?? 1) - 1) * starts.length);
        return { kind, named, interval, starts, stages };
      }
      case "pipeline":
        return { kind, named: this.#problem(fields(value, where, "kind", "problem").problem, `${where}.problem`) };
    }
  }
  #timed(value: Json, where: string): Timed {
    const { problem, starts } = fields(value, where, "kind", "problem", "starts");
    const named = this.#problem(problem, `${where}.problem`);
    return { kind: "schedule", named, starts: this.#starts(starts, `${where}.starts`, named, 0) };
  }
  #scheduleOrOrder(value: Json): Timed | Listed {
    const where = "statement.subject";
    if (kindOf(value, where, "schedule", "order") === "schedule") return this.#timed(value, where);
    const { lists, problem } = fields(value, where, "kind", "lists", "problem");
    return this.#lists(lists, `${where}.lists`, this.#problem(problem, `${where}.problem`));
  }
  #lists(value: Json, where: string, named: Named): Listed {
    const { devices, streams, nodes, microbatches } = named.problem;
    const lists = list(value, where).map((one, i) => numbers(one, `${where}[${i}]`, 0, nodes * microbatches - 1, null));
    if (lists.length !== devices * streams) refuse(where, `${devices * streams} lists are wanted`);
    return { kind: "order", named, lists };
  }

  /** For each problem all of its passes, each once. */
  #sequences(value: Json, of: readonly Named[]): Int32Array[] {
    const found = list(value, "evidence.sequences");
    if (found.length !== of.length) refuse("evidence.sequences", `${of.length} are wanted`);
    return found.map((one, i) => {
      const passes = of[i].problem.nodes * of[i].problem.microbatches;
      const sequence = numbers(one, `evidence.sequences[${i}]`, 0, passes - 1, passes);
      const seen = new Uint8Array(passes);
      for (const pass of sequence) seen[pass] = 1;
      if (seen.includes(0)) refuse(`evidence.sequences[${i}]`, "a pass stands twice");
      return sequence;
    });
  }

  #goal(value: Json, where: string): Asked {
    const given = fields(value, where, "makespan", "orders", "problem", "span", "starts");
    const named = this.#problem(given.problem, `${where}.problem`);
    const last = named.problem.nodes * named.problem.microbatches - 1;
    if (last >= limits["goal-passes"]) limited(`${where} has more than ${limits["goal-passes"]} passes (limit \`goal-passes\`)`);
    return {
      named,
      makespan: wholeOrNull(given.makespan, `${where}.makespan`, -most),
      span: wholeOrNull(given.span, `${where}.span`, -most),
      starts: list(given.starts, `${where}.starts`).map((one, i) => {
        const pair = list(one, `${where}.starts[${i}]`);
        if (pair.length !== 2) refuse(`${where}.starts[${i}]`, "a pass and a time are wanted");
        return { pass: whole(pair[0], `${where}.starts[${i}]`, 0, last), at: whole(pair[1], `${where}.starts[${i}]`) };
      }),
      orders: list(given.orders, `${where}.orders`).map((one, i) => numbers(one, `${where}.orders[${i}]`, 0, last, null)),
    };
  }

  #refutations(value: Json, count: number): Refutation[] {
    const found = list(value, "evidence.refutations");
    if (found.length !== count) refuse("evidence.refutations", `${count} are wanted`);
    return found.map((one, i) => refutation(one, `evidence.refutations[${i}]`));
  }

  #conflict(subject: Timed | Listed): Conflict {
    const { nodes, microbatches, devices } = subject.named.problem;
    const pass = (value: Json): number => whole(value, "evidence", 0, nodes * microbatches - 1);
    const device = (value: Json): number => whole(value, "evidence", 0, devices - 1);
    if (subject.kind === "schedule") {
      const kind = kindOf(this.#evidence, "evidence", "overlap", "early", "hold", "memory");
      switch (kind) {
        case "overlap": {
          const given = fields(this.#evidence, "evidence", "first", "kind", "second");
          return { kind, first: pass(given.first), second: pass(given.second) };
        }
        case "early": {
          const given = fields(this.#evidence, "evidence", "kind", "needs", "pass");
          return { kind, pass: pass(given.pass), needs: pass(given.needs) };
        }
        case "hold": {
          const given = fields(this.#evidence, "evidence", "from", "kind", "to");
          return { kind, from: pass(given.from), to: pass(given.to) };
        }
        case "memory": {
          const given = fields(this.#evidence, "evidence", "device", "kind", "time");
          return { kind, device: device(given.device), time: whole(given.time, "evidence") };
        }
      }
    }
    const kind = kindOf(this.#evidence, "evidence", "missing", "twice", "elsewhere", "deadlock");
    switch (kind) {
      case "missing":
      case "twice":
        return { kind, pass: pass(fields(this.#evidence, "evidence", "kind", "pass").pass) };
      case "elsewhere": {
        const given = fields(this.#evidence, "evidence", "device", "kind", "pass");
        return { kind, pass: pass(given.pass), device: device(given.device) };
      }
      case "deadlock": {
        const cycle = list(fields(this.#evidence, "evidence", "cycle", "kind").cycle, "evidence.cycle");
        if (cycle.length === 0) refuse("evidence.cycle", "it is empty");
        return {
          kind,
          cycle: cycle.map((one) => {
            const pair = list(one, "evidence.cycle");
            if (pair.length !== 2) refuse("evidence.cycle", "two passes are wanted");
            return [pass(pair[0]), pass(pair[1])];
          }),
        };
      }
    }
  }
}

const measures: readonly Objective[] = ["makespan", "span", "peak"];

function refutation(value: Json, where: string): Refutation {
  const kind = kindOf(value, where, "windows", "load", "held", "clauses");
  switch (kind) {
    case "load": {
      const {
        device,
        from,
        quantum: ticks,
        span,
        stream,
        to,
      } = fields(value, where, "device", "from", "kind", "quantum", "span", "stream", "to");
      if (typeof span !== "boolean") refuse(`${where}.span`, "true or false is wanted");
      return {
        ...{ kind, device: whole(device, `${where}.device`), stream: whole(stream, `${where}.stream`), span },
        ...{ from: whole(from, `${where}.from`, -most), to: whole(to, `${where}.to`, -most), quantum: quantum(ticks, `${where}.quantum`) },
      };
    }
    case "held": {
      const given = fields(value, where, "kind", "pass", "quantum");
      return { kind, pass: whole(given.pass, `${where}.pass`), quantum: quantum(given.quantum, `${where}.quantum`) };
    }
    case "windows":
      return { kind, quantum: quantum(fields(value, where, "kind", "quantum").quantum, `${where}.quantum`) };
    case "clauses": {
      const given = fields(value, where, "kind", "proof", "quantum");
      const { bytes, sha256: name } = fields(given.proof, `${where}.proof`, "bytes", "sha256");
      const proof = { bytes: whole(bytes, `${where}.proof.bytes`), sha256: digest(name, `${where}.proof.sha256`) };
      return { kind, proof, quantum: quantum(given.quantum, `${where}.quantum`) };
    }
  }
}

function quantum(value: Json, where: string): Quantum | null {
  if (value === null) return null;
  const [num, den] = wholes(value, where, 1, most, 2);
  return num >= den ? { num, den } : refuse(where, "coarse ticks must not be shorter");
}
