// A measure in a claim: `peak(S(p), m = 2p, Profile) on device d`.
import { byNumber } from "../microbatches.ts";
import type { Scope } from "../scope.ts";
import type * as S from "../syntax.ts";
import { timesIn } from "../times.ts";
import type { Names } from "./names.ts";

type Call = Extract<S.Expr, { kind: "call" }>;

const measures = ["makespan", "span", "idle", "bubble", "peak", "lifespan", "period", "load", "valid", "deadlock_free"];
export const channels = ["unbounded", "rendezvous", "pair", "grouped"] as const;

const isMeasure = (name: string): boolean => measures.includes(name);

/** A scope for sizes: ranges, arguments and settings, in which no measure can stand. */
export function withoutMeasures(names: Names, scope: Scope): Scope {
  const plain = scope.with([]);
  plain.call = ({ callee, span }) => {
    if (!isMeasure(callee.text)) return undefined;
    const message = `\`${callee.text}\` cannot stand here: ranges, arguments and settings are sizes, and no measures.`;
    names.report({ code: "misplaced", message, span, help: "write the size itself, and claim the measure apart" });
    return "unknown";
  };
  return plain;
}

/** Each setting of a measure once: `m`, `stage`, and one profile. */
export function eachOnce(names: Names, given: readonly S.Argument[], isProfile: (value: S.Expr) => boolean): void {
  const first = new Map<string, S.Span>();
  for (const { name, value, span } of given) {
    if (name === undefined && !isProfile(value)) continue;
    const what = name === undefined ? "A profile" : `\`${name.text}\``;
    const before = first.get(what);
    if (before !== undefined) names.twice(what, span, before);
    first.set(what, before ?? span);
  }
}
/** `Times` or `Times(1, 2)`: the profile is there and takes so many arguments. */
export function resolveTimes(names: Names, { name, args, span }: S.Target, scope: Scope): void {
  for (const arg of args) names.number(arg, scope);
  const profile = names.profiles.get(name.text);
  if (profile === undefined) return names.undeclared("profile", name, names.profiles.keys());
  names.arity(name, profile, args.length, span);
  names.standsOn(profile);
}

/** A call in a claim: a measure of a schedule. Its type, or undefined where it is no measure. */
export function resolveMeasure(names: Names, call: Call, outer: Scope): "number" | "truth" | undefined {
  const measure = call.callee.text;
  if (!isMeasure(measure)) return undefined;
  const type = measure === "valid" || measure === "deadlock_free" ? "truth" : "number";
  const scope = withoutMeasures(names, outer);
  const what = measure === "load" ? "pipeline" : "schedule";
  const table = what === "pipeline" ? names.pipelines : names.schedules;
  const [subject, ...rest] = call.args;
  const named = subject?.name === undefined && (subject?.value.kind === "name" || subject?.value.kind === "call");
  if (!named || (subject.value.kind === "call" && isMeasure(subject.value.callee.text))) {
    names.report({
      code: "wrong-arguments",
      message: `\`${measure}\` is a measure of a ${what}.`,
      span: call.span,
      help: `write \`${measure}(NAME(p))\``,
    });
    return type;
  }
  const isName = subject.value.kind === "name";
  const name = subject.value.kind === "call" ? subject.value.callee : { text: subject.value.name, span: subject.value.span };
  const args = subject.value.kind === "call" ? subject.value.args : [];
  for (const arg of args) {
    names.number(arg.value, scope);
    if (arg.name)
      names.report({ code: "wrong-arguments", message: "Arguments of a schedule go by their order, without names.", span: arg.span });
  }
  const found = table.get(name.text);
  const find = names.finds.get(name.text);
  if (found) {
    names.arity(name, found, args.length, subject.span);
    names.standsOn(found);
    if (found.kind === "schedule" && !names.broken.has(found)) settingsFit(names, call, found, rest);
    if (found.kind === "pipeline" && byNumber(found)) {
      const message = `\`${name.text}\` treats microbatches by their number, \`j\`: they have no one load.`;
      names.report({ code: "misplaced", message, span: call.span, second: { span: found.name.span, message: "declared here" } });
    }
  } else if (find && measure !== "load") {
    if (!isName) names.report({ code: "wrong-arguments", message: `\`${name.text}\` takes no arguments.`, span: subject.span });
    names.standsOn(find);
    if (!names.broken.has(find)) foundFits(names, call, find, rest);
  } else names.undeclared(what, name, [...table.keys(), ...(what === "pipeline" ? [] : names.finds.keys())]);
  eachOnce(names, rest, () => true);
  for (const arg of rest) {
    if (arg.name?.text === "m" && measure === "load")
      names.report({ code: "misplaced", message: "`load` is what one microbatch asks for: it takes no `m`.", span: arg.span });
    else if (arg.name?.text === "m") names.number(arg.value, scope);
    else if (arg.name?.text === "stage" && measure === "lifespan") names.number(arg.value, scope);
    else if (arg.name?.text === "channel" && measure === "deadlock_free") resolveChannel(names, arg);
    else if (arg.name !== undefined) names.unknown("unknown-parameter", "setting", arg.name, settingsOf(measure));
    else {
      const times = timesIn(arg.value);
      if (times !== null) resolveTimes(names, times, scope);
      else names.report({ code: "wrong-arguments", message: "A profile's name or `m = ...` is wanted here.", span: arg.span });
    }
  }
  if (measure === "deadlock_free" && !rest.some((arg) => arg.name?.text === "channel")) {
    const help = `add \`channel = ${channels.join(" | ")}\``;
    names.report({ code: "wrong-arguments", message: "Whether anybody waits for ever depends on the channel.", span: call.span, help });
  }
  if (call.device && ["valid", "deadlock_free", "lifespan", "period", "makespan"].includes(measure))
    names.report({
      code: "misplaced",
      message: `\`${measure}\` is not asked of one device.`,
      span: call.device.span,
      help: "leave out `on device`",
    });
  else if (call.device) names.number(call.device, scope);
  return type;
}

