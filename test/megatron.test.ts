// Megatron: lists of nodes for the zero-bubble runtime, there and back, each condition broken on its own and found with its place, and held
// against a model of the runtime; Megatron-Core's own orders known by their flags, others by the first pass that differs.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Complaint, type Exchanged, readAs, readProgram, writeAs } from "../src/convert.ts";
import type { Format } from "../src/exchange/format.ts";
import { coreOrder, megatronCore } from "../src/exchange/megatron/core.ts";
import { zbNodes } from "../src/exchange/megatron/zb-nodes.ts";
import { torchCsv } from "../src/exchange/pytorch/torch-csv.ts";
import { fraction } from "../src/fraction/index.ts";
import { type Node, runNodes } from "./exchange/runtime.ts";
import { chance } from "./torch/corruptions.ts";

const proofs = resolve(import.meta.dirname, "../proofs");
const plain = { comms: false, orderComms: false, channel: "pair" } as const;
const reading = { path: "x.nodes.json", times: new Map<string, string>(), channel: "pair" } as const;

async function from(
  text: string,
  schedule: string,
  parameters: Readonly<Record<string, number>>,
  microbatches: number,
): Promise<Exchanged> {
  const chosen = {
    schedule,
    microbatches,
    parameters: new Map(Object.entries(parameters).map(([name, value]) => [name, fraction.rational(value)])),
  };
  const read = await readProgram("a.pipe", text, chosen);
  if (read.kind === "refused") throw new Error(read.complaints.map(({ message }) => message).join("; "));
  return read.value;
}
const proof = (name: string, schedule: string, p: number, m: number): Promise<Exchanged> =>
  from(readFileSync(resolve(proofs, name, `${name}.pipe`), "utf8"), schedule, { p }, m);
function written(format: Format, schedule: Exchanged, options: Partial<Parameters<typeof writeAs>[2]> = {}): string {
  const outcome = writeAs(format, schedule, { ...plain, ...options });
  if (outcome.kind === "refused") throw new Error(outcome.complaints.map(({ message }) => message).join("; "));
  return [...outcome.value[0].chunks].join("");
}
const complaints = (format: Format, schedule: Exchanged): readonly Complaint[] => {
  const outcome = writeAs(format, schedule, plain);
  return outcome.kind === "refused" ? outcome.complaints : [];
};
const read = (text: string, more: object = {}) => readAs(zbNodes, new TextEncoder().encode(text), { ...reading, ...more });
const found = (text: string, more: object = {}): [string, string | undefined, string | undefined][] => {
  const outcome = read(text, more);
  return outcome.kind === "refused" ? outcome.complaints.map(({ code, place }) => [code, place?.words, place?.text]) : [];
};

/** `F0 F1 B0 W0`, chunk 1 in lower case, BW as X; a line for each rank. Two chunks: a V, unless `rounds`. */
function nodes(rows: readonly string[], rounds = false): Node[][] {
  const chunked = rows.some((row) => /[a-z]/.test(row));
  return rows.map((row, stage) =>
    row.split(" ").map((word) => {
      const chunk = /^[a-z]/.test(word) ? 1 : 0;
      const type = word[0].toUpperCase().replace("X", "BW");
      const group = chunk === 0 ? stage : rounds ? rows.length + stage : 2 * rows.length - 1 - stage;
      return { type, stage, microbatch: Number(word.slice(1)), ...(chunked ? { chunk, layer_group_idx: group } : {}) };
    }),
  );
}
const json = (lists: readonly (readonly object[])[]): string => JSON.stringify(lists);
const straight = ["F0 F1 B0 W0 F2 B1 W1 B2 W2", "F0 B0 W0 F1 B1 W1 F2 B2 W2"];
const v = ["F0 F1 f0 b0 w0 f1 B0 W0 b1 w1 B1 W1", "F0 f0 F1 f1 b0 w0 B0 b1 W0 w1 B1 W1"];

