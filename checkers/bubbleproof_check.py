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
from copy import copy
from fractions import Fraction
from itertools import zip_longest
from math import gcd

LARGEST = 2**53 - 1
MOST_BYTES, MOST_DEPTH = 64 * 2**20, 200
MOST_INSTANCES, MOST_PASSES, MOST_STREAMS = 100_000, 20_000_000, 1_000_000
MOST_TICKS = MOST_CLAUSES = 12_000_000
MOST_PROOF, MOST_FAMILIES, MOST_NAME = 48 * 2**20, 10_000, 200
# Own limits: items and nodes of a goal, bits of a number, steps to a fixed point, cases looked at.
MOST_ITEMS, MOST_NODES, MOST_BITS, MOST_STEPS, MOST_CASES = 3_000_000, 30_000, 100_000, 200_000_000, 1_000_000
INFINITE = float("inf")  # only compared with whole numbers and added to them, which rounds nothing


class Refused(Exception):
    """The certificate shows nothing."""

class Unproved(Refused):
    """It can be read, but its evidence does not show what it states."""

class Limit(Exception):
    """The certificate is beyond a limit; it may be sound."""

def need(condition, reason):
    if not condition:
        raise Refused(reason)

def limit(condition, reason):
    if not condition:
        raise Limit(reason)


# ---- 1. The file -------------------------------------------------------------------------------------------------------------------

def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")

def digest(value):
    return hashlib.sha256(canonical(value)).hexdigest()

def parse(data):
    """JSON in canonical bytes: read, and compared with what it looks like when it is written again."""
    limit(len(data) <= MOST_BYTES, f"the certificate has more than {MOST_BYTES} bytes")
    need(data.endswith(b"\n"), "the file does not end with a line feed")
    try:
        text = data[:-1].decode("utf-8")
        need(not re.search("[\x00-\x1f\x7f-\x9f]", text), "the file has a control character")
        depth = deepest = 0
        for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[][{}]', text):
            depth += 1 if found[0] in "[{" else -1 if found[0] in "]}" else 0
            deepest = max(depth, deepest)
        limit(deepest <= MOST_DEPTH, f"more than {MOST_DEPTH} brackets inside brackets")
        value = json.loads(text, parse_int=whole_number, parse_float=whole_number, parse_constant=whole_number)
        same = canonical(value) == data[:-1]
    except (ValueError, RecursionError) as error:
        raise Refused(f"the file is not JSON in UTF-8: {str(error)[:200]}") from None
    need(same, "the file is not in canonical bytes")
    return value

def whole_number(text):
    need(re.fullmatch("-?[0-9]{1,16}", text) and abs(int(text)) <= LARGEST, f"{text[:40]} is no whole number up to 2^53 - 1")
    return int(text)

def shaped(value, shape, where):
    """Refuses what has another shape: an object by its keys, [shape] a list, a tuple a list by its places, else a function that looks."""
    if isinstance(shape, dict):
        need(type(value) is dict and value.keys() == shape.keys(), f"{where} is no object with exactly the keys {', '.join(shape)}")
        for key, part in shape.items():
            shaped(value[key], part, f"{where}.{key}")
    elif isinstance(shape, (list, tuple)):
        need(type(value) is list, f"{where} is not a list")
        need(isinstance(shape, list) or len(shape) == len(value), f"{where} has {len(value)} entries")
        if shape[0] in (N, Z) and all(part is shape[0] for part in shape):  # in one go, as these can be long
            need(set(map(type, value)) <= {int}, f"{where} has something that is not a whole number")
            need(shape[0] is Z or min(value, default=0) >= 0, f"{where} has a number below 0")
        else:
            for i, part in enumerate(value):
                shaped(part, shape[0 if isinstance(shape, list) else i], f"{where}[{i}]")
    else:
        shape(value, where)

def Z(value, where):
    need(type(value) is int, f"{where} is not a whole number")

def N(value, where):
    need(type(value) is int and value >= 0, f"{where} is not a whole number of at least 0")

def S(value, where):
    need(type(value) is str, f"{where} is not a string")

def NAME(value, where):
    S(value, where)
    limit(len(value) <= MOST_NAME, f"{where} has more than {MOST_NAME} characters")

def ANY(_value, _where):
    """Looked at later."""

def maybe(shape):
    return lambda value, where: None if value is None else shaped(value, shape, where)

def one_of(shapes):
    """An object whose `kind` says which shape it has beside that."""
    def look(value, where):
        need(type(value) is dict and type(value.get("kind")) is str and value["kind"] in shapes, f"{where} has no kind that is known here")
        shaped(value, dict(shapes[value["kind"]], kind=S), where)
    return look

def exact(value, where="a number"):
    if type(value) is int:
        return Fraction(value)
    S(value, where)
    found = re.fullmatch("(-?[1-9][0-9]{0,999})(?:/([1-9][0-9]{0,999}))?", value)
    need(found, f"{where} is not an exact number")
    over, under = int(found[1]), int(found[2] or 1)
    need(gcd(over, under) == 1 and (under > 1 or (not found[2] and abs(over) > LARGEST)), f"{where} is not written in lowest terms")
    return Fraction(over, under)

ROUTE = {"dep": [[N]], "device": [N], "duration": [N], "holds": [(N, N, N, N)], "stream": [N]}
PROBLEM = {
    "always": [N], "cap": [maybe(N)], "devices": N, "microbatches": N, "names": [NAME], "nodes": N, "partsPerUnit": N,
    "routeOf": maybe([N]), "routes": [ROUTE], "send": N, "streams": N, "ticksPerUnit": N,
}
GOAL = {"makespan": maybe(Z), "orders": [[N]], "problem": N, "span": maybe(Z), "starts": [(N, N)]}
SCHEDULE = {"problem": N, "starts": [N]}
SUBJECT = one_of({"schedule": SCHEDULE, "pipeline": {"problem": N},
                  "block": {"interval": maybe(N), "problem": N, "stages": [Z], "starts": [Z]}})
PARAMETERS = [(NAME, exact)]
INSTANCE = {"claim": ANY, "parameters": PARAMETERS, "subjects": [SUBJECT]}
QUANTUM = maybe((N, N))
REFUTATION = one_of({"bound": {}, "windows": {"quantum": QUANTUM}, "clauses": {"proof": {"bytes": N, "sha256": S}, "quantum": QUANTUM}})
REPLAYED = one_of({"replay": {}})
CONFLICT = one_of({
    "overlap": {"first": N, "second": N}, "early": {"needs": N, "pass": N}, "hold": {"from": N, "to": N}, "memory": {"device": N, "time": N},
    "missing": {"pass": N}, "twice": {"pass": N}, "elsewhere": {"device": N, "pass": N}, "deadlock": {"cycle": [(N, N)]},
})
INDICES, PLACE = [(NAME, ANY, ANY)], (N, [ANY])
FAMILY = {"device": ANY, "duration": ANY, "indices": INDICES, "name": NAME, "needs": [PLACE], "stage": Z, "start": ANY, "stream": N}
HOLD = {"amount": ANY, "device": ANY, "from": PLACE, "indices": INDICES, "to": PLACE}
BLOCK = {"always": ANY, "cap": ANY, "devices": ANY, "families": [FAMILY], "group": {"count": ANY, "name": NAME}, "holds": [HOLD],
         "interval": maybe(exact)}
ALL_SUBJECT = one_of({kind: {"block": BLOCK, "microbatches": ANY} for kind in ("block", "pipeline")})
HINTS = {"candidates": {"load": [ANY], "peak": [ANY]}, "inverse": {"families": [[[ANY]]], "holds": [[[ANY]]]}}
CASES = one_of({"cases": {"cases": [[N]], "forms": [[exact]], "lemmas": [ANY], "subjects": [HINTS]}})
SHAPES = {  # by kind: of the statement, beside its kind and problems, and of the evidence
    "holds": ({"instances": [INSTANCE]}, REPLAYED),
    "false": ({"instance": INSTANCE}, REPLAYED),
    "invalid": ({"parameters": PARAMETERS, "subject": one_of({"schedule": SCHEDULE, "order": {"lists": [[N]], "problem": N}})}, CONFLICT),
    "deadlock-free": ({"channels": ANY, "instances": [{"lists": [[N]], "parameters": PARAMETERS, "problem": N}]},
                      one_of({"order": {"sequences": [[N]]}})),
    "possible": ({"goal": GOAL, "parameters": PARAMETERS}, one_of({"schedule": {"starts": [N]}})),
    "impossible": ({"instances": [{"goal": GOAL, "parameters": PARAMETERS}]}, one_of({"refutations": {"refutations": [REFUTATION]}})),
    "best": ({"goal": GOAL, "objectives": [{"bound": N, "measure": S, "value": N}], "parameters": PARAMETERS},
             one_of({"best": {"refutations": [REFUTATION], "starts": [N]}})),
    "for-all": ({"claim": ANY, "domain": ANY, "subjects": [ALL_SUBJECT], "variables": [NAME]}, CASES),
    "vacuous": ({"domain": ANY, "variables": [NAME]}, CASES),
}
CERTIFICATE = {"digests": {"problems": [S], "statement": S}, "evidence": ANY, "format": S, "statement": ANY, "title": S, "version": N}


# ---- 2. Problems, schedules, blocks ------------------------------------------------------------------------------------------------

class Record:
    """An object of the file, its keys as attributes."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def but(self, **changes):
        return Record(**{**self.__dict__, **changes})

def read_problem(value):
    """A problem of the right shape; also `takers`, by route its microbatches, and `ranks`, by microbatch how many before take its route."""
    p = Record(**{**value, "routes": [Record(**route) for route in value["routes"]]})
    limit(p.devices * p.streams <= MOST_STREAMS, "too many streams")
    need(min(p.streams, p.partsPerUnit, p.ticksPerUnit, len(p.routes)) >= 1, "a problem has no stream, unit or route")
    need(len(p.always) == len(p.cap) == p.devices and len(p.names) == p.nodes, "a list of a problem has another length")
    need(p.routeOf is None or (len(p.routeOf) == p.microbatches and max(p.routeOf, default=0) < len(p.routes)), "routeOf names no route")
    for route in p.routes:
        need({len(route.dep), len(route.device), len(route.duration), len(route.stream)} == {p.nodes}, "a list of a route has another length")
        need(max(route.device, default=-1) < p.devices and max(route.stream, default=-1) < p.streams, "a route names no device or stream")
        need(max((y for before in route.dep for y in before), default=-1) < p.nodes, "a route names no node")
        need(all(d < p.devices and max(x, y) < p.nodes for _, d, x, y in route.holds), "a hold names no device or node")
    work = max(sum(r.duration) + p.send * (sum(map(len, r.dep)) + 1) for r in p.routes)
    held = max(sum(hold[0] for hold in r.holds) for r in p.routes)
    need(4 * work * (p.microbatches + 1) * (p.devices + 1) < LARGEST, "times of a problem could pass 2^53 - 1")
    need(4 * (held * (p.microbatches + 1) + max(p.always, default=0)) < LARGEST, "amounts of a problem could pass 2^53 - 1")
    p.passes = p.microbatches * p.nodes
    limit(max(p.passes, p.microbatches) <= MOST_PASSES, f"a problem has more than {MOST_PASSES} passes")
    p.takers, p.ranks = [range(p.microbatches)] + [[]] * (len(p.routes) - 1), range(p.microbatches)
    if p.routeOf is not None:
        p.takers, p.ranks = [[] for _ in p.routes], []
        for j, r in enumerate(p.routeOf):
            p.ranks.append(len(p.takers[r]))
            p.takers[r].append(j)
    return p

def lag(problem, r, y, x):
    """From the start of node y to the earliest start of node x, which depends on it."""
    route = problem.routes[r]
    return route.duration[y] + (problem.send if route.device[y] != route.device[x] else 0)

def place(problem, number):
    """Microbatch, route, route's number and node of a pass."""
    j, n = divmod(number, problem.nodes)
    r = 0 if problem.routeOf is None else problem.routeOf[j]
    return j, problem.routes[r], r, n

