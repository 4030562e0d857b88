"""Networks come in from ONNX as they went out, and as others write them; the rest is named."""

from contextlib import suppress
from itertools import pairwise

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.errors import InputError
from glassnet.data import TablePreparation, TargetScale
from glassnet.exchange.onnx import from_onnx, to_onnx

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")
h, T = onnx.helper, onnx.TensorProto
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
X = np.random.default_rng(1).normal(size=(50, 4)).astype("float32") * 2


def saved(path, nodes, arrays=None, inputs=("x",), n_in=4, output="y", shape=("N", 3)):
    """A model as another tool would write it."""
    graph = h.make_graph(
        nodes, "theirs",
        [h.make_tensor_value_info(name, T.FLOAT, ["N", n_in]) for name in inputs],
        [h.make_tensor_value_info(output, T.FLOAT, shape)],
        [onnx.numpy_helper.from_array(np.asarray(a), name) for name, a in (arrays or {}).items()],
    )  # fmt: skip
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)], ir_version=10)
    onnx.save(model, path)
    return model


def run(model, x=X):
    return ort.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]


def weights(*sizes, dtype="float32"):
    rng = np.random.default_rng(3)
    return [rng.normal(size=pair).astype(dtype) for pair in pairwise(sizes)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_ours_comes_back_whole(tmp_path, hidden, dtype):
    net = gn.Network.dense([4, 5, 3], hidden=hidden, output="softmax", dtype=dtype, seed=1)
    net.preparation, net.classes = gn.Preparation.learn(X), ["a", "b", "c"]
    to_onnx(net, tmp_path / "net.onnx")
    assert from_onnx(tmp_path / "net.onnx") == net


def test_ours_on_a_table_comes_back_whole(tmp_path):
    frame = [{"age": float(i), "home": "ab"[i % 2], "pay": float(i * i % 7)} for i in range(40)]
    preparation = TablePreparation.learn(frame)
    net = gn.Network.dense([preparation.n_inputs, 5, 1], seed=1)
    net.preparation, net.target_scale = preparation, TargetScale(3.0, 2.0)
    to_onnx(net, tmp_path / "net.onnx")
    assert from_onnx(tmp_path / "net.onnx") == net


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_operations_alone_tell_the_network(tmp_path, hidden, dtype):
    """Nothing of what glassnet writes beside them is read here: any tool may have written these."""
    net = gn.Network.dense([4, 5, 3], hidden=hidden, output="softmax", dtype=dtype, seed=1)
    net.classes = [2, 4, 6]
    model = to_onnx(net)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "net.onnx")
    again = from_onnx(tmp_path / "net.onnx")
    assert again.classes == [2, 4, 6]
    if hidden != "identity":  # of which two layers are one
        assert [x.activation.name for x in again.dense_layers] == [hidden, "softmax"]
    np.testing.assert_allclose(again.predict_proba(X), net.predict_proba(X), atol=1e-6)


def test_a_model_that_tells_another_network_than_it_holds_is_read_by_its_operations(tmp_path):
    net = gn.Network.dense([4, 5, 3], output="softmax", seed=1)
    model, told = to_onnx(net), to_onnx(gn.Network.dense([4, 9, 3], output="softmax"))
    model.metadata_props[0].value = told.metadata_props[0].value
    onnx.save(model, tmp_path / "net.onnx")
    again = from_onnx(tmp_path / "net.onnx")
    np.testing.assert_allclose(again.predict_proba(X), net.predict_proba(X), atol=1e-6)


