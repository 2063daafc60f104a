// A schedule of our own JSON (docs/exchange.md, schema/schedule.schema.json) from its bytes. The problem is read by the certificate's reader;
// the kernel replays the schedule, so that what comes out is one.
import { Unreadable } from "../../certificate/decode.ts";
import { readProblem } from "../../certificate/problem.ts";
import type { Named } from "../../certificate/statement.ts";
import type { Order, Problem } from "../../kernel/index.ts";
import { scheduleOf } from "../../schedule/by-start.ts";
import { examine } from "../../schedule/index.ts";
import type { Complaint, Exchanged, Outcome } from "../format.ts";
import { done, refused } from "../format.ts";
import { Cursor, complained } from "./cursor.ts";
import { faultWords } from "./fault.ts";
import { labelOf, passNames } from "./pass-name.ts";

export const format = "bubbleproof/schedule";
export const version = 1;
/** Passes of one schedule. */
const mostPasses = 20_000_000;
const longestTitle = 1000;

/** What stands in the file. Places are in bytes. */
interface Document {
  readonly title: string;
  readonly named: Named;
  readonly streams: readonly string[];
  readonly order: readonly Int32Array[] | null;
  readonly starts: Float64Array | null;
  readonly place: (key: string) => Complaint["place"];
}

export function readSchedule(bytes: Uint8Array): Outcome<Exchanged> {
  const document = complained(() => readDocument(bytes));
  if ("code" in document) return refused(document);
  const { title, named, streams, place } = document;
  const { problem } = named;
  const no = (code: string, message: string, key: string, help?: string): Outcome<Exchanged> =>
    refused({ code, message, place: place(key), help });
  if (streams.length !== problem.streams)
    return no("json-streams", `The problem has ${problem.streams} streams; ${streams.length} have a name.`, "streams");
  const names = passNames(named.names);
  if (names === null) return no("json-names", "Two passes of a microbatch have the same name.", "problem");
  const order = document.order === null ? null : orderFrom(document.order, problem);
  if (typeof order === "string") return no("json-order", order, "order");
  const { starts } = document;
  if (starts !== null && starts.length !== problem.nodes * problem.microbatches)
    return no("json-starts", `There are ${problem.nodes * problem.microbatches} passes, and ${starts.length} starts.`, "starts");
  if (order === null && starts === null)
    return no("json-schedule", "There is neither an `order` nor `starts`, so this is a problem without a schedule.", "format");
  const source =
    order === null
      ? { schedule: scheduleOf(problem, starts ?? new Float64Array()) }
      : starts === null
        ? { order }
        : { schedule: { order, start: starts } };
  const examined = examine({ kind: "schedule", problem, source });
  const blamed = order === null ? "starts" : "order";
  if (examined.kind === "limit") return no("json-limit", `${examined.reason}.`, blamed);
  if (examined.kind !== "schedule")
    return no(
      "json-invalid",
      faultWords(examined, (pass) => labelOf(names, problem, pass)),
      blamed,
    );
  return done({ title, problem, schedule: examined.schedule, nodes: names, streams });
}

const wanted = ["format", "version", "title", "problem", "streams"];

function readDocument(bytes: Uint8Array): Document {
  const cursor = new Cursor(bytes, "json");
  const places = new Map<string, number>();
  let title = "";
  let named: Named | null = null;
  let streams: string[] = [];
  let order: Int32Array[] | null = null;
  let starts: Float64Array | null = null;
  cursor.object((key, at) => {
    places.set(key, at);
    const value = cursor.at;
    switch (key) {
      case "format":
        if (cursor.clean() !== format) cursor.refuse(`This is not a schedule of ours: its format is not \`${format}\`.`, value);
        return;
      case "version":
        if (cursor.whole() !== version) cursor.refuse(`Only version ${version} is known.`, value);
        return;
      case "title":
        title = cursor.clean();
        if (title.length > longestTitle) cursor.refuse(`A title has at most ${longestTitle} characters.`, value);
        return;
      case "problem":
        named = problemFrom(cursor);
        return;
      case "streams":
        streams = [];
        cursor.list(() => streams.push(cursor.clean()));
        return;
      case "order":
        order = listsFrom(cursor);
        return;
      case "starts":
        starts = numbersFrom(cursor, Number.MAX_SAFE_INTEGER);
        return;
      default:
        cursor.refuse(`The key \`${key.slice(0, 40)}\` is not known.`, at);
    }
  });
  cursor.end();
  const missing = wanted.find((key) => !places.has(key));
  if (missing !== undefined || named === null) return cursor.refuse(`The key \`${missing}\` is missing.`, 0);
  return { title, named, streams, order, starts, place: (key) => cursor.placeOf(places.get(key) ?? 0) };
}

function problemFrom(cursor: Cursor): Named {
  const at = cursor.at;
  const value = cursor.value();
  try {
    return readProblem(value, "problem");
  } catch (signal) {
    if (signal instanceof Unreadable) return cursor.refuse(`${signal.reason}.`, at, "docs/certificate.md, part 2, says what a problem is");
    throw signal;
  }
}

function numbersFrom(cursor: Cursor, high: number): Float64Array {
  let found = new Float64Array(1024);
  let length = 0;
  cursor.list(() => {
    if (length >= mostPasses) cursor.refuse(`There are more than ${mostPasses} passes (limit \`passes\`).`);
    if (length === found.length) found = grown(found);
    found[length++] = cursor.whole(0, high);
  });
  return found.slice(0, length);
}
function grown(list: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * list.length);
  longer.set(list);
  return longer;
}

function listsFrom(cursor: Cursor): Int32Array[] {
  const lists: Int32Array[] = [];
  let total = 0;
  cursor.list(() => {
    const own = numbersFrom(cursor, 2 ** 31 - 1);
    total += own.length;
    if (total > mostPasses) cursor.refuse(`There are more than ${mostPasses} passes (limit \`passes\`).`);
    lists.push(Int32Array.from(own));
  });
  return lists;
}

/** The lists as one order; a sentence where their number, or a pass in them, cannot be. The kernel looks at the rest. */
function orderFrom(lists: readonly Int32Array[], { devices, streams, nodes, microbatches }: Problem): Order | string {
  if (lists.length !== devices * streams)
    return `There are ${lists.length} lists; ${devices} devices with ${streams} streams have ${devices * streams}.`;
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i] + list.length;
  });
  const passes = new Int32Array(offsets[lists.length]);
  lists.forEach((list, i) => {
    passes.set(list, offsets[i]);
  });
  const total = nodes * microbatches;
  const beyond = passes.find((pass) => pass >= total);
  return beyond === undefined ? { offsets, passes } : `There is no pass ${beyond}; there are ${total}, numbered from 0.`;
}
