// Claims for all times of passes: the kernel's terms against brute force, bad hints, and the claims as a user writes them.
import { describe, expect, test } from "vitest";
import { readCertificate } from "../src/certificate/read.ts";
import { certificateText } from "../src/certificate/write.ts";
import { fraction } from "../src/fraction/index.ts";
import { type Term, type Timed, term } from "../src/kernel/index.ts";
import { valueAt } from "../src/search/hints.ts";
import { conesFor } from "../src/search/times.ts";
import { verify } from "../src/session.ts";
import { leastStarts, measures, random, randomOrder, randomProblem } from "./oracle/oracle.ts";

const names = ["f", "b", "w"];
const free = term.all(names.map((name) => term.compare(term.variable(name), ">=", term.number(0))));
const measure = (name: "makespan" | "span" | "idle", device?: number): Term => ({
  op: "measure",
  measure: { name, schedule: 0, ...(device === undefined ? {} : { device: term.number(device) }) },
});

/** A random order, each of whose passes takes so much of each variable; the last variable is also the time of a message, now and then. */
function randomTimed(seed: number): Timed | null {
  const problem = randomProblem(seed);
  const { below } = random(seed + 1);
  const order = randomOrder(problem, seed);
  if (problem.streams > 1 || leastStarts(problem, order) === null) return null;
  const none = { holdDevice: new Int32Array(), holdFrom: new Int32Array(), holdTo: new Int32Array(), holdAmount: new Float64Array() };
  return {
    problem: {
      ...problem,
      routes: problem.routes.map((route) => ({ ...route, ...none })),
      cap: problem.cap.map(() => Number.POSITIVE_INFINITY),
    },
    order,
    times: names.map((name, v) => ({
      name,
      durations: problem.routes.map(({ duration }) => duration.map(() => (below(2) === 0 ? 0 : below(3)))),
      send: v === 2 && below(2) === 0 ? 1 : 0,
    })),
  };
}
function runAt({ problem, order, times }: Timed, values: readonly number[]) {
  const sum = (of: (one: Timed["times"][number]) => number): number => times.reduce((all, one, v) => all + values[v] * of(one), 0);
  const own = {
    ...problem,
    routes: problem.routes.map((route, r) => ({
      ...route,
      duration: route.duration.map((_, node) => sum(({ durations }) => durations[r][node])),
    })),
    send: sum(({ send }) => send),
  };
  return { problem: own, start: leastStarts(own, order) ?? [] };
}

describe("a measure as a term over the times", () => {
  test("is what brute force measures, wherever it has a value", () => {
    let [looked, cones] = [0, 0];
    for (let seed = 0; seed < 120; seed++) {
      const timed = randomTimed(seed);
      if (timed === null) continue;
      const claims = [measure("makespan"), measure("span"), measure("idle")].map((one) => term.compare(one, "==", term.number(-1)));
      const found = conesFor({ variables: names, domain: free, claims, subjects: [timed] }, () => null);
      if ("reason" in found) continue; // where a device's first start does not add up there is no term
      cones += found.hints[0].cones.length;
      const { below } = random(seed);
      for (let trial = 0; trial < 12; trial++) {
        const values = names.map(() => below(6));
        const point = new Map(names.map((name, v) => [name, BigInt(values[v])]));
        const { problem, start } = runAt(timed, values);
        const known = measures(problem, start);
        const ticks = BigInt(problem.ticksPerUnit);
        const expected = [known.makespan, known.span, known.idle].map((one) => fraction.rational(one.num, one.den));
        found.plain.forEach(({ claim }, i) => {
          if (claim.op !== "compare") throw new Error("a claim that is no comparison");
          expect(valueAt(claim.left, point), `seed ${seed}, ${values}, measure ${i}, ${ticks}`).toEqual(expected[i]);
          looked++;
        });
      }
    }
    expect(looked).toBeGreaterThan(1000);
    expect(cones).toBeGreaterThan(100);
  });
});

