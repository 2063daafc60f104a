// `find block`: against brute force over all blocks of small problems, on the published shapes, and as text that `verify` proves.
import { afterAll, describe, expect, test } from "vitest";
import { fraction } from "../src/fraction/index.ts";
import type { Block, Problem } from "../src/kernel/index.ts";
import { elaboratePipeline } from "../src/language/elaborate/pipeline.ts";
import { elaborateBlock } from "../src/language/elaborate/schedule.ts";
import { load } from "../src/language/program.ts";
import { isValid, settle, steadyPeaks } from "../src/schedule/index.ts";
import { atMost, ClauseList, type Level } from "../src/search/periodic/counter.ts";
import { type BlockFound, findBlock } from "../src/search/periodic/find-block.ts";
import { blockText, type PassName, tidy } from "../src/search/periodic/print.ts";
import type { Instance } from "../src/search/periodic/shape.ts";
import { templateBlock } from "../src/search/periodic/template.ts";
import { verify } from "../src/session.ts";
import { CadicalSolver } from "../src/solver/cadical.ts";

const solver = new CadicalSolver();
afterAll(() => solver.close());

// ---- problems

/** F, B and W on p devices, straight or in a V; without W the backward is in one piece. */
function source(placement: "straight" | "v", [f, b, w]: readonly (number | string)[]): string {
  const [last, device, share] = placement === "v" ? ["2p-1", "min(s, 2p-1-s)", "1/2"] : ["p-1", "s", "1"];
  return [
    "pipeline P(p) {",
    "  devices p",
    `  stages s in 0..${last} on device ${device}`,
    `  pass F[s] takes ${f} after F[s-1]`,
    `  pass B[s] takes ${b} after F[s], B[s+1]`,
    ...(w === undefined ? [] : [`  pass W[s] takes ${w} after B[s]`]),
    `  holds ${share} from F[s] to ${w === undefined ? "B" : "W"}[s]`,
    "}",
  ].join("\n");
}
function instanceOf(text: string, p: number): Instance {
  const [pipeline] = load({ path: "test.pipe", text }).program.pipelines.values();
  const { problem, nodes } = elaboratePipeline(pipeline, [fraction.rational(p)], undefined, 1);
  return { problem, passes: nodes.map(({ family, indices }): PassName => ({ family: family.name.text, indices })) };
}
const capped = (problem: Problem, cap: number): Problem => ({ ...problem, cap: problem.cap.map(() => cap * problem.partsPerUnit) });

interface Wanted {
  readonly interval?: number;
  readonly minimizePeak?: boolean;
  readonly seconds?: number;
}
const find = (problem: Problem, { interval, minimizePeak = true, seconds = 60 }: Wanted = {}): Promise<BlockFound> =>
  findBlock({ problem, interval: interval ?? null, minimizePeak, solver, seed: 0, deadline: Date.now() + 1000 * seconds });
function block(found: BlockFound): Extract<BlockFound, { kind: "block" }> {
  if (found.kind !== "block") throw new Error(found.reason);
  return found;
}
const peakOf = (of: Block): number => Math.max(0, ...steadyPeaks(of).peakOf);

/** A generator of small numbers below `n`: a linear congruence, high bits. */
function dice(seed: number): (n: number) => number {
  let state = BigInt(seed) * 2654435761n + 1n;
  return (n) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(n));
  };
}

