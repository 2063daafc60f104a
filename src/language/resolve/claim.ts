// A claim: its variables, and a condition on measures; or that something is impossible.
import { namesIn } from "../mentions.ts";
import type { Scope } from "../scope.ts";
import type * as S from "../syntax.ts";
import { timesIn } from "../times.ts";
import { resolveBounds } from "./find.ts";
import { eachOnce, resolveMeasure, resolveTimes, withoutMeasures } from "./measure.ts";
import type { Names } from "./names.ts";

export function resolveClaim(names: Names, one: S.Claim): void {
  const scope = withoutMeasures(names, names.scope());
  for (const domain of one.domains) {
    if (domain.kind === "range") {
      names.number(domain.range.low, scope);
      names.number(domain.range.high, scope);
      names.bind(scope, domain.name);
      continue;
    }
    const { cond } = domain;
    if (
      cond.kind === "binary" &&
      (cond.operator === ">=" || cond.operator === ">") &&
      cond.left.kind === "name" &&
      !scope.has(cond.left.name)
    ) {
      names.number(cond.right, scope);
      scope.places.set(cond.left.name, cond.left.span);
      continue;
    }
    const unbound = [...namesIn(cond)].filter((name) => !scope.has(name)).sort();
    if (unbound.length === 0) names.truth(cond, scope);
    for (const name of unbound) {
      names.report({
        code: "missing-bound",
        message: `\`${name}\` has no lower bound here.`,
        span: cond.span,
        help: `begin with \`${name} >= 1\` or \`${name} in 1..8\`; conditions follow after a comma`,
      });
      if (!one.domains.some((other) => other.kind === "range" && other.name.text === name)) scope.places.set(name, cond.span);
    }
  }
  if (one.body.kind === "impossible") return resolveImpossible(names, one.body, scope);
  scope.call = (call, inner) => resolveMeasure(names, call, inner);
  names.truth(one.body, scope);
}

function resolveImpossible(names: Names, body: S.Impossible, scope: Scope): void {
  names.target(body.of, scope);
  const times = (value: S.Expr): S.Target | null =>
    (value.kind === "name" && !scope.has(value.name)) || value.kind === "call" ? timesIn(value) : null;
  eachOnce(names, body.constraints, (value) => times(value) !== null);
  for (const { name, value } of body.constraints) {
    const profile = name === undefined ? times(value) : null;
    if (profile !== null) resolveTimes(names, profile, scope);
    else if (name === undefined) {
      names.truth(value, scope.with(["makespan", "span", "peak", "idle"]));
      resolveBounds(names, value);
    } else if (name.text === "m") names.number(value, scope);
    else names.unknown("unknown-parameter", "setting", name, ["m"]);
  }
  if (!body.constraints.some(({ name }) => name?.text === "m")) {
    names.report({
      code: "missing-microbatches",
      message: "This does not say for how many microbatches.",
      span: body.of.span,
      help: "add `m = 8` after `with`",
    });
  }
}
