"""Every format that a glassnet ever wrote is read, by this one and from the page alone."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.core.network import Network
from glassnet.exchange import load, read_training, save
from glassnet.exchange.model_file import FORMAT

MODELS = Path(__file__).parent / "models"
PAGE = Path(__file__).parents[2] / "docs" / "model-file.md"
EXPECTED = json.loads((MODELS / "expected.json").read_text(encoding="utf-8"))
FORMATS = range(1, FORMAT + 1)


def test_there_are_files_of_every_format():
    for kind in ("classes", "number"):
        names = sorted(path.name for path in MODELS.glob(f"*-{kind}.safetensors"))
        assert names == [f"format-{number}-{kind}.safetensors" for number in FORMATS]


@pytest.mark.parametrize("number", FORMATS)
def test_a_model_of_every_format_gives_the_classes_worked_out_by_hand(number: int):
    path = MODELS / f"format-{number}-classes.safetensors"
    net, expected = load(path), EXPECTED["classes"]
    shares = net.predict_proba(expected["rows"])
    assert shares.dtype == np.float32
    assert np.abs(shares - expected["probabilities"]).max() < 1e-6
    assert net.predict(expected["rows"]).tolist() == expected["labels"]
    assert read_training(path) == {
        "data": "made up", "metrics": {"accuracy": 0.75}, "features": ["a", "b", "c"]
    }  # fmt: skip


@pytest.mark.parametrize("number", FORMATS)
def test_a_model_of_every_format_gives_the_numbers_worked_out_by_hand(number: int):
    path = MODELS / f"format-{number}-number.safetensors"
    net, expected = load(path), EXPECTED["number"]
    assert np.allclose(net.predict(expected["rows"]), expected["values"], rtol=1e-14, atol=0)
    assert read_training(path) == {}


@pytest.mark.parametrize("number", FORMATS)
@pytest.mark.parametrize("kind", ["classes", "number"])
def test_a_model_of_every_format_has_all_that_was_saved(number: int, kind: str, tmp_path: Path):
    net = load(MODELS / f"format-{number}-{kind}.safetensors")
    meant: Network = runpy.run_path(str(MODELS / "write.py"))[f"{kind}_model"]()
    assert net.spec() == meant.spec()
    assert net.preparation == meant.preparation
    assert net.target_scale == meant.target_scale
    assert np.array_equal(net.theta, meant.theta)
    save(net, tmp_path / "again")  # and so into the newest format
    assert np.array_equal(load(tmp_path / "again").theta, meant.theta)


def test_what_is_expected_is_what_the_work_by_hand_gives(capsys):
    runpy.run_path(str(MODELS / "by_hand.py"), run_name="__main__")
    assert json.loads(capsys.readouterr().out) == EXPECTED


# -- the page -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reader() -> dict[str, Any]:
    """The program on the page."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    assert set(re.findall(r"^import (\w+)", code[1], re.MULTILINE)) == {
        "hashlib", "json", "struct", "numpy"
    }  # fmt: skip
    names: dict[str, Any] = {}
    exec(code[1], names)
    return names


def test_the_program_on_the_page_predicts_what_was_worked_out_by_hand(reader):
    about, arrays = reader["read"](MODELS / f"format-{FORMAT}-classes.safetensors")
    assert about["format"] == FORMAT
    for row, shares, label in zip(*EXPECTED["classes"].values()):
        a = reader["outputs"](about, arrays, row)
        assert np.abs(a - shares).max() < 1e-6
        assert about["network"]["classes"][a.argmax()] == label


def test_the_program_on_the_page_reads_what_is_saved_today(reader, tmp_path):
    net = Network.dense([4, 6, 5, 1], hidden="relu", output="sigmoid", seed=2, dtype="float64")
    save(net, tmp_path / "m")
    about, arrays = reader["read"](tmp_path / "m")
    row = np.array([0.5, -1.0, 2.0, 0.25])
    assert np.allclose(reader["outputs"](about, arrays, row), net.predict_proba(row)[0])


def test_the_program_on_the_page_notices_every_flipped_byte(reader, tmp_path):
    content = (MODELS / f"format-{FORMAT}-number.safetensors").read_bytes()
    for at in range(0, len(content), 7):
        path = tmp_path / "damaged"
        path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        with pytest.raises(ValueError, match="damaged"):
            reader["read"](path)


def test_the_page_tells_every_entry():
    page = PAGE.read_text(encoding="utf-8")
    net = load(MODELS / f"format-{FORMAT}-classes.safetensors")
    for entry in ("format", "network", "preparation", "target_scale", "training", "sha256"):
        assert f"| `{entry}` |" in page or f"entry `{entry}` |" in page
    for entry in net.spec():
        assert re.search(rf"specification:.*\b{entry}\b", page), entry
