// Statements that a sound kernel must not accept, and what is handed to it as evidence: `refusals` gives back those that it accepts
// all the same. For the true kernel there are none; for a kernel with one condition taken away there must be one.
import type * as Kernel from "../../src/kernel/index.ts";
import type { ForAll, Form, Guide, Hints, Inverse, Multipliers, Problem, Schedule, SymbolicBlock, Term } from "../../src/kernel/index.ts";
import { trim } from "../../src/search/exact/trim.ts";
import { farkasGuide } from "../../src/search/farkas.ts";
import { goalOf, possibleGoals, seeds, sums } from "./goals.ts";
import { orderFrom, problemFrom, type Rough, random, scheduleFrom } from "./oracle.ts";
import { timesApprovals, timesRefusals } from "./refusals-times.ts";
import { solveNow } from "./sat.ts";

export type Module = typeof Kernel;
type Bad = readonly [title: string, accepted: (kernel: Module) => boolean];

/**
 * The bad statements that the kernel accepts. A throw counts: what is refused must be refused in order.
 * With `known`, stops at the first that is not among them.
 */
export function refusals(kernel: Module, known?: ReadonlySet<string>, of: "all" | "refutations" = "all"): string[] {
  const accepted: string[] = [];
  for (const [title, test] of of === "all" ? bad : refutations) {
    try {
      if (test(kernel)) accepted.push(title);
    } catch (wrong) {
      accepted.push(`${title}: threw ${wrong instanceof Error ? wrong.message : "something"}`);
    }
    const last = accepted.at(-1);
    if (known !== undefined && last !== undefined && !known.has(last)) break;
  }
  return accepted;
}

// ---- schedules

const num = (value: bigint | number, den: bigint | number = 1): Term => ({ op: "number", num: BigInt(value), den: BigInt(den) });

const two: Rough = {
  devices: 2,
  streams: 2,
  microbatches: 1,
  send: 1,
  passes: [
    { device: 0, duration: 2 },
    { device: 0, duration: 1 },
    { device: 1, duration: 1, needs: [0] },
    { device: 0, stream: 1, duration: 1, needs: [0] },
  ],
  holds: [{ from: 0, to: 1, device: 0 }],
};
const lists = [[0, 1], [3], [2], []];
const comparing = (name: Kernel.MeasureName, num: bigint, den = 1n): Kernel.Formula => ({
  op: "compare",
  relation: "==",
  left: { op: "measure", measure: { name, schedule: 0 } },
  right: { op: "number", num, den },
});
/** Whether the measure of a valid schedule is said to be so much. */
const measures =
  (rough: Partial<Rough>, measure: Kernel.Measure, value: bigint) =>
  (kernel: Module): boolean => {
    const problem = problemFrom({ ...two, ...rough });
    const claim: Kernel.Formula = { op: "compare", relation: "==", left: { op: "measure", measure }, right: num(value) };
    const start = Float64Array.of(0, 2, 3, 2).subarray(0, problem.nodes * problem.microbatches);
    return kernel.judgeInstance(claim, [{ kind: "schedule", problem, start, early: null }], new Map()).kind === "true";
  };
/** Whether something is said of a problem that is none: that a schedule of it is valid, or is not. */
const broken =
  (change: Partial<Problem>) =>
  (kernel: Module): boolean =>
    kernel.check({ kind: "schedule", problem: { ...problemFrom(two), ...change }, start: Float64Array.of(0, 2, 3, 2), early: null })
      .kind !== "refused";
const replays =
  (rough: Rough, order: readonly (readonly number[])[], start: readonly number[]) =>
  (kernel: Module): boolean =>
    kernel.complete(problemFrom(rough), kernel.rowsOf(orderFrom(order))) &&
    kernel.replay(problemFrom(rough), { start: Float64Array.from(start) }).kind === "valid";

/** An order and starts that are said to be its earliest, with places in an order of all passes. */
const early =
  (order: readonly (readonly number[])[], start: readonly number[], times: readonly number[], rough: Rough = two) =>
  (kernel: Module): boolean =>
    kernel.check({
      kind: "schedule",
      problem: problemFrom(rough),
      start: Float64Array.from(start),
      early: { order: orderFrom(order), times: Int32Array.from(times) },
    }).kind === "valid";
const stuck = (kernel: Module, problem: Problem, order: readonly (readonly number[])[], circle: readonly number[]): boolean =>
  kernel.isDefect({ kind: "order", problem, order: orderFrom(order), circle });
/** Two passes that take no time, the first of which needs the second. */
const instant: Rough = {
  devices: 1,
  microbatches: 1,
  passes: [
    { device: 0, duration: 0, needs: [1] },
    { device: 0, duration: 0 },
  ],
};

