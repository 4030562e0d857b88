"""`glassnet evaluate` and `glassnet predict`: what a trained model is worth, and what it says."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from glassnet.cli.sources import naming_lines


@naming_lines
def evaluate(
    model: Path,
    data: str,
    /,
    *,
    encoding: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Measure a model on data: of a set with a test part, or a built-in one, the test rows alone.

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote.
    data
        A table, a folder of images or a built-in set, with the columns that the model was
        trained on and the target; of a table every row is measured.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; that of the training if not given.
    json
        Print one JSON document.
    """
    import time

    from glassnet.cli.output import print_json
    from glassnet.cli.sources import open_model, rows_to_look_at
    from glassnet.training import baseline_from, estimate
    from glassnet.training.recipe.recipe import score
    from glassnet.training.results import EvaluationResult
    from glassnet.views.text.estimate import estimate_text

    net, about = open_model(model)
    X, y, which = rows_to_look_at(data, about, encoding)
    began = time.perf_counter()
    metrics = score(net, X, y)
    simple = [baseline_from(net, record) for record in about.get("baselines") or ()]
    names = (about.get("target") or {}).get("names") or ()
    found = estimate(net, X, y, baselines=simple, names=names if len(names) > 1 else None)
    seconds = time.perf_counter() - began
    values = {name: figure.value for name, figure in found.figures.items()}
    metrics |= {name: value for name, value in values.items() if value is not None}
    if json:
        print_json(EvaluationResult(metrics, seconds, len(X), which, found))
    else:
        name = next(iter(metrics))
        print(f"{name}: {metrics[name]:.6g}; loss: {metrics['loss']:.6g}")
        print(f"{estimate_text(found).rstrip()}\n")
        print(f"on {len(X):,} rows: {which}")
    return 0


@naming_lines
def predict(
    model: Path,
    data: str,
    /,
    *,
    encoding: str | None = None,
    probabilities: bool = False,
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Print a model's answer for each row, with its probability where it has classes (CSV).

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote.
    data
        A table with the columns that the model was trained on, or as for `glassnet evaluate`.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; that of the training if not given.
    probabilities
        Add a column for each class, with its probability.
    out
        Write to this file instead of the screen: CSV, or Parquet where it ends in .parquet.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import deliver, json_text
    from glassnet.cli.predictions import answered, blocks_of, write_answers
    from glassnet.cli.sources import open_model
    from glassnet.core.errors import InputError
    from glassnet.files.endings import check_ending
    from glassnet.files.whole import check_apart, check_writable
    from glassnet.training.results import Predictions

    if out is not None:
        own = [".json"] if json else [".csv", ".parquet", ".pq"]
        check_ending(out, "JSON" if json else "a table of the answers", own)
        check_writable(out)
        check_apart(out, the_model=model, the_data=data)
    net, about = open_model(model)
    if probabilities and net.classes is None:
        raise InputError("--probabilities goes with a model of classes; this one predicts numbers.")
    parts, which, files = blocks_of(data, about, encoding)
    targets = (about.get("target") or {}).get("names") or ()
    parts = answered(net, parts, probabilities, targets, files)
    if not json:
        write_answers(parts, out)
        return 0
    columns: dict[str, list[Any]] = {}
    for part in parts:
        for name, values in part.items():
            columns.setdefault(name, []).extend(values)
    more = {n: v for n, v in columns.items() if n not in ("row", "prediction", "probability")}
    told = Predictions(columns.get("prediction", []), which, columns.get("probability"), more)
    deliver(json_text(told), out)
    return 0
