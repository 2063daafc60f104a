"""For test/python: of each certificate on standard input, one a line, what the Python checker makes of the goals in it.

One line of JSON for each: which of its sums refute its goal, and the goal's clauses as a digest of their DIMACS file (or why there are none).
"""
import hashlib
import io
import json
import sys

sys.path.insert(0, sys.argv[1])
import bubbleproof_check as checker  # noqa: E402


def clauses_of(goal, quantum):
    try:
        clauses = checker.Clauses(checker.coarsen(goal, quantum))
    except checker.NoRoom:
        return "no room"
    except checker.Refused:
        return "refused"
    except checker.Limit:
        return "limit"
    text = io.StringIO()
    checker.write_dimacs(clauses, text)
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def refuted(goal, refutation):
    try:
        return checker.sum_refutes(checker.coarsen(goal, refutation["quantum"]), refutation)
    except checker.Refused:
        return False


for line in sys.stdin:
    value = checker.parse(line.encode())
    case = checker.Case(".")
    problems = checker.read(value["statement"]["problems"], [checker.PROBLEM], "problems")
    case.problems = [checker.read_problem(problem) for problem in problems]
    goal = case.goal(checker.read(value["statement"]["instances"][0]["goal"], checker.GOAL, "goal"))
    refutations = value["evidence"]["refutations"]
    sums = [refuted(goal, refutation) for refutation in refutations]
    print(json.dumps({"sums": sums, "clauses": clauses_of(goal, refutations[0]["quantum"])}), flush=True)
