"""JAX, one jitted call a step; the batches are gathered by NumPy. Compiling is not timed."""
# pyright: reportMissingImports=false

from _door import Prediction, Training, Worked, initial, main

import jax  # isort: skip
import jax.numpy as jnp  # isort: skip
import numpy as np  # isort: skip


def forward(params, x):
    for W, b in params[:-1]:
        x = jax.nn.relu(x @ W.T + b)
    W, b = params[-1]
    return x @ W.T + b


def dropped(params, x, dropout, t):
    """The forward pass with masks drawn from the number of the step."""
    key = jax.random.key(0)
    for number, (W, b) in enumerate(params[:-1]):
        x = jax.nn.relu(x @ W.T + b)
        drawn = jax.random.fold_in(jax.random.fold_in(key, t), number)
        x = jnp.where(jax.random.bernoulli(drawn, 1 - dropout, x.shape), x / (1 - dropout), 0)
    W, b = params[-1]
    return x @ W.T + b


def cross_entropy(params, x, y, dropout=0.0, t=0):
    z = dropped(params, x, dropout, t) if dropout else forward(params, x)
    log_p = jax.nn.log_softmax(z)
    return -jnp.take_along_axis(log_p, y[:, None], axis=1).mean()


def start(w: Training):
    jax.config.update("jax_enable_x64", w.dtype == "float64")
    kind = w.dtype
    params = [(jnp.asarray(W, kind), jnp.asarray(b, kind)) for W, b in initial(w.sizes)]
    zeros = jax.tree.map(jnp.zeros_like, params)
    moments = (zeros, jax.tree.map(jnp.zeros_like, params)) if w.optimizer == "adam" else zeros
    return params, moments, jnp.zeros((), jnp.int32)


def make_step(w: Training):
    """(params, moments, t), x, y → the same after one update."""
    rate = w.learning_rate

    def adam(state, x, y):
        params, (m, v), t = state
        g = jax.grad(cross_entropy)(params, x, y, w.dropout, t)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**t, 1 - 0.999**t
        params = jax.tree.map(
            lambda p, m, v: p - rate * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), params, m, v
        )
        return params, (m, v), t

    def momentum(state, x, y):
        params, v, t = state
        g = jax.grad(cross_entropy)(params, x, y, w.dropout, t)
        v = jax.tree.map(lambda v, g: 0.9 * v + g, v, g)
        return jax.tree.map(lambda p, v: p - rate * v, params, v), v, t + 1

    return adam if w.optimizer == "adam" else momentum


_compiled = {}


def training(w: Training):
    step = _compiled.setdefault(w.name, jax.jit(make_step(w), donate_argnums=0))
    state = start(w)
    rng = np.random.default_rng(0)

    def go():
        nonlocal state
        for _ in range(w.epochs):
            order = rng.permutation(len(w.X))
            for at in range(0, len(order), w.batch_size):
                index = order[at : at + w.batch_size]
                state = step(state, w.X[index], w.y[index])
        jax.block_until_ready(state)

    return go, lambda: [(np.asarray(W), np.asarray(b)) for W, b in state[0]]


def worked_start(w: Worked):
    jax.config.update("jax_enable_x64", True)
    return tuple(jnp.array(W) for W in w.W)


def worked_outputs(w: Worked, params):
    a = jnp.array(w.x)
    for W, b in zip(params, w.b):
        a = jax.nn.sigmoid(W @ a + jnp.array(b))
    return a


def make_worked_step(w: Worked):
    def loss(params):
        return 0.5 * ((worked_outputs(w, params) - jnp.array(w.y)) ** 2).sum()

    def step(params):
        return jax.tree.map(lambda p, g: p - w.learning_rate * g, params, jax.grad(loss)(params))

    return step


def worked(w: Worked):
    params = worked_start(w)
    step = _compiled.setdefault(w.name, jax.jit(make_worked_step(w)))

    def go():
        nonlocal params
        for _ in range(w.steps):
            params = step(params)
        jax.block_until_ready(params)

    return go, lambda: worked_outputs(w, params)


def prediction(w: Prediction):
    params = [(jnp.asarray(W), jnp.asarray(b)) for W, b in w.weights]
    predict = jax.jit(lambda x: jax.nn.softmax(forward(params, x)))
    return lambda X: np.asarray(predict(X))


LIBRARY = f"JAX {jax.__version__}"
BLAS = "XLA's own"

if __name__ == "__main__":
    main(
        LIBRARY,
        blas=BLAS,
        worked=worked,
        training=training,
        prediction=prediction,
        can=("dtype", "dropout"),
    )
