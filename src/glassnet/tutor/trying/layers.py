"""Plans for layer objects: a dense layer, an activation and a loss, joined to a network."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.trying.arguments import Signature, ways_to_call
from glassnet.tutor.trying.callables import classes_of, functions_of
from glassnet.tutor.trying.plan import TrainingPlan

_ACTIVATIONS = ("sigmoid", "tanh", "relu")
_BACK = re.compile(r"back.*", re.I)
_GRADIENT = re.compile(r"(.*_)?(prime|grad(ient)?|deriv(ative)?|delta|d|back.*)(_.*)?|"
                       r"d(mse|loss|cost).*|(mse|loss|cost)_?d.*", re.I)  # fmt: skip
_LOSS = re.compile(r"mse|loss|cost|error|entropy|square|bce", re.I)
_SENT_BACK = re.compile(r"d_?(in(put)?s?|x)|(input|in|x)_?grad(ient)?s?|grad_?(in(put)?s?|x)", re.I)
_TARGET = re.compile(r"true|target|^y$|label|expected|actual|wanted|truth", re.I)
_FUNCTION = re.compile(r"activ|func|prime|deriv|loss", re.I)


@dataclass(frozen=True)
class _Layer:
    """A class whose objects go forward and back.

    kept: the attributes that its methods give values to; begun: those that it is made with.
    """

    name: str
    methods: Mapping[str, Signature]
    kept: tuple[str, ...]
    begun: tuple[str, ...]

    @property
    def back(self) -> Signature:
        return next(m for n, m in self.methods.items() if _BACK.match(n))

    @property
    def needed(self) -> tuple[str, ...]:
        """The arguments that it has to be made with."""
        init = self.methods.get("__init__")
        return init.required if init else ()

    @property
    def sized(self) -> bool:
        """Whether it is made with two sizes: a dense layer."""
        sizes = self.needed[:2]
        rest = all(list(_extra(name)) for name in self.needed[2:])
        return len(sizes) == 2 and rest and not any(_FUNCTION.search(n) for n in sizes)


@dataclass(frozen=True)
class _Error:
    """What goes back first. made: what makes it; given: an expression of OUT and $y."""

    given: str
    made: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()  # a loss and its slope, as a network class asks for them


def layer_plans(source: PythonSource) -> Iterator[tuple[int, TrainingPlan]]:
    """Layers in a list, or added to a network of the file's own; each with how unlikely it is."""
    layers = _layers(source)
    dense = next((each for each in layers if each.sized), None)
    if dense is None:
        return
    errors = list(_errors(source))
    for cost, (inner, outer) in enumerate(_activations(source, layers)):
        shapes = (("$inputs", "$hidden", inner), ("$hidden", "$outputs", outer))
        stack = [part for a, b, act in shapes for part in (_made(dense, a, b), act) if part]
        for plan in _whole(source, stack, dense, errors):
            yield cost, plan
        for number, error in enumerate(errors):
            made, trains = _passes(source, dense, stack, error)
            yield cost + number + 4, TrainingPlan(made, trains, repeated=True)
            yield cost + number + 5, TrainingPlan(made, trains, repeated=True, each=True)


def _layers(source: PythonSource) -> list[_Layer]:
    trees = {n.name: n for n in source.tree.body if isinstance(n, ast.ClassDef)}
    found: list[_Layer] = []
    for name, methods in classes_of(source).items():
        forward = methods.get("forward") or methods.get("__call__")
        back = [m for n, m in methods.items() if _BACK.match(n)]
        if forward is None or not back or len(forward.required) > 1 or not back[0].required:
            continue
        init = [n for n in trees[name].body if getattr(n, "name", "") == "__init__"]
        found.append(_Layer(name, methods, _stored(trees[name]), _stored(*init)))
    return found


