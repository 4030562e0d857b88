"""Every epoch sees each row once, in an order of its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.training.loop import order
from glassnet.training.loop.order import Order


def all_rows(o: Order, batch: int) -> np.ndarray:
    return np.concatenate([o.rows(first, first + batch) for first in range(0, o.n, batch)])


@given(
    st.integers(1, 3000),
    st.integers(1, 500),
    st.sampled_from([0, order.LISTED]),
    st.integers(0, 2**32),
)
def test_an_epoch_sees_every_row_once(n, batch, listed, seed):
    rows = all_rows(Order(n, np.random.default_rng(seed), listed), batch)
    assert sorted(rows.tolist()) == list(range(n))


def test_without_a_generator_the_rows_stay_as_they_stand():
    assert all_rows(Order(10, None), 3).tolist() == list(range(10))


@pytest.mark.parametrize("listed", [0, order.LISTED])
def test_the_seed_decides_the_order_and_two_epochs_differ(listed):
    def two(seed):
        rng = np.random.default_rng(seed)
        return [all_rows(Order(999, rng, listed), 64).tolist() for _ in range(2)]

    assert two(1) == two(1)
    assert two(1) != two(2)
    assert two(1)[0] != two(1)[1]


def test_a_block_boundary_within_a_batch_loses_no_row(monkeypatch):
    monkeypatch.setattr(order, "BLOCK", 100)
    rows = all_rows(Order(1000, np.random.default_rng(0), 0), 64)
    assert sorted(rows.tolist()) == list(range(1000))


def test_an_order_by_formula_mixes_as_a_shuffled_list_does():
    n, mixed, follow = 2000, np.zeros(20), 0
    for seed in range(200):
        rows = all_rows(Order(n, np.random.default_rng(seed), 0), n)
        mixed += np.bincount(rows[:100] * 20 // n, minlength=20)
        follow += np.count_nonzero(np.abs(np.diff(rows)) == 1)
    # the first hundred places draw alike from all twentieths: 1,000 each, ± 31
    assert np.abs(mixed - 1000).max() < 6 * 31
    # neighbours stay neighbours as often as by chance: 2 in an order, 400 in all, ± 20
    assert abs(follow - 400) < 6 * 20
