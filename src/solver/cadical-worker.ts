// The thread in which CaDiCaL lives, compiled to WebAssembly. It takes one set of clauses at a time; it has no clock and is stopped
// from outside. Every in-processing technique that rewrites clauses is off: then each clause that it learns follows from the
// earlier ones by unit propagation alone, and the learned clauses are the proof. (The plain search is also the faster one here.)
// `otfs` counts: it shortens clauses during the search and does not report them.
import { parentPort } from "node:worker_threads";
import { Cadical, createModule, type SolverOptions } from "cadical-wasm";
import type { Task } from "./embedded.ts";
import type { SatAnswer } from "./sat.ts";
import type { Ready } from "./thread.ts";

const plain: SolverOptions = {
  quiet: true,
  backbone: 0,
  block: false,
  compact: false,
  condition: false,
  congruence: false,
  cover: false,
  decompose: false,
  deduplicate: false,
  elim: false,
  factor: false,
  fastelim: false,
  instantiate: false,
  lucky: false,
  otfs: false,
  probe: false,
  subsume: false,
  sweep: false,
  target: 2,
  ternary: false,
  transred: false,
  vivify: false,
  walk: false,
};

const port = parentPort;
if (port === null) throw new Error("cadical-worker is started as a worker thread only");

/** A fresh module for each set of clauses: its heap goes when it goes, and nothing is left over from earlier ones. */
async function solve({ variables, literals, proof, seed, conflicts }: Task): Promise<SatAnswer> {
  const solver = new Cadical(await createModule(), { ...plain, seed });
  try {
    const lemmas: number[] = [];
    if (proof) {
      solver.setLearn(2 ** 30, (clause) => {
        for (const literal of clause) lemmas.push(literal);
        lemmas.push(0);
      });
    }
    solver.ensureVars(variables);
    for (let at = 0; at < literals.length; ) {
      const end = literals.indexOf(0, at);
      solver.addClause(literals.subarray(at, end));
      at = end + 1;
    }
    const status = solver.solve(conflicts === undefined ? {} : { conflicts });
    if (status === "unsatisfiable") return { kind: "refuted", lemmas: Int32Array.from(lemmas) };
    if (status === "unknown") return { kind: "unknown", reason: "CaDiCaL gave up" };
    const model = new Uint8Array(variables + 1);
    for (let variable = 1; variable <= variables; variable++) model[variable] = solver.value(variable) ? 1 : 0;
    return { kind: "model", model };
  } finally {
    solver.dispose();
  }
}

const say = (reply: SatAnswer | Ready): void => port.postMessage(reply);
port.on("message", async (task: Task) => say(await solve(task)));
say({ kind: "ready" });