const schedules: readonly Bad[] = [
  ["an order that starts later than it could", early(lists, [0, 3, 3, 2], [0, 1, 2, 3])],
  ["an order that starts all later than it could", early(lists, [1, 3, 4, 3], [0, 1, 2, 3])],
  ["an order that waits for itself, at one time", early([[0, 1]], [0, 0], [0, 1], instant)],
  ["an order that waits for itself, at a later time", early([[0, 1]], [7, 7], [1, 0], instant)],
  ["an order without one pass", early([[0], [3], [2], []], [0, 0, 3, 2], [0, 1, 2, 3])],
  ["an order with a pass on another stream", early([[0, 1, 3], [], [2], []], [0, 2, 3, 3], [0, 1, 2, 3])],
  ["an order with a pass on another device", early([[0], [3], [2, 1], []], [0, 4, 3, 2], [0, 3, 2, 1])],
  ["an order with a pass twice", early([[0, 1, 1], [3], [2], []], [0, 2, 3, 2], [0, 1, 2, 3])],
  ["an order with a message below zero", early([[0, -1, 1], [3], [2], []], [0, 2, 3, 2], [0, 1, 2, 3])],
  ["an order with a pass of no microbatch", early([[0, 4, 1], [3], [2], []], [0, 2, 3, 2], [0, 1, 2, 3])],
  ["an order with too few starts", early(lists, [], [0, 1, 2, 3])],
  ["an order against a dependency", early(lists, [0, 2, 3, 2], [2, 3, 0, 1])],
  [
    "a deadlock of an order that runs",
    (kernel) => {
      const numbers = [-1, 0, 1, 2, 3, 4];
      return [[], ...numbers.map((one) => [one]), ...numbers.flatMap((one) => numbers.map((other) => [one, other]))].some((circle) =>
        stuck(kernel, problemFrom(two), lists, circle),
      );
    },
  ],
  ["a deadlock of an order without one pass", (kernel) => stuck(kernel, problemFrom(instant), [[0]], [0, 1])],
  [
    "a deadlock of streams that do not wait for each other",
    (kernel) => {
      const problem = problemFrom({ devices: 2, microbatches: 1, passes: [{ device: 1 }, { device: 0, needs: [0] }] });
      return stuck(kernel, problem, [[1], [0]], [0, 1]) || stuck(kernel, problem, [[1], [0]], [1]);
    },
  ],
  [
    "an order that has every pass, as one that lacks one",
    (kernel) => kernel.isDefect({ kind: "order", problem: problemFrom(two), order: orderFrom(lists), circle: null }),
  ],
  [
    "a makespan that is rounded at the end of time",
    (kernel) => {
      const problem = problemFrom({ devices: 1, microbatches: 1, passes: [{ device: 0, duration: 2 }] });
      const replayed = kernel.replay(problem, { start: Float64Array.of(Number.MAX_SAFE_INTEGER) });
      return replayed.kind === "valid" && replayed.measures.makespan !== 2;
    },
  ],
  [
    "a claim that a schedule is valid which is not",
    (kernel) => {
      const subject = { kind: "schedule", problem: problemFrom(two), start: Float64Array.of(0, 1, 3, 2), early: null } as const;
      return kernel.judgeInstance({ op: "valid", schedule: 0 }, [subject], new Map()).kind === "true";
    },
  ],
  [
    "a valid schedule as one that is not",
    (kernel) =>
      kernel.isDefect({
        kind: "conflict",
        subject: { kind: "schedule", problem: problemFrom(two), start: Float64Array.of(0, 2, 3, 2), early: null },
      }),
  ],
  ["two passes at once", replays(two, lists, [0, 1, 3, 2])],
  ["a pass twice", replays(two, [[0, 1, 1], [3], [2], []], [0, 2, 3, 2])],
  ["a pass of no time twice", replays({ devices: 1, microbatches: 1, passes: [{ device: 0, duration: 0 }] }, [[0, 0]], [0])],
  ["a pass missing", replays(two, [[0], [3], [2], []], [0, 2, 3, 2])],
  ["a pass on another device", replays(two, [[0], [3], [2, 1], []], [0, 4, 3, 2])],
  ["a pass on another stream", replays(two, [[0, 1, 3], [], [2], []], [0, 2, 3, 3])],
  ["a pass before zero", replays({ ...two, holds: [] }, [[1, 0], [3], [2], []], [0, -1, 3, 2])],
  ["a pass at half a tick", replays(two, lists, [0, 2.5, 3, 2])],
  ["a pass at no time", replays({ ...two, holds: [] }, lists, [0, Number.NaN, 3, 2])],
  ["a pass at the end of time", replays({ ...two, holds: [] }, lists, [0, Number.POSITIVE_INFINITY, 3, 2])],
  ["a pass before what it needs has arrived", replays(two, lists, [0, 2, 2, 2])],
  ["a pass before what it needs on its own device", replays(two, lists, [0, 2, 3, 1])],
  ["more memory than the cap", replays({ ...two, cap: [0, 0] }, lists, [0, 2, 3, 2])],
  [
    "more memory than the cap, across streams",
    replays({ ...two, cap: [0, 0], holds: [{ from: 0, to: 3, device: 0 }] }, lists, [0, 2, 3, 2]),
  ],
  ["more memory than the cap, always", replays({ ...two, holds: [], always: [2, 0], cap: [1, 1] }, lists, [0, 2, 3, 2])],
  ["a hold that ends before it begins", replays({ ...two, holds: [{ from: 2, to: 0, device: 0 }] }, lists, [0, 2, 3, 2])],
  [
    "a list that names a pass of no microbatch",
    replays({ devices: 1, microbatches: 2, passes: [{ device: 0, duration: 2 }] }, [[0, 2, 1]], [0, 1]),
  ],
  [
    "a list that names a pass of no microbatch, which has a start",
    replays({ devices: 1, microbatches: 2, passes: [{ device: 0, duration: 2 }] }, [[0, 2, 1]], [0, 4, 2]),
  ],
  [
    "a list that names a pass below zero",
    replays({ devices: 1, microbatches: 2, passes: [{ device: 0, duration: 2 }] }, [[0, -1, 1]], [0, 1]),
  ],
  [
    "a claim on an order that does not run",
    early([[1, 0]], [0, 0], [0, 1], { ...instant, passes: [{ device: 0 }, { device: 0, needs: [0] }] }),
  ],
  [
    "idle time that is rounded, at the end of time",
    (kernel) => {
      const start = 2 ** 52 + 1;
      const problem = problemFrom({ devices: 3, microbatches: 2, passes: [{ device: 0 }] });
      const wrong = [-1n, 0n, 1n].map((by) => comparing("idle", 3n * (2n ** 52n + 2n) - 2n + by, 3n));
      const subject = { kind: "schedule", problem, start: Float64Array.of(0, start), early: null } as const;
      const said = wrong.map((one) => kernel.judgeInstance(one, [subject], new Map()).kind === "true");
      return said.join() !== "false,true,false";
    },
  ],
  ["a makespan on a device", measures({}, { name: "makespan", schedule: 0, device: num(0) }, 4n)],
  ["a peak of a stage", measures({}, { name: "peak", schedule: 0, stage: num(0) }, 1n)],
  ["the load of a schedule", measures({}, { name: "load", schedule: 0 }, 0n)],
  ["the idle time of no devices", measures({ devices: 0, passes: [], holds: [] }, { name: "idle", schedule: 0 }, 0n)],
  ["the bubble of a schedule that takes no time", measures({ microbatches: 0 }, { name: "bubble", schedule: 0 }, 0n)],
  [
    "a peak of a pipeline",
    (kernel) => kernel.judgeInstance(comparing("peak", 3n), [{ kind: "pipeline", problem: problemFrom(two) }], new Map()).kind === "true",
  ],
  ...(
    [
      ["a duration below zero", { duration: Float64Array.of(2, 1, -1, 1) }],
      ["an amount below zero", { holdAmount: Float64Array.of(-1) }],
      ["too few devices", { device: Int32Array.of(0, 0, 1) }],
      ["too few streams", { stream: Int32Array.of(0, 0, 0) }],
      ["too few durations", { duration: Float64Array.of(2, 1, 1) }],
      ["a dependency on no pass", { dep: Int32Array.of(4, 0) }],
      ["a hold from no pass", { holdFrom: Int32Array.of(4) }],
      ["a hold to no pass", { holdTo: Int32Array.of(4) }],
      ["a pass on no device", { device: Int32Array.of(0, 0, 2, 0) }],
      ["a pass on a device below the first", { device: Int32Array.of(0, 0, -1, 0) }],
      ["a pass on no stream", { stream: Int32Array.of(0, 2, 0, 1) }],
      ["a hold on no device", { holdDevice: Int32Array.of(2) }],
    ] as const
  ).map(([title, route]): Bad => [`a problem with ${title}`, broken({ routes: [{ ...problemFrom(two).routes[0], ...route }] })]),
  ["a problem without a route", broken({ routes: [] })],
  ["a problem whose microbatch takes no route", broken({ routeOf: Int32Array.of(1) })],
  ["a problem with a send below zero", broken({ send: -1 })],
  ["a problem with a cap that is no number", broken({ cap: Float64Array.of(Number.NaN, 1) })],
  ["a problem with amounts below zero", broken({ always: Float64Array.of(-1, 0) })],
  [
    "busy time that is rounded",
    (kernel) => {
      const long = 2 ** 53 - 1;
      const problem = problemFrom({ devices: 3, microbatches: 1, passes: [0, 1, 2].map((device) => ({ device, duration: long })) });
      const idle = 3n * BigInt(long) - BigInt(long + long + long);
      return (
        kernel.judgeInstance(
          comparing("idle", idle, 3n),
          [{ kind: "schedule", problem, start: new Float64Array(3), early: null }],
          new Map(),
        ).kind === "true"
      );
    },
  ],
  [
    "an amount that is rounded",
    (kernel) => {
      const amount = 2 ** 52 + 1;
      const holds = [0, 1, 2].map(() => ({ from: 0, to: 0, device: 0, amount }));
      const problem = problemFrom({ devices: 1, microbatches: 1, passes: [{ device: 0 }], holds });
      const claim = comparing("peak", BigInt(amount + amount + amount));
      return (
        kernel.judgeInstance(claim, [{ kind: "schedule", problem, start: new Float64Array(1), early: null }], new Map()).kind === "true"
      );
    },
  ],
];

// ---- rows with messages

/** 0 on device 0, then 1 on device 1, then 2 on device 0: message 0 there, message 1 back. Events 3 and 4 are the messages. */
const there: Rough = { devices: 2, microbatches: 1, passes: [{ device: 0 }, { device: 1, needs: [0] }, { device: 0, needs: [1] }] };
const [send, receive] = [(message: number): number => -1 - 2 * message, (message: number): number => -2 - 2 * message];
const back = [
  [0, send(0), receive(1), 2],
  [receive(0), 1, send(1)],
];
const happens = [0, 2, 4, 1, 3];
const flows =
  (rows: readonly (readonly number[])[], evidence: Kernel.Passage | readonly number[], result = true, channel: Kernel.Channel = "pair") =>
  (kernel: Module): boolean =>
    kernel.flows(
      problemFrom(there),
      {
        offsets: Int32Array.from([0, ...rows.map((_, d) => rows.slice(0, d + 1).flat().length)]),
        steps: Int32Array.from(rows.flat()),
      },
      channel,
      "times" in evidence || "circle" in evidence ? evidence : { times: Int32Array.from(evidence) },
    ) === result;

const channels: readonly Bad[] = [
  ["rows in an order that breaks a wait", flows(back, [0, 3, 4, 1, 2])],
  ["rows in an order of too few events", flows(back, [0, 2, 4, 1])],
  ["a row without a pass", flows([[0, send(0), receive(1)], back[1]], happens)],
  ["a row that receives twice", flows([back[0], [receive(0), receive(0), 1, send(1)]], happens, true, "unbounded")],
  [
    "a row with another device's pass",
    flows(
      [
        [0, send(0), 1, receive(1), 2],
        [receive(0), send(1)],
      ],
      happens,
    ),
  ],
  [
    "a row that sends another device's message",
    flows(
      [
        [0, receive(1), send(0), send(1), 2],
        [receive(0), 1],
      ],
      happens,
    ),
  ],
  ["a row without a send", flows([back[0], [receive(0), 1]], happens)],
  ["a row with a pass of no microbatch for a send", flows([[0, 3, receive(1), 2], back[1]], happens)],
  ["a row with a message of nothing", flows([[...back[0], send(2)], back[1]], happens)],
  ...(
    [
      [
        "rows in another order than the schedule",
        { starts: [0, 1, 2], rows: [[receive(1), 2, 0, send(0)], back[1]], circle: [2, 0, 3, 1, 4], claim: false },
      ],
      ["a claim about a channel without evidence", { starts: [0, 1, 2], rows: back, circle: [], claim: false }],
      [
        "a claim about a channel over several streams",
        { starts: [0, 1, 2], rows: [back[0], [], back[1], []], circle: null, claim: true, streams: 2 },
      ],
    ] as const
  ).map(
    ([title, { starts, rows, circle, claim, ...more }]): Bad => [
      title,
      (kernel) => {
        const offsets = Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]);
        const passage = circle === null ? { times: Int32Array.from(happens) } : { circle };
        const flow = { op: "flows", schedule: 0, channel: "pair", rows: { offsets, steps: Int32Array.from(rows.flat()) } } as const;
        const problem = problemFrom({ ...there, ...more });
        const formula: Kernel.Formula = claim ? flow : { op: "not", arg: flow };
        const subject = { kind: "schedule", problem, start: Float64Array.from(starts), early: null } as const;
        return kernel.judgeInstance(formula, [subject], new Map([[flow, passage]])).kind === "true";
      },
    ],
  ),
  [
    "a claim about a channel over a block of any m",
    (kernel) => {
      const rows = { offsets: new Int32Array(1), steps: new Int32Array(0) };
      const flow = { op: "flows", schedule: 0, channel: "pair", rows } as const;
      const own = {
        problem: problemFrom({ devices: 1, microbatches: 1, passes: [{ device: 0 }] }),
        interval: 1,
        start: Float64Array.of(0),
      };
      const passages = new Map([[flow, { times: new Int32Array(0) }]]);
      return kernel.judgeInstance(flow, [{ kind: "block", block: own, stageOf: Int32Array.of(0) }], passages).kind === "true";
    },
  ],
  [
    "a claim about a channel over a pipeline",
    (kernel) => {
      const flow = { op: "flows", schedule: 0, channel: "pair", rows: { offsets: new Int32Array(1), steps: new Int32Array(0) } } as const;
      const subject = { kind: "pipeline", problem: problemFrom({ devices: 0, microbatches: 0, passes: [] }) } as const;
      return kernel.judgeInstance(flow, [subject], new Map([[flow, { times: new Int32Array(0) }]])).kind === "true";
    },
  ],
  ["rows called stuck for no reason", flows(back, { circle: [] }, false)],
  ["rows called stuck by events that do not wait for each other", flows(back, { circle: [0, 3, 1] }, false)],
];

