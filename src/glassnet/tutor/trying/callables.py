"""Plans for functions and methods that are called in turn: make, set up, forward, back, update."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.trying.arguments import (
    GRADIENTS,
    NETWORK,
    OUTPUT,
    Signature,
    signature_of,
    takes,
    ways_to_call,
)
from glassnet.tutor.trying.plan import TrainingPlan

_TRAINS = re.compile(
    r"fit|train|learn|descen|optimi|model|run|backprop|back_prop|update|step|main|sgd|minimi|nn|"
    r"solve|trein|entren|gd$|teach|adjust|epoch",
    re.I,
)
_ONLY_LOOKS = re.compile(
    r"predict|evaluat|accura|score|test|loss|cost|error|plot|print|show|save|load|valid|calculate|mse|"
    r"entropy|one_?hot|shuffle|split|normali|prepro|check|gradcheck|numerical",
    re.I,
)
_SETS_UP = re.compile(
    r"_*(init(iali[sz]e)?|random(i[sz]e)?|build|set_?up|create|reset|make|compile|start)([A-Z_].*)?",
)
_MAKES = re.compile(
    r"_*(init|initial|create|build|make|random|setup|new|construct|generate|get)_?\w*", re.I
)
_FORWARD = re.compile(
    r"forw|feed|(?<!back)(?<!back_)propag|activate|think|calc_?out|compute_out|^run$", re.I
)
_BACK = re.compile(r"back|grad(?!ient_desc)|deriv_?all", re.I)
_UPDATE = re.compile(r"updat|step|optimi|adjust|apply|descen|correct|learn", re.I)
_WORDS = (  # what an argument may ask for: how it is called in files, with so many arguments
    ("a loss", re.compile(r"mse|mean_?sq(uared?)?(_?error)?|squared(_error)?|quadratic|(binary_|"
                          r"categorical_)?cross_?entropy|bce", re.I), 2),
    ("a sigmoid", re.compile(r"sigmoid|logistic|sigm|sig", re.I), 1),
    ("a relu", re.compile(r"relu", re.I), 1),
)  # fmt: skip
_RESETS = re.compile(r"zero_?grad|reset_?grad|clear_?grad", re.I)


@dataclass(frozen=True)
class Maker:
    """Statements that make a network, and what is known by name after them.

    methods: what may be called on it. called: what making it calls by itself. holds: whether it
    was given the data. cost: how unlikely.
    """

    made: tuple[str, ...]
    known: Mapping[str, str]
    methods: tuple[Signature, ...] = ()
    targets: tuple[str, ...] = ()
    called: frozenset[str] = frozenset()
    holds: bool = False
    cost: int = 0


def functions_of(source: PythonSource) -> list[Signature]:
    return [signature_of(n) for n in source.tree.body if isinstance(n, ast.FunctionDef)]


def classes_of(source: PythonSource) -> dict[str, dict[str, Signature]]:
    """Each class's methods, those of its bases too."""
    found: dict[str, dict[str, Signature]] = {}
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            own: dict[str, Signature] = {}
            for base in node.bases:
                own |= found.get(base.id, {}) if isinstance(base, ast.Name) else {}
            for each in node.body:
                if isinstance(each, ast.FunctionDef):
                    own[each.name] = signature_of(each, f"net.{each.name}", method=True)
            found[node.name] = own
    return found


def globals_of(source: PythonSource) -> dict[str, str]:
    """The names that the file gives values to, each standing for itself."""
    found: dict[str, str] = {}
    for node in source.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Name):
                    found[part.id] = part.id
    return found


def layer_lists(source: PythonSource) -> dict[str, str]:
    """Lists of layers, a dictionary each, by the names that they have where one goes over them.

    What a layer is asked for by its keys tells what it holds: its sizes and its activation.
    """
    asked: dict[str, dict[str, None]] = {}
    for loop in ast.walk(source.tree):
        if not isinstance(loop, ast.For):
            continue
        each = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        for over in (n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name)):
            for n in ast.walk(loop):
                if isinstance(n, ast.Subscript) and getattr(n.value, "id", "") in each:
                    key = n.slice.value if isinstance(n.slice, ast.Constant) else None
                    if isinstance(key, str):
                        asked.setdefault(over, {})[key] = None
    sides = (("$inputs", "$hidden"), ("$hidden", "$outputs"))
    lists = {name: [_layer(keys, *pair) for pair in sides] for name, keys in asked.items()}
    return {name: f"[{', '.join(layers)}]" for name, layers in lists.items() if all(layers)}


def _layer(keys: Iterable[str], before: str, after: str) -> str:
    """A layer's dictionary; "" where its keys do not tell of a size or hold something unknown."""
    held: dict[str, str] = {}
    for key in keys:
        if re.search("activ|func|nonlin", key, re.I):
            held[key] = "'sigmoid'"
        elif re.search(r"(^|_)in(put)?(_|$|s|size|dim)|prev", key, re.I):
            held[key] = before
        elif re.search(r"out|size|dim|units|neurons|nodes", key, re.I):
            held[key] = after
        else:
            return ""
    if after not in held.values():
        return ""
    return f"{{{', '.join(f'{key!r}: {value}' for key, value in held.items())}}}"


