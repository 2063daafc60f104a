// A find: what the solver is asked for.
import { namesIn } from "../mentions.ts";
import { byNumber } from "../microbatches.ts";
import type * as S from "../syntax.ts";
import { resolveTimes } from "./measure.ts";
import { families, type Names } from "./names.ts";
import { resolveRuns } from "./order.ts";

/** What a find may keep below something, and minimise. */
const measures = ["makespan", "span", "peak", "idle"];
/** What may be said several times. */
const many = new Set(["keep", "order", "start"]);

export function resolveFind(names: Names, one: S.Find): void {
  const scope = names.scope();
  // A building block for every size: `find block T of V(p)`.
  const free = one.of.args.flatMap((arg) => (one.block && arg.kind === "name" ? [arg.name] : []));
  const pipeline = names.target(one.of, scope.with(free));
  const passes = pipeline === undefined ? undefined : families(pipeline);
  if (one.block && pipeline !== undefined && byNumber(pipeline)) {
    const message = `\`${pipeline.name.text}\` treats microbatches by their number, \`j\`: one block does not serve all.`;
    names.report({ code: "misplaced", message, span: one.of.span, second: { span: pipeline.name.span, message: "declared here" } });
  }
  const first = new Map<string, S.Span>();
  for (const item of one.items) {
    const before = first.get(item.kind);
    if (before !== undefined && !many.has(item.kind)) names.twice(`\`${item.kind}\``, item.span, before);
    first.set(item.kind, before ?? item.span);
    if (one.block && (item.kind === "microbatches" || item.kind === "order" || item.kind === "start"))
      names.report({
        code: "misplaced",
        message: "A building block is repeated for all microbatches; it is found by its interval and its peak.",
        span: item.span,
        help: "leave this out, or write `find` without `block`",
      });
    if (!one.block && item.kind === "interval")
      names.report({ code: "misplaced", message: "Only a building block has an interval.", span: item.span, help: "write `find block`" });
    switch (item.kind) {
      case "microbatches":
        names.number(item.count, scope);
        break;
      case "profile":
        resolveTimes(names, { name: item.name, args: [], span: item.span }, scope);
        break;
      case "keep":
        names.truth(item.cond, scope.with(measures));
        resolveBounds(names, item.cond);
        if (one.block) onlyPeak(names, item.cond);
        break;
      case "order":
        resolveRuns(names, item.runs, scope, passes);
        if (item.runs.device.kind === "name")
          names.report({
            code: "misplaced",
            message: "A find keeps the order of one device.",
            span: item.runs.device.span,
            help: "give its number: `keep device 0 runs ...`",
          });
        break;
      case "start":
        if (passes !== undefined) names.ref(item.pass, scope, passes);
        for (const index of item.pass.indices)
          if (index === "all")
            names.report({
              code: "misplaced",
              message: "`all` belongs after `after`; a start is kept for one pass.",
              span: item.pass.span,
            });
        names.number(item.microbatch, scope);
        names.number(item.at, scope);
        break;
      case "minimize":
        for (const measure of item.measures)
          if (!measures.includes(measure.text)) names.unknown("unknown-function", "measure", measure, measures);
          else if (one.block && measure.text !== "peak") ofASchedule(names, measure.text, measure.span);
        for (const [i, measure] of item.measures.entries()) {
          const before = item.measures.slice(0, i).find(({ text }) => text === measure.text);
          if (before !== undefined) names.twice(`\`${measure.text}\``, measure.span, before.span);
        }
        break;
      case "interval":
        names.number(item.slots, scope);
        break;
    }
  }
  if (!one.block && !first.has("microbatches"))
    names.report({
      code: "missing-microbatches",
      message: `\`${one.name.text}\` does not say for how many microbatches.`,
      span: one.name.span,
      help: "add `microbatches 8`",
    });
  if (!one.block && !first.has("minimize"))
    names.report({
      code: "missing-objective",
      message: `\`${one.name.text}\` does not say what should be least.`,
      span: one.name.span,
      help: "add `minimize makespan`, `minimize span` or `minimize makespan then peak`",
    });
}

/** A building block has an interval and a peak; how long it all takes depends on the microbatches. */
function ofASchedule(names: Names, measure: string, span: S.Span): void {
  const message = `A building block has no ${measure}: it is found by its interval and its peak.`;
  names.report({ code: "misplaced", message, span, help: "leave this out, or write `find` without `block`" });
}
function onlyPeak(names: Names, cond: S.Expr): void {
  for (const measure of namesIn(cond)) if (measure !== "peak" && measures.includes(measure)) ofASchedule(names, measure, cond.span);
}

/** A condition of a find is `MEASURE <= BOUND`, or several of them with `and`. */
export function resolveBounds(names: Names, cond: S.Expr): void {
  if (cond.kind === "binary" && cond.operator === "and") {
    resolveBounds(names, cond.left);
    resolveBounds(names, cond.right);
    return;
  }
  const isMeasure = (expr: S.Expr): boolean => expr.kind === "name" && measures.includes(expr.name);
  const flat =
    cond.kind === "binary" &&
    ((["<=", "<"].includes(cond.operator) && isMeasure(cond.left)) || ([">=", ">"].includes(cond.operator) && isMeasure(cond.right)));
  if (!flat)
    names.report({
      code: "misplaced",
      message: "A solver keeps a measure below a bound: this has another form.",
      span: cond.span,
      help: "write `peak <= 3`, `peak on device 0 <= 3`, `makespan <= 60` or `span <= 60`, joined with `and`",
    });
}
