// A profile: one time for each name, which may speak of the others.
import { findCycle } from "../circle.ts";
import { namesIn } from "../mentions.ts";
import type * as S from "../syntax.ts";
import type { Names } from "./names.ts";

export function resolveProfile(names: Names, one: S.Profile): void {
  const entries = names.params(one.params);
  const seen = new Map<string, S.Name>();
  for (const { name } of one.items) {
    const before = seen.get(name.text) ?? one.params.find((param) => param.text === name.text);
    if (before)
      names.report({
        code: "duplicate-name",
        message: `\`${name.text}\` has two times.`,
        span: name.span,
        second: { span: before.span, message: "the first one" },
      });
    seen.set(name.text, name);
    entries.places.set(name.text, name.span);
  }
  // The parameters of the pipelines of this file may be used too (`if s == p - 1`); its own go before them.
  const params = [...names.pipelines.values()].flatMap((pipeline) => pipeline.params);
  for (const own of seen.values()) {
    const param = params.find(({ text }) => text === own.text);
    if (param !== undefined) names.taken(own, param.span);
  }
  const outer = entries.with(params.map((param) => param.text));
  for (const item of one.items) names.number(item.value, names.within(outer, item.binders));
  const place = new Map(one.items.map(({ name }, i) => [name.text, i]));
  const needs = one.items.map(({ value, binders }) => {
    const own = new Set(binders.map((binder) => binder.text));
    return [...namesIn(value)].flatMap((name) => (own.has(name) ? [] : (place.get(name) ?? [])));
  });
  const circle = findCycle(needs);
  if (circle === null) return;
  const path = [...circle, circle[0]].map((i) => `\`${one.items[i].name.text}\``);
  const { span } = one.items[circle[0]];
  const message = `The time of ${path[0]} depends on ${circle.length === 1 ? "itself" : `itself: ${path.join(" needs ")}`}.`;
  names.report({ code: "cyclic-dependency", message, span, help: "give one of them as a number" });
}
