// Certificates changed in one place or a few, by a seed: each number, each item, swapped parts, proofs cut and reordered, bytes. Most get
// digests that agree again, so that a checker has to look at what they say.
import { gunzipSync, gzipSync } from "node:zlib";
import { sha256 } from "../../src/certificate/digest.ts";
import { canonical, type Json } from "../../src/certificate/json.ts";
import { random } from "../oracle/oracle.ts";

/** A certificate's text, and the packed proofs beside it by name. */
export interface Files {
  readonly text: string;
  readonly proofs: ReadonlyMap<string, Uint8Array>;
}
type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };
type Dice = ReturnType<typeof random>;

export function mutate(files: Files, other: Files, seed: number): Files {
  const dice = random(seed);
  const { below } = dice;
  if (below(20) === 0) return { ...files, text: changedText(files.text, dice) };
  const tree = JSON.parse(files.text) as { [key: string]: Tree };
  if (files.proofs.size > 0 && below(3) > 0) return signed(tree, changedProof(tree, files.proofs, dice));
  if (below(25) === 0) {
    const part = dice.pick(["statement", "evidence"]);
    tree[part] = (JSON.parse(other.text) as { [key: string]: Tree })[part];
    return signed(tree, new Map([...files.proofs, ...other.proofs]));
  }
  const times = below(4) === 0 ? 2 : 1;
  for (let i = 0; i < times; i++) changeTree(tree, below(3) === 0 ? ["evidence"] : below(12) === 0 ? [] : ["statement"], dice);
  return below(25) === 0 ? { text: `${canonical(tree as Json)}\n`, proofs: files.proofs } : signed(tree, files.proofs);
}

/** With digests that agree with what it says now, where it still has such parts. */
function signed(tree: { [key: string]: Tree }, proofs: ReadonlyMap<string, Uint8Array>): Files {
  const { statement, digests } = tree;
  if (isObject(statement) && isObject(digests)) {
    digests.statement = sha256(canonical(statement as Json));
    if (Array.isArray(statement.problems)) digests.problems = statement.problems.map((problem) => sha256(canonical(problem as Json)));
  }
  return { text: `${canonical(tree as Json)}\n`, proofs };
}

const isObject = (value: Tree | undefined): value is { [key: string]: Tree } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function changeTree(tree: { [key: string]: Tree }, from: readonly string[], dice: Dice): void {
  let here: Tree = tree;
  for (const key of from) if (isObject(here) && key in here) here = here[key];
  // Down to a place, further down the more there is.
  for (;;) {
    const keys: (string | number)[] = Array.isArray(here) ? here.map((_, i) => i) : isObject(here) ? Object.keys(here) : [];
    if (keys.length === 0) return;
    const key = dice.pick(keys);
    const inner: Tree = Array.isArray(here) ? here[key as number] : (here as { [key: string]: Tree })[key];
    if (typeof inner === "object" && inner !== null && Object.keys(inner).length > 0 && dice.below(8) > 0) {
      here = inner;
      continue;
    }
    if (Array.isArray(here)) changeItem(here, key as number, dice);
    else if (isObject(here)) changeKey(here, key as string, dice);
    return;
  }
}

function changeItem(list: Tree[], at: number, dice: Dice): void {
  const { below } = dice;
  const other = below(list.length);
  const kind = below(8);
  if (kind === 0) list.splice(at, 1);
  else if (kind === 1) list.splice(other, 0, structuredClone(list[at]));
  else if (kind === 2) [list[at], list[other]] = [list[other], list[at]];
  else if (kind === 3) list[at] = structuredClone(list[other]);
  else list[at] = changed(list[at], dice);
}

function changeKey(object: { [key: string]: Tree }, key: string, dice: Dice): void {
  const kind = dice.below(16);
  const other = dice.pick(Object.keys(object));
  if (kind === 0) delete object[key];
  else if (kind === 1) object[dice.pick(["extra", "kind", "cap", "bound"])] = structuredClone(object[key]);
  else if (kind === 2) [object[key], object[other]] = [object[other], object[key]];
  else object[key] = changed(object[key], dice);
}

function changed(value: Tree, { below, pick }: Dice): Tree {
  if (typeof value === "number")
    return pick<Tree>([
      value + 1,
      value - 1,
      value + 1,
      value - 1,
      0,
      1,
      value * 2,
      -value,
      value + below(10),
      below(4),
      2 ** 53 - 1,
      null,
      "1/2",
    ]);
  if (typeof value === "boolean") return !value;
  if (typeof value === "string")
    return pick<Tree>([
      value.slice(1),
      `${value}x`,
      "==",
      "<=",
      "<",
      ">=",
      "!=",
      "add",
      "sub",
      "mul",
      "min",
      "max",
      "neg",
      "and",
      "or",
      "makespan",
      "span",
      "idle",
      "bubble",
      "peak",
      "1/2",
      1,
    ]);
  if (value === null) return pick<Tree>([0, 1, 2, [], 5, 100]);
  return pick<Tree>([null, [], {}, 0, true, Array.isArray(value) ? [...value].reverse() : 1]);
}

