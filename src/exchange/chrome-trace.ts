// A schedule in the Trace Event Format of Chrome, as JSON, which Perfetto and chrome://tracing open: a process for each device, in it
// a thread for each stream, a counter for the memory that is held, an arrow for each dependency between devices.
// Format: docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU ("Trace Event Format").
// The text comes in pieces and is never whole in memory. Cost: linear in passes and dependencies; some 200 bytes a pass.
import { tool } from "../version.ts";
import { short } from "./amount.ts";
import { heldOver } from "./held.ts";
import { durationOf, endOf, type PictureInput, type Row, rowsOf } from "./picture.ts";
import { Bytes } from "./trace/bytes.ts";

export interface TraceOptions {
  readonly title: string;
  /** Arrows for dependencies between devices; without it they are drawn. */
  readonly arrows?: boolean;
}

/** The trace in pieces of UTF-8. A unit of time is shown as a millisecond; where that would pass 2^53 nanoseconds, as less. */
export function* chromeTrace(input: PictureInput, options: TraceOptions): Generator<Uint8Array> {
  const clock = clockOf(input);
  const out = new Bytes();
  out.text(
    `{"displayTimeUnit":"ms","otherData":${JSON.stringify({ title: options.title, tool: `${tool.name} ${tool.version}`, unit: clock.unit })},"traceEvents":[\n`,
  );
  out.text(`{"ph":"M","pid":0,"name":"trace_title","args":{"name":${JSON.stringify(options.title)}}}`);
  const rows = rowsOf(input);
  for (const row of rows) {
    out.text(named(row, input));
    yield* out.full();
  }
  const arrows = options.arrows === false ? null : arrowsOf(input);
  for (const row of rows) {
    yield* passes(input, row, clock, arrows, out);
    if (row.stream === 0) yield* counter(input, row.device, clock, out);
  }
  out.text("\n]}\n");
  yield out.rest();
}

interface Clock {
  /** Whole nanoseconds of a tick; monotone, so that passes that follow each other do not overlap. */
  nanos(tick: number): number;
  readonly unit: string;
}

function clockOf(input: PictureInput): Clock {
  const { ticksPerUnit } = input.problem;
  const end = endOf(input) / ticksPerUnit;
  const most = Number.MAX_SAFE_INTEGER / Math.max(1, end);
  const [perUnit, unit] = most >= 1e6 ? [1e6, "1 ms"] : most >= 1e3 ? [1e3, "1 us"] : most >= 1 ? [1, "1 ns"] : [most, `${short(most)} ns`];
  return { nanos: (tick) => Math.round((tick / ticksPerUnit) * perUnit), unit: `a unit of time is ${unit}` };
}

// Process 0 and thread 0 stand for the idle task in some readers, so numbers begin with 1; threads are numbered over all devices.
const processOf = (device: number): number => device + 1;
const threadOf = (device: number, stream: number, streams: number): number => device * streams + stream + 1;

function named({ device, stream }: Row, { problem, streams }: PictureInput): string {
  const process = processOf(device);
  const thread = threadOf(device, stream, problem.streams);
  const meta = (name: string, args: object): string => `,\n${JSON.stringify({ ph: "M", pid: process, tid: thread, name, args })}`;
  const own = stream === 0 ? meta("process_name", { name: `device ${device}` }) + meta("process_sort_index", { sort_index: device }) : "";
  return own + meta("thread_name", { name: streams[stream] ?? `stream ${stream}` }) + meta("thread_sort_index", { sort_index: stream });
}

/** Dependencies between devices: for each route and node those that come in and those that go out, by number. */
interface Arrows {
  readonly count: number;
  readonly into: readonly (readonly number[])[][];
  readonly outOf: readonly (readonly number[])[][];
}

