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

/** Clauses that are true of exactly the valid blocks of a one-microbatch problem that start inside the windows and keep `cap` (parts, finite). */
export function encode(problem: Problem, interval: number, cap: Float64Array, windows: Windows): Encoding {
  const encoder = new Encoder(problem, interval, windows);
  encoder.dependencies();
  encoder.residues();
  encoder.streams();
  encoder.memory(cap);
  const { variables, literals } = encoder.clauses;
  return { clauses: { variables, literals: Int32Array.from(literals) }, decode: (model) => encoder.decode(model) };
}

class Encoder {
  readonly clauses = new ClauseList();
  readonly #problem: Problem;
  readonly #interval: number;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** The variable of "starts at low + 1 or later"; those of later slots follow. */
  readonly #first: Float64Array;
  /** `at[n * interval + q]`: n starts at residue q. */
  readonly #at: Float64Array;

  constructor(problem: Problem, interval: number, { low, high }: Windows) {
    this.#problem = problem;
    this.#interval = interval;
    this.#low = low;
    this.#high = high;
    this.#at = new Float64Array(problem.nodes * interval).fill(no);
    this.#first = Float64Array.from(low, (slot, n) => {
      const variable = this.clauses.variables + 1;
      this.clauses.variables += Math.max(0, high[n] - slot);
      return variable;
    });
  }

  /** "n starts at x or later". */
  #from(n: number, x: number): number {
    if (x <= this.#low[n]) return yes;
    return x > this.#high[n] ? no : this.#first[n] + x - this.#low[n] - 1;
  }

  /** Calls back with each slot at which n may start. */
  #window(n: number, each: (x: number) => void): void {
    for (let x = this.#low[n]; x <= this.#high[n]; x++) each(x);
  }

  /** What starts at x or later starts at x - 1 or later, and what waits for it a while after x. */
  dependencies(): void {
    for (let n = 0; n < this.#problem.nodes; n++) {
      if (this.#high[n] < this.#low[n]) this.clauses.add(); // no time is left for it
      this.#window(n, (x) => this.clauses.add(-this.#from(n, x), this.#from(n, x - 1)));
    }
    for (const { from, to, lag } of dependencies(this.#problem)) {
      this.#window(from, (x) => this.clauses.add(-this.#from(from, x), this.#from(to, x + lag)));
    }
  }

  /** Each pass starts at one residue, that of its slot. */
  residues(): void {
    const interval = this.#interval;
    for (let n = 0; n < this.#problem.nodes; n++) {
      const found = new Set<number>();
      this.#window(n, (x) => found.add(mod(x, interval)));
      for (const q of found) this.#at[n * interval + q] = found.size === 1 ? yes : this.clauses.variable();
      const literals = [...found].map((q) => this.#at[n * interval + q]);
      this.clauses.add(...literals);
      literals.forEach((one, i) => {
        for (const other of literals.slice(i + 1)) this.clauses.add(-one, -other);
      });
      this.#window(n, (x) => {
        const here = this.#at[n * interval + mod(x, interval)];
        this.clauses.add(-this.#from(n, x), this.#from(n, x + 1), here);
        this.clauses.add(-here, -this.#from(n, x + 1), this.#from(n, x + interval)); // the next such slot is a whole interval away
      });
    }
  }

  /** What runs at one residue excludes each other; where a stream is full, something runs at each residue. */
  streams(): void {
    const { devices, streams, nodes, routes } = this.#problem;
    const [{ device, stream, duration }] = routes;
    for (let list = 0; list < devices * streams; list++) {
      const members: number[] = [];
      for (let n = 0; n < nodes; n++) if (device[n] * streams + stream[n] === list && duration[n] > 0) members.push(n);
      const full = members.reduce((sum, n) => sum + duration[n], 0) === this.#interval;
      for (let q = 0; q < this.#interval; q++) {
        const running = members.map((n) => this.#runs(n, q));
        for (let i = 0; i < running.length; i++) for (let k = 0; k < i; k++) this.clauses.add(-running[i], -running[k]);
        if (full) this.clauses.add(...running);
      }
    }
  }

  /** "n runs at residue q": it started at one of the residues before, as many as it lasts. */
  #runs(n: number, q: number): number {
    const [{ duration }] = this.#problem.routes;
    const starts = Array.from({ length: duration[n] }, (_, i) => this.#at[n * this.#interval + mod(q - i, this.#interval)]);
    const open = starts.filter((literal) => literal !== no);
    if (open.length === 0) return no;
    if (open.includes(yes)) return yes;
    if (open.length === 1) return open[0];
    const runs = this.clauses.variable();
    for (const literal of open) this.clauses.add(-literal, runs);
    this.clauses.add(-runs, ...open);
    return runs;
  }

  /** No hold ends before it begins; on each device, at each residue, the holds that are live keep the cap. */
  memory(cap: Float64Array): void {
    const [{ holdFrom, holdTo, holdDevice, holdAmount, duration }] = this.#problem.routes;
    const holds = Array.from(holdFrom, (from, h) => ({ from, to: holdTo[h], device: holdDevice[h], amount: holdAmount[h] }));
    for (const { from, to } of holds) this.#window(from, (x) => this.clauses.add(-this.#from(from, x), this.#from(to, x - duration[to])));
    for (let device = 0; device < this.#problem.devices; device++) {
      const own = holds.filter((hold) => hold.device === device && hold.amount > 0);
      for (let q = 0; q < this.#interval; q++) {
        let room = cap[device] - this.#problem.always[device];
        const summands: Level[][] = [];
        for (const { from, to, amount } of own) {
          const { begun, lasting } = this.#live(from, to, q);
          room += begun.length * amount; // live is begun + lasting - 1
          for (const literals of [begun, lasting]) {
            room -= literals.filter((literal) => literal === yes).length * amount;
            const open = literals.filter((literal) => literal !== yes && literal !== no);
            summands.push(open.map((literal, i) => ({ sum: (i + 1) * amount, literal })));
          }
        }
        if (room < 0) this.clauses.add();
        else atMost(this.clauses, summands, room);
      }
    }
  }

  /** For each microbatch that can be live at residue q: whether its hold has begun, and whether it still lasts. Both lists are sorted, true first. */
  #live(from: number, to: number, q: number): { readonly begun: number[]; readonly lasting: number[] } {
    const length = this.#problem.routes[0].duration[to];
    const begun: number[] = [];
    const lasting: number[] = [];
    const first = this.#low[from] + mod(q - this.#low[from], this.#interval);
    for (let x = first; x < this.#high[to] + length; x += this.#interval) {
      begun.unshift(-this.#from(from, x + 1));
      lasting.push(this.#from(to, x + 1 - length));
    }
    return { begun, lasting };
  }

  decode(model: Uint8Array): Block {
    const start = Float64Array.from(this.#low, (slot, n) => {
      let found = slot;
      this.#window(n, (x) => {
        if (x > slot && model[this.#from(n, x)] === 1) found = x;
      });
      return found;
    });
    return { problem: this.#problem, interval: this.#interval, start };
  }
}
