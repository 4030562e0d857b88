"""What a function's arguments are for, told by their names, and what they are given."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from glassnet.tutor.trying.given import INPUTS, PAIRS, TARGETS

MOST = 6  # ways to call one function
DEEP, PLAIN = "[$inputs, $hidden, $second, $outputs]", "[$inputs, $hidden, $outputs]"
# names of whole numbers, flags and words, and what each is given; the first that fits
_NUMBERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r".*(verbose|print|plot|show|debug|log|display|draw|save|track).*", ("False",)),
    (r".*(seed|random_state).*", ("1",)),
    (r".*(learn|rate|\blr|^lr|_lr|alpha|eta$|step_?size|taxa|tasa).*", ("0.1",)),
    (
        r".*(epoch|passes|iter|rounds|n_?steps|num_?steps|steps|times|num_train|epoc|generations).*",
        ("3",),
    ),
    (r".*(momentum|beta_?1|gamma).*", ("0.9",)),
    (r".*beta_?2.*", ("0.999",)),
    (r".*(eps|tol|threshold|error|erro|min_?delta).*", ("1e-8",)),
    (r".*keep.*", ("1.0",)),
    (r".*drop.*", ("0.0",)),
    (r"(lam|lambd|lambda_?|lmbda|reg.*|l2.*|l1.*|weight_?decay|decay.*|penalty)", ("0.0",)),
    (r".*batch.*", ("4",)),
    (r".*(optimi[sz]er|solver).*", ('"sgd"',)),
    (r".*(loss|cost|criterion).*", ('"mse"',)),
    (r".*(activation|act_?f|act_?func|nonlin).*", ('"sigmoid"', '"relu"')),
)
_WORDS = {'"mse"': "a loss", '"sigmoid"': "a sigmoid", '"relu"': "a relu"}  # as the file has them
_COUNTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"((n|num|no|number)_?(of)?_?hidden|h)_?layers?", ("1",)),
    (r"(n|num|no|number|quantidade)_?(of)?_?(de)?_?(layers?|camadas)", ("3",)),
    (r".*capas_?ocultas", ("1",)),
    (r".*(hidden|hid|ocult).*(sizes|dims|layers|units_list|list|structure)", ("[$hidden, $second]",
                                                                             "$hidden")),
    (r".*(hidden|hid|ocult|_h\d?$|^n_?h|^h(\d|$)|neurons?_?1|capa_?1).*2.*", ("$second",)),
    (r".*(hidden|hid|ocult|_h\d?$|^n_?h\d?$|^h(\d|$)|^nh|middle|capa_?1|neurons?_?(per|in)).*",
     ("$hidden",)),
    (r".*(layer|size|dim|structure|topolog|architect|shape|layout|network_?spec|units|neurons|"
     r"nodes|neuronios|neuronas|camadas)s?(_?(size|dim|list|por_camada|per_layer|config))?s?",
     (DEEP, PLAIN)),
    (r"m|n_?samples|num_?samples|n_?examples|num_?examples|sample_?count", ("$samples",)),
)  # fmt: skip
_IN = re.compile(
    r".*(in|inp|input|inputs|feat|features?|n_?x|entradas?)_?(size|dim|nodes?|neurons?|units|features|layer|"
    r"count|num|n|shape|length|dims?|channels)?s?",
    re.I,
)
_OUT = re.compile(
    r".*(out|outp|output|outputs|class|classes|clases|n_?y|labels?|saidas?|salidas?)_?(size|dim|nodes?|"
    r"neurons?|units|features|layer|count|num|n|shape|length|dims?|channels)?s?",
    re.I,
)
_COUNTED = re.compile(
    r"m|(n|num|no|nb|number|size|dim|count|len|total)_?.*|.*(size|dim|nodes?|neurons?|units|features|"
    r"count|num|len|shape|dims|layer)s?|numero.*",
    re.I,
)
NETWORK = re.compile(
    r"(my_?|the_?|self_?)?(net(work)?|nn|model|mlp|weights?|wts?|params?|parameters?|theta|ann|brain|"
    r"w|ws|neural_?net(work)?|layers|rede|red|p)",
    re.I,
)
OUTPUT = re.compile(
    r"a|o|al|outs?|outputs?|y_?hat|yhat|y_?pred|pred(icted|ictions?|s)?|probs?|a_?out|result|"
    r"activations?|last|network_output|final_outputs?|y_p|a_?last",
    re.I,
)
_TRAINS = re.compile(r"fit|train|learn|teach|trein|entren|aprend", re.I)
GRADIENTS = re.compile(r"grads?|gradients?|dparams|deltas?|nablas?|derivatives?|d_?weights", re.I)


@dataclass(frozen=True)
class Signature:
    """A function of the learner's.

    name: how it is called. required, optional: its arguments, self aside. returns: the names of
    what it gives, "" for what has none. loops: whether it has a loop of its own. keys: of each
    argument that is a dictionary, the words that it is asked for.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    starred: str
    returns: tuple[str, ...]
    loops: bool
    keys: Mapping[str, tuple[str, ...]]
    calls: frozenset[str]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


