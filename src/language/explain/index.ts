// The long form of every error code: what it means, why it is refused, how to mend it, with a wrong and a right program.
// The tests run both: the wrong one gives exactly this code, the right one none.
import type { Code } from "../diagnostic.ts";
import { files } from "./files.ts";
import { names } from "./names.ts";
import { numbers } from "./numbers.ts";
import { shape } from "./shape.ts";

/** For codes about files, `wrong` and `right` are command lines; for all others they are programs. */
export interface Explanation {
  readonly code: Code;
  readonly title: string;
  readonly text: string;
  readonly wrong: string;
  readonly right: string;
}

export const explanations: ReadonlyMap<Code, Explanation> = new Map(
  [...shape, ...names, ...numbers, ...files].map((one) => [one.code, one]),
);

/** The explanation of a code as the user wrote it; undefined if there is no such code. */
export function explain(code: string): Explanation | undefined {
  return [...explanations.values()].find((one) => one.code === code);
}
