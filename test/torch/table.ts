// What torch's loader does not check, and what it does: one wrong file for each condition, made from a file that torch wrote. Shared by the
// unit tests, which look at what we say, and by `npm run test:torch`, which looks at what torch does.
import type { Fate, Rule } from "../../src/exchange/pytorch/rules.ts";

export interface Wrong {
  readonly what: string;
  readonly base: string;
  /** Rows of cells, changed in place. */
  readonly change: (rows: string[][]) => void;
  /** Each condition that does not hold, with row and cell from 1 and what stands there. */
  readonly found: readonly (readonly [Rule, number, number | undefined, string | undefined])[];
  readonly fate: Fate;
}

const at = (row: readonly string[], cell: string): number => {
  const found = row.indexOf(cell);
  if (found < 0) throw new Error(`there is no ${cell}`);
  return found;
};
const swap = (row: string[], a: string, b: string): void => {
  const [x, y] = [at(row, a), at(row, b)];
  [row[x], row[y]] = [row[y], row[x]];
};
const drop = (row: string[], cell: string): void => void row.splice(at(row, cell), 1);
const put = (row: string[], cell: string, behind: string): void => void row.splice(at(row, behind) + 1, 0, cell);
const loop = "Interleaved1F1B_p2_m4";
const v = "ZBVZeroBubble_p2_m4";

/** Two ranks, two stages, two microbatches; every dependency can be kept with the last stage's forwards the other way round. */
const gpipe = [
  "0UNSHARD,0F1,0SEND_F1,0F0,0SEND_F0,0RECV_B1,0B1,0RECV_B0,0B0,0REDUCE_GRAD,0RESHARD",
  "1UNSHARD,1RECV_F1,1F1,1RECV_F0,1F0,1I1,1SEND_B1,1I0,1SEND_B0,1W1,1W0,1REDUCE_GRAD,1RESHARD",
];

