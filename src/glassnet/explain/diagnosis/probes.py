"""What a recorded run can be measured by: probes of its steps, its rows and its epochs.

A probe looks at one recorded step in float64: a pass of some of the rows through the network
before it, and the update that it made, tried at a tenth, at its own and at ten times its length.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import ReLU, Sigmoid, Tanh
from glassnet.core.errors import InputError
from glassnet.core.losses import Pinball
from glassnet.core.network import Network, shares
from glassnet.core.passes import BackwardPass
from glassnet.explain.diagnosis.figures import (
    FLAT,
    NEIGHBOURS,
    AtEnd,
    Figures,
    Inputs,
    LayerFigures,
    Probe,
    ProbedUpdate,
)
from glassnet.explain.diagnosis.leak import leak_of
from glassnet.training import Recording, Rows, r2
from glassnet.training.rows import constant_loss

MOST_ROWS = 512  # rows that a probe passes through: a share of them has a standard error < 2.3 %
MOST_PROBES = 24  # steps that are looked at
MORE_ROWS = 4096  # rows that are counted at the end: classes found, neurons dead
SHORTEST = 1e-6  # of an update: how far it is cut to find a length that lowers the loss
STEEPEST = {Sigmoid.name: 0.25, Tanh.name: 1.0}  # the greatest f′

Vector = NDArray[np.float64]


def figures_of(recording: Recording, rows: Rows | None) -> Figures:
    """Measures a run; without rows only what its records alone tell.

    Raises: InputError where no step is recorded.
    """
    steps = list(recording.steps)
    if not steps:
        raise InputError(f"the run {recording.path} holds no step to look at.")
    if recording.end is not None and recording.end != steps[-1]:
        steps.append(recording.end)
    with np.errstate(all="ignore"):
        first, last = recording.network(steps[0]), recording.network(steps[-1])
        base = {"recording": recording, "first": first, "last": last, "last_step": steps[-1]}
        if rows is None:
            return Figures(**base)
        chosen = np.random.default_rng(0).permutation(len(rows))[:MOST_ROWS]
        seen = rows.take(np.sort(chosen))
        looked = _places(steps)
        probes = [probe for step in looked if (probe := _probe(recording, step, rows, seen))]
        tail = [step for step in looked if step >= steps[0] + 0.75 * (steps[-1] - steps[0])]
        return Figures(
            **base,
            probes=probes,
            inputs=_inputs(rows.X),
            class_shares=_class_shares(first, rows),
            at_end=_at_end(last, rows),
            constant_loss=constant_loss(first, seen),
            neighbours_skill=_neighbours(first, seen),
            leak=leak_of(
                seen.X, seen.y if first.classes is None else labels(seen), first.classes is not None
            ),
            averaged_loss=_averaged(recording, tail, seen),
            averaged_from=tail[0],
            rows=len(rows),
            rows_looked_at=len(seen),
        )


def _places(steps: list[int]) -> list[int]:
    """Steps to look at: half crowd at the beginning, half lie evenly, the last among them."""
    n = len(steps)
    crowded = np.geomspace(1, n, MOST_PROBES // 2) - 1
    even = np.linspace(0, n - 1, MOST_PROBES // 2)
    return [steps[i] for i in sorted({round(float(i)) for i in (*crowded, *even)})]


def _probe(recording: Recording, step: int, rows: Rows, seen: Rows) -> Probe | None:
    net = recording.network(step).astype("float64")
    p = net.backward(net.forward(seen.X), seen.y, seen.w)
    if not np.isfinite(p.loss):
        return None
    y_hat = p.dense[-1].a
    told = _told(net, y_hat, seen)
    made = recording.steps and step in recording.steps and step != recording.diverged
    update = None
    if made and not recording.full_batch:
        update = _update(recording, step, net, rows, seen)
    return Probe(
        step, p.loss, layers=[_layer(d) for d in p.dense], noise=_noise(p), update=update, **told
    )


def _layer(step: Any) -> LayerFigures:
    f = step.layer.activation
    dead = flat = stuck = None
    if isinstance(f, ReLU):
        dead = float((step.a == 0).all(axis=0).mean())
    if f.name in STEEPEST:
        low = np.abs(f.df(step.z, step.a)) < FLAT * STEEPEST[f.name]  # (B, n_out)
        flat, stuck = float(low.mean()), float(low.all(axis=0).mean())
    norm = np.linalg.norm
    return LayerFigures(
        f.name, float(norm(step.delta)), float(norm(step.layer.W)), dead, flat, stuck
    )


def _told(net: Network, y_hat: NDArray[Any], seen: Rows) -> dict[str, Any]:
    """How good the predictions are, and how they spread."""
    if net.classes is None:
        y = net.loss.targets(seen.y, net.n_out, np.dtype(np.float64))
        deviation = float(np.sqrt(y.var(axis=0).sum()))
        spread = float(np.sqrt(y_hat.var(axis=0).sum())) / deviation if deviation else None
        if not np.isfinite(y_hat).all():
            return {"skill": -np.inf, "spread": spread}
        if isinstance(net.loss, Pinball):
            return {"skill": _less(net.loss, y_hat, y), "spread": None}  # no mean is aimed at
        return {"skill": r2(y, y_hat), "spread": spread}
    k = len(net.classes)
    chosen = net.choose(y_hat)
    y = labels(seen)
    share = shares(seen.w, len(y))
    right, most = float(share @ (chosen == y)), float(np.bincount(y, share, k).max())
    return {
        "skill": (right - most) / (1 - most) if most < 1 else np.nan,
        "predicted": (np.bincount(chosen, minlength=k) / len(y)).tolist(),
    }


def _less(loss: Pinball, y_hat: NDArray[Any], y: NDArray[Any]) -> float:
    """By how much less the loss is than that of the rows' own quantiles, for every row alike."""
    q = loss.quantiles or (loss.quantile,)
    alike = np.broadcast_to([np.quantile(y[:, k], each) for k, each in enumerate(q)], y.shape)
    said = np.asarray(y_hat, np.float64)
    own, constant = (float(loss.sample(a, a, y).mean()) for a in (said, alike))
    return 1 - own / constant if constant else np.nan


