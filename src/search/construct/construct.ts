// Good schedules fast, for any problem: list scheduling under a portfolio of rules, forwards and in the mirror of time; then rules
// nearby and local search on the orders, turn about, each from the best so far. Nothing here is trusted: `replay` has seen whatever
// comes back. The same seed and effort give the same schedule, as long as `stop` does not cut in.
import type { Order, Problem, Schedule } from "../../kernel/index.ts";
import { alone } from "./alone.ts";
import { type Annealed, anneal, type Objective } from "./anneal.ts";
import { block, fullness, wishes } from "./blocks.ts";
import { type Dispatched, dispatch, orderOf } from "./dispatch.ts";
import { fill } from "./fill.ts";
import { across, mirrored } from "./mirror.ts";
import { random } from "./random.ts";
import { blockTraits, type Kinds, kinds, nearby, portfolio, rule, type Traits } from "./rules.ts";
import { type Constructed, settle } from "./settle.ts";
import { familyOf, type Shop, shop, shortened } from "./shop.ts";

export type { Objective } from "./anneal.ts";
export type { Constructed } from "./settle.ts";

export interface ConstructOptions {
  readonly seed: number;
  /** Moves to try; one list schedule counts as many as it costs. The portfolio's first rule is tried even with 0. */
  readonly effort: number;
  stop(): boolean;
  /** Told of each schedule that is better than all before. */
  improved?(found: Constructed): void;
}

/** A problem and one direction of time, with what list scheduling needs. */
interface Direction {
  readonly shop: Shop;
  readonly sequences: readonly Int32Array[];
  readonly kinds: Kinds;
  readonly mirror: boolean;
}

/** A schedule found by a rule, and the rule. */
interface Found {
  readonly direction: Direction;
  readonly traits: Traits;
  readonly run: Dispatched;
  readonly value: number;
}

/** A valid schedule with a small makespan or span; null if the passes of a microbatch wait for each other in a circle, or if no
 * order was found in which microbatches, one after another and one pass at a time, stay under the caps. */
export function construct(problem: Problem, objective: Objective, options: ConstructOptions): Constructed | null {
  const whole = directions(problem);
  if (whole === null) return null;
  let best: Constructed | null = null;
  const offer = (found: Constructed | null): void => {
    if (found === null || (best !== null && found.value >= best.value)) return;
    best = found;
    options.improved?.(found);
  };
  const first = attempt(whole[0], objective, portfolio(whole[0].shop, whole[0].kinds)[0], () => false);
  if (first !== null) offer(settle(whole[0].shop, objective, scheduleOf(first)));
  const microbatches = Math.max(2, Math.floor(tuned / problem.nodes));
  if (problem.microbatches <= microbatches) improve(whole, objective, options, offer);
  else improveByTuning(whole, directions(shortened(problem, microbatches)) ?? whole, objective, options, offer);
  return best;
}

/** Rules are tuned on at most so many passes: longer runs of the same pipeline repeat themselves. */
const tuned = 60_000;
/** Rules of the portfolio that are tried on it before the best is bettered. */
const screened = 32;
/** Passes that the portfolio may run in all before local search has its turn. */
const budget = 60_000;
/** Moves that cost as much as running one rule. */
const movesPerRun = 20;

/** Passes up to which building blocks are repeated and filled. */
const filled = 20_000;

/** The orders of building blocks that keep the caps when they are repeated, no two alike, those of short hops first. */
function* repeated({ shop, kinds: { kind, classOf, classes } }: Direction): Generator<Order> {
  const { problem, families, lists, list } = shop;
  if (problem.routeOf !== null) return;
  const seen = new Set<string>();
  for (const wish of wishes(classes)) {
    const { slot, every } = block(shop, kind, classOf, wish, false);
    const name = slot.join();
    if (seen.has(name)) continue;
    seen.add(name);
    if (fullness(shop, { slot, every }) > 1) continue;
    const at = (pass: number): number => slot[pass % families] + every * Math.floor(pass / families);
    const own: number[][] = Array.from({ length: lists }, () => []);
    for (let pass = 0; pass < families * problem.microbatches; pass++) own[list[pass % families]].push(pass);
    let length = 0;
    const offsets = Int32Array.from([0, ...own.map((passes) => (length += passes.length))]);
    yield { offsets, passes: Int32Array.from(own.flatMap((passes) => passes.sort((a, b) => at(a) - at(b) || a - b))) };
  }
}

