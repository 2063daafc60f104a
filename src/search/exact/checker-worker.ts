// The thread in which the kernel checks refutations. Nothing but the kernel runs here.
import { parentPort } from "node:worker_threads";
import { refutes } from "../../kernel/index.ts";
import type { Task } from "./checker.ts";

const port = parentPort;
if (port === null) throw new Error("checker-worker is started as a worker thread only");
port.on("message", ({ goal, evidence }: Task) => port.postMessage(refutes(goal, evidence)));
port.postMessage({ kind: "ready" });
