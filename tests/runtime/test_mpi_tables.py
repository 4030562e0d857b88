"""A table that is larger than memory, and real ranks: each reads its own part of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runtime.ranks import RANKS, glassnet_by, of_ranks, run

import glassnet
from glassnet.data import open_table

pl = pytest.importorskip("polars")
ROOT = Path(__file__).resolve().parents[2]
pytestmark = RANKS

TRAIN = ("--target", "sold", "--memory", "400MB", "--epochs", 3, "--validation", 0.1)


def shop(folder: Path, form: str, rows: int = 3000) -> Path:
    """Rows of a made-up shop, sorted by their colour, with gaps, in the target too."""
    rng = np.random.default_rng(5)
    size, colour = rng.normal(10, 3, rows), np.sort(rng.integers(0, 3, rows))
    price = 2 * size + 5 * colour + rng.normal(0, 0.3, rows)
    days = np.datetime64("2024-01-01") + rng.integers(0, 300, rows)
    frame = pl.DataFrame(
        {
            "size": [None if i % 9 == 4 else round(x, 2) for i, x in enumerate(size.tolist())],
            "colour": [["red", "green", "blue"][c] for c in colour],
            "day": [str(day) for day in days],
            "note": [f'he said "{i}",\nand left' for i in range(rows)],
            "sold": [
                None if i % 50 == 7 else ["no", "yes"][int(p > 25)] for i, p in enumerate(price)
            ],
        }
    )
    path = folder / f"shop.{form}"
    match form:
        case "csv":
            frame.write_csv(path)
        case "parquet":
            frame.write_parquet(path, row_group_size=rows // 10)
        case _:
            frame.write_ndjson(path)
    return path


def shop_in_files(folder: Path, form: str) -> Path:
    """The rows of the shop in eleven files of a folder."""
    frame = pl.DataFrame(open_table(shop(folder, form)).read())
    files = folder / "shops"
    files.mkdir()
    for k in range(11):
        part, path = frame[k * 280 : (k + 1) * 280], files / f"part-{k}.{form}"
        match form:
            case "csv":
                part.write_csv(path)
            case "parquet":
                part.write_parquet(path)
            case _:
                part.write_ndjson(path)
    return files


def both(first: Path, second: Path) -> tuple[Any, Any]:
    return glassnet.load(first), glassnet.load(second)


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl"])
def test_in_shards_ranks_learn_what_one_process_does_bit_by_bit(tmp_path: Path, form: str) -> None:
    table = shop(tmp_path, form)
    told = []
    for size in (1, 2, 4):
        call = ("train", table, *TRAIN, "--deterministic", "--out", tmp_path / f"{size}.gn")
        told.append(json.loads(glassnet_by(size, *call, "--json").stdout))
        first, net = both(tmp_path / "1.gn", tmp_path / f"{size}.gn")
        assert net.preparation.spec() == first.preparation.spec()
        np.testing.assert_array_equal(net.theta, first.theta)
        assert told[-1]["metrics"] == told[0]["metrics"]
        assert told[-1]["estimate"]["baselines"] == told[0]["estimate"]["baselines"]
    assert told[0]["metrics"]["accuracy"] > 0.8


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl"])
def test_ranks_learn_of_a_folder_what_one_process_does_of_one_file(
    tmp_path: Path, form: str
) -> None:
    folder = shop_in_files(tmp_path, form)
    told = []
    for size, data in ((1, tmp_path / f"shop.{form}"), (1, folder), (2, folder), (4, folder)):
        out = tmp_path / f"{len(told)}.gn"
        call = ("train", data, *TRAIN, "--deterministic", "--out", out, "--json")
        told.append(json.loads(glassnet_by(size, *call).stdout))
        first, net = both(tmp_path / "0.gn", out)
        assert net.preparation.spec() == first.preparation.spec()
        np.testing.assert_array_equal(net.theta, first.theta)
        assert told[-1]["metrics"] == told[0]["metrics"]
    answers = []
    for size, out in ((1, "1.csv"), (4, "4.csv")):
        glassnet_by(size, "predict", tmp_path / "0.gn", folder, "--out", tmp_path / out)
        answers.append((tmp_path / out).read_bytes())
    assert answers[0] == answers[1]
    glassnet_by(4, "predict", tmp_path / "0.gn", folder, "--out", tmp_path / "a.parquet")
    assert open_table(tmp_path / "a.parquet").rows == 3000  # what ranks write is read as a table
    figures = [
        json.loads(glassnet_by(size, "evaluate", tmp_path / "0.gn", folder, "--json").stdout)
        for size in (1, 3)
    ]
    assert figures[0]["metrics"]["accuracy"] == figures[1]["metrics"]["accuracy"]


def test_a_file_that_one_rank_cannot_read_ends_all_with_a_sentence(tmp_path: Path) -> None:
    folder = shop_in_files(tmp_path, "parquet")
    (folder / "part-9.parquet").write_bytes(b"PAR1 and no more")
    done = run(2, "-m", "glassnet", "train", folder, *TRAIN)
    assert done.returncode == 2
    assert "part-9.parquet is no table that can be read" in of_ranks(done)
    assert len(of_ranks(done).strip().splitlines()) == 1


def test_ranks_prepare_as_one_process_does_to_rounding(tmp_path: Path) -> None:
    table = shop(tmp_path, "csv")
    for size in (1, 2, 4):
        glassnet_by(size, "train", table, *TRAIN, "--out", tmp_path / f"{size}.gn")
        first, net = both(tmp_path / "1.gn", tmp_path / f"{size}.gn")
        for one, other in zip(first.preparation.columns, net.preparation.columns, strict=True):
            assert (one.kind, one.missing, one.inputs) == (other.kind, other.missing, other.inputs)
            if one.kind in ("number", "date"):
                assert other.code.mean == pytest.approx(one.code.mean, rel=1e-12)
                assert other.code.scale == pytest.approx(one.code.scale, rel=1e-12)


def test_a_checkpoint_of_a_table_is_gone_on_from_by_any_number_of_ranks(tmp_path: Path) -> None:
    table, kept = shop(tmp_path, "csv"), ("--checkpoint", tmp_path / "kept")
    told = []
    for size in (1, 2, 4):
        done = glassnet_by(size, "train", table, *TRAIN, *kept, "--resume", "--json")
        told.append(json.loads(done.stdout)["history"])
    assert told == [told[0]] * 3  # it had come to its end


def test_more_ranks_than_blocks(tmp_path: Path) -> None:
    table = shop(tmp_path, "csv", 230)
    done = glassnet_by(4, "train", table, *TRAIN, "--json")
    assert json.loads(done.stdout)["train_rows"] > 150


def test_what_is_damaged_is_said_by_the_rank_that_reads_it(tmp_path: Path) -> None:
    table = shop(tmp_path, "parquet")
    content = bytearray(table.read_bytes())
    start, end = len(content) * 6 // 10, len(content) * 7 // 10  # row groups of the second half
    content[start:end] = b"\xff" * (end - start)
    table.write_bytes(content)
    done = run(2, "-m", "glassnet", "train", table, *TRAIN)
    assert done.returncode == 2
    (said,) = of_ranks(done).splitlines()
    assert said.startswith("glassnet: rank 1 on ")
    assert "shop.parquet is no table that can be read" in said


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A model, and a table of 9,000 rows: blocks for three ranks, and none for a fourth."""
    folder = tmp_path_factory.mktemp("predicting")
    table, model = shop(folder, "csv", 9000), folder / "m.gn"
    glassnet_by(1, "train", table, *TRAIN, "--out", model)
    return model, table


