// Sums and clauses of small goals of every shape, number by number: what the kernel makes of them and what the Python checker does.
import { createHash } from "node:crypto";
import type { Refutation } from "../../src/certificate/statement.ts";
import { certificateText } from "../../src/certificate/write.ts";
import { coarsen, type Goal, type Problem, type Quantum, refutes, writeClauses } from "../../src/kernel/index.ts";
import { enough } from "../oracle/explore.ts";
import { anything, formed, goalOf, sums } from "../oracle/goals.ts";
import { listsOf, passesOf, random, randomOrder } from "../oracle/oracle.ts";

export interface Asked {
  readonly goal: Goal;
  readonly quantum: Quantum | null;
}

/** Loads that are tried on each goal. */
const loads = 12;

/** What both checkers must say of a goal. */
export interface Answer {
  /** Which of some evidence without clauses refutes it. */
  readonly sums: readonly boolean[];
  /** A digest of the clauses as a DIMACS file, or why there are none. */
  readonly clauses: string;
}

/** A goal of any shape: bounds on either measure or none, fixed starts, orders, coarse ticks; problems as they come, or pipelines. */
export function someGoal(seed: number): Asked {
  const { below, pick } = random(seed);
  const problem = wholeCaps(below(3) === 0 ? pipeline(seed) : anything(seed, 3, below(20) === 0 ? 0 : 1 + below(2)));
  const passes = passesOf(problem);
  const horizon = Math.max(1, enough(problem) + 1 - below(5));
  const bounds = pick([
    { makespan: horizon },
    { makespan: below(horizon + 1) },
    { span: below(horizon + 1) },
    { makespan: horizon, span: below(horizon + 1) },
    {},
  ]);
  const starts =
    below(4) === 0 ? [pick(passes), pick(passes)].slice(0, 1 + below(2)).map(({ id }) => ({ pass: id, at: below(horizon) })) : [];
  const lists = below(4) === 0 ? listsOf(randomOrder(problem, seed)).filter(() => below(3) > 0) : [];
  const quantum =
    starts.length === 0 && below(4) === 0
      ? pick([
          { num: 2, den: 1 },
          { num: 3, den: 2 },
          { num: 1, den: 1 },
        ])
      : null;
  return { goal: goalOf(problem, bounds, { starts, orders: lists.map((list) => ({ passes: Int32Array.from(list) })) }), quantum };
}

function pipeline(seed: number): Problem {
  const { below, pick } = random(seed + 1);
  const durations = pick([
    [1, 1, 1],
    [2, 3, 1],
    [2, 2, 2],
  ] as const);
  return formed({
    devices: 2 + below(2),
    microbatches: 2 + below(3),
    placement: pick(["straight", "V", "two ways"] as const),
    durations,
    send: below(3),
    frees: pick([
      [1, 1],
      [0, 1],
      [2, 1],
    ] as const),
    ...(below(4) === 0 ? {} : { cap: 1 + below(8) }),
    always: below(3) === 0 ? 1 : 0,
    barrier: below(4) === 0,
    copy: below(4) === 0,
  });
}

/** A certificate counts in whole parts; half a part more makes no difference to a cap. */
export const wholeCaps = (problem: Problem): Problem => ({ ...problem, cap: problem.cap.map(Math.floor) });

/** The goal in a certificate whose evidence is not looked at. */
export function certificateOf({ goal, quantum }: Asked): string {
  const names = Array.from({ length: goal.problem.nodes }, (_, node) => `N[${node}]`);
  const refutations = sums(goal, 1, loads).map((one): Refutation => ({ ...one, quantum }));
  const asked = { ...goal, named: { problem: goal.problem, names }, orders: goal.orders.map(({ passes }) => passes) };
  return certificateText({
    kind: "impossible",
    title: "a goal",
    instances: refutations.map(() => ({ parameters: [], goal: asked })),
    evidence: { refutations },
  });
}

export function kernelAnswer({ goal, quantum }: Asked): Answer {
  const asked = quantum === null ? goal : coarsen(goal, quantum);
  const ticks = quantum === null ? {} : { quantum };
  return {
    sums: sums(goal, 1, loads).map((one) => refutes(goal, { ...one, ...ticks }).kind === "refuted"),
    clauses: asked === null ? "refused" : clausesOf(asked),
  };
}

function clausesOf(goal: Goal): string {
  const written = writeClauses(goal);
  if (written.kind !== "clauses") return written.kind === "nothing" ? "no room" : "limit";
  const lines: string[] = [];
  let from = 0;
  for (let at = 0; at < written.literals.length; at++)
    if (written.literals[at] === 0) {
      lines.push(`${[...written.literals.subarray(from, at), 0].join(" ")}\n`);
      from = at + 1;
    }
  return createHash("sha256")
    .update(`p cnf ${written.variables} ${lines.length}\n${lines.join("")}`)
    .digest("hex");
}
