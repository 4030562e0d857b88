"""What an optimizer does to one parameter, as trees: its state, and the new value.

A rule is told in steps over the quantities W the parameter, g the gradient that the update is
given, η the rate of this update, m, v, ... the state before it and new.m, new.v, ... after it.
"""

from collections.abc import Callable

from glassnet.core import optimizers as core
from glassnet.core.optimizers import Optimizer
from glassnet.core.parts import as_written
from glassnet.formula.tree import (
    Expression,
    Function,
    Number,
    Product,
    Sum,
    Symbol,
    Written,
    maximum,
    minimum,
    sqrt,
)

Rules = dict[str, Expression]  # by the prefix of what it gives: "new.m", "m_hat", "new"

W, g, η = Symbol("W"), Symbol("g"), Symbol("η")
m, v, s, v_max, mean = map(Symbol, ("m", "v", "s", "v_max", "mean"))
new_m, new_v, new_s = Symbol("new.m"), Symbol("new.v"), Symbol("new.s")
new_v_max, new_mean = Symbol("new.v_max"), Symbol("new.mean")
m_hat, v_hat = Symbol("m_hat"), Symbol("v_hat")


def rules(rule: Optimizer, t: Written) -> Rules:
    """The steps of update number t, from 1, or a symbol for it; of one's own its name alone."""
    if is_own(rule):
        name = rule.name if rule.name.isascii() and rule.name.isidentifier() else "update"
        return {"new": Function(name, (W, g))}
    return next(tell for kind, tell in _TELLERS if isinstance(rule, kind))(rule, t)


def is_own(rule: Optimizer) -> bool:
    """Whether a rule computes by methods that are somebody's own, and so has no formula here."""
    return not as_written(rule)


def _sgd(rule: Optimizer, t: Written) -> Rules:
    return {"new": W - η * g}


def _momentum(rule: core.Momentum, t: Written) -> Rules:
    return {"new.v": rule.momentum * v + g, "new": W - η * new_v}


def _nesterov(rule: core.Nesterov, t: Written) -> Rules:
    mu = rule.momentum
    return {"new.v": mu * v + g, "new": W - η * (g + mu * new_v)}


def _adagrad(rule: core.AdaGrad, t: Written) -> Rules:
    rate = η / (1 + (t - 1) * Number(rule.lr_decay)) if rule.lr_decay else η
    return {"new.s": s + g**2, "new": W - rate * g / (sqrt(new_s) + rule.eps)}


def _rmsprop(rule: core.RMSProp, t: Written) -> Rules:
    keep = Number(rule.decay)
    steps: Rules = {"new.s": keep * s + (1 - keep) * g**2}
    square: Expression = new_s
    if rule.centered:
        steps["new.mean"] = keep * mean + (1 - keep) * g
        square = maximum(new_s - new_mean**2, 0)
    direction = g / (sqrt(square) + rule.eps)
    if not rule.momentum:
        return {**steps, "new": W - η * g / (sqrt(square) + rule.eps)}
    return {**steps, "new.v": rule.momentum * v + direction, "new": W - η * new_v}


def _adam(rule: core.Adam, t: Written, second: Expression = new_v) -> Rules:
    one, two = Number(rule.beta1), Number(rule.beta2)
    return {
        "new.m": one * m + (1 - one) * g,
        "new.v": two * v + (1 - two) * g**2,
        "m_hat": new_m / (1 - one**t),
        "v_hat": second / (1 - two**t),
        "new": W - η * m_hat / (sqrt(v_hat) + rule.eps),
    }


def _amsgrad(rule: core.AMSGrad, t: Written) -> Rules:
    steps: Rules = {**_adam(rule, t, new_v_max), "new.v_max": maximum(v_max, new_v)}
    if rule.form == "paper":
        del steps["m_hat"], steps["v_hat"]
        steps["new"] = W - η * new_m / (sqrt(new_v_max) + rule.eps)
    return steps


def _adamw(rule: core.AdamW, t: Written) -> Rules:
    shrink = η if rule.form == "pytorch" else η / rule.learning_rate
    step = η * m_hat / (sqrt(v_hat) + rule.eps)
    return {**_adam(rule, t), "new": W * (1 - shrink * rule.weight_decay) - step}


# the special before the general: AdamW is an Adam
_TELLERS: tuple[tuple[type[Optimizer], Callable[..., Rules]], ...] = (
    (core.SGD, _sgd),
    (core.Nesterov, _nesterov),
    (core.Momentum, _momentum),
    (core.AdaGrad, _adagrad),
    (core.RMSProp, _rmsprop),
    (core.AMSGrad, _amsgrad),
    (core.AdamW, _adamw),
    (core.Adam, _adam),
)


def clipped(gradient: Expression, by_norm: float | None, limit: float | None) -> Expression:
    """What the update is given of a gradient.

    Args:
        by_norm: what clip_norm multiplied it by, None where it did not.
        limit: clip_value, None where it did not hold this entry back.
    """
    told = gradient if by_norm is None else scaled(gradient, by_norm)
    return told if limit is None else maximum(-Number(limit), minimum(told, limit))


def scaled(told: Expression, by: float) -> Expression:
    """An expression as a whole times a number: (W − η·g)·0.7."""
    return Product((told if isinstance(told, Sum) else Sum((told,)), Number(by)))
