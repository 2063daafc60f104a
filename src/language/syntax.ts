// The syntax tree of a `.pipe` file: what was written, with its place. Names are not resolved here.
import type { Rational } from "../kernel/rational.ts";

/** Half-open range of UTF-16 offsets in the file's text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "div" | "mod" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or" | "implies";

export type Expr =
  | { readonly kind: "number"; readonly value: Rational; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "name"; readonly name: string; readonly device?: Expr; readonly span: Span }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly arg: Expr; readonly span: Span }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | {
      readonly kind: "within";
      readonly left: Expr;
      readonly relation: BinaryOperator;
      readonly right: Expr;
      readonly tolerance: Expr;
      readonly span: Span;
    }
  | { readonly kind: "if"; readonly cond: Expr; readonly yes: Expr; readonly no: Expr; readonly span: Span }
  | { readonly kind: "call"; readonly callee: Name; readonly args: readonly Argument[]; readonly device?: Expr; readonly span: Span };

/** `m = 2p` has a name, `stage d` the word `stage` as its name, a plain argument none. */
export interface Argument {
  readonly name?: Name;
  readonly value: Expr;
  readonly span: Span;
}

export interface Range {
  readonly low: Expr;
  readonly high: Expr;
}

export interface Let {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Expr;
  readonly span: Span;
}
export interface Requires {
  readonly kind: "requires";
  readonly cond: Expr;
  readonly span: Span;
}

/** `F[s-1]`, `S[all]`, `F[last]`, `F`. */
export interface PassRef {
  readonly name: Name;
  readonly indices: readonly (Expr | "all" | "last")[];
  readonly span: Span;
}

export interface Index {
  readonly name: Name;
  readonly range?: Range;
}

export interface PassItem {
  readonly kind: "pass";
  readonly name: Name;
  readonly indices: readonly Index[];
  readonly device?: Expr;
  readonly stream?: Name;
  readonly takes?: Expr;
  readonly after: readonly PassRef[];
  /** Clauses of a kind that had been given before (`takes 1 takes 5`). */
  readonly repeated: readonly Span[];
  readonly span: Span;
}
export interface Holds {
  readonly kind: "holds";
  readonly amount: Expr;
  readonly device?: Expr;
  /** Absent: for ever. */
  readonly during?: { readonly from: PassRef; readonly to: PassRef };
  readonly span: Span;
}
export type PipelineItem =
  | { readonly kind: "devices"; readonly count: Expr; readonly span: Span }
  | { readonly kind: "stages"; readonly name: Name; readonly range: Range; readonly device?: Expr; readonly span: Span }
  | { readonly kind: "stream"; readonly name: Name; readonly span: Span }
  | { readonly kind: "cap"; readonly amount: Expr; readonly device?: Expr; readonly span: Span }
  | PassItem
  | Holds
  | Let
  | Requires;

export interface Pipeline {
  readonly kind: "pipeline";
  readonly name: Name;
  readonly params: readonly Name[];
  readonly items: readonly PipelineItem[];
  readonly span: Span;
}

export interface Target {
  readonly name: Name;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface Group {
  readonly count: Expr;
  readonly name: Name;
}
export type Repeat =
  | { readonly kind: "every"; readonly interval: Expr; readonly group?: Group; readonly span: Span }
  | { readonly kind: "once"; readonly group: Group; readonly span: Span };

/** `F[s] at E`; without `at`: in the first free slot. */
export interface Start {
  readonly kind: "start";
  readonly pass: Name;
  readonly binders: readonly Name[];
  readonly at?: Expr;
  readonly span: Span;
}

export type Step =
  | { readonly kind: "pass"; readonly ref: PassRef; readonly span: Span }
  | {
      readonly kind: "group";
      readonly steps: readonly Step[];
      readonly each?: { readonly name: Name; readonly range: Range };
      readonly span: Span;
    }
  | { readonly kind: "power"; readonly step: Step; readonly count?: Expr; readonly span: Span }
  | { readonly kind: "choice"; readonly cond: Expr; readonly yes: readonly Step[]; readonly no: readonly Step[]; readonly span: Span };

export type Where =
  | { readonly kind: "is"; readonly name: Name; readonly value: Expr; readonly span: Span }
  | { readonly kind: "next"; readonly name: Name; readonly steps: readonly Step[]; readonly span: Span };

export interface Runs {
  readonly kind: "runs";
  readonly device: Expr;
  readonly steps: readonly Step[];
  readonly where: readonly Where[];
  readonly span: Span;
}

export type ScheduleItem = Let | Requires | Start | Runs;

export interface Schedule {
  readonly kind: "schedule";
  readonly name: Name;
  readonly params: readonly Name[];
  readonly of: Target;
  readonly repeat?: Repeat;
  readonly items: readonly ScheduleItem[];
  readonly span: Span;
}

export interface ProfileItem {
  readonly name: Name;
  readonly binders: readonly Name[];
  readonly value: Expr;
  readonly span: Span;
}
export interface Profile {
  readonly kind: "profile";
  readonly name: Name;
  readonly params: readonly Name[];
  readonly items: readonly ProfileItem[];
  readonly span: Span;
}

/** One part of a quantifier: `p in 2..16`, or a condition (`p >= 2` also brings in `p`). */
export type Domain =
  | { readonly kind: "range"; readonly name: Name; readonly range: Range; readonly span: Span }
  | { readonly kind: "condition"; readonly cond: Expr; readonly span: Span };

export interface Impossible {
  readonly kind: "impossible";
  readonly of: Target;
  readonly constraints: readonly Argument[];
  readonly span: Span;
}

export interface Claim {
  readonly kind: "claim";
  readonly title: string;
  readonly titleSpan: Span;
  readonly domains: readonly Domain[];
  readonly body: Expr | Impossible;
  readonly span: Span;
}

export type FindItem =
  | { readonly kind: "microbatches"; readonly count: Expr; readonly span: Span }
  | { readonly kind: "profile"; readonly name: Name; readonly span: Span }
  | { readonly kind: "keep"; readonly cond: Expr; readonly span: Span }
  | { readonly kind: "order"; readonly runs: Runs; readonly span: Span }
  | { readonly kind: "start"; readonly pass: PassRef; readonly microbatch: Expr; readonly at: Expr; readonly span: Span }
  | { readonly kind: "minimize"; readonly measures: readonly Name[]; readonly span: Span }
  | { readonly kind: "interval"; readonly slots: Expr; readonly span: Span };

export interface Find {
  readonly kind: "find";
  readonly block: boolean;
  readonly name: Name;
  readonly of: Target;
  readonly items: readonly FindItem[];
  readonly span: Span;
}

export type Declaration = Pipeline | Schedule | Profile | Claim | Find;
