// Certificates about sends and receives: the statement says what is in the rows, the evidence beside it in which order all comes to pass, or
// who waits for whom.
import { expect, test } from "vitest";
import { check } from "../src/certificate/check.ts";
import { proofsIn } from "../src/certificate/draft.ts";
import { canonical, type Json } from "../src/certificate/json.ts";
import { readCertificate } from "../src/certificate/read.ts";
import { certificateText, statementDigest } from "../src/certificate/write.ts";
import { verify } from "../src/session.ts";

const program = `pipeline Straight(p) {
  devices p
  stages s in 0..p-1 on device s
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
}
schedule Order of Straight(2) { device 0 runs F[0]^2 (B[0] F[0])* B[0]*  device 1 runs (F[1] B[1])* }
claim "free": deadlock_free(Order, m = 3, channel = grouped) and (deadlock_free(Order, m = 2, channel = unbounded) or false)
claim "stuck": deadlock_free(Order, m = 3, channel = pair)
`;

const said = (text: string): string => {
  const reading = readCertificate(text);
  if (reading.kind !== "certificate") return `${reading.kind}: ${reading.reason}`;
  const checked = check(reading.certificate, () => ({ kind: "refused", reason: "no proof" }));
  return checked.kind === "accepted" ? "accepted" : `${checked.kind}: ${checked.reason}`;
};

test("evidence about channels stands beside the statement, and is checked", async () => {
  const report = await verify([{ path: "channels.pipe", text: program }]);
  const texts = new Map<string, string>();
  for (const { title, warrants = [], counterexample } of report.files[0].claims)
    for (const warrant of [...warrants, ...(counterexample?.warrant ? [counterexample.warrant] : [])]) {
      const draft = warrant();
      if ("reason" in draft) return expect.fail(draft.reason);
      expect(check(draft.certificate, proofsIn(draft)).kind).toBe("accepted");
      texts.set(`${title} ${draft.certificate.kind}`, certificateText(draft.certificate));
    }
  const free = texts.get("free holds") ?? expect.fail("no certificate");
  const stuck = texts.get("stuck false") ?? expect.fail("no certificate");
  expect([said(free), said(stuck)]).toEqual(["accepted", "accepted"]);

  type Replay = { readonly evidence: { readonly passages: (string | number)[][][] } };
  const withPassages = (text: string, change: (passages: (string | number)[][][]) => unknown): string => {
    const document = JSON.parse(text) as Replay & { readonly [key: string]: Json };
    const passages = change(document.evidence.passages) ?? document.evidence.passages;
    return said(`${canonical({ ...document, evidence: { kind: "replay", passages: passages as Json } })}\n`);
  };
  expect((JSON.parse(free) as Replay).evidence.passages.map((own) => own.map(([kind]) => kind))).toEqual([["times", "times"]]);
  expect((JSON.parse(stuck) as Replay).evidence.passages.map((own) => own.map(([kind]) => kind))).toEqual([["circle"]]);
  expect(withPassages(free, ([[one, other]]) => [[other, one]])).toMatch(/^refused: .*shows nothing/);
  expect(withPassages(free, ([[one]]) => [[one]])).toMatch(/^refused: .*2 are wanted/);
  expect(withPassages(free, (passages) => [...passages, []])).toMatch(/^refused: .*1 are wanted/);
  expect(withPassages(free, ([[[kind, first, ...rest], other]]) => [[[kind, Number(first) + 1000, ...rest], other]])).toMatch(
    /shows nothing/,
  );
  expect(withPassages(free, ([[[, ...rest], other]]) => [[["circle", ...rest], other]])).toMatch(/shows nothing/);
  expect(withPassages(stuck, ([[[kind, ...circle]]]) => [[[kind, ...circle.slice(1)]]])).toMatch(/shows nothing/);
  expect(withPassages(stuck, () => [[["circle"]]])).toMatch(/shows nothing/);
  const bare = JSON.parse(free) as { readonly [key: string]: Json };
  expect(said(`${canonical({ ...bare, evidence: { kind: "replay" } })}\n`)).toMatch(/^refused/);
  // What the auditor reads does not change with the evidence.
  const reading = readCertificate(free);
  if (reading.kind !== "certificate" || reading.certificate.kind !== "holds") return expect.fail("not a claim that holds");
  const other = { ...reading.certificate, evidence: { passages: [[{ circle: [0] }, { circle: [1] }]] } };
  expect(statementDigest(other)).toBe(reading.digests.statement);
});

test("a block counts as many passes as its run has", async () => {
  const lines = [
    "pipeline One { devices 1 pass F on device 0 pass B on device 0 after F }",
    "schedule Far(n) of One every 2 { F at 0  B at 2n + 1 }",
    'claim "far" for n in 1000000..1000003: period(Far(n)) == 2',
  ];
  const report = await verify([{ path: "far.pipe", text: lines.join("\n") }]);
  const [{ verdict, warrants = [] }] = report.files[0].claims.filter(({ title }) => title === "far");
  const draft = warrants[0]();
  if ("reason" in draft) return expect.fail(draft.reason);
  expect(verdict).toBe("proved");
  expect(said(certificateText(draft.certificate))).toMatch(/^limit: more than 4000000 passes/);
});