def labels(rows: Rows) -> NDArray[np.intp]:
    """Each row's class, counted from 0."""
    y = np.asarray(rows.y)
    if y.ndim == 2:
        return y.argmax(axis=1) if y.shape[1] > 1 else (y[:, 0] >= 0.5).astype(np.intp)
    return y.astype(np.intp)


def _noise(p: BackwardPass) -> float:
    """tr Σ/|G|² from the gradients of single rows, whose squared norms need no gradient.

    dW of a row is delta ⊗ x, so that ‖g‖² = Σ_layers ‖delta‖²(‖x‖² + 1).
    """
    n = len(p.x)
    if n < 2:
        return np.nan
    single = np.zeros(n)
    whole = 0.0
    for step in p.dense:
        if step.layer.frozen:
            continue
        delta, x = step.delta * n, step.x
        single += (delta * delta).sum(axis=1) * ((x * x).sum(axis=1) + 1)
        whole += float((step.layer.dW**2).sum() + (delta.mean(axis=0) ** 2).sum())
    scatter = (float(single.mean()) - whole) * n / (n - 1)  # tr Σ
    signal = whole - scatter / n  # |G|², without what the noise of n rows adds
    return scatter / signal if signal > 0 else np.inf


def _update(
    recording: Recording, step: int, net: Network, rows: Rows, seen: Rows
) -> ProbedUpdate | None:
    after = recording.replay(step, rows)
    learned = slice(0, net.n_learned)
    change = after.theta.astype(np.float64) - net.theta
    if not np.isfinite(change).all():
        return None
    batch = rows.take(recording.batch(step))
    start, uphill = net.theta.copy(), net.grad.copy()

    def objective(rows: Rows, move: Vector, masked: bool) -> float:
        net.theta[...] = start + move
        p = net.forward(rows.X, recording.rng(step) if masked else None)
        return net.measure(p, rows.y, rows.w).loss + net.penalty()

    own = [objective(batch, part * change, True) for part in (0, 1)]
    others = [objective(seen, part * change, False) for part in (0, 1, 10)]
    good = 1.0
    while good >= SHORTEST and not objective(batch, good * change, True) < own[0]:
        good /= 10
    plain = None
    rule = recording.optimizer(step)
    if rule.name in ("momentum", "nesterov"):
        net.theta[...] = start
        net.gradient(batch.X, batch.y, batch.w, recording.rng(step))
        move = np.zeros_like(change)
        rate = rule.learning_rate * recording.factor(step)
        move[learned] = -rate * net.grad[learned]
        plain = objective(seen, move, False)
    net.theta[...] = start
    norm = np.linalg.norm
    length = float(norm(change[learned]) * norm(uphill[learned]))
    # weights that begin at nought are small beside any update: seen beside a tenth of what an
    # initializer draws, of a variance of about 1/n_in, ‖W‖ ≈ √n_out
    ratios = [
        float(norm(part) / max(norm(W), 0.1 * np.sqrt(len(W))))
        for (name, part), (_, W) in zip(net.split(change).items(), net.split(start).items())
        if name[0] == "W"
    ]
    size = float(norm(start[learned]))
    return ProbedUpdate(
        float(norm(change[learned])) / size if size else np.inf,
        ratios,
        *own,
        *others,
        good=good if good >= SHORTEST else None,
        downhill=-float(change[learned] @ uphill[learned]) / length if length else 0.0,
        plain=plain,
    )


