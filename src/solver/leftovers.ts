// What must not stay behind when the process ends in the middle of something: temporary folders, processes. Cleared when its owner
// says so, and otherwise at the end of ours, by `process.exit` or by a signal that nobody else takes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const owed = new Set<() => void>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `clear` runs once: when the function that is returned is called, or when the process ends before that. It must not throw. */
export function clearAtEnd(clear: () => void): () => void {
  if (owed.size === 0) listen();
  owed.add(clear);
  return () => {
    if (!owed.delete(clear)) return;
    if (owed.size === 0) unlisten();
    clear();
  };
}

/** A new folder that goes with everything in it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "bubbleproof-"));
  return { path, remove: clearAtEnd(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 })) };
}

function clearAll(): void {
  for (const clear of owed) clear();
  owed.clear();
}

/** Where ours is the only listener, the signal would have ended the process: it still does. */
function take(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  clearAll();
  unlisten();
  process.kill(process.pid, signal);
}

function listen(): void {
  process.on("exit", clearAll);
  for (const signal of signals) process.on(signal, take);
}
function unlisten(): void {
  process.off("exit", clearAll);
  for (const signal of signals) process.off(signal, take);
}
