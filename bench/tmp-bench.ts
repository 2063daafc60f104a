import { gzipSync } from "node:zlib";
import { problemOf } from "/work/main/bench/instances.ts";
import { proofBytes } from "/work/main/src/certificate/proof.ts";
import * as OK from "/work/main/src/kernel/refute/clauses.ts";
import { checkRefutation } from "/work/main/src/kernel/refute/proof.ts";
import { trim } from "/work/main/src/search/exact/trim.ts";
import { CadicalSolver } from "/work/main/src/solver/cadical.ts";
import * as NK from "/work/wt/refute/src/kernel/refute/clauses.ts";

const cases: any = {
  v4: [{ placement: "V", devices: 4, microbatches: 8, times: [1, 1, 1], send: 0, cap: 4 }, { makespan: +(process.env.X ?? 0) }],
  v6: [{ placement: "V", devices: 6, microbatches: 12, times: [1, 1, 1], send: 0, cap: 6 }, { makespan: 88 }],
  v8: [{ placement: "V", devices: 8, microbatches: 16, times: [1, 1, 1], send: 0, cap: 12 }, { makespan: 106 }],
  v8ok: [{ placement: "V", devices: 8, microbatches: 16, times: [1, 1, 1], send: 0, cap: 12 }, { makespan: 107 }],
  s16: [{ placement: "straight", devices: 16, microbatches: 32, times: [1, 1, 1], send: 0, cap: 8 }, { makespan: 154 }],
  s16ok: [{ placement: "straight", devices: 16, microbatches: 32, times: [1, 1, 1], send: 0, cap: 8 }, { makespan: 155 }],
  v751: [{ placement: "V", devices: 4, microbatches: 8, times: [12, 13, 8], send: 1, cap: 4 }, { makespan: 750 }],
  v751ok: [{ placement: "V", devices: 4, microbatches: 8, times: [12, 13, 8], send: 1, cap: 4 }, { makespan: 751 }],
  s8span: [{ placement: "straight", devices: 8, microbatches: 16, times: [1, 1, 1], send: 0, cap: 7 }, { span: +(process.env.X ?? 57) }],
};
const [which, what] = process.argv.slice(2);
for (const w of which.split(","))
  for (const k of what.split(",")) {
    const [shape, bounds] = cases[w];
    const goal = { problem: problemOf(shape), makespan: null, span: null, starts: [], orders: [], ...bounds };
    const t0 = performance.now();
    const written: any = (k === "new" ? NK : OK).writeClauses(goal);
    if (written.kind !== "clauses") {
      console.log(w, k, written);
      continue;
    }
    let n = 0;
    for (const l of written.literals) if (l === 0) n++;
    const t1 = performance.now();
    const solver = new CadicalSolver();
    const c0 = process.cpuUsage();
    const seeds = Number(process.env.SEEDS ?? 1);
    for (let seed = 0; seed < seeds; seed++) {
      const t1 = performance.now();
      const c0 = process.cpuUsage();
      const a: any = await solver.solve({ clauses: written, proof: true, seed, deadline: Date.now() + 200000 });
      const t2 = performance.now();
      const c1 = process.cpuUsage(c0);
      let more = "";
      if (a.kind === "refuted") {
        const tr: any = trim(written.variables, written.literals, a.lemmas);
        const t3 = performance.now();
        const ok: any = checkRefutation(written.variables, written.literals, tr.proof);
        more = `trim ${((t3 - t2) / 1000).toFixed(1)}s lemmas ${ok.lemmas} ${ok.kind} check ${((performance.now() - t3) / 1000).toFixed(2)}s gz ${(gzipSync(proofBytes(tr.proof)).length / 1e6).toFixed(3)} MB`;
      }
      console.log(
        w,
        k,
        `vars ${written.variables} clauses ${n} lits ${written.literals.length} write ${((t1 - t0) / 1000).toFixed(2)}s`,
        a.kind,
        a.reason ?? "",
        `wall ${((t2 - t1) / 1000).toFixed(1)}s cpu ${((c1.user + c1.system) / 1e6).toFixed(1)}`,
        more,
      );
    }
    await solver.close();
  }