class Laid:
    """A schedule, a building block or (without starts) a pipeline."""

    def __init__(self, kind, problem, starts=None, interval=None, stages=()):
        self.kind, self.problem, self.starts, self.interval, self.stages = kind, problem, starts, interval, stages
        if kind == "pipeline":
            return
        need(len(starts) == problem.passes, "there is not one start for each pass")
        self.columns = {}  # by route and node: the starts of the microbatches that take the route
        for r, takers in enumerate(problem.takers):
            for n in range(problem.nodes if takers else 0):
                self.columns[r, n] = starts[n :: problem.nodes] if problem.routeOf is None else [starts[j * problem.nodes + n] for j in takers]
        if kind == "block":
            self.check_block(starts)
        fault = self.fault()
        need(fault is None, f"the starts are no {kind}: {fault}")

    def check_block(self, starts):
        p, durations = self.problem, [d for r in self.problem.routes for d in r.duration]
        need(len(self.stages) == p.nodes and min(self.stages, default=0) >= -1, "there is not one stage for each node")
        need(min(durations, default=1) >= 1 and self.interval != 0, "a block has a pass or interval of no slots")
        reach = max(map(abs, starts), default=0) + max(durations, default=0)
        loops = Fraction(2 * reach, self.interval) + 2 if self.interval else 1
        amounts = sum(hold[0] for r in p.routes for hold in r.holds) * p.microbatches
        need(max(reach, self.interval or 0, amounts * loops) <= 2**50, "slots or amounts of a block could pass 2^50")

    def nodes(self, device=None):
        """Route, node and starts of each, on a device or anywhere."""
        routes = self.problem.routes
        return [(routes[r], n, starts) for (r, n), starts in self.columns.items() if device is None or routes[r].device[n] == device]

    def holds(self):
        """Amount, device, begins, ends and first node of each hold."""
        for r, route in enumerate(self.problem.routes):
            for amount, device, x, y in route.holds if self.problem.takers[r] else []:
                yield amount, device, self.columns[r, x], [start + route.duration[y] for start in self.columns[r, y]], x

    def fault(self):
        """Why this is not valid, if it is not."""
        p, T = self.problem, self.interval
        streams = {}
        for (r, x), starts in self.columns.items():
            route = p.routes[r]
            for y in route.dep[x]:
                least = route.duration[y] if self.kind == "block" else lag(p, r, y, x)
                if any(b < a + least for a, b in zip(self.columns[r, y], starts)):
                    return f"{p.names[x]} starts before what it needs, {p.names[y]}, is there"
            run = route.duration[x]
            slots = [start % T for start in starts] if T else starts
            streams.setdefault((route.device[x], route.stream[x]), []).extend((slot, run > 0, run) for slot in slots)
        if any(end < begin for _, _, begins, ends, _ in self.holds() for begin, end in zip(begins, ends)):
            return "a hold ends before it begins"
        for (device, stream), passes in streams.items():
            passes.sort()
            after = passes[1:] + ([(passes[0][0] + T, True, 0)] if T else [])
            for (start, _, run), (following, _, _) in zip(passes, after):
                if start + run > following:
                    return f"two passes run on device {device}, stream {stream}, at {following}"
        for device, cap in enumerate(p.cap):
            if cap is not None and self.kind == "block" and not self.ordered():
                return "a hold is not fixed by the order of its device's stream 0, so no cap can be kept"
            if cap is not None and self.peak(device) > cap:
                return f"device {device} holds {self.peak(device)} parts, more than {cap}"
        return None

    def ordered(self):
        """Each hold begins and ends on stream 0 of its own device, and its last pass does not start before its first."""
        for r, route in enumerate(self.problem.routes):
            for _, device, x, y in route.holds if self.problem.takers[r] else []:
                if {route.device[x], route.device[y]} != {device} or route.stream[x] or route.stream[y]:
                    return False
                if any(b < a for a, b in zip(self.columns[r, x], self.columns[r, y])):
                    return False
        return True

    def peak(self, device):
        level, changes, T = self.problem.always[device], [], self.interval
        for amount, there, begins, ends, _ in self.holds():
            if there == device:
                level += amount * sum(end // T - begin // T for begin, end in zip(begins, ends)) if T else 0
                changes += [(begin % T if T else begin, amount) for begin in begins] + [(end % T if T else end, -amount) for end in ends]
        if T:  # before slot 0 there is no time to look at
            level += sum(amount for slot, amount in changes if slot == 0)
            changes = [change for change in changes if change[0] > 0]
        top = level
        for _, amount in sorted(changes):  # at one time first what ends, then what begins
            level += amount
            top = max(top, level)
        return top

    def peaks(self, device=None):
        return max(map(self.peak, range(self.problem.devices) if device is None else [device]), default=0)

    def makespan(self, device=None):
        """Of a device: its span."""
        nodes = self.nodes(device)
        return max(max(starts) + route.duration[n] for route, n, starts in nodes) - min(min(s) for _, _, s in nodes) if nodes else 0

    def span(self, device=None):
        return max(map(self.makespan, range(self.problem.devices) if device is None else [device]), default=0)

    def measure(self, name, device, stage):
        """In units; nothing where there is no such value."""
        p, known = self.problem, {"schedule": "makespan span idle bubble peak", "block": "peak lifespan period", "pipeline": "load"}
        alone = name in ("makespan", "lifespan", "period")
        if name not in known[self.kind].split() or (device is not None and alone) or (stage is not None and name != "lifespan"):
            return None
        if name == "peak":
            return Fraction(self.peaks(device), p.partsPerUnit) if self.kind == "schedule" or self.ordered() else None
        if name in ("makespan", "span"):
            return Fraction(self.makespan() if name == "makespan" else self.span(device), p.ticksPerUnit)
        if name == "period":
            return None if self.interval is None else Fraction(self.interval)
        if name == "lifespan":
            lives = [e - b for _, _, begins, ends, x in self.holds() if stage in (None, self.stages[x]) for b, e in zip(begins, ends)]
            return Fraction(max(lives, default=0))
        if name == "load":
            route, loads = p.routes[0], [0] * p.devices
            for there, stream, run in zip(route.device, route.stream, route.duration):
                loads[there] += run if stream == 0 else 0
            return Fraction(max(loads, default=0) if device is None else loads[device], p.ticksPerUnit)
        if p.devices == 0:
            return None
        busy = sum(len(starts) * route.duration[n] for route, n, starts in self.nodes(device) if route.stream[n] == 0)
        span, mean = self.span(device), Fraction(busy, p.devices if device is None else 1)
        return (span - mean) / p.ticksPerUnit if name == "idle" else 1 - mean / span if span else None


# ---- 3. Terms and formulas ---------------------------------------------------------------------------------------------------------

def whole_only(a):
    need(a.denominator == 1, "div or mod of a fraction")
    return a.numerator

def divisor(a):
    need(a != 0, "the claim divides by 0")
    return a

OPERATIONS = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "quo": lambda a, b: a / divisor(b),
    "div": lambda a, b: whole_only(a) // whole_only(divisor(b)), "mod": lambda a, b: whole_only(a) % whole_only(divisor(b)),
    "min": min, "max": max, "neg": lambda a: -a, "abs": abs,
    "floor": lambda a: a.numerator // a.denominator, "ceil": lambda a: -(-a.numerator // a.denominator),
}
UNARY = {"neg", "floor", "ceil", "abs"}
COMPARISONS = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "within": lambda a, b, c: b - c <= a <= b + c,
}
MEASURES = {"makespan", "span", "idle", "bubble", "peak", "lifespan", "period", "load"}

def check_term(value, subjects, names):
    """That this is a term, about so many subjects, with these variables."""
    if type(value) in (int, str):
        exact(value)
        return
    need(type(value) is list and value and type(value[0]) is str, "something is not a term")
    op, parts = value[0], value[1:]
    if op == "var":
        need(len(parts) == 1 and type(parts[0]) is str and parts[0] in names, "a term has an unknown variable")
    elif op == "measure":
        shaped(parts, (S, N, ANY, ANY), "a measure")
        need(parts[0] in MEASURES and parts[1] < subjects, "there is no such measure or subject")
        parts = [part for part in parts[2:] if part is not None]
    elif op == "ite":
        need(len(parts) == 3, "ite does not have three parts")
        check_formula(parts.pop(0), subjects, names)
    else:
        need(op in OPERATIONS and len(parts) == (1 if op in UNARY else 2), f"{op[:40]} with {len(parts)} parts is not a term")
    for part in parts if op != "var" else []:
        check_term(part, subjects, names)

def check_formula(value, subjects, names):
    if type(value) is bool:
        return
    need(type(value) is list and value and type(value[0]) is str, "something is not a formula")
    op, parts = value[0], value[1:]
    sizes = {"valid": 1, "not": 1, "within": 3}
    if op == "deadlock_free":
        shaped(parts, (N, S, [N], [Z], ANY), op)
        need(parts[0] < subjects and parts[1] in CHANNELS, "there is no such subject or channel")
        need(type(parts[4]) is list and parts[4][:1] in (["times"], ["circle"]), "no evidence of times or of a circle")
        shaped(parts[4][1:], [N], "events")
        return
    need(op in COMPARISONS or op in ("and", "or", "implies", "not", "valid"), f"{op[:40]} is not a formula")
    need(len(parts) == sizes.get(op, 2), f"{op} has {len(parts)} parts")
    if op == "valid":
        need(type(parts[0]) is int and 0 <= parts[0] < subjects, "there is no such subject")
    for part in parts if op != "valid" else []:
        (check_term if op in COMPARISONS else check_formula)(part, subjects, names)

def evaluate(term, subjects):
    if type(term) in (int, str):
        return exact(term)
    op = term[0]
    if op == "ite":
        return evaluate(term[2] if true(term[1], subjects) else term[3], subjects)
    if op == "measure":
        subject = subjects[term[2]]
        places = [None if part is None else evaluate(part, subjects) for part in term[3:]]
        for at, there in zip(places, (range(subject.problem.devices), subject.stages)):
            need(at is None or (at >= 0 and at in there), f"{term[1]} of something that is not there")
        result = subject.measure(term[1], *[None if at is None else int(at) for at in places])
        need(result is not None, f"{term[1]} has no value here")
        return result
    result = Fraction(OPERATIONS[op](*[evaluate(part, subjects) for part in term[1:]]))
    limit(max(result.numerator.bit_length(), result.denominator.bit_length()) <= MOST_BITS, "a number of the claim is too long")
    return result

def true(formula, subjects):
    if type(formula) is bool:
        return formula
    op, parts = formula[0], formula[1:]
    if op == "valid":  # its starts are looked at where it is read
        need(subjects[parts[0]].kind != "pipeline", "a pipeline is not a schedule")
        return True
    if op == "deadlock_free":
        return deadlock_free(subjects[parts[0]], *parts[1:])
    if op in COMPARISONS:
        return COMPARISONS[op](*[evaluate(part, subjects) for part in parts])
    if op == "not":
        return not true(parts[0], subjects)
    first = true(parts[0], subjects)
    return op != "and" if first == (op == "or") else true(parts[1], subjects)

CHANNELS = ("unbounded", "rendezvous", "pair", "grouped")

def deadlock_free(laid, channel, offsets, steps, evidence):
    """Whether no device waits for ever, as times or a circle of events show."""
    need(laid.kind == "schedule", "only a schedule is free of deadlocks")
    p = laid.problem
    lists = range(p.devices)
    home = [route.device[n] for _, route, _, n in (place(p, x) for x in range(p.passes))]
    deps = [(x - x % p.nodes + y, x) for x in range(p.passes) for y in place(p, x)[1].dep[x % p.nodes]]
    wanted = [[] for _ in lists]
    for x, device in enumerate(home):
        wanted[device].append(x)
    for t, (x, y) in enumerate(deps):
        if home[x] != home[y]:
            wanted[home[x]].append(-1 - 2 * t)
            wanted[home[y]].append(-2 - 2 * t)
    need(len(offsets) == p.devices + 1 and offsets == sorted(offsets) and offsets[0] == 0 and offsets[-1] == len(steps), "the rows do not fit")
    rows = [steps[offsets[d] : offsets[d + 1]] for d in lists]
    need(all(sorted(row) == sorted(want) for row, want in zip(rows, wanted)), "a row does not have what runs, is sent and received there")
    waits, groups = [wait for t, (x, y) in enumerate(deps) for wait in ((x, p.passes + t), (p.passes + t, y))], 0
    for row in rows:
        passes = [step for step in row if step >= 0]
        need(all(laid.starts[a] <= laid.starts[b] for a, b in zip(passes, passes[1:])), "a row has a pass before one that starts earlier")
        holds_up, group, before = None, None, {}
        for step in row:
            event = step if step >= 0 else p.passes + (-1 - step) // 2
            first = holds_up if step < 0 or group is None else group
            waits += [] if first is None else [(first, event)]
            if step >= 0:
                holds_up, group = event, None
                continue
            t, receives = divmod(-1 - step, 2)
            if channel == "grouped":
                groups += 1 if group is None else 0
                group = p.passes + len(deps) + groups - 1
                waits.append((event, group))
            elif channel != "unbounded":
                key = (home[deps[t][0 if receives else 1]], receives and channel == "rendezvous")
                waits += [(before[key], event)] if key in before else []
                before[key] = event
    kind, *events = evidence
    if kind == "times":
        need(len(events) == p.passes + len(deps) + groups, "there is not one time for each event")
        need(all(events[a] < events[b] for a, b in waits), "an event does not come after all that it waits for")
        return True
    known = set(waits)
    need(events and all(pair in known for pair in zip(events[-1:] + events[:-1], events)), "the circle is none")
    return False

