// What a certificate says and what it brings along, as values. The format is docs/certificate.md; `read.ts` and `write.ts` go between the two.
// A problem is shared by all that speak of it, so two mentions are the same object.
import type {
  ForAll,
  ForAllEvidence,
  Formula,
  Held,
  Timed as KernelTimed,
  Load,
  Objective,
  Passage,
  Problem,
  Rational,
  TimedHints,
} from "../kernel/index.ts";

/** A problem and what people call its nodes. */
export interface Named {
  readonly problem: Problem;
  readonly names: readonly string[];
}
/** The values of a claim's variables, for people: what stands beside them speaks of these values already. */
export type Parameters = readonly (readonly [name: string, value: Rational])[];

/** Starts in ticks of all passes by number; of a block in slots. */
export interface Timed {
  readonly kind: "schedule";
  readonly named: Named;
  readonly starts: Float64Array;
}
export interface Repeated {
  readonly kind: "block";
  readonly named: Named;
  readonly interval: number | null;
  readonly starts: Float64Array;
  /** Stage of each node; -1: none. */
  readonly stages: Int32Array;
}
export interface Laid {
  readonly kind: "pipeline";
  readonly named: Named;
}
export type Subject = Timed | Repeated | Laid;
/** Lists of passes, that of stream q of device d at d * streams + q. */
export interface Listed {
  readonly kind: "order";
  readonly named: Named;
  readonly lists: readonly Int32Array[];
}

/** A claim without variables about its subjects. */
export interface Instance {
  readonly parameters: Parameters;
  readonly claim: Formula;
  readonly subjects: readonly Subject[];
}
export interface FixedPass {
  readonly pass: number;
  readonly at: number;
}
/** What a schedule should do, as the kernel's goal. */
export interface Asked {
  readonly named: Named;
  readonly makespan: number | null;
  readonly span: number | null;
  readonly starts: readonly FixedPass[];
  readonly orders: readonly Int32Array[];
}
export interface Reached {
  readonly measure: Objective;
  readonly value: number;
  /** Nothing is below. */
  readonly bound: number;
}

export type Conflict =
  | { readonly kind: "overlap"; readonly first: number; readonly second: number }
  | { readonly kind: "early"; readonly pass: number; readonly needs: number }
  | { readonly kind: "hold"; readonly from: number; readonly to: number }
  | { readonly kind: "memory"; readonly device: number; readonly time: number }
  | { readonly kind: "missing"; readonly pass: number }
  | { readonly kind: "twice"; readonly pass: number }
  | { readonly kind: "elsewhere"; readonly pass: number; readonly device: number }
  | { readonly kind: "deadlock"; readonly cycle: readonly (readonly [pass: number, needs: number])[] };

/** A clausal proof in a file beside the certificate that bears its digest as a name. */
export interface ProofName {
  readonly sha256: string;
  readonly bytes: number;
}
/** `num / den` ticks make a coarse one. */
export interface Quantum {
  readonly num: number;
  readonly den: number;
}
export type Refutation = { readonly quantum: Quantum | null } & (
  | { readonly kind: "windows" }
  | Load
  | Held
  | { readonly kind: "clauses"; readonly proof: ProofName }
);

export interface Holds {
  readonly kind: "holds";
  readonly title: string;
  readonly instances: readonly Instance[];
  /** For each instance: one for each formula about a channel, in the order in which they stand in its claim. */
  readonly evidence: { readonly passages: readonly (readonly Passage[])[] };
}
export interface False {
  readonly kind: "false";
  readonly title: string;
  readonly instance: Instance;
  readonly evidence: { readonly passages: readonly Passage[] };
}
export interface Invalid {
  readonly kind: "invalid";
  readonly title: string;
  readonly parameters: Parameters;
  readonly subject: Timed | Listed;
  readonly evidence: Conflict;
}
export interface DeadlockFree {
  readonly kind: "deadlock-free";
  readonly title: string;
  readonly instances: readonly { readonly parameters: Parameters; readonly order: Listed }[];
  readonly evidence: { readonly sequences: readonly Int32Array[] };
}
export interface Possible {
  readonly kind: "possible";
  readonly title: string;
  readonly parameters: Parameters;
  readonly goal: Asked;
  readonly evidence: { readonly starts: Float64Array };
}
export interface Impossible {
  readonly kind: "impossible";
  readonly title: string;
  readonly instances: readonly { readonly parameters: Parameters; readonly goal: Asked }[];
  readonly evidence: { readonly refutations: readonly Refutation[] };
}
export interface Best {
  readonly kind: "best";
  readonly title: string;
  readonly parameters: Parameters;
  readonly goal: Asked;
  readonly objectives: readonly Reached[];
  readonly evidence: { readonly starts: Float64Array; readonly refutations: readonly Refutation[] };
}

export interface Endless {
  readonly kind: "for-all";
  readonly title: string;
  readonly statement: ForAll;
  readonly evidence: ForAllEvidence;
}
/** An order under all times: ticks that 1 of each variable gives to each node of each route, and to `send`. */
export interface TimedOrder {
  readonly order: Listed;
  readonly times: KernelTimed["times"];
}
/** For all values of the variables, which are times of the passes. Each claim is about the same orders. */
export interface AllTimes {
  readonly kind: "for-all-times";
  readonly title: string;
  readonly variables: readonly string[];
  readonly domain: Formula;
  readonly claims: readonly Formula[];
  readonly subjects: readonly TimedOrder[];
  readonly evidence: { readonly hints: readonly TimedHints[]; readonly cases: readonly ForAllEvidence[] };
}
/** Nothing is claimed: no values of the variables are in the domain. */
export interface Vacuous {
  readonly kind: "vacuous";
  readonly title: string;
  readonly variables: readonly string[];
  readonly domain: Formula;
  readonly evidence: ForAllEvidence;
}

/** A statement, and beside it the evidence where there is more to it than to look again. */
export type Certificate = Holds | False | Invalid | DeadlockFree | Possible | Impossible | Best | Endless | AllTimes | Vacuous;
