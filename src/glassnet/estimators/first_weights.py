"""First weights, drawn as scikit-learn's networks draw theirs: the same for the same random_state.

In each layer, first to last, W and then b are uniform between ±√(f/(n_in + n_out)), where f is 2
for the logistic activation and 6 for the others: Glorot and Bengio's bound. There the biases are
drawn too, so that with few inputs not every neuron bends at the same place, where all inputs are 0.

Source: Glorot and Bengio (2010), section 4.2.1.
"""

import math
from typing import Any

import numpy as np

from glassnet.core.network import Network
from glassnet.estimators.parameters import Parameters

FACTORS = {"relu": 6.0, "tanh": 6.0, "identity": 6.0, "logistic": 2.0}


def are_theirs(given: Parameters) -> bool:
    """Whether these parameters say nothing that scikit-learn's networks do not have."""
    named = given["activation"]
    return given["initializer"] is None and isinstance(named, str) and named in FACTORS


def draw(net: Network, activation: str, random: np.random.RandomState) -> None:
    """W and b of every layer, drawn anew."""
    for layer in net.dense_layers:
        bound = math.sqrt(FACTORS[activation] / (layer.n_in + layer.n_out))
        W: Any = random.uniform(-bound, bound, (layer.n_in, layer.n_out))
        layer.W, layer.b = W.T, random.uniform(-bound, bound, layer.n_out)
