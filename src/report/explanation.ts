// The long form of an error code.
import pc from "picocolors";
import type { Explanation } from "../language/explain/index.ts";

export function explanationText(one: Explanation, color: boolean): string {
  const c = pc.createColors(color);
  const indent = (program: string): string =>
    program
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`)
      .join("\n");
  return `${c.bold(`${one.code}: ${one.title}`)}\n\n${one.text}\n\n${c.red("Wrong:")}\n\n${indent(one.wrong)}\n\n${c.green("Right:")}\n\n${indent(one.right)}\n`;
}
