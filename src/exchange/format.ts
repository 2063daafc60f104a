// What every format of `convert` has in common: a schedule on its way in or out, what may be wrong with it, and files as pieces of text or bytes.
// A format is one file that exports a `Format`; `formats.ts` lists them. Pure: bytes in, text out; nothing is read or written here.
import type { Channel, Problem, Schedule } from "../kernel/index.ts";

/** A pass of one microbatch by name: `F[3]` is family F with the index 3. */
export interface PassName {
  readonly label: string;
  readonly family: string;
  readonly indices: readonly number[];
}

/** A schedule between two formats. It has been replayed by the kernel, or is what a format read and could give start times. */
export interface Exchanged {
  readonly title: string;
  readonly problem: Problem;
  readonly schedule: Schedule;
  /** By node of the problem. */
  readonly nodes: readonly PassName[];
  /** Names of the streams; the first computes. */
  readonly streams: readonly string[];
  /** The reader's own form of the file, which the format of this name writes again as it was. `torch-csv` and `zb-nodes` keep a script, and know each other's. */
  readonly kept?: { readonly format: string; readonly form: unknown };
}

/** Something wrong with a file, or something that a format cannot say. `code` names the condition. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  /** Line from 1, cell or column from 1, and what stands there. */
  /** `words`: the place as the format counts; without it, row and cell. */
  readonly place?: { readonly line: number; readonly cell?: number; readonly text?: string; readonly words?: string };
  readonly help?: string;
  /** A remark: the conversion goes on. */
  readonly remark?: boolean;
}

export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T; readonly remarks: readonly Complaint[] }
  | { readonly kind: "refused"; readonly complaints: readonly Complaint[] };

/** A file to write: the suffix is put behind the name that the user gave, "" for the file itself. Chunks are made one at a time. */
export interface Output {
  readonly suffix: string;
  readonly chunks: Iterable<string | Uint8Array>;
}

/** What a reader is told from outside the file. Times and amounts are exact fractions as text, `18.522` or `1/2`. */
export interface ReadOptions {
  readonly path: string;
  readonly times: ReadonlyMap<string, string>;
  /** Memory that a stage's activations of one microbatch take; without it 1 over the stages of a device. */
  readonly holds?: string;
  readonly microbatches?: number;
  readonly ranks?: number;
  readonly channel: Channel;
  /** Reads what can be repaired when it is written (`orderComms`), with remarks instead of complaints. */
  readonly repair?: boolean;
}

export interface WriteOptions {
  /** With sends and receives, where a format knows both forms. */
  readonly comms: boolean;
  /** Places sends and receives anew, whatever the file said. */
  readonly orderComms: boolean;
  readonly channel: Channel;
  /** Digest of the certificate of this schedule, if there is one. */
  readonly certificate?: string;
}

export interface Format {
  readonly name: string;
  /** One line for `--help` and errors. */
  readonly about: string;
  /** Endings of file names from which the format is guessed. */
  readonly endings: readonly string[];
  read?(bytes: Uint8Array, options: ReadOptions): Outcome<Exchanged>;
  write?(schedule: Exchanged, options: WriteOptions): Outcome<readonly Output[]>;
}

export const refused = (...complaints: readonly Complaint[]): { readonly kind: "refused"; readonly complaints: readonly Complaint[] } => ({
  kind: "refused",
  complaints,
});
export const done = <T>(value: T, remarks: readonly Complaint[] = []): Outcome<T> => ({ kind: "done", value, remarks });
