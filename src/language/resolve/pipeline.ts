// A pipeline: its devices, streams, passes and holds, each once, and every dependency to a pass that is there.
import { nearest } from "../diagnostic.ts";
import type { Scope } from "../scope.ts";
import type * as S from "../syntax.ts";
import type { Names } from "./names.ts";

/** A name of a pipeline's own. `j` is none: it is the number of the microbatch. */
function ownName(names: Names, name: S.Name): void {
  if (name.text !== "j") return;
  const message = "`j` is the number of the microbatch in a pipeline, and cannot be another thing.";
  names.report({ code: "duplicate-name", message, span: name.span, help: "take another name" });
}

export function resolvePipeline(names: Names, one: S.Pipeline): void {
  const scope = names.params(one.params);
  for (const param of one.params) ownName(names, param);
  const passes = new Map<string, S.PassItem>();
  const streams = new Map<string, S.Span>([["compute", one.name.span]]);
  const devices = one.items.filter((item) => item.kind === "devices");
  const stages = one.items.filter((item) => item.kind === "stages");
  for (const [items, word] of [
    [devices, "devices"],
    [stages, "stages"],
  ] as const) {
    if (items.length > 1) names.twice(`\`${word}\``, items[1].span, items[0].span);
  }
  if (devices.length === 0) {
    names.report({
      code: "missing-devices",
      message: `The pipeline \`${one.name.text}\` does not say how many devices it has.`,
      span: one.name.span,
      help: "add `devices p`",
    });
  }
  for (const item of one.items) {
    if (item.kind === "stream") {
      const same = streams.get(item.name.text);
      if (same !== undefined)
        names.twice(`The stream \`${item.name.text}\``, item.name.span, item.name.text === "compute" ? undefined : same);
      streams.set(item.name.text, item.span);
    }
    if (item.kind !== "pass") continue;
    const before = passes.get(item.name.text);
    if (before !== undefined) {
      const second = { span: before.name.span, message: "first declared here" };
      names.report({
        code: "duplicate-name",
        message: `The pass \`${item.name.text}\` is declared twice.`,
        span: item.name.span,
        second,
      });
    } else passes.set(item.name.text, item);
  }
  if (passes.size === 0) {
    names.report({
      code: "missing-pass",
      message: `The pipeline \`${one.name.text}\` has no pass.`,
      span: one.name.span,
      help: "add `pass F[s]`",
    });
  }
  const stage = stages[0];
  for (const item of one.items) {
    switch (item.kind) {
      case "devices":
        names.number(item.count, scope);
        break;
      case "stages": {
        names.number(item.range.low, scope);
        names.number(item.range.high, scope);
        ownName(names, item.name);
        const inner = names.within(scope, [item.name]);
        if (item.device) names.number(item.device, inner.with(["j"]));
        break;
      }
      case "let":
        names.number(item.value, scope);
        ownName(names, item.name);
        names.bind(scope, item.name);
        if (stage?.name.text === item.name.text && stage.span.from < item.span.from) names.taken(item.name, stage.name.span);
        break;
      case "requires":
        names.truth(item.cond, scope);
        break;
      case "cap":
        deviceAmount(names, item.amount, item.device, scope);
        break;
      case "pass":
        resolvePass(names, item, scope, passes, streams, stage);
        break;
      case "holds":
        resolveHolds(names, item, scope, passes);
        break;
    }
  }
}

