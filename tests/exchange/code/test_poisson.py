"""Networks of counts, with an exponential output, in every form in which they leave."""

import importlib.util

import numpy as np
import pytest

import glassnet as gn
from glassnet.exchange.onnx import from_onnx, to_onnx


@pytest.fixture(scope="module")
def counted():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    y = rng.poisson(np.exp(X @ [0.5, -0.3, 0.2] + 1)).astype(float)
    net = gn.Network.dense([3, 6, 1], hidden="tanh", output="exp", dtype="float64", seed=0)
    assert net.loss == gn.Poisson()
    run = gn.fit(net, X, y, epochs=60, learning_rate=0.02)
    assert run["loss"][-1] < run["loss"][0]
    return net, X, y


def program(path):
    spec = importlib.util.spec_from_file_location("written", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_numpy_predicts_and_goes_on_learning_so(counted, tmp_path):
    net, X, y = counted
    gn.export(net, tmp_path / "net.py", to="numpy", optimizer="sgd")
    written = program(tmp_path / "net.py")
    np.testing.assert_allclose(written.predict(X), net.predict(X), rtol=1e-13)
    expected = net.copy()
    slopes = written.gradients(X, y[:, None])
    assert written.loss(X, y[:, None]) == pytest.approx(expected.gradient(X, y), rel=1e-12)
    np.testing.assert_allclose(slopes[0], expected.dense_layers[0].dW, rtol=1e-10)


def test_plain_python_c_and_torch_write_the_exponential(counted, tmp_path):
    net, X, _ = counted
    gn.export(net, tmp_path / "net.py", to="python")
    told = [np.ravel(program(tmp_path / "net.py").predict(list(x)))[0] for x in X[:5]]
    np.testing.assert_allclose(told, net.predict(X[:5]), rtol=1e-13)
    gn.export(net, tmp_path / "net.h", to="c")
    assert "exp(z)" in (tmp_path / "net.h").read_text("utf-8")
    gn.export(net, tmp_path / "net_torch.py", to="torch")
    text = (tmp_path / "net_torch.py").read_text("utf-8")
    assert "Exp(),  # a2" in text
    compile(text, "net_torch.py", "exec")


def test_onnx_brings_it_back_and_a_model_file_too(counted, tmp_path):
    net, X, _ = counted
    to_onnx(net, tmp_path / "net.onnx", preparation=False)
    back = from_onnx(tmp_path / "net.onnx")
    assert (back.dense_layers[-1].activation.name, back.loss.name) == ("exp", "poisson")
    np.testing.assert_allclose(back.predict(X), net.predict(X), rtol=1e-12)
    net.save(tmp_path / "net.safetensors")
    assert gn.load(tmp_path / "net.safetensors") == net


def test_its_numbers_are_explained(counted):
    net, X, y = counted
    asked = gn.ask(net, X[0], y[0])
    assert asked.at("delta2[0]").formula == "a2[0] − y[0]"
    assert asked.at("a2[0]").formula == "exp(z2[0])"
    assert asked.at("loss").formula == "a2[0] − y[0]·ln(a2[0])"
    net = net.copy()
    net.dense_layers[-1].b = -800.0  # a rate that is 0 to the last digit
    assert gn.ask(net, X[0], y[0]).at("loss").formula == "exp(z2[0]) − y[0]·z2[0]"