def made_already(source: PythonSource, kind: str) -> Iterator[str]:
    """The names under which the file keeps what it made of a class."""
    for node in source.tree.body:
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == kind:
            yield from (t.id for t in node.targets[:1] if isinstance(t, ast.Name))  # type: ignore[union-attr]


def words_of(source: PythonSource) -> dict[str, str]:
    """What the file calls a loss and an activation: by a word that it knows, or its function."""
    nodes = list(ast.walk(source.tree))
    strings = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    functions = functions_of(source)
    found: dict[str, str] = {}
    for kind, pattern, count in _WORDS:
        words = [f'"{word}"' for word in strings if pattern.fullmatch(word)]
        words += [f.name for f in functions if pattern.fullmatch(f.name)
                  and len(f.required) == count]  # fmt: skip
        if words:
            found[kind] = words[0]
    return found


def makers(source: PythonSource, known: Mapping[str, str]) -> Iterator[Maker]:
    """All that may make a network: classes, functions that give parameters, or nothing at all."""
    for name, methods in classes_of(source).items():
        usable = tuple(m for n, m in methods.items() if not n.startswith("__"))
        calls, called = [f"{name}()"], frozenset[str]()
        if "__init__" in methods:
            own = methods["__init__"]
            called = own.calls
            calls = list(ways_to_call(_renamed(own, name), known, makes=True))
        for cost, call in enumerate(calls):
            now = {**known, "network": "net"}
            yield Maker((f"net = {call}",), now, usable, called=called, holds="$X" in call,
                        cost=2 * cost)  # fmt: skip
        for made in made_already(source, name):
            yield Maker((f"net = {made}",), {**known, "network": "net"}, usable, called=called)
    for function in functions_of(source):
        if _MAKES.fullmatch(function.name) and not takes(function) & {"y", "pairs"}:
            for cost, call in enumerate(ways_to_call(function, known, makes=True)):
                names = tuple(n or "net" for n in function.returns[:1]) + function.returns[1:]
                if "" in names:
                    names = ("net",)
                if not names:
                    yield Maker((call,), known, cost=2 * cost)
                    continue
                now = {**known, **{n: n for n in names}}
                if len(names) == 1:
                    now["network"] = names[0]
                made = (f"{', '.join(names)} = {call}",)
                yield Maker(made, now, targets=names, cost=2 * cost + 1)
    yield Maker((), known)


def _renamed(own: Signature, name: str) -> Signature:
    return Signature(name, own.required, own.optional, own.starred, own.returns, own.loops,
                     own.keys, own.calls)  # fmt: skip


def calling_plans(source: PythonSource) -> Iterator[tuple[int, TrainingPlan]]:
    """The plans, each with how unlikely it is."""
    known = layer_lists(source) | globals_of(source) | words_of(source)
    every = list(makers(source, known))
    functions = functions_of(source)
    for maker in every:
        usable = (*maker.methods, *(f for f in functions if maker.targets or maker.methods
                                    or not maker.made))  # fmt: skip
        for cost, plan in _training(maker, usable):
            yield maker.cost + cost, plan
    for maker in every:
        for cost, plan in _in_turn(maker, maker.methods or functions):
            yield 5 + maker.cost + cost, plan


def _set_ups(maker: Maker) -> list[tuple[str, ...]]:
    """Statements that set a network up after it was made: all of them, or none."""
    calls: list[str] = []
    for method in maker.methods:
        if _SETS_UP.fullmatch(_own(method)) and not takes(method):
            calls += list(ways_to_call(method, maker.known, makes=True))[:1]
    called = maker.called | {name for m in maker.methods for name in m.calls}
    needed = [c for c in calls if c.removeprefix("net.").partition("(")[0] not in called]
    return [tuple(needed), ()] if needed else [()]


def _training(maker: Maker, usable: Sequence[Signature]) -> Iterator[tuple[int, TrainingPlan]]:
    """One function that is given all: train(X, y), fit(data), network.step(x, t)."""
    for function in usable:
        own, data = _own(function), takes(function)
        named = bool(_TRAINS.search(own))
        wanted = {"x", "y"} <= data or bool(data & {"pairs", "table"})
        holds = maker.holds or (not maker.made and function.loops)  # or it makes its own
        wanted = wanted or (holds and named and not data)
        if not wanted or (_ONLY_LOOKS.search(own) and not named):
            continue
        base = 3 * (not named) + (not function.loops) + (not _counts_rounds(function))
        for other, call in enumerate(ways_to_call(function, maker.known)):
            given = _assigned(call, function, maker)
            for unset, set_up in enumerate(_set_ups(maker)):
                made, cost = (*maker.made, *set_up), base + 2 * other + 3 * unset
                if function.loops:
                    yield cost, TrainingPlan(made, (given,))
                whole = "$rows" in call or "$pairs" in call or not data
                if whole or not function.loops or not _counts_rounds(function):
                    yield cost + 2, TrainingPlan(made, (given,), repeated=True)
                if not whole and not _counts_rounds(function):
                    yield cost + 3, TrainingPlan(made, (given,), repeated=True, each=True)


