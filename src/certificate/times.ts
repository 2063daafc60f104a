// Claims for all times as JSON, and back: orders with what each variable gives to each pass, and cones of times. Rules: docs/certificate.md.
import type { ForAllEvidence, TimedHints } from "../kernel/index.ts";
import { casesJson, readCases } from "./cases.ts";
import { fields, kindOf, list, refuse, whole, wholes } from "./decode.ts";
import { readTerm, termJson } from "./formula.ts";
import type { Json } from "./json.ts";
import { limits } from "./limits.ts";
import type { AllTimes, Named, TimedOrder } from "./statement.ts";

const most = Number.MAX_SAFE_INTEGER;

/** By variable: ticks of `send`, and of each node of each route. */
export const timesJson = (times: TimedOrder["times"]): Json =>
  times.map(({ durations, send }) => ({ durations: durations.map((route) => [...route]), send }));

/** The times of a problem for these variables. Together they are what stands in the problem: there every variable is 1. */
export function readTimes(value: Json, where: string, { problem }: Named, variables: readonly string[]): TimedOrder["times"] {
  const given = list(value, where);
  if (given.length !== variables.length) refuse(where, `${variables.length} are wanted`);
  const times = given.map((one, v) => {
    const { durations, send } = fields(one, `${where}[${v}]`, "durations", "send");
    const routes = list(durations, `${where}[${v}].durations`).map((route) =>
      wholes(route, `${where}[${v}].durations`, 0, most, problem.nodes),
    );
    if (routes.length !== problem.routes.length) refuse(`${where}[${v}].durations`, `${problem.routes.length} routes are wanted`);
    return { name: variables[v], durations: routes, send: whole(send, `${where}[${v}].send`) };
  });
  const sum = (of: (one: (typeof times)[number]) => number): number => times.reduce((all, one) => all + of(one), 0);
  const same =
    problem.send === sum(({ send }) => send) &&
    problem.routes.every(({ duration }, r) => duration.every((ticks, node) => ticks === sum(({ durations }) => durations[r][node])));
  return same ? times : refuse(where, "these are not the times of the problem where every variable is 1");
}

export const timesEvidenceJson = ({ hints, cases }: AllTimes["evidence"]): Json => ({
  cases: cases.map(casesJson),
  kind: "times",
  subjects: hints.map(({ cones, places }) => ({
    cones: cones.map(({ edges, shares }) => ({ edges, shares: shares.map(termJson) })),
    places: [...places],
  })),
});

/** For so many claims about these orders. */
export function readTimesEvidence(
  value: Json,
  variables: readonly string[],
  claims: number,
  orders: readonly TimedOrder[],
): AllTimes["evidence"] {
  const { cases, subjects } = fields(value, "evidence", "cases", "kind", "subjects");
  const tables = list(cases, "evidence.cases");
  if (tables.length !== claims) refuse("evidence.cases", `${claims} are wanted`);
  const own = list(subjects, "evidence.subjects");
  if (own.length !== orders.length) refuse("evidence.subjects", `${orders.length} are wanted`);
  return {
    cases: tables.map((one, i): ForAllEvidence => {
      kindOf(one, `evidence.cases[${i}]`, "cases");
      return readCases(one, variables, 0);
    }),
    hints: own.map((one, i) => hints(one, `evidence.subjects[${i}]`, variables, orders[i])),
  };
}

function hints(value: Json, where: string, variables: readonly string[], { order: { named } }: TimedOrder): TimedHints {
  const { cones, places } = fields(value, where, "cones", "places");
  const passes = named.problem.nodes * named.problem.microbatches;
  const found = list(cones, `${where}.cones`);
  if (found.length > limits.cones) refuse(`${where}.cones`, `at most ${limits.cones} are looked at`);
  return {
    cones: found.map((one) => {
      const { edges, shares } = fields(one, `${where}.cones`, "edges", "shares");
      const points = list(edges, `${where}.cones`).map((edge) => [...wholes(edge, `${where}.cones`, -most, most, variables.length)]);
      const terms = list(shares, `${where}.cones`).map((share) =>
        readTerm(share, `${where}.cones`, { variables: new Set(variables), subjects: 0 }),
      );
      return points.length === terms.length
        ? { edges: points, shares: terms }
        : refuse(`${where}.cones`, "one share for each edge is wanted");
    }),
    places: Int32Array.from(wholes(places, `${where}.places`, 0, passes - 1, passes)),
  };
}
