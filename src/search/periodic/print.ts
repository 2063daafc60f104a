// A block as `.pipe` text. The language has no tables, so the starts of a family are written as the linear pieces that they consist
// of, found by halving: `if s < 8 then 2s else 7 + s`. Passes that are as well off in the first free slot are left there.
import type { Block } from "../../kernel/index.ts";
import { isValid, settle, steadyPeaks } from "../../schedule/index.ts";

/** What a node of a block's problem is called in the text. */
export interface PassName {
  readonly family: string;
  /** Its index in each range of the family; empty for a family of one pass. */
  readonly indices: readonly number[];
}

/** Index names for binders; the language lets a start bind its own. */
const binders = ["s", "q", "r"];

/** The block's own starts, or the same with whole families in the first free slot, where that is valid and holds no more. */
export function tidy(block: Block, passes: readonly PassName[]): Block {
  const most = Math.max(0, ...steadyPeaks(block).peakOf);
  const needed = new Set(block.problem.routes.flatMap((route) => [...route.dep].map((node) => passes[node].family)));
  let best = block;
  for (const family of new Set(passes.map((pass) => pass.family))) {
    if (needed.has(family)) continue; // only what nobody waits for may be left to the rule
    const start = best.start.map((slot, node) => (passes[node].family === family ? Number.NaN : slot));
    const settled = settle({ ...best, start });
    if (settled.kind !== "settled" || !isValid(settled.block)) continue;
    if (Math.max(0, ...steadyPeaks(settled.block).peakOf) <= most) best = { ...best, start };
  }
  return best;
}

/**
 * `schedule NAME of TARGET every T { ... }`: a start clause for each family, exactly the block's starts (NaN: in the first free slot).
 * Null: a family has more indices than can be written.
 */
export function blockText(name: string, target: string, { interval, start }: Block, passes: readonly PassName[]): string | null {
  const families = new Map<string, { readonly indices: readonly number[]; readonly start: number }[]>();
  passes.forEach(({ family, indices }, node) => {
    const members = families.get(family) ?? [];
    members.push({ indices, start: start[node] });
    families.set(family, members);
  });
  const lines: string[] = [];
  for (const [family, members] of families) {
    const width = members[0].indices.length;
    if (width > binders.length) return null;
    const bound = width === 0 ? "" : `[${binders.slice(0, width).join(", ")}]`;
    const at = members.every((member) => Number.isNaN(member.start)) ? "in the first free slot" : `at ${table(members, 0)}`;
    lines.push(`  ${family}${bound} ${at}`);
  }
  return `schedule ${name} of ${target} every ${interval} {\n${lines.join("\n")}\n}\n`;
}

/** An expression over the indices from `depth` on that has these values. */
function table(members: readonly { readonly indices: readonly number[]; readonly start: number }[], depth: number): string {
  if (depth === members[0].indices.length) return `${members[0].start}`;
  const index = binders[depth];
  const values = [...new Set(members.map((member) => member.indices[depth]))].sort((a, b) => a - b);
  if (depth === members[0].indices.length - 1) {
    const at = new Map(members.map((member) => [member.indices[depth], member.start]));
    return pieces(
      index,
      values,
      values.map((value) => at.get(value) ?? 0),
    );
  }
  const inner = values.map((value) =>
    table(
      members.filter((member) => member.indices[depth] === value),
      depth + 1,
    ),
  );
  return halves(index, values, inner);
}

/** A function on rising whole numbers, as linear pieces. */
function pieces(index: string, at: readonly number[], values: readonly number[]): string {
  const starts: number[] = [];
  const forms: string[] = [];
  for (let from = 0; from < at.length; ) {
    const slope = from + 1 < at.length ? (values[from + 1] - values[from]) / (at[from + 1] - at[from]) : 0;
    const straight = Number.isInteger(slope);
    let end = from + 1;
    while (straight && end < at.length && values[end] - values[from] === slope * (at[end] - at[from])) end++;
    starts.push(at[from]);
    forms.push(end === from + 1 ? `${values[from]}` : linear(index, slope, values[from] - slope * at[from]));
    from = end;
  }
  return halves(index, starts, forms);
}

/** `forms[i]` from `starts[i]` on: a balanced tree of choices. */
function halves(index: string, starts: readonly number[], forms: readonly string[]): string {
  if (forms.every((form) => form === forms[0])) return forms[0];
  const middle = forms.length >> 1;
  const inner = (form: string): string => (form.startsWith("if ") ? `(${form})` : form);
  const low = halves(index, starts.slice(0, middle), forms.slice(0, middle));
  const high = halves(index, starts.slice(middle), forms.slice(middle));
  return `if ${index} < ${starts[middle]} then ${inner(low)} else ${inner(high)}`;
}

/** `slope * index + offset` as people write it. */
function linear(index: string, slope: number, offset: number): string {
  if (slope === 0) return `${offset}`;
  const size = Math.abs(slope) === 1 ? index : `${Math.abs(slope)}${index}`;
  if (slope < 0) return `${offset} - ${size}`;
  return offset === 0 ? size : `${size} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}`;
}
