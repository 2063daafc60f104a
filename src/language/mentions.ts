// Which names a piece of syntax mentions. Goes through the tree without recursion: expressions may be deep.

/** Names, without those that are called. */
export function namesIn(syntax: unknown): Set<string> {
  const names = new Set<string>();
  for (const node of nodes(syntax)) if (node.kind === "name" && typeof node.name === "string") names.add(node.name);
  return names;
}

/** Functions, measures and schedules that are called, and the pipelines of `load`. */
export function calledIn(syntax: unknown): Set<string> {
  const names = new Set<string>();
  for (const { kind, callee } of nodes(syntax)) {
    if (kind === "call" && typeof callee === "object" && callee !== null && "text" in callee) names.add(String(callee.text));
  }
  return names;
}

/** Every node of a syntax tree. */
export function* nodes(syntax: unknown): Generator<Record<string, unknown>> {
  const open = [syntax];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== "object" || part === null) continue;
    if (!Array.isArray(part)) yield part as Record<string, unknown>;
    for (const inner of Object.values(part)) open.push(inner);
  }
}
