// The thread in which Z3 lives. It takes one script at a time and answers with its model; it has no clock and is stopped from outside.
// Z3 is called synchronously: this thread has nothing else to do, and a thread inside the library's own pool could not be killed.
// The script is copied into Z3's heap by hand, because the library's string arguments go over the stack and overrun it.
import { parentPort } from "node:worker_threads";
import { init, type Z3_context } from "z3-solver";
import type { Ready } from "./thread.ts";
import type { Reply, Task } from "./z3.ts";

/** What is used of the untyped WebAssembly module. The heap never grows, so `HEAPU8` stays valid. */
interface Module {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _Z3_solver_from_string(context: number, solver: number, text: number): void;
  _Z3_solver_check(context: number, solver: number): -1 | 0 | 1;
}

const port = parentPort;
if (port === null) throw new Error("z3-worker is started as a worker thread only");
const { em, Z3 } = await init();
const module: Module = em;

/**
 * One fresh context for each script: nothing is left over from earlier ones, and freeing it frees every term.
 * An error of Z3 (out of memory, most likely) ends the thread, because the heap may be damaged; another one is started in its place.
 * Nothing is freed then: on a damaged heap that can wait for ever.
 */
function solve(task: Task): Reply {
  const config = Z3.mk_config();
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  const reply = ask(context, task);
  Z3.del_context(context);
  return reply;
}

function ask(context: Z3_context, { text, symbols }: Task): Reply {
  const demandNoError = (): void => {
    const code = Z3.get_error_code(context);
    if (Number(code) !== 0) throw new Error(`Z3: ${Z3.get_error_msg(context, code)}`);
  };
  // The plain SMT core: on queries like ours two to four times as fast as the tactics that Z3 has for QF_LIA.
  const solver = Z3.mk_simple_solver(context);
  Z3.solver_inc_ref(context, solver);
  const bytes = new TextEncoder().encode(`${text}\0`);
  const address = module._malloc(bytes.length);
  if (address === 0) throw new Error("Z3: out of memory");
  module.HEAPU8.set(bytes, address);
  module._Z3_solver_from_string(Number(context), Number(solver), address);
  module._free(address);
  demandNoError();
  const status = module._Z3_solver_check(Number(context), Number(solver));
  demandNoError();
  if (status === -1) return { kind: "none" };
  if (status === 0) return { kind: "unknown", reason: `Z3: ${Z3.solver_get_reason_unknown(context, solver)}` };
  const model = Z3.solver_get_model(context, solver);
  const sort = Z3.mk_int_sort(context);
  const values: string[] = [];
  for (const symbol of symbols) {
    const name = Z3.mk_string_symbol(context, symbol);
    const value = Z3.model_eval(context, model, Z3.mk_const(context, name, sort), true);
    if (value === null) throw new Error(`Z3: no value for ${symbol}`);
    values.push(Z3.get_numeral_string(context, value));
  }
  Z3.solver_dec_ref(context, solver);
  return { kind: "model", values };
}

const say = (reply: Reply | Ready): void => port.postMessage(reply);
port.on("message", (task: Task) => say(solve(task)));
say({ kind: "ready" });
