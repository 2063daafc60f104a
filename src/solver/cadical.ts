// CaDiCaL as a SatSolver, embedded.
import { EmbeddedSolver } from "./embedded.ts";

export class CadicalSolver extends EmbeddedSolver {
  constructor() {
    super("cadical-wasm", "cadical-worker");
  }
}
