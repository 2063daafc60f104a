"""What every peer shares: the instance, its bounds, a list schedule to start from, a replay of what was found, and the answer.

The instance comes on standard input, the time limit in seconds as the first argument. The answer goes to standard output as one JSON
object a line, each replacing the one before, so that a peer which is killed at its deadline keeps what it had reported.
"""

import argparse
import heapq
import json
import sys
import time


class Instance:
    """One problem: `nodes` passes for each of `m` like microbatches. Pass (n, j) is node n of microbatch j."""

    def __init__(self, data):
        self.devices = data["devices"]
        self.m = data["microbatches"]
        self.send = data["send"]
        self.objective = data["objective"]
        if self.objective not in ("makespan", "span"):
            raise ValueError("objective is neither makespan nor span")
        passes = data["passes"]
        self.nodes = len(passes)
        self.device = [x["device"] for x in passes]
        self.duration = [x["duration"] for x in passes]
        if min(self.duration) < 1:
            raise ValueError("a pass takes no time")
        self.cap = data["cap"]
        self.holds = [(h["device"], h["from"], h["to"], h["amount"]) for h in data["holds"]]
        # before[n]: (node, ticks that must lie between its end and n's start)
        self.before = [[(a, 0 if passes[a]["device"] == x["device"] else self.send) for a in x["after"]] for x in passes]
        self.behind = [[] for _ in passes]
        for n, before in enumerate(self.before):
            for a, lag in before:
                self.behind[a].append((n, lag))
        order, waiting = [], [len(before) for before in self.before]
        ready = [n for n in range(self.nodes) if waiting[n] == 0]
        while ready:
            n = ready.pop()
            order.append(n)
            for b, _ in self.behind[n]:
                waiting[b] -= 1
                if waiting[b] == 0:
                    ready.append(b)
        if len(order) != self.nodes:
            raise ValueError("the passes depend on one another in a circle")
        # Ticks that a microbatch needs before the start, and after the end, of each of its passes.
        self.head, self.tail = [0] * self.nodes, [0] * self.nodes
        for n in order:
            self.head[n] = max((self.head[a] + self.duration[a] + lag for a, lag in self.before[n]), default=0)
        for n in reversed(order):
            self.tail[n] = max((lag + self.duration[b] + self.tail[b] for b, lag in self.behind[n]), default=0)
        # Which nodes come, directly or not, before a node of the same microbatch.
        self.ancestors = [set() for _ in passes]
        for n in order:
            for a, _ in self.before[n]:
                self.ancestors[n] |= self.ancestors[a] | {a}
        self.on = [[n for n in range(self.nodes) if self.device[n] == d] for d in range(self.devices)]

    def load(self, d):
        return self.m * sum(self.duration[n] for n in self.on[d])

    def lower_bound(self):
        """A device's least head, its load and its least tail; or, for the span, its load alone. The longest chain, too."""
        best = 0
        for d, nodes in enumerate(self.on):
            if nodes:
                ends = 0 if self.objective == "span" else min(self.head[n] for n in nodes) + min(self.tail[n] for n in nodes)
                best = max(best, ends + self.load(d))
        if self.objective == "makespan":
            best = max([best] + [self.head[n] + self.duration[n] + self.tail[n] for n in range(self.nodes)])
        else:
            # Within one microbatch: from a pass to another on the same device.
            for n in range(self.nodes):
                best = max(best, self.duration[n])
        return best

    def limited(self):
        """Devices with a cap that can bind, and the holds on each: {device: [hold]}."""
        found = {}
        for hold in self.holds:
            if self.cap[hold[0]] is not None and hold[3] > 0:
                found.setdefault(hold[0], []).append(hold)
        return {d: holds for d, holds in found.items() if self.m * sum(h[3] for h in holds) > self.cap[d]}

    def horizon(self, value):
        """No schedule with this objective value need end later."""
        if self.objective == "makespan":
            return value
        # The first start on d1 is at most `value` after the first start on d2 where a pass of d1 comes before one of d2.
        far = [[0 if a == b else None for b in range(self.devices)] for a in range(self.devices)]
        for n in range(self.nodes):
            for a in self.ancestors[n]:
                if self.device[a] != self.device[n]:
                    far[self.device[n]][self.device[a]] = 1
        for k in range(self.devices):
            for a in range(self.devices):
                for b in range(self.devices):
                    if far[a][k] is not None and far[k][b] is not None:
                        if far[a][b] is None or far[a][b] > far[a][k] + far[k][b]:
                            far[a][b] = far[a][k] + far[k][b]
        hops = [x for row in far for x in row]
        if any(x is None for x in hops):
            return (self.devices + 1) * (value + max(self.head) + max(self.tail))
        return (max(hops) + 1) * value

    def measure(self, start):
        """The objective of a schedule, start[n][j]; raises when it is not valid."""
        m, length = self.m, self.duration
        for n in range(self.nodes):
            for j in range(m):
                for a, lag in self.before[n]:
                    if start[n][j] < start[a][j] + length[a] + lag:
                        raise AssertionError(f"pass {n} of microbatch {j} starts before pass {a} is there")
        first, last = [], []
        for nodes in self.on:
            runs = sorted((start[n][j], start[n][j] + length[n]) for n in nodes for j in range(m))
            for (_, end), (begin, _) in zip(runs, runs[1:]):
                if begin < end:
                    raise AssertionError("two passes overlap")
            if runs:
                first.append(runs[0][0])
                last.append(runs[-1][1])
        for d, holds in self.limited().items():
            # At one time, what ends (0) comes before what starts (1).
            events = [(start[a][j], 1, x) for _, a, _, x in holds for j in range(m)]
            events += [(start[b][j] + length[b], 0, -x) for _, _, b, x in holds for j in range(m)]
            held = 0
            for _, _, x in sorted(events):
                held += x
                if held > self.cap[d]:
                    raise AssertionError(f"device {d} holds {held}, more than {self.cap[d]}")
        if self.objective == "span":
            return max(b - a for a, b in zip(first, last))
        return max(last) - min(first)

    def list_schedule(self):
        """The best of some list schedules, as (value, start), or None where memory lets not even one microbatch through."""
        best = None
        depth = self.head
        sink = [not behind for behind in self.behind]
        rules = [
            lambda n: (sink[n], -depth[n]),
            lambda n: -depth[n],
            lambda n: -self.tail[n],
        ]
        inflight = [k for k in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64) if k < self.m] + [self.m]
        for k in inflight:
            for rule in rules:
                start = self._simulate([rule(n) for n in range(self.nodes)], k)
                if start is not None:
                    value = self.measure(start)
                    if best is None or value < best[0]:
                        best = (value, start)
        return best

    def _simulate(self, priority, inflight):
        m, nodes = self.m, self.nodes
        start = [[] for _ in range(nodes)]
        done = [0] * nodes
        held = [0] * self.devices
        taken = [[(d, x) for d, a, _, x in self.holds if a == n and self.cap[d] is not None] for n in range(nodes)]
        freed = [[(d, x) for d, _, b, x in self.holds if b == n and self.cap[d] is not None] for n in range(nodes)]
        free = [0] * self.devices
        sources = [not before for before in self.before]
        ranked = [sorted(on, key=lambda n: priority[n]) for on in self.on]
        times, t, left = [0], -1, nodes * m
        ends = []
        while times:
            now = heapq.heappop(times)
            if now == t:
                continue
            t = now
            while ends and ends[0][0] <= t:
                _, n = heapq.heappop(ends)
                done[n] += 1
                for d, x in freed[n]:
                    held[d] -= x
            finished = min(done)
            for d in range(self.devices):
                if free[d] > t:
                    continue
                for n in ranked[d]:
                    j = len(start[n])
                    if j == m or (sources[n] and j >= finished + inflight):
                        continue
                    if any(len(start[a]) <= j or start[a][j] + self.duration[a] + lag > t for a, lag in self.before[n]):
                        continue
                    if any(held[e] + x > self.cap[e] for e, x in taken[n]):
                        continue
                    start[n].append(t)
                    for e, x in taken[n]:
                        held[e] += x
                    end = t + self.duration[n]
                    free[d] = end
                    heapq.heappush(ends, (end, n))
                    heapq.heappush(times, end)
                    for _, lag in self.behind[n]:
                        heapq.heappush(times, end + lag)
                    left -= 1
                    break
        return start if left == 0 else None


