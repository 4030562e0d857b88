"""Findings about the layers: first weights, vanishing gradients, dead, flat, equal neurons."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.explain.diagnosis.figures import FLAT, Figures, Probe
from glassnet.explain.diagnosis.finding import (
    Evidence,
    Finding,
    is_poor,
    is_well,
    percent,
    percent_of,
    since,
    skill,
)

# From the last layer to the first ‖delta‖ may change by this much: with one rate for all, the
# layers then differ in speed by as much. Between initializations made for the activation and
# ten layers it changed by less than 10 in every healthy run.
SPAN = 1e3
DEEP = 4  # layers from which on a decline is told from a single flat layer
STEADY = 0.75  # the share of layers across which it goes the same way
# "as much as 40% of your network can be dead ... if the learning rate is set too high"
# (Karpathy, CS231n, "Neural Networks Part 1"); healthy runs had up to 0.28.
DEAD = 0.4
FLAT_AT_START = 0.5  # most values flat before anything is learned; healthy runs had none
STUCK = 0.4  # neurons flat for every row are as good as dead; hence the same share
EQUAL = 1e-4  # rows of W differ by less than this part of their length: one neuron, many times
STILL_EQUAL = 1e-2  # and after training
# Glorot's, LeCun's and He's deviations of a layer lie within a factor √(1 + n_out/n_in) of each
# other; twice the largest and half the smallest of them still train alike.
ORDINARY = 2.0
SCALE = 5.0  # beyond that, all layers together: ten times for one layer, three for each of four


def bad_scale(f: Figures) -> Finding | None:
    """First weights far from those that keep a signal's size; needs no data but for the harm."""
    if f.recording.steps[0] > 0:
        return None
    layers = f.first.dense_layers
    beyond = [_beyond(layer, last=layer is layers[-1]) for layer in layers]
    total = math.prod(beyond)
    if 1 / SCALE <= total <= SCALE:
        return None
    n = int(np.argmax(np.abs(np.log(beyond))))
    layer = layers[n]
    large = total > 1
    known = "he_normal" if layer.activation.name == "relu" else "glorot_normal"
    fan = layer.n_in if known == "he_normal" else (layer.n_in + layer.n_out) / 2
    usual = math.sqrt((2 if known == "he_normal" else 1) / fan)
    evidence: list[Evidence] = [
        Evidence(f"root mean square of W{n + 1} at the first step", _size(layer.W)),
        Evidence(f"that of {known} weights there", usual),
        Evidence(
            "all layers together, times above twice the usual"
            if large
            else "all layers together, times below half the usual",
            total if large else 1 / total,
        ),
    ]
    if f.end is not None:
        evidence += [
            Evidence("loss at the first step", f.probes[0].loss),
            Evidence("loss of the mean target, a constant", f.constant_loss),
            Evidence(
                "% of what a constant answer leaves open that was learned", percent_of(skill(f))
            ),
        ]
    harm = "note" if is_well(f) or math.isnan(skill(f)) else "warning"
    return Finding(
        "bad initial scale",
        "severe" if is_poor(f) else harm,
        0,
        evidence,
        "z = W·x has about n_in·s² times the variance of x, where s is the deviation of W, and "
        "delta changes as much on the way back. "
        + (
            "Here z began far too large: neurons are flat or dead from the start, or the first "
            "answers are sure and wrong, and updates of the usual length hardly turn W."
            if large
            else "Here it shrinks from layer to layer, so that all rows give nearly one answer "
            "and nearly no gradient comes back: θ = 0 is a saddle of L."
        ),
        f"Start W{n + 1} and its like from {known} weights, of variance "
        + ("2/n_in." if known == "he_normal" else "2/(n_in + n_out)."),
    )


def _beyond(layer: Dense, last: bool) -> float:
    """How many times a layer's weights exceed the ordinary, below 1 where they fall short."""
    size = _size(layer.W)
    if layer.frozen or not size:  # equal weights are found as such
        return 1.0
    low = math.sqrt(min(2 / (layer.n_in + layer.n_out), 1 / layer.n_in)) / ORDINARY
    high = math.sqrt(2 / layer.n_in) * ORDINARY
    if size < low:
        return 1.0 if last else size / low  # a small last layer begins at the constant answer
    return max(size / high, 1.0)


def _size(W: NDArray[Any]) -> float:
    return float(np.sqrt(np.mean(W.astype(np.float64) ** 2)))


