// Problems as JSON, and back. Rules: docs/certificate.md, part 2.
import { type Problem, type Route, unsafe } from "../kernel/index.ts";
import { fields, limited, list, numberLists, numbers, refuse, text, whole, wholes } from "./decode.ts";
import type { Json } from "./json.ts";
import { limits } from "./limits.ts";
import type { Named } from "./statement.ts";

const most = Number.MAX_SAFE_INTEGER;

export function problemJson({ problem, names }: Named): Json {
  const { devices, streams, microbatches, nodes, routes, routeOf, send, always, cap, ticksPerUnit, partsPerUnit } = problem;
  return {
    always: [...always],
    cap: Array.from(cap, (one) => (one === Number.POSITIVE_INFINITY ? null : one)),
    devices,
    microbatches,
    names,
    nodes,
    partsPerUnit,
    routeOf: routeOf && [...routeOf],
    routes: routes.map((route) => routeJson(route, nodes)),
    send,
    streams,
    ticksPerUnit,
  };
}

function routeJson({ device, stream, duration, depStart, dep, holdDevice, holdFrom, holdTo, holdAmount }: Route, nodes: number): Json {
  return {
    dep: Array.from({ length: nodes }, (_, node) => [...dep.subarray(depStart[node], depStart[node + 1])]),
    device: [...device],
    duration: [...duration],
    holds: Array.from(holdAmount, (amount, h) => [amount, holdDevice[h], holdFrom[h], holdTo[h]]),
    stream: [...stream],
  };
}

export function readProblem(value: Json, where: string): Named {
  const given = fields(
    value,
    where,
    "always",
    "cap",
    "devices",
    "microbatches",
    "names",
    "nodes",
    "partsPerUnit",
    "routeOf",
    "routes",
    "send",
    "streams",
    "ticksPerUnit",
  );
  const devices = whole(given.devices, `${where}.devices`);
  const streams = whole(given.streams, `${where}.streams`, 1);
  const microbatches = whole(given.microbatches, `${where}.microbatches`);
  const nodes = whole(given.nodes, `${where}.nodes`);
  if (devices > limits.streams || streams > limits.streams || devices * streams > limits.streams)
    limited(`${where} has more than ${limits.streams} streams (limit \`streams\`)`);
  if (microbatches > limits.passes || microbatches * nodes > limits.passes)
    limited(`${where} has more than ${limits.passes} passes (limit \`passes\`)`);
  const names = list(given.names, `${where}.names`).map((name, i) => text(name, `${where}.names[${i}]`, limits.name));
  if (names.length !== nodes) refuse(`${where}.names`, `${nodes} names are wanted`);
  const routes = list(given.routes, `${where}.routes`).map((route, r) =>
    readRoute(route, `${where}.routes[${r}]`, nodes, devices, streams),
  );
  if (routes.length === 0) refuse(`${where}.routes`, "at least one route is wanted");
  const cap = list(given.cap, `${where}.cap`).map((one, d) => (one === null ? Number.POSITIVE_INFINITY : whole(one, `${where}.cap[${d}]`)));
  if (cap.length !== devices) refuse(`${where}.cap`, `${devices} numbers are wanted`);
  const problem: Problem = {
    devices,
    streams,
    microbatches,
    nodes,
    routes,
    routeOf: given.routeOf === null ? null : numbers(given.routeOf, `${where}.routeOf`, 0, routes.length - 1, microbatches),
    send: whole(given.send, `${where}.send`),
    always: wholes(given.always, `${where}.always`, 0, most, devices),
    cap: Float64Array.from(cap),
    ticksPerUnit: whole(given.ticksPerUnit, `${where}.ticksPerUnit`, 1),
    partsPerUnit: whole(given.partsPerUnit, `${where}.partsPerUnit`, 1),
  };
  const reason = unsafe(problem);
  return reason === null ? { problem, names } : refuse(where, reason);
}

function readRoute(value: Json, where: string, nodes: number, devices: number, streams: number): Route {
  const given = fields(value, where, "dep", "device", "duration", "holds", "stream");
  const { start: depStart, all: dep } = numberLists(given.dep, `${where}.dep`, 0, nodes - 1);
  if (depStart.length !== nodes + 1) refuse(`${where}.dep`, `${nodes} lists are wanted`);
  const holds = list(given.holds, `${where}.holds`);
  const [holdAmount, holdDevice] = [new Float64Array(holds.length), new Int32Array(holds.length)];
  const [holdFrom, holdTo] = [new Int32Array(holds.length), new Int32Array(holds.length)];
  holds.forEach((one, h) => {
    const at = `${where}.holds[${h}]`;
    const hold = list(one, at);
    if (hold.length !== 4) refuse(at, "4 numbers are wanted");
    holdAmount[h] = whole(hold[0], at);
    holdDevice[h] = whole(hold[1], at, 0, devices - 1);
    holdFrom[h] = whole(hold[2], at, 0, nodes - 1);
    holdTo[h] = whole(hold[3], at, 0, nodes - 1);
  });
  return {
    device: numbers(given.device, `${where}.device`, 0, devices - 1, nodes),
    stream: numbers(given.stream, `${where}.stream`, 0, streams - 1, nodes),
    duration: wholes(given.duration, `${where}.duration`, 0, most, nodes),
    depStart,
    dep,
    holdAmount,
    holdDevice,
    holdFrom,
    holdTo,
  };
}