const straight = `pipeline Straight(p) {
  devices p
  stages s in 0..p-1 on device s
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1 from F[s] to W[s]
}
schedule ZBH1(p) of Straight(p) every 3 {
  F[s] at s
  B[s] at p + 2(p-1-s)
  W[s] at 3p - 1 + s
}
profile Times(f, b, w) { F f  B b  W w }
profile Sent(f, s) { F f  B 2f  W f  send s }
profile Own(f) { F f  B 1  W f }
`;
async function verdictOf(claim: string) {
  const { files } = await verify([{ path: "times.pipe", text: `${straight}claim "x" ${claim}\n` }]);
  const found = files[0].claims.find(({ title }) => title === "x");
  if (found === undefined) throw new Error(JSON.stringify(files[0].diagnostics));
  return found;
}

describe("claims for all times", () => {
  test("ZB-H1's bubble for all times of passes", async () => {
    const claim = "for all p in 2..4, f >= 0, b >= 0, w >= 0: idle(ZBH1(p), m = 2p, Times(f, b, w)) == (p-1)*(f + b - min(f, w))";
    expect(await verdictOf(claim)).toMatchObject({ verdict: "proved", instances: "all" });
  });
  test("a message is a time, too", async () => {
    const { verdict } = await verdictOf("for all f >= 1, s >= 0: makespan(ZBH1(2), m = 1, Sent(f, s)) == 7f + 2s");
    expect(verdict).toBe("proved");
  });
  test("the smallest times at which it is false", async () => {
    const { verdict, counterexample } = await verdictOf(
      "for all p in 2..3, f >= 0, b >= 0, w >= 0: idle(ZBH1(p), m = 2p, Times(f, b, w)) == (p-1)*(f + b - w)",
    );
    expect(verdict).toBe("refuted");
    expect(counterexample?.parameters.map(({ name, value }) => `${name} = ${fraction.print(value)}`).join(", ")).toBe(
      "p = 2, f = 0, b = 0, w = 1",
    );
  });
  test("times that cannot be", async () => {
    const found = await verdictOf("for all f >= 1, b >= 1, w >= 0, f + b < w, w < f: makespan(ZBH1(2), m = 2, Times(f, b, w)) == 1");
    expect(found.verdict).toBe("vacuous");
    expect(found.warrants?.map((warrant) => "certificate" in warrant())).toEqual([true]);
  });
  test("its certificate, and the same with a proof of no known kind", async () => {
    const { warrants } = await verdictOf("for all f >= 0, s >= 0: makespan(ZBH1(2), m = 1, Sent(f, s)) == 7f + 2s");
    const draft = warrants?.[0]();
    if (draft === undefined || "reason" in draft) return expect.fail("no certificate");
    const text = certificateText(draft.certificate);
    expect(readCertificate(text).kind).toBe("certificate");
    expect(readCertificate(text.replace('"kind":"cases"', '"kind":"others"'))).toMatchObject({ kind: "refused" });
  });
  test("false only where nobody looks first", async () => {
    const { verdict, counterexample } = await verdictOf("for all f >= 1, b >= 1: makespan(ZBH1(2), m = 2, Times(f, b, b)) < 1000");
    expect(verdict).toBe("refuted");
    expect(counterexample).toBeDefined();
  });
  test.each([
    ["a share", "for all f >= 1, b >= 1, w >= 1: bubble(ZBH1(2), m = 2, Times(f, b, w)) > 0", /bubble is not proved for all times/],
    ["a time of its own", "for all f >= 1: makespan(ZBH1(2), m = 2, Own(f)) >= 4f", /not a sum of multiples/],
    ["sizes without an end", "for all p >= 2, f >= 1, b >= 1, w >= 1: idle(ZBH1(p), m = p, Times(f, b, w)) >= 0", /give `p` a range/],
    [
      "a size that is a time",
      "for all f >= 1, b >= 1: makespan(ZBH1(2), m = f, Times(f, b, b)) >= f",
      /a time in one place and .* a size in another/,
    ],
  ])("%s is not known", async (_, claim, reason) => {
    const found = await verdictOf(claim);
    expect(found.verdict).toBe("unknown");
    expect(found.reason).toMatch(reason);
  });
});
