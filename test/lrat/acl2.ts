// ACL2 and its checker for proofs with hints (projects/sat/lrat/list-based: Heule, Hunt, Kaufmann and Wetzler, "Efficient, Verified Checking of
// Propositional Proofs", ITP 2017), from Debian's packages, unpacked once under .cache: nothing is installed. ACL2 proves there, too, that
// what the checker accepts is unsatisfiable.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const home = resolve(import.meta.dirname, "../../.cache/acl2");

/** The books in the order in which they can be certified; the last has the theorem. */
const books = [
  "lrat-checker",
  "truth-monotone",
  "unit-propagation-implies-unsat",
  "unit-propagation-monotone",
  "unit-propagation-correct",
  "satisfiable-add-proof-clause-base",
  "satisfiable-maybe-shrink-formula",
  "satisfiable-add-proof-clause-rup",
  "sat-drat-claim-1",
  "sat-drat-claim-2-3",
  "sat-drat-claim-2",
  "satisfiable-add-proof-clause-drat",
  "satisfiable-add-proof-clause",
  "soundness",
];

export interface Acl2 {
  /** The version's folder, `acl2-8.5dfsg`. */
  readonly version: string;
  readonly program: string;
  readonly books: string;
  readonly checker: string;
}

/** ACL2 with its checker proved sound; a sentence instead if that cannot be had here. */
export function prepare(): Acl2 | string {
  const unpacked = found();
  const acl2 = typeof unpacked === "string" ? (fetched() ?? found()) : unpacked;
  if (typeof acl2 === "string") return `ACL2 cannot be had here: ${acl2}`;
  for (const book of books) {
    if (existsSync(join(acl2.checker, `${book}.cert`))) continue;
    const said = run(acl2, `(ld "../portcullis.acl2")\n(certify-book "${book}" ? t)\n`);
    if (!existsSync(join(acl2.checker, `${book}.cert`))) return `ACL2 does not certify its book ${book}: ${said.slice(-600)}`;
  }
  return acl2;
}

function fetched(): string | null {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  process.stderr.write("fetching ACL2 into .cache, once (48 MB)\n");
  const fetch = ["apt-get", "download", "--quiet", "acl2", "acl2-books-source"];
  const steps: readonly (readonly string[])[] =
    spawnSync("apt-cache", ["show", "acl2-books-source"]).status === 0 ? [fetch] : [["apt-get", "update", "--quiet"], fetch];
  for (const [command, ...args] of steps) {
    const ran = spawnSync(command, args, { cwd: home, encoding: "utf8", timeout: 300_000 });
    if (ran.status !== 0) return `${command} ${args.join(" ")}: ${`${ran.error?.message ?? ""}${ran.stderr ?? ""}`.trim().slice(-400)}`;
  }
  for (const name of readdirSync(home).filter((one) => one.endsWith(".deb"))) {
    const ran = spawnSync("dpkg", ["-x", name, "."], { cwd: home, encoding: "utf8" });
    if (ran.status !== 0) return `dpkg -x ${name}: ${ran.stderr}`;
    rmSync(join(home, name));
  }
  mend();
  return null;
}

/** A book of theirs names one that it does not use, and that would pull in two hundred others. */
function mend(): void {
  const acl2 = found();
  if (typeof acl2 === "string") return;
  const file = join(acl2.checker, "sat-drat-claim-2-3.lisp");
  writeFileSync(file, readFileSync(file, "utf8").replace('(local (include-book "tools/remove-hyps" :dir :system))', ""));
}

function found(): Acl2 | string {
  const share = join(home, "usr/share");
  const version = existsSync(share) ? readdirSync(share).find((name) => name.startsWith("acl2-")) : undefined;
  if (version === undefined) return "it is not unpacked";
  const at = join(share, version, "books");
  const acl2 = {
    version,
    program: join(home, "usr/lib", version, "saved_acl2"),
    books: at,
    checker: join(at, "projects/sat/lrat/list-based"),
  };
  for (const path of [acl2.program, join(acl2.checker, "lrat-checker.lisp")])
    if (!existsSync(path)) return `the package has no ${path.slice(home.length)}`;
  return acl2;
}

/** What ACL2 says to these forms, in the folder of its checker. */
function run({ program, books: at, checker }: Acl2, forms: string): string {
  const ran = spawnSync(program, [], {
    cwd: checker,
    input: forms,
    encoding: "utf8",
    env: { ...process.env, ACL2_SYSTEM_BOOKS: at },
    timeout: 300_000,
    maxBuffer: 2 ** 28,
  });
  return `${ran.stdout ?? ""}${ran.stderr ?? ""}${ran.error?.message ?? ""}`;
}

/** Whether the file is a refutation, or what was said instead. */
export function accepts(acl2: Acl2, file: string): boolean | string {
  const said = run(
    acl2,
    `(include-book "lrat-checker")\n(ld "${join(import.meta.dirname, "check.lisp")}")\n(lrat::look-at "${file}" state)\n`,
  );
  if (said.includes(`${file} T T`)) return true;
  return said.includes(`${file} T NIL`) || /HARD ACL2 ERROR in LRAT::(VERIFY-CLAUSE|UNIT-PROPAGATION)/.test(said)
    ? false
    : said.slice(-400);
}
