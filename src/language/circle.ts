// Circles among things that need each other: passes of a microbatch, times of a profile.

/** A circle of things, each of which needs the next, or null. `needs` has for each thing the things that it needs. */
export function findCycle(needs: readonly (readonly number[])[]): number[] | null {
  const state = new Uint8Array(needs.length); // 0 new, 1 open, 2 done
  for (let root = 0; root < needs.length; root++) {
    if (state[root] !== 0) continue;
    const path = [{ node: root, next: 0 }];
    state[root] = 1;
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const other = needs[top.node][top.next++];
      if (other === undefined) {
        state[top.node] = 2;
        path.pop();
      } else if (state[other] === 1) return path.slice(path.findIndex(({ node }) => node === other)).map(({ node }) => node);
      else if (state[other] === 0) {
        state[other] = 1;
        path.push({ node: other, next: 0 });
      }
    }
  }
  return null;
}