def said(value):
    """A term or formula in words."""
    if not isinstance(value, list):
        return str(value).lower() if isinstance(value, bool) else str(value)
    op, parts = value[0], value[1:]
    if op == "measure":
        stage = "" if parts[3] is None else f", stage {said(parts[3])}"
        return f"{parts[0]}({letter(parts[1])}{stage})" + ("" if parts[2] is None else f" on device {said(parts[2])}")
    if op == "deadlock_free":
        return f"deadlock_free({letter(parts[0])}, channel = {parts[1]})"
    if op in ("var", "valid"):
        return parts[0] if op == "var" else f"valid({letter(parts[0])})"
    words, plain = [said(part) for part in parts], op in COMPARISONS or len(parts) != 2 or op in ("min", "max")
    words = [w if plain or not isinstance(p, list) or p[0] in ("measure", "var") else f"({w})" for p, w in zip(parts, words)]
    if len(parts) == 2 and op not in ("min", "max"):
        return f" {dict(add='+', sub='-', mul='*', quo='/').get(op, op)} ".join(words)
    return f"{op}({', '.join(words)})"

def letter(number):
    return chr(65 + number) if number < 26 else f"S{number}"


# ---- 6. Clauses: families, items, arcs; heads and tails ----------------------------------------------------------------------------

def sorted_nodes(route):
    """Nodes after all that they depend on; without those in a circle or after one."""
    waits, after = [len(set(before)) for before in route.dep], [[] for _ in route.dep]
    for n, before in enumerate(route.dep):
        for y in set(before):
            after[y].append(n)
    ready = [n for n, count in enumerate(waits) if count == 0]
    for n in ready:
        for m in after[n]:
            waits[m] -= 1
            if waits[m] == 0:
                ready.append(m)
    return ready

def ancestors(route):
    """By node, a set (as bits) of itself and all that it depends on, at once or through others."""
    found = [1 << n for n in range(len(route.dep))]
    for n in sorted_nodes(route):
        for y in route.dep[n]:
            found[n] |= found[y]
    return found

