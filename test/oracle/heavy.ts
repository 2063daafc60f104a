// Certificates that cost as much as they can: made to be large where reading, judging or speaking of them takes memory. Each is well formed up
// to where it is refused, its digests agree. `test/certify-memory.test.ts` looks at what a process needs for each.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../src/certificate/digest.ts";
import { packed, proofFile } from "../../src/certificate/files.ts";
import { canonical } from "../../src/certificate/json.ts";
import { limits } from "../../src/certificate/limits.ts";
import { problemJson } from "../../src/certificate/problem.ts";
import { version } from "../../src/certificate/write.ts";
import type { Problem, Route } from "../../src/kernel/index.ts";
import { problemFrom } from "./oracle.ts";

/** Writes its files into a folder: the certificate's path. */
export type Heavy = (folder: string) => string;

interface Parts {
  readonly problems: readonly Problem[];
  /** The statement's keys before and after `problems`, as canonical text. */
  readonly before: string;
  readonly after: string;
  readonly evidence: string;
  readonly title?: string;
  readonly nameOf?: (node: number) => string;
}

/** The text of a certificate, its digests made of what stands in it. */
function textOf({ problems, before, after, evidence, title, nameOf = (node) => `F[${node}]` }: Parts): string {
  const written = problems.map((problem) =>
    canonical(problemJson({ problem, names: Array.from({ length: problem.nodes }, (_, node) => nameOf(node)) })),
  );
  const statement = `{${before},"problems":[${written.join(",")}]${after === "" ? "" : `,${after}`}}`;
  const digests = canonical({ problems: written.map(sha256), statement: sha256(statement) });
  const rest = `"statement":${statement},"title":${JSON.stringify(title ?? "heavy")},"version":${version}`;
  return `{"digests":${digests},"evidence":${evidence},"format":"bubbleproof/certificate",${rest}}\n`;
}

/** As many copies as the limits leave room for, between brackets. */
function filled(piece: string, boxes: number, most = limits["certificate-bytes"] - 5000): string {
  const items = piece.split(",").length;
  const room = Math.floor(most / (Buffer.byteLength(piece) + 1));
  const count = Math.min(room, Math.floor((limits.items - 1000) / items), boxes === 0 ? room : Math.floor((limits.boxes - 100) / boxes));
  return `[${piece}${`,${piece}`.repeat(count - 1)}]`;
}

function written(folder: string, name: string, text: string): string {
  const path = join(folder, `${name}.cert.json`);
  writeFileSync(path, text);
  return path;
}

const one = problemFrom({ devices: 1, microbatches: 1, passes: [{ device: 0 }] });
/** A problem with this many passes, all on one device. */
const long = (nodes: number, microbatches: number): Problem =>
  problemFrom({ devices: 1, microbatches, passes: Array.from({ length: nodes }, () => ({ device: 0 })) });

/** Passes on one device, each of which needs the one before it. */
function chain(nodes: number): Problem {
  const zeros = new Int32Array(nodes);
  const route: Route = {
    ...one.routes[0],
    device: zeros,
    stream: zeros,
    duration: new Float64Array(nodes).fill(1),
    depStart: Int32Array.from({ length: nodes + 1 }, (_, node) => Math.max(0, node - 1)),
    dep: Int32Array.from({ length: nodes - 1 }, (_, node) => node),
  };
  return { ...one, nodes, routes: [route] };
}

/** What is read before anything is known of it. */
const reading = (evidence: () => string, title?: string, list = holds()): Heavy => {
  return (folder) => written(folder, "reading", textOf({ problems: [], before: instances(list), after: "", evidence: evidence(), title }));
};
const replay = '{"kind":"replay"}';
const instances = (list: string, kind = "holds"): string => `"instances":${list},"kind":"${kind}"`;
const holds = (subjects = "[]", claim = "true"): string => `[{"claim":${claim},"parameters":[],"subjects":${subjects}}]`;

/** Over so many leaves, no deeper than it has to be. */
function wide(op: string, leaves: number, leaf: (i: number) => string, from = 0): string {
  const half = Math.floor(leaves / 2);
  return leaves <= 1 ? leaf(from) : `["${op}",${wide(op, half, leaf, from)},${wide(op, leaves - half, leaf, from + half)}]`;
}
/** A name as long as they may be. */
const longName = "x".repeat(limits.name);
/** How many of what has so many lists, objects and strings. */
const mostOf = (boxes: number): number => Math.floor((limits.boxes - 100) / boxes);