const schedules: readonly (readonly [name: string, schedule: string])[] = [
  ["v-half", "VHalf"],
  ["v-min", "VMin"],
  ["v-zb", "VZB"],
  ["zb-h1", "ZBH1"],
  ["zb-h2", "ZBH2"],
  ["zb-v", "ZBV"],
  ["1f1b", "OneFOneB"],
];
describe("zero-bubble nodes", () => {
  for (const [name, schedule] of schedules) {
    for (const comms of [false, true]) {
      test(`${name} goes there and comes back${comms ? " with its messages" : ""}`, async () => {
        for (const [p, m] of [
          [2, 4],
          [3, 7],
        ]) {
          const given = await proof(name, schedule, p, m);
          const text = written(zbNodes, given, { comms });
          const back = read(text);
          if (back.kind === "refused") throw new Error(JSON.stringify(back.complaints));
          expect(written(zbNodes, back.value, { comms })).toBe(comms ? text : written(zbNodes, back.value));
          expect(back.value.schedule.order.passes.length).toBe(given.schedule.order.passes.length);
          const lists: Node[][] = JSON.parse(text);
          const passes = lists.map((list) => list.filter(({ type }) => ["F", "B", "W", "BW"].includes(type)));
          expect(passes).toEqual(lists.map((list) => list.filter(({ type }) => !type.includes("_"))));
          if (name !== "1f1b") expect(back.value.schedule.start).toEqual(given.schedule.start);
          expect(runNodes(passes)).toBeNull();
        }
      });
    }
  }
  test("fields as upstream has them: peers, directions, chunks", async () => {
    const lists: Record<string, unknown>[][] = JSON.parse(written(zbNodes, await proof("v-half", "VHalf", 2, 2), { comms: true }));
    const node = (rank: number, type: string, chunk?: number) =>
      lists[rank].find((one) => one.type === type && one.microbatch === 0 && one.chunk === chunk);
    expect(node(0, "F")).toMatchObject({ stage: 0, layer_group_idx: 0, send_peer_stage: 1 });
    expect(node(1, "F", 1)).toMatchObject({ layer_group_idx: 2, send_peer_stage: 0 });
    expect(node(1, "F", 1)).not.toHaveProperty("recv_peer_stage");
    expect(node(0, "SEND_FORWARD")).toMatchObject({ comm_direction: "NEXT", comm_peer_stage: 1 });
    // On two ranks the previous of rank 0 is rank 1.
    expect(node(0, "RECV_FORWARD", 1)).toMatchObject({ comm_direction: "PREV", layer_group_idx: 3 });
    expect(node(0, "SEND_FORWARD")?.comm_pair_id).toBe(node(1, "RECV_FORWARD")?.comm_pair_id);
  });
  test("with times and memory from outside", () => {
    const outcome = read(json(nodes(straight)), {
      times: new Map([
        ["F", "2"],
        ["send", "1/2"],
      ]),
      holds: "3",
    });
    expect(outcome.kind === "done" && [outcome.value.problem.send, outcome.value.problem.ticksPerUnit]).toEqual([1, 2]);
  });
  test("the older form: `minibatch`, and no layer groups where there is one chunk", () => {
    const old = nodes(straight).map((list) => list.map(({ microbatch, ...rest }) => ({ ...rest, minibatch: microbatch, rollback: false })));
    expect(read(json(old)).kind).toBe("done");
  });
  test("PyTorch's CSV goes over, whole backwards as BW", () => {
    const csv = "0F0,0F1,0B0,0B1\r\n1F0,1B0,1F1,1B1\r\n";
    const got = readAs(torchCsv, new TextEncoder().encode(csv), reading);
    if (got.kind === "refused") throw new Error("refused");
    const lists: Node[][] = JSON.parse(written(zbNodes, got.value));
    expect(lists.map((list) => list.map(({ type, microbatch }) => type + microbatch).join(" "))).toEqual([
      "F0 F1 BW0 BW1",
      "F0 BW0 F1 BW1",
    ]);
  });
});

