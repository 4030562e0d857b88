"""What the playground sets when a finding's button is pressed: the advice, made a setting."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from glassnet.core.errors import InputError
from glassnet.core.optimizers import OPTIMIZERS
from glassnet.studio.scenes.play.played import MOST_NEURONS, PlayLayer, PlaySettings

Changes = dict[str, Any]


def _ten_times(s: PlaySettings) -> Changes:
    return {"learning_rate": float(f"{s.learning_rate * 10:.2g}")}


def _much_lower(s: PlaySettings) -> Changes:
    """A tenth of the rate, and at most ten times the optimizer's own."""
    usual = OPTIMIZERS[s.optimizer]().learning_rate
    return {"learning_rate": float(f"{min(s.learning_rate / 10, 10 * usual):.2g}")}


def _hidden(activation: str) -> Callable[[PlaySettings], Changes]:
    return lambda s: {
        "layers": [asdict(replace(layer, activation=activation)) for layer in s.layers]
    }


def _twice_as_wide(s: PlaySettings) -> Changes:
    wide = [replace(layer, n=min(2 * layer.n, MOST_NEURONS)) for layer in s.layers]
    return {"layers": [asdict(layer) for layer in wide or [PlayLayer()]]}


REMEDIES: Mapping[str, Callable[[PlaySettings], Changes]] = {
    "diverged": _much_lower,
    "learning rate too high": _much_lower,
    "learning rate too low": _ten_times,
    "dead ReLUs": _hidden("leaky_relu"),
    "saturated neurons": _hidden("relu"),
    "vanishing gradients": _hidden("relu"),
    "overfitting": lambda s: {"l2": max(3 * s.l2, 0.003)},
    "underfitting": _twice_as_wide,
    "noisy gradient": lambda s: {"batch": 4 * s.batch},
    "momentum overshoot": lambda s: {"knobs": s.knobs | {"momentum": 0.5}},
    "plateau": lambda s: {"optimizer": "adam", "knobs": {}, "learning_rate": 0.01},
}


def remedy(finding: str, settings: PlaySettings) -> Changes:
    """What to set. Raises: InputError for a finding that no setting mends."""
    if finding not in REMEDIES:
        raise InputError(f"no setting here mends '{finding[:60]}': its advice says what would.")
    return REMEDIES[finding](settings)
