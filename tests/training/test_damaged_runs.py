"""A run.json that was changed is refused where the run is opened, not deep in what reads it."""

import json
import os

import numpy as np
import pytest

import glassnet as gn
from glassnet.training import Recorder


@pytest.fixture
def run(tmp_path):
    net = gn.Network([gn.Dense(2, 2, "softmax")], "cross_entropy")
    x = np.random.default_rng(0).normal(size=(6, 2))
    gn.fit(net, x, [0, 1] * 3, epochs=2, record=tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize(
    "part, name, value",
    [
        (["data", "y"], "dtype", None), (["data", "X"], "sha256", 3),
        (["data", "X"], "shape", ["6", 2]), (["settings"], "validation", []),
        (["settings"], "threads", "two"), (["settings"], "epochs", True),
        (["settings"], "optimizer", "adam"), (["ended"], "epochs", {}), ([], "source", "here"),
    ],
)  # fmt: skip
def test_what_a_run_says_is_of_the_kind_that_was_recorded(run, part, name, value):
    about = json.loads((run / "run.json").read_text())
    place = about
    for each in part:
        place = place[each]
    assert name in place
    if value is None:
        del place[name]
    else:
        place[name] = value
    (run / "run.json").write_text(json.dumps(about))
    with pytest.raises(gn.InputError, match=f"damaged: .*{name}"):
        gn.Recording.open(run)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
@pytest.mark.parametrize("name", ["run.json", "steps.bin"])
@pytest.mark.timeout(60)
def test_a_pipe_in_a_run_is_not_waited_for(run, name):
    (run / name).unlink()
    os.mkfifo(run / name)
    with pytest.raises(gn.InputError, match=f"{name} "):
        gn.Recording.open(run)


def test_the_name_of_the_data_may_be_no_utf8(tmp_path):
    source = {"data": os.fsdecode(b"odd\xff.csv")}
    net = gn.Network([gn.Dense(2, 2, "softmax")], "cross_entropy")
    gn.fit(net, np.eye(2), [0, 1], epochs=1, record=Recorder(tmp_path / "run", source=source))
    assert gn.Recording.open(tmp_path / "run").source == source
