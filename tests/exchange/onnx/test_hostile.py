"""Graphs that were made to do harm: each a sentence, soon and in little memory."""

import tracemalloc
from contextlib import suppress
from time import perf_counter

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.exchange.onnx import from_onnx
from glassnet.exchange.onnx import reading as r

onnx = pytest.importorskip("onnx")
h, T = onnx.helper, onnx.TensorProto
MOST_BYTES, MOST_SECONDS = 2**28, 10


def saved(path, nodes, arrays):
    """A model of x, (N, 4), and y."""
    taken, given = (h.make_tensor_value_info(name, T.FLOAT, ["N", 4]) for name in "xy")
    kept = [onnx.numpy_helper.from_array(np.asarray(a), name) for name, a in arrays.items()]
    graph = h.make_graph(nodes, "g", [taken], [given], kept)
    path.write_bytes(h.make_model(graph).SerializeToString())
    return path


def ones(*shape):
    return np.ones(shape, "float32")


def chain(operation, times, *more):
    """An operation on what came before it, again and again."""
    first = [h.make_node("MatMul", ["x", "a"], ["v0"])]
    row = [h.make_node(operation, [f"v{n}", *(w or f"v{n}" for w in more)], [f"v{n + 1}"])
           for n in range(times)]  # fmt: skip
    return [*first, *row, h.make_node("Tanh", [f"v{times}"], ["y"])]


def column_by_row(operation):
    return [h.make_node(operation, ["a", "b"], ["c"]), h.make_node("MatMul", ["x", "c"], ["y"])]


def of_constants(times):
    row = [h.make_node("Add", [f"c{n}"] * 2, [f"c{n + 1}"]) for n in range(times)]
    return [*row, h.make_node("MatMul", ["x", f"c{times}"], ["y"])]


COLUMN_AND_ROW = {"a": ones(60_000, 1), "b": ones(1, 60_000)}
HOSTILE = {
    "squares of squares": (chain("Mul", 60, ""), {"a": ones(4, 3)}, "operations follow"),
    "twice and twice": (chain("Add", 60, ""), {"a": ones(4, 3)}, "operations follow"),
    "a choice of choices": (
        [h.make_node("MatMul", ["x", "a"], ["v0"]), h.make_node("Greater", ["v0", "o"], ["w"]),
         *[h.make_node("Where", ["w", f"v{n}", f"v{n}"], [f"v{n + 1}"]) for n in range(60)],
         h.make_node("Tanh", ["v60"], ["y"])],
        {"a": ones(4, 3), "o": ones()}, "operations follow",
    ),
    "many scales": (chain("Mul", 5000, "s"), {"a": ones(4, 5000), "s": ones(5000)}, "more is"),
    "a column times a row": (column_by_row("Mul"), COLUMN_AND_ROW, "Mul of constants"),
    "a number each": (
        [h.make_node("MatMul", ["x", "a"], ["c"]), h.make_node("Relu", ["c"], ["d"]),
         h.make_node("Add", ["d", "b"], ["y"])],
        {"a": ones(4, 60_000), "b": ones(60_000)}, "60,000 neurons",
    ),
    "constants of constants": (of_constants(500), {"c0": ones(2**20, 1)}, "more is computed"),
    "shapes that do not fit": (column_by_row("Add"), {"a": ones(3), "b": ones(4)}, "does not take"),
    "no such axis": (
        [h.make_node("Transpose", ["a"], ["c"], perm=[0, 7]),
         h.make_node("MatMul", ["x", "c"], ["y"])], {"a": ones(4, 4)}, "does not take",
    ),
    "one input too few": ([h.make_node("MatMul", ["x"], ["y"])], {}, "does not take"),
    "no mean": (
        [h.make_node("MatMul", ["x", "a"], ["c"]),
         h.make_node("BatchNormalization", ["c", "a"], ["y"])], {"a": ones(4, 4)}, "does not take",
    ),
    "texts as weights": (
        [h.make_node("MatMul", ["x", "a"], ["y"])], {"a": np.full((4, 4), "w", object)},
        "does not take",
    ),
    "a circle": (
        [h.make_node("Add", ["d", "x"], ["c"]), h.make_node("Relu", ["c"], ["d"]),
         h.make_node("MatMul", ["d", "a"], ["y"])], {"a": ones(4, 4)}, "no operation before it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_do_harm_is_a_sentence_soon(tmp_path, name):
    nodes, arrays, said = HOSTILE[name]
    path = saved(tmp_path / "net.onnx", nodes, arrays)
    tracemalloc.start()
    began = perf_counter()
    with pytest.raises(InputError, match=said):
        from_onnx(path)
    took, (_, most) = perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_BYTES
    assert took < MOST_SECONDS


def test_two_matrices_that_would_make_a_huge_one_stay_two(tmp_path):
    nodes = [h.make_node("MatMul", ["x", "a"], ["c"]), h.make_node("MatMul", ["c", "b"], ["y"])]
    arrays = {"a": ones(6000, 1), "b": ones(1, 6000)}
    net = from_onnx(saved(tmp_path / "net.onnx", nodes, arrays))
    assert [layer.W.shape for layer in net.dense_layers] == [(1, 6000), (6000, 1)]
    small = {"a": ones(4, 1), "b": ones(1, 3)}
    net = from_onnx(saved(tmp_path / "net.onnx", nodes, small))
    assert [layer.W.shape for layer in net.dense_layers] == [(3, 4)]


def random_graph(rng):
    """Operations of any names on anything that is there, after a weighted sum."""
    kinds = sorted(
        {*r.ENTRYWISE, *r.PLAIN, *r.BETWEEN, *r.SAME, *r.ANSWERS, "Gemm", "MatMul", "Clip", "Gelu",
         "PRelu", "BatchNormalization", "Softmax", "Concat", "Scaler", "Transpose"}
    )  # fmt: skip
    shapes = [(4, 4), (4,), (), (1,), (4, 3), (3,), (1, 4), (2, 2, 2), (0,), (0, 4)]
    arrays = {
        f"c{n}": rng.normal(size=shapes[rng.integers(len(shapes))]).astype(
            rng.choice(["float32", "float64", "int64", "bool", "complex64"])
        )
        for n in range(5)
    } | {"W": rng.normal(size=(4, 4)).astype("float32")}  # fmt: skip
    names, nodes = ["x", *arrays, "", "nowhere"], [h.make_node("MatMul", ["x", "W"], ["v0"])]
    for n in range(1, int(rng.integers(2, 7))):
        given = [str(rng.choice([*[f"v{n - 1}"] * 8, *names])) for _ in range(rng.integers(1, 4))]
        odd = {"axis": 0, "perm": [1, 0], "transA": 1, "transB": 1, "alpha": 0.5, "to": 1,
               "epsilon": -2.0, "beta": "x", "offset": [1.0], "approximate": "tanh"}  # fmt: skip
        chosen = {name: value for name, value in odd.items() if rng.random() < 0.15}
        nodes.append(h.make_node(str(rng.choice(kinds)), given, [f"v{n}", f"w{n}"], **chosen))
        names += [f"v{n}", f"w{n}"]
    nodes.append(h.make_node("Identity", [f"v{len(nodes) - 1}"], ["y"]))
    return nodes, arrays


@pytest.mark.filterwarnings("ignore")
def test_operations_that_are_put_together_anyhow_raise_nothing_else(tmp_path):
    came_in = 0
    for seed in range(1500):
        path = saved(tmp_path / "net.onnx", *random_graph(np.random.default_rng(seed)))
        with suppress(InputError):
            from_onnx(path)
            came_in += 1
    assert came_in > 50
