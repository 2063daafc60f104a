// The clauses of a building block with a given interval: "this pass starts at slot x or later", for each x in its window, and which
// residue modulo the interval that is. Dependencies and memory are about the former, streams about the latter.
import type { Block, Problem } from "../../kernel/index.ts";
import type { Clauses } from "../../solver/sat.ts";
import { atMost, ClauseList, type Level, no, yes } from "./counter.ts";
import { dependencies, type Windows } from "./windows.ts";

export interface Encoding {
  readonly clauses: Clauses;
  /** The block that a model of the clauses stands for. */
  decode(model: Uint8Array): Block;
}

const mod = (a: number, b: number): number => ((a % b) + b) % b;

/** Clauses that are true of exactly the valid blocks of a one-microbatch problem that start inside the windows and keep `cap`. */
export function encode(problem: Problem, interval: number, cap: Float64Array, { low, high }: Windows): Encoding {
  const clauses = new ClauseList();
  const { nodes, devices, streams } = problem;
  const [route] = problem.routes;
  const { device, stream, duration } = route;

  // Starts: first[n] + x - low[n] - 1 is the variable of "n starts at x or later", low[n] < x <= high[n].
  const first = Float64Array.from(low, (slot, n) => {
    const variable = clauses.variables + 1;
    clauses.variables += Math.max(0, high[n] - slot);
    return variable;
  });
  const from = (n: number, x: number): number => (x <= low[n] ? yes : x > high[n] ? no : first[n] + x - low[n] - 1);
  for (let n = 0; n < nodes; n++) {
    if (high[n] < low[n]) clauses.add(); // no time is left for it
    for (let x = low[n] + 2; x <= high[n]; x++) clauses.add(-from(n, x), from(n, x - 1));
  }
  for (const { from: a, to: b, lag } of dependencies(problem)) {
    for (let x = low[a]; x <= high[a]; x++) clauses.add(-from(a, x), from(b, x + lag));
  }

  // Residues: at[n * interval + q] is "n starts at q modulo the interval".
  const at = new Float64Array(nodes * interval).fill(no);
  for (let n = 0; n < nodes; n++) {
    const residues = new Set<number>();
    for (let x = low[n]; x <= high[n]; x++) residues.add(mod(x, interval));
    for (const q of residues) at[n * interval + q] = residues.size === 1 ? yes : clauses.variable();
    clauses.add(...[...residues].map((q) => at[n * interval + q]));
    for (let x = low[n]; x <= high[n]; x++) {
      const here = at[n * interval + mod(x, interval)];
      clauses.add(-from(n, x), from(n, x + 1), here);
      clauses.add(-here, -from(n, x + 1), from(n, x + interval)); // the next such slot is a whole step away
    }
    const list = [...residues];
    list.forEach((q, i) => {
      for (const r of list.slice(i + 1)) clauses.add(-at[n * interval + q], -at[n * interval + r]);
    });
  }

  // Streams: what runs at one residue excludes each other; where a stream is full, something runs at each.
  for (let list = 0; list < devices * streams; list++) {
    const members: number[] = [];
    for (let n = 0; n < nodes; n++) if (device[n] * streams + stream[n] === list && duration[n] > 0) members.push(n);
    if (members.length === 0) continue;
    const runs = members.map((n) => Float64Array.from({ length: interval }, (_, q) => running(clauses, at, n, duration[n], interval, q)));
    const full = members.reduce((sum, n) => sum + duration[n], 0) === interval;
    for (let q = 0; q < interval; q++) {
      for (let i = 0; i < members.length; i++) for (let k = 0; k < i; k++) clauses.add(-runs[i][q], -runs[k][q]);
      if (full) clauses.add(...runs.map((run) => run[q]));
    }
  }

  // Memory: of each hold, at each residue, the microbatches that have begun and have not ended.
  const { holdFrom, holdTo, holdDevice, holdAmount } = route;
  for (let d = 0; d < devices; d++) {
    if (cap[d] === Number.POSITIVE_INFINITY) continue;
    for (let q = 0; q < interval; q++) {
      let room = cap[d] - problem.always[d];
      const summands: Level[][] = [];
      const count = (literals: readonly number[], amount: number): void => {
        room -= amount * literals.filter((literal) => literal === yes).length;
        const open = literals.filter((literal) => literal !== yes && literal !== no);
        summands.push(open.map((literal, i) => ({ sum: (i + 1) * amount, literal })));
      };
      for (let h = 0; h < holdFrom.length; h++) {
        if (holdDevice[h] !== d || holdAmount[h] === 0) continue;
        const [begin, end] = [holdFrom[h], holdTo[h]];
        const begun: number[] = [];
        const lasting: number[] = [];
        const origin = low[begin] + mod(q - low[begin], interval);
        for (let x = origin; x < high[end] + duration[end]; x += interval) {
          begun.unshift(-from(begin, x + 1));
          lasting.push(from(end, x + 1 - duration[end]));
        }
        // Live at x: begun + lasting - 1, as a hold lasts at least until it begins.
        room += holdAmount[h] * begun.length;
        count(begun, holdAmount[h]);
        count(lasting, holdAmount[h]);
      }
      if (room < 0) clauses.add();
      else atMost(clauses, summands, room);
    }
    for (let h = 0; h < holdFrom.length; h++) {
      const [begin, end] = [holdFrom[h], holdTo[h]];
      if (holdDevice[h] === d) for (let x = low[begin]; x <= high[begin]; x++) clauses.add(-from(begin, x), from(end, x - duration[end]));
    }
  }

  const decode = (model: Uint8Array): Block => {
    const start = Float64Array.from(low, (slot, n) => {
      let found = slot;
      for (let x = slot + 1; x <= high[n] && model[from(n, x)] === 1; x++) found = x;
      return found;
    });
    return { problem, interval, start };
  };
  return { clauses: { variables: clauses.variables, literals: Int32Array.from(clauses.literals) }, decode };
}

/** "n runs at residue q": it started at one of the residues before, as many as it lasts. */
function running(clauses: ClauseList, at: Float64Array, n: number, duration: number, interval: number, q: number): number {
  const starts = Array.from({ length: Math.min(duration, interval) }, (_, i) => at[n * interval + mod(q - i, interval)]);
  const open = starts.filter((literal) => literal !== no);
  if (open.length === 0) return no;
  if (open.includes(yes)) return yes;
  if (open.length === 1) return open[0];
  const runs = clauses.variable();
  for (const literal of open) clauses.add(-literal, runs);
  clauses.add(-runs, ...open);
  return runs;
}
