"""Partial dependence: the mean with a column set in every row."""

import numpy as np
import polars as pl
import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.data import TablePreparation
from glassnet.explain import partial_dependence

RNG = np.random.default_rng(3)
FRAME = pl.DataFrame(
    {
        "size": [None if n % 10 == 0 else float(n % 37) for n in range(200)],
        "colour": [["red", "blue", "red", "green"][n % 4] for n in range(200)],
    }
)


def network(n_out: int) -> gn.Network:
    preparation = TablePreparation.learn(FRAME)
    output = "softmax" if n_out > 1 else "identity"
    net = gn.Network.dense([preparation.n_inputs, 6, n_out], hidden="tanh", output=output)
    net.preparation, net.classes = preparation, ["low", "high"] if n_out > 1 else None
    return net


@pytest.mark.parametrize("column", FRAME.columns)
@pytest.mark.parametrize("n_out", [1, 2])
def test_each_point_is_the_mean_answer_with_the_cell_in_every_row(column: str, n_out: int):
    net = network(n_out)
    told = partial_dependence(net, FRAME, column)
    assert told.rows == sum(point.rows for point in told.points) == 200
    assert told.base == pytest.approx(net.predict_proba(FRAME)[:, -1].mean(), abs=1e-6)
    for point in told.points:
        kind = FRAME.schema[column]
        frame = FRAME.with_columns(pl.lit(point.cell, dtype=kind).alias(column))
        assert point.mean == pytest.approx(net.predict_proba(frame)[:, -1].mean(), abs=1e-6)


def test_words_come_with_the_most_rows_first_and_numbers_in_order_missing_last():
    net = network(2)
    colours = partial_dependence(net, FRAME, "colour").points
    assert [(p.cell, p.rows) for p in colours] == [("red", 100), ("blue", 50), ("green", 50)]
    sizes = partial_dependence(net, FRAME, "size", points=5).points
    assert [p.cell for p in sizes[:-1]] == sorted(p.cell for p in sizes[:-1])
    assert (sizes[0].cell, sizes[-2].cell, sizes[-1].cell) == (0.0, 36.0, None)
    assert sizes[-1].rows == 20
    assert len(sizes) == 6


def test_of_a_class_that_is_named():
    net = network(2)
    low, high = (partial_dependence(net, FRAME, "colour", of=of) for of in ("low", "high"))
    assert low.points[0].mean == pytest.approx(1 - high.points[0].mean, abs=1e-9)
    assert (low.of, high.of) == ("low", "high")
    assert partial_dependence(net, FRAME, "colour") == high


def test_what_is_no_column_is_a_sentence():
    with pytest.raises(InputError, match="no column"):
        partial_dependence(network(1), FRAME, "weight")
