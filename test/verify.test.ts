// Programs as files: those in cases/programs verify as they stand, those in cases/refused are refused for the reason in their first line.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { fraction } from "../src/fraction/index.ts";
import { exitCode } from "../src/report/exit.ts";
import { reportJson } from "../src/report/json.ts";
import { reportText } from "../src/report/text.ts";
import { type Report, type VerifyOptions, verify } from "../src/session.ts";

const cases = join(import.meta.dirname, "cases");
const read = (path: string) => ({ path, text: readFileSync(join(cases, path), "utf8") });
const judge = (path: string, options?: VerifyOptions): Promise<Report> => verify([read(path)], options);
const judgeText = (text: string, options?: VerifyOptions): Promise<Report> => verify([{ path: "test.pipe", text }], options);
const plain = { color: false, width: 100, quiet: false };
const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../schema/report.schema.json"), "utf8"));
const validate = new Ajv2020().compile(schema);

/** Every report of these tests is also held against the schema. */
function checked(report: Report): Report {
  const valid = validate(JSON.parse(reportJson(report, true)));
  expect(validate.errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  return report;
}

describe("programs that verify", () => {
  for (const name of readdirSync(join(cases, "programs"))
    .filter((one) => one !== "find.pipe")
    .sort()) {
    test(name, async () => {
      const report = checked(await judge(join("programs", name)));
      const { claims, diagnostics } = report.files[0];
      expect(diagnostics).toEqual([]);
      expect(claims.filter((claim) => claim.verdict !== "proved").map((claim) => [claim.title, claim.verdict, claim.reason])).toEqual([]);
      expect(claims.length).toBeGreaterThan(4);
      expect(exitCode(report)).toBe(0);
    });
  }
  test("find.pipe: the find and what is impossible", { timeout: 60_000 }, async () => {
    const report = checked(await judge("programs/find.pipe"));
    expect(report.files[0].claims.map((claim) => claim.verdict)).toEqual(["proved", "proved", "proved", "proved"]);
    expect(report.files[0].sightings.map(({ found, optimal }) => [found?.measures.makespan, optimal])).toEqual([[140, true]]);
    expect(exitCode(report)).toBe(0);
  });
});

describe("programs that are refused, each for its reason", () => {
  const refusedBy = async (name: string): Promise<{ report: Report; text: string }> => {
    const report = checked(await judge(join("refused", name)));
    return { report, text: reportText(report, plain) };
  };
  test("deadlock.pipe: the circle of waits", async () => {
    const { report, text } = await refusedBy("deadlock.pipe");
    expect(exitCode(report)).toBe(1);
    expect(text).toContain(
      "device 0 waits: B[0] of microbatch 0 needs B[1] of microbatch 0, which device 1 runs only after F[1] of microbatch 1.",
    );
    expect(text).toContain(
      "device 1 waits: F[1] of microbatch 1 needs F[0] of microbatch 1, which device 0 runs only after B[0] of microbatch 0.",
    );
  });
  test("early.pipe: from p = 3 on", async () => {
    const { report, text } = await refusedBy("early.pipe");
    expect(exitCode(report)).toBe(1);
    expect(text).toContain(
      "at p = 3, m = 1: B[0] of microbatch 0 starts at 4, but B[1] of microbatch 0, which it needs, has ended only at 6.",
    );
  });
  test("memory.pipe: first at p = 3, where the peak is 2", async () => {
    const { report, text } = await refusedBy("memory.pipe");
    expect(exitCode(report)).toBe(1);
    expect(text).toContain("at p = 3");
    expect(text).toContain("peak(VMin(p)) is 2; claimed is <= p/3 + 1/2 = 3/2.");
  });
  test("names.pipe: three mistakes, all reported", async () => {
    const { report } = await refusedBy("names.pipe");
    expect(report.files[0].diagnostics.map((one) => [one.code, one.help])).toEqual([
      ["unknown-pass", "known here: `F`"],
      ["unknown-pipeline", "did you mean `Straight`?"],
      ["unclosed", expect.stringContaining("`)`")],
    ]);
    expect(exitCode(report)).toBe(2);
  });
  test("overlap.pipe: W and the next B in one slot", async () => {
    const { report, text } = await refusedBy("overlap.pipe");
    expect(exitCode(report)).toBe(1);
    expect(text).toContain("at p = 1, m = 2: W[0] of microbatch 0 and B[0] of microbatch 1 both run on device 0 at 4.");
  });
  test("vacuous.pipe: the range is empty", async () => {
    const { report } = await refusedBy("vacuous.pipe");
    expect(report.files[0].claims.map((claim) => claim.verdict)).toEqual(["proved", "vacuous"]);
    expect(exitCode(report)).toBe(1);
  });
});

const straight = `
pipeline P(p) {
  devices p
  stages s in 0..p-1 on device s
  pass F[s] after F[s-1]
  pass BW[s] takes 2 after F[s], BW[s+1]
  holds 1 from F[s] to BW[s]
}
schedule A(p) of P(p) every 3 { F[s] at s  BW[s] at p + 2(p-1-s) }
`;
const claims = async (text: string, options?: VerifyOptions) =>
  checked(await judgeText(straight + text, options)).files[0].claims.filter((claim) => !claim.title.endsWith("is valid"));
const one = async (text: string, options?: VerifyOptions) => (await claims(`claim "x" ${text}`, options))[0];

describe("verdicts", () => {
  test("a false claim for all p fails first at the smallest p", async () => {
    const found = await one("for all p >= 1: peak(A(p)) <= 4");
    expect(found.verdict).toBe("refuted");
    expect(found.counterexample?.parameters).toEqual([{ name: "p", value: fraction.rational(5) }]);
  });
  test("a counterexample beyond the first sizes is found by the solver, and is the smallest", async () => {
    const found = await one("for all p >= 1: peak(A(p)) <= 37");
    expect(found.verdict).toBe("refuted");
    expect(found.counterexample?.parameters).toEqual([{ name: "p", value: fraction.rational(38) }]);
  });
  test("the smallest in p, then in m", async () => {
    const found = await one("for all p >= 3, m >= 1: peak(A(p), m = m) <= 2");
    expect(found.counterexample?.parameters).toEqual([
      { name: "p", value: fraction.rational(3) },
      { name: "m", value: fraction.rational(3) },
    ]);
  });
  test("for all m as well as p", async () => {
    expect((await one("for all p >= 1, m >= 1: peak(A(p), m = m) <= p")).verdict).toBe("proved");
    expect((await one("for all p >= 1, m >= p: peak(A(p), m = m) == p")).verdict).toBe("proved");
    expect((await one("for all p >= 1, m >= 1: peak(A(p), m = m) == p")).verdict).toBe("refuted");
  });
  test("contradictory conditions are vacuous, for all sizes too", async () => {
    expect((await one("for all p >= 5, p <= 4: peak(A(p)) == 77")).verdict).toBe("vacuous");
    expect((await one("for all p >= 2: p <= 1 implies peak(A(p)) == 77")).verdict).toBe("vacuous");
    expect((await one("for p in 2..5: p <= 1 implies peak(A(p)) == 77")).verdict).toBe("vacuous");
    expect((await one("for p in 2..9, p mod 7 == 1: peak(A(p)) == 8")).verdict).toBe("proved");
  });
  test("times for all p are unknown, never proved", async () => {
    const found = await one("for all p >= 2: idle(A(p), m = 2p) == 3(p-1)");
    expect(found.verdict).toBe("unknown");
    expect(found.reason).toContain("range");
    expect((await one("for all p >= 2: idle(A(p), m = 2p) == 2p")).verdict).toBe("refuted");
  });
  test("--param fixes a variable", async () => {
    const parameters = new Map([["p", fraction.rational(7)]]);
    const found = await one("for all p >= 2: peak(A(p)) == 7", { parameters });
    expect([found.verdict, found.instances]).toEqual(["proved", 1]);
  });
  test("a schedule that does not hold for some p is refuted even where no claim goes", async () => {
    const report = await judgeText(
      `${straight}schedule Late(p) of P(p) every 3 { F[s] at s  BW[s] at if p == 23 then p else p + 2(p-1-s) }`,
    );
    const late = report.files[0].claims.find((claim) => claim.title === "Late is valid");
    expect(late?.verdict).toBe("refuted");
    expect(late?.counterexample?.parameters).toEqual([{ name: "p", value: fraction.rational(23) }]);
  });
  test("what no size allows is vacuous, what cannot be computed is unknown: neither is proved", async () => {
    const limited = straight.replace("devices p", "devices p  requires p >= 3");
    const outside = await judgeText(`${limited}schedule T() of P(2) every 3 { F[s] at s  BW[s] at 2 + 2(1-s) }`);
    expect(outside.files[0].claims.find((claim) => claim.title === "T is valid")?.verdict).toBe("vacuous");
    const large = straight.replaceAll("takes 2", "takes 4000000000000000");
    const beyond = await judgeText(
      `${large}schedule T() of P(2) every 9000000000000000 { F[s] at s  BW[s] at 5 + 4000000000000000 * (1-s) }`,
    );
    const verdict = beyond.files[0].claims.find((claim) => claim.title === "T is valid");
    expect([verdict?.verdict, verdict?.reason]).toEqual(["unknown", expect.stringContaining("2^53")]);
  });
  test("sizes too large to be replayed can be proved", async () => {
    expect((await one("for all p >= 100000: peak(A(p)) == p")).verdict).toBe("proved");
    const wrong = await one("for all p >= 100000: peak(A(p)) == p + 1");
    expect([wrong.verdict, wrong.reason]).toEqual(["unknown", expect.stringContaining("near p = 100000")]);
  });
  test("what a find has found is one schedule, not one for all sizes", async () => {
    const report = checked(
      await judgeText(`${straight}find X of P(2) { microbatches 2  minimize makespan }\nclaim "x" for all p >= 1: makespan(X) <= 9p`),
    );
    const claim = report.files[0].claims.find(({ title }) => title === "x");
    expect([claim?.verdict, claim?.reason]).toEqual(["unknown", expect.stringContaining("one schedule")]);
    expect(exitCode(report)).toBe(3);
    const channel = await judgeText(
      `${straight}find X of P(2) { microbatches 2  minimize makespan }\nclaim "x": deadlock_free(X, channel = unbounded)`,
    );
    expect(channel.files[0].diagnostics).toEqual([]);
    expect(channel.files[0].claims.find(({ title }) => title === "x")?.verdict).toBe("proved");
  });
  test("blocks of a pipeline that looks at j", async () => {
    const by = (group: string): Promise<Report> =>
      judgeText(`pipeline Q(g) { devices 2  stages s in 0..1 on device if (2j + 1) mod g < g div 2 then s else 1 - s  pass F[s] after F[s-1] }
schedule T(g) of Q(g) every ${group} { F[s] at s + 2k }
claim "two" for g in 2..2: period(T(g)) >= 1
claim "four" for g in 4..4: period(T(g)) >= 1`);
    const two = await by("4 for 2 microbatches k");
    expect(two.files[0].diagnostics.map(({ code }) => code)).toEqual(["missing-microbatches"]);
    expect(two.files[0].claims.map(({ title, verdict }) => [title, verdict])).toEqual([
      ["T is valid", "proved"], // in the one instance that claims use
      ["two", "proved"],
    ]);
    expect(two.files[0].claims[0].reason).toBe("in the 1 instance that claims use");
    const four = await by("8 for 4 microbatches k");
    expect(four.files[0].claims.map(({ verdict }) => verdict)).toEqual(["proved", "proved", "proved"]);
  });
  test("`last` is the last that is there", async () => {
    const ragged = (at: string): Promise<Report> =>
      judgeText(`pipeline Q { devices 1  pass F[a in 0..2, b in 0..a] on device 0  pass G[a in 0..2] on device 0 after F[a, last] }
schedule T of Q every 12 { F[a, b] at 3a + b  G[a] at ${at} }`);
    expect((await ragged("if a == 0 then 2 else 9 + a")).files[0].claims[0].verdict).toBe("proved");
    const early = (await ragged("if a == 1 then 2 else 9 + a")).files[0].claims[0];
    expect(early.counterexample?.sentences[0]).toContain("G[1] of microbatch 0 starts at 2, but F[1,1] of microbatch 0");
  });
  test("--param speaks of something", async () => {
    const report = checked(
      await judgeText(`${straight}claim "x" for p in 1..2: p >= 1`, { parameters: new Map([["q", fraction.rational(7)]]) }),
    );
    expect(report.files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual(["unknown-parameter"]);
    expect(exitCode(report)).toBe(2);
  });
  test("a deadline leaves the rest unknown", async () => {
    let now = 0;
    const found = await one("for p in 2..50: peak(A(p)) == p", { timeout: 10, now: () => now++ });
    expect(found.verdict).toBe("unknown");
    expect(found.reason).toContain("time was up");
  });
  test("an interrupt keeps what was judged and leaves the rest unknown", async () => {
    let asked = 0;
    const report = await judgeText(`${straight}claim "a" for p in 2..4: peak(A(p)) == p\nclaim "b" for p in 2..90: peak(A(p)) == p`, {
      interrupted: () => asked++ > 12,
    });
    expect(report.files[0].claims.find((claim) => claim.title === "a")?.verdict).toBe("proved");
    expect(report.files[0].claims.find((claim) => claim.title === "b")?.verdict).toBe("unknown");
    expect(report.complete).toBe(false);
  });
  test("a fault at one size is an error with its place", async () => {
    const report = await judgeText(`${straight}schedule D(p) of P(p) every 3 { F[s] at s  BW[s] at p + 2(p-1-s) + 0 * (6 div (p - 3)) }`);
    expect(report.files[0].diagnostics.map((found) => found.code)).toEqual(["division-by-zero"]);
    expect(report.files[0].diagnostics[0].message).toContain("p = 3");
    expect(exitCode(report)).toBe(2);
  });
});

describe("output", () => {
  test("two runs give the same bytes", async () => {
    const sources = [
      ...readdirSync(join(cases, "programs")).map((name) => read(join("programs", name))),
      ...readdirSync(join(cases, "refused")).map((name) => read(join("refused", name))),
    ];
    const runs = await Promise.all([verify(sources), verify(sources)]);
    expect(reportJson(runs[0], false)).toBe(reportJson(runs[1], false));
    expect(reportText(runs[0], plain)).toBe(reportText(runs[1], plain));
  });
  test("what a terminal would obey is not passed on", async () => {
    const control = String.fromCharCode(27);
    const report = await judgeText(`claim "${control}[31mred\u202e": 1 == 2 // ${control}[2J`);
    const text = reportText(report, plain);
    expect(text).toContain("\ufffd[31mred\ufffd");
    expect(text).not.toContain(control);
  });
  test("two files may declare one name", async () => {
    const sources = [
      { path: "a.pipe", text: `${straight}claim "x": peak(A(4)) == 4` },
      { path: "b.pipe", text: `${straight.replaceAll("every 3", "every 6")}claim "x": peak(A(4)) == 2` },
    ];
    const report = checked(await verify(sources));
    expect(report.files.map((file) => file.claims.map((claim) => claim.verdict))).toEqual([
      ["proved", "proved"],
      ["proved", "proved"],
    ]);
  });
});
