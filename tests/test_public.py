"""The public names: there, explained, cheap to import, and doing what the design says they do."""

import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn


@pytest.mark.parametrize("name", gn.__all__)
def test_every_public_name_is_there_and_explained(name: str):
    value = getattr(gn, name)
    if name != "__version__":
        assert value.__doc__
        assert not value.__doc__.startswith(f"{name}(")  # a dataclass' own words say nothing
    assert name in dir(gn)


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'Netwrok'"):
        gn.Netwrok  # noqa: B018
    assert not hasattr(gn, "LSTM")


def test_importing_glassnet_imports_neither_numpy_nor_what_draws():
    code = (
        "import sys, glassnet; heavy = {'numpy', 'rich', 'cyclopts', 'safetensors', 'matplotlib'};"
        "print(*sorted(heavy & set(sys.modules)));"
        "glassnet.Network; print(*sorted((heavy - {'numpy'}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_designs_lines_run(tmp_path, capfd):
    rng = np.random.default_rng(0)
    y = np.array(["left", "right"])[np.arange(200) % 2]
    X = rng.normal(size=(200, 6)) + np.where(y == "right", 1.5, -1.5)[:, None]
    X_new, y_new = X[:20], y[:20]

    net = gn.Network.dense([6, 8, 2], hidden="relu", output="softmax", seed=0)
    run = gn.fit(net, X, y, epochs=10, optimizer=gn.Adam(1e-2), validation=0.1)
    assert isinstance(run, gn.History)
    assert (net.predict(X_new) == y_new).mean() > 0.9
    assert gn.accuracy(y_new, net.predict(X_new)) > 0.9
    assert run["val_accuracy"][-1] > 0.9
    answer = gn.ask(net, X[0], "right").at("delta1[0]")
    assert answer.formula.startswith("(delta2[0]·W2[0,0] + delta2[1]·W2[1,0])")
    path = tmp_path / "model.safetensors"
    net.save(path)
    assert np.array_equal(gn.load(path).predict_proba(X_new), net.predict_proba(X_new))
    assert gn.load(path).predict(X_new).tolist() == net.predict(X_new).tolist()
    assert capfd.readouterr() == ("", "")  # no terminal, no bar


def test_a_progress_bar_is_drawn_on_stderr_where_it_is_asked_for(capfd):
    net = gn.Network.dense([2, 3, 2], output="softmax")
    gn.fit(net, np.eye(2), [0, 1], epochs=3, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "epoch" in err
    assert "loss" in err


def test_an_interrupt_of_the_bar_ends_the_training_in_good_order(monkeypatch):
    from contextlib import contextmanager

    seen = []

    @contextmanager
    def bar(_progress):
        def show(event):
            seen.append(event)
            if len(seen) == 4:
                raise KeyboardInterrupt

        yield show

    monkeypatch.setattr("glassnet.views.progress.progress_bar", bar)
    net = gn.Network.dense([2, 3, 2], output="softmax")
    run = gn.fit(net, np.eye(2), [0, 1], epochs=100_000)
    assert run.stopped == "interrupted"
    assert len(run) < 100_000


def test_a_network_does_itself_what_the_functions_do(tmp_path):
    rng = np.random.default_rng(0)
    y = np.array(["left", "right"])[np.arange(100) % 2]
    X = rng.normal(size=(100, 3)) + np.where(y == "right", 1.5, -1.5)[:, None]
    net = gn.Network.dense([3, 4, 2], output="softmax")
    assert isinstance(net.fit(X, y, epochs=50, optimizer="lbfgs"), gn.History)
    assert net.score(X, y) == gn.accuracy(y, net.predict(X)) > 0.8
    net.save(tmp_path / "net.safetensors")
    again = gn.load(tmp_path / "net.safetensors")
    assert type(again) is gn.Network
    assert again == net
    assert again.summary() == net.summary()
    row = net.summary().splitlines()[2]
    assert row.split() == ["2", "4", "2", "softmax", "learned", "2×4", "10"]
    assert "<table" in net._repr_html_()
    numbers = gn.Network.dense([3, 1])
    numbers.fit(X, X @ [1.0, 2.0, 3.0], epochs=50, optimizer="lbfgs")
    assert numbers.score(X, X @ [1.0, 2.0, 3.0]) > 0.99
    for kept in (net.copy(), net.astype("float64")):
        assert type(kept) is gn.Network


def test_without_the_outermost_room_a_network_promises_no_more_than_it_does():
    code = (
        "from glassnet.core.network import Network; import sys;"
        "assert not hasattr(Network, 'save'); assert 'glassnet.api' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_errors_are_one_kind_which_is_a_value_error():
    assert issubclass(gn.InputError, ValueError)
    with pytest.raises(gn.InputError):
        gn.load_data("irs")
    with pytest.raises(gn.InputError):
        gn.Network.dense([2])
    with pytest.raises(gn.InputError):
        gn.load("absent.safetensors")


# -- asking with rows and labels ----------------------------------------------------------


def test_a_network_is_asked_with_rows_and_labels_as_predict_takes_and_answers_them():
    X = np.random.default_rng(0).normal(size=(40, 2)) * 100 + 7
    y = np.where(X[:, 0] > 7, 2, 1)
    net = gn.Network.dense([2, 4, 2], output="softmax", dtype="float64")
    net.preparation = gn.Preparation.learn(X)
    gn.fit(net, X, y, epochs=2, progress=False)
    assert net.classes == [1, 2]
    one = gn.ask(net, X[0], int(y[0]))
    index = net.classes.index(y[0])
    assert one.p.y.tolist() == np.eye(2)[[index]].tolist()
    np.testing.assert_array_equal(one.p.x, net.preparation.apply(X[:1], net.dtype))
    np.testing.assert_allclose(one.p.y_hat, net.predict_proba(X[:1]))
    several = gn.ask(net, X[:5], y[:5])
    assert several.p.y.argmax(axis=1).tolist() == [net.classes.index(label) for label in y[:5]]
    with pytest.raises(gn.InputError, match="none of the classes 1, 2"):
        gn.ask(net, X[0], 0)
    ready = gn.ask(net, one.p.x, [index], prepared=True)
    assert ready.at("loss").value == one.at("loss").value
    assert net.classes == [1, 2]


def test_asking_scales_targets_and_learns_no_classes():
    net = gn.Network.dense([2, 3], output="softmax")
    gn.ask(net, [1.0, 2.0], 2)
    assert net.classes is None
    with pytest.raises(gn.InputError, match="has learned none yet"):
        gn.ask(net, [1.0, 2.0], "a")
    net = gn.Network.dense([2, 2], dtype="float64")
    assert gn.ask(net, [1.0, 2.0], [3.0, 4.0]).p.y.tolist() == [[3.0, 4.0]]


def test_what_is_no_data_and_no_name_is_told_by_what_is_meant(monkeypatch, tmp_path):
    net = gn.Network.dense([2, 3, 1], loss="squared_error")
    X, y = np.eye(2), np.array([0.5, 1.0])
    with pytest.raises(gn.InputError, match="the optimizer is of type int: give one of sgd"):
        gn.ask(net, X[0], y[0], optimizer=3)
    with pytest.raises(gn.InputError, match=r"X is 'a\.csv', and not the rows"):
        gn.fit(net, "a.csv", y)
    with pytest.raises(gn.InputError, match="y is None: give the targets"):
        net.score(X, None)
    history = gn.fit(net, X, y, epochs=1, progress=False)
    with pytest.raises(AttributeError, match=r'is history\["loss"\]'):
        history.loss  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'losses'"):
        history.losses  # noqa: B018
    monkeypatch.setenv("HOME", str(tmp_path))
    net.save("~/model.safetensors")
    assert (tmp_path / "model.safetensors").exists()
    assert gn.load("~/model.safetensors").n_in == 2
