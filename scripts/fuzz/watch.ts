// A thread that looks whether the fuzzer still gets on: what hangs cannot say so itself.
import { Worker } from "node:worker_threads";

/** Ends the process with exit code 137 and a line when `turn()` has not been called for as long. */
export function watch(seconds: number): { turn(): void; end(): void } {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { workerData: { counter, seconds } } = require("node:worker_threads");
     let before = -1;
     setInterval(() => {
       const now = Atomics.load(counter, 0);
       if (now === before) {
         require("node:fs").writeSync(1, "number " + now + " does not end\\n");
         process.kill(process.pid, "SIGKILL");
       }
       before = now;
     }, seconds * 1000);`,
    { eval: true, workerData: { counter, seconds } },
  );
  return { turn: () => Atomics.add(counter, 0, 1), end: () => void worker.terminate() };
}
