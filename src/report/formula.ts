// The kernel's terms and formulas as a reader writes them: `peak(A) == floor((p + 2) / 2)`. Subjects are letters: A, B, ...

import { fraction } from "../fraction/index.ts";
import type { Formula, Term } from "../kernel/index.ts";

/** A, B, ..., Z, then S26, S27, ... */
export const letter = (subject: number): string => (subject < 26 ? String.fromCharCode(65 + subject) : `S${subject}`);

const signs = { add: "+", sub: "-", mul: "*", quo: "/", div: "div", mod: "mod" } as const;
const words = { compare: 2, within: 2, not: 3, and: 1, or: 1, implies: 0, truth: 4, valid: 4, flows: 4 } as const;

export function termText(term: Term): string {
  switch (term.op) {
    case "number":
      return fraction.print(term);
    case "var":
      return term.name;
    case "min":
    case "max":
      return `${term.op}(${termText(term.left)}, ${termText(term.right)})`;
    case "neg":
      return `-${inner(term.arg)}`;
    case "floor":
    case "ceil":
    case "abs":
      return `${term.op}(${termText(term.arg)})`;
    case "ite":
      return `if ${formulaText(term.cond)} then ${inner(term.yes)} else ${inner(term.no)}`;
    case "measure": {
      const { name, schedule, device, stage } = term.measure;
      const narrowed = stage === undefined ? "" : `, stage ${termText(stage)}`;
      return `${name}(${letter(schedule)}${narrowed})${device === undefined ? "" : ` on device ${termText(device)}`}`;
    }
    default:
      return `${inner(term.left)} ${signs[term.op]} ${inner(term.right)}`;
  }
}

/** In brackets unless it cannot be misread. */
const inner = (term: Term): string =>
  (term.op in signs || term.op === "ite" || term.op === "neg") && term.op !== "number" ? `(${termText(term)})` : termText(term);

/** Without what is said by `true and`. */
function plain(formula: Formula): Formula {
  if (formula.op !== "and") return formula;
  const [left, right] = [plain(formula.left), plain(formula.right)];
  if (left.op === "truth" && left.value) return right;
  return right.op === "truth" && right.value ? left : { op: "and", left, right };
}

export function formulaText(given: Formula): string {
  const formula = plain(given);
  switch (formula.op) {
    case "truth":
      return String(formula.value);
    case "valid":
      return `valid(${letter(formula.schedule)})`;
    case "flows":
      return `deadlock_free(${letter(formula.schedule)}, channel = ${formula.channel})`;
    case "not":
      return `not ${nested(formula.arg, 3)}`;
    case "compare":
      return `${termText(formula.left)} ${formula.relation} ${termText(formula.right)}`;
    case "within":
      return `${termText(formula.left)} == ${termText(formula.right)} within ${termText(formula.tolerance)}`;
    default: {
      const own = words[formula.op];
      // `a and b and c` needs no brackets on the left.
      const left = formula.left.op === formula.op && formula.op !== "implies" ? formulaText(formula.left) : nested(formula.left, own + 1);
      return `${left} ${formula.op} ${nested(formula.right, own + 1)}`;
    }
  }
}
function nested(given: Formula, least: number): string {
  const formula = plain(given);
  return words[formula.op] >= least ? formulaText(formula) : `(${formulaText(formula)})`;
}
