// Bubbleproof as a library: the same use cases as the command line, on sources in memory.
// Pictures: `show` a schedule, `pictureOfShown` makes it a picture's input, `drawSvg`, `drawTerminal` and `chromeTrace` draw it.
export { chromeTrace, type TraceOptions } from "./exchange/chrome-trace.ts";
export type { PictureInput, Window } from "./exchange/picture.ts";
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