// ---- blocks in numbers

const block = (rough: Rough, interval: number | null, start: readonly number[]) => ({
  problem: problemFrom(rough),
  interval,
  start: Float64Array.from(start),
});
const one: Rough = {
  devices: 1,
  microbatches: 1,
  passes: [{ device: 0 }, { device: 0, duration: 2, needs: [0] }],
  holds: [{ from: 0, to: 1, device: 0 }],
};
const isValid =
  (rough: Rough, interval: number | null, start: readonly number[]) =>
  (kernel: Module): boolean =>
    kernel.check({ kind: "block", block: block(rough, interval, start), stageOf: new Int32Array() }).kind === "valid";
const judges =
  (rough: Rough, interval: number | null, start: readonly number[], claim?: Kernel.Formula) =>
  (kernel: Module): boolean =>
    kernel.judgeInstance(
      claim ?? { op: "valid", schedule: 0 },
      [{ kind: "block", block: block(rough, interval, start), stageOf: Int32Array.of(0, 1) }],
      new Map(),
    ).kind === "true";
const peakIs = (value: number): Kernel.Formula => comparing("peak", BigInt(value));

const peakOn = (device: Term, value: number): Kernel.Formula => ({
  op: "compare",
  relation: "==",
  left: { op: "measure", measure: { name: "peak", schedule: 0, device } },
  right: { op: "number", num: BigInt(value), den: 1n },
});
const blocks: readonly Bad[] = [
  [
    "a block too far apart to be looked at as one that is not valid",
    (kernel) => {
      // Most of these leave room for both.
      return [0, 1, 2, 3, 4, 5, 6].every((less) => {
        const start = [1 - 2 ** 53, 2 ** 53 - 8 - less];
        const subject = { kind: "block", block: block({ ...one, holds: [] }, 7, start), stageOf: Int32Array.of(0, 0) } as const;
        return kernel.isDefect({ kind: "conflict", subject });
      });
    },
  ],
  [
    "a block that is as far apart as it is long, as one that is not valid",
    (kernel) => {
      const own = block({ ...one, holds: [] }, 2 ** 53 - 1, [1 - 2 ** 53, 2 ** 53 - 8]);
      return kernel.isDefect({ kind: "conflict", subject: { kind: "block", block: own, stageOf: Int32Array.of(0, 0) } });
    },
  ],
  ["slots of another number", isValid({ ...one, microbatches: 2, holds: [] }, 6, [0, 1])],
  ["a block every half slot", isValid({ devices: 1, microbatches: 1, passes: [{ device: 0 }] }, 1.5, [0])],
  ["a block that repeats backwards", isValid({ devices: 1, microbatches: 1, passes: [{ device: 0 }] }, -3, [0])],
  [
    "an order of a block that is not valid",
    (kernel) => {
      const of = { kind: "block", block: block({ ...one, holds: [] }, 2, [0, 1]), stageOf: new Int32Array() } as const;
      const { problem } = of.block;
      const early = { order: of, times: Int32Array.of(0, 1) };
      const subject = { kind: "schedule", problem, start: Float64Array.of(0, 1), early } as const;
      return kernel.check(subject).kind === "valid";
    },
  ],
  [
    "an order that is not the block's",
    (kernel) => {
      const of = { kind: "block", block: block({ ...one, holds: [] }, 4, [0, 5]), stageOf: new Int32Array() } as const;
      const problem = problemFrom({ ...one, microbatches: 2 });
      const [start, times] = [Float64Array.of(0, 1, 3, 4), Int32Array.of(0, 1, 2, 3)];
      return kernel.check({ kind: "schedule", problem, start, early: { order: of, times } }).kind === "valid";
    },
  ],
  [
    "an order of a block that runs once, for more microbatches than it has",
    (kernel) => {
      const of = { kind: "block", block: block({ ...one, holds: [] }, null, [0, 1]), stageOf: new Int32Array() } as const;
      const problem = problemFrom({ ...one, microbatches: 2 });
      return [0, 1].some((later) => {
        const [start, times] = later
          ? [Float64Array.of(0, 1, 3, 4), Int32Array.of(0, 1, 2, 3)]
          : [Float64Array.of(0, 2, 1, 4), Int32Array.of(0, 2, 1, 3)];
        return kernel.check({ kind: "schedule", problem, start, early: { order: of, times } }).kind === "valid";
      });
    },
  ],
  ["a peak on half a device", judges({ ...one, devices: 2 }, 3, [0, 1], peakOn({ op: "number", num: 1n, den: 2n }, 0))],
  ["a peak on no device", judges(one, 3, [0, 1], peakOn({ op: "number", num: 1n, den: 1n }, 0))],
  ["a peak on a device below the first", judges(one, 3, [0, 1], peakOn({ op: "number", num: -1n, den: 1n }, 0))],
  [
    "the lifespan of a stage that is not there",
    judges(one, 3, [0, 1], {
      op: "compare",
      relation: "==",
      left: { op: "measure", measure: { name: "lifespan", schedule: 0, stage: { op: "number", num: 9n, den: 1n } } },
      right: { op: "number", num: 0n, den: 1n },
    }),
  ],
  [
    "the peak of a hold that ends where it begins, for all m",
    judges({ ...one, passes: [{ device: 0 }, { device: 0 }] }, 3, [1, 0], peakIs(0)),
  ],
  [
    "a peak that is rounded, of much that is held at once",
    (kernel) =>
      [16, 18].some((rest) =>
        judges({ ...one, holds: [{ from: 0, to: 1, device: 0, amount: 2 ** 49 + 1 }] }, 3, [0, 49], {
          op: "compare",
          relation: "==",
          left: { op: "measure", measure: { name: "peak", schedule: 0 } },
          right: { op: "number", num: 2n ** 53n + 2n ** 49n + BigInt(rest), den: 1n },
        })(kernel),
      ),
  ],
  [
    "a pipeline that is a valid schedule",
    (kernel) =>
      kernel.judgeInstance({ op: "valid", schedule: 0 }, [{ kind: "pipeline", problem: problemFrom(one) }], new Map()).kind === "true",
  ],
  ["a block with a pass at half a slot", isValid({ ...one, holds: [] }, 8, [0, 1.5])],
  ["a block with a pass before what it needs", isValid({ ...one, holds: [] }, 8, [4, 0])],
  ["a block with two passes in one slot", isValid({ ...one, holds: [] }, 4, [0, 4])],
  ["a block with a pass longer than the interval", isValid({ devices: 1, microbatches: 1, passes: [{ device: 0, duration: 3 }] }, 2, [0])],
  [
    "a block with a hold that ends before it begins",
    isValid({ ...one, passes: [{ device: 0 }, { device: 0 }], holds: [{ from: 1, to: 0, device: 0 }] }, 8, [0, 4]),
  ],
  ["a block beyond its cap", isValid({ ...one, cap: [1] }, 3, [0, 4])],
  ["a block that runs once, with two passes at once", isValid({ ...one, holds: [], microbatches: 2 }, null, [0, 1, 2, 3])],
  [
    "a block whose holds cross streams, and its peak for all m",
    judges({ ...one, streams: 2, passes: [{ device: 0 }, { device: 0, stream: 1, needs: [0] }] }, 3, [0, 1], peakIs(1)),
  ],
  [
    "a block whose holds cross streams, under a cap for all m",
    judges({ ...one, streams: 2, passes: [{ device: 0 }, { device: 0, stream: 1, needs: [0] }], cap: [5] }, 3, [0, 1]),
  ],
  [
    "a block with a pass that takes no slot",
    judges({ ...one, passes: [{ device: 0 }, { device: 0, duration: 0, needs: [0] }], holds: [] }, 3, [0, 1]),
  ],
  ["a makespan of a block for all m", judges(one, 3, [0, 1], comparing("makespan", 3n))],
  ["a false peak", judges(one, 3, [0, 1], peakIs(2))],
  [
    "a peak that is rounded, of much that is held for long",
    judges(
      { ...one, holds: [{ from: 0, to: 1, device: 0, amount: 2 ** 30 + 1 }] },
      3,
      [0, 3 * 2 ** 46 + 1],
      peakIs((2 ** 46 + 1) * (2 ** 30 + 1)),
    ),
  ],
  [
    "a lifespan that is rounded, between slots too far apart",
    judges(one, 7, [2 - 2 ** 53, 2 ** 53 - 3], {
      op: "compare",
      relation: "==",
      left: { op: "measure", measure: { name: "lifespan", schedule: 0 } },
      right: { op: "number", num: 2n ** 54n - 4n, den: 1n },
    }),
  ],
];