describe("what the runtime relies on is named, with its place", () => {
  const cases: readonly (readonly [what: string, lists: object[][], wanted: readonly unknown[]])[] = [
    ["a right one", nodes(straight), []],
    ["a right V", nodes(v), []],
    [
      "B order is not F order",
      nodes(["F0 F1 B1 W1 B0 W0", "F0 F1 B1 W1 B0 W0"]),
      [
        ["zb-b-order", "rank 0, node 3", "B 1 of layer group 0"],
        ["zb-b-order", "rank 1, node 3", "B 1 of layer group 1"],
      ],
    ],
    [
      "W order is not B order",
      nodes(["F0 F1 B0 B1 W1 W0 F2 B2 W2", straight[1]]),
      [["zb-w-order", "rank 0, node 5", "W 1 of layer group 0"]],
    ],
    [
      "the last W before others of its chunk",
      nodes(["F1 F0 f1 b1 w1 f0 b0 w0 B1 W1 B0 W0", "F1 f1 F0 f0 b1 w1 b0 w0 B1 W1 B0 W0"]),
      [
        ["zb-last-w", "rank 0, node 10", "W 1 of layer group 0"],
        ["zb-last-w", "rank 1, node 10", "W 1 of layer group 1"],
        ["zb-last-w", "rank 1, node 6", "W 1 of layer group 2"],
        ["zb-last-w", "rank 0, node 5", "W 1 of layer group 3"],
      ],
    ],
    ["which does not matter for one chunk", nodes(["F1 F0 B1 W1 B0 W0", "F1 F0 B1 W1 B0 W0"]), []],
    [
      "F in another order than the stage before",
      nodes(["F0 F1 B0 W0 B1 W1", "F1 F0 B1 W1 B0 W0"]),
      [["zb-f-order", "rank 1, node 1", "F 1 of layer group 1"]],
    ],
    ["B and BW along a microbatch", nodes(["F0 F1 X0 X1", "F0 B0 W0 F1 X1"]), [["zb-mixed", "rank 1, node 2", "B 0 of layer group 1"]]],
    ["the same everywhere is right", nodes(["F0 F1 B0 W0 X1", "F0 B0 W0 F1 X1"]), []],
    [
      "the first node is not F of chunk 0",
      nodes(["F0 f0 b0 w0 B0 W0", "f0 F0 b0 w0 B0 W0"]),
      [
        ["zb-first-node", "rank 1, node 1", "F 0 of layer group 2"],
        ["zb-circle", "rank 1, node 1", "F 0 of layer group 2"],
      ],
    ],
    ["a pass that never runs", nodes(["F0 X0", "X0"]), [["zb-forward-missing", "rank 1", undefined]]],
    [
      "stages on ranks that are no neighbours",
      [0, 2, 1, 3].map((group, stage) => ["F", "BW"].map((type) => ({ type, stage, microbatch: 0, layer_group_idx: group }))),
      [["zb-peers", "rank 0", undefined]],
    ],
    ["one rank", nodes(["F0 B0 W0"]), [["zb-one-rank", "rank 0", undefined]]],
    ["a rank without nodes", [...nodes(["F0 X0"]), []], [["zb-empty-rank", "rank 1", undefined]]],
    [
      "chunks counted in another way",
      nodes(v).map((list) => list.map((node) => ({ ...node, chunk: 1 - (node.chunk ?? 0) }))),
      [["zb-chunk", "rank 0, node 1", "F 0 of layer group 0"]],
    ],
    [
      "another peer",
      nodes(straight).map((list) => list.map((node) => ({ ...node, send_peer_stage: 0 }))),
      [["zb-peer-field", "rank 0, node 1", "F 0 of layer group 0"]],
    ],
    [
      "a stage on two ranks",
      nodes(straight).map((list) => list.map((node) => ({ ...node, layer_group_idx: 0 }))),
      [["zb-two-ranks", "rank 1, node 1", "F 0 of layer group 0"]],
    ],
    ["a circle of passes", nodes(["F0 B0 F1 W0 B1 W1", "F0 F1 B0 W0 B1 W1"]), [["zb-circle", "rank 0, node 2", "B 0 of layer group 0"]]],
  ];
  for (const [what, lists, wanted] of cases) test(what, () => expect(found(json(lists))).toEqual(wanted));

  test("many wrong stages: the first twenty, and how many more", () => {
    const rows = Array.from({ length: 30 }, () => "F0 F1 X1 X0");
    const codes = found(json(nodes(rows))).map(([code]) => code);
    expect([codes.length, codes[0], codes.at(-1)]).toEqual([21, "zb-b-order", "zb-more"]);
  });
  test("stages in turn on ranks 0 and 1, chunk 1 first", () => {
    // Rank 1's first node is its second chunk's: the stages go 1 0 0 1.
    const group = [
      [1, 2],
      [0, 3],
    ];
    const rows = ["F0 f0 b0 w0 B0 W0", "F0 f0 b0 w0 B0 W0"].map((row, stage) =>
      row.split(" ").map((word) => {
        const chunk = /[a-z]/.test(word) ? 1 : 0;
        return { type: word[0].toUpperCase(), stage, microbatch: 0, chunk, layer_group_idx: group[stage][chunk] };
      }),
    );
    expect(found(json(rows)).map(([code]) => code)).toEqual(["zb-local"]);
  });
  test("two ranks take their messages in one order, both directions together", async () => {
    const text = written(zbNodes, await proof("v-half", "VHalf", 2, 3), { comms: true });
    const lists: Node[][] = JSON.parse(text);
    const at = lists[0].findIndex(({ type }, i) => type === "SEND_BACKWARD" && lists[0][i + 1].type.includes("_"));
    const swapped = lists.map((list) => [...list]);
    [swapped[0][at], swapped[0][at + 1]] = [swapped[0][at + 1], swapped[0][at]];
    expect(at).toBeGreaterThan(0);
    expect(found(json(swapped)).map(([code]) => code)).toEqual(["zb-pair-order"]);
    // What is placed anew is right.
    const mended = read(json(swapped), { repair: true });
    expect(mended.kind === "done" && mended.remarks.map(({ code }) => code)).toEqual(["zb-pair-order"]);
    if (mended.kind === "done") expect(read(written(zbNodes, mended.value, { orderComms: true })).kind).toBe("done");
  });
  test("a message that is missing, or goes the other way", async () => {
    const lists: Record<string, unknown>[][] = JSON.parse(written(zbNodes, await proof("1f1b", "OneFOneB", 3, 3), { comms: true }));
    const without = lists.map((list, rank) =>
      list.filter(({ type, microbatch }) => rank !== 1 || type !== "RECV_FORWARD" || microbatch !== 1),
    );
    expect(found(json(without)).map(([code]) => code)).toContain("zb-receive-missing");
    const back = lists.map((list) => list.map((one) => (one.type === "SEND_FORWARD" ? { ...one, comm_direction: "PREV" } : one)));
    expect(found(json(back)).map(([code]) => code)).toEqual(["zb-peer-field"]);
  });
  test("export refuses what would not run there, and names the condition", async () => {
    const text = `pipeline P { devices 4  stages s in 0..3 on device if s == 1 then 2 else if s == 2 then 1 else s
      pass F[s] after F[s-1]  pass BW[s] takes 2 after F[s], BW[s+1] }
      schedule S of P { device 0 runs (F[0] BW[0])*  device 1 runs (F[2] BW[2])*  device 2 runs (F[1] BW[1])*  device 3 runs (F[3] BW[3])* }`;
    expect(complaints(zbNodes, await from(text, "S", {}, 2)).map(({ code, message }) => [code, message])).toEqual([
      [
        "zb-peers",
        "Stages 0 and 1 are on ranks 0 and 2, which are not neighbours. The runtime sends to the next and the previous rank only.",
      ],
    ]);
    const copy =
      "pipeline P { devices 2  stages s in 0..1 on device s  pass F[s] after F[s-1]  pass O[s] after F[s] }\nschedule S of P { device d runs (F[d] O[d])* }";
    expect(complaints(zbNodes, await from(copy, "S", {}, 2)).map(({ code }) => code)).toEqual(["zb-passes"]);
  });
  test("whatever is changed at random: what is accepted runs in the model, and what does not run is refused", () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 400; seed++) {
      const below = chance(seed);
      const lists: Node[][] = nodes(seed % 2 === 0 ? straight : v);
      for (let i = 0; i <= below(2); i++) {
        const list = lists[below(lists.length)];
        const [a, b] = [below(list.length), below(list.length)];
        if (below(3) === 0) list.splice(b, 0, ...list.splice(a, 1));
        else [list[a], list[b]] = [list[b], list[a]];
      }
      const [mine, model] = [found(json(lists)).map(([code]) => code), runNodes(lists)];
      for (const code of mine) kinds.add(code);
      // The model does not know of the optimizer's validation, and does not mind a W before its time.
      if (mine.length === 0) expect([seed, model]).toEqual([seed, null]);
      else if (model === null) expect(mine.every((code) => code === "zb-first-node")).toBe(true);
    }
    expect([...kinds]).toEqual(expect.arrayContaining(["zb-b-order", "zb-w-order", "zb-f-order", "zb-circle", "zb-before-forward"]));
  });
});

