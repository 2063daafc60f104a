// The state of a search in one line: phase, best, bound and the gap between them.
import type { Progress } from "./solve.ts";

export function progressLine({ phase, objective, best, bound }: Progress): string {
  const gap = best === null || best === 0 ? "" : `, gap ${(((best - bound) / best) * 100).toFixed(1)} %`;
  return `${phase}: ${objective} ${best ?? "none yet"}, none below ${bound}${gap}`;
}
