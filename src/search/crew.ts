// The solvers and the checker of one run: made when they are first needed, shared by all its questions, closed at its end.
import { coarsen, type Problem, type Schedule, writeClauses } from "../kernel/index.ts";
import type { Clauses, SatSolver } from "../solver/sat.ts";
import { Builder } from "./construct/builder.ts";
import { Checker } from "./exact/checker.ts";
import type { Broken } from "./exact/decide.ts";
import type { Team } from "./exact/minimize.ts";

export interface CrewOptions {
  readonly satSolver?: () => SatSolver;
  readonly jobs?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly save?: (clauses: Clauses) => string;
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #deadline: number;
  readonly #builder: Builder;
  #team: Team | null = null;

  /** `deadline` as `Date.now()` counts. */
  constructor(options: CrewOptions, deadline: number) {
    this.#options = options;
    this.#builder = new Builder(options.jobs ?? 2);
    this.#deadline = deadline;
  }

  async team(): Promise<Team> {
    if (this.#team === null) {
      const { satSolver, jobs = 2, seed = 0, signal } = this.#options;
      const make = satSolver ?? (await embedded());
      this.#team = { solvers: Array.from({ length: jobs }, make), checker: new Checker(), seed, deadline: this.#deadline, signal };
      for (const solver of this.#team.solvers) solver.warm?.();
      this.#team.checker.warm();
    }
    return this.#team;
  }

  build(problem: Problem, objective: "makespan" | "span", effort: number, better?: (value: number) => void): Promise<Schedule | null> {
    const { seed = 0, signal } = this.#options;
    return this.#builder.build({ problem, objective, seed, effort, deadline: this.#deadline }, signal, better);
  }

  /** Keeps what was asked when an answer did not stand up. */
  save({ goal, quantum }: Broken): string {
    const asked = quantum === undefined ? goal : coarsen(goal, quantum);
    const written = asked === null ? null : writeClauses(asked);
    return written?.kind === "clauses" && this.#options.save !== undefined ? this.#options.save(written) : "no file";
  }

  async close(): Promise<void> {
    await Promise.all([...(this.#team?.solvers.map((solver) => solver.close()) ?? []), this.#team?.checker.close(), this.#builder.close()]);
  }
}

/** Loaded only when something is looked for. */
async function embedded(): Promise<() => SatSolver> {
  const { CadicalSolver } = await import("../solver/cadical.ts");
  return () => new CadicalSolver();
}
