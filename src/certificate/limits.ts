// Every limit on what is read from a certificate. Beyond one of them nothing is said about the statement.

export const limits = {
  /** Size of a certificate, in bytes. */
  "certificate-bytes": 48 * 1024 * 1024,
  /** Lists, objects and strings in it, keys included. */
  boxes: 500_000,
  /** Items of all lists and objects. */
  items: 8_000_000,
  /** Instances, and subjects of all of them. */
  instances: 20_000,
  /** Passes of all schedules, blocks, orders, pipelines and goals, and devices times streams of each. */
  passes: 4_000_000,
  /** Passes of one goal. */
  "goal-passes": 1_600_000,
  /** Devices times streams of one problem. */
  streams: 1_000_000,
  /** Families of a block for all sizes. */
  families: 10_000,
  /** Cones of times of one schedule. */
  cones: 1000,
  /** Characters of a name, and of a title. */
  name: 200,
  title: 1000,
  /** A proof, unpacked, in bytes. */
  "proof-bytes": 12 * 1024 * 1024,
} as const;
