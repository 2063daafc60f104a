// Certificates that mean harm: too large, too deep, keys twice, numbers out of range, names with paths, proofs that unpack without end.
import { gzipSync } from "node:zlib";
import { sha256 } from "../../src/certificate/digest.ts";
import { canonical, type Json } from "../../src/certificate/json.ts";
import type { Files } from "./mutate.ts";

export interface Hostile extends Files {
  readonly name: string;
  readonly bytes?: Uint8Array;
}

type Tree = { [key: string]: Json };

const problem = (more: Tree = {}): Tree => ({
  always: [0],
  cap: [null],
  devices: 1,
  microbatches: 1,
  names: ["F"],
  nodes: 1,
  partsPerUnit: 1,
  routeOf: null,
  routes: [{ dep: [[]], device: [0], duration: [1], holds: [], stream: [0] }],
  send: 0,
  streams: 1,
  ticksPerUnit: 1,
  ...more,
});
const goal = (more: Tree = {}): Tree => ({ makespan: 0, orders: [], problem: 0, span: null, starts: [], ...more });

function sealed(statement: Tree, evidence: Json): string {
  const problems = (statement.problems as Json[]).map((one) => sha256(canonical(one)));
  const digests = { problems, statement: sha256(canonical(statement)) };
  return `${canonical({ digests, evidence, format: "bubbleproof/certificate", statement, title: "hostile", version: 1 })}\n`;
}
const refuted = (refutation: Json, more: Tree = {}, asked: Tree = {}): string =>
  sealed(
    { instances: [{ goal: goal(asked), parameters: [] }], kind: "impossible", problems: [problem(more)] },
    { kind: "refutations", refutations: [refutation] },
  );
const claimed = (claim: Json, subjects: Json = [], problems: Json = []): string =>
  sealed({ instances: [{ claim, parameters: [], subjects }], kind: "holds", problems }, { kind: "replay" });
const nested = (depth: number): Json => (depth === 0 ? 1 : ["neg", nested(depth - 1)]);
const clauses = (sha: string, bytes = 25): Json => ({ kind: "clauses", proof: { bytes, sha256: sha }, quantum: null });

const load: Tree = { device: 0, from: 0, kind: "load", quantum: null, span: false, stream: 0, to: 1 };

/** A goal that no bound refutes, as its clauses say "two passes of one tick within two ticks". */
const asked = { makespan: 1 };

/** This one both must take; those after it neither. */
export const sound: Hostile = { name: "sound", text: refuted({ kind: "windows", quantum: null }), proofs: new Map() };