def test_ranks_write_the_answers_of_one_process_in_order(
    trained: tuple[Path, Path], tmp_path: Path
) -> None:
    for name, more in (("a.csv", ["--probabilities"]), ("b.csv", ["--mark", "--coverage", 0.9])):
        told, written = [], []
        for size in (1, 2, 4):
            out = tmp_path / name
            told.append(glassnet_by(size, "predict", *trained, "--out", out, *more).stderr)
            written.append(out.read_bytes())
        assert written == [written[0]] * 3
        assert told == [told[0]] * 3
    assert not list(tmp_path.glob(".*"))


def test_of_parquet_each_rank_writes_a_part(trained: tuple[Path, Path], tmp_path: Path) -> None:
    glassnet_by(1, "predict", *trained, "--out", tmp_path / "one.parquet")
    out = tmp_path / "many.parquet"
    for size in (4, 2):  # what the first left behind is not read with the second's
        glassnet_by(size, "predict", *trained, "--out", out)
        assert len(list(out.iterdir())) == {4: 3, 2: 2}[size]
        assert pl.read_parquet(out / "*.parquet").equals(pl.read_parquet(tmp_path / "one.parquet"))


def test_what_ranks_cannot_write_is_said_once(trained: tuple[Path, Path], tmp_path: Path) -> None:
    for more in ((), ("--json", "--out", tmp_path / "a.json"), ("--out", tmp_path / "a.npz")):
        done = run(2, "-m", "glassnet", "predict", *trained, *more)
        assert done.returncode == 2
        assert of_ranks(done).count("glassnet: ") == 1


@pytest.mark.parametrize("data", ["table", "digits", "quantiles"])
def test_ranks_evaluate_as_one_process_does(
    trained: tuple[Path, Path], tmp_path: Path, data: str
) -> None:
    given: tuple[Any, ...] = trained
    if data == "digits":
        given = (tmp_path / "d.gn", "digits")
        glassnet_by(1, "train", "digits", "--epochs", 2, "--preset", "plain", "--out", given[0])
    if data == "quantiles":
        given = (tmp_path / "q.gn", ROOT / "examples" / "bakery.csv")
        asked = ("--target", "sold", "--quantiles", ".1,.5,.9", "--epochs", 4, "--out", given[0])
        glassnet_by(1, "train", given[1], *asked)
    told = []
    for size in (1, 2, 4):
        done = json.loads(glassnet_by(size, "evaluate", *given, "--json").stdout)
        assert done["metrics"].pop("loss") > 0
        told.append(done | {"seconds": 0})
    for each in told[1:]:
        assert_near(each, told[0])


def assert_near(found: Any, expected: Any) -> None:
    """That two documents are the same but for the last digits of their numbers."""
    match expected:
        case dict():
            assert found.keys() == expected.keys()
            for name, each in expected.items():
                assert_near(found[name], each)
        case list():
            for one, each in zip(found, expected, strict=True):
                assert_near(one, each)
        case float():
            assert found == pytest.approx(expected, rel=1e-5)
        case _:
            assert found == expected
