// The zero-bubble runtime in a few lines, as its source has it: what a forward leaves waits in one queue for each chunk, tensors are handed on
// first in, first out, W takes from the queue of its chunk, and with several chunks the W of the last microbatch clears it. An oracle for
// `src/exchange/megatron`: it knows nothing of orders, it runs the nodes and looks whether each has met its own microbatch.

export interface Node {
  readonly type: string;
  readonly stage: number;
  readonly microbatch: number;
  readonly chunk?: number;
  readonly layer_group_idx?: number;
}

/** Null: all ran, each with its own microbatch; else what went wrong first. Passes only; ranks wait for what they need. */
export function runNodes(ranks: readonly (readonly Node[])[]): string | null {
  const chunks = 1 + Math.max(...ranks.flat().map(({ chunk = 0 }) => chunk));
  const microbatches = 1 + Math.max(...ranks.flat().map(({ microbatch }) => microbatch));
  const groups = ranks.length * chunks;
  const queues = new Map<string, number[]>();
  const queue = (name: string, group: number): number[] => {
    const key = `${name} ${group}`;
    const known = queues.get(key);
    if (known !== undefined) return known;
    const made: number[] = [];
    queues.set(key, made);
    return made;
  };
  const cleared = new Set<number>();
  const next = ranks.map(() => 0);
  const ran: string[] = [];
  for (let moved = true; moved; ) {
    moved = false;
    for (const [rank, nodes] of ranks.entries()) {
      const node = nodes[next[rank]];
      if (node === undefined) continue;
      const { type, microbatch, layer_group_idx: group = rank } = node;
      const forward = type === "F";
      const incoming = forward
        ? group === 0
          ? null
          : queue("forward", group)
        : group === groups - 1
          ? null
          : queue(`backward ${type}`, group);
      if (type !== "W" && incoming !== null && incoming.length === 0) continue;
      if (type !== "W" && incoming !== null && incoming.shift() !== microbatch)
        return `${type} ${microbatch} of ${group} gets another's tensor`;
      next[rank]++;
      moved = true;
      ran.push(`${type} ${microbatch} ${group}`);
      if (forward) {
        queue("kept", group).push(microbatch);
        if (group + 1 < groups) queue("forward", group + 1).push(microbatch);
      } else if (type !== "W") {
        if (queue("kept", group).shift() !== microbatch) return `${type} ${microbatch} of ${group} takes another's activations`;
        if (type === "B") queue("weights", group).push(microbatch);
        if (group > 0) queue(`backward ${type}`, group - 1).push(microbatch);
      } else if (
        chunks === 1
          ? nodes.slice(next[rank]).some((one) => one.type !== "W")
          : microbatch !== microbatches - 1 && nodes.slice(next[rank]).some((one) => one.type !== "W")
      ) {
        if (cleared.has(group)) return `W ${microbatch} of ${group} is left out`;
        if (queue("weights", group).shift() !== microbatch) return `W ${microbatch} of ${group} takes another's`;
      } else if (!cleared.has(group)) {
        const own = queue("weights", group).splice(0);
        const later = nodes.slice(next[rank] - 1).filter((one) => one.type === "W" && (one.layer_group_idx ?? rank) === group);
        if (own.length !== later.length || own.some((one, i) => one !== later[i].microbatch))
          return `W of ${group} are cleared in another order`;
        cleared.add(group);
      }
    }
  }
  if (next.some((at, rank) => at < ranks[rank].length)) return "ranks wait for each other";
  return [...queues.values()].every((list) => list.length === 0) ? null : "something is left";
}
