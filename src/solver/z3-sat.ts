// Z3's SAT solver as a SatSolver, embedded: a second opinion that needs nothing installed. For clauses CaDiCaL is the faster one.
import { EmbeddedSolver } from "./embedded.ts";

export class Z3SatSolver extends EmbeddedSolver {
  constructor() {
    super("z3-wasm", "z3-sat-worker");
  }
}
