// The thread in which schedules are constructed.
import { parentPort } from "node:worker_threads";
import type { Task } from "./builder.ts";
import { construct } from "./construct.ts";

const port = parentPort;
if (port === null) throw new Error("builder-worker is started as a worker thread only");
port.on("message", ({ problem, objective, seed, effort, deadline }: Task) => {
  const made = construct(problem, objective, { seed, effort, stop: () => Date.now() > deadline });
  port.postMessage({ kind: "built", schedule: made?.schedule ?? null });
});
port.postMessage({ kind: "ready" });