export function hostile(): Hostile[] {
  const text = (name: string, of: string): Hostile => ({ name, text: of, proofs: new Map() });
  const good = sound.text;
  const bomb = gzipSync(new Uint8Array(200_000_000));
  const endless = sha256(new Uint8Array(200_000_000));
  // "The first clause is empty."
  const first = Buffer.concat([Buffer.from("bubbleproof proof 1\n"), Buffer.from([0, 1, 2])]);
  const trivial = sha256(first);
  return [
    text("nothing at all", ""),
    text("a list", "[]\n"),
    text("a key twice", good.replace('"title":"hostile"', '"title":"hostile","title":"hostile"')),
    text("keys in another order", good.replace(',"version":1', "").replace('{"digests"', '{"version":1,"digests"')),
    text("a space", good.replace('"version":1', '"version": 1')),
    text("no line feed", good.trimEnd()),
    text("two line feeds", `${good}\n`),
    text("a number with a fraction", good.replace('"version":1', '"version":1.0')),
    text("a number with an exponent", good.replace('"version":1', '"version":1e0')),
    text("minus zero", good.replace('"makespan":0', '"makespan":-0')),
    text("a byte order mark", `\uFEFF${good}`),
    text("an escape", good.replace('"hostile"', '"\\u0068ostile"')),
    text("NaN", good.replace('"version":1', '"version":NaN')),
    text("another version", good.replace('"version":1', '"version":2')),
    text("another format", good.replace("bubbleproof/certificate", "bubbleproof/report")),
    text("a long title", good.replace('"hostile"', `"${"x".repeat(1001)}"`)),
    text("a digest that does not match", good.replace(/"statement":"[0-9a-f]/, '"statement":"g')),
    text("a number of many digits", good.replace('"version":1', `"version":${"9".repeat(1_000_000)}`)),
    text("deep brackets", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}\n`),
    text("deep terms", claimed(["==", nested(150), nested(150)])),
    text("too deep terms", claimed(["==", nested(250), 1])),
    { ...text("bytes that are no text", ""), bytes: Uint8Array.from([0xff, 0xfe, 0x0a]) },
    text("no instance", sealed({ instances: [], kind: "holds", problems: [] }, { kind: "replay" })),
    text("a problem that is not used", claimed(true, [], [problem()])),
    text(
      "a problem twice",
      claimed(
        true,
        [
          { kind: "pipeline", problem: 0 },
          { kind: "pipeline", problem: 1 },
        ],
        [problem(), problem()],
      ),
    ),
    text("a subject that is not there", claimed(["valid", 0])),
    text("division by nothing", claimed(["==", ["quo", 1, 0], 1])),
    text("a fraction not in lowest terms", claimed(["==", "2/4", "2/4"])),
    text("a number that need not be exact", claimed(["==", "7", 7])),
    text("one more than there is", claimed(["==", "9007199254740993", "9007199254740994"])),
    text("an unknown kind", sealed({ instances: [], kind: "believed", problems: [] }, { kind: "replay" })),
    text(
      "evidence of another kind",
      sealed({ instances: [{ claim: true, parameters: [], subjects: [] }], kind: "holds", problems: [] }, { kind: "best" }),
    ),
    text("a great many microbatches", refuted({ kind: "windows", quantum: null }, { microbatches: 2 ** 40 })),
    text(
      "a great many microbatches of no passes",
      refuted(
        { kind: "windows", quantum: null },
        { microbatches: 2 ** 40, names: [], nodes: 0, routes: [{ dep: [], device: [], duration: [], holds: [], stream: [] }] },
      ),
    ),
    text("clauses of a great many microbatches", refuted(clauses("0".repeat(64)), { microbatches: 2 ** 40 }, { makespan: 2 ** 45 })),
    text("a great many ticks", refuted({ kind: "windows", quantum: null }, {}, { makespan: 2 ** 50 })),
    text("a great many devices", refuted({ kind: "windows", quantum: null }, { devices: 2 ** 30 })),
    text("a great many streams", refuted({ kind: "windows", quantum: null }, { streams: 2 ** 50 })),
    text("times past 2^53", refuted({ kind: "windows", quantum: null }, { send: 2 ** 52 })),
    {
      ...text(
        "clauses of a pass of no time",
        refuted(clauses(trivial, 23), { routes: [{ dep: [[]], device: [0], duration: [0], holds: [], stream: [0] }] }, asked),
      ),
      proofs: new Map([[trivial, gzipSync(first)]]),
    },
    text(
      "no room beside a pass of no time",
      refuted({ kind: "windows", quantum: null }, { routes: [{ dep: [[]], device: [0], duration: [0], holds: [], stream: [0] }] }),
    ),
    text("a load between times the wrong way round", refuted({ ...load, from: 9, to: 1 }, {}, asked)),
    text("a load of a device that is not there", refuted({ ...load, device: 7, span: true }, {}, asked)),
    text("a load of half a tick", refuted({ ...load, from: 0.5 }, {}, asked)),
    text("holds at a pass that is not there", refuted({ kind: "held", pass: 99, quantum: null }, {}, asked)),
    text("holds at a pass below the first", refuted({ kind: "held", pass: -1, quantum: null }, {}, asked)),
    text("a quantum of nothing", refuted({ kind: "windows", quantum: [0, 0] })),
    text("a quantum below 1", refuted({ kind: "windows", quantum: [1, 2] })),
    text("a proof with a path", refuted(clauses("../sound"), {}, asked)),
    text("a proof that is not there", refuted(clauses("0".repeat(64)), {}, asked)),
    text("a proof of upper-case digits", refuted(clauses("A".repeat(64)), {}, asked)),
    { ...text("a proof that unpacks to more than it says", refuted(clauses(endless), {}, asked)), proofs: new Map([[endless, bomb]]) },
    { ...text("a proof of noughts", refuted(clauses(endless, 200_000_000), {}, asked)), proofs: new Map([[endless, bomb]]) },
    {
      ...text("slack without end", refuted(clauses(trivial, 23), {}, { makespan: 5, span: 2 ** 53 - 1 })),
      proofs: new Map([[trivial, gzipSync(first)]]),
    },
    text(
      "a negative start",
      sealed(
        { goal: goal({ starts: [[0, -1]] }), kind: "possible", parameters: [], problems: [problem()] },
        { kind: "schedule", starts: [0] },
      ),
    ),
    text(
      "too few starts",
      sealed({ goal: goal({ makespan: 9 }), kind: "possible", parameters: [], problems: [problem()] }, { kind: "schedule", starts: [] }),
    ),
    text(
      "a start past 2^53",
      sealed(
        { goal: goal({ makespan: null }), kind: "possible", parameters: [], problems: [problem()] },
        { kind: "schedule", starts: ["9007199254740993"] },
      ),
    ),
  ];
}