// ---- proofs by cases: a guide that lies

const v = (name: string): Term => ({ op: "var", name });
const plus = (left: Term, right: Term): Term => ({ op: "add", left, right });
const minus = (left: Term, right: Term): Term => ({ op: "sub", left, right });
const by = (factor: number, right: Term): Term => ({ op: "mul", left: num(factor), right });
const half = (term: Term): Term => ({ op: "quo", left: term, right: num(2) });
const compare = (left: Term, relation: Kernel.Relation, right: Term): Kernel.Formula => ({ op: "compare", relation, left, right });
const least = (value: number): Kernel.Formula => compare(v("p"), ">=", num(value));
const honest = (): Guide => farkasGuide(() => null);

const claims = (kernel: Module, domain: Kernel.Formula, claim: Kernel.Formula, guide: Guide = honest()): boolean => {
  const { kind } = kernel.judgeAsking({ variables: ["p"], domain, claim, subjects: [] }, guide, []);
  return kind === "proved" || kind === "vacuous";
};
/** Says the same multipliers whatever is asked. */
const liar = (because: (facts: readonly Form[], form: Form) => Multipliers, kind: "nonnegative" | "negative" = "nonnegative"): Guide => ({
  sign: (facts, form) => ({ kind, because: because(facts, form) }),
  empty: () => null,
});
const emptyLiar = (because: Multipliers): Guide => ({ ...honest(), empty: () => because });
const none: Kernel.Formula = { op: "truth", value: true };

const cases: readonly Bad[] = [
  ["a false claim for all p", (kernel) => claims(kernel, least(1), compare(v("p"), "<=", num(7)))],
  [
    "no multipliers at all",
    (kernel) =>
      claims(
        kernel,
        none,
        least(1),
        liar(() => ({ scale: 1n, factors: [] })),
      ),
  ],
  [
    "half of something, by `div`",
    (kernel) => claims(kernel, least(1), compare({ op: "div", left: num(1, 2), right: num(1) }, "==", num(0))),
  ],
  [
    "multipliers of a rest that varies",
    (kernel) =>
      claims(
        kernel,
        none,
        compare(v("p"), ">=", num(-3)),
        liar(() => ({ scale: 1n, factors: [] })),
      ),
  ],
  [
    "a rest below zero",
    (kernel) => {
      const facts = (form: Form): Form[] => [{ ...form, constant: form.constant + 1n }];
      return attempt(kernel, facts, { scale: 1n, factors: [1n] });
    },
  ],
  ["a multiplier below zero", (kernel) => attempt(kernel, (form) => [negated(form)], { scale: 1n, factors: [-1n] })],
  ["a scale of zero", (kernel) => attempt(kernel, (form) => [form], { scale: 0n, factors: [] }, false)],
  ["a scale below zero", (kernel) => attempt(kernel, (form) => [negated(form)], { scale: -1n, factors: [1n] })],
  ["more multipliers than facts", (kernel) => attempt(kernel, (form) => [form], { scale: 1n, factors: [0n, 1n] })],
  [
    "a sign that is not negative",
    (kernel) =>
      claims(
        kernel,
        least(1),
        compare(v("p"), "<", num(-5)),
        liar(() => ({ scale: 1n, factors: [] }), "negative"),
      ),
  ],
  [
    "multipliers of nothing for an empty case",
    (kernel) => claims(kernel, least(1), compare(v("p"), "<=", num(7)), emptyLiar({ scale: 1n, factors: [] })),
  ],
  [
    "a scale of zero for an empty case",
    (kernel) => claims(kernel, least(1), compare(v("p"), "<=", num(7)), emptyLiar({ scale: 0n, factors: [] })),
  ],
];
const negated = (form: Form): Form => ({ ...form, constant: -form.constant, coefficients: form.coefficients.map((c) => -c) });

/** Whether the kernel believes p >= 0 from facts that do not give it, by these multipliers. `raw` as facts of the case. */
function attempt(kernel: Module, facts: (form: Form) => Form[], because: Multipliers, withFacts = true): boolean {
  const form: Form = { den: 1n, constant: 0n, coefficients: [1n] };
  const own = { variables: 1, names: new Map([["p", form]]), facts: withFacts ? facts(form) : [] };
  if (because.factors.length > own.facts.length && withFacts) own.facts = [];
  const { kind } = kernel.every(
    own,
    liar(() => because),
    (one) =>
      kernel.atLeastZero(
        one,
        liar(() => because),
        one.names.get("p") ?? form,
      ),
  );
  return kind === "proved";
}

// ---- blocks for all sizes

const s = v("0.F.s");
const index = (name: string) => ({ name, low: num(0), high: minus(v("p"), num(1)) });
interface Change {
  readonly block?: Partial<SymbolicBlock>;
  readonly F?: Partial<Kernel.Family>;
  readonly B?: Partial<Kernel.Family>;
  readonly hold?: Partial<Kernel.SymbolicHold>;
  readonly inverse?: Partial<Inverse>;
  /** How many microbatches the last indices of a block that runs once go through, if not as many as the group has. */
  readonly members?: Term;
}
/** F straight down, B straight up, every 4: valid, holds p + 1 at most... or so until something in it is changed. */
function straight(change: Change = {}): SymbolicBlock {
  const t = v("0.B.s");
  const h = v("0.h.s");
  return {
    devices: v("p"),
    interval: 4n,
    group: null,
    families: [
      {
        indices: [index("0.F.s")],
        device: s,
        stream: 0,
        duration: num(1),
        start: by(3, s),
        needs: [{ family: 0, indices: [minus(s, num(1))], any: [] }],
        stage: 0,
        ...change.F,
      },
      {
        indices: [index("0.B.s")],
        device: t,
        stream: 0,
        duration: num(1),
        start: minus(plus(by(8, v("p")), num(1)), t),
        needs: [
          { family: 0, indices: [t], any: [] },
          { family: 1, indices: [plus(t, num(1))], any: [] },
        ],
        stage: 0,
        ...change.B,
      },
    ],
    holds: [
      {
        indices: [index("0.h.s")],
        device: h,
        amount: num(1),
        from: { family: 0, indices: [h] },
        to: { family: 1, indices: [h] },
        ...change.hold,
      },
    ],
    always: num(0),
    cap: null,
    ...change.block,
  };
}
const onDevice = [[v("device.")]];
const hintsWith = (inverse: Inverse, ...candidates: readonly Term[]): Hints => ({
  inverse,
  candidates: { peak: candidates, load: candidates },
  parts: 1n,
});
const right: Inverse = { families: [onDevice, onDevice], holds: [onDevice] };

function judged(
  kernel: Module,
  change: Change,
  claim: Kernel.Formula = { op: "valid", schedule: 0 },
  more: {
    candidate?: Term;
    microbatches?: Term;
    pipelineOnly?: boolean;
    from?: number;
    guide?: Guide;
    symbolic?: SymbolicBlock;
    inverse?: Inverse;
    others?: readonly Term[];
  } = {},
): string {
  const symbolic = more.symbolic ?? straight(change);
  const statement: ForAll = {
    variables: ["p"],
    domain: least(more.from ?? 1),
    claim,
    subjects: [{ block: symbolic, microbatches: more.microbatches ?? null, pipelineOnly: more.pipelineOnly ?? false }],
  };
  return kernel.judgeAsking(statement, more.guide ?? honest(), [
    hintsWith(more.inverse ?? { ...right, ...change.inverse }, more.candidate ?? num(0), ...(more.others ?? [])),
  ]).kind;
}
const refused =
  (change: Change, claim?: Kernel.Formula, more?: Parameters<typeof judged>[3]) =>
  (kernel: Module): boolean =>
    judged(kernel, change, claim, more) === "proved";
const measure = (name: Kernel.MeasureName, device?: Term, stage?: Term): Term => ({
  op: "measure",
  measure: { name, schedule: 0, device, stage },
});
/** All F of n = p microbatches, then all B: F[s] of k at s + k, B[s] at 4p - s + k. The last index is k. */
const once = (change: Change = {}): SymbolicBlock => {
  const [k, l] = [v("0.F.k"), v("0.B.k")];
  const base = straight();
  const member = (name: string, count: Term = v("p")) => ({ name, low: num(0), high: minus(count, num(1)) });
  const count = change.members ?? change.block?.group ?? v("p");
  const [F, B] = base.families;
  const [hold] = base.holds;
  const [s, t, h] = [v("0.F.s"), v("0.B.s"), v("0.h.s")];
  return {
    ...base,
    interval: null,
    group: v("p"),
    families: [
      {
        ...F,
        indices: [...F.indices, member("0.F.k", count)],
        start: plus(s, k),
        needs: [{ family: 0, indices: [minus(s, num(1)), k], any: [] }],
        ...change.F,
      },
      {
        ...B,
        indices: [...B.indices, member("0.B.k", count)],
        start: plus(minus(by(4, v("p")), t), l),
        needs: [
          { family: 0, indices: [t, l], any: [] },
          { family: 1, indices: [plus(t, num(1)), l], any: [] },
        ],
        ...change.B,
      },
    ],
    holds: [
      {
        ...hold,
        indices: [...hold.indices, member("0.h.k", count)],
        from: { family: 0, indices: [h, v("0.h.k")] },
        to: { family: 1, indices: [h, v("0.h.k")] },
        ...change.hold,
      },
    ],
    ...change.block,
  };
};
const onceOn = [[v("device."), v("member.")]];
const onceRight: Inverse = { families: [onceOn, onceOn], holds: [onceOn] };
const onceRefused = (change: Change, claim?: Kernel.Formula, more: Parameters<typeof judged>[3] = {}) =>
  refused({ ...change, inverse: { ...onceRight, ...change.inverse } }, claim, { ...more, symbolic: once(change) });

