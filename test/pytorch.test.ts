// PyTorch's CSV without PyTorch: read and written byte for byte, every wrong file found with row and cell, bad input. `npm run test:torch`
// tries the same on the real thing.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Channel, Complaint } from "../src/convert.ts";
import { complaintsOf, type Looked, look } from "../src/exchange/pytorch/conditions.ts";
import { readScript } from "../src/exchange/pytorch/csv.ts";
import { lower, passesOf } from "../src/exchange/pytorch/lower.ts";
import { explainRule, rules } from "../src/exchange/pytorch/rules.ts";
import { torchCsv } from "../src/exchange/pytorch/torch-csv.ts";
import { scriptText } from "../src/exchange/pytorch/write.ts";
import { corrupted } from "./torch/corruptions.ts";
import { table, wrongFile } from "./torch/table.ts";

const folder = resolve(import.meta.dirname, "data/pytorch");
const names = readdirSync(folder).filter((name) => name.endsWith(".csv"));
const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

function looked(content: string, channel: Channel = "unbounded"): Looked {
  const script = readScript(bytes(content));
  if (script.kind === "refused") throw new Error(JSON.stringify(script.complaints));
  const found = look(script.value, { times: new Map(), channel });
  if (!("facts" in found)) throw new Error(JSON.stringify(found));
  return found;
}
const places = (of: Looked) =>
  complaintsOf(of).wrong.map(({ code, place }) => [code.replace("torch-", ""), place?.line, place?.cell, place?.text]);
function refusal(
  content: string | Uint8Array,
  more: { readonly ranks?: number; readonly microbatches?: number } = {},
): readonly Complaint[] {
  const read = torchCsv.read?.(typeof content === "string" ? bytes(content) : content, {
    path: "x.csv",
    times: new Map(),
    channel: "pair",
    ...more,
  });
  return read?.kind === "refused" ? read.complaints : [];
}

describe("files that torch wrote", () => {
  for (const name of names) {
    test(`${name} is right and comes back byte for byte`, () => {
      const found = looked(text(name), "pair");
      // PyTorch's own test data leave out what is done to the weights.
      const known = name === "zb1p_2rank_2stagep_comms.csv" ? ["0", "2", "1", "3"].map(() => "reduce-missing") : [];
      expect(places(found).map(([rule]) => rule)).toEqual(known);
      expect([...scriptText(found.script)].join("")).toBe(text(name));
    });
  }
  for (const name of names.filter((one) => one.endsWith(".compute.csv"))) {
    test(`${name}: sends, receives and weights are placed as torch places them`, () => {
      const { script, facts } = looked(text(name));
      const lowered = lower(script, facts);
      expect(lowered && [...scriptText(lowered.script)].join("")).toBe(text(name.replace(".compute.", ".comms.")));
      // The moments at which it places them are evidence for every channel.
      if (lowered === null) throw new Error("not lowered");
      for (const channel of ["unbounded", "rendezvous", "pair", "grouped"] as const)
        expect(look(lowered.script, { times: new Map(), channel, moments: lowered.moments })).toMatchObject({ breaches: [] });
      expect([...scriptText(passesOf(script))].join("").replaceAll("\r", "")).toBe(
        text(name)
          .replaceAll(/,+/g, ",")
          .replaceAll(/^,|,(?=\r)/gm, "")
          .replaceAll("\r", ""),
      );
    });
  }
});

