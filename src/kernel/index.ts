// What the rest of Bubbleproof may use of the kernel. The kernel itself imports nothing from outside this folder.
export * from "./block.ts";
export * from "./cases.ts";
export * from "./judge.ts";
export type { Form } from "./linear.ts";
export * as linear from "./linear.ts";
export * from "./problem.ts";
export type { Rational } from "./rational.ts";
export * as fraction from "./rational.ts";
export * from "./replay.ts";
export * from "./retime.ts";
export * from "./symbolic.ts";
export * from "./symbolic-block.ts";
export type { Formula, Measure, MeasureName, Relation, Term } from "./term.ts";
export * as term from "./term.ts";
