// Recognises the pipelines that templates are for: F down the devices (and up again: the V placement), B back the same way, perhaps a
// W after each B, each family taking the same number of slots everywhere.
import type { Problem } from "../../kernel/index.ts";
import type { PassName } from "./print.ts";

/** A pipeline at one size, with the names of its nodes. */
export interface Instance {
  readonly problem: Problem;
  readonly passes: readonly PassName[];
}

export interface Shape {
  /** How often a microbatch's forward crosses all devices: once, or down and up the V. */
  readonly legs: 1 | 2;
  readonly forward: string;
  readonly backward: string;
  /** The family that nobody waits for; null: the backward is in one piece. */
  readonly weights: string | null;
  /** Slots of a forward and of a backward. */
  readonly slots: { readonly forward: number; readonly backward: number };
  /** Slots that a device is busy for each microbatch. */
  readonly load: number;
}

/** The shape of a pipeline that is given at `p` devices, or why it has none. */
export function shapeOf({ problem, passes }: Instance, p: number): Shape | string {
  const { devices, nodes, routes } = problem;
  const [route] = routes;
  if (problem.microbatches !== 1 || routes.length !== 1) return "its microbatches take different routes";
  if (problem.send !== 0 || problem.ticksPerUnit !== 1) return "its passes do not take whole slots";
  if (problem.streams !== 1) return "it has more than one stream";
  if (devices !== p || passes.some(({ indices }) => indices.length !== 1)) return "its passes are not families of stages on p devices";
  const names = [...new Set(passes.map((pass) => pass.family))];
  const stages = nodes / names.length;
  const legs = stages === p ? 1 : stages === 2 * p ? 2 : null;
  if (legs === null) return "it has not p or 2p stages";
  const slots = new Map<string, number>();
  /** By family: which way it goes on from stage to stage. */
  const ways = new Map<string, number>(names.map((name) => [name, 0]));
  for (let node = 0; node < nodes; node++) {
    const { family, indices } = passes[node];
    if (route.device[node] !== Math.min(indices[0], 2 * p - 1 - indices[0])) return "its stages are not placed straight or in a V";
    if (slots.has(family) && slots.get(family) !== route.duration[node]) return "its times differ from stage to stage";
    slots.set(family, route.duration[node]);
    for (let e = route.depStart[node]; e < route.depStart[node + 1]; e++) {
      const other = passes[route.dep[e]];
      if (other.family === family) ways.set(family, indices[0] - other.indices[0]);
    }
  }
  const going = (way: number): string[] => names.filter((name) => ways.get(name) === way);
  const [[forward], [backward], [weights = null]] = [going(1), going(-1), going(0)];
  const known = [forward, backward, weights].filter((name) => name !== undefined && name !== null).length;
  if (forward === undefined || backward === undefined || known !== names.length)
    return "it is not made of a forward, a backward and weights";
  const load = names.reduce((sum, name) => sum + legs * (slots.get(name) ?? 0), 0);
  return { legs, forward, backward, weights, slots: { forward: slots.get(forward) ?? 0, backward: slots.get(backward) ?? 0 }, load };
}