def signature_of(function: ast.FunctionDef, name: str = "", method: bool = False) -> Signature:
    """What is to be known of a function to call it."""
    own = function.args
    names = [a.arg for a in (*own.posonlyargs, *own.args)]
    marks = {getattr(mark, "id", "") for mark in function.decorator_list}
    if method and "staticmethod" not in marks:
        names = names[1:]
    needed = len(names) - len(own.defaults)
    keyword = [a.arg for a, d in zip(own.kwonlyargs, own.kw_defaults) if d is not None]
    bare = [a.arg for a, d in zip(own.kwonlyargs, own.kw_defaults) if d is None]
    inside = [n for n in ast.walk(function) if n is not function]
    called = {n.func.attr if isinstance(n.func, ast.Attribute) else getattr(n.func, "id", "")
              for n in inside if isinstance(n, ast.Call)}  # fmt: skip
    return Signature(
        name or function.name,
        (*names[: max(needed, 0)], *bare),
        (*names[max(needed, 0) :], *keyword),
        own.vararg.arg if own.vararg else "",
        _returns(function),
        any(isinstance(n, ast.For | ast.While) for n in inside),
        _keys(inside),
        frozenset(called),
    )


def _returns(function: ast.FunctionDef) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    inner = {id(n) for d in ast.walk(function) if d is not function
             and isinstance(d, ast.FunctionDef | ast.Lambda) for n in ast.walk(d)}  # fmt: skip
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None and id(node) not in inner:
            parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            found = tuple(p.id if isinstance(p, ast.Name) else "" for p in parts)
    return found


