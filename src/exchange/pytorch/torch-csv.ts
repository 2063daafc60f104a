// The format `torch-csv`: schedules of torch.distributed.pipelining, as its `_PipelineScheduleRuntime` reads and writes them.
import { done, type Exchanged, type Format, type Outcome, type Output, type WriteOptions } from "../format.ts";
import { scriptOf } from "./script-of.ts";
import { scriptText } from "./write.ts";

export const torchCsv: Format = {
  name: "torch-csv",
  about: "PyTorch pipelining: what each rank runs, compute-only or with communication (2.6 and later)",
  endings: [".csv"],
  write,
};

function write(exchanged: Exchanged, _options: WriteOptions): Outcome<readonly Output[]> {
  const script = scriptOf(exchanged);
  if (script.kind === "refused") return script;
  return done([{ suffix: "", chunks: scriptText(script.value) }]);
}