export const heavy: Readonly<Record<string, Heavy>> = {
  "empty lists": reading(() => filled("[]", 1)),
  "empty objects": reading(() => filled("{}", 1)),
  "short strings": reading(() => filled('"a"', 1)),
  "long strings": reading(() => filled(`"${"a".repeat(80)}"`, 1)),
  "two bytes a character": reading(() => filled(`"${"\u20ac".repeat(30)}"`, 1)),
  "two bytes a character for numbers": reading(() => filled("9007199254740991", 0), "\u20ac"),
  "lists of a large number": reading(() => filled("[9007199254740991]", 1)),
  "short numbers": reading(() => filled("0", 0)),
  "long numbers": reading(() => filled("9007199254740991", 0)),
  "numbers after a list": reading(() => filled("5,5,5,5,5,5,5,5,5,5,5,5,5,[]", 1)),
  keys: reading(() => `{${Array.from({ length: limits.boxes - 100 }, (_, i) => `"${String(i).padStart(60, "0")}":0`).join(",")}}`),
  "beyond the lists": reading(() => filled("[]", 0)),
  "beyond the numbers": reading(() => `[${"0,".repeat(limits.items)}0]`),
  formula: reading(
    () => replay,
    "formula",
    holds(
      "[]",
      wide("and", mostOf(4), () => '["not",false]'),
    ),
  ),
  parameters: reading(() => replay, "parameters", `[{"claim":true,"parameters":${filled(`["${longName}",1]`, 2)},"subjects":[]}]`),
  instances: reading(
    () => replay,
    "instances",
    `[${Array.from({ length: limits.instances }, () => '{"claim":true,"parameters":[],"subjects":[]}').join(",")}]`,
  ),
  streams: (folder) => {
    const problem = { ...one, streams: limits.streams, microbatches: 0 };
    const subject = '{"kind":"schedule","problem":0,"starts":[]}';
    return judging(folder, [problem], holds(`[${Array.from({ length: 3 }, () => subject).join(",")}]`));
  },
  problems: (folder) => {
    const problems = Array.from({ length: mostOf(42) }, (_, send) => ({ ...one, send }));
    return judging(folder, problems, holds(`[${problems.map((_, i) => `{"kind":"pipeline","problem":${i}}`).join(",")}]`));
  },
  needs: (folder) => {
    const nodes = mostOf(2) - 200;
    const starts = canonical(Array.from({ length: nodes }, (_, i) => i));
    return judging(folder, [chain(nodes)], holds(`[{"kind":"schedule","problem":0,"starts":${starts}}]`));
  },
  // As many as one certificate may have, in a schedule that is valid.
  passes: (folder) => {
    const count = limits.passes - 1;
    const starts = `[${Array.from({ length: count }, (_, i) => i).join(",")}]`;
    return judging(folder, [long(1, count)], holds(`[{"kind":"schedule","problem":0,"starts":${starts}}]`));
  },
  "a block that meets itself often": (folder) => {
    const problem = problemFrom({ devices: 2, microbatches: 1, passes: [{ device: 0 }, { device: 1, needs: [0] }] });
    const claim = '[">=",["measure","peak",0,null,null],0]';
    const block = `{"interval":1,"kind":"block","problem":0,"stages":[0,0],"starts":[0,${2 ** 20 - 10}]}`;
    return judging(folder, [problem], holds(`[${block}]`, claim));
  },
  "an order": (folder) => {
    const passes = Array.from({ length: 3_000_000 }, (_, i) => i).join(",");
    const list = `[{"lists":[[${passes}]],"parameters":[],"problem":0}]`;
    const evidence = `{"kind":"order","sequences":[[${passes}]]}`;
    const before = `"channels":null,${instances(list, "deadlock-free")}`;
    return written(folder, "order", textOf({ problems: [long(1, 3_000_000)], before, after: "", evidence }));
  },
  "a circle of waits": (folder) => {
    const nodes = 100_000;
    const lists = `[[${Array.from({ length: nodes }, (_, i) => nodes - 1 - i).join(",")}]]`;
    const cycle = Array.from({ length: nodes }, (_, i) => `[${i},${i === 0 ? 1 : i - 1}]`).join(",");
    const parts = {
      problems: [chain(nodes)],
      before: '"kind":"invalid","parameters":[]',
      after: `"subject":{"kind":"order","lists":${lists},"problem":0}`,
      evidence: `{"cycle":[${cycle}],"kind":"deadlock"}`,
      nameOf: () => longName,
    };
    return written(folder, "waits", textOf(parts));
  },
  "windows over all passes": (folder) =>
    refutation(folder, long(1, limits["goal-passes"]), 10_000_000, '{"kind":"windows","quantum":null}'),
  "many needs of a goal": (folder) => {
    const passes = Array.from({ length: 300 }, (_, i) => ({ device: 0, needs: Array.from({ length: i }, (_, n) => n) }));
    return refutation(folder, problemFrom({ devices: 1, microbatches: 5000, passes }), 2_000_000, '{"kind":"windows","quantum":null}');
  },
  clauses: (folder) => {
    const lemma = [1, 2, 0];
    const proof = Buffer.concat([
      Buffer.from("bubbleproof proof 1\n"),
      Buffer.alloc(limits["proof-bytes"] - 20 - ((limits["proof-bytes"] - 20) % lemma.length), Buffer.from(lemma)),
    ]);
    writeFileSync(join(folder, proofFile({ sha256: sha256(proof) })), packed(proof));
    return refutation(
      folder,
      long(1, 1),
      10_900_000,
      `{"kind":"clauses","proof":{"bytes":${proof.length},"sha256":"${sha256(proof)}"},"quantum":null}`,
    );
  },
  "a proof that unpacks to more": (folder) => {
    const zeros = new Uint8Array(1e9);
    writeFileSync(join(folder, proofFile({ sha256: "0".repeat(64) })), gzipSync(zeros, { level: 1 }));
    return refutation(
      folder,
      long(1, 1),
      0,
      `{"kind":"clauses","proof":{"bytes":${limits["proof-bytes"]},"sha256":"${"0".repeat(64)}"},"quantum":null}`,
    );
  },
};

const judging = (folder: string, problems: readonly Problem[], list: string): string =>
  written(folder, "judging", textOf({ problems, before: instances(list), after: "", evidence: replay }));

function refutation(folder: string, problem: Problem, makespan: number, evidence: string): string {
  const goal = `[{"goal":{"makespan":${makespan},"orders":[],"problem":0,"span":null,"starts":[]},"parameters":[]}]`;
  const parts = {
    problems: [problem],
    before: instances(goal, "impossible"),
    after: "",
    evidence: `{"kind":"refutations","refutations":[${evidence}]}`,
  };
  return written(folder, "refutation", textOf(parts));
}
