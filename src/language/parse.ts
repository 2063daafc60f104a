// Text to syntax tree. Each declaration is parsed on its own, so that one that is broken does not hide the others.
// `chunks.ts` finds where declarations begin; `grammar/pipe.ohm` says what they look like; `reader.ts` gives them types.
import { type Chunk, chunks, identifier } from "./chunks.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { keywords, match } from "./grammar.ts";
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

const firstWord = new RegExp(String.raw`^(?:${identifier}|\d+|[^\0- ])`, "u");

function syntaxError(chunk: Chunk, at: number, expected: string): Diagnostic {
  // A failure at the end of a chunk is shown behind its last word, not on the blank line after it.
  const bare = chunk.text.replace(/\/\/[^\n]*/g, (comment) => " ".repeat(comment.length)).replace(/[\0- ]+$/, "");
  const position = Math.min(at, bare.length);
  const ended = position >= bare.length;
  const word = ended ? "" : (firstWord.exec(chunk.text.slice(position))?.[0] ?? "");
  const from = chunk.from + (ended ? Math.max(0, position - 1) : position);
  const hidden = /^[\s\p{C}]/u.test(word) ? `the invisible character U+${codePoint(word)}` : undefined;
  const message = ended
    ? "The declaration ends too early."
    : `${hidden === undefined ? `\`${word}\`` : capital(hidden)} is not expected here.`;
  return {
    code: "syntax",
    message,
    span: { from, to: from + Math.max(1, word.length) },
    second: { span: { from: chunk.from, to: chunk.from + chunk.keyword.length }, message: "in the declaration that begins here" },
    help: helpFor(word, hidden !== undefined, bare.slice(0, position), expected),
  };
}

const codePoint = (word: string): string => (word.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

function helpFor(word: string, hidden: boolean, before: string, expected: string): string {
  if (hidden) return "delete it, or type a space";
  if (word === "=" && expected.includes('"=="')) return "a comparison is written `==`";
  const factor = /(?<![\p{L}\d_.])(\d+(?:\.\d+)?)[\0- ]+$/u.exec(before)?.[1];
  if (factor !== undefined && !keywords().has(word) && /^[\p{L}_(]/u.test(word))
    return `for a product write \`${factor}${word}\`, without a space, or \`${factor} * ${word}\``;
  if (keywords().has(word) && (expected.includes("a name") || /[(,][\0- ]*$/.test(before)) && !expected.includes(`"${word}"`))
    return `\`${word}\` is a word of the language: take another name`;
  return `expected ${shorten(expected)}`;
}

function shorten(expected: string): string {
  const text = expected.replace(/\.$/, "").replace("end of input", "the end of the declaration");
  const parts = text.split(/, (?:or )?| or /).filter((part) => part !== "");
  const sorted = [...new Set(parts)].sort((a, b) => rank(a) - rank(b));
  return sorted.length <= 6 ? sorted.join(", ") : `${sorted.slice(0, 6).join(", ")}, ...`;
}
const rank = (part: string): number => (/^"[)\]}:,({[]"$/.test(part) ? 0 : part.startsWith("a ") ? 1 : 2);
