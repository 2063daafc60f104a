// A schedule of the language as a script of passes: which pass is which stage's forward, gradient of the input or of the weights.
// Takes passes F, B, W (B and W apart), F, BW or F, B (B in one piece). What cannot be said to its runtime is named.
import { routeFor } from "../../kernel/index.ts";
import { type Complaint, done, type Exchanged, type Outcome, refused } from "../format.ts";
import { B, F, I, type Script, ScriptBuilder, W } from "./actions.ts";

/** Kind and stage of each node. */
interface Roles {
  readonly kind: Uint8Array;
  readonly stage: Int32Array;
}

/** Who should run the script: how its complaints begin, and what it is called. */
export interface Runtime {
  readonly code: string;
  readonly name: string;
}
export const torch: Runtime = { code: "torch", name: "torch" };

export function scriptOf(exchanged: Exchanged, runtime: Runtime = torch): Outcome<Script> {
  const roles = rolesOf(exchanged, runtime);
  if (roles.kind === "refused") return roles;
  const { kind, stage } = roles.value;
  const { problem, schedule } = exchanged;
  const builder = new ScriptBuilder(schedule.order.passes.length);
  const { offsets, passes } = schedule.order;
  for (let device = 0; device < problem.devices; device++) {
    const list = device * problem.streams;
    for (let at = offsets[list]; at < offsets[list + 1]; at++) {
      const microbatch = Math.floor(passes[at] / problem.nodes);
      const node = passes[at] - microbatch * problem.nodes;
      builder.add(kind[node], stage[node], microbatch);
    }
    builder.endRow();
  }
  return done(builder.build());
}

function rolesOf({ problem, nodes, streams }: Exchanged, { code, name }: Runtime): Outcome<Roles> {
  const complaints: Complaint[] = [];
  const families = new Set(nodes.map(({ family }) => family));
  const split = families.has("W");
  const known: Readonly<Record<string, number>> = { F, B: split ? I : B, W, BW: B };
  const strange = [...families].filter((family) => !(family in known));
  if (strange.length > 0)
    complaints.push({
      code: `${code}-passes`,
      message: `${name} runs forwards, gradients of inputs and gradients of weights; it has nothing for ${strange.map((one) => `\`${one}\``).join(", ")}.`,
      help: "name the passes F, B and W, or F and BW where the backward is in one piece",
    });
  const sliced = nodes.find(({ family, indices }) => family in known && indices.length !== 1);
  if (sliced !== undefined)
    complaints.push({
      code: `${code}-passes`,
      message: `${sliced.label} is not a pass of one stage: ${name} knows a pass by its stage and microbatch alone.`,
    });
  const beside = problem.routes.some((route) => route.stream.some((stream) => stream !== 0));
  if (beside)
    complaints.push({
      code: `${code}-streams`,
      message: `${name} takes one list of passes for each rank; that cannot say what runs on ${streams
        .slice(1)
        .map((one) => `\`${one}\``)
        .join(", ")}.`,
    });
  if (complaints.length > 0) return refused(...complaints);
  const least = nodes.reduce((low, { indices }) => Math.min(low, indices[0]), Number.POSITIVE_INFINITY);
  const kind = Uint8Array.from(nodes, ({ family }) => known[family]);
  const stage = Int32Array.from(nodes, ({ indices }) => indices[0] - least);
  for (let microbatch = 0; microbatch < (problem.routeOf === null ? 1 : problem.microbatches); microbatch++) {
    const { depStart, dep } = routeFor(problem, microbatch);
    for (let node = 0; node < nodes.length; node++) {
      for (let e = depStart[node]; e < depStart[node + 1]; e++) {
        if (isNatural(kind[node], stage[node], kind[dep[e]], stage[dep[e]])) continue;
        return refused({
          code: `${code}-dependency`,
          message: `${nodes[node].label} waits for ${nodes[dep[e]].label}; ${name} passes tensors between neighbouring stages only, and waits for nothing else.`,
          help: "the order may still run there: write the pipeline without this dependency",
        });
      }
    }
  }
  return done({ kind, stage });
}

/** What torch itself waits for: the stage before, the stage behind, and a stage's own earlier pass. */
function isNatural(kind: number, stage: number, needs: number, of: number): boolean {
  if (stage === of) return needs < kind || (needs === F && kind !== F) || (needs === I && kind === W);
  if (kind === F) return needs === F && of === stage - 1;
  return kind !== W && needs !== F && needs !== W && of === stage + 1;
}
