"""The commands: what they print, what they refuse, and how they end.

Most run in this process; a few as processes of their own, for signals, streams and the exit.
"""

import gzip
import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_runs import Done, Run, status_of

import glassnet as gn
from glassnet.cli import COMMANDS, main
from glassnet.exchange import load, read_training

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "100", "NO_COLOR": "1"}
NAMES = [name for name, _, _ in COMMANDS]


def process(*arguments: object, **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "glassnet", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", timeout=60,
        env=ENVIRONMENT, stdin=subprocess.DEVNULL, **settings,
    )  # fmt: skip


def idx(array: np.ndarray) -> bytes:
    """An IDX file: >HBB, the sizes, the values."""
    code = {"uint8": 8, "int32": 12, "float32": 13}[array.dtype.name]
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def images(rows: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """3 × 4 pixel images of two kinds: light above, or light below."""
    y = (np.arange(rows) % 2).astype(np.uint8)
    X = np.random.default_rng(seed).integers(0, 60, (rows, 3, 4)).astype(np.uint8)
    for k in range(rows):
        X[k, 0 if y[k] else 2] += 180
    return X, y


def idx_folder(folder: Path, X: Any = None, y: Any = None, test: bool = True) -> Path:
    folder.mkdir()
    default = images()
    X, y = default[0] if X is None else X, default[1] if y is None else y
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(X)))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(y))
    if test:
        X_test, y_test = images(20, seed=1)
        (folder / "t10k-images-idx3-ubyte").write_bytes(idx(X_test))
        (folder / "t10k-labels-idx1-ubyte").write_bytes(idx(y_test))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A model of the irises, trained a little."""
    path = tmp_path_factory.mktemp("model") / "iris.safetensors"
    assert status_of("train", "iris", "--epochs", "30", "--out", path, "--json") == 0
    return path


# -- help ---------------------------------------------------------------------------------


def test_the_help_names_every_command(run: Run):
    done = run("--help")
    assert done.status == 0
    for command in NAMES:
        assert command in done.out
    assert run().status == 0
    assert run("--version").out.strip() == "0.1.0"


@pytest.mark.parametrize("command", NAMES)
def test_every_command_has_a_help_that_explains_every_setting(run: Run, command: str):
    done = run(command, "--help")
    assert (done.status, done.err) == (0, "")
    assert f"glassnet {command}" in done.out
    options = [line for line in done.out.splitlines() if " --" in line]
    assert options
    for line in done.out.splitlines():
        if line.strip().startswith("--"):
            assert len(line.split("  ")) > 1 or len(line) > 20, f"{line} has no explanation"


# -- walk ---------------------------------------------------------------------------------


def values_of(document: Any) -> dict[str, float]:
    return {q["address"]: q["value"] for q in document["quantities"]}


def golden_addresses(numbers: Any, steps: int) -> dict[str, float]:
    """The golden numbers that a walk after so many steps tells, by their addresses."""
    found: dict[str, float] = {}

    def add(name: str, values: Any) -> None:
        array = np.array(values)
        for index in np.ndindex(array.shape):
            found[f"{name}[{','.join(map(str, index))}]"] = float(array[index])

    if steps == 0:
        first = numbers["first_step"]
        for theirs, ours in {"z1": "z1", "h": "a1", "z2": "z2", "o": "a2", "d1": "delta1",
                             "d2": "delta2", "g1": "dW1", "g2": "dW2"}.items():  # fmt: skip
            add(ours, first[theirs])
        found["loss"] = first["E"]
        for name, values in numbers["after_1"].items():
            add(f"new.{name}", values)
        return found
    for name, values in numbers[f"after_{steps}"].items():
        add(name, values)
    found["loss"] = numbers[f"error_after_{steps}"]
    if steps == 10_000:
        add("a2", numbers["output_after_10000"])
    return found


@pytest.mark.parametrize("steps", [0, 1, 10_000])
@pytest.mark.parametrize(
    ("flags", "key"), [([], "biases_frozen"), (["--learn-biases"], "biases_learned")]
)
def test_walk_prints_the_golden_numbers(run: Run, golden, steps: int, flags, key: str):
    done = run("walk", "--json", "--steps", steps, *flags)
    assert (done.status, done.err) == (0, "")
    document = done.json
    assert (document["kind"], document["steps"]) == ("walk", steps)
    ours = values_of(document)
    rel = 1e-10 if steps == 10_000 else 1e-14
    expected = golden_addresses(golden("worked_example")[key], steps)
    assert len(expected) > 12
    for address, value in expected.items():
        assert ours[address] == pytest.approx(value, rel=rel, abs=0), address


def test_walk_learns_one_bias_for_each_layer(run: Run):
    ours = values_of(run("walk", "--json", "--steps", 10_000, "--share-biases").json)
    assert ours["a2[0]"] == pytest.approx(0.01210216, abs=5e-9)  # tests/golden/README.md
    assert ours["a2[1]"] == pytest.approx(0.98792839, abs=5e-9)
    assert "b1[1]" not in ours
    first = values_of(run("walk", "--json", "--share-biases").json)
    both = first["delta2[0]"] + first["delta2[1]"]
    assert first["new.b2[0]"] == pytest.approx(0.6 - 0.5 * both, rel=1e-14)


def test_walk_as_a_process_prints_golden_numbers(golden):
    done = process("walk", "--json", "--steps", "10000")
    assert (done.returncode, done.stderr) == (0, "")
    ours = values_of(json.loads(done.stdout))
    for address, value in golden_addresses(
        golden("worked_example")["biases_frozen"], 10_000
    ).items():
        assert ours[address] == pytest.approx(value, rel=1e-10, abs=0)


def test_walk_tells_one_number(run: Run, golden):
    delta = golden("worked_example")["biases_frozen"]["first_step"]["d1"][0]
    document = run("walk", "--at", "delta1[0]", "--json").json
    assert document["value"] == pytest.approx(delta, rel=1e-14)
    assert document["depends_on"][:2] == ["delta2[0]", "W2[0,0]"]
    text = run("walk", "--at", "delta1[0]").out
    assert text.startswith("delta1[0] = 0.0087713546")


def test_the_template_is_filled_in_and_followed(run: Run, tmp_path: Path):
    path = tmp_path / "mine.toml"
    assert run("walk", "--template", "--out", path).status == 0
    assert path.read_text(encoding="utf-8") == run("walk", "--template").out
    plain, own = (run("walk", *which, "--json").json for which in ([], [path]))
    assert plain == own | {"name": plain["name"]}
    assert run("walk", path).out.startswith("my example: the first pass")
    target = tmp_path / "walk.txt"
    assert run("walk", "--out", target).out == ""
    assert target.read_text(encoding="utf-8") == run("walk").out


@pytest.mark.parametrize(
    "content",
    [
        "inputs = [1]",
        "weights = [[[1, 2], [3]]]\nbiases = [[0, 0]]\ninputs = [1, 2]\ntargets = [1, 2]",
        'weights = [[["1"]]]\nbiases = [0]\ninputs = [1]\ntargets = [1]',
        "weights = [[[nan]]]\nbiases = [0]\ninputs = [1]\ntargets = [1]",
        "weights = [[[1]]]\nbiases = [0]\ninputs = [1, 2]\ntargets = [1]",
        "weights = [[[1]]]\nbiases = [[0, 0]]\ninputs = [1]\ntargets = [1]",
        'weights = [[[1]]]\nbiases = [0]\ninputs = [1]\ntargets = [1]\nactivation = "sigmod"',
        "weights = [[",
    ],
    ids=["missing keys", "ragged", "strings", "NaN", "inputs", "biases", "activation", "no TOML"],
)
def test_a_malformed_example_is_refused(run: Run, tmp_path: Path, content: str):
    path = tmp_path / "bad.toml"
    path.write_text(content)
    refused(run("walk", path))


def test_a_wide_network_is_walked_by_address_only(run: Run, tmp_path: Path):
    n = 70
    path = tmp_path / "wide.toml"
    W = [[[0.01 * (i - j) for j in range(n)] for i in range(n)]]
    path.write_text(f"weights = {W}\nbiases = [0]\ninputs = {[1] * n}\ntargets = {[0.5] * n}")
    refused(run("walk", path), "--at")
    assert run("walk", path, "--at", "z1[0]", "--json").json["value"] == pytest.approx(-24.15)


# -- train, evaluate, predict, gradcheck --------------------------------------------------


def test_the_digits_are_learned_with_the_defaults():
    done = process("train", "digits", "--seed", "0", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert document["metrics"]["accuracy"] >= 0.975
    assert (document["train_rows"], document["test_rows"]) == (1438, 359)
    assert document["stopped"] == "finished"
    assert len(document["history"]) == document["epochs"]


def test_training_prints_its_figure_and_keeps_the_model(run: Run, tmp_path: Path):
    path = tmp_path / "m.safetensors"
    done = run("train", "moons", "--epochs", 20, "--hidden", "6", "--out", path)
    assert done.status == 0
    assert "accuracy" in done.out
    assert f"model: {path}" in done.out
    assert "Network(2-6-2" in done.err
    assert load(path).classes == [0, 1]
    about = read_training(path)
    assert (about["data"], about["epochs"]) == ("moons", 20)
    evaluated = run("evaluate", path, "moons", "--json").json
    assert evaluated["metrics"] == about["metrics"]


def test_numbers_are_predicted_and_measured_by_r2(run: Run, tmp_path: Path):
    path = tmp_path / "m.safetensors"
    document = run("train", "sine", "--epochs", 60, "--json", "--out", path).json
    assert document["metrics"]["r2"] > 0.5
    assert document["model"] == str(path)
    answers = run("predict", path, "sine", "--json").json
    assert not answers["columns"]
    assert answers["probabilities"] is None
    assert len(answers["predictions"]) == document["test_rows"]
    assert "r2:" in run("evaluate", path, "sine").out


def test_idx_folders_are_learned_and_measured_on_their_own_test_part(run: Run, tmp_path: Path):
    folder, path = idx_folder(tmp_path / "idx"), tmp_path / "m.safetensors"
    document = run("train", folder, "--epochs", 12, "--json", "--out", path).json
    assert document["metrics"]["accuracy"] == 1.0
    assert (document["train_rows"], document["test_rows"]) == (60, 20)
    assert document["test"] == "its own test part, which training never sees"
    assert run("evaluate", path, folder, "--json").json["metrics"]["accuracy"] == 1.0
    lines = run("predict", path, folder).out.splitlines()
    assert lines[0] == "row,prediction,probability"
    assert [line.split(",")[1] for line in lines[1:]] == ["0", "1"] * 10
    out = tmp_path / "answers.csv"
    assert run("predict", path, folder, "--out", out).out == ""
    assert out.read_text().splitlines() == lines
    without = idx_folder(tmp_path / "without", test=False)
    document = run("train", without, "--epochs", 2, "--json").json
    assert (document["train_rows"], document["test_rows"]) == (48, 12)


def test_predictions_are_those_of_the_model(run: Run, model: Path):
    document = run("predict", model, "iris", "--json").json
    assert len(document["predictions"]) == len(document["probabilities"]) == 30
    assert set(document["predictions"]) <= set(load(model).classes or ())
    assert all(1 / 3 <= p <= 1 for p in document["probabilities"])
    evaluated = run("evaluate", model, "iris", "--json").json
    assert evaluated["rows"] == 30
    assert "never sees" in evaluated["which"]
    text = run("evaluate", model, "iris").out
    assert "accuracy:" in text
    assert "on 30 rows" in text


def test_every_setting_of_train_reaches_the_training(run: Run):
    document = run(
        "train", "iris", "--hidden", "5,4", "--activation", "sigmoid", "--optimizer", "momentum",
        "--learning-rate", "0.02", "--schedule", "cosine", "--epochs", 3, "--batch-size", 20,
        "--dropout", 0.1, "--label-smoothing", 0.1, "--l1", 0.001, "--l2", 0.002, "--clip-norm", 1,
        "--initializer", "orthogonal", "--dtype", "float64", "--seed", 4, "--early-stopping", 2,
        "--loss", "cross_entropy", "--class-weight", "setosa=3,virginica=0.5", "--json",
    ).json  # fmt: skip
    settings = document["settings"]
    given, why = settings.pop("given"), settings.pop("why")
    not_options = {"clip_value": None, "shuffle": True, "spread": False, "preset": "tuned"}
    not_options |= {"members": 1, "by_folds": False}  # of an ensemble
    not_options |= {"thresholds": None, "balanced": False}  # of several yes/no targets
    not_options |= {
        "augment": None,
        "quantile": None,
        "quantiles": None,
    }  # of pictures, and of another loss
    not_options |= {"shards": None}  # of several ranks
    assert settings == {
        "hidden": [5, 4], "activation": "sigmoid", "optimizer": "momentum",
        "learning_rate": 0.02, "schedule": "cosine", "epochs": 3, "batch_size": 20,
        "dropout": 0.1, "label_smoothing": 0.1, "l1": 0.001, "l2": 0.002, "clip_norm": 1.0,
        "initializer": "orthogonal", "dtype": "float64", "seed": 4, "early_stopping": 2,
        "loss": "cross_entropy", "validation": 0.1,
        "class_weight": {"setosa": 3.0, "virginica": 0.5},
    } | not_options  # fmt: skip
    assert set(given) == settings.keys() - {"seed"} - not_options.keys()
    assert why == ""  # nothing was left to be chosen
    assert "val_accuracy" in document["history"][0]
    assert run("train", "iris", "--hidden", "none", "--epochs", 1, "--json").status == 0


def test_gradcheck_finds_every_gradient_right(run: Run, model: Path):
    document = run("gradcheck", "--json").json
    assert document["ok"]
    assert len(document["receipts"]) == 12
    done = run("gradcheck", model)
    assert done.status == 0
    assert "every gradient holds" in done.out
    assert run("gradcheck", model, "--most", 3, "--json").json["along_directions"] < 1e-7


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "tanh"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_gradcheck_draws_targets_that_a_model_without_classes_takes(
    run: Run, tmp_path: Path, output: str, outputs: int
):
    sizes = [4, 3, outputs + (output == "softmax")]
    net = gn.Network.dense(sizes, hidden="silu", output=output)
    net.save(tmp_path / "plain.safetensors")
    done = run("gradcheck", tmp_path / "plain.safetensors")
    assert done.status == 0, done
    assert "every gradient holds" in done.out


def test_gradcheck_says_what_is_no_number_what_is_left_out_and_what_cannot_be_judged(
    run: Run, tmp_path: Path
):
    path = tmp_path / "one.safetensors"
    net = gn.Network.dense([4, 3, 2], l1=0.1, dtype="float64")
    net.dense_layers[0].W[0, :3] = 0
    net.save(path)
    done = run("gradcheck", path)
    assert done.status == 0, done
    assert "weights left out, at 0, the kink of l1: 3" in done.out
    net.theta[...] = 1e200
    net.save(path)
    done = run("gradcheck", path)
    assert done.status == 1, done
    assert "not finite: z2" in done.out
    gn.Network.dense([1] * 41, hidden="sigmoid").save(path)
    done = run("gradcheck", path, "--json")
    assert done.status == 3, done
    assert not done.json["ok"]
    assert {a["word"] for a in done.json["arrays"]} == {"ok", "not judged"}


def test_the_end_of_lbfgs_is_said_alike_in_text_and_json(run: Run):
    call = ("train", "iris", "--optimizer", "lbfgs", "--hidden", "none", "--l2", 0.01,
            "--dtype", "float64")  # fmt: skip
    told = run(*call, "--epochs", 200, "--json").json
    assert told["stopped"] == "finished"
    assert told["message"].startswith(
        "a minimum, a plateau or a saddle"
    )  # no penalty holds the biases
    assert told["message"] in run(*call, "--epochs", 200).out.splitlines()
    assert "not converged: the 3 iterations ran out" in run(*call, "--epochs", 3).out


def test_on_images_lbfgs_leaves_the_dropout_of_their_defaults_out(run: Run):
    told = run(
        "train", "digits", "--optimizer", "lbfgs", "--hidden", "none", "--epochs", 3, "--json"
    )
    assert told.status == 0
    assert told.json["settings"]["dropout"] == 0


# -- what is refused ----------------------------------------------------------------------


def refused(done: Done, says: str = "") -> None:
    """Status 2, at last one sentence on stderr, no traceback, nothing on stdout."""
    assert done.status == 2, done
    assert done.out == ""
    *progress, sentence = done.err.splitlines()
    assert sentence.startswith("glassnet: ")
    # what is being trained may have been told before, and nothing else
    assert all(line.startswith(("Dataset ", "Network(")) for line in progress), done.err
    assert "Traceback" not in done.err
    assert says in done.err


BAD_CALLS: list[tuple[list[str], str]] = [
    (["train", "irs"], "did you mean 'iris'"),
    (["train", "qqq"], "no data set"),
    (["train", "iris", "--optimizer", "lbfgs", "--dropout", "0.2"], "leave the dropout out"),
    (["train", "iris", "--optimizer", "lbfgs", "--clip-norm", "1"], "leave the clip norm out"),
    (["train", "iris", "--optimizer", "lbfgs", "--schedule", "cosine"], "leave the schedule out"),
    (["train", "iris", "--optimizer", "lbfgs", "--batch-size", "8"], "leave the batch size out"),
    (["train", "./nowhere/at/all"], "nothing at"),
    (["train", "table.csv"], "table"),
    (["train", "iris", "--learning-rate", "-0.1"], "learning_rate is -0.1"),
    (["train", "iris", "--learning-rate", "0"], "learning_rate is 0"),
    (["train", "iris", "--learning-rate", "nan"], "learning_rate is nan"),
    (["train", "iris", "--learning-rate", "fast"], "fast"),
    (["train", "iris", "--activation", "rleu"], "did you mean 'relu'"),
    (["train", "iris", "--optimizer", "adm"], "did you mean 'adam'"),
    (["train", "iris", "--schedule", "cosin"], "did you mean 'cosine'"),
    (["train", "iris", "--loss", "cross_entrpy"], "did you mean 'cross_entropy'"),
    (["train", "iris", "--initializer", "he_norml"], "did you mean 'he_normal'"),
    (["train", "iris", "--hidden", "0"], "hidden"),
    (["train", "iris", "--hidden", "8,x"], "hidden"),
    (["train", "iris", "--epochs", "0"], "epochs"),
    (["train", "iris", "--epochs", "two"], "two"),
    (["train", "iris", "--batch-size", "-1"], "batch_size"),
    (["train", "iris", "--dropout", "1"], "dropout"),
    (["train", "iris", "--label-smoothing", "1"], "smoothing"),
    (["train", "iris", "--l2", "-1"], "l2"),
    (["train", "iris", "--clip-norm", "0"], "clip_norm"),
    (["train", "iris", "--validation", "1.5"], "validation"),
    (["train", "iris", "--early-stopping", "0"], "early_stopping"),
    (["train", "iris", "--dtype", "float16"], "float32 or float64"),
    (["train", "iris", "--seed", "-1"], "seed"),
    (["train", "iris", "--out", "/nowhere/at/all/m"], "does not exist"),
    (["train", "iris", "--out", "."], "is a folder"),
    (["train"], "DATA"),
    (["train", "iris", "--momentun", "3"], "momentun"),
    (["trian", "iris"], "trian"),
    (["walk", "absent.toml"], "absent.toml does not exist"),
    (["walk", "--steps", "-1"], "steps is -1"),
    (["walk", "--at", "delt1[0]"], "did you mean 'delta'"),
    (["walk", "--at", "W1[5,0]"], "lies outside"),
    (["walk", "--learn-biases", "--share-biases"], "not both"),
    (["walk", "--template", "--out", "/nowhere/at/all/walk.txt"], "does not exist"),
    (["evaluate", "absent", "iris"], "does not exist"),
    (["evaluate", ".", "iris"], "is a folder"),
    (["gradcheck", "absent"], "does not exist"),
    (["gradcheck", "--rows", "0"], "rows"),
]


@pytest.mark.parametrize(("arguments", "says"), BAD_CALLS, ids=[" ".join(a) for a, _ in BAD_CALLS])
def test_a_bad_call_is_refused_in_a_sentence(run: Run, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    refused(done, says)
    again = run(*arguments, "--json")
    assert again.status == 2
    document = json.loads(again.out)
    assert set(document) == {"kind", "version", "error"}
    assert again.err == f"glassnet: {document['error']}\n"
    assert os.listdir(tmp_path) == []


def with_images(change: Callable[[np.ndarray, np.ndarray], tuple[Any, Any]]):
    def make(folder: Path) -> Path:
        return idx_folder(folder, *change(*images()), test=False)

    return make


def broken(name: str, change: Callable[[bytes], bytes]):
    def make(folder: Path) -> Path:
        idx_folder(folder)
        path = folder / name
        path.write_bytes(change(path.read_bytes()))
        return folder

    return make


def not_a_number(X, y):
    X = X.astype(np.float32)
    X[3, 1, 2] = np.nan
    return X, y


LABELS, TEST_IMAGES = "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"
BAD_DATA: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a folder without IDX files": (lambda folder: folder.mkdir(), "no folder with IDX files"),
    "truncated labels": (broken(LABELS, lambda c: c[:-5]), "cut off"),
    "a truncated header": (broken(LABELS, lambda c: c[:6]), "cut off"),
    "truncated gzip": (broken("train-images-idx3-ubyte.gz", lambda c: c[:-9]), "cut off"),
    "too long": (broken(LABELS, lambda c: c + b"1"), "goes on after"),
    "no IDX": (broken(LABELS, lambda c: b"PK\x03\x04" + c), "no IDX file"),
    "labels in the images' place": (broken(TEST_IMAGES, lambda c: idx(images()[1])), "dimension"),
    "sizes that do not fit": (with_images(lambda X, y: (X, y[:-1])), "equally many"),
    "test images of another size": (
        broken(TEST_IMAGES, lambda c: idx(np.zeros((20, 2, 2), np.uint8))), "same size",
    ),
    "NaN in the data": (with_images(not_a_number), "nan"),
    "empty data": (with_images(lambda X, y: (X[:0], y[:0])), "holds no images"),
    "one class only": (with_images(lambda X, y: (X, y * 0)), "one class only"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "says"), BAD_DATA.values(), ids=BAD_DATA.keys())
def test_bad_data_are_refused_in_a_sentence(run: Run, tmp_path: Path, make, says: str):
    folder = tmp_path / "idx"
    make(folder)
    refused(run("train", folder), says)


def test_a_model_is_refused_data_that_it_does_not_fit(run: Run, tmp_path: Path, model: Path):
    folder, path = idx_folder(tmp_path / "idx"), tmp_path / "m"
    assert run("train", folder, "--epochs", 1, "--json", "--out", path).status == 0
    refused(run("predict", model, "digits"), "columns")
    refused(run("evaluate", model, "digits"))
    X, y = images()
    other = idx_folder(tmp_path / "other", X, y + 5, test=False)  # labels outside the classes
    refused(run("evaluate", path, other), "none of the classes")
    for content in (b"", b"no model", path.read_bytes()[:-7]):
        (tmp_path / "broken").write_bytes(content)
        refused(run("evaluate", tmp_path / "broken", "iris"), "broken")


def test_an_output_folder_that_cannot_be_written_to_is_refused_first(
    run: Run, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr("os.access", lambda *_: False)  # tests may run as root
    refused(run("train", "iris", "--out", tmp_path / "m"), "cannot be written to")


# -- how it ends --------------------------------------------------------------------------


def test_a_training_that_diverges_ends_with_1_and_keeps_what_was_finite(run: Run, tmp_path: Path):
    path = tmp_path / "m.safetensors"
    bad = ["train", "sine", "--optimizer", "sgd", "--learning-rate", "1e20", "--activation", "relu"]
    done = run(*bad, "--json", "--out", path)
    assert done.status == 1
    assert done.json["stopped"] == "diverged"
    assert "layer" in done.json["message"]
    assert done.err == f"glassnet: {done.json['message']}\n"
    assert np.isfinite(load(path).theta).all()
    done = run(*bad)
    assert done.status == 1
    assert "smaller learning rate" in done.out


# a person would see the bar move; a pipe has none, so the second epoch is told instead
UNDER_WAY = """
import importlib, sys
from glassnet.cli import main
run = importlib.import_module("glassnet.training.loop.run").Run
end_epoch = run.end_epoch
def told(self, *rest):
    if len(self.history) == 1:
        print("under way", file=sys.stderr, flush=True)
    return end_epoch(self, *rest)
