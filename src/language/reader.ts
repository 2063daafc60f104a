// Concrete trees to the syntax tree: which child of which rule is what.
import { rational } from "../kernel/rational.ts";
import type { Tree } from "./grammar.ts";
import type * as S from "./syntax.ts";

/** Gives types to the trees of one chunk; all places are moved by `base`, the chunk's place in the file. */
export class Reader {
  readonly #base: number;
  constructor(base: number) {
    this.#base = base;
  }

  declaration(tree: Tree): S.Declaration {
    const inner = tree.children[0];
    switch (inner.rule) {
      case "Pipeline":
        return this.#pipeline(inner);
      case "Schedule":
        return this.#schedule(inner);
      case "Profile":
        return this.#profile(inner);
      case "Claim":
        return this.#claim(inner);
      case "Find":
        return this.#find(inner);
      default:
        return unexpected(inner);
    }
  }

  #span(tree: Tree): S.Span {
    return { from: this.#base + tree.from, to: this.#base + tree.to };
  }
  #name(tree: Tree): S.Name {
    return { text: tree.text, span: this.#span(tree) };
  }

  #pipeline(tree: Tree): S.Pipeline {
    const [, name, params, , items] = tree.children;
    return {
      kind: "pipeline",
      name: this.#name(name),
      params: this.#parameters(params),
      items: items.children.map((item) => this.#pipelineItem(item.children[0])),
      span: this.#span(tree),
    };
  }
  #parameters(option: Tree): S.Name[] {
    return option.children.flatMap((tree) => list(tree.children[1])).map((tree) => this.#name(tree));
  }