describe("what torch does not check is found with row and cell", () => {
  for (const wrong of table) {
    test(wrong.what, () => {
      const found = looked(wrongFile(wrong, (name) => text(`${name}.csv`)));
      expect(places(found)).toEqual(wrong.found.map((one) => [...one]));
    });
  }
  test("a circle of waits is shown rank by rank", () => {
    const wrong = table.find(({ found }) => found[0][0] === "circle-of-waits");
    if (wrong === undefined) throw new Error("no such file");
    const [{ message }] = complaintsOf(looked(wrongFile(wrong, (name) => text(`${name}.csv`)))).wrong;
    expect(message).toMatchInlineSnapshot(
      `"Ranks wait for each other in a circle (channel unbounded): 0B0 (rank 0, cell 6) waits for 0RECV_B0 (rank 0, cell 5) and so for 1SEND_B0 (rank 1, cell 7), which waits for 1B0 (rank 1, cell 6), which waits for 1F1 (rank 1, cell 5), which waits for 1RECV_F1 (rank 1, cell 4) and so for 0SEND_F1 (rank 0, cell 7), which waits for 0B0 (rank 0, cell 6). torch loads the file, and the run hangs."`,
    );
  });
  test("issue 172668 of PyTorch: two sends meet in one queue, which gloo does not mind", () => {
    const rows = ["0F0,0SEND_F0,0F1,0SEND_F1,2RECV_F0,2F0,2RECV_F1,2F1", "1RECV_F0,1F0,1SEND_F0,1RECV_F1,1F1,1SEND_F1"];
    const back = [
      "2B0,2SEND_B0,0RECV_B0,0B0,2B1,2SEND_B1,0RECV_B1,0B1,0REDUCE_GRAD,2REDUCE_GRAD",
      "1RECV_B0,1B0,1SEND_B0,1RECV_B1,1B1,1SEND_B1,1REDUCE_GRAD",
    ];
    const whole = rows.map((row, rank) => `${row},${back[rank]}\n`).join("");
    const judged = (["unbounded", "rendezvous", "pair", "grouped"] as const).map((channel) =>
      places(looked(whole, channel)).map(([rule]) => rule),
    );
    expect(judged).toEqual([[], [], ["circle-of-waits"], []]);
  });
});

test("every condition has its long form, and a row in the docs", () => {
  const docs = readFileSync(resolve(import.meta.dirname, "../docs/pytorch.md"), "utf8");
  for (const rule of Object.keys(rules)) {
    expect(explainRule(`torch-${rule}`)).toContain("Where it does not hold");
    expect(docs).toContain(`\`${rule}\``);
  }
  expect(explainRule("torch-nothing")).toBeNull();
});

describe("what is written", () => {
  const convert = (
    content: string,
    options: { readonly comms?: boolean; readonly orderComms?: boolean; readonly certificate?: string },
  ) => {
    const read = torchCsv.read?.(bytes(content), { path: "a/b.csv", times: new Map(), channel: "pair", repair: options.orderComms });
    if (read?.kind !== "done") return read;
    return torchCsv.write?.(read.value, { comms: false, orderComms: false, channel: "pair", ...options });
  };
  const texts = (outcome: ReturnType<typeof convert>): string[] =>
    outcome?.kind === "done" && Array.isArray(outcome.value) ? outcome.value.map(({ chunks }) => [...chunks].join("")) : [];
  test("beside it: what its user has to set", () => {
    const [, sidecar] = texts(convert(text("ZBVZeroBubble_p2_m4.compute.csv"), { certificate: "sha256:00" }));
    expect(JSON.parse(sidecar)).toMatchObject({
      format: "bubbleproof/torch-csv",
      ranks: 2,
      stages: 4,
      microbatches: 4,
      placement: "v",
      stage_to_rank: [0, 1, 1, 0],
      peak_activations: "2",
      certificate: "sha256:00",
      torchtitan: { usable: true, pipeline_parallel_degree: 2, pipeline_parallel_schedule: "ZBVZeroBubble", stages_per_rank: 2 },
    });
    expect(Object.keys(JSON.parse(sidecar))).toEqual(Object.keys(JSON.parse(sidecar)).sort());
  });
  test("torchtitan takes no other placement than loop and v", () => {
    const [, sidecar] = texts(convert("0F0,1F0,1B0,0B0\n2F0,2B0\n", {}));
    expect(JSON.parse(sidecar)).toMatchObject({ placement: "other", torchtitan: { usable: false } });
  });
  test("a deadlock is repaired on request, and only then", () => {
    const wrong = table.find(({ found }) => found[0][0] === "circle-of-waits");
    if (wrong === undefined) throw new Error("no such file");
    const stuck = wrongFile(wrong, (name) => text(`${name}.csv`));
    expect(convert(stuck, { comms: true })).toMatchObject({ kind: "refused" });
    const [mended] = texts(convert(stuck, { comms: true, orderComms: true }));
    for (const channel of ["unbounded", "rendezvous", "pair", "grouped"] as const) expect(places(looked(mended, channel))).toEqual([]);
    const passes = (content: string): string => [...scriptText(passesOf(looked(content).script))].join("");
    expect(passes(mended)).toBe(passes(stuck));
  });
  test("every other wrong placing of messages and weights is repaired, too; wrong passes are not", () => {
    for (const wrong of table) {
      const content = wrongFile(wrong, (name) => text(`${name}.csv`));
      const messages = /^(send|receive|pair|circle-of|no-neighbour|reduce)/.test(wrong.found[0][0]);
      const outcome = convert(content, { comms: true, orderComms: true });
      if (messages) expect(places(looked(texts(outcome)[0], "pair"))).toEqual([]);
      else expect(outcome).toMatchObject({ kind: "refused" });
    }
  });
});