/** Rules and local search, turn about. */
function improve(
  [ahead, back]: readonly Direction[],
  objective: Objective,
  { seed, effort, stop }: ConstructOptions,
  offer: (found: Constructed | null) => void,
): void {
  const chance = random(seed);
  const { shop } = ahead;
  const passes = shop.problem.nodes * shop.problem.microbatches;
  let elite: Found[] = [];
  let top: Annealed | null = null;
  let left = effort;
  const run = (direction: Direction, traits: Traits): Found | null => {
    left -= movesPerRun;
    const found = attempt(direction, objective, traits, stop);
    if (found === null) return null;
    if (elite.length < 8 || found.value < elite[elite.length - 1].value) {
      if (elite.length === 0 || found.value < elite[0].value) offer(settle(shop, objective, scheduleOf(found)));
      elite = [...elite.filter((one) => one.value !== found.value || one.direction !== direction), found];
      elite = elite.sort((a, b) => a.value - b.value).slice(0, 8);
    }
    return found;
  };
  const corners = [...portfolio(shop, ahead.kinds), ...blockTraits(shop, ahead.kinds, 100, chance)];
  const tries = Math.min(corners.length, Math.max(40, Math.floor(budget / passes)));
  for (let i = 0; i < tries; i++) {
    const traits = corners[tries === corners.length || i < 10 ? i : chance.below(corners.length)];
    for (const direction of [ahead, back]) {
      if (left < effort / 2 || stop()) break;
      run(direction, traits);
    }
  }
  if (shop.ordered && passes <= filled && left >= effort / 2) {
    for (const order of repeated(ahead)) {
      if (left < effort / 2 || stop()) break;
      left -= movesPerRun * movesPerRun;
      const found = settle(shop, objective, { order: fill(shop, back.shop, order, objective), start: new Float64Array() });
      offer(found);
      if (found !== null && (top === null || found.value < top.value)) top = { order: found.schedule.order, value: found.value };
    }
  }
  for (let round = 0; left > 0 && elite.length > 0 && !stop(); round++) {
    let at = elite[round % 3 === 0 ? 0 : chance.below(elite.length)];
    for (let tries = 0; tries < 15 && left > 0 && !stop(); tries++) {
      const near = run(at.direction, nearby(at.direction.shop, at.direction.kinds, at.traits, chance));
      if (near !== null && near.value <= at.value) at = near;
    }
    if (!shop.ordered) continue;
    const steps = Math.min(left, 1000 + 30 * passes * (1 + (round % 4)));
    const from = round % 3 === 1 ? scheduleOf(elite[0]).order : round % 3 === 2 && top !== null ? top.order : scheduleOf(at).order;
    const moved = anneal(shop, from, objective, steps, chance, stop);
    left -= steps;
    if (top === null || moved.value <= top.value) top = moved;
    offer(settle(shop, objective, { order: moved.order, start: new Float64Array() }));
  }
}

/** The rules of a big problem are tuned on its first microbatches; the whole is run when that has paid for itself. */
function improveByTuning(
  whole: readonly Direction[],
  part: readonly Direction[],
  objective: Objective,
  { seed, effort, stop }: ConstructOptions,
  offer: (found: Constructed | null) => void,
): void {
  const chance = random(seed);
  const cost = whole[0].shop.problem.microbatches / part[0].shop.problem.microbatches;
  let best: Found | null = null;
  let applied: Found | null = null;
  const starts = portfolio(part[0].shop, part[0].kinds);
  for (let tries = 0; tries * movesPerRun < effort && !stop(); tries++) {
    const settled = best !== null && tries >= screened;
    const direction: Direction = best !== null && settled ? best.direction : part[tries % 2];
    const corner = tries < screened / 2 ? tries >> 1 : chance.below(starts.length);
    const traits: Traits = best === null || !settled ? starts[corner] : nearby(direction.shop, direction.kinds, best.traits, chance);
    const found = attempt(direction, objective, traits, stop);
    if (found !== null && (best === null || found.value <= best.value)) best = found;
    if (best === null || best === applied || tries % Math.ceil(2 * cost) !== 0) continue;
    applied = best;
    const full = attempt(whole[best.direction.mirror ? 1 : 0], objective, best.traits, stop);
    if (full !== null) offer(settle(whole[0].shop, objective, scheduleOf(full)));
  }
}

function attempt(direction: Direction, objective: Objective, traits: Traits, stop: () => boolean): Found | null {
  const run = dispatch(direction.shop, direction.sequences, rule(direction.shop, direction.kinds, traits), stop);
  return run === null ? null : { direction, traits, run, value: valued(run, objective) };
}

function valued({ began, ended }: Dispatched, objective: Objective): number {
  let [first, last, span] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let d = 0; d < began.length; d++) {
    first = Math.min(first, began[d]);
    last = Math.max(last, ended[d]);
    span = Math.max(span, ended[d] - began[d]);
  }
  return objective === "span" ? span : last - first;
}

/** The run as a schedule of the problem, read backwards if it was made in the mirror. */
function scheduleOf({ direction: { shop, mirror }, run }: Found): Schedule {
  if (!mirror) return { order: orderOf(shop, run.sequence), start: run.start };
  const { problem, ticks } = shop;
  const last = Math.max(...run.ended);
  const start = new Float64Array(run.start.length);
  run.start.forEach((at, pass) => {
    start[across(problem, pass)] = last - at - ticks[familyOf(shop, pass)];
  });
  return { order: orderOf(shop, run.sequence.map((pass) => across(problem, pass)).reverse()), start };
}

/** The problem as it is and in the mirror. */
function directions(problem: Problem): Direction[] | null {
  const found: Direction[] = [];
  for (const mirror of [false, true]) {
    const laid = shop(mirror ? mirrored(problem) : problem);
    if (laid === null) return null;
    const sequences = problem.routes.map((_, route) => (mirror ? found[0].sequences[route].toReversed() : alone(laid, route)));
    if (!sequences.every((one) => one !== null)) return null;
    found.push({ shop: laid, sequences, kinds: kinds(laid), mirror });
  }
  return found;
}
