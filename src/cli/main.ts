#!/usr/bin/env node
// The command line: arguments in, exit code out. Each command loads only what it needs, so that small ones start fast.
import { tool } from "../version.ts";

// Whoever reads may leave early (`| head`): that is no error, and the exit code stays what it would have been.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  process.stdout.write(`${tool.version}\n`);
} else {
  const { run } = await import("./program.ts");
  process.exitCode = await run(process.argv);
}