class Run:
    """One run of a peer: its deadline, what it holds so far, and the answer on standard output."""

    def __init__(self, data, seconds, began):
        self.began = began
        self.deadline = began + seconds
        self.instance = Instance(data)
        self.bound = self.instance.lower_bound()
        self.best = None
        self.start = None
        self.at = None

    def left(self):
        return max(0.01, self.deadline - time.monotonic())

    def found(self, start, at=None):
        """Takes a schedule, start[n][j], once it has been replayed."""
        value = self.instance.measure(start)
        if self.best is None or value < self.best:
            self.best, self.start = value, start
            self.at = time.monotonic() - self.began if at is None else at
            self.say()

    def refuted(self, bound):
        if bound > self.bound:
            self.bound = bound
            self.say()

    def say(self):
        if self.best is None:
            status = "bound" if self.bound > 0 else "none"
        else:
            status = "optimal" if self.bound >= self.best else "feasible"
            if self.bound > self.best:
                raise AssertionError(f"a schedule of {self.best} was found, though {self.bound} is said to be the least")
        answer = {"status": status, "best": self.best, "bound": self.bound}
        if self.best is not None:
            answer["seconds_to_best"] = round(self.at, 3)
        answer["seconds"] = round(time.monotonic() - self.began, 3)
        answer["cpu_seconds"] = round(time.process_time(), 3)
        if self.start is not None:
            answer["start"] = self.start
        print(json.dumps(answer), flush=True)


def open_run(**choices):
    """Reads arguments and instance. `choices`: further options, each with its values, the first being the default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("seconds", type=float, nargs="?", default=120)
    parser.add_argument("--workers", type=int, default=2)
    for name, values in choices.items():
        parser.add_argument(f"--{name}", choices=values, default=values[0])
    options = parser.parse_args()
    data = json.load(sys.stdin)
    began = time.monotonic()
    run = Run(data, options.seconds, began)
    first = run.instance.list_schedule()
    if first is None:
        print(json.dumps({"status": "none", "best": None, "bound": None, "seconds": round(time.monotonic() - began, 3)}))
        raise SystemExit("not even one microbatch fits under the cap")
    run.upper, run.hint = first
    # Every peer is given this, so every peer has it.
    run.found(run.hint)
    return run, options
