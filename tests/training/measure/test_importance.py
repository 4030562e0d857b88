"""The influence of inputs: 0 where the network does without one, else as a slow loop has it."""

import numpy as np
import pytest

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.data import Preparation, TablePreparation
from glassnet.training.measure import importance as influence
from glassnet.training.measure.importance import (
    ArrayRows,
    FrameRows,
    image_blocks,
    inputs_of,
    loss_of,
    permutation_importance,
    shuffled,
)
from glassnet.training.rows import Rows

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
Y = 2 * X[:, 0] - X[:, 3] + 0.1 * RNG.normal(size=60)


def leaves_out(*columns: int) -> Network:
    """A trained-looking network whose first layer has no weight from these columns."""
    net = Network.dense([4, 6, 1], hidden="tanh", dtype="float64", seed=1)
    net.dense_layers[0].W[:, list(columns)] = 0
    net.preparation = Preparation.learn(X)
    return net


def test_an_input_that_is_left_out_has_exactly_no_influence():
    found = permutation_importance(leaves_out(1, 2), X, Y)
    rises = {one.name: (one.rise, one.spread) for one in found.each}
    assert rises["x[1]"] == rises["x[2]"] == (0.0, 0.0)
    assert rises["x[0]"][0] != 0
    assert rises["x[0]"][1] > 0


def test_the_rise_is_that_of_a_slow_loop():
    net = leaves_out()
    found = permutation_importance(net, X, Y, repeats=3, seed=7)
    rng = np.random.default_rng(7)
    mean, scale = X.mean(0), X.std(0)
    first, second = net.dense_layers

    def loss(rows: list[list[float]]) -> float:
        total = 0.0
        for row, y in zip(rows, Y):
            x = [(v - m) / s for v, m, s in zip(row, mean, scale)]
            a = [np.tanh(sum(w * v for w, v in zip(W, x)) + b) for W, b in zip(first.W, first.b)]
            y_hat = sum(w * v for w, v in zip(second.W[0], a)) + second.b[0]
            total += 0.5 * (y_hat - y) ** 2
        return total / len(rows)

    before = loss(X.tolist())
    assert found.loss == pytest.approx(before, rel=1e-12)
    for j, one in enumerate(found.each):
        rises = []
        for _ in range(3):
            order = rng.permutation(len(X))
            rows = [[X[order[k], c] if c == j else X[k, c] for c in range(4)] for k in range(60)]
            rises.append(loss(rows) - before)
        average = sum(rises) / 3
        assert one.rise == pytest.approx(average, rel=1e-9)
        variance = sum((rise - average) ** 2 for rise in rises) / 3
        assert one.spread == pytest.approx(variance**0.5, rel=1e-9)


def test_of_a_linear_network_the_rise_is_the_variance_times_the_weight_squared():
    # E[½(e + w(x′ − x))² − ½e²] with x′ drawn anew: ½w²·2σ² − w·E[e·x] = w²σ², e being noise
    rng = np.random.default_rng(3)
    X = rng.normal(size=(2000, 2)) * (1.0, 3.0)
    y = X @ (2.0, 0.5) + 0.01 * rng.normal(size=2000)
    net = Network([Dense(2, 1, "identity", W=[[2.0, 0.5]])], dtype="float64")
    found = permutation_importance(net, X, y)
    assert [one.rise for one in found.each] == pytest.approx([4.0, 2.25], rel=0.05)


def test_the_same_seed_gives_the_same_and_another_does_not():
    net = leaves_out()
    assert permutation_importance(net, X, Y) == permutation_importance(net, X, Y)
    assert permutation_importance(net, X, Y) != permutation_importance(net, X, Y, seed=1)


def test_a_frame_gives_what_its_array_gives():
    pl = pytest.importorskip("polars", reason="polars is of the extra data")
    net = leaves_out(2)
    names = ["a", "b", "c", "d"]
    frame = pl.DataFrame(X, schema=names, orient="row")
    assert FrameRows(frame).take(np.array([3, 1])).cells(0) == X[3].tolist()

    class OfFrames:
        """Takes the frame by its columns' names, in any order."""

        def apply(self, frame, dtype):
            return Preparation.learn(X).apply(frame.select(names).to_numpy(), dtype)

    by_array = permutation_importance(net, ArrayRows(X, names), Y)
    net.preparation = OfFrames()  # type: ignore[assignment]
    assert permutation_importance(net, frame.select(names), Y) == by_array


