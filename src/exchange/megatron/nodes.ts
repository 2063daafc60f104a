// Lists of `ScheduledNode` as JSON: a list for each rank, an object for each node, as Python's `dataclasses.asdict` makes them with enums by
// name. Read node by node into a script of the passes and messages; one stage is one `layer_group_idx`. Older files say `minibatch`.

import { type Complaint, done, type Outcome, refused } from "../format.ts";
import { Cursor, complained } from "../json/cursor.ts";
import { B, F, I, RECV_B, RECV_F, type Script, ScriptBuilder, SEND_B, SEND_F, W, type Words } from "../pytorch/actions.ts";

/** What a node is called, by kind of a script: B is the gradient of the input alone, which a script calls I. */
export const types: Readonly<Record<number, string>> = {
  [F]: "F",
  [I]: "B",
  [W]: "W",
  [B]: "BW",
  [SEND_F]: "SEND_FORWARD",
  [RECV_F]: "RECV_FORWARD",
  [SEND_B]: "SEND_BACKWARD",
  [RECV_B]: "RECV_BACKWARD",
};
const kindOf: ReadonlyMap<string, number> = new Map(Object.entries(types).map(([kind, type]) => [type, Number(kind)]));
export const zbWords: Words = (kind, stage, microbatch) => `${types[kind]} ${microbatch} of layer group ${stage}`;

/** Of the optimizer's validation: they order no pass. */
const validation = new Set(["POST_VALIDATION", "SEND_POST_VALIDATION", "RECV_POST_VALIDATION"]);
/** The passes of vocabulary parallelism, and what they send. */
const vocabulary = new Set([
  "S",
  "T",
  "IF",
  "IB",
  "REDUCE_INPUT_EMBD_FORWARD",
  "BROADCAST_INPUT_EMBD_BACKWARD",
  "BROADCAST_OUTPUT_EMBD_S",
  "BROADCAST_OUTPUT_EMBD_T",
  "REDUCE_OUTPUT_EMBD",
]);

/** -2: the field is not there; -1: null. */
export interface Nodes {
  readonly script: Script;
  readonly chunk: Int32Array;
  readonly receivesFrom: Int32Array;
  readonly sendsTo: Int32Array;
  /** Of a message: the rank at its other end. */
  readonly peer: Int32Array;
  /** Of a message: 0 to the next rank, 1 to the previous one. */
  readonly direction: Int32Array;
}

const [mostRanks, mostNumber] = [65_536, 100_000_000];
const absent = -2;

export function readNodes(bytes: Uint8Array): Outcome<Nodes> {
  const read = complained(() => new Reader(bytes).read());
  return "code" in read ? refused(read) : read;
}

class Reader {
  readonly #cursor: Cursor;
  readonly #builder: ScriptBuilder;
  readonly #columns = Array.from({ length: 5 }, () => new Column());
  #dropped = 0;

  constructor(bytes: Uint8Array) {
    this.#cursor = new Cursor(bytes, "zb-json");
    this.#builder = new ScriptBuilder(Math.max(16, bytes.length >> 7));
  }