const not = (arg: Kernel.Formula): Kernel.Formula => ({ op: "not", arg });
const mirrored = minus(minus(v("p"), num(1)), v("0.h.s"));
/** The last device holds p + 2 at most. */
const manyOnLast = compare(measure("peak", minus(v("p"), num(1))), ">=", by(2, v("p")));
/** Each family with a second index that is always 0. */
const doubled = (): SymbolicBlock => {
  const base = straight();
  const zeroes = (of: string) => ({ name: `0.${of}.r`, low: num(0), high: num(0) });
  const [F, B] = base.families;
  const [hold] = base.holds;
  return {
    ...base,
    families: [F, B].map((family, f) => ({
      ...family,
      indices: [...family.indices, zeroes(f === 0 ? "F" : "B")],
      needs: family.needs.map((need) => ({ ...need, indices: [...need.indices, num(0)] })),
    })),
    holds: [
      {
        ...hold,
        indices: [...hold.indices, zeroes("h")],
        from: { family: 0, indices: [...hold.from.indices, v("0.h.r")] },
        to: { family: 1, indices: [...hold.to.indices, num(0)] },
      },
    ],
  };
};
const twice = [[v("device."), num(0)]];

const symbolic: readonly Bad[] = [
  [
    "for all p: a pass on a device beyond the last",
    refused({
      F: { device: plus(s, num(1)) },
      B: { stream: 1 },
      block: { holds: [] },
      inverse: { families: [[[minus(v("device."), num(1))]], onDevice] },
    }),
  ],
  [
    "for all p: a pass on a device before the first",
    refused({
      F: { device: minus(s, num(1)), needs: [] },
      block: { holds: [] },
      inverse: { families: [[[plus(v("device."), num(1))]], onDevice] },
    }),
  ],
  [
    "for all p: a pass that needs half a pass",
    refused({
      F: { start: by(4, s), needs: [{ family: 0, indices: [minus(s, num(1, 2))], any: [] }] },
      B: { start: minus(plus(by(8, v("p")), num(1)), by(4, v("0.B.s"))) },
    }),
  ],
  ["for all p: less than nothing, always", refused({ block: { always: minus(num(3), v("device.")) } })],
  [
    "for all p: a pass on half a device",
    refused({
      F: { device: { op: "quo", left: s, right: num(2) }, needs: [], start: num(0) },
      B: { stream: 1 },
      block: { holds: [] },
      inverse: { families: [[[by(2, v("device."))]], onDevice] },
    }),
  ],
  [
    "for all p: an inverse that finds no pass",
    refused({
      F: { start: plus(by(8, v("p")), num(-3)), needs: [] },
      B: { needs: [], start: num(1) },
      block: { holds: [] },
      inverse: { families: [[], onDevice] },
    }),
  ],
  [
    "for all p: an inverse that finds another pass",
    refused({
      F: { start: num(1), needs: [] },
      B: { needs: [], start: num(1) },
      block: { holds: [] },
      inverse: { families: [[[v("p")]], onDevice] },
    }),
  ],
  [
    "for all p: an inverse of no terms",
    refused({
      F: { start: num(1), needs: [] },
      B: { needs: [], start: num(1) },
      block: { holds: [] },
      inverse: { families: [[[]], onDevice] },
    }),
  ],
  ["for all p: an inverse that finds no hold", refused({ inverse: { holds: [[]] } }, compare(measure("peak"), "==", num(0)))],
  [
    "for all p: half a pass of a device",
    refused(
      {
        block: {
          devices: by(2, v("p")),
          holds: [
            {
              indices: [index("0.h.s")],
              device: by(2, v("0.h.s")),
              amount: num(1),
              from: { family: 0, indices: [v("0.h.s")] },
              to: { family: 0, indices: [v("0.h.s")] },
            },
          ],
        },
        F: { device: by(2, s), start: by(6, s) },
        B: { device: by(2, v("0.B.s")), start: minus(plus(by(8, v("p")), num(1)), by(2, v("0.B.s"))) },
        inverse: {
          families: [[[{ op: "quo", left: v("device."), right: num(2) }]], [[{ op: "quo", left: v("device."), right: num(2) }]]],
          holds: [[[{ op: "quo", left: v("device."), right: num(2) }]]],
        },
      },
      compare(measure("peak", num(1)), "==", num(1)),
      { from: 2 },
    ),
  ],
  [
    "for all p: inverses with too few and too many terms",
    refused({ inverse: { families: [[[], [v("device."), num(5)], [v("device.")]], onDevice] } }, compare(measure("peak"), "==", num(0))),
  ],
  [
    "for all p: a hold of a stage that is not there",
    refused(
      { hold: { indices: [{ name: "0.h.s", low: num(0), high: minus(v("p"), num(2)) }] } },
      compare(measure("peak", minus(v("p"), num(1))), ">=", num(1)),
    ),
  ],
  [
    "for all p: a peak on half a device",
    refused(
      { block: { holds: [], always: by(9, { op: "mod", left: by(2, v("device.")), right: num(2) }) } },
      compare(measure("peak"), "==", num(9)),
      { candidate: num(1, 2), from: 2 },
    ),
  ],
  [
    "for all p: a pass before what it needs",
    refused({ F: { start: by(-4, s) }, B: { needs: [], start: minus(plus(by(8, v("p")), num(1)), by(4, v("0.B.s"))) } }),
  ],
  ["for all p: two passes in one slot", refused({ B: { start: plus(by(8, v("p")), by(-1, v("0.B.s"))) } })],
  [
    "for all p: a long pass into the next one",
    refused({ F: { duration: num(3), start: by(4, s) }, B: { start: minus(plus(by(8, v("p")), num(2)), by(4, v("0.B.s"))) } }),
  ],
  [
    "for all p: a long second pass into the first one",
    refused({ F: { start: by(4, s) }, B: { duration: num(3), start: minus(plus(by(8, v("p")), num(2)), by(4, v("0.B.s"))) } }),
  ],
  [
    "for all p: a pass longer than the interval",
    refused({}, undefined, {
      symbolic: { ...straight(), holds: [], families: [{ ...straight().families[0], duration: num(5), start: by(8, s) }] },
    }),
  ],
  ["for all p: a pass that takes no slot", refused({ F: { duration: num(0) } })],
  [
    "for all p: a pass at half a slot",
    refused({ F: { start: plus(by(4, s), num(1, 2)) }, B: { start: minus(plus(by(8, v("p")), num(5, 2)), by(4, v("0.B.s"))) } }),
  ],
  [
    "for all p: a hold that ends before it begins",
    refused({ hold: { from: { family: 1, indices: [v("0.h.s")] }, to: { family: 0, indices: [v("0.h.s")] } } }),
  ],
  ["for all p: a hold to a pass that is not there", refused({ hold: { to: { family: 1, indices: [plus(v("0.h.s"), num(1))] } } })],
  ["for all p: beyond its cap", refused({ block: { cap: num(3) } })],
  ["for all p: a cap on holds of another stream", refused({ B: { stream: 1 }, block: { cap: by(9, v("p")) } })],
  ["for all p: the peak of holds of another stream", refused({ B: { stream: 1 } }, compare(measure("peak"), "<=", by(9, v("p"))))],
  [
    "for all p: a cap on holds of another device",
    refused({
      hold: { device: minus(minus(v("p"), num(1)), v("0.h.s")) },
      block: { cap: by(9, v("p")) },
      inverse: { holds: [[[minus(minus(v("p"), num(1)), v("device."))]]] },
    }),
  ],
  [
    "for all p: the peak of holds of another device",
    refused(
      { hold: { device: minus(minus(v("p"), num(1)), v("0.h.s")) }, inverse: { holds: [[[minus(minus(v("p"), num(1)), v("device."))]]] } },
      compare(measure("peak"), "<=", by(9, v("p"))),
      { candidate: minus(v("p"), num(1)) },
    ),
  ],
  ["for all p: a false peak", refused({}, compare(measure("peak"), "==", by(3, v("p"))))],
  [
    "for all p: a peak on the wrong device",
    refused({}, compare(measure("peak"), "==", measure("peak", minus(v("p"), num(1)))), { candidate: minus(v("p"), num(1)), from: 2 }),
  ],
  ["for all p: a peak on no device", refused({}, compare(measure("peak"), ">=", num(0)), { candidate: v("p") })],
  [
    "for all p: a peak that so few microbatches do not reach",
    refused({}, compare(measure("peak"), "==", measure("peak", num(0))), { microbatches: num(1), from: 3 }),
  ],
  [
    "for all p: a peak that one microbatch does not reach",
    refused({}, compare(measure("peak", num(0)), ">=", num(2)), { microbatches: num(1), from: 3 }),
  ],
  ["for all p: no microbatches", refused({}, { op: "valid", schedule: 0 }, { microbatches: num(0) })],
  ["for all p: half a microbatch", refused({}, { op: "valid", schedule: 0 }, { microbatches: num(3, 2) })],
  [
    "for all p: a group of none",
    refused({ inverse: onceRight }, { op: "valid", schedule: 0 }, { symbolic: once({ block: { group: num(0) } }) }),
  ],
  ["for all p: half a group", onceRefused({ block: { group: plus(v("p"), num(1, 2)) } })],
  ["for all p: no devices", refused({}, undefined, { from: 0 })],
  [
    "for all p: the load without the passes that the hints leave out",
    refused({ inverse: { families: [[], []] } }, compare(measure("load"), "==", num(0)), { pipelineOnly: true }),
  ],
  [
    "for all p: a load on no device",
    refused({ F: { device: plus(s, v("p")) }, B: { device: plus(v("0.B.s"), v("p")) } }, compare(measure("load"), "==", num(0)), {
      pipelineOnly: true,
    }),
  ],
  [
    "for all p: the peak of what is only a pipeline",
    refused({ B: { start: num(0) } }, compare(measure("peak"), "<=", by(9, v("p"))), { pipelineOnly: true }),
  ],
  [
    "for all p: the load with passes between the stages",
    refused(
      {
        F: { device: by(2, s), needs: [] },
        B: { device: plus(by(2, v("0.B.s")), num(1)), needs: [] },
        block: { devices: by(2, v("p")) },
        inverse: { families: [[[half(v("device."))]], [[half(minus(v("device."), num(1)))]]] },
      },
      compare(measure("load"), "==", num(2)),
      { pipelineOnly: true, candidate: num(1), from: 2 },
    ),
  ],
  [
    "for all p: a hold to a pass between the stages",
    refused({
      F: { start: by(4, s) },
      B: { start: plus(plus(by(4, v("0.B.s")), by(8, v("p"))), num(1)), needs: [] },
      hold: { to: { family: 1, indices: [half(v("0.h.s"))] } },
    }),
  ],
  ["for all p: what is only a pipeline is a valid schedule", refused({ B: { start: num(0) } }, undefined, { pipelineOnly: true })],
  ["for all p, once: two passes at once", onceRefused({ B: { start: plus(minus(by(2, v("p")), v("0.B.s")), v("0.B.k")), needs: [] } })],
  [
    "for all p, once: a pass with itself",
    onceRefused({ F: { start: s, needs: [] }, B: { start: plus(by(9, v("p")), minus(v("0.B.k"), v("0.B.s"))) } }),
  ],
  ["for all p, once: a pass that takes no slot", onceRefused({ F: { duration: num(0) } })],
  [
    "for all p, once: a hold that ends before it begins",
    onceRefused({
      hold: { from: { family: 1, indices: [v("0.h.s"), v("0.h.k")] }, to: { family: 0, indices: [v("0.h.s"), v("0.h.k")] } },
    }),
  ],
  [
    "for all p, once: everything at once, when it is not",
    onceRefused({ hold: { to: { family: 0, indices: [v("0.h.s"), v("0.h.k")] } } }, compare(measure("peak"), "==", v("p")), { from: 2 }),
  ],
  [
    "for all p, once: a peak that takes all of the microbatches, of one",
    onceRefused({}, compare(measure("peak"), "==", v("p")), { microbatches: num(1), from: 2 }),
  ],
  [
    "for all p, once: more microbatches than there are",
    onceRefused({}, compare(measure("peak"), "<=", v("p")), { microbatches: plus(v("p"), num(1)) }),
  ],
  [
    "for all p: a peak that as many microbatches do not reach as reach that of another device",
    refused({}, compare(measure("peak"), "==", plus(by(2, v("p")), num(1))), {
      microbatches: plus(v("p"), num(3)),
      others: [minus(v("p"), num(1))],
      from: 4,
    }),
  ],
  [
    "for all p: a peak that one microbatch reaches on a device that is not there",
    refused(
      { block: { always: { op: "ite", cond: compare(v("device."), "==", v("p")), yes: by(100, v("p")), no: num(0) } } },
      compare(measure("peak"), "==", plus(by(2, v("p")), num(1))),
      { microbatches: num(1), others: [v("p")] },
    ),
  ],
  ["for all p: a hold from a pass that is not there", refused({ hold: { from: { family: 0, indices: [minus(v("0.h.s"), num(1))] } } })],
  ["for all p: a hold of less than nothing", refused({ hold: { amount: num(-1) } })],
  [
    "for all p: a load of less than nothing",
    refused({ F: { duration: num(-1) } }, compare(measure("load"), "==", num(0)), { pipelineOnly: true }),
  ],
  [
    "for all p: a load of half slots",
    refused({ F: { duration: num(1, 2) } }, compare(measure("load"), "==", num(3, 2)), { pipelineOnly: true }),
  ],
  ["for all p: a load on a device that is not there", refused({}, compare(measure("load", v("p")), "==", num(0)), { pipelineOnly: true })],
  [
    "for all p: the load of one device, called that of all",
    refused({ F: { device: num(0) }, inverse: { families: [[[v("p")]], onDevice] } }, compare(measure("load"), "==", num(1)), {
      pipelineOnly: true,
    }),
  ],
  [
    "for all p: the load of another stream",
    refused({ F: { stream: 1 }, B: { duration: num(2) } }, compare(measure("load"), "==", num(1)), { pipelineOnly: true }),
  ],
  ["for all p: the period of a device", refused({}, compare(measure("period", num(0)), "==", num(4)))],
  ["for all p: the period of so many microbatches", refused({}, compare(measure("period"), "==", num(4)), { microbatches: num(1) })],
  [
    "for all p: a load that other devices have more of",
    refused(
      { F: { duration: { op: "ite", cond: compare(s, "==", num(0)), yes: num(2), no: num(1) } } },
      compare(measure("load"), "==", num(2)),
      { pipelineOnly: true, candidate: minus(v("p"), num(1)), from: 2 },
    ),
  ],
  [
    "for all p: holds of other devices",
    refused({ inverse: { holds: [[[v("device.")], [minus(v("device."), num(1))]]] } }, manyOnLast, { from: 4 }),
  ],
  ["for all p: a hold twice", refused({ inverse: { holds: [[[v("device.")], [v("device.")]]] } }, manyOnLast, { from: 4 })],
  [
    "for all p: a lifespan of another stage",
    refused(
      {
        hold: {
          device: mirrored,
          from: { family: 0, indices: [mirrored] },
          to: { family: 1, indices: [mirrored] },
        },
        inverse: { holds: [[[minus(minus(v("p"), num(1)), v("device."))]]] },
      },
      compare(measure("lifespan", undefined, num(0)), "==", plus(by(4, v("p")), num(6))),
      { from: 2 },
    ),
  ],
  ["for all p: a lifespan of a stage that is not there", refused({}, compare(measure("lifespan", undefined, v("p")), ">=", num(0)))],
  ["for all p: a lifespan on a device", refused({}, compare(measure("lifespan", num(0), num(0)), ">=", num(0)))],
  [
    "for all p: a lifespan of passes with two indices",
    refused({}, compare(measure("lifespan", undefined, num(0)), ">=", num(0)), {
      symbolic: doubled(),
      inverse: { families: [twice, twice], holds: [twice] },
    }),
  ],
  [
    "for all p: a peak in halves of parts",
    refused({ hold: { amount: num(3, 2) } }, not(compare(measure("peak", num(0)), "==", num(3, 2))), { microbatches: num(1) }),
  ],
  ["for all p, once: more microbatches than the group's", onceRefused({ members: by(2, v("p")) }, compare(measure("peak"), "==", v("p")))],
  [
    "for all p, once: what only the last microbatch holds",
    onceRefused(
      { hold: { amount: { op: "ite", cond: compare(v("0.h.k"), "==", minus(v("p"), num(1))), yes: num(1), no: num(0) } } },
      compare(measure("peak"), "==", v("p")),
      { from: 2 },
    ),
  ],
  [
    "for all p, once: everything at once, when the others come later",
    onceRefused(
      { F: { start: minus(plus(s, v("p")), v("0.F.k")) }, hold: { to: { family: 0, indices: [v("0.h.s"), v("0.h.k")] } } },
      compare(measure("peak"), "==", v("p")),
      { from: 2 },
    ),
  ],
  [
    "for all p, once: a lifespan by another index",
    onceRefused(
      { F: { stage: 1 }, block: { group: num(2) } },
      compare(measure("lifespan", undefined, num(1)), "==", minus(by(4, v("p")), num(1))),
      { from: 2 },
    ),
  ],
];

