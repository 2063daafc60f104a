#!/usr/bin/env python3
"""Checks Bubbleproof certificates, with nothing but Python 3.9 and its standard library.

Written from docs/certificate.md and docs/forall.md alone, not from the checker that `bubbleproof certify` runs: a fault in one does not
pass the other. The sections follow those pages, whose words are used without being explained again. A certificate is untrusted: what
the pages do not allow raises `Refused`, what is beyond a limit raises `Limit`, and only a check that ran to its end accepts.

Exit codes: 0 all proved; 1 a certificate shows that a claim fails, or says nothing; 2 something is no certificate; 3 the evidence of
one does not show what it states, or a limit was reached.
"""
import argparse
import hashlib
import json
import os
import re
import sys
import zlib
from array import array
from collections import Counter, namedtuple
from contextlib import suppress
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate, combinations, product, repeat, zip_longest
from math import gcd, lcm

LARGEST = 2**53 - 1
MOST_BYTES, MOST_DEPTH, MOST_PARTS, MOST_ENTRIES, MOST_NAME, MOST_PROOF = 48 * 2**20, 200, 500_000, 8_000_000, 200, 12 * 2**20
MOST_INSTANCES, MOST_PASSES, MOST_OF_GOAL, MOST_STREAMS, MOST_FAMILIES = 20_000, 4_000_000, 1_600_000, 1_000_000, 10_000
MOST_TICKS = MOST_CLAUSES = 12_000_000
MOST_LITERALS = 2**25
# Own limits: arcs and nodes of a goal, bits of a number, steps to a fixed point, cases looked at.
MOST_ARCS, MOST_NODES, MOST_BITS, MOST_STEPS, MOST_CASES = 3_000_000, 30_000, 100_000, 200_000_000, 1_000_000
INFINITE = float("inf")  # only compared with whole numbers and added to them, which rounds nothing


class Refused(Exception):
    """The certificate shows nothing."""

class Unproved(Refused):
    """It can be read, but its evidence does not show what it states."""

class Stuck(Unproved):
    """No way on in a case: nothing is known. Of a claim about numbers alone: a term has no value."""

class Limit(Exception):
    """The certificate is beyond a limit; it may be sound."""

def need(condition, reason, error=Refused):
    if not condition:
        raise error(reason)

def limit(condition, reason):
    need(condition, reason, Limit)

def know(condition, reason):
    need(condition, reason, Stuck)


# ---- 1. The file -------------------------------------------------------------------------------------------------------------------

def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")

def digest(value):
    return hashlib.sha256(canonical(value)).hexdigest()

def parse(data):
    """JSON in canonical bytes: read, and compared with what it looks like when it is written again."""
    limit(len(data) <= MOST_BYTES, f"the certificate has more than {MOST_BYTES} bytes")
    try:
        text = data.decode("utf-8")
        need(not re.search(r"[\x00-\x1f\x7f-\x9f\\]", re.sub(r'\\["\\]', "", text[:-1])), "the file has a control character or an escape")
        bare, strings = re.subn(r'"(?:[^"\\]|\\.)*"', "", text)
        depths = accumulate((b in "[{") - (b in "]}") for b in re.sub(r"[^][{}]+", "", bare))
        need(max(depths, default=0) <= MOST_DEPTH, f"brackets more than {MOST_DEPTH} deep")
        limit(strings + bare.count("[") + bare.count("{") <= MOST_PARTS, f"more than {MOST_PARTS} lists, objects and strings")
        entries = bare.count(",") + sum(bare.count(b) - bare.count(b + e) for b, e in ("[]", "{}"))
        limit(entries <= MOST_ENTRIES, f"more than {MOST_ENTRIES} items in lists and objects")
        value = json.loads(text, parse_int=whole_number, parse_float=whole_number, parse_constant=whole_number)
        need(canonical(value) + b"\n" == data, "the file is not in canonical bytes")
        return value
    except (ValueError, RecursionError) as error:
        raise Refused(f"the file is not JSON in UTF-8: {str(error)[:200]}") from None

def whole_number(text):
    need(re.fullmatch("-?[0-9]{1,16}", text) and abs(int(text)) <= LARGEST, f"{text[:40]} is no whole number up to 2^53 - 1")
    return int(text)

class Record(dict):
    """An object of the file, and what is made from it: its keys as attributes."""

    __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__

    def but(self, **changes):
        return Record(self, **changes)

def read(value, shape, where):
    """What has a shape: an object by its keys (a Record), [shape] a list, a tuple a list by its places, else a function that looks."""
    if isinstance(shape, dict):
        need(type(value) is dict and value.keys() == shape.keys(), f"{where} is no object with exactly the keys {', '.join(shape)}")
        return Record({key: read(value[key], part, f"{where}.{key}") for key, part in shape.items()})
    if not isinstance(shape, (list, tuple)):
        return shape(value, where)
    need(type(value) is list and (type(shape) is list or len(shape) == len(value)), f"{where} is no list, or of another length")
    if shape[0] in (N, Z) and all(part is shape[0] for part in shape):  # in one go, as these can be long
        need(set(map(type, value)) <= {int}, f"{where} has something that is not a whole number")
        need(shape[0] is Z or min(value, default=0) >= 0, f"{where} has a number below 0")
        return value
    shapes = repeat(shape[0]) if type(shape) is list else shape
    return [read(part, own, f"{where}[{i}]") for i, (part, own) in enumerate(zip(value, shapes))]

def leaf(test, reason, error=Refused):
    """A shape for what is looked at as a whole."""
    def look(value, where):
        need(test(value), f"{where} {reason}", error)
        return value
    return look

def known(words):
    return leaf(lambda value: type(value) is str and value in words, f"is none of {', '.join(words)}")

def maybe(shape):
    return lambda value, where: None if value is None else read(value, shape, where)

def one_of(shapes):
    """An object whose `kind` says which shape it has beside that."""
    def look(value, where):
        need(type(value) is dict, f"{where} is no object")
        return read(value, {**shapes[known(shapes)(value.get("kind"), f"{where}.kind")], "kind": S}, where)
    return look

def begun(shapes):
    """A list whose first entry says which shape the others have."""
    def look(value, where):
        need(type(value) is list and value, f"{where} is no list with an entry")
        return value[:1] + read(value[1:], shapes[known(shapes)(value[0], where)], where)
    return look

def exact(value, where="a number"):
    if type(value) is int:
        return Fraction(value)
    number = Fraction(value if re.fullmatch("-?[1-9][0-9]{0,999}(/[1-9][0-9]{0,999})?", S(value, where)) else 0)
    fits = str(number) == value and (number.denominator > 1 or abs(number) > LARGEST)
    need(fits, f"{where} is not an exact number in lowest terms")
    return number

Z = leaf(lambda value: type(value) is int, "is not a whole number")
N = leaf(lambda value: type(value) is int and value >= 0, "is not a whole number of at least 0")
B = leaf(lambda value: type(value) is bool, "is neither true nor false")
S = leaf(lambda value: type(value) is str, "is not a string")
ANY = leaf(lambda value: True, "is looked at later")
NAME = leaf(lambda value: len(S(value, "a name")) <= MOST_NAME, f"has more than {MOST_NAME} characters", Limit)
WHOLE = leaf(lambda value: exact(value).denominator == 1, "is not whole")


def TERM(value, where):
    return value if type(value) in (int, str) and exact(value, where) is not None else TERMS(value, where)

def FORMULA(value, where):
    return value if type(value) is bool else FORMULAS(value, where)

COMPARISONS, MEASURES = ("==", "!=", "<", "<=", ">", ">="), ["makespan", "span", "idle", "bubble", "peak", "lifespan", "period", "load"]
TERMS = begun({
    "var": (S,), "ite": (FORMULA, TERM, TERM), "measure": (known(MEASURES), N, maybe(TERM), maybe(TERM)),
    **dict.fromkeys(("neg", "floor", "ceil", "abs"), (TERM,)),
    **dict.fromkeys(("add", "sub", "mul", "quo", "div", "mod", "min", "max"), (TERM, TERM))})
FORMULAS = begun({
    "within": (TERM, TERM, TERM), "not": (FORMULA,), "valid": (N,),
    "deadlock_free": (N, known(("unbounded", "rendezvous", "pair", "grouped")), [Z], [Z]),
    **dict.fromkeys(COMPARISONS, (TERM, TERM)), **dict.fromkeys(("and", "or", "implies"), (FORMULA, FORMULA))})

def parts_of(value, op):
    """What begins with a word in terms, in lists of these and so on, from left to right."""
    if type(value) is list:
        yield from [value] if value[:1] == [op] else []
        for part in value:
            yield from parts_of(part, op)

def subjects_of(value):
    return [part[2 if op == "measure" else 1] for op in ("measure", "valid", "deadlock_free") for part in parts_of(value, op)]

ROUTE = {"dep": [[N]], "device": [N], "duration": [N], "holds": [(N, N, N, N)], "stream": [N]}
PROBLEM = {"always": [N], "cap": [maybe(N)], "devices": N, "microbatches": N, "names": [NAME], "nodes": N, "partsPerUnit": N,
           "routeOf": maybe([N]), "routes": [ROUTE], "send": N, "streams": N, "ticksPerUnit": N}
GOAL = {"makespan": maybe(Z), "orders": [[N]], "problem": N, "span": maybe(Z), "starts": [(N, N)]}
SCHEDULE, ORDER, PARAMETERS = {"problem": N, "starts": [N]}, {"lists": [[N]], "problem": N}, [(NAME, exact)]
REPEATED = {"interval": maybe(N), "problem": N, "stages": [Z], "starts": [Z]}
SUBJECT = one_of({"block": REPEATED, "pipeline": {"problem": N}, "schedule": SCHEDULE})
INSTANCE, ASKED = {"claim": FORMULA, "parameters": PARAMETERS, "subjects": [SUBJECT]}, {"goal": GOAL, "parameters": PARAMETERS}
PASSAGE = begun({"times": [N], "circle": [N]})

def REPLAY(value, where):
    passages = {"passages": [[PASSAGE]]} if type(value) is dict and "passages" in value else {}
    return read(value, {"kind": known(["replay"]), **passages}, where)

CLAUSES, QUANTUM = {"proof": {"bytes": N, "sha256": S}}, maybe((N, N))
SUMS = {"windows": {}, "held": {"pass": N}, "load": {"device": N, "from": Z, "span": B, "stream": N, "to": Z}}
REFUTATIONS = [one_of({kind: {**shape, "quantum": QUANTUM} for kind, shape in [("clauses", CLAUSES), *SUMS.items()]})]
CONFLICT = one_of({
    "overlap": {"first": N, "second": N}, "early": {"needs": N, "pass": N}, "hold": {"from": N, "to": N},
    "memory": {"device": N, "time": N}, "deadlock": {"cycle": [(N, N)]},
    "missing": {"pass": N}, "twice": {"pass": N}, "elsewhere": {"device": N, "pass": N}})
