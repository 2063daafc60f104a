// A problem as a `pipeline` of the language: placement, times, dependencies and memory as expressions in the passes' indices. What the
// language cannot say is named. Names and times come back in the numbers that they had.

import { fraction } from "../../fraction/index.ts";
import type { Problem, Route, Schedule } from "../../kernel/index.ts";
import { done, type Outcome, refused } from "../format.ts";
import { indicesAt, labelOf, nodeAt, tableText } from "./box.ts";
import { type Entry, plus } from "./expression.ts";
import { deviceLines, holdLines, type World } from "./holds.ts";
import { type Family, indexNames, type Named, ours } from "./names.ts";
import { type Joined, routesIn } from "./routes.ts";
import { Unsayable, unsayable } from "./unsayable.ts";

/** References to one family from one pass that are told apart. */
const mostReferences = 32;

export interface PipelineText {
  readonly pipeline: string;
  /** Times with `send`, or null where the pipeline itself has them. */
  readonly profile: string | null;
}

/** `schedule`: one of the problem; it says what a hold of nothing may end with. */
export function pipelineText(problem: Problem, schedule: Schedule, named: Named, streams: readonly string[]): Outcome<PipelineText> {
  try {
    return done(new Writer(worldOf(problem, schedule, named), streams).write());
  } catch (signal) {
    if (signal instanceof Unsayable) return refused(signal.complaint);
    throw signal;
  }
}

function worldOf(problem: Problem, schedule: Schedule, { families }: Named): World {
  const [familyOf, placeOf] = [new Int32Array(problem.nodes), new Int32Array(problem.nodes)];
  families.forEach(({ node }, f) => {
    node.forEach((one, place) => {
      familyOf[one] = f;
      placeOf[one] = place;
    });
  });
  return { problem, schedule, families, familyOf, placeOf, ...routesIn(problem) };
}

/** A time: 5, 18.5, 1/3. */
export function timeText(ticks: number, unit: number): string {
  const value = fraction.rational(ticks, unit);
  for (let digits = 1; digits <= 6; digits++) {
    const by = 10n ** BigInt(digits);
    if (value.den === 1n || by % value.den !== 0n) continue;
    const all = ((value.num * by) / value.den).toString().padStart(digits + 1, "0");
    return `${all.slice(0, -digits)}.${all.slice(-digits)}`;
  }
  return fraction.print(value);
}

class Writer {
  readonly #world: World;
  readonly #problem: Problem;
  readonly #families: readonly Family[];
  readonly #streams: readonly string[];
  readonly #used: readonly number[];
  readonly #join: Joined;
  readonly #familyOf: Int32Array;
  readonly #placeOf: Int32Array;

  constructor(world: World, streams: readonly string[]) {
    this.#world = world;
    this.#problem = world.problem;
    this.#families = world.families;
    this.#used = world.used;
    this.#join = world.join;
    this.#familyOf = world.familyOf;
    this.#placeOf = world.placeOf;
    this.#streams = streams;
  }

  write(): PipelineText {
    const { devices, send } = this.#problem;
    const lines = [`  devices ${devices}`];
    for (const stream of this.#streams.slice(1)) lines.push(`  stream ${stream}`);
    const leader = this.#families.find(({ ranges }) => ranges.length > 0);
    const home = leader === undefined ? "" : this.#device(leader);
    // The placement of all, where it says nothing of other indices than the stage.
    const shared = leader !== undefined && !indexNames.slice(1).some((name) => new RegExp(`\\b${name}\\b`).test(home));
    if (leader !== undefined) {
      const [[low, high]] = leader.ranges;
      lines.push(`  stages ${indexNames[0]} in ${low}..${high}${shared ? ` on device ${home}` : ""}`);
    }
    const times: string[] = [];
    for (const family of this.#families) {
      const range = leader?.ranges[0];
      const staged =
        range !== undefined && family.ranges.length > 0 && family.ranges[0][0] === range[0] && family.ranges[0][1] === range[1];
      const indices = family.ranges.map(([low, high], i) => (i === 0 && staged ? indexNames[0] : `${indexNames[i]} in ${low}..${high}`));
      const place = this.#device(family);
      const time = this.#over(family, "times", (route, node) => timeText(route.duration[node], this.#problem.ticksPerUnit));
      const stream = this.#stream(family);
      const needs = this.#needs(family);
      lines.push(
        [
          `  pass ${family.name}${indices.length === 0 ? "" : `[${indices.join(", ")}]`}`,
          ...(shared && staged && place === home ? [] : [`on device ${place}`]),
          ...(stream === 0 ? [] : [`on ${this.#streams[stream]}`]),
          ...(send > 0 || time === "1" ? [] : [`takes ${time}`]),
          ...(needs.length === 0 ? [] : [`after ${needs.join(", ")}`]),
        ].join("  "),
      );
      if (send > 0 && /\bj\b/.test(time))
        unsayable("times", `Times of ${family.name} differ between microbatches, and sends take time; a profile can only say one of both.`);
      times.push(`  ${labelOf(family)} = ${time}`);
    }
    lines.push(...holdLines(this.#world), ...deviceLines(this.#problem));
    const profile = send === 0 ? null : [...times, `  send = ${timeText(send, this.#problem.ticksPerUnit)}`];
    return {
      pipeline: `pipeline ${ours.pipeline} {\n${lines.join("\n")}\n}`,
      profile: profile === null ? null : `profile ${ours.profile} {\n${profile.join("\n")}\n}`,
    };
  }

  /** An expression in the family's indices, and in `j` where microbatches differ. */
  #over(family: Family, what: string, entryOf: (route: Route, node: number, place: number) => Entry): string {
    const text = this.#join((r) => {
      const route = this.#problem.routes[r];
      return tableText(
        family,
        Array.from(family.node, (node, place) => entryOf(route, node, place)),
      );
    });
    return text ?? unsayable(what, `The ${what} of ${family.name} follow no rule short enough for the language.`);
  }