// ---- "no schedule does this", of goals that have one; and schedules that do not do what is asked

const asked = (rough: Rough, bounds: { makespan?: number; span?: number }, more: Partial<Kernel.Goal> = {}): Kernel.Goal =>
  goalOf(problemFrom(rough), bounds, more);
/** Lemmas and hints, each list ended by a 0. */
const clausal = (lemmas: readonly number[] = [], hints: readonly number[] = []) => ({
  kind: "clauses" as const,
  lemmas: Int32Array.from(lemmas),
  hints: Int32Array.from(hints),
});
const refuted = (kernel: Module, goal: Kernel.Goal, evidence: Kernel.Refutation): boolean =>
  kernel.refutes(goal, evidence).kind === "refuted";

/** Whether the kernel refutes the goal by bounds, or by whatever the solver finds in its clauses. */
function refutable(kernel: Module, goal: Kernel.Goal, quanta: readonly (readonly [num: number, den: number])[] = []): boolean {
  if (sums(goal, 1, 20).some((evidence) => refuted(kernel, goal, evidence))) return true;
  return [undefined, ...quanta.map(([num, den]) => ({ num, den }))].some((quantum) => {
    const own = quantum === undefined ? goal : kernel.coarsen(goal, quantum);
    if (own === null) return false;
    const written = kernel.writeClauses(own);
    if (written.kind === "too-large") return false;
    const coarse = quantum === undefined ? {} : { quantum };
    if (written.kind === "nothing") return refuted(kernel, goal, { ...clausal(), ...coarse });
    const solved = solveNow(written);
    if (!("lemmas" in solved)) return false;
    const trimmed = trim(written.variables, written.literals, solved.lemmas);
    return trimmed.kind === "proof" && refuted(kernel, goal, { kind: "clauses", ...trimmed.proof, ...coarse });
  });
}
const refutes =
  (goal: Kernel.Goal, quanta: readonly (readonly [num: number, den: number])[] = []) =>
  (kernel: Module): boolean =>
    refutable(kernel, goal, quanta);
