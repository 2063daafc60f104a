// Gauss and Jordan, in exact fractions: for fitting forms to samples and for the edges of cones.
import { fraction } from "../fraction/index.ts";
import type { Rational } from "../kernel/index.ts";

const { minus, over, times } = fraction;

/** The rows with the first `columns` columns reduced: row i has its one in column `pivots[i]`, where all others have zero. */
export function eliminated(
  rows: readonly (readonly Rational[])[],
  columns: number,
): { readonly table: readonly (readonly Rational[])[]; readonly pivots: readonly number[] } {
  const table = rows.map((row) => [...row]);
  const pivots: number[] = [];
  for (let column = 0, row = 0; column < columns && row < table.length; column++) {
    const found = table.findIndex((line, i) => i >= row && line[column].num !== 0n);
    if (found < 0) continue;
    [table[row], table[found]] = [table[found], table[row]];
    const by = table[row][column];
    table[row] = table[row].map((value) => over(value, by));
    table.forEach((line, i) => {
      const factor = line[column];
      if (i !== row && factor.num !== 0n) table[i] = line.map((value, k) => minus(value, times(factor, table[row][k])));
    });
    pivots[row++] = column;
  }
  return { table, pivots };
}
