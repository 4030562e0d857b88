"""Models of PyTorch, Keras and scikit-learn, and what they predict: tests/golden/arrivals.

    KERAS_BACKEND=jax python scripts/make_golden_arrivals.py

Needs torch, keras with a backend, scikit-learn, onnxscript and skl2onnx, in an environment of its
own. The files are as those libraries write them; the outputs beside them are theirs.
"""

import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np
import onnx
import torch
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

HOME = Path(__file__).parents[1] / "tests" / "golden" / "arrivals"


def main() -> None:
    HOME.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 4)).astype("float32")
    told = {"X": X}
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Linear(4, 6), nn.BatchNorm1d(6), nn.GELU(), nn.Dropout(0.2), nn.Linear(6, 5),
        nn.Hardswish(), nn.Linear(5, 3), nn.Softmax(dim=1),
    )  # fmt: skip
    module(torch.from_numpy(X))
    module.eval()
    rows = torch.export.Dim("rows", min=2)
    torch.onnx.export(
        module, (torch.from_numpy(X),), str(HOME / "torch.onnx"), dynamo=True, verbose=False,
        dynamic_shapes=({0: rows},), external_data=False,
    )  # fmt: skip
    found = onnx.load(HOME / "torch.onnx")
    for part in (found, found.graph, *found.graph.node):
        del part.metadata_props[:]  # where on the machine each line of the library lies
    onnx.save(found, HOME / "torch.onnx")
    told["torch.onnx"] = module(torch.from_numpy(X)).detach().numpy()
    keras.utils.set_random_seed(0)
    model = keras.Sequential([
        keras.Input((4,)), keras.layers.Rescaling(0.5, offset=0.1),
        keras.layers.Dense(6, activation="silu"), keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.2), keras.layers.Dense(5), keras.layers.LeakyReLU(),
        keras.layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    told["keras.keras"] = told["keras.h5"] = np.asarray(model(X))
    x = inputs = keras.Input((4,))
    a = keras.layers.Dense(4, activation="tanh")(x)
    branched = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Add()([a, x])))
    line = keras.Model(inputs, keras.layers.Dense(2)(a))
    told["line.keras"] = told["line.h5"] = np.asarray(line(X))
    for name, each in (("keras", model), ("line", line), ("branched", branched)):
        each.save(HOME / f"{name}.keras")
        each.save(HOME / f"{name}.h5")
    two = make_pipeline(StandardScaler(), MLPClassifier((5, 4), "tanh", max_iter=5, random_state=0))
    two.fit(X, np.where(X[:, 0] > 0, "yes", "no"))
    number = MLPRegressor(hidden_layer_sizes=(5,), max_iter=5, random_state=0).fit(X, X[:, 1])
    for name, each in (("two", two), ("number", number)):
        settings = {"options": {"zipmap": False}} if name == "two" else {}
        onnx.save(to_onnx(each, X[:1], **settings), HOME / f"{name}.onnx")
    told["two.onnx"], told["number.onnx"] = two.predict_proba(X)[:, 1:], number.predict(X)[:, None]
    np.savez(HOME / "outputs.npz", **told)


if __name__ == "__main__":
    main()
