"""Lines that make and train a network which a file only defines: guessed from its names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from glassnet.tutor.process.source import PythonSource

# what a parameter of that name is given; the first that fits
_GUESSES = (
    (
        r"(layer|size|dim|structure|topolog|architect|shape)s?(_?(size|dim|list)s?)?",
        "[3, 4, {out}]",
    ),
    (r"(x|xs|inputs?|data|features?|images?|samples?|x_?train|train_?x|training_inputs)", "{x}"),
    (r"(y|ys|t|targets?|labels?|outputs?|expected|y_?train|train_?y|training_outputs)", "{y}"),
    (r".*(learning_?rate|lr|alpha|eta|rate|step_?size).*", "0.1"),
    (r".*(epoch|iter|steps|rounds|times|num_train).*", "3"),
    (r".*batch.*", "6"),
    (r".*(hidden|hid|_h\b|n_h|nh).*", "4"),
    (r".*(out|classes|n_y|ny).*", "{out}"),
    (r".*(in|n_x|nx|feature).*", "3"),
    (r"(m|n|count).*", "6"),
)
_TRAINS = re.compile(
    r"fit|train|learn|gradient_descent|optimi|model|run|backprop|update|step", re.I
)
# x and y as scripts take them: rows, columns, labels, one sample
_DATA = (
    ("np.random.rand(6, 3)", "np.eye(2)[[0, 1, 1, 0, 1, 0]]", "2"),
    ("np.random.rand(6, 3)", "np.array([[0], [1], [1], [0], [1], [0]])", "1"),
    ("np.random.rand(3, 6)", "np.eye(2)[[0, 1, 1, 0, 1, 0]].T", "2"),
    ("np.random.rand(3, 6)", "np.array([[0, 1, 1, 0, 1, 0]])", "1"),
    ("np.random.rand(6, 3)", "np.array([0, 1, 1, 0, 1, 0])", "2"),
    ("[0.2, 0.9, -0.4]", "[0.1, 0.9]", "2"),
    ("np.random.rand(3, 1)", "np.array([[0.1], [0.9]])", "2"),
)


def driving_lines(source: PythonSource) -> Iterator[str]:
    """Lines to run after the file's own, the likeliest first; none where nothing could train."""
    for x, y, out in _DATA:
        given = {"x": "_x", "y": "_y", "out": out}
        start = f"import numpy as np\n_x = {x}\n_y = {y}\n"
        for made in _calls(source, given):
            yield start + made


def other_activations(source: PythonSource) -> list[tuple[str, str]]:
    """(the activation that the script asks for, another that it offers), by their names.

    Offered is what is compared with, a key, or an index; asked for what a call or a default gives.
    """
    offered: dict[str, None] = {}
    asked: dict[str, None] = {}
    usual: dict[str, None] = {}  # a default, which a call may pass over
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare):
            offered |= _names_in(*node.comparators)
        elif isinstance(node, ast.Dict):
            offered |= _names_in(*(key for key in node.keys if key is not None))
        elif isinstance(node, ast.Call):
            asked |= _names_in(*node.args, *(keyword.value for keyword in node.keywords))
        elif isinstance(node, ast.FunctionDef):
            usual |= _names_in(*node.args.defaults)
    return [(one, other) for one in asked or usual for other in offered if other != one]


def _names_in(*nodes: ast.expr) -> dict[str, None]:
    """The names of hidden layers' activations among these."""
    parts = [n for node in nodes for n in (node.elts if isinstance(node, ast.List) else [node])]
    known = ("sigmoid", "tanh", "relu")
    return {
        str(part.value): None
        for part in parts
        if isinstance(part, ast.Constant) and str(part.value).lower() in known
    }


def _calls(source: PythonSource, given: dict[str, str]) -> Iterator[str]:
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
            trains = [m for m in methods.values() if _takes_data(m) and _TRAINS.search(m.name)]
            make = (
                _call(node.name, methods["__init__"], given)
                if "__init__" in methods
                else (f"{node.name}()")
            )
            for train in trains:
                call = _call(f"_net.{train.name}", train, given)
                if make and call and any(isinstance(n, ast.For) for n in ast.walk(train)):
                    yield f"_net = {make}\n{call}\n"  # it has the loop, and may begin anew
                elif make and call:
                    yield f"_net = {make}\nfor _epoch in range(3):\n    {call}\n"
            if make and not trains and {"_x", "_y"} <= set(re.findall(r"_[xy]\b", make)):
                own = [n for n in methods if n != "__init__" and len(methods[n].args.args) == 1]
                order = sorted(own, key=lambda n: "back" in n or "update" in n)
                body = "".join(f"    _net.{name}()\n" for name in order)
                if body:
                    yield f"_net = {make}\nfor _epoch in range(3):\n{body}"
        elif isinstance(node, ast.FunctionDef) and _TRAINS.search(node.name) and _takes_data(node):
            call = _call(node.name, node, given)
            if call:
                yield f"{call}\n"


def _takes_data(function: ast.FunctionDef) -> bool:
    names = [a.arg for a in function.args.args]
    found = {_guess(name) for name in names}
    return {"{x}", "{y}"} <= found


def _guess(name: str) -> str | None:
    for pattern, value in _GUESSES:
        if re.fullmatch(pattern, name, re.I):
            return value
    return None


def _call(name: str, function: ast.FunctionDef, given: dict[str, str]) -> str | None:
    """The call with each argument that has no default guessed; None where one can't be."""
    arguments = [a.arg for a in function.args.args if a.arg != "self"]
    needed = len(arguments) - len(function.args.defaults)
    values: list[str] = []
    for position, argument in enumerate(arguments):
        guess = _guess(argument)
        training = guess in ("3", "6") and position >= needed
        if position < needed or training:
            if guess is None:
                return None
            values.append(f"{argument}={guess.format(**given)}")
    return f"{name}({', '.join(values)})"
