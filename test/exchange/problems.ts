// Random problems with a schedule, by a seed: families with several indices, streams, dependencies with and without a rule, holds, caps, send,
// microbatches of different routes; the order is one in which the passes can run.
import type { Exchanged, PassName } from "../../src/exchange/format.ts";
import type { Order, Problem, Route } from "../../src/kernel/index.ts";
import { examine } from "../../src/schedule/index.ts";
import { chance } from "../torch/corruptions.ts";

type Below = (n: number) => number;

export function randomExchanged(seed: number): Exchanged {
  const below = chance(seed);
  const [devices, streams, microbatches] = [1 + below(4), 1 + below(2), 1 + below(6)];
  const names: PassName[] = [];
  const stages = 1 + below(5);
  const families = ["F", "BW", "Opt", "end", "x<i>"].slice(0, 1 + below(5));
  const streamOf: number[] = [];
  for (const [f, family] of families.entries()) {
    const ranges = below(5) === 0 ? [] : below(4) === 0 ? [stages, 1 + below(3)] : [stages];
    const low = below(6) === 0 ? -1 : 0;
    const stream = f === 0 ? 0 : below(streams);
    const visit = (indices: readonly number[]): void => {
      if (indices.length < ranges.length) {
        for (let i = 0; i < ranges[indices.length]; i++) visit([...indices, i + low]);
        return;
      }
      // A hole in the box, now and then.
      if (below(40) === 0 && names.length > 0) return;
      names.push({ label: indices.length === 0 ? family : `${family}[${indices.join(",")}]`, family, indices });
      streamOf.push(stream);
    };
    visit([]);
  }
  const nodes = names.length;
  const needs = needsOf(names, below);
  const placement = below(4);
  const home = (node: number, route: number): number => {
    const s = names[node].indices[0] ?? 0;
    const turned = route === 1 ? -s : s;
    if (placement === 0) return (((turned % devices) + devices) % devices) | 0;
    if (placement === 1) return Math.min(Math.abs(s), devices - 1);
    return Math.abs(turned * 7 + (placement === 2 ? 0 : node)) % devices;
  };
  const routeCount = 1 + below(2);
  const lengths = Array.from({ length: nodes }, () => below(4));
  const holding = below(2) === 0 ? [] : names.flatMap(({ family }, node) => (family === "F" && node + 1 < nodes ? [node] : []));
  const routes = Array.from({ length: routeCount }, (_, route): Route => {
    const device = Int32Array.from({ length: nodes }, (_, node) => home(node, route));
    const depStart = new Int32Array(nodes + 1);
    needs.forEach((list, node) => {
      depStart[node + 1] = depStart[node] + list.length;
    });
    return {
      device,
      stream: Int32Array.from(streamOf),
      duration: Float64Array.from(lengths),
      depStart,
      dep: Int32Array.from(needs.flat()),
      holdDevice: Int32Array.from(holding, (node) => device[node]),
      holdFrom: Int32Array.from(holding),
      // Up to one that waits for it, so that no hold ends before it begins.
      holdTo: Int32Array.from(holding, (node) => needs.findIndex((list) => list.includes(node))).map((to, h) => (to < 0 ? holding[h] : to)),
      holdAmount: Float64Array.from(holding, (node) => 1 + (node % 3)),
    };
  });
  const problem: Problem = {
    devices,
    streams,
    microbatches,
    nodes,
    routes,
    routeOf: routeCount === 1 ? null : Int32Array.from({ length: microbatches }, (_, j) => (below(3) === 0 ? j % 2 : j < 2 ? 0 : 1)),
    send: below(3) === 0 ? 1 + below(2) : 0,
    always: Float64Array.from({ length: devices }, () => below(3)),
    cap: Float64Array.from({ length: devices }, () => (below(2) === 0 ? Number.POSITIVE_INFINITY : 100 + below(5))),
    ticksPerUnit: [1, 2, 3, 10][below(4)],
    partsPerUnit: 1 + below(4),
  };
  const examined = examine({ kind: "schedule", problem, source: { order: orderOf(problem, below) } });
  if (examined.kind !== "schedule") throw new Error(`seed ${seed} made no schedule: ${JSON.stringify(examined)}`);
  return {
    title: `seed ${seed} <b>"quoted"</b>`,
    problem,
    schedule: examined.schedule,
    nodes: names,
    streams: ["compute", "copy"].slice(0, streams),
  };
}

