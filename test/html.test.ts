// The HTML report: what it says of each claim, that nothing of a program gets out of its text, that it needs nothing from outside.
import { describe, expect, test } from "vitest";
import { type HtmlOptions, reportHtml } from "../src/report/html.ts";
import { type Source, showAll, verify } from "../src/session.ts";

const source: Source = {
  path: `a <b> & "c".pipe`,
  text: `pipeline Line(p) {
  devices p
  stages s in 0..p-1 on device s
  pass F[s] after F[s-1]
  pass B[s] after F[s], B[s+1]
  holds 1 from F[s] to B[s]
}
schedule Good(p) of Line(p) every 2 { F[s] at s  B[s] at 2p - 1 - s }
schedule Clash(p) of Line(p) every 2 { F[s] at s  B[s] at 2p - 2 - s }
claim "<script>alert(1)</script>" for p in 2..4: peak(Good(p), m = 8) <= p
claim "nothing" for p in 3..2: peak(Good(p), m = 4) <= 1
claim "too little" for p in 2..4: peak(Good(p), m = 8) <= p - 1
find Least of Line(2) { microbatches 2  minimize makespan }
`,
};
const broken: Source = { path: "broken.pipe", text: "pipeline P { devices 1\n  pass F on device 0 after <G> }\n" };

const report = verify([source, broken], { jobs: 1 });
const html = async (options: HtmlOptions = {}): Promise<string> =>
  reportHtml(await report, { shown: new Map([[source.path, await showAll(source)]]), ...options });
const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;
const rowOf = (page: string, title: string): string => page.split("<tr").find((row) => row.includes(title)) ?? "";

describe("the HTML report", () => {
  test("has a row for each claim with its verdict, and counts them", async () => {
    const page = await html();
    const { claims } = (await report).files[0];
    for (const { title, verdict } of claims) {
      const written = title.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
      expect(rowOf(page, written)).toContain(`<span class="badge ${verdict}">${verdict}</span>`);
    }
    const proved = claims.filter(({ verdict }) => verdict === "proved").length;
    expect(proved).toBeGreaterThan(0);
    expect(page).toContain(`<li class="proved">${proved} proved</li>`);
    expect(page).toContain('<li class="vacuous">1 vacuous</li>');
    expect(count(page, /<tr class="is-proved">/g)).toBe(proved);
  });
  test("shows counterexamples with the lines they are about and a picture that points at the passes", async () => {
    const page = await html();
    expect(page).toMatch(/<strong>at p = \d, m = \d+:<\/strong>/);
    expect(page).toMatch(/<pre> ?9 \| .*Clash/);
    expect(count(page, /The counterexample at p = /g)).toBeGreaterThanOrEqual(2);
    expect(page).toContain('class="mark"');
  });
  test("draws the schedules that can be drawn, and what was found", async () => {
    const page = await html();
    expect(page).toContain(">Good(4), m = 8</text>");
    expect(page).not.toContain(">Clash(4), m = 8</text>");
    expect(page).toContain(">Least</text>");
    expect(page).toContain("no schedule has a makespan below");
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/(?:url\(#|href="#)([^)"]+)/g)) expect(ids).toContain(id);
  });
  test("what programs say stays text", async () => {
    const page = await html();
    expect(page).not.toContain("<script");
    expect(page).toContain("&#60;script&#62;alert(1)&#60;/script&#62;");
    expect(page).toContain("a &#60;b&#62; &#38; &#34;c&#34;.pipe");
    expect(page).not.toContain("<G>");
  });
  test("elements close in the order in which they were opened", async () => {
    const open: string[] = [];
    for (const [, end, name, self] of (await html()).matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)(?:\s+[\w:-]+(?:="[^"]*")?)*\s*(\/?)>/g)) {
      if (["meta", "input", "br"].includes(name) || self === "/") continue;
      if (end === "/") expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });
  test("asks nothing of the network and runs no script", async () => {
    const page = await html();
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|@import|\bsrc=|<link|javascript:|\son\w+=/);
  });
  test("errors stand with their place", async () => {
    const page = await html();
    const { diagnostics } = (await report).files[1];
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { code } of diagnostics) expect(page).toContain(`<code>${code}</code>`);
    expect(page).toContain(`<li class="error">${diagnostics.length === 1 ? "1 error" : `${diagnostics.length} errors`}</li>`);
  });
  test("names certificates where there are some, and has no column where there are none", async () => {
    expect(await html()).not.toContain(">certificate</th>");
    const { files, complete } = await report;
    const certificates = ["x<1>.json"];
    const certified = files.map((file) => ({ ...file, claims: file.claims.map((claim) => ({ ...claim, certificates })) }));
    const digest = "0123456789abcdef0123456789abcdef";
    const page = reportHtml({ files: certified, complete }, { digests: new Map([[certificates[0], digest]]) });
    expect(page).toContain(">certificate</th>");
    expect(count(page, new RegExp(`x&#60;1&#62;.json<br><span class="digest" title="sha256:${digest}">`, "g"))).toBe(
      files[0].claims.length,
    );
  });
  test("the same report gives the same bytes; an empty one says so", async () => {
    expect(await html()).toBe(await html());
    expect(reportHtml({ files: [], complete: true })).toContain("nothing to judge");
    expect(reportHtml({ files: [], complete: false })).toContain("stopped early");
  });
});
