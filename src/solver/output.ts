// What a SAT solver prints, in the format of the SAT competitions: comments `c`, one line `s`, for a model lines `v`. Read strictly:
// a line of another kind, a second verdict, a variable with two values and a model that breaks off are all refused.
import { Lines, readNumbers, shown } from "./lines.ts";
import { Literals } from "./literals.ts";

/** A variable that the solver leaves out may have either value; `model` has 0 there. */
export type Output =
  | { readonly says: "model"; readonly model: Uint8Array }
  | { readonly says: "refuted" }
  | { readonly says: "nothing" }
  | { readonly problem: string };

export function readOutput(bytes: Uint8Array, variables: number): Output {
  const values = new Literals();
  let verdict: string | null = null;
  const lines = new Lines();
  for (const line of [...lines.push(bytes), ...lines.end()]) {
    if (line.length === 0 || line[0] === 0x63) continue;
    if (line[0] === 0x73) {
      if (verdict !== null) return { problem: "it printed two verdicts" };
      verdict = Buffer.from(line.subarray(0, 40)).toString("latin1").trim();
    } else if (line[0] !== 0x76 || !readNumbers(line, 1, values)) return { problem: `it printed ${shown(line)}` };
  }
  if (verdict === "s UNSATISFIABLE") return { says: "refuted" };
  if (verdict === "s SATISFIABLE") return readModel(values.view(), variables);
  return verdict === null || verdict === "s UNKNOWN" ? { says: "nothing" } : { problem: `it printed ${verdict}` };
}

function readModel(values: Int32Array, variables: number): Output {
  if (values.length === 0 || values.indexOf(0) !== values.length - 1) return { problem: "its model is not ended by a 0" };
  const model = new Uint8Array(variables + 1);
  const seen = new Uint8Array(variables + 1);
  for (const literal of values.subarray(0, -1)) {
    const variable = Math.abs(literal);
    if (variable > variables) return { problem: `its model has a variable ${variable}, there are ${variables}` };
    if (seen[variable] === 1) return { problem: `its model has variable ${variable} twice` };
    seen[variable] = 1;
    if (literal > 0) model[variable] = 1;
  }
  return { says: "model", model };
}