  #device(family: Family): string {
    return this.#over(family, "placement", (route, node) => `${route.device[node]}`);
  }

  #stream({ name, node }: Family): number {
    const found = new Set(this.#used.flatMap((r) => Array.from(node, (one) => this.#problem.routes[r].stream[one])));
    if (found.size > 1) unsayable("streams", `${name} runs on several streams; a family has one.`);
    return [...found][0] ?? 0;
  }

  /** References of `after`: shifts of the own indices first, then whatever is left, one for each. */
  #needs(family: Family): string[] {
    const left = this.#used.map((r) => {
      const { depStart, dep } = this.#problem.routes[r];
      return Array.from(family.node, (node) => new Set(dep.subarray(depStart[node], depStart[node + 1])));
    });
    const needed = new Set(left.flatMap((lists) => lists.flatMap((list) => Array.from(list, (node) => this.#familyOf[node]))));
    return [...needed].sort((a, b) => a - b).flatMap((f) => this.#references(family, this.#families[f], left));
  }

  #references(family: Family, other: Family, left: readonly (readonly Set<number>[])[]): string[] {
    const lists = left.flat();
    if (other.node.length > 1 && lists.every((list) => other.node.every((node) => list.has(node)))) {
      for (const list of lists) for (const node of other.node) list.delete(node);
      return [`${other.name}[${other.ranges.map(() => "all").join(", ")}]`];
    }
    const found: string[] = [];
    // One pass for which all wait.
    const [same, ...more] =
      lists.length === 0 ? [] : [...lists[0]].filter((node) => other.node.includes(node) && lists.every((list) => list.has(node)));
    if (same !== undefined && more.length === 0 && family.node.length > 1 && other.node.length > 1) {
      for (const list of lists) list.delete(same);
      found.push(`${other.name}[${indicesAt(other, this.#placeOf[same]).join(", ")}]`);
    }
    if (family.ranges.length === other.ranges.length && family.ranges.length > 0) {
      for (const shift of this.#shifts(family, other, left[0])) {
        const target = (place: number): number | undefined =>
          nodeAt(
            other,
            indicesAt(family, place).map((index, i) => index + shift[i]),
          );
        const whole = left.every((own) => own.every((list, place) => has(list, target(place))));
        if (!whole) continue;
        for (const own of left) {
          own.forEach((list, place) => {
            list.delete(target(place) ?? -1);
          });
        }
        found.push(`${other.name}[${shift.map((by, i) => plus(indexNames[i], by)).join(", ")}]`);
      }
    }
    const own = (list: Set<number>): number[] => [...list].filter((node) => other.node.includes(node)).sort((a, b) => a - b);
    for (let turn = 0; lists.some((list) => own(list).length > 0); turn++) {
      if (turn === mostReferences)
        unsayable("dependencies", `${family.name} waits for too many of ${other.name}, in no order that has a rule.`);
      const next = left.map((all) => all.map((list) => own(list)[0]));
      if (other.ranges.length === 0) {
        if (next.flat().some((node) => node === undefined))
          unsayable("dependencies", `Some of ${family.name} wait for ${other.name} and some do not; the language has no way to say so.`);
        found.push(other.name);
      } else found.push(`${other.name}[${other.ranges.map((range, i) => this.#component(family, other, i, range, next)).join(", ")}]`);
      left.forEach((all, r) => {
        all.forEach((list, place) => {
          list.delete(next[r][place] ?? -1);
        });
      });
    }
    return found;
  }

  /** One index of a reference: outside of its range where there is nothing to wait for. */
  #component(
    family: Family,
    other: Family,
    i: number,
    [low, high]: readonly [number, number],
    next: readonly (readonly (number | undefined)[])[],
  ): string {
    const text = this.#join((r) => {
      const own = next[this.#used.indexOf(r)];
      const outside: Entry =
        i === 0 ? { any: (value) => value < low || value > high, else: `${low - 1}` } : { any: () => true, else: `${low}` };
      return tableText(
        family,
        own.map((node) => (node === undefined ? outside : `${indicesAt(other, this.#placeOf[node])[i]}`)),
      );
    });
    return text ?? unsayable("dependencies", `What ${family.name} waits for follows no rule short enough for the language.`);
  }

  #shifts(family: Family, other: Family, lists: readonly Set<number>[]): number[][] {
    const found = new Map<string, number[]>();
    lists.forEach((list, place) => {
      const own = indicesAt(family, place);
      for (const node of list) {
        if (found.size > mostReferences || this.#families[this.#familyOf[node]] !== other) continue;
        const shift = indicesAt(other, this.#placeOf[node]).map((index, i) => index - own[i]);
        found.set(shift.join(","), shift);
      }
    });
    return [...found.values()].sort((a, b) => a.length - b.length || a[0] - b[0]);
  }
}

const has = (list: Set<number>, node: number | undefined): boolean => node === undefined || list.has(node);
