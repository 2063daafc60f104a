// What depends on the route that a microbatch takes, as an expression in its number `j`: by residues where they repeat, else by thresholds.
import type { Problem } from "../../kernel/index.ts";

const [longestPeriod, mostRuns] = [64, 40];

/** Puts together one text for each route; null where the routes follow no short rule. */
export type Joined = (textOf: (route: number) => string | null) => string | null;

/** The routes that microbatches take, and how to tell them apart. */
export function routesIn({ routeOf, microbatches, routes }: Problem): { readonly used: readonly number[]; readonly join: Joined } {
  if (routeOf === null || microbatches === 0) return { used: routes.length === 0 ? [] : [0], join: (textOf) => textOf(0) };
  const used = [...new Set(routeOf)].sort((a, b) => a - b);
  const period = periodOf(routeOf);
  const chain = period === null ? thresholds(routeOf) : residues(routeOf, period);
  const join: Joined = (textOf) => {
    const texts = new Map(used.map((route) => [route, textOf(route)]));
    const first = texts.get(used[0]) ?? null;
    if ([...texts.values()].every((text) => text === first)) return first;
    if (chain === null || [...texts.values()].includes(null)) return null;
    const parts: string[] = [];
    // Neighbours with the same text are one case.
    chain.forEach(({ condition, route }, i) => {
      const text = texts.get(route) ?? "";
      const next = chain[i + 1];
      if (next !== undefined && period === null && texts.get(next.route) === text) return;
      parts.push(next === undefined ? text : `if ${condition} then ${text} else `);
    });
    return parts.join("");
  };
  return { used, join };
}

function periodOf(routeOf: Int32Array): number | null {
  for (let period = 1; period <= Math.min(longestPeriod, routeOf.length >> 1); period++)
    if (routeOf.every((route, j) => j < period || route === routeOf[j - period])) return period;
  return null;
}

interface Case {
  readonly condition: string;
  readonly route: number;
}
function residues(routeOf: Int32Array, period: number): readonly Case[] {
  const first = routeOf.subarray(0, period);
  const by = [...new Set(first)].sort((a, b) => a - b);
  const at = (route: number): string =>
    [...first.keys()]
      .filter((j) => first[j] === route)
      .map((j) => `j mod ${period} == ${j}`)
      .join(" or ");
  return by.map((route) => ({ condition: at(route), route }));
}
function thresholds(routeOf: Int32Array): readonly Case[] | null {
  const cases: Case[] = [];
  for (let j = 0; j < routeOf.length; j++) {
    if (j + 1 < routeOf.length && routeOf[j + 1] === routeOf[j]) continue;
    cases.push({ condition: `j < ${j + 1}`, route: routeOf[j] });
    if (cases.length > mostRuns) return null;
  }
  return cases;
}
