"""A network from elsewhere beside a table: asked, measured and used like one of ours."""

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.exchange.onnx import to_onnx
from glassnet.jobs.evaluate import evaluate
from glassnet.jobs.explain import of_model
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
