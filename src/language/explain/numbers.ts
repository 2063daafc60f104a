// Codes that appear at some size: what an expression comes to, and what it may not be.
import type { Explanation } from "./index.ts";
import { pipeline, schedule, varied } from "./programs.ts";

const ok = pipeline + schedule;
const order = (runs: string): string =>
  `${pipeline}schedule O(p) of P(p) { ${runs} }\nclaim "x" for p in 1..3: makespan(O(p), m = 4) <= 99\n`;
const good = order("device d runs F[d]^(p-d) (B[d] F[d])* B[d]*");

export const numbers: readonly Explanation[] = [
  {
    code: "division-by-zero",
    title: "a divisor is zero for some size",
    text: "`/`, `div` and `mod` have no value when the divisor is 0. The message says at which size. Guard the expression with `if`, or exclude the size with `requires`.",
    wrong: `${pipeline}schedule S(p) of P(p) every 3 { F[s] at s  B[s] at p + 2(p-1-s) + 0 * (6 div (p - 3)) }\n`,
    right: ok,
  },
  {
    code: "negative-count",
    title: "a count is negative for some size",
    text: "Numbers of devices, microbatches, slots and powers (`F[d]^(p-d)`) cannot be below what makes sense. The message says at which size. `requires p >= 3` says for which sizes a schedule is meant.",
    wrong: order("device d runs F[d]^(p-2-d) (F[d] B[d])* B[d]*"),
    right: good,
  },
  {
    code: "negative-amount",
    title: "an amount of memory is negative for some size",
    text: "A hold takes memory and gives the same back; it cannot take less than nothing. The message says at which size the amount falls below zero. Write `max(0, ...)`, or leave the size out with `requires`.",
    wrong: varied("holds 1 from", "holds 2 - p from") + schedule,
    right: ok,
  },
  {
    code: "contradiction",
    title: "a bound that nothing can keep",
    text: "A measure is never below zero, so a bound below zero leaves nothing to look for.",
    wrong: `${ok}claim "x": impossible: P(4) with m = 8, peak <= 2 - 3\n`,
    right: `${ok}claim "x": impossible: P(4) with m = 8, peak <= 3 - 2, makespan <= 20\n`,
  },
  {
    code: "negative-time",
    title: "a time is negative",
    text: "A pass, and `send`, take no time or some time, never less. The message says for which pass and at which size.",
    wrong: `${ok}profile A { F 1 - 3  B 2 }\nclaim "x": makespan(S(4), m = 8, A) <= 99\n`,
    right: `${ok}profile A { F 3 - 1  B 2 }\nclaim "x": makespan(S(4), m = 8, A) <= 99\n`,
  },
  {
    code: "not-an-integer",
    title: "a whole number is wanted",
    text: "Devices, indices, slots and counts are whole, and `div` and `mod` take whole numbers. Use `div` instead of `/`, or `floor`. In a building block every pass takes at least one whole slot; other times belong into a profile.",
    wrong: `${pipeline}schedule S(p) of P(p) every 3 { F[s] at s  B[s] at p / 2 + 2(p-1-s) }\n`,
    right: ok,
  },
  {
    code: "number-too-large",
    title: "a number beyond 2^53",
    text: "Times and amounts are replayed as whole numbers that a double holds exactly. Use a coarser unit: microseconds instead of picoseconds, megabytes instead of bytes.",
    wrong: varied("takes 2", "takes 9007199254740993") + schedule,
    right: ok,
  },
  {
    code: "device-out-of-range",
    title: "a device that is not there",
    text: "Devices are numbered from 0 to their number minus one. The message says which pass or hold goes where, and at which size.",
    wrong: varied("on device s\n", "on device s + 1\n") + schedule,
    right: ok,
  },
  {
    code: "wrong-device",
    title: "an order names a pass of another device",
    text: "`device d runs` lists passes that the pipeline places on device d. A pass of another device cannot run here, however the order is meant; look at `on device` in the pipeline, and at the index: it is often `F[d]` that was meant.",
    wrong: order("device d runs F[0]^(p-d) (B[d] F[d])* B[d]*"),
    right: good,
  },
  {
    code: "never-runs",
    title: "a device has passes but no order",
    text: "An order schedule says for every device what it runs: `device d runs ...` for all, or one line for each. A device without a line would do nothing, and its passes would never run. A line for one device goes before the line for all.",
    wrong: order("device 0 runs F[0]^p (B[0] F[0])* B[0]*"),
    right: good,
  },
  {
    code: "requirement",
    title: "a size for which this is not meant",
    text: "A `requires` line of the schedule or of its pipeline is false for these arguments. Claim something for the sizes it allows.",
    wrong: `${pipeline}schedule S(p) of P(p) every 3 { requires p >= 3  F[s] at s  B[s] at p + 2(p-1-s) }\nclaim "x" for p in 2..4: peak(S(p)) == p\n`,
    right: `${pipeline}schedule S(p) of P(p) every 3 { requires p >= 3  F[s] at s  B[s] at p + 2(p-1-s) }\nclaim "x" for p in 3..4: peak(S(p)) == p\n`,
  },
];