describe("bad input", () => {
  const first = (content: string | Uint8Array, more = {}): unknown => {
    const [one] = refusal(content, more);
    return one && [one.code, one.place?.line, one.place?.cell];
  };
  const good = text("ZBVZeroBubble_p2_m4.compute.csv");
  test.each<[string, string | Uint8Array, unknown]>([
    ["an empty file", "", ["torch-empty", undefined, undefined]],
    ["a byte order mark", `\uFEFF${good}`, ["torch-bom", 1, 1]],
    ["a binary file", Uint8Array.of(48, 70, 48, 0), ["torch-not-text", undefined, undefined]],
    ["an unknown action", "0F0,0B0\n1F0,1X0\n", ["torch-action", 2, 2]],
    ["BW of before 2.6", "0F0,0BW0\n", ["torch-action", 1, 2]],
    ["a pass without microbatch", "0F,0B0\n", ["torch-action", 1, 1]],
    ["weights with a microbatch", "0UNSHARD3,0F0,0B0\n", ["torch-action", 1, 1]],
    ["text behind an action", "0F0xyz,0B0\n", ["torch-trailing-text", 1, 1]],
    ["a group without its word", "(0F0;0B0)\n", ["torch-action", 1, 1]],
    ["a group that is not closed", "(0F0;0B0OVERLAP_F_B\n", ["torch-trailing-text", 1, 1]],
    ["a send in a group", "(0F0;0SEND_F0)OVERLAP_F_B\n", ["torch-action", 1, 1]],
    ["an open quote", '0F0,"0B0\n', ["torch-quotes", 1, 2]],
    ["text behind a quote", '"0F0"x,0B0\n', ["torch-quotes", 1, 1]],
    ["an enormous stage", "99999999999999999999F0\n", ["torch-action", 1, 1]],
    ["an enormous problem", "90000000F0,0F90000000\n", ["torch-limit", undefined, undefined]],
    ["a blank cell beside communication", "0F0,,0SEND_F0\n1RECV_F0,1F0\n", ["torch-blank-cell", 1, 2]],
    ["a blank row in the middle", "0F0,0B0\n\n1F0,1B0\n", ["torch-empty-rank", 2, undefined]],
    ["markup", "<script>alert(1)</script>\n", ["torch-action", 1, 1]],
  ])("%s", (_, content, wanted) => {
    expect(first(content)).toEqual(wanted);
  });
  test("as many ranks and microbatches as were asked for", () => {
    expect(first(good, { ranks: 3 })).toEqual(["torch-ranks", 3, undefined]);
    expect(first(good, { microbatches: 3 })).toEqual(["torch-microbatch-numbers", 1, 10]);
    expect(first(good, { microbatches: 5 })).toEqual(["torch-forward-missing", 1, undefined]);
    expect(first(good, { ranks: 2, microbatches: 4 })).toBeUndefined();
  });
  test("CR, CRLF, quotes and spaces are read as Python reads them", () => {
    const written = [...scriptText(looked("0F0,0B0\n1F0,1B0\n").script)].join("");
    for (const same of ["0F0,0B0\r\n1F0,1B0", " 0F0 , 0B0\r1F0,1B0\r", '"0F0","0B0"\n"1F0",1B0\n'])
      expect([...scriptText(looked(same).script)].join("").replaceAll("\r", "")).toBe(written);
  });
  test("a hundred thousand wrong cells give a few complaints", () => {
    expect(refusal("x,".repeat(100_000)).length).toBe(20);
  });
  test("random changes never throw, and what is accepted comes back as it was", () => {
    let accepted = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const name = names[seed % names.length];
      const changed = corrupted(text(name), seed).text;
      const script = readScript(bytes(changed));
      if (script.kind === "refused") continue;
      const found = look(script.value, { times: new Map(), channel: "pair" });
      if (!("facts" in found) || complaintsOf(found).wrong.length > 0) continue;
      accepted++;
      expect([...scriptText(found.script)].join("")).toBe(changed);
    }
    expect(accepted).toBeGreaterThan(50);
  });
});
