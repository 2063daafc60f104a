// Certificates to change: those of small goals of every shape, of orders and starts that are wrong, and of what programs claim.
import { gzipSync } from "node:zlib";
import { refutationsOf } from "../../src/certificate/draft.ts";
import type { Certificate, Named, Reached } from "../../src/certificate/statement.ts";
import { certificateText } from "../../src/certificate/write.ts";
import { coarsen, type Goal, type Refutation, term, writeClauses } from "../../src/kernel/index.ts";
import { boundAbove } from "../../src/schedule/index.ts";
import { hinted } from "../../src/search/exact/hinted.ts";
import { explore, least } from "../oracle/explore.ts";
import { anything, goalOf } from "../oracle/goals.ts";
import { inOrder, listsOf, passesOf, random } from "../oracle/oracle.ts";
import { solveNow } from "../oracle/sat.ts";
import { type Asked, someGoal, wholeCaps } from "./goals.ts";
import type { Files } from "./mutate.ts";

const namedOf = (goal: Goal): Named => ({
  problem: goal.problem,
  names: Array.from({ length: goal.problem.nodes }, (_, node) => `N[${node}]`),
});
const goalIn = (goal: Goal) => ({ ...goal, named: namedOf(goal), orders: goal.orders.map(({ passes }) => passes) });

function filesOf(certificate: Certificate, proofs: ReadonlyMap<string, Uint8Array>): Files {
  return { text: certificateText(certificate), proofs: new Map([...proofs].map(([name, bytes]) => [name, gzipSync(bytes)])) };
}

/** Evidence that nothing meets the goal, from a bound or a solver; none if something does, or nobody knows. */
function refutation({ goal, quantum }: Asked): Refutation | null {
  const above = boundAbove(goal);
  if (above !== null) return above;
  const asked = quantum === null ? goal : coarsen(goal, quantum);
  const written = asked === null ? null : writeClauses(asked);
  if (written === null || written.kind === "too-large") return null;
  const solved = written.kind === "clauses" ? solveNow(written) : { lemmas: new Int32Array() };
  if (!("lemmas" in solved)) return null;
  const found = hinted(goal, { kind: "lemmas", lemmas: solved.lemmas, quantum: quantum ?? undefined });
  return found.kind === "refused" ? null : found;
}

/** What some goal is refuted with. */
function impossible(seed: number): Files | null {
  const asked = someGoal(seed);
  const found = refutation(asked);
  if (found === null) return null;
  const proofs = new Map<string, Uint8Array>();
  const refutations = refutationsOf([found], proofs);
  return filesOf(
    { kind: "impossible", title: "goal", instances: [{ parameters: [], goal: goalIn(asked.goal) }], evidence: { refutations } },
    proofs,
  );
}

/** Of one small problem: its shortest schedule, that it is there, that none is shorter, that a claim of it holds, and one that is broken. */
function schedules(seed: number): Files[] {
  const { below, pick } = random(seed);
  const problem = wholeCaps(anything(seed, 3, 1));
  const makespan = least((bound) => goalOf(problem, { makespan: bound }), 0, problem, 2000);
  const start = makespan === null ? null : explore(goalOf(problem, { makespan }), 2000);
  if (makespan === null || start === null) return [];
  const goal = goalOf(problem, { makespan: makespan + below(2) });
  const starts = Float64Array.from(start);
  const found: Files[] = [];
  const none = new Map<string, Uint8Array>();
  const claim = term.compare(
    { op: "measure", measure: { name: pick(["makespan", "span", "peak", "idle"]), schedule: 0 } },
    "<=",
    term.number(below(20), 1 + below(2)),
  );
  const instance = {
    claim,
    parameters: [["p", { num: 3n, den: 1n }]] as const,
    subjects: [{ kind: "schedule", named: namedOf(goal), starts }] as const,
  };
  found.push(
    filesOf(
      below(3) > 0
        ? { kind: "holds", title: "a claim", instances: [instance], evidence: { passages: [[]] } }
        : { kind: "false", title: "a claim", instance, evidence: { passages: [] } },
      none,
    ),
  );
  found.push(filesOf({ kind: "possible", title: "a schedule", parameters: [], goal: goalIn(goal), evidence: { starts } }, none));
  const lists = listsOf(inOrder(problem, start)).map((list) => Int32Array.from(list));
  const sequence = Int32Array.from(passesOf(problem).map(({ id }) => id)).sort((a, b) => start[a] - start[b] || a - b);
  const order = { kind: "order", named: namedOf(goal), lists } as const;
  found.push(
    filesOf(
      { kind: "deadlock-free", title: "an order", instances: [{ parameters: [], order }], evidence: { sequences: [sequence] } },
      none,
    ),
  );
  const least1 = refutation({ goal: goalOf(problem, { makespan: makespan - 1 }), quantum: null });
  if (least1 !== null) {
    const proofs = new Map<string, Uint8Array>();
    const refutations = refutationsOf([least1], proofs);
    const objectives: Reached[] = [{ measure: "makespan", value: makespan, bound: makespan }];
    found.push(
      filesOf(
        { kind: "best", title: "the best", parameters: [], goal: goalIn(goal), objectives, evidence: { starts, refutations } },
        proofs,
      ),
    );
  }
  return found;
}

export function samples(count: number): Files[] {
  const found: Files[] = [];
  for (let seed = 1; found.length < count; seed++) {
    const one = impossible(seed);
    if (one !== null) found.push(one);
    if (seed % 3 === 0) found.push(...schedules(seed));
  }
  return found;
}
