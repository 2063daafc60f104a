// Text to syntax tree. Each declaration is parsed on its own, so that one that is broken does not hide the others.
// `chunks.ts` finds where declarations begin; `grammar/pipe.ohm` says what they look like; `reader.ts` gives them types.
import { type Chunk, chunks, identifier } from "./chunks.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { match } from "./grammar.ts";
import { limits } from "./limits.ts";
import { Reader } from "./reader.ts";
import { oversize } from "./size.ts";
import type * as S from "./syntax.ts";

export interface Parsed {
  readonly declarations: readonly S.Declaration[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a whole file. Never throws for any text: what is wrong comes back as diagnostics. */
export function parse(text: string, pulse = (): void => {}): Parsed {
  const { found, diagnostics } = chunks(text);
  const problems: Diagnostic[] = [...diagnostics];
  const declarations: S.Declaration[] = [];
  for (const chunk of found) {
    if (problems.length > limits.errors) break;
    pulse();
    const excess = oversize(chunk);
    if (excess !== null) {
      problems.push(excess);
      continue;
    }
    const result = match(chunk.text, "Declaration");
    if ("tree" in result) declarations.push(new Reader(chunk.from).declaration(result.tree));
    else problems.push(syntaxError(chunk, result.at, result.expected));
  }
  return { declarations, diagnostics: problems };
}

const firstWord = new RegExp(String.raw`^(?:${identifier}|\d+|\S)`, "u");

function syntaxError(chunk: Chunk, at: number, expected: string): Diagnostic {
  // A failure at the end of a chunk is shown behind its last word, not on the blank line after it.
  const bare = chunk.text.replace(/\/\/[^\n]*/g, (comment) => " ".repeat(comment.length)).trimEnd();
  const position = Math.min(at, bare.length);
  const ended = position >= bare.length;
  const word = ended ? "" : (firstWord.exec(chunk.text.slice(position))?.[0] ?? "");
  const from = chunk.from + (ended ? Math.max(0, position - 1) : position);
  const message = ended ? "The declaration ends too early." : `\`${word}\` is not expected here.`;
  return {
    code: "syntax",
    message,
    span: { from, to: from + Math.max(1, word.length) },
    second: { span: { from: chunk.from, to: chunk.from + chunk.keyword.length }, message: "in the declaration that begins here" },
    help: word === "=" && expected.includes('"=="') ? "a comparison is written `==`" : `expected ${shorten(expected)}`,
  };
}

function shorten(expected: string): string {
  const text = expected.replace(/\.$/, "");
  const parts = text.split(/, (?:or )?| or /).filter((part) => part !== "");
  const sorted = [...new Set(parts)].sort((a, b) => rank(a) - rank(b));
  return sorted.length <= 6 ? sorted.join(", ") : `${sorted.slice(0, 6).join(", ")}, ...`;
}
const rank = (part: string): number => (/^"[)\]}:,({[]"$/.test(part) ? 0 : part.startsWith("a ") ? 1 : 2);
