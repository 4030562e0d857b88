"""The mean answer along one column of a table, or of a set: what `explain --along` tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from glassnet.core.errors import InputError
from glassnet.exchange.arrivals import Unsaid
from glassnet.explain import PartialDependence
from glassnet.explain.reasons.asked_row import InColumns
from glassnet.explain.reasons.dependence import MOST_ROWS, mean_along
from glassnet.jobs.open import is_model, open_model
from glassnet.jobs.reasons.background import background_of
from glassnet.jobs.reasons.one_of_several import target_asked
from glassnet.jobs.threads_and_signals import Say
from glassnet.training.targets import are_yes_no, one_target


def mean_answers(
    model: str,
    data: str | None,
    column: str,
    of: Any,
    encoding: str | None,
    say: Say,
    unsaid: Unsaid = Unsaid(),
    member: int | None = None,
) -> PartialDependence:
    """Raises: InputError where there is no such column, or the data do not fit the model."""
    if not is_model(model):
        raise InputError(f"--along is asked of a model and a table; {model} is no model file.")
    if data is None:
        raise InputError("--along needs rows: name a table of them.")
    opened = open_model(model, data=data, encoding=encoding, unsaid=unsaid, say=say, member=member)
    rows, _ = background_of(opened, None, data, encoding, say)
    if rows is not None and len(rows) > MOST_ROWS:
        say(f"the mean answer is taken over {MOST_ROWS} rows drawn from these {len(rows):,}")
    targets = () if opened.target is None else opened.target.names
    net, names = opened.net, opened.about.get("features") or ()
    if are_yes_no(net):
        j = target_asked(opened, of)
        about = InColumns(one_target(net, j), names)
        told = mean_along(about, about.background(rows, 0, MOST_ROWS), column)
        return replace(told, of=f"{targets[j]} = {told.of}")
    about = InColumns(net, names, None, targets)
    return mean_along(about, about.background(rows, 0, MOST_ROWS), column, of)
