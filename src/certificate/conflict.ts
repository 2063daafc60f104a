// Whether a conflict that a certificate names is really there: the table in docs/certificate.md, line by line. That something is wrong at
// all is the kernel's word; this is about what is said to be wrong.
import { type Problem, routeFor } from "../kernel/index.ts";
import type { Conflict, Listed, Timed } from "./statement.ts";

interface Pass {
  readonly node: number;
  readonly microbatch: number;
  readonly device: number;
  readonly stream: number;
  readonly duration: number;
}
function passOf(problem: Problem, pass: number): Pass {
  const microbatch = Math.floor(pass / problem.nodes);
  const node = pass - microbatch * problem.nodes;
  const { device, stream, duration } = routeFor(problem, microbatch);
  return { node, microbatch, device: device[node], stream: stream[node], duration: duration[node] };
}

function depends({ nodes, ...problem }: Problem, pass: number, needs: number): boolean {
  const microbatch = Math.floor(pass / nodes);
  if (Math.floor(needs / nodes) !== microbatch) return false;
  const { dep, depStart } = routeFor({ nodes, ...problem }, microbatch);
  return dep.subarray(depStart[pass % nodes], depStart[(pass % nodes) + 1]).includes(needs % nodes);
}

export function isThere(subject: Timed | Listed, conflict: Conflict): boolean {
  return subject.kind === "schedule" ? inSchedule(subject, conflict) : inOrder(subject, conflict);
}

function inSchedule({ named: { problem }, starts }: Timed, conflict: Conflict): boolean {
  switch (conflict.kind) {
    case "overlap": {
      const { first, second } = conflict;
      const [x, y] = [passOf(problem, first), passOf(problem, second)];
      if (first === second || x.device !== y.device || x.stream !== y.stream) return false;
      if (starts[first] === starts[second]) return x.duration > 0 && y.duration > 0;
      return starts[first] < starts[second] && starts[second] < starts[first] + x.duration;
    }
    case "early": {
      const { pass, needs } = conflict;
      const [x, y] = [passOf(problem, pass), passOf(problem, needs)];
      const ready = starts[needs] + y.duration + (x.device === y.device ? 0 : problem.send);
      return depends(problem, pass, needs) && starts[pass] < ready;
    }
    case "hold": {
      const [x, y] = [passOf(problem, conflict.from), passOf(problem, conflict.to)];
      const { holdFrom, holdTo } = routeFor(problem, x.microbatch);
      const joined = holdFrom.some((from, h) => from === x.node && holdTo[h] === y.node);
      return x.microbatch === y.microbatch && joined && starts[conflict.to] + y.duration < starts[conflict.from];
    }
    case "memory":
      return heldAt(problem, starts, conflict.device, conflict.time) > problem.cap[conflict.device];
    default:
      return false;
  }
}

/** What a device holds at a time: half-open intervals. */
function heldAt(problem: Problem, starts: Float64Array, device: number, time: number): number {
  let held = problem.always[device];
  for (let j = 0; j < problem.microbatches; j++) {
    const { holdDevice, holdFrom, holdTo, holdAmount, duration } = routeFor(problem, j);
    const base = j * problem.nodes;
    for (let h = 0; h < holdDevice.length; h++) {
      const begins = starts[base + holdFrom[h]];
      const ends = starts[base + holdTo[h]] + duration[holdTo[h]];
      if (holdDevice[h] === device && begins <= time && time < ends) held += holdAmount[h];
    }
  }
  return held;
}

function inOrder({ named: { problem }, lists }: Listed, conflict: Conflict): boolean {
  const times = (pass: number): number => lists.reduce((sum, list) => sum + list.filter((one) => one === pass).length, 0);
  switch (conflict.kind) {
    case "missing":
      return times(conflict.pass) === 0;
    case "twice":
      return times(conflict.pass) > 1;
    case "elsewhere": {
      const { device, stream } = passOf(problem, conflict.pass);
      const { streams } = problem;
      return lists.some(
        (list, l) =>
          Math.floor(l / streams) === conflict.device &&
          !(conflict.device === device && l % streams === stream) &&
          list.includes(conflict.pass),
      );
    }
    case "deadlock": {
      const places = placesOf(problem, lists);
      if (places === null) return false;
      const { list, at } = places;
      return conflict.cycle.every(([pass, needs], i) => {
        const next = conflict.cycle[(i + 1) % conflict.cycle.length][0];
        const waits = list[next] >= 0 && list[next] === list[needs] && at[next] < at[needs];
        return depends(problem, pass, needs) && (needs === next || waits);
      });
    }
    default:
      return false;
  }
}

/** List and place of each pass, -1 for those that are not listed; null where one stands twice. */
function placesOf({ nodes, microbatches }: Problem, lists: readonly Int32Array[]): { list: Int32Array; at: Int32Array } | null {
  const list = new Int32Array(nodes * microbatches).fill(-1);
  const at = new Int32Array(nodes * microbatches);
  for (let l = 0; l < lists.length; l++) {
    for (let i = 0; i < lists[l].length; i++) {
      const pass = lists[l][i];
      if (list[pass] >= 0) return null;
      list[pass] = l;
      at[pass] = i;
    }
  }
  return { list, at };
}