def _inputs(X: NDArray[Any]) -> Inputs | None:
    X = X[:: max(len(X) // 20_000, 1)].astype(np.float64)
    mean, deviation = X.mean(axis=0), X.std(axis=0)
    varies = np.flatnonzero(deviation > 1e-12 * (1 + np.abs(mean)))
    if not len(varies):
        return None
    size = np.sqrt((X * X).mean(axis=0))
    off = np.abs(mean[varies]) / deviation[varies]
    return Inputs(
        float(np.median(size[varies])),
        float(size.max()),
        int(size.argmax()),
        float(off.max()),
        int(varies[off.argmax()]),
    )


def _class_shares(net: Network, rows: Rows) -> list[float] | None:
    if net.classes is None:
        return None
    counts = np.bincount(labels(rows), minlength=len(net.classes))
    return (counts / len(rows)).tolist()


def _at_end(net: Network, rows: Rows) -> AtEnd:
    part = rows.take(slice(None, None, -(-len(rows) // MORE_ROWS)))
    p = net.forward(part.X)
    dead = [
        float((step.a == 0).all(axis=0).mean()) if isinstance(step.layer.activation, ReLU) else None
        for step in p.dense
    ]
    if net.classes is None:
        return AtEnd(len(part), None, dead)
    y = labels(part)
    hit = net.choose(p.dense[-1].a) == y
    recall = [
        float(hit[y == c].mean()) if (y == c).any() else np.nan for c in range(len(net.classes))
    ]
    return AtEnd(len(part), recall, dead)


def _neighbours(net: Network, rows: Rows) -> float | None:
    """The skill of each row's nearest others, of standardised features: what x surely tells."""
    X = rows.X.astype(np.float64)
    deviation = X.std(axis=0)
    X = (X - X.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    if len(X) <= 4 * NEIGHBOURS:
        return None
    square = (X * X).sum(axis=1)
    distance = square[:, None] + square - 2 * (X @ X.T)
    np.fill_diagonal(distance, np.inf)
    near = np.argpartition(distance, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]  # (N, k)
    if net.classes is None:
        y = np.asarray(rows.y, np.float64).reshape(len(X), -1)
        return r2(y, y[near].mean(axis=1))
    y = labels(rows)
    share = shares(rows.w, len(y))
    votes = (share[:, None] * np.eye(len(net.classes))[y])[near].sum(axis=1)
    right, most = float(share @ (votes.argmax(axis=1) == y)), float(np.bincount(y, share).max())
    return (right - most) / (1 - most) if most < 1 else None


def _averaged(recording: Recording, steps: list[int], seen: Rows) -> float | None:
    """The loss of the mean of the parameters at these steps: what is left without their noise."""
    if len(steps) < 3:
        return None
    nets = [recording.network(step).astype("float64") for step in steps]
    net = nets[0]
    net.theta[...] = np.mean([each.theta for each in nets], axis=0)
    loss = net.measure(net.forward(seen.X), seen.y, seen.w).loss
    return loss if np.isfinite(loss) else None
