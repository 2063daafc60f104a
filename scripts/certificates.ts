// The catalogue's certificates. `npm run certificates` makes one of each verdict of proofs/**/*.pipe, and of each point of the frontier
// that nothing is better; what is small is kept in proofs/<name>/certificates, of all of them proofs/certificates.json keeps the digests.
// Of the frontier, points of up to 4 devices are made again each time, of more only with `-- --devices 6`; the list keeps the others.
// `-- --check` makes them again and compares; `-- --large DIR` puts the large ones there; `-- --only NAME` does one folder.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { readCertificate } from "../src/certificate/read.ts";
import { fileCertificates } from "../src/cli/certificates.ts";
import { type Source, verify } from "../src/session.ts";
import { type Point, worlds } from "./frontier/points.ts";

const proofs = resolve(import.meta.dirname, "../proofs");
const listed = join(proofs, "certificates.json");
/** Bytes up to which a certificate is kept, and a proof as it lies on the disk. */
const small = { certificate: 32 * 1024, proof: 256 * 1024 };

export interface Entry {
  readonly file: string;
  /** Digest of what it says. */
  readonly statement: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Digests of its proofs. */
  readonly proofs: readonly string[];
  readonly kept: boolean;
}

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

/** Devices up to which "nothing is better" is certified again. */
const mostDevices = Number(argument("--devices") ?? 4);
const isBeyond = ({ file }: Entry): boolean => Number(/-p(\d+)-cap-[^/]*-nothing-below/.exec(file)?.[1] ?? 0) > mostDevices;

/** The programs of a folder of the catalogue; of the frontier, that nothing is better too. */
export function sourcesOf(folder: string): Source[] {
  const own = readdirSync(join(proofs, folder))
    .filter((name) => name.endsWith(".pipe"))
    .sort()
    .map((name) => ({ path: `proofs/${folder}/${name}`, text: readFileSync(join(proofs, folder, name), "utf8") }));
  if (folder !== "optimal") return own;
  const { points } = JSON.parse(readFileSync(join(proofs, "optimal/frontier.json"), "utf8")) as { readonly points: readonly Point[] };
  return [...own, ...points.filter(({ devices, makespan, proved }) => proved && makespan !== null && devices <= mostDevices).map(better)];
}

/** "Nothing is better than this point" as a program. */
function better({ placement, devices, microbatches, cap, bound }: Point): Source {
  const { text, name } = worlds[placement];
  const claim = `claim "nothing below ${bound}": impossible: ${name}(${devices}) with m = ${microbatches}, peak <= ${cap}, makespan <= ${bound - 1}`;
  return { path: `${placement}-p${devices}-cap-${cap.replace("/", "-")}.pipe`, text: `${text}\n${claim}\n` };
}

export const folders = (): string[] =>
  readdirSync(proofs)
    .filter((name) => name !== "laws" && statSync(join(proofs, name)).isDirectory())
    .sort();

/** Makes a folder's certificates in `out`; what there is to say of them. */
export async function certificatesOf(folder: string, out: string): Promise<Entry[]> {
  const report = await verify(sourcesOf(folder), { jobs: 2 });
  const { report: filed } = fileCertificates(report, out);
  const claims = filed.files.flatMap((file) => file.claims);
  const wrong = claims.find(({ bug, verdict }) => bug !== undefined || verdict !== "proved");
  if (wrong !== undefined)
    throw new Error(`proofs/${folder}: \`${wrong.title}\` is ${wrong.verdict}: ${wrong.reason ?? String(wrong.bug ?? "")}`);
  return claims
    .flatMap(({ certificates }) => certificates ?? [])
    .sort()
    .map((path) => {
      const text = readFileSync(path, "utf8");
      const reading = readCertificate(text);
      if (reading.kind !== "certificate") throw new Error(`${path}: ${reading.reason}`);
      const names = [...new Set([...text.matchAll(/"proof":\{"bytes":\d+,"sha256":"([0-9a-f]{64})"/g)].map((one) => one[1]))];
      const isSmall = names.every((name) => statSync(join(out, `${name}.proof.gz`)).size <= small.proof);
      return {
        file: `${folder}/certificates/${basename(path)}`,
        statement: reading.digests.statement,
        sha256: createHash("sha256").update(text).digest("hex"),
        bytes: text.length,
        proofs: names,
        kept: text.length <= small.certificate && isSmall,
      };
    });
}

/** The list as it is written: an entry a line. */
const listText = (entries: readonly Entry[]): string => {
  const lines = [...entries].sort((a, b) => (a.file < b.file ? -1 : 1)).map((entry) => `    ${JSON.stringify(entry)}`);
  return `{\n  "format": "bubbleproof/certificates",\n  "version": 1,\n  "certificates": [\n${lines.join(",\n")}\n  ]\n}\n`;
};
export function readList(): Entry[] {
  if (!existsSync(listed)) return [];
  const { certificates } = JSON.parse(readFileSync(listed, "utf8")) as { readonly certificates: readonly Entry[] };
  return [...certificates];
}

/** Puts what is kept of a folder in its place, and nothing else. */
function keep(folder: string, entries: readonly Entry[], out: string, large: string | undefined): void {
  const home = join(proofs, folder, "certificates");
  const beyond = readList().filter((entry) => entry.kept && isBeyond(entry) && entry.file.startsWith(`${folder}/`));
  const stays = new Set(beyond.flatMap(({ file, proofs: names }) => [basename(file), ...names.map((one) => `${one}.proof.gz`)]));
  for (const name of existsSync(home) ? readdirSync(home) : []) if (!stays.has(name)) rmSync(join(home, name));
  for (const { file, proofs: names, kept } of entries) {
    const to = kept ? home : large;
    if (to === undefined) continue;
    mkdirSync(to, { recursive: true });
    for (const name of [basename(file), ...names.map((one) => `${one}.proof.gz`)])
      writeFileSync(join(to, name), readFileSync(join(out, name)));
  }
}

async function main(): Promise<number> {
  const only = argument("--only");
  const known = readList();
  const all = known.filter((entry) => isBeyond(entry) || (only !== undefined && !entry.file.startsWith(`${only}/`)));
  const differing: string[] = [];
  for (const folder of only === undefined ? folders() : [only]) {
    const out = mkdtempSync(join(tmpdir(), "bubbleproof-certificates-"));
    try {
      const entries = await certificatesOf(folder, out);
      all.push(...entries);
      const same = (entry: Entry): boolean => known.some((one) => JSON.stringify(one) === JSON.stringify(entry));
      differing.push(...entries.filter((entry) => !same(entry)).map(({ file }) => file));
      if (!process.argv.includes("--check")) keep(folder, entries, out, argument("--large"));
      process.stderr.write(`${folder}: ${entries.length} certificates\n`);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
  const gone = known.filter(({ file }) => !all.some((one) => one.file === file)).map(({ file }) => file);
  if (!process.argv.includes("--check")) {
    writeFileSync(listed, listText(all));
    return 0;
  }
  for (const file of [...differing, ...gone]) process.stdout.write(`${file} is not up to date: npm run certificates\n`);
  return differing.length + gone.length > 0 ? 1 : 0;
}

if (process.argv[1]?.endsWith("certificates.ts") === true) process.exitCode = await main();
