// A schedule's measures in one line.
import { amount } from "../exchange/amount.ts";
import { fraction } from "../fraction/index.ts";
import type { Examined } from "../schedule/index.ts";
import { decimal } from "../verify/counterexample.ts";

const { rational, minus, over } = fraction;

export function measureLine({ problem, measures }: Pick<Extract<Examined, { kind: "schedule" }>, "problem" | "measures">): string {
  const time = (ticks: number) => rational(ticks, problem.ticksPerUnit);
  const span = time(measures.span);
  const busy = over(time(measures.busy), rational(problem.devices));
  const parts = [
    `makespan ${decimal(time(measures.makespan))}`,
    `span ${decimal(span)}`,
    ...(span.num === 0n ? [] : [`idle ${decimal(minus(span, busy))}`, `bubble ${decimal(minus(rational(1), over(busy, span)))}`]),
    `peak ${decimal(rational(measures.peak, problem.partsPerUnit))}`,
  ];
  return parts.join("   ");
}

/** The same for the head of a picture: short numbers, rounded where they are long. */
export function captionOf({ problem, measures }: Pick<Extract<Examined, { kind: "schedule" }>, "problem" | "measures">): string {
  const { span, busy, makespan, peak } = measures;
  const bubble = span === 0 ? [] : [`bubble ${Number(((1 - busy / (span * problem.devices)) * 100).toFixed(2))} %`];
  const time = (ticks: number): string => amount(ticks, problem.ticksPerUnit);
  return [`makespan ${time(makespan)}`, `span ${time(span)}`, ...bubble, `peak ${amount(peak, problem.partsPerUnit)}`].join(" \u00b7 ");
}