INDICES, PLACE = [(NAME, TERM, TERM)], (N, [TERM])
FAMILY = {"device": TERM, "duration": TERM, "indices": INDICES, "needs": [(N, [TERM], [NAME])], "stage": Z, "start": TERM, "stream": N}
HOLD = {"amount": TERM, "device": TERM, "from": PLACE, "indices": INDICES, "to": PLACE}
BLOCK = {"always": TERM, "cap": maybe(TERM), "devices": TERM, "families": [FAMILY], "group": maybe(TERM), "holds": [HOLD],
         "interval": maybe(exact)}
SIZES = {"domain": FORMULA, "variables": [NAME]}
BLOCKS = [one_of(dict.fromkeys(("block", "pipeline"), {"block": BLOCK, "microbatches": maybe(TERM)}))]
HINTS = {"candidates": {"load": [TERM], "peak": [TERM]}, "inverse": {"families": [[[TERM]]], "holds": [[[TERM]]]}, "parts": WHOLE}
LEMMA = begun({"split": (N, N), "empty": (N, WHOLE, [WHOLE]), "nonnegative": (N, N, WHOLE, [WHOLE]), "negative": (N, N, WHOLE, [WHOLE])})
CASES = one_of({"cases": {"cases": [[N]], "forms": [[WHOLE]], "lemmas": [LEMMA], "subjects": [HINTS]}})
TIMED = {"lists": [[N]], "problem": N, "times": [{"durations": [[N]], "send": N}]}
TIMES = {"cases": [CASES], "subjects": [{"cones": [{"edges": [[Z]], "shares": [TERM]}], "places": [N]}]}
OBJECTIVE = {"bound": N, "measure": known(("makespan", "span", "peak")), "value": N}
SHAPES = {  # by kind: of the statement, beside its kind and problems, and of the evidence
    "holds": ({"instances": [INSTANCE]}, REPLAY),
    "false": ({"instance": INSTANCE}, REPLAY),
    "invalid": ({"parameters": PARAMETERS, "subject": one_of({"schedule": SCHEDULE, "order": ORDER})}, CONFLICT),
    "deadlock-free": ({"channels": ANY, "instances": [{**ORDER, "parameters": PARAMETERS}]}, one_of({"order": {"sequences": [[N]]}})),
    "possible": (ASKED, one_of({"schedule": {"starts": [N]}})),
    "impossible": ({"instances": [ASKED]}, one_of({"refutations": {"refutations": REFUTATIONS}})),
    "best": ({**ASKED, "objectives": [OBJECTIVE]}, one_of({"best": {"refutations": REFUTATIONS, "starts": [N]}})),
    "for-all": ({**SIZES, "claim": FORMULA, "subjects": BLOCKS}, CASES),
    "for-all-times": ({**SIZES, "claims": [FORMULA], "subjects": [TIMED]}, one_of({"times": TIMES})),
    "vacuous": (SIZES, CASES),
}
CERTIFICATE = {"digests": {"problems": [S], "statement": S}, "evidence": ANY, "format": S, "statement": ANY, "title": S, "version": N}


# ---- 2. Problems, schedules, blocks ------------------------------------------------------------------------------------------------

Place = namedtuple("Place", "j r n route row duration")  # of a pass; `row` numbers the streams of all devices

def read_problem(value):
    p = value.but(passes=value.microbatches * value.nodes)
    limit(p.devices * p.streams <= MOST_STREAMS, "too many streams")
    limit(max(p.passes, p.microbatches) <= MOST_PASSES, f"a problem has more than {MOST_PASSES} passes or microbatches")
    need(min(p.streams, p.partsPerUnit, p.ticksPerUnit, len(p.routes)) >= 1, "a problem has no stream, unit or route")
    need(len(p.always) == len(p.cap) == p.devices and len(p.names) == p.nodes, "a list of a problem has another length")
    need(p.routeOf is None or (len(p.routeOf) == p.microbatches and max(p.routeOf, default=0) < len(p.routes)), "routeOf names no route")
    for route in p.routes:
        sizes = {len(route.dep), len(route.device), len(route.duration), len(route.stream)}
        need(sizes == {p.nodes}, "a list of a route has another length")
        need(max(route.device, default=-1) < p.devices and max(route.stream, default=-1) < p.streams, "a route names no device or stream")
        need(max((y for before in route.dep for y in before), default=-1) < p.nodes, "a route names no node")
        need(all(d < p.devices and max(x, y) < p.nodes for _, d, x, y in route.holds), "a hold names no device or node")
    return counted(p)

def counted(p):
    """A problem with `takers`, by route its microbatches, and `ranks`, by microbatch how many before take its route."""
    work = max(sum(r.duration) + p.send * (sum(map(len, r.dep)) + 1) for r in p.routes)
    held = max(sum(hold[0] for hold in r.holds) for r in p.routes)
    need(4 * work * (p.microbatches + 1) * (p.devices + 1) < LARGEST, "times of a problem could pass 2^53 - 1")
    need(4 * (held * (p.microbatches + 1) + max(p.always, default=0)) < LARGEST, "amounts of a problem could pass 2^53 - 1")
    p.takers, p.ranks = [range(p.microbatches)] + [[]] * (len(p.routes) - 1), range(p.microbatches)
    if p.routeOf is not None:
        p.takers, p.ranks = [[] for _ in p.routes], []
    for j, r in enumerate(p.routeOf or []):
        p.ranks.append(len(p.takers[r]))
        p.takers[r].append(j)
    return p

def lag(problem, r, y, x):
    """From the start of node y to the earliest start of node x, which depends on it."""
    route = problem.routes[r]
    return route.duration[y] + (problem.send if route.device[y] != route.device[x] else 0)

def place(problem, number):
    j, n = divmod(number, problem.nodes)
    r = problem.routeOf[j] if problem.routeOf else 0
    route = problem.routes[r]
    return Place(j, r, n, route, route.device[n] * problem.streams + route.stream[n], route.duration[n])

