"""`glassnet explain` and the formats and sources of `glassnet walk`, as a person calls them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_runs import Run, status_of

import glassnet as gn


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("model") / "iris.safetensors"
    assert not status_of("train", "iris", "--epochs", "20", "--out", path, "--json")
    return path


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("run") / "iris-run"
    assert not status_of(
        "train", "iris", "--epochs", "3", "--optimizer", "adamw", "--dropout", "0.2",
        "--hidden", "6", "--record", path, "--json",
    )  # fmt: skip
    return path


def test_a_row_at_a_glance_says_what_the_network_says_and_which_inputs_mattered(
    run: Run, model: Path
):
    done = run("explain", model, "iris", "--row", "4")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("row 4 of iris")
    assert "wanted" in done.out
    assert "dx[2]" in done.out
    document = json.loads(run("explain", model, "iris", "--row", "4", "--json").out)
    net = gn.load(model)
    X_test = gn.split_train_test(gn.load_data("iris")).X_test
    expected = net.predict_proba(X_test[4:5])[0]
    np.testing.assert_allclose(document["outputs"], expected, rtol=1e-4)


@pytest.mark.parametrize("address", ["z1[0]", "a2[1]", "delta1[3]", "dW1[0,2]", "new.b2[0]"])
def test_any_number_of_a_model_is_told(run: Run, model: Path, address: str):
    done = run("explain", model, "iris", "--at", address)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"{address} = ")
    document = json.loads(run("explain", model, "iris", "--at", address, "--json").out)
    assert document["address"] == address
    assert document["algebra"]


def test_a_chain_and_a_nudge_are_told_as_text_and_as_json(run: Run, model: Path):
    chain = run("explain", model, "iris", "--at", "dW1[0,2]", "--chain")
    assert "paths lead" in chain.out
    assert "∂L/∂W1[0,2] = ∂L/∂z1[0] · ∂z1[0]/∂W1[0,2]" in chain.out
    assert json.loads(
        run("explain", model, "iris", "--at", "dW1[0,2]", "--chain", "--json").out
    )["paths"]  # fmt: skip
    nudge = json.loads(
        run("explain", model, "iris", "--at", "b2[1]", "--nudge", "1e-5", "--json").out
    )
    assert nudge["happened"] == pytest.approx(nudge["predicted"], rel=1e-3)
    assert "so the loss should move" in run(
        "explain", model, "iris", "--at", "b2[1]", "--nudge", "0.1"
    ).out  # fmt: skip


def test_a_recorded_run_tells_why_a_weight_moved(run: Run, recorded: Path):
    glance = run("explain", recorded, "--step", "7")
    assert "moved most" in glance.out
    why = json.loads(run("explain", recorded, "--step", "7", "--at", "W2[0,1]", "--json").out)
    assert sum(p["change"] for p in why["parts"]) == pytest.approx(why["change"], rel=1e-6)
    reasons = {p["reason"].split()[0] for p in why["parts"]}
    assert {"the", "what", "weight"} <= reasons
    recording = gn.Recording.open(recorded)
    W2 = recording.network(8).dense_layers[1].W
    assert why["after"] == W2[0, 1]
    text = run("explain", recorded, "--step", "7", "--at", "W2[0,1]")
    assert "%" in text.out


def test_a_recorded_step_is_walked_with_its_batch_and_its_masks(run: Run, recorded: Path):
    done = run("walk", recorded, "--steps", "2", "--at", "m_hat.W1[0,1]")
    assert done.out.startswith("m_hat.W1[0,1] = ")
    assert run("walk", recorded, "--steps", "2", "--at", "mask1[0]@3").status == 0
    whole = run("walk", recorded, "--steps", "2")
    assert "Step by step" in whole.out
    assert "z1[0]@31 = " in whole.out
    recording = gn.Recording.open(recorded)
    net, rows = recording.network(2), recording.rows()
    net.backward(
        net.forward(rows.X[recording.batch(2)], recording.rng(2)), rows.y[recording.batch(2)]
    )
    told = json.loads(run("walk", recorded, "--steps", "2", "--at", "dW1[3,2]", "--json").out)
    assert told["value"] == pytest.approx(float(net.dense_layers[0].dW[3, 2]), rel=1e-6)


@pytest.mark.parametrize(
    ("format", "holds"),
    [
        ("markdown", "$$"), ("latex", "\\begin{document}"), ("html", "<!doctype html>"),
        ("text", "Step by step"),
    ],
)  # fmt: skip
def test_a_walk_is_written_in_every_format(run: Run, tmp_path: Path, format: str, holds: str):
    file = tmp_path / "walk"
    done = run("walk", "--format", format, "--out", file)
    assert (done.status, done.out, done.err) == (0, "", "")
    text = file.read_text(encoding="utf-8")
    assert holds in text
    assert len(text) < 1_000_000


def test_a_model_is_walked_on_a_row_of_data(run: Run, model: Path, tmp_path: Path):
    done = run("walk", model, "iris", "--row", "2", "--at", "delta2[0]", "--format", "latex")
    assert done.out.startswith("\\begin{aligned}")
    tiny = tmp_path / "tiny.safetensors"
    assert not status_of("train", "iris", "--hidden", "2", "--epochs", "1", "--out", tiny, "--json")
    assert "Step by step" in run("walk", tiny, "iris", "--row", "2").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("explain", "{model}"), "name the data"),
        (("explain", "{model}", "iris", "--row", "999"), "not among the 30 rows"),
        (("explain", "{model}", "iris", "--step", "3"), "goes with a recorded run"),
        (("explain", "{model}", "iris", "--chain"), "name a number with --at"),
        (("explain", "{model}", "iris", "--at", "z9[0]"), "the layers are 1 to"),
        (("explain", "{model}", "iris", "--at", "m.W1[0,0]"), "keeps no 'm'"),
        (("explain", "{model}", "iris", "--at", "y[7]"), "lies outside"),
        (("explain", "{model}", "iris", "--at", "loss", "--chain"), "has no chain"),
        (("explain", "{model}", "digits"), "64 columns"),
        (("explain", "{run}", "iris"), "knows its data"),
        (("explain", "{run}", "--step", "100000"), "not recorded"),
        (("explain", "{run}", "--step", "12"), "ended after 12 updates"),
        (("explain", "{run}", "--step", "13"), "the nearest is 11"),
        (("explain", "nowhere.safetensors", "iris"), "does not exist"),
        (("walk", "{model}", "iris", "--steps", "3"), "not with a model"),
        (("walk", "{model}", "iris", "--learn-biases"), "go with an example"),
        (("walk", "--row", "3"), "go with a model"),
        (("walk", "--format", "html", "--at", "loss"), "leave --at out"),
        (("walk", "--format", "latex", "--json"), "not both"),
        (("explain", "{model}", "iris", "--at", "b1[0]", "--nudge", "nan"), "tells nothing"),
        (
            ("explain", "{model}", "iris", "--at", "dW1[0,0]", "--chain", "--format", "latex"),
            "leave it out",
        ),
    ],
)
def test_what_cannot_be_explained_is_said_in_a_sentence(
    run: Run, model: Path, recorded: Path, arguments: tuple[str, ...], says: str
):
    filled = [a.format(model=model, run=recorded) for a in arguments]
    done = run(*filled)
    assert done.status == 2
    assert done.out == "" or "error" in json.loads(done.out)
    assert says in done.err
    assert done.err.count("\n") == 1


def test_a_network_with_a_number_that_is_not_finite_says_where_it_began(tmp_path: Path, run: Run):
    net = gn.Network.dense([4, 3, 3], hidden="relu", output="softmax")
    net.classes = [0, 1, 2]
    net.dense_layers[0].W[1, 2] = np.nan
    ask = gn.ask(net, np.ones(4), 0)
    assert ask.at("loss").note == "not finite: in this pass it began with W1[1,2], which is nan."
    assert ask.at("z1[1]").note.endswith("W1[1,2], which is nan.")
    assert ask.at("z1[0]").note == ""


def test_objects_show_themselves_in_a_notebook():
    net = gn.Network.dense([2, 3, 2], output="softmax", dtype="float64")
    history = gn.fit(net, np.eye(2), [0, 1], epochs=3, progress=False)
    ask = gn.ask(net, [1.0, 0.0], 0)
    shown: list[Any] = [net, history, ask.p, ask.at("delta1[0]")]
    for thing in shown:
        assert "<" in thing._repr_html_()
    assert "delta" in ask.at("delta1[0]")._repr_latex_()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["walk", "--at", "dW1[0,0]", "--chain"], "2 paths lead from the loss to it"),
        (["walk", "--at", "W1[0,0]", "--nudge", "0.01"], "and it moves             4.38552618e−06"),
        (["walk", "--at", "W1[0,0]"], "the loss's slope along it: dW1[0,0] = 0.000438567734"),
        (["walk", "--at", "dW1"], "[ 0.000497713  0.000995425 ]"),
        (["explain", "example", "--at", "x[0]"], "z1[1] = 0.3925"),
        (["explain", "xor", "--step", "3"], "loss = "),
        (["explain", "mine.toml", "--at", "delta1[0]", "--chain"], "1. ∂L/∂z1[0]"),
    ],
)
def test_the_worked_example_answers_everything(run: Run, tmp_path, monkeypatch, asked, told):
    monkeypatch.chdir(tmp_path)
    run("walk", "--template", "--out", "mine.toml")
    done = run(*asked)
    assert (done.status, done.err) == (0, "")
    assert told in done.out
    run(*asked, "--json").json  # noqa: B018  a document by the schema


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["walk", "--chain"], "--at"),
        (["walk", "--at", "dW1[0,0]", "--chain", "--nudge", "1"], "not both"),
        (["walk", "--at", "dW1", "--format", "latex"], "an entry of dW1"),
        (["walk", "--at", "dW1", "--chain"], "ask for an entry"),
        (["explain", "example", "iris"], "brings its numbers"),
    ],
)
def test_what_is_asked_of_an_example_in_vain_is_refused(run: Run, asked, says):
    done = run(*asked)
    assert done.status == 2
    assert says in done.err