class Network:
    """Families and items of a goal, and what must lie between the starts of two items."""

    def __init__(self, goal):
        p = self.problem = goal.problem
        self.goal = goal
        limit(p.nodes * len(p.routes) <= MOST_NODES, "a goal has too many nodes")
        self.circle = any(len(sorted_nodes(route)) < p.nodes for route in p.routes)
        if self.circle:
            return
        self.ancestors = [ancestors(route) for route in p.routes]
        self.loose = [[h for h in route.holds if not above[h[3]] >> h[2] & 1] for route, above in zip(p.routes, self.ancestors)]
        self.families, self.family_of = [], {}
        self.make_families()
        self.base = [0]  # the first item of each family
        for family in self.families:
            family.count = sum(len(p.takers[r]) for r, _ in family.members)
            family.needs = [(self.family_of[r, y], lag(p, r, y, n)) for r, n in family.members for y in p.routes[r].dep[n]]
            family.items = range(self.base[-1], self.base[-1] + family.count)
            self.base.append(family.items.stop)
        limit(self.base[-1] + sum(f.count * len(f.needs) for f in self.families) <= MOST_ITEMS, "the goal has too many items")
        self.family_at = [f for f in self.families for _ in f.items]
        self.durations = [f.duration for f in self.family_at]
        self.said_arcs = self.arcs_of_orders() + self.arcs_of_loose_holds()
        self.arcs = self.all_arcs()

    def make_families(self):
        p, goal, pools = self.problem, self.goal, {}
        named = {place(p, x)[2:] for x in [x for x, _ in goal.starts] + [x for order in goal.orders for x in order]}
        for r, route in enumerate(p.routes):
            single = {y for before in route.dep for y in before} | {h[2] for h in route.holds} | {h[3] for h in self.loose[r]}
            frees = [{} for _ in range(p.nodes)]
            for amount, device, _, y in route.holds:
                frees[y][device] = frees[y].get(device, 0) + amount
            for n in range(p.nodes):
                f = len(self.families)
                if n not in single and len(route.dep[n]) == 1 and (r, n) not in named:
                    f = pools.setdefault((route.device[n], route.stream[n], route.duration[n], frozenset(frees[n].items())), f)
                if f == len(self.families):
                    self.families.append(Record(device=route.device[n], stream=route.stream[n], duration=route.duration[n], members=[]))
                self.families[f].members.append((r, n))
                self.family_of[r, n] = f

    def item(self, number):
        j, _, r, n = place(self.problem, number)
        return self.base[self.family_of[r, n]] + self.problem.ranks[j]

    def arcs_of_orders(self):
        arcs = []
        for order in self.goal.orders:
            for a, b in zip(map(self.item, order), map(self.item, order[1:])):
                one, two = self.family_at[a], self.family_at[b]
                arcs.append((a, b, one.duration if (one.device, one.stream) == (two.device, two.stream) else 0))
        return arcs

    def arcs_of_loose_holds(self):
        found = []
        for r, loose in enumerate(self.loose):
            for _, _, x, y in loose:
                a, b = self.family_of[r, x], self.family_of[r, y]
                found += [(self.base[a] + k, self.base[b] + k, -self.families[b].duration) for k in range(len(self.problem.takers[r]))]
        return found

    def all_arcs(self):
        """Item, item, lag; sorted so that most of them come after those that lead to their first item."""
        arcs = list(self.said_arcs)
        for f in self.families:
            arcs += [(i - 1, i, f.duration) for i in f.items[1:]]
            for g, least in f.needs:
                shift = f.items.start - self.base[g] + (f.count - self.families[g].count if len(f.members) > 1 else 0)
                arcs += [(i, i + shift, least) for i in self.families[g].items]
        for r, route in enumerate(self.problem.routes):
            for amount, device, begin, end in route.holds:
                cap = self.problem.cap[device]
                if amount and cap is not None:
                    x, z = self.families[self.family_of[r, begin]], self.families[self.family_of[r, end]]
                    least, shift = z.duration, max(0, (cap - self.problem.always[device]) // amount)
                    if len(z.members) > 1:
                        y = route.dep[end][0]
                        z, least = self.families[self.family_of[r, y]], least + lag(self.problem, r, y, end)
                    arcs += [(z.items[k], x.items[k + shift], least) for k in range(min(x.count - shift, z.count))]
        rank = {self.family_of[r, n]: at for r, route in enumerate(self.problem.routes) for at, n in enumerate(sorted_nodes(route))}
        order = [(k, rank[f]) for f, family in enumerate(self.families) for k in range(family.count)]
        return sorted(arcs, key=lambda arc: order[arc[0]])

    def heads(self, least, most):
        """The least values of at least `least` with head(b) >= head(a) + lag; nothing if there are none up to `most`."""
        return longest(self.arcs, least, most)

    def tails(self, least, most):
        return longest([(b, a, length) for a, b, length in reversed(self.arcs)], least, most)

    def raise_pools(self, heads):
        for family in self.families:
            if len(family.members) > 1:
                ready = sorted(heads[i] + least for g, least in family.needs for i in self.families[g].items)
                for k, i in enumerate(family.items):
                    heads[i] = max(heads[i], ready[k], heads[i - 1] + family.duration if k else 0)

def longest(arcs, least, most):
    values, steps = list(least), 0
    for _ in range(len(values) + 1):
        changed = False
        for a, b, length in arcs:
            if values[a] + length > values[b]:
                values[b], changed = values[a] + length, True
        if max(values, default=0) > most:
            return None
        if not changed:
            return values
        steps += len(arcs)
        limit(steps <= MOST_STEPS, "the times of the goal take too long to settle")
    return None  # a circle whose lags add up to more than 0


# ---- 5. Bounds ---------------------------------------------------------------------------------------------------------------------

def bounds(goal):
    """The least makespan and the least span."""
    network, p = Network(goal), goal.problem
    if network.circle:
        return 0, 0
    most = sum(f.count * (f.duration + (len(f.needs) + 1) * p.send) for f in network.families) + max((at for _, at in goal.starts), default=0)
    heads, tails = network.heads([0] * network.base[-1], most), network.tails(network.durations, most)
    if heads is None or tails is None or any(cap is not None and cap < a for cap, a in zip(p.cap, p.always)) or held_at_once(network):
        return INFINITE, INFINITE
    network.raise_pools(heads)
    for number, at in goal.starts:
        heads[network.item(number)] = max(heads[network.item(number)], at)
    makespan = max(map(sum, zip(heads, tails)), default=0)
    span = 0
    for device in range(p.devices):
        makespan = max(makespan, load_or_area(network, device, heads, tails))
        own_heads = [0 if f.device == device else -INFINITE for f in network.family_at]
        own_tails = [f.duration if f.device == device else -INFINITE for f in network.family_at]
        if goal.span is not None and network.base[-1] * p.devices <= 3 * 10**7:  # no circle is left that could have no heads
            own_heads, own_tails = network.heads(own_heads, INFINITE), network.tails(own_tails, INFINITE)
        span = max(span, load_or_area(network, device, own_heads, own_tails)) if goal.span is not None else 0
    return makespan, span

def held_at_once(network):
    """One microbatch alone holds more than a cap."""
    p = network.problem
    for route, takers, above in zip(p.routes, p.takers, network.ancestors):
        for device in {h[1] for h in route.holds} if takers else []:
            here = [h for h in route.holds if h[1] == device and route.duration[h[3]] > 0]
            firsts = {h[2] for h in route.holds if h[1] == device} if p.cap[device] is not None else set()
            limit(len(here) * len(firsts) <= MOST_STEPS, "a device has too many holds")
            for b in firsts:
                if p.always[device] + sum(h[0] for h in here if above[b] >> h[2] & 1 and above[h[3]] >> b & 1) > p.cap[device]:
                    return True
    return False

def load_or_area(network, device, heads, tails):
    streams = {}
    for f in network.families:
        if f.device == device:
            streams.setdefault(f.stream, []).extend((heads[i], tails[i] - f.duration, f.duration) for i in f.items)
    return max([area(network, device, heads, tails)] + [load(items) for items in streams.values()])

def load(items):
    """Of items on one stream: head, rest after the end, duration."""
    items.sort()
    rests, most = sorted({rest for _, rest, _ in items}), 0
    count = min(64, len(rests))
    for rest in [rests[i * len(rests) // count] for i in range(count)]:
        end = 0
        for head, own_rest, duration in items:
            if own_rest >= rest:
                end = max(end, head) + duration
        most = max(most, end + rest)
    return most

def area(network, device, heads, tails):
    p, cap = network.problem, network.problem.cap[device]
    if cap is None or cap - p.always[device] < 1:
        return 0
    total, least_head, least_rest = 0, INFINITE, INFINITE
    for r, route in enumerate(p.routes):
        paths = {}
        for amount, there, x, y in route.holds:
            if there == device and x not in paths:
                paths[x] = longest_paths(p, r, x)
            time = (paths[x][y] + route.duration[y]) * amount * len(p.takers[r]) if there == device and paths[x][y] > -INFINITE else 0
            if time > 0:
                total += time
                begin, end = network.families[network.family_of[r, x]], network.families[network.family_of[r, y]]
                least_head = min([least_head] + [heads[i] for i in begin.items])
                least_rest = min([least_rest] + [tails[i] - end.duration for i in end.items])
    finite = total > 0 and abs(least_head) < INFINITE and abs(least_rest) < INFINITE
    return -(-total // (cap - p.always[device])) + least_head + least_rest if finite else 0

def longest_paths(problem, r, start):
    """From the start of a node to the starts of all."""
    paths = [-INFINITE] * problem.nodes
    paths[start] = 0
    for n in sorted_nodes(problem.routes[r]):
        for y in problem.routes[r].dep[n]:
            paths[n] = max(paths[n], paths[y] + lag(problem, r, y, n))
    return paths


# ---- 6. Clauses: windows -----------------------------------------------------------------------------------------------------------

class NoRoom(Exception):
    """A pass has nowhere to be: no schedule meets the goal."""

def coarsen(goal, quantum):
    """The network of the goal in coarse ticks, looked at for what windows and clauses ask beyond bounds."""
    if quantum is not None:
        num, den = quantum
        need(num >= den >= 1 and not goal.starts, "a quantum below 1, or one beside starts")
        routes = [route.but(duration=[d * den // num for d in route.duration]) for route in goal.problem.routes]
        need(all(d > 0 for route in routes for d in route.duration), "a duration becomes 0 in coarse ticks")
        goal = goal.but(
            problem=goal.problem.but(routes=routes, send=goal.problem.send * den // num),
            makespan=None if goal.makespan is None else goal.makespan * den // num,
            span=None if goal.span is None else -(-goal.span * den // num),
        )
    network = Network(goal)
    limit(not network.circle, "dependencies go in a circle")
    limit(all(f.duration > 0 for f in network.families if f.count), "a pass takes no time")
    need(quantum is None or not any(network.loose), "coarse ticks beside a hold that no dependency orders")
    return network

def windows(network):
    """The first and last start of each item."""
    goal, end = network.goal, latest_end(network)
    heads, tails = network.heads([0] * network.base[-1], end), network.tails(network.durations, end)
    if heads is None or tails is None:
        raise NoRoom
    network.raise_pools(heads)
    first, last = heads, [end - tail for tail in tails]
    for number, at in goal.starts:
        i = network.item(number)
        if not first[i] <= at <= last[i]:
            raise NoRoom
        first[i] = last[i] = at
    if any(a > b for a, b in zip(first, last)):
        raise NoRoom
    return first, last

def latest_end(network):
    goal, families = network.goal, network.families
    if goal.makespan is not None or not network.durations:
        return goal.makespan or 0
    if goal.span is None:
        sends = sum(f.count * len(f.needs) for f in families) * network.problem.send
        return max([0] + [at for _, at in goal.starts]) + sum(network.durations) + sends
    ends = [end_from(network, device) for device in sorted({f.device for f in families if f.count and not f.needs})]
    if not any(end is not None for end in ends):
        raise NoRoom
    end = max(end for end in ends if end is not None)
    limit(end < INFINITE, "nothing bounds the end of a schedule")
    return end

def end_from(network, start):
    """The latest end if this device begins at 0 and no device takes longer than the span; nothing if that cannot be."""
    begins, upper = {f.device: 0 if f.device == start else INFINITE for f in network.families}, [INFINITE] * network.base[-1]
    changed, steps = True, 0
    while changed:
        before = list(upper)
        for i, f in enumerate(network.family_at):
            upper[i] = min(upper[i], begins[f.device] + network.goal.span - f.duration)
        for a, b, length in reversed(network.arcs):
            upper[a] = min(upper[a], upper[b] - length)
        for i, f in enumerate(network.family_at):
            begins[f.device] = min(begins[f.device], upper[i])
        if min(upper) < 0:
            return None
        changed = before != upper
        steps += len(network.arcs) + len(upper)
        limit(steps <= MOST_STEPS, "the windows of the goal take too long to settle")
    return max(map(sum, zip(upper, network.durations)))


# ---- 6. Clauses: which, in which order ---------------------------------------------------------------------------------------------

# Literals are variables, negative where negated; true and false are numbers that no variable reaches.
TRUE, FALSE = 2**40, -(2**40)

class Clauses:
    """Those of a goal, flat: clause c, counted from 1, has the literals from offsets[c - 1] to offsets[c]. Levels are (value, literal)."""

    def __init__(self, network):
        self.network, self.goal = network, network.goal
        self.literals, self.offsets, self.variables = array("i"), array("q", [0]), 0
        self.first, self.last = windows(network)
        limit(sum(self.last) - sum(self.first) <= MOST_TICKS, f"more than {MOST_TICKS} ticks are open")
        self.shift = []  # the variable of s(i, t) is shift[i] + t
        for first, last in zip(self.first, self.last):
            self.shift.append(self.variables + 1 - first)
            self.variables += last - first
        self.ticks = range(max(map(sum, zip(self.last, network.durations)), default=0))
        for family in network.families:
            self.write_family(family)
        for arc in network.said_arcs:
            self.after(*arc)
        if self.goal.starts:
            self.add([self.s(f.items[0], 0) for f in network.families if f.count and not f.needs])
        for device in range(network.problem.devices):
            self.write_device(device, [f for f in network.families if f.count and f.device == device])

    def add(self, clause):
        if TRUE not in clause:
            self.literals.extend([literal for literal in clause if literal != FALSE])
            self.offsets.append(len(self.literals))
            limit(len(self.offsets) <= MOST_CLAUSES + 1, f"more than {MOST_CLAUSES} clauses")

    def variable(self):
        self.variables += 1
        return self.variables

    def s(self, item, tick):
        return FALSE if tick < self.first[item] else TRUE if tick >= self.last[item] else self.shift[item] + tick

    def after(self, a, b, length):
        for t in range(self.first[b], self.last[b] + 1):
            self.add((-self.s(b, t), self.s(a, t - length)))

    def any(self, literals):
        literals = [TRUE] if TRUE in literals else [literal for literal in literals if literal != FALSE]
        if len(literals) < 2:
            return literals[0] if literals else FALSE
        v = self.variable()
        for literal in literals:
            self.add((-literal, v))
        self.add([-v] + literals)
        return v

    def both(self, a, b):
        if TRUE in (a, b):
            return b if a == TRUE else a
        v = self.variable()
        for clause in ((-v, a), (-v, b), (v, -a, -b)):
            self.add(clause)
        return v

    def count(self, family, tick, weight):
        literals = [self.s(i, tick) for i in family.items]
        z = next((k for k, literal in enumerate(literals) if literal != TRUE), len(literals))
        levels = [(z * weight, TRUE)]
        for k in range(z, len(literals)):
            if literals[k] == FALSE:
                break
            levels.append(((k + 1) * weight, literals[k]))
        return levels

    def add_up(self, sums, most, high):
        while len(sums) > most:
            sums = sorted(sums, key=len)
            sums = sums[2:] + [self.sum(sums[0], sums[1], high)]
        return sums

    def sum(self, a, b, high):
        if len(a) == 1 or len(b) == 1:
            (one,), many = (a, b) if len(a) == 1 else (b, a)
            return [(one[0] + value, literal) for value, literal in many]
        values = sorted({u + w for u, _ in a for w, _ in b})
        levels = [(value, self.variable() if n else TRUE) for n, value in enumerate(values)]
        number = {value: n for n, value in enumerate(values)}
        for i in range(2, len(levels)):
            self.add((-levels[i][1], levels[i - 1][1]))
        for i, (u, x) in enumerate(a):
            for k, (w, y) in enumerate(b):
                n = number[u + w]
                if high:
                    self.add((-x, -y, levels[n][1]))
                else:
                    self.add((at(a, i + 1), at(b, k + 1), -at(levels, n + 1)))
        return levels

    def write_family(self, family):
        for i in family.items:
            for t in range(self.first[i], self.last[i] - 1):
                self.add((-self.s(i, t), self.s(i, t + 1)))
            if i > family.items[0]:
                self.after(i - 1, i, family.duration)
        needs = [(self.network.families[g], least) for g, least in family.needs]
        if len(family.members) == 1:
            for g, least in needs:
                for k, i in enumerate(family.items):
                    self.after(g.items[k], i, least)
            return
        for t in self.ticks:
            own = self.count(family, t, 1)
            a, b = (self.add_up([self.count(g, t - least, 1) for g, least in needs], 2, False) + [[(0, TRUE)]])[:2]
            for v, p in own:
                for i, (u, _) in enumerate(a):
                    self.add((-p, at(a, i + 1), next((literal for w, literal in b if u + w >= v), FALSE)))

    def write_device(self, device, families):
        X, M = self.goal.span, self.goal.makespan
        begun, done = [], []
        for t in self.ticks if X is not None else []:
            begun.append(self.any([self.s(f.items[0], t) for f in families]))
            done.append(-self.any([-self.s(f.items[-1], t - f.duration) for f in families]))
            if t > 0:
                self.add((-begun[t - 1], begun[t]))
            for f in families:
                self.add((-begun[t], self.s(f.items[-1], t + X - f.duration)))
        for stream in sorted({f.stream for f in families}):
            here = [f for f in families if f.stream == stream]
            running = [[self.running(f, t) for t in self.ticks] for f in here]
            busy = [[row[t] for row in running] for t in self.ticks]
            for now in busy:
                for b, one in enumerate(now):
                    for other in now[b + 1 :]:
                        self.add((-one, -other))
            work = sum(f.count * f.duration for f in here)
            if M is not None:
                self.write_idle(M - work, busy)
            if X is not None:
                self.write_idle(X - work, [now + [-begun[t], done[t]] for t, now in enumerate(busy)])
        if self.network.problem.cap[device] is not None:
            self.write_memory(device, self.network.problem.cap[device] - self.network.problem.always[device])

    def running(self, family, t):
        certain, may = False, []
        for i in family.items:
            x, y = self.s(i, t), self.s(i, t - family.duration)
            if x == FALSE:
                break
            if y == TRUE:
                continue
            if x == TRUE and y == FALSE:
                certain = True
            else:
                may.append(self.both(x, -y))
        return TRUE if certain else self.any(may)

    def write_idle(self, slack, busy_at):
        if slack < 0:
            self.add(())
            return
        n = min(slack, len(self.ticks) + 1)  # a count that the ticks do not reach says nothing
        c = [TRUE] + [FALSE] * (n + 1)
        for busy in busy_at:
            if TRUE in busy:
                continue
            busy = [literal for literal in busy if literal != FALSE]
            if not busy:
                self.add((-c[n],))
                c = [TRUE] + c[:n] + [FALSE]
                continue
            d = [TRUE]
            for i in range(1, n + 1):
                d.append(FALSE if c[i - 1] == FALSE else TRUE if c[i] == TRUE else self.variable())
            d.append(FALSE)
            for i in range(1, n + 2):
                if c[i - 1] == FALSE:
                    break  # so are all that follow, and no clause is written for them
                for clause in ((-c[i], d[i]), [-c[i - 1]] + busy + [d[i]], (-d[i], d[i - 1])):
                    self.add(clause)
            c = d

    def write_memory(self, device, room):
        if room < 0:
            self.add(())
            return
        takes, frees = {}, {}
        for r, route in enumerate(self.network.problem.routes):
            freed = {}
            for amount, there, x, y in route.holds:
                if there == device:
                    begin, end = self.network.family_of[r, x], self.network.family_of[r, y]
                    takes[begin] = takes.get(begin, 0) + amount
                    frees[end] = freed[y] = freed.get(y, 0) + amount
        takes, frees = ([(self.network.families[f], a) for f, a in some.items() if a] for some in (takes, frees))
        for t in self.ticks:
            taken = self.add_up([self.count(f, t, amount) for f, amount in takes], 2, True)
            freed = self.add_up([self.count(f, t - f.duration, amount) for f, amount in frees], 1, False)
            if taken:
                self.write_room(*(taken + [[(0, TRUE)]])[:2], (freed + [[(0, TRUE)]])[0], room)

    def write_room(self, a, b, c, room):
        def m(x):
            return next((n for n, (value, _) in enumerate(c) if value >= x), len(c))

        for i, (u, x) in enumerate(a):
            for k, (w, y) in enumerate(b):
                n = m(u + w - room)
                if n > 0 and not (i > 0 and m(a[i - 1][0] + w - room) == n) and not (k > 0 and m(u + b[k - 1][0] - room) == n):
                    self.add((-x, -y, at(c, n)))

def at(levels, number):
    """The literal of a level; false if there is none."""
    return levels[number][1] if number < len(levels) else FALSE


# ---- 7. Proofs ---------------------------------------------------------------------------------------------------------------------

def unpack(folder, size, name):
    """The bytes of a proof, which is named by their digest and stands in the certificate's folder."""
    need(re.fullmatch("[0-9a-f]{64}", name), "the name of a proof is no digest")
    limit(size <= MOST_PROOF, f"a proof has more than {MOST_PROOF} bytes")
    path = os.path.join(folder, f"{name}.proof.gz")
    need(os.path.isfile(path), f"{name}.proof.gz is not beside the certificate")
    unpacker, data = zlib.decompressobj(31), bytearray()
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
    begin, numbers, value, shift = b"bubbleproof proof 1\n", array("i"), 0, 0
    need(data.startswith(begin), "a proof does not begin as one")
    for byte in memoryview(data)[len(begin) :]:
        value |= (byte & 127) << shift
        if byte < 128:
            need(value < 2**31 and (byte or not shift), "a number of a proof is too long")
            numbers.append(value)
            value = shift = 0
        else:
            shift += 7
            need(shift <= 28, "a number of a proof is too long")
    need(shift == 0, "a proof ends within a number")
    return numbers

def lemmas_of(numbers):
    """Where each lemma has the number of its literals, that of its hints, and its end."""
    begin = 0
    while begin < len(numbers):
        middle = begin + 1 + numbers[begin]
        need(middle < len(numbers) and middle + numbers[middle] < len(numbers), "a proof ends within a lemma")
        yield begin, middle, middle + 1 + numbers[middle]
        begin = middle + 1 + numbers[middle]

def check_proof(clauses, numbers, lrat):
    """Checks the lemmas one by one and adds them to the clauses; how many."""
    literals, offsets = clauses.literals, clauses.offsets
    false = bytearray(2 * clauses.variables + 1)  # by literal: negative ones are found from the end
    hint, size, lemmas = 0, -1, 0
    for begin, middle, end in lemmas_of(numbers):
        need(size != 0, "a proof goes on after its end")
        size = numbers[begin]
        lemma = [-(code >> 1) if code & 1 else code >> 1 for code in numbers[begin + 1 : middle]]
        need(not lemma or (0 not in lemma and max(map(abs, lemma)) <= clauses.variables), "a lemma has a variable that no clause has")
        number, trail, used, contradiction = len(offsets), list(lemma), [], False
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
            if not contradiction and not (unit and false[-unit]):
                used.append(hint)
            if unit == 0:
                contradiction = True
            elif not false[-unit]:
                false[-unit] = 1
                trail.append(-unit)
        need(contradiction, f"lemma {number} does not follow: its hints lead to no contradiction")
        for literal in trail:
            false[literal] = 0
        literals.extend(lemma)
        offsets.append(len(literals))
        lemmas += 1
        if lrat:
            lrat.write(" ".join(map(str, [number, *lemma, 0, *used, 0])) + "\n")
    need(size == 0, "a proof does not end in a contradiction")
    return lemmas

def write_dimacs(clauses, file):
    file.write(f"p cnf {clauses.variables} {len(clauses.offsets) - 1}\n")
    for begin, end in zip(clauses.offsets, clauses.offsets[1:]):
        file.write(" ".join(map(str, [*clauses.literals[begin:end], 0])) + "\n")

def check_refutation(goal, refutation, case):
    """That no schedule meets the goal; in words how that is known."""
    if refutation["kind"] == "bound":
        makespan, span = bounds(goal)
        need(makespan == INFINITE or (goal.makespan is not None and makespan > goal.makespan) or (goal.span is not None and span > goal.span),
             f"the bounds on makespan and span, {makespan} and {span}, are not above what is asked")
        return "a bound added up"
    try:
        if refutation["kind"] == "windows":
            windows(coarsen(goal, refutation["quantum"]))
            raise Refused("every pass has room")
        numbers = numbers_of(unpack(case.folder, refutation["proof"]["bytes"], refutation["proof"]["sha256"]))
        for _ in lemmas_of(numbers):
            pass  # looked at as a whole
        clauses = Clauses(coarsen(goal, refutation["quantum"]))
    except NoRoom:
        return "a pass has no room"
    count = len(clauses.offsets) - 1
    if case.dimacs:
        write_dimacs(clauses, case.dimacs)
    lemmas = check_proof(clauses, numbers, case.lrat)
    case.dimacs = case.lrat = None  # the first refutation is written
    return f"{lemmas} lemmas checked on {count} clauses"


# ---- 4. Statements -----------------------------------------------------------------------------------------------------------------

class Case:
    """A statement under check: its problems, which must be used in their order, what is counted, and what is found, in words."""

    def __init__(self, folder, dimacs=None, lrat=None):
        self.folder, self.dimacs, self.lrat = folder, dimacs, lrat
        self.problems, self.used, self.passes, self.subjects, self.words, self.shown = [], 0, 0, 0, [], []

    def use(self, number):
        need(number < len(self.problems) and number <= self.used, "a problem is not there or not used in order")
        self.used = max(self.used, number + 1)
        return self.problems[number]

    def replay(self, value):
        problem = self.use(value["problem"])
        self.passes += problem.passes if value["kind"] != "pipeline" else 0
        limit(self.passes <= MOST_PASSES, f"more than {MOST_PASSES} passes")
        return Laid(value["kind"], problem, value.get("starts"), value.get("interval"), value.get("stages", ()))

    def goal(self, value):
        goal = Record(**{**value, "problem": self.use(value["problem"])})
        named = [x for x, _ in goal.starts] + [x for order in goal.orders for x in order]
        need(max(named, default=-1) < goal.problem.passes, "a goal names no pass")
        return goal

    def say(self, parameters, words):
        self.words.append("".join([", ".join(f"{name} = {n}" for name, n in parameters) + ": " if parameters else "", words]))

def check_instance(value, case):
    """Whether the claim is true, and the claim in words."""
    case.subjects += len(value["subjects"])
    limit(case.subjects <= MOST_INSTANCES, f"more than {MOST_INSTANCES} subjects")
    check_formula(value["claim"], len(value["subjects"]), ())
    subjects = [case.replay(subject) for subject in value["subjects"]]
    abouts = [f"\n{letter(i)}: a {'building block' if s.kind == 'block' else s.kind}, {about(s.problem)}" for i, s in enumerate(subjects)]
    return true(value["claim"], subjects), said(value["claim"]) + "".join(abouts)

def check_holds(statement, _evidence, case):
    for instance in statement["instances"]:
        holds, words = check_instance(instance, case)
        need(holds, f"the claim is false: {words}")
        case.say(instance["parameters"], words)
    case.shown.append(f"{case.passes} passes replayed")

def check_false(statement, _evidence, case):
    holds, words = check_instance(statement["instance"], case)
    need(not holds, f"the claim is true: {words}")
    case.say(statement["instance"]["parameters"], f"it is false that {words}")
    case.shown.append(f"{case.passes} passes replayed")

def check_invalid(statement, evidence, case):
    subject = statement["subject"]
    problem = case.use(subject["problem"])
    need(max([evidence.get("device", -1)]) < problem.devices, "the evidence names no device")
    need(all(evidence.get(key, 0) < problem.passes for key in ("first", "second", "needs", "pass", "from", "to")), "the evidence names no pass")
    if subject["kind"] == "order":
        check_lists(problem, subject["lists"])
        need(evidence["kind"] in ORDER_CONFLICTS, "evidence that is not for an order")
        need(ORDER_CONFLICTS[evidence["kind"]](problem, subject["lists"], evidence), "the conflict in the evidence is not there")
    else:
        need(len(subject["starts"]) == problem.passes, "there is not one start for each pass")
        need(evidence["kind"] in CONFLICTS, "evidence that is not for starts")
        need(CONFLICTS[evidence["kind"]](problem, subject["starts"], evidence), "the conflict in the evidence is not there")
    case.say(statement["parameters"], f"{'an order' if subject['kind'] == 'order' else 'starts'} that cannot be, for {about(problem)}")
    case.shown.append(", ".join(f"{key}: {value}" for key, value in evidence.items()))

def depends(problem, x, y):
    (i, route, _, n), (j, _, _, m) = place(problem, x), place(problem, y)
    return i == j and m in route.dep[n]

def end(problem, starts, x):
    _, route, _, n = place(problem, x)
    return starts[x] + route.duration[n]

def list_of(problem, x):
    """The number of a pass's stream, over all devices."""
    _, route, _, n = place(problem, x)
    return route.device[n] * problem.streams + route.stream[n]

def overlaps(problem, starts, evidence):
    x, y = evidence["first"], evidence["second"]
    together = starts[x] == starts[y] and end(problem, starts, x) > starts[x] and end(problem, starts, y) > starts[y]
    return x != y and list_of(problem, x) == list_of(problem, y) and (together or starts[x] < starts[y] < end(problem, starts, x))

def is_early(problem, starts, evidence):
    x, y = evidence["pass"], evidence["needs"]
    _, _, r, n = place(problem, x)
    return depends(problem, x, y) and starts[x] < starts[y] + lag(problem, r, y % problem.nodes, n)

def ends_first(problem, starts, evidence):
    x, y = evidence["from"], evidence["to"]
    (i, route, _, n), (j, _, _, m) = place(problem, x), place(problem, y)
    return i == j and any(hold[2:] == [n, m] for hold in route.holds) and end(problem, starts, y) < starts[x]

def is_full(problem, starts, evidence):
    held = problem.always[evidence["device"]]
    for j in range(problem.microbatches if problem.nodes else 0):
        first = j * problem.nodes
        for amount, device, x, y in place(problem, first)[1].holds:
            if device == evidence["device"] and starts[first + x] <= evidence["time"] < end(problem, starts, first + y):
                held += amount
    return problem.cap[evidence["device"]] is not None and held > problem.cap[evidence["device"]]

def is_elsewhere(problem, lists, evidence):
    x, first = evidence["pass"], evidence["device"] * problem.streams
    return any(x in lists[n] for n in range(first, first + problem.streams) if n != list_of(problem, x))

def is_deadlock(problem, lists, evidence):
    cycle, spots = evidence["cycle"], {x: (n, k) for n, passes in enumerate(lists) for k, x in enumerate(passes)}
    need(len(spots) == sum(map(len, lists)), "a pass stands twice in the lists")
    need(cycle and max(map(max, cycle)) < problem.passes, "a cycle of nothing, or of no passes")
    for (x, y), (following, _) in zip(cycle, cycle[1:] + cycle[:1]):
        (one, k), (two, i) = spots.get(y, (-1, 0)), spots.get(following, (-2, 0))
        if not depends(problem, x, y) or not (y == following or (one == two and k > i)):
            return False
    return True

CONFLICTS = {"overlap": overlaps, "early": is_early, "hold": ends_first, "memory": is_full}
ORDER_CONFLICTS = {
    "missing": lambda _, lists, evidence: not any(evidence["pass"] in passes for passes in lists),
    "twice": lambda _, lists, evidence: sum(passes.count(evidence["pass"]) for passes in lists) > 1,
    "elsewhere": is_elsewhere,
    "deadlock": is_deadlock,
}

def check_lists(problem, lists):
    need(len(lists) == problem.devices * problem.streams, "there is not one list for each stream")
    need(max(map(max, filter(None, lists)), default=-1) < problem.passes, "a list names no pass")

def check_deadlock_free(statement, evidence, case):
    need(statement["channels"] is None, "no such channels")
    need(len(evidence["sequences"]) == len(statement["instances"]), "there is not one sequence for each instance")
    for instance, sequence in zip(statement["instances"], evidence["sequences"]):
        problem, lists = case.use(instance["problem"]), instance["lists"]
        check_lists(problem, lists)
        case.passes += problem.passes
        limit(case.passes <= MOST_PASSES, f"more than {MOST_PASSES} passes")
        spots = {x: k for k, x in enumerate(sequence)}
        need(len(sequence) == problem.passes and spots.keys() == set(range(problem.passes)), "not every pass stands once in the sequence")
        need(sum(map(len, lists)) == problem.passes == len({x for passes in lists for x in passes}), "not every pass stands once in the lists")
        for n, passes in enumerate(lists):
            need(all(list_of(problem, x) == n for x in passes), "a pass is in the list of another stream")
            need(all(spots[a] < spots[b] for a, b in zip(passes, passes[1:])), "the sequence leaves the order of a list")
        for x in sequence:
            j, route, _, n = place(problem, x)
            need(all(spots[j * problem.nodes + y] < spots[x] for y in route.dep[n]), f"pass {x} comes before what it depends on")
        case.say(instance["parameters"], f"each stream can run its passes in its order, for {about(problem)}")
    case.shown.append(f"{case.passes} passes put in order")

def check_goal(goal, starts, case):
    """That the schedule meets the goal."""
    laid = case.replay({"kind": "schedule", "problem": case.problems.index(goal.problem), "starts": starts})
    need(goal.makespan is None or laid.makespan() <= goal.makespan, f"the makespan is {laid.makespan()}, above {goal.makespan}")
    need(goal.span is None or laid.span() <= goal.span, f"the span is {laid.span()}, above {goal.span}")
    ranked = {key: sorted(column) for key, column in laid.columns.items()}
    first = min((column[0] for column in ranked.values()), default=0)

    def start(number):
        j, _, r, n = place(goal.problem, number)
        return ranked[r, n][goal.problem.ranks[j]] - first

    need(all(start(x) == when for x, when in goal.starts), "a pass does not start when it should")
    need(all(start(a) < start(b) for order in goal.orders for a, b in zip(order, order[1:])), "an order is not kept")
    return laid

def check_possible(statement, evidence, case):
    goal = case.goal(statement["goal"])
    check_goal(goal, evidence["starts"], case)
    case.say(statement["parameters"], f"a schedule has {asked(goal)}")
    case.shown.append(f"{case.passes} passes replayed")

def check_impossible(statement, evidence, case):
    need(len(evidence["refutations"]) == len(statement["instances"]), "there is not one refutation for each instance")
    for instance, refutation in zip(statement["instances"], evidence["refutations"]):
        goal = case.goal(instance["goal"])
        case.shown.append(check_refutation(goal, refutation, case))
        case.say(instance["parameters"], f"no schedule has {asked(goal)}")

def check_best(statement, evidence, case):
    goal, aims = case.goal(statement["goal"]), statement["objectives"]
    laid = check_goal(goal, evidence["starts"], case)
    need(0 < len(aims) == len({aim["measure"] for aim in aims}) == len(evidence["refutations"]), "not one refutation for each of some measures")
    case.say(statement["parameters"], f"a schedule has {asked(goal)}")
    for aim, refutation in zip(aims, evidence["refutations"]):
        bound, name, value = aim["bound"], aim["measure"], aim["value"]
        need(name in ("makespan", "span", "peak"), "there is no such objective")
        need(bound == value or (bound < value and aim is aims[-1]), "a bound is not its value")
        measure = laid.peaks() if name == "peak" else laid.span() if name == "span" else laid.makespan()
        need(measure == value, f"the schedule's {name} is {measure}, not {value}")
        case.shown.append(check_refutation(at_most(goal, name, bound - 1), refutation, case))
        goal = at_most(goal, name, value)
        case.words[-1] += f"\nand {name} {value}; none has less" + ("" if bound == value else f" than {bound}")

def at_most(goal, name, bound):
    """The goal with one bound more."""
    if name == "peak":
        return goal.but(problem=goal.problem.but(cap=[bound if cap is None else min(cap, bound) for cap in goal.problem.cap]))
    own = goal.makespan if name == "makespan" else goal.span
    return goal.but(**{name: bound if own is None else min(own, bound)})

def about(problem):
    return f"{problem.devices} devices, {problem.microbatches} microbatches of {problem.nodes} passes ({', '.join(problem.names)[:60]})"

def asked(goal):
    """A goal in words."""
    words = [f"{name} <= {bound}" for name, bound in (("makespan", goal.makespan), ("span", goal.span)) if bound is not None]
    caps = [f"{cap} on device {d}" for d, cap in enumerate(goal.problem.cap) if cap is not None]
    words += [f"at most {', '.join(caps)[:100]} parts held"] if caps else []
    words += [f"{len(goal.starts)} starts and {len(goal.orders)} orders kept"] if goal.starts or goal.orders else []
    return f"{' and '.join(words) or 'these passes'}, for {about(goal.problem)}"


# ---- Claims for all sizes (docs/forall.md): forms, cases, questions ----------------------------------------------------------------

class Stuck(Exception):
    """No way on in a case: nothing is known."""

class Failed(Exception):
    """False further inside, in a case that is not known to be empty."""

class Split(Exception):
    """The case that is gone through falls into parts: a function from it to these."""

def know(condition):
    if not condition:
        raise Stuck

# A form c + a0 x0 + ... is a tuple (c, a0, ...) of whole numbers and fractions, without zeros at its end.

def form(numbers):
    numbers = list(numbers)
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)

def plus(a, b, times=1):
    return form(x + times * y for x, y in zip_longest(a, b, fillvalue=0))

def scaled(a, factor):
    return form(x * factor for x in a)

def denominator(a):
    common = 1
    for x in a:
        common = common * x.denominator // gcd(common, x.denominator)
    know(common < 10**1000)
    return common

def tightened(a):
    common = gcd(*a[1:]) if len(a) > 2 else abs(a[1]) if len(a) > 1 else 0
    return a if common == 0 else (a[0] // common, *[x // common for x in a[1:]])

class Answers:
    """What the evidence says of cases, by their facts: by form the kind of answer and multipliers, and under `None` that it is empty."""

    def __init__(self, evidence):
        forms = [tuple(int(exact(n)) for n in numbers) for numbers in evidence["forms"]]
        self.by_facts = {}
        for lemma in evidence["lemmas"]:
            kind, case, *rest = lemma
            facts = tuple(forms[i] for i in evidence["cases"][case])
            what = None if kind == "empty" else forms[rest.pop(0)]
            shown = (int(exact(rest[0])), [int(exact(n)) for n in rest[1]]) if rest else None
            self.by_facts.setdefault(facts, {})[what] = (kind, shown)

class Situation:
    """A case: `names` to forms, and facts that are at least 0."""

    def __init__(self, answers, variables, names, facts):
        self.all, self.variables, self.names, self.facts = answers, variables, names, facts
        self.answers = answers.by_facts.get(facts, {})

    def bind(self, names, forms):
        situation = copy(self)
        situation.names = {**self.names, **dict(zip(names, forms))}
        return situation

    def extend(self, names):
        news = {name: (0,) * (1 + self.variables + i) + (1,) for i, name in enumerate(names)}
        return Situation(self.all, self.variables + len(names), {**self.names, **news}, self.facts)

    def assume(self, fact):
        return Situation(self.all, self.variables, self.names, self.facts + (fact,))

    def residues(self, i, modulus):
        def part(a, r):
            return a if len(a) <= i + 1 else (a[0] + a[i + 1] * r, *a[1 : i + 1], a[i + 1] * modulus, *a[i + 2 :])

        for r in range(modulus):
            names = {name: part(a, r) for name, a in self.names.items()}
            yield Situation(self.all, self.variables, names, tuple(tightened(part(a, r)) for a in self.facts))

    def shows(self, shown, goal):
        scale, factors = shown
        if scale <= 0 or len(factors) > len(self.facts) or any(f < 0 for f in factors):
            return False
        rest = scaled(goal, scale)
        for factor, fact in zip(factors, self.facts):
            rest = plus(rest, fact, -factor) if factor else rest
        return len(rest) == 1 and rest[0] >= 0

    def is_empty(self):
        return None in self.answers and self.shows(self.answers[None][1], (-1,))

    def positive(self, a):
        """Whether a form is at least 0."""
        if len(a) == 1:
            return a[0] >= 0
        a = tightened(tuple(int(x) for x in scaled(a, denominator(a))))
        below = tightened(plus((-1,), a, -1))
        know(a in self.answers)
        kind, shown = self.answers[a]
        if kind == "split":
            raise Split(lambda situation: [situation.assume(a), situation.assume(below)])
        know(self.shows(shown, a if kind == "nonnegative" else below))
        return kind == "nonnegative"

    def at_least(self, a, b):
        return self.positive(plus(a, b, -1))

    def equal(self, a, b):
        return self.at_least(a, b) and self.at_least(b, a)

    def floor(self, a, by=1):
        common = denominator(a)
        by, whole = by * common, [int(x * common) for x in a]
        for i, x in enumerate(whole[1:]):
            if x % by:
                modulus = by // gcd(x, by)
                know(modulus <= 10_000)
                raise Split(lambda situation, i=i: list(situation.residues(i, modulus)))
        return form(x // by for x in whole)

    def is_whole(self, *forms):
        return all(self.floor(a) == a for a in forms)

    def residue(self, a, by):
        rest = plus(a, self.floor(a, by), -by)
        know(len(rest) == 1 and rest[0] == int(rest[0]))
        return int(rest[0])

class Cases:
    """Going through cases, counted; `inside` another only those looked at."""

    def __init__(self):
        self.done = self.looked = self.inside = 0

    def every(self, situation, goal):
        """"proved", "failed" or "stuck"."""
        self.inside += 1
        try:
            return self.through([situation], goal)
        finally:
            self.inside -= 1

    def through(self, stack, goal):
        while stack:
            situation = stack.pop()
            self.looked += 1
            limit(self.looked <= MOST_CASES, "too many cases")
            try:
                outcome = "proved" if goal(situation) else "failed"
            except Split as split:
                stack += reversed(split.args[0](situation))
                continue
            except Stuck:
                outcome = "stuck"
            except Failed:
                return "failed"
            if outcome != "proved" and not situation.is_empty():
                return outcome
            self.done += 1 if self.inside == 1 else 0
        return "proved"

    def everywhere(self, situation, names, goal):
        outcome = self.every(situation.extend(names), goal)
        if outcome == "failed":
            raise Failed
        know(outcome == "proved")
        return True


# ---- Claims for all sizes: terms, blocks -------------------------------------------------------------------------------------------

def bounds_of(at, term, blocks=()):
    """A form that a term is at least and one that it is at most, or None for one that is not known."""
    if type(term) in (int, str):
        return ((exact(term),),) * 2
    op = term[0]
    if op == "var":
        know(term[1] in at.names)
        return (at.names[term[1]],) * 2
    if op == "ite":
        chosen = value(at, term[2] if truth(at, term[1], blocks) else term[3], blocks)
        return chosen, chosen
    if op == "measure":
        return blocks[term[2]].measure(at, term[1], *[None if t is None else value(at, t, blocks) for t in term[3:]])
    sides = [bounds_of(at, part, blocks) for part in term[1:]]
    if op in ("add", "sub", "neg"):
        if op == "add":
            return added(*sides)
        return added(((0,), (0,)) if op == "neg" else sides[0], multiplied(sides[-1], -1))
    if op in ("mul", "quo"):
        factor, other = sides if op == "mul" and is_constant(sides[0]) else sides[::-1]
        know(is_constant(factor) and (op == "mul" or factor[0][0] != 0))
        return multiplied(other, factor[0][0] if op == "mul" else Fraction(1) / factor[0][0])
    result = exact_value(at, op, *map(exactly, sides))
    return result, result

def added(a, b):
    return tuple(None if x is None or y is None else plus(x, y) for x, y in zip(a, b))

def multiplied(bounds, factor):
    both = [None if a is None else scaled(a, factor) for a in bounds]
    return tuple(both if factor >= 0 else both[::-1])

def exactly(bounds):
    know(bounds[0] is not None and bounds[0] == bounds[1])
    return bounds[0]

def is_constant(bounds):
    return bounds[0] is not None and bounds[0] == bounds[1] and len(bounds[0]) == 1

def value(at, term, blocks=()):
    return exactly(bounds_of(at, term, blocks))

def exact_value(at, op, a, b=None):
    if op in ("div", "mod"):
        return floored(at, a, b)[op == "mod"]
    if op in ("min", "max"):
        return (a if op == "min" else b) if at.at_least(b, a) else (b if op == "min" else a)
    if op == "abs":
        return a if at.positive(a) else scaled(a, -1)
    return at.floor(a) if op == "floor" else scaled(at.floor(scaled(a, -1)), -1)

def floored(at, a, b):
    """Quotient and remainder."""
    know(at.is_whole(a) and at.is_whole(b))
    if len(b) == 1:
        know(b[0] != 0)
        by = int(b[0])
        quotient = at.floor(a, by) if by > 0 else at.floor(scaled(a, -1), -by)
        return quotient, plus(a, quotient, -by)
    know(at.at_least(b, (1,)))
    for q in (0, 1, -1, 2, -2, 3, -3, 4, 5, 6, 7):
        rest = plus(a, b, -q)
        if at.positive(rest) and not at.at_least(rest, b):
            return (q,), rest
    raise Stuck

def is_positive(at, bounds):
    """Whether something with bounds is at least 0; nothing where that is open."""
    if bounds[0] is not None and at.positive(bounds[0]):
        return True
    return False if bounds[1] is not None and not at.positive(bounds[1]) else None

def truth(at, formula, blocks=()):
    if type(formula) is bool:
        return formula
    op, parts = formula[0], formula[1:]
    if op in COMPARISONS:
        right, left = bounds_of(at, parts[1], blocks), bounds_of(at, parts[0], blocks)
        difference = added(left, multiplied(right, -1))
        return compared(at, op, difference, bounds_of(at, parts[2], blocks) if op == "within" else None)
    if op in ("valid", "deadlock_free"):
        know(op == "valid" and blocks[parts[0]].kind == "block")
        return True
    first = truth(at, parts[0], blocks)
    if op == "not":
        return not first
    return op != "and" if first == (op == "or") else truth(at, parts[1], blocks)

def compared(at, op, difference, tolerance):
    minus = multiplied(difference, -1)
    if op in (">=", "<", "<=", ">"):
        questions = [difference if op in (">=", "<") else minus]
    else:
        questions = [difference, minus] if op != "within" else [added(minus, tolerance), added(difference, tolerance)]
    answers = []
    for question in questions:
        answers.append(is_positive(at, question))
        if answers[-1] is False:
            return op in ("<", ">", "!=")
        know(answers[-1] is not None or op in ("==", "!="))
    know(None not in answers)
    return op not in ("<", ">", "!=")

class AllBlock:
    """A block or pipeline of any size. `at` is the case at hand; members and devices go as terms where cases are gone through inside."""

    def __init__(self, subject, hints, cases):
        block = subject["block"]
        self.kind, self.microbatches, self.cases, self.hints = subject["kind"], subject["microbatches"], cases, hints
        self.families, self.holds, self.group = block["families"], block["holds"], block["group"]
        self.always, self.cap, self.devices = block["always"], block["cap"], block["devices"]
        self.T = None if block["interval"] is None else int(exact(block["interval"]))

    def number(self, at, term, least):
        found = value(at, term)
        know(len(found) == 1 and found[0] == int(found[0]) and found[0] >= least)
        return int(found[0])

    def members(self, at):
        count = self.number(at, self.group["count"], 1)
        know(count <= 10_000)
        return [(m,) for m in range(count)]

    def in_range(self, at, indices, forms):
        at = at.bind(names_of(indices), forms)
        return all(at.at_least(a, value(at, low)) and at.at_least(value(at, high), a) for (_, low, high), a in zip(indices, forms))

    def is_device(self, at, a):
        return at.is_whole(a) and at.positive(a) and not at.at_least(a, value(at, self.devices))

    def is_member(self, at, a):
        return at.positive(a) and not at.at_least(a, value(at, self.group["count"]))

    def each_tuple(self, at, indices, goal):
        names = names_of(indices)
        return self.cases.everywhere(at, names, lambda at: not self.in_range(at, indices, [at.names[n] for n in names]) or goal(at))

    def each_device(self, at, goal):
        return self.cases.everywhere(at, ["device.any"], lambda at: not self.is_device(at, at.names["device.any"]) or goal(at))

    def each_member(self, at, goal):
        """The goal is given the member as a term."""
        if self.T is not None:
            return all(goal(at, m[0]) for m in self.members(at))
        any_member = ["var", "member.any"]
        return self.cases.everywhere(at, ["member.any"], lambda at: not self.is_member(at, value(at, any_member)) or goal(at, any_member))

    def start(self, at, f, forms, m):
        family = self.families[f]
        inner = at.bind(names_of(family["indices"]) + [self.group["name"]], [*forms, m])
        if family["start"] is not None:
            found = value(inner, family["start"])
            know(denominator(found) == 1)
            return found
        for other, its, member, _, start in self.layout(at, value(inner, family["device"]), self.members(at)):
            if other == f and at.equal(member, m) and all(at.equal(a, b) for a, b in zip(its, forms)):
                return start
        raise Stuck

    def duration(self, at, f, forms):
        return self.number(at.bind(names_of(self.families[f]["indices"]), forms), self.families[f]["duration"], 0)

    def end(self, at, f, forms, m):
        start = self.start(at, f, forms, m)
        return plus(start, (self.duration(at, f, forms),))

    def on_device(self, at, device, thing, inverse):
        """The tuples of indices of a family or hold that are on a device."""
        found, indices, there = [], thing["indices"], at.bind(["device."], [device])
        for terms in inverse:
            if len(terms) != len(indices):
                continue
            forms = [value(there, term) for term in terms]
            if not at.is_whole(*forms) or not self.in_range(at, indices, forms):
                continue
            if not at.equal(value(at.bind(names_of(indices), forms), thing["device"]), device):
                continue
            if not any(all(at.equal(a, b) for a, b in zip(other, forms)) for other in found):
                found.append(forms)
        return found

    def layout(self, at, device, members):
        """Family, indices, member, duration and start of each pass on a device."""
        placed, waiting = [], []
        for f, family in enumerate(self.families):
            for forms in self.on_device(at, device, family, self.hints["inverse"]["families"][f]):
                for m in members:
                    duration = self.duration(at, f, forms)
                    if family["start"] is not None:
                        placed.append((f, forms, m, duration, self.start(at, f, forms, m)))
                    else:
                        waiting.append((f, forms, m, duration, self.ready(at, f, forms, m)))
        know(not waiting or self.T is not None)
        while waiting:
            first = waiting[0]
            for other in waiting[1:]:
                if self.is_before(at, other, first):
                    first = other
            waiting = [other for other in waiting if other is not first]
            f, forms, m, duration, ready = first
            placed.append((f, forms, m, duration, plus(ready, (self.delay(at, placed, f, duration, ready),))))
        return placed

    def is_before(self, at, one, two):
        ranks = [[ready, (f,), *forms, m] for f, forms, m, _, ready in (one, two)]
        for a, b in zip(*ranks):
            if not at.at_least(b, a):
                return False
            if not at.at_least(a, b):
                return True
        return False

    def delay(self, at, placed, f, duration, ready):
        """To the first slot that is free."""
        know(duration <= self.T)
        same = [p for p in placed if self.families[p[0]]["stream"] == self.families[f]["stream"]]
        others = [(at.residue(plus(start, ready, -1), self.T), run) for _, _, _, run, start in same]
        for delay in sorted({0} | {(slot + run) % self.T for slot, run in others}):
            gaps = [((slot - delay) % self.T, run) for slot, run in others]
            if all(gap >= duration and gap + run <= self.T for gap, run in gaps):
                return delay
        raise Stuck

    def ready(self, at, f, forms, m):
        at, latest = at.bind(names_of(self.families[f]["indices"]), forms), None
        for g, terms in self.families[f]["needs"]:
            know("all" not in terms)
            values = [value(at, term) for term in terms]
            if self.in_range(at, self.families[g]["indices"], values):
                know(self.families[g]["start"] is not None)
                end = self.end(at, g, values, m)
                latest = end if latest is None or at.at_least(end, latest) else latest
        return latest or (0,)

    def ends(self, at, hold, m):
        """Of a hold whose indices are bound: its begin, the start of its last pass, and its end."""
        places = []
        for f, terms in (hold["from"], hold["to"]):
            values = [value(at, term) for term in terms]
            know(at.is_whole(*values) and self.in_range(at, self.families[f]["indices"], values))
            places.append((f, values))
        begin, last = (self.start(at, f, values, m) for f, values in places)
        return begin, last, plus(last, (self.duration(at, *places[1]),))

    def held_by(self, at, device, m):
        """Amount, begin, last start and end of each hold on a device."""
        found = []
        for hold, inverse in zip(self.holds, self.hints["inverse"]["holds"]):
            for forms in self.on_device(at, device, hold, inverse):
                inner = at.bind(names_of(hold["indices"]), forms)
                amount = value(inner, hold["amount"])
                know(len(amount) == 1 and amount[0] >= 0)
                found.append((amount[0], *self.ends(inner, hold, m)))
        return found

    # What must be so

    def is_one(self, at, term):
        found = value(at, term)
        know(at.is_whole(found))
        return at.at_least(found, (1,))

    def well_placed(self, at):
        placed = all(self.placed(at, family, inverse) for family, inverse in zip(self.families, self.hints["inverse"]["families"]))
        if type(self.always) in (int, str) and exact(self.always) >= 0:
            return placed
        device = ["var", "device.any"]
        return placed and self.each_device(at, lambda at: at.positive(value(at.bind(["device."], [value(at, device)]), self.always)))

    def placed(self, at, thing, inverse):
        def goal(at):
            home = value(at, thing["device"])
            if not self.is_device(at, home):
                return False
            there = at.bind(["device."], [home])
            own = [at.names[name] for name in names_of(thing["indices"])]
            tuples = [terms for terms in inverse if len(terms) == len(own)]
            return any(all(at.equal(value(there, term), a) for term, a in zip(terms, own)) for terms in tuples)

        return self.each_tuple(at, thing["indices"], goal)

    def premise(self, at):
        if not (self.is_one(at, self.devices) and self.is_one(at, self.group["count"])):
            return False
        if self.kind == "pipeline":
            return self.well_placed(at)
        if self.microbatches is not None:
            takes = self.is_one(at, self.microbatches)
            if not takes or (self.T is None and not at.at_least(value(at, self.group["count"]), value(at, self.microbatches))):
                return False
        return self.valid(at) and (self.cap is None or self.fixed(at))

    def valid(self, at):
        if not self.well_placed(at):
            return False
        for f, family in enumerate(self.families):
            for need_of in family["needs"]:
                if not self.each_member(at, lambda at, m: self.waits(at, f, need_of, m)):
                    return False
        holds = zip(self.holds, self.hints["inverse"]["holds"])
        if not all(self.placed(at, hold, inverse) for hold, inverse in holds) or not self.each_device(at, self.streams_apart):
            return False
        device = ["var", "device.any"]

        def begins_first(at, m):
            return self.each_device(
                at, lambda at: all(at.at_least(last, begin) for _, begin, last, _ in self.held_by(at, value(at, device), value(at, m))))

        def within_cap(at):
            most = value(at.bind(["device."], [value(at, device)]), self.cap)
            return at.at_least(most, self.peak_on(at, value(at, device), None)[1])

        return self.each_member(at, begins_first) and (self.cap is None or self.each_device(at, within_cap))

    def waits(self, at, f, need_of, member):
        """Each pass of a family starts once the one that it needs has ended."""
        g, terms = need_of
        indices, names = self.families[f]["indices"], names_of(self.families[f]["indices"])
        terms = [["var", f"any.{i}"] if term == "all" else term for i, term in enumerate(terms)]

        def goal(at):
            own = [at.names[name] for name in names]
            if not self.in_range(at, indices, own):
                return True
            values = [value(at, term) for term in terms]
            if not at.is_whole(*values):
                return False
            if not self.in_range(at, self.families[g]["indices"], values):
                return True
            m = value(at, member)
            start = self.start(at, f, own, m)
            return at.at_least(start, self.end(at, g, values, m))

        return self.cases.everywhere(at, names + [f"any.{i}" for i, term in enumerate(need_of[1]) if term == "all"], goal)

    def streams_apart(self, at):
        device = ["var", "device.any"]
        if self.T is not None:
            passes = self.layout(at, value(at, device), self.members(at))
            durations = all(1 <= run <= self.T for _, _, _, run, _ in passes)
            return durations and all(self.apart(at, a, b) for i, a in enumerate(passes) for b in passes[i + 1 :])

        def goal(at):
            d, a, b = value(at, device), at.names["member.any"], at.names["member.other"]
            if not self.is_member(at, a) or not self.is_member(at, b):
                return True
            ones, others = self.layout(at, d, [a]), self.layout(at, d, [b])
            return all(run >= 1 for _, _, _, run, _ in ones) and all(
                (i == k and at.equal(a, b)) or self.apart(at, one, other) for i, one in enumerate(ones) for k, other in enumerate(others))

        return self.cases.everywhere(at, ["member.any", "member.other"], goal)

    def apart(self, at, one, two):
        if self.families[one[0]]["stream"] != self.families[two[0]]["stream"]:
            return True
        (run, start), (other_run, other_start) = one[3:], two[3:]
        if self.T is None:
            return at.at_least(other_start, plus(start, (run,))) or at.at_least(start, plus(other_start, (other_run,)))
        gap = at.residue(plus(other_start, start, -1), self.T)
        return run <= gap and other_run <= self.T - gap

    def fixed(self, at):
        """The order of its stream 0 says what each device holds."""
        def goal(at, hold, f, terms):
            values = [value(at, term) for term in terms]
            know(self.in_range(at, self.families[f]["indices"], values))
            inner = at.bind(names_of(self.families[f]["indices"]), values)
            know(self.number(inner, self.families[f]["duration"], 0) > 0)
            home = value(inner, self.families[f]["device"])
            return at.equal(home, value(at, hold["device"]))

        for hold in self.holds:
            for f, terms in (hold["from"], hold["to"]):
                know(self.families[f]["stream"] == 0)
                if not self.each_tuple(at, hold["indices"], lambda at: goal(at, hold, f, terms)):
                    return False
        return True

    # Measures, as bounds

    def peak_on(self, at, device, microbatches):
        always = value(at.bind(["device."], [device]), self.always)
        if self.T is None:
            return self.peak_once(at, device, microbatches, always)
        held = [hold for m in self.members(at) for hold in self.held_by(at, device, m)]

        def alive(t, begin, end):
            return plus(at.floor(plus(t, begin, -1), self.T), at.floor(plus(t, end, -1), self.T), -1)

        most, time = always, None
        for _, t, _, _ in held:
            total = always
            for amount, begin, _, end in held:
                total = plus(total, alive(t, begin, end), amount)
            if not at.at_least(most, total):
                most, time = total, t
        if microbatches is None or time is None:
            return most, most
        blocks = at.floor(value(at, microbatches), self.number(at, self.group["count"], 1))
        reached = all(at.at_least(blocks, alive(time, begin, end)) for _, begin, _, _ in held for _, _, _, end in held)
        return (most if reached else None), most

    def peak_once(self, at, device, microbatches, always):
        count = value(at, self.group["count"])
        held = self.held_by(at, device, plus(count, (-1,)))
        most = always
        for amount, _, _, _ in held:
            most = plus(most, count, amount)

        def all_held(at):
            t, d, m = (at.names[name] for name in ("target.", "device.other", "member.any"))
            return not self.is_member(at, m) or all(
                at.at_least(t, begin) and not at.at_least(t, end) for _, begin, _, end in self.held_by(at, d, m))

        times = (at.bind(["target.", "device.other"], [t, device]).extend(["member.any"]) for _, t, _, _ in held)
        know(any(self.cases.every(situation, all_held) == "proved" for situation in times))
        reached = microbatches is None or at.equal(value(at, microbatches), count)
        return (most if reached else None), most

    def load_on(self, at, device):
        load = 0
        for f, (family, inverse) in enumerate(zip(self.families, self.hints["inverse"]["families"])):
            if family["stream"] == 0:
                load += sum(self.duration(at, f, forms) for forms in self.on_device(at, device, family, inverse))
        return ((load,),) * 2

    def greatest(self, at, measure, candidates):
        best = None
        for term in candidates:
            device = value(at, term)
            if self.is_device(at, device):
                found = measure(at, device)
                best = found if best is None or not at.at_least(best[1], found[1]) else best
        know(best is not None)

        def goal(at):
            device = at.names["device.other"]
            return not self.is_device(at, device) or at.at_least(at.names["target."], measure(at, device)[1])

        know(self.cases.every(at.bind(["target."], [best[1]]).extend(["device.other"]), goal) == "proved")
        return best

    def measure(self, at, name, device, stage):
        candidates = self.hints["candidates"]
        if self.kind == "pipeline":
            know(name == "load" and stage is None)
            know(device is None or self.is_device(at, device))
            return self.load_on(at, device) if device is not None else self.greatest(at, self.load_on, candidates["load"])
        if name == "period" and self.T is not None and device is None and stage is None:
            return ((self.T,),) * 2
        if name == "peak" and stage is None:
            know(self.fixed(at))
            know(device is None or self.is_device(at, device))
            measure = lambda at, device: self.peak_on(at, device, self.microbatches)
            return measure(at, device) if device is not None else self.greatest(at, measure, candidates["peak"])
        know(name == "lifespan" and stage is not None and device is None and self.microbatches is None)
        return (self.lifespan(at, stage),) * 2

    def lifespan(self, at, stage):
        longest = (0,)
        for hold in self.holds:
            if self.families[hold["from"][0]]["stage"] >= 0:
                know(len(hold["indices"]) == 1 and hold["from"][1] == [["var", hold["indices"][0][0]]])
                know(at.is_whole(stage) and self.in_range(at, hold["indices"], [stage]))
                for m in self.members(at):
                    begin, _, end = self.ends(at.bind(names_of(hold["indices"]), [stage]), hold, m)
                    life = plus(end, begin, -1)
                    longest = life if at.at_least(life, longest) else longest
        return longest

def names_of(indices):
    return [name for name, _, _ in indices]

def check_names(statement):
    """That each term names what it may name."""
    variables, own = set(statement["variables"]), []
    need(len(variables) == len(statement["variables"]) and all(re.fullmatch(r"[^.\s]+", name) for name in variables), "variables of no names")
    check_formula(statement["domain"], 0, variables)
    for subject in statement.get("subjects", []):
        block, group = subject["block"], subject["block"]["group"]["name"]
        limit(len(block["families"]) <= MOST_FAMILIES, f"a block has more than {MOST_FAMILIES} families")
        own.append(group)
        need(block["interval"] is None or exact(block["interval"]) >= 1 == exact(block["interval"]).denominator, "no such interval")
        for term in [block["devices"], block["group"]["count"]] + [t for t in [subject["microbatches"]] if t is not None]:
            check_term(term, 0, variables)
        for term in [block["always"]] + [t for t in [block["cap"]] if t is not None]:
            check_term(term, 0, variables | {"device."})
        sizes = [len(family["indices"]) for family in block["families"]]
        for thing in block["families"] + block["holds"]:
            names = set(variables)
            for name, low, high in thing["indices"]:
                check_term(low, 0, names)
                check_term(high, 0, names)
                names.add(name)
                own.append(name)
            check_term(thing["device"], 0, names)
            named = thing["needs"] if "needs" in thing else [thing["from"], thing["to"]]
            need(all(f < len(sizes) and len(terms) == sizes[f] for f, terms in named), "a family is not there, or has other indices")
            for term in [term for _, terms in named for term in terms if term != "all" or "needs" not in thing]:
                check_term(term, 0, names)
            check_term(thing["duration" if "needs" in thing else "amount"], 0, names)
            if "needs" in thing:
                need(-1 <= thing["stage"] < len(thing["indices"]) and thing["stream"] <= 1000, "there is no such stage or stream")
                if thing["start"] is not None:
                    check_term(thing["start"], 0, names | {group})
    need(len(set(own)) == len(own) and all(re.fullmatch(r"[0-9]+\.\S+", name) for name in own), "indices and groups of no names")

def check_hints(statement, evidence):
    variables = set(statement["variables"]) | {"device."}
    need(len(evidence["subjects"]) == len(statement.get("subjects", [])), "there are not hints for each subject")
    for subject, hints in zip(statement.get("subjects", []), evidence["subjects"]):
        block, inverse = subject["block"], hints["inverse"]
        need(len(inverse["families"]) == len(block["families"]) and len(inverse["holds"]) == len(block["holds"]), "hints do not fit")
        tuples = [terms for part in (inverse["families"], inverse["holds"]) for found in part for terms in found]
        for terms in tuples + [hints["candidates"]["load"], hints["candidates"]["peak"]]:
            for term in terms:
                check_term(term, 0, variables)
    cases, forms = len(evidence["cases"]), len(evidence["forms"])
    need(max(map(max, filter(None, evidence["cases"])), default=-1) < forms, "a case has no such form")
    need(all(type(n) is int or exact(n).denominator == 1 for numbers in evidence["forms"] for n in numbers), "a form is not whole")
    for lemma in evidence["lemmas"]:
        kind = lemma[0] if type(lemma) is list and lemma else None
        need(kind in ("nonnegative", "negative", "split", "empty"), "there is no such lemma")
        shaped(lemma[1:], {"split": (N, N), "empty": (N, exact, [exact])}.get(kind, (N, N, exact, [exact])), "a lemma")
        need(lemma[1] < cases and (kind == "empty" or lemma[2] < forms), "a lemma has no such case or form")
        numbers = [] if kind == "split" else [lemma[-2], *lemma[-1]]
        need(all(exact(n).denominator == 1 for n in numbers), "a multiplier is not whole")

def check_for_all(statement, evidence, case):
    """Also of the kind `vacuous`: that the domain is false everywhere."""
    check_names(statement)
    check_hints(statement, evidence)
    cases, start = Cases(), Situation(Answers(evidence), 0, {}, ()).extend(statement["variables"])
    domain, subjects = statement["domain"], statement.get("subjects", [])
    blocks = [AllBlock(subject, hints, cases) for subject, hints in zip(subjects, evidence["subjects"])]
    vacuous = cases.every(start, lambda at: not truth(at, domain)) == "proved"
    cases.done = cases.done if vacuous else 0
    need(vacuous == (statement["kind"] == "vacuous"), "nothing is claimed" if vacuous else "it is not shown that the domain is empty")
    words = f"for all {', '.join(statement['variables'])} with {said(domain)}"
    if not vacuous:
        check_formula(statement["claim"], len(blocks), set(statement["variables"]))
        for i, block in enumerate(blocks):
            outcome = cases.every(start, lambda at: not truth(at, domain) or block.premise(at))
            need(outcome == "proved", f"that {letter(i)} is valid is {outcome}")
        outcome = cases.every(start, lambda at: not truth(at, domain) or truth(at, statement["claim"], blocks))
        need(outcome == "proved", f"the claim is {outcome}")
        words += f": {said(statement['claim'])}"
    case.say([], words if not vacuous else f"nothing is claimed {words}, as there are none")
    case.shown.append(f"{cases.done} cases gone through")


# ---- The certificate as a whole ----------------------------------------------------------------------------------------------------

CHECKS = {
    "holds": check_holds, "false": check_false, "invalid": check_invalid, "deadlock-free": check_deadlock_free, "possible": check_possible,
    "impossible": check_impossible, "best": check_best, "for-all": check_for_all, "vacuous": check_for_all,
}
WORDS = {"false": "refuted", "invalid": "refuted", "vacuous": "vacuous"}  # of the claim that a certificate is about; else it is proved

def check(data, case):
    """The title, and a word for the claim that the certificate is about. What it says in full is left in the case."""
    value = parse(data)
    shaped(value, CERTIFICATE, "certificate")
    statement, evidence = value["statement"], value["evidence"]
    need(value["format"] == "bubbleproof/certificate" and value["version"] == 1, "this is no bubbleproof/certificate of version 1")
    need(len(value["title"]) <= 1000, "the title has more than 1000 characters")
    need(value["digests"]["statement"] == digest(statement), "digests.statement is not that of the statement")
    one_of({kind: {**shape, "problems": [PROBLEM]} for kind, (shape, _) in SHAPES.items()})(statement, "statement")
    shaped(evidence, SHAPES[statement["kind"]][1], "evidence")
    instances = statement.get("instances", [None])
    need(instances, "there is no instance")
    limit(len(instances) <= MOST_INSTANCES, f"more than {MOST_INSTANCES} instances")
    digests = [digest(problem) for problem in statement["problems"]]
    need(digests == value["digests"]["problems"], "digests.problems are not those of the problems")
    need(len(set(digests)) == len(digests), "a problem stands twice")
    case.problems = [read_problem(problem) for problem in statement["problems"]]
    try:
        CHECKS[statement["kind"]](statement, evidence, case)
    except Refused as refused:
        raise Unproved(str(refused)) from None
    need(case.used == len(case.problems), "a problem is not used")
    return value["title"], WORDS.get(statement["kind"], "proved")


# ---- Command line ------------------------------------------------------------------------------------------------------------------

def check_file(path, dimacs=None, lrat=None):
    """Exit code and lines to print."""
    case = Case(os.path.dirname(path) or ".", dimacs, lrat)
    try:
        with open(path, "rb") as file:
            title, word = check(file.read(MOST_BYTES + 1), case)
    except (OSError, Refused) as refused:
        return (3, ["unproved", str(refused)]) if isinstance(refused, Unproved) else (2, ["unreadable", str(refused)])
    except (Limit, MemoryError, RecursionError) as reached:
        return 3, ["unknown", f"a limit was reached: {reached}"]
    more = [f"and so on, {len(case.words)} instances in all"] if len(case.words) > 3 else []
    words = "\n".join(case.words[:3] + more + ["; ".join(case.shown[:3])]).split("\n")
    return (0 if word == "proved" else 1), [word, title] + words

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
    exits, names = set(), [name for name in (given.export_dimacs, given.export_lrat) if name]
    files = {name: open(f"{name}.{os.getpid()}.part", "w", encoding="ascii") for name in names}
    try:
        for path in given.certificates:
            code, (word, *lines) = check_file(path, files.get(given.export_dimacs), files.get(given.export_lrat))
            exits.add(code)
            print(f"{path}\n  {word:<12}" + "\n              ".join(lines))
        for name, file in files.items() if exits == {0} else []:
            file.close()
            os.replace(file.name, name)
    finally:
        for file in files.values():
            if os.path.exists(file.name):
                os.unlink(file.name)
    return next((code for code in (2, 1, 3) if code in exits), 0)


if __name__ == "__main__":
    sys.exit(main())
