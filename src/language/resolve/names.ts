// The declarations of a file by name, what is wrong with them so far, and the questions that all of them ask: is this name known, is
// this expression a number, is the number of arguments right?
import { type Diagnostic, nearest } from "../diagnostic.ts";
import { Scope, typeOf } from "../scope.ts";
import type * as S from "../syntax.ts";

type Named = Exclude<S.Declaration, S.Claim>;

export class Names {
  readonly declarations: readonly S.Declaration[];
  readonly diagnostics: Diagnostic[] = [];
  readonly broken = new Set<S.Declaration>();
  readonly pipelines = new Map<string, S.Pipeline>();
  readonly schedules = new Map<string, S.Schedule>();
  readonly profiles = new Map<string, S.Profile>();
  readonly finds = new Map<string, S.Find>();
  /** The declaration that is looked at: what is reported breaks it. */
  current: S.Declaration | undefined;

  constructor(declarations: readonly S.Declaration[]) {
    this.declarations = declarations;
    for (const one of declarations) this.#declare(one);
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    if (this.current) this.broken.add(this.current);
  }
  /** What is declared is broken if what it stands on is. */
  standsOn(other: S.Declaration): void {
    if (this.current && this.broken.has(other)) this.broken.add(this.current);
  }
  twice(what: string, span: S.Span, first?: S.Span): void {
    const second = first && { span: first, message: "the first one" };
    this.report({ code: "duplicate-name", message: `${what} is given twice.`, span, second, help: "keep one of them" });
  }
  unknown(code: Diagnostic["code"], what: string, name: S.Name, candidates: Iterable<string>): void {
    const known = [...candidates];
    const near = nearest(name.text, known);
    const listed = known.length > 0 && known.length <= 6 ? `known here: ${known.map((one) => `\`${one}\``).join(", ")}` : undefined;
    const help = near === undefined ? listed : `did you mean \`${near}\`?`;
    this.report({ code, message: `There is no ${what} \`${name.text}\`.`, span: name.span, help });
  }
  /** A declaration that is not there, or is one of another kind. */
  undeclared(what: "pipeline" | "schedule" | "profile", name: S.Name, candidates: Iterable<string>): void {
    const code = `unknown-${what}` as const;
    const same = this.declarations.filter((one) => one.kind !== "claim" && one.name.text === name.text);
    const twin = same.find(({ kind }) => kind === what); // declared twice, which has been said
    if (twin !== undefined) return this.standsOn(twin);
    const [other] = same;
    if (other === undefined || other.kind === "claim") return this.unknown(code, what, name, candidates);
    const message = `\`${name.text}\` is a ${other.kind}; a ${what} is wanted here.`;
    const second = { span: other.name.span, message: "declared here" };
    this.report({ code, message, span: name.span, help: this.#related(other), second });
  }
  /** The pipeline of a schedule, or the schedules of a pipeline. */
  #related(one: Named): string | undefined {
    if (one.kind === "schedule" || one.kind === "find") return `it is a ${one.kind} of \`${one.of.name.text}\``;
    if (one.kind === "profile") return undefined;
    const own = [...this.schedules.values()].filter((schedule) => schedule.of.name.text === one.name.text);
    if (own.length === 0) return undefined;
    return `schedules of it: ${own.map((schedule) => `\`${schedule.name.text}\``).join(", ")}`;
  }

  #declare(one: S.Declaration): void {
    if (one.kind === "claim") return;
    const { text } = one.name;
    const same = this.pipelines.get(text) ?? this.schedules.get(text) ?? this.profiles.get(text) ?? this.finds.get(text);
    if (same !== undefined) {
      this.current = one;
      const second = { span: same.name.span, message: "first declared here" };
      this.report({
        code: "duplicate-name",
        message: `\`${one.name.text}\` is declared twice.`,
        span: one.name.span,
        second,
        help: "give one of them another name",
      });
      return;
    }
    if (one.kind === "pipeline") this.pipelines.set(one.name.text, one);
    else if (one.kind === "schedule") this.schedules.set(one.name.text, one);
    else if (one.kind === "profile") this.profiles.set(one.name.text, one);
    else this.finds.set(one.name.text, one);
  }

  /** A scope without names, which knows what is declared. */
  scope(): Scope {
    const scope = new Scope();
    scope.hint = (name) => this.#hint(name);
    return scope;
  }
  #hint(name: string): string | undefined {
    const one = this.pipelines.get(name) ?? this.schedules.get(name) ?? this.profiles.get(name) ?? this.finds.get(name);
    if (one === undefined) return undefined;
    if (one.kind === "pipeline") return `\`${name}\` is a pipeline; \`load(${name}(...))\` is a number`;
    if (one.kind === "profile") return `\`${name}\` is a profile; it goes into a measure, \`makespan(..., m = 8, ${name})\``;
    return `\`${name}\` is a ${one.kind}; a measure of it is a number, \`peak(${name}${one.kind === "find" ? "" : "(...)"})\``;
  }
  params(params: readonly S.Name[]): Scope {
    const scope = this.scope();
    for (const param of params) this.bind(scope, param);
    return scope;
  }
  /** Brings a name into a scope, in which no name hides another. */
  bind(scope: Scope, name: S.Name): void {
    const before = scope.places.get(name.text);
    if (before !== undefined) this.taken(name, before.to > 0 ? before : undefined);
    scope.places.set(name.text, name.span);
  }
  taken(name: S.Name, before?: S.Span): void {
    const second = before && { span: before, message: "first used here" };
    const message = `\`${name.text}\` ${before ? "is used twice" : "has a meaning already"}.`;
    this.report({ code: "duplicate-name", message, span: name.span, second, help: "take another name" });
  }
  /** A scope inside another, with names of its own. */
  within(scope: Scope, own: readonly S.Name[]): Scope {
    const inner = scope.with([]);
    for (const name of own) this.bind(inner, name);
    return inner;
  }

  number(expr: S.Expr, scope: Scope): void {
    this.#typed(expr, scope, "number");
  }
  truth(expr: S.Expr, scope: Scope): void {
    this.#typed(expr, scope, "truth");
  }
  #typed(expr: S.Expr, scope: Scope, wanted: "number" | "truth"): void {
    const type = typeOf(expr, scope, (diagnostic) => this.report(diagnostic));
    if (type === "unknown" || type === wanted) return;
    const message = wanted === "number" ? "A number is wanted here, this is a condition." : "A condition is wanted here, this is a number.";
    this.report({
      code: "wrong-type",
      message,
      span: expr.span,
      help: wanted === "truth" ? "compare it with something: `== 1`" : undefined,
    });
  }

  ref(ref: S.PassRef, scope: Scope, passes: ReadonlyMap<string, S.PassItem>): void {
    const pass = passes.get(ref.name.text);
    if (pass === undefined) this.unknown("unknown-pass", "pass", ref.name, passes.keys());
    else if (pass.indices.length !== ref.indices.length) {
      const message = `\`${ref.name.text}\` has ${count(pass.indices.length, "index", "indices")}, here ${count(ref.indices.length, "is given", "are given")}.`;
      this.report({ code: "wrong-arguments", message, span: ref.span, second: { span: pass.name.span, message: "declared here" } });
    }
    for (const index of ref.indices) if (typeof index === "object") this.number(index, scope);
  }

  /** The pipeline that a target names, its arguments checked; undefined if it is unknown or broken. */
  target(target: S.Target, scope: Scope): S.Pipeline | undefined {
    for (const arg of target.args) this.number(arg, scope);
    const pipeline = this.pipelines.get(target.name.text);
    if (pipeline === undefined) {
      this.undeclared("pipeline", target.name, this.pipelines.keys());
      return undefined;
    }
    this.arity(target.name, pipeline, target.args.length, target.span);
    this.standsOn(pipeline);
    return pipeline;
  }
  arity(name: S.Name, of: { readonly name: S.Name; readonly params: readonly S.Name[] }, given: number, span: S.Span): void {
    if (of.params.length === given) return;
    const list = of.params.map((param) => param.text).join(", ");
    const message = `\`${name.text}\` takes ${count(of.params.length, "argument", "arguments")}${list === "" ? "" : ` (${list})`}, here ${count(given, "is given", "are given")}.`;
    this.report({ code: "wrong-arguments", message, span, second: { span: of.name.span, message: "declared here" } });
  }
}

/** The pass families of a pipeline, by name. */
export function families(pipeline: S.Pipeline): Map<string, S.PassItem> {
  return new Map(pipeline.items.flatMap((item) => (item.kind === "pass" ? [[item.name.text, item] as const] : [])));
}

export const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
