"""`glassnet evaluate` and `glassnet predict`: what a trained model is worth, and what it says."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter


def evaluate(
    model: Path, data: str, /, *, json: Annotated[bool, Parameter(negative="")] = False
) -> int:
    """Measure a model on data: of a set with a test part, or a built-in one, the test rows alone.

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote.
    data
        A built-in set or a folder of IDX files, with the columns that the model was trained on.
    json
        Print one JSON document.
    """
    import time

    from glassnet.cli.output import print_json
    from glassnet.cli.sources import rows_to_look_at
    from glassnet.exchange import load
    from glassnet.training.recipe import score

    net = load(model)
    X, y, which = rows_to_look_at(data)
    began = time.perf_counter()
    metrics = score(net, X, y)
    seconds = time.perf_counter() - began
    if json:
        print_json({"metrics": metrics, "seconds": seconds, "rows": len(X), "which": which})
    else:
        for name, value in metrics.items():
            print(f"{name}: {value:.6g}")
        print(f"on {len(X):,} rows: {which}")
    return 0


def predict(
    model: Path,
    data: str,
    /,
    *,
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Print a model's answer for each row, with its probability where it has classes (CSV).

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote.
    data
        As for `glassnet evaluate`, the same rows.
    out
        Write to this file instead of the screen.
    json
        Print one JSON document.
    """
    import csv
    import io

    import numpy as np

    from glassnet.cli.output import deliver, json_text
    from glassnet.cli.sources import rows_to_look_at
    from glassnet.exchange import load

    net = load(model)
    X, _, which = rows_to_look_at(data)
    if net.classes is None:
        p, answers = None, net.predict(X)
    else:
        p = net.predict_proba(X)
        answers = np.asarray(net.classes)[net.choose(p)]
    columns: dict[str, list[Any]] = {"row": list(range(len(X))), "prediction": answers.tolist()}
    if p is not None:
        top = np.maximum(p[:, 0], 1 - p[:, 0]) if net.n_out == 1 else p.max(axis=1)
        columns["probability"] = [float(v) for v in top]
    if json:
        document = {"predictions": columns["prediction"], "rows": which}
        if "probability" in columns:
            document["probabilities"] = columns["probability"]
        deliver(json_text(document), out)
        return 0
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([f"{v:.6g}" if isinstance(v, float) else v for v in row])
    deliver(text.getvalue(), out)
    return 0