const meets =
  (goal: Kernel.Goal, start: readonly number[]) =>
  (kernel: Module): boolean =>
    kernel.meets(goal, scheduleFrom(goal.problem, start)).kind === "met";

const load = { kind: "load", device: 0, stream: 0, from: 0, to: 2, span: false } as const;
const row: Rough = {
  devices: 1,
  microbatches: 1,
  passes: [
    { device: 0, duration: 2 },
    { device: 0, needs: [0] },
  ],
};
/** Two devices whose spans are tight only where one of them starts at an odd tick. */
const crossed: Rough = {
  devices: 3,
  microbatches: 1,
  passes: [
    { device: 0, duration: 2 },
    { device: 2, duration: 2, needs: [0] },
    { device: 1, duration: 2, needs: [1] },
    { device: 1, duration: 2 },
    { device: 0, duration: 2, needs: [3] },
  ],
};
/** After a pass X, on one device: so many last passes of one length, each of which needs what `needs` says. */
const leaves = (needs: readonly (readonly number[])[], change: Partial<Rough> = {}): Rough => ({
  devices: 2,
  microbatches: 1,
  passes: [{ device: 0 }, ...needs.map((own) => ({ device: 1, needs: own }))],
  ...change,
});

const refutations: readonly Bad[] = [
  ["a goal met by a schedule that is not valid", meets(asked(row, { makespan: 9 }), [0, 1])],
  ["a goal met beyond its makespan", meets(asked(row, { makespan: 3 }), [0, 3])],
  ["a goal met beyond its span", meets(asked(row, { span: 3 }), [0, 3])],
  ["a goal met by a pass at another time", meets(asked(row, {}, { starts: [{ pass: 1, at: 3 }] }), [1, 3])],
  [
    "a goal met by another order",
    meets(asked({ ...row, passes: [{ device: 0 }, { device: 0 }] }, {}, { orders: [{ passes: Int32Array.from([1, 0]) }] }), [0, 1]),
  ],
  [
    "a goal met by microbatches out of order, and refuted for it",
    (kernel) => {
      const goal = asked({ devices: 1, microbatches: 2, passes: [{ device: 0 }] }, { makespan: 2 }, { starts: [{ pass: 1, at: 0 }] });
      return meets(goal, [1, 0])(kernel);
    },
  ],
  ["a goal beside sense", (kernel) => refuted(kernel, asked({ ...row, cap: [] }, { makespan: 3 }), clausal())],
  ["a goal of half a tick", (kernel) => refuted(kernel, asked({ ...row, send: 0.5 }, { makespan: 0 }), { kind: "windows" })],
  [
    "a goal of a device without a cap",
    (kernel) =>
      refuted(kernel, { ...asked(row, { makespan: 0 }), problem: { ...problemFrom(row), cap: new Float64Array() } }, { kind: "windows" }),
  ],
  [
    "a goal of a device with nothing always",
    (kernel) =>
      refuted(
        kernel,
        { ...asked(row, { makespan: 0 }), problem: { ...problemFrom(row), always: new Float64Array() } },
        { kind: "windows" },
      ),
  ],
  ["a goal of a makespan of half a tick", (kernel) => refuted(kernel, asked(row, { makespan: 2.5 }), { kind: "windows" })],
  ["a goal of a span of half a tick", (kernel) => refuted(kernel, asked(row, { span: 2.5 }), { kind: "windows" })],
  ["a refutation by a bound that is not above", (kernel) => refuted(kernel, asked(row, { makespan: 3, span: 3 }), { kind: "windows" })],
  ["a refutation by no lemmas", (kernel) => refuted(kernel, asked(row, { makespan: 4 }), clausal())],
  ["a refutation by a lemma that does not follow", (kernel) => refuted(kernel, asked(row, { makespan: 4 }), clausal([0], [0]))],
  [
    "a refutation by a variable that is not there",
    (kernel) => refuted(kernel, asked(row, { makespan: 4 }), clausal([99, 0, 0], [1, 0, 1, 0])),
  ],
  ["a refutation of what is not bounded", (kernel) => refuted(kernel, asked(row, {}), clausal())],
  [
    "a refutation in ticks of nothing",
    (kernel) => refuted(kernel, asked(row, { makespan: 4 }), { ...clausal(), quantum: { num: 0, den: 1 } }),
  ],
  [
    "a refutation in coarse ticks of fixed times",
    refutes(asked(row, { makespan: 3 }, { starts: [{ pass: 1, at: 2 }] }), [
      [1, 1],
      [2, 1],
      [3, 2],
    ]),
  ],
  [
    "a refutation in coarse ticks where a hold may end before it begins",
    refutes(
      asked(
        {
          devices: 3,
          microbatches: 1,
          passes: [
            { device: 0, duration: 3 },
            { device: 0, duration: 6, needs: [0] },
            { device: 1, duration: 3 },
            { device: 2, duration: 6 },
            { device: 2, duration: 2, needs: [3] },
          ],
          holds: [
            { from: 2, to: 0, device: 0 },
            { from: 4, to: 2, device: 0 },
          ],
        },
        { makespan: 9 },
      ),
      [[2, 1]],
    ),
  ],
  [
    "a pool with a pass that ends a hold of somebody else",
    refutes(
      asked(
        {
          devices: 3,
          microbatches: 1,
          passes: [
            { device: 0 },
            ...[1, 2, 3].map(() => ({ device: 1, needs: [0] })),
            { device: 2, duration: 3 },
            { device: 2, needs: [4] },
          ],
          holds: [
            { from: 5, to: 1, device: 0 },
            { from: 0, to: 2, device: 0 },
            { from: 0, to: 3, device: 0 },
          ],
        },
        { makespan: 4 },
      ),
    ),
  ],
  ["a refutation of a span in coarse ticks", refutes(asked(crossed, { span: 5 }), [[2, 1]])],
  [
    "a refutation by an area of which a part is no time",
    refutes(
      asked(
        {
          devices: 2,
          microbatches: 1,
          passes: [{ device: 1, duration: 5 }, { device: 0 }, { device: 0 }],
          holds: [1, 2].map((from) => ({ from, to: 0, device: 0 })),
          cap: [1, 1],
        },
        { makespan: 8 },
      ),
    ),
  ],
  [
    "a refutation by an area that is not exact",
    (kernel) => {
      const [duration, amount] = [2 ** 26 + 1, 2 ** 47 + 1];
      const rough: Rough = {
        devices: 1,
        microbatches: 3,
        passes: [{ device: 0, duration }],
        holds: [{ from: 0, to: 0, device: 0, amount }],
        cap: [amount],
      };
      return refuted(kernel, asked(rough, { makespan: 3 * duration }), { kind: "windows" });
    },
  ],
  [
    "an order across devices, in which the second need not wait for the end of the first",
    refutes(
      asked(
        {
          devices: 2,
          microbatches: 1,
          passes: [
            { device: 0, duration: 2 },
            { device: 1, duration: 2 },
          ],
        },
        { makespan: 3 },
        { orders: [{ passes: Int32Array.from([0, 1]) }] },
      ),
    ),
  ],
  ["a pass fixed at a far time, without a bound", refutes(asked(row, {}, { starts: [{ pass: 1, at: 9 }] }))],
  ["a load between times the wrong way round", (kernel) => refuted(kernel, asked(row, { makespan: 4 }), { ...load, from: 5, to: 1 })],
  ["a load of a device that is not there", (kernel) => refuted(kernel, asked(row, { span: 4 }), { ...load, device: 1, span: true })],
  ["holds at the start of a pass that is not there", (kernel) => refuted(kernel, asked(row, { span: 4 }), { kind: "held", pass: 9 })],
  ["a refutation of nothing at all", refutes(asked({ ...row, microbatches: 0 }, { span: 5 }))],
  [
    "a pool of passes that somebody follows",
    refutes(
      asked(
        {
          devices: 2,
          microbatches: 1,
          passes: [
            { device: 0 },
            { device: 0, duration: 5, needs: [0] },
            ...[[0], [0], [1], [2], [3]].map((needs) => ({ device: 1, needs })),
          ],
        },
        { makespan: 7 },
      ),
    ),
  ],
  [
    "a pool of passes that need nothing",
    refutes(asked({ devices: 1, microbatches: 1, passes: [{ device: 0 }, { device: 0 }] }, { makespan: 2 })),
  ],
  [
    "a pool of passes that need two",
    refutes(
      asked(
        { devices: 1, microbatches: 2, passes: [{ device: 0 }, { device: 0 }, { device: 0, needs: [0, 1] }, { device: 0, needs: [0, 1] }] },
        { makespan: 8 },
      ),
    ),
  ],
  [
    "a pool of passes where holds begin",
    refutes(
      asked(
        leaves([[0], [0]], {
          holds: [
            { from: 1, to: 1, device: 1 },
            { from: 2, to: 2, device: 1 },
          ],
          cap: [1, 1],
        }),
        { makespan: 3 },
      ),
    ),
  ],
  [
    "a pool with a pass at a fixed time",
    refutes(
      asked(
        leaves([[0], [0]]),
        { makespan: 3 },
        {
          starts: [
            { pass: 2, at: 1 },
            { pass: 1, at: 2 },
          ],
        },
      ),
    ),
  ],
  [
    "a pool with passes in a fixed order",
    refutes(asked(leaves([[0], [0]]), { makespan: 3 }, { orders: [{ passes: Int32Array.from([2, 1]) }] })),
  ],
  ["a pool of three in a row", refutes(asked(leaves([[0], [0], [0]]), { makespan: 4 }))],
  ...(
    [
      ["streams", { streams: 2, passes: [{ device: 0 }, { device: 1, needs: [0] }, { device: 1, stream: 1, needs: [0] }] }, 2],
      ["devices", { devices: 3, passes: [{ device: 0 }, { device: 1, needs: [0] }, { device: 2, needs: [0] }] }, 2],
      ["lengths", { passes: [{ device: 0 }, { device: 1, duration: 3, needs: [0] }, { device: 1, needs: [0] }] }, 5],
      [
        "amounts",
        {
          microbatches: 2,
          passes: [{ device: 1 }, { device: 1, needs: [0] }, { device: 1, needs: [0] }],
          holds: [
            { from: 0, to: 1, device: 1, amount: 3 },
            { from: 0, to: 2, device: 1, amount: 1 },
          ],
          cap: [0, 4],
        },
        6,
      ],
    ] as const
  ).map(([what, change, makespan]): Bad => [`a pool of passes of other ${what}`, refutes(asked(leaves([], change), { makespan }))]),
  [
    "a pool that frees before the next can begin",
    (kernel) => {
      const problem = problemFrom({
        devices: 1,
        microbatches: 4,
        passes: [{ device: 0 }, { device: 0, needs: [0] }],
        holds: [{ from: 0, to: 1, device: 0 }],
        cap: [1],
      });
      const twice = { ...problem, routes: [problem.routes[0], problem.routes[0]], routeOf: Int32Array.from([0, 0, 0, 1]) };
      return refutable(kernel, goalOf(twice, { makespan: 8 }));
    },
  ],
  [
    "four kinds of holds that just fit",
    refutes(
      asked(
        {
          devices: 1,
          microbatches: 1,
          passes: [...[0, 1, 2, 3].map(() => ({ device: 0 })), { device: 0, needs: [0, 1, 2, 3] }],
          holds: [0, 1, 2, 3].map((from) => ({ from, to: 4, device: 0 })),
          cap: [4],
        },
        { makespan: 5 },
      ),
    ),
  ],
  [
    "an area of passes on one device, with slow messages",
    refutes(asked({ ...row, microbatches: 3, send: 5, holds: [{ from: 0, to: 1, device: 0 }], cap: [1] }, { makespan: 9 })),
  ],
  [
    "hints made up over clauses that have a model",
    (kernel) =>
      seeds(1, 6000).some((seed) => {
        const { below } = random(seed);
        const variables = 1 + below(3);
        const model = Array.from({ length: variables }, () => below(2));
        const literal = (): number => (1 + below(variables)) * (below(2) === 0 ? 1 : -1);
        const kept = (): number => {
          const variable = 1 + below(variables);
          return model[variable - 1] === 1 ? variable : -variable;
        };
        const clauses = Array.from({ length: 1 + below(4) }, () => [...Array.from({ length: below(3) }, literal), kept(), 0]);
        const lemmas = [...Array.from({ length: below(3) }, () => [...Array.from({ length: 1 + below(2) }, literal), 0]), [0]];
        const hints = lemmas.flatMap((_, i) => [...Array.from({ length: below(4) }, () => 1 + below(clauses.length + i + 1)), 0]);
        return kernel.checkRefutation(variables, Int32Array.from(clauses.flat()), clausal(lemmas.flat(), hints)).kind === "refuted";
      }),
  ],
  [
    "a refutation by lemmas and hints made up",
    (kernel) =>
      seeds(1, 300).some((seed) => {
        const { below } = random(seed);
        const goal = asked(
          { ...row, microbatches: 2, passes: [{ device: 0 }, { device: 0, needs: [0] }, { device: 0 }] },
          { makespan: 6 + below(2) },
        );
        const written = kernel.writeClauses(goal);
        if (written.kind !== "clauses") return written.kind === "nothing";
        const count = written.literals.reduce((sum, literal) => sum + (literal === 0 ? 1 : 0), 0);
        const literal = (): number => (1 + below(written.variables)) * (below(2) === 0 ? 1 : -1);
        const lemmas = Array.from({ length: below(3) }, () => [...Array.from({ length: 1 + below(2) }, literal), 0]);
        // Its own number, and numbers of no clause, are among them.
        const hints = [...lemmas, 0].map((_, i) => [...Array.from({ length: below(4) }, () => below(count + 2 * i + 3) - 1), 0]);
        return refuted(kernel, goal, clausal([...lemmas.flat(), 0], hints.flat()));
      }),
  ],
  ...(
    [
      ["itself", (count) => [count + 1, 0]],
      ["a clause that comes later", (count) => [count + 2, 0, count + 1, 0]],
      ["a clause below the first", () => [-1, 0]],
      ["a clause of several open literals", (count, long) => [...long, ...Array.from({ length: count }, (_, i) => i + 1), 0]],
    ] as const satisfies readonly (readonly [string, (count: number, long: readonly number[]) => readonly number[]])[]
  ).map(
    ([title, hints]): Bad => [
      `a refutation by ${title}`,
      (kernel) => {
        const goal = asked({ ...row, passes: [{ device: 0 }, { device: 0 }, { device: 0 }] }, { makespan: 3 });
        const written = kernel.writeClauses(goal);
        if (written.kind !== "clauses") return true;
        const clauses = written.literals.join(",").split(",0").slice(0, -1);
        const long = clauses.flatMap((clause, i) => (clause.split(",").filter((one) => one !== "").length > 2 ? [i + 1] : []));
        return refuted(kernel, goal, clausal([0, 0], hints(clauses.length, long)));
      },
    ],
  ),
  ...possibleGoals().map(
    (goal, i): Bad => [
      `goal ${i + 1} that has a schedule`,
      refutes(
        goal,
        i % 3 === 0
          ? [
              [2, 1],
              [3, 2],
              [1, 1],
            ]
          : [],
      ),
    ],
  ),
];