/** Four passes on two devices: any times of 1 or 2, dependencies, holds (also between passes that do not wait for each other), caps. */
function randomProblem(seed: number): Problem {
  const roll = dice(seed);
  const [nodes, streams] = [4, 1 + roll(2)];
  const depStart = [0];
  const dep: number[] = [];
  for (let n = 0; n < nodes; n++) {
    for (let before = 0; before < n; before++) if (roll(2) === 0) dep.push(before);
    depStart.push(dep.length);
  }
  const holds = Array.from({ length: 1 + roll(3) }, () => {
    const to = roll(nodes);
    return { device: roll(2), from: roll(to + 1), to, amount: 1 + roll(2) };
  });
  const some = (): number => (roll(2) === 0 ? Number.POSITIVE_INFINITY : 1 + roll(4));
  return {
    devices: 2,
    streams,
    microbatches: 1,
    nodes,
    routes: [
      {
        device: Int32Array.from({ length: nodes }, () => roll(2)),
        stream: Int32Array.from({ length: nodes }, () => roll(streams)),
        duration: Float64Array.from({ length: nodes }, () => 1 + roll(2)),
        depStart: Int32Array.from(depStart),
        dep: Int32Array.from(dep),
        holdDevice: Int32Array.from(holds, (hold) => hold.device),
        holdFrom: Int32Array.from(holds, (hold) => hold.from),
        holdTo: Int32Array.from(holds, (hold) => hold.to),
        holdAmount: Float64Array.from(holds, (hold) => hold.amount),
      },
    ],
    routeOf: null,
    send: 0,
    always: Float64Array.of(roll(2), roll(2)),
    cap: Float64Array.of(some(), some()),
    ticksPerUnit: 1,
    partsPerUnit: 1,
  };
}

/** The least interval that any block has whose passes start within `horizon` slots, and the least peak at it. */
function bruteForce(problem: Problem, horizon: number, most: number): { readonly interval: number; readonly peak: number } | null {
  const { nodes, streams } = problem;
  const [{ depStart, dep, duration, device, stream }] = problem.routes;
  const needs = Array.from({ length: nodes }, (_, n) => [...dep.subarray(depStart[n], depStart[n + 1])]);
  const order: number[] = [];
  while (order.length < nodes) {
    order.push(needs.findIndex((before, n) => !order.includes(n) && before.every((other) => order.includes(other))));
  }
  const start = new Float64Array(nodes);
  for (let interval = 1; interval <= most; interval++) {
    let peak = Number.POSITIVE_INFINITY;
    const taken = new Set<number>();
    const place = (at: number): void => {
      if (at === nodes) {
        const candidate = { problem, interval, start };
        const held = peakOf(candidate);
        if (held < peak && isValid(candidate)) peak = held;
        return;
      }
      const node = order[at];
      const ready = Math.max(0, ...needs[node].map((other) => start[other] + duration[other]));
      for (let slot = ready; slot < horizon; slot++) {
        const slots = Array.from(
          { length: duration[node] },
          (_, i) => (device[node] * streams + stream[node]) * interval + ((slot + i) % interval),
        );
        if (new Set(slots).size < slots.length || slots.some((one) => taken.has(one))) continue;
        start[node] = slot;
        for (const one of slots) taken.add(one);
        place(at + 1);
        for (const one of slots) taken.delete(one);
      }
    };
    place(0);
    if (peak < Number.POSITIVE_INFINITY) return { interval, peak };
  }
  return null;
}

// ---- tests

