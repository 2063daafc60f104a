// Rules for `dispatch`, drawn from a few numbers. One microbatch's passes are laid out in time as a building block would have them
// (forward passes, backward passes and fillers each at a pace of their own) and the next microbatch follows a period later; a pass is
// due when that plan would start it. How many microbatches may be between a start and its release follows from the plan by
// Little's law. So a rule is a building block that nobody has to make fit: the dispatcher does.
import { block, classes, fullness, type Kind } from "./blocks.ts";
import type { Rule } from "./dispatch.ts";
import type { Random } from "./random.ts";
import type { Shop } from "./shop.ts";

/** The numbers that a rule is drawn from. */
export interface Traits {
  /** Pace of passes from which a pass that takes memory still follows, and of the others: 1 is as fast as possible. */
  readonly forward: number;
  readonly backward: number;
  /** Periods by which a pass that nobody waits for (W) is put off. */
  readonly delay: number;
  /** Periods by which backward passes are due earlier, or later, than planned. */
  readonly lead: number;
  /** Microbatches in flight above the plan's. */
  readonly slack: number;
  readonly patience: number;
  /** Whether limits leave room for each other: the earlier a stage, the more it gives way. */
  readonly reserve: boolean;
  /** By class of passes, in slots: the plan is this building block (`blocks.ts`); null: the paces above make the plan. */
  readonly wish: Float64Array | null;
  /** Whether that block leaves fillers out. */
  readonly floating: boolean;
  /** By family, in periods, on top of the plan. */
  readonly shift: Float64Array;
  /** By family, microbatches on top of the plan's limit. */
  readonly extra: Int32Array;
}

export interface Kinds {
  readonly kind: readonly Kind[];
  /** By family, which of how many classes it is in. */
  readonly classOf: Int32Array;
  readonly classes: number;
  /** Ticks that one microbatch costs the busiest stream, or, if more, the fullest memory. */
  readonly period: number;
}

/** What the rules of a problem start from. */
export function kinds(shop: Shop): Kinds {
  const { families, after, takes, problem, topological, release, head, ticks } = shop;
  const forward = new Uint8Array(families);
  for (const f of topological.toReversed()) {
    if (takes.from[f] < takes.from[f + 1]) forward[f] = 1;
    for (let e = after.from[f]; e < after.from[f + 1]; e++) if (forward[after.item[e]] === 1) forward[f] = 1;
  }
  const kind = Array.from(forward, (is, f): Kind => (is === 1 ? "forward" : after.from[f] === after.from[f + 1] ? "filler" : "backward"));
  const work = Math.max(...shop.load) / Math.max(1, problem.microbatches);
  const occupied = new Float64Array(problem.devices);
  for (let f = 0; f < families; f++) {
    if (release[f] < 0) continue;
    const life = head[release[f]] + ticks[release[f]] - head[f];
    for (let e = takes.from[f]; e < takes.from[f + 1]; e++) occupied[takes.item[e]] += (life * takes.amount[e]) / problem.routes.length;
  }
  const memory = Math.max(0, ...occupied.map((held, d) => held / Math.max(1, problem.cap[d] - problem.always[d])));
  const { of: classOf, count } = classes(shop, kind);
  return { kind, classOf, classes: count, period: Math.max(1, work, memory) };
}

/** The portfolio: the corners worth trying, those that most often do well first. */
export function portfolio({ families }: Shop, { classes }: Kinds): Traits[] {
  const plain = { wish: null, floating: false, shift: new Float64Array(families), extra: new Int32Array(families) };
  const steady = { forward: 1, backward: 1, delay: 1, lead: 0, patience: 0, reserve: true, floating: true };
  const found: Traits[] = [-1, 0, 1].map((slack) => ({ ...plain, ...steady, slack, wish: new Float64Array(classes).fill(1) }));
  for (const pace of [1.1, 1.25, 1, 1.6])
    for (const slack of [0, 2, 1, 1e6])
      for (const delay of [1e3, 1, 0])
        for (const lead of [0, -1, 1e3, -1e3])
          for (const patience of [0, 0.5])
            for (const reserve of slack > 10 ? [false] : [true, false])
              found.push({ ...plain, forward: pace, backward: pace, delay, lead, slack, patience, reserve });
  return found;
}

