// The canonical layout. Works on tokens, so nothing can be lost: the tokens before and after are the same, comments included.
// Line breaks and columns that the author aligned stay; indentation, stray spaces and blank lines become regular. Idempotent.

interface Token {
  readonly text: string;
  /** Spaces that the author wrote before it on its line. */
  readonly gap: number;
}

const pattern = /\/\/[^\n]*|"[^"\n]*"?|\d+(?:\.\d+)?%?|[A-Za-z_]\w*|\.\.|==|!=|<=|>=|\S/gy;
const declarations = new Set(["pipeline", "schedule", "profile", "claim", "find"]);
const items = new Set([
  "devices",
  "stages",
  "stream",
  "pass",
  "holds",
  "cap",
  "let",
  "requires",
  "device",
  "microbatches",
  "profile",
  "keep",
  "minimize",
  "interval",
]);
/** Words before which columns may be aligned. */
const aligned = new Set(["takes", "after", "on", "at", "for", ":", "from", "in", "always"]);
const operators = new Set(["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "="]);
const opening = new Set(["(", "["]);

/** The text in the canonical layout. Any text is taken; what is no program keeps its tokens too. */
export function format(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\t/g, "  ").split("\n").map(tokens);
  const written: string[] = [];
  let depth = 0;
  let declaration = "";
  for (const line of lines) {
    const [first] = line;
    if (first === undefined) {
      if (written.length > 0 && written.at(-1) !== "" && !written.at(-1)?.endsWith("{")) written.push("");
      continue;
    }
    if (depth === 0 && declarations.has(first.text)) declaration = first.text;
    let closers = 0;
    while (line[closers]?.text === "}") closers++;
    if (closers > 0 && written.at(-1) === "") written.pop();
    const outer = Math.max(0, depth - closers);
    const continues = closers === 0 && !first.text.startsWith("//") && !beginsItem(line, depth, declaration);
    written.push(" ".repeat(2 * outer + (continues ? 2 : 0)) + layout(line));
    for (const { text: token } of line) depth = Math.max(0, depth + (token === "{" ? 1 : token === "}" ? -1 : 0));
  }
  while (written.at(-1) === "") written.pop();
  return written.length === 0 ? "" : `${written.join("\n")}\n`;
}

function tokens(line: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const gap = /^\s*/.exec(line.slice(at))?.[0].length ?? 0;
    pattern.lastIndex = at + gap;
    const token = pattern.exec(line);
    if (token === null) break;
    found.push({ text: token[0].startsWith("//") ? token[0].trimEnd() : token[0], gap });
    at = pattern.lastIndex;
  }
  return found;
}

/** Whether a line begins something, or goes on with what stands above. */
function beginsItem(line: readonly Token[], depth: number, declaration: string): boolean {
  const [first, second] = line;
  if (depth === 0) return declarations.has(first.text) || first.text === "{";
  if (items.has(first.text)) return true;
  if (declaration === "profile") return true;
  if (!/^[A-Za-z_]/.test(first.text)) return false;
  const close = second?.text === "[" ? line.findIndex(({ text }) => text === "]") : 0;
  const next = line[close + 1]?.text;
  return next === "at" || (next === "in" && line[close + 2]?.text === "the");
}

function layout(line: readonly Token[]): string {
  let written = line[0].text;
  for (let i = 1; i < line.length; i++) written += " ".repeat(spaces(line[i - 1], line[i], line[i - 2])) + line[i].text;
  return written;
}

/** Spaces between two tokens of a line. */
function spaces(before: Token, token: Token, last: Token | undefined): number {
  const { text, gap } = token;
  if (text.startsWith("//")) return Math.max(2, gap);
  if (opening.has(before.text) || text === ")" || text === "]" || text === ",") return 0;
  if ([before.text, text].some((one) => one === ".." || one === "^")) return 0;
  if (before.text === "," || before.text === "{" || text === "{" || text === "}") return 1;
  if (gap >= 2 && (aligned.has(text) || (before.text === "]" && text === "="))) return gap;
  if (declarations.has(before.text) || items.has(before.text)) return 1;
  if (text === ":") return 0;
  if (before.text === ":") return 1;
  // What the author wrote tight stays tight: `2p`, `p-1`, `F[s]`, `W[z]*`; a sign stays with its number.
  if (gap === 0) return 0;
  const sign = before.text === "-" && last !== undefined && (operators.has(last.text) || opening.has(last.text));
  const postfix = before.text === "*" && before.gap === 0;
  const binary = operators.has(text) || (operators.has(before.text) && !postfix) || sign;
  return gap >= 2 && !binary ? 2 : 1;
}
