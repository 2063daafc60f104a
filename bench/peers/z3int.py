"""Z3 with integer start times and a disjunction for each two passes of a device (difference logic), the objective by bisection.

Microbatches are alike, so each pass takes them in order. Memory is clauses over "comes before" literals: at each start of a hold, not
more of them may have begun and not ended than the cap allows.
"""

import sys
import time

import z3
from common import open_run


def build(run, logic, value):
    it = run.instance
    m, top = it.m, it.horizon(value)
    solver = z3.SolverFor(logic)
    start = [[z3.Int(f"s{n}_{j}") for j in range(m)] for n in range(it.nodes)]
    low = [[it.head[n] + j * it.duration[n] for j in range(m)] for n in range(it.nodes)]
    high = [[top - it.tail[n] - (m - j) * it.duration[n] for j in range(m)] for n in range(it.nodes)]
    for n in range(it.nodes):
        for j in range(m):
            solver.add(start[n][j] >= low[n][j], start[n][j] <= high[n][j])
            for a, lag in it.before[n]:
                solver.add(start[n][j] - start[a][j] >= it.duration[a] + lag)
            if j > 0:
                solver.add(start[n][j] - start[n][j - 1] >= it.duration[n])
    if it.objective == "span":
        for nodes in it.on:
            for a in nodes:
                for b in nodes:
                    solver.add(start[b][m - 1] - start[a][0] <= value - it.duration[b])

    known = {}

    def before(a, j, b, k):
        """The literal: pass (a, j) comes before pass (b, k), both on one device."""
        if a == b:
            return z3.BoolVal(j < k)
        if a in it.ancestors[b] and j <= k:
            return z3.BoolVal(True)
        if b in it.ancestors[a] and k <= j:
            return z3.BoolVal(False)
        if a > b:
            return z3.Not(before(b, k, a, j))
        if (a, j, b, k) not in known:
            x, y = start[a][j], start[b][k]
            z = z3.Bool(f"o{a}_{j}_{b}_{k}")
            solver.add(z3.Implies(z, y - x >= it.duration[a]), z3.Implies(z3.Not(z), x - y >= it.duration[b]))
            if high[b][k] < low[a][j] + it.duration[a]:
                solver.add(z3.Not(z))
            elif high[a][j] < low[b][k] + it.duration[b]:
                solver.add(z)
            known[a, j, b, k] = z
        return known[a, j, b, k]

    for nodes in it.on:
        for a in nodes:
            for b in nodes:
                if a < b:
                    for j in range(m):
                        for k in range(m):
                            before(a, j, b, k)

    for d, holds in it.limited().items():
        cap = it.cap[d]
        for _, a, b, x in holds:
            if it.device[a] != d or it.device[b] != d:
                sys.exit("this model takes holds between passes of the holding device only")
            for j in range(cap // x, m):
                solver.add(start[a][j] - start[b][j - cap // x] >= it.duration[b])
        if len(holds) == 2:
            for (_, a, b, x), (_, c, e, y) in (holds, holds[::-1]):
                # As (a, j) starts: i of b have ended, k of c have begun, l of e have ended: (j + 1 - i) x + (k - l) y > cap.
                for j in range(m):
                    for i in range(j + 1):
                        more = cap - (j + 1 - i) * x
                        if more < 0:
                            continue
                        gap = more // y + 1
                        for k in range(gap, m + 1):
                            clause = [before(b, i, a, j), z3.Not(before(c, k - 1, a, j)), before(e, k - gap, a, j)]
                            solver.add(z3.Or(clause))
        elif len(holds) > 2:
            for _, n, _, amount in holds:
                for j in range(m):
                    terms = []
                    for _, a, b, x in holds:
                        for k in range(m):
                            if (a, k) != (n, j):
                                terms.append((before(a, k, n, j), x))
                            terms.append((z3.Not(before(b, k, n, j)), x))
                    # Begun, plus not ended, less all.
                    solver.add(z3.PbLe(terms, cap - amount + m * sum(x for _, _, _, x in holds)))
    return solver, start


def main():
    run, options = open_run(logic=["QF_IDL", "QF_LIA", "QF_FD"], search=["bisect", "down", "up"])
    while run.bound < run.best and time.monotonic() < run.deadline:
        value = {"bisect": (run.bound + run.best) // 2, "down": run.best - 1, "up": run.bound}[options.search]
        solver, start = build(run, options.logic, value)
        if time.monotonic() >= run.deadline:
            break
        solver.set("timeout", max(1, int(run.left() * 1000)))
        said = solver.check()
        if said == z3.sat:
            model = solver.model()
            run.found([[model[s].as_long() for s in row] for row in start])
        elif said == z3.unsat:
            run.refuted(value + 1)
        else:
            break
    run.say()


if __name__ == "__main__":
    main()
