// CaDiCaL as a SatSolver, embedded.
import { EmbeddedSolver } from "./embedded.ts";

export class CadicalSolver extends EmbeddedSolver {
  readonly limited = true;
  constructor() {
    super("cadical-wasm", "cadical-worker");
  }
}
