"""A network from elsewhere beside a table: asked, measured and used like one of ours."""

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.exchange.arrivals import Unsaid
from glassnet.exchange.onnx import to_onnx
from glassnet.jobs.evaluate import evaluate
from glassnet.jobs.explain import of_model, pass_to_explain
from glassnet.jobs.export import export_model
from glassnet.jobs.open import open_model
from glassnet.jobs.predict import predict

GOLDEN = Path(__file__).parents[1] / "golden" / "arrivals"
NET = GOLDEN / "two.onnx"
ROWS = [[1.0, 2.0, 3.0, 4.0], [0.5, 1.0, 2.0, -1.0], [3.0, 1.0, 0.0, 2.0]]


@pytest.fixture
def table(tmp_path):
    def write(rows, header="a,b,c,d"):
        path = tmp_path / "rows.csv"
        lines = [",".join(map(str, row)) for row in rows]
        path.write_text("\n".join([header, *lines]) + "\n")
        return str(path)

    return write


def test_rows_are_predicted(table):
    parts, _ = predict(NET, table(ROWS))
    found = [answer for part in parts for answer in part["prediction"]]
    assert found == gn.load(NET).predict(ROWS).tolist()


def test_the_last_column_is_the_target(table):
    rows = [[*row, kind] for row, kind in zip(ROWS, ["no", "yes", "no"], strict=True)]
    data = table(rows, "a,b,c,d,kind")
    assert evaluate(NET, data).rows == 3
    told = of_model(NET, data, 1)
    assert told.known
    assert told.ask.at("a3[0]").value == pytest.approx(
        gn.load(NET).predict_proba([ROWS[1]])[0, 0], rel=1e-6
    )


def test_a_row_without_its_target_is_asked(table):
    assert not of_model(NET, table(ROWS), 2).known


def test_its_own_scale_goes_with_the_columns(tmp_path, table):
    X = np.array(ROWS)
    net = gn.Network.dense([4, 3, 2], seed=0, dtype="float64")
    net.preparation = gn.Preparation.learn(X)
    to_onnx(net, tmp_path / "net.onnx")
    data = table([[*row, 1.0, 2.0] for row in ROWS], "a,b,c,d,p,q")
    opened = open_model(tmp_path / "net.onnx", data=data)
    assert opened.target.names == ("p", "q")
    names = ["a", "b", "c", "d"]
    rows = [dict(zip(names, row, strict=True)) for row in ROWS]
    np.testing.assert_allclose(opened.net.predict(rows), net.predict(X), rtol=1e-12)


def test_other_columns_are_refused(table):
    with pytest.raises(InputError, match="takes 4 numbers"):
        predict(NET, table([[1.0, 2.0]], "a,b"))


# -- safetensors of another program --------------------------------------------------------------

IN_NUMBERS = {"0.weight": [[1.0, 0, 0, 0], [0, 1, 0, 0]], "0.bias": [0.0, 0.0],
              "2.weight": [[1.0, 0], [0, 1], [-1, -1]], "2.bias": [0.0, 0.0, 1.0]}  # fmt: skip


@pytest.fixture
def their(tmp_path):
    from safetensors.numpy import save_file

    path = tmp_path / "their.safetensors"
    save_file({name: np.array(values, "float32") for name, values in IN_NUMBERS.items()}, path)
    return path


LABELLED = [[*row, word] for row, word in zip(ROWS, ["cat", "ape", "dog"], strict=True)]


def test_labels_are_taken_from_the_table_and_that_is_said(their, table):
    told, data = [], table(LABELLED, "a,b,c,d,kind")
    found = of_model(
        their, data, 0, say=told.append, unsaid=Unsaid("relu", "softmax"),
    )  # fmt: skip
    assert "the data say kind = cat" in found.title
    assert told == [
        "the outputs are taken to stand for ape, cat, dog, in this order; --classes names another"
    ]
    z = np.array([1.0, 2.0, -2.0])  # of relu(1, 2)
    expected = np.exp(z) / np.exp(z).sum()
    parts, _ = predict(their, data, unsaid=Unsaid("relu", "softmax"), probabilities=True)
    row = {name: values[0] for name, values in next(iter(parts)).items()}
    assert row["prediction"] == "cat"
    assert row["p(cat)"] == pytest.approx(expected[1], rel=1e-6)


def test_labels_that_are_named_are_taken_as_they_are(their, table):
    data = table(LABELLED, "a,b,c,d,kind")
    parts, _ = predict(their, data, unsaid=Unsaid("relu", classes=["dog", "cat", "ape"]))
    assert next(parts)["prediction"][0] == "cat"
    few = table(LABELLED[:2], "a,b,c,d,kind")
    with pytest.raises(InputError, match=r"shares of 3 classes, and rows.csv has 2 .*--classes"):
        predict(their, few, unsaid=Unsaid("relu", "softmax"))
    one = table(LABELLED[:1], "a,b,c,d,kind")
    with pytest.raises(InputError, match=r"^the target 'kind' is 'cat' in every row: .*--classes"):
        predict(their, one, unsaid=Unsaid("relu", "softmax"))
    parts, _ = predict(their, one, unsaid=Unsaid("relu", classes=["dog", "cat", "ape"]))
    assert next(parts)["prediction"][0] == "cat"


def test_it_is_measured_and_exported(their, table, tmp_path):
    found = evaluate(their, table(LABELLED, "a,b,c,d,kind"), unsaid=Unsaid("relu", "softmax"))
    assert found.metrics["accuracy"] == pytest.approx(1 / 3)
    done = export_model(their, "npz", tmp_path / "net.npz", unsaid=Unsaid("relu", "softmax"))
    with np.load(done.files[0]) as arrays:
        np.testing.assert_array_equal(arrays["W2"], IN_NUMBERS["2.weight"])


def test_a_run_or_an_example_takes_no_activations():
    with pytest.raises(InputError, match="--hidden, --output and --classes go with another"):
        pass_to_explain("example", unsaid=Unsaid("relu"))


def test_labels_of_whole_numbers_are_the_classes(tmp_path, table):
    to_onnx(gn.Network.dense([4, 5, 3], output="softmax", seed=0), tmp_path / "net.onnx")
    data = table([[*row, k] for k, row in enumerate(ROWS)], "a,b,c,d,t")
    assert evaluate(tmp_path / "net.onnx", data).rows == 3
    assert of_model(tmp_path / "net.onnx", data, 2).known
