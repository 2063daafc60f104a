// A schedule: starts for all passes of its pipeline, or an order for its devices, and not both.
import type { Scope } from "../scope.ts";
import type * as S from "../syntax.ts";
import { count, families, type Names } from "./names.ts";
import { resolveRuns } from "./order.ts";

export function resolveSchedule(names: Names, one: S.Schedule): void {
  const scope = names.params(one.params);
  const pipeline = names.target(one.of, scope);
  if (one.repeat?.kind === "every") names.number(one.repeat.interval, scope);
  const group = one.repeat?.group?.name;
  if (one.repeat?.group) names.number(one.repeat.group.count, scope);
  if (group) names.within(scope, [group]);
  const passes = pipeline ? families(pipeline) : undefined;
  const started = new Map<string, S.Start>();
  for (const item of one.items) {
    switch (item.kind) {
      case "let":
        names.number(item.value, scope);
        names.bind(scope, item.name);
        if (group?.text === item.name.text) names.taken(item.name, group.span);
        break;
      case "requires":
        names.truth(item.cond, scope);
        break;
      case "start":
        resolveStart(names, item, one, scope, passes, started);
        break;
      case "runs":
        if (one.repeat)
          names.report({
            code: "misplaced",
            message: "A block that repeats has starts (`F[s] at ...`), not an order.",
            span: item.span,
            help: "leave out `every ...`, or give starts",
          });
        resolveRuns(names, item, scope, passes);
        break;
    }
  }
  const ownM = scope.places.get("m");
  if (ownM !== undefined && one.items.some((item) => item.kind === "runs")) {
    const message = "`m` is the number of microbatches in an order, and cannot be another thing.";
    names.report({ code: "duplicate-name", message, span: ownM, help: "take another name" });
  }
  if (passes === undefined || names.broken.has(one)) return;
  if (started.size === 0 && !one.items.some((item) => item.kind === "runs")) {
    const help = one.repeat ? "give each pass a start: `F[s] at ...`" : "give an order (`device d runs ...`), or `every T` and starts";
    names.report({ code: "missing-start", message: `\`${one.name.text}\` is empty.`, span: one.name.span, help });
    return;
  }
  const hasOrder = one.items.some((item) => item.kind === "runs");
  if (!one.repeat && !hasOrder && started.size > 0) {
    names.report({
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
      names.report({ code: "misplaced", message: "An order has no starts: its passes run as early as they can.", span: item.span, help });
    }
    return;
  }
  for (const item of started.values()) {
    if (item.at !== undefined) continue;
    const floating = passes
      .get(item.pass.text)
      ?.after.find((ref) => started.has(ref.name.text) && started.get(ref.name.text)?.at === undefined);
    if (floating === undefined) continue;
    const own = floating.name.text === item.pass.text;
    const what = own ? `another \`${item.pass.text}\`` : `\`${floating.name.text}\``;
    const message = `\`${item.pass.text}\` takes the first free slot after ${what}, which has no start of its own.`;
    const other = own ? undefined : started.get(floating.name.text)?.span;
    const second = other ? { span: other, message: "also in the first free slot" } : { span: floating.span, message: "it waits for this" };
    names.report({ code: "misplaced", message, span: item.span, second, help: `give \`${floating.name.text}\` a start with \`at\`` });
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
    names.report({
      code: "missing-start",
      message: `\`${one.name.text}\` does not say when ${list} ${lacking.length === 1 ? "runs" : "run"}.`,
      span: one.name.span,
      second,
      help,
    });
  }
}

function resolveStart(
  names: Names,
  item: S.Start,
  one: S.Schedule,
  scope: Scope,
  passes: ReadonlyMap<string, S.PassItem> | undefined,
  started: Map<string, S.Start>,
): void {
  if (passes !== undefined) {
    const pass = passes.get(item.pass.text);
    if (pass === undefined) names.unknown("unknown-pass", "pass", item.pass, passes.keys());
    else if (pass.indices.length !== item.binders.length) {
      const message = `\`${item.pass.text}\` has ${count(pass.indices.length, "index", "indices")}, here ${count(item.binders.length, "is named", "are named")}.`;
      names.report({ code: "wrong-arguments", message, span: item.span, second: { span: pass.name.span, message: "declared here" } });
    }
  }
  const before = started.get(item.pass.text);
  if (before)
    names.report({
      code: "duplicate-name",
      message: `\`${item.pass.text}\` has two starts.`,
      span: item.span,
      second: { span: before.span, message: "the first one" },
    });
  started.set(item.pass.text, item);
  const group = one.repeat?.group?.name.text;
  const inner = names.within(scope.with(group === undefined ? [] : [group]), item.binders);
  if (item.at) names.number(item.at, inner);
  else if (one.repeat?.kind === "once") {
    names.report({
      code: "misplaced",
      message: "A block that runs once has no free slots to wait for.",
      span: item.span,
      help: "give the start with `at`",
    });
  }
}
