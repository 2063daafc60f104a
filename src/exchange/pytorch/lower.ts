// From passes to everything that a rank does. First what is done to weights, then sends and receives: in rounds, each rank takes its next
// cell if what it needs has arrived, and hands its results over at once, as torch's own lowering does. So there is an order in which every
// message is sent and received in one moment, and no channel can make a circle (proofs/laws/channels.md).
import {
  B,
  F,
  I,
  isPass,
  RECV_B,
  RECV_F,
  REDUCE_GRAD,
  RESHARD,
  ranksOf,
  type Script,
  ScriptBuilder,
  SEND_B,
  SEND_F,
  UNSHARD,
  W,
} from "./actions.ts";
import type { Facts } from "./facts.ts";

/** Stages of a rank whose weights are gathered at one time: one forward, one backward, and the next. */
const ahead = 3;

/** The passes alone, blank cells closed up; groups stay. */
export function passesOf(script: Script): Script {
  const builder = new ScriptBuilder(script.kind.length);
  for (let rank = 0; rank < ranksOf(script); rank++) {
    for (const cell of cellsOf(script, rank)) if (isPass(script.kind[cell.from])) copyCell(script, cell, builder);
    builder.endRow();
  }
  return builder.build(script.newline);
}

interface Cell {
  readonly from: number;
  readonly to: number;
}
function* cellsOf({ offsets, cells }: Script, rank: number): Generator<Cell> {
  for (let from = offsets[rank]; from < offsets[rank + 1]; ) {
    let to = from + 1;
    if (cells !== null) while (to < offsets[rank + 1] && cells.at[to] === cells.at[from]) to++;
    yield { from, to };
    from = to;
  }
}
function copyCell({ kind, stage, microbatch, cells }: Script, { from, to }: Cell, builder: ScriptBuilder): void {
  const grouped = cells !== null && cells.grouped[from] === 1;
  const cell = builder.nextCell;
  for (let action = from; action < to; action++) builder.add(kind[action], stage[action], microbatch[action], cell, grouped);
}

/** A script of passes with UNSHARD, RESHARD and REDUCE_GRAD. */
function withWeights(script: Script, { stages, microbatches }: Facts): Script {
  const { offsets, stage, kind } = script;
  const builder = new ScriptBuilder(script.kind.length + 4 * stages);
  for (let rank = 0; rank < ranksOf(script); rank++) {
    const uses = new Map<number, number[]>(); // places of each stage's actions, the last first
    for (let action = offsets[rank + 1] - 1; action >= offsets[rank]; action--) {
      const own = uses.get(stage[action]);
      if (own === undefined) uses.set(stage[action], [action]);
      else own.push(action);
    }
    const active = new Set<number>();
    const backwards = new Map<number, number>();
    const gather = (): void => {
      const wanted = [...uses]
        .filter(([, own]) => own.length > 0)
        .sort(([, x], [, y]) => x[x.length - 1] - y[y.length - 1])
        .slice(0, ahead)
        .map(([one]) => one);
      for (const one of [...active].filter((one) => !wanted.includes(one))) {
        active.delete(one);
        builder.add(RESHARD, one, -1);
      }
      for (const one of wanted.filter((one) => !active.has(one))) {
        active.add(one);
        builder.add(UNSHARD, one, -1);
      }
    };
    for (const cell of cellsOf(script, rank)) {
      let fewer = cell.from === offsets[rank];
      for (const own of uses.values()) {
        while (own.length > 0 && own[own.length - 1] < cell.from) {
          own.pop();
          if (own.length === 0) fewer = true;
        }
      }
      // With no more stages than that, it only matters which of them are still to run.
      if (uses.size > ahead || fewer) gather();
      copyCell(script, cell, builder);
      for (let action = cell.from; action < cell.to; action++) {
        if (kind[action] !== W && kind[action] !== B) continue;
        const count = (backwards.get(stage[action]) ?? 0) + 1;
        backwards.set(stage[action], count);
        if (count === microbatches) builder.add(REDUCE_GRAD, stage[action], -1);
      }
    }
    for (const one of active) builder.add(RESHARD, one, -1);
    builder.endRow();
  }
  return builder.build(script.newline);
}
/** Rows with sends and receives, and of each action the moment at which it came into its row: an order of all that happens. */
export interface Lowered {
  readonly script: Script;
  readonly moments: Int32Array;
}

/** All that the ranks do for these passes; null: they wait for each other in a circle. */
export function lower(passes: Script, facts: Facts): Lowered | null {
  const script = withWeights(passes, facts);
  const { stages, microbatches, rankOf, ranks } = facts;
  const { kind, stage, microbatch } = script;
  const forwards = new Uint8Array(stages * microbatches); // 1: its input is there
  const backwards = new Uint8Array(stages * microbatches);
  const ready = (action: number): boolean => {
    const at = stage[action] * microbatches + microbatch[action];
    if (kind[action] === F) return stage[action] === 0 || forwards[at] === 1;
    return (kind[action] !== I && kind[action] !== B) || stage[action] === stages - 1 || backwards[at] === 1;
  };
  const rows = Array.from({ length: ranks }, () => new ScriptBuilder(1024));
  const moments = Array.from({ length: ranks }, (): number[] => []);
  let now = 0;
  const cells = Array.from({ length: ranks }, (_, rank) => cellsOf(script, rank));
  const next = cells.map((list) => list.next());
  /** Hands the result of a pass to its neighbour. */
  const hand = (action: number, rank: number): void => {
    const [s, j] = [stage[action], microbatch[action]];
    const forward = kind[action] === F;
    if (!forward && kind[action] !== I && kind[action] !== B) return;
    const to = forward ? s + 1 : s - 1;
    if (to < 0 || to >= stages) return;
    (forward ? forwards : backwards)[to * microbatches + j] = 1;
    if (rankOf[to] === rank) return;
    rows[rank].add(forward ? SEND_F : SEND_B, s, j);
    rows[rankOf[to]].add(forward ? RECV_F : RECV_B, to, j);
    moments[rank].push(now);
    moments[rankOf[to]].push(now++);
  };
  /** Whether a group's actions can run one after the other. */
  const groupReady = ({ from, to }: Cell): boolean => {
    for (let action = from; action < to; action++) if (!ready(action)) return false;
    return true;
  };
  for (let moved = true; moved; ) {
    moved = false;
    for (let rank = 0; rank < ranks; rank++) {
      const { value, done } = next[rank];
      if (done === true || !groupReady(value)) continue;
      moved = true;
      copyCell(script, value, rows[rank]);
      for (let action = value.from; action < value.to; action++) moments[rank].push(now++);
      for (let action = value.from; action < value.to; action++) hand(action, rank);
      next[rank] = cells[rank].next();
    }
  }
  if (next.some(({ done }) => done !== true)) return null;
  const joint = joined(rows, script.newline);
  const all = new Int32Array(joint.kind.length);
  moments.forEach((own, rank) => {
    all.set(own, joint.offsets[rank]);
  });
  return { script: joint, moments: all };
}

function joined(rows: readonly ScriptBuilder[], newline: "\n" | "\r\n"): Script {
  const whole = new ScriptBuilder(rows.reduce((sum, row) => sum + row.length, 1));
  for (const row of rows) {
    const script = row.build();
    const { kind, stage, microbatch, cells } = script;
    for (let action = 0; action < kind.length; action++) {
      const at = cells === null ? action : cells.at[action];
      whole.add(kind[action], stage[action], microbatch[action], at, cells !== null && cells.grouped[action] === 1);
    }
    whole.endRow();
  }
  return whole.build(newline);
}
