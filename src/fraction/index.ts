// Arithmetic on the kernel's fractions. Imports the kernel only.
export * as fraction from "./fraction.ts";
