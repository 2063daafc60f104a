// A profile where it is used: `Times`, or `Times(1, 2)` with numbers for its parameters.
import type { Rational } from "../kernel/index.ts";
import type * as S from "./syntax.ts";

/** The profile and its arguments that an argument of a measure names, or null: it has another form. */
export function timesIn(value: S.Expr): S.Target | null {
  if (value.kind === "name" && value.device === undefined)
    return { name: { text: value.name, span: value.span }, args: [], span: value.span };
  if (value.kind !== "call" || value.device !== undefined || value.args.some(({ name }) => name !== undefined)) return null;
  return { name: value.callee, args: value.args.map((arg) => arg.value), span: value.span };
}

/** A profile with its arguments: its parameters are further entries, which the others may speak of. */
export function timesWith(profile: S.Profile, args: readonly Rational[]): S.Profile {
  const given = profile.params.map(
    (name, i): S.ProfileItem => ({ name, binders: [], value: { kind: "number", value: args[i], span: name.span }, span: name.span }),
  );
  return { ...profile, items: [...given, ...profile.items] };
}
