// What ohm-js offers beside its own types: a grammar from its compiled form.
import type { Grammar } from "ohm-js";

declare module "ohm-js" {
  export function makeRecipe(recipe: unknown): Grammar;
}