def vanishing(f: Figures) -> Finding | None:
    p, falls = _span(f, downwards=True)
    return None if p is None else _spanned(f, p, falls, "vanishing gradients")


def exploding(f: Figures) -> Finding | None:
    p, grows = _span(f, downwards=False)
    return None if p is None else _spanned(f, p, grows, "exploding gradients")


def _span(f: Figures, downwards: bool) -> tuple[Probe | None, float]:
    """The first probe at which ‖delta‖ spans too much towards the input, and by how much.

    A decline must hold at most probes: a gradient may vanish for a moment. Growth counts at
    the beginning, before it has done its harm.
    """
    found: list[tuple[Probe, float]] = []
    for p in f.probes:
        delta = np.array([layer.delta for layer in p.layers])
        if len(delta) < DEEP or not (np.isfinite(delta).all() and (delta > 0).all()):
            continue
        factors = delta[:-1] / delta[1:]  # a layer's by that of the one behind it
        goes = factors < 1 if downwards else factors > 1
        span = delta[-1] / delta[0] if downwards else delta[0] / delta[-1]
        if span > SPAN and goes.mean() >= STEADY:
            found.append((p, float(span)))
    if not found or (downwards and len(found) < 0.5 * len(f.probes)):
        return None, 0.0
    if not downwards and found[0][0] is not f.probes[0]:
        return None, 0.0
    return found[0]


