// After a build in a clone: `npx bubbleproof` finds the program in node_modules/.bin, as it would in a project that depends on it,
// and npx need not make an installation of its own.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const bin = fileURLToPath(new URL("../node_modules/.bin", import.meta.url));
chmodSync(program, 0o755);
if (existsSync(fileURLToPath(new URL("../node_modules", import.meta.url)))) {
  mkdirSync(bin, { recursive: true });
  rmSync(`${bin}/bubbleproof`, { force: true });
  if (process.platform === "win32") writeFileSync(`${bin}/bubbleproof.cmd`, `@node "${program}" %*\r\n`);
  else symlinkSync("../../dist/cli/main.js", `${bin}/bubbleproof`);
}
