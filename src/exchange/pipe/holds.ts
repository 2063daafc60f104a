// Memory as `holds` of the language: a line for each pair of families between which something is held. Where some passes of a family hold
// nothing, they hold 0 up to a pass that ends late enough; or each that holds something has a line of its own.

import { fraction } from "../../fraction/index.ts";
import type { Problem, Route, Schedule } from "../../kernel/index.ts";
import { indicesAt, labelOf, nodeAt, tableText } from "./box.ts";
import { type Entry, expressionOf } from "./expression.ts";
import { type Family, ours } from "./names.ts";
import type { Joined } from "./routes.ts";
import { unsayable } from "./unsayable.ts";

/** An amount of memory: 3, 1/2. */
export const amountText = (parts: number, unit: number): string => fraction.print(fraction.rational(parts, unit));

/** Holds of one pass up to passes of one family that are told apart. */
const mostHolds = 32;

/** What the text of a problem is made from. */
export interface World {
  readonly problem: Problem;
  readonly schedule: Schedule;
  readonly families: readonly Family[];
  /** By node: its family, and its place in it. */
  readonly familyOf: Int32Array;
  readonly placeOf: Int32Array;
  /** Routes that microbatches take. */
  readonly used: readonly number[];
  readonly join: Joined;
}
interface Hold {
  readonly device: number;
  readonly to: number;
  readonly amount: number;
}

export function holdLines(world: World): string[] {
  const pairs = new Map<string, readonly [number, number]>();
  for (const r of world.used) {
    const { holdFrom, holdTo, holdAmount } = world.problem.routes[r];
    holdFrom.forEach((from, h) => {
      const [a, b] = [world.familyOf[from], world.familyOf[holdTo[h]]];
      if (holdAmount[h] > 0) pairs.set(`${a} ${b}`, [a, b]);
    });
  }
  return [...pairs.values()].flatMap(([from, to]) => between(world, world.families[from], world.families[to]));
}

function between(world: World, family: Family, other: Family): string[] {
  const lists = new Map(world.used.map((r) => [r, holdsAt(world.problem.routes[r], family, other)]));
  const turns = [...lists.values()].flat().reduce((most, list) => Math.max(most, list.length), 0);
  if (turns > mostHolds) unsayable("holds", `${family.name} begins more than ${mostHolds} holds up to ${other.name}.`);
  return Array.from({ length: turns }, (_, turn) => {
    const at = (r: number, place: number): Hold | undefined => lists.get(r)?.[place][turn];
    const together = line(world, family, other, at, labelOf(family), [...family.node.keys()]);
    if (together !== null) return [together];
    return [...family.node.keys()].flatMap((place) => {
      if (world.used.every((r) => at(r, place) === undefined)) return [];
      const own = line(
        world,
        { name: family.name, ranges: [], node: family.node.subarray(place, place + 1) },
        other,
        (r) => at(r, place),
        labelOf(family, place),
        [0],
      );
      return (
        own ??
        unsayable("holds", `What is held from ${labelOf(family, place)} to ${other.name} follows no rule short enough for the language.`)
      );
    });
  }).flat();
}

/** One line for all of a family, or null where no short rule holds for all of it. */
function line(
  { problem, schedule, placeOf, used, join }: World,
  family: Family,
  other: Family,
  at: (route: number, place: number) => Hold | undefined,
  begin: string,
  places: readonly number[],
): string | null {
  const missing = used.some((r) => places.some((place) => at(r, place) === undefined));
  if (missing && other.ranges.length > 1) return null;
  const over = (entryOf: (route: number, place: number) => Entry | null): string | null =>
    join((r) => {
      const entries = places.map((place) => entryOf(r, place));
      const whole = entries.filter((entry): entry is Entry => entry !== null);
      return whole.length < entries.length ? null : tableText(family, whole);
    });
  const homeOf = (r: number, place: number): number => problem.routes[r].device[family.node[place]];
  const amount = over((r, place) => amountText(at(r, place)?.amount ?? 0, problem.partsPerUnit));
  const away = used.some((r) => places.some((place) => (at(r, place)?.device ?? homeOf(r, place)) !== homeOf(r, place)));
  const device = away ? over((r, place) => `${at(r, place)?.device ?? homeOf(r, place)}`) : "";
  const ends = other.ranges.map((range, i) =>
    over((r, place) => {
      const hold = at(r, place);
      if (hold !== undefined) return `${indicesAt(other, placeOf[hold.to])[i]}`;
      const late = (value: number): boolean => {
        const to = nodeAt(other, [value]);
        return to !== undefined && endsLate(problem, schedule, r, family.node[place], to);
      };
      const first = Array.from({ length: range[1] - range[0] + 1 }, (_, k) => range[0] + k).find(late);
      return first === undefined ? null : { any: late, else: `${first}` };
    }),
  );
  const alone =
    other.ranges.length > 0 ||
    !missing ||
    used.every((r) => places.every((place) => endsLate(problem, schedule, r, family.node[place], other.node[0])));
  if (amount === null || device === null || ends.includes(null) || !alone) return null;
  return `  holds ${amount}${away ? ` on device ${device}` : ""} from ${begin} to ${other.name}${ends.length === 0 ? "" : `[${ends.join(", ")}]`}`;
}

/** Whether in all microbatches of this route a pass ends no earlier than another starts, so that nothing can be held between them. */
function endsLate(problem: Problem, { start }: Schedule, route: number, from: number, to: number): boolean {
  const { routeOf, routes, microbatches, nodes } = problem;
  const length = routes[route].duration[to];
  for (let j = 0; j < microbatches; j++)
    if ((routeOf === null || routeOf[j] === route) && start[j * nodes + to] + length < start[j * nodes + from]) return false;
  return true;
}

/** The holds from each of one family to one of the other, by place. */
function holdsAt({ holdDevice, holdFrom, holdTo, holdAmount }: Route, family: Family, other: Family): Hold[][] {
  const place = new Map(Array.from(family.node, (node, at) => [node, at]));
  const found: Hold[][] = Array.from(family.node, () => []);
  const ends = new Set(other.node);
  holdFrom.forEach((from, h) => {
    const at = place.get(from);
    if (at === undefined || !ends.has(holdTo[h]) || holdAmount[h] === 0) return;
    found[at].push({ device: holdDevice[h], to: holdTo[h], amount: holdAmount[h] });
  });
  return found;
}

/** What devices hold for ever, and may hold. */
export function deviceLines({ always, cap, partsPerUnit }: Problem): string[] {
  const clause = (list: Float64Array, what: string): string => {
    const texts = Array.from(list, (parts) => amountText(parts, partsPerUnit));
    return expressionOf(texts, 0, ours.device) ?? unsayable(what, `The ${what} of devices follow no rule short enough for the language.`);
  };
  const lines: string[] = [];
  if (always.some((parts) => parts > 0)) lines.push(`  holds ${clause(always, "holds")} on device ${ours.device} always`);
  if (cap.length > 0 && cap.every(Number.isFinite)) return [...lines, `  cap ${clause(cap, "caps")} on device ${ours.device}`];
  cap.forEach((parts, device) => {
    if (Number.isFinite(parts)) lines.push(`  cap ${amountText(parts, partsPerUnit)} on device ${device}`);
  });
  return lines;
}
