// From what the kernel found wrong to something a person understands: sentences, source lines and the few passes involved.
// Everything here is shown only; the kernel has already decided.

import { fraction } from "../fraction/index.ts";
import { type Formula, type Problem, type Rational, replay, routeFor, run, type Schedule, type Term } from "../kernel/index.ts";
import type { Instance, NamedSubject } from "../language/elaborate/claim.ts";
import type { NodeName } from "../language/elaborate/pipeline.ts";
import type { Program } from "../language/resolve.ts";
import type * as S from "../language/syntax.ts";
import { type Conflict, type Fault, measured, orderOf, settle } from "../schedule/index.ts";
import type { Counterexample, Scene } from "./result.ts";
import { waitingSentences } from "./waiting.ts";

const { rational, print, order } = fraction;
type Parameters = Counterexample["parameters"];

/** A subject that is no valid schedule. */
export function defectCounterexample(defect: Fault, named: NamedSubject, parameters: Parameters, program: Program): Counterexample {
  const { problem } = defect;
  const words = new Words(problem, named.elaborated.nodes);
  const spans = (passes: readonly number[]): S.Span[] =>
    placesOf(
      passes.map((pass) => named.elaborated.nodes[pass % problem.nodes]),
      named,
      program,
    );
  const scene = (schedule: Schedule, passes: readonly number[], time: number): Scene => sceneAround(problem, schedule, named, passes, time);
  switch (defect.kind) {
    case "deadlock": {
      const sentences = defect.cycle.map(({ pass, needs }, i) => {
        const next = defect.cycle[(i + 1) % defect.cycle.length].pass;
        const behind = next === needs ? "" : `, which ${words.device(needs)} runs only after ${words.pass(next)}`;
        return `${words.device(pass)} waits: ${words.pass(pass)} needs ${words.pass(needs)}${behind}.`;
      });
      return {
        parameters,
        microbatches: problem.microbatches,
        sentences: ["The order waits for itself:", ...sentences],
        spans: spans(defect.cycle.map(({ pass }) => pass)),
      };
    }
    case "conflict": {
      const { conflict, schedule, full } = defect;
      const { sentence, passes, time } = explainConflict(conflict, words, problem, schedule);
      const free = full === null ? [] : [`${words.pass(full)} finds no free slot on ${words.device(full)}.`];
      const shown = passes.length === 0 || conflict.kind === "missing" ? undefined : scene(schedule, passes, time);
      return { parameters, microbatches: problem.microbatches, sentences: [...free, sentence], spans: spans(passes), scene: shown };
    }
  }
}

function explainConflict(
  conflict: Conflict,
  words: Words,
  problem: Problem,
  { start }: Schedule,
): { readonly sentence: string; readonly passes: readonly number[]; readonly time: number } {
  switch (conflict.kind) {
    case "missing":
      return { sentence: `${words.pass(conflict.pass)} never runs.`, passes: [conflict.pass], time: 0 };
    case "twice":
      return { sentence: `${words.pass(conflict.pass)} runs twice.`, passes: [conflict.pass], time: start[conflict.pass] };
    case "elsewhere":
      return {
        sentence: `${words.pass(conflict.pass)} belongs on ${words.device(conflict.pass)}, but device ${conflict.device} runs it.`,
        passes: [conflict.pass],
        time: start[conflict.pass],
      };
    case "unplaced":
      return { sentence: `${words.pass(conflict.pass)} has no start time.`, passes: [conflict.pass], time: 0 };
    case "overlap":
      return {
        sentence: `${words.pass(conflict.first)} and ${words.pass(conflict.second)} both run on device ${conflict.device} at ${words.time(conflict.time)}.`,
        passes: [conflict.first, conflict.second],
        time: conflict.time,
      };
    case "early":
      return {
        sentence: `${words.pass(conflict.pass)} starts at ${words.time(conflict.time)}, but ${words.pass(conflict.needs)}, which it needs, has ended${problem.send > 0 ? " and arrived" : ""} only at ${words.time(conflict.ready)}.`,
        passes: [conflict.pass, conflict.needs],
        time: conflict.time,
      };
    case "hold":
      return {
        sentence: `What ${words.pass(conflict.from)} takes is freed before, by ${words.pass(conflict.to)}.`,
        passes: [conflict.from, conflict.to],
        time: start[conflict.to],
      };
    case "memory":
      return {
        sentence: `Device ${conflict.device} holds ${words.amount(conflict.held)} at ${words.time(conflict.time)}; its cap is ${words.amount(conflict.cap)}.`,
        passes: firstAt(problem, start, conflict.device, conflict.time),
        time: conflict.time,
      };
  }
}

