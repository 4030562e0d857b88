"""Each ailment of the issue's list in three settings; twenty healthy trainings in peace."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from diagnosis_runs import digits, given, iris, names, record

import glassnet as gn
from glassnet.data import load_data
from glassnet.data.sets.generated import blobs, circles, moons, sine, spirals
from glassnet.explain.diagnosis.diagnose import diagnose
from glassnet.explain.diagnosis.leak import leak_of
from glassnet.explain.diagnosis.probes import _told
from glassnet.training import Recorder, Recording, Rows

dense = gn.Network.dense


def shuffled(X: Any, y: Any) -> tuple[Any, Any]:
    return X, np.random.default_rng(9).permutation(y)


def leaking(X: Any, y: Any, column: Any) -> tuple[Any, Any]:
    return np.column_stack([X, column]), y


def classifier(n_in: int, n_out: int, hidden: str = "relu", width: int = 32) -> gn.Network:
    return dense([n_in, width, n_out], hidden=hidden, output="softmax")


def noise_rows(share: float, seed: int, n: int = 600) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < share).astype(int)
    X = rng.normal(size=(n, 4))
    X[:, 0] += 1.3 * y
    return X, y


def weak(n: int, features: int, seed: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, features))
    return X, (X[:, 0] + rng.normal(0, 1.5, n) > 0).astype(int)


def third_iris() -> tuple[Any, Any]:
    X, y = iris()
    return X, (np.asarray(y) == np.unique(y)[2]).astype(int)


SGD, ADAM, MOMENTUM = gn.SGD, gn.Adam, gn.Momentum
# ailment → three ways to catch it: the network, its rows, how it is trained
AILMENTS: dict[str, list[Any]] = {
    "learning rate too high": [
        lambda: (classifier(64, 10), digits(), {"epochs": 3, "optimizer": SGD(10.0)}),
        lambda: (classifier(64, 10, width=64), digits(), {"epochs": 5, "optimizer": ADAM(0.1)}),
        lambda: (dense([1, 32, 1], hidden="relu"), sine(), {"epochs": 20, "optimizer": SGD(1.0)}),
    ],
    "learning rate too low": [
        lambda: (classifier(64, 10), digits(), {"epochs": 3, "optimizer": ADAM(1e-6)}),
        lambda: (classifier(2, 2, "tanh"), moons(), {"epochs": 5, "optimizer": SGD(1e-4)}),
        lambda: (classifier(4, 3, "tanh"), iris(), {"epochs": 5, "optimizer": MOMENTUM(1e-6)}),
    ],
    "bad initial scale": [
        lambda: (
            given([64, 32, 32, 10], "relu", 3.0),
            digits(),
            {"epochs": 5, "optimizer": ADAM(1e-3)},
        ),
        lambda: (given([4, 16, 3], "tanh", 5.0), iris(), {"epochs": 20, "optimizer": SGD(0.1)}),
        lambda: (
            given([2, 32, 16, 2], "tanh", 0.02),
            circles(),
            {"epochs": 40, "optimizer": SGD(0.1)},
        ),
    ],
    "exploding gradients": [
        lambda: (given([64] + [32] * 8 + [10], "relu", 1.0), digits(), {"epochs": 2}),
        lambda: (given([4] + [64] * 7 + [3], "relu", 0.8), iris(), {"epochs": 5}),
        lambda: (given([2] + [48] * 9 + [2], "relu", 0.9), moons(), {"epochs": 3}),
    ],
    "vanishing gradients": [
        lambda: (
            dense([64] + [16] * 20 + [10], hidden="sigmoid", output="softmax"),
            digits(),
            {"epochs": 2},
        ),
        lambda: (
            dense([2] + [12] * 15 + [2], hidden="sigmoid", output="softmax"),
            moons(),
            {"epochs": 5},
        ),
        lambda: (
            given([4] + [16] * 8 + [3], "tanh", 0.05),
            iris(),
            {"epochs": 5, "optimizer": SGD(0.1)},
        ),
    ],
    "saturated neurons": [
        lambda: (given([64, 32, 32, 10], "sigmoid", 20.0), digits(), {"epochs": 2}),
        lambda: (given([4, 32, 16, 3], "tanh", 20.0), iris(), {"epochs": 3}),
        lambda: (given([2, 32, 32, 2], "sigmoid", 60.0), moons(), {"epochs": 3}),
    ],
    "dead ReLUs": [
        lambda: (given([64, 32, 10], "relu", 0.1, b=-100.0), digits(), {"epochs": 2}),
        lambda: (given([4, 32, 3], "relu", 0.1, b=-50.0), iris(), {"epochs": 3}),
        lambda: (given([2, 16, 2], "relu", 0.1, b=-20.0), moons(), {"epochs": 3}),
    ],
    "symmetric weights": [
        lambda: (
            dense([2, 16, 2], hidden="sigmoid", output="softmax", initializer="zeros"),
            moons(),
            {"epochs": 10},
        ),
        lambda: (
            dense([4, 8, 3], hidden="tanh", output="softmax", initializer="zeros"),
            iris(),
            {"epochs": 5},
        ),
        lambda: (
            dense([64, 16, 10], hidden="sigmoid", output="softmax", initializer="zeros"),
            digits(),
            {"epochs": 2},
        ),
    ],
    "unscaled inputs": [
        lambda: (
            classifier(4, 3, "tanh", 16),
            (1000 * iris()[0] + 3000, iris()[1]),
            {"epochs": 20},
        ),
        lambda: (
            classifier(2, 2),
            (500 * moons()[0], moons()[1]),
            {"epochs": 5, "optimizer": SGD(0.1)},
        ),
        lambda: (
            classifier(64, 10, "sigmoid"),
            (255 * digits()[0], digits()[1]),
            {"epochs": 2, "optimizer": SGD(0.1)},
        ),
    ],
    "one class only": [
        lambda: (classifier(2, 2), (moons()[0], np.zeros(len(moons()[1]), int)), {"epochs": 3}),
        lambda: (classifier(4, 3, "tanh"), (iris()[0], np.full(150, 2)), {"epochs": 3}),
        lambda: (classifier(64, 10), (digits()[0], np.full(1797, 7)), {"epochs": 1}),
    ],
    "class imbalance": [
        lambda: (classifier(4, 2), noise_rows(0.03, 0, 800), {"epochs": 20}),
        lambda: (classifier(4, 2, "tanh", 16), noise_rows(0.04, 1, 800), {"epochs": 15}),
        lambda: (classifier(4, 2, "sigmoid"), noise_rows(0.03, 2, 900), {"epochs": 15}),
    ],
    "overfitting": [
        lambda: (
            classifier(20, 2, width=128),
            weak(200, 20, 0),
            {"epochs": 100, "validation": 0.3},
        ),
        lambda: (
            classifier(10, 2, width=128),
            weak(300, 10, 1),
            {"epochs": 100, "validation": 0.3},
        ),
        lambda: (
            classifier(30, 2, "tanh", 128),
            weak(250, 30, 3),
            {"epochs": 80, "validation": 0.3, "optimizer": ADAM(3e-3)},
        ),
    ],
    "underfitting": [
        lambda: (
            dense([2, 2], output="softmax"),
            spirals(),
            {"epochs": 60, "optimizer": ADAM(0.01)},
        ),
        lambda: (
            dense([2, 2], output="softmax"),
            circles(),
            {"epochs": 40, "optimizer": ADAM(0.01)},
        ),
        lambda: (dense([1, 1]), sine(), {"epochs": 60, "optimizer": ADAM(0.01)}),
    ],
    "plateau": [
        lambda: (
            given([2, 32, 16, 2], "tanh", 0.05),
            circles(),
            {"epochs": 80, "optimizer": SGD(1.0)},
        ),
        lambda: (
            given([64, 32, 32, 10], "tanh", 0.01),
            digits(),
            {"epochs": 12, "optimizer": SGD(0.15)},
        ),
        lambda: (
            given([2, 24, 24, 2], "tanh", 0.08),
            circles(),
            {"epochs": 80, "optimizer": SGD(0.5)},
        ),
    ],
    "diverged": [
        lambda: (dense([1, 32, 1], hidden="relu"), sine(), {"epochs": 20, "optimizer": SGD(1.0)}),
        lambda: (
            dense([1, 64, 1], hidden="relu"),
            sine(),
            {"epochs": 20, "optimizer": MOMENTUM(0.5)},
        ),
        lambda: (
            dense([4, 32, 1]),
            (50 * iris()[0], 100 * iris()[0][:, 2]),
            {"epochs": 5, "optimizer": SGD(0.1)},
        ),
    ],
    "shuffled labels": [
        lambda: (
            classifier(64, 10, width=256),
            shuffled(*digits()),
            {"epochs": 60, "validation": 0.2, "optimizer": ADAM(3e-3)},
        ),
        lambda: (
            classifier(20, 2, width=256),
            shuffled(*weak(500, 20, 3)),
            {"epochs": 60, "validation": 0.3, "optimizer": ADAM(3e-3)},
        ),
        lambda: (
            classifier(10, 3, width=256),
            shuffled(np.random.default_rng(0).normal(size=(600, 10)), np.arange(600) % 3),
            {"epochs": 60, "validation": 0.3, "optimizer": ADAM(3e-3)},
        ),
    ],
    "leaking target": [
        lambda: (
            classifier(3, 2),
            leaking(*moons(noise=0.4), 5.0 * moons(noise=0.4)[1]),
            {"epochs": 10},
        ),
        lambda: (
            classifier(5, 2),
            leaking(*third_iris(), 2.0 * third_iris()[1] + 0.1),
            {"epochs": 10},
        ),
        lambda: (
            dense([5, 16, 1]),
            leaking(iris()[0], iris()[0][:, 1] ** 2, 3 * iris()[0][:, 1] ** 2 - 1),
            {"epochs": 20},
        ),
    ],
}
OFTEN_NOTES = ("unscaled inputs", "plateau")  # where the network learned well all the same
CASES = [(name, i) for name, ways in AILMENTS.items() for i in range(len(ways))]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "way"), CASES)
def test_an_ailment_is_named(tmp_path: Path, name: str, way: int) -> None:
    net, (X, y), settings = AILMENTS[name][way]()
    found = diagnose(*record(tmp_path, net, X, y, 2, **settings))
    assert name in names(found, notes=name in OFTEN_NOTES)


HEALTHY: list[Any] = [
    *[(name, seed, {}) for name in ("iris", "moons", "circles", "spirals3") for seed in range(3)],
    *[("blobs", seed, {"optimizer": SGD(0.1)}) for seed in range(2)],
    *[("digits", seed, {"epochs": 15}) for seed in range(2)],
    *[("xor", seed, {"epochs": 300}) for seed in range(2)],
    *[("sine", seed, {"epochs": 100}) for seed in range(2)],
]


@pytest.mark.parametrize(("name", "seed", "settings"), HEALTHY)
def test_a_healthy_training_raises_no_alarm(
    tmp_path: Path, name: str, seed: int, settings: Any
) -> None:
    data = load_data(name)
    X = np.asarray(data.X, np.float64).reshape(len(data.X), -1)
    X = (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1)
    number = np.asarray(data.y).dtype.kind == "f"
    out = 1 if number else len(np.unique(data.y))
    net = dense(
        [X.shape[1], 32, out],
        hidden=("relu", "tanh", "relu")[seed],
        output="identity" if number else "softmax",
        seed=seed,
    )
    settings = {"epochs": 60, "optimizer": ADAM(0.01), **settings}
    found = diagnose(*record(tmp_path, net, X, data.y, 3, seed=seed, **settings))
    assert names(found) == []


def test_easy_data_are_no_leak() -> None:
    data = load_data("iris")
    assert leak_of(data.X, data.y, True) is None
    X, y = blobs()
    assert leak_of(X, y, True) is None
    line = np.linspace(0, 1, 50)
    assert leak_of(np.stack([line, 2 * line], axis=1), line, False) is None  # both of them tell it
    assert leak_of(np.ones((60, 3)), np.arange(60) % 2, True) is None  # columns that tell nothing


@pytest.mark.parametrize(
    ("sizes", "scale", "rows", "rate"),
    [
        ([2, 32, 16, 2], 0.02, circles, 0.1),
        ([64, 32, 32, 10], 0.02, digits, 0.01),
        ([2, 24, 24, 2], 0.05, circles, 0.1),
    ],
)
def test_a_plateau_that_never_ends_is_named_too(
    tmp_path: Path, sizes: list[int], scale: float, rows: Any, rate: float
) -> None:
    net, (X, y) = given(sizes, "tanh", scale), rows()
    found = diagnose(*record(tmp_path, net, X, y, 3, epochs=10, optimizer=SGD(rate)))
    assert "plateau" in names(found)


def test_a_network_without_hidden_layers_stands_on_no_plateau(tmp_path: Path) -> None:
    net, settings = dense([2, 2], output="softmax"), {"epochs": 60, "optimizer": ADAM(0.01)}
    found = diagnose(*record(tmp_path, net, *circles(), 3, **settings))
    assert names(found) == ["underfitting"]  # its loss has no saddle: it can tell no more


@pytest.mark.parametrize("epochs", [200, 800])  # half learned by heart, and nearly all of it
def test_labels_that_may_be_shuffled_are_not_called_healthy(tmp_path: Path, epochs: int) -> None:
    settings = {"epochs": epochs, "optimizer": ADAM(0.01)}
    found = diagnose(
        *record(tmp_path, classifier(4, 3, width=128), *shuffled(*iris()), 3, **settings)
    )
    assert names(found, notes=True) == ["shuffled labels"]


def test_of_few_rows_of_a_rare_class_nothing_is_said_of_their_order(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(300, 5))
    y = (np.arange(300) % 20 == 0).astype(int)  # 15 rows, which nobody could predict
    settings = {"epochs": 150, "optimizer": ADAM(0.01)}
    found = diagnose(*record(tmp_path, classifier(5, 2, width=128), X, y, 3, **settings))
    assert "shuffled labels" not in names(found, notes=True)


def _imbalance(path: Path, **settings: Any) -> Any:
    X, y = noise_rows(0.03, 0, 800)
    labels, rest = np.array(["no", "yes"])[y], settings.pop("source", None)
    recorder = Recorder(path / "run", source=rest)
    settings = {"epochs": 20, "progress": False} | settings
    gn.fit(classifier(4, 2), X, labels, record=recorder, **settings)
    recording = Recording.open(path / "run")
    w = settings.get("sample_weight")
    found = diagnose(recording, recording.rows(X, labels, w)).findings
    return next(each for each in found if each.name == "class imbalance"), y


def test_an_imbalance_says_only_what_was_counted(tmp_path: Path) -> None:
    found, y = _imbalance(tmp_path)
    assert f"answers no for every row is right for {100 * (y == 0).mean():.3g} %" in (
        found.explanation
    )
    assert "nearly always" not in found.explanation


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({}, 'class_weight="balanced",'),
        ({"source": {"data": "t.csv"}}, "--class-weight balanced,"),
        ({"class_weight": {"yes": 1.5}}, "still more weight, as class_weight={'yes': 3.0},"),
        (
            {"class_weight": {"yes": 1.5}, "source": {"data": "t.csv"}},
            "still more weight, as --class-weight yes=3,",
        ),
        ({"sample_weight": np.ones(800)}, "Raise the sample_weight of the rows of class yes,"),
    ],
    ids=str,
)
def test_an_imbalance_is_advised_in_the_words_of_the_door(
    tmp_path: Path, settings: dict[str, Any], advice: str
) -> None:
    found, _ = _imbalance(tmp_path, **settings)
    assert advice in found.advice


def test_skill_counts_rows_as_the_training_did() -> None:
    net = classifier(4, 2)
    net.classes = [0, 1]
    y = np.array([0, 0, 1, 1])
    y_hat = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], float)
    rows = Rows(np.zeros((4, 4)), y, np.array([1.0, 3.0, 1.0, 1.0]))
    assert _told(net, y_hat, rows)["skill"] == pytest.approx((3 / 6 - 4 / 6) / (1 - 4 / 6))
