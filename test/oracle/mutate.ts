// Certificates with something done to them: a number, an item, a key, a name changed; statements and evidence of others; proofs cut, changed
// and taken from elsewhere. Digests are made to agree again, so that what is refused is refused for what it says.
import { sha256 } from "../../src/certificate/digest.ts";
import type { Draft } from "../../src/certificate/draft.ts";
import { canonical, type Json } from "../../src/certificate/json.ts";
import { proofBytes, readProof } from "../../src/certificate/proof.ts";
import { certificateText } from "../../src/certificate/write.ts";
import { random } from "./oracle.ts";

export interface Mutant {
  readonly what: string;
  readonly text: string;
  /** Unpacked, by digest. */
  readonly proofs: ReadonlyMap<string, Uint8Array>;
}

type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };
interface Place {
  readonly of: Tree[] | { [key: string]: Tree };
  readonly key: string | number;
  readonly path: string;
}
const get = ({ of, key }: Place): Tree => (Array.isArray(of) ? of[Number(key)] : of[key]);
const set = ({ of, key }: Place, value: Tree): void => {
  if (Array.isArray(of)) of[Number(key)] = value;
  else of[String(key)] = value;
};

function placesIn(tree: Tree, path = ""): Place[] {
  if (tree === null || typeof tree !== "object") return [];
  const keys = Array.isArray(tree) ? tree.map((_, i) => i) : Object.keys(tree);
  return keys.flatMap((key) => {
    const place = { of: tree, key, path: `${path}/${key}` };
    return [place, ...placesIn(get(place), place.path)];
  });
}

const treeOf = (draft: Draft): { [key: string]: Tree } => JSON.parse(certificateText(draft.certificate));

/** One mutant of one of the drafts. The same seed gives the same one. */
export function mutant(drafts: readonly Draft[], seed: number): Mutant {
  const { below, pick } = random(seed);
  const draft = pick(drafts);
  const tree = treeOf(draft);
  const proofs = new Map(draft.proofs);
  const whats: string[] = [];
  for (let n = below(4) === 0 ? 2 : 1; n > 0; n--) whats.push(changed(tree, drafts, proofs, below, pick));
  agreed(tree);
  return { what: `seed ${seed}, ${draft.certificate.kind}: ${whats.join("; ")}`, text: `${canonical(tree as Json)}\n`, proofs };
}

type Below = (n: number) => number;
type Pick = <Item>(of: readonly Item[]) => Item;

function changed(
  tree: { [key: string]: Tree },
  drafts: readonly Draft[],
  proofs: Map<string, Uint8Array>,
  below: Below,
  pick: Pick,
): string {
  const inside = below(3) === 0 ? tree.evidence : tree.statement;
  const places = placesIn(inside, inside === tree.evidence ? "evidence" : "statement");
  const hasProof = proofs.size > 0;
  switch (below(hasProof ? 9 : 7)) {
    // The other part of another certificate: of the same kind, if there is one.
    case 0: {
      const others = drafts.map(treeOf);
      const alike = others.filter((one) => (one.statement as { kind: string }).kind === (tree.statement as { kind: string }).kind);
      const other = pick(below(3) > 0 && alike.length > 0 ? alike : others);
      const part = below(2) === 0 ? "statement" : "evidence";
      tree[part] = other[part];
      for (const [digest, bytes] of drafts.flatMap((one) => [...one.proofs])) proofs.set(digest, bytes);
      return `${part} of another`;
    }
    case 1: {
      const lists = places.filter((place) => Array.isArray(get(place)));
      return lists.length === 0 ? "nothing" : inList(pick(lists), below, pick);
    }
    case 2: {
      const place = pick(places);
      const words = places.map(get).filter((value) => typeof value === "string");
      if (typeof get(place) === "string" && words.length > 0) {
        set(place, pick(words));
        return `another word at ${place.path}`;
      }
      if (!Array.isArray(place.of) && below(2) === 0) {
        delete place.of[String(place.key)];
        return `no ${place.path}`;
      }
      const value = get(place);
      set(place, typeof value === "boolean" ? !value : value === null ? below(3) : structuredClone(get(pick(places))));
      return `something else at ${place.path}`;
    }
    case 7:
    case 8:
      return inProof(tree, drafts, proofs, below, pick);
    default: {
      const numbers = places.filter((place) => typeof get(place) === "number");
      if (numbers.length === 0) return "nothing";
      const place = pick(numbers);
      const value = Number(get(place));
      const near = [value + 1, value - 1, value + 2, 2 * value, -value, 0, 1, Number(get(pick(numbers))), 2 ** 53 - 1];
      // Zero has one form.
      set(place, pick(near) + 0);
      return `${get(place)} for ${value} at ${place.path}`;
    }
  }
}

