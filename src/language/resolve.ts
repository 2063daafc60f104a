// Binds names, counts arguments, tells numbers from conditions. All independent errors of a file come out at once; what is built on
// a declaration that is broken is marked `broken`, so that one mistake is reported once.
import type { Diagnostic } from "./diagnostic.ts";
import { resolveClaim } from "./resolve/claim.ts";
import { resolveFind } from "./resolve/find.ts";
import { Names } from "./resolve/names.ts";
import { resolvePipeline } from "./resolve/pipeline.ts";
import { resolveProfile } from "./resolve/profile.ts";
import { resolveSchedule } from "./resolve/schedule.ts";
import type * as S from "./syntax.ts";

export { families } from "./resolve/names.ts";

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

/** What a declaration stands on is resolved before it. */
const rank = { pipeline: 0, profile: 1, schedule: 2, find: 2, claim: 3 };

export function resolve(declarations: readonly S.Declaration[]): Program {
  const names = new Names(declarations);
  for (const one of [...declarations].sort((a, b) => rank[a.kind] - rank[b.kind])) {
    names.current = one;
    resolveDeclaration(names, one);
  }
  const claims = declarations.filter((one) => one.kind === "claim");
  const { pipelines, schedules, profiles, finds, broken } = names;
  const diagnostics = names.diagnostics.sort((a, b) => a.span.from - b.span.from);
  return { pipelines, schedules, profiles, finds, claims, broken, diagnostics };
}

function resolveDeclaration(names: Names, one: S.Declaration): void {
  switch (one.kind) {
    case "pipeline":
      return resolvePipeline(names, one);
    case "profile":
      return resolveProfile(names, one);
    case "schedule":
      return resolveSchedule(names, one);
    case "find":
      return resolveFind(names, one);
    case "claim":
      return resolveClaim(names, one);
  }
}
