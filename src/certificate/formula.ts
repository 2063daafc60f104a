// Terms and formulas as JSON: `["add", x, y]`, `["<=", x, y]`. Rules: docs/certificate.md, part 3.
import type { Channel, Flows, Formula, MeasureName, Passage, Relation, Term } from "../kernel/index.ts";
import { exact, exactJson, isList, list, refuse, text, whole } from "./decode.ts";
import type { Json } from "./json.ts";

const binaries = ["add", "sub", "mul", "quo", "div", "mod", "min", "max"] as const;
const unaries = ["neg", "floor", "ceil", "abs"] as const;
const relations: readonly Relation[] = ["==", "!=", "<", "<=", ">", ">="];
const joints = ["and", "or", "implies"] as const;
const channels: readonly Channel[] = ["unbounded", "rendezvous", "pair", "grouped"];
const measures: readonly MeasureName[] = ["makespan", "span", "idle", "bubble", "peak", "lifespan", "period", "load"];

export function termJson(term: Term): Json {
  switch (term.op) {
    case "number":
      return exactJson(term);
    case "var":
      return ["var", term.name];
    case "ite":
      return ["ite", formulaJson(term.cond), termJson(term.yes), termJson(term.no)];
    case "measure": {
      const { name, schedule, device, stage } = term.measure;
      return ["measure", name, schedule, device === undefined ? null : termJson(device), stage === undefined ? null : termJson(stage)];
    }
    case "neg":
    case "floor":
    case "ceil":
    case "abs":
      return [term.op, termJson(term.arg)];
    default:
      return [term.op, termJson(term.left), termJson(term.right)];
  }
}

export function formulaJson(formula: Formula): Json {
  switch (formula.op) {
    case "truth":
      return formula.value;
    case "compare":
      return [formula.relation, termJson(formula.left), termJson(formula.right)];
    case "within":
      return ["within", termJson(formula.left), termJson(formula.right), termJson(formula.tolerance)];
    case "not":
      return ["not", formulaJson(formula.arg)];
    case "valid":
      return ["valid", formula.schedule];
    case "flows": {
      const { schedule, channel, rows } = formula;
      return ["deadlock_free", schedule, channel, [...rows.offsets], [...rows.steps]];
    }
    default:
      return [formula.op, formulaJson(formula.left), formulaJson(formula.right)];
  }
}

export const passageJson = (passage: Passage): Json => ("times" in passage ? ["times", ...passage.times] : ["circle", ...passage.circle]);
export function readPassage(value: Json, where: string): Passage {
  const [kind, ...events] = list(value, where);
  if (kind !== "times" && kind !== "circle") refuse(where, "the evidence about a channel is an order or a circle");
  const numbers = numbersFrom(events, where, 0);
  return kind === "times" ? { times: numbers } : { circle: [...numbers] };
}
const numbersFrom = (given: readonly Json[], where: string, least: number): Int32Array =>
  Int32Array.from(given, (one) => whole(one, where, least, 2 ** 31 - 1));

/** The formulas about a channel, from the left, each as often as it stands there. */
export function flowsIn(part: Formula | Term): Flows[] {
  switch (part.op) {
    case "number":
    case "var":
    case "truth":
    case "valid":
      return [];
    case "flows":
      return [part];
    case "measure":
      return [part.measure.device, part.measure.stage].flatMap((one) => (one === undefined ? [] : flowsIn(one)));
    case "ite":
      return [part.cond, part.yes, part.no].flatMap(flowsIn);
    case "within":
      return [part.left, part.right, part.tolerance].flatMap(flowsIn);
    case "not":
    case "neg":
    case "floor":
    case "ceil":
    case "abs":
      return flowsIn(part.arg);
    default:
      return [...flowsIn(part.left), ...flowsIn(part.right)];
  }
}

/** What names and subjects a term may speak of. */
export interface Scope {
  /** Null: any. */
  readonly variables: ReadonlySet<string> | null;
  readonly subjects: number;
}

export function readTerm(value: Json, where: string, scope: Scope): Term {
  if (!isList(value)) {
    const { num, den } = exact(value, where);
    return { op: "number", num, den };
  }
  const [op] = value;
  const arity = (count: number): void => {
    if (value.length !== count + 1) refuse(where, `\`${op}\` takes ${count}`);
  };
  const inner = (i: number): Term => readTerm(value[i], where, scope);
  const binary = binaries.find((one) => one === op);
  if (binary !== undefined) {
    arity(2);
    return { op: binary, left: inner(1), right: inner(2) };
  }
  const unary = unaries.find((one) => one === op);
  if (unary !== undefined) {
    arity(1);
    return { op: unary, arg: inner(1) };
  }
  switch (op) {
    case "var": {
      arity(1);
      const name = text(value[1], where, 100);
      if (scope.variables !== null && !scope.variables.has(name)) refuse(where, `the variable \`${name}\` is not known`);
      return { op: "var", name };
    }
    case "ite":
      arity(3);
      return { op: "ite", cond: readFormula(value[1], where, scope), yes: inner(2), no: inner(3) };
    case "measure": {
      arity(4);
      const name = measures.find((one) => one === value[1]) ?? refuse(where, "this measure is not known");
      const schedule = whole(value[2], where, 0, scope.subjects - 1);
      return {
        op: "measure",
        measure: { name, schedule, device: value[3] === null ? undefined : inner(3), stage: value[4] === null ? undefined : inner(4) },
      };
    }
    default:
      return refuse(where, "this operator of a term is not known");
  }
}

export function readFormula(value: Json, where: string, scope: Scope): Formula {
  if (typeof value === "boolean") return { op: "truth", value };
  const [op, ...args] = list(value, where);
  const arity = (count: number): void => {
    if (args.length !== count) refuse(where, `\`${op}\` takes ${count}`);
  };
  const relation = relations.find((one) => one === op);
  if (relation !== undefined) {
    arity(2);
    return { op: "compare", relation, left: readTerm(args[0], where, scope), right: readTerm(args[1], where, scope) };
  }
  const joint = joints.find((one) => one === op);
  if (joint !== undefined) {
    arity(2);
    return { op: joint, left: readFormula(args[0], where, scope), right: readFormula(args[1], where, scope) };
  }
  switch (op) {
    case "within": {
      arity(3);
      const [left, right, tolerance] = args.map((one) => readTerm(one, where, scope));
      return { op: "within", left, right, tolerance };
    }
    case "not":
      arity(1);
      return { op: "not", arg: readFormula(args[0], where, scope) };
    case "valid":
      arity(1);
      return { op: "valid", schedule: whole(args[0], where, 0, scope.subjects - 1) };
    case "deadlock_free": {
      arity(4);
      const channel = channels.find((one) => one === args[1]) ?? refuse(where, "this channel is not known");
      const rows = {
        offsets: numbersFrom(list(args[2], where), where, 0),
        steps: numbersFrom(list(args[3], where), where, -(2 ** 31)),
      };
      return { op: "flows", schedule: whole(args[0], where, 0, scope.subjects - 1), channel, rows };
    }
    default:
      return refuse(where, "this operator of a formula is not known");
  }
}
