import gzip
import importlib.util
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.data import NAMES, DataError, load_data, split_train_test

ROOT = Path(__file__).resolve().parents[3]
SETS = ROOT / "src" / "glassnet" / "data" / "sets"
GENERATED = [name for name in NAMES if name not in ("iris", "digits")]


def test_iris_is_fishers():
    iris = load_data("iris")
    assert iris.X.shape == (150, 4)
    assert Counter(iris.y.tolist()) == {"setosa": 50, "versicolor": 50, "virginica": 50}
    assert iris.X.mean(axis=0).tolist() == pytest.approx([5.843, 3.057, 3.758, 1.199], abs=5e-4)
    assert iris.X[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    # the two rows in which UCI's file differs from the paper
    assert iris.X[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert iris.X[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    assert iris.features[2] == "petal length (cm)"


def test_digits_are_ucis_test_part():
    digits = load_data("digits")
    assert digits.X.shape == (1797, 64)
    assert digits.X.dtype == np.uint8
    assert (digits.X.min(), digits.X.max()) == (0, 16)
    assert digits.image_shape == (8, 8)
    assert np.bincount(digits.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.X[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]  # the first row of the first 0
    assert digits.features[9] == "pixel[1,1]"


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_what_ships_names_its_source_and_licence(name):
    data = load_data(name)
    assert data.licence == "CC BY 4.0"
    doi = data.source.split("doi:")[1]
    assert doi in (SETS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_loads_and_splits(name):
    data = load_data(name)
    assert data.name == name
    assert data.about.startswith(NAMES[name])
    assert data.source
    assert data.task == ("number" if name == "sine" else "classes")
    X, y, X_test, y_test = split_train_test(data)
    assert len(X) == len(y)
    assert len(X_test) == len(y_test) > 0
    assert set(np.unique(y_test)) <= set(np.unique(y)) or name == "sine"


@pytest.mark.parametrize("name", ["xor", "and", "or"])
def test_a_truth_table_is_measured_on_all_its_rows(name):
    parts = split_train_test(load_data(name))
    assert sorted(parts.X_test.tolist()) == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert parts.X.tolist() == parts.X_test.tolist()
    assert "the test part is the same four rows" in load_data(name).about


@pytest.mark.parametrize("name", [name for name in GENERATED if name not in ("xor", "and", "or")])
def test_a_generated_set_follows_the_seed(name):
    first, again, other = load_data(name, seed=1), load_data(name, seed=1), load_data(name, seed=2)
    assert (first.X == again.X).all()
    assert (first.y == again.y).all()
    assert (first.X != other.X).any()
    assert "seed 1" in first.source


def test_what_is_loaded_is_the_callers_own():
    load_data("iris").X[:] = 0
    load_data("xor").y[:] = 0
    assert load_data("iris").X.min() > 0
    assert load_data("xor").y.sum() == 2


@pytest.mark.parametrize(("wrong", "meant"), [("irsi", "iris"), ("Moon", "moons"), ("XOR", "xor")])
def test_a_misspelt_name_is_answered_with_the_right_one(wrong, meant):
    with pytest.raises(DataError, match=f"called '{wrong}': did you mean '{meant}'\\?"):
        load_data(wrong)


def test_an_unknown_name_is_answered_with_all_names():
    with pytest.raises(DataError, match="folder of IDX files") as caught:
        load_data("zzzzz")
    assert "did you mean" not in str(caught.value)
    assert all(name in str(caught.value) for name in NAMES)


@pytest.mark.parametrize("path", ["nowhere/mnist", Path("mnist")])
def test_a_path_to_nothing_is_a_data_error(path):
    with pytest.raises(DataError, match="there is no"):
        load_data(path)


@pytest.mark.parametrize("path", ["", "x" * 5000, "a\0b"])
def test_what_names_no_file_is_refused(path):
    with pytest.raises(InputError, match="the name of a file or folder"):
        load_data(path)


def test_a_path_that_is_no_idx_folder_is_told_what_was_looked_for(tmp_path):
    (tmp_path / "notes.txt").touch()
    for path in (tmp_path, str(tmp_path / "notes.txt")):
        with pytest.raises(DataError, match="no folder with IDX files: looked for train-images"):
            load_data(path)


@pytest.mark.parametrize("name", ["houses.csv", "a/b.PARQUET", "houses.csv.gz", Path("h.tsv")])
def test_a_table_is_refused_with_what_can_be_read(name):
    with pytest.raises(DataError, match=r"load_table reads it, with a target; .* here: iris"):
        load_data(name)


def test_arrays_are_not_a_name():
    with pytest.raises(DataError, match="expected the name of a data set or a path; got ndarray"):
        load_data(np.zeros(3))


def test_the_files_that_ship_are_those_the_script_makes(tmp_path, monkeypatch):
    pytest.importorskip("sklearn", reason="scikit-learn brings the originals")
    path = ROOT / "scripts" / "make_builtin_data.py"
    spec = importlib.util.spec_from_file_location("make_builtin_data", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr("sys.argv", ["make_builtin_data.py", "--out", str(tmp_path)])
    script.main()
    made = sorted(p.name for p in tmp_path.iterdir())
    assert [*made] == sorted(p.name for p in SETS.iterdir() if p.suffix in (".gz", ".csv"))
    for name in made:  # unzipped: zlib's versions compress differently
        opener = gzip.open if name.endswith(".gz") else open
        with opener(tmp_path / name, "rb") as new, opener(SETS / name, "rb") as old:
            assert new.read() == old.read()