  read(): Outcome<Nodes> {
    const cursor = this.#cursor;
    if (cursor.kind() !== "list")
      cursor.refuse(
        "These are no nodes: a list for each rank is wanted.",
        undefined,
        "`json.dump` a list of lists of `dataclasses.asdict(node)`",
      );
    let ranks = 0;
    cursor.list((rank) => {
      if (rank >= mostRanks) cursor.refuse(`There are more than ${mostRanks} ranks (limit \`ranks\`).`);
      if (cursor.kind() !== "list") cursor.refuse(`The nodes of rank ${rank} are wanted here, as a list.`);
      cursor.list(() => this.#node(rank));
      this.#builder.endRow();
      ranks++;
    });
    cursor.end();
    if (ranks === 0) cursor.refuse("There is no rank in this file.", 0);
    const script = { ...this.#builder.build("\n"), words: zbWords };
    const [chunk, receivesFrom, sendsTo, peer, direction] = this.#columns.map((column) => column.done());
    const remarks: Complaint[] = [];
    if (this.#dropped > 0)
      remarks.push({
        code: "zb-validation",
        message: `${this.#dropped} nodes of the optimizer's validation are left out: they are not modelled, and order no pass.`,
        remark: true,
      });
    return done({ script, chunk, receivesFrom, sendsTo, peer, direction }, remarks);
  }

  #node(rank: number): void {
    const cursor = this.#cursor;
    const begin = cursor.at;
    let [type, typeAt] = ["", begin];
    let [stage, microbatch, chunk, group] = [absent, absent, 0, absent];
    let [receivesFrom, sendsTo, peer, direction] = [absent, absent, absent, absent];
    if (cursor.kind() !== "object") cursor.refuse("A node is an object.");
    cursor.object((key, at) => {
      const value = cursor.at;
      switch (key) {
        case "type":
          typeAt = value;
          type = cursor.clean();
          return;
        case "stage":
          stage = cursor.whole(0, mostNumber);
          if (stage !== rank) cursor.refuse(`This node is of rank ${stage}, and stands in the list of rank ${rank}.`, value);
          return;
        case "microbatch":
        case "minibatch":
          if (microbatch !== absent) cursor.refuse("This node has a `microbatch` and a `minibatch`.", at);
          microbatch = cursor.whole(0, mostNumber);
          return;
        case "chunk":
          chunk = cursor.whole(0, mostNumber);
          return;
        case "seq_split_idx":
          if (cursor.whole(0, mostNumber) > 0) cursor.refuse("Slices of a sequence (`seq_split_idx`) are not modelled.", value);
          return;
        case "layer_group_idx":
          group = cursor.wholeOrNull(0, mostNumber) ?? absent;
          return;
        case "recv_peer_stage":
          receivesFrom = cursor.wholeOrNull(0, mostNumber) ?? -1;
          return;
        case "send_peer_stage":
          sendsTo = cursor.wholeOrNull(0, mostNumber) ?? -1;
          return;
        case "comm_peer_stage":
          peer = cursor.wholeOrNull(0, mostNumber) ?? -1;
          return;
        case "comm_direction":
          direction = this.#direction();
          return;
        case "start_time":
        case "completion_time":
        case "comm_pair_id":
        case "rollback":
          cursor.skip();
          return;
        default:
          cursor.refuse(`A node has no \`${key.slice(0, 40)}\`.`, at);
      }
    });
    if (type === "") cursor.refuse("This node has no `type`.", begin);
    if (validation.has(type)) {
      this.#dropped++;
      return;
    }
    const kind = kindOf.get(type);
    if (kind === undefined) this.#strange(type, typeAt);
    else {
      if (stage === absent) cursor.refuse("This node has no `stage`.", begin);
      if (microbatch === absent) cursor.refuse("This node has no `microbatch`.", begin);
      if (group === absent && chunk > 0)
        cursor.refuse("A node of a chunk above 0 needs its `layer_group_idx`: chunk and rank do not say which stage it is.", begin);
      this.#builder.add(kind, group === absent ? stage : group, microbatch);
      [chunk, receivesFrom, sendsTo, peer, direction].forEach((number, i) => {
        this.#columns[i].push(number);
      });
    }
  }

  #direction(): number {
    const cursor = this.#cursor;
    const at = cursor.at;
    if (cursor.kind() === "number") return cursor.whole(0, 1);
    if (cursor.kind() === "null") return cursor.wholeOrNull() ?? -1;
    const found = ["NEXT", "PREV"].indexOf(cursor.clean());
    return found < 0 ? cursor.refuse("A direction is NEXT or PREV.", at) : found;
  }

  #strange(type: string, at: number): never {
    const shown = type.slice(0, 40);
    if (vocabulary.has(type)) return this.#cursor.refuse(`Passes of vocabulary parallelism (\`${shown}\`) are not modelled.`, at);
    return this.#cursor.refuse(`There is no node of type \`${shown}\`.`, at, `the types are ${[...kindOf.keys()].join(", ")}`);
  }
}

/** A list of numbers that grows; doubled, so that the cost is linear. */
class Column {
  #list = new Int32Array(1024);
  #length = 0;

  push(number: number): void {
    if (this.#length === this.#list.length) {
      const longer = new Int32Array(2 * this.#list.length);
      longer.set(this.#list);
      this.#list = longer;
    }
    this.#list[this.#length++] = number;
  }
  done(): Int32Array {
    return this.#list.slice(0, this.#length);
  }
}
