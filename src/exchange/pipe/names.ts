// What passes are called in the program: as they are where the language allows it, else by number. Families whose indices fill no box are
// taken apart, a family for each pass.

import type { Complaint, PassName } from "../format.ts";

/** Nodes of one family; `node` by its index counted up, the last index fastest. */
export interface Family {
  readonly name: string;
  /** Least and greatest of each index. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly node: Int32Array;
}
export interface Named {
  readonly families: readonly Family[];
  /** By node: `F[3]`. */
  readonly labels: readonly string[];
  readonly remarks: readonly Complaint[];
}

const reserved = new Set(
  `pipeline schedule profile claim find devices device stages stage stream pass holds cap let requires once on in takes after from to always of
  every for microbatches microbatch at then the first free slot runs where next if else and or not implies within div mod all last impossible
  with keep minimize interval block send true false floor ceil min max abs is compute j m`.split(/\s+/),
);
/** Names of ours: of indices, and of what is declared. */
export const indexNames = ["s", "q", "r", "u", "v", "w"] as const;
export const ours = { pipeline: "Imported_pipeline", schedule: "Imported", profile: "Imported_times", device: "d" } as const;
const taken = new Set<string>([...indexNames, ...Object.values(ours)]);

const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,60}$/.test(text) && !reserved.has(text) && !taken.has(text);

export function nameNodes(nodes: readonly PassName[]): Named {
  const groups = new Map<string, number[]>();
  nodes.forEach(({ family, indices }, node) => {
    const key = `${family} ${indices.length}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  });
  const used = new Set<string>();
  const labels: string[] = nodes.map(() => "");
  const remarks: Complaint[] = [];
  const families: Family[] = [];
  const fresh = (wanted: string): string => {
    let name = isName(wanted) && !used.has(wanted) ? wanted : "";
    for (let i = 1; name === ""; i++) if (!used.has(`P${i}`)) name = `P${i}`;
    used.add(name);
    if (name !== wanted)
      remarks.push({ code: "pipe-name", message: `\`${wanted}\` cannot be a name here; it is called ${name}.`, remark: true });
    return name;
  };
  // Names that can stay are given first, so that no other takes them.
  const plain = [...groups.values()].sort((a, b) => Number(!isName(nodes[a[0]].family)) - Number(!isName(nodes[b[0]].family)));
  for (const group of plain) {
    const { family, indices } = nodes[group[0]];
    const ranges = indices.map((_, i) => {
      const all = group.map((node) => nodes[node].indices[i]);
      return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))] as const;
    });
    const size = ranges.reduce((product, [low, high]) => product * (high - low + 1), 1);
    if (size !== group.length || indices.length > indexNames.length) {
      for (const node of group) {
        const name = fresh(`${family}_${nodes[node].indices.join("_").replaceAll("-", "n")}`);
        labels[node] = name;
        families.push({ name, ranges: [], node: Int32Array.of(node) });
      }
      continue;
    }
    const name = fresh(family);
    const node = new Int32Array(size);
    for (const one of group) {
      const at = ranges.reduce((sum, [low, high], i) => sum * (high - low + 1) + nodes[one].indices[i] - low, 0);
      node[at] = one;
      labels[one] = indices.length === 0 ? name : `${name}[${nodes[one].indices.join(",")}]`;
    }
    families.push({ name, ranges, node });
  }
  families.sort((a, b) => a.node[0] - b.node[0]);
  return { families, labels, remarks };
}
