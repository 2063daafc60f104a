// Where a claim has no value at some sizes: a division by zero, a device that is not there. The kernel has given up on it already;
// this only finds the place in the text.
import type { Rational } from "../kernel/index.ts";
import type { Diagnostic } from "../language/diagnostic.ts";
import type { Call, Instance } from "../language/elaborate/claim.ts";
import { evaluateInteger, evaluateTruth, Fault, fault, situation } from "../language/evaluate.ts";
import type * as S from "../language/syntax.ts";
import { measured } from "../schedule/index.ts";

type Values = ReadonlyMap<string, Rational>;

/** Thrown where the kernel has no number, so that its own reason stands. */
class NoNumber {}

/** What is wrong with the claim at these sizes, or null if it is not the text's fault. */
export function faultIn(body: S.Expr, instance: Instance, values: Values): Diagnostic | null {
  try {
    evaluateTruth(body, values, (call) => valueAt(call, instance, values));
  } catch (signal) {
    if (signal instanceof Fault) return signal.diagnostic;
    if (!(signal instanceof NoNumber)) throw signal;
  }
  return null;
}

function valueAt(call: Call, { leaves, passages, subjects }: Instance, values: Values): Rational | boolean {
  const leaf = leaves.get(call);
  if (leaf?.op === "valid") return true;
  if (leaf?.op === "flows") return "times" in (passages.get(leaf) ?? {});
  if (leaf?.op !== "measure") throw new Error("a measure that is not in its own claim");
  const { elaborated, title } = subjects[leaf.measure.schedule];
  const device = call.device && evaluateInteger(call.device, values, "The device");
  const { devices } = elaborated.problem;
  if (call.device && device !== undefined && (device < 0 || device >= devices)) {
    const where = situation(values, call.device);
    fault("device-out-of-range", `There is no device ${device}${where}; ${title} has devices 0 to ${devices - 1}.`, call.device.span);
  }
  const stage = call.args.find((arg) => arg.name?.text === "stage")?.value;
  if (stage !== undefined) {
    const wanted = evaluateInteger(stage, values, "The stage");
    if (!elaborated.nodes.some((_, node) => elaborated.stageOf(node) === wanted))
      fault("unknown-pass", `${title} has no stage ${wanted}${situation(values, stage)}.`, stage.span);
  }
  const value = measured(
    leaf,
    subjects.map(({ subject }) => subject),
  );
  if (value === null) throw new NoNumber();
  return value;
}
