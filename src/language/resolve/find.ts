// A find: what the solver is asked for.
import { Scope } from "../scope.ts";
import type * as S from "../syntax.ts";
import type { Names } from "./names.ts";

export function resolveFind(names: Names, one: S.Find): void {
  const scope = new Scope();
  names.target(one.of, scope);
  let microbatches = false;
  const first = new Map<string, S.Span>();
  for (const item of one.items) {
    const before = first.get(item.kind);
    if (before !== undefined && item.kind !== "keep") names.twice(`\`${item.kind}\``, item.span, before);
    first.set(item.kind, before ?? item.span);
    switch (item.kind) {
      case "microbatches":
        microbatches = true;
        names.number(item.count, scope);
        break;
      case "profile":
        if (!names.profiles.has(item.name.text)) names.undeclared("profile", item.name, names.profiles.keys());
        break;
      case "keep":
        names.truth(item.cond, scope.with(["makespan", "span", "peak", "idle"]));
        break;
      case "minimize":
        for (const measure of item.measures)
          if (!["makespan", "span", "peak", "idle"].includes(measure.text))
            names.unknown("unknown-function", "measure", measure, ["makespan", "span", "peak", "idle"]);
        break;
      case "interval":
        names.number(item.slots, scope);
        break;
    }
  }
  if (!one.block && !microbatches)
    names.report({
      code: "missing-microbatches",
      message: `\`${one.name.text}\` does not say for how many microbatches.`,
      span: one.name.span,
      help: "add `microbatches 8`",
    });
}
