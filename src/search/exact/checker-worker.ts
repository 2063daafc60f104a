// The thread in which refutations are trimmed and the kernel checks them.
import { parentPort } from "node:worker_threads";
import { refutes } from "../../kernel/index.ts";
import type { Confirmed, Task } from "./checker.ts";
import { hinted } from "./hinted.ts";

const port = parentPort;
if (port === null) throw new Error("checker-worker is started as a worker thread only");

function confirmed({ goal, claimed }: Task): Confirmed {
  const evidence = hinted(goal, claimed);
  if (evidence.kind === "refused") return evidence;
  const answer = refutes(goal, evidence);
  return answer.kind === "refuted" ? { ...answer, evidence } : answer;
}
port.on("message", (task: Task) => port.postMessage(confirmed(task)));
port.postMessage({ kind: "ready" });
