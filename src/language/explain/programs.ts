// The small pipeline that most examples share, and ways to vary it.

/** One stage a device, forward and backward. */
export const pipeline = `pipeline P(p) {
  devices p
  stages s in 0..p-1 on device s
  pass F[s]           after F[s-1]
  pass B[s]  takes 2  after F[s], B[s+1]
  holds 1 from F[s] to B[s]
}
`;
export const schedule = "schedule S(p) of P(p) every 3 { F[s] at s  B[s] at p + 2(p-1-s) }\n";

/** The pipeline with one line replaced. */
export function varied(line: string, by: string): string {
  if (!pipeline.includes(line)) throw new Error(`the example has no line ${line}`);
  return pipeline.replace(line, by);
}
