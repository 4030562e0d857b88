"""Writes the two models of this folder, in the format that the glassnet at hand writes."""

import sys
from pathlib import Path

import numpy as np

from glassnet.core.layers import Dense, Dropout
from glassnet.core.network import Network
from glassnet.data import Preparation, TargetScale
from glassnet.exchange import save

HERE = Path(__file__).parent


def classes_model() -> Network:
    """3-4-3, tanh and softmax, float32, its columns standardized, labels of three words."""
    W1, W2 = np.arange(-6, 6).reshape(4, 3) / 8, np.arange(12)[::-1].reshape(3, 4) / 16
    net = Network(
        [
            Dense(3, 4, "tanh", W=W1, b=[0.5, -0.25, 0.125, 0.0]),
            Dropout(0.25),
            Dense(4, 3, "softmax", W=W2, b=[-0.5, 0.0, 0.5]),
        ],
        {"name": "cross_entropy", "smoothing": 0.1},
        seed=7,
        l2=0.001,
    )
    net.classes = ["ja", "nein", "größer"]
    net.preparation = Preparation("standardize", 3, (1.0, -2.0, 10.0), (2.0, 0.5, 4.0))
    return net


def number_model() -> Network:
    """2-3-1, leaky ReLU, one bias for the hidden layer, float64, pixels, its output scaled back."""
    W1 = [[1.5, -0.5], [-2.0, 0.75], [0.25, 0.375]]
    net = Network(
        [
            Dense(2, 3, {"name": "leaky_relu", "slope": 0.125}, bias="layer", W=W1, b=[0.0625]),
            Dense(3, 1, "identity", W=[[2.0, -1.0, 4.0]], b=[-0.5], frozen=True),
        ],
        {"name": "huber", "threshold": 0.5},
        dtype="float64",
        max_norm=9.0,
    )
    net.preparation = Preparation("pixels", 2, (0.0,), (16.0,))
    net.target_scale = TargetScale(100.0, 12.5)
    return net


if __name__ == "__main__":
    training = {"data": "made up", "metrics": {"accuracy": 0.75}, "features": ["a", "b", "c"]}
    name = f"format-{int(sys.argv[1])}"
    save(classes_model(), HERE / f"{name}-classes.safetensors", training)
    save(number_model(), HERE / f"{name}-number.safetensors")
