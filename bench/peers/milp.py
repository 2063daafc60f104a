"""Mixed-integer programming, as in the Zero Bubble paper's ILP: start times, a binary for the order of each two passes of a device
(big M), memory at each start of a hold from those same binaries. HiGHS, or CBC as it ships with OR-Tools.

Microbatches are alike, so each pass takes them in order; orders that follow from that, from the dependencies or from the windows of
the start times are constants, and each M is the least that its windows allow.
"""

import math
import sys
import time

from common import open_run


def build(run, top):
    """The model as plain rows: (columns, integral, lower, upper), rows (lower, [(column, factor)], upper), start columns, objective."""
    it = run.instance
    m = it.m
    low, high, integral, rows = [], [], [], []

    def column(a, b, whole):
        low.append(a)
        high.append(b)
        integral.append(whole)
        return len(low) - 1

    start = [
        [column(it.head[n] + j * it.duration[n], top - it.tail[n] - (m - j) * it.duration[n], False) for j in range(m)]
        for n in range(it.nodes)
    ]
    value = column(run.bound, run.upper, False)
    for n in range(it.nodes):
        for j in range(m):
            for a, lag in it.before[n]:
                rows.append((it.duration[a] + lag, [(start[n][j], 1), (start[a][j], -1)], math.inf))
            if j > 0:
                rows.append((it.duration[n], [(start[n][j], 1), (start[n][j - 1], -1)], math.inf))
    if it.objective == "makespan":
        for n in range(it.nodes):
            rows.append((it.duration[n] + it.tail[n], [(value, 1), (start[n][m - 1], -1)], math.inf))
    else:
        for nodes in it.on:
            for a in nodes:
                for b in nodes:
                    if a != b:
                        rows.append((it.duration[b], [(value, 1), (start[b][m - 1], -1), (start[a][0], 1)], math.inf))

    known = {}

    def before(a, j, b, k):
        """Pass (a, j) comes before pass (b, k), both on one device: 1, 0, or (column, whether it is negated)."""
        if a == b:
            return 1 if j < k else 0
        if a in it.ancestors[b] and j <= k:
            return 1
        if b in it.ancestors[a] and k <= j:
            return 0
        x, y = start[a][j], start[b][k]
        if high[y] < low[x] + it.duration[a]:
            return 0
        if high[x] < low[y] + it.duration[b]:
            return 1
        if a > b:
            found = before(b, k, a, j)
            return (found[0], not found[1]) if isinstance(found, tuple) else 1 - found
        if (a, j, b, k) not in known:
            z = column(0, 1, True)
            known[a, j, b, k] = z
            # z = 1: y >= x + length(a); z = 0: x >= y + length(b).
            big = it.duration[a] + high[x] - low[y]
            rows.append((it.duration[a] - big, [(y, 1), (x, -1), (z, -big)], math.inf))
            big = it.duration[b] + high[y] - low[x]
            rows.append((it.duration[b], [(x, 1), (y, -1), (z, big)], math.inf))
            hint[z] = 1 if run.hint[a][j] < run.hint[b][k] else 0
        return (known[a, j, b, k], False)

    hint = {}
    for n in range(it.nodes):
        for j in range(m):
            hint[start[n][j]] = run.hint[n][j]
    hint[value] = run.upper

    for nodes in it.on:
        for a in nodes:
            for b in nodes:
                if a < b:
                    for j in range(m):
                        for k in range(m):
                            if before(a, j, b, k) == 1:
                                rows.append((it.duration[a], [(start[b][k], 1), (start[a][j], -1)], math.inf))
                            elif before(a, j, b, k) == 0:
                                rows.append((it.duration[b], [(start[a][j], 1), (start[b][k], -1)], math.inf))
                    # In order: what comes before the next comes before this; z over (j, k) falls in j and rises in k.
                    for j in range(m):
                        for k in range(m):
                            here = before(a, j, b, k)
                            if not isinstance(here, tuple):
                                continue
                            for j2, k2 in ((j + 1, k), (j, k - 1)):
                                if j2 < m and k2 >= 0 and isinstance(there := before(a, j2, b, k2), tuple):
                                    rows.append((0, [(here[0], 1), (there[0], -1)], math.inf))

    for d, holds in it.limited().items():
        cap = it.cap[d]
        for _, a, b, x in holds:
            if it.device[a] != d or it.device[b] != d:
                sys.exit("this model takes holds between passes of the holding device only")
            # Of one hold, at most so many at once.
            for j in range(cap // x, m):
                rows.append((it.duration[b], [(start[a][j], 1), (start[b][j - cap // x], -1)], math.inf))
        if len(holds) == 1:
            continue
        for _, n, _, amount in holds:
            for j in range(m):
                terms, fixed = {}, amount

                def add(literal, factor):
                    nonlocal fixed
                    if isinstance(literal, tuple):
                        z, negated = literal
                        terms[z] = terms.get(z, 0) + (-factor if negated else factor)
                        fixed += factor if negated else 0
                    else:
                        fixed += literal * factor

                for _, a, b, x in holds:
                    for k in range(m):
                        if (a, k) != (n, j):
                            add(before(a, k, n, j), x)
                        add(before(b, k, n, j), -x)
                rows.append((-math.inf, list(terms.items()), cap - fixed))
    return low, high, integral, rows, start, value, hint


def chronological(run, start):
    """Rounds a solver's start times to a schedule: the same order on each device, each pass as early as it then can be."""
    it = run.instance
    passes = sorted((start[n][j], it.head[n], n, j) for n in range(it.nodes) for j in range(it.m))
    exact = [[0] * it.m for _ in range(it.nodes)]
    free = [0] * it.devices
    for _, _, n, j in passes:
        t = max([free[it.device[n]]] + [exact[a][j] + it.duration[a] + lag for a, lag in it.before[n]])
        exact[n][j] = t
        free[it.device[n]] = t + it.duration[n]
    if it.objective == "span":
        # As late as the end of the device's last pass allows, so that no device starts before it must.
        last = [0] * it.devices
        for n in range(it.nodes):
            last[it.device[n]] = max(last[it.device[n]], exact[n][it.m - 1] + it.duration[n])
        limit = last
        for _, _, n, j in reversed(passes):
            t = min([limit[it.device[n]]] + [exact[b][j] - lag for b, lag in it.behind[n]]) - it.duration[n]
            exact[n][j] = t
            limit[it.device[n]] = t
    return exact


def highs(run, options, model):
    import highspy
    import numpy as np

    low, high, integral, rows, start, value, hint = model
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", options.workers)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 0.999)
    h.setOptionValue("random_seed", 0)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(low), len(rows)
    lp.col_lower_, lp.col_upper_ = np.array(low, float), np.array(high, float)
    lp.col_cost_ = np.array([1.0 if c == value else 0.0 for c in range(len(low))])
    lp.row_lower_ = np.array([highspy.kHighsInf * -1 if r[0] == -math.inf else r[0] for r in rows], float)
    lp.row_upper_ = np.array([highspy.kHighsInf if r[2] == math.inf else r[2] for r in rows], float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(r[1]) for r in rows]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([c for r in rows for c, _ in r[1]], np.int32)
    lp.a_matrix_.value_ = np.array([f for r in rows for _, f in r[1]], float)
    lp.integrality_ = [highspy.HighsVarType.kInteger if w else highspy.HighsVarType.kContinuous for w in integral]
    h.passModel(lp)
    if options.hint == "yes":
        solution = highspy.HighsSolution()
        solution.col_value = [float(hint[c]) for c in range(len(low))]
        h.setSolution(solution)

    def improved(event):
        values = event.data_out.mip_solution
        run.found(chronological(run, [[values[s] for s in row] for row in start]))

    def interrupt(event):
        bound = event.data_out.mip_dual_bound
        if math.isfinite(bound):
            run.refuted(math.ceil(bound - 1e-6))

    h.cbMipImprovingSolution.subscribe(improved)
    h.cbMipInterrupt.subscribe(interrupt)
    h.setOptionValue("time_limit", run.left())
    h.run()
    info = h.getInfo()
    if info.primal_solution_status == 2:
        values = h.getSolution().col_value
        run.found(chronological(run, [[values[s] for s in row] for row in start]))
    if math.isfinite(info.mip_dual_bound):
        run.refuted(math.ceil(info.mip_dual_bound - 1e-6))


def linear(run, options, model, name):
    from ortools.linear_solver import pywraplp

    low, high, integral, rows, start, value, hint = model
    solver = pywraplp.Solver.CreateSolver(name)
    if solver is None:
        sys.exit(f"OR-Tools was built without {name}")
    solver.SetNumThreads(options.workers)
    columns = [(solver.IntVar if w else solver.NumVar)(a, b, f"x{c}") for c, (a, b, w) in enumerate(zip(low, high, integral))]
    for a, terms, b in rows:
        row = solver.Constraint(max(a, -solver.infinity()), min(b, solver.infinity()))
        for c, factor in terms:
            row.SetCoefficient(columns[c], factor)
    solver.Minimize(columns[value])
    if options.hint == "yes":
        solver.SetHint(columns, [float(hint[c]) for c in range(len(low))])
    parameters = pywraplp.MPSolverParameters()
    parameters.SetDoubleParam(parameters.RELATIVE_MIP_GAP, 0.0)
    solver.SetTimeLimit(max(1, int(run.left() * 1000)))
    status = solver.Solve(parameters)
    if status in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        run.found(chronological(run, [[columns[s].solution_value() for s in row] for row in start]))
    if status == pywraplp.Solver.OPTIMAL:
        run.refuted(run.best)
    elif math.isfinite(bound := solver.Objective().BestBound()):
        run.refuted(math.ceil(bound - 1e-6))


def main():
    run, options = open_run(solver=["highs", "cbc", "scip"], hint=["yes", "no"])
    model = build(run, run.instance.horizon(run.upper))
    print(f"{len(model[0])} columns, {sum(model[2])} of them binary, {len(model[3])} rows", file=sys.stderr)
    if time.monotonic() < run.deadline:
        if options.solver == "highs":
            highs(run, options, model)
        else:
            linear(run, options, model, options.solver.upper())
    run.say()


if __name__ == "__main__":
    main()