def _stored(*trees: ast.AST) -> tuple[str, ...]:
    """The attributes that are given values there."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return tuple(dict.fromkeys(n.attr for n in nodes if isinstance(n, ast.Attribute)
                               and isinstance(n.ctx, ast.Store)))  # fmt: skip


def _made(layer: _Layer, first: str, second: str) -> str:
    turned = re.match(r"(n_?)?(out|neuron|units)", layer.needed[0], re.I)
    both = (second, first) if turned else (first, second)
    rest = [next(_extra(n)) for n in layer.needed[2:]]
    return f"{layer.name}({', '.join([*both, *rest])})"


def _extra(name: str) -> Iterator[str]:
    if re.search("act", name, re.I):
        yield '"sigmoid"'
    if re.search("rate|lr|alpha|eta", name, re.I):
        yield "0.1"


def _activations(source: PythonSource, layers: Sequence[_Layer]) -> list[tuple[str, str]]:
    """What makes the activations of the hidden layer and of the output, the usual ones first."""
    found: list[str] = []
    names = [f.name for f in functions_of(source)]
    for layer in layers:
        if not layer.needed and not _LOSS.search(layer.name):
            found.append(f"{layer.name}()")
        elif len(layer.needed) == 2 and all(_FUNCTION.search(n) for n in layer.needed):
            for name in names:
                slopes = [other for other in names if name in other and other != name]
                found += [f"{layer.name}({name}, {slopes[0]})"] if slopes else []

    def usual(text: str) -> int:
        return next((i for i, a in enumerate(_ACTIVATIONS) if a in text.lower()), 9)

    inner = sorted((f for f in found if usual(f) < 9), key=usual)
    last = [f for f in found if "softmax" in f.lower()][:1]
    return [*((a, a) for a in inner), *((a, o) for a in inner[:2] for o in [*last, ""]), ("", "")]


def _errors(source: PythonSource) -> Iterator[_Error]:
    """The slopes of the losses that the file has, functions and classes; then the difference."""
    every = [f for f in functions_of(source) if len(f.required) == 2 and _LOSS.search(f.name)]
    for slope in every:
        if _GRADIENT.fullmatch(slope.name):
            plain = [f.name for f in every if f is not slope and f.name in slope.name]
            pair = (plain[0] if plain else slope.name, slope.name)
            yield _Error(f"{slope.name}({_in_order(slope)})", (), pair)
    for node in source.tree.body:
        methods = classes_of(source).get(getattr(node, "name", ""), {})
        for name, slope in methods.items():
            init = methods.get("__init__")
            if (
                len(slope.required) != 2
                or not _GRADIENT.fullmatch(name)
                or (init and init.required)
            ):
                continue
            if _TARGET.search(" ".join(slope.required)):
                given = f"loss.{name}({_in_order(slope)})"
                if not slope.returns:
                    kept = (a for a in _stored(node) if _SENT_BACK.fullmatch(a))
                    given = f"({given}, loss.{next(kept, 'dinputs')})[1]"
                yield _Error(given, (f"loss = {node.name}()",))  # type: ignore[attr-defined]
    yield _Error("OUT - $y")


def _in_order(slope: Signature) -> str:
    return "$y, OUT" if _TARGET.search(slope.required[0]) else "OUT, $y"


def _whole(
    source: PythonSource, stack: Sequence[str], dense: _Layer, errors: Sequence[_Error]
) -> Iterator[TrainingPlan]:
    """A network class to which layers are added, or which is given a list of them."""
    pair = next((error.pair for error in errors if error.pair), ())
    for name, methods in classes_of(source).items():
        add = next((n for n in methods if re.fullmatch(r"add(_?layer)?|append", n, re.I)), None)
        train = [m for n, m in methods.items() if re.search("fit|train|learn", n, re.I)]
        init = methods.get("__init__")
        takes = [n for n in (init.required if init else ()) if "layer" in n.lower()]
        if name == dense.name or not train or not (add or takes):
            continue
        made = [f"net = {name}({'[' + ', '.join(stack) + ']' if takes else ''})"]
        made += [f"net.{add}({each})" for each in stack] if add and not takes else []
        for n, m in methods.items():
            if re.fullmatch("use|compile|set_loss.*", n) and pair:
                made.append(f"net.{n}({', '.join(pair[: len(m.required)])})")
        for call in ways_to_call(train[0], dict(zip(("loss", "loss_prime"), pair))):
            yield TrainingPlan(tuple(made), (call,), repeated=not train[0].loops)


def _passes(
    source: PythonSource, dense: _Layer, stack: Sequence[str], error: _Error
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What makes the layers, and one step: through them, the error, back, and the update."""
    forward = dense.methods.get("forward") or dense.methods["__call__"]
    called = f"l.{forward.name.removeprefix('net.')}(a)".replace("l.__call__", "l")
    if not forward.returns:
        kept = (a for a in dense.kept if re.fullmatch("out(put)?s?|y|z|a", a, re.I))
        called = f"({called}, l.{next(kept, 'output')})[1]"
    rate = ", 0.1" if len(dense.back.required) > 1 else ""
    back = f"l.{dense.back.name.removeprefix('net.')}(g{rate})"
    if not dense.back.returns:
        kept = (a for a in dense.kept if _SENT_BACK.fullmatch(a))
        back = f"({back}, l.{next(kept, 'dinputs')})[1]"
    out = f"reduce(lambda a, l: {called}, net, $X)"
    step = f"reduce(lambda g, l: {back}, net[::-1], {error.given.replace('OUT', out)})"
    made = ("from functools import reduce", f"net = [{', '.join(stack)}]", *error.made)
    if rate:
        return made, (step,)
    also, updates = _update(source, dense)
    return (*made, *also), (step, *updates)


def _update(source: PythonSource, dense: _Layer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the gradients that a layer keeps come to its weights: what makes it, what does it."""
    dense_ones = f"for l in net if isinstance(l, {dense.name})]"
    for name, method in dense.methods.items():
        if re.search("update|step|apply", name, re.I):
            call = next(ways_to_call(method, {}), "").replace("net.", "l.", 1)
            if call:
                return (), (f"[{call} {dense_ones}",)
    for name, methods in classes_of(source).items():
        for own, method in methods.items():
            init = ways_to_call(methods["__init__"], {}) if "__init__" in methods else iter([""])
            begin = next(init, None)
            if re.match("update|step", own) and len(method.required) == 1 and begin is not None:
                given = begin.removeprefix("net.__init__") or "()"
                around = [(f"opt.{n}()",) if n in methods else () for n in
                          ("pre_update_params", "post_update_params")]  # fmt: skip
                each = f"[opt.{own}(l) {dense_ones}"
                return (f"opt = {name}{given}",), (*around[0], each, *around[1])
    moves: list[str] = []
    for own in dense.begun:
        low = own.lower()
        slopes = (f"d{low}", f"d_{low}", f"grad_{low}", f"{low}_grad", f"{low}grad")
        for other in dense.kept:
            if other.lower() in slopes:
                moves.append(f"setattr(l, {own!r}, l.{own} - 0.1 * l.{other})")
    return (), ((f"[({', '.join(moves)}) {dense_ones}",) if moves else ())
