// Who waits for whom, in words: the circle of waits that the kernel has checked. Shown only.
import { type Flows, needsOf, type Passage, type Problem, type Rows, routeFor } from "../kernel/index.ts";
import type { NamedSubject } from "../language/elaborate/claim.ts";

/** One sentence for each wait of the circle; that everything comes to pass where there is none. */
export function waitingSentences(
  { channel, rows }: Flows,
  passage: Passage,
  { elaborated: { problem, nodes } }: NamedSubject,
): readonly string[] {
  if ("times" in passage) return [`Everything comes to pass under the channel ${channel}.`];
  const pass = (number: number): string => `${nodes[number % problem.nodes].label} of microbatch ${Math.floor(number / problem.nodes)}`;
  const needs = needsOf(problem);
  const passes = problem.nodes * problem.microbatches;
  const describe = (event: number): string => {
    if (event < passes) return `${pass(event)} (device ${deviceOf(problem, event)})`;
    if (event >= passes + needs.from.length) return "what is sent and received together with it";
    const [from, to] = [needs.from[event - passes], needs.to[event - passes]];
    return `the message from ${pass(from)} to ${nodes[to % problem.nodes].label} (device ${deviceOf(problem, from)} to ${deviceOf(problem, to)})`;
  };
  const waiting = [...passage.circle].reverse();
  const sentences = waiting.map((event, i) => {
    const before = waiting[(i + 1) % waiting.length];
    const device = behind(rows, passes, event, before);
    return `${describe(event)} waits for ${describe(before)}${device < 0 ? "" : `, before it on device ${device}`}.`;
  });
  return [`Under the channel ${channel} devices wait for each other in a circle:`, ...sentences.map(capital)];
}

/** The device in whose row an event stands behind another one, or -1. */
function behind({ offsets, steps }: Rows, passes: number, event: number, before: number): number {
  const eventOf = (step: number): number => (step >= 0 ? step : passes + ((-1 - step) >> 1));
  for (let device = 0; device + 1 < offsets.length; device++) {
    const row = Array.from(steps.subarray(offsets[device], offsets[device + 1]), eventOf);
    const [first, then] = [row.indexOf(before), row.indexOf(event)];
    if (first >= 0 && first < then) return device;
  }
  return -1;
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
const deviceOf = (problem: Problem, pass: number): number =>
  routeFor(problem, Math.floor(pass / problem.nodes)).device[pass % problem.nodes];
