// The thread in which schedules are constructed.
import { parentPort } from "node:worker_threads";
import type { Built, Task } from "./builder.ts";
import { construct } from "./construct.ts";

const port = parentPort;
if (port === null) throw new Error("builder-worker is started as a worker thread only");
const say = (built: Built): void => port.postMessage(built);
port.on("message", ({ problem, objective, seed, effort, deadline }: Task) => {
  construct(problem, objective, { seed, effort, stop: () => Date.now() > deadline, improved: (made) => say({ kind: "better", made }) });
  say({ kind: "done" });
});
port.postMessage({ kind: "ready" });
