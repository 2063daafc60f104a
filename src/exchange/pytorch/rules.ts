// The conditions for running on torch, by name, with what torch does where one does not hold (measured with torch 2.13 on gloo; the table is
// tried against the real thing by `npm run test:torch`). Its loader finds some of them; the others it accepts.
import type { Complaint } from "../format.ts";
import { type Script, wordOf } from "./actions.ts";

/** What happens there: its loader refuses the file, the run crashes, hangs, gives wrong gradients, or does work twice. */
export type Fate = "refused" | "crash" | "hang" | "wrong gradients" | "wasted work";

export const rules = {
  "empty-rank": ["refused"],
  "stage-numbers": ["refused"],
  "two-ranks": ["refused"],
  "microbatch-numbers": ["crash"],
  "forward-twice": ["crash", "wasted work"],
  "backward-twice": ["crash"],
  "two-backwards": ["refused"],
  "forward-missing": ["refused"],
  "backward-missing": ["refused"],
  "weights-missing": ["refused"],
  "before-forward": ["refused"],
  "before-backward": ["refused"],
  "loss-order": ["wrong gradients", "crash"],
  circle: ["refused"],
  "send-missing": ["hang"],
  "receive-missing": ["crash"],
  "send-twice": ["hang", "crash"],
  "receive-twice": ["crash", "hang"],
  "send-early": ["crash"],
  "receive-late": ["crash"],
  "no-neighbour": ["crash"],
  "pair-order": ["wrong gradients"],
  "circle-of-waits": ["hang"],
  "reduce-missing": ["wrong gradients"],
  "reduce-early": ["wrong gradients"],
  "reduce-twice": ["wrong gradients", "wasted work"],
  unshard: ["crash"],
} as const satisfies Readonly<Record<string, readonly Fate[]>>;
export type Rule = keyof typeof rules;

const fates: Readonly<Record<Fate, string>> = {
  refused: "torch's loader refuses the file",
  crash: "the run crashes",
  hang: "the run hangs",
  "wrong gradients": "the gradients are silently wrong",
  "wasted work": "the work is done twice for nothing",
};

/** "torch loads the file, and the run crashes." */
function fateOf(rule: Rule): string {
  const [first, ...more]: readonly Fate[] = rules[rule];
  const rest = [first, ...more].map((fate) => fates[fate]).join(", or ");
  return first === "refused" ? `${rest}.` : `torch loads the file, and ${rest}.`;
}

/** The long form of a complaint's code, or null if it is none of these. */
export function explainRule(code: string): string | null {
  const rule = Object.keys(rules).find((one): one is Rule => `torch-${one}` === code);
  return rule === undefined
    ? null
    : `${code}\n\nA condition for running on PyTorch. Where it does not hold, ${fateOf(rule)}\ndocs/pytorch.md has them all.\n`;
}

/** A condition that does not hold. `action`: where, as an index of the script; -1: the row of `rank` as a whole. */
export interface Breach {
  readonly rule: Rule;
  readonly message: string;
  readonly rank: number;
  readonly action: number;
  readonly help?: string;
  /** Only a remark, since it matters for some users only. */
  readonly remark?: boolean;
}

export function complaintOf(script: Script, { rule, message, rank, action, help, remark }: Breach): Complaint {
  const cell = action < 0 ? {} : { cell: cellOf(script, rank, action) + 1, text: wordOf(script, action) };
  return { code: `torch-${rule}`, message: `${message} ${fateOf(rule)}`, place: { line: rank + 1, ...cell }, help, remark };
}

export const cellOf = (script: Script, rank: number, action: number): number =>
  script.cells === null ? action - script.offsets[rank] : script.cells.at[action];