describe("bad input", () => {
  const cases: readonly (readonly [what: string, text: string, code: string, says: string])[] = [
    ["nothing", "", "zb-json", "empty"],
    ["no JSON", "F0,F1", "zb-json", "not JSON"],
    ["an object", '{"ranks": 3}', "zb-json", "a list for each rank"],
    ["no ranks", "[]", "zb-json", "no rank"],
    ["a list of nodes", '[{"type":"F"}]', "zb-json", "nodes of rank 0"],
    ["a node that is none", "[[3]]", "zb-json", "A node is an object"],
    ["an unknown type", '[[{"type":"<b>F","stage":0,"microbatch":0}]]', "zb-json", "`<b>F`"],
    ["an unknown field", '[[{"type":"F","stage":0,"microbatch":0,"colour":1}]]', "zb-json", "`colour`"],
    ["a key twice", '[[{"type":"F","stage":0,"stage":0,"microbatch":0}]]', "zb-json", "twice"],
    ["a field missing", '[[{"type":"F","stage":0}]]', "zb-json", "`microbatch`"],
    ["another rank", '[[{"type":"F","stage":1,"microbatch":0}]]', "zb-json", "rank 1"],
    ["a chunk without layer group", '[[{"type":"F","stage":0,"microbatch":0,"chunk":1}]]', "zb-json", "layer_group_idx"],
    ["slices", '[[{"type":"F","stage":0,"microbatch":0,"seq_split_idx":1}]]', "zb-json", "not modelled"],
    ["vocabulary parallelism", '[[{"type":"S","stage":0,"microbatch":0}]]', "zb-json", "vocabulary"],
    ["a fraction", '[[{"type":"F","stage":0,"microbatch":0.5}]]', "zb-json", "whole number"],
    ["a microbatch beyond all", '[[{"type":"F","stage":0,"microbatch":99999999}]]', "zb-limit", "limit"],
    ["deep brackets", `[[{"start_time":${"[".repeat(100_000)}`, "zb-json", "brackets"],
    ["half a file", '[[{"type":"F","stage":0', "zb-json", "ends"],
  ];
  for (const [what, text, code, says] of cases)
    test(what, () => {
      const outcome = read(text);
      const [first] = outcome.kind === "refused" ? outcome.complaints : [];
      expect(first?.code).toBe(code);
      expect(first?.message).toContain(says);
    });
  test("the nodes of the optimizer's validation are left out, and said", () => {
    const lists = nodes(straight).map((list, stage) => [...list, { type: "POST_VALIDATION", stage, microbatch: 0, layer_group_idx: null }]);
    const outcome = read(json(lists));
    expect(outcome.kind === "done" && outcome.remarks.map(({ code }) => code)).toEqual(["zb-validation"]);
  });
  test("as many ranks and microbatches as are asked for", () => {
    expect(found(json(nodes(straight)), { ranks: 3 }).map(([code]) => code)).toEqual(["zb-ranks"]);
    expect(found(json(nodes(straight)), { microbatches: 4 }).map(([code]) => code)).toContain("zb-forward-missing");
  });
});

