// One source file, all the way to a resolved program. Files are separate worlds: two may declare the same name.
import { identifier } from "./chunks.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { limits } from "./limits.ts";
import { parse } from "./parse.ts";
import { type Program, resolve } from "./resolve.ts";

/** A file as it was read. `path` is what the user called it. */
export interface Source {
  readonly path: string;
  readonly text: string;
}
export interface Loaded {
  readonly source: Source;
  readonly program: Program;
  /** Everything wrong, by place. */
  readonly diagnostics: readonly Diagnostic[];
}

const named = new RegExp(String.raw`^\s*(?:pipeline|schedule|profile|find(?:\s+block)?)\s+(${identifier})`, "gmu");

export function load(source: Source, pulse = (): void => {}): Loaded {
  const parsed = parse(source.text, pulse);
  const program = resolve(parsed.declarations);
  const diagnostics = [...parsed.diagnostics, ...program.diagnostics].sort((a, b) => a.span.from - b.span.from);
  // A name that a broken declaration would have brought in is not missed a second time.
  const lost = new Set(parsed.diagnostics.length > 0 ? [...source.text.matchAll(named)].map((found) => found[1]) : []);
  const declared = new Set(parsed.declarations.flatMap((one) => (one.kind === "claim" ? [] : [one.name.text])));
  const echo = (one: Diagnostic): boolean => {
    const name = source.text.slice(one.span.from, one.span.to);
    return /^unknown-(pipeline|schedule|profile)$/.test(one.code) && lost.has(name) && !declared.has(name);
  };
  return { source, program, diagnostics: few(diagnostics.filter((one) => !echo(one))) };
}

/** The first errors; beyond the limit one that says so. */
function few(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const next = diagnostics[limits.errors];
  if (next === undefined) return diagnostics;
  const message = `There are more than ${limits.errors} errors (limit \`errors\`); those from here on are not shown.`;
  return [...diagnostics.slice(0, limits.errors), { code: "limit", message, span: next.span }];
}
