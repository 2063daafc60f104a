// Every limit on what is read, in one table. Beyond one of them the program is refused with the limit's name.

export const limits = {
  /** Size of one source file, in bytes. */
  "source-bytes": 1024 * 1024,
  /** Characters of one declaration. */
  "declaration-characters": 100_000,
  /** Errors of one file. */
  errors: 200,
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
  /** Microbatches of one schedule. */
  microbatches: 20_000_000,
  /** Dependencies between the passes of one microbatch. */
  dependencies: 2_000_000,
  /** Passes of all routes that microbatches take, where something depends on `j`. */
  "passes-of-routes": 2_000_000,
  /** Passes of one schedule, over all microbatches. */
  passes: 20_000_000,
  /** Instances of one claim with finite ranges. */
  instances: 100_000,
  /** Values of a claim's ranges that are tried, with those that its conditions leave out. */
  tries: 5_000_000,
  /** Microbatches in one building block. */
  "group-microbatches": 1_000_000,
  /** Values of one `for` in an order. */
  values: 1_000_000,
  /** Names of passes in one device's order, each counted as often as it is read. */
  steps: 20_000_000,
} as const;

export type Limit = keyof typeof limits;