def test_shuffling_leaves_the_rows_as_they_were_and_keeps_a_groups_columns_together():
    before = X.copy()
    order = np.arange(60)[::-1]
    moved = shuffled(Rows(X, Y, None), [0, 2], order).X
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(moved[:, [0, 2]], X[::-1][:, [0, 2]])
    np.testing.assert_array_equal(moved[:, [1, 3]], X[:, [1, 3]])


def test_a_column_shuffled_as_inputs_is_the_raw_column_shuffled():
    pl = pytest.importorskip("polars", reason="polars is of the extra data")
    n = 80
    frame = pl.DataFrame(
        {
            "size": [None if k % 7 == 0 else f"{k * 1.5}" for k in range(n)],
            "colour": ["red", "green", "blue", "red"] * (n // 4),
            "day": [f"2024-{1 + k % 12:02}-{1 + k % 28:02}" for k in range(n)],
            "always": ["same"] * n,
        }
    )
    preparation = TablePreparation.learn(frame)
    net = Network.dense([preparation.n_inputs, 1], dtype="float64")
    net.preparation = preparation
    x = preparation.apply(frame, np.float64)
    order = np.random.default_rng(1).permutation(n)
    for place, name in enumerate(frame.columns):
        inputs = inputs_of(net, [name], [place])
        assert bool(inputs) == (name != "always")
        raw = frame.with_columns(frame[name].gather(order.tolist()))
        expected = preparation.apply(raw, np.float64)
        np.testing.assert_array_equal(shuffled(Rows(x, x, None), inputs, order).X, expected)


def test_the_cost_is_bounded_by_rows_and_then_by_groups(monkeypatch):
    net = leaves_out()
    many = np.tile(X, (100, 1))
    found = permutation_importance(net, many, np.tile(Y, 100))
    assert found.rows == influence.MOST_ROWS
    monkeypatch.setattr(influence, "BUDGET", 120 * 5 * 4 * 4)  # rows, repeats, columns, groups
    found = permutation_importance(net, many, np.tile(Y, 100))
    assert (found.rows, len(found.each), found.left_out) == (120, 4, 0)
    monkeypatch.setattr(influence, "BUDGET", 100 * 5 * 4 * 3)
    found = permutation_importance(net, many, np.tile(Y, 100))
    assert (found.rows, len(found.each), found.left_out) == (100, 3, 1)


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (15, 40), (3, 2, 3), (33, 20, 3), (1, 1)])
def test_blocks_cover_every_value_of_an_image_once(shape):
    groups, (down, across) = image_blocks(shape)
    assert len(groups) == down * across
    assert max(down, across) <= influence.BLOCKS
    values = sorted(place for _, group in groups for place in group)
    assert values == list(range(int(np.prod(shape))))


def test_a_block_of_a_coloured_image_holds_its_pixels_channels():
    groups, _ = image_blocks((28, 28, 3))  # blocks of 2 × 2
    assert groups[1][1] == [6, 7, 8, 9, 10, 11, 90, 91, 92, 93, 94, 95]


def test_the_loss_of_many_rows_is_the_mean_over_all_batches():
    net = leaves_out()
    many, y = np.tile(X, (100, 1)), np.tile(Y, 100)
    assert loss_of(net, many, y) == pytest.approx(loss_of(net, X, Y), rel=1e-12)


def test_of_very_many_columns_those_of_large_weights_are_looked_at():
    net = Network([Dense(300, 1, "identity", W=np.arange(300)[None, ::-1] / 300)])
    X = RNG.normal(size=(200, 300))
    found = permutation_importance(net, X, X @ (np.arange(300)[::-1] / 300), repeats=1)
    assert [one.name for one in found.each] == [f"x[{j}]" for j in range(200)]
    assert found.left_out == 100