describe("Megatron-Core", () => {
  // The same orders written in the language, in groups of g.
  const loop = `pipeline Loop(p, v) { devices p  stages s in 0..v*p-1 on device s mod p  pass F[s] after F[s-1]  pass BW[s] takes 2 after F[s], BW[s+1] }
    schedule Groups(p, v, g) of Loop(p, v) { device d runs fwd^((v-1)*g + 2(p-1-d)) (fwd bwd)*
      where fwd next of (F[d + c*p]^g for c in 0..v-1)*
      where bwd next of (BW[d + (v-1-c)*p]^g for c in 0..v-1)* }
    schedule Plain(p) of Loop(p, 1) { device d runs F[d]^(p-1-d) (F[d] BW[d])* }`;
  const settings = (text: string): unknown => {
    const { schedule, virtual_stages_per_rank, microbatch_group_size, flags } = JSON.parse(text);
    return [schedule, virtual_stages_per_rank, microbatch_group_size, flags.join(" ")];
  };
  test("1F1B is told by the number of ranks", async () => {
    for (const [p, m] of [
      [2, 1],
      [3, 2],
      [4, 9],
    ])
      expect(settings(written(megatronCore, await from(loop, "Plain", { p }, m)))).toEqual([
        "1F1B",
        1,
        null,
        `--pipeline-model-parallel-size ${p}`,
      ]);
    expect(settings(written(megatronCore, await proof("1f1b", "OneFOneB", 4, 8)))).toEqual([
      "1F1B",
      1,
      null,
      "--pipeline-model-parallel-size 4",
    ]);
  });
  test("interleaved 1F1B by the size of its groups", async () => {
    for (const [p, v_, g, m] of [
      [2, 2, 2, 4],
      [2, 2, 3, 5], // a last group of two
      [3, 2, 4, 8],
      [4, 3, 6, 12],
      [2, 3, 5, 5],
    ])
      expect(settings(written(megatronCore, await from(loop, "Groups", { p, v: v_, g }, m)))).toEqual([
        "interleaved 1F1B",
        v_,
        g,
        `--pipeline-model-parallel-size ${p} --num-virtual-stages-per-pipeline-rank ${v_} --microbatch-group-size-per-virtual-pipeline-stage ${g}`,
      ]);
  });
  test("the table in Megatron's own source, for 2 ranks, groups of 3, 5 microbatches, 2 chunks", () => {
    const forwards = [...coreOrder({ ranks: 2, chunks: 2, microbatches: 5, group: 3 }, 1)].filter(({ kind }) => kind === 0);
    expect(forwards.map(({ microbatch }) => microbatch)).toEqual([0, 1, 2, 0, 1, 2, 3, 4, 3, 4]);
    expect(forwards.map(({ stage }) => (stage - 1) / 2)).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 1, 1]);
  });
  test("the first pass that differs, with what would stand there", async () => {
    const swapped = loop.replace("(F[d] BW[d])* }", "(F[d] BW[d])^2 F[d]^2 (F[d] BW[d])* }");
    const [first] = complaints(megatronCore, await from(swapped, "Plain", { p: 3 }, 6));
    expect([first.code, first.message, first.place?.words]).toEqual([
      "megatron-core-order",
      "Pass 8 of rank 0 is F 5 of stage 0; in 1F1B it is BW 2 of stage 0.",
      "rank 0, node 8",
    ]);
  });
  test("what it cannot run at all is said", async () => {
    const codes = async (given: Promise<Exchanged>): Promise<string[]> => complaints(megatronCore, await given).map(({ code }) => code);
    expect(await codes(proof("v-half", "VHalf", 3, 6))).toEqual(["megatron-core-split"]);
    expect(await codes(proof("1f1b-v", "OneFOneBV", 4, 8))).toEqual(["megatron-core-placement"]);
    expect(await codes(from(loop, "Groups", { p: 4, v: 2, g: 3 }, 6))).toEqual(["megatron-core-group"]);
    expect(await codes(from(loop, "Groups", { p: 3, v: 2, g: 3 }, 5))).toEqual(["megatron-core-group"]);
    expect(await codes(from(loop, "Groups", { p: 1, v: 2, g: 1 }, 2))).toEqual(["megatron-core-ranks"]);
  });
});
