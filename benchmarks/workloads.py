"""What is measured: the workloads' data, sizes and seeds, and when a result counts as right."""

import gzip
import os
import struct
from dataclasses import MISSING, dataclass, field, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
Array = NDArray[Any]
Weights = list[tuple[Array, Array]]  # of each layer W (n_out, n_in) and b (n_out,)


@dataclass(frozen=True)
class Worked:
    """The worked example: 2-2-2, sigmoid, ½Σ(a − y)², plain gradient descent, biases fixed."""

    name: str = "W1"
    title: str = "the worked example, 2-2-2, 10,000 steps"
    steps: int = 10_000
    learning_rate: float = 0.5
    x: tuple[float, ...] = (0.05, 0.10)
    y: tuple[float, ...] = (0.01, 0.99)
    W: tuple[tuple[tuple[float, ...], ...], ...] = (
        ((0.15, 0.20), (0.25, 0.30)),
        ((0.40, 0.45), (0.50, 0.55)),
    )
    b: tuple[tuple[float, ...], ...] = ((0.35, 0.35), (0.60, 0.60))

    def error(self, outputs: Any) -> float:
        return 0.5 * sum((float(a) - y) ** 2 for a, y in zip(outputs, self.y))

    def complaint(self, error: float) -> str:
        """What is wrong with the error after 10,000 updates; "" if it is right."""
        right = 3.510187782978846e-05  # in 40-digit arithmetic
        return "" if abs(error - right) < 1e-6 * right else f"the error is {error:.6g}"


@dataclass(frozen=True)
class Training:
    """A classifier of ReLU layers and a softmax, trained with the rows shuffled each epoch."""

    name: str
    title: str
    sizes: tuple[int, ...]
    batch_size: int
    epochs: int
    optimizer: str  # "adam" or "momentum" (0.9)
    learning_rate: float
    least_accuracy: float  # on the test rows
    loss_band: tuple[float, float]  # of the mean over the training rows, in nats
    X: Array = field(repr=False)  # (N, n_in) float32
    y: Array = field(repr=False)  # (N,) int64
    X_test: Array = field(repr=False)
    y_test: Array = field(repr=False)
    # of a variant; a peer that has no such thing says so, by `Training.beyond`
    dtype: str = "float32"
    dropout: float = 0.0  # behind each hidden layer
    weighted: bool = False  # each row counts by `sample_weight`
    validation: float = 0.0  # the share held back and measured after each epoch
    l2: float = 0.0
    schedule: str | None = None  # of the learning rate, by glassnet's name

    @property
    def sample_weight(self) -> Array | None:
        """(N,) from 0.5 to 1.5; None where all rows count alike."""
        return np.linspace(0.5, 1.5, len(self.X)) if self.weighted else None

    def beyond(self, *can: str) -> str:
        """What a variant asks for beside these; "" where that is nothing."""
        usual = {f.name: f.default for f in fields(self) if f.default is not MISSING}
        odd = [name for name, value in usual.items() if getattr(self, name) != value]
        return ", ".join(name for name in odd if name not in can)

    @property
    def batch_sizes(self) -> list[int]:
        """Of every step of an epoch: the last batch takes what is left."""
        whole, rest = divmod(len(self.X), self.batch_size)
        return [self.batch_size] * whole + [rest] * (rest > 0)

    def warm_up(self) -> "Training":
        """The same for one epoch of two whole batches and a last one as short as the real one."""
        n = 2 * self.batch_size + len(self.X) % self.batch_size
        return replace(self, X=self.X[:n], y=self.y[:n], epochs=1)

    def check(self, weights: Weights) -> dict[str, Any]:
        """Loss and accuracy of a trained network, in float64 and by one hand for every peer."""
        p = np.concatenate([_softmax(weights, part) for part in np.array_split(self.X, 8)])
        loss = float(-np.log(p[np.arange(len(p)), self.y] + 1e-300).mean())
        accuracy = float((_softmax(weights, self.X_test).argmax(axis=1) == self.y_test).mean())
        low, high = self.loss_band
        complaint = ""
        if not accuracy >= self.least_accuracy:
            complaint = f"accuracy {accuracy:.3f} < {self.least_accuracy}"
        elif not low <= loss <= high:
            complaint = f"loss {loss:.4f} outside {low} to {high}"
        return {"loss": loss, "accuracy": accuracy, "complaint": complaint}


@dataclass(frozen=True)
class Prediction:
    """The probabilities of `rows` rows, on W3's network with weights as they start."""

    name: str
    title: str
    weights: Weights = field(repr=False)
    X: Array = field(repr=False)  # (rows, 784) float32

    def check(self, out: Any) -> dict[str, Any]:
        worst = float(np.abs(np.asarray(out, np.float64) - _softmax(self.weights, self.X)).max())
        complaint = "" if worst < 1e-5 else f"off by {worst:.1e}"
        return {"largest_error": worst, "complaint": complaint}


Workload = Worked | Training | Prediction