describe("least interval and least peak", () => {
  test("are those of brute force on random problems", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const problem = randomProblem(seed);
      const work = problem.routes[0].duration.reduce((sum, slots) => sum + slots, 0);
      const expected = bruteForce(problem, work + 4, work);
      const found = await find(problem);
      if (found.kind !== "block") {
        expect([seed, found.kind, expected]).toEqual([seed, "none", null]);
        continue;
      }
      expect({ seed, interval: found.interval, peak: found.peak }).toEqual({ seed, ...expected });
      expect([isValid(found.block), found.optimalInterval, found.optimalPeak]).toEqual([true, true, true]);
    }
  }, 120_000);

  test.each([
    ["straight", 2, [1, 1, 1]],
    ["straight", 2, [2, 3, 1]],
    ["straight", 3, [1, 2]],
    ["v", 1, [1, 2, 1]],
    ["v", 2, [1, 1]],
  ] as const)("are those of brute force: %s, p = %i, times %j", async (placement, p, times) => {
    const { problem } = instanceOf(source(placement, times), p);
    const found = block(await find(problem));
    expect({ interval: found.interval, peak: found.peak }).toEqual(bruteForce(problem, 13, 12));
  });

  test("are those of V-Min, and of 1F1B where stages are straight", async () => {
    expect(block(await find(instanceOf(source("v", [1, 1, 1]), 2).problem)).peak).toBe(3); // half a microbatch less than V-Min
    for (let p = 3; p <= 8; p++) {
      expect(block(await find(instanceOf(source("v", [1, 1, 1]), p).problem))).toMatchObject({
        interval: 6,
        peak: 2 * Math.floor((p + 4) / 3),
        optimalInterval: true,
        optimalPeak: true,
      });
      expect(block(await find(instanceOf(source("straight", [1, 1, 1]), p).problem))).toMatchObject({ interval: 3, peak: p });
    }
  });

  test("V at 32 devices under p/3 + 2, in seconds", async () => {
    const found = block(await find(capped(instanceOf(source("v", [1, 1, 1]), 32).problem, 32 / 3 + 2), { seconds: 10 }));
    expect(found).toMatchObject({ interval: 6, peak: 24, optimalInterval: true, optimalPeak: true, stopped: null });
    expect([isValid(found.block), peakOf(found.block)]).toEqual([true, 24]);
  });

  test("of stages that take different times", async () => {
    const text = source("straight", ["(if s == 0 then 2 else 1)", "(if s == p-1 then 3 else 2)", 1]);
    const found = block(await find(instanceOf(text, 6).problem));
    expect([found.interval, found.optimalPeak, isValid(found.block)]).toEqual([5, true, true]);
  });

  test("a longer interval where memory is short", async () => {
    const { problem } = instanceOf(source("v", [1, 1, 1]), 2);
    expect(block(await find(capped(problem, 1)))).toMatchObject({ interval: 8, peak: 2, optimalInterval: true });
    expect((await find(capped(problem, 1 / 2))).kind).toBe("none");
    expect((await find(capped(problem, 1), { interval: 7 })).kind).toBe("none");
    expect(await find(problem, { interval: 5 })).toEqual({ kind: "none", reason: "no block repeats in less than 6 slots" });
  });

  test("the same block for the same task, also from a fresh solver", async () => {
    const { problem } = instanceOf(source("v", [2, 3, 1]), 4);
    const first = block(await find(problem));
    const other = new CadicalSolver();
    const task = { problem, interval: null, minimizePeak: true, solver: other, seed: 0, deadline: Date.now() + 60_000 };
    const second = block(await findBlock(task));
    await other.close();
    expect([...second.block.start]).toEqual([...first.block.start]);
  });

  test("a known block is improved on, or kept when time is up", async () => {
    const { problem } = instanceOf(source("v", [1, 1, 1]), 4);
    const task = { problem, interval: null, solver, seed: 0 };
    const known = block(await findBlock({ ...task, minimizePeak: false, deadline: Date.now() + 60_000 }));
    expect(known.peak).toBeGreaterThan(4);
    const late = block(await findBlock({ ...task, minimizePeak: true, known: known.block, deadline: 0 }));
    expect([late.peak, late.optimalPeak, late.stopped]).toEqual([known.peak, false, "out of time"]);
    expect(block(await findBlock({ ...task, minimizePeak: true, known: known.block, deadline: Date.now() + 60_000 })).peak).toBe(4);
    const wrong = { ...known.block, start: known.block.start.map(() => 0) };
    expect((await findBlock({ ...task, minimizePeak: true, known: wrong, deadline: 0 })).kind).toBe("unknown");
  });

  test("out of time is not an answer", async () => {
    expect((await find(instanceOf(source("v", [1, 1, 1]), 8).problem, { seconds: 0 })).kind).toBe("unknown");
  });
});

