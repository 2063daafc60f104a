// Producers of what the kernel checks about schedules: slots, orders, start times. Imports the kernel only.
export * from "./block.ts";
export * from "./bounds.ts";
export * from "./by-start.ts";
export * from "./conflict.ts";
export * from "./examine.ts";
export * from "./gap.ts";
export * from "./retime.ts";
export * from "./slots.ts";
export * from "./words.ts";
