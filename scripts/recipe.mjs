// Compiles the grammar once, at build time, so that the command line does not do it at every start.
import { readFileSync, writeFileSync } from "node:fs";
import { grammar } from "ohm-js";

const source = new URL("../grammar/pipe.ohm", import.meta.url);
const target = new URL("../dist/language/pipe.recipe.json", import.meta.url);
writeFileSync(target, grammar(readFileSync(source, "utf8")).toRecipe());
