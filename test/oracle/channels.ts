// Devices that go on in random order, sends and receives in queues as each channel has them: apart from the kernel's waits.
import { type Channel, needsOf, type Problem, type Rows } from "../../src/kernel/index.ts";

/** Whether each row has the passes of its device once, and the sends and receives of what crosses. */
export function areRows(problem: Problem, { offsets, steps }: Rows): boolean {
  const { from, to } = needsOf(problem);
  const deviceOf = (pass: number): number =>
    problem.routes[problem.routeOf?.[Math.floor(pass / problem.nodes)] ?? 0].device[pass % problem.nodes];
  const wanted = Array.from({ length: problem.devices }, (): number[] => []);
  for (let pass = 0; pass < problem.nodes * problem.microbatches; pass++) wanted[deviceOf(pass)].push(pass);
  from.forEach((pass, t) => {
    if (deviceOf(pass) === deviceOf(to[t])) return;
    wanted[deviceOf(pass)].push(-1 - 2 * t);
    wanted[deviceOf(to[t])].push(-2 - 2 * t);
  });
  if (offsets.length !== problem.devices + 1 || offsets[0] !== 0 || offsets[problem.devices] !== steps.length) return false;
  const sorted = (list: readonly number[]): string => [...list].sort((a, b) => a - b).join();
  return wanted.every((own, d) => offsets[d] <= offsets[d + 1] && sorted(own) === sorted([...steps.subarray(offsets[d], offsets[d + 1])]));
}

/** Goes on in random order until nothing can; whether everything is done. Knows nothing of waits, only of what is where. */
export function simulate(problem: Problem, { offsets, steps }: Rows, channel: Channel, below: (n: number) => number): boolean {
  const { from, to } = needsOf(problem);
  const deviceOf = (pass: number): number => problem.routes[0].device[pass % problem.nodes];
  const at = Array.from({ length: problem.devices }, (_, device) => offsets[device]);
  const ran = new Set<number>();
  const arrived = new Set<number>();
  const posted = { sends: new Set<number>(), receives: new Set<number>() };
  /** Of each queue what has been handed over and has not gone yet. */
  const queues = new Map<string, number[]>();
  const queueOf = (step: number, device: number): string => {
    const message = (-1 - step) >> 1;
    const [a, b] = [deviceOf(from[message]), deviceOf(to[message])];
    const peer = a === device ? b : a;
    return channel === "pair" ? `${device} with ${peer}` : `${device}: ${a} to ${b}`;
  };
  const open = Array.from({ length: problem.devices }, (): number[] => []); // a group that the row waits for
  const needed = (pass: number): boolean =>
    from.every((other, t) => to[t] !== pass || (deviceOf(other) === deviceOf(pass) ? ran.has(other) : arrived.has(t)));
  const advance = (device: number): boolean => {
    if (at[device] === offsets[device + 1]) return false;
    const step = steps[at[device]];
    if (step >= 0) {
      if (channel === "grouped" && !open[device].every((message) => arrived.has(message))) return false;
      if (!needed(step)) return false;
      open[device] = [];
      ran.add(step);
    } else {
      const message = (-1 - step) >> 1;
      (step & 1 ? posted.sends : posted.receives).add(message);
      if (channel === "grouped") open[device].push(message);
      const queue = queueOf(step, device);
      queues.set(queue, [...(queues.get(queue) ?? []), message]);
    }
    at[device]++;
    return true;
  };
  const carry = (): boolean => {
    const going = Array.from(from.keys()).filter((message) => {
      if (arrived.has(message) || !posted.sends.has(message) || !posted.receives.has(message) || !ran.has(from[message])) return false;
      if (channel === "unbounded" || channel === "grouped") return true;
      const [a, b] = [deviceOf(from[message]), deviceOf(to[message])];
      return [queueOf(-1 - 2 * message, a), queueOf(-2 - 2 * message, b)].every((queue) => queues.get(queue)?.[0] === message);
    });
    if (going.length === 0) return false;
    const message = going[below(going.length)];
    arrived.add(message);
    for (const [queue, list] of queues)
      queues.set(
        queue,
        list.filter((one) => one !== message),
      );
    return true;
  };
  for (let idle = 0; idle < 2; ) {
    const first = below(problem.devices);
    const moves = [carry, ...at.map((_, i) => () => advance((first + i) % problem.devices))];
    const start = below(moves.length);
    idle = moves.some((_, i) => moves[(start + i) % moves.length]()) ? 0 : idle + 1;
  }
  return ran.size === problem.nodes * problem.microbatches && at.every((place, device) => place === offsets[device + 1]);
}
