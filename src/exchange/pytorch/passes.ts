// Conditions on the passes of a script: every stage and microbatch has a forward and then a backward, whole or in two parts; the last stage
// takes its forwards in the order of the microbatches, as torch keeps the losses in a list.
import { B, F, I, nameIn, type Script, W, wordOf } from "./actions.ts";
import type { Facts } from "./facts.ts";
import type { Breach, Rule } from "./rules.ts";

/** Each condition at most once for each stage, the first microbatch that breaks it. */
export function passBreaches(script: Script, facts: Facts): Breach[] {
  const { stages, microbatches, rankOf, forward, backward, weights } = facts;
  const breaches: Breach[] = [];
  const absent = Array.from({ length: stages }, (_, stage) => stage).filter((stage) => rankOf[stage] < 0);
  if (absent.length > 0) {
    const named = absent.slice(0, 5).join(", ");
    breaches.push({
      rule: "stage-numbers",
      message: `Stages are numbered from 0 without gaps; there is a stage ${stages - 1}, but no stage ${named}${absent.length > 5 ? ", ..." : ""}.`,
      rank: rankOf[stages - 1] ?? 0,
      action: -1,
    });
  }
  for (let stage = 0; stage < stages; stage++) {
    const rank = rankOf[stage];
    if (rank < 0) continue;
    const said = new Set<Rule>();
    const say = (rule: Rule, message: string, action: number): void => {
      if (said.has(rule)) return;
      said.add(rule);
      breaches.push({ rule, message, rank, action });
    };
    for (let microbatch = 0; microbatch < microbatches; microbatch++) {
      const at = stage * microbatches + microbatch;
      const [f, b, w] = [forward[at], backward[at], weights[at]];
      const name = (kind: number): string => nameIn(script, kind, stage, microbatch);
      if (f < 0) say("forward-missing", `There is no ${name(F)}.`, -1);
      else if (b >= 0 && b < f) say("before-forward", `${wordOf(script, b)} comes before ${name(F)}.`, b);
      if (b < 0) say("backward-missing", `There is no ${name(B)}, nor ${name(I)}.`, f);
      else if (w < 0) say("weights-missing", `${name(I)} has no ${name(W)}.`, b);
      else if (script.kind[b] !== script.kind[w] && (script.kind[b] === B || script.kind[w] === B))
        say("two-backwards", `${wordOf(script, b)} and ${wordOf(script, w)} compute the same gradient.`, Math.max(b, w));
      else if (w < b) say("before-backward", `${wordOf(script, w)} comes before ${wordOf(script, b)}.`, w);
    }
  }
  const last = stages - 1;
  for (let microbatch = 1; microbatch < microbatches; microbatch++) {
    const [before, action] = [forward[last * microbatches + microbatch - 1], forward[last * microbatches + microbatch]];
    if (before < 0 || action < 0 || before < action) continue;
    breaches.push({
      rule: "loss-order",
      message: `The last stage runs ${wordOf(script, action)} before ${wordOf(script, before)}; losses are told apart by their order alone.`,
      rank: rankOf[last],
      action,
      help: "let the last stage take its forwards in the order of the microbatches",
    });
    break;
  }
  return breaches;
}