class Laid:
    """A schedule, a building block (its run) or a pipeline (one microbatch of it). By route and node, `columns` has the starts."""

    def __init__(self, kind, problem, starts=(), interval=None, stages=()):
        self.kind, self.problem, self.starts, self.interval, self.stages = kind, problem, starts, interval, stages
        if kind == "pipeline":
            self.columns = {(0, n): [0] for n in range(problem.nodes)}
            return
        need(len(starts) == problem.passes, "there is not one start for each pass")
        p = self.problem = self.repeated() if kind == "block" else problem
        self.columns = {(r, n): self.starts[n :: p.nodes] if len(p.routes) == 1 else [self.starts[j * p.nodes + n] for j in takers]
                        for r, takers in enumerate(p.takers) if takers for n in range(p.nodes)}
        self.check()

    def repeated(self):
        """The problem of as many of the block as run side by side; the starts become those of all, from 0 on."""
        p, T = self.problem, self.interval
        need(len(self.stages) == p.nodes and min(self.stages, default=0) >= -1, "there is not one stage for each node")
        need(min((d for r in p.routes for d in r.duration), default=1) >= 1 and T != 0, "a block has a pass or interval of no slots")
        first, end = min(self.starts, default=0), max((start + place(p, x).duration for x, start in enumerate(self.starts)), default=0)
        times = max(1, -((first - end) // T)) if T else 1
        need(times * p.passes <= 2**21 and end - first < 2**52, "a block has too long a run")
        self.starts = [start - first + q * (T or 0) for q in range(times) for start in self.starts]
        many = p.routeOf and p.routeOf * times
        return counted(p.but(microbatches=times * p.microbatches, passes=times * p.passes, routeOf=many, send=0))

    def holds(self):
        """Amount, device, begins, ends and first node of each hold."""
        for r, route in enumerate(self.problem.routes):
            for amount, device, x, y in route.holds if self.problem.takers[r] else []:
                yield amount, device, self.columns[r, x], [start + route.duration[y] for start in self.columns[r, y]], x

    def check(self):
        """That it is valid."""
        p, streams = self.problem, {}
        for (r, x), starts in self.columns.items():
            route, run = p.routes[r], p.routes[r].duration[x]
            for y in route.dep[x]:
                least = lag(p, r, y, x)
                need(all(b >= a + least for a, b in zip(self.columns[r, y], starts)), f"{p.names[x]} starts before {p.names[y]} is there")
            streams.setdefault((route.device[x], route.stream[x]), []).extend((start, run > 0, run) for start in starts)
        for (device, stream), passes in streams.items():
            passes.sort()
            fits = all(start + run <= following for (start, _, run), (following, *_) in zip(passes, passes[1:]))
            need(fits, f"two passes run at once on device {device}, stream {stream}")
        need(all(b <= e for _, _, begins, ends, _ in self.holds() for b, e in zip(begins, ends)), "a hold ends before it begins")
        capped = any(cap is not None for cap in p.cap)
        need(self.kind == "schedule" or not capped or self.ordered(), "a hold is not fixed by the order of stream 0, so no cap can be kept")
        for device, (peak, cap) in enumerate(zip(self.peaks(), p.cap)) if capped else []:
            need(cap is None or peak <= cap, f"device {device} holds {peak} parts, more than {cap}")

    def ordered(self):
        """Each hold begins and ends on stream 0 of its own device, and its last pass does not start before its first."""
        return all(
            route.device[x] == route.device[y] == device and route.stream[x] == route.stream[y] == 0
            and all(a <= b for a, b in zip(self.columns[r, x], self.columns[r, y]))
            for r, route in enumerate(self.problem.routes) if self.problem.takers[r] for _, device, x, y in route.holds)

    # Measures by device, in ticks and parts

    def peaks(self):
        changes = [Counter({0: always}) for always in self.problem.always]
        for amount, device, begins, ends, _ in self.holds():
            for begin, end in zip(begins, ends):
                changes[device][begin] += amount
                changes[device][end] -= amount
        return [max(accumulate(change for _, change in sorted(here.items()))) for here in changes]

    def busy(self):
        busy = [0] * self.problem.devices
        for (r, n), starts in self.columns.items():
            route = self.problem.routes[r]
            busy[route.device[n]] += len(starts) * route.duration[n] if route.stream[n] == 0 else 0
        return busy

    def extents(self):
        """Last end minus first start; also, at the end, that of all devices."""
        begins, ends, all_devices = {}, {}, self.problem.devices
        for (r, n), starts in self.columns.items():
            route = self.problem.routes[r]
            for d in (route.device[n], all_devices):
                begins[d] = min(begins.get(d, INFINITE), min(starts))
                ends[d] = max(ends.get(d, 0), max(starts) + route.duration[n])
        return [ends[d] - begins[d] if d in ends else 0 for d in range(all_devices + 1)]

    def amount(self, name, device=None):
        """Of a device, or the largest."""
        values = {"peak": self.peaks, "load": self.busy}.get(name, self.extents)()
        values = values[-1:] if name == "makespan" else values[: self.problem.devices]
        return max(values, default=0) if device is None else values[device]

    def measure(self, name, device, stage):
        """In units."""
        p, known = self.problem, {"schedule": "makespan span idle bubble peak", "block": "peak lifespan period", "pipeline": "load"}
        know(name in known[self.kind].split(), f"no {name} of a {self.kind}")
        know(stage is None or (name == "lifespan" and 0 <= stage and stage in self.stages), f"no {name} of this stage")
        know(device is None or (name not in ("makespan", "lifespan", "period") and device in range(p.devices)), f"no {name} of this device")
        know(name != "peak" or self.kind == "schedule" or self.ordered(), "a peak that the order of stream 0 does not fix")
        if name == "period":
            know(self.interval is not None, "a block that runs once has no period")
            return self.interval
        if name == "lifespan":
            lives = [e - b for _, _, begins, ends, x in self.holds() if stage in (None, self.stages[x]) for b, e in zip(begins, ends)]
            return max(lives, default=0)
        if name not in ("idle", "bubble"):
            return Fraction(self.amount(name, device), p.partsPerUnit if name == "peak" else p.ticksPerUnit)
        span, busy = self.amount("span", device), self.busy() if device is None else [self.busy()[device]]
        know(len(busy) > 0 and (name == "idle" or span > 0), f"{name} of nothing")
        idle = span - Fraction(sum(busy), len(busy))
        return idle / p.ticksPerUnit if name == "idle" else idle / span


# ---- Forms, cases, questions (docs/forall.md) --------------------------------------------------------------------------------------

class Split(Exception):
    """The case falls into parts."""

class Form(tuple):
    """c + a0 x0 + a1 x1 + ...: whole numbers or fractions c, a0, a1, ..., without zeros at the end except for c."""

    def __new__(cls, numbers):
        numbers = list(numbers)
        while len(numbers) > 1 and numbers[-1] == 0:
            numbers.pop()
        return super().__new__(cls, numbers)

    def __add__(self, other):
        return Form(x + y for x, y in zip_longest(self, other, fillvalue=0))

    def __sub__(self, other):
        return self + -other

    def __mul__(self, factor):
        return Form(x * factor for x in self)

    def __neg__(self):
        return self * -1

    def constant(self):
        know(len(self) == 1, "something is not constant")
        return self[0]

    def common(self):
        """Its common denominator."""
        common = lcm(*(x.denominator for x in self))
        know(common < 10**1000, "a denominator is too long")
        return common

    def tightened(self):
        common = gcd(*self[1:])
        return Form(x // common for x in self) if common else self

class Situation:
    """A case: forms by names, and facts that are at least 0. Without any it is that of a claim about numbers alone."""

    def __init__(self, subjects=(), answers=None, names=None, facts=()):
        self.subjects, self.all, self.names, self.facts, self.known = subjects, answers or {}, names or {}, facts, {}
        self.answers = self.all.get(facts, {})

    def assume(self, fact):
        return Situation(self.subjects, self.all, self.names, (*self.facts, fact))

    def residue(self, i, modulus, rest):
        def part(a):
            return a if len(a) <= i + 1 else Form((a[0] + a[i + 1] * rest, *a[1 : i + 1], a[i + 1] * modulus, *a[i + 2 :]))

        facts = tuple(part(a).tightened() for a in self.facts)
        return Situation(self.subjects, self.all, {name: part(a) for name, a in self.names.items()}, facts)

    def shows(self, scale, factors, goal):
        """Whether multipliers show that a form is at least 0."""
        rest = goal * scale
        for factor, fact in zip(factors, self.facts):
            rest = rest - fact * factor if factor else rest
        return scale > 0 and min(factors, default=0) >= 0 and len(factors) <= len(self.facts) and len(rest) == 1 and rest[0] >= 0

    def is_empty(self):
        return None in self.answers and self.shows(*self.answers[None][1:], Form([-1]))

    def positive(self, a):
        """Whether a form is at least 0."""
        if len(a) == 1:
            return a[0] >= 0
        a = Form(int(x) for x in a * a.common()).tightened()
        below = (Form([-1]) - a).tightened()
        kind, *shown = self.answers.get(a, [None])
        know(kind, "the evidence does not answer a question")
        if kind == "split":
            raise Split([self.assume(a), self.assume(below)])
        know(self.shows(*shown, a if kind == "nonnegative" else below), "multipliers do not add up")
        return kind == "nonnegative"

    def is_zero(self, a):
        return self.positive(a) and self.positive(-a)

    def floor(self, a, by=1):
        by, whole = by * a.common(), [int(x) for x in a * a.common()]
        for i, x in enumerate(whole[1:]):
            if x % by:
                modulus = by // gcd(x, by)
                know(modulus <= 10_000, "too many residues")
                raise Split([self.residue(i, modulus, rest) for rest in range(modulus)])
        return Form(x // by for x in whole)

def answers_of(evidence):
    """By the facts of a case: by form the kind of answer, scale and factors; under `None` that the case is empty."""
    answers, forms = {}, [Form(map(int, numbers)) for numbers in evidence.forms]
    need(all(i < len(forms) for case in evidence.cases for i in case), "a case has no such form")
    fits = all(i < len(evidence.cases) and (kind == "empty" or rest[0] < len(forms)) for kind, i, *rest in evidence.lemmas)
    need(fits, "a lemma has no such case or form")
    for kind, case, *rest in evidence.lemmas:
        facts = tuple(forms[i] for i in evidence.cases[case])
        what = None if kind == "empty" else forms[rest.pop(0)]
        answers.setdefault(facts, {})[what] = [kind] if kind == "split" else [kind, int(rest[0]), [int(n) for n in rest[1]]]
    return answers

def cases_of(subjects, answers, names, formula):
    """How many cases were gone through for a formula about all values of the names; it is true in each."""
    stack, done = [Situation(subjects, answers, {name: Form((0,) * (1 + i) + (1,)) for i, name in enumerate(names)})], 0
    while stack:
        at = stack.pop()
        limit(done + len(stack) <= MOST_CASES, "too many cases")
        try:
            know(evaluate(at, formula), "something is false")
        except Split as split:
            stack += reversed(split.args[0])
            done -= 1
        except Stuck:
            if not at.is_empty():
                raise
        done += 1
    return done


# ---- 3. Terms and formulas ---------------------------------------------------------------------------------------------------------

def evaluate(at, part):
    """The form of a term, or whether a formula is true. It is remembered, as terms share parts; `and` and `or` have any number of them."""
    if type(part) is not list:
        return part if type(part) is bool else Form([exact(part)])
    if id(part) not in at.known:
        at.known[id(part)] = evaluated(at, *part)
    return at.known[id(part)]

def evaluated(at, op, *parts):
    if op in LOOKING:
        return LOOKING[op](at, lambda part: evaluate(at, part), *parts)
    values = [evaluate(at, part) for part in (reversed(parts) if op in COMPARISONS else parts)]
    found = OPERATIONS[op](at, *values)
    longest = max(map(lambda x: max(x.numerator.bit_length(), x.denominator.bit_length()), found)) if type(found) is Form else 0
    limit(longest <= MOST_BITS, "a number is too long")
    return found

def is_within(at, look, a, b, most):
    difference, most = -(look(b) - look(a)), look(most)
    return at.positive(most - difference) and at.positive(most + difference)

def named(at, _, name):
    know(name in at.names, f"{name} has no value")
    return at.names[name]

def is_valid(at, _, subject):
    """It is looked at where it is read."""
    know(at.subjects[subject].kind != "pipeline", "a pipeline is not a schedule")
    return True

def measured(at, look, name, subject, *places):
    places = [place if place is None else look(place).constant() for place in places]
    know(all(place is None or place.denominator == 1 for place in places), "half a device or stage")
    return Form([at.subjects[subject].measure(name, *(place if place is None else int(place) for place in places))])

def divided(at, a, b):
    """Quotient and remainder."""
    know(all(at.is_zero(side - at.floor(side)) for side in (a, b)), "div or mod of a fraction")
    if len(b) == 1:
        know(b[0] != 0, "division by 0")
        quotient = at.floor(a if b[0] > 0 else -a, int(abs(b[0])))
        return quotient, a - quotient * b[0]
    for quotient in (0, 1, -1, 2, -2, 3, -3, 4, 5, 6, 7):
        rest = a - b * quotient
        if at.positive(rest) and not at.positive(rest - b):
            return Form([quotient]), rest
    raise Stuck("a quotient is not found")

def quotient(a, b):
    know(b.constant() != 0, "division by 0")
    return a * Fraction(1, b[0])

LOOKING = {  # what looks at no more parts than decide, or at other things than values
    "ite": lambda at, look, condition, a, b: look(a if look(condition) else b), "not": lambda at, look, a: not look(a),
    "and": lambda at, look, *parts: all(map(look, parts)), "or": lambda at, look, *parts: any(map(look, parts)),
    "implies": lambda at, look, a, b: not look(a) or look(b), "within": is_within, "var": named, "measure": measured, "valid": is_valid,
    "deadlock_free": lambda at, look, subject, *rest: deadlock_free(at.subjects[subject], *rest),
}
OPERATIONS = {  # a comparison is given its right side first
    "add": lambda at, a, b: a + b, "sub": lambda at, a, b: a - b, "neg": lambda at, a: -a, "quo": lambda at, a, b: quotient(a, b),
    "mul": lambda at, a, b: b * a[0] if len(a) == 1 else a * b.constant(), "abs": lambda at, a: a if at.positive(a) else -a,
    "min": lambda at, a, b: a if at.positive(b - a) else b, "max": lambda at, a, b: b if at.positive(b - a) else a,
    "floor": lambda at, a: at.floor(a), "ceil": lambda at, a: -at.floor(-a),
    "div": lambda at, a, b: divided(at, a, b)[0], "mod": lambda at, a, b: divided(at, a, b)[1],
    ">=": lambda at, b, a: at.positive(a - b), "<": lambda at, b, a: not at.positive(a - b), "==": lambda at, b, a: at.is_zero(a - b),
    "<=": lambda at, b, a: at.positive(b - a), ">": lambda at, b, a: not at.positive(b - a), "!=": lambda at, b, a: not at.is_zero(a - b),
}


def deadlock_free(laid, channel, offsets, steps, passage=None):
    """Whether no device waits for ever, as times or a circle of events show."""
    know(laid.kind == "schedule" and passage is not None, "deadlock_free of what is no schedule, or without evidence")
    p = laid.problem
    places = [place(p, x) for x in range(p.passes)]
    home, waits = [at.row // p.streams for at in places], []  # a wait: from an event (or none) to one that waits for it
    needed = [(x - at.n + y, x) for x, at in enumerate(places) for y in at.route.dep[at.n]]
    wanted = [(device, x) for x, device in enumerate(home)]
    for t, (x, y) in enumerate(needed):
        waits += [(x, p.passes + t), (p.passes + t, y)]
        wanted += [(home[x], -1 - 2 * t), (home[y], -2 - 2 * t)] if home[x] != home[y] else []
    ends = (offsets[:1], offsets[-1:]) == ([0], [len(steps)])
    know(len(offsets) == p.devices + 1 and offsets == sorted(offsets) and ends, "the rows do not fit")
    rows, events = [steps[begin:end] for begin, end in zip(offsets, offsets[1:])], p.passes + len(needed)
    know(sorted((d, step) for d, row in enumerate(rows) for step in row) == sorted(wanted), "a row has not what runs and is sent there")
    for row in rows:
        starts, last, group, before = [laid.starts[step] for step in row if step >= 0], None, None, {}
        know(starts == sorted(starts), "a row has a pass before one that starts earlier")
        for step in row:
            t, receives = divmod(-1 - step, 2)
            event = step if step >= 0 else p.passes + t
            waits.append((last if step < 0 or group is None else group, event))
            if step >= 0:
                last, group = event, None
            elif channel == "grouped":
                events += group is None
                group = events - 1
                waits.append((event, group))
            elif channel != "unbounded":
                key = (home[needed[t][1 - receives]], receives and channel == "rendezvous")
                waits.append((before.get(key), event))
                before[key] = event
    kind, *shown = passage
    if kind == "times":
        know(len(shown) == events, "there is not one time for each event")
        know(all(a is None or shown[a] < shown[b] for a, b in waits), "an event does not come after all that it waits for")
        return True
    know(shown and set(zip(shown[-1:] + shown[:-1], shown)) <= set(waits), "the circle is none")
    return False


# ---- 5. Windows and bounds ---------------------------------------------------------------------------------------------------------

class NoRoom(Exception):
    """An item has nowhere to be: no schedule meets the goal."""

def sorted_nodes(route):
    """Nodes after all that they depend on, if there is such an order."""
    try:
        return list(TopologicalSorter(dict(enumerate(route.dep))).static_order())
    except CycleError:
        return list(range(len(route.dep)))

def loose_holds(route):
    """Holds whose `from` is neither `to` nor something that it depends on, at once or through others."""
    above, before, order = [1 << n for n in range(len(route.dep))], None, sorted_nodes(route) if route.holds else []
    while above != before:  # by node, as bits, itself and what it depends on
        before = list(above)
        for n in order:
            for y in route.dep[n]:
                above[n] |= above[y]
    return [(x, y) for _, _, x, y in route.holds if not above[y] >> x & 1]

class Network:
    """Items of a goal, which are its passes and, with a span, the begin of each device; and arcs between them."""

    def __init__(self, goal):
        p, self.goal = goal.problem, goal
        edges = [len(takers) * sum(map(len, route.dep)) for route, takers in zip(p.routes, p.takers)]
        holds = [len(takers) * len(route.holds) for route, takers in zip(p.routes, p.takers)]
        limit(p.nodes * len(p.routes) <= MOST_NODES, "the goal has too many nodes")
        limit(p.passes + sum(edges + holds) + p.devices <= MOST_ARCS, "the goal has too many arcs")
        self.passes = [place(p, x) for x in range(p.passes)]
        self.durations = [at.duration for at in self.passes] + [0] * (p.devices if goal.span is not None else 0)
        self.turn = max([0] + [when for _, when in goal.starts]) + sum(self.durations) + p.send * sum(edges)
        self.arcs = [arc for r in range(len(p.routes)) for arc in self.arcs_of(r)]
        for a, b in (pair for order in goal.orders for pair in zip(order, order[1:])):
            self.arcs.append((a, b, self.durations[a] if self.passes[a].row == self.passes[b].row else 0))
        # The same, such that most come after those that lead to their first item.
        ranks = [{n: rank for rank, n in enumerate(sorted_nodes(route))} for route in p.routes]
        order = [(p.ranks[at.j], ranks[at.r][at.n]) for at in self.passes] + [(-1, 0)] * p.devices
        self.sorted = sorted(self.arcs, key=lambda arc: order[arc[0]])

    def arcs_of(self, r):
        """(a, b, lag): item b starts at least `lag` after item a."""
        p, X = self.goal.problem, self.goal.span
        route, takers, loose = p.routes[r], p.takers[r], loose_holds(p.routes[r])
        room = [(x, y, max(0, (p.cap[d] - p.always[d]) // amount)) for amount, d, x, y in route.holds if amount and p.cap[d] is not None]
        for k, j in enumerate(takers):
            own = j * p.nodes
            for n, run in enumerate(route.duration):
                if k > 0:
                    yield takers[k - 1] * p.nodes + n, own + n, run
                yield from ((own + y, own + n, lag(p, r, y, n)) for y in route.dep[n])
                if X is not None and k == 0:
                    yield p.passes + route.device[n], own + n, 0
                if X is not None and j == takers[-1]:
                    yield own + n, p.passes + route.device[n], run - X
            yield from ((own + x, own + y, -route.duration[y]) for x, y in loose)
            yield from ((takers[k - c] * p.nodes + y, own + x, route.duration[y]) for x, y, c in room if k >= c)

    def longest(self, least, most, backwards=False):
        """The least values of at least `least` with value(b) >= value(a) + lag; no room if there are none up to `most`."""
        values, arcs = list(least), [(b, a, length) for a, b, length in reversed(self.sorted)] if backwards else self.sorted
        for rounds in range(len(values) + 1):
            limit(rounds * len(arcs) <= MOST_STEPS, "the times of the goal take too long to settle")
            before = list(values)
            for a, b, length in arcs:
                if values[a] + length > values[b]:
                    values[b] = values[a] + length
            if max(values, default=0) > most:
                break
            if values == before:
                return values
        raise NoRoom  # at the end of the loop there is a circle whose lags add up to more than 0

    def windows(self):
        """The first and last start of each item."""
        heads, tails, end = [0] * len(self.durations), list(self.durations), self.latest_end()
        for x, when in self.goal.starts:
            heads[x], tails[x] = max(heads[x], when), max(tails[x], end - when)
        heads, tails = self.longest(heads, end), self.longest(tails, end, True)
        if end < 0 or (self.goal.span or 0) < 0 or any(head + tail > end for head, tail in zip(heads, tails)):
            raise NoRoom
        return heads, [end - tail for tail in tails]

    def latest_end(self):
        passes, ends = self.goal.problem.passes, [0]
        if self.goal.makespan is not None or self.goal.span is None:
            return self.turn if self.goal.makespan is None else self.goal.makespan
        heads = self.longest([0] * len(self.durations), self.turn)
        for begin in {a for a, b, _ in self.arcs if a >= passes and heads[b] == 0}:  # of a device that can be first
            with suppress(NoRoom):
                ends += [last + run for last, run in zip(self.around(begin)[1][:passes], self.durations)]
        return min(self.turn, max(ends))

    def around(self, item):
        """The first and last start of each item if this one starts at 0; nothing is around one that is not there."""
        alone = [0 if i == item else -INFINITE for i in range(len(self.durations))]
        return self.longest(alone, self.turn), [-value for value in self.longest(alone, self.turn, True)]

    def holds_too_much(self, item):
        """More than a cap is held while a pass starts."""
        p, parts = self.goal.problem, list(self.goal.problem.always)
        first, last = self.around(item if item < p.passes else None)
        for route, takers in zip(p.routes, p.takers):
            for amount, device, x, y in route.holds:
                held = (last[j * p.nodes + x] <= 0 < first[j * p.nodes + y] + route.duration[y] for j in takers)
                parts[device] += amount * sum(held)
        return any(cap is not None and held > cap for held, cap in zip(parts, p.cap))

    def has_too_much_work(self, device, stream, span, begin, end):
        """More work has to be done on a stream within some time than fits."""
        p, row = self.goal.problem, (device, stream)
        runs = zip(self.passes, *(self.around(p.passes + device) if span else self.windows()))
        work = sum(at.duration for at, a, b in runs if divmod(at.row, p.streams) == row and a >= begin and b + at.duration <= end)
        return work > max(0, end - begin)

def coarsen(goal, quantum):
    """The network of the goal, in coarse ticks if there is a quantum."""
    if quantum is not None:
        (num, den), p = quantum, goal.problem
        need(num >= den >= 1 and not goal.starts, "a quantum below 1, or one beside starts")
        need(not any(map(loose_holds, p.routes)), "coarse ticks beside a hold that no dependency orders")
        routes = [route.but(duration=[d * den // num for d in route.duration]) for route in p.routes]
        need(all(d > 0 for route in routes for d in route.duration), "a duration becomes 0 in coarse ticks")
        makespan, span = goal.makespan, goal.span
        goal = goal.but(problem=p.but(routes=routes, send=p.send * den // num), makespan=makespan and makespan * den // num,
                        span=span and -(-span * den // num))
    return Network(goal)

def sum_refutes(network, refutation):
    """Whether evidence of the kinds `windows`, `held` and `load` shows that there is no room."""
    try:
        if refutation["kind"] == "held":
            return network.holds_too_much(refutation["pass"])
        if refutation["kind"] == "load":
            return network.has_too_much_work(*(refutation[key] for key in ("device", "stream", "span", "from", "to")))
        network.windows()
        return False
    except NoRoom:
        return True


# ---- 6. Clauses --------------------------------------------------------------------------------------------------------------------

# Literals are variables, negative where negated; true and false are numbers that no variable reaches.
TRUE, FALSE = 2**40, -(2**40)

class Clauses:
    """Those of a goal, flat: clause c, counted from 1, has the literals from offsets[c - 1] to offsets[c]."""

    def __init__(self, network):
        p, goal, durations = network.goal.problem, network.goal, network.durations
        limit(0 not in durations[: p.passes], "a pass takes no time")
        self.literals, self.offsets, self.variables = array("i"), array("q", [0]), 0
        self.first, self.last = network.windows()
        limit(sum(self.last) - sum(self.first) <= MOST_TICKS, f"more than {MOST_TICKS} ticks are open")
        self.shift = []  # the variable of s(i, t) is shift[i] + t
        for first, last in zip(self.first, self.last):
            self.shift.append(self.variables + 1 - first)
            self.variables += last - first
        self.ticks = range(max(map(sum, zip(self.last, durations)), default=0))
        for i, (first, last) in enumerate(zip(self.first, self.last)):
            for t in range(first, last - 1):
                self.add((-self.s(i, t), self.s(i, t + 1)))
        for a, b, length in network.arcs:
            for t in range(self.first[b], self.last[b] + 1):
                self.add((-self.s(b, t), self.s(a, t - length)))
        if goal.starts:
            self.add([self.s(x, 0) for x in range(p.passes)])
        # A row is a node of a route: its duration, and its passes. Streams have the rows with passes.
        self.rows, streams = {}, {}
        for r, route in enumerate(p.routes):
            for n, run in enumerate(route.duration):
                self.rows[r, n] = (run, [j * p.nodes + n for j in p.takers[r]])
                streams.setdefault((route.device[n], route.stream[n]), []).extend([self.rows[r, n]] if p.takers[r] else [])
        for device in range(p.devices):
            for stream in range(p.streams):
                self.write_stream(streams.get((device, stream)), goal, p.passes + device)
            if p.cap[device] is not None:
                self.write_memory(p, device)

    def add(self, clause):
        if TRUE not in clause:
            self.literals.extend([literal for literal in clause if literal != FALSE])
            self.offsets.append(len(self.literals))
            limit(len(self.offsets) <= MOST_CLAUSES + 1, f"more than {MOST_CLAUSES} clauses")
            limit(len(self.offsets) + len(self.literals) <= MOST_LITERALS, f"more than {MOST_LITERALS} literals in clauses")

    def variable(self):
        self.variables += 1
        return self.variables

    def s(self, item, tick):
        return FALSE if tick < self.first[item] else TRUE if tick >= self.last[item] else self.shift[item] + tick

    def write_stream(self, rows, goal, begin):
        """One at a time."""
        if not rows:
            return
        busy, work = [self.running(rows, t) for t in self.ticks], sum(run * len(passes) for run, passes in rows)
        for running in busy:
            for a, b in combinations(running, 2):
                self.add((-a, -b))
        if goal.makespan is not None:
            self.at_most(goal.makespan - work, [[(0, []), (1, running)] for running in busy])
        if goal.span is not None:
            idle = [[*running, -self.s(begin, t), self.s(begin, t - goal.span)] for t, running in enumerate(busy)]
            self.at_most(goal.span - work, [[(0, []), (1, now)][: 1 if TRUE in now else 2] for now in idle])

    def running(self, rows, t):
        """For each row that may run at a time, the variable for that."""
        found = []
        for run, passes in rows:
            may = [(self.s(x, t), self.s(x, t - run)) for x in passes]
            may = [(begun, done) for begun, done in may if begun != FALSE and done != TRUE]
            if may:
                found.append(self.variable())
                self.add((-found[-1], may[0][0]))
            for (begun, done), (following, _) in zip(may, may[1:] + [(FALSE, FALSE)]):
                self.add((-begun, done, found[-1]))
                self.add((-found[-1], -done, following))
        return found

    def write_memory(self, p, device):
        takes, keeps, room = Counter(), Counter(), p.cap[device] - p.always[device]
        for r, route in enumerate(p.routes):
            for amount, _, x, y in (hold for hold in route.holds if hold[1] == device and hold[0] > 0):
                takes[r, x] += amount
                keeps[r, y] += amount
                room += amount * len(p.takers[r])
        for t in self.ticks:
            taken = [counted_up(weight, [self.s(x, t) for x in self.rows[row][1]]) for row, weight in takes.items()]
            kept = [(weight, *self.rows[row]) for row, weight in keeps.items()]
            kept = [counted_up(weight, [-self.s(x, t - run) for x in reversed(passes)]) for weight, run, passes in kept]
            self.at_most(room, taken + kept)

    def at_most(self, n, summands):
        """That the summands, each a list of levels (value, literals), add up to no more. Rests are what is left for those that follow."""
        low, high, before = sum(levels[0][0] for levels in summands), sum(levels[-1][0] for levels in summands), {n: TRUE}
        if n < low:
            self.add(())
        for levels in summands:
            low, high, after = low - levels[0][0], high - levels[-1][0], {}
            if len(levels) == 1:
                before = {rest - levels[0][0]: literal for rest, literal in before.items()}
                continue
            for rest, literal in before.items():
                for left, literals in ((rest - value, literals) for value, literals in levels if rest - value < high):
                    if left >= low and left not in after:
                        after[left] = self.variable()
                    self.add([-literal, *literals, after.get(left, FALSE)])
            rests = sorted(after)
            for a, b in zip(rests, rests[1:]):
                self.add((-after[a], after[b]))
            before = after

def counted_up(weight, literals):
    levels = [(0, [])]
    for k, literal in enumerate(literals):
        if literal == FALSE:
            break
        levels = [*(levels if literal != TRUE else []), ((k + 1) * weight, [-literal])]
    return levels


# ---- 7. Proofs ---------------------------------------------------------------------------------------------------------------------

def unpack(folder, size, name):
    """The bytes of a proof, which is named by their digest and stands in the certificate's folder."""
    need(re.fullmatch("[0-9a-f]{64}", name), "the name of a proof is no digest")
    limit(size <= MOST_PROOF, f"a proof has more than {MOST_PROOF} bytes")
    path, unpacker, data = os.path.join(folder, f"{name}.proof.gz"), zlib.decompressobj(31), bytearray()
    need(os.path.isfile(path), f"{name}.proof.gz is not beside the certificate")
    try:
        with open(path, "rb") as file:
            packed = file.read(2**16)
            while packed and len(data) <= size:
                data += unpacker.decompress(packed, 2**20)
                packed = unpacker.unused_data or unpacker.unconsumed_tail or file.read(2**16)
                if unpacker.eof and packed[:1] != b"\x1f":  # no further member: what follows does not count
                    break
                unpacker = zlib.decompressobj(31) if unpacker.eof else unpacker
    except (OSError, zlib.error) as error:
        raise Refused(f"{name}.proof.gz cannot be unpacked: {error}") from None
    need(unpacker.eof and len(data) == size, f"{name}.proof.gz is not {size} bytes, packed")
    need(hashlib.sha256(data).hexdigest() == name, f"{name}.proof.gz has another digest")
    return data

def numbers_of(data):
    opening, numbers, value, shift = b"bubbleproof proof 1\n", array("i"), 0, 0
    need(data.startswith(opening), "a proof does not begin as one")
    for byte in memoryview(data)[len(opening) :]:
        value, shift = value | (byte & 127) << shift, shift + 7
        need(value < 2**31 and shift <= 35 and (byte or shift == 7), "a number of a proof is too long")
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    need(shift == 0, "a proof ends within a number")
    return numbers

def lemmas_of(numbers):
    """Where each lemma has the number of its literals, that of its hints, and its end."""
    end = 0
    while end < len(numbers):
        begin, middle = end, end + 1 + numbers[end]
        need(middle < len(numbers) and middle + numbers[middle] < len(numbers), "a proof ends within a lemma")
        end = middle + 1 + numbers[middle]
        yield begin, middle, end

def check_proof(clauses, numbers, lrat):
    """Checks the lemmas one by one and adds them to the clauses."""
    literals, offsets = clauses.literals, clauses.offsets
    false = bytearray(2 * clauses.variables + 1)  # by literal: negative ones are found from the end
    hint, size = 0, -1
    for begin, middle, end in lemmas_of(numbers):
        need(size != 0, "a proof goes on after its end")
        size, number = numbers[begin], len(offsets)
        lemma = [-(code >> 1) if code & 1 else code >> 1 for code in numbers[begin + 1 : middle]]
        need(0 not in lemma and max(map(abs, lemma), default=0) <= clauses.variables, "a lemma has a variable that no clause has")
        trail, used, contradiction = list(lemma), [], False
        for literal in lemma:
            false[literal] = 1
        for code in numbers[middle + 1 : end]:
            hint += -(code + 1 >> 1) if code & 1 else code >> 1
            if not 0 < hint < number:
                raise Refused(f"lemma {number} has the hint {hint}, which is no clause before it")
            unit = 0
            for literal in literals[offsets[hint - 1] : offsets[hint]]:
                if not false[literal] and literal != unit:
                    if unit:
                        raise Refused(f"lemma {number} does not follow: two literals of clause {hint} may be true")
                    unit = literal
            if not false[-unit]:  # also where none is left: there is no literal 0
                used += [] if contradiction else [hint]
                contradiction = contradiction or unit == 0
                false[-unit] = unit != 0
                trail.append(-unit)
        need(contradiction, f"lemma {number} does not follow: its hints lead to no contradiction")
        for literal in trail:
            false[literal] = 0
        literals.extend(lemma)
        offsets.append(len(literals))
        if lrat:
            lrat.write(" ".join(map(str, [number, *lemma, 0, *used, 0])) + "\n")
    need(size == 0, "a proof does not end in a contradiction")

def write_dimacs(clauses, file):
    file.write(f"p cnf {clauses.variables} {len(clauses.offsets) - 1}\n")
    for begin, end in zip(clauses.offsets, clauses.offsets[1:]):
        file.write(" ".join(map(str, [*clauses.literals[begin:end], 0])) + "\n")

def refute(goal, refutation, case):
    """That no schedule meets the goal; in words how that is known."""
    network = coarsen(goal, refutation.quantum)
    if refutation.kind != "clauses":
        need(sum_refutes(network, refutation), f"the {refutation.kind} do not refute the goal")
        return "a bound added up"
    numbers = numbers_of(unpack(case.folder, refutation.proof.bytes, refutation.proof.sha256))
    lemmas = sum(1 for _ in lemmas_of(numbers))  # which looks at all before the first is checked
    try:
        clauses = Clauses(network)
    except NoRoom:
        return "a pass has no room"
    (dimacs, lrat), case.exports, count = case.exports, (None, None), len(clauses.offsets) - 1  # the first refutation is written
    if dimacs:
        write_dimacs(clauses, dimacs)
    check_proof(clauses, numbers, lrat)
    return f"{lemmas} lemmas checked on {count} clauses"


# ---- 4. Statements -----------------------------------------------------------------------------------------------------------------

class Case:
    """A statement under check: its problems, which must be used in their order, what is counted, and what is found, in words."""

    def __init__(self, folder, exports=(None, None)):
        self.folder, self.exports, self.problems, self.used, self.passes, self.subjects, self.words = folder, exports, [], 0, 0, 0, []

    def use(self, number):
        need(number < len(self.problems) and number <= self.used, "a problem is not there or not used in order")
        problem, self.used = self.problems[number], max(self.used, number + 1)
        self.passes += problem.passes + problem.devices * problem.streams
        limit(self.passes <= MOST_PASSES, f"more than {MOST_PASSES} passes and streams in all")
        return problem

    def lay(self, value):
        return Laid(value.kind, self.use(value.problem), value.get("starts"), value.get("interval"), value.get("stages", ()))

    def goal(self, value):
        named = [x for x, _ in value.starts] + [x for order in value.orders for x in order]
        goal = value.but(problem=self.use(value.problem), named=named)
        limit(goal.problem.passes <= MOST_OF_GOAL, f"a goal of more than {MOST_OF_GOAL} passes")
        need(max(named, default=-1) < goal.problem.passes, "a goal names no pass")
        return goal

    def say(self, parameters, words, problem=None):
        words = "".join(f"{name} = {n}: " for name, n in parameters) + words
        about = f", for {problem.devices} devices, {problem.microbatches} microbatches of {', '.join(problem.names)}" if problem else ""
        self.words.append(words + about[:140])

def said(value):
    """A term, formula or goal in words."""
    if isinstance(value, dict):
        parts = [(key, value[key]) for key in ("makespan", "span", "starts", "orders") if value[key] not in (None, [])]
        return " and ".join(f"{key} <= {part}" if type(part) is int else f"{len(part)} {key}" for key, part in parts) or "these passes"
    if type(value) is not list:
        return str(value).lower() if type(value) is bool else str(value)
    op, *parts = value[1:] if value[0] == "measure" else value[:3] if value[0] == "deadlock_free" else value
    words = [said(part) for part in parts if part is not None]
    if len(words) == 2 and value[0] not in ("measure", "deadlock_free"):
        return f"({words[0]} {dict(add='+', sub='-', mul='*', quo='/').get(op, op)} {words[1]})"
    return words[0] if op == "var" else f"{op}({', '.join(words)})"

def check_claim(statement, evidence, case):
    """Of the kinds `holds` and `false`."""
    holds, instances = statement.kind == "holds", statement.get("instances") or [statement.instance]
    flows = [list(parts_of(instance.claim, "deadlock_free")) for instance in instances]
    need(any(flows) == ("passages" in evidence), "passages beside no deadlock_free, or the other way round")
    need([len(some) for some in evidence.get("passages", flows)] == [len(some) for some in flows], "not one passage for each deadlock_free")
    for flow, passage in zip((flow for some in flows for flow in some), (one for some in evidence.get("passages", []) for one in some)):
        flow.append(passage)
    for instance in instances:
        case.subjects += len(instance.subjects)
        limit(case.subjects <= MOST_INSTANCES, f"more than {MOST_INSTANCES} subjects")
        need(max(subjects_of(instance.claim), default=-1) < len(instance.subjects), "a claim speaks of no subject")
        subjects, words = [case.lay(subject) for subject in instance.subjects], said(instance.claim)
        need(evaluate(Situation(subjects), instance.claim) == holds, f"the claim is {str(not holds).lower()}: {words}")
        case.say(instance.parameters, ("" if holds else "it is false that ") + words, subjects[0].problem if subjects else None)
    return "replayed"

def check_invalid(statement, evidence, case):
    subject, problem = statement.subject, case.use(statement.subject.problem)
    need(evidence.get("device", -1) < problem.devices, "the evidence names no device")
    passes = [evidence[key] for key in ("first", "second", "needs", "pass", "from", "to") if key in evidence]
    need(max(passes, default=-1) < problem.passes, "the evidence names no pass")
    if subject.kind == "order":
        there = is_misplaced(problem, listed(problem, subject.lists), evidence)
    else:
        need(len(subject.starts) == problem.passes, "there is not one start for each pass")
        there = clash(problem, subject.starts, evidence)
    need(there, "the conflict in the evidence is not there")
    case.say(statement.parameters, f"the {subject.kind} cannot be", problem)
    return ", ".join(f"{key}: {value}" for key, value in evidence.items())

def clash(problem, starts, evidence):
    """Whether starts are no schedule in the way that the evidence says."""
    keys = {"overlap": ("first", "second"), "early": ("pass", "needs"), "hold": ("from", "to")}.get(evidence.kind)
    if evidence.kind == "memory":
        parts = problem.always[evidence.device]
        for first in range(0, problem.passes, problem.nodes or 1):
            route = place(problem, first).route
            parts += sum(amount for amount, device, x, y in route.holds if device == evidence.device
                         and starts[first + x] <= evidence.time < starts[first + y] + route.duration[y])
        return problem.cap[evidence.device] is not None and parts > problem.cap[evidence.device]
    need(keys, "evidence that is not for starts")
    (one, begins), (two, begin) = ((place(problem, evidence[key]), starts[evidence[key]]) for key in keys)
    if evidence.kind == "overlap":
        together = begins == begin and one.duration > 0 and two.duration > 0
        return evidence.first != evidence.second and one.row == two.row and (together or begins < begin < begins + one.duration)
    if evidence.kind == "early":
        return depends(one, two) and begins < begin + lag(problem, one.r, two.n, one.n)
    return one.j == two.j and any(hold[2:] == [one.n, two.n] for hold in one.route.holds) and begin + two.duration < begins

def depends(one, two):
    return one.j == two.j and two.n in one.route.dep[one.n]

def listed(problem, lists):
    """Where passes stand in the lists of an order: (pass, (list, place))."""
    spots = [(x, (n, k)) for n, passes in enumerate(lists) for k, x in enumerate(passes)]
    need(len(lists) == problem.devices * problem.streams, "there is not one list for each stream")
    need(all(x < problem.passes for x, _ in spots), "a list names no pass")
    return spots

def is_misplaced(problem, spots, evidence):
    """Whether an order cannot be run in the way that the evidence says."""
    if evidence.kind == "deadlock":
        cycle, spot = evidence.cycle, dict(spots)
        need(len(spot) == len(spots), "a pass stands twice in the lists")
        need(cycle and max(map(max, cycle)) < problem.passes, "a cycle of nothing, or of no passes")
        steps = [(y, after, *spot.get(y, (-1, 0)), *spot.get(after, (-2, 0))) for (_, y), (after, _) in zip(cycle, cycle[1:] + cycle[:1])]
        behind = all(y == after or (one == two and k > i) for y, after, one, k, two, i in steps)
        return behind and all(depends(place(problem, x), place(problem, y)) for x, y in cycle)
    need(evidence.kind in ("missing", "twice", "elsewhere"), "evidence that is not for an order")
    rows, home = [n for x, (n, _) in spots if x == evidence["pass"]], place(problem, evidence["pass"]).row
    if evidence.kind == "elsewhere":
        return any(n != home and n // problem.streams == evidence.device for n in rows)
    return not rows if evidence.kind == "missing" else len(rows) > 1

def check_deadlock_free(statement, evidence, case):
    need(statement.channels is None, "no such channels")
    need(len(evidence.sequences) == len(statement.instances), "there is not one sequence for each instance")
    for instance, sequence in zip(statement.instances, evidence.sequences):
        problem = case.use(instance.problem)
        spots, when = listed(problem, instance.lists), {x: k for k, x in enumerate(sequence)}
        everywhere = sorted(sequence) == sorted(x for x, _ in spots) == list(range(problem.passes))
        need(everywhere, "not every pass stands once in the lists and in the sequence")
        need(all(place(problem, x).row == n for x, (n, _) in spots), "a pass is in the list of another stream")
        in_order = all(when[a] < when[b] for passes in instance.lists for a, b in zip(passes, passes[1:]))
        need(in_order, "the sequence leaves the order of a list")
        for x, at in ((x, place(problem, x)) for x in sequence):
            need(all(when[x - at.n + y] < when[x] for y in at.route.dep[at.n]), "a pass comes before what it depends on")
        case.say(instance.parameters, "each stream can run its passes in its order", problem)
    return "put in order"

def meet(goal, starts):
    """The schedule, if it meets the goal."""
    p, laid = goal.problem, Laid("schedule", goal.problem, starts)
    for name in ("makespan", "span"):
        need(goal[name] is None or laid.amount(name) <= goal[name], f"the {name} is {laid.amount(name)}, above {goal[name]}")
    ranked = {key: sorted(column) for key, column in laid.columns.items()}
    start = {x: ranked[at.r, at.n][p.ranks[at.j]] for x, at in ((x, place(p, x)) for x in goal.named)}
    need(all(start[x] == when + min(starts) for x, when in goal.starts), "a pass does not start when it should")
    need(all(start[a] < start[b] for order in goal.orders for a, b in zip(order, order[1:])), "an order is not kept")
    return laid

def check_impossible(statement, evidence, case):
    need(len(evidence.refutations) == len(statement.instances), "there is not one refutation for each instance")
    shown = []
    for instance, refutation in zip(statement.instances, evidence.refutations):
        goal = case.goal(instance.goal)
        shown.append(refute(goal, refutation, case))
        case.say(instance.parameters, f"no schedule within its caps has {said(goal)}", goal.problem)
    return "; ".join(shown[:3])

def check_best(statement, evidence, case):
    """Of the kinds `best` and `possible`, which has no objectives."""
    goal, aims, refutations = case.goal(statement.goal), statement.get("objectives", []), evidence.get("refutations", [])
    laid, shown = meet(goal, evidence.starts), ["replayed"]
    need(len(aims) == len({aim.measure for aim in aims}) == len(refutations), "not one refutation for each of some measures")
    need(aims or statement.kind == "possible", "there is no objective")
    case.say(statement.parameters, f"a schedule within its caps has {said(goal)}", goal.problem)
    for aim, refutation in zip(aims, refutations):
        bound, name, value = aim.bound, aim.measure, aim.value
        need(bound == value or (bound < value and aim is aims[-1]), "a bound is not its value")
        need(laid.amount(name) == value, f"the schedule's {name} is {laid.amount(name)}, not {value}")
        shown.append(refute(at_most(goal, name, bound - 1), refutation, case))
        goal = at_most(goal, name, value)
        case.words[-1] += f"\nand {name} {value}; none has less than {bound}"
    return "; ".join(shown)

def at_most(goal, name, bound):
    """The goal with one bound more."""
    if name == "peak":
        return goal.but(problem=goal.problem.but(cap=[bound if cap is None else min(cap, bound) for cap in goal.problem.cap]))
    return goal.but(**{name: bound if goal[name] is None else min(goal[name], bound)})


# ---- Claims for all sizes (docs/forall.md) -----------------------------------------------------------------------------------------

# What a claim says of blocks is written out as terms and formulas. An obligation is (names, formula): it is true whatever the names are.
NOTHING = ["var", ""]  # a name without value
DEVICE, MEMBER, OTHER = ["var", "device.any"], ["var", "member.any"], ["var", "member.other"]

def put(term, terms):
    """Terms, by name, in the places of the names."""
    if type(term) is not list:
        return term
    return terms.get(term[1], term) if term[0] == "var" else [term[0], *(put(part, terms) for part in term[1:])]

def whole(term):
    return ["==", ["floor", term], term]

def same(some, others):
    return ["and", *(["==", a, b] for a, b in zip(some, others))] if len(some) == len(others) else False

def folded(op, first, terms):
    for term in terms:
        first = [op, first, term]
    return first

def either(condition, term, otherwise=0):
    return ["ite", condition, term, otherwise]

def given(thing, terms):
    """Terms for the indices of a family or hold, by name."""
    return {name: term for (name, _, _), term in zip(thing.indices, terms)}

def within(thing, terms):
    """That terms are in the ranges of the indices."""
    names = given(thing, terms)
    ranges = [([">=", term, put(low, names)], [">=", put(high, names), term]) for (_, low, high), term in zip(thing.indices, terms)]
    return ["and", *map(whole, terms), *(bound for both in ranges for bound in both)]

def tuples(thing, formula, more=()):
    """An obligation for each tuple of indices."""
    return [name for name, _, _ in thing.indices] + list(more), ["implies", within(thing, thing.own), formula]

class Block:
    """A building block or pipeline of any size."""

    def __init__(self, subject, hints):
        self.kind, self.microbatches, self.hints, block = subject.kind, subject.microbatches, hints, subject.block
        self.always, self.cap, self.count, self.group = block.always, block.cap, block.devices, block.group
        self.T, self.G = block.interval and int(block.interval), 1 if block.group is None else block.group
        # Each family and hold has its inverse, and the names of its own indices as terms.
        self.families, self.holds = ([thing.but(inverse=inverse, own=[["var", name] for name, _, _ in thing.indices])
                                      for thing, inverse in zip(block[key], [*hints.inverse[key], *repeat([], len(block[key]))])]
                                     for key in ("families", "holds"))

    def run(self, f, terms):
        """A pass: terms for its start, duration, end and device, and that it is there."""
        family, names = self.families[f], given(self.families[f], terms)
        run = Record({key: put(family[key], names) for key in ("start", "duration", "device")}, stream=family.stream)
        return run.but(end=["add", run.start, run.duration], there=within(family, terms))

    def held(self, hold, terms):
        """The first and last pass of a hold, where it is and its amount."""
        names = given(hold, terms)
        first, last = (self.run(f, [put(term, names) for term in its]) for f, its in (hold["from"], hold.to))
        held = Record({key: put(hold[key], names) for key in ("device", "amount")})
        return held.but(first=first, last=last, begin=first.start, end=last.end)

    def is_device(self, term):
        return ["and", whole(term), [">=", term, 0], ["<", term, self.count]]

    def devices(self, formula, more=()):
        return ["device.any", *more], ["implies", self.is_device(DEVICE), formula]

    # Where things are: on a device, of a block that runs once beside a microbatch

    def place(self, thing, terms):
        return [put(thing.device, given(thing, terms))] + ([] if self.T else [terms[-1] if terms else NOTHING])

    def found(self, thing):
        """That the inverse finds each tuple of a family or hold, on a device that there is."""
        member = self.group is None and self.T is not None
        if not member and thing.indices:
            member = same([thing.indices[-1][1], ["add", thing.indices[-1][2], 1]], [0, self.G])
        ways = (same(found, thing.own) for found in self.inverted(thing, self.place(thing, thing.own)))
        return tuples(thing, ["and", self.is_device(thing.device), member, ["or", *ways]])

    def inverted(self, thing, place):
        places = dict(zip(("device.", "member."), place))
        return [[put(term, places) for term in terms] for terms in thing.inverse]

    def at(self, things, device, member):
        """What the inverses find at a place: the number of the thing, a tuple, and that it is there."""
        place = [device] if self.T else [device, member]
        for number, thing in enumerate(things):
            found = [terms for terms in self.inverted(thing, place) if len(terms) == len(thing.indices)]
            for i, terms in enumerate(found):
                news = (["not", same(before, terms)] for before in found[:i])
                yield number, terms, ["and", within(thing, terms), same(self.place(thing, terms), place), *news]

    def holds_at(self, device, member):
        found = [self.held(self.holds[h], terms).but(there=there, hold=self.holds[h], terms=terms)
                 for h, terms, there in self.at(self.holds, device, member)]
        know(len(found) <= 50, "too many holds on a device")
        return found

    # What has to be so for the claim to speak of anything

    def owed(self):
        if self.microbatches is not None:
            yield (), ["and", positive(self.microbatches), self.T is not None or [">=", self.G, self.microbatches]]
        yield (), ["and", positive(self.count), positive(self.G)]
        yield self.devices([">=", put(self.always, {"device.": DEVICE}), 0])
        yield from map(self.found, self.families)
        for family in self.families:
            yield tuples(family, ["and", whole(family.duration), [">=", family.duration, 0]])
        if self.kind == "pipeline":
            return
        for family in self.families:
            fits = self.T is None or [">=", self.T, family.duration]
            yield tuples(family, ["and", whole(family.start), [">=", family.duration, 1], fits])
        for family in self.families:
            for g, terms, names in family.needs:
                before = self.run(g, terms)
                waits = ["implies", before.there, [">=", family.start, before.end]]
                yield tuples(family, ["and", *map(whole, terms), waits], names)
        yield from map(self.found, self.holds)
        for hold in self.holds:
            its = self.held(hold, hold.own)
            in_order = [">=", its.last.start, its.first.start]
            yield tuples(hold, ["and", [">=", hold.amount, 0], its.first.there, its.last.there, in_order])
        yield self.one_at_a_time()
        if self.cap is not None:
            yield from self.fixed()
            yield self.devices([">=", put(self.cap, {"device.": DEVICE}), self.most(DEVICE)])

    def one_at_a_time(self):
        first, second = ([(self.run(f, terms), terms, there) for f, terms, there in self.at(self.families, DEVICE, member)]
                         for member in (MEMBER, OTHER))
        know(len(first) <= 100, "too many passes on a device")
        pairs = []
        for i, (one, terms, there) in enumerate(first):
            for k, (other, others, too) in list(enumerate(first if self.T else second))[i:]:
                gap = ["mod", ["sub", other.start, one.start], self.T]
                apart = ["and", [">=", gap, one.duration], [">=", ["sub", self.T, gap], other.duration]]
                once = ["or", [">=", other.start, one.end], [">=", one.start, other.end]]
                both = ["and", there, too, *([["not", same(terms, others)]] if i == k else [])]
                pairs += [["implies", both, apart if self.T else once]] if one.stream == other.stream else []
        return self.devices(["and", *pairs], ["member.any", "member.other"])

    def fixed(self, device=None):
        """The order of its stream 0 says what a device, or any, holds."""
        for hold in self.holds:
            its, late = self.held(hold, hold.own), self.held(hold, hold.own[:-1] + [["sub", self.G, 1]])
            know(its.first.stream == its.last.stream == 0, "a hold on another stream")
            alike = self.T is not None or same([late.device, late.amount], [its.device, its.amount])
            yield tuples(hold, ["and", same([its.first.device, its.last.device], [its.device] * 2), alike])
        if self.T is None:
            at = DEVICE if device is None else device
            last = self.holds_at(at, ["sub", self.G, 1])
            first = last[0].begin if last else 0
            instant = folded("max", first, [either(one.there, one.begin, first) for one in last])
            each = [self.held(one.hold, one.terms[:-1] + [MEMBER]) for one in last]
            at_once = (["implies", one.there, ["and", [">=", instant, its.begin], [">", its.end, instant]]] for one, its in zip(last, each))
            some = ["and", self.is_device(at), [">=", MEMBER, 0], ["<", MEMBER, self.G]]
            yield ["device.any"] * (device is None) + ["member.any"], ["implies", some, ["and", *at_once]]

    # Measures

    def peak(self, device):
        """The most that a device holds, and a function from a number of microbatches to the formula that these reach it."""
        always, held = put(self.always, {"device.": device}), self.holds_at(device, ["sub", self.G, 1])
        if self.T is None:
            most = folded("add", always, [either(one.there, ["mul", one.amount, self.G]) for one in held])
            return most, lambda microbatches: ["==", microbatches, self.G]
        begun, ended = ([[["div", ["sub", one.begin, other[when]], self.T] for other in held] for one in held] for when in ("begin", "end"))
        sums = []
        for since, until in zip(begun, ended):
            alive = (either(one.there, ["mul", one.amount, ["sub", b, e]]) for one, b, e in zip(held, since, until))
            sums.append(folded("add", always, alive))
        most = folded("max", always, [either(one.there, total, always) for one, total in zip(held, sums)])

        def reached(microbatches):
            blocks, ways = ["div", microbatches, self.G], [[">=", always, most]]
            for one, total, since, until in zip(held, sums, begun, ended):
                enough = (["implies", ["and", first.there, last.there], [">=", blocks, ["sub", b, e]]]
                          for first, b in zip(held, since) for last, e in zip(held, until))
                ways.append(["and", one.there, [">=", total, most], *enough])
            return ["or", *ways]

        return most, reached

    def most(self, device):
        return self.peak(device)[0]

    def load(self, device):
        found = self.at(self.families, device, 0)
        return folded("add", 0, [either(there, self.run(f, terms).duration) for f, terms, there in found if self.families[f].stream == 0])

    def greatest(self, claim, measure, device, candidates):
        """A measure of a device, or the greatest of all."""
        if device is not None:
            return either(self.is_device(device), measure(device), NOTHING)
        most = folded("max", 0, [either(self.is_device(c), measure(c)) for c in candidates])
        claim.owed.append(self.devices([">=", most, measure(DEVICE)]))
        return most

    def measure(self, claim, name, device, stage):
        """A term for it; what is owed for it, new names and facts about them go to the claim."""
        m, parts, candidates = self.microbatches, self.hints.parts, self.hints.candidates.peak
        know(name in (["load"] if self.kind == "pipeline" else ["peak", "lifespan", "period"]), f"{name} of a {self.kind}")
        know((stage is None) == (name != "lifespan"), f"{name} of a stage, or of none")
        if name == "load":
            return self.greatest(claim, self.load, device, self.hints.candidates.load)
        if name != "peak":
            know(device is None and m is None and (name == "lifespan" or self.T is not None), f"{name} has no value")
            return self.T if name == "period" else self.lifespan(stage)
        claim.owed += self.fixed(device)
        most = self.greatest(claim, self.most, device, candidates)
        if m is None:
            return most
        claim.owed.append(self.devices(whole(["mul", parts, put(self.always, {"device.": DEVICE})])))
        claim.owed += [tuples(hold, whole(["mul", parts, hold.amount])) for hold in self.holds]
        claim.names.append(f"held.{len(claim.names)}")
        held, ways = ["quo", ["var", claim.names[-1]], parts], ["or"]
        for c in candidates if device is None else [device]:
            own_most, reached = self.peak(c)
            ways.append(["and", self.is_device(c), [">=", own_most, most], reached(m)])
        claim.facts += [[">=", most, held], ["implies", ways, ["==", held, most]]]
        return held

    def lifespan(self, stage):
        group = [] if self.group is None else [self.group]
        know(all(type(count) is int and count <= 100 for count in group), "a lifespan in a group of any size")
        lives = []
        for hold in self.holds:
            (f, begin), at = hold["from"], self.families[hold["from"][0]].stage
            know(at < 0 or (at == 0 and begin == hold.own[: len(begin)] and len(hold.indices) <= 1 + len(group)), "a hold of other stages")
            for terms in [[stage, *member] for member in product(*map(range, group))] if at == 0 else []:
                its = self.held(hold, terms)
                lives.append(either(within(hold, terms), ["sub", its.end, its.begin], NOTHING))
        return folded("max", 0, lives)

def positive(term):
    return ["and", whole(term), [">=", term, 1]]

def replaced(part, blocks, claim):
    """A part of a claim with terms for its measures."""
    if type(part) is not list or part[0] in ("var", "valid", "deadlock_free"):
        return part
    parts = [replaced(inner, blocks, claim) for inner in part[1:]]
    return blocks[parts[1]].measure(claim, parts[0], *parts[2:]) if part[0] == "measure" else [part[0], *parts]

def check_names(statement, evidence):
    """That each term names what it may name, and what is named is there."""
    variables, mine, subjects = set(statement.variables), [], statement.get("subjects", [])

    def named(terms, *more):
        names = {part[1] for part in parts_of(terms, "var")}
        need(names <= variables.union(*more) and not subjects_of(terms), "a term names what it may not")

    need(len(variables) == len(statement.variables) and all(re.fullmatch(r"[^.\s]+", name) for name in variables), "variables of no names")
    need(len(evidence.subjects) == len(subjects), "there are not hints for each subject")
    named(statement.domain)
    for subject, hints in zip(subjects, evidence.subjects):
        block, inverse = subject.block, hints.inverse
        limit(len(block.families) <= MOST_FAMILIES, f"a block has more than {MOST_FAMILIES} families")
        need(block.interval is None or block.interval >= 1 == block.interval.denominator, "no such interval")
        named([block.devices, block.group, subject.microbatches])
        named([block.always, block.cap], {"device."})
        named([inverse.families, inverse.holds, hints.candidates.load, hints.candidates.peak], {"device.", "member."})
        for thing in block.families + block.holds:
            names = [name for name, _, _ in thing.indices]
            for i, (_, low, high) in enumerate(thing.indices):
                named([low, high], names[:i])
            mine += names
            named([thing.get(key) for key in ("device", "duration", "start", "amount")], names)
            for f, terms, more in thing.get("needs") or [(*thing[key], ()) for key in ("from", "to") if key in thing]:
                need(f < len(block.families) and len(terms) == len(block.families[f].indices), "no family that has such indices")
                named(terms, names, more)
                mine += more
            need(-1 <= thing.get("stage", -1) < len(names) and thing.get("stream", 0) <= 1000, "there is no such stage or stream")
    need(len(set(mine)) == len(mine) and all(re.fullmatch(r"[0-9]+\.\S+", name) for name in mine), "indices of no names")

def check_for_all(statement, evidence, case):
    """Also of the kind `vacuous`: that the domain is false everywhere."""
    check_names(statement, evidence)
    variables, domain, answers, done = statement.variables, statement.domain, answers_of(evidence), 0
    words, vacuous = f"for all {', '.join(variables)} with {said(domain)}", is_vacuous(variables, domain, answers)
    need(vacuous == (statement.kind == "vacuous"), "nothing is claimed" if vacuous else "it is not shown that the domain is empty")
    if not vacuous:
        blocks = [Block(subject, hints) for subject, hints in zip(statement.subjects, evidence.subjects)]
        claim = Record(owed=[], names=[], facts=[])
        formula = told(statement.claim, variables, blocks, claim)
        owed = [one for block in blocks for one in block.owed()] + claim.owed
        for names, part in [*owed, (claim.names, ["implies", ["and", *claim.facts], formula])]:
            done += cases_of(blocks, answers, [*variables, *names], ["implies", domain, part])
        words += f": {said(statement.claim)}"
    case.say([], words if not vacuous else f"nothing is claimed {words}, as there are none")
    return f"{done} cases gone through" if not vacuous else "by cases"

def is_vacuous(variables, domain, answers):
    with suppress(Stuck):
        return cases_of((), answers, variables, ["not", domain]) > 0
    return False

def told(claim, variables, subjects, more):
    """A claim about these with terms for its measures."""
    need(max(subjects_of(claim), default=-1) < len(subjects), "a claim speaks of no subject")
    need({part[1] for part in parts_of(claim, "var")} <= set(variables), "a claim names no variable")
    return replaced(claim, subjects, more)

class Timed:
    """A schedule that is as early as its lists, dependencies and `send` allow, in times that are sums of multiples of variables."""

    def __init__(self, subject, hints, variables, problem):
        p, places = problem, hints.places
        self.problem, self.times, self.variables, self.cones = p, subject.times, variables, hints.cones
        need(not any(route.holds for route in p.routes), "times of a problem with holds")
        fits = all([len(route) for route in one.durations] == [p.nodes] * len(p.routes) for one in self.times)
        need(fits and len(self.times) == len(variables), "times of other variables, routes or nodes")
        ones = self.scaled([1] * len(variables))
        alike = [route.duration for route in ones.routes] == [route.duration for route in p.routes] and ones.send == p.send
        need(alike, "times that are not the problem's")
        spots = listed(p, subject.lists)
        everywhere = sorted(x for x, _ in spots) == sorted(places) == list(range(p.passes))
        need(everywhere and all(place(p, x).row == n for x, (n, _) in spots), "not each pass is on its stream's list and in its place")
        self.waits = [[x - at.n + y for y in at.route.dep[at.n]] for x, at in ((x, place(p, x)) for x in range(p.passes))]
        for a, b in (pair for passes in subject.lists for pair in zip(passes, passes[1:])):
            self.waits[b].append(a)
        later = all(places[y] < places[x] for x, before in enumerate(self.waits) for y in before)
        need(later, "a pass has its place before what it waits for")
        self.order, firsts = sorted(range(p.passes), key=places.__getitem__), [passes[0] for passes in subject.lists if passes]
        limit(len(self.cones) <= 1000, "more than 1000 cones")
        limit(sum(len(cone.edges) + 1 for cone in self.cones) * (p.passes + 1) <= 2 * MOST_PASSES, "too many runs")
        for cone in self.cones:
            need({len(edge) for edge in cone.edges} <= {len(variables)} and len(cone.shares) == len(cone.edges), "a cone of other times")
            cone.sides = [[edge[v] for edge in cone.edges] for v in range(len(variables))]  # by variable
            cone.runs = [self.run(point) for point in [*cone.edges, [sum(side) for side in cone.sides]]]
            for x in firsts:
                know(sum(run.starts[x] for run in cone.runs[:-1]) == cone.runs[-1].starts[x], "a first start does not add up")

    def scaled(self, point):
        """The problem where the variables have these values."""
        p = self.problem
        routes = [route.but(duration=[sum(n * one.durations[r][k] for n, one in zip(point, self.times)) for k in range(p.nodes)])
                  for r, route in enumerate(p.routes)]
        send = sum(n * one.send for n, one in zip(point, self.times))
        need(min([send, *(run for route in routes for run in route.duration)]) >= 0, "a time below 0")
        return counted(p.but(routes=routes, send=send, cap=[None] * p.devices))

    def run(self, point):
        p = self.scaled(point)
        places, starts = [place(p, x) for x in range(p.passes)], [0] * p.passes
        for x in self.order:
            home = places[x].row // p.streams
            ends = [starts[y] + places[y].duration + (p.send if places[y].row // p.streams != home else 0) for y in self.waits[x]]
            starts[x] = max(ends, default=0)
        return Laid("schedule", p, starts)

    def measure(self, _claim, name, device, stage):
        know(name in ("makespan", "span", "idle") and stage is None, f"{name} for all times")
        device, term = None if device is None else int(evaluate(Situation(), device).constant()), ["quo", 1, 0]
        for cone in reversed(self.cones):
            *values, total = [run.measure(name, device, None) for run in cone.runs]
            know(sum(values) == total, f"{name} does not add up")
            exactly = [int(number) if number == int(number) else str(number) for number in values]
            *sides, here = (folded("add", 0, [["mul", n, share] for n, share in zip(side, cone.shares)]) for side in [*cone.sides, exactly])
            inside = (["==", side, ["var", variable]] for side, variable in zip(sides, self.variables))
            term = ["ite", ["and", *([">=", share, 0] for share in cone.shares), *inside], here, term]
        return term

def check_times(statement, evidence, case):
    """Of the kind `for-all-times`: each claim, with terms for its measures, is one for all sizes without subjects."""
    check_names(statement.but(subjects=[]), evidence.but(subjects=[]))
    variables, domain, claims, done = statement.variables, statement.domain, statement.claims, 0
    need(len(evidence.cases) == len(claims) > 0, "there is no claim, or not one CASES for each")
    need(len(evidence.subjects) == len(statement.subjects), "there are not hints for each subject")
    shares = [cone.shares for hints in evidence.subjects for cone in hints.cones]
    named = {part[1] for part in parts_of(shares, "var")}
    need(named <= set(variables) and not subjects_of(shares), "a share that is no term over the variables")
    subjects = [Timed(subject, hints, variables, case.use(subject.problem))
                for subject, hints in zip(statement.subjects, evidence.subjects)]
    for claim, cases in zip(claims, evidence.cases):
        other = [part for op in ("valid", "deadlock_free") for part in parts_of(claim, op)]
        need(not other and not cases.subjects, "a claim of more than measures of time")
        answers, formula = answers_of(cases), told(claim, variables, subjects, None)
        need(not is_vacuous(variables, domain, answers), "nothing is claimed")
        done += cases_of((), answers, variables, ["implies", domain, formula])
        case.say([], f"for all {', '.join(variables)} with {said(domain)}: {said(claim)}")
    return f"{done} cases gone through"


# ---- The certificate as a whole ----------------------------------------------------------------------------------------------------

CHECKS = {
    "holds": check_claim, "false": check_claim, "invalid": check_invalid, "deadlock-free": check_deadlock_free, "possible": check_best,
    "impossible": check_impossible, "best": check_best, "for-all": check_for_all, "vacuous": check_for_all,
    "for-all-times": check_times}
WORDS = {"false": "refuted", "invalid": "refuted", "vacuous": "vacuous"}  # of the claim that a certificate is about; else it is proved

def certify(data, case):
    """A word for the claim that the certificate is about, and lines on what it says."""
    value = read(parse(data), CERTIFICATE, "certificate")
    need(value.format == "bubbleproof/certificate" and value.version == 1, "this is no bubbleproof/certificate of version 1")
    need(len(value.title) <= 1000, "the title has more than 1000 characters")
    statement = one_of({kind: {**shape, "problems": [PROBLEM]} for kind, (shape, _) in SHAPES.items()})(value.statement, "statement")
    problems = [digest(problem) for problem in value.statement["problems"]]
    need(value.digests == {"problems": problems, "statement": digest(value.statement)}, "the digests are not those of what is stated")
    evidence, instances = read(value.evidence, SHAPES[statement.kind][1], "evidence"), statement.get("instances", [None])
    need(len(set(problems)) == len(problems) and instances, "a problem stands twice, or there is no instance")
    limit(len(instances) <= MOST_INSTANCES, f"more than {MOST_INSTANCES} instances")
    case.problems = [read_problem(problem) for problem in statement.problems]
    try:
        shown = CHECKS[statement.kind](statement, evidence, case)
    except Refused as refused:
        raise Unproved(str(refused)) from None
    need(case.used == len(case.problems), "a problem is not used")
    more = [f"and so on, {len(case.words)} instances in all"] if len(case.words) > 3 else []
    return WORDS.get(statement.kind, "proved"), [value.title, *case.words[:3], *more, shown]


# ---- Command line ------------------------------------------------------------------------------------------------------------------

def check_file(path, exports=(None, None)):
    """Exit code and lines to print, the first a word."""
    try:
        with open(path, "rb") as file:
            word, lines = certify(file.read(MOST_BYTES + 1), Case(os.path.dirname(path) or ".", exports))
        return (0 if word == "proved" else 1), [word, *"\n".join(lines).split("\n")]
    except Unproved as refused:
        return 3, ["unproved", str(refused)]
    except (OSError, Refused) as refused:
        return 2, ["unreadable", str(refused)]
    except (Limit, MemoryError, RecursionError) as reached:
        return 3, ["unknown", f"a limit was reached: {reached}"]

def main():
    parser = argparse.ArgumentParser(description="Checks Bubbleproof certificates; needs no solver, no Node and no program.")
    parser.add_argument("certificates", nargs="*", metavar="CERT", help="a certificate; its proofs are beside it")
    parser.add_argument("--export-dimacs", metavar="FILE", help="write the clauses of the first refutation, for other checkers")
    parser.add_argument("--export-lrat", metavar="FILE", help="write its proof in the LRAT format")
    parser.add_argument("--batch", action="store_true", help="read paths from standard input, answer in one line each")
    given = parser.parse_args()
    if given.batch:
        for line in sys.stdin:
            print(*json.dumps(check_file(line.rstrip("\n"))).splitlines(), flush=True)
        return 0
    if not given.certificates:
        parser.error("no certificate is named")
    exits, names = set(), [given.export_dimacs, given.export_lrat]
    files = [open(f"{name}.{os.getpid()}.part", "w", encoding="ascii") if name else None for name in names]
    try:
        for path in given.certificates:
            code, (word, *lines) = check_file(path, files)
            exits.add(code)
            print(f"{path}\n  {word:<12}" + "\n              ".join(lines))
        for name, file in zip(names, files) if exits == {0} else []:
            if file:
                file.close()
                os.replace(file.name, name)
    finally:
        for file in filter(None, files):
            with suppress(FileNotFoundError):
                os.unlink(file.name)
    return next((code for code in (2, 1, 3) if code in exits), 0)


if __name__ == "__main__":
    sys.setrecursionlimit(5000)
    sys.exit(main())