def test_scales_in_front_and_a_batch_norm_are_taken_in(tmp_path):
    A, B = weights(4, 6, 3)
    rng = np.random.default_rng(0)
    nodes = [
        h.make_node("Sub", ["x", "mean"], ["c"]), h.make_node("Div", ["c", "std"], ["s"]),
        h.make_node("MatMul", ["s", "A"], ["m"]), h.make_node("Add", ["m", "a"], ["z"]),
        h.make_node("BatchNormalization", ["z", "g", "h", "mu", "var"], ["n"], epsilon=1e-3),
        h.make_node("Relu", ["n"], ["r"]),
        h.make_node("BatchNormalization", ["r", "g", "h", "mu", "var"], ["q"]),
        h.make_node("MatMul", ["q", "B"], ["y"]),
    ]  # fmt: skip
    vectors = {name: rng.uniform(0.5, 2, 6).astype("float32") for name in ("g", "h", "mu", "var")}
    model = saved(tmp_path / "net.onnx", nodes, {
        "A": A, "B": B, "a": rng.normal(size=6).astype("float32"), **vectors,
        "mean": np.float32([1, 2, 3, 4]), "std": np.float32([2, 2, 0.5, 1]),
    })  # fmt: skip
    net = from_onnx(tmp_path / "net.onnx")
    assert [layer.n_out for layer in net.dense_layers] == [6, 3]
    np.testing.assert_allclose(net.predict(X), run(model), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "pieces, name",
    [
        ([("Sigmoid", "z", "s"), ("Mul", "z s", "a")], "silu"),
        ([("Div", "z root", "u"), ("Erf", "u", "e"), ("Add", "e one", "f"), ("Mul", "z f", "p"),
          ("Mul", "p half", "a")], "gelu"),
        ([("HardSigmoid", "z", "a")], "formula"),
        ([("Clip", "z zero six", "a")], "formula"),
        ([("Softsign", "z", "a")], "formula"),
        ([("Softplus", "z", "s"), ("Greater", "z six", "g"), ("Where", "g z s", "a")], "formula"),
        ([("Greater", "z zero", "g"), ("Where", "g z zero", "a")], "relu"),
    ],
    ids=["silu", "gelu", "hard sigmoid", "relu6", "softsign", "softplus in pieces",
         "relu in pieces"],
)  # fmt: skip
def test_activations_are_known_by_their_values(tmp_path, pieces, name):
    A, B = weights(4, 6, 3)
    nodes = [
        h.make_node("MatMul", ["x", "A"], ["z"]),
        *(h.make_node(op, of.split(), [out]) for op, of, out in pieces),
        h.make_node("MatMul", ["a", "B"], ["y"]),
    ]
    numbers = {"root": 2**0.5, "one": 1.0, "half": 0.5, "zero": 0.0, "six": 6.0}
    arrays = {"A": A, "B": B} | {k: np.float32(v) for k, v in numbers.items()}
    model = saved(tmp_path / "net.onnx", nodes, arrays)
    net = from_onnx(tmp_path / "net.onnx")
    assert net.dense_layers[0].activation.name == name
    np.testing.assert_allclose(net.predict(X), run(model), rtol=1e-4, atol=1e-5)
    assert np.isfinite(gn.ask(net, X[:1], np.zeros((1, 3))).at("dW1[0,0]").value)


@pytest.mark.parametrize(
    "nodes, said",
    [
        ([("Conv", "x A", "y")], "Conv is none"),
        ([("MatMul", "x A", "z"), ("MatMul", "z z", "y")], "both depend on the inputs"),
        ([("MatMul", "y A", "z"), ("Relu", "z", "y")], "no operation before it gives"),  # a ring
        ([("Relu", "x", "r"), ("MatMul", "r A", "y")], "before the first weights"),
        ([("Relu", "x", "y")], "no weights"),
        ([("MatMul", "x A", "z"), ("Softmax", "z", "s"), ("Gelu", "s", "y")], "a softmax gives"),
        ([("MatMul", "x A", "z"), ("Softmax", "z", "s"), ("Clip", "s", "y")], "a softmax gives"),
        ([("Attention", "x A", "y")], "Attention is none"),
    ],
)
def test_what_no_dense_network_has_is_named(tmp_path, nodes, said):
    (A,) = weights(4, 3)
    made = [h.make_node(op, of.split(), [out]) for op, of, out in nodes]
    saved(tmp_path / "net.onnx", made, {"A": A})
    with pytest.raises(InputError, match=said):
        from_onnx(tmp_path / "net.onnx")


def test_a_softmax_over_the_samples_is_named(tmp_path):
    (A,) = weights(4, 3)
    nodes = [h.make_node("MatMul", ["x", "A"], ["z"]), h.make_node("Softmax", ["z"], ["y"], axis=0)]
    saved(tmp_path / "net.onnx", nodes, {"A": A})
    with pytest.raises(InputError, match="over the samples"):
        from_onnx(tmp_path / "net.onnx")


