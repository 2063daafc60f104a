// The goals of a certificate as the kernel takes them, and which of them its refutations are about.
import { atMost, type Goal } from "../kernel/index.ts";
import type { Asked, Best, Certificate, Impossible, Refutation } from "./statement.ts";

export const goalOf = ({ named: { problem }, makespan, span, starts, orders }: Asked): Goal => ({
  problem,
  makespan,
  span,
  starts,
  orders: orders.map((passes) => ({ passes })),
});

export interface Refuted {
  readonly goal: Goal;
  readonly refutation: Refutation;
}

/** What a certificate refutes, in the order of its evidence: each instance, or what would be better than each bound. */
export function refutedIn(certificate: Impossible | Best): Refuted[] {
  const { refutations } = certificate.evidence;
  if (certificate.kind === "impossible")
    return certificate.instances.map(({ goal }, i) => ({ goal: goalOf(goal), refutation: refutations[i] }));
  let goal = goalOf(certificate.goal);
  return certificate.objectives.map(({ measure, value, bound }, i) => {
    const better = atMost(goal, measure, bound - 1);
    goal = atMost(goal, measure, value);
    return { goal: better, refutation: refutations[i] };
  });
}

export const refutes = (certificate: Certificate): certificate is Impossible | Best =>
  certificate.kind === "impossible" || certificate.kind === "best";
