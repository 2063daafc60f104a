// PyPI's dratify, a checker of proofs without hints (DRUP), in a virtual environment of its own, made once under .cache.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const version = "0.1.10";
const home = resolve(import.meta.dirname, "../../.cache", `dratify-${version}`);
const python = join(home, "bin/python");

/** Null once it is there; a sentence if it cannot be had here. */
export function prepare(): string | null {
  const done = join(home, "complete");
  if (existsSync(done)) return null;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ["python3", ["-m", "venv", home]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `dratify==${version}`]],
  ];
  for (const [command, args] of steps) {
    const ran = spawnSync(command, args, { encoding: "utf8", timeout: 300_000 });
    if (ran.status !== 0)
      return `dratify cannot be had here: ${command} ${args[1]}: ${(ran.error?.message ?? ran.stderr).trim().slice(-400)}`;
  }
  writeFileSync(done, "");
  return null;
}

const script = `
import sys
from dratify import check_proof, parse_dimacs
result = check_proof(parse_dimacs(open(sys.argv[1]).read()), open(sys.argv[2]).read())
print(bool(result.ok and result.reached_empty))
`;

/** Whether it takes the proof for a refutation of the clauses, or what it said instead. */
export function accepts(cnf: string, drat: string): boolean | string {
  const ran = spawnSync(python, ["-c", script, cnf, drat], { encoding: "utf8", timeout: 300_000 });
  const said = ran.stdout.trim();
  return said === "True" ? true : said === "False" ? false : `${said}${ran.stderr.slice(-400)}`;
}