run.end_epoch = told
main(sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_training_still_writes_its_model(tmp_path: Path, number, status: int):
    path = tmp_path / "m.safetensors"
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            UNDER_WAY,
            "train",
            "moons",
            "--epochs",
            "10000000",
            "--l2",
            "0.01",
            "--out",
            path,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        assert child.stderr is not None
        assert any("under way" in line for line in child.stderr)
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
    finally:
        child.kill()
    assert child.returncode == status, err
    assert "interrupted after" in out
    assert "Traceback" not in err
    assert np.isfinite(load(path).theta).all()
    assert read_training(path)["stopped"] == "interrupted"
    assert os.listdir(tmp_path) == [path.name]


def test_an_interrupt_before_training_ends_with_130(run: Run, monkeypatch):
    def interrupt(*_args, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("glassnet.data.open.load_data", interrupt)
    done = run("train", "iris")
    assert (done.status, done.out, done.err) == (130, "", "interrupted.\n")


def test_a_reader_who_has_read_enough_is_no_error():
    done = subprocess.run(
        f'"{sys.executable}" -m glassnet walk | head -n 1; echo ${{PIPESTATUS[0]}}',
        shell=True, executable="/bin/bash", capture_output=True, text=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["the worked example: the first pass", "0"]
    assert done.stderr == ""


def test_a_console_without_utf_8_spells_what_it_lacks():
    done = subprocess.run(
        [sys.executable, "-m", "glassnet", "walk", "--at", "z1[0]"],
        capture_output=True, env=ENVIRONMENT | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"z1[0] = W1[0,0]*x[0] + W1[0,1]*x[1] + b1[0]" in done.stdout
    assert b"?" not in done.stdout


def test_a_defect_of_ours_is_a_traceback(monkeypatch):
    def fail(*_args, **_settings):
        raise ValueError("a defect")

    monkeypatch.setattr("glassnet.data.open.load_data", fail)
    with pytest.raises(ValueError, match="a defect"):
        main(["train", "iris"])


def test_a_sigterm_before_training_ends_with_143(run: Run, monkeypatch):
    monkeypatch.setattr(
        "glassnet.data.open.load_data", lambda *_, **__: signal.raise_signal(signal.SIGTERM)
    )
    done = run("train", "iris")
    assert (done.status, done.out, done.err) == (143, "", "interrupted.\n")
