"""From a data set to a network and settings that suit it: what `glassnet train` does by default.

The defaults were chosen on validation data: folds of the digits' training part, and the last
10,000 of MNIST's 60,000 training images.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glassnet.core import losses, optimizers, schedules
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import Dataset, Parts, Preparation, TargetScale, split_train_test
from glassnet.training.metrics import accuracy, r2
from glassnet.training.targets import encode


@dataclass(frozen=True)
class Recipe:
    """Every setting of a training; `recipe_for` fills it from the data."""

    hidden: tuple[int, ...]
    activation: str = "relu"
    loss: str | None = None
    label_smoothing: float = 0.0
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    initializer: str | None = None
    optimizer: str = "adam"
    learning_rate: float | None = None
    schedule: str = "one_cycle"
    epochs: int = 60
    batch_size: int = 32
    validation: float | None = None
    early_stopping: int | None = None
    clip_norm: float | None = None
    dtype: str = "float32"
    seed: int = 0


def recipe_for(data: Dataset, **settings: Any) -> Recipe:
    """The defaults for this data set, with the settings that are not None in their place."""
    n = len(data.X)
    if data.image_shape is not None:
        chosen = (
            Recipe(hidden=(256,), dropout=0.3, label_smoothing=0.1, learning_rate=1e-2)
            if n < 20_000
            else Recipe(
                hidden=(256,),
                dropout=0.2,
                label_smoothing=0.1,
                epochs=12,
                batch_size=128,
                learning_rate=3e-3,
            )
        )
    else:
        # about as many updates whatever the size of the table
        epochs = int(np.clip(60_000 // max(n, 1), 20, 300))
        chosen = Recipe(hidden=(32, 32), activation="tanh", epochs=epochs, learning_rate=5e-3)
    given = {name: value for name, value in settings.items() if value is not None}
    if "optimizer" in given and "learning_rate" not in given and given["optimizer"] != "adam":
        given["learning_rate"] = optimizers.get(given["optimizer"]).learning_rate
    return replace(chosen, **given)


def prepare(data: Dataset, recipe: Recipe) -> tuple[Network, Parts]:
    """The network for the data, and the parts; all it knows is from the training part."""
    parts = split_train_test(data)
    output, classes, scale = "identity", None, None
    if data.task == "classes":
        classes = np.unique(data.y)
        output, n_out = "softmax", len(classes)
    else:
        scale = TargetScale.learn(parts.y)
        n_out = 1 if parts.y.ndim == 1 else parts.y.shape[1]
    loss: dict[str, Any] | None = None if recipe.loss is None else {"name": recipe.loss}
    smooths = recipe.loss in (None, "cross_entropy", "binary_cross_entropy")
    if recipe.label_smoothing and smooths and data.task == "classes":
        loss = {**(loss or {"name": "cross_entropy"}), "smoothing": recipe.label_smoothing}
    if loss is not None and losses.get(loss).joint == "sigmoid":
        output, n_out = "sigmoid", 1 if n_out == 2 else n_out
    net = Network.dense(
        [data.X.shape[1], *recipe.hidden, n_out],
        hidden=recipe.activation,
        output=output,
        loss=loss,
        initializer=recipe.initializer,
        dropout=recipe.dropout,
        l1=recipe.l1,
        l2=recipe.l2,
        dtype=recipe.dtype,
        seed=recipe.seed,
    )
    net.preparation = Preparation.learn(parts.X, image=data.image_shape is not None)
    net.target_scale = scale
    net.classes = None if classes is None else classes.tolist()
    return net, parts


def fit_settings(recipe: Recipe) -> dict[str, Any]:
    """The recipe's part that `training.fit` takes."""
    rate = {} if recipe.learning_rate is None else {"learning_rate": recipe.learning_rate}
    return {
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        "optimizer": optimizers.get(recipe.optimizer, **rate),
        "schedule": schedules.get(recipe.schedule),
        "validation": recipe.validation,
        "early_stopping": recipe.early_stopping,
        "clip_norm": recipe.clip_norm,
        "seed": recipe.seed,
    }


def score(net: Network, X: Any, y: Any) -> dict[str, float]:
    """Figures on raw rows and their labels or numbers: accuracy or r2, and the loss.

    The loss is on the scale that the network was trained on.
    """
    numbers = encode(net, y)
    rows = X if net.preparation is None else net.preparation.apply(X, net.dtype)
    targets = numbers if net.target_scale is None else net.target_scale.apply(numbers, net.dtype)
    total, n, size = 0.0, len(numbers), 4096
    for start in range(0, n, size):
        part = slice(start, start + size)
        p = net.forward(rows[part])
        total += net.measure(p, targets[part]) * len(p.x)
    if net.classes is not None:
        figures = {"accuracy": accuracy(np.asarray(y), net.predict(X))}
    else:
        figures = {"r2": r2(np.asarray(y), net.predict(X))}
    return {**figures, "loss": total / n}


def hidden_sizes(text: str | Sequence[int]) -> tuple[int, ...]:
    """Sizes of hidden layers as a person writes them: '64,32'; '' or 'none' for no layer.

    >>> hidden_sizes("64,32")
    (64, 32)
    """
    if not isinstance(text, str):
        return tuple(text)
    if text.strip().lower() in ("", "none"):
        return ()
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (0,)
    if min(sizes) < 1:
        raise InputError(f"hidden is '{text}': give sizes from 1 up with commas between, as 64,32.")
    return sizes