/** An instance for which the claim's formula is false. */
export function falseCounterexample(body: S.Expr, instance: Instance, parameters: Parameters, text: string): Counterexample {
  const subjects = instance.subjects.map(({ subject }) => subject);
  const failing = firstFalse(body, instance.claim, (term) => measured(term, subjects));
  if (failing === null) return waitingCounterexample(instance, parameters);
  const { expr, left, right } = failing;
  const write = (part: S.Expr): string => text.slice(part.span.from, part.span.to).replace(/\s+/g, " ");
  const [a, b] = expr.kind === "binary" || expr.kind === "within" ? [expr.left, expr.right] : [expr, expr];
  const plain = (part: S.Expr): boolean => part.kind === "number";
  const relation = expr.kind === "binary" ? expr.operator : "==";
  const tolerance = expr.kind === "within" ? ` within ${write(expr.tolerance)}` : "";
  const asked = plain(b) ? `${relation} ${print(right)}` : `${relation} ${write(b)} = ${print(right)}`;
  const sentences = [`${write(a)} is ${decimal(left)}; claimed is ${asked}${tolerance}.`];
  const peak = peakScene(failing.terms, instance);
  if (peak !== null) sentences.push(peak.sentence);
  return { parameters, microbatches: peak?.scene.problem.microbatches, sentences, spans: [expr.span], scene: peak?.scene };
}

/** No comparison is false: it is about sends and receives, if anything. */
function waitingCounterexample({ leaves, passages, subjects }: Instance, parameters: Parameters): Counterexample {
  const found = [...leaves].flatMap(([call, leaf]) => {
    const passage = leaf.op === "flows" ? passages.get(leaf) : undefined;
    return leaf.op === "flows" && passage !== undefined ? [{ call, leaf, passage }] : [];
  });
  const stuck = found.find(({ passage }) => "circle" in passage) ?? found[0];
  if (stuck === undefined) return { parameters, sentences: ["The claim is false here."], spans: [] };
  const named = subjects[stuck.leaf.schedule];
  const { microbatches } = named.elaborated.problem;
  return { parameters, microbatches, sentences: waitingSentences(stuck.leaf, stuck.passage, named), spans: [stuck.call.span] };
}

/** `2`, or `1/3 (0.3333)`. */
export const decimal = (value: Rational): string =>
  value.den === 1n ? print(value) : `${print(value)} (${fraction.approximate(value).toFixed(4)})`;

interface Failing {
  readonly expr: S.Expr;
  readonly left: Rational;
  readonly right: Rational;
  readonly terms: readonly Term[];
}

/** The first comparison, from the left, that makes the formula false. */
function firstFalse(expr: S.Expr, formula: Formula, value: (term: Term) => Rational | null): Failing | null {
  if (formula.op === "and" && expr.kind === "binary") {
    return isFalse(formula.left, value) ? firstFalse(expr.left, formula.left, value) : firstFalse(expr.right, formula.right, value);
  }
  if (formula.op === "implies" && expr.kind === "binary") return firstFalse(expr.right, formula.right, value);
  if (formula.op !== "compare" && formula.op !== "within") return null;
  const [left, right] = [value(formula.left), value(formula.right)];
  return left === null || right === null ? null : { expr, left, right, terms: [formula.left, formula.right] };
}
function isFalse(formula: Formula, value: (term: Term) => Rational | null): boolean {
  switch (formula.op) {
    case "and":
      return isFalse(formula.left, value) || isFalse(formula.right, value);
    case "or":
      return isFalse(formula.left, value) && isFalse(formula.right, value);
    case "compare": {
      const [left, right] = [value(formula.left), value(formula.right)];
      if (left === null || right === null) return false;
      const sign = order(left, right);
      const holds = { "==": sign === 0, "!=": sign !== 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0 };
      return !holds[formula.relation];
    }
    case "within": {
      const [left, right, tolerance] = [value(formula.left), value(formula.right), value(formula.tolerance)];
      if (left === null || right === null || tolerance === null) return false;
      const difference = fraction.minus(left, right);
      return order(difference.num < 0n ? fraction.negate(difference) : difference, tolerance) > 0;
    }
    default:
      return false;
  }
}

