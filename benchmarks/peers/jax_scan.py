"""JAX, a whole epoch in one jitted scan, warm: compiling is not timed.

The last batch of an epoch, being shorter than a scan can take, is a call of its own.
"""
# pyright: reportMissingImports=false

from _door import Training, Worked, main

import jax  # isort: skip
import jax.numpy as jnp  # isort: skip
import jax_step  # isort: skip
import numpy as np  # isort: skip

_compiled = {}


def training(w: Training):
    key = w.name, len(w.X)
    whole = len(w.X) // w.batch_size * w.batch_size
    state = jax_step.start(w)
    X, y = jnp.asarray(w.X), jnp.asarray(w.y)
    if key not in _compiled:
        step = jax_step.make_step(w)

        def epoch(state, X, y, order):
            def body(state, index):
                return step(state, X[index], y[index]), None

            state, _ = jax.lax.scan(body, state, order[:whole].reshape(-1, w.batch_size))
            return step(state, X[order[whole:]], y[order[whole:]]) if whole < len(w.X) else state

        order = jnp.arange(len(w.X), dtype=jnp.int32)
        _compiled[key] = jax.jit(epoch, donate_argnums=0).lower(state, X, y, order).compile()
    epoch = _compiled[key]
    rng = np.random.default_rng(0)

    def go():
        nonlocal state
        for _ in range(w.epochs):
            state = epoch(state, X, y, jnp.asarray(rng.permutation(len(w.X)).astype(np.int32)))
        jax.block_until_ready(state)

    return go, lambda: [(np.asarray(W), np.asarray(b)) for W, b in state[0]]


def worked(w: Worked):
    params = jax_step.worked_start(w)
    step = jax_step.make_worked_step(w)
    if w.name not in _compiled:
        _compiled[w.name] = jax.jit(
            lambda params: jax.lax.fori_loop(0, w.steps, lambda _, p: step(p), params)
        )

    def go():
        nonlocal params
        params = jax.block_until_ready(_compiled[w.name](params))

    return go, lambda: jax_step.worked_outputs(w, params)


main(
    jax_step.LIBRARY, blas=jax_step.BLAS, worked=worked, training=training, can=("dtype", "dropout")
)
