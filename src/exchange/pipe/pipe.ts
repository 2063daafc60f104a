// The format `pipe`, on its way out: a schedule from elsewhere as a program of the language, its order as short as repetitions allow, with what
// it measures as claims. On its way in a program is read by `src/convert.ts`.
import { type Problem, routeFor } from "../../kernel/index.ts";
import { examine, foldedToEnd } from "../../schedule/index.ts";
import { type Complaint, done, type Exchanged, type Format, type Outcome, type Output, refused } from "../format.ts";
import { amountText } from "./holds.ts";
import { orderLines } from "./lines.ts";
import { nameNodes, ours } from "./names.ts";
import { pipelineText, timeText } from "./pipeline.ts";

export const pipe: Format = {
  name: "pipe",
  about: "the language of Bubbleproof: an order, as short as its repetitions allow",
  endings: [".pipe"],
  write,
};

/** What the language reads: bytes of a file, characters of a declaration. */
const [mostBytes, mostCharacters] = [1024 * 1024, 100_000];
const mostPasses = 20_000_000;

function write(exchanged: Exchanged): Outcome<readonly Output[]> {
  const { problem, schedule } = exchanged;
  if (schedule.order.passes.length === 0) return refused({ code: "pipe-empty", message: "Nothing runs in this schedule." });
  if (schedule.order.passes.length > mostPasses)
    return refused({
      code: "pipe-size",
      message: `${schedule.order.passes.length} passes are more than a program is written for (${mostPasses}).`,
    });
  const early = examine({ kind: "schedule", problem, source: { order: schedule.order } });
  if (early.kind !== "schedule") return refused({ code: "pipe-order", message: "This order is no schedule." });
  const misplaced = outOfTurn(exchanged);
  if (misplaced !== null) return refused(misplaced);
  const named = nameNodes(exchanged.nodes);
  const streams = exchanged.streams.map((name, i) => (i === 0 || /^[a-z]\w{0,30}$/.test(name) ? name : `stream${i}`));
  const text = pipelineText(problem, early.schedule, named, streams);
  if (text.kind === "refused") return text;
  const remarks: Complaint[] = [...named.remarks];
  if (early.schedule.start.some((start, pass) => start !== schedule.start[pass]))
    remarks.push({
      code: "pipe-late",
      message:
        "Some passes start later than their order asks for; the program has them as early as it allows, and claims what that measures.",
      remark: true,
    });
  const { measures } = early;
  const of = `${ours.schedule}, m = ${problem.microbatches}${text.value.profile === null ? "" : `, ${ours.profile}`}`;
  const time = (ticks: number): string => timeText(ticks, problem.ticksPerUnit);
  const runs = runsOf(exchanged, named.labels);
  const long = runs.reduce((sum, line) => sum + line.length + 1, 0);
  const program = [
    `// ${exchanged.title.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, " ")}`,
    "",
    text.value.pipeline,
    "",
    ...(text.value.profile === null ? [] : [text.value.profile, ""]),
    `schedule ${ours.schedule} of ${ours.pipeline} {`,
    ...runs,
    "}",
    "",
    `claim "makespan": makespan(${of}) == ${time(measures.makespan)}`,
    `claim "span"    : span(${of}) == ${time(measures.span)}`,
    `claim "peak"    : peak(${of}) == ${amountText(measures.peak, problem.partsPerUnit)}`,
    "",
  ].join("\n");
  const declared = Math.max(long + 100, text.value.pipeline.length, text.value.profile?.length ?? 0);
  if (declared > mostCharacters || program.length > mostBytes)
    return refused({
      code: "pipe-size",
      message: `This order has too few repetitions: one declaration would have ${declared} characters, and the language reads ${mostCharacters}.`,
      help: "`--to json` keeps it whole",
    });
  return done([{ suffix: "", chunks: [program] }], remarks);
}

function runsOf({ problem, schedule }: Exchanged, labels: readonly string[]): string[] {
  const { offsets, passes } = schedule.order;
  const orders = Array.from({ length: problem.devices }, (_, device) => {
    const own = passes.subarray(offsets[device * problem.streams], offsets[(device + 1) * problem.streams]);
    return foldedToEnd(Array.from(own, (pass) => labels[pass % problem.nodes]));
  });
  return orderLines(orders);
}

/** A name takes the next microbatch: whether some pass is taken out of turn. */
function outOfTurn({ problem, schedule, nodes }: Exchanged): Complaint | null {
  const { offsets, passes } = schedule.order;
  for (let list = 0; list + 1 < offsets.length; list++) {
    const latest = new Map<number, number>();
    for (const pass of passes.subarray(offsets[list], offsets[list + 1])) {
      const [node, microbatch] = [pass % problem.nodes, Math.floor(pass / problem.nodes)];
      const before = latest.get(node) ?? -1;
      if (microbatch < before)
        return {
          code: "pipe-turn",
          message: `${nodes[node].label} of microbatch ${microbatch} runs after that of microbatch ${before} on device ${deviceOf(problem, pass)}; in the language a name takes the microbatches in turn.`,
          help: "microbatches of one route are alike: number them by the order in which they run",
        };
      latest.set(node, microbatch);
    }
  }
  return null;
}
const deviceOf = (problem: Problem, pass: number): number =>
  routeFor(problem, Math.floor(pass / problem.nodes)).device[pass % problem.nodes];
