// Bad statements about all times of passes, which the kernel must refuse; and good ones near to them.
import type * as Kernel from "../../src/kernel/index.ts";
import type { Formula, Term, Timed, TimedHints } from "../../src/kernel/index.ts";
import { farkasGuide } from "../../src/search/farkas.ts";
import { inOrder, problemFrom } from "./oracle.ts";

type Module = typeof Kernel;
type Named = readonly [title: string, accepted: (kernel: Module) => boolean];

const number = (num: number): Term => ({ op: "number", num: BigInt(num), den: 1n });
const variable = (name: string): Term => ({ op: "var", name });
const sum = (left: Term, right: Term): Term => ({ op: "add", left, right });
const times = (by: number, right: Term): Term => ({ op: "mul", left: number(by), right });
const is = (left: Term, right: Term): Formula => ({ op: "compare", relation: "==", left, right });
const measure = (name: "makespan" | "span" | "idle" | "peak", device?: number): Term => ({
  op: "measure",
  measure: { name, schedule: 0, ...(device === undefined ? {} : { device: number(device) }) },
});
const [f, w] = [variable("f"), variable("w")];
const atLeast = (name: string, least: Term): Formula => ({ op: "compare", relation: ">=", left: variable(name), right: least });
const free: Formula = { op: "and", left: atLeast("f", number(0)), right: atLeast("w", number(0)) };
/** f and w alone, and so much of each. */
const corner = {
  edges: [
    [1, 0],
    [0, 1],
  ],
  shares: [f, w],
};

interface Pass {
  readonly device: number;
  readonly needs?: readonly number[];
  /** So much of f, and of w. */
  readonly takes: readonly [number, number];
}
/** One microbatch of these passes, each device taking its own in their order. */
function timed(passes: readonly Pass[], holds: Parameters<typeof problemFrom>[0]["holds"] = []): Timed {
  const devices = Math.max(...passes.map(({ device }) => device)) + 1;
  const problem = problemFrom({
    devices,
    microbatches: 1,
    holds,
    passes: passes.map(({ device, needs }) => ({ device, ...(needs === undefined ? {} : { needs }) })),
  });
  const order = inOrder(
    problem,
    passes.map((_, i) => i),
  );
  return {
    problem,
    order,
    times: ["f", "w"].map((name, v) => ({ name, durations: [Float64Array.from(passes, ({ takes }) => takes[v])], send: 0 })),
  };
}
const one = timed([
  { device: 0, takes: [1, 0] },
  { device: 0, takes: [0, 1] },
]);
const side = timed([
  { device: 0, takes: [1, 0] },
  { device: 1, takes: [0, 1] },
]);
/** The last device begins at max(2f, 2w) and ends at max(4f, 4w, 3f + 3w): in (1, 0), (0, 1) and (1, 1) this looks linear. */
const bent = timed([
  { device: 0, takes: [2, 0] },
  { device: 1, takes: [0, 2] },
  { device: 2, takes: [4, 0] },
  { device: 3, takes: [0, 4] },
  { device: 4, takes: [3, 3] },
  { device: 5, takes: [0, 0], needs: [0, 1] },
  { device: 5, takes: [0, 0], needs: [2, 3, 4] },
]);

/** The passes of these problems are numbered as they come to run. */
const inPlace = ({ order }: Timed): Int32Array => order.passes.map((_, pass) => pass);

/** A message that takes w. */
const sent: Timed = ((): Timed => {
  const own = timed([
    { device: 0, takes: [1, 0] },
    { device: 1, takes: [1, 0], needs: [0] },
  ]);
  return { ...own, times: own.times.map((one) => ({ ...one, send: one.name === "w" ? 1 : 0 })) };
})();

const says =
  (subject: Timed, claim: Formula, cones: TimedHints["cones"] = [corner], places: TimedHints["places"] = inPlace(subject), domain = free) =>
  (kernel: Module): boolean => {
    const statement = { variables: ["f", "w"], domain, claims: [claim], subjects: [subject] };
    try {
      return kernel.withTimes(statement, [{ cones, places }]).every(
        (plain) =>
          kernel.judgeAsking(
            plain,
            farkasGuide(() => null),
            [],
          ).kind === "proved",
      );
    } catch (signal) {
      if (signal instanceof kernel.Stuck) return false;
      throw signal;
    }
  };
const several =
  (...claims: readonly Formula[]) =>
  (kernel: Module): boolean => {
    const evidence = { subjects: [], forms: [], cases: [], lemmas: [] };
    const statement = { variables: [], domain: { op: "truth", value: true } as const, claims, subjects: [] };
    return (
      kernel.judgeTimes(
        statement,
        [],
        claims.map(() => evidence),
      ).kind === "proved"
    );
  };

export const timesRefusals: readonly Named[] = [
  ["a message in no time", says(sent, is(measure("makespan"), times(2, f)))],
  ["a wrong sum of times", says(one, is(measure("makespan"), sum(f, times(2, w))))],
  ["the longer of two as their sum", says(side, is(measure("makespan"), sum(f, w)))],
  ["a span that only looks linear", says(bent, is(measure("span", 5), sum(times(2, f), times(2, w))))],
  ["the peak of nothing", says(one, is(measure("peak"), number(0)))],
  [
    "times beside a cone: a share below 0",
    says(side, is(measure("makespan"), f), [
      {
        edges: [
          [1, 0],
          [1, 1],
        ],
        shares: [sum(f, times(-1, w)), w],
      },
    ]),
  ],
  ["shares that make other times", says(one, is(measure("makespan"), f), [{ edges: [[1, 0]], shares: [f] }])],
  ["no cone at all", says(one, is(measure("makespan"), sum(f, w)), [])],
  ["a sequence against the order", says(one, is(measure("makespan"), sum(f, w)), [corner], Int32Array.from([1, 0]))],
  [
    "times of what holds memory",
    says(
      timed(
        [
          { device: 0, takes: [1, 0] },
          { device: 0, takes: [0, 1] },
        ],
        [{ from: 0, to: 1, device: 0 }],
      ),
      is(measure("makespan"), sum(f, w)),
    ),
  ],
  ["validity for all times", says(one, { op: "valid", schedule: 0 })],
  ["a false claim before a true one", several(is(number(1), number(2)), is(number(1), number(1)))],
  ["no claim at all", several()],
];

export const timesApprovals: readonly Named[] = [
  ["a message that takes time", says(sent, is(measure("makespan"), sum(times(2, f), w)))],
  ["a sum of times", says(one, is(measure("makespan"), sum(f, w)))],
  [
    "the longer of two, in two cones",
    says(side, is(measure("makespan"), { op: "max", left: f, right: w }), [
      {
        edges: [
          [1, 0],
          [1, 1],
        ],
        shares: [sum(f, times(-1, w)), w],
      },
      {
        edges: [
          [0, 1],
          [1, 1],
        ],
        shares: [sum(w, times(-1, f)), f],
      },
    ]),
  ],
  ["idle time of one device", says(side, is(measure("idle", 1), number(0)))],
  ["two true claims", several(is(number(1), number(1)), is(number(2), number(2)))],
];
