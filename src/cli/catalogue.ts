// `catalogue`: the table of the published schedules, as it was made with this version (`proofs/catalogue.json`).
import { readFileSync } from "node:fs";

interface Row {
  readonly name: string;
  readonly placement: string;
  readonly formula: string;
  readonly proved: string;
  readonly peak: string;
  readonly makespan: string;
  readonly bubble: string;
  readonly unevenBubble: string;
  readonly least: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
function rowFrom(value: unknown): Row {
  const text = (name: string): string => {
    const found = isObject(value) ? value[name] : undefined;
    if (typeof found === "string" || typeof found === "number") return `${found}`;
    if (found === null) return "-";
    throw new Error(`the catalogue's table has no ${name}`);
  };
  return {
    name: text("name"),
    placement: text("placement"),
    formula: text("formula"),
    proved: text("proved"),
    peak: text("peak"),
    makespan: text("makespan"),
    bubble: text("bubble"),
    unevenBubble: text("unevenBubble"),
    least: text("least"),
  };
}

export function catalogueCommand(flags: { readonly json?: boolean }): number {
  const text = readFileSync(new URL("../../proofs/catalogue.json", import.meta.url), "utf8");
  if (flags.json) {
    process.stdout.write(text);
    return 0;
  }
  const document: unknown = JSON.parse(text);
  const rows = isObject(document) && Array.isArray(document.rows) ? document.rows.map(rowFrom) : [];
  const columns: readonly (readonly [title: string, cell: (row: Row) => string, right?: boolean])[] = [
    ["schedule", (row) => row.name],
    ["placement", (row) => row.placement],
    ["peak", (row) => row.peak, true],
    ["makespan", (row) => row.makespan, true],
    ["least", (row) => row.least, true],
    ["bubble", (row) => percent(row.bubble), true],
    ["at 3, 4, 2", (row) => percent(row.unevenBubble), true],
    ["peak claimed", (row) => `${row.formula} (${row.proved})`],
  ];
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  const lines = cells.map((line) =>
    line
      .map((cell, i) => (columns[i][2] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd(),
  );
  process.stdout.write(`4 devices, 8 microbatches, F = B = W = 1 (and F 3, B 4, W 2)\n\n${lines.join("\n")}\n`);
  return 0;
}

function percent(exact: string): string {
  const [num, den = "1"] = exact.split("/");
  return `${((100 * Number(num)) / Number(den)).toFixed(1)} %`;
}
