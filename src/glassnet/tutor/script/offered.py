"""The activations that a script offers beside the one that it asks for."""

from __future__ import annotations

import ast

from glassnet.tutor.process.source import PythonSource


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
