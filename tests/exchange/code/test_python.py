"""The file in plain Python predicts as the network, and needs nothing."""

from typing import Any

import numpy as np
import pytest
from code_written import formatted, random_network, run, trained_on_a_table, write

import glassnet as gn
from glassnet.exchange.code.plan import CodePlan

IN_CI, CAMPAIGN = 3, 50


def as_the_network(folder: Any, seed: int) -> None:
    net, X, _ = random_network(seed)
    path = write(folder, "python", CodePlan(net, f"net{seed}"))
    assert not formatted(path), seed
    told = run(path, "sys.modules['numpy'] = None\nresult = [made.forward(row) for row in X]",
               X=X.tolist())  # fmt: skip
    assert np.allclose(told, net.predict_proba(X), rtol=1e-12, atol=1e-12), seed


@pytest.mark.parametrize("seed", range(IN_CI))
def test_it_predicts_as_the_network(tmp_path, seed):
    as_the_network(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(IN_CI, CAMPAIGN))
def test_it_predicts_as_the_network_at_length(tmp_path, seed):
    as_the_network(tmp_path, seed)


def test_rows_of_a_table_go_in_as_they_are(tmp_path):
    import polars as pl

    net, rows, _ = trained_on_a_table()
    path = write(tmp_path, "python", CodePlan(net, "table"))
    assert not formatted(path)
    told = run(path, "result = [made.predict(row) for row in rows]", rows=rows)
    assert told == net.predict(pl.DataFrame(rows)).tolist()


def test_numbers_come_in_their_units(tmp_path):
    from glassnet.data import TargetScale

    X, y = np.random.default_rng(0).uniform(0, 9, (20, 3)), np.arange(20.0)
    net = gn.Network.dense([3, 4, 1], hidden="softplus", seed=0, dtype="float64")
    net.preparation, net.target_scale = gn.Preparation.learn(X), TargetScale.learn(y)
    path = write(tmp_path, "python", CodePlan(net, "numbers"))
    assert not formatted(path)
    told = run(path, "result = [made.predict(row) for row in X]", X=X.tolist())
    assert np.allclose(told, net.predict(X), rtol=1e-12)


def test_many_weights_are_refused_in_a_sentence(tmp_path):
    net = gn.Network.dense([64, 32, 10], output="softmax", seed=0)
    with pytest.raises(gn.InputError, match="2,410 weights are too many"):
        write(tmp_path, "python", CodePlan(net, "digits"))
