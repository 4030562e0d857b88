"""All the plans for a file, the simplest first; or those that a line of the reader's is."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import replace

from glassnet.core.errors import InputError
from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.trying.callables import calling_plans, globals_of
from glassnet.tutor.trying.given import INPUTS, PAIRS, TARGETS, Sizes
from glassnet.tutor.trying.layers import layer_plans
from glassnet.tutor.trying.plan import USUAL, TrainingPlan, as_lines

MOST_PLANS = 60
MOST_SIZE = 2000  # numbers beyond are no sizes


def plans_for(source: PythonSource, run: str = "") -> list[TrainingPlan]:
    """What is tried, in this order. Raises: InputError where `run` is not Python."""
    if run:
        return list(_given_plans(source, run))
    x, y = _free_names(source)
    found: dict[tuple[object, ...], TrainingPlan] = {}
    every = [*layer_plans(source), *calling_plans(source)]
    for _, plan in sorted(every, key=lambda each: each[0]):
        found.setdefault((plan.made, plan.trains, plan.repeated, plan.each), plan.with_names(x, y))
        if len(found) >= MOST_PLANS:
            break
    return list(found.values())


def _free_names(source: PythonSource) -> tuple[str, str]:
    taken = globals_of(source)
    for x, y in (("X", "y"), ("inputs", "targets")):
        if x not in taken and y not in taken:
            return x, y
    return "given_X", "given_y"


def _given_plans(source: PythonSource, run: str) -> Iterator[TrainingPlan]:
    """The reader's line, with what it names and the script has not given by its name."""
    try:
        text = as_lines(run)
    except SyntaxError as error:
        raise InputError(
            f"The line to run is not Python ({error.msg}): expected a call that trains, such as "
            f"`net = Net([2, 3, 1]); net.train(X, y)`; it says {run[:80]!r}."
        ) from None
    tree = ast.parse(text)
    missing = _missing(source, tree)
    yield from _with_given(text, tree, missing)
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    own = [n for n in globals_of(source) if n in read and _is_data(n)]
    if own:  # in place of the script's, where these do not fit the line
        yield from _with_given(text, tree, [*missing, *own])


def _is_data(name: str) -> bool:
    return bool(INPUTS.fullmatch(name) or TARGETS.fullmatch(name))


def _with_given(text: str, tree: ast.Module, missing: list[str]) -> Iterator[TrainingPlan]:
    """The line, with data given by those names."""
    xs = [n for n in missing if INPUTS.fullmatch(n) and not PAIRS.fullmatch(n)]
    ys = [n for n in missing if TARGETS.fullmatch(n) and n not in xs]
    pairs = [n for n in missing if PAIRS.fullmatch(n) and n not in (*xs, *ys)]
    if ys and pairs and not xs:
        xs, pairs = pairs, []
    x, y = (xs or ["given_X"])[0], (ys or ["given_y"])[0]
    same = (*(f"{n} = $X" for n in xs[1:]), *(f"{n} = $y" for n in ys[1:]))
    sizes, outputs = _written_sizes(tree)
    plan = TrainingPlan((), (text.replace("$", "$$"),), x=x, y=y, named=bool(missing), sizes=sizes,
                outputs=outputs)  # fmt: skip
    for data in ("$pairs", "$rows") if pairs else ("",):
        yield replace(plan, also=(*same, *(f"{n} = {data}" for n in pairs)))


def _missing(source: PythonSource, tree: ast.Module) -> list[str]:
    """The names that a line reads before it gives them a value, and nobody else defines."""
    bound = set(dir(builtins))
    for node in [*ast.walk(source.tree), *ast.walk(tree)]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    bound |= set(globals_of(source)) | {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    found: dict[str, None] = {}
    for statement in tree.body:
        names = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        own = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        first = isinstance(statement, ast.Assign | ast.AugAssign)  # its value, and then the name
        inner = own if not first else _within(statement)
        found |= dict.fromkeys(
            n.id for n in names if isinstance(n.ctx, ast.Load) and n.id not in bound | inner
        )
        bound |= own
    return list(found)


def _within(statement: ast.stmt) -> set[str]:
    """The names that the loops in a statement's comprehensions give values to."""
    loops = (n.target for n in ast.walk(statement) if isinstance(n, ast.comprehension))
    return {n.id for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Name)}


def _written_sizes(tree: ast.Module) -> tuple[Sizes, int | None]:
    """The sizes that a line writes: the first list of numbers, or a call's first ones."""
    of_arrays = {id(part) for call in ast.walk(tree) if _makes_an_array(call)
                 for part in ast.walk(call)}  # fmt: skip
    for node in (n for n in ast.walk(tree) if id(n) not in of_arrays):
        parts = node.elts if isinstance(node, ast.List | ast.Tuple) else (
            node.args if isinstance(node, ast.Call) else [])  # fmt: skip
        whole = [p.value for p in parts if isinstance(p, ast.Constant) and type(p.value) is int]
        if len(whole) != len(parts) or not 2 <= len(whole) <= 12:
            continue
        if min(whole) > 0 and max(whole) < MOST_SIZE:
            return replace(USUAL, inputs=whole[0], outputs=whole[-1]), whole[-1]
    return USUAL, None


def _makes_an_array(node: ast.AST) -> bool:
    """Whether it is a call such as `np.zeros((4, 1))`, whose numbers are no network's sizes."""
    root: ast.AST = node.func if isinstance(node, ast.Call) else node
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(node, ast.Call) and isinstance(root, ast.Name) and root.id in ("np", "numpy")