function resolvePass(
  names: Names,
  item: S.PassItem,
  scope: Scope,
  passes: ReadonlyMap<string, S.PassItem>,
  streams: ReadonlyMap<string, S.Span>,
  stage: Extract<S.PipelineItem, { kind: "stages" }> | undefined,
): void {
  for (const clause of item.repeated) names.twice("This clause", clause);
  const inner = scope.with(["j"]);
  let onStage = false;
  const own = new Set<string>();
  for (const index of item.indices) {
    if (index.range) {
      names.number(index.range.low, inner);
      names.number(index.range.high, inner);
    } else if (stage?.name.text === index.name.text) onStage = true;
    else {
      const known = stage ? [stage.name.text] : [];
      const near = nearest(index.name.text, known);
      const help = near ? `did you mean \`${near}\`?` : `say what it ranges over: \`${item.name.text}[${index.name.text} in 0..p-1]\``;
      names.report({ code: "unknown-name", message: `The index \`${index.name.text}\` has no range.`, span: index.name.span, help });
    }
    // What the stages are called has been looked at where they are declared.
    const again = own.has(index.name.text) ? inner.places.get(index.name.text) : undefined;
    if (again !== undefined) names.taken(index.name, again);
    else if (stage?.name.text === index.name.text) inner.places.set(index.name.text, index.name.span);
    else if (index.name.text === "j") ownName(names, index.name);
    else names.bind(inner, index.name);
    own.add(index.name.text);
  }
  if (item.device) names.number(item.device, inner);
  else if (!(onStage && stage?.device)) {
    const help = onStage ? "add `on device ...` to the stages" : "add `on device ...` to the pass";
    const second = onStage && stage ? { span: stage.span, message: "these stages have no device" } : undefined;
    names.report({
      code: "missing-device",
      message: `The pass \`${item.name.text}\` has no device.`,
      span: item.name.span,
      help,
      second,
    });
  }
  if (item.stream && !streams.has(item.stream.text)) names.unknown("unknown-stream", "stream", item.stream, streams.keys());
  if (item.takes) names.number(item.takes, inner);
  for (const ref of item.after) {
    names.ref(ref, inner, passes);
    const sameIndices =
      ref.indices.length === item.indices.length &&
      ref.indices.every((index, i) => typeof index === "object" && index.kind === "name" && index.name === item.indices[i].name.text);
    if (ref.name.text === item.name.text && sameIndices) {
      names.report({
        code: "cyclic-dependency",
        message: `\`${item.name.text}\` waits for itself.`,
        span: ref.span,
        help: "depend on another stage's: `[s-1]`",
      });
    }
  }
}

function resolveHolds(names: Names, item: S.Holds, scope: Scope, passes: ReadonlyMap<string, S.PassItem>): void {
  if (item.during === undefined) return deviceAmount(names, item.amount, item.device, scope);
  const { from, to } = item.during;
  const binders = from.indices.flatMap((index) =>
    typeof index === "object" && index.kind === "name" && !scope.has(index.name) ? [index.name] : [],
  );
  const inner = scope.with([...binders, "j"]);
  names.ref(from, inner, passes);
  names.ref(to, inner, passes);
  for (const ref of [from, to]) {
    if (ref.indices.includes("all")) {
      const message = "`all` belongs after `after`; a hold begins with one pass and ends with one.";
      names.report({ code: "misplaced", message, span: ref.span, help: "name the index, `[s]`, or take a pass that waits for all" });
    }
  }
  for (const index of from.indices)
    if (typeof index === "object" && index.kind === "name") ownName(names, { text: index.name, span: index.span });
  names.number(item.amount, inner);
  if (item.device) names.number(item.device, inner);
  if (from.name.text === to.name.text || !passes.has(from.name.text) || !passes.has(to.name.text)) return;
  if (!reaches(to.name.text, from.name.text, passes) && reaches(from.name.text, to.name.text, passes)) {
    const help = `\`${from.name.text}\` depends on \`${to.name.text}\`: swap them`;
    names.report({ code: "hold-ends-first", message: "This hold ends before it begins.", span: item.span, help });
  } else if (!reaches(to.name.text, from.name.text, passes)) {
    const help = `make \`${to.name.text}\` depend on \`${from.name.text}\`, directly or through others`;
    names.report({
      code: "hold-ends-first",
      message: `Nothing makes \`${to.name.text}\` come after \`${from.name.text}\`, so this hold may end before it begins.`,
      span: item.span,
      help,
    });
  }
}

/** `amount on device d`: an unbound plain name stands for each device. */
function deviceAmount(names: Names, amount: S.Expr, device: S.Expr | undefined, scope: Scope): void {
  const inner = device?.kind === "name" && !scope.has(device.name) ? scope.with([device.name]) : scope;
  if (device?.kind === "name") ownName(names, { text: device.name, span: device.span });
  if (device && inner === scope) names.number(device, scope);
  names.number(amount, inner);
}

function reaches(from: string, to: string, passes: ReadonlyMap<string, S.PassItem>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const ref of passes.get(name)?.after ?? []) {
      if (ref.name.text === to) return true;
      if (!seen.has(ref.name.text)) {
        seen.add(ref.name.text);
        open.push(ref.name.text);
      }
    }
  }
  return false;
}