function inList(place: Place, below: Below, pick: Pick): string {
  const list = get(place) as Tree[];
  const [at, other] = [below(list.length + 1), below(list.length + 1)];
  switch (below(5)) {
    case 0:
      list.splice(at, 1);
      return `an item less in ${place.path}`;
    case 1:
      if (list.length > 0) list.splice(at, 0, structuredClone(pick(list)));
      return `an item more in ${place.path}`;
    case 2:
      if (at < list.length && other < list.length) [list[at], list[other]] = [list[other], list[at]];
      return `items ${at} and ${other} for each other in ${place.path}`;
    case 3:
      list.length = at;
      return `${place.path} ends after ${at}`;
    default:
      list.reverse();
      return `${place.path} backwards`;
  }
}

function inProof(
  tree: { [key: string]: Tree },
  drafts: readonly Draft[],
  proofs: Map<string, Uint8Array>,
  below: Below,
  pick: Pick,
): string {
  const names = placesIn(tree.evidence).filter((place) => place.key === "proof" && isName(get(place)));
  if (names.length === 0) return "nothing";
  const place = pick(names);
  const { sha256: before } = get(place) as { readonly sha256: string };
  const bytes = Uint8Array.from(proofs.get(before) ?? []);
  const give = (changedBytes: Uint8Array, what: string): string => {
    const digest = sha256(changedBytes);
    proofs.set(digest, changedBytes);
    set(place, { bytes: changedBytes.length, sha256: digest });
    return what;
  };
  const read = readProof(bytes);
  switch (below(7)) {
    case 0:
      return give(bytes.slice(0, below(bytes.length)), "a proof cut");
    case 1:
      if (bytes.length > 0) bytes[below(bytes.length)] ^= 1 << below(8);
      return give(bytes, "a bit of a proof");
    case 2:
      return give(pick(drafts.flatMap((one) => [...one.proofs.values()])), "the proof of another");
    case 3:
      proofs.delete(before);
      return "no proof";
    default: {
      if (read.kind !== "proof") return "nothing";
      const lemmas = split(read.proof.lemmas);
      const hints = split(read.proof.hints);
      const [at, other] = [below(lemmas.length), below(lemmas.length)];
      const which = below(4);
      if (which === 0) for (const list of [lemmas, hints]) list.splice(at, 1);
      else if (which === 1) for (const list of [lemmas, hints]) [list[at], list[other]] = [list[other], list[at]];
      else if (which === 2) hints[at] = [...hints[at]].reverse();
      else if (lemmas[at].length > 0) lemmas[at] = lemmas[at].map((literal, i) => (i === below(lemmas[at].length) ? -literal : literal));
      return give(proofBytes({ lemmas: joined(lemmas), hints: joined(hints) }), `lemma ${at} of a proof: ${which}`);
    }
  }
}
/** What another change may have put there is none. */
const isName = (value: Tree): boolean => value !== null && typeof value === "object" && "sha256" in value;
function split(list: Int32Array): number[][] {
  const found: number[][] = [];
  for (let from = 0; from < list.length; ) {
    const to = list.indexOf(0, from);
    found.push([...list.subarray(from, to)]);
    from = to + 1;
  }
  return found;
}
const joined = (lists: readonly (readonly number[])[]): Int32Array => Int32Array.from(lists.flatMap((list) => [...list, 0]));

/** Digests as they are of what stands there now; problems that nothing speaks of any more are left for the reader to refuse. */
function agreed(tree: { [key: string]: Tree }): void {
  const { statement } = tree;
  const problems = statement !== null && typeof statement === "object" && !Array.isArray(statement) ? statement.problems : null;
  const digest = (value: Tree): string => sha256(canonical(value as Json));
  tree.digests = { problems: Array.isArray(problems) ? problems.map(digest) : [], statement: digest(statement ?? null) };
}

/** A text whose digests are made to agree, in canonical bytes; as it is if there is nothing to agree with. */
export function mended(text: string): string {
  try {
    const tree: Tree = JSON.parse(text);
    if (tree === null || typeof tree !== "object" || Array.isArray(tree)) return text;
    agreed(tree);
    return `${canonical(tree as Json)}\n`;
  } catch {
    return text;
  }
}
