"""Plain JSON that nobody meant: values of every kind, and a tree with one of its places changed."""

import copy
import math
from typing import Any

from hypothesis import strategies as st

# no size between: an array of 10^5 × 10^5 would be tried, one of 2^60 is refused at once
NUMBERS = (
    st.integers(-3, 6)
    | st.sampled_from([2**31, 2**60, 2**63, 2**64, 10**30, 10**400, -(10**400)])
    | st.sampled_from([math.nan, math.inf, -math.inf, 1e308, 5e-324, -0.0, 0.5, 1.5, 3.0])
)
NAMES = st.sampled_from(
    ["", "x", "\0", "é" * 40, "relu", "tanh", "softmax", "leaky_relu", "float32", "float64", "f4"]
    + ["dense", "dropout", "orthogonal", "neuron", "layer", "W", "name", "kind", "0", "3", "nan"]
)
SCALARS = st.none() | st.booleans() | NUMBERS | NAMES
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything within a tree of lists and dictionaries."""
    found: list[tuple[Any, ...]] = []
    keys = tree.keys() if isinstance(tree, dict) else range(len(tree))
    for key in keys:
        found.append((*path, key))
        if isinstance(tree[key], dict | list):
            found += places(tree[key], (*path, key))
    return found


@st.composite
def changed(draw: st.DrawFn, tree: Any) -> Any:
    """The tree with one to three of its places replaced, removed, doubled or added to."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        paths = places(tree)
        if not paths:
            break
        *above, last = draw(st.sampled_from(paths))
        inside = tree
        for key in above:
            inside = inside[key]
        what = draw(st.sampled_from(["replace", "replace", "replace", "remove", "add", "double"]))
        if what == "replace":
            inside[last] = draw(VALUES)
        elif what == "remove":
            del inside[last]
        elif isinstance(inside, dict):
            inside[draw(NAMES)] = draw(VALUES) if what == "add" else inside[last]
        else:
            inside.insert(last, draw(VALUES) if what == "add" else inside[last])
    return tree
