"""Whether networks of PyTorch, Keras, scikit-learn and their exporters come in with their outputs.

    KERAS_BACKEND=jax python benchmarks/arrivals.py [--number 20] [--seed 0] [--ways torch keras]

Random networks are made in each library, brought in as objects and by files, and both predict the
same rows. Needs torch, keras with a backend, scikit-learn, onnx, onnxscript, skl2onnx, safetensors
and h5py, in an environment of its own. Prints a row a way in: how many came in and agree, how many
were refused and why; exit status 1 where outputs differ.
"""

import argparse
import os
import sys
import tempfile
import warnings
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
import onnx
import torch
from safetensors.torch import save_file
from skl2onnx import to_onnx as sklearn_to_onnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from torch import nn

import glassnet as gn
from glassnet.core.errors import InputError

NEAR = 1e-4


class Net(nn.Module):
    """As most write one: layers in __init__, what stands between them in forward."""

    def __init__(self, sizes, bend):
        super().__init__()
        self.first, self.second = nn.Linear(sizes[0], sizes[1]), nn.Linear(sizes[1], sizes[2])
        self.last, self.bend = nn.Linear(sizes[2], sizes[3]), bend

    def forward(self, x):
        return self.last(self.bend(self.second(self.bend(self.first(x)))))


def torch_modules(rng, number):
    bends = [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.ELU, nn.SELU, nn.Softplus,
             nn.LeakyReLU, nn.ReLU6, nn.Hardswish, nn.Softsign, nn.Hardtanh]  # fmt: skip
    functions = [torch.relu, torch.tanh, nn.functional.gelu, nn.functional.silu, torch.sigmoid]
    for i in range(number):
        sizes = [int(n) for n in rng.integers(2, 20, 4)]
        if i % 3 == 2:
            yield sizes[0], Net(sizes, functions[i % len(functions)])
            continue
        parts = []
        for a, b in pairwise(sizes[:-1]):
            parts += [nn.Linear(a, b, bias=bool(rng.random() < 0.8))]
            parts += [nn.BatchNorm1d(b)] * bool(rng.random() < 0.4)
            parts += [bends[int(rng.integers(len(bends)))](), nn.Dropout(0.3)]
        parts += [nn.Linear(sizes[-2], sizes[-1])] + [nn.Softmax(dim=1)] * bool(rng.random() < 0.4)
        module = nn.Sequential(*parts)
        module(torch.randn(50, sizes[0]))  # running means
        yield sizes[0], module


def torch_arrays(rng, number):
    """Modules of Linear layers and one activation, as their state_dict alone is kept."""
    bends = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU,
             "silu": nn.SiLU, "softplus": nn.Softplus, "relu6": nn.ReLU6}  # fmt: skip
    for i in range(number):
        name = str(rng.choice(list(bends)))
        sizes = [int(n) for n in rng.integers(2, 20, int(rng.integers(2, 6)))]
        linear = [nn.Linear(a, b, bias=bool(rng.random() < 0.8)) for a, b in pairwise(sizes)]
        parts = [part for layer in linear for part in (layer, bends[name]())][:-1]
        module = nn.Sequential(*parts)
        named = nn.ModuleDict(dict(zip(["first", *map(str, range(len(linear)))], linear)))
        yield sizes[0], module, [module, named, nn.ModuleList(linear)][i % 3].state_dict(), name


def keras_models(rng, number):
    names = ["relu", "tanh", "sigmoid", "gelu", "silu", "elu", "selu", "softplus", "leaky_relu",
             "softsign", "relu6", "hard_sigmoid"]  # fmt: skip
    for i in range(number):
        sizes = [int(n) for n in rng.integers(2, 20, 4)]
        layers = [keras.Input((sizes[0],))]
        if rng.random() < 0.3:
            layers.append(keras.layers.Rescaling(1 / 255.0, offset=-0.5))
        for n in sizes[1:-1]:
            layers.append(keras.layers.Dense(n, activation=str(rng.choice(names))))
            if rng.random() < 0.4:
                layers.append(keras.layers.BatchNormalization())
            if rng.random() < 0.4:
                layers.append(keras.layers.LeakyReLU())
        layers.append(keras.layers.Dense(sizes[-1], activation=[None, "softmax"][i % 2]))
        yield sizes[0], keras.Sequential(layers)


