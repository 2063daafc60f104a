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

/** The declarations' texts, in order, and what is wrong with the brackets as a whole. */
export function chunks(text: string): { readonly found: readonly Chunk[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const starts: { at: number; keyword: string }[] = [];
  const token = /\/\/[^\n]*|"[^"\n]*"?|[A-Za-z_]\w*|[()[\]{}]|\d[\w.]*/g;
  let open: { at: number; bracket: string }[] = [];
  let strayed = false;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const word = found[0];
    const at = found.index;
    const first = at === 0 || text[at - 1] === "\n";
    if (/^(pipeline|schedule|profile|claim|find)$/.test(word) && (open.length === 0 || first)) {
      const lost = open[0];
      if (lost !== undefined && text[lost.at] === "{") diagnostics.push(unclosed(lost.at, text));
      open = [];
      starts.push({ at, keyword: word });
    } else if (opening.includes(word)) {
      open.push({ at, bracket: word });
    } else if (closing.includes(word) && word.length === 1) {
      const top = open.at(-1);
      if (top !== undefined && closing[opening.indexOf(top.bracket)] === word) open.pop();
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
  if (open[0] !== undefined && text[open[0].at] === "{") diagnostics.push(unclosed(open[0].at, text));
  if (starts.length === 0 && !strayed) {
    const stray = /\S/.exec(text.replace(/\/\/[^\n]*/g, (comment) => " ".repeat(comment.length)));
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

function unclosed(at: number, text: string): Diagnostic {
  return {
    code: "unclosed",
    message: `This \`${text[at]}\` is never closed.`,
    span: { from: at, to: at + 1 },
    help: `add \`${closing[opening.indexOf(text[at])]}\` where the declaration ends`,
  };
}
