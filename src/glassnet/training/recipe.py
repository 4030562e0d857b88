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
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.data import Dataset, Parts, Preparation, TargetScale, split_train_test
from glassnet.training.rows import as_rows, measure


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
    other = given.get("optimizer", "adam")
    if other == LBFGS.name:
        if "learning_rate" in given:
            raise InputError("L-BFGS finds its own step: leave the learning rate out.")
    elif other != "adam" and "learning_rate" not in given:
        given["learning_rate"] = optimizers.get(other).learning_rate
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
    rule: Optimizer | LBFGS
    if recipe.optimizer == LBFGS.name:
        rule = LBFGS()
    else:
        rate = {} if recipe.learning_rate is None else {"learning_rate": recipe.learning_rate}
        rule = optimizers.get(recipe.optimizer, **rate)
    return {
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        "optimizer": rule,
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
    return measure(net, as_rows(net, X, y, "the data"))


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
