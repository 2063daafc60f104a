// The table as a page, in Markdown.
import { microbatches } from "./entries.ts";
import type { Row } from "./rows.ts";

const number = (exact: string): number => {
  const [num, den = "1"] = exact.split("/");
  return Number(num) / Number(den);
};
const percent = (exact: string): string => `${(100 * number(exact)).toFixed(1)} %`;
const decimal = (exact: string): string => (exact.includes("/") ? `${exact} (${number(exact).toFixed(2)})` : exact);

export function pageOf(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, file, placement, formula, proved, peak, makespan, bubble, unevenBubble, least }, i) =>
      `| ${i + 1} | [${name}](${file}) | ${placement} | \`${formula}\` | ${proved} | ${decimal(peak)} | ${decimal(makespan)} | ${least ?? "–"} | ${percent(bubble)} | ${percent(unevenBubble)} | [picture](${file.replace(".pipe", ".svg")}) |`,
  );
  return `# The catalogue on 4 devices

Written by \`npm run catalogue\`; \`bubbleproof catalogue\` prints the same. 4 devices, ${microbatches} microbatches (GEMS, Chimera and DualPipe: so many in both directions
together).

- **claim**: the peak memory that the file claims, and whether it is proved for all p or replayed for a range of sizes; **peak**: its value here, in one
  microbatch's activations of one device's layers.
- **makespan**: at F = B = W = 1, a backward in one piece 2, in times of the schedule's own stages: a slot of the loop with v = 2 and of the V is half, of two waves a quarter of one of
  the straight placement. **least**: the shortest there is with no more memory, where the [frontier](optimal/README.md) knows it; its backwards are in two pieces,
  so schedules with one piece pay for that, too. **bubble**: idle share of the span (a device's last end minus its own first start), at unit times and at
  F 3, B 4, W 2. That is a share of each schedule's own work: with recomputation or vocabulary passes that is more work.

![Memory against bubble](../docs/catalogue.svg)

| | schedule | placement | claim | proved | peak | makespan | least | bubble | at 3, 4, 2 | |
|---|---|---|---|---|---|---|---|---|---|---|
${lines.join("\n")}

ZB-1p, ZB-2p and the adaptive V schedule depend on a search and on the limit: these are the best in their memory, with k half stages for the
last one, and ZB-2p has an order for each of the two times. ZB-1p and ZB-2p count memory in two parts, which B and W give back. Sailor2's setting and the adaptive V
schedule are drawn at their own sizes. See the [index](README.md).
`;
}

export const jsonOf = (rows: readonly Row[]): string =>
  `${JSON.stringify({ format: "bubbleproof/catalogue", version: 1, devices: 4, microbatches, rows }, null, 1)}\n`;