def _own(function: Signature) -> str:
    return function.name.removeprefix("net.")


def _counts_rounds(function: Signature) -> bool:
    return any(re.search("epoch|iter|rounds|steps|epoc|times", name, re.I) for name in function.all)


def _assigned(call: str, function: Signature, maker: Maker) -> str:
    """The call, its result kept where it is the network again."""
    names = maker.targets
    if names and len(function.returns) == len(names) and not function.loops:
        same = function.returns == names or (len(names) == 1 and NETWORK.fullmatch(
            function.returns[0] or "net"))  # fmt: skip
        if same:
            return f"{', '.join(names)} = {call}"
    return call


def _in_turn(maker: Maker, usable: Sequence[Signature]) -> Iterator[tuple[int, TrainingPlan]]:
    """Forward, back and update, each called by what those before gave."""
    resets = [f for f in usable if _RESETS.search(_own(f))][:1]
    back = _not_inner([f for f in usable if _BACK.search(_own(f)) and f not in resets])
    forward = _not_inner([f for f in usable if _FORWARD.search(_own(f)) and f not in back])
    update = _not_inner([f for f in usable if _UPDATE.search(_own(f)) and f not in (*forward, *back)
                         and "y" not in takes(f)])  # fmt: skip
    ways = itertools.product([*forward[:3], None], back[:3], [*update[:2], None])
    for cost, (first, second, third) in enumerate(ways):
        trains = _chained([s for s in (first, second, third, *resets) if s], maker)
        if trains is None:
            continue
        for unset, set_up in enumerate(_set_ups(maker)):
            made = (*maker.made, *set_up)
            yield cost + 3 * unset, TrainingPlan(made, trains, repeated=True)
            if any("$X" in t or "$y" in t for t in trains):
                yield cost + 3 * unset + 1, TrainingPlan(made, trains, repeated=True, each=True)


def _not_inner(functions: list[Signature]) -> list[Signature]:
    """Those first that no other of them calls."""
    called = {name for f in functions for name in f.calls}
    return sorted(functions, key=lambda f: _own(f) in called)


def _chained(steps: Sequence[Signature], maker: Maker) -> tuple[str, ...] | None:
    """The statements, each result kept by its name; None where an argument is not known."""
    known = dict(maker.known)
    statements: list[str] = []
    for number, step in enumerate(steps):
        role = "out" if _FORWARD.search(_own(step)) else "grads"
        now = known | _by_role(step, known)
        call = next(ways_to_call(step, now), None)
        if call is None:
            return None
        names = [n or role for n in step.returns]
        if not names or len(set(names)) < len(names):
            names = [role]
        if _UPDATE.search(_own(step)) and not _BACK.search(_own(step)) and maker.targets:
            kept = step.returns
            if kept and len(kept) == len(maker.targets):
                statements.append(f"{', '.join(maker.targets)} = {call}")
                continue
        later = " ".join(n for other in steps[number + 1 :] for n in other.all)
        used = step.returns and _used(names, role, later)
        statements.append(f"{', '.join(names)} = {call}" if used else call)
        if step.returns:
            known |= {n: n for n in names} | {n.lower(): n for n in names}
            if role == "out":
                known["out"] = names[_output_among(names)]
            else:
                known["grads"] = names[-1] if len(names) == 1 else ", ".join(names)
    return tuple(statements)


def _used(names: Sequence[str], role: str, later: str) -> bool:
    """Whether what a step gives is among what later ones take, by its name or as what it is."""
    words = later.split()
    by_role = OUTPUT if role == "out" else GRADIENTS
    low = {word.lower() for word in words}
    return any(n.lower() in low for n in names) or any(by_role.fullmatch(w) for w in words)


def _by_role(step: Signature, known: Mapping[str, str]) -> dict[str, str]:
    """What arguments stand for that bear no name of what was made: the outputs, the gradients."""
    found: dict[str, str] = {}
    for name in step.required:
        if name in known or name.lower() in known:
            continue
        if "grads" in known and GRADIENTS.fullmatch(name) and "," not in known["grads"]:
            found[name] = known["grads"]
        elif "out" in known and OUTPUT.fullmatch(name):
            found[name] = known["out"]
    if "out" not in known and _FORWARD.search(_own(step)) and not takes(step) & {"x"}:
        unknown = [n for n in step.required if n not in known and not NETWORK.fullmatch(n)]
        if len(unknown) == 1:
            found[unknown[0]] = "$X"
    return found


def _output_among(names: Sequence[str]) -> int:
    """Which of what the way forward gives is the output: one of that name, the last such."""
    last = re.compile(rf"{OUTPUT.pattern}|a_?\d+", re.I)
    likely = [i for i, name in enumerate(names) if last.fullmatch(name)]
    if len(likely) > 1:
        return max(likely, key=lambda i: names[i])
    return likely[-1] if likely else 0
