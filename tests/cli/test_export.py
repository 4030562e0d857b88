"""`glassnet export`: the files that it writes, and what it refuses."""

import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn


@pytest.fixture
def iris(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (
        run("train", "iris", "--hidden", "5", "--epochs", "2", "--out", "iris.safetensors").status
        == 0
    )
    return tmp_path / "iris.safetensors"


def test_the_file_in_numpy_answers_and_goes_on_with_the_models_optimizer(run, iris):
    done = run("export", iris, "--to", "numpy")
    size = (iris.parent / "iris.py").stat().st_size
    assert done.out == f"iris.py: {size:,} bytes\n"
    text = (iris.parent / "iris.py").read_text()
    assert "glassnet export iris.safetensors --to numpy" in text
    assert "adam: moves W" in text
    rows = "5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n"
    (iris.parent / "rows.csv").write_text(rows)
    told = subprocess.run(
        [sys.executable, "-I", "iris.py", "rows.csv"], capture_output=True, text=True
    )
    net = gn.load(iris)
    own = net.predict(np.array([[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]))
    assert told.stdout.split() == list(own)
    shown = subprocess.run([sys.executable, "-I", "iris.py"], capture_output=True, text=True)
    before, after = (float(line.split()[-1]) for line in shown.stdout.splitlines())
    assert after < before


def test_every_weight_stands_with_its_address(run, iris):
    assert run("export", iris, "--to", "csv").status == 0
    lines = (iris.parent / "iris.csv").read_text().splitlines()
    W = gn.load(iris).dense_layers[0].W
    assert lines[0] == "address,layer,neuron,input,value"
    assert lines[1].startswith('"W1[0,0]",1,0,0,')
    assert np.float32(lines[1].rsplit(",", 1)[1]) == W[0, 0]
    assert len(lines) == 1 + gn.load(iris).theta.size
    assert run("export", iris, "--to", "npz", "--out", "new.npz").status == 0
    assert np.array_equal(np.load(iris.parent / "new.npz")["W1"], W)


def test_what_is_refused_is_said_in_a_sentence(run, iris):
    assert "did you mean 'numpy'" in run("export", iris, "--to", "numpi").err
    (iris.parent / "iris.py").write_text("mine")
    there = run("export", iris, "--to", "numpy")
    assert there.status == 2
    assert "--out" in there.err
    assert (iris.parent / "iris.py").read_text() == "mine"
    wrong = run("export", iris, "--to", "numpy", "--out", "new.csv")
    assert wrong.status == 2
    assert "end it in .py" in wrong.err
    assert run("export", "absent.safetensors", "--to", "npz").status == 2


def test_json_tells_the_files(run, iris):
    told = run("export", iris, "--to", "csv", "--json").json
    assert told["kind"] == "exported"
    assert told["files"] == ["iris.csv"]
    assert told["bytes"] == [(iris.parent / "iris.csv").stat().st_size]


def test_a_function_writes_a_network_by_the_files_ending(tmp_path):
    net = gn.Network.dense([3, 2], seed=0)
    gn.export(net, tmp_path / "net.csv")
    assert (tmp_path / "net.csv").exists()
    with pytest.raises(gn.InputError, match="does not say what to write"):
        gn.export(net, tmp_path / "net.what")


def test_what_eight_bits_cost_is_measured_on_the_rows(run, iris):
    done = run("export", iris, "--to", "c", "--int8", "iris")
    assert done.out.startswith("iris.h: ")
    assert "Accuracy with weights of 8 bits: 0." in done.out
    assert "Accuracy with weights of 8 bits: 0." in (iris.parent / "iris.h").read_text()
    assert run("export", iris, "--to", "csv", "--int8", "iris").status == 2


def test_a_page_tells_what_the_model_file_remembers(run, iris):
    done = run("export", iris, "--to", "html")
    text = (iris.parent / "iris.html").read_text()
    assert done.out == f"iris.html: {len(text.encode()):,} bytes\n"
    assert "glassnet export iris.safetensors --to html" in text
    assert "iris, 120 rows" in text
    assert "on the 20 % of its rows that training never sees" in text
    assert run("export", iris, "--to", "html", "--out", "page.csv").status == 2