function arrowsOf({ problem }: PictureInput): Arrows {
  let count = 0;
  const into: number[][][] = [];
  const outOf: number[][][] = [];
  for (const { device, dep, depStart } of problem.routes) {
    const [ends, begins] = [Array.from(device, (): number[] => []), Array.from(device, (): number[] => [])];
    let own = 0;
    for (let node = 0; node < device.length; node++) {
      for (let e = depStart[node]; e < depStart[node + 1]; e++) {
        if (device[dep[e]] === device[node]) continue;
        begins[dep[e]].push(own);
        ends[node].push(own++);
      }
    }
    into.push(ends);
    outOf.push(begins);
    count = Math.max(count, own);
  }
  return { count, into, outOf };
}

function* passes(input: PictureInput, row: Row, clock: Clock, arrows: Arrows | null, out: Bytes): Generator<Uint8Array> {
  const { problem, schedule, nodes } = input;
  const place = `"pid":${processOf(row.device)},"tid":${threadOf(row.device, row.stream, problem.streams)}`;
  const heads = new Map<number, Uint8Array>(); // of the nodes that this stream runs
  const headOf = (node: number): Uint8Array => {
    const { label, family } = nodes[node];
    const name = JSON.stringify(`${label} `).slice(0, -1);
    const head = Bytes.of(`,\n{"ph":"X",${place},"cat":${JSON.stringify(family)},"name":${name}`);
    heads.set(node, head);
    return head;
  };
  const [times, long, args, close] = [`","ts":`, `,"dur":`, `,"args":{"microbatch":`, "}}"].map(Bytes.of);
  // An arrow hangs on the pass that is running at its time: at the start of one, and within the other, whose end may be another's start.
  const leaves = Bytes.of(`,\n{"ph":"s",${place},"cat":"send","name":"send","id":`);
  const arrives = Bytes.of(`,\n{"ph":"f","bp":"e",${place},"cat":"send","name":"send","id":`);
  const [when, end] = [`,"ts":`, "}"].map(Bytes.of);
  const arrow = (begin: Uint8Array, id: number, nanos: number): void => {
    out.bytes(begin);
    out.whole(id);
    out.bytes(when);
    out.thousandths(nanos);
    out.bytes(end);
  };
  for (const pass of row.passes) {
    const microbatch = Math.floor(pass / problem.nodes);
    const node = pass - microbatch * problem.nodes;
    const start = clock.nanos(schedule.start[pass]);
    const ended = clock.nanos(schedule.start[pass] + durationOf(problem, pass));
    out.bytes(heads.get(node) ?? headOf(node));
    out.whole(microbatch);
    out.bytes(times);
    out.thousandths(start);
    out.bytes(long);
    out.thousandths(ended - start);
    out.bytes(args);
    out.whole(microbatch);
    out.bytes(close);
    if (arrows !== null) {
      const route = problem.routeOf === null ? 0 : problem.routeOf[microbatch];
      for (const id of arrows.into[route][node]) arrow(arrives, microbatch * arrows.count + id, start);
      for (const id of arrows.outOf[route][node]) {
        arrow(leaves, microbatch * arrows.count + id, Math.max(start, ended - 1));
        if (out.isFull()) yield* out.full();
      }
    }
    if (out.isFull()) yield* out.full();
  }
}

function* counter(input: PictureInput, device: number, clock: Clock, out: Bytes): Generator<Uint8Array> {
  const { partsPerUnit } = input.problem;
  const { time, held } = heldOver(input, device);
  const head = Bytes.of(`,\n{"ph":"C","pid":${processOf(device)},"name":"memory","ts":`);
  const args = Bytes.of(`,"args":{"held":`);
  const written = new Map<number, Uint8Array>(); // few different amounts, many times
  for (let i = 0; i < time.length; i++) {
    let value = written.get(held[i]);
    if (value === undefined) {
      value = Bytes.of(`${held[i] / partsPerUnit}}}`);
      if (written.size < 10_000) written.set(held[i], value);
    }
    out.bytes(head);
    out.thousandths(clock.nanos(time[i]));
    out.bytes(args);
    out.bytes(value);
    if (out.isFull()) yield* out.full();
  }
}