/** Where a peak is reached: the schedule with the fewest microbatches that reaches it. */
function peakScene(terms: readonly Term[], { subjects }: Instance): { readonly scene: Scene; readonly sentence: string } | null {
  const term = terms.find((one) => one.op === "measure" && one.measure.name === "peak");
  if (term?.op !== "measure") return null;
  const named = subjects[term.measure.schedule];
  const peak = measured(
    term,
    subjects.map(({ subject }) => subject),
  );
  if (peak === null || named.subject.kind === "pipeline") return null;
  const wanted = term.measure.device === undefined ? null : measured(term.measure.device, []);
  const source = named.subject.kind === "block" ? named.subject.block : "block" in named.subject.source ? named.subject.source.block : null;
  if (source === null) return null;
  const settled = settle(source);
  if (settled.kind === "full") return null;
  for (let m = 1; m <= 512; m++) {
    const { problem, start } = run(settled.block, m);
    const replayed = replay(problem, { start });
    if (replayed.kind === "invalid") return null;
    const { peakOf, peakAt } = replayed.measures;
    const device =
      wanted === null ? peakOf.findIndex((held) => order(rational(held, problem.partsPerUnit), peak) === 0) : Number(wanted.num);
    if (device < 0 || order(rational(peakOf[device], problem.partsPerUnit), peak) !== 0) continue;
    const time = peakAt[device];
    const words = new Words(problem, named.elaborated.nodes);
    const sentence = `Device ${device} holds ${print(peak)} at slot ${words.time(time)}, from m = ${m} microbatch${m === 1 ? "" : "es"} on.`;
    const schedule = { order: orderOf(settled.block, m), start };
    return {
      scene: { ...sceneAround(problem, schedule, named, firstAt(problem, start, device, time), time), devices: [device] },
      sentence,
    };
  }
  return null;
}

/** The pass that starts on a device at a time. */
function firstAt(problem: Problem, start: Float64Array, device: number, time: number): number[] {
  const found = start.findIndex((begins, pass) => {
    const microbatch = Math.floor(pass / problem.nodes);
    return begins === time && routeFor(problem, microbatch).device[pass - microbatch * problem.nodes] === device;
  });
  return found < 0 ? [] : [found];
}

function sceneAround(problem: Problem, schedule: Schedule, named: NamedSubject, passes: readonly number[], time: number): Scene {
  const at = (pass: number) => {
    const microbatch = Math.floor(pass / problem.nodes);
    const node = pass - microbatch * problem.nodes;
    const route = routeFor(problem, microbatch);
    return {
      device: route.device[node],
      begin: schedule.start[pass],
      end: schedule.start[pass] + route.duration[node],
      duration: route.duration[node],
    };
  };
  const shown = passes.map(at);
  const unit = Math.max(1, ...shown.map(({ duration }) => duration));
  return {
    problem,
    schedule,
    nodes: named.elaborated.nodes,
    streams: named.elaborated.streams,
    from: Math.max(0, Math.min(time, ...shown.map(({ begin }) => begin)) - 6 * unit),
    to: Math.max(time, ...shown.map(({ end }) => end)) + 6 * unit,
    devices: [...new Set(shown.map(({ device }) => device))].sort((a, b) => a - b),
    marks: passes,
  };
}

/** The source places that decide when and where these passes run. */
function placesOf(nodes: readonly NodeName[], { declaration }: NamedSubject, program: Program): S.Span[] {
  const families = [...new Set(nodes.map((node) => node.family))];
  const starts =
    declaration.kind !== "schedule"
      ? []
      : declaration.items.flatMap((item) => {
          if (item.kind === "runs") return [item.span];
          return item.kind === "start" && families.some((family) => family.name.text === item.pass.text) ? [item.span] : [];
        });
  return program.broken.has(declaration) || starts.length === 0 ? families.map((family) => family.span) : starts;
}

/** Passes, times and amounts in words. */
class Words {
  readonly #problem: Problem;
  readonly #nodes: readonly NodeName[];
  constructor(problem: Problem, nodes: readonly NodeName[]) {
    this.#problem = problem;
    this.#nodes = nodes;
  }
  pass(pass: number): string {
    return `${this.#nodes[pass % this.#problem.nodes].label} of microbatch ${Math.floor(pass / this.#problem.nodes)}`;
  }
  device(pass: number): string {
    const microbatch = Math.floor(pass / this.#problem.nodes);
    return `device ${routeFor(this.#problem, microbatch).device[pass % this.#problem.nodes]}`;
  }
  time(ticks: number): string {
    return decimal(rational(ticks, this.#problem.ticksPerUnit));
  }
  amount(parts: number): string {
    return Number.isFinite(parts) ? decimal(rational(parts, this.#problem.partsPerUnit)) : "endless";
  }
}
