"""`--compiled`: what a command says and names of it."""

import pytest

from glassnet.exchange.model_file import read_training
from glassnet.runtime.compiled import door

pytestmark = pytest.mark.timeout(400)
CALL = ("train", "iris", "--epochs", 3, "--preset", "plain", "--json")


@pytest.mark.parametrize(
    ("mode", "path"), [("on", "compiled"), ("off", "numpy"), ("auto", "numpy")]
)
def test_the_json_and_the_model_file_name_the_path(run, tmp_path, monkeypatch, mode, path):
    pytest.importorskip("numba")
    monkeypatch.setattr(door, "_said", False)
    done = run(*CALL, "--compiled", mode, "--out", tmp_path / "m.safetensors")
    assert done.status == 0
    assert done.json["path"] == path
    assert read_training(tmp_path / "m.safetensors")["path"] == path
    assert ("compiled: " in done.err) == (path == "compiled")


def test_another_word_is_refused(run):
    done = run(*CALL[:-1], "--compiled", "sometimes")
    assert done.status == 2
    assert "sometimes" in done.err


def test_of_networks_side_by_side_it_is_said_that_none_is_compiled(run):
    done = run(*CALL, "--compiled", "on", "--members", 2)
    assert done.status == 0
    assert "networks side by side have no compiled form: they go by NumPy" in done.err
    assert "compiled form" not in run(*CALL, "--members", 2).err