def hostile(path, change):
    (A,) = weights(4, 3)
    model = saved(path, [h.make_node("MatMul", ["x", "A"], ["y"])], {"A": A})
    change(model.graph.initializer[0])
    path.write_bytes(model.SerializeToString())


def outside(place):
    def change(tensor):
        tensor.ClearField("raw_data")
        tensor.data_location = T.EXTERNAL
        tensor.external_data.add(key="location", value=place)

    return change


def larger(tensor):
    tensor.dims[:] = [2**40, 2**20]


def negative(tensor):
    tensor.dims[:] = [-4, 3]


@pytest.mark.parametrize(
    "change, said",
    [
        (larger, "does not hold"),
        (negative, "none is below 0"),
        (outside("../secret.bin"), "outside the model's folder"),
        (outside("/etc/passwd"), "outside the model's folder"),
        (outside(""), "outside the model's folder"),
        (outside("missing.bin"), "they are not there"),
    ],
)
def test_hostile_arrays_are_refused(tmp_path, change, said):
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(48))
    hostile(folder / "net.onnx", change)
    with pytest.raises(InputError, match=said):
        from_onnx(folder / "net.onnx")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(48))
    (folder / "near.bin").symlink_to(tmp_path / "secret.bin")
    hostile(folder / "net.onnx", outside("near.bin"))
    with pytest.raises(InputError, match="outside the model's folder"):
        from_onnx(folder / "net.onnx")


def test_arrays_beside_the_model_are_read(tmp_path):
    (A,) = weights(4, 3)
    (tmp_path / "near.bin").write_bytes(A.tobytes())
    hostile(tmp_path / "net.onnx", outside("near.bin"))
    np.testing.assert_allclose(from_onnx(tmp_path / "net.onnx").predict(X), X @ A, rtol=1e-5)


@pytest.mark.parametrize("size", [0, 1, 40, 200])
def test_a_file_that_is_cut_off_is_refused(tmp_path, size):
    path = tmp_path / "net.onnx"
    to_onnx(gn.Network.dense([4, 5, 3], output="softmax"), path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputError, match=r"net\.onnx"):
        from_onnx(path)


def test_damaged_bytes_raise_nothing_else(tmp_path):
    path, rng = tmp_path / "net.onnx", np.random.default_rng(0)
    to_onnx(gn.Network.dense([4, 5, 3], output="softmax"), path)
    whole = path.read_bytes()
    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 3):
            damaged[place] = rng.integers(256)
        path.write_bytes(bytes(damaged))
        with suppress(InputError):
            from_onnx(path)


def test_two_outputs_by_layers_of_their_own_are_refused(tmp_path):
    a, b = np.ones((4, 3), "f"), np.ones((4, 2), "f")
    nodes = [h.make_node("MatMul", ["x", "a"], ["y"]), h.make_node("MatMul", ["x", "b"], ["k"])]
    model = saved(tmp_path / "m.onnx", nodes, {"a": a, "b": b})
    model.graph.output.append(h.make_tensor_value_info("k", T.FLOAT, ["N", 2]))
    onnx.save(model, tmp_path / "m.onnx")
    with pytest.raises(InputError, match="2 outputs, y, k, by layers of their own"):
        from_onnx(tmp_path / "m.onnx")


def test_a_very_long_chain_is_a_sentence(tmp_path):
    names = ["h", *[f"r{n}" for n in range(3000)], "y"]
    nodes = [h.make_node("MatMul", ["x", "a"], ["h"])]
    nodes += [h.make_node("Relu", [one], [other]) for one, other in pairwise(names)]
    saved(tmp_path / "m.onnx", nodes, {"a": np.ones((4, 3), "f")})
    with pytest.raises(InputError, match="more operations follow each other"):
        from_onnx(tmp_path / "m.onnx")


def test_a_way_around_a_layer_is_named(tmp_path):
    nodes = [
        h.make_node("MatMul", ["x", "a"], ["h"]),
        h.make_node("MatMul", ["h", "b"], ["k"]),
        h.make_node("Add", ["h", "k"], ["y"]),
    ]
    arrays = {"a": np.ones((4, 3), "f"), "b": np.ones((3, 3), "f")}
    saved(tmp_path / "m.onnx", nodes, arrays)
    with pytest.raises(InputError, match="joins two ways through the network"):
        from_onnx(tmp_path / "m.onnx")
