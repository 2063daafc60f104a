// What the ranks of a PyTorch pipeline do, in its own words: `1F0` is the forward of stage 1 for microbatch 0, `(0F3;3B1)OVERLAP_F_B`
// a group in one cell. A script holds millions of actions in a few arrays. Whether it makes sense is asked in `conditions.ts`.

export const kinds = ["F", "I", "W", "B", "SEND_F", "RECV_F", "SEND_B", "RECV_B", "UNSHARD", "RESHARD", "REDUCE_GRAD"] as const;
export type Kind = (typeof kinds)[number];
/** Number of a kind, as scripts hold it. I: gradient of the input, W: of the weights, B: both. */
export const F = 0;
export const I = 1;
export const W = 2;
export const B = 3;
export const SEND_F = 4;
export const RECV_F = 5;
export const SEND_B = 6;
export const RECV_B = 7;
export const UNSHARD = 8;
export const RESHARD = 9;
export const REDUCE_GRAD = 10;

export const isPass = (kind: number): boolean => kind <= B;
export const isComm = (kind: number): boolean => kind >= SEND_F && kind <= RECV_B;
export const isSend = (kind: number): boolean => kind === SEND_F || kind === SEND_B;
export const takesMicrobatch = (kind: number): boolean => kind <= RECV_B;

/** All actions, rank after rank; rank r's are `offsets[r]` to `offsets[r + 1]`. */
export interface Script {
  readonly offsets: Int32Array;
  readonly kind: Uint8Array;
  readonly stage: Int32Array;
  /** -1 for actions on a stage's weights. */
  readonly microbatch: Int32Array;
  /** Where the cells are not simply one action each. */
  readonly cells: Cells | null;
  readonly newline: "\n" | "\r\n";
  /** What another format calls an action; without it torch's `1F0`. */
  readonly words?: Words;
}
export type Words = (kind: number, stage: number, microbatch: number) => string;
/** Blank cells are those that no action names. Actions of one group share their cell. */
export interface Cells {
  /** Of each action, its cell's number from 0. */
  readonly at: Int32Array;
  /** Of each action, 1 if it is written in brackets, as a part of an OVERLAP_F_B. */
  readonly grouped: Uint8Array;
  /** Of each rank, how many cells its row has. */
  readonly widths: Int32Array;
}

export const ranksOf = (script: Script): number => script.offsets.length - 1;

/** Whether what a format kept of its file is a script. */
export const isScript = (form: unknown): form is Script =>
  typeof form === "object" && form !== null && "offsets" in form && "kind" in form && "cells" in form;

const torchWords: Words = (kind, stage, microbatch) => `${stage}${kinds[kind]}${microbatch < 0 ? "" : microbatch}`;
/** What a script would call an action, whether it is there or not. */
export const nameIn = ({ words = torchWords }: Script, kind: number, stage: number, microbatch: number): string =>
  words(kind, stage, microbatch);
export const wordOf = (script: Script, action: number): string =>
  nameIn(script, script.kind[action], script.stage[action], script.microbatch[action]);

/** Collects a script action by action. Arrays double, so the cost is linear. */
export class ScriptBuilder {
  #length = 0;
  #kind: Uint8Array;
  #stage: Int32Array;
  #microbatch: Int32Array;
  #at: Int32Array;
  #grouped: Uint8Array;
  #plain = true;
  #next = 0;
  readonly #offsets: number[] = [0];
  readonly #widths: number[] = [];

  constructor(expected = 1024) {
    this.#kind = new Uint8Array(expected);
    this.#stage = new Int32Array(expected);
    this.#microbatch = new Int32Array(expected);
    this.#at = new Int32Array(expected);
    this.#grouped = new Uint8Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  get nextCell(): number {
    return this.#next;
  }

  /** Without a cell: the next one. */
  add(kind: number, stage: number, microbatch: number, cell = this.#next, grouped = false): void {
    if (this.#length === this.#kind.length) this.#grow();
    this.#kind[this.#length] = kind;
    this.#stage[this.#length] = stage;
    this.#microbatch[this.#length] = microbatch;
    this.#at[this.#length] = cell;
    this.#grouped[this.#length] = grouped ? 1 : 0;
    if (grouped || cell !== this.#length - this.#offsets[this.#offsets.length - 1]) this.#plain = false;
    this.#next = cell + 1;
    this.#length++;
  }

  /** Ends a rank's row, which has that many cells; without a width, no blank ones at its end. */
  endRow(width = this.#next): void {
    const own = this.#length - this.#offsets[this.#offsets.length - 1];
    if (width !== own) this.#plain = false;
    this.#widths.push(width);
    this.#offsets.push(this.#length);
    this.#next = 0;
  }

  build(newline: "\n" | "\r\n" = "\r\n"): Script {
    const end = this.#length;
    return {
      offsets: Int32Array.from(this.#offsets),
      kind: this.#kind.slice(0, end),
      stage: this.#stage.slice(0, end),
      microbatch: this.#microbatch.slice(0, end),
      cells: this.#plain
        ? null
        : { at: this.#at.slice(0, end), grouped: this.#grouped.slice(0, end), widths: Int32Array.from(this.#widths) },
      newline,
    };
  }

  #grow(): void {
    const room = Math.max(1024, 2 * this.#kind.length);
    const longer = <T extends Uint8Array | Int32Array>(array: T, made: T): T => {
      made.set(array);
      return made;
    };
    this.#kind = longer(this.#kind, new Uint8Array(room));
    this.#stage = longer(this.#stage, new Int32Array(room));
    this.#microbatch = longer(this.#microbatch, new Int32Array(room));
    this.#at = longer(this.#at, new Int32Array(room));
    this.#grouped = longer(this.#grouped, new Uint8Array(room));
  }
}
