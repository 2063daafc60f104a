// `npm run adaptive` searches the adaptive V schedules again and writes them into proofs/v-adaptive/v-adaptive.pipe: the offsets of `Block`, and the
// orders `Cap...`; prose and claims stay. `-- --check` writes nothing and says whether the file is what the search finds. Takes seconds.
import { readFileSync, writeFileSync } from "node:fs";
import { adaptations, withAdapted } from "./adaptive/file.ts";

const file = new URL("../proofs/v-adaptive/v-adaptive.pipe", import.meta.url);
const text = readFileSync(file, "utf8");
const found = adaptations();
for (const { name, devices, microbatches, limit, adapted } of found) {
  const { first, down, up, down2, up2, back2, turns } = adapted.offsets;
  process.stdout.write(
    `${name.padEnd(9)} ${devices} devices, ${microbatches} microbatches, ${limit} half stages: ${adapted.span} (${adapted.before} as the block stands); ` +
      `${first} hops of ${down}, ${up}, then ${down2}, ${up2}, ${back2}; turns ${turns.join(", ")}; block ${adapted.tried}\n`,
  );
}
const made = withAdapted(text, found);
if (process.argv.includes("--check")) {
  process.stdout.write(made === text ? "the file is what the search finds\n" : "the file differs\n");
  process.exitCode = made === text ? 0 : 1;
} else if (made !== text) writeFileSync(file, made);
