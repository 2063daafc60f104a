// A schedule as our own JSON: keys in ascending order, one line feed at the end, in pieces, so that millions of passes need no text of their size.
import { canonical } from "../../certificate/json.ts";
import { problemJson } from "../../certificate/problem.ts";
import type { Exchanged } from "../format.ts";
import { format, version } from "./read.ts";

/** Numbers that are written in one go. */
const piece = 1 << 15;

export function* scheduleJson({ title, problem, schedule, nodes, streams }: Exchanged): Generator<string> {
  const { offsets, passes } = schedule.order;
  yield `{"format":${JSON.stringify(format)},\n"order":[`;
  for (let list = 0; list + 1 < offsets.length; list++) {
    yield list === 0 ? "[" : ",\n[";
    yield* numbers(passes.subarray(offsets[list], offsets[list + 1]));
    yield "]";
  }
  yield `],\n"problem":${canonical(problemJson({ problem, names: nodes.map(({ label }) => label) }))},\n"starts":[`;
  yield* numbers(schedule.start);
  yield `],\n"streams":${JSON.stringify(streams)},\n"title":${JSON.stringify(title)},\n"version":${version}}\n`;
}

function* numbers(list: Int32Array | Float64Array): Generator<string> {
  for (let from = 0; from < list.length; from += piece) yield (from === 0 ? "" : ",") + list.subarray(from, from + piece).join(",");
}