  #pipelineItem(tree: Tree): S.PipelineItem {
    const span = this.#span(tree);
    const c = tree.children;
    switch (tree.rule) {
      case "Devices":
        return { kind: "devices", count: this.#expr(c[1]), span };
      case "Stages":
        return { kind: "stages", name: this.#name(c[1]), range: this.#range(c[3], c[5]), device: this.#device(c[6]), span };
      case "Stream":
        return { kind: "stream", name: this.#name(c[1]), span };
      case "PassItem":
        return this.#pass(tree);
      case "Holds":
        return this.#holds(tree);
      case "Cap":
        return { kind: "cap", amount: this.#expr(c[1]), device: this.#device(c[2]), span };
      case "Let":
        return this.#let(tree);
      case "Requires":
        return { kind: "requires", cond: this.#expr(c[1]), span };
      default:
        return unexpected(tree);
    }
  }
  #let(tree: Tree): S.Let {
    return { kind: "let", name: this.#name(tree.children[1]), value: this.#expr(tree.children[3]), span: this.#span(tree) };
  }
  #range(low: Tree, high: Tree): S.Range {
    return { low: this.#expr(low), high: this.#expr(high) };
  }
  #device(option: Tree): S.Expr | undefined {
    const found = option.children[0];
    return found === undefined ? undefined : this.#expr(found.children[2]);
  }

  #pass(tree: Tree): S.PassItem {
    const [, name, indices, clauses] = tree.children;
    const parts = clauses.children.map((clause) => clause.children[0]);
    const part = (rule: string): Tree | undefined => parts.find((clause) => clause.rule === rule);
    const device = part("OnDevice");
    const stream = part("OnStream");
    const takes = part("Takes");
    const repeated = parts.filter((clause) => clause.rule !== "After" && part(clause.rule) !== clause);
    return {
      kind: "pass",
      name: this.#name(name),
      indices: indices.children.flatMap((found) => list(found.children[1])).map((index) => this.#index(index)),
      device: device && this.#expr(device.children[2]),
      stream: stream && this.#name(stream.children[1]),
      takes: takes && this.#expr(takes.children[1]),
      after: parts.filter((clause) => clause.rule === "After").flatMap((clause) => list(clause.children[1]).map((ref) => this.#ref(ref))),
      repeated: repeated.map((clause) => this.#span(clause)),
      span: this.#span(tree),
    };
  }
  #index(tree: Tree): S.Index {
    const range = tree.children[1].children[0];
    return { name: this.#name(tree.children[0]), range: range && this.#range(range.children[1], range.children[3]) };
  }
  #ref(tree: Tree): S.PassRef {
    const indices = tree.children[1].children.flatMap((found) => list(found.children[1]));
    return {
      name: this.#name(tree.children[0]),
      indices: indices.map((index) => {
        const inner = index.children[0];
        return inner.rule === "ReferenceAll" ? "all" : inner.rule === "ReferenceLast" ? "last" : this.#expr(inner);
      }),
      span: this.#span(tree),
    };
  }
  #holds(tree: Tree): S.Holds {
    const range = tree.children[3].children[0];
    return {
      kind: "holds",
      amount: this.#expr(tree.children[1]),
      device: this.#device(tree.children[2]),
      during: range.rule === "HoldAlways" ? undefined : { from: this.#ref(range.children[1]), to: this.#ref(range.children[3]) },
      span: this.#span(tree),
    };
  }

  #schedule(tree: Tree): S.Schedule {
    const [, name, params, , target, repeat, , items] = tree.children;
    const found = repeat.children[0]?.children[0];
    return {
      kind: "schedule",
      name: this.#name(name),
      params: this.#parameters(params),
      of: this.#target(target),
      repeat: found && this.#repeat(found),
      items: items.children.map((item) => this.#scheduleItem(item.children[0])),
      span: this.#span(tree),
    };
  }
  #target(tree: Tree): S.Target {
    const args = tree.children[1].children.flatMap((found) => list(found.children[1]));
    return { name: this.#name(tree.children[0]), args: args.map((arg) => this.#expr(arg)), span: this.#span(tree) };
  }
  #repeat(tree: Tree): S.Repeat {
    const span = this.#span(tree);
    if (tree.rule === "RepeatOnce") return { kind: "once", group: this.#group(tree.children[1]), span };
    const group = tree.children[2].children[0];
    return { kind: "every", interval: this.#expr(tree.children[1]), group: group && this.#group(group), span };
  }
  #group(tree: Tree): S.Group {
    return { count: this.#expr(tree.children[1]), name: this.#name(tree.children[3]) };
  }
  #binders(option: Tree): S.Name[] {
    return option.children.flatMap((found) => list(found.children[1])).map((name) => this.#name(name));
  }
  #scheduleItem(tree: Tree): S.ScheduleItem {
    const span = this.#span(tree);
    const c = tree.children;
    switch (tree.rule) {
      case "Let":
        return this.#let(tree);
      case "Requires":
        return { kind: "requires", cond: this.#expr(c[1]), span };
      case "Start":
        return { kind: "start", pass: this.#name(c[0]), binders: this.#binders(c[1]), at: this.#expr(c[3]), span };
      case "FirstFree":
        return { kind: "start", pass: this.#name(c[0]), binders: this.#binders(c[1]), span };
      case "Runs":
        return this.#runs(tree);
      default:
        return unexpected(tree);
    }
  }
  #runs(tree: Tree): S.Runs {
    const c = tree.children;
    const where = c[4].children.map((one) => this.#where(one));
    return { kind: "runs", device: this.#expr(c[1]), steps: this.#steps(c[3]), where, span: this.#span(tree) };
  }
  #where(tree: Tree): S.Where {
    const span = this.#span(tree);
    const name = this.#name(tree.children[1]);
    const body = tree.children[2].children[0];
    if (body.rule === "WhereNext") return { kind: "next", name, steps: this.#steps(body.children[2]), span };
    return { kind: "is", name, value: this.#expr(body.children[1]), span };
  }
  #steps(sequence: Tree): S.Step[] {
    return sequence.children[0].children.map((step) => this.#step(step.children[0]));
  }
  #step(tree: Tree): S.Step {
    const span = this.#span(tree);
    const c = tree.children;
    if (tree.rule === "Choice") {
      return { kind: "choice", cond: this.#expr(c[1]), yes: this.#steps(c[3]), no: this.#steps(c[5]), span };
    }
    const atom = this.#atom(c[0].children[0]);
    const power = c[1].children[0]?.children[0];
    if (power === undefined) return atom;
    return { kind: "power", step: atom, count: power.rule === "PowerStar" ? undefined : this.#expr(power.children[1]), span };
  }
  #atom(tree: Tree): S.Step {
    const span = this.#span(tree);
    if (tree.rule === "PassRef") return { kind: "pass", ref: this.#ref(tree), span };
    const each = tree.children[2].children[0];
    return {
      kind: "group",
      steps: this.#steps(tree.children[1]),
      each: each && { name: this.#name(each.children[1]), range: this.#range(each.children[3], each.children[5]) },
      span,
    };
  }

  #profile(tree: Tree): S.Profile {
    const [, title, params, , entries] = tree.children;
    const items = entries.children.map((item): S.ProfileItem => {
      const [name, binders, , value] = item.children;
      return { name: this.#name(name), binders: this.#binders(binders), value: this.#expr(value), span: this.#span(item) };
    });
    return { kind: "profile", name: this.#name(title), params: this.#parameters(params), items, span: this.#span(tree) };
  }

  #claim(tree: Tree): S.Claim {
    const [, title, quantifier, , body] = tree.children;
    const domains = quantifier.children.flatMap((found) => list(found.children[2]));
    const inner = body.children[0];
    return {
      kind: "claim",
      title: title.text.slice(1, -1),
      titleSpan: this.#span(title),
      domains: domains.map((domain) => this.#domain(domain.children[0])),
      body: inner.rule === "Impossible" ? this.#impossible(inner) : this.#expr(inner),
      span: this.#span(tree),
    };
  }
  #domain(tree: Tree): S.Domain {
    const span = this.#span(tree);
    if (tree.rule !== "DomainRange") return { kind: "condition", cond: this.#expr(tree), span };
    return { kind: "range", name: this.#name(tree.children[0]), range: this.#range(tree.children[2], tree.children[4]), span };
  }
  #impossible(tree: Tree): S.Impossible {
    const args = list(tree.children[4]).map((arg) => this.#argument(arg));
    return { kind: "impossible", of: this.#target(tree.children[2]), constraints: args, span: this.#span(tree) };
  }

  #find(tree: Tree): S.Find {
    const [, block, name, , target, , items] = tree.children;
    return {
      kind: "find",
      block: block.children.length > 0,
      name: this.#name(name),
      of: this.#target(target),
      items: items.children.map((item) => this.#findItem(item.children[0])),
      span: this.#span(tree),
    };
  }
  #findItem(tree: Tree): S.FindItem {
    const span = this.#span(tree);
    const c = tree.children;
    switch (tree.rule) {
      case "FindMicrobatches":
        return { kind: "microbatches", count: this.#expr(c[1]), span };
      case "FindProfile":
        return { kind: "profile", name: this.#name(c[1]), span };
      case "FindOrder":
        return { kind: "order", runs: this.#runs(c[1]), span };
      case "FindStart":
        return { kind: "start", pass: this.#ref(c[1]), microbatch: this.#expr(c[4]), at: this.#expr(c[6]), span };
      case "FindKeep":
        return { kind: "keep", cond: this.#expr(c[1]), span };
      case "FindMinimize":
        return { kind: "minimize", measures: [c[1], ...c[3].children].map((name) => this.#name(name)), span };
      case "FindInterval":
        return { kind: "interval", slots: this.#expr(c[1]), span };
      default:
        return unexpected(tree);
    }
  }

  #argument(tree: Tree): S.Argument {
    const inner = tree.children[0];
    const span = this.#span(tree);
    if (inner.rule === "Named") return { name: this.#name(inner.children[0]), value: this.#expr(inner.children[2]), span };
    if (inner.rule === "StageArgument") return { name: this.#name(inner.children[0]), value: this.#expr(inner.children[1]), span };
    return { value: this.#expr(inner), span };
  }

  #expr(tree: Tree): S.Expr {
    const span = this.#span(tree);
    const c = tree.children;
    switch (tree.rule) {
      case "Expr":
      case "ReferenceNumber":
      case "Unary":
      case "Product":
      case "Primary":
        return this.#expr(c[0]);
      case "Implies":
      case "Or":
      case "And":
      case "Add":
      case "Mul":
        return this.#chain(tree);
      case "Not":
        return this.#expr(c[0]);
      case "NotOf":
        return { kind: "unary", operator: "not", arg: this.#expr(c[1]), span };
      case "Negative":
        return { kind: "unary", operator: "-", arg: this.#expr(c[1]), span };
      case "Compare":
        return this.#compare(tree);
      case "If":
        return { kind: "if", cond: this.#expr(c[1]), yes: this.#expr(c[3]), no: this.#expr(c[5]), span };
      case "Tight":
        return { kind: "binary", operator: "*", left: numeral(c[0], this.#span(c[0])), right: this.#expr(c[1]), span };
      case "Percent":
        return numeral(c[0], span);
      case "Number":
        return numeral(tree, span);
      case "Boolean":
        return { kind: "boolean", value: tree.text === "true", span };
      case "Bracketed":
        return { ...this.#expr(c[1]), span };
      case "Name":
        return this.#expr(c[0]);
      case "Name_plain":
        return { kind: "name", name: c[0].text, span };
      case "Name_measure":
        return { kind: "name", name: c[0].text, device: this.#expr(c[1].children[2]), span };
      case "Call":
        return this.#expr(c[0]);
      case "PlainCall":
      case "MeasureCall":
        return {
          kind: "call",
          callee: this.#name(c[0]),
          args: list(c[2]).map((arg) => this.#argument(arg)),
          device: c[4] && this.#device(c[4]),
          span,
        };
      default:
        return unexpected(tree);
    }
  }
  #compare(tree: Tree): S.Expr {
    const [left, relation, right, tolerance] = tree.children;
    if (relation.children.length === 0) return this.#expr(left);
    const span = this.#span(tree);
    const [a, b] = [this.#expr(left), this.#expr(right.children[0])];
    const operator = binaryOperator(relation.children[0]);
    const within = tolerance.children[0]?.children[0];
    if (within === undefined) return { kind: "binary", operator, left: a, right: b, span };
    return { kind: "within", left: a, relation: operator, right: b, tolerance: this.#expr(within.children[1]), span };
  }
  /** `first (op rest)*`, to the left; `implies` has one at most. */
  #chain(tree: Tree): S.Expr {
    const [first, operators, rest] = tree.children;
    let left = this.#expr(first);
    operators.children.forEach((operator, i) => {
      const right = this.#expr(rest.children[i]);
      const span = { from: left.span.from, to: right.span.to };
      left = { kind: "binary", operator: binaryOperator(operator), left, right, span };
    });
    return left;
  }
}

function binaryOperator(tree: Tree): S.BinaryOperator {
  switch (tree.text) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "div":
    case "mod":
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "and":
    case "or":
    case "implies":
      return tree.text;
    default:
      return unexpected(tree);
  }
}

function numeral(tree: Tree, span: S.Span): S.Expr {
  const percent = tree.text.endsWith("%");
  const [whole, fraction = ""] = tree.text.replace("%", "").split(".");
  const value = rational(BigInt(whole + fraction), 10n ** BigInt(fraction.length) * (percent ? 100n : 1n));
  return { kind: "number", value, span };
}

/** The elements of a `ListOf` or `NonemptyListOf`. */
function list(tree: Tree): readonly Tree[] {
  if (tree.rule === "ListOf" || tree.rule === "listOf") return list(tree.children[0]);
  if (tree.rule.startsWith("Empty") || tree.rule.startsWith("empty")) return [];
  const [first, , rest] = tree.children;
  return [first, ...rest.children];
}

function unexpected(tree: Tree): never {
  throw new Error(`the reader does not know the rule ${tree.rule}`);
}
