"""Recipes: what is chosen where nothing is said, and that nothing is learned from test rows."""

from dataclasses import replace

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.layers import Dropout
from glassnet.core.lbfgs import LBFGS
from glassnet.core.optimizers import RMSProp
from glassnet.data import Dataset, load_data, split_train_test
from glassnet.training import fit
from glassnet.training.recipe.recipe import (
    defaults,
    fit_settings,
    hidden_sizes,
    network_for,
    prepare,
    recipe_for,
    score,
)
from glassnet.training.settings import Recipe


def numbers(rows: int = 50, own_test: bool = False) -> Dataset:
    rng = np.random.default_rng(0)
    X = rng.normal(3, 2, size=(rows, 3))
    y = 100 + X @ [1.0, 2.0, 3.0]
    test = {"X_test": X[:5] + 1, "y_test": y[:5]} if own_test else {}
    return Dataset("numbers", X, y, task="number", **test)


def labelled(own_test: bool = False) -> Dataset:
    data = numbers(own_test=own_test)
    y = np.where(data.y > 118, "high", "low")
    test = {"X_test": data.X_test, "y_test": y[:5]} if own_test else {}
    return Dataset("labelled", data.X, y, **test)


@pytest.mark.parametrize("make", [numbers, labelled])
@pytest.mark.parametrize("own_test", [True, False])
def test_preparing_never_looks_at_the_test_rows(make, own_test: bool):
    data = make(own_test=own_test)
    if own_test:
        other = replace(data, X_test=data.X_test * 1000)
        if data.task == "number":
            other = replace(other, y_test=data.y_test * -7)
    else:
        X_test = split_train_test(data).X_test
        test = (data.X[:, None] == X_test).all(-1).any(1)
        assert test.sum() == 10
        other = replace(data, X=np.where(test[:, None], data.X * 1000, data.X))
        if data.task == "number":
            other = replace(other, y=np.where(test, data.y * -7, data.y))
    (net, parts), (net2, parts2) = (prepare(d, recipe_for(data)) for d in (data, other))
    assert not np.array_equal(parts.X_test, parts2.X_test)  # the change has come through
    assert np.array_equal(parts.X, parts2.X)
    assert net.preparation == net2.preparation
    assert net.target_scale == net2.target_scale
    assert net.classes == net2.classes
    assert np.array_equal(net.theta, net2.theta)
    prepared = net.preparation.apply(parts.X, np.float64)
    np.testing.assert_allclose(prepared.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(prepared.std(axis=0), 1, rtol=1e-12)


def test_the_network_suits_the_data():
    digits = load_data("digits")
    recipe = recipe_for(digits)
    net, parts = prepare(digits, recipe)
    assert (net.n_in, net.n_out) == (64, 10)
    assert net.loss.name == "cross_entropy"
    assert net.classes == list(range(10))
    assert net.preparation.kind == "pixels"
    assert any(isinstance(layer, Dropout) for layer in net.layers) == (recipe.dropout > 0)
    assert len(parts.X) + len(parts.X_test) == 1797

    net, _ = prepare(numbers(), recipe_for(numbers()))
    assert (net.n_out, net.loss.name, net.classes) == (1, "squared_error", None)


@pytest.mark.parametrize(("name", "n_out"), [("moons", 1), ("iris", 3)])
def test_binary_cross_entropy_makes_sigmoid_outputs(name: str, n_out: int):
    data = load_data(name)
    net, parts = prepare(data, recipe_for(data, loss="binary_cross_entropy", epochs=1))
    assert net.n_out == n_out
    assert net.dense_layers[-1].activation.name == "sigmoid"
    for _ in fit(net, parts.X, parts.y, epochs=1):
        pass
    assert set(net.predict(parts.X_test)) <= set(data.y.tolist())


def test_settings_stand_in_place_of_the_defaults_and_none_does_not():
    data = load_data("iris")
    plain = recipe_for(data)
    given = recipe_for(data, hidden=(7,), epochs=None, activation="relu", seed=5)
    assert given == replace(plain, hidden=(7,), activation="relu", seed=5)
    assert recipe_for(data, learning_rate=0.3, optimizer="sgd").learning_rate == 0.3


def test_another_optimizer_brings_its_own_learning_rate():
    recipe = recipe_for(load_data("iris"), optimizer="rmsprop")
    assert recipe.learning_rate == RMSProp().learning_rate
    made = fit_settings(replace(recipe, batch_size=9))
    assert made["optimizer"] == RMSProp()
    assert made["batch_size"] == 9


def test_everything_in_a_recipe_reaches_the_network_or_the_training():
    data = load_data("iris")
    recipe = Recipe(
        hidden=(4, 3), activation="sigmoid", label_smoothing=0.1, dropout=0.25, l1=0.1, l2=0.2,
        initializer="zeros", learning_rate=0.5, schedule="cosine", epochs=3, validation=0.3,
        early_stopping=2, clip_norm=1.5, dtype="float64", seed=8,
    )  # fmt: skip
    net, _ = prepare(data, recipe)
    assert [d.n_out for d in net.dense_layers] == [4, 3, 3]
    assert [d.activation.name for d in net.dense_layers] == ["sigmoid", "sigmoid", "softmax"]
    assert net.loss.spec() == {"name": "cross_entropy", "smoothing": 0.1}
    assert [layer.rate for layer in net.layers if isinstance(layer, Dropout)] == [0.25, 0.25]
    assert (net.l1, net.l2, net.dtype.name, net.seed) == (0.1, 0.2, "float64", 8)
    assert not net.dense_layers[0].W.any()
    settings = fit_settings(recipe)
    assert settings.pop("optimizer").learning_rate == 0.5
    assert settings.pop("schedule").name == "cosine"
    assert settings == {
        "epochs": 3, "batch_size": 32, "validation": 0.3, "early_stopping": 2, "clip_norm": 1.5,
        "clip_value": None, "class_weight": None, "shuffle": True, "seed": 8, "keep_state": False,
        "augment": None,
    }  # fmt: skip


def test_a_score_measures_raw_rows():
    data = labelled()
    net, parts = prepare(data, recipe_for(data, dtype="float64"))
    figures = score(net, parts.X_test, parts.y_test)
    p = net.predict_proba(parts.X_test)
    index = [net.classes.index(label) for label in parts.y_test]
    assert figures["loss"] == pytest.approx(
        -np.mean([np.log(p[k, c]) for k, c in enumerate(index)])
    )
    assert figures["accuracy"] == np.mean([net.classes[i] for i in p.argmax(1)] == parts.y_test)


def test_a_score_of_numbers_is_r2_in_their_units():
    data = numbers()
    net, parts = prepare(data, recipe_for(data, dtype="float64", epochs=200))
    for _ in fit(net, parts.X, parts.y, **fit_settings(recipe_for(data))):
        pass
    figures = score(net, parts.X_test, parts.y_test)
    off = parts.y_test - net.predict(parts.X_test)
    spread = parts.y_test - parts.y_test.mean()
    assert figures["r2"] == pytest.approx(1 - off @ off / (spread @ spread))
    assert figures["r2"] > 0.9
    assert figures["loss"] == pytest.approx(0.5 * np.mean(off**2) / net.target_scale.scale**2)


@pytest.mark.parametrize(
    ("text", "sizes"), [("8", (8,)), ("64, 32", (64, 32)), ("none", ()), ([3, 4], (3, 4))]
)
def test_hidden_sizes_are_read(text, sizes):
    assert hidden_sizes(text) == sizes


@pytest.mark.parametrize("text", ["0", "-3", "8,,4", "8.5", "many", "8,0"])
def test_hidden_sizes_that_are_none_are_refused(text: str):
    with pytest.raises(InputError, match="sizes from 1 up"):
        hidden_sizes(text)


@pytest.mark.parametrize(
    "settings",
    [
        {"loss": "cross_entrpy"},
        {"activation": "rleu"},
        {"initializer": "he"},
        {"dropout": 1.0},
        {"label_smoothing": 1.5},
        {"l1": -1.0},
        {"dtype": "float16"},
        {"seed": -1},
        {"optimizer": "adm"},
        {"learning_rate": -0.1},
        {"schedule": "cosin"},
    ],
    ids=str,
)
def test_bad_settings_are_refused(settings):
    data = load_data("iris")

    def all_of_it():
        recipe = recipe_for(data, **settings)
        prepare(data, recipe)
        fit_settings(recipe)

    with pytest.raises(InputError):
        all_of_it()


@pytest.mark.parametrize("task", ["classes", "number"])
@pytest.mark.parametrize("rows", [1, 4, 120, 1000, 50_000, 1_000_000])
@pytest.mark.parametrize("inputs", [1, 30, 5000])
def test_a_table_of_any_size_gets_a_training_of_bounded_work(task: str, rows: int, inputs: int):
    recipe = defaults(task, rows, inputs)
    updates = recipe.epochs * -(-rows // recipe.batch_size)
    assert 800 <= updates <= 25_000
    assert recipe.epochs <= (800 if rows < 1000 else 100)
    assert 32 <= recipe.batch_size <= 1024
    assert 0 < recipe.l2 <= 0.25
    assert f"{rows:,} training rows" in recipe.why


def test_the_penalty_falls_with_the_rows_and_grows_with_the_inputs():
    l2 = {(N, n): defaults("classes", N, n).l2 for N in (100, 1000, 10_000) for n in (4, 40)}
    assert l2[100, 4] == pytest.approx(0.004)
    assert l2[100, 4] == pytest.approx(10 * l2[1000, 4]) == pytest.approx(100 * l2[10_000, 4])
    assert l2[1000, 40] == pytest.approx(10 * l2[1000, 4])


def test_defaults_count_training_rows_alone():
    X, y = np.zeros((100, 2)), np.arange(100) % 2
    assert "80 training rows" in recipe_for(Dataset("a", X, y)).why
    assert "100 training rows" in recipe_for(Dataset("b", X, y, X[:7], y[:7])).why


def test_defaults_go_by_the_inputs_that_a_preparation_makes():
    data = load_data("iris")
    assert recipe_for(data, inputs=40).l2 == pytest.approx(10 * recipe_for(data, inputs=4).l2)


@pytest.mark.parametrize("name", ["xor", "and", "or"])
def test_rows_that_are_all_there_is_are_learned_without_a_penalty(name: str):
    data = load_data(name)
    recipe = recipe_for(data)
    assert recipe.l2 == 0
    net, parts = prepare(data, recipe)
    for _ in fit(net, parts.X, parts.y, **fit_settings(recipe)):
        pass
    assert score(net, parts.X_test, parts.y_test)["accuracy"] == 1
    assert score(net, parts.X_test, parts.y_test)["loss"] < 0.05


def test_a_recipe_shows_its_settings_their_reason_and_what_was_said():
    data = load_data("iris")
    settings, because, said = (
        recipe_for(data, dropout=0.25, batch_size=16, seed=3).shown().split("\n")
    )
    assert "64, 64 (relu)" in settings
    assert "adam at 0.005" in settings
    assert "batches of 16" in settings
    assert "dropout 0.25" in settings
    assert "120 training rows of 4 inputs" in because
    assert said == "as you said: dropout, batch size"
    assert recipe_for(data, seed=3).given == ()
    assert "no hidden layer" in recipe_for(data, hidden=()).shown()
    assert "all rows at once" in recipe_for(data, optimizer="lbfgs").shown()


def test_a_preparation_that_is_handed_in_is_the_network_s():
    class Doubled:
        n_inputs = 8

        def apply(self, X, dtype=np.float32):
            return np.concatenate([X, X], axis=1).astype(dtype)

    data, given = load_data("iris"), Doubled()
    net, parts = prepare(data, recipe_for(data, inputs=given.n_inputs, epochs=2), given)
    assert net.preparation is given
    assert net.n_in == 8
    for _ in fit(net, parts.X, parts.y, epochs=1):
        pass
    assert net.predict(parts.X_test).shape == parts.y_test.shape


def test_a_network_for_several_numbers_has_as_many_outputs():
    net = network_for(Recipe(hidden=(3,)), "number", 2, np.arange(12.0).reshape(4, 3))
    assert (net.n_in, net.n_out) == (2, 3)


def test_lbfgs_is_an_optimizer_like_any_other_but_takes_no_rate():
    data = load_data("iris")
    settings = fit_settings(recipe_for(data, optimizer="lbfgs"))
    assert settings["optimizer"] == LBFGS()
    with pytest.raises(InputError, match="leave the learning rate out"):
        recipe_for(data, optimizer="lbfgs", learning_rate=0.1)


def test_the_tuned_network_begins_with_spread_biases_and_an_output_of_zeros():
    data = load_data("iris")
    net, _ = prepare(data, recipe_for(data))
    *hidden, output = net.dense_layers
    assert not output.W.any()
    for layer in hidden:
        assert 0.7 < layer.b.std() < 1.3
        assert layer.W.std() == pytest.approx(np.sqrt(2 / layer.n_in), rel=0.1)  # He's, as ever
    again, _ = prepare(data, recipe_for(data))
    np.testing.assert_array_equal(net.theta, again.theta)
    other, _ = prepare(data, recipe_for(data, seed=1))
    assert not np.array_equal(net.dense_layers[0].b, other.dense_layers[0].b)
    for plain in (recipe_for(data, preset="plain"), recipe_for(data, initializer="he_normal")):
        net, _ = prepare(data, plain)
        assert not net.dense_layers[0].b.any()
        assert net.dense_layers[-1].W.any()
