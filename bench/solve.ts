// The search, measured: `npm run bench:solve`, or `npm run bench -- --solve` after the verifier's figures. Parts, each also alone by `--only`:
//   figures    instances that are to be proved in a given time, without peers
//   blocks     building blocks
//   large      a schedule for 64 devices and 1024 microbatches
//   instances  ten instances against CP-SAT, HiGHS, CBC and Z3 with integer start times (where bench/peers/install.sh has put them)
//   rows       the published schedulers' spans at their own memory and times
// Options:
//   --seconds N   limit for each instance and peer (default 120)     --peers a,b   which peers (default: all that are there; none: no peer)
//   --rows N      rows of the published schedules (default 100)      --all         every comparable row
//   --timeout N   seconds for each row (default 60)                  --only PART
// Besides seconds as a clock counts them there is the processor time of all threads: on a busy machine that one means more.
// What runs is the compiled program, as users have it: from source each thread would first compile TypeScript.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Goal, Objective, Problem } from "../src/kernel/index.ts";
import { boundOf } from "../src/schedule/index.ts";
import type { Solved } from "../src/search/solve.ts";
import { blockProgram, figures, instances, problemOf } from "./instances.ts";
import { comparable, compareRows, readPeerSchedules, sample, table } from "./peer-schedules.ts";
import { available, peers, runPeer } from "./peers/peers.ts";

const dist = resolve(import.meta.dirname, "../dist");
const { Crew }: typeof import("../src/search/crew.ts") = await import(`${dist}/search/crew.js`);
const { solve }: typeof import("../src/search/solve.ts") = await import(`${dist}/search/solve.js`);
const { solve: solveFinds }: typeof import("../src/session.ts") = await import(`${dist}/session.js`);

const { values } = parseArgs({
  options: {
    solve: { type: "boolean" }, // of `npm run bench`

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
  /** Processor time of all threads. */
  readonly cpu: number;
}
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** As the command line does it: construction, then two solvers side by side, from a cold start. */
async function solveCold(problem: Problem, objective: Objective, limit: number): Promise<Timed> {
  const crew = new Crew({ jobs: 2 }, Date.now() + limit * 1000);
  const goal: Goal = { problem, makespan: null, span: null, starts: [], orders: [] };
  const [began, used] = [performance.now(), cpuSeconds()];
  try {
    const solved = await solve(
      { goal, objectives: [objective] },
      { team: await crew.team(), construct: (...asked) => crew.build(...asked) },
    );
    return { solved, seconds: (performance.now() - began) / 1000, cpu: cpuSeconds() - used };
  } finally {
    await crew.close();
  }
}

const shown = (best: number | null, bound: number, proved: boolean): string => (proved ? `${best}` : `${bound}..${best ?? "-"}`);

const timed = ({ seconds, cpu }: Pick<Timed, "seconds" | "cpu">): string => `${seconds.toFixed(1)} s (cpu ${cpu.toFixed(1)} s)`;

if (wanted("figures")) {
  for (const { instance, least, seconds } of figures) {
    const ours = await solveCold(instance.problem, instance.objective, 2 * seconds);
    const [{ value, bound, proved }] = ours.solved.outcomes;
    const gap = proved || value === null ? "" : `, gap ${((1 - bound / value) * 100).toFixed(2)} %`;
    const ends = least === null ? "" : proved && value === least ? "" : `  NOT ${least}`;
    console.log(`${instance.title.padEnd(56)} ${shown(value, bound, proved).padEnd(12)} ${timed(ours)}   within ${seconds} s${ends}${gap}`);
  }
}

if (wanted("blocks")) {
  for (const devices of [8, 16, 32, 64]) {
    const [began, used] = [performance.now(), cpuSeconds()];
    const { files } = await solveFinds({ path: "block.pipe", text: blockProgram(devices) }, [], { timeout: 60_000 });
    const [{ interval, peak }] = files[0].blocks;
    const took = { seconds: (performance.now() - began) / 1000, cpu: cpuSeconds() - used };
    console.log(
      `${`block, V, p = ${devices}, peak at most p/3 + 2`.padEnd(56)} every ${interval}, peak ${peak}   ${timed(took)}   within 10 s at 32`,
    );
  }
}

if (wanted("instances")) {
  const limit = Number(values.seconds);
  const there = available();
  const chosen = there.ok ? peers.filter(({ name }) => values.peers === undefined || values.peers.split(",").includes(name)) : [];
  if (!there.ok) console.log(`no peers: ${there.why}`);
  for (const instance of instances) {
    const ours = await solveCold(instance.problem, instance.objective, limit);
    const [outcome] = ours.solved.outcomes;
    const cells = [`bubbleproof ${shown(outcome.value, outcome.bound, outcome.proved)} in ${timed(ours)}`];
    for (const peer of chosen) {
      const answer = await runPeer(peer, instance.peer, { seconds: limit });
      const proved = answer.status === "optimal";
      const ratio = proved && outcome.proved ? `, ${(answer.seconds / ours.seconds).toFixed(1)} times ours` : "";
      cells.push(
        `${peer.name} ${shown(answer.best, answer.bound ?? 0, proved)} in ${timed({ seconds: answer.seconds, cpu: answer.cpuSeconds ?? 0 })}${ratio}`,
      );
    }
    console.log(`${instance.title.padEnd(56)} ${cells.join("; ")}`);
  }
}

if (wanted("large")) {
  const problem = problemOf({ placement: "V", devices: 64, microbatches: 1024, times: [4959, 5217, 3519], send: 213, cap: 64 });
  const ours = await solveCold(problem, "makespan", 30);
  const [outcome] = ours.solved.outcomes;
  const value = outcome.value ?? Number.NaN;
  console.log(
    `V, p = 64, m = 1024, half of 1F1B's memory: ${value}, none below ${boundOf({ problem, makespan: null, span: null, starts: [], orders: [] }, "makespan").value}, gap ${(((value - outcome.bound) / value) * 100).toFixed(2)} %, in ${timed(ours)}`,
  );
}

if (wanted("rows")) {
  const rows = readPeerSchedules().filter((row) => comparable(row) && row.devices <= 8 && row.microbatches <= 2 * row.devices);
  const some = values.all ? rows : sample(rows, Number(values.rows));
  const answers = new Map<string, number>();
  const tallies = await compareRows(
    some,
    async (row, problem) => {
      // Several rows ask for the same: same placement, sizes, times and memory.
      const key = JSON.stringify([problem.nodes, row.devices, row.microbatches, row.times, row.send, row.peak]);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const { solved } = await solveCold(problem, "span", Number(values.timeout));
      const span = solved.outcomes[0].value ?? Number.POSITIVE_INFINITY;
      answers.set(key, span);
      return span;
    },
    ({ scheduler, variant, devices, microbatches, times, send, peak, span: theirs }, span) => {
      if (span > theirs)
        console.log(
          `worse: ${scheduler} ${variant}, p = ${devices}, m = ${microbatches}, F B W = ${times.join(" ")}, send ${send}, peak ${peak}: ${span}, theirs ${theirs}`,
        );
    },
  );
  console.log(table(tallies));
}
