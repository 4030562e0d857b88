"""Whether what docs/coming-from.md says of PyTorch, Keras and scikit-learn is so, row by row.

    KERAS_BACKEND=jax python benchmarks/idioms.py

Each row that can be counted is: gradients, losses and weights after five steps there and here, from
the same weights on the same rows, in float64. Needs torch, keras with a backend and scikit-learn,
in an environment of its own. Prints a line a row; exit status 1 where one is not so.
"""

import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from torch import nn

import glassnet as gn

X, y = load_iris(return_X_y=True)
ROWS, LABELS = torch.from_numpy(X), torch.from_numpy(y)
T = np.random.default_rng(0).normal(size=(150, 3))


def module() -> Any:
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)).double()


def of_module(theirs: Any, **told: Any) -> gn.Network:
    return gn.from_torch(theirs, **told).astype("float64")


def same_weights(theirs: Any, ours: gn.Network) -> bool:
    arrays = [v for layer in ours.dense_layers for v in (layer.W, layer.b)]
    pairs = zip(theirs.parameters(), arrays, strict=True)
    return all(np.allclose(p.detach().numpy(), a, atol=1e-10) for p, a in pairs)


def after_five_steps(rule_there: Callable[[Any], Any], rule: Any, l2: float = 0.0) -> bool:
    theirs = module()
    ours, step = of_module(theirs, output="softmax"), rule_there(theirs)
    ours.l2 = l2
    for _ in range(5):
        step.zero_grad()
        nn.CrossEntropyLoss()(theirs(ROWS), LABELS).backward()
        step.step()
        ours.gradient(X, y)
        rule.step(ours.theta, ours.grad)
    return same_weights(theirs, ours)


def decayed(theirs: Any) -> Any:
    """SGD with a decay of the weights alone."""
    groups = [{"params": [p for p in theirs.parameters() if p.ndim == n], "weight_decay": decay}
              for n, decay in ((2, 0.3), (1, 0.0))]  # fmt: skip
    return torch.optim.SGD(groups, lr=0.1)


def cross_entropy() -> bool:
    theirs = module()
    ours = of_module(theirs, output="softmax")
    loss = nn.CrossEntropyLoss()(theirs(ROWS), LABELS)
    loss.backward()
    for _ in range(2):  # filled anew
        ours.backward(ours.forward(X), y)
    right = np.allclose(ours.dense_layers[0].dW, theirs[0].weight.grad.numpy())
    return right and np.isclose(ours.gradient(X, y), loss.item())


def squared_error() -> bool:
    theirs = module()
    ours = of_module(theirs)
    nn.MSELoss()(theirs(ROWS), torch.from_numpy(T)).backward()
    ours.gradient(X, T)
    return np.allclose(ours.dense_layers[0].dW, theirs[0].weight.grad.numpy() * 3 / 2)


def alpha() -> bool:
    given = {"alpha": 2.0, "batch_size": 50, "solver": "sgd", "momentum": 0, "shuffle": False}
    theirs = MLPClassifier((5,), **given, max_iter=1, learning_rate_init=0.1, warm_start=True)
    theirs.fit(X, y)
    net = gn.Network.dense([4, 5, 3], output="softmax", l2=2.0 / 50, dtype="float64")
    for layer, W, b in zip(net.dense_layers, theirs.coefs_, theirs.intercepts_, strict=True):
        layer.W, layer.b = W.T, b
    theirs.fit(X, y)
    gn.fit(net, X, y, epochs=1, batch_size=50, optimizer=gn.SGD(0.1), shuffle=False,
           progress=False)  # fmt: skip
    return np.allclose(net.dense_layers[0].W, theirs.coefs_[0].T, atol=1e-9)


def files() -> bool:
    theirs = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
    shares = torch.softmax(theirs(ROWS.float()), 1).detach().numpy()
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "m.safetensors")
        save_file(theirs.state_dict(), file)
        ours = gn.load(file, hidden="relu", output="softmax")
        torch.save(theirs.state_dict(), file.replace("safetensors", "pt"))
        try:
            gn.load(file.replace("safetensors", "pt"))
        except gn.InputError:
            return np.allclose(ours.predict_proba(X.astype("float32")), shares, atol=1e-5)
    return False


def state_dict() -> bool:
    net = gn.Network.dense([4, 6, 3], output="softmax", seed=0)
    kept, W = net.state_dict(), net.dense_layers[0].W.copy()
    net.theta = 0
    refused = 0
    for odd in ({**kept, "W9": W}, {"W1": W}, {**kept, "W1": W.T}, {**kept, "W1": W.astype(int)}):
        try:
            net.load_state_dict(odd)
        except gn.InputError:
            refused += not net.theta.any()
    net.load_state_dict(kept)
    return refused == 4 and np.array_equal(net.dense_layers[0].W, W)


def of_keras() -> bool:
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(3, "softmax")]
    )
    net, x = gn.from_keras(model), X.astype("float32")
    turned = np.allclose(np.asarray(model.layers[0].kernel).T, net.dense_layers[0].W)
    return turned and np.allclose(net.predict_proba(x), np.asarray(model(x)), atol=1e-5)


def scaled() -> bool:
    there = StandardScaler().fit_transform(X)
    return np.allclose(gn.Preparation.learn(X).apply(X, "float64"), there)


def one_cycle() -> bool:
    net = gn.Network.dense([4, 6, 3], output="softmax", seed=0)
    run = gn.fit(net, X, y, epochs=4, schedule="one_cycle", progress=False)
    return len(set(run["learning_rate"])) > 2


CLAIMS: dict[str, Callable[[], bool]] = {
    "scikit-learn: StandardScaler is Preparation.learn": scaled,
    "scikit-learn: l2 = alpha / batch_size": alpha,
    "PyTorch: CrossEntropyLoss on logits, p.grad, no zero_grad": cross_entropy,
    "PyTorch: MSELoss × n_out/2": squared_error,
    "PyTorch: SGD, a loop of one's own": lambda: after_five_steps(
        lambda m: torch.optim.SGD(m.parameters(), lr=0.1), gn.SGD(0.1)
    ),
    "PyTorch: weight_decay is l2, biases left out": lambda: after_five_steps(
        decayed, gn.SGD(0.1), 0.3
    ),
    "PyTorch: Adam": lambda: after_five_steps(
        lambda m: torch.optim.Adam(m.parameters(), lr=0.01), gn.Adam(0.01)
    ),
    "PyTorch: AdamW": lambda: after_five_steps(
        lambda m: torch.optim.AdamW(m.parameters(), lr=0.01, weight_decay=0.1),
        gn.AdamW(0.01, weight_decay=0.1),
    ),
    "PyTorch: OneCycleLR": one_cycle,
    "PyTorch: state_dict, load_state_dict": state_dict,
    "PyTorch: save_file comes in, torch.save is refused": files,
    "Keras: kernels turned over, the same outputs": of_keras,
    "Keras: Adam's epsilon": lambda: keras.optimizers.Adam().epsilon == 1e-7 == 10 * gn.Adam().eps,
}


def main() -> int:
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    wrong = 0
    for claim, holds in CLAIMS.items():
        right = bool(holds())
        wrong += not right
        print(f"{'so' if right else 'NOT SO':8}{claim}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
