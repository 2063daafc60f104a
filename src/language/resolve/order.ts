// One line of an order: `device d runs ... where ...`.
import type { Scope } from "../scope.ts";
import type * as S from "../syntax.ts";
import type { Names } from "./names.ts";

export function resolveRuns(names: Names, item: S.Runs, scope: Scope, passes: ReadonlyMap<string, S.PassItem> | undefined): void {
  const binds = item.device.kind === "name" && !scope.has(item.device.name);
  const device = binds && item.device.kind === "name" ? [{ text: item.device.name, span: item.device.span }] : [];
  const inner = names.within(scope.with(["m"]), device);
  if (!binds) names.number(item.device, scope);
  const sequences = new Set<string>();
  const named = new Map<string, S.Span>();
  for (const { name } of item.where) {
    const before = named.get(name.text);
    if (before !== undefined) names.twice(`\`${name.text}\``, name.span, before);
    else if (inner.has(name.text) || passes?.has(name.text)) {
      const message = `\`${name.text}\` has a meaning already.`;
      names.report({ code: "duplicate-name", message, span: name.span, help: "take another name" });
    }
    named.set(name.text, name.span);
  }
  for (const where of item.where) {
    if (where.kind === "is") {
      names.number(where.value, inner);
      inner.places.set(where.name.text, where.name.span);
    }
  }
  for (const where of item.where) if (where.kind === "next") sequences.add(where.name.text);
  for (const where of item.where) {
    if (where.kind !== "next") continue;
    const nested = takenBy(where.steps).find((ref) => ref.indices.length === 0 && sequences.has(ref.name.text));
    if (nested === undefined) resolveSteps(names, where.steps, inner, passes, new Set());
    else {
      const message = `\`${nested.name.text}\` is a sequence; what is behind \`next of\` is made of passes.`;
      names.report({ code: "misplaced", message, span: nested.span, help: "write its passes here" });
    }
  }
  resolveSteps(names, item.steps, inner, passes, sequences);
}

function takenBy(steps: readonly S.Step[]): S.PassRef[] {
  return steps.flatMap((step) => {
    if (step.kind === "pass") return [step.ref];
    if (step.kind === "choice") return takenBy([...step.yes, ...step.no]);
    return takenBy(step.kind === "power" ? [step.step] : step.steps);
  });
}

function resolveSteps(
  names: Names,
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
        if (!passes.has(step.ref.name.text)) names.unknown("unknown-pass", "pass", step.ref.name, [...passes.keys(), ...sequences]);
        else names.ref(step.ref, scope, passes);
        for (const index of step.ref.indices) {
          if (index === "all")
            names.report({
              code: "misplaced",
              message: "`all` belongs after `after`; an order takes one pass at a time.",
              span: step.span,
            });
        }
        break;
      case "group": {
        let inner = scope;
        if (step.each) {
          names.number(step.each.range.low, scope);
          names.number(step.each.range.high, scope);
          inner = names.within(scope, [step.each.name]);
        }
        resolveSteps(names, step.steps, inner, passes, sequences);
        break;
      }
      case "power":
        if (step.count) names.number(step.count, scope);
        resolveSteps(names, [step.step], scope, passes, sequences);
        break;
      case "choice":
        names.truth(step.cond, scope);
        resolveSteps(names, step.yes, scope, passes, sequences);
        resolveSteps(names, step.no, scope, passes, sequences);
        break;
    }
  }
}
