"""Each fault is provoked by a bad training and found; good trainings are left in peace."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from diagnosis_runs import digits, given, iris, names, record
from seeds import drawn

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.core.initializers import INITIALIZERS
from glassnet.data import load_data
from glassnet.data.sets.generated import moons, sine, spirals
from glassnet.explain.diagnosis.data import overfitting as overfits
from glassnet.explain.diagnosis.diagnose import diagnose
from glassnet.explain.diagnosis.probes import figures_of
from glassnet.training import Recorder, Recording
from glassnet.training.recipe import recipe

dense = gn.Network.dense


def rate_too_high(path: Path) -> Any:
    net = dense([64, 64, 10], output="softmax")
    return record(path, net, *digits(), epochs=3, optimizer=gn.SGD(10.0))


def rate_too_high_adam(path: Path) -> Any:
    net = dense([64, 64, 10], output="softmax")
    return record(path, net, *digits(), epochs=5, optimizer=gn.Adam(0.1))


def diverged(path: Path) -> Any:
    net = dense([1, 32, 1], hidden="relu")
    return record(path, net, *sine(), epochs=20, optimizer=gn.SGD(1.0))


def rate_too_low(path: Path) -> Any:
    net = dense([64, 64, 10], output="softmax")
    return record(path, net, *digits(), epochs=3, optimizer=gn.Adam(1e-6))


def symmetric(path: Path) -> Any:
    net = dense([2, 16, 2], hidden="sigmoid", output="softmax", initializer="zeros")
    return record(path, net, *moons(), epochs=10, optimizer=gn.Adam(0.01))


def vanishing(path: Path) -> Any:
    net = dense([64] + [16] * 20 + [10], hidden="sigmoid", output="softmax")
    return record(path, net, *digits(), epochs=2)


def exploding(path: Path) -> Any:
    return record(path, given([64] + [32] * 8 + [10], "relu", 1.0), *digits(), epochs=2)


def dead(path: Path) -> Any:
    return record(path, given([64, 32, 10], "relu", 0.1, b=-100.0), *digits(), epochs=2)


def saturated(path: Path) -> Any:
    return record(path, given([64, 32, 32, 10], "sigmoid", 20.0), *digits(), epochs=2)


def unscaled(path: Path) -> Any:
    X, y = iris()
    net = dense([4, 16, 3], hidden="tanh", output="softmax")
    return record(path, net, 1000 * X + 3000, y, epochs=20)


def momentum(path: Path) -> Any:
    net, rule = dense([1, 32, 1], hidden="tanh"), gn.Momentum(0.05, momentum=0.99)
    return record(path, net, *sine(), epochs=300, batch_size=400, optimizer=rule)


def noisy(path: Path) -> Any:
    net, rule = dense([2, 32, 2], hidden="tanh", output="softmax"), gn.SGD(0.5)
    return record(path, net, *moons(noise=0.4), 10, epochs=20, batch_size=2, optimizer=rule)


def overfitting(path: Path) -> Any:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 20))
    y = (X[:, 0] + rng.normal(0, 1.5, 200) > 0).astype(int)
    net = dense([20, 128, 2], output="softmax")
    return record(path, net, X, y, 2, epochs=100, validation=0.3)


def imbalance(path: Path) -> Any:
    rng = np.random.default_rng(0)
    y = (rng.random(800) < 0.03).astype(int)
    X = rng.normal(size=(800, 4))
    X[:, 0] += 1.5 * y
    return record(path, dense([4, 16, 2], output="softmax"), X, y, 2, epochs=20)


def underfitting(path: Path) -> Any:
    net, rule = dense([2, 2], output="softmax"), gn.Adam(0.01)
    return record(path, net, *spirals(), 3, epochs=60, optimizer=rule)


FAULTS: list[tuple[Callable[[Path], Any], list[str]]] = [
    (rate_too_high, ["learning rate too high", "dead ReLUs", "outputs collapsed"]),
    (rate_too_high_adam, ["learning rate too high"]),
    (diverged, ["diverged", "learning rate too high"]),
    (rate_too_low, ["learning rate too low"]),
    (symmetric, ["symmetric weights"]),
    (vanishing, ["vanishing gradients", "outputs collapsed"]),
    (exploding, ["bad initial scale", "exploding gradients"]),
    (dead, ["dead ReLUs", "outputs collapsed"]),
    (saturated, ["bad initial scale", "saturated neurons"]),
    (unscaled, ["unscaled inputs", "saturated neurons"]),
    (momentum, ["momentum overshoot"]),
    (noisy, ["noisy gradient"]),
    (overfitting, ["overfitting"]),
    (imbalance, ["class imbalance"]),
    (underfitting, ["underfitting"]),
]


@pytest.mark.parametrize(("bad", "expected"), FAULTS, ids=[bad.__name__ for bad, _ in FAULTS])
def test_a_fault_is_found_and_nothing_else(
    tmp_path: Path, bad: Callable[[Path], Any], expected: list[str]
) -> None:
    recording, rows = bad(tmp_path)
    found = diagnose(recording, rows)
    assert names(found) == expected
    assert not found.is_healthy
    for finding in found.findings:
        assert finding.evidence
        assert 0 <= finding.step <= recording.steps[-1] + 1
        assert finding.explanation.endswith(".")
        assert finding.advice.endswith(".")


@pytest.mark.parametrize("seed", drawn(3, 1))
@pytest.mark.parametrize("name", ["digits", "moons", "iris"])
def test_a_training_with_default_settings_is_healthy(tmp_path: Path, name: str, seed: int) -> None:
    data = load_data(name)
    settings = recipe.recipe_for(data, seed=seed)
    net, parts = recipe.prepare(data, settings)
    recorder = Recorder(tmp_path / "run", every=10, source={"data": name})
    gn.fit(net, parts.X, parts.y, record=recorder, progress=False, **recipe.fit_settings(settings))
    found = diagnose(Recording.open(tmp_path / "run"))  # the rows are loaded from the source
    assert names(found, notes=True) == ["healthy"]
    assert found.figures.rows == len(parts.X)


RULES = ["adam", "sgd", "momentum", gn.RMSProp(1e-3), gn.Nesterov(0.01)]
HIDDEN = ["relu", "tanh", "sigmoid"]


# each rule and each activation every day, all of their pairs in the campaign
@pytest.mark.parametrize(
    ("rule", "hidden"),
    [
        pytest.param(
            rule, hidden, marks=[pytest.mark.campaign] * (r % 3 != h), id=f"{hidden}-{rule}"
        )
        for r, rule in enumerate(RULES)
        for h, hidden in enumerate(HIDDEN)
    ],
)
def test_every_rule_at_its_usual_rate_is_healthy(tmp_path: Path, rule: Any, hidden: str) -> None:
    net = dense([4, 16, 3], hidden=hidden, output="softmax", seed=3)
    recording, rows = record(
        tmp_path, net, *iris(), 10, epochs=400, batch_size=8, optimizer=rule, seed=3
    )
    assert names(diagnose(recording, rows)) == []


@pytest.mark.parametrize("sizes", [[1, 64, 1], [64, *[16] * 10, 2], [2, 2, 2], [200, 3]], ids=str)
@pytest.mark.parametrize("initializer", sorted(set(INITIALIZERS) - {"zeros"}))
def test_every_initializer_gives_an_ordinary_scale(
    tmp_path: Path, initializer: str, sizes: list[int]
) -> None:
    X = np.random.default_rng(0).normal(size=(60, sizes[0]))
    net = dense(sizes, hidden="tanh", initializer=initializer)
    recording, rows = record(tmp_path, net, X, np.tile(X[:, :1], sizes[-1]), epochs=1)
    assert "bad initial scale" not in names(diagnose(recording, rows), notes=True)


def test_divergence_begins_where_the_loss_left_for_good(tmp_path: Path) -> None:
    recording, rows = diverged(tmp_path)
    found = diagnose(recording, rows).findings[0]
    assert found.name == "diverged"
    at = recording.steps.index(found.step)
    start = max(recording.losses[0], np.var(rows.y) / 2)
    assert not (recording.losses[at:] <= start).any()
    assert at == 0 or recording.losses[at - 1] <= start


def test_raw_inputs_of_an_ordinary_size_are_no_fault(tmp_path: Path) -> None:
    net = dense([4, 16, 3], output="softmax")
    recording, rows = record(
        tmp_path, net, *iris(scaled=False), 5, epochs=100, optimizer=gn.Adam(0.01)
    )
    assert names(diagnose(recording, rows), notes=True) == ["healthy"]


def test_lbfgs_is_looked_at_without_its_updates(tmp_path: Path) -> None:
    net = dense([2, 16, 2], hidden="tanh", output="softmax")
    recording, rows = record(tmp_path, net, *moons(), epochs=100, optimizer="lbfgs")
    found = diagnose(recording, rows)
    assert names(found, notes=True) == ["healthy"]
    assert any("L-BFGS" in note for note in found.notes)


def test_targets_that_are_noise_are_not_blamed_on_the_training(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 5)), rng.integers(0, 2, 300)
    recording, rows = record(tmp_path, dense([5, 8, 2], output="softmax"), X, y, epochs=20)
    assert names(diagnose(recording, rows), notes=True) == ["little learned"]


def test_one_answer_for_all_rows_is_no_fault_where_the_inputs_tell_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 5)), (rng.random(300) < 0.3).astype(int)
    net = dense([5, 8, 2], hidden="tanh", output="softmax", l2=1.0)
    recording, rows = record(tmp_path, net, X, y, epochs=40, optimizer=gn.Adam(0.01))
    found = diagnose(recording, rows)
    assert found.figures.probes[-1].predicted == [1.0, 0.0]
    assert names(found) == []


def test_a_deep_network_that_learns_is_healthy(tmp_path: Path) -> None:
    net = dense([64] + [32] * 10 + [10], output="softmax", seed=1)
    recording, rows = record(tmp_path, net, *digits(), 5, epochs=15, seed=1)
    assert names(diagnose(recording, rows), notes=True) == ["healthy"]


def test_deep_sigmoids_that_learn_all_the_same_are_no_fault(tmp_path: Path) -> None:
    net = dense([4, 16, 16, 16, 3], hidden="sigmoid", output="softmax")
    recording, rows = record(
        tmp_path, net, *iris(), 10, epochs=150, batch_size=8, optimizer=gn.Adam(0.01)
    )
    found = diagnose(recording, rows)
    delta = [layer.delta for layer in found.figures.probes[0].layers]
    assert delta[-1] > 10 * delta[0]  # the gradient does shrink
    assert names(found, notes=True) == ["healthy"]


def test_a_loss_that_wavers_at_its_lowest_is_healthy(tmp_path: Path) -> None:
    net, rule = dense([1, 32, 1], hidden="tanh", seed=1), gn.Adam(0.01)
    recording, rows = record(tmp_path, net, *sine(), 3, epochs=100, optimizer=rule, seed=1)
    assert names(diagnose(recording, rows), notes=True) == ["healthy"]


def test_overfitting_that_early_stopping_undid_is_a_note(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 20))
    y = (X[:, 0] + rng.normal(0, 1.5, 200) > 0).astype(int)
    net = dense([20, 128, 2], output="softmax")
    recording, rows = record(tmp_path, net, X, y, 2, epochs=100, validation=0.3, early_stopping=40)
    found = diagnose(recording, rows)
    assert "overfitting" in names(found, notes=True)
    assert names(found) == []


def test_what_learned_nothing_does_not_overfit(tmp_path: Path) -> None:
    f = figures_of(*overfitting(tmp_path))
    assert overfits(f) is not None
    nothing = [*f.probes[:-1], replace(f.probes[-1], skill=0.02)]
    assert overfits(replace(f, probes=nothing)) is None


def test_without_the_data_it_claims_no_health(tmp_path: Path) -> None:
    recording, _ = dead(tmp_path)
    found = diagnose(recording)
    assert names(found, notes=True) == ["undetermined"]
    assert any("Without the data" in note for note in found.notes)


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        (symmetric, "symmetric weights"),
        (diverged, "diverged"),
        (rate_too_high, "learning rate too high"),
        (overfitting, "overfitting"),
    ],
    ids=["symmetric", "diverged", "rate", "overfitting"],
)
def test_some_faults_show_without_the_data(
    tmp_path: Path, bad: Callable[[Path], Any], name: str
) -> None:
    recording, _ = bad(tmp_path)
    assert name in names(diagnose(recording))


def test_a_run_without_steps_is_refused(tmp_path: Path) -> None:
    _, rows = symmetric(tmp_path)
    for file in (tmp_path / "run").iterdir():
        if file.name != "run.json":
            file.unlink()
    with pytest.raises(InputError, match="no step"):
        diagnose(Recording.open(tmp_path / "run"), rows)


# -- the figures, computed another way -----------------------------------------------------


def test_the_noise_scale_is_that_of_single_gradients(tmp_path: Path) -> None:
    X, y = iris()
    net = dense([4, 5, 3], hidden="tanh", output="softmax", dtype="float64")
    recording, rows = record(tmp_path, net, X, y, epochs=1)
    first = recording.network(0)
    single = []
    for row in range(len(rows)):
        first.gradient(rows.X[row : row + 1], rows.y[row : row + 1])
        single.append(first.grad.copy())
    scatter = float(np.cov(np.array(single).T).trace())  # the unbiased tr Σ
    signal = float((np.mean(single, axis=0) ** 2).sum()) - scatter / len(rows)
    probe = figures_of(recording, rows).probes[0]
    assert probe.noise == pytest.approx(scatter / signal, rel=1e-9)


def test_an_update_is_measured_as_it_was_made(tmp_path: Path) -> None:
    X, y = iris()
    net = dense([4, 5, 3], hidden="tanh", output="softmax", dtype="float64")
    recording, rows = record(tmp_path, net, X, y, epochs=2, optimizer=gn.SGD(0.5))
    update = figures_of(recording, rows).probes[0].update
    assert update is not None
    before, after = recording.network(0), recording.network(1)
    change = after.theta - before.theta
    assert update.ratio == pytest.approx(
        np.sqrt((change**2).sum() / (before.theta**2).sum()), rel=1e-12
    )
    W = before.dense_layers[1].W
    assert update.ratios[1] == pytest.approx(
        np.linalg.norm(after.dense_layers[1].W - W) / np.linalg.norm(W), rel=1e-12
    )
    batch = rows.take(recording.batch(0))
    assert update.own_before == pytest.approx(before.gradient(batch.X, batch.y), rel=1e-12)
    assert update.own_after == pytest.approx(after.gradient(batch.X, batch.y), rel=1e-12)
    assert update.seen_after == pytest.approx(after.gradient(rows.X, rows.y), rel=1e-12)
    before.theta[...] += 10 * change
    assert update.seen_tenfold == pytest.approx(before.gradient(rows.X, rows.y), rel=1e-12)


def test_the_share_of_dead_neurons_is_counted_neuron_by_neuron(tmp_path: Path) -> None:
    net = given([4, 6, 3], "relu", 0.5)
    net.dense_layers[0].b[:2] = -100.0
    net.dense_layers[0].b[2:] = 10.0
    recording, rows = record(tmp_path, net, *iris(), epochs=1, optimizer=gn.SGD(1e-4))
    assert figures_of(recording, rows).probes[0].layers[0].dead == pytest.approx(2 / 6)


def test_what_neighbours_tell_is_found_by_looking_at_each(tmp_path: Path) -> None:
    X, y = moons(n=60, noise=0.3)
    recording, rows = record(tmp_path, dense([2, 4, 2], output="softmax"), X, y, epochs=1)
    scaled = (rows.X - rows.X.mean(axis=0)) / rows.X.std(axis=0)
    right = 0
    for i in range(60):
        order = sorted(
            (j for j in range(60) if j != i), key=lambda j: np.sum((scaled[i] - scaled[j]) ** 2)
        )
        right += round(float(np.mean(rows.y[order[:5]]))) == rows.y[i]
    expected = (right / 60 - 0.5) / 0.5
    assert figures_of(recording, rows).neighbours_skill == pytest.approx(expected)


def test_a_constant_answers_loss_is_the_entropy_of_the_classes(tmp_path: Path) -> None:
    X, y = iris()
    X, y = X[:120], y[:120]  # 50, 50 and 20 rows
    recording, rows = record(tmp_path, dense([4, 4, 3], output="softmax"), X, y, epochs=1)
    p = np.array([50, 50, 20]) / 120
    assert figures_of(recording, rows).constant_loss == pytest.approx(-(p * np.log(p)).sum())
