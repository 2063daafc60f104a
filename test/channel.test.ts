// The kernel's waits against a simulation: devices that go on in random order, sends and receives in queues as each channel has them.
// Whether all comes to pass does not depend on who is quicker, and the kernel must know it.
import { describe, expect, test } from "vitest";
import { orderedRows, passageOf } from "../src/certificate/passage.ts";
import { flows, type Order, type Problem, type Rows } from "../src/kernel/index.ts";
import { plainRows } from "../src/language/elaborate/rows.ts";
import { simulate } from "./oracle/channels.ts";
import { orderFrom, problemFrom, type Rough, random } from "./oracle/oracle.ts";

const channels = ["unbounded", "rendezvous", "pair", "grouped"] as const;

/** A chain of stages there and back, placed at random, and an order of its passes that can run. */
function chain(seed: number): { readonly problem: Problem; readonly order: Order; readonly below: (n: number) => number } {
  const { below } = random(seed);
  const [devices, stages, microbatches] = [2 + below(2), 2 + below(3), 1 + below(3)];
  const place = Array.from({ length: stages }, () => below(devices));
  const rough: Rough = {
    devices,
    microbatches,
    passes: Array.from({ length: 2 * stages }, (_, node) => {
      const stage = node < stages ? node : 2 * stages - 1 - node;
      return { device: place[stage], needs: node === 0 ? [] : [node - 1] };
    }),
  };
  const problem = problemFrom(rough);
  const left = new Set(Array.from({ length: 2 * stages * microbatches }, (_, pass) => pass));
  const lists: number[][] = Array.from({ length: devices }, () => []);
  while (left.size > 0) {
    const ready = [...left].filter((pass) => pass % (2 * stages) === 0 || !left.has(pass - 1));
    const pass = ready[below(ready.length)];
    left.delete(pass);
    lists[problem.routes[0].device[pass % (2 * stages)]].push(pass);
  }
  return { problem, order: orderFrom(lists), below };
}

/** Neighbours in a row swapped here and there. */
function shaken({ offsets, steps }: Rows, below: (n: number) => number): Rows {
  const changed = steps.slice();
  for (let swaps = below(4); swaps > 0; swaps--) {
    const device = below(offsets.length - 1);
    const length = offsets[device + 1] - offsets[device];
    if (length < 2) continue;
    const at = offsets[device] + below(length - 1);
    [changed[at], changed[at + 1]] = [changed[at + 1], changed[at]];
  }
  return { offsets, steps: changed };
}

describe("waits", () => {
  test("the kernel agrees with the simulation, whoever is quicker", () => {
    const count = new Map<string, number>();
    for (let seed = 1; seed <= 1500; seed++) {
      const { problem, order, below } = chain(seed);
      const rows = shaken(plainRows(problem, order), below);
      const free = channels.map((channel) => {
        const evidence = passageOf(problem, rows, channel);
        const judged = flows(problem, rows, channel, evidence);
        expect(judged).toBe("times" in evidence);
        for (let run = 0; run < 3; run++)
          if (simulate(problem, rows, channel, below) !== judged) expect.fail(`seed ${seed}, ${channel}: the kernel says ${judged}`);
        count.set(`${channel} ${judged}`, (count.get(`${channel} ${judged}`) ?? 0) + 1);
        return judged;
      });
      // What is free in the stricter channel is free in the other (law: channels, 3).
      expect([free[2] === true && free[1] === false, free[1] === true && free[0] === false]).toEqual([false, false]);
    }
    for (const channel of channels) for (const judged of [true, false]) expect(count.get(`${channel} ${judged}`) ?? 0).toBeGreaterThan(50);
  });
  test("ordered rows are free under every channel (law: channels, 4)", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { problem, order, below } = chain(seed);
      const rows = orderedRows(problem, order);
      if (rows === null) throw new Error(`seed ${seed}: an order that can run was refused`);
      for (const channel of channels) {
        expect(flows(problem, rows, channel, passageOf(problem, rows, channel))).toBe(true);
        expect(simulate(problem, rows, channel, below)).toBe(true);
      }
    }
  });
  test("an order that goes in a circle has no ordered rows", () => {
    const problem = problemFrom({
      devices: 2,
      microbatches: 2,
      passes: [{ device: 0 }, { device: 1, needs: [0] }, { device: 0, needs: [1] }],
    });
    expect(
      orderedRows(
        problem,
        orderFrom([
          [0, 5, 2, 3],
          [1, 4],
        ]),
      ),
    ).toBeNull();
  });
});
