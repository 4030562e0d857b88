"""What can be known before the work begins is said then, and nothing is trained."""

import numpy as np
import polars as pl
import pytest

from glassnet.cli import main
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.exchange import load, save


def told(capsys, *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return end.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cv", "1"], "cv is 1"),
        (["--cv", "50"], "too few rows"),
        (["--epochs", "1.5"], "whole number"),
        (["--epochs", "20000000"], "at most 10,000,000"),
        (["--hidden", ",".join(["2"] * 1101)], "hidden has 1,101 layers"),
        (["--hidden", "1000000,1000000"], "1,000,006,000,002 parameters"),
        (["--out", "m.onnx"], "would be an ONNX model"),
        (["--report", "r.csv"], "would be a CSV"),
    ],
)
def test_a_training_that_cannot_end_well_does_not_begin(
    tmp_path, monkeypatch, capsys, options, said
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("glassnet.api.fit", lambda *_, **__: pytest.fail("it was trained"))
    status, errors = told(capsys, "train", "xor", *options)
    assert status == 2
    assert said in errors


def test_a_model_that_holds_no_number_is_refused(tmp_path):
    net = Network.dense([2, 2])
    net.theta[3] = np.nan
    with pytest.raises(InputError, match="holds NaN or infinity in W1"):
        load(save(net, tmp_path / "m.safetensors"))


@pytest.mark.parametrize(
    "address", ["W" + "1" * 5000 + "[0,0]", "delta1[" + "0" * 5000 + "]", "a" * 5000]
)
def test_a_long_address_is_refused_in_a_short_sentence(capsys, address):
    status, errors = told(capsys, "walk", "--at", address)
    assert status == 2
    assert len(errors) < 300


@pytest.mark.parametrize(
    "content",
    [b"weights = " + b"[" * 20_000, b"weights = " + b"9" * 5000, b"a = '\xff'"],
)
def test_a_strange_example_is_refused(tmp_path, capsys, content):
    (tmp_path / "e.toml").write_bytes(content)
    status, errors = told(capsys, "walk", tmp_path / "e.toml")
    assert status == 2
    assert errors.startswith("glassnet: ")


def test_a_mark_before_an_example_is_no_part_of_it(tmp_path, capsys):
    told(capsys, "walk", "--template", "--out", tmp_path / "e.toml")
    text = (tmp_path / "e.toml").read_bytes()
    (tmp_path / "e.toml").write_bytes(b"\xef\xbb\xbf" + text)
    assert told(capsys, "walk", tmp_path / "e.toml")[0] == 0


def test_a_name_of_5000_letters_is_refused(capsys):
    assert told(capsys, "train", "x" * 5000)[0] == 2


def test_a_table_is_drawn(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({"a": rng.random(40), "b": ["red", "blue"] * 20, "y": ["no", "yes"] * 20})
    frame.write_csv("t.csv")
    told(capsys, "train", "t.csv", "--target", "y", "--epochs", "1", "--out", "m.safetensors")
    for what in ("layers", "curves"):
        call = ("draw", "m.safetensors", "t.csv", "--what", what, "--out", f"{what}.svg")
        assert told(capsys, *call, "--epochs", "1")[0] == 0
