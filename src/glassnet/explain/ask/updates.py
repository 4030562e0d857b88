"""What an optimizer does to one parameter, as formulas: its state, and the new value.

A rule is told in steps, each a template with the names of `PLACES` in braces: W the parameter,
g the gradient that the update is given, η the rate of this update, m, v, ... the state before it
and new.m, new.v, ... after it.
"""

from collections.abc import Callable

from glassnet.core.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
)
from glassnet.core.parts import as_written

Rules = dict[str, str]  # by the prefix of what it gives: "new.m", "m_hat", "new"


def rules(rule: Optimizer, t: int) -> Rules:
    """The templates of update number t, from 1; of a rule of one's own its name alone."""
    if is_own(rule):
        name = rule.name if rule.name.isascii() and rule.name.isidentifier() else "update"
        return {"new": f"{name}({{W}}, {{g}})"}
    return next(tell for kind, tell in _TELLERS if isinstance(rule, kind))(rule, t)


def is_own(rule: Optimizer) -> bool:
    """Whether a rule computes by methods that are somebody's own, and so has no formula here."""
    return not as_written(rule)


def _sgd(rule: Optimizer, t: int) -> Rules:
    return {"new": "{W} − {η}·{g}"}


def _momentum(rule: Momentum, t: int) -> Rules:
    return {"new.v": f"{rule.momentum!r}·{{v}} + {{g}}", "new": "{W} − {η}·{new.v}"}


def _nesterov(rule: Nesterov, t: int) -> Rules:
    mu = repr(rule.momentum)
    return {"new.v": f"{mu}·{{v}} + {{g}}", "new": f"{{W}} − {{η}}·({{g}} + {mu}·{{new.v}})"}


def _adagrad(rule: AdaGrad, t: int) -> Rules:
    rate = "{η}" if not rule.lr_decay else f"({{η}}/(1 + {t - 1}·{rule.lr_decay!r}))"
    return {
        "new.s": "{s} + {g}²",
        "new": f"{{W}} − {rate}·{{g}}/(sqrt({{new.s}}) + {rule.eps!r})",
    }


def _rmsprop(rule: RMSProp, t: int) -> Rules:
    keep = repr(rule.decay)
    steps = {"new.s": f"{keep}·{{s}} + (1 − {keep})·{{g}}²"}
    under = "{new.s}"
    if rule.centered:
        steps["new.mean"] = f"{keep}·{{mean}} + (1 − {keep})·{{g}}"
        under = "max({new.s} − {new.mean}², 0)"
    quotient = f"{{g}}/(sqrt({under}) + {rule.eps!r})"
    if not rule.momentum:
        return {**steps, "new": f"{{W}} − {{η}}·{quotient}"}
    steps["new.v"] = f"{rule.momentum!r}·{{v}} + {quotient}"
    return {**steps, "new": "{W} − {η}·{new.v}"}


def _moments(rule: Adam) -> Rules:
    one, two = repr(rule.beta1), repr(rule.beta2)
    return {
        "new.m": f"{one}·{{m}} + (1 − {one})·{{g}}",
        "new.v": f"{two}·{{v}} + (1 − {two})·{{g}}²",
    }


def _adam(rule: Adam, t: int, under: str = "{new.v}") -> Rules:
    return {
        **_moments(rule),
        "m_hat": f"{{new.m}}/(1 − {rule.beta1!r}^{t})",
        "v_hat": f"{under}/(1 − {rule.beta2!r}^{t})",
        "new": f"{{W}} − {{η}}·{{m_hat}}/(sqrt({{v_hat}}) + {rule.eps!r})",
    }


def _amsgrad(rule: AMSGrad, t: int) -> Rules:
    steps = {**_adam(rule, t, "{new.v_max}"), "new.v_max": "max({v_max}, {new.v})"}
    if rule.form == "paper":
        del steps["m_hat"], steps["v_hat"]
        steps["new"] = f"{{W}} − {{η}}·{{new.m}}/(sqrt({{new.v_max}}) + {rule.eps!r})"
    return steps


def _adamw(rule: AdamW, t: int) -> Rules:
    steps = _adam(rule, t)
    shrink = "{η}" if rule.form == "pytorch" else f"({{η}}/{rule.learning_rate!r})"
    decayed = f"{{W}}·(1 − {shrink}·{rule.weight_decay!r})"
    return {**steps, "new": steps["new"].replace("{W}", decayed, 1)}


# the special before the general: AdamW is an Adam
_TELLERS: tuple[tuple[type[Optimizer], Callable[..., Rules]], ...] = (
    (SGD, _sgd),
    (Nesterov, _nesterov),
    (Momentum, _momentum),
    (AdaGrad, _adagrad),
    (RMSProp, _rmsprop),
    (AMSGrad, _amsgrad),
    (AdamW, _adamw),
    (Adam, _adam),
)
