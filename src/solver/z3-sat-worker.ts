// The thread in which Z3's SAT solver lives, compiled to WebAssembly; it has no clock and is stopped from outside. Clauses go in one
// by one through the C interface. The solver is the bare tactic `sat`: `QF_FD` would first simplify the clauses, and what it
// renumbers then no proof says.
import { parentPort } from "node:worker_threads";
import { init } from "z3-solver";
import type { Task } from "./embedded.ts";
import { Literals } from "./literals.ts";
import { ProofReader } from "./proof.ts";
import type { SatAnswer } from "./sat.ts";
import type { Ready } from "./thread.ts";

/** What is used of the untyped WebAssembly module. The heap never grows, so `HEAPU32` stays valid. */
interface Module {
  readonly HEAPU32: Uint32Array;
  readonly FS: { readFile(path: string): Uint8Array; analyzePath(path: string): { readonly exists: boolean }; unlink(path: string): void };
  _malloc(bytes: number): number;
  _free(address: number): void;
  _Z3_mk_or(context: number, count: number, terms: number): number;
  _Z3_solver_assert(context: number, solver: number, term: number): void;
  _Z3_solver_check(context: number, solver: number): -1 | 0 | 1;
}

const port = parentPort;
if (port === null) throw new Error("z3-sat-worker is started as a worker thread only");
const { em, Z3 } = await init();
const module: Module = em;
const proofFile = "/proof";

/**
 * One fresh context for each set of clauses: freeing it frees every term and flushes the proof.
 * An error of Z3 (out of memory, most likely) ends the thread, because the heap may be damaged; another one is started in its place.
 * Nothing is freed then: on a damaged heap that can wait for ever.
 */
function solve(task: Task): SatAnswer {
  Z3.global_param_set("sat.drat.file", task.proof ? proofFile : "");
  // In-processing adds steps that unit propagation does not confirm.
  Z3.global_param_set("sat.simplify.delay", "4000000000");
  Z3.global_param_set("sat.random_seed", `${task.seed}`);
  const found = check(task);
  const answer = found !== "refuted" ? found : { kind: found, lemmas: proofExists() ? readProof(task) : new Int32Array() };
  if (proofExists()) module.FS.unlink(proofFile);
  return answer;
}
const proofExists = (): boolean => module.FS.analyzePath(proofFile).exists;

function check({ variables, literals }: Task): SatAnswer | "refuted" {
  const config = Z3.mk_config();
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  const demandNoError = (): void => {
    const code = Z3.get_error_code(context);
    if (Number(code) !== 0) throw new Error(`Z3: ${Z3.get_error_msg(context, code)}`);
  };
  const tactic = Z3.mk_tactic(context, "sat");
  Z3.tactic_inc_ref(context, tactic);
  const solver = Z3.mk_solver_from_tactic(context, tactic);
  Z3.solver_inc_ref(context, solver);
  const sort = Z3.mk_bool_sort(context);
  const positive = Array.from({ length: variables + 1 }, (_, i) => Z3.mk_const(context, Z3.mk_int_symbol(context, i), sort));
  const negative = positive.map((term) => Z3.mk_not(context, term));
  demandNoError();

  const clause = new Literals();
  let room = 0;
  let terms = 0;
  for (const literal of literals) {
    if (literal !== 0) {
      clause.add(Number(literal > 0 ? positive[literal] : negative[-literal]));
      continue;
    }
    if (clause.length > room) {
      module._free(terms);
      room = 2 * clause.length;
      terms = module._malloc(4 * room);
      if (terms === 0) throw new Error("Z3: out of memory");
    }
    module.HEAPU32.set(clause.view(), terms >>> 2);
    const term = module._Z3_mk_or(Number(context), clause.length, terms);
    module._Z3_solver_assert(Number(context), Number(solver), term);
    demandNoError();
    clause.clear();
  }
  module._free(terms);

  const status = module._Z3_solver_check(Number(context), Number(solver));
  demandNoError();
  const reason = Z3.solver_get_reason_unknown(context, solver);
  const model = new Uint8Array(variables + 1);
  if (status === 1) {
    const values = Z3.solver_get_model(context, solver);
    for (let variable = 1; variable <= variables; variable++) {
      const value = Z3.model_get_const_interp(context, values, Z3.get_app_decl(context, Z3.to_app(context, positive[variable])));
      if (value !== null && Number(Z3.get_bool_value(context, value)) === 1) model[variable] = 1;
    }
  }
  Z3.solver_dec_ref(context, solver);
  Z3.tactic_dec_ref(context, tactic);
  Z3.del_context(context);
  return status === -1 ? "refuted" : status === 1 ? { kind: "model", model } : { kind: "unknown", reason: `Z3: ${reason}` };
}

/** The lemmas, in our variables: Z3 numbers its own in the order in which the clauses name them. */
function readProof({ variables, literals }: Task): Int32Array {
  const ours = new Int32Array(variables + 1);
  const seen = new Uint8Array(variables + 1);
  let named = 0;
  for (const literal of literals) {
    const variable = Math.abs(literal);
    if (variable === 0 || seen[variable] === 1) continue;
    seen[variable] = 1;
    ours[++named] = variable;
  }
  const reader = new ProofReader(named);
  reader.push(module.FS.readFile(proofFile));
  const proof = reader.end();
  if ("problem" in proof) throw new Error(`Z3's proof: ${proof.problem}`);
  return proof.lemmas.map((literal) => (literal < 0 ? -ours[-literal] : ours[literal]));
}

const say = (reply: SatAnswer | Ready): void => port.postMessage(reply);
port.on("message", (task: Task) => say(solve(task)));
say({ kind: "ready" });
