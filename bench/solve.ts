// The search side by side with others, `npm run bench:solve`: ten instances against CP-SAT, HiGHS, CBC and Z3 with integer start times
// (where bench/peers/install.sh has put them), and the published schedulers' spans at their own memory.
//   --seconds N   limit for each instance and peer (default 120)     --peers a,b   which peers (default: all that are there; none: no peer)
//   --rows N      rows of the published schedules (default 100)      --all         every comparable row
//   --timeout N   seconds for each row (default 60)                  --only rows|instances|large
import { parseArgs } from "node:util";
import { boundsOf, type Goal, type Problem } from "../src/kernel/index.ts";
import { Crew } from "../src/search/crew.ts";
import { type Objective, type Solved, solve } from "../src/search/solve.ts";
import { instances, problemOf } from "./instances.ts";
import { comparable, compareRows, problemOfRow, readPeerSchedules, sample, table } from "./peer-schedules.ts";
import { available, peers, runPeer } from "./peers/peers.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    peers: { type: "string" },
    rows: { type: "string", default: "100" },
    all: { type: "boolean", default: false },
    timeout: { type: "string", default: "60" },
    only: { type: "string" },
  },
});
const wanted = (part: string): boolean => values.only === undefined || values.only === part;

interface Timed {
  readonly solved: Solved;
  readonly seconds: number;
}

/** As the command line does it: construction, then two solvers side by side, from a cold start. */
async function solveCold(problem: Problem, objective: Objective, limit: number): Promise<Timed> {
  const crew = new Crew({ jobs: 2 }, Date.now() + limit * 1000);
  const goal: Goal = { problem, makespan: null, span: null, starts: [], orders: [] };
  const began = performance.now();
  try {
    const solved = await solve(
      { goal, objectives: [objective] },
      { team: await crew.team(), construct: (...asked) => crew.build(...asked) },
    );
    return { solved, seconds: (performance.now() - began) / 1000 };
  } finally {
    await crew.close();
  }
}

const shown = (best: number | null, bound: number, proved: boolean): string => (proved ? `${best}` : `${bound}..${best ?? "-"}`);

if (wanted("instances")) {
  const limit = Number(values.seconds);
  const there = available();
  const chosen = there.ok ? peers.filter(({ name }) => values.peers === undefined || values.peers.split(",").includes(name)) : [];
  if (!there.ok) console.log(`no peers: ${there.why}`);
  for (const instance of instances) {
    const ours = await solveCold(instance.problem, instance.objective, limit);
    const [outcome] = ours.solved.outcomes;
    const cells = [`bubbleproof ${shown(outcome.value, outcome.bound, outcome.proved)} in ${ours.seconds.toFixed(1)} s`];
    for (const peer of chosen) {
      const answer = await runPeer(peer, instance.peer, { seconds: limit });
      const proved = answer.status === "optimal";
      const ratio = proved && outcome.proved ? `, ${(answer.seconds / ours.seconds).toFixed(1)} times ours` : "";
      cells.push(`${peer.name} ${shown(answer.best, answer.bound ?? 0, proved)} in ${answer.seconds.toFixed(1)} s${ratio}`);
    }
    console.log(`${instance.title.padEnd(56)} ${cells.join("; ")}`);
  }
}

if (wanted("large")) {
  const problem = problemOf({ placement: "V", devices: 64, microbatches: 1024, times: [4959, 5217, 3519], send: 213, cap: 64 });
  const { solved, seconds } = await solveCold(problem, "makespan", 30);
  const [outcome] = solved.outcomes;
  const value = outcome.value ?? Number.NaN;
  console.log(
    `V, p = 64, m = 1024, half of 1F1B's memory: ${value}, none below ${boundsOf({ problem, makespan: null, span: null, starts: [], orders: [] }).makespan}, gap ${(((value - outcome.bound) / value) * 100).toFixed(2)} %, in ${seconds.toFixed(1)} s`,
  );
}

if (wanted("rows")) {
  const rows = readPeerSchedules().filter((row) => comparable(row) && row.devices <= 8 && row.microbatches <= 2 * row.devices);
  const some = values.all ? rows : sample(rows, Number(values.rows));
  const tallies = await compareRows(some, async (row) => {
    const { solved } = await solveCold(problemOfRow(row), "span", Number(values.timeout));
    return solved.outcomes[0].value ?? Number.POSITIVE_INFINITY;
  });
  console.log(table(tallies));
}
