// Every limit on what is read, in one table. Beyond one of them the program is refused with the limit's name.

export const limits = {
  /** Size of one source file, in bytes. */
  "source-bytes": 1024 * 1024,
  /** Brackets inside brackets, and operators inside each other without any: `if`, `implies`, `not`, a sign. */
  nesting: 100,
  /** Operators and commas of one expression. */
  operators: 1000,
  /** Digits of a number that is written, or computed on the way to another. */
  digits: 100,
  /** Files in one run. */
  files: 10_000,
  /** Devices of one problem. */
  devices: 65_536,
  /** Passes of one microbatch. */
  "passes-of-a-microbatch": 1_000_000,
  /** Passes of one schedule, over all microbatches. */
  passes: 20_000_000,
  /** Instances of one claim with finite ranges. */
  instances: 100_000,
  /** Microbatches in one building block. */
  "group-microbatches": 1_000_000,
  /** Steps of one device's order. */
  steps: 20_000_000,
} as const;

export type Limit = keyof typeof limits;
