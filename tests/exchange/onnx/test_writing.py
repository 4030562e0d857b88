"""What onnxruntime computes from a network of ours is what we compute."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import glassnet as gn
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.errors import InputError
from glassnet.data import TablePreparation, TargetScale
from glassnet.exchange.onnx import to_onnx
from glassnet.formula import Symbol

ort = pytest.importorskip("onnxruntime")
RELATIVE = {"float32": 1e-5, "float64": 1e-12}
OUTPUTS = {"classes": ("softmax", 3), "two": ("sigmoid", 1), "numbers": ("identity", 2)}
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]


def answers(model, **given):
    return ort.InferenceSession(model.SerializeToString()).run(None, given)


def rows(dtype):
    rng = np.random.default_rng(5)
    scales = np.repeat([1.0, 3.0, 1e3, 1e-6], 250)[:, None]
    return (rng.normal(size=(1000, 5)) * scales).astype(dtype)


def network(hidden, output, dtype):
    activation, n_out = OUTPUTS[output]
    net = gn.Network.dense([5, 7, 6, n_out], hidden=hidden, output=activation, dtype=dtype, seed=2)
    if output != "numbers":
        net.classes = ["ape", "bee", "cat"][: max(n_out, 2)]
    else:
        net.target_scale = TargetScale((100.0, -3.0), (20.0, 0.5))
    return net


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_thousand_rows_come_to_the_same(hidden, output, dtype):
    net, X = network(hidden, output, dtype), rows(dtype)
    found = answers(to_onnx(net), x=X)
    near = RELATIVE[dtype]
    if output == "numbers":
        expected = net.predict(X)
        assert np.abs(found[0] - expected).max() <= near * np.abs(expected).max()
        return
    label, probabilities = found
    own = net.predict_proba(X)
    expected = np.hstack([1 - own, own]) if output == "two" else own
    assert np.abs(probabilities - expected).max() <= near
    sure = np.abs(np.diff(np.sort(expected), axis=1)[:, -1]) > 10 * near
    np.testing.assert_array_equal(label[sure], net.predict(X)[sure])


@pytest.mark.parametrize("kind", ["standardize", "pixels"])
def test_raw_rows_of_an_array_go_in(kind):
    X = np.abs(rows("float64")) + 1e6 * (kind == "standardize")
    net = network("tanh", "classes", "float32")
    net.preparation = gn.Preparation.learn(X, image=kind == "pixels")
    given = X if kind == "standardize" else X.astype("float32")
    _, probabilities = answers(to_onnx(net), x=given)
    np.testing.assert_allclose(probabilities, net.predict_proba(given), atol=1e-5)


def table(n, seed=0):
    rng = np.random.default_rng(seed)
    days = [datetime(1899, 12, 31) + timedelta(days=float(d)) for d in rng.uniform(0, 73_000, n)]
    days[:4] = [datetime(2000, 2, 29, 23, 59), datetime(1900, 3, 1), datetime(1969, 12, 31, 6),
                datetime(2100, 1, 1)]  # fmt: skip
    hole = lambda values, share: [None if rng.random() < share else v for v in values]  # noqa: E731
    return pl.DataFrame(
        {
            "age": hole(rng.normal(40, 12, n).tolist(), 0.1),
            "income": rng.normal(3e4, 1e4, n).tolist(),
            "home": hole(rng.choice(["north", "south", 'a "b"\'*/', "zoë"], n).tolist(), 0.2),
            "job": rng.choice(["baker", "smith"], n).tolist(),
            "since": hole(days, 0.1),
            "member": hole((rng.random(n) < 0.5).tolist(), 0.1),
        },
        strict=False,
    )


def feeds(net, frame):
    """A table as the model's inputs: (N, 1) each."""
    given = {}
    for column in net.preparation.used:
        cells = frame[column.name]
        if column.kind == "category":
            given[column.name] = np.array(cells.fill_null("").to_list(), object)[:, None]
        elif column.kind == "date":
            since = [
                np.nan if day is None else (day - datetime(1970, 1, 1)) / timedelta(days=1)
                for day in cells.to_list()
            ]
            given[column.name] = np.array(since)[:, None]
        else:
            numbers = cells.cast(pl.Float64).fill_null(np.nan).to_numpy()
            given[column.name] = numbers[:, None]
    return given


@pytest.mark.parametrize("dates", [False, True])
@pytest.mark.parametrize("clips", [False, True])
@pytest.mark.parametrize("dtype", RELATIVE)
def test_raw_columns_of_a_table_go_in(dtype, clips, dates):
    without = [] if dates else ["since"]
    frame = table(400).drop(without)
    preparation = TablePreparation.learn(frame)
    preparation = preparation.clipped() if clips else preparation
    kinds = {column.kind for column in preparation.used}
    assert kinds == {"number", "category", "boolean"} | ({"date"} if dates else set())
    net = gn.Network.dense([preparation.n_inputs, 8, 3], output="softmax", dtype=dtype, seed=1)
    net.preparation, net.classes = preparation, [3, 5, 8]
    far = pl.int_range(pl.len()) % 50 == 0
    other = table(1000, seed=1).with_columns(
        pl.when(pl.col("job") == "smith").then(pl.lit("tailor")).otherwise("job").alias("job"),
        pl.when(far).then(pl.lit(-1e12)).otherwise("income").alias("income"),
    )
    other = other.drop(without)
    label, probabilities = answers(to_onnx(net), **feeds(net, other))
    # a day counted from 1970 has its hour to eleven digits
    near = 1e-11 if dates and dtype == "float64" else RELATIVE[dtype]
    np.testing.assert_allclose(probabilities, net.predict_proba(other), rtol=0, atol=near)
    assert set(label) <= {3, 5, 8}


def test_an_activation_of_ones_own_goes_by_its_formula():
    z = Symbol("z")
    squared = gn.Elementwise("bent", lambda z: z / (1 + abs(z)), lambda z: (1 + abs(z)) ** -2,
                             formula=z / (1 + abs(z)))  # fmt: skip
    net = gn.Network([gn.Dense(5, 4, squared), gn.Dense(4, 1)], dtype="float64", seed=0)
    X = rows("float64")
    np.testing.assert_allclose(
        answers(to_onnx(net, preparation=False), x=X)[0][:, 0], net.predict(X), rtol=1e-12
    )


def test_one_without_a_formula_is_refused():
    plain = gn.Elementwise("plain", np.sin, np.cos)
    net = gn.Network([gn.Dense(5, 4, plain), gn.Dense(4, 1)], seed=0)
    with pytest.raises(InputError, match="formula"):
        to_onnx(net)


def test_the_same_network_gives_the_same_bytes(tmp_path):
    net = network("relu", "classes", "float32")
    to_onnx(net, tmp_path / "a.onnx")
    to_onnx(net, tmp_path / "b.onnx")
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
