"""The command's exit status, its text and its document."""

import json
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn
from glassnet.cli.diagnose import diagnose
from glassnet.core.errors import InputError
from glassnet.data import load_data
from glassnet.training import Recorder
from glassnet.training.recipe import recipe


def run(path: Path, **settings: Any) -> Path:
    """A recorded training on iris that knows where its data came from."""
    data = load_data("iris")
    chosen = recipe.recipe_for(data, epochs=60, **settings)
    net, parts = recipe.prepare(data, chosen)
    recorder = Recorder(path / "run", every=4, source={"data": "iris"})
    gn.fit(net, parts.X, parts.y, record=recorder, progress=False, **recipe.fit_settings(chosen))
    return path / "run"


def test_a_healthy_run_ends_with_0_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert diagnose(run(tmp_path)) == 0
    assert "1. healthy (note), from step 0" in capsys.readouterr().out


def test_a_fault_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diagnose(run(tmp_path, initializer="zeros")) == 1
    assert "symmetric weights (severe)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "settings",
    [{}, {"initializer": "zeros"}, {"optimizer": "sgd", "learning_rate": 1e-7}],
    ids=["healthy", "symmetric", "slow"],
)
def test_the_text_fits_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any, monkeypatch: Any
) -> None:
    run(tmp_path, **settings)
    monkeypatch.chdir(tmp_path)
    diagnose(Path("run"))
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80


def test_the_document_holds_findings_and_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert diagnose(run(tmp_path, optimizer="sgd", learning_rate=1e-7), json=True) == 1
    document = json.loads(capsys.readouterr().out)
    (finding,) = document["findings"]
    assert finding["name"] == "learning rate too low"
    assert {"severity", "step", "evidence", "explanation", "advice"} < set(finding)
    assert all({"what", "value"} == set(each) for each in finding["evidence"])
    probes = document["figures"]["probes"]
    assert probes[0]["step"] == 0
    assert probes[0]["update"]["ratio"] < 1e-6
    assert len(probes[0]["layers"]) == 3


def test_a_diverged_run_is_valid_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = run(tmp_path, activation="relu", loss="squared_error", optimizer="sgd", learning_rate=1e9)
    assert diagnose(bad, json=True) == 1
    assert json.loads(capsys.readouterr().out)["findings"]


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no recorded run"):
        diagnose(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        diagnose(tmp_path / "nowhere")
