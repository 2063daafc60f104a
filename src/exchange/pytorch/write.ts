// A script as CSV, one row a rank. For files that torch wrote itself, the same bytes come back: its cells never need quotes, blank cells
// stay where they were, and a row whose only cell is blank is written as `""`, as Python does.
import { kinds, ranksOf, type Script, wordOf } from "./actions.ts";

/** Characters that are put together before they are handed on. */
const enough = 1 << 16;

export function* scriptText(script: Script): Generator<string> {
  let text = "";
  for (let rank = 0; rank < ranksOf(script); rank++) {
    for (const piece of rowOf(script, rank)) {
      text += piece;
      if (text.length < enough) continue;
      yield text;
      text = "";
    }
    text += script.newline;
  }
  if (text !== "") yield text;
}

function* rowOf(script: Script, rank: number): Generator<string> {
  const { offsets, cells } = script;
  const [from, to] = [offsets[rank], offsets[rank + 1]];
  if (cells === null) {
    yield* plainRow(script, from, to);
    return;
  }
  const { at, grouped, widths } = cells;
  const width = widths[rank];
  let action = from;
  for (let cell = 0; cell < width; cell++) {
    const comma = cell > 0 ? "," : "";
    if (action >= to || at[action] !== cell) {
      yield width === 1 ? '""' : comma;
      continue;
    }
    if (grouped[action] === 0) yield comma + wordOf(script, action++);
    else {
      const parts: string[] = [];
      while (action < to && at[action] === cell) parts.push(wordOf(script, action++));
      yield `${comma}(${parts.join(";")})OVERLAP_F_B`;
    }
  }
}

/** Without blanks and groups: longer pieces, so that millions of actions go quickly. */
function* plainRow({ kind, stage, microbatch }: Script, from: number, to: number): Generator<string> {
  let text = "";
  for (let action = from; action < to; action++) {
    if (action > from) text += ",";
    text += stage[action] + kinds[kind[action]];
    if (microbatch[action] >= 0) text += microbatch[action];
    if (text.length < enough) continue;
    yield text;
    text = "";
  }
  yield text;
}