/** Good statements: proved by the true kernel, so that the bad ones are near to something. */
export function approvals(kernel: Module): string[] {
  const good: readonly Bad[] = [
    ["the straight block", refused({})],
    ["its peak on device 0", refused({}, compare(measure("peak"), "==", measure("peak", num(0))))],
    ["the block that runs once", onceRefused({})],
    ["its peak", onceRefused({}, compare(measure("peak"), "==", v("p")))],
    ["the load", refused({}, compare(measure("load"), "==", num(2)), { pipelineOnly: true })],
    ["a schedule", replays(two, lists, [0, 2, 3, 2])],
    ["a block", isValid(one, 3, [0, 1])],
    ["a block for all m", judges(one, 3, [0, 1], peakIs(1))],
    ["rows with messages", flows(back, happens)],
    ["rows that are stuck", flows([[receive(1), 2, 0, send(0)], back[1]], { circle: [2, 0, 3, 1, 4] }, false)],
    ["p >= 1", (own) => claims(own, least(3), least(1))],
    ["a schedule that meets its goal", meets(asked(row, { makespan: 3, span: 3 }, { starts: [{ pass: 1, at: 2 }] }), [1, 3])],
    ["a load", (own) => refuted(own, asked(row, { makespan: 2 }), load)],
    ["a load within a span", (own) => refuted(own, asked(row, { span: 2 }), { ...load, span: true })],
    [
      "too much held at once",
      (own) => refuted(own, asked({ ...row, holds: [{ from: 0, to: 1, device: 0 }], cap: [0] }, {}), { kind: "held", pass: 0 }),
    ],
    ["too short a makespan", refutes(asked(row, { makespan: 2 }))],
    [
      "too short a span, in coarse ticks",
      (own) => refuted(own, asked(crossed, { span: 2 }), { ...clausal(), quantum: { num: 2, den: 1 } }),
    ],
  ];
  return [...good, ...timesApprovals].flatMap(([title, test]) => (test(kernel) ? [] : [title]));
}

const bad: readonly Bad[] = [...schedules, ...channels, ...blocks, ...cases, ...symbolic, ...timesRefusals, ...refutations];

export type { Problem, Schedule };
