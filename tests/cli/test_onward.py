"""`train --from`: a training goes on from a saved model, on rows that fit it, or is refused."""

import csv

import numpy as np
import pytest
from command_runs import status_of

import glassnet as gn

pl = pytest.importorskip("polars")


def write(path, rows, seed, kinds=("calm", "wild")):
    """Rows of a table whose kind depends on its two numbers."""
    rng = np.random.default_rng(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["size", "colour", "kind"])
        for _ in range(rows):
            size, colour = rng.normal(), ["red", "blue"][rng.integers(2)]
            out.writerow([f"{size:.3f}", colour, kinds[int(size + (colour == "red") > 0.5)]])
    return path


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    write(folder / "old.csv", 80, 1)
    write(folder / "new.csv", 120, 2)
    call = ["train", folder / "old.csv", "--target", "kind", "--epochs", 20]
    assert status_of(*call, "--out", folder / "m.safetensors") == 0
    return folder


def test_it_begins_where_the_model_stands(run, shop, tmp_path):
    out = tmp_path / "on.safetensors"
    still = ["--epochs", 1, "--learning-rate", "1e-12", "--out", out]
    done = run("train", shop / "new.csv", "--from", shop / "m.safetensors", *still)
    assert done.status == 0
    assert "goes on from" in done.err
    rows = pl.read_csv(shop / "new.csv").drop("kind")
    before, after = gn.load(shop / "m.safetensors"), gn.load(out)
    assert np.allclose(before.predict_proba(rows), after.predict_proba(rows), atol=1e-6)
    assert after.preparation == before.preparation
    assert after.classes == before.classes


def test_it_learns_from_the_new_rows(run, shop, tmp_path):
    out = tmp_path / "on.safetensors"
    model = shop / "m.safetensors"
    done = run("train", shop / "new.csv", "--from", model, "--epochs", 30, "--out", out, "--json")
    assert done.json["settings"]["hidden"] == [d.n_out for d in gn.load(model).dense_layers[:-1]]
    rows = pl.read_csv(shop / "new.csv")
    X, y = rows.drop("kind"), rows.get_column("kind").to_numpy()
    old, new = gn.load(model), gn.load(out)
    assert new.score(X, y) >= old.score(X, y)
    assert (old.theta != new.theta).any()


def test_a_training_that_goes_on_can_be_cut_off_and_resumed(run, shop, tmp_path):
    on = ["--from", shop / "m.safetensors", "--checkpoint", tmp_path / "kept"]
    call = ["train", shop / "new.csv", *on, "--epochs", 4, "--out", tmp_path / "a.safetensors"]
    assert run(*call).status == 0
    assert run(*call, "--resume").status == 0
    other = ["train", shop / "new.csv", "--from", shop / "m.safetensors", "--epochs", 4]
    assert run(*other, "--out", tmp_path / "b.safetensors").status == 0
    first, second = (gn.load(tmp_path / f"{name}.safetensors") for name in "ab")
    assert np.array_equal(first.theta, second.theta)


def test_images_go_on_too(run, tmp_path):
    model = tmp_path / "d.safetensors"
    assert run("train", "digits", "--epochs", 1, "--hidden", "16", "--out", model).status == 0
    done = run("train", "digits", "--from", model, "--epochs", 2, "--json")
    assert done.status == 0
    assert done.json["settings"]["hidden"] == [16]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--hidden", "3"], "--hidden is settled in"),
        (["--l2", "0.1"], "--l2 is settled in"),
        (["--label-smoothing", "0.1"], "--label-smoothing is settled in"),
        (["--cv", "3"], "--cv begins anew"),
        (["--memory", "1GB"], "--memory begins anew"),
        (["--record", "run"], "--record begins anew"),
        (["--target", "colour"], "the model predicts 'kind', not 'colour'"),
        (["--task", "number"], "predicts classes: leave --task out"),
    ],
)
def test_what_the_model_settles_is_refused(run, shop, options, sentence):
    done = run("train", shop / "new.csv", "--from", shop / "m.safetensors", *options)
    assert done.status == 2
    assert sentence in done.err
    assert "Traceback" not in done.err


def test_rows_that_do_not_fit_are_refused(run, shop, tmp_path):
    model = shop / "m.safetensors"
    strange = write(tmp_path / "strange.csv", 60, 3, kinds=("calm", "furious"))
    done = run("train", strange, "--from", model)
    assert done.status == 2
    assert "furious" in done.err
    text = (shop / "new.csv").read_text(encoding="utf-8").replace("colour", "shade")
    (tmp_path / "renamed.csv").write_text(text, encoding="utf-8")
    done = run("train", tmp_path / "renamed.csv", "--from", model)
    assert done.status == 2
    assert "'colour' is missing" in done.err
    assert run("train", "digits", "--from", model).status == 2
    assert run("train", shop / "new.csv", "--from", tmp_path / "absent.safetensors").status == 2


def test_in_python_a_loaded_model_goes_on_by_fit(tmp_path):
    X, y = np.eye(4), ["a", "b", "a", "b"]
    net = gn.Network.dense([4, 3, 2], output="softmax")
    net.fit(X, y, epochs=5)
    net.save(tmp_path / "m.safetensors")
    again = gn.load(tmp_path / "m.safetensors")
    gn.fit(again, X, y, epochs=1, optimizer=gn.SGD(1e-12))
    assert np.allclose(again.predict_proba(X), net.predict_proba(X), atol=1e-6)
    with pytest.raises(gn.InputError, match="none of the classes 'a', 'b'"):
        gn.fit(again, X, ["a", "b", "a", "c"])
