// Real certificates of every kind about something small, for tests to change: what `verify --certify` and `solve --certify` write for one program.
import type { Draft } from "../../src/certificate/draft.ts";
import { verify } from "../../src/session.ts";

const program = `
pipeline Straight(p) {
  devices p
  stages s in 0..p-1 on device s
  pass F[s]  after F[s-1]
  pass B[s]  takes 2  after F[s], B[s+1]
  holds 1 from F[s] to B[s]
}
pipeline V(p) {
  devices p
  stages s in 0..2p-1 on device min(s, 2p-1-s)
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1/2 from F[s] to W[s]
}
pipeline Two(p) {
  devices p
  stages s in 0..p-1 on device s
  pass F[s]  after F[s-1]
  pass B[s]  after F[s], B[s+1]
  pass W[s]  after B[s]
  holds 1 from F[s] to W[s]
}
pipeline Streams {
  devices 2
  stream copy
  stages s in 0..1 on device if j mod 2 == 0 then s else 1 - s
  pass F[s]  after F[s-1]
  pass O[s]  on copy  after F[s]
  pass B[s]  after F[s], B[s+1]
  holds 1/2 from F[s] to B[s]
  cap 2
}
schedule Order(p) of Straight(p) { device d runs F[d]^(p-d)  (B[d] F[d])*  B[d]* }
schedule Stuck of Straight(2) { device 0 runs B[0] F[0] device 1 runs F[1] B[1] }
schedule Block(p) of Straight(p) every 3 { F[s] at s  B[s] at 3p - 2 - 2s + (p - s) mod 1 }
schedule Free(p) of Two(p) every 4 { F[s] at 2s  B[s] at 4p - 1 - 2s  W[s] in the first free slot }
schedule Clash of Straight(2) every 3 { F[s] at s  B[s] at 4 - s }
schedule Copies of Streams { device 0 runs F[0] O[0] B[0]  device 1 runs F[1] O[1] B[1] }
profile Q { F 2  B 1  W 1 }
profile Long { F 10  B 11  W 12 }
profile P { F 3  B 5  send 1 }
profile Times(f, b) { F f  B b }

claim "as an order" for p in 1..2: makespan(Order(p), m = 3) == 3*3 + 3*(p - 1) and peak(Order(p), m = 3) <= p
claim "with times": span(Order(2), m = 2, P) <= 40 and bubble(Order(2), m = 2, P) > 0.1 and idle(Order(2), m = 2, P) on device 1 >= 0
claim "as a block": peak(Block(2)) == 2 and period(Block(2)) == 3 and lifespan(Block(2), stage 0) >= 2 and load(Straight(2)) == 3
claim "for all" for all p >= 1: peak(Block(p)) >= 1 and load(Straight(p)) == 3
claim "with m" for all p >= 1, m >= 1: peak(Block(p), m = m) <= p
claim "free" for all p >= 1: peak(Free(p)) <= p + 1
claim "too good" for p in 1..2: makespan(Order(p), m = 3) == 9
claim "stuck": makespan(Stuck, m = 1) == 6
claim "nothing" for p in 5..4: makespan(Order(p), m = 3) == 9
claim "none": impossible: V(2) with m = 2, peak <= 1, makespan <= 16
claim "none in a range" for p in 1..2: impossible: V(p) with m = 2, Q, peak <= 1, makespan <= 4p + 6
claim "coarse": impossible: V(2) with m = 2, Long, peak <= 1, makespan <= 170
claim "some": impossible: Straight(2) with m = 2, makespan <= 9
claim "none with span": impossible: V(2) with m = 2, peak <= 1, span <= 14
claim "channels": deadlock_free(Order(2), m = 2, channel = rendezvous) and (deadlock_free(Order(3), m = 2, channel = pair) or peak(Order(3), m = 2) > 9)
claim "not free": not deadlock_free(Order(2), m = 2, channel = grouped)
claim "for all times" for all p in 1..2, f >= 0, b in 0..f: makespan(Order(p), m = 2, Times(f, b)) == (p + 1)*(f + b)
claim "used": makespan(Copies, m = 1) >= 1
find Best of V(2) { microbatches 2  keep peak <= 1  minimize makespan }
find Both of V(2) { microbatches 2  keep peak <= 3/2  minimize makespan then peak }
find Fixed of V(2) { microbatches 2  keep W[0] of microbatch 0 at 8  keep device 1 runs F[1] F[2] B[2] W[2]  minimize span }
find Nothing of V(2) { microbatches 2  keep peak <= 1  keep makespan <= 16  minimize makespan }
`;

/** Those that there are, and what has none. */
export async function realCertificates(): Promise<{ readonly drafts: readonly Draft[]; readonly without: readonly string[] }> {
  const report = await verify([{ path: "small.pipe", text: program }]);
  const [{ claims, diagnostics }] = report.files;
  const drafts: Draft[] = [];
  const without = diagnostics.map(({ message }) => message);
  for (const { title, verdict, reason, warrants, counterexample } of claims) {
    const all = warrants ?? (counterexample?.warrant === undefined ? [] : [counterexample.warrant]);
    if (all.length === 0) without.push(`${title} is ${verdict}: ${reason ?? ""}`);
    for (const warrant of all) {
      const made = warrant();
      if ("certificate" in made) drafts.push(made);
      else without.push(`${title}: ${made.reason}`);
    }
  }
  return { drafts, without };
}
