// Certificates that cost as much as they can: made to be large where reading, judging or speaking of them takes memory. Each is well formed up
// to where it is refused, its digests agree. `test/certify-memory.test.ts` looks at what a process needs for each.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../src/certificate/digest.ts";
import { packed, proofFile } from "../../src/certificate/files.ts";
import { canonical, type Json } from "../../src/certificate/json.ts";
import { limits } from "../../src/certificate/limits.ts";
import { problemJson } from "../../src/certificate/problem.ts";
import { version } from "../../src/certificate/write.ts";
import type { Problem } from "../../src/kernel/index.ts";
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
}

/** The text of a certificate, its digests made of what stands in it. */
function textOf({ problems, before, after, evidence, title }: Parts): string {
  const written = problems.map((problem) => canonical(problemJson({ problem, names: namesOf(problem) })));
  const statement = `{${before},"problems":[${written.join(",")}]${after === "" ? "" : `,${after}`}}`;
  const digests = canonical({ problems: written.map(sha256), statement: sha256(statement) });
  const rest = `"statement":${statement},"title":${JSON.stringify(title ?? "heavy")},"version":${version}`;
  return `{"digests":${digests},"evidence":${evidence},"format":"bubbleproof/certificate",${rest}}\n`;
}
const namesOf = ({ nodes }: Problem): string[] => Array.from({ length: nodes }, (_, node) => `F[${node}]`);

/** As many copies as the size of a certificate leaves room for, between brackets. */
const filled = (piece: string, room = limits["certificate-bytes"] - 2000): string =>
  `[${piece}${`,${piece}`.repeat(Math.floor(room / (piece.length + 1)) - 1)}]`;

function written(folder: string, name: string, text: string): string {
  const path = join(folder, `${name}.cert.json`);
  writeFileSync(path, text);
  return path;
}

const one = problemFrom({ devices: 1, microbatches: 1, passes: [{ device: 0 }] });
/** A problem with this many passes, all on one device. */
const long = (nodes: number, microbatches: number): Problem =>
  problemFrom({ devices: 1, microbatches, passes: Array.from({ length: nodes }, () => ({ device: 0 })) });

/** What is read before anything is known of it. */
const reading = (evidence: () => string, title?: string): Heavy => {
  return (folder) => written(folder, "reading", textOf({ problems: [one], before: instances(holds()), after: "", evidence: evidence(), title }));
};
const instances = (list: string, kind = "holds"): string => `"instances":${list},"kind":"${kind}"`;
const holds = (subjects = "[]", claim = "true"): string => `[{"claim":${claim},"parameters":[],"subjects":${subjects}}]`;

export const heavy: Readonly<Record<string, Heavy>> = {
  "empty lists": reading(() => filled("[]")),
  "empty objects": reading(() => filled("{}")),
  "short strings": reading(() => filled('"a"')),
  "strings that take two bytes a character": reading(() => filled('"\u20ac"', limits["certificate-bytes"] / 2)),
  "large numbers among lists": reading(() => filled("9007199254740991,[]")),
  "short numbers": reading(() => filled("0")),
  "long numbers": reading(() => filled("9007199254740991")),
  "keys": reading(() => {
    const count = Math.floor(limits["certificate-bytes"] / 12) - 1000;
    return `{${Array.from({ length: count }, (_, i) => `"${String(i).padStart(7, "0")}":0`).join(",")}}`;
  }),
  "streams": (folder) => {
    const problem = { ...one, streams: limits.streams, microbatches: 0 };
    const subject = '{"kind":"schedule","problem":0,"starts":[]}';
    return written(folder, "streams", textOf({ problems: [problem], before: instances(holds(filled(subject, 50 * 200))), after: "", evidence: '{"kind":"replay"}' }));
  },
  "passes": (folder) => {
    const problem = long(1, 6_300_000);
    const starts = `[${Array.from({ length: 6_300_000 }, (_, i) => i).join(",")}]`;
    const subject = `[{"kind":"schedule","problem":0,"starts":${starts}}]`;
    return written(folder, "passes", textOf({ problems: [problem], before: instances(holds(subject)), after: "", evidence: '{"kind":"replay"}' }));
  },
  "a bound over all passes": (folder) => refutation(folder, long(1, 1e6), 10_000_000, '{"kind":"bound"}'),
  "windows over all passes": (folder) => refutation(folder, long(1, 1e6), 10_000_000, '{"kind":"windows","quantum":null}'),
};

function refutation(folder: string, problem: Problem, makespan: number, evidence: string): string {
  const goal = `[{"goal":{"makespan":${makespan},"orders":[],"problem":0,"span":null,"starts":[]},"parameters":[]}]`;
  return written(folder, "refutation", textOf({ problems: [problem], before: instances(goal, "impossible"), after: "", evidence: `{"kind":"refutations","refutations":[${evidence}]}` }));
}
