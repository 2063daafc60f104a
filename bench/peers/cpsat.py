"""OR-Tools CP-SAT: interval variables, one NoOverlap for each device, memory by literals "has ended when this starts".

Microbatches are alike, so each pass takes them in order. Options choose other formulations; README.md says what was tried. The defaults
are what was fastest.
"""

import math
import sys

from common import open_run
from ortools.sat.python import cp_model


def main():
    run, options = open_run(
        memory=["order", "cumulative", "reservoir"],
        chains=["yes", "no"],
        hint=["yes", "no"],
        linear=["0", "default", "2"],
        presolve=["light", "full", "none"],
    )
    it = run.instance
    m, top = it.m, it.horizon(run.upper)
    model = cp_model.CpModel()
    start, end, interval = [], [], []
    for n in range(it.nodes):
        length = it.duration[n]
        begin = [
            model.new_int_var(it.head[n] + j * length, top - it.tail[n] - (m - j) * length, f"s{n}_{j}") for j in range(m)
        ]
        start.append(begin)
        end.append([s + length for s in begin])
        interval.append([model.new_fixed_size_interval_var(s, length, f"i{n}_{j}") for j, s in enumerate(begin)])
    for n in range(it.nodes):
        for j in range(m):
            for a, lag in it.before[n]:
                model.add(start[n][j] >= end[a][j] + lag)
            if j > 0:
                model.add(start[n][j] >= end[n][j - 1])
    for nodes in it.on:
        model.add_no_overlap([interval[n][j] for n in nodes for j in range(m)])

    value = model.new_int_var(run.bound, run.upper, "value")
    if it.objective == "makespan":
        for n in range(it.nodes):
            model.add(value >= end[n][m - 1] + it.tail[n])
    else:
        for nodes in it.on:
            for a in nodes:
                for b in nodes:
                    model.add(value >= end[b][m - 1] - start[a][0])
    model.minimize(value)
    hint = [(start[n][j], run.hint[n][j]) for n in range(it.nodes) for j in range(m)] + [(value, run.upper)]

    for d, holds in it.limited().items():
        cap = it.cap[d]
        if options.chains == "yes":
            # Of one hold, at most so many at once: the next waits for the end of the first. Alone on its device, that says all.
            for _, a, b, x in holds:
                for j in range(cap // x, m):
                    model.add(start[a][j] >= end[b][j - cap // x])
            if len(holds) == 1:
                continue
        elsewhere = any(it.device[a] != d or it.device[b] != d for _, a, b, _ in holds)
        if options.memory == "cumulative" or (options.memory == "order" and elsewhere):
            held = []
            for h, (_, a, b, _) in enumerate(holds):
                for j in range(m):
                    size = model.new_int_var(1, top, f"l{d}_{h}_{j}")
                    hint.append((size, run.hint[b][j] + it.duration[b] - run.hint[a][j]))
                    held.append(model.new_interval_var(start[a][j], size, end[b][j], f"h{d}_{h}_{j}"))
            model.add_cumulative(held, [x for _, _, _, x in holds for _ in range(m)], cap)
        elif options.memory == "reservoir":
            times, changes = [], []
            for _, a, b, x in holds:
                for j in range(m):
                    times += [start[a][j], end[b][j]]
                    changes += [x, -x]
            model.add_reservoir_constraint(times, changes, 0, cap)
        else:
            order_memory(model, run, d, holds, start, end, hint)

    if options.hint == "yes":
        # Complete, or CP-SAT would not start from it.
        for variable, at in hint:
            model.add_hint(variable, at)

    class Progress(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self):
            run.found([[self.value(s) for s in row] for row in start])

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = options.workers
    solver.parameters.random_seed = 0
    if options.presolve == "light":
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.max_presolve_iterations = 1
    elif options.presolve == "none":
        solver.parameters.cp_model_presolve = False
    if options.linear != "default":
        solver.parameters.linearization_level = int(options.linear)
    solver.best_bound_callback = lambda bound: run.refuted(math.ceil(bound - 1e-6))
    solver.parameters.max_time_in_seconds = run.left()
    status = solver.solve(model, Progress())
    if status == cp_model.OPTIMAL:
        run.refuted(run.best)
    elif status == cp_model.FEASIBLE or status == cp_model.UNKNOWN:
        run.refuted(math.ceil(solver.best_objective_bound - 1e-6))
    else:
        sys.exit(f"CP-SAT says {solver.status_name(status)}")
    run.say()


def order_memory(model, run, d, holds, start, end, hint):
    """At each start of a hold: what has been taken, less what has been given back, by literals "b has ended when a starts"."""
    it = run.instance
    for _, x, _, amount in holds:
        for j in range(it.m):
            terms, fixed = [], amount
            for _, a, b, size in holds:
                for k in range(it.m):
                    if (a, k) != (x, j):
                        if a == x:
                            fixed += size if k < j else 0
                        else:
                            before = model.new_bool_var("")
                            model.add(end[a][k] <= start[x][j]).only_enforce_if(before)
                            model.add(start[a][k] >= end[x][j]).only_enforce_if(~before)
                            hint.append((before, run.hint[a][k] < run.hint[x][j]))
                            terms.append(size * before)
                    ended = model.new_bool_var("")
                    model.add(end[b][k] <= start[x][j]).only_enforce_if(ended)
                    model.add(end[b][k] > start[x][j]).only_enforce_if(~ended)
                    hint.append((ended, run.hint[b][k] + it.duration[b] <= run.hint[x][j]))
                    terms.append(-size * ended)
            model.add(fixed + sum(terms) <= it.cap[d])


if __name__ == "__main__":
    main()
