"""What an earlier glassnet wrote is read by this one, and its commands answer the same.

`made_before/VERSION` holds model files, a recorded run, checkpoints and each command's JSON, as
scripts/make_wave_one.py made them with that version. Whatever differs now on purpose stands in
`CHANGED`, with its reason, and in the changelog. Each document has `kind` and `version` besides,
and is held to the schema.
"""

import importlib.util
import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_runs import status_of
from record_kinds import check_document

import glassnet as gn

HERE = Path(__file__).parent / "made_before"
OLD = HERE / "0.1.0"
INFINITE = "an infinite number is told as one, where it was null as NaN is"
SPLIT = "how rows were dealt out to folds is `split`: `kind` says what a record is"
LINEAR = "the linear model learns from no row that is validated on"
COUNTED = "of a table in blocks the rows to learn from are counted, and settings chosen by them"
BRACKETS = "what is one sum has no brackets round it"
ALONE = "nor has a number below 0 that stands by itself"
# Places in a command's JSON that are told otherwise today, of all entries of a list: why.
CHANGED: dict[tuple[str, str], str] = {
    ("train-number", ".estimate.baselines.linear"): LINEAR,
    ("train-number", ".estimate.comparisons[]"): LINEAR,
    ("train-number", ".estimate.verdict"): LINEAR,
    ("train-sine", ".message"): "L-BFGS says what is known of the place where it ended",
    ("train-sine", ".settings.schedule"): "with L-BFGS, which has no learning rate, it is constant",
    ("train-memory", ".train_rows"): COUNTED,
    ("train-memory", ".metrics.r2"): COUNTED,
    ("train-memory", ".estimate.figures.r2"): COUNTED,
    ("train-memory", ".estimate.comparisons[]"): COUNTED,
    ("train-memory", ".estimate.verdict"): COUNTED,
    ("evaluate-price", ".which"): "a table of the name of that of the training may be another",
    ("diagnose", ".figures.probes[].noise"): INFINITE,
    ("train-classes", ".cross_validation.kind"): SPLIT,
    ("explain-model", ".title"): "a target is said to be what the data say",
    ("explain-chain", ".links[].formula"): BRACKETS,
    ("explain-chain", ".links[].substituted"): BRACKETS,
    ("explain-at", ".substituted"): ALONE,
    **{
        (f"walk{which}", ".quantities[].substituted"): ALONE
        for which in ("", "-published", "-steps", "-toml")
    },
    ("walk-published", ".quantities[].formula"): BRACKETS,
    ("check-script", ".wrong.place.source"): "the whole line of the script",
    ("check-script", ".found"): "the weights by their own names, and what was followed",
}
REASONS = "of settings that were given no reason is told"
CHANGED |= {
    (f"train-{which}", ".settings.why"): REASONS
    for which in ("checkpoint", "classes", "iris", "memory", "number", "search", "sine", "xor")
}
OWN = "the linear model has a penalty of its own"
CHANGED |= {
    (f"train-{which}", f".{place}"): OWN
    for which in ("checkpoint", "classes", "iris", "search", "sine")
    for place in (
        "estimate.baselines.linear", "estimate.comparisons[]", "estimate.verdict",
        "cross_validation.baselines.linear", "cross_validation.comparisons[]",
        "cross_validation.verdict", "cross_validation.folds[].baselines.linear",
    )
}  # fmt: skip
TIMES = {"seconds", "samples_per_second"}

names = sorted(path.stem for path in (OLD / "json").glob("*.json"))


def differences(name: str, then: Any, now: Any, place: str = "") -> list[str]:
    """Where `now` lacks or changes what `then` told; what is told besides is no difference."""
    if (name, re.sub(r"\[\d+\]", "[]", place)) in CHANGED or place.rsplit(".", 1)[-1] in TIMES:
        return []
    if isinstance(then, dict) and isinstance(now, dict):
        lost = [
            f"{place}.{key} is gone"
            for key in then.keys() - now.keys()
            if (name, f"{place}.{key}") not in CHANGED
        ]
        shared = [key for key in then if key in now]
        return lost + [
            d for key in shared for d in differences(name, then[key], now[key], f"{place}.{key}")
        ]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [d for i, (a, b) in pairs for d in differences(name, a, b, f"{place}[{i}]")]
    if isinstance(then, float) and isinstance(now, int | float):
        # products are summed in another order on another processor
        close = math.isclose(then, now, rel_tol=1e-4, abs_tol=1e-6)
    else:
        close = then == now
    return [] if close else [f"{place}: {then!r} then, {now!r} now"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(OLD, tmp_path / "old")
    monkeypatch.chdir(tmp_path / "old")
    return tmp_path / "old"


# commands that train on folds, or compute all that was ever published
LONG = {"train-classes", "train-checkpoint", "train-iris", "train-xor", "walk-list"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.outside if name in LONG else ()) for name in names],
)
def test_a_command_says_what_it_said(name: str, folder: Path, capfd: Any) -> None:
    kept = json.loads((OLD / "json" / f"{name}.json").read_text(encoding="utf-8"))
    for written in ("run", "saved"):  # what this command writes anew
        if written in kept["arguments"] and kept["arguments"][0] == "train":
            shutil.rmtree(folder / written)
    # what were the defaults then are today's plain ones
    then = ["--preset", "plain"] if kept["arguments"][0] == "train" else []
    status = status_of(*kept["arguments"], *then, "--json")
    printed = json.loads(capfd.readouterr().out)
    check_document(printed)
    assert (status, differences(name, kept["printed"], printed)) == (kept["status"], [])


@pytest.mark.parametrize("file", sorted(p.name for p in OLD.glob("*.safetensors")))
def test_a_model_is_read_and_written_back(file: str, tmp_path: Path) -> None:
    net = gn.load(OLD / file)
    net.save(tmp_path / "again.safetensors")
    again = gn.load(tmp_path / "again.safetensors")
    assert np.array_equal(net.theta, again.theta)
    assert again.spec() == net.spec()


def test_a_half_done_training_goes_on_as_if_it_had_not_stopped(folder: Path) -> None:
    made = importlib.util.spec_from_file_location(
        "make_wave_one", HERE.parents[1] / "scripts" / "make_wave_one.py"
    )
    assert made is not None
    assert made.loader is not None
    script = importlib.util.module_from_spec(made)
    made.loader.exec_module(script)
    X, y = script.rows()
    settings: dict[str, Any] = {
        "epochs": 6, "batch_size": 8, "seed": 5, "optimizer": "adam", "validation": 0.25,
    }  # fmt: skip
    whole = gn.Network.dense([3, 5, 2], hidden="tanh", output="softmax", seed=4)
    gn.fit(whole, X, y, **settings)
    half = gn.Network.dense([3, 5, 2], hidden="tanh", output="softmax", seed=4)
    history = gn.fit(half, X, y, **settings, checkpoint=folder / "half", resume=True)
    assert len(history) == 6
    np.testing.assert_allclose(half.theta, whole.theta, rtol=1e-5)
