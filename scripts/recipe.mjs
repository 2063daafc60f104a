// After the compiler: the grammar is compiled once, so that the command line does not do it at every start, and the command can be run.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { grammar } from "ohm-js";

const source = new URL("../grammar/pipe.ohm", import.meta.url);
const target = new URL("../dist/language/pipe.recipe.json", import.meta.url);
writeFileSync(target, grammar(readFileSync(source, "utf8")).toRecipe());
chmodSync(new URL("../dist/cli/main.js", import.meta.url), 0o755);
