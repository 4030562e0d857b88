"""The file in PyTorch is well-formed; where torch is installed, it predicts as the network."""

import ast
import os
import subprocess
from typing import Any

import numpy as np
import pytest
from code_written import formatted, random_network, trained_on_a_table, write

import glassnet as gn
from glassnet.exchange.code.plan import CodePlan

# an interpreter that has torch, which our own environment has not: named by who tries it
WITH_TORCH = os.environ.get("GLASSNET_TEST_TORCH")
IN_CI, CAMPAIGN = 3, 50


def as_the_network(folder: Any, seed: int) -> None:
    net, X, _ = random_network(seed)
    path = write(folder, "torch", CodePlan(net, f"net{seed}"))
    assert not formatted(path), seed
    named = {
        node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)
    }
    assert {name for name, _, _ in net.parameters()} <= named
    if WITH_TORCH:
        np.save(folder / "X.npy", X)
        code = (
            f"import numpy as np, sys; sys.path[:0] = [{str(folder)!r}]; import net{seed} as made\n"
            f"a = made.predict(np.load({str(folder / 'X.npy')!r}))\n"
            f"np.save({str(folder / 'a.npy')!r}, a.numpy())\n"
        )
        subprocess.run([WITH_TORCH, "-c", code], check=True)
        assert np.allclose(np.load(folder / "a.npy"), net.predict_proba(X), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("seed", range(IN_CI))
def test_it_predicts_as_the_network(tmp_path, seed):
    as_the_network(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(IN_CI, CAMPAIGN))
def test_it_predicts_as_the_network_at_length(tmp_path, seed):
    as_the_network(tmp_path, seed)


def test_hostile_names_and_large_networks_are_well_formed(tmp_path):
    net, _, _ = trained_on_a_table()
    assert not formatted(write(tmp_path, "torch", CodePlan(net, "table")))
    large = gn.Network.dense([64, 32, 10], output="softmax", seed=0)
    large.preparation = gn.Preparation.learn(np.random.default_rng(0).normal(size=(9, 64)))
    path = write(tmp_path, "torch", CodePlan(large, "digits"))
    assert not formatted(path)
    assert (tmp_path / "digits.npz").exists()
    ast.parse(path.read_text())
