"""What a specification may hold, checked before anything is made of it.

It may come from a file that anybody wrote: whatever plain JSON it is, what does not fit is an
InputError.
"""

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any

import numpy as np

from glassnet.core.errors import InputError

DTYPES = ("float32", "float64")


def check_classes(classes: Any) -> None:
    """An InputError where classes are not None, nor a row of labels that an array can hold.

    Labels of two kinds, or a string that ends in NUL, would come out of `predict` as others.
    """
    if classes is None:
        return
    labels = classes.tolist() if isinstance(classes, np.ndarray) else classes
    if isinstance(labels, list | tuple) and labels:
        if all(isinstance(label, str) and not label.endswith("\0") for label in labels):
            return
        if all(isinstance(label, bool) for label in labels):
            return
        if all(_is_whole(label) and -(2**63) <= int(label) < 2**63 for label in labels):
            return
        if all(isinstance(label, float) and math.isfinite(label) for label in labels):
            return
    raise InputError(
        "the classes must be strings, or whole numbers of 64 bits, at least one and all of a kind."
    )


def network_settings(spec: Any) -> dict[str, Any]:
    """The entries of a network's specification, with those that Network does not check checked."""
    if not isinstance(spec, Mapping) or not isinstance(spec.get("layers"), list | tuple):
        raise InputError("a network needs layers: its specification has no list of them.")
    settings = dict(spec)
    if settings.get("dtype", "float32") not in DTYPES:
        raise InputError(f"dtype is {settings['dtype']!r}: give float32 or float64.")
    seed = settings.get("seed")
    if seed is not None and not (_is_whole(seed) and seed >= 0):
        raise InputError(f"seed is {seed!r}: give a whole number from 0 up.")
    check_classes(settings.get("classes"))
    return settings


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
