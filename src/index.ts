// Bubbleproof as a library: the same use cases as the command line, on sources in memory.
export { exitCode } from "./report/exit.ts";
export { reportJson } from "./report/json.ts";
export { reportText } from "./report/text.ts";
export {
  type ClaimResult,
  type Counterexample,
  check,
  type Diagnostic,
  type Evidence,
  type FileReport,
  type Report,
  type Source,
  type VerdictWord,
  type VerifyOptions,
  verify,
} from "./session.ts";
