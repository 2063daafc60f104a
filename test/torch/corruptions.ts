// Files of a schedule with one thing changed at random, by a seed: cells swapped, dropped, doubled, moved, renumbered.

/** The same numbers for the same seed. */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Rows = string[][];
type Change = (rows: Rows, below: (n: number) => number) => void;

const anywhere = (rows: Rows, below: (n: number) => number): [string[], number] => {
  const row = rows[below(rows.length)];
  return [row, below(row.length)];
};

const changes: Readonly<Record<string, Change>> = {
  "neighbours swapped": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    const other = Math.min(row.length - 1, at + 1);
    [row[at], row[other]] = [row[other], row[at]];
  },
  "two swapped": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    const other = below(row.length);
    [row[at], row[other]] = [row[other], row[at]];
  },
  "one moved": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    const [cell] = row.splice(at, 1);
    row.splice(below(row.length + 1), 0, cell);
  },
  "one dropped": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    row.splice(at, 1);
  },
  "one doubled": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    row.splice(below(row.length + 1), 0, row[at]);
  },
  "another microbatch": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    row[at] = row[at].replace(/\d+$/, () => String(below(5)));
  },
  "another stage": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    row[at] = row[at].replace(/^\d+/, () => String(below(4)));
  },
  "another kind": (rows, below) => {
    const [row, at] = anywhere(rows, below);
    row[at] = row[at].replace(/[A-Z_]+/, () => ["F", "B", "I", "W", "SEND_F", "RECV_B"][below(6)]);
  },
  "rows swapped": (rows) => {
    rows.push(...rows.splice(0, 1));
  },
  "two microbatches swapped in a row": (rows, below) => {
    const row = rows[below(rows.length)];
    const [a, b] = [String(below(4)), String(below(4))];
    row.forEach((cell, at) => {
      row[at] = cell.replace(/(F|B|I|W)(\d+)$/, (_, kind: string, j: string) => kind + (j === a ? b : j === b ? a : j));
    });
  },
};

/** A file with one change, and what was changed. */
export function corrupted(text: string, seed: number): { readonly change: string; readonly text: string } {
  const below = chance(seed);
  const rows = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const names = Object.keys(changes);
  const change = names[below(names.length)];
  changes[change](rows, below);
  return { change, text: `${rows.map((row) => row.join(",")).join("\n")}\n` };
}
