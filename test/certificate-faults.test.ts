// Solvers with faults put into them: wrong models, wrong proofs, answers of other questions, death. No certificate that says something
// false comes of it, and none that does not pass.
import { describe, expect, test } from "vitest";
import { written } from "../src/certificate/draft.ts";
import { readCertificate } from "../src/certificate/read.ts";
import { verify } from "../src/session.ts";
import { CadicalSolver } from "../src/solver/cadical.ts";
import type { SatAnswer, SatSolver, SatTask } from "../src/solver/sat.ts";
import { random } from "./oracle/oracle.ts";
import { isTrue } from "./oracle/truth.ts";

const text = `pipeline V(p) {
  devices p
  stages s in 0..2p-1 on device min(s, 2p-1-s)
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1/2 from F[s] to W[s]
}
profile Q { F 2  B 1  W 1 }
find Best of V(2) { microbatches 2  keep peak <= 1  minimize makespan }
claim "nothing below": impossible: V(2) with m = 2, peak <= 1, makespan <= 16
claim "one less is too little": impossible: V(2) with m = 2, peak <= 1, makespan <= 17
claim "with times": impossible: V(2) with m = 2, Q, peak <= 1, makespan <= 20
`;

/** A solver whose true answers go through `change`. */
class Faulty implements SatSolver {
  readonly name = "faulty";
  readonly #solver = new CadicalSolver();
  readonly #change: (answer: SatAnswer, task: SatTask) => SatAnswer | Promise<SatAnswer>;
  constructor(change: (answer: SatAnswer, task: SatTask) => SatAnswer | Promise<SatAnswer>) {
    this.#change = change;
  }
  async solve(task: SatTask): Promise<SatAnswer> {
    return this.#change(await this.#solver.solve(task), task);
  }
  close(): Promise<void> {
    return this.#solver.close();
  }
}
/** One that is closed, its thread with it, while it works. */
class Dying implements SatSolver {
  readonly name = "dying";
  async solve(task: SatTask): Promise<SatAnswer> {
    const solver = new CadicalSolver();
    const answer = solver.solve(task);
    await solver.close();
    return answer;
  }
  async close(): Promise<void> {}
}

const { below } = random(7);
let lastLemmas = new Int32Array();
const faults: readonly (readonly [string, () => SatSolver])[] = [
  ["no fault", () => new Faulty((answer) => answer)],
  [
    "a bit of each model",
    () =>
      new Faulty((answer) =>
        answer.kind === "model"
          ? { ...answer, model: answer.model.map((bit, i) => (i === 1 + below(answer.model.length - 1) ? 1 - bit : bit)) }
          : answer,
      ),
  ],
  [
    "a model where there is none",
    () => new Faulty((_, { clauses }) => ({ kind: "model", model: new Uint8Array(clauses.variables + 1).map(() => below(2)) })),
  ],
  [
    "a refutation where there is a model",
    () => new Faulty((answer) => (answer.kind === "model" ? { kind: "refuted", lemmas: lastLemmas } : answer)),
  ],
  [
    "half of each proof",
    () =>
      new Faulty((answer) =>
        answer.kind === "refuted" ? { ...answer, lemmas: answer.lemmas.slice(0, answer.lemmas.length >> 1) } : answer,
      ),
  ],
  [
    "each proof backwards",
    () => new Faulty((answer) => (answer.kind === "refuted" ? { ...answer, lemmas: answer.lemmas.slice().reverse() } : answer)),
  ],
  [
    "a literal of each proof",
    () =>
      new Faulty((answer) => {
        if (answer.kind !== "refuted") return answer;
        const at = below(Math.max(1, answer.lemmas.length));
        return { ...answer, lemmas: answer.lemmas.map((literal, i) => (i === at ? -literal : literal)) };
      }),
  ],
  [
    "the proof of the question before",
    () =>
      new Faulty((answer) => {
        if (answer.kind !== "refuted") return answer;
        const before = lastLemmas;
        lastLemmas = Int32Array.from(answer.lemmas);
        return { ...answer, lemmas: before };
      }),
  ],
  ["the empty clause at once", () => new Faulty(() => ({ kind: "refuted", lemmas: Int32Array.of(0) }))],
  ["killed", () => new Dying()],
];

describe("faults in the solver", () => {
  test.each(faults)("%s", { timeout: 60_000 }, async (name, satSolver) => {
    const report = await verify([{ path: "faults.pipe", text }], { satSolver, jobs: 1, timeout: 20_000, save: () => "nowhere" });
    let made = 0;
    for (const { title, verdict, warrants, counterexample } of report.files[0].claims) {
      for (const warrant of warrants ?? (counterexample?.warrant === undefined ? [] : [counterexample.warrant])) {
        const draft = warrant();
        if (!("certificate" in draft)) continue;
        const done = written(draft);
        expect([title, "text" in done]).toEqual([title, true]);
        const reading = readCertificate("text" in done ? done.text : "");
        expect([title, reading.kind === "certificate" && isTrue(reading.certificate)]).toEqual([title, true]);
        made++;
      }
      if (title.startsWith("one less")) expect([title, verdict]).not.toEqual([title, "proved"]);
    }
    // Without a fault each has one; a bound or a constructed schedule needs no solver, whatever becomes of it.
    if (name === "no fault") expect(made).toBe(4);
    expect(report.files[0].claims.length).toBe(4);
  });
});
