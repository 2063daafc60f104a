// Offsets as lines and columns, and source lines with carets.
import type { Span } from "../language/syntax.ts";
import { visible } from "./brief.ts";

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Lines and columns from 1; the end is exclusive. */
export function placeOf(text: string, span: Span): Place {
  const [line, column] = position(text, span.from);
  const [endLine, endColumn] = position(text, Math.max(span.to, span.from));
  return { line, column, endLine, endColumn };
}

function position(text: string, offset: number): [number, number] {
  const at = Math.min(offset, text.length);
  let line = 1;
  let start = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < at; i = text.indexOf("\n", i + 1)) {
    line++;
    start = i + 1;
  }
  return [line, at - start + 1];
}

/** The lines of a span with carets under it; long spans show their first line. */
export function excerpt(text: string, span: Span, gutter: number, paint: (carets: string) => string): string[] {
  const { line, column, endLine, endColumn } = placeOf(text, span);
  const source = (text.split("\n")[line - 1] ?? "").replace(/\r$/, "").replace(/\t/g, " ");
  const end = endLine === line ? endColumn : source.length + 1;
  const width = 110;
  const skip = column > width ? column - 40 : 0;
  const shown = visible(source.slice(skip, skip + width + 20));
  const carets =
    " ".repeat(Math.max(0, column - 1 - skip)) + "^".repeat(Math.max(1, Math.min(end - column, shown.length - (column - 1 - skip))));
  return [`${String(line).padStart(gutter)} | ${shown}`, `${" ".repeat(gutter)} | ${paint(carets)}`];
}
