"""Files that PyTorch's, Keras's and scikit-learn's own exporters wrote, and damaged ones."""

import json
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.errors import InputError

h5py = pytest.importorskip("h5py")
GOLDEN = Path(__file__).parents[2] / "golden" / "arrivals"
with np.load(GOLDEN / "outputs.npz") as _told:
    OUTPUTS = dict(_told)
X = OUTPUTS.pop("X")


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_network_made_elsewhere_predicts_the_same(name):
    net = gn.load(GOLDEN / name)
    np.testing.assert_allclose(net.predict_proba(X), OUTPUTS[name], rtol=1e-4, atol=1e-5)


def test_its_labels_come_along():
    assert gn.load(GOLDEN / "two.onnx").classes == ["no", "yes"]


def test_every_number_of_it_can_be_asked():
    net = gn.load(GOLDEN / "torch.onnx")
    names = [layer.activation.name for layer in net.dense_layers]
    assert names == ["gelu", "formula", "softmax"]  # hardswish by its formula
    answer = gn.ask(net, X[:1], [0]).at("a2[0]")
    assert answer.value == pytest.approx(net.forward(X[:1]).dense[1].a[0, 0])


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_branches_are_refused(ending):
    with pytest.raises(InputError, match="branches"):
        gn.load(GOLDEN / f"branched.{ending}")


@pytest.mark.parametrize("name", ["net.pt", "net.pth", "net.joblib", "net.pkl"])
def test_pickles_are_refused_with_the_line_that_converts_them(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x04.")
    with pytest.raises(InputError, match=r"gn\.from_"):
        gn.load(tmp_path / name)


@pytest.mark.parametrize("name", ["keras.keras", "keras.h5"])
def test_damaged_files_raise_nothing_else(tmp_path, name):
    whole, rng = (GOLDEN / name).read_bytes(), np.random.default_rng(0)
    path = tmp_path / name
    for round_ in range(60):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 4):
            damaged[place] = rng.integers(256)
        if round_ % 3 == 0:
            damaged = damaged[: rng.integers(len(whole))]
        path.write_bytes(bytes(damaged))
        with suppress(InputError):
            gn.load(path)


def changed(path, change):
    """The .keras file with its description changed, and its arrays as they are."""
    with zipfile.ZipFile(GOLDEN / "keras.keras") as archive:
        config = json.loads(archive.read("config.json"))
        weights = archive.read("model.weights.h5")
    change(config)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights)


def a_lambda(config):
    config["config"]["layers"][2] = {"class_name": "Lambda", "config": {"name": "x"}}


def a_function(config):
    own = {"class_name": "function", "config": "mine", "module": "builtins"}
    config["config"]["layers"][2]["config"]["activation"] = own


def no_layers(config):
    config["config"]["layers"] = []


@pytest.mark.parametrize(
    "change, said",
    [(a_lambda, "Lambda"), (a_function, "somebody's own"), (no_layers, "one row")],
)
def test_what_is_none_of_a_dense_networks_is_named(tmp_path, change, said):
    changed(tmp_path / "net.keras", change)
    with pytest.raises(InputError, match=said):
        gn.load(tmp_path / "net.keras")


def test_weights_alone_say_what_to_save(tmp_path):
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["layers/dense/vars/0"] = np.ones((3, 2))
    with pytest.raises(InputError, match=r"model\.save"):
        gn.load(tmp_path / "w.h5")


@pytest.mark.parametrize("how", ["link", "external"])
def test_arrays_in_other_files_are_not_followed(tmp_path, how):
    """Neither by a link of the format's, nor by an array that says it lies elsewhere."""
    (tmp_path / "secret.bin").write_bytes(bytes(4 * 6 * 4))
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["0"] = np.ones((4, 6), "float32")
    with zipfile.ZipFile(GOLDEN / "keras.keras") as archive:
        config, weights = archive.read("config.json"), archive.read("model.weights.h5")
    held = BytesIO(weights)
    with h5py.File(held, "r+") as file:
        group = file["layers/dense/vars"]
        del group["0"]
        if how == "link":
            group["0"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/0")
        else:
            place = [(str(tmp_path / "secret.bin"), 0, 96)]
            group.create_dataset("0", (4, 6), "float32", external=place)
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as archive:
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", held.getvalue())
    with pytest.raises(InputError, match=r"not followed|not read"):
        gn.load(tmp_path / "net.keras")