/** Some building blocks whose steady state about keeps the caps, at most `most`, no two alike. */
export function blockTraits(shop: Shop, known: Kinds, most: number, { below }: Random): Traits[] {
  const found: Traits[] = [];
  const seen = new Set<string>();
  for (let tries = 0; tries < 20 * most && found.length < most; tries++) {
    const floating = below(2) === 0;
    const wish = Float64Array.from({ length: known.classes }, () => 1 + (below(3) === 0 ? below(6) : 0));
    const plan = block(shop, known.kind, known.classOf, wish, floating);
    const name = plan.slot.join();
    if (seen.has(name) || fullness(shop, plan) > 1.1) continue;
    seen.add(name);
    const plain = { shift: new Float64Array(shop.families), extra: new Int32Array(shop.families) };
    found.push({
      forward: 1,
      backward: 1,
      delay: 0,
      lead: 0,
      slack: below(2),
      patience: 0.6 * below(2),
      reserve: below(2) === 0,
      wish,
      floating,
      ...plain,
    });
  }
  return found;
}

/** When one microbatch's passes would start, in ticks. */
function planned(shop: Shop, { kind, classOf, period }: Kinds, traits: Traits): Float64Array {
  const { families, topological, before } = shop;
  if (traits.wish !== null) {
    const { slot, every } = block(shop, kind, classOf, traits.wish, traits.floating);
    return slot.map((at) => (at * period) / every);
  }
  const plan = new Float64Array(families);
  for (const f of topological) {
    const of = kind[f];
    const pace = of === "filler" ? 1 : traits[of];
    for (let e = before.from[f]; e < before.from[f + 1]; e++) plan[f] = Math.max(plan[f], plan[before.item[e]] + before.amount[e] * pace);
  }
  return plan;
}

export function rule(shop: Shop, known: Kinds, traits: Traits): Rule {
  const { families, ticks, release } = shop;
  const { kind, period } = known;
  const plan = planned(shop, known, traits);
  const due = plan.map((at, f) => {
    const moved = kind[f] === "filler" ? traits.delay : kind[f] === "backward" ? traits.lead : 0;
    return at + (moved + traits.shift[f]) * period;
  });
  const limit = new Int32Array(families).fill(0x7fffffff);
  for (let f = 0; f < families; f++) {
    if (release[f] < 0) continue;
    const life = plan[release[f]] + ticks[release[f]] - plan[f] + Math.min(traits.delay, 1) * period * 0.5;
    limit[f] = Math.max(1, Math.min(1e9, Math.ceil(life / period) + traits.slack + traits.extra[f]));
  }
  if (traits.reserve) reserve(shop, limit);
  return { period, due, limit, patience: traits.patience };
}

/** Lowers limits until a device could hold all that they allow at once: stages that come last keep theirs. */
function reserve({ problem, families, takes, head }: Shop, limit: Int32Array): void {
  const room = problem.cap.map((cap, device) => cap - problem.always[device]);
  const late = Array.from({ length: families }, (_, f) => f).sort((a, b) => head[b] - head[a]);
  for (const f of late) {
    for (let e = takes.from[f]; e < takes.from[f + 1]; e++) {
      const [device, amount] = [takes.item[e], takes.amount[e]];
      if (amount === 0) continue;
      limit[f] = Math.max(1, Math.min(limit[f], Math.floor(room[device] / amount)));
      room[device] -= limit[f] * amount;
    }
  }
}

/** A rule nearby: one or two of the numbers changed. */
export function nearby(shop: Shop, known: Kinds, traits: Traits, { fraction, below }: Random): Traits {
  const { families, release } = shop;
  const spread = (): number => (fraction() + fraction() - 1) * 0.6;
  const near = { ...traits, shift: traits.shift.slice(), extra: traits.extra.slice() };
  for (let changes = 1 + below(2); changes > 0; changes--) {
    const what = below(14);
    if (near.wish !== null && what < 2) {
      near.wish = near.wish.slice();
      near.wish[below(known.classes)] = 1 + below(6);
    } else if (what === 0) near.forward = Math.max(0.5, near.forward + spread());
    else if (what === 1) near.backward = Math.max(0.5, near.backward + spread());
    else if (what === 2) near.delay = near.delay > 10 ? below(3) : below(8) === 0 ? 1e3 : Math.max(-1, near.delay + spread());
    else if (what === 3) near.lead = Math.abs(near.lead) > 10 ? 0 : below(8) === 0 ? 1e3 : near.lead + spread();
    else if (what === 4) near.slack = near.slack > 10 ? below(4) : Math.max(-3, near.slack + below(3) - 1);
    else if (what === 6) near.reserve = !near.reserve;
    else if (what === 5) near.patience = below(3) === 0 ? 0 : fraction();
    else {
      const f = below(families);
      const whole = below(2) === 0; // the whole class
      const [by, more] = [spread(), below(2) === 0 ? 1 : -1];
      const limited = release[f] >= 0 && below(2) === 0;
      for (let g = 0; g < families; g++) {
        if (g !== f && !(whole && known.classOf[g] === known.classOf[f])) continue;
        if (limited) near.extra[g] += more;
        else near.shift[g] += by;
      }
    }
  }
  return near;
}