def _spanned(f: Figures, p: Probe, span: float, name: str) -> Finding:
    n = len(p.layers)
    each = span ** (1 / (n - 1))
    down = name.startswith("vanishing")
    evidence = [
        Evidence(f"‖delta{n}‖ over the rows looked at", p.layers[-1].delta),
        Evidence(f"‖delta{(n + 1) // 2}‖", p.layers[(n + 1) // 2 - 1].delta),
        Evidence("‖delta1‖", p.layers[0].delta),
        Evidence(
            f"{'loss' if down else 'growth'} by each layer on the way back, as a factor", each
        ),
        Evidence("‖W1‖", p.layers[0].W),
    ]
    rule = "delta of layer l is f′(z)·(Wᵀ delta of layer l+1), so that each layer multiplies it; "
    if down:
        kinds = {layer.activation for layer in p.layers[:-1]}
        bound = " as sigmoid's f′ is at most ¼," if "sigmoid" in kinds else ""
        why = (
            f"here it shrinks{bound} {each:.2g} times a layer, {span:.1e} times in all. "
            "The first layers get next to no gradient and stay as they were initialised."
        )
        advice = "Use relu with he_normal, or fewer layers."
    else:
        why = (
            f"here it grows {each:.2g} times a layer, {span:.1e} times in all. "
            "A rate that suits the last layer is as many times too large for the first."
        )
        advice = (
            "Start from smaller weights, he_normal for relu and glorot_uniform for tanh, and bound "
            "what is left with clip_norm 1."
        )
    severity = "severe" if is_poor(f) else ("note" if is_well(f) else "warning")
    return Finding(name, severity, p.step, evidence, rule + why, advice)


def dead_relus(f: Figures) -> Finding | None:
    if f.at_end is None or not f.probes:
        return None
    each = [[layer.dead for layer in p.layers[:-1]] for p in f.probes]
    shares = [_dead(f.last, dead) for dead in each]
    whole = [1 in dead for dead in each]
    at_end, none_lives = dead_share(f), 1 in f.at_end.dead[:-1]
    if not (at_end > DEAD or none_lives):
        return None
    evidence = [
        Evidence("rows looked at, at the end", float(f.at_end.rows)),
        Evidence(
            "% of the hidden ReLUs with a = 0 for all rows looked at, at the first step",
            percent(shares[0]),
        ),
        Evidence("and at the end", percent(at_end)),
    ]
    evidence += [
        Evidence(f"% of layer {n}", percent(dead))
        for n, dead in enumerate(f.at_end.dead[:-1], start=1)
        if dead is not None
    ]
    began = since(f.probes, [s > DEAD or w for s, w in zip(shares, whole, strict=True)])
    at_start = began == f.probes[0].step
    if at_start:
        advice = "Start with biases near 0 and he_normal weights, and scale the inputs."
    else:
        advice = "Use a smaller learning rate, or leaky_relu, whose slope is nowhere 0."
    severity = "severe" if none_lives else ("note" if is_well(f) else "warning")
    return Finding(
        "dead ReLUs",
        severity,
        began,
        evidence,
        "Where z = W·x + b < 0 for every row, a = max(z, 0) = 0 and f′(z) = 0, so that "
        "delta = f′(z)·da = 0 and neither W nor b of that neuron ever changes again. "
        + (
            "They were so from the first recorded step."
            if at_start
            else "It was the updates that pushed them there."
        ),
        advice,
    )


def dead_share(f: Figures) -> float:
    """Of all hidden ReLUs, at the end."""
    return 0.0 if f.at_end is None else _dead(f.last, f.at_end.dead[:-1])


def _dead(net: Network, shares: list[float | None]) -> float:
    """Of all hidden ReLUs, from the share in each layer."""
    dead, total = 0.0, 0
    for share, layer in zip(shares, net.dense_layers[:-1], strict=True):
        if share is not None:
            dead, total = dead + share * layer.n_out, total + layer.n_out
    return dead / total if total else 0.0


def saturated(f: Figures) -> Finding | None:
    if f.end is None:
        return None
    start, end = f.probes[0].layers[:-1], f.end.layers[:-1]
    flat = [layer.flat for layer in start if layer.flat is not None]
    stuck = [layer.stuck for layer in end if layer.stuck is not None]
    at_start = bool(flat) and max(flat) > FLAT_AT_START
    at_end = bool(stuck) and max(stuck) > STUCK
    if not (at_start or at_end):
        return None
    holds = [max(layer.stuck or 0 for layer in p.layers[:-1]) > STUCK for p in f.probes]
    evidence: list[Evidence] = []
    for n, (before, after) in enumerate(zip(start, end, strict=True), start=1):
        if before.flat is not None and after.flat is not None and after.stuck is not None:
            evidence += [
                Evidence(
                    f"% of layer {n}'s values with |f′| below {FLAT:.0%} of its greatest, at first",
                    percent(before.flat),
                ),
                Evidence("and at the end", percent(after.flat)),
                Evidence(
                    f"% of layer {n}'s neurons so for every row at the end", percent(after.stuck)
                ),
            ]
    return Finding(
        "saturated neurons",
        "note" if is_well(f) else ("severe" if at_end and max(stuck) > 0.9 else "warning"),
        f.probes[0].step if at_start else since(f.probes, holds),
        evidence,
        "Far from z = 0 sigmoid and tanh are flat: f′ = a(1 − a) or 1 − a² is nearly 0, and with "
        "it delta = f′(z)·da and the layer's gradient. "
        + (
            "Here the first weights or inputs are so large that they began there."
            if at_start
            else "The updates drove these neurons there, whatever the row."
        ),
        "Standardise the inputs and start from glorot_uniform weights."
        if at_start
        else "Use a smaller learning rate, or a penalty l2 on the weights.",
    )


def symmetric_weights(f: Figures) -> Finding | None:
    """Needs no data."""
    first = [_difference(f.first, n) for n in range(len(f.first.dense_layers) - 1)]
    equal = [n for n, difference in enumerate(first) if difference < EQUAL]
    if not equal:
        return None
    with np.errstate(all="ignore"):
        last = [_difference(f.last, n) for n in equal]
    still = [n for n, difference in zip(equal, last, strict=True) if difference < STILL_EQUAL]
    if not still and not is_poor(f):
        return None
    told = still or equal
    evidence: list[Evidence] = []
    for n in told:
        evidence += [
            Evidence(f"neurons of layer {n + 1}", float(f.first.dense_layers[n].n_out)),
            Evidence(
                "largest difference of two of their rows of W and b, in lengths of the longest",
                first[n],
            ),
            Evidence(f"and after {f.last_step:,} updates", last[equal.index(n)]),
        ]
    return Finding(
        "symmetric weights",
        "severe" if still else "warning",
        f.recording.steps[0],
        evidence,
        "Neurons with equal weights have equal z, a and delta, so that the rows of dW = deltaᵀ x "
        "are equal too, and they stay equal for ever. A layer of them does the work of one neuron.",
        "Start the hidden layers from random weights: initializer glorot_uniform or he_normal.",
    )


def _difference(net: Network, n: int) -> float:
    """How far the rows of a layer's (W, b) lie apart, by the longest of them; ∞ for one alone."""
    layer = net.dense_layers[n]
    if layer.n_out < 2 or layer.frozen:
        return math.inf
    rows = np.column_stack([layer.W, np.broadcast_to(layer.b, layer.n_out)]).astype(np.float64)
    longest = float(np.linalg.norm(rows, axis=1).max())
    apart = float(np.linalg.norm(rows - rows[0], axis=1).max())
    return apart / longest if longest else 0.0