/**
 * Stages on ranks one after the other, in rounds or as a V, with F and BW, or F, B and W, in some order in which they can run; times and memory
 * are those that a format without them is read with.
 */
export function randomPipeline(seed: number): Exchanged {
  const below = chance(seed);
  const [devices, microbatches, split] = [2 + below(3), 1 + below(6), below(2) === 0];
  const shape = ["straight", "rounds", "v"][below(3)];
  const stages = shape === "straight" ? devices : 2 * devices;
  const families = split ? ["F", "B", "W"] : ["F", "BW"];
  const nodes = families.flatMap((family) =>
    Array.from({ length: stages }, (_, s) => ({ label: `${family}[${s}]`, family, indices: [s] })),
  );
  const needs = nodes.map(({ family, indices: [s] }) => {
    if (family === "F") return s === 0 ? [] : [s - 1];
    if (family === "W") return [stages + s];
    return s + 1 < stages ? [s, stages + s + 1] : [s];
  });
  const device = Int32Array.from(nodes, ({ indices: [s] }) => (shape === "v" ? Math.min(s, stages - 1 - s) : s % devices));
  const depStart = new Int32Array(nodes.length + 1);
  needs.forEach((list, node) => {
    depStart[node + 1] = depStart[node] + list.length;
  });
  const last = (families.length - 1) * stages;
  const route: Route = {
    device,
    stream: new Int32Array(nodes.length),
    duration: Float64Array.from(nodes, ({ family }) => (family === "BW" ? 2 : 1)),
    depStart,
    dep: Int32Array.from(needs.flat()),
    holdDevice: device.slice(0, stages),
    holdFrom: Int32Array.from({ length: stages }, (_, s) => s),
    holdTo: Int32Array.from({ length: stages }, (_, s) => last + s),
    holdAmount: new Float64Array(stages).fill(1),
  };
  const problem: Problem = {
    devices,
    streams: 1,
    microbatches,
    nodes: nodes.length,
    routes: [route],
    routeOf: null,
    send: 0,
    always: new Float64Array(devices),
    cap: new Float64Array(devices).fill(Number.POSITIVE_INFINITY),
    ticksPerUnit: 1,
    partsPerUnit: stages / devices,
  };
  const examined = examine({ kind: "schedule", problem, source: { order: orderOf(problem, below) } });
  if (examined.kind !== "schedule") throw new Error(`seed ${seed} made no schedule`);
  return { title: `seed ${seed}`, problem, schedule: examined.schedule, nodes, streams: ["compute"] };
}

/** Earlier nodes only: the stage before, the same index of the family before, all of a family, or anything. */
function needsOf(names: readonly PassName[], below: Below): number[][] {
  const rule = below(5);
  return names.map(({ family, indices }, node) => {
    const found = new Set<number>();
    names.slice(0, node).forEach((other, at) => {
      if (other.family === family && other.indices[0] === (indices[0] ?? 0) - 1) found.add(at);
      if (rule === 1 && other.family !== family && other.indices.join() === indices.join()) found.add(at);
      if (rule === 2 && other.family === "F" && family !== "F") found.add(at);
      if (rule === 3 && below(6) === 0) found.add(at);
    });
    return [...found];
  });
}

/** Microbatches in turn for each pass; otherwise anything that can run is taken next. */
function orderOf({ nodes, microbatches, routes, routeOf, devices, streams }: Problem, below: Below): Order {
  const lists: number[][] = Array.from({ length: devices * streams }, () => []);
  const taken = new Int32Array(nodes);
  const done = new Set<number>();
  const routeAt = (j: number): Route => routes[routeOf === null ? 0 : routeOf[j]];
  for (let left = nodes * microbatches; left > 0; left--) {
    const ready = Array.from({ length: nodes }, (_, node) => node).filter((node) => {
      const j = taken[node];
      if (j >= microbatches) return false;
      const { depStart, dep } = routeAt(j);
      return dep.subarray(depStart[node], depStart[node + 1]).every((other) => done.has(j * nodes + other));
    });
    const node = ready[below(3) === 0 ? 0 : below(ready.length)];
    const j = taken[node]++;
    done.add(j * nodes + node);
    const { device, stream } = routeAt(j);
    lists[device[node] * streams + stream[node]].push(j * nodes + node);
  }
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i] + list.length;
  });
  return { offsets, passes: Int32Array.from(lists.flat()) };
}
