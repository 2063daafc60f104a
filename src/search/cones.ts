// Cuts the values of a few variables into cones in which none of some linear forms changes its sign, each with as many edges as there are
// variables. Untrusted: what is claimed of a cone, and that it has the values, is the kernel's to see.
import { fraction } from "../fraction/index.ts";
import { type Cone, type Rational, type Term, term } from "../kernel/index.ts";
import { eliminated } from "./eliminate.ts";
import { linearThrough } from "./hints.ts";

const { rational, zero, one, negate } = fraction;
/** A whole-numbered point; or a form without a constant, by its coefficients. */
export type Vector = readonly bigint[];

const dot = (a: Vector, b: Vector): bigint => a.reduce((sum, value, i) => sum + value * b[i], 0n);
const opposite = (a: Vector): Vector => a.map((value) => -value);
const fractions = (vectors: readonly Vector[]): Rational[][] => vectors.map((vector) => vector.map((value) => rational(value)));
const rank = (vectors: readonly Vector[]): number => eliminated(fractions(vectors), vectors[0]?.length ?? 0).pivots.length;

/** Cones that together hold all points at which the `bounds` are at least 0; `planes` do not change their sign within one. At most `most`. */
export function conesOf(variables: readonly string[], bounds: readonly Vector[], planes: readonly Vector[], most = 256): Cone[] {
  const size = variables.length;
  const isFull = (cell: readonly Vector[]): boolean => rank(edgesOf(cell, size)) === size;
  let cells: (readonly Vector[])[] = isFull(bounds) ? [bounds] : [];
  for (const plane of planes) {
    if (cells.length > most) return [];
    cells = cells.flatMap((cell) => {
      const halves = [plane, opposite(plane)].map((side) => [...cell, side]).filter(isFull);
      return halves.length > 1 ? halves : [cell];
    });
  }
  return cells.flatMap((cell) => simplices(edgesOf(cell, size), cell)).map((edges) => coneOf(variables, edges));
}

function coneOf(variables: readonly string[], edges: readonly Vector[]): Cone {
  const names = variables.map((name): Term => term.variable(name));
  const shares = edges.map((_, own) => {
    const rows = fractions(edges).map((inputs, i) => ({ inputs, output: i === own ? one : zero }));
    return linearThrough(rows, names) ?? term.number(0);
  });
  return { edges: edges.map((edge) => edge.map(Number)), shares };
}

/** The edges of a cone that is given by its bounds: points at which all but one dimension of them are 0. Each with the least whole numbers. */
function edgesOf(bounds: readonly Vector[], size: number): Vector[] {
  const found = new Map<string, Vector>();
  const visit = (from: number, chosen: readonly Vector[]): void => {
    if (chosen.length === size - 1) {
      const edge = across(chosen, size);
      for (const side of edge === null ? [] : [edge, opposite(edge)])
        if (bounds.every((bound) => dot(bound, side) >= 0n)) found.set(side.join(), side);
      return;
    }
    for (let i = from; i < bounds.length; i++) visit(i + 1, [...chosen, bounds[i]]);
  };
  visit(0, []);
  return [...found.values()];
}

/** The one direction in which all of the forms are 0, or null if there are more. */
function across(forms: readonly Vector[], size: number): Vector | null {
  const { table, pivots } = eliminated(fractions(forms), size);
  if (pivots.length < size - 1) return null;
  const free = Array.from({ length: size }, (_, i) => i).find((i) => !pivots.includes(i)) ?? 0;
  const values = Array.from({ length: size }, (_, i) => (i === free ? one : negate(table[pivots.indexOf(i)][free])));
  const den = values.reduce((common, value) => (common * value.den) / fraction.gcd(common, value.den), 1n);
  return values.map((value) => (value.num * den) / value.den);
}

/** A cone cut into such with as many edges as dimensions: from its first edge to the pieces of each side that this edge is not on. */
function simplices(edges: readonly Vector[], bounds: readonly Vector[]): Vector[][] {
  if (edges.length === rank(edges)) return [[...edges]];
  const [first] = edges;
  const sides = new Map<string, readonly Vector[]>();
  for (const bound of bounds) {
    const side = edges.filter((edge) => dot(bound, edge) === 0n);
    if (dot(bound, first) !== 0n && side.length > 0 && rank(side) === rank(edges) - 1)
      sides.set(side.map((edge) => edge.join()).join(" "), side);
  }
  return [...sides.values()].flatMap((side) => simplices(side, bounds).map((piece) => [first, ...piece]));
}
