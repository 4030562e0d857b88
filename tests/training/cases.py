"""What several tests of training go through: every optimizer's settings, and the worked example."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.optimizers import OPTIMIZERS

FORMS = [{"form": "pytorch"}, {"form": "paper"}]
SETTINGS: dict[str, list[dict[str, object]]] = {
    "adagrad": [{"lr_decay": 0.1, "initial": 0.5}],
    "amsgrad": [*FORMS],
    "adamw": [*FORMS],
    "nesterov": [{"momentum": 0.5}],
    "rmsprop": [{"centered": True}, {"momentum": 0.9}, {"centered": True, "momentum": 0.5}],
}
RULES = [(name, more) for name in OPTIMIZERS for more in [{}, *SETTINGS.get(name, [])]]
of_every_rule = pytest.mark.parametrize(("name", "more"), RULES)


def worked_example(**settings: Any) -> tuple[gn.History, float]:
    """Its history and its error, trained by gn.fit with these settings."""
    W = [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]]
    layers = [
        gn.Dense(2, 2, "sigmoid", bias="frozen", W=w, b=[b, b])
        for w, b in zip(W, (0.35, 0.60), strict=True)
    ]
    net = gn.Network(layers, "squared_error", dtype="float64")
    x, y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    history = gn.fit(net, x, y, batch_size=1, optimizer=gn.SGD(0.5), **settings)
    return history, 0.5 * float(((net.predict_proba(x) - y) ** 2).sum())