export const table: readonly Wrong[] = [
  {
    what: "the last stage's forwards not in the order of the microbatches, every dependency kept",
    base: loop,
    change: (rows) => {
      rows.length = 0;
      rows.push(...gpipe.map((row) => row.split(",")));
    },
    found: [["loss-order", 2, 3, "1F1"]],
    fate: "wrong gradients",
  },
  {
    what: "the same with backwards in one piece, compute-only",
    base: loop,
    change: (rows) => {
      rows.length = 0;
      rows.push(["0F1", "0F0", "0B1", "0B0"], ["1F1", "1F0", "1B1", "1B0"]);
    },
    found: [["loss-order", 2, 1, "1F1"]],
    fate: "crash",
  },
  {
    what: "a forward twice",
    base: `${v}.compute`,
    change: ([row]) => put(row, "0F0", "0F0"),
    found: [["forward-twice", 1, 2, "0F0"]],
    fate: "crash",
  },
  {
    what: "with communication: a forward twice, sent once",
    base: `${v}.comms`,
    change: ([row]) => put(row, "0F0", "0F0"),
    found: [["forward-twice", 1, 4, "0F0"]],
    fate: "wasted work",
  },
  {
    what: "a backward twice",
    base: `${loop}.compute`,
    change: ([row]) => put(row, "2B0", "2B0"),
    found: [["backward-twice", 1, 9, "2B0"]],
    fate: "crash",
  },
  {
    what: "microbatches numbered from 1",
    base: `${loop}.compute`,
    change: (rows) => {
      for (const row of rows) row.splice(0, row.length, ...row.map((cell) => cell.replace(/\d+$/, (j) => `${Number(j) + 1}`)));
    },
    found: [["microbatch-numbers", 1, 9, "0F4"]],
    fate: "crash",
  },
  {
    what: "I without its W",
    base: `${v}.compute`,
    change: ([row]) => drop(row, "3W1"),
    found: [["weights-missing", 1, 8, "3I1"]],
    fate: "refused",
  },
  {
    what: "B beside I and W",
    base: `${v}.compute`,
    change: ([row]) => put(row, "3B1", "3W1"),
    found: [["two-backwards", 1, 10, "3B1"]],
    fate: "refused",
  },
  {
    what: "no forward",
    base: `${v}.compute`,
    change: ([row]) => drop(row, "0F3"),
    found: [["forward-missing", 1, undefined, undefined]],
    fate: "refused",
  },
  {
    what: "no backward",
    base: `${loop}.compute`,
    change: ([row]) => drop(row, "0B3"),
    found: [["backward-missing", 1, 9, "0F3"]],
    fate: "refused",
  },
  {
    what: "a circle of dependencies, compute-only",
    base: `${loop}.compute`,
    change: ([row]) => swap(row, "0F0", "2F0"),
    found: [["circle", 1, 1, "2F0"]],
    fate: "refused",
  },
  {
    what: "a backward before its forward",
    base: `${v}.compute`,
    change: ([row]) => swap(row, "3F1", "3I1"),
    found: [["before-forward", 1, 7, "3I1"]],
    fate: "refused",
  },
  {
    what: "W before I",
    base: `${v}.compute`,
    change: ([row]) => swap(row, "3I1", "3W1"),
    found: [["before-backward", 1, 8, "3W1"]],
    fate: "refused",
  },
  {
    what: "a stage on two ranks",
    base: `${v}.compute`,
    change: ([zero, one]) => {
      drop(zero, "0F3");
      put(one, "0F3", "1F1");
    },
    found: [["two-ranks", 2, 5, "0F3"]],
    fate: "refused",
  },
  {
    what: "a trailing blank line",
    base: `${v}.compute`,
    change: (rows) => void rows.push([]),
    found: [["empty-rank", 3, undefined, undefined]],
    fate: "refused",
  },
  {
    what: "with communication: no REDUCE_GRAD",
    base: `${v}.comms`,
    change: ([row]) => drop(row, "3REDUCE_GRAD"),
    found: [["reduce-missing", 1, 37, "3W3"]],
    fate: "wrong gradients",
  },
  {
    what: "with communication: REDUCE_GRAD before the last backward",
    base: `${v}.comms`,
    change: ([row]) => {
      drop(row, "3REDUCE_GRAD");
      put(row, "3REDUCE_GRAD", "3W2");
    },
    found: [["reduce-early", 1, 30, "3REDUCE_GRAD"]],
    fate: "wrong gradients",
  },
  {
    what: "with communication: REDUCE_GRAD twice",
    base: `${v}.comms`,
    change: ([row]) => put(row, "3REDUCE_GRAD", "3REDUCE_GRAD"),
    found: [["reduce-twice", 1, 39, "3REDUCE_GRAD"]],
    fate: "wrong gradients",
  },
  {
    what: "with communication: receives posted in another order than sent",
    base: `${loop}.comms`,
    change: ([, row]) => {
      swap(row, "1RECV_F0", "1RECV_F1");
      drop(row, "1RECV_F0");
      row.splice(at(row, "1RECV_F1") + 1, 0, "1RECV_F0");
    },
    found: [["pair-order", 2, 3, "1RECV_F1"]],
    fate: "wrong gradients",
  },
  {
    what: "with communication: a receive missing",
    base: `${v}.comms`,
    change: ([row]) => drop(row, "3RECV_F1"),
    found: [["receive-missing", 1, 14, "3F1"]],
    fate: "crash",
  },
  {
    what: "with communication: a send missing",
    base: `${v}.comms`,
    change: ([row]) => drop(row, "3SEND_B3"),
    found: [["send-missing", 1, 34, "3I3"]],
    fate: "hang",
  },
  {
    what: "with communication: a circle of waits",
    base: loop,
    change: (rows) => {
      rows.length = 0;
      rows.push(
        "0UNSHARD,0F0,0SEND_F0,0F1,0RECV_B0,0B0,0SEND_F1,0RECV_B1,0B1,0REDUCE_GRAD,0RESHARD".split(","),
        "1UNSHARD,1RECV_F0,1F0,1RECV_F1,1F1,1B0,1SEND_B0,1B1,1SEND_B1,1REDUCE_GRAD,1RESHARD".split(","),
      );
    },
    found: [["circle-of-waits", 1, 6, "0B0"]],
    fate: "hang",
  },
  {
    what: "with communication: a send before its forward",
    base: `${v}.comms`,
    change: ([row]) => swap(row, "0F3", "0SEND_F3"),
    found: [["send-early", 1, 20, "0SEND_F3"]],
    fate: "crash",
  },
  {
    what: "with communication: a receive after the pass that needs it",
    base: `${v}.comms`,
    change: ([row]) => {
      drop(row, "0RECV_B3");
      put(row, "0RECV_B3", "0I3");
    },
    found: [["receive-late", 1, 43, "0RECV_B3"]],
    fate: "crash",
  },
  {
    what: "with communication: a receive twice",
    base: `${v}.comms`,
    change: ([row]) => put(row, "0RECV_B3", "0RECV_B3"),
    found: [["receive-twice", 1, 40, "0RECV_B3"]],
    fate: "crash",
  },
  {
    what: "with communication: a send to a stage of the same rank",
    base: `${v}.comms`,
    change: ([, row]) => put(row, "1SEND_F0", "1F0"),
    found: [["no-neighbour", 2, 5, "1SEND_F0"]],
    fate: "crash",
  },
];

/** The wrong file, with its rows as torch writes them. */
export function wrongFile({ base, change }: Wrong, read: (name: string) => string): string {
  const rows = read(base.includes(".") ? base : `${base}.compute`)
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  change(rows);
  return rows.map((row) => `${row.join(",")}\r\n`).join("");
}