def sklearn_models(rng, number):
    for i in range(number):
        X = rng.normal(size=(60, 5)) * 10
        given = {
            "hidden_layer_sizes": tuple(int(n) for n in rng.integers(2, 9, 2)),
            "activation": ["relu", "tanh", "logistic", "identity"][i % 4],
            "max_iter": 5,
        }
        kind = i % 3
        model = MLPRegressor(**given) if kind == 0 else MLPClassifier(**given)
        if i % 2:
            model = make_pipeline([StandardScaler(), MinMaxScaler()][i % 4 // 2], model)
        y = X[:, 0] if kind == 0 else rng.integers(0, 1 + kind, 60)
        yield X, model.fit(X, y)


def outputs(model, x):
    if isinstance(model, nn.Module):
        model.eval()
        with torch.no_grad():
            return model(torch.from_numpy(x)).numpy()
    return np.asarray(model(x, training=False))


class Tally:
    def __init__(self):
        self.rows, self.reasons, self.wrong = Counter(), Counter(), 0

    def add(self, way, bring, expected, x, sklearn=False):
        try:
            net = bring()
        except InputError as error:
            self.rows[way, "refused"] += 1
            self.reasons[way, str(error)[-90:]] += 1
            return
        own = net.predict_proba(x)
        if sklearn and own.shape[1] == 1 and expected.shape[1] == 2:
            own = np.hstack([1 - own, own])
        near = np.abs(own - expected).max() <= NEAR * max(np.abs(expected).max(), 1)
        self.rows[way, "agrees" if near else "DIFFERS"] += 1
        self.wrong += not near


def bring_torch(rng, number, place, tally):
    for n_in, module in torch_modules(rng, number):
        x = rng.normal(size=(40, n_in)).astype("float32")
        expected = outputs(module, x)
        tally.add("torch, object", lambda m=module: gn.from_torch(m), expected, x)


def bring_torch_onnx(rng, number, place, tally):
    for n_in, module in torch_modules(rng, number):
        x = rng.normal(size=(40, n_in)).astype("float32")
        expected = outputs(module, x)
        file = str(place / "torch.onnx")
        torch.onnx.export(module, (torch.from_numpy(x),), file, dynamo=True, verbose=False)
        tally.add("torch, onnx", lambda f=file: gn.load(f), expected, x)


def bring_safetensors(rng, number, place, tally):
    for n_in, module, state, name in torch_arrays(rng, number):
        x = rng.normal(size=(40, n_in)).astype("float32")
        file = str(place / "torch.safetensors")
        save_file(state, file)
        hidden = name if sum("weight" in key for key in state) > 1 else None
        bring = partial(gn.load, file, hidden=hidden, output="identity")
        tally.add("torch, safetensors", bring, outputs(module, x), x)


def bring_keras(rng, number, place, tally):
    for n_in, model in keras_models(rng, number):
        x = rng.normal(size=(40, n_in)).astype("float32")
        expected = outputs(model, x)
        tally.add("keras, object", lambda m=model: gn.from_keras(m), expected, x)
        for ending in (".keras", ".h5"):
            file = str(place / f"keras{ending}")
            model.save(file)
            tally.add(f"keras, {ending}", lambda f=file: gn.load(f), expected, x)


def bring_sklearn(rng, number, place, tally):
    for X, model in sklearn_models(rng, number):
        many = hasattr(model, "predict_proba")
        expected = model.predict_proba(X) if many else model.predict(X)[:, None]
        tally.add("sklearn, object", lambda m=model: gn.from_sklearn(m), expected, X, True)
        file = place / "sklearn.onnx"
        settings = {"options": {"zipmap": False}} if many else {}
        found = sklearn_to_onnx(model, X[:1].astype("float32"), **settings)
        onnx.save(found, file)
        tally.add("sklearn, onnx", lambda f=file: gn.load(f), expected, X, True)


WAYS = {
    "safetensors": bring_safetensors, "sklearn": bring_sklearn, "keras": bring_keras,
    "torch": bring_torch, "torch-onnx": bring_torch_onnx,
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description="networks of other tools, brought in")
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    chosen = parser.parse_args()
    wrong = 0
    warnings.simplefilter("ignore")
    for way in chosen.ways:
        rng, tally = np.random.default_rng(chosen.seed), Tally()
        keras.utils.set_random_seed(chosen.seed)
        torch.manual_seed(chosen.seed)
        with tempfile.TemporaryDirectory() as folder:
            WAYS[way](rng, chosen.number, Path(folder), tally)
        for (told, what), count in sorted(tally.rows.items()):
            print(f"{told:18} {what:8} {count:4}", flush=True)
        for (told, why), count in sorted(tally.reasons.items()):
            print(f"  refused {count} × {told}: … {why}", flush=True)
        wrong += tally.wrong
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