describe("a bounded sum", () => {
  test("forbids exactly the sums beyond its bound", () => {
    for (let seed = 0; seed < 40; seed++) {
      const roll = dice(seed);
      const clauses = new ClauseList();
      const summands: Level[][] = Array.from({ length: 1 + roll(3) }, () => {
        const amount = 1 + roll(3);
        return Array.from({ length: 1 + roll(3) }, (_, i) => ({ sum: (i + 1) * amount, literal: clauses.variable() }));
      });
      const inputs = clauses.variables;
      const bound = roll(10);
      atMost(clauses, summands, bound);
      const satisfied = (values: number): boolean => {
        let open: number[] = [];
        for (const literal of clauses.literals) {
          if (literal !== 0) open.push(literal);
          else if (!open.some((one) => (((values >> (Math.abs(one) - 1)) & 1) === 1) === one > 0)) return false;
          else open = [];
        }
        return true;
      };
      const possible = new Set<number>();
      if (clauses.variables > 16) continue;
      for (let values = 0; values < 2 ** clauses.variables; values++) if (satisfied(values)) possible.add(values & (2 ** inputs - 1));
      for (let values = 0; values < 2 ** inputs; values++) {
        const reached = summands.map((levels) => levels.filter(({ literal }) => ((values >> (literal - 1)) & 1) === 1));
        if (reached.some((levels, i) => levels.some((level, k) => level !== summands[i][k]))) continue; // not sorted
        const sum = reached.reduce((total, levels) => total + (levels.at(-1)?.sum ?? 0), 0);
        expect([seed, values, possible.has(values)]).toEqual([seed, values, sum <= bound]);
      }
    }
  });
});

describe("a block as text", () => {
  test.each([
    ["v", 8, [1, 1, 1]],
    ["straight", 5, [2, 3, 1]],
    ["straight", 4, [1, 2]],
  ] as const)("is read back as the same block: %s, p = %i, times %j", async (placement, p, times) => {
    const pipeline = source(placement, times);
    const { problem, passes } = instanceOf(pipeline, p);
    const found = block(await find(problem));
    for (const one of [found.block, tidy(found.block, passes)]) {
      const text = blockText("Found", `P(${p})`, one, passes);
      const { program, diagnostics } = load({ path: "test.pipe", text: `${pipeline}\n${text}` });
      expect(diagnostics).toEqual([]);
      const [schedule] = program.schedules.values();
      const read = elaborateBlock(program, schedule, []).block;
      expect([read.interval, ...read.start]).toEqual([one.interval, ...one.start]);
      const settled = settle(read);
      expect(settled.kind === "settled" && isValid(settled.block) && peakOf(settled.block)).toBe(found.peak);
    }
  });
});

describe("templates", () => {
  const template = (text: string) =>
    templateBlock({
      source: text,
      pipeline: "P",
      parameter: "p",
      name: "Found",
      instance: (p) => instanceOf(text, p),
      interval: null,
      deadline: Date.now() + 60_000,
    });

  test.each([
    ["v", [1, 1, 1], 6, "floor((p + 4) / 3)"],
    ["straight", [1, 1, 1], 3, "p"],
    ["straight", [1, 2], 3, "p"],
    ["straight", [2, 3, 1], 6, "p"],
    ["v", [2, 2, 1], 10, "floor((p + 2) / 2)"],
    ["v", [2, 3, 1], 12, "floor((p + 2) / 2)"],
  ] as const)(
    "%s with times %j are proved for all p",
    async (placement, times, interval, peak) => {
      const found = await template(source(placement, times));
      if (found.kind !== "template") throw new Error(found.reason);
      expect([found.interval, found.peak]).toEqual([interval, peak]);
      const [{ claims, diagnostics }] = (await verify([{ path: "found.pipe", text: found.text }])).files;
      expect(diagnostics).toEqual([]);
      expect(claims.map(({ verdict, reason }) => [verdict, reason])).toEqual(claims.map(() => ["proved", undefined]));
      expect(claims.length).toBeGreaterThan(1);
      expect(await template(source(placement, times))).toEqual(found);
    },
    30_000,
  );

  test("of other pipelines are declined with the reason", async () => {
    const reasons = [source("straight", ["(if s == 0 then 2 else 1)", 1, 1]), source("v", [1, 1, 1]).replace("min(s, 2p-1-s)", "s mod p")];
    expect(await Promise.all(reasons.map(template))).toEqual([
      { kind: "none", reason: "there is no template for this pipeline: its times differ from stage to stage" },
      { kind: "none", reason: "there is no template for this pipeline: its stages are not placed straight or in a V" },
    ]);
  });
});
