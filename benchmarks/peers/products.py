"""The bound: the matrix products of a workload alone, into arrays that are there already.

Every step's x @ W.T, delta.T @ x and, from the second layer on, delta @ W. W is laid out in
memory either way, and the faster counts.
"""

from itertools import pairwise

from _door import Prediction, Training, main

import time  # isort: skip
from functools import partial  # isort: skip

import numpy as np  # isort: skip


def layer_products(n_in, n_out, batch, first, columns):
    """A layer's products of one step, as calls; columns: W.T is contiguous instead of W."""
    rng = np.random.default_rng(0)
    make = lambda *shape: rng.normal(size=shape).astype(np.float32)  # noqa: E731
    x, delta = make(batch, n_in), make(batch, n_out)
    Wt = make(n_in, n_out) if columns else make(n_out, n_in).T
    z = np.empty((batch, n_out), np.float32)
    calls = [partial(np.dot, x, Wt, out=z)]
    if columns:
        calls.append(partial(np.dot, x.T, delta, out=np.empty((n_in, n_out), np.float32)))
    else:
        calls.append(partial(np.dot, delta.T, x, out=np.empty((n_out, n_in), np.float32)))
    if not first:
        calls.append(partial(np.dot, delta, Wt.T, out=np.empty_like(x)))
    return calls


def faster(*choices):
    def cost(calls):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            for call in calls * 5:
                call()
            times.append(time.perf_counter() - start)
        return min(times)

    return min(choices, key=cost)


_chosen = {}


def step_products(sizes, batch):
    if (sizes, batch) not in _chosen:
        _chosen[sizes, batch] = [
            call
            for number, (n_in, n_out) in enumerate(pairwise(sizes))
            for call in faster(
                *(layer_products(n_in, n_out, batch, number == 0, way) for way in (False, True))
            )
        ]
    return _chosen[sizes, batch]


def training(w: Training):
    steps = [step_products(w.sizes, batch) for batch in w.batch_sizes]

    def go():
        for _ in range(w.epochs):
            for calls in steps:
                for call in calls:
                    call()

    return go, lambda: None


def prediction(w: Prediction):
    sizes, n = [784, *(len(b) for _, b in w.weights)], len(w.X)
    calls = [
        faster(*([layer_products(*pair, n, True, way)[0]] for way in (False, True)))[0]
        for pair in pairwise(sizes)
    ]

    def predict(X):
        for call in calls:
            call()

    return predict


if __name__ == "__main__":
    main(f"NumPy {np.__version__}", training=training, prediction=prediction)