def _keys(inside: list[ast.AST]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for node in inside:
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            key = node.slice.value if isinstance(node.slice, ast.Constant) else None
            if isinstance(key, str):
                found.setdefault(node.value.id, {})[key] = None
    return {name: tuple(keys) for name, keys in found.items()}


def takes(signature: Signature) -> set[str]:
    """Which kinds of data a function takes: "x", "y", "pairs", "table" (a dictionary of both)."""
    kinds = {_kind(name, signature) for name in signature.all}
    return kinds - {""}


def _kind(name: str, signature: Signature) -> str:
    """Which data an argument is, if any."""
    keys = signature.keys.get(name, ())
    words = {_plain_kind(key) for key in keys}
    if {"x", "y"} <= words:
        return "table"
    kind = _plain_kind(name) or _by_the_others(name, signature)
    if PAIRS.fullmatch(name) and kind != "y":
        others = [
            _plain_kind(n) or _by_the_others(n, signature) for n in signature.all if n != name
        ]
        if "x" in others:
            return ""
        return "x" if "y" in others else "pairs"
    return kind


def _by_the_others(name: str, signature: Signature) -> str:
    """What a name that says nothing must be in a function that trains: what is wanting still."""
    if not _TRAINS.search(signature.name) or _says_something(name):
        return ""
    silent = [n for n in signature.required if not _says_something(n)]
    given = {
        _plain_kind(n) or "pairs" for n in signature.all if _plain_kind(n) or PAIRS.fullmatch(n)
    }
    if len(silent) == 1 and len(given) == 1:
        return "x" if given == {"y"} else "y"
    return "xy"[silent.index(name)] if len(silent) == 2 and not given and name in silent else ""


def _says_something(name: str) -> bool:
    patterns = (INPUTS, TARGETS, PAIRS, NETWORK, OUTPUT, GRADIENTS)
    told = any(pattern.fullmatch(name) for pattern in patterns)
    return told or bool(_counts(name, False)) or any(True for _ in _fitting(_NUMBERS, name))


def _plain_kind(name: str) -> str:
    if INPUTS.fullmatch(name):
        return "x"
    return "y" if TARGETS.fullmatch(name) else ""


def ways_to_call(
    signature: Signature, known: Mapping[str, str], *, makes: bool = False
) -> Iterator[str]:
    """The calls with each argument given; none where one is not known.

    known: what a name stands for among what was made before. makes: it makes a network, so that
    its arguments are rather sizes than data.
    """
    choices = [values_of(name, signature, known, makes) for name in signature.required]
    if makes and choices.count(()) == 1 < len(choices):  # it must be a size
        choices[choices.index(())] = ("$hidden",)
    if () in choices:
        return
    named: list[tuple[str, ...]] = []
    for name in signature.optional:
        found = values_of(name, signature, known, makes)
        if found and _matters(name, signature, known, makes):
            named.append(tuple(f"{name}={value}" for value in found))
    star = ["$inputs, $hidden, $outputs"] if signature.starred and makes and not choices else []
    both = {"x", "y"} <= {_kind(name, signature) for name in signature.required}
    every = itertools.product(*choices, *named)
    fitting = (c for c in every if not both or ("$X" in c) == ("$y" in c))
    for chosen in itertools.islice(fitting, MOST):
        yield f"{signature.name}({', '.join([*chosen, *star])})"


def _matters(name: str, signature: Signature, known: Mapping[str, str], makes: bool) -> bool:
    """Whether an argument is given though it need not be: data, sizes, and how long it trains."""
    if re.search(r"weight|bias", name, re.I) and not re.search(r"size|dim|scale|init", name, re.I):
        return False  # without them it draws its own
    first = (values_of(name, signature, known, makes) or ("",))[0]
    return "$" in first or bool(re.search(r"epoch|passes|iter|rounds|steps|batch|epoc", name, re.I))


def values_of(
    name: str, signature: Signature, known: Mapping[str, str], makes: bool = False
) -> tuple[str, ...]:
    """What an argument may be given, the likeliest first; $X, $y and sizes are put in later."""
    own = known.get(name, known.get(name.lower(), ""))
    data = _data(name, signature)
    if own:
        return (own, *data[:1])
    counts = _counts(name, makes)
    plain = () if data and not makes else tuple(_fitting(_NUMBERS, name))
    plain = tuple(known.get(_WORDS.get(value, ""), value) for value in plain)
    network = (known["network"],) if "network" in known and NETWORK.fullmatch(name) else ()
    if makes:
        short = len(name) < 3 or re.search("data|train", name, re.I)
        found = (*data, *counts) if short else (*(plain[:2]), *counts, *data)
    else:
        found = (*network, *data, *plain, *counts)
    return tuple(dict.fromkeys(found))


def _data(name: str, signature: Signature) -> tuple[str, ...]:
    kind = _kind(name, signature)
    if kind == "table":
        parts = (f"{key!r}: ${_plain_kind(key).replace('x', 'X')}" for key in signature.keys[name]
                 if _plain_kind(key))  # fmt: skip
        return (f"{{{', '.join(parts)}}}",)
    return {"x": ("$X",), "y": ("$y",), "pairs": ("$pairs", "$rows")}.get(kind, ())


def _counts(name: str, makes: bool) -> tuple[str, ...]:
    if not makes and not _COUNTED.fullmatch(name) and not _OUT.fullmatch(name):
        return ()
    for pattern, values in _COUNTS:
        if re.fullmatch(pattern, name, re.I) and not _sided(name):
            return values
    if _OUT.fullmatch(name):
        return ("$outputs",)
    return ("$inputs",) if _IN.fullmatch(name) else ()


def _sided(name: str) -> bool:
    """Whether a count is of inputs or of outputs, whatever else its name says."""
    sides = r"input|output|(^|_)(in|out)(_|$)|(^|_)n_?[xy](_|$)|class|entrad|sa[li]+d"
    return bool(re.search(sides, name, re.I)) and not re.search("hid", name, re.I)


def _fitting(table: tuple[tuple[str, tuple[str, ...]], ...], name: str) -> Iterator[str]:
    for pattern, values in table:
        if re.fullmatch(pattern, name, re.I):
            yield from values
            return
