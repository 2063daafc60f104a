// Bubbleproof as a library: the same use cases as the command line, on sources in memory.
// Pictures: `show` a schedule, `pictureOfShown` makes it a picture's input, `drawSvg`, `drawTerminal` and `chromeTrace` draw it.

// Other formats: `readProgram` or `readAs` a schedule, `writeAs` a format of `formats`. PyTorch's CSV by itself: `readScript` and `scriptText`
// (byte for byte), `look` at the conditions for running there, `lower` passes to sends and receives. Megatron: `readNodes` and `lookZb` at the
// conditions of the zero-bubble runtime, `matchCore` with what Megatron-Core runs, which `coreOrder` lists. Our own JSON: `readSchedule`, `scheduleJson`.
export {
  type Channel,
  type Chosen,
  type Complaint,
  type Exchanged,
  type Format,
  formatOf,
  formats,
  type Outcome,
  type Output,
  type ReadOptions,
  readAs,
  readProgram,
  type WriteOptions,
  writeAs,
} from "./convert.ts";
export { chromeTrace, type TraceOptions } from "./exchange/chrome-trace.ts";
export { readSchedule } from "./exchange/json/read.ts";
export { scheduleJson } from "./exchange/json/write.ts";
export { lookZb, type ZbConditions, type ZbLooked } from "./exchange/megatron/conditions.ts";
export { type CoreMatch, type CoreSettings, coreFlags, coreOrder, matchCore } from "./exchange/megatron/core.ts";
export { type Nodes, readNodes } from "./exchange/megatron/nodes.ts";
export { type ZbBreach, type ZbRule, zbComplaint, zbRules } from "./exchange/megatron/rules.ts";
export type { PictureInput, Window } from "./exchange/picture.ts";
export { type Kind, kinds, type Script } from "./exchange/pytorch/actions.ts";
export { type Conditions, complaintsOf, type Looked, look } from "./exchange/pytorch/conditions.ts";
export { readScript } from "./exchange/pytorch/csv.ts";
export { type Lowered, lower, passesOf } from "./exchange/pytorch/lower.ts";
export { type Breach, type Fate, type Rule, rules } from "./exchange/pytorch/rules.ts";
export { scriptText } from "./exchange/pytorch/write.ts";
export { drawSvg, type MemoryStyle, type Panel, type SvgOptions, type Theme } from "./exchange/svg.ts";
export { drawCompared, drawTerminal, type TerminalOptions, type TextPanel } from "./exchange/terminal.ts";
export { exitCode } from "./report/exit.ts";
export { type HtmlOptions, reportHtml } from "./report/html.ts";
export { reportJson } from "./report/json.ts";
export { pictureOfShown } from "./report/picture.ts";
export { reportText } from "./report/text.ts";
export {
  type ClaimResult,
  type Counterexample,
  check,
  type Diagnostic,
  type Evidence,
  type FileReport,
  type Report,
  type Shown,
  type ShowOptions,
  type Source,
  show,
  showAll,
  type VerdictWord,
  type VerifyOptions,
  verify,
} from "./session.ts";
