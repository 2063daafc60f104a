// Cuts a file into its declarations before anything is parsed: brackets, strings and comments are enough for that.
// A keyword in the first column begins a declaration even where a bracket was left open before it.
import type { Diagnostic } from "./diagnostic.ts";

export interface Chunk {
  readonly keyword: string;
  readonly text: string;
  readonly from: number;
}

const opening = "([{";
const closing = ")]}";
/** A name, as the grammar's `identifier`. */
export const identifier = /[\p{L}_][\p{L}\d_]*/u.source;
const tokens = new RegExp(String.raw`//[^\n]*|"[^"\n]*"?|${identifier}|[()[\]{}]|\d[\p{L}\d_.]*`, "gu");
/** `profile X` is also a part of a find; only the declaration goes on with a bracket. */
const declaresProfile = new RegExp(String.raw`profile\s+${identifier}\s*(?:\([^(){}]*\)\s*)?\{`, "uy");

/** The declarations' texts, in order, and what is wrong with the brackets as a whole. */
export function chunks(text: string): { readonly found: readonly Chunk[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const starts: { at: number; keyword: string }[] = [];
  let open: { at: number; bracket: string }[] = [];
  let strayed = false;
  /** Of brackets that are never closed the innermost is to blame. */
  const blame = (lost: readonly { at: number; bracket: string }[]): void => {
    const inner = lost.at(-1);
    if (inner !== undefined) diagnostics.push(unclosed(inner.at, text));
  };
  for (const found of text.matchAll(tokens)) {
    const word = found[0];
    const at = found.index;
    if (/^(pipeline|schedule|profile|claim|find)$/.test(word) && (open.length === 0 || beginsLine(word, at, text))) {
      blame(open);
      open = [];
      starts.push({ at, keyword: word });
    } else if (opening.includes(word)) {
      open.push({ at, bracket: word });
    } else if (closing.includes(word) && word.length === 1) {
      const partner = open.findLastIndex(({ bracket }) => closing[opening.indexOf(bracket)] === word);
      if (partner >= 0) blame(open.splice(partner).slice(1));
    }
    if (starts.length === 0 && !word.startsWith("//") && !strayed) {
      strayed = true;
      diagnostics.push({
        code: "syntax",
        message: `\`${word.slice(0, 20)}\` stands outside of any declaration.`,
        span: { from: at, to: at + word.length },
        help: "a file is made of pipeline, schedule, profile, claim and find declarations",
      });
    }
  }
  blame(open);
  if (starts.length === 0 && !strayed) {
    const stray = /\S/u.exec(text.replace(/\/\/[^\n]*/g, (comment) => " ".repeat(comment.length)));
    if (stray) {
      diagnostics.push({
        code: "syntax",
        message: `\`${stray[0]}\` stands outside of any declaration.`,
        span: { from: stray.index, to: stray.index + 1 },
      });
    }
  }
  const broken = new Set(diagnostics.filter((one) => one.code === "unclosed").map((one) => one.span.from));
  const found = starts.map(({ at, keyword }, i) => ({ keyword, from: at, text: text.slice(at, starts[i + 1]?.at ?? text.length) }));
  return {
    found: found.filter((chunk) => ![...broken].some((at) => at >= chunk.from && at < chunk.from + chunk.text.length)),
    diagnostics,
  };
}

/** In the first column a declaration begins whatever is open. */
function beginsLine(word: string, at: number, text: string): boolean {
  if (at > 0 && text[at - 1] !== "\n") return false;
  declaresProfile.lastIndex = at;
  return word !== "profile" || declaresProfile.test(text);
}

function unclosed(at: number, text: string): Diagnostic {
  const where = text[at] === "{" ? "where the declaration ends" : "where it ends";
  return {
    code: "unclosed",
    message: `This \`${text[at]}\` is never closed.`,
    span: { from: at, to: at + 1 },
    help: `add \`${closing[opening.indexOf(text[at])]}\` ${where}`,
  };
}
