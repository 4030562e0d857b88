"""What a saved model is worth, on rows that it never saw."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import find_column
from glassnet.exchange.arrivals import Unsaid
from glassnet.jobs.open import Looked, lines_named, open_model, rows_to_look_at
from glassnet.jobs.threads_and_signals import Say
from glassnet.training import Baseline, Estimate, baseline_from
from glassnet.training.figures import SummedFigures
from glassnet.training.measure.by_group import by_group
from glassnet.training.measure.estimate import estimate_answers, estimate_rows, first_told
from glassnet.training.outputs import Answers, answers
from glassnet.training.results import EvaluationResult
from glassnet.training.rows import as_rows, measure
from glassnet.training.targets import are_yes_no, quantiles_in
from glassnet.training.team import ALONE, Team


def evaluate(
    model: str | Path,
    data: str,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
    unsaid: Unsaid = Unsaid(),
    groups: str | None = None,
    team: Team = ALONE,
) -> EvaluationResult:
    """The figures of a model on data: of a set with a test part on that alone.

    Args:
        encoding: of a table, where it is named. say: is told what is not sure.
        unsaid: what another tool's file does not say.
        groups: the column of a table for whose values figures are told apart.
        team: each of whose ranks reads and answers its part of the rows; of a row nothing but its
            answers goes to the others.

    Raises: InputError where the model or the data cannot be read, or do not fit each other.
    """
    if groups is not None and team.size > 1:
        raise InputError("--groups is one process's work: leave it, or mpiexec, out.")
    with lines_named(data, encoding=encoding):
        opened = open_model(model, data=data, encoding=encoding, unsaid=unsaid, say=say)
        net, looked = opened.net, rows_to_look_at(data, opened, encoding, say, team)
        began = perf_counter()
        simple = [baseline_from(net, spec) for spec in opened.about.get("baselines") or ()]
        names = opened.targets or None
        told, n = None, len(looked.X)
        if team.size > 1 and are_yes_no(net):
            raise InputError(
                "several yes/no targets are measured by one process: leave mpiexec out."
            )
        if team.size > 1:
            metrics, found, n = _by_ranks(net, looked, simple, names, team)
        else:
            rows = as_rows(net, looked.X, looked.y, "the data")
            metrics = measure(net, rows)
            found = estimate_rows(
                net, rows, looked.y, baselines=simple, names=names, unseen=looked.unseen
            )
        if groups is not None:
            if are_yes_no(net):
                raise InputError(
                    "--groups tells the figures of one target, and this model has several yes/no "
                    "targets: leave it out."
                )
            if quantiles_in(net):
                raise InputError(
                    "--groups tells the figures of one answer, and this model gives several "
                    "quantiles: leave it out."
                )
            if not hasattr(looked.X, "columns"):
                raise InputError(f"--groups goes with a table; {data} is none: leave it out.")
            column = find_column(looked.X.columns, groups)
            rows = as_rows(net, looked.X, looked.y, "the data")
            told = by_group(net, rows, looked.y, looked.X[column].to_list(), column)
        seconds = perf_counter() - began
    values = {name: figure.value for name, figure in found.figures.items()}
    known = {name: value for name, value in values.items() if value is not None}
    metrics = first_told(metrics | known)
    return EvaluationResult(metrics, seconds, n, looked.which, found, told, looked.learned)


def _by_ranks(
    net: Network, looked: Looked, simple: list[Baseline], names: Sequence[str] | None, team: Team
) -> tuple[dict[str, float], Estimate, int]:
    """Metrics, figures, and of how many rows, each rank having answered its part of them."""
    figures, mine = SummedFigures(), None
    if len(looked.X):
        rows = as_rows(net, looked.X, looked.y, "the data")
        figures.add(net, rows)
        said = [answers(net, rows.X), *(each.answers(rows.X) for each in simple)]
        mine = (rows.y if net.classes is not None else looked.y), said
    team.meet()  # who has fewer rows waits, however long
    every = [each for each in team.gather(mine) if each is not None]
    if not every:
        raise InputError("the data have no row with a target: expected rows.")
    first, *others = team.gather(figures)
    for other in others:
        first.join(other)
    y = np.concatenate([each for each, _ in every])
    joined = [_joined(of) for of in zip(*(said for _, said in every), strict=True)]
    beside = list(zip(simple, joined[1:], strict=True))
    found = estimate_answers(net, y, joined[0], beside, names=names, unseen=looked.unseen)
    return first.told(net), found, len(y)


def _joined(parts: Sequence[Answers]) -> Answers:
    choices = [part.choice for part in parts if part.choice is not None]
    y_hat = np.concatenate([part.y_hat for part in parts])
    return Answers(y_hat, np.concatenate(choices) if choices else None)
