// Binds names, counts arguments, tells numbers from conditions. All independent errors of a file come out at once; what is built on
// a declaration that is broken is marked `broken`, so that one mistake is reported once.
import { type Diagnostic, nearest } from "./diagnostic.ts";
import { Scope, typeOf } from "./scope.ts";
import type * as S from "./syntax.ts";

/** A file's declarations by name. A declaration in `broken` has errors of its own or stands on one that has. */
export interface Program {
  readonly pipelines: ReadonlyMap<string, S.Pipeline>;
  readonly schedules: ReadonlyMap<string, S.Schedule>;
  readonly profiles: ReadonlyMap<string, S.Profile>;
  readonly finds: ReadonlyMap<string, S.Find>;
  readonly claims: readonly S.Claim[];
  readonly broken: ReadonlySet<S.Declaration>;
  readonly diagnostics: readonly Diagnostic[];
}

export const measureNames = ["makespan", "span", "idle", "bubble", "peak", "lifespan", "period", "load", "valid"] as const;
const isMeasure = (name: string): boolean => measureNames.some((known) => known === name);

/** The pass families of a pipeline, by name. */
export function families(pipeline: S.Pipeline): Map<string, S.PassItem> {
  return new Map(pipeline.items.flatMap((item) => (item.kind === "pass" ? [[item.name.text, item] as const] : [])));
}

export function resolve(declarations: readonly S.Declaration[]): Program {
  return new Resolver(declarations).program();
}

class Resolver {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #broken = new Set<S.Declaration>();
  readonly #pipelines = new Map<string, S.Pipeline>();
  readonly #schedules = new Map<string, S.Schedule>();
  readonly #profiles = new Map<string, S.Profile>();
  readonly #finds = new Map<string, S.Find>();
  readonly #declarations: readonly S.Declaration[];
  #current: S.Declaration | undefined;

  constructor(declarations: readonly S.Declaration[]) {
    this.#declarations = declarations;
  }

  program(): Program {
    for (const one of this.#declarations) this.#declare(one);
    const rank = { pipeline: 0, profile: 1, schedule: 2, find: 2, claim: 3 };
    for (const one of [...this.#declarations].sort((a, b) => rank[a.kind] - rank[b.kind])) {
      this.#current = one;
      switch (one.kind) {
        case "pipeline":
          this.#pipeline(one);
          break;
        case "profile":
          this.#profile(one);
          break;
        case "schedule":
          this.#schedule(one);
          break;
        case "find":
          this.#find(one);
          break;
        case "claim":
          this.#claim(one);
          break;
      }
    }
    const claims = this.#declarations.filter((one) => one.kind === "claim");
    const diagnostics = this.#diagnostics.sort((a, b) => a.span.from - b.span.from);
    return {
      pipelines: this.#pipelines,
      schedules: this.#schedules,
      profiles: this.#profiles,
      finds: this.#finds,
      claims,
      broken: this.#broken,
      diagnostics,
    };
  }

  #report(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic);
    if (this.#current) this.#broken.add(this.#current);
  }
  #twice(what: string, span: S.Span, first?: S.Span): void {
    const second = first && { span: first, message: "the first one" };
    this.#report({ code: "duplicate-name", message: `${what} is given twice.`, span, second, help: "keep one of them" });
  }
  #unknown(code: Diagnostic["code"], what: string, name: S.Name, candidates: Iterable<string>, second?: Diagnostic["second"]): void {
    const near = nearest(name.text, candidates);
    const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
    this.#report({ code, message: `There is no ${what} \`${name.text}\`.`, span: name.span, help, second });
  }