const settingsOf = (measure: string): readonly string[] =>
  measure === "lifespan" ? ["m", "stage"] : measure === "deadlock_free" ? ["m", "channel"] : ["m"];

function resolveChannel(names: Names, { value, span }: S.Argument): void {
  if (value.kind !== "name" || value.device !== undefined)
    return names.report({ code: "wrong-arguments", message: "A channel is wanted here.", span, help: `write ${channels.join(", ")}` });
  if (!channels.some((one) => one === value.name))
    names.unknown("unknown-name", "channel", { text: value.name, span: value.span }, channels);
}

/** What a find finds is one schedule, with its own microbatches and times. */
function foundFits(names: Names, call: Call, find: S.Find, rest: readonly S.Argument[]): void {
  const measure = call.callee.text;
  const name = `\`${find.name.text}\``;
  const second = { span: find.name.span, message: "declared here" };
  if (find.block) {
    const help = "let `solve --out` write the block down, and claim it there";
    return names.report({ code: "misplaced", message: `${name} is a building block yet to be found.`, span: call.span, second, help });
  }
  if (measure === "period" || measure === "lifespan") {
    const help = `a ${measure} belongs to a building block, \`every T\``;
    return names.report({ code: "misplaced", message: `${name} is one schedule: it has no ${measure}.`, span: call.span, second, help });
  }
  for (const { span } of rest.filter((arg) => arg.name?.text !== "channel")) {
    const message = `${name} is one schedule: its microbatches and its profile are those of the find.`;
    names.report({ code: "misplaced", message, span, second, help: "leave this out" });
  }
}

/** Whether a measure has what it needs to have a value for this schedule: a number of microbatches, or a block that repeats. */
function settingsFit(names: Names, call: Call, schedule: S.Schedule, rest: readonly S.Argument[]): void {
  const measure = call.callee.text;
  const name = `\`${schedule.name.text}\``;
  if (measure === "period" || measure === "lifespan") {
    const stray = rest.find((arg) => arg.name === undefined || arg.name.text === "m");
    if (schedule.repeat === undefined || (measure === "period" && schedule.repeat.kind === "once")) {
      const what = schedule.repeat === undefined ? "is an order" : "runs once";
      const help = `a ${measure} belongs to a building block, \`every T\``;
      names.report({ code: "misplaced", message: `${name} ${what}: it has no ${measure}.`, span: call.span, help });
    } else if (stray !== undefined) {
      const message = `A ${measure} is in slots and the same for all microbatches: it takes neither \`m\` nor a profile.`;
      names.report({ code: "misplaced", message, span: stray.span, help: "leave it out" });
    }
    return;
  }
  if (rest.some((arg) => arg.name?.text === "m")) return;
  const timed = ["makespan", "span", "idle", "bubble", "deadlock_free"].includes(measure) && schedule.repeat?.kind === "every";
  if (schedule.repeat !== undefined && !timed) return;
  const message =
    schedule.repeat === undefined
      ? `${name} is an order: \`${measure}\` of it needs a number of microbatches.`
      : `\`${measure}\` needs a number of microbatches.`;
  names.report({ code: "missing-microbatches", message, span: call.span, help: "add `m = 2p`, say" });
}