function changedText(text: string, { below, pick }: Dice): string {
  const at = below(text.length);
  const put = pick([" ", "\n", "0", "-", '"', "\\u0041", "e1", ".0", "[", "]", "{", "}", ",", "\u0001", "\uFEFF", "\u0085", "ü", "null"]);
  return pick([
    text.slice(0, at),
    text.slice(0, at) + put + text.slice(at),
    text.slice(0, at) + text.slice(at + 1),
    `${text}\n`,
    text.trimEnd(),
  ]);
}

/** A proof under a new name; the certificate names it. */
function changedProof(tree: Tree, proofs: ReadonlyMap<string, Uint8Array>, dice: Dice): Map<string, Uint8Array> {
  const { below, pick } = dice;
  const [name, packed] = pick([...proofs]);
  const bytes = gunzipSync(packed);
  if (below(12) === 0) {
    const cut = pick([
      packed.slice(0, below(packed.length)),
      Buffer.concat([packed, Buffer.from([0])]),
      flipped(packed, dice),
      new Uint8Array(),
    ]);
    return new Map([...proofs, [name, cut]]);
  }
  const changedBytes =
    below(6) === 0
      ? pick([flipped(bytes, dice), bytes.slice(0, below(bytes.length)), Buffer.concat([bytes, bytes])])
      : changedLemmas(bytes, dice);
  const digest = sha256Bytes(changedBytes);
  const rename = (value: Tree): void => {
    if (Array.isArray(value)) for (const inner of value) rename(inner);
    else if (isObject(value)) {
      if (value.sha256 === name) Object.assign(value, { sha256: digest, bytes: changedBytes.length });
      for (const inner of Object.values(value)) rename(inner);
    }
  };
  rename(tree);
  return new Map([[digest, gzipSync(changedBytes)]]);
}

const sha256Bytes = (bytes: Uint8Array): string => sha256(bytes);

function flipped(bytes: Uint8Array, { below }: Dice): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (copy.length > 0) copy[below(copy.length)] ^= 1 << below(8);
  return copy;
}

interface Lemma {
  readonly literals: number[];
  readonly hints: number[];
}

function changedLemmas(bytes: Uint8Array, { below, pick }: Dice): Uint8Array {
  const lemmas = lemmasOf(bytes);
  if (lemmas.length === 0) return bytes;
  const at = below(lemmas.length);
  const { literals, hints } = lemmas[at];
  const list = pick([literals, hints, hints]);
  const kind = below(8);
  if (kind === 0) lemmas.splice(at, 1);
  else if (kind === 1) lemmas.splice(below(lemmas.length), 0, ...lemmas.splice(at, 1));
  else if (kind === 2) lemmas.length = at;
  else if (kind === 3) lemmas.splice(at, 0, structuredClone(lemmas[at]));
  else if (list.length === 0) hints.push(1 + below(50));
  else if (kind === 4) list.splice(below(list.length), 1);
  else if (kind === 5) list.splice(below(list.length + 1), 0, pick(list));
  else if (kind === 6) list.reverse();
  else list[below(list.length)] += pick([1, -1, 2, below(100)]);
  return bytesOf(lemmas);
}

const opening = "bubbleproof proof 1\n";

/** As docs/certificate.md, part 7, has it. */
function lemmasOf(bytes: Uint8Array): Lemma[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const byte of bytes.subarray(opening.length)) {
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) numbers.push(value);
    [value, shift] = byte < 128 ? [0, 0] : [value, shift + 7];
  }
  const lemmas: Lemma[] = [];
  let hint = 0;
  for (let at = 0; at < numbers.length; ) {
    const literals = numbers.slice(at + 1, at + 1 + numbers[at]);
    at += 1 + literals.length;
    const hints = numbers.slice(at + 1, at + 1 + numbers[at]).map((code) => {
      hint += code % 2 === 1 ? -(code + 1) / 2 : code / 2;
      return hint;
    });
    at += 1 + hints.length;
    lemmas.push({ literals, hints });
  }
  return lemmas;
}

function bytesOf(lemmas: readonly Lemma[]): Uint8Array {
  const bytes = [...Buffer.from(opening)];
  const put = (number: number): void => {
    let rest = number;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
    bytes.push(rest);
  };
  let before = 0;
  for (const { literals, hints } of lemmas) {
    put(literals.length);
    for (const literal of literals) put(Math.max(0, literal));
    put(hints.length);
    for (const hint of hints) {
      put(hint >= before ? 2 * (hint - before) : 2 * (before - hint) - 1);
      before = hint;
    }
  }
  return Uint8Array.from(bytes);
}