  #declare(one: S.Declaration): void {
    if (one.kind === "claim") return;
    const same = [this.#pipelines, this.#schedules, this.#profiles, this.#finds]
      .map((table) => table.get(one.name.text))
      .find((other) => other !== undefined);
    if (same !== undefined) {
      this.#current = one;
      const second = { span: same.name.span, message: "first declared here" };
      this.#report({
        code: "duplicate-name",
        message: `\`${one.name.text}\` is declared twice.`,
        span: one.name.span,
        second,
        help: "give one of them another name",
      });
      return;
    }
    if (one.kind === "pipeline") this.#pipelines.set(one.name.text, one);
    else if (one.kind === "schedule") this.#schedules.set(one.name.text, one);
    else if (one.kind === "profile") this.#profiles.set(one.name.text, one);
    else this.#finds.set(one.name.text, one);
  }

  #params(params: readonly S.Name[]): Scope {
    const scope = new Scope();
    for (const param of params) this.#bind(scope, param);
    return scope;
  }
  #bind(scope: Scope, name: S.Name): void {
    const before = scope.places.get(name.text);
    if (before !== undefined) {
      const second = { span: before, message: "first used here" };
      this.#report({ code: "duplicate-name", message: `\`${name.text}\` is used twice.`, span: name.span, second });
    }
    scope.places.set(name.text, name.span);
  }

  #number(expr: S.Expr, scope: Scope): void {
    this.#typed(expr, scope, "number");
  }
  #truth(expr: S.Expr, scope: Scope): void {
    this.#typed(expr, scope, "truth");
  }
  #typed(expr: S.Expr, scope: Scope, wanted: "number" | "truth"): void {
    const type = typeOf(expr, scope, (diagnostic) => this.#report(diagnostic));
    if (type === "unknown" || type === wanted) return;
    const message = wanted === "number" ? "A number is wanted here, this is a condition." : "A condition is wanted here, this is a number.";
    this.#report({
      code: "wrong-type",
      message,
      span: expr.span,
      help: wanted === "truth" ? "compare it with something: `== 1`" : undefined,
    });
  }

  // ---- pipelines

  #pipeline(one: S.Pipeline): void {
    const scope = this.#params(one.params);
    const passes = new Map<string, S.PassItem>();
    const streams = new Map<string, S.Span>([["compute", one.name.span]]);
    const devices = one.items.filter((item) => item.kind === "devices");
    const stages = one.items.filter((item) => item.kind === "stages");
    for (const [items, word] of [
      [devices, "devices"],
      [stages, "stages"],
    ] as const) {
      if (items.length > 1) this.#twice(`\`${word}\``, items[1].span, items[0].span);
    }
    if (devices.length === 0) {
      this.#report({
        code: "missing-devices",
        message: `The pipeline \`${one.name.text}\` does not say how many devices it has.`,
        span: one.name.span,
        help: "add `devices p`",
      });
    }
    for (const item of one.items) {
      if (item.kind === "stream") {
        const same = streams.get(item.name.text);
        if (same !== undefined)
          this.#twice(`The stream \`${item.name.text}\``, item.name.span, item.name.text === "compute" ? undefined : same);
        streams.set(item.name.text, item.span);
      }
      if (item.kind !== "pass") continue;
      const before = passes.get(item.name.text);
      if (before !== undefined) {
        const second = { span: before.name.span, message: "first declared here" };
        this.#report({
          code: "duplicate-name",
          message: `The pass \`${item.name.text}\` is declared twice.`,
          span: item.name.span,
          second,
        });
      } else passes.set(item.name.text, item);
    }
    if (passes.size === 0) {
      this.#report({
        code: "missing-pass",
        message: `The pipeline \`${one.name.text}\` has no pass.`,
        span: one.name.span,
        help: "add `pass F[s]`",
      });
    }
    const stage = stages[0];
    for (const item of one.items) {
      switch (item.kind) {
        case "devices":
          this.#number(item.count, scope);
          break;
        case "stages": {
          this.#number(item.range.low, scope);
          this.#number(item.range.high, scope);
          if (item.device) this.#number(item.device, scope.with([item.name.text, "j"]));
          break;
        }
        case "let":
          this.#number(item.value, scope);
          this.#bind(scope, item.name);
          break;
        case "requires":
          this.#truth(item.cond, scope);
          break;
        case "cap":
          this.#deviceAmount(item.amount, item.device, scope);
          break;
        case "pass":
          this.#pass(item, scope, passes, streams, stage);
          break;
        case "holds":
          this.#holds(item, scope, passes);
          break;
      }
    }
  }

  #pass(
    item: S.PassItem,
    scope: Scope,
    passes: ReadonlyMap<string, S.PassItem>,
    streams: ReadonlyMap<string, S.Span>,
    stage: Extract<S.PipelineItem, { kind: "stages" }> | undefined,
  ): void {
    for (const clause of item.repeated) this.#twice("This clause", clause);
    const inner = scope.with(["j"]);
    let onStage = false;
    for (const index of item.indices) {
      if (index.range) {
        this.#number(index.range.low, inner);
        this.#number(index.range.high, inner);
      } else if (stage?.name.text === index.name.text) onStage = true;
      else {
        const known = stage ? [stage.name.text] : [];
        const near = nearest(index.name.text, known);
        const help = near ? `did you mean \`${near}\`?` : `say what it ranges over: \`${item.name.text}[${index.name.text} in 0..p-1]\``;
        this.#report({ code: "unknown-name", message: `The index \`${index.name.text}\` has no range.`, span: index.name.span, help });
      }
      inner.places.set(index.name.text, index.name.span);
    }
    if (item.device) this.#number(item.device, inner);
    else if (!(onStage && stage?.device)) {
      const help = onStage ? "add `on device ...` to the stages" : "add `on device ...` to the pass";
      const second = onStage && stage ? { span: stage.span, message: "these stages have no device" } : undefined;
      this.#report({
        code: "missing-device",
        message: `The pass \`${item.name.text}\` has no device.`,
        span: item.name.span,
        help,
        second,
      });
    }
    if (item.stream && !streams.has(item.stream.text)) this.#unknown("unknown-stream", "stream", item.stream, streams.keys());
    if (item.takes) this.#number(item.takes, inner);
    for (const ref of item.after) {
      this.#ref(ref, inner, passes);
      const sameIndices =
        ref.indices.length === item.indices.length &&
        ref.indices.every((index, i) => typeof index === "object" && index.kind === "name" && index.name === item.indices[i].name.text);
      if (ref.name.text === item.name.text && sameIndices) {
        this.#report({
          code: "cyclic-dependency",
          message: `\`${item.name.text}\` waits for itself.`,
          span: ref.span,
          help: "depend on another stage's: `[s-1]`",
        });
      }
    }
  }

  #ref(ref: S.PassRef, scope: Scope, passes: ReadonlyMap<string, S.PassItem>): void {
    const pass = passes.get(ref.name.text);
    if (pass === undefined) this.#unknown("unknown-pass", "pass", ref.name, passes.keys());
    else if (pass.indices.length !== ref.indices.length) {
      const message = `\`${ref.name.text}\` has ${count(pass.indices.length, "index", "indices")}, here ${count(ref.indices.length, "is given", "are given")}.`;
      this.#report({ code: "wrong-arguments", message, span: ref.span, second: { span: pass.name.span, message: "declared here" } });
    }
    for (const index of ref.indices) if (typeof index === "object") this.#number(index, scope);
  }

  /** `amount on device d`: an unbound plain name stands for each device. */
  #deviceAmount(amount: S.Expr, device: S.Expr | undefined, scope: Scope): void {
    const inner = device?.kind === "name" && !scope.has(device.name) ? scope.with([device.name]) : scope;
    if (device && inner === scope) this.#number(device, scope);
    this.#number(amount, inner);
  }

  #holds(item: S.Holds, scope: Scope, passes: ReadonlyMap<string, S.PassItem>): void {
    if (item.during === undefined) return this.#deviceAmount(item.amount, item.device, scope);
    const { from, to } = item.during;
    const binders = from.indices.flatMap((index) =>
      typeof index === "object" && index.kind === "name" && !scope.has(index.name) ? [index.name] : [],
    );
    const inner = scope.with([...binders, "j"]);
    this.#ref(from, inner, passes);
    this.#ref(to, inner, passes);
    this.#number(item.amount, inner);
    if (item.device) this.#number(item.device, inner);
    if (from.name.text === to.name.text || !passes.has(from.name.text) || !passes.has(to.name.text)) return;
    if (!reaches(to.name.text, from.name.text, passes) && reaches(from.name.text, to.name.text, passes)) {
      const help = `\`${from.name.text}\` depends on \`${to.name.text}\`: swap them`;
      this.#report({ code: "hold-ends-first", message: "This hold ends before it begins.", span: item.span, help });
    } else if (!reaches(to.name.text, from.name.text, passes)) {
      const help = `make \`${to.name.text}\` depend on \`${from.name.text}\`, directly or through others`;
      this.#report({
        code: "hold-ends-first",
        message: `Nothing makes \`${to.name.text}\` come after \`${from.name.text}\`, so this hold may end before it begins.`,
        span: item.span,
        help,
      });
    }
  }

  // ---- profiles

  #profile(one: S.Profile): void {
    const names = new Scope();
    const seen = new Map<string, S.Name>();
    for (const { name } of one.items) {
      const before = seen.get(name.text);
      if (before)
        this.#report({
          code: "duplicate-name",
          message: `\`${name.text}\` has two times.`,
          span: name.span,
          second: { span: before.span, message: "the first one" },
        });
      seen.set(name.text, name);
      names.places.set(name.text, name.span);
    }
    // The parameters of the pipelines of this file may be used too (`if s == p - 1`).
    const params = [...this.#pipelines.values()].flatMap((pipeline) => pipeline.params.map((param) => param.text));
    for (const item of one.items) this.#number(item.value, names.with([...params, ...item.binders.map((binder) => binder.text)]));
  }

  // ---- schedules

  /** The pipeline that a target names, its arguments checked; undefined if it is unknown or broken. */
  #target(target: S.Target, scope: Scope): S.Pipeline | undefined {
    for (const arg of target.args) this.#number(arg, scope);
    const pipeline = this.#pipelines.get(target.name.text);
    if (pipeline === undefined) {
      this.#unknown("unknown-pipeline", "pipeline", target.name, this.#pipelines.keys());
      return undefined;
    }
    this.#arity(target.name, pipeline, target.args.length, target.span);
    if (this.#broken.has(pipeline) && this.#current) this.#broken.add(this.#current);
    return pipeline;
  }
  #arity(name: S.Name, of: { readonly name: S.Name; readonly params: readonly S.Name[] }, given: number, span: S.Span): void {
    if (of.params.length === given) return;
    const list = of.params.map((param) => param.text).join(", ");
    const message = `\`${name.text}\` takes ${count(of.params.length, "argument", "arguments")}${list === "" ? "" : ` (${list})`}, here ${count(given, "is given", "are given")}.`;
    this.#report({ code: "wrong-arguments", message, span, second: { span: of.name.span, message: "declared here" } });
  }

  #schedule(one: S.Schedule): void {
    const scope = this.#params(one.params);
    const pipeline = this.#target(one.of, scope);
    if (one.repeat?.kind === "every") this.#number(one.repeat.interval, scope);
    if (one.repeat?.group) this.#number(one.repeat.group.count, scope);
    const passes = pipeline ? families(pipeline) : undefined;
    const started = new Map<string, S.Start>();
    for (const item of one.items) {
      switch (item.kind) {
        case "let":
          this.#number(item.value, scope);
          this.#bind(scope, item.name);
          break;
        case "requires":
          this.#truth(item.cond, scope);
          break;
        case "start":
          this.#start(item, one, scope, passes, started);
          break;
        case "runs":
          if (one.repeat)
            this.#report({
              code: "misplaced",
              message: "A block that repeats has starts (`F[s] at ...`), not an order.",
              span: item.span,
              help: "leave out `every ...`, or give starts",
            });
          this.#runs(item, scope, passes);
          break;
      }
    }
    if (passes === undefined || this.#broken.has(one)) return;
    const hasOrder = one.items.some((item) => item.kind === "runs");
    if (!one.repeat && !hasOrder && started.size > 0) {
      this.#report({
        code: "missing-interval",
        message: `\`${one.name.text}\` gives starts but not how often they repeat.`,
        span: one.name.span,
        help: "write `every T`, or `once for n microbatches k`, before the bracket",
      });
      return;
    }
    if (hasOrder) {
      for (const item of started.values()) {
        const help = "leave out the starts, or say `every ...` and leave out the order";
        this.#report({ code: "misplaced", message: "An order has no starts: its passes run as early as they can.", span: item.span, help });
      }
      return;
    }
    for (const item of started.values()) {
      if (item.at !== undefined) continue;
      const floating = passes
        .get(item.pass.text)
        ?.after.find((ref) => started.has(ref.name.text) && started.get(ref.name.text)?.at === undefined);
      if (floating === undefined) continue;
      const message = `\`${item.pass.text}\` takes the first free slot after \`${floating.name.text}\`, which has no start of its own.`;
      const second = { span: started.get(floating.name.text)?.span ?? floating.span, message: "also in the first free slot" };
      this.#report({ code: "misplaced", message, span: item.span, second, help: `give \`${floating.name.text}\` a start with \`at\`` });
    }
    const lacking = [...passes.keys()].filter((name) => !started.has(name));
    if (lacking.length > 0) {
      const list = lacking.map((name) => `\`${name}\``).join(" and ");
      const second = { span: passes.get(lacking[0])?.name.span ?? one.of.span, message: "declared here" };
      const indices = passes
        .get(lacking[0])
        ?.indices.map((index) => index.name.text)
        .join(", ");
      const help = `add \`${lacking[0]}${indices ? `[${indices}]` : ""} at ...\`, or \`in the first free slot\``;
      this.#report({
        code: "missing-start",
        message: `\`${one.name.text}\` does not say when ${list} ${lacking.length === 1 ? "runs" : "run"}.`,
        span: one.name.span,
        second,
        help,
      });
    }
  }

  #start(
    item: S.Start,
    one: S.Schedule,
    scope: Scope,
    passes: ReadonlyMap<string, S.PassItem> | undefined,
    started: Map<string, S.Start>,
  ): void {
    if (passes !== undefined) {
      const pass = passes.get(item.pass.text);
      if (pass === undefined) this.#unknown("unknown-pass", "pass", item.pass, passes.keys());
      else if (pass.indices.length !== item.binders.length) {
        const message = `\`${item.pass.text}\` has ${count(pass.indices.length, "index", "indices")}, here ${count(item.binders.length, "is named", "are named")}.`;
        this.#report({ code: "wrong-arguments", message, span: item.span, second: { span: pass.name.span, message: "declared here" } });
      }
    }
    const before = started.get(item.pass.text);
    if (before)
      this.#report({
        code: "duplicate-name",
        message: `\`${item.pass.text}\` has two starts.`,
        span: item.span,
        second: { span: before.span, message: "the first one" },
      });
    started.set(item.pass.text, item);
    const group = one.repeat?.group?.name.text;
    if (item.at) this.#number(item.at, scope.with([...item.binders.map((binder) => binder.text), ...(group ? [group] : [])]));
    else if (one.repeat?.kind === "once") {
      this.#report({
        code: "misplaced",
        message: "A block that runs once has no free slots to wait for.",
        span: item.span,
        help: "give the start with `at`",
      });
    }
  }

  #runs(item: S.Runs, scope: Scope, passes: ReadonlyMap<string, S.PassItem> | undefined): void {
    const binds = item.device.kind === "name" && !scope.has(item.device.name);
    const inner = scope.with(["m", ...(binds && item.device.kind === "name" ? [item.device.name] : [])]);
    if (!binds) this.#number(item.device, scope);
    const sequences = new Set<string>();
    const named = new Map<string, S.Span>();
    for (const { name } of item.where) {
      const before = named.get(name.text);
      if (before !== undefined) this.#twice(`\`${name.text}\``, name.span, before);
      else if (inner.has(name.text) || passes?.has(name.text)) {
        const message = `\`${name.text}\` has a meaning already.`;
        this.#report({ code: "duplicate-name", message, span: name.span, help: "take another name" });
      }
      named.set(name.text, name.span);
    }
    for (const where of item.where) {
      if (where.kind === "is") {
        this.#number(where.value, inner);
        inner.places.set(where.name.text, where.name.span);
      }
    }
    for (const where of item.where) if (where.kind === "next") sequences.add(where.name.text);
    for (const where of item.where) if (where.kind === "next") this.#steps(where.steps, inner, passes, new Set());
    this.#steps(item.steps, inner, passes, sequences);
  }

  #steps(
    steps: readonly S.Step[],
    scope: Scope,
    passes: ReadonlyMap<string, S.PassItem> | undefined,
    sequences: ReadonlySet<string>,
  ): void {
    for (const step of steps) {
      switch (step.kind) {
        case "pass":
          if (step.ref.indices.length === 0 && sequences.has(step.ref.name.text)) break;
          if (passes === undefined) break;
          if (!passes.has(step.ref.name.text)) this.#unknown("unknown-pass", "pass", step.ref.name, [...passes.keys(), ...sequences]);
          else this.#ref(step.ref, scope, passes);
          for (const index of step.ref.indices) {
            if (index === "all")
              this.#report({
                code: "misplaced",
                message: "`all` belongs after `after`; an order takes one pass at a time.",
                span: step.span,
              });
          }
          break;
        case "group": {
          let inner = scope;
          if (step.each) {
            this.#number(step.each.range.low, scope);
            this.#number(step.each.range.high, scope);
            inner = scope.with([step.each.name.text]);
          }
          this.#steps(step.steps, inner, passes, sequences);
          break;
        }
        case "power":
          if (step.count) this.#number(step.count, scope);
          this.#steps([step.step], scope, passes, sequences);
          break;
        case "choice":
          this.#truth(step.cond, scope);
          this.#steps(step.yes, scope, passes, sequences);
          this.#steps(step.no, scope, passes, sequences);
          break;
      }
    }
  }

  // ---- finds

  #find(one: S.Find): void {
    const scope = new Scope();
    this.#target(one.of, scope);
    let microbatches = false;
    const first = new Map<string, S.Span>();
    for (const item of one.items) {
      const before = first.get(item.kind);
      if (before !== undefined && item.kind !== "keep") this.#twice(`\`${item.kind}\``, item.span, before);
      first.set(item.kind, before ?? item.span);
      switch (item.kind) {
        case "microbatches":
          microbatches = true;
          this.#number(item.count, scope);
          break;
        case "profile":
          if (!this.#profiles.has(item.name.text)) this.#unknown("unknown-profile", "profile", item.name, this.#profiles.keys());
          break;
        case "keep":
          this.#truth(item.cond, scope.with(["makespan", "span", "peak", "idle"]));
          break;
        case "minimize":
          for (const measure of item.measures)
            if (!["makespan", "span", "peak", "idle"].includes(measure.text))
              this.#unknown("unknown-function", "measure", measure, ["makespan", "span", "peak", "idle"]);
          break;
        case "interval":
          this.#number(item.slots, scope);
          break;
      }
    }
    if (!one.block && !microbatches)
      this.#report({
        code: "missing-microbatches",
        message: `\`${one.name.text}\` does not say for how many microbatches.`,
        span: one.name.span,
        help: "add `microbatches 8`",
      });
  }

  // ---- claims

  #claim(one: S.Claim): void {
    const scope = new Scope();
    for (const domain of one.domains) {
      if (domain.kind === "range") {
        this.#number(domain.range.low, scope);
        this.#number(domain.range.high, scope);
        this.#bind(scope, domain.name);
        continue;
      }
      const { cond } = domain;
      if (
        cond.kind === "binary" &&
        (cond.operator === ">=" || cond.operator === ">") &&
        cond.left.kind === "name" &&
        !scope.has(cond.left.name)
      ) {
        this.#number(cond.right, scope);
        scope.places.set(cond.left.name, cond.left.span);
      } else if (cond.kind === "binary" && cond.left.kind === "name" && !scope.has(cond.left.name)) {
        const name = cond.left.name;
        this.#report({
          code: "missing-bound",
          message: `\`${name}\` has no lower bound.`,
          span: cond.span,
          help: `begin with \`${name} >= 1\` or \`${name} in 1..8\``,
        });
        scope.places.set(name, cond.left.span);
      } else this.#truth(cond, scope);
    }
    if (one.body.kind === "impossible") return this.#impossible(one.body, scope);
    scope.call = (call, inner) => this.#measure(call, inner);
    this.#truth(one.body, scope);
  }

  #impossible(body: S.Impossible, scope: Scope): void {
    this.#target(body.of, scope);
    this.#settings(body.constraints, (value) => value.kind === "name" && !scope.has(value.name));
    for (const { name, value } of body.constraints) {
      if (name === undefined && value.kind === "name" && !scope.has(value.name)) this.#profileName(value);
      else if (name === undefined) this.#truth(value, scope.with(["makespan", "span", "peak", "idle"]));
      else if (name.text === "m") this.#number(value, scope);
      else this.#unknown("unknown-parameter", "setting", name, ["m"]);
    }
    if (!body.constraints.some(({ name }) => name?.text === "m")) {
      this.#report({
        code: "missing-microbatches",
        message: "This does not say for how many microbatches.",
        span: body.of.span,
        help: "add `m = 8` after `with`",
      });
    }
  }
  /** Each setting of a measure once: `m`, `stage`, and one profile. */
  #settings(given: readonly S.Argument[], isProfile: (value: S.Expr) => boolean): void {
    const first = new Map<string, S.Span>();
    for (const { name, value, span } of given) {
      if (name === undefined && !isProfile(value)) continue;
      const what = name === undefined ? "A profile" : `\`${name.text}\``;
      const before = first.get(what);
      if (before !== undefined) this.#twice(what, span, before);
      first.set(what, before ?? span);
    }
  }
  #profileName(value: Extract<S.Expr, { kind: "name" }>): void {
    const profile = this.#profiles.get(value.name);
    if (profile === undefined) this.#unknown("unknown-profile", "profile", { text: value.name, span: value.span }, this.#profiles.keys());
    else if (this.#broken.has(profile) && this.#current) this.#broken.add(this.#current);
  }

  /** A call in a claim: a measure of a schedule. Its type, or undefined where it is no measure. */
  #measure(call: Extract<S.Expr, { kind: "call" }>, scope: Scope): "number" | "truth" | undefined {
    const measure = call.callee.text;
    if (!isMeasure(measure)) return undefined;
    const type = measure === "valid" ? "truth" : "number";
    const [subject, ...rest] = call.args;
    if (subject === undefined || subject.name !== undefined || (subject.value.kind !== "call" && subject.value.kind !== "name")) {
      this.#report({
        code: "wrong-arguments",
        message: `\`${measure}\` is a measure of a schedule.`,
        span: call.span,
        help: `write \`${measure}(NAME(p))\``,
      });
      return type;
    }
    const isName = subject.value.kind === "name";
    const name = subject.value.kind === "call" ? subject.value.callee : { text: subject.value.name, span: subject.value.span };
    const args = subject.value.kind === "call" ? subject.value.args : [];
    for (const arg of args) {
      this.#number(arg.value, scope);
      if (arg.name)
        this.#report({ code: "wrong-arguments", message: "Arguments of a schedule go by their order, without names.", span: arg.span });
    }
    const table = measure === "load" ? this.#pipelines : this.#schedules;
    const found = table.get(name.text);
    const find = this.#finds.get(name.text);
    const what = measure === "load" ? "pipeline" : "schedule";
    if (found) {
      this.#arity(name, found, args.length, subject.span);
      if (this.#broken.has(found) && this.#current) this.#broken.add(this.#current);
      if (found.kind === "schedule") this.#needsMicrobatches(call, measure, found, rest);
    } else if (find && measure !== "load") {
      if (!isName) this.#report({ code: "wrong-arguments", message: `\`${name.text}\` takes no arguments.`, span: subject.span });
      if (this.#broken.has(find) && this.#current) this.#broken.add(this.#current);
    } else if (!this.#declarations.some((one) => one.kind !== "claim" && one.name.text === name.text && one.kind === what)) {
      this.#unknown(what === "pipeline" ? "unknown-pipeline" : "unknown-schedule", what, name, [
        ...table.keys(),
        ...(measure === "load" ? [] : this.#finds.keys()),
      ]);
    }
    this.#settings(rest, () => true);
    for (const arg of rest) {
      if (arg.name?.text === "m" && measure === "load")
        this.#report({ code: "misplaced", message: "`load` is what one microbatch asks for: it takes no `m`.", span: arg.span });
      else if (arg.name?.text === "m") this.#number(arg.value, scope);
      else if (arg.name?.text === "stage" && measure === "lifespan") this.#number(arg.value, scope);
      else if (arg.name !== undefined)
        this.#unknown("unknown-parameter", "setting", arg.name, measure === "lifespan" ? ["m", "stage"] : ["m"]);
      else if (arg.value.kind === "name") this.#profileName(arg.value);
      else this.#report({ code: "wrong-arguments", message: "A profile's name or `m = ...` is wanted here.", span: arg.span });
    }
    if (call.device && ["valid", "lifespan", "period", "makespan"].includes(measure))
      this.#report({
        code: "misplaced",
        message: `\`${measure}\` is not asked of one device.`,
        span: call.device.span,
        help: "leave out `on device`",
      });
    else if (call.device) this.#number(call.device, scope);
    return type;
  }

  #needsMicrobatches(call: S.Expr, measure: string, schedule: S.Schedule, rest: readonly S.Argument[]): void {
    if (rest.some((arg) => arg.name?.text === "m")) return;
    const help = "add `m = 2p`, say";
    if (schedule.repeat === undefined) {
      this.#report({
        code: "missing-microbatches",
        message: `\`${schedule.name.text}\` is an order: \`${measure}\` of it needs a number of microbatches.`,
        span: call.span,
        help,
      });
    } else if (["makespan", "span", "idle", "bubble"].includes(measure) && schedule.repeat.kind === "every") {
      this.#report({ code: "missing-microbatches", message: `\`${measure}\` needs a number of microbatches.`, span: call.span, help });
    }
  }
}

function reaches(from: string, to: string, passes: ReadonlyMap<string, S.PassItem>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const ref of passes.get(name)?.after ?? []) {
      if (ref.name.text === to) return true;
      if (!seen.has(ref.name.text)) {
        seen.add(ref.name.text);
        open.push(ref.name.text);
      }
    }
  }
  return false;
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
