// Names of passes: `F[3]` is family F with the index 3. What is not written like that is a family of its own.
import type { Problem } from "../../kernel/index.ts";
import type { PassName } from "../format.ts";

export function passName(label: string): PassName {
  const found = /^([^[\]]+)\[(-?\d{1,9}(?:,-?\d{1,9})*)\]$/.exec(label);
  return found === null ? { label, family: label, indices: [] } : { label, family: found[1], indices: found[2].split(",").map(Number) };
}

/** Names of all passes of a microbatch, or null where two are the same. */
export function passNames(labels: readonly string[]): readonly PassName[] | null {
  return new Set(labels).size === labels.length ? labels.map(passName) : null;
}

export const labelOf = (nodes: readonly PassName[], { nodes: count }: Problem, pass: number): string =>
  `${nodes[pass % count].label} of microbatch ${Math.floor(pass / count)}`;
