"""For test/python: of each certificate on standard input, one a line, what the Python checker makes of the goals in it.

One line of JSON for each goal: its bounds, and its clauses as a digest of their DIMACS file (or why there are none).
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


for line in sys.stdin:
    value = checker.parse(line.encode())
    case = checker.Case(".")
    case.problems = [checker.read_problem(problem) for problem in value["statement"]["problems"]]
    for instance, refutation in zip(value["statement"]["instances"], value["evidence"]["refutations"]):
        goal = case.goal(instance["goal"])
        both = checker.bounds(goal.but(span=0))
        bounds = ["infinite" if bound == checker.INFINITE else bound for bound in both]
        print(json.dumps({"bounds": bounds, "clauses": clauses_of(goal, refutation.get("quantum"))}), flush=True)
