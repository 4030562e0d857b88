"""Of several yes/no targets the one that is asked about, and what is said of the others."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.rules import shown
from glassnet.explain.reasons.asked_row import either
from glassnet.explain.reasons.told import AlsoSaid
from glassnet.jobs.open import Model
from glassnet.training.targets import meaning_in


def target_asked(model: Model, of: str | None) -> int:
    """The place of the target of that name; the first where none is named.

    Raises: InputError where there is none of that name.
    """
    names = () if model.target is None else model.target.names
    if of is None:
        return 0
    if of not in names:
        raise InputError(f"{shown(of)} is no target of this network: give {either(list(names))}.")
    return names.index(of)


def also_said(net: Network, raw: Any, names: Sequence[str], but: int) -> dict[str, AlsoSaid]:
    """What is said of a raw row's other targets, by their names."""
    p = np.asarray(net.predict_proba(raw), np.float64)
    words = net.decide(p)[0].tolist()
    told = {}
    for j, (name, pair) in enumerate(zip(names, meaning_in(net).pairs)):
        if j != but:
            yes = words[j] == pair[1]
            told[name] = AlsoSaid(words[j], float(p[0, j] if yes else 1 - p[0, j]))
    return told