TITLES = {
    "W1": "worked example, 10,000 steps",
    "W2": "digits 64-32-10, batch 32, Adam, 20 epochs",
    "W3": "MNIST 784-128-10, batch 128, Adam, 1 epoch",
    "W4": "784-1024-1024-10, batch 256, momentum, 20,000 samples",
    "W5-1": "prediction of one sample, 784-128-10",
    "W5-10000": "prediction of 10,000 samples, 784-128-10",
}


# What a training may ask for beside the plain one; docs/speed.md tells how it moves the ratios.
VARIANTS: dict[str, dict[str, Any]] = {
    "float64": {"dtype": "float64"},
    "dropout": {"dropout": 0.2, "least_accuracy": 0.88, "loss_band": (0.005, 0.6)},
    "weights": {"weighted": True},
    "validation": {"validation": 0.1},
}
DEFAULT = {  # what `glassnet train` takes of a table of these rows
    "sizes": (64, 64, 64, 10), "learning_rate": 5e-3, "l2": 0.0045, "schedule": "cosine_of_log",
}  # fmt: skip
TITLES |= {
    f"{base}-{variant}": f"{TITLES[base]}, {variant}"
    for base in ("W2", "W3") for variant in VARIANTS
} | {"W2-default": "digits, the default network of tables, 64-64-64-10"}  # fmt: skip


def load(name: str) -> Workload:
    """A workload by name: W1 to W4, W5-1, W5-10000, or a variant, as W2-float64."""
    base, _, variant = name.partition("-")
    if base in ("W2", "W3") and variant:
        changed = DEFAULT if variant == "default" else VARIANTS[variant]
        plain = load(base)
        assert isinstance(plain, Training)
        kind = changed.get("dtype", "float32")
        made = replace(plain, name=name, title=TITLES[name], **changed)
        return replace(made, X=made.X.astype(kind), X_test=made.X_test.astype(kind))
    if name == "W1":
        return Worked()
    title = TITLES[name]
    if name == "W2":
        return Training(
            name, title, (64, 32, 10), 32, 20, "adam", 1e-3, 0.92, (0.005, 0.25), *digits()
        )
    if name == "W3":
        return Training(
            name, title, (784, 128, 10), 128, 1, "adam", 1e-3, 0.92, (0.05, 0.35), *mnist()
        )
    if name == "W4":
        X, y, X_test, y_test = mnist()
        return Training(
            name, title, (784, 1024, 1024, 10), 256, 1, "momentum", 0.05, 0.88, (0.05, 0.45),
            X[:20_000].copy(), y[:20_000].copy(), X_test, y_test,
        )  # fmt: skip
    return Prediction(name, title, initial((784, 128, 10)), mnist()[2][: int(name[3:])].copy())


def initial(sizes: tuple[int, ...], seed: int = 0) -> Weights:
    """He's normal weights and zero biases, float32: for the peers that bring none of their own."""
    rng = np.random.default_rng(seed)
    return [
        ((rng.normal(size=(m, n)) * np.sqrt(2 / n)).astype(np.float32), np.zeros(m, np.float32))
        for n, m in pairwise(sizes)
    ]


def digits() -> tuple[Array, Array, Array, Array]:
    """1,437 rows to learn from and 360 to test: X in 0–1, 64 columns, and y."""
    sets = ROOT / "src" / "glassnet" / "data" / "sets"
    X = _read_idx(sets / "digits-images-idx3-ubyte.gz").reshape(-1, 64) / np.float32(16)
    y = _read_idx(sets / "digits-labels-idx1-ubyte.gz").astype(np.int64)
    order = np.random.default_rng(0).permutation(len(X))
    test, train = order[:360], order[360:]
    return X[train], y[train], X[test], y[test]


def mnist() -> tuple[Array, Array, Array, Array]:
    """60,000 and 10,000 rows: X in 0–1, 784 columns, and y; from $GLASSNET_MNIST."""
    folder = Path(os.environ.get("GLASSNET_MNIST") or ROOT.parent / "shared" / "data" / "mnist")
    if not (folder / "train-images-idx3-ubyte.gz").exists():
        raise SystemExit(f"no MNIST in {folder}: put its four files there, or set GLASSNET_MNIST.")
    parts: list[Array] = []
    for part in ("train", "t10k"):
        X = _read_idx(folder / f"{part}-images-idx3-ubyte.gz").reshape(-1, 784)
        parts.append(X.astype(np.float32) / np.float32(255))
        parts.append(_read_idx(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int64))
    return parts[0], parts[1], parts[2], parts[3]


def _read_idx(path: Path) -> Array:
    content = gzip.decompress(path.read_bytes())
    n_dims = content[3]
    shape = struct.unpack(f">{n_dims}I", content[4 : 4 + 4 * n_dims])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_dims).reshape(shape)


def _softmax(weights: Weights, X: Array) -> Array:
    a = X.astype(np.float64)
    for number, (W, b) in enumerate(weights, start=1):
        a = a @ W.T.astype(np.float64) + b
        if number < len(weights):
            a = np.maximum(a, 0)
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
