"""For test/python: a DIMACS file and an LRAT proof before dratify (PyPI), which was written by others and looks for its own hints.

Prints a line of JSON: whether it takes the proof, and whether it takes it without the lemmas; null where dratify is not installed.
"""
import json
import sys

try:
    from dratify import check_proof, parse_dimacs
except ImportError:
    print("null")
    sys.exit()

with open(sys.argv[1]) as dimacs, open(sys.argv[2]) as lrat:
    formula, lines = parse_dimacs(dimacs.read()), [line.split()[1:] for line in lrat]
lemmas = [" ".join(line[: line.index("0") + 1]) for line in lines]
print(json.dumps([check_proof(formula, "\n".join(some) + "\n").ok for some in (lemmas, lemmas[-1:])]))
