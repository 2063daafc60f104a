// Writing terms, formulas and fractions of the kernel. Imports the kernel only.
export * as term from "./build.ts";
export * as fraction from "./fraction.ts";
