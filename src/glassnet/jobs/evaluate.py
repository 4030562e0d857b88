"""What a saved model is worth, on rows that it never saw."""

from pathlib import Path
from time import perf_counter

from glassnet.core.errors import InputError
from glassnet.data import find_column
from glassnet.exchange.arrivals import Unsaid
from glassnet.jobs.open import lines_named, open_model, rows_to_look_at
from glassnet.jobs.threads_and_signals import Say
from glassnet.training import baseline_from
from glassnet.training.measure.by_group import by_group
from glassnet.training.measure.estimate import estimate_rows, first_told
from glassnet.training.results import EvaluationResult
from glassnet.training.rows import as_rows, measure


def evaluate(
    model: str | Path,
    data: str,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
    unsaid: Unsaid = Unsaid(),
    groups: str | None = None,
) -> EvaluationResult:
    """The figures of a model on data: of a set with a test part on that alone.

    Args:
        encoding: of a table, where it is named. say: is told what is not sure.
        unsaid: what another tool's file does not say.
        groups: the column of a table for whose values figures are told apart.

    Raises: InputError where the model or the data cannot be read, or do not fit each other.
    """
    with lines_named(data, encoding=encoding):
        opened = open_model(model, data=data, encoding=encoding, unsaid=unsaid, say=say)
        net, looked = opened.net, rows_to_look_at(data, opened, encoding, say)
        began = perf_counter()
        rows = as_rows(net, looked.X, looked.y, "the data")
        metrics = measure(net, rows)
        simple = [baseline_from(net, spec) for spec in opened.about.get("baselines") or ()]
        names = opened.targets or None
        found = estimate_rows(
            net, rows, looked.y, baselines=simple, names=names, unseen=looked.unseen
        )
        told = None
        if groups is not None:
            if not hasattr(looked.X, "columns"):
                raise InputError(f"--groups goes with a table; {data} is none: leave it out.")
            column = find_column(looked.X.columns, groups)
            told = by_group(net, rows, looked.y, looked.X[column].to_list(), column)
        seconds = perf_counter() - began
    values = {name: figure.value for name, figure in found.figures.items()}
    known = {name: value for name, value in values.items() if value is not None}
    metrics = first_told(metrics | known)
    return EvaluationResult(metrics, seconds, len(rows), looked.which, found, told, looked.learned)
